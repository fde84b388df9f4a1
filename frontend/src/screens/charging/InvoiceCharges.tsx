// The charges of an invoice: what is planned, what came of each, once more at once, stop.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, api, useIntention, type ChargeAttempt, type ChargesView } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
import { Icon } from '~/components/Icon';
import { Section } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import css from './charging.module.css';

const tones: Record<string, BadgeTone> = { planned: 'info', ready: 'info', calling: 'info', unknown: 'warning', processing: 'info', succeeded: 'good', declined: 'danger', unreached: 'warning', refused: 'danger', cancelled: 'neutral' };

export function InvoiceCharges({ id }: { id: string }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['charges', 'invoice', id, f.lang], queryFn: () => api.charging.ofInvoice(id) });
  const v = query.data;
  if (!v || v.attempts.length === 0) return null;
  return (
    <Section title={t('window.charging.section')} flush>
      <ol className={css.list} data-testid="charges">{v.attempts.map((a) => <Row key={a.number} attempt={a} />)}</ol>
      {(v.canRetry || v.canStop) && <Acts id={id} view={v} />}
    </Section>
  );
}

function Acts({ id, view: v }: { id: string; view: ChargesView }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const amount = f.money(v.dueMinor, v.currency);
  const retry = async () => {
    if (!await confirm({ title: t('window.charging.ask_now', { amount }), body: v.method ? t('window.charging.ask_now_text', { method: v.method }) : t('window.charging.ask_now_default'), verb: t('window.charging.now'), danger: false })) return;
    const done = await api.charging.retryNow(id, intention.key());
    intention.done();
    await client.invalidateQueries();
    const last = done.attempts[0];
    if (!last) return;
    if (['declined', 'refused'].includes(last.state)) showError(new ApiError({ code: 'conflict', message: last.reason || tDynamic(`window.charging.state.${last.state}`) }));
    else toast(t('window.charging.result', { state: tDynamic(`window.charging.state.${last.state}`) }));
  };
  const stop = async () => {
    if (!await confirm({ title: t('window.charging.ask_stop'), body: t('window.charging.ask_stop_text'), verb: t('window.charging.stop') })) return;
    await api.charging.stop(id);
    await client.invalidateQueries();
  };
  return (
    <div className={css.foot}>
      {v.canStop && <ActionButton may="collect" variant="default" size="compact-md" onAct={stop} data-testid="charge-stop">{t('window.charging.stop')}</ActionButton>}
      {v.canRetry && <ActionButton may="collect" variant="default" size="compact-md" leftSection={<Icon name="refresh" size={14} />} onAct={retry} data-testid="charge-now">{t('window.charging.now')}</ActionButton>}
    </div>
  );
}

function Row({ attempt: a }: { attempt: ChargeAttempt }) {
  const t = useT();
  const f = useFormat();
  const over = ['succeeded', 'declined', 'unreached', 'refused', 'cancelled'].includes(a.state);
  return (
    <li className={css.row} data-state={a.state}>
      <span className={css.what}>
        <span><strong className="num">{f.date(over ? a.at.slice(0, 10) : a.on)}</strong>{a.method && <>{' · '}{a.method}</>}{a.byHand && <span className="soft">{' · '}{t('window.charging.by_hand')}</span>}</span>
        {a.reason && <span className="soft small">{a.reason}</span>}
        {a.state === 'ready' && a.notBefore && <span className="soft small">{t('window.charging.not_before', { time: f.instant(a.notBefore) })}</span>}
        {hints.has(a.state) && <span className="soft small">{tDynamic(`window.charging.hint.${a.state}`)}</span>}
      </span>
      <Badge tone={tones[a.state] ?? 'neutral'}>{tDynamic(`window.charging.state.${a.state}`)}</Badge>
    </li>
  );
}
const hints = new Set(['unknown', 'processing', 'planned']);
