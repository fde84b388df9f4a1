// What the form of a document has besides: the reason of a credit note, the deposits that an invoice takes off,
// retention money.
import { Checkbox, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type Editor } from '~/api';
import { DateInput, PercentInput } from '~/components/inputs';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import type { DraftState } from '~/screens/invoices/useDraft';
import css from './credits.module.css';

/** Of a credit note: why, and what it is about. */
export function CreditReason({ state, editor }: { state: DraftState; editor: Editor }) {
  const t = useT();
  if (state.draft.kind !== 'credit_note') return null;
  return (
    <div className={css.deposits}>
      {editor.preceding && <p className="soft">{t('window.credits.edit.about')} <Link href={`/invoices/${editor.preceding.id}`}>{editor.preceding.number}</Link></p>}
      <Textarea label={t('window.credits.reason')} description={t('window.credits.reason_hint')} required autosize minRows={1} maxRows={4} maxLength={1000} value={state.draft.reason} onChange={(e) => state.patch({ reason: e.currentTarget.value })} error={state.errors.reason} data-field="reason" />
    </div>
  );
}

/** Of an invoice: the deposits of its customer, ticked where it takes them off. */
export function DepositPicks({ state }: { state: DraftState }) {
  const t = useT();
  const f = useFormat();
  const { draft, errors, patch } = state;
  const invoice = !draft.kind || draft.kind === 'invoice';
  const query = useQuery({ queryKey: ['credits', 'deposits', draft.customerId, draft.currency], queryFn: () => api.credits.deposits(draft.customerId, draft.currency), enabled: invoice && !!draft.customerId });
  const offered = query.data ?? [];
  if (!invoice || (!offered.length && !draft.deposits?.length)) return null;
  const taken = draft.deposits ?? [];
  const toggle = (id: string) => patch({ deposits: taken.includes(id) ? taken.filter((x) => x !== id) : [...taken, id] });
  return (
    <fieldset className={css.deposits} style={{ border: 0, padding: 0 }} data-testid="deposits">
      <legend className="soft">{t('window.credits.edit.deposits')}</legend>
      {offered.map((d) => {
        const at = taken.indexOf(d.id);
        return <Checkbox key={d.id} checked={at >= 0} onChange={() => toggle(d.id)} error={at >= 0 ? errors[`deposits.${at}`] : undefined} data-field={`deposits.${at}`}
          label={t('window.credits.edit.deposit', { number: d.number, date: f.date(d.issueDate), amount: f.money(d.netMinor + d.taxMinor, draft.currency) })} />;
      })}
      {query.data && taken.map((id, at) => offered.some((d) => d.id === id) ? null
        : <Checkbox key={id} checked onChange={() => toggle(id)} error={errors[`deposits.${at}`]} data-field={`deposits.${at}`} label={t('window.credits.edit.deposit_gone')} />)}
    </fieldset>
  );
}

/** Retention money (loi 71-584): the customer holds back up to 5 % for a year. */
export function RetentionFields({ state, editor }: { state: DraftState; editor: Editor }) {
  const t = useT();
  const { draft, errors, patch } = state;
  if (!editor.retention || (draft.kind && draft.kind !== 'invoice')) return null;
  return (
    <div className={css.pair}>
      <PercentInput label={t('window.credits.edit.retention')} description={t('window.credits.edit.retention_hint')} value={draft.retentionPcm || null} onChange={(v) => patch({ retentionPcm: v ?? 0, ...(v ? {} : { retentionUntil: '' }) })} error={errors.retentionPcm ?? errors.retention} data-field="retention" />
      {draft.retentionPcm > 0 && <DateInput label={t('window.credits.edit.retention_until')} description={t('window.credits.edit.retention_until_hint')} value={draft.retentionUntil} clearable onChange={(retentionUntil) => patch({ retentionUntil })} error={errors.retentionUntil} data-field="retentionUntil" />}
    </div>
  );
}

/** Under the total of the form: what deposits take off, what is held back, what is to be paid. */
export function SettledTotals({ state: { totals }, grand }: { state: DraftState; grand: string }) {
  const t = useT();
  const f = useFormat();
  return (
    <>
      {totals.prepaidMinor > 0 && <div><dt>{t('window.credits.total.deposits')}</dt><dd>{f.money(-totals.prepaidMinor, totals.currency)}</dd></div>}
      {totals.retainedMinor > 0 && <div><dt>{t('window.credits.total.retained')}</dt><dd>{f.money(totals.retainedMinor, totals.currency)}</dd></div>}
      {totals.prepaidMinor > 0 && <div className={grand}><dt>{t('window.credits.total.due')}</dt><dd data-testid="amount-due">{f.money(totals.amountDueMinor, totals.currency)}</dd></div>}
    </>
  );
}
