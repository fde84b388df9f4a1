import { Button, Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, asApiError, useIntention, type CustomerMark, type Editor } from '~/api';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { ActionButton } from '~/components/ActionButton';
import { confirm } from '~/components/Confirm';
import { SaveState } from '~/components/display';
import { focusFirst } from '~/components/form';
import { Icon } from '~/components/Icon';
import { DateInput, DecimalInput } from '~/components/inputs';
import { Notice, PageHeader, type Action } from '~/components/layout';
import { Lookup } from '~/components/Lookup';
import { PdfPreview } from '~/components/PdfPreview';
import { SharedFiles } from '~/components/SharedFiles';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { useCustomerSearch } from '~/screens/customers/search';
import { CustomerPanel, markOf } from '~/screens/customers/CustomerPanel';
import { QuoteFields } from '~/screens/quotes/EditorParts';
import { CreditReason, DepositPicks, RetentionFields, SettledTotals } from '~/screens/credits/EditorParts';
import { Allowances } from './Allowances';
import { Lines } from './Lines';
import { isEmpty, useDraft, type DraftState } from './useDraft';
import css from './editor.module.css';

/** The form of a document; kind counts for a new one, a draft has its own. */
export function InvoiceEditor({ id, kind = 'invoice' }: { id: string; kind?: string }) {
  const [{ customer, kind: asked }] = useQueryParams('customer', 'kind');
  const edit = kind === 'quote' ? api.quotes.edit : kind === 'credit_note' ? api.credits.edit : asked === 'deposit_invoice' ? api.credits.editDeposit : api.invoices.edit;
  // A form is read once and then belongs to the person: a notice from Go must not rewrite it.
  const query = useQuery({ queryKey: ['editor', kind, asked, id, customer], queryFn: () => edit(id, customer), gcTime: 0, staleTime: Infinity });
  return <Await whole query={query}>{(e) => <EditorForm key={e.draft.id + e.draft.version} editor={e} reload={() => void query.refetch()} />}</Await>;
}

function EditorForm({ editor, reload }: { editor: Editor; reload: () => void }) {
  const t = useT();
  const f = useFormat();
  const state = useDraft(editor);
  const { draft, totals } = state;
  const [customer, setCustomer] = useState<CustomerMark | null>(editor.customer ?? null);
  const [preview, setPreview] = useState(() => localStorage.getItem('preview') !== 'off');
  const [fixing, setFixing] = useState(false);
  const credit = draft.kind === 'credit_note';
  const quote = draft.kind === 'quote';
  const actions = useInvoiceActions(state);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => { if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') { e.preventDefault(); document.querySelector<HTMLButtonElement>('[data-testid=send]')?.click(); } };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  const toggle = () => setPreview((p) => { localStorage.setItem('preview', p ? 'off' : 'on'); return !p; });
  const menu: Action[] = [
    { label: t('window.invoices.act.mark_sent'), icon: 'check', onClick: () => void actions.run(actions.markSent) },
    ...(credit || quote ? [] : [{ label: t('window.invoices.act.mark_paid'), may: 'collect' as const, icon: 'payments' as const, onClick: () => void actions.run(actions.markPaid) }]),
    { label: t('window.invoices.act.duplicate'), icon: 'copy', onClick: () => void actions.run(actions.duplicate), disabled: !state.saved.id },
    { label: t(preview ? 'window.invoices.edit.preview_hide' : 'window.invoices.edit.preview_show'), icon: 'eye', onClick: toggle, divider: true },
    { label: t('window.invoices.act.delete'), icon: 'trash', danger: true, divider: true, onClick: () => void actions.run(actions.remove) },
  ];
  return (
    <div className={css.page}>
      <PageHeader title={t(titleOf(editor))} back={credit ? { href: '/credits', label: t('window.credits.title') } : quote ? { href: '/quotes', label: t('window.quotes.title') } : { href: '/invoices', label: t('window.invoices.title') }}
        badge={<SaveState state={state.saving} at={state.savedAt} />}
        menu={menu}
        primary={<ActionButton onAct={actions.send} onError={actions.fail} leftSection={<Icon name="send" size={16} />} data-testid="send" title={customer?.email ? t('window.invoices.edit.to', { email: customer.email }) : undefined}>{t('window.invoices.act.send')}</ActionButton>} />
      {state.conflict && <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={reload}>{t('window.invoices.edit.reload')}</Button>}>{t('window.invoices.edit.conflict')}</Notice>}
      {actions.general && <Refused refusal={actions.general} onCustomer={() => setFixing(true)} />}
      {customer && <CustomerPanel opened={fixing} id={customer.id} name="" onClose={() => setFixing(false)} onSaved={(c) => { setFixing(false); setCustomer(c); actions.clear(); }} />}
      <div className={css.split} data-alone={!preview || undefined}>
        <div className={css.form}>
          <div className={`${css.box} ${css.head}`}>
            <CustomerPick state={state} customer={customer} setCustomer={setCustomer} />
            <DateInput label={t('window.invoices.edit.issue_date')} value={draft.issueDate} onChange={(v) => state.patch({ issueDate: v })} clearable placeholder={t('window.invoices.edit.issue_today')} error={state.errors.issueDate} data-field="issueDate" />
            {quote ? <QuoteFields state={state} editor={editor} /> : draft.kind !== 'credit_note' && <DateInput label={t('window.invoices.edit.due_date')} value={draft.dueDate} onChange={(v) => state.patch({ dueDate: v })} clearable placeholder={totals.dueDate ? f.date(totals.dueDate) : t('window.invoices.edit.due_auto')} error={state.errors.dueDate} data-field="dueDate" />}
            <TextInput label={t('window.invoices.edit.order')} value={draft.orderNumber} onChange={(e) => state.patch({ orderNumber: e.currentTarget.value })} error={state.errors.orderNumber} data-field="orderNumber" />
            {!quote && <DateInput label={t('window.invoices.edit.delivery')} value={draft.deliveryDate} onChange={(v) => state.patch({ deliveryDate: v })} clearable placeholder={t('window.invoices.edit.delivery_auto')} error={state.errors.deliveryDate} data-field="deliveryDate" />}
            {draft.currency !== editor.firmCurrency && <div className={css.rate}><DecimalInput label={t('window.invoices.edit.rate', { currency: draft.currency })} description={t('window.invoices.edit.rate_hint')} suffix={editor.firmCurrency} scale={8} value={draft.rateE8 || null} onChange={(v) => state.patch({ rateE8: v ?? 0 })} error={state.errors.rateE8} data-field="rateE8" /></div>}
          </div>
          <CreditReason state={state} editor={editor} />
          <EditorBody state={state} editor={editor} />
        </div>
        {preview && <div className={css.preview}>
          <PdfPreview src={state.saved.id ? api.invoices.previewHref(state.saved.id, state.saved.version) : null} title={t('window.invoices.edit.preview')} empty={t('window.invoices.edit.preview_empty')} saveHref={state.saved.id ? api.invoices.previewHref(state.saved.id, state.saved.version) : undefined} />
        </div>}
      </div>
    </div>
  );
}

export type Refusal = { message: string; elsewhere: [string, string][] };

/** What is missing elsewhere, with the way there: the customer's form opens here, the settings keep the draft waiting. */
export function Refused({ refusal, onCustomer }: { refusal: Refusal; onCustomer: () => void }) {
  const t = useT();
  const about = (what: string) => refusal.elsewhere.some(([path]) => path.startsWith(what));
  return (
    <Notice tone="danger">
      <div>{refusal.message}</div>
      {refusal.elsewhere.length > 0 && <ul style={{ listStyle: 'disc', paddingLeft: 18, marginTop: 4 }}>{refusal.elsewhere.map(([path, message]) => <li key={path}>{message}</li>)}</ul>}
      {(about('company') || about('customer')) && <div style={{ display: 'flex', gap: 8, marginTop: 8 }}>
        {about('customer') && <Button size="compact-sm" variant="default" onClick={onCustomer} data-testid="fix-customer">{t('window.invoices.edit.fix_customer')}</Button>}
        {about('company') && <Button size="compact-sm" variant="default" onClick={() => navigate('/settings/company')} data-testid="fix-company">{t('window.invoices.edit.fix_company')}</Button>}
      </div>}
    </Notice>
  );
}

function EditorBody({ state, editor }: { state: DraftState; editor: Editor }) {
  const t = useT();
  const { draft, errors, patch } = state;
  const [discounts, setDiscounts] = useState(() => draft.lines.some((l) => l.discountPcm > 0));
  const [more, setMore] = useState(() => !!(draft.note || draft.privateNote || draft.retentionPcm));
  return (
    <>
      <section className={`${css.box} ${css.flush}`} aria-label={t('window.invoices.edit.lines')} data-field="lines">
        <Lines state={state} taxes={editor.taxes} units={editor.units} discounts={discounts} />
      </section>
      {errors.lines && <Notice tone="danger">{errors.lines}</Notice>}
      <Allowances state={state} taxes={editor.taxes} />
      <DepositPicks state={state} />
      <div className={css.below}>
        <div>
          <button type="button" className={css.fold} aria-expanded={more} onClick={() => setMore((m) => !m)}><Icon name={more ? 'down' : 'right'} size={14} />{t('window.invoices.edit.more_fields')}</button>
          {more && <div className={css.fields}>
            <RetentionFields state={state} editor={editor} />
            <Checkbox label={t('window.invoices.edit.show_discount')} checked={discounts} onChange={(e) => setDiscounts(e.currentTarget.checked)} />
            <Textarea label={t('window.invoices.edit.note')} value={draft.note} onChange={(e) => patch({ note: e.currentTarget.value })} autosize minRows={2} maxRows={8} error={errors.note} data-field="note" />
            <Textarea label={t('window.invoices.edit.terms')} value={draft.terms} onChange={(e) => patch({ terms: e.currentTarget.value })} autosize minRows={1} maxRows={8} error={errors.terms} data-field="terms" />
            <Textarea label={t('window.invoices.edit.private_note')} value={draft.privateNote} onChange={(e) => patch({ privateNote: e.currentTarget.value })} autosize minRows={1} maxRows={8} error={errors.privateNote} data-field="privateNote" />
          </div>}
        </div>
        <TotalsBox state={state} />
      </div>
      {state.totals.warnings.map((w) => <Notice key={w} tone="warning">{w}</Notice>)}
      {state.saved.id && draft.customerId && <SharedFiles documentId={state.saved.id} draft />}
    </>
  );
}

export function TotalsBox({ state }: { state: DraftState }) {
  const { totals } = state;
  const t = useT();
  const f = useFormat();
  return (
    <dl className={`${css.box} ${css.totals}`} aria-live="polite" data-testid="totals">
      {(totals.sumAllowancesMinor !== 0 || totals.sumChargesMinor !== 0) && <div><dt>{t('window.invoices.total.lines')}</dt><dd>{f.money(totals.sumLinesMinor, totals.currency)}</dd></div>}
      {totals.sumAllowancesMinor !== 0 && <div><dt>{t('window.invoices.total.allowances')}</dt><dd data-testid="allowances-total">{f.money(-totals.sumAllowancesMinor, totals.currency)}</dd></div>}
      {totals.sumChargesMinor !== 0 && <div><dt>{t('window.invoices.total.charges')}</dt><dd data-testid="charges-total">{f.money(totals.sumChargesMinor, totals.currency)}</dd></div>}
      <div><dt>{t('window.invoices.total.excl')}</dt><dd>{f.money(totals.totalExclMinor, totals.currency)}</dd></div>
      {totals.taxes.map((x, i) => <div key={i}><dt>{t('window.invoices.total.tax', { label: x.label, base: f.amount(x.baseMinor, totals.currency) })}</dt><dd>{f.money(x.taxMinor, totals.currency)}</dd></div>)}
      <div className={css.grand}><dt>{t('window.invoices.total.incl')}</dt><dd data-testid="total">{f.money(totals.totalInclMinor, totals.currency)}</dd></div>
      <SettledTotals state={state} grand={css.grand ?? ''} />
    </dl>
  );
}

export function CustomerPick({ state, customer, setCustomer }: { state: DraftState; customer: CustomerMark | null; setCustomer: (c: CustomerMark) => void }) {
  const t = useT();
  const search = useCustomerSearch();
  const f = useFormat();
  const [creating, setCreating] = useState<string | null>(null);
  const take = (c: CustomerMark) => {
    setCustomer(c);
    // Whom the mail goes to, and the end of the month, a list of suggestions does not carry.
    void api.customers.get(c.id).then((full) => {
      setCustomer(markOf(full));
      if (full.termsEndOfMonth) state.patch({ termsEndOfMonth: true });
    }, () => undefined);
    state.patch({ customerId: c.id, contactId: '', currency: c.currency, language: c.language, termsDays: c.termsDays, termsEndOfMonth: false, ...(c.currency === state.draft.currency ? {} : { rateE8: 0 }) });
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-row="0"] [data-cell="description"]')?.focus());
  };
  return (
    <div className={css.customer}>
      <Lookup<CustomerMark> text={customer?.name ?? ''} topic="customers"
        search={search}
        onPick={(o) => take(o.value)} onCreate={setCreating} createLabel={(words) => t('window.invoices.edit.customer_create', { words })}
        input={{ label: t('window.invoices.edit.customer'), placeholder: t('window.invoices.edit.customer_hint'), error: state.errors.customerId ?? state.errors['customer.email'], 'data-field': 'customerId', 'data-testid': 'customer', autoFocus: !customer }} />
      {customer && <div className={css.who}>{customer.suspended && <><StateBadge state="suspended" /><br /></>}{[customer.number, customer.city, f.country(customer.country)].filter(Boolean).join(' · ')}<br />{customer.email || <span style={{ color: 'var(--warning)' }}>{t('window.invoices.edit.no_email')}</span>}</div>}
      <CustomerPanel opened={creating !== null} name={creating ?? ''} onClose={() => { setCreating(null); focusFirst(['customerId']); }} onSaved={(c) => { setCreating(null); take(c); }} />
    </div>
  );
}

/** Where documents of this kind are at home. */
const home = (state: DraftState) => (state.draft.kind === 'credit_note' ? '/credits' : state.draft.kind === 'quote' ? '/quotes' : '/invoices');

function titleOf({ draft }: Editor) {
  if (draft.kind === 'quote') return draft.id ? 'window.quotes.edit.draft' as const : 'window.quotes.edit.new' as const;
  if (draft.kind === 'credit_note') return draft.id ? 'window.credits.edit.draft' as const : 'window.credits.edit.new' as const;
  if (draft.kind === 'deposit_invoice') return 'window.credits.edit.deposit_draft' as const;
  return draft.id ? 'window.invoices.edit.draft' as const : 'window.invoices.edit.new' as const;
}

function useInvoiceActions(state: DraftState) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const copying = useIntention();
  const [general, setGeneral] = useState<Refusal | null>(null);
  const busy = useRef(false);
  const issue = async (act: typeof api.invoices.send) => {
    setGeneral(null);
    // What is typed but cannot be read must not leave as something else.
    const unread = document.querySelector<HTMLElement>('[data-bad]');
    if (unread) { unread.focus(); return; }
    // What was opened and left at nothing is no line of the invoice.
    if (state.draft.allowances.some((a) => !a.pcm && !a.amountMinor)) state.patch({ allowances: state.draft.allowances.filter((a) => a.pcm || a.amountMinor) });
    const { id, version } = await state.flush();
    if (!id) { state.setErrors({ customerId: t('window.invoices.edit.customer_needed') }); focusFirst(['customerId']); return; }
    const done = await act(id, version, intention.key());
    state.finished();
    intention.done();
    // Go knows whether the mail can leave: what it says is said, nothing more.
    toast(done.message);
    void client.invalidateQueries();
    navigate(`${home(state)}/${done.id}`, { replace: true });
  };
  const fail = (error: unknown) => {
    const e = asApiError(error);
    state.setErrors(e.fields);
    if (Object.keys(e.fields).length) focusFirst(Object.keys(e.fields));
    // What lies on no field of this page (the customer's address, the firm's identity) is said above it.
    const elsewhere = Object.entries(e.fields).filter(([path]) => !document.querySelector(`[data-field="${CSS.escape(path)}"]`));
    setGeneral({ message: e.reference ? `${e.message} (${e.reference})` : e.message, elsewhere });
  };
  return {
    general, fail, clear: () => setGeneral(null),
    send: () => issue(api.invoices.send),
    markSent: () => issue(api.invoices.markSent),
    markPaid: () => issue(api.invoices.markPaid),
    duplicate: async () => {
      const { id } = await state.flush();
      const copy = await api.invoices.duplicate(id, copying.key());
      copying.done();
      toast(t('window.invoices.duplicated'));
      navigate(`${home(state)}/${copy.id}/edit`);
    },
    remove: async () => {
      const n = state.draft.lines.filter((l) => !isEmpty(l)).length;
      if (!await confirm({ title: t('window.invoices.delete.title'), lost: [t('window.invoices.delete.lost_lines', { n })], verb: t('window.invoices.delete.verb') })) return;
      state.finished();
      if (state.saved.id) await api.invoices.remove(state.saved.id, state.saved.version);
      void client.invalidateQueries();
      toast(t('window.invoices.deleted'));
      navigate(home(state), { replace: true });
    },
    /** For the menu: once at a time, refusals beside their fields. */
    run: async (act: () => Promise<void>) => {
      if (busy.current) return;
      busy.current = true;
      try { await act(); } catch (e) { if (asApiError(e).code === 'internal') showError(e); else fail(e); } finally { busy.current = false; }
    },
  };
}
