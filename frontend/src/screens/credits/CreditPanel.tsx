// A credit note of an invoice: the whole by default, so that two clicks suffice.
import { Autocomplete, Checkbox, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, asApiError, useIntention, type Creditable, type CreditForm, type Invoice, type Totals } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { MoneyInput, PercentInput, QuantityInput } from '~/components/inputs';
import { Notice, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './credits.module.css';

const ways = ['all', 'lines', 'percent', 'amount'] as const;

export function CreditPanel({ invoice, opened, onClose }: { invoice: Invoice; opened: boolean; onClose: () => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ['credits', 'of', invoice.id, invoice.version, invoice.dueMinor], queryFn: () => api.credits.creditable(invoice.id), enabled: opened, gcTime: 0 });
  return (
    <SidePanel opened={opened} onClose={onClose} title={t('window.credits.panel.title', { number: invoice.number })} width={520}>
      {opened && <Await query={query}>{(c) => <Panel invoice={invoice} of={c} onClose={onClose} />}</Await>}
    </SidePanel>
  );
}

function Panel({ invoice, of, onClose }: { invoice: Invoice; of: Creditable; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const drafting = useIntention();
  const mailable = !!invoice.customer?.email;
  const form = useForm<CreditForm>({ key: '', invoiceId: invoice.id, how: 'all', quantitiesE4: of.lines.map((l) => l.quantityE4), pcm: 0, amountMinor: 0, netOfTax: false, reason: of.reasons[0] ?? '', mail: false });
  const { values } = form;
  const { totals, problem } = usePreview(values);
  const finish = (message: string, to: string) => { toast(message); void client.invalidateQueries(); onClose(); navigate(to); };
  const issue = async () => {
    form.clear();
    const done = await api.credits.issue({ ...values, key: intention.key() });
    intention.done();
    finish(done.message, `/credits/${done.id}`);
  };
  const draft = async () => {
    form.clear();
    const saved = await api.credits.draft({ ...values, key: drafting.key() });
    drafting.done();
    finish(t('window.credits.drafted'), `/credits/${saved.id}/edit`);
  };
  const setQuantity = (i: number, v: number | null) => form.set('quantitiesE4', values.quantitiesE4.map((q, j) => (i === j ? v ?? 0 : q)));
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate>
      <Stack gap={4}>
        {form.general && <Notice tone="danger">{form.general}</Notice>}
        <p className="soft">{t('window.credits.panel.left', { amount: f.money(of.leftMinor, of.currency) })}</p>
        <SegmentedControl fullWidth aria-label={t('window.credits.panel.how')} value={values.how} onChange={(how) => form.set('how', how)} data={ways.map((w) => ({ value: w, label: t(`window.credits.how.${w}`) }))} />
        {values.how === 'lines' && <ul className={css.lines} data-field="quantities">{of.lines.map((l, i) => (
          <li key={i}><span><span className="ellipsis">{l.description}</span><span className="soft small">{f.money(l.netMinor, of.currency)} · {l.taxLabel}</span></span>
            <QuantityInput aria-label={t('window.credits.panel.quantity', { line: l.description })} value={values.quantitiesE4[i] ?? 0} onChange={(v) => setQuantity(i, v)} error={form.errors[`quantities.${i}`]} data-field={`quantities.${i}`} /></li>
        ))}</ul>}
        {values.how === 'percent' && <PercentInput label={t('window.credits.panel.percent')} value={values.pcm || null} onChange={(v) => form.set('pcm', v ?? 0)} error={form.errors.percent} data-field="percent" autoFocus />}
        {values.how === 'amount' && <MoneyInput label={t('window.credits.panel.amount')} currency={of.currency} value={values.amountMinor || null} onChange={(v) => form.set('amountMinor', v ?? 0)} error={form.errors.amount} data-field="amount" autoFocus />}
        <Autocomplete label={t('window.credits.reason')} description={t('window.credits.reason_hint')} required data={of.reasons} maxLength={1000} value={values.reason} onChange={(v) => form.set('reason', v)} error={form.errors.reason} data-field="reason" />
        {of.netOfTax && <Checkbox label={t('window.credits.net_of_tax')} description={t('window.credits.net_of_tax_hint')} checked={values.netOfTax} onChange={(e) => form.set('netOfTax', e.currentTarget.checked)} data-field="netOfTax" />}
        {mailable && <Checkbox label={t('window.credits.mail', { email: invoice.customer?.email ?? '' })} checked={values.mail} onChange={(e) => form.set('mail', e.currentTarget.checked)} />}
        {problem ? <Notice tone="warning">{problem}</Notice> : totals && <Outcome totals={totals} />}
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end', flexWrap: 'wrap' }}>
          <MakeButton variant="subtle" onClick={() => void draft().catch(form.fail)}>{t('window.credits.panel.draft')}</MakeButton>
          <ActionButton type="submit" onAct={issue} onError={form.fail} data-testid="issue-credit">{t('window.credits.panel.issue')}</ActionButton>
        </div>
      </Stack>
    </form>
  );
}

/** What the credit note comes to follows the typing; the figures are Go's. */
function usePreview(form: CreditForm) {
  const [totals, setTotals] = useState<Totals | null>(null);
  const [problem, setProblem] = useState('');
  const asked = JSON.stringify({ ...form, reason: '', mail: false });
  useEffect(() => {
    let gone = false;
    const wait = setTimeout(() => {
      api.credits.preview(form).then((x) => { if (!gone) { setTotals(x); setProblem(''); } }, (e: unknown) => {
        const err = asApiError(e);
        // Nothing typed yet is no mistake.
        const empty = (form.how === 'percent' && !form.pcm) || (form.how === 'amount' && !form.amountMinor);
        if (!gone) { setTotals(null); setProblem(empty ? '' : Object.values(err.fields)[0] ?? err.message); }
      });
    }, 150);
    return () => { gone = true; clearTimeout(wait); };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what is asked is the form without its words
  }, [asked]);
  return { totals, problem };
}

function Outcome({ totals }: { totals: Totals }) {
  const t = useT();
  const f = useFormat();
  return (
    <dl className={css.outcome} aria-live="polite" data-testid="credit-totals">
      <div><dt>{t('window.invoices.total.excl')}</dt><dd>{f.money(totals.totalExclMinor, totals.currency)}</dd></div>
      {totals.taxes.map((x, i) => <div key={i}><dt>{t('window.invoices.total.tax', { label: x.label, base: f.amount(x.baseMinor, totals.currency) })}</dt><dd>{f.money(x.taxMinor, totals.currency)}</dd></div>)}
      <div><dt><strong>{t('window.credits.panel.total')}</strong></dt><dd><strong>{f.money(totals.totalInclMinor, totals.currency)}</strong></dd></div>
    </dl>
  );
}
