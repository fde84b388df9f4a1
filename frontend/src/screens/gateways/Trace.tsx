// What a gateway has to do with one payment: which one, in which mode, disputes, money on its way back.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type GatewayTrace, type Payment } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice, Row } from '~/components/layout';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { ModeBadge } from './ModeBadge';

export const useTrace = (p: { id: string; gateway: string; version: number }) => useQuery({ queryKey: ['gateways', 'trace', p.id, p.version], queryFn: () => api.gateways.trace(p.id), enabled: !!p.gateway });

export function traceRows(t: ReturnType<typeof useT>, trace: GatewayTrace | undefined, shown: string): ([string, React.ReactNode] | false)[] {
  if (!trace?.gateway) return [];
  return [
    [t('window.gateways.of_payment'), <Row key="g" gap={2}>{tDynamic(`window.gateways.way.${trace.gateway}`)}{trace.mode && <ModeBadge mode={trace.mode} />}</Row>],
    !!trace.reference && trace.reference !== shown && [t('window.gateways.col.reference'), <code key="r">{trace.reference}</code>],
  ];
}

export function TraceNotices({ trace, payment: p }: { trace: GatewayTrace | undefined; payment: Payment }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  if (!trace?.gateway) return null;
  const money = (minor: number) => f.money(minor, p.currency);
  const ask = async (id: string) => { const done = await api.gateways.askAbout(id); toast(done.message); await client.invalidateQueries(); };
  return (
    <>
      {trace.mode === 'test' && <Notice tone="warning">{t('window.gateways.payment_test')}</Notice>}
      {trace.disputes.map((d, i) => <Notice key={i} tone={d.state === 'won' ? 'good' : 'danger'}>
        {d.state === 'open' ? (d.answerBy ? t('window.gateways.dispute.open', { amount: money(d.amountMinor), date: f.date(d.answerBy.slice(0, 10)) }) : t('window.gateways.dispute.open_undated', { amount: money(d.amountMinor) })) : tDynamic(`window.gateways.dispute.${d.state}`, { amount: money(d.amountMinor) })}{d.why && <div>{d.why}</div>}
      </Notice>)}
      {trace.refunds.map((r) => {
        const over = r.state === 'declined' || r.state === 'cancelled';
        return <Notice key={r.id} tone={over ? 'warning' : 'info'} action={!over && <ActionButton may="collect" variant="default" size="compact-md" onAct={() => ask(r.id)} data-testid="ask-again">{t('window.gateways.ask_again')}</ActionButton>}>
          <strong>{t(over ? 'window.gateways.refund.failed' : 'window.gateways.refund.under_way', { amount: money(r.amountMinor) })}</strong><div className="small">{[f.instant(r.createdAt), r.why || tDynamic(`window.gateways.says.${r.state}`)].join(' · ')}</div>
        </Notice>;
      })}
    </>
  );
}
