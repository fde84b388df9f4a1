import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, asApiError, useIntention, type CustomerMark, type Plan } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { IntegerInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { SidePanel } from '~/components/SidePanel';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import { QuoteBox } from './parts';

/** What is taken of a plan: how many, and what beside. */
export function Taking({ plan, seats, extras, onSeats, onExtras }: { plan: Plan; seats: number | null; extras: string[]; onSeats: (n: number | null) => void; onExtras: (ids: string[]) => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <>
      {plan.seatsMax > 1 && <IntegerInput label={t('window.subscriptions.seats_label')} description={t('window.subscriptions.seats_range', { min: plan.seatsMin, max: plan.seatsMax })} value={seats} onChange={onSeats} data-field="seats" />}
      {plan.extras.length > 0 && (
        <Checkbox.Group label={t('window.subscriptions.extra.title')} value={extras} onChange={onExtras}>
          <div style={{ display: 'grid', gap: 8, marginTop: 8 }}>{plan.extras.map((x) => <Checkbox key={x.id} value={x.id} label={`${f.lang === 'en' && x.nameEn ? x.nameEn : x.nameFr} · ${f.money(x.priceMinor, plan.currency)}${x.perSeat ? ` ${t('window.subscriptions.extra.each_seat')}` : ''}`} />)}</div>
        </Checkbox.Group>
      )}
    </>
  );
}

/** A plan taken by the firm for a customer. */
export function SubscribePanel({ onClose, customer: given }: { onClose: () => void; customer?: CustomerMark }) {
  const t = useT();
  const search = useCustomerSearch();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [customer, setCustomer] = useState<CustomerMark | null>(given ?? null);
  const [planId, setPlanId] = useState('');
  const [seats, setSeats] = useState<number | null>(null);
  const [extras, setExtras] = useState<string[]>([]);
  const plans = useQuery({ queryKey: ['plans', 'list', f.lang], queryFn: api.subscriptions.plans });
  const open = (plans.data?.rows ?? []).filter((p) => p.state === 'open');
  const plan = useQuery({ queryKey: ['plans', 'one', planId, f.lang], queryFn: () => api.subscriptions.plan(planId), enabled: !!planId });
  const ask = { key: '', token: '', planId, customerId: customer?.id ?? '', planVersion: plan.data?.plan.version ?? 0, seats: seats ?? 0, extras, shownMinor: 0 };
  const quote = useQuery({ queryKey: ['subscriptions', 'quote', ask], queryFn: () => api.subscriptions.previewSubscribe(ask), enabled: !!customer && !!plan.data, retry: false });
  const subscribe = async () => {
    if (!quote.data) return;
    const done = await api.subscriptions.subscribe({ ...ask, key: intention.key(), planVersion: quote.data.planVersion, shownMinor: quote.data.nowMinor });
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
    navigate(`/subscriptions/${done.id}`);
  };
  const refused = quote.error ? asApiError(quote.error) : null;
  return (
    <SidePanel opened onClose={onClose} title={t('window.subscriptions.new')}
      footer={<><Button variant="default" onClick={onClose}>{t('window.cancel')}</Button><ActionButton onAct={subscribe} disabled={!quote.data} data-testid="subscribe">{t('window.subscriptions.subscribe')}</ActionButton></>}>
      <Stack gap={4}>
        <Lookup<CustomerMark> text={customer?.name ?? ''} topic="customers" search={search}
          onPick={(o) => setCustomer(o.value)} input={{ label: t('window.recurring.col.customer'), autoFocus: true, 'data-field': 'customerId', 'data-testid': 'customer' }} />
        <NativeSelect label={t('window.subscriptions.col.plan')} value={planId} data={[{ value: '', label: t('window.subscriptions.choose') }, ...open.map((p) => ({ value: p.id, label: `${p.name} · ${f.money(p.priceMinor, p.currency)} ${p.per}` }))]} onChange={(e) => { setPlanId(e.currentTarget.value); setSeats(null); setExtras([]); }} data-testid="plan" />
        {plan.data && <Taking plan={plan.data.plan} seats={seats ?? plan.data.plan.seatsMin} extras={extras} onSeats={setSeats} onExtras={setExtras} />}
        {refused && <Notice tone="danger">{Object.values(refused.fields)[0] ?? refused.message}</Notice>}
        {quote.data && <QuoteBox quote={quote.data} />}
        {quote.data && !quote.data.trialUntil && <p className="soft small">{t('window.subscriptions.first_invoice')}</p>}
      </Stack>
    </SidePanel>
  );
}
