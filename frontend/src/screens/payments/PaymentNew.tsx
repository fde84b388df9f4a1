// A payment received over any number of invoices, with the credits used in the same act.
import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { api, useIntention, type CustomerMark } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { DateInput, MoneyInput } from '~/components/inputs';
import { Grid, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { toast } from '~/components/toast';
import { today } from '~/format/civil';
import { tDynamic, useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import { insist } from './insist';
import { CreditRows, InvoiceRows, Sums } from './Split';
import { useSplit } from './useSplit';
import css from './payments.module.css';

export const methods = ['transfer', 'card', 'cheque', 'cash', 'direct_debit', 'other'];

export function PaymentNew() {
  const t = useT();
  const search = useCustomerSearch();
  const [q, setQ] = useQueryParams('customer', 'invoices', 'currency');
  const customer = useQuery({ queryKey: ['customers', 'mark', q.customer], queryFn: () => api.customers.get(q.customer), enabled: !!q.customer });
  const balances = useQuery({ queryKey: ['payments', 'balances', q.customer], queryFn: () => api.payments.balances(q.customer), enabled: !!q.customer });
  const currency = q.currency || customer.data?.currency || '';
  return (
    <Page>
      <PageHeader title={t('window.payments.new')} back={{ href: '/payments', label: t('window.payments.title') }} subtitle={customer.data?.name} />
      <div className={css.page}>
        <Section label={t('window.payments.customer')}>
          <Grid>
            <Lookup<CustomerMark> text={customer.data?.name ?? ''} topic="customers"
              search={search}
              onPick={(o) => setQ({ customer: o.value.id, invoices: '', currency: '' })} input={{ label: t('window.payments.customer'), required: true, 'data-testid': 'customer', autoFocus: !q.customer }} />
            {(balances.data?.length ?? 0) > 1 && <Select label={t('window.payments.currency')} allowDeselect={false} data={(balances.data ?? []).map((b) => b.currency)} value={currency} onChange={(c) => c && setQ({ currency: c, invoices: '' })} />}
          </Grid>
        </Section>
      </div>
      {q.customer && currency ? <Form key={q.customer + currency} customerId={q.customer} currency={currency} only={q.invoices ? q.invoices.split(',') : []} /> : <p className="soft">{t('window.payments.choose_customer')}</p>}
    </Page>
  );
}

function Form({ customerId, currency, only }: { customerId: string; currency: string; only: string[] }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm({ amountMinor: 0, feeMinor: 0, receivedOn: today(), method: 'transfer', reference: '', note: '', notify: false });
  const v = form.values;
  const split = useSplit({ customerId, currency, amountMinor: v.amountMinor, only });
  const proposal = split.proposal;
  // Invoices that were chosen before: the amount is what they want, until another is typed.
  const proposed = useRef(false);
  const wanted = only.length > 0 ? proposal?.amountMinor ?? 0 : 0;
  useEffect(() => { if (!proposed.current && wanted > 0) { proposed.current = true; form.set('amountMinor', wanted); } }, [wanted, form]);
  const creditsOnly = v.amountMinor === 0 && (proposal?.usedMinor ?? 0) > 0;
  const save = async () => {
    form.clear();
    const act = { key: intention.key(), customerId, currency, parts: split.parts(), credits: split.credits() };
    const done = creditsOnly ? await api.payments.useCredits(act) : await insist((anyway) => api.payments.record({ ...act, ...v, anyway }));
    if (!done) return;
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
    navigate(done.id ? `/payments?open=${done.id}` : `/customers/${customerId}`);
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div className={css.page}>
        <Stack gap={4}>
          <Section label={t('window.payments.new')}>
            <Grid>
              <MoneyInput label={t('window.payments.col.amount')} currency={currency} required value={v.amountMinor || null} onChange={(m) => form.patch({ amountMinor: m ?? 0 })} error={form.errors.amount} data-field="amount" data-testid="amount" autoFocus={only.length === 0} />
              <DateInput label={t('window.payments.col.date')} required {...form.field('receivedOn')} />
              <Select label={t('window.payments.col.method')} allowDeselect={false} data={methods.map((m) => ({ value: m, label: tDynamic(`common.method.${m}`) }))} {...form.field('method')} onChange={(m) => m && form.set('method', m)} />
              <TextInput label={t('window.payments.col.reference')} {...form.text('reference')} />
            </Grid>
          </Section>
          {proposal && <InvoiceRows proposal={proposal} errors={form.errors} onPart={split.setPart}
            actions={split.typed && <Button size="compact-sm" variant="subtle" leftSection={<Icon name="refresh" size={14} />} onClick={split.again}>{t('window.payments.split.again')}</Button>} />}
          <Section label={t('window.payments.note')}>
            <Grid>
              <MoneyInput label={t('window.payments.fee')} description={t('window.payments.fee_help')} currency={currency} value={v.feeMinor || null} onChange={(m) => form.set('feeMinor', m ?? 0)} error={form.errors.fee} data-field="fee" />
              <Textarea label={t('window.payments.note')} autosize minRows={1} maxRows={6} {...form.text('note')} />
            </Grid>
          </Section>
        </Stack>
        <div className={css.aside}><Stack gap={4}>
          {proposal && <CreditRows proposal={proposal} errors={form.errors} onCredit={split.setCredit} />}
          <Section title={t('window.payments.split.title')} flush>
            {proposal && <Sums proposal={proposal} />}
            <div style={{ display: 'grid', gap: 12, padding: '0 var(--space-4) var(--space-4)' }}>
              <Checkbox label={t('window.payments.notify')} checked={v.notify} disabled={creditsOnly} onChange={(e) => form.set('notify', e.currentTarget.checked)} />
              <ActionButton may="collect" type="submit" onAct={save} onError={form.fail} data-testid="record-payment">{t(creditsOnly ? 'window.payments.use_credits' : 'window.payments.new.verb')}</ActionButton>
            </div>
          </Section>
        </Stack></div>
      </div>
    </form>
  );
}
