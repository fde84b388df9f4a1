// The customer's word, noted by the firm: agreed to, or not and why.
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type DecisionForm, type Quote } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './quotes.module.css';

export type Deciding = 'approve' | 'refuse' | null;

export function DecisionPanel({ quote, deciding, onClose }: { quote: Quote; deciding: Deciding; onClose: () => void }) {
  const t = useT();
  // Who decides is a person: the first contact, or the customer itself where there is none.
  const customer = useQuery({ queryKey: ['customers', 'one', quote.customerId], queryFn: () => api.customers.get(quote.customerId), enabled: deciding !== null });
  return (
    <SidePanel opened={deciding !== null} onClose={onClose} title={t(deciding === 'refuse' ? 'window.quotes.act.refuse' : 'window.quotes.act.approve')}>
      {deciding && <Await query={customer}>{(c) => <DecisionFields quote={quote} who={c.contacts[0]?.name || c.name} refuse={deciding === 'refuse'} onClose={onClose} />}</Await>}
    </SidePanel>
  );
}

function DecisionFields({ quote, who, refuse, onClose }: { quote: Quote; who: string; refuse: boolean; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const form = useForm<DecisionForm>({ key: '', quoteId: quote.id, hash: quote.hash, name: who, on: '', orderNumber: '', options: [], reason: '' });
  const { options } = form.values;
  const choice = useQuery({ queryKey: ['quotes', 'choice', quote.id, options], queryFn: () => api.quotes.choose(quote.id, options), enabled: !refuse, placeholderData: (b) => b });
  const optional = quote.lines.map((l, i) => ({ l, i })).filter((x) => x.l.optional);
  const toggle = (i: number) => form.set('options', options.includes(i) ? options.filter((x) => x !== i) : [...options, i]);
  const save = async () => {
    form.clear();
    const done = await (refuse ? api.quotes.refuse : api.quotes.approve)({ ...form.values, key: intention.key() });
    intention.done();
    toast(done.message);
    onClose();
    await client.invalidateQueries();
  };
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t(refuse ? 'window.quotes.decide.refuse_text' : 'window.quotes.decide.approve_text')}</p>
        <TextInput label={t('window.quotes.decide.name')} required {...form.text('name')} />
        <DateInput label={t('window.quotes.decide.on')} value={form.values.on} onChange={(v) => form.set('on', v)} clearable placeholder={t('window.quotes.decide.today')} error={form.errors.on} data-field="on" />
        {refuse
          ? <Textarea label={t('window.quotes.decide.reason')} required autosize minRows={2} maxRows={8} maxLength={2000} {...form.text('reason')} />
          : <TextInput label={t('window.invoices.edit.order')} {...form.text('orderNumber')} />}
        {!refuse && optional.length > 0 && <fieldset className={css.options} style={{ border: 0, padding: 0 }} data-field="options">
          <legend>{t('window.quotes.decide.options')}</legend>
          {optional.map(({ l, i }) => <Checkbox key={i} checked={options.includes(i)} onChange={() => toggle(i)} label={`${l.description} · ${f.money(l.netMinor, quote.currency)}`} />)}
          {form.errors.options && <p style={{ color: 'var(--danger)' }}>{form.errors.options}</p>}
        </fieldset>}
        {!refuse && choice.data && <p aria-live="polite" style={{ fontWeight: 600, fontVariantNumeric: 'tabular-nums' }}>{t('window.quotes.decide.total', { amount: f.money(choice.data.totalInclMinor, quote.currency) })}{choice.data.depositMinor > 0 && <>{' · '}{t('window.quotes.decide.deposit', { amount: f.money(choice.data.depositMinor, quote.currency) })}</>}</p>}
        <div className={css.ends}><ActionButton onAct={save} onError={form.fail} data-testid="decide">{t(refuse ? 'window.quotes.decide.refuse' : 'window.quotes.decide.approve')}</ActionButton></div>
      </Stack>
    </form>
  );
}
