import { Button, NativeSelect, Radio, Textarea } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError, useIntention, type SubscriptionView } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { Taking } from './SubscribePanel';
import { QuoteBox } from './parts';

const said = (error: unknown) => { const e = asApiError(error); return Object.values(e.fields)[0] ?? e.message; };

/** Another plan, other seats: the amount stands there before anything is done, and is what is done. */
export function ChangePanel({ view: v, onClose }: { view: SubscriptionView; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [planId, setPlanId] = useState(v.planId);
  const [seats, setSeats] = useState<number | null>(v.seats || null);
  const [extras, setExtras] = useState<string[]>(v.extras);
  const other = useQuery({ queryKey: ['plans', 'one', planId, f.lang], queryFn: () => api.subscriptions.plan(planId), enabled: planId !== v.planId });
  const plan = planId === v.planId ? v.agreed : other.data?.plan;
  const ask = { key: '', publicId: v.id, version: v.version, planId: planId === v.planId ? '' : planId, planVersion: planId === v.planId ? 0 : other.data?.plan.version ?? 0, seats: seats ?? 0, extras, shownMinor: 0 };
  const same = planId === v.planId && (seats ?? 0) === v.seats && [...extras].sort().join() === [...v.extras].sort().join();
  const quote = useQuery({ queryKey: ['subscriptions', 'quote', ask], queryFn: () => api.subscriptions.previewChange(ask), enabled: !!plan && !same, retry: false, gcTime: 0 });
  const change = async () => {
    if (!quote.data) return;
    try {
      const done = await api.subscriptions.change({ ...ask, key: intention.key(), shownMinor: quote.data.nowMinor });
      intention.done();
      toast(done.message);
      await client.invalidateQueries();
      onClose();
    } catch (e) { intention.done(); await quote.refetch(); showError(e); }
  };
  return (
    <SidePanel opened onClose={onClose} title={t('window.subscriptions.change')}
      footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton onAct={change} disabled={same || !quote.data || quote.isFetching} data-testid="do-change">{t('window.subscriptions.change_do')}</ActionButton></>}>
      <Stack gap={4}>
        <NativeSelect label={t('window.subscriptions.col.plan')} value={planId} data={[{ value: v.planId, label: `${v.plan} (${t('window.subscriptions.as_agreed')})` }, ...v.open.map((p) => ({ value: p.id, label: p.label }))]} onChange={(e) => { setPlanId(e.currentTarget.value); setExtras(e.currentTarget.value === v.planId ? v.extras : []); setSeats(v.seats || null); }} data-testid="plan" />
        {plan && <Taking plan={plan} seats={seats ?? plan.seatsMin} extras={extras} onSeats={setSeats} onExtras={setExtras} />}
        {!same && quote.error && <Notice tone="danger">{said(quote.error)}</Notice>}
        {!same && quote.data && <QuoteBox quote={quote.data} />}
      </Stack>
    </SidePanel>
  );
}

/** The end: with its period, at once, at once with what is left given back. */
export function CancelPanel({ view: v, onClose }: { view: SubscriptionView; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const pending = v.state === 'pending';
  const ways = [...(v.may.cancel && !pending ? ['period_end'] : []), ...(v.may.cancelNow ? ['at_once'] : []), ...(v.may.cancelNowCredit ? ['at_once_credit'] : [])];
  const [how, setHow] = useState(ways.includes(v.agreed.cancelRule) ? v.agreed.cancelRule : ways[0] ?? 'at_once');
  const [reason, setReason] = useState('');
  const ask = { key: '', publicId: v.id, version: v.version, how, reason: '', shownMinor: 0 };
  const quote = useQuery({ queryKey: ['subscriptions', 'cancel', ask], queryFn: () => api.subscriptions.previewCancel(ask), retry: false, gcTime: 0 });
  const cancel = async () => {
    if (!quote.data) return;
    try {
      const done = await api.subscriptions.cancel({ ...ask, key: intention.key(), reason, shownMinor: quote.data.nowMinor });
      intention.done();
      toast(done.message);
      await client.invalidateQueries();
      onClose();
    } catch (e) { intention.done(); await quote.refetch(); showError(e); }
  };
  return (
    <SidePanel opened onClose={onClose} title={t('window.subscriptions.end')}
      footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton color="danger" onAct={cancel} disabled={!quote.data || quote.isFetching} data-testid="do-cancel">{t('window.subscriptions.end_do')}</ActionButton></>}>
      <Stack gap={4}>
        {v.cancelReason && <Notice tone="info">{t('window.subscriptions.reason_is', { reason: v.cancelReason })}</Notice>}
        {pending ? <p>{t('window.subscriptions.end_pending')}</p> : (
          <Radio.Group label={t('window.subscriptions.end_how')} value={how} onChange={setHow}>
            <div style={{ display: 'grid', gap: 10, marginTop: 8 }}>{ways.map((w) => <Radio key={w} value={w} label={tDynamic(`window.subscriptions.rule.${w}`)} />)}</div>
          </Radio.Group>
        )}
        {!v.cancelAsked && <Textarea label={t('window.subscriptions.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={2000} />}
        {quote.error && <Notice tone="danger">{said(quote.error)}</Notice>}
        {quote.data && <End quote={quote.data} />}
      </Stack>
    </SidePanel>
  );
}

function End({ quote: q }: { quote: NonNullable<Parameters<typeof QuoteBox>[0]['quote']> }) {
  const t = useT();
  const f = useFormat();
  return <><p>{t('window.subscriptions.end_on', { date: f.date(q.on) })}</p>{q.nowMinor !== 0 && <QuoteBox quote={{ ...q, when: 'now', nextOn: '', eachMinor: 0 }} />}</>;
}
