import { useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type Invoice } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { StateBadge } from '~/components/Badge';
import { CopyButton, KeyValue, Timeline } from '~/components/display';
import { Icon } from '~/components/Icon';
import { ShowPanel } from '~/screens/portal/ShowPanel';
import { Notice, Page, PageHeader, Section, Stack, type Action, type Tone } from '~/components/layout';
import { PdfPreview } from '~/components/PdfPreview';
import { SharedFiles } from '~/components/SharedFiles';
import { ContractOf } from '~/screens/contracts/money';
import { Await } from '~/components/states';
import { saveFile, showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { insist } from '~/screens/payments/insist';
import { CreditPanel } from '~/screens/credits/CreditPanel';
import { creditState } from '~/screens/credits/creditState';
import { Settlements } from '~/screens/credits/Settlements';
import { InvoiceCharges } from '~/screens/charging/InvoiceCharges';
import { RecurringSource } from '~/screens/recurring/RecurringSource';
import { PaymentPanel } from './PaymentPanel';
import { Thread } from '~/screens/quotes/Thread';
import { InvoiceReminders } from '~/screens/reminders/InvoiceReminders';
import { RemindPanel } from '~/screens/reminders/RemindPanel';
import css from './view.module.css';

export function InvoiceView({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['invoices', 'one', id], queryFn: () => api.invoices.get(id) });
  const draft = query.data?.state === 'draft';
  const quote = query.data?.kind === 'quote'; // a search and a notice name documents of any kind
  useEffect(() => { if (quote) navigate(`/quotes/${id}`, { replace: true }); else if (draft) navigate(`${query.data?.kind === 'credit_note' ? '/credits' : '/invoices'}/${id}/edit`, { replace: true }); }, [draft, quote, id, query.data?.kind]);
  if (draft || quote) return null;
  return <Await whole query={query}>{(inv) => <Issued invoice={inv} />}</Await>;
}

function useActions(inv: Invoice) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const act = async (make: (key: string) => Promise<{ message: string }>) => {
    const done = await make(intention.key());
    intention.done();
    toast(done.message);
    await client.invalidateQueries();
  };
  return {
    resend: () => act((key) => api.invoices.send(inv.id, inv.version, key)),
    markPaid: async () => {
      const done = await insist((anyway) => (anyway
        ? api.invoices.recordPayment({ key: intention.key(), invoiceId: inv.id, version: inv.version, amountMinor: 0, receivedOn: '', method: 'transfer', reference: '', note: '', notify: false, anyway })
        : api.invoices.markPaid(inv.id, inv.version, intention.key())));
      if (done) await act(() => Promise.resolve(done));
    },
    confirmTransfer: () => act((key) => api.invoices.confirmTransfer({ key, announcementId: inv.announcement?.id ?? '', receivedOn: '', amountMinor: 0 })),
    dismiss: async () => { await api.invoices.dismissTransfer(inv.announcement?.id ?? '', ''); await client.invalidateQueries(); },
    duplicate: async () => {
      const copy = await api.invoices.duplicate(inv.id, intention.key());
      intention.done();
      toast(t('window.invoices.duplicated'));
      navigate(`/invoices/${copy.id}/edit`);
    },
  };
}

function Issued({ invoice: inv }: { invoice: Invoice }) {
  const t = useT();
  const f = useFormat();
  const act = useActions(inv);
  const [paying, setPaying] = useState(false);
  const [reminding, setReminding] = useState(false);
  const [crediting, setCrediting] = useState(false);
  const [showing, setShowing] = useState(false);
  const s = inv.settlement;
  const credit = s.kind === 'credit_note';
  const open = inv.dueMinor > 0 && !credit;
  const menu: Action[] = [
    ...(open && inv.lateDays > 0 ? [{ label: t('window.reminders.remind'), may: 'collect' as const, icon: 'bell' as const, onClick: () => setReminding(true) }] : []),
    ...(open ? [{ label: t('window.invoices.act.resend'), icon: 'send' as const, onClick: () => void act.resend().catch(showError) }] : []),
    ...(open ? [{ label: t('window.payments.record'), may: 'collect' as const, icon: 'payments' as const, onClick: () => setPaying(true) }] : []),
    ...(inv.announcement ? [{ label: t('window.invoices.act.dismiss_transfer'), may: 'collect' as const, icon: 'close' as const, onClick: () => void act.dismiss().catch(showError) }] : []),
    ...(credit ? [] : [{ label: t('window.credits.act.credit'), icon: 'credit' as const, onClick: () => setCrediting(true) },
      ...(inv.kind === 'invoice' ? [{ label: t('window.recurring.act.from_invoice'), icon: 'refresh' as const, to: `/recurring/new?invoice=${inv.id}` }] : []),
      { label: t('window.invoices.act.duplicate'), icon: 'copy' as const, onClick: () => void act.duplicate().catch(showError) }]),
    ...(credit ? [] : [{ label: t('window.shown.act'), icon: 'eye' as const, onClick: () => setShowing(true) }]),
    { label: t('window.invoices.act.pdf'), icon: 'download', disabled: !inv.pdfHref, onClick: () => void saveFile(inv.pdfHref) },
  ];
  const state = credit ? creditState(inv) : inv.announcement && open ? 'announced' : inv.state;
  return (
    <Page>
      <PageHeader title={t(credit ? 'window.credits.view.title' : s.kind === 'deposit_invoice' ? 'window.credits.view.title_deposit' : 'window.invoices.view.title', { number: inv.number })} back={credit ? { href: '/credits', label: t('window.credits.title') } : { href: '/invoices', label: t('window.invoices.title') }} badge={<StateBadge state={state} />}
        subtitle={<><Link href={`/customers/${inv.customerId}`}>{inv.customerName || inv.customer?.name}</Link>{' · '}{f.money(inv.totalInclMinor, inv.currency)}{open && s.dueOn && <>{' · '}{t('window.invoices.view.due_on', { date: f.date(s.dueOn) })}{inv.lateDays > 0 && <>{' · '}<span style={{ color: 'var(--danger)' }}>{t('window.invoices.late', { n: inv.lateDays })}</span></>}</>}</>}
        primary={open || inv.announcement
          ? <ActionButton onAct={inv.announcement ? act.confirmTransfer : act.markPaid} data-testid="mark-paid">{inv.announcement ? t('window.invoices.act.confirm_transfer') : t('window.invoices.act.mark_paid')}</ActionButton>
          : <ActionButton onAct={act.resend} leftSection={<Icon name="send" size={16} />}>{t('window.invoices.act.resend')}</ActionButton>}
        menu={menu} />
      <ShowPanel opened={showing} documentId={inv.id} customerId={inv.customerId} onClose={() => setShowing(false)} />
      {inv.announcement && <Notice tone="info">{t('window.invoices.view.announced', { amount: f.money(inv.announcement.amountMinor, inv.currency), date: f.date(inv.announcement.announcedOn) })}</Notice>}
      {inv.debitOn && <Notice tone="info">{t('window.invoices.view.debit', { date: f.date(inv.debitOn) })}</Notice>}
      <RecurringSource invoiceId={inv.id} />
      <PaymentPanel invoice={inv} opened={paying} onClose={() => setPaying(false)} />
      <CreditPanel invoice={inv} opened={crediting} onClose={() => setCrediting(false)} />
      <div className={css.split}>
        <Stack gap={4}>
          <InvoiceLines inv={inv} />
          <Section title={t('window.invoices.view.details')}>
            <KeyValue rows={[
              [t('window.invoices.edit.issue_date'), f.date(inv.issueDate)],
              !!inv.dueDate && [t('window.invoices.edit.due_date'), f.date(inv.dueDate)],
              s.retainedMinor > 0 && [t('window.credits.view.retained'), t('window.credits.view.retained_value', { percent: f.percent(s.retentionPcm), amount: f.money(s.retainedMinor, inv.currency), date: f.date(s.retainedUntil) })],
              !!s.preceding && [t('window.credits.view.of'), <Link key="p" href={`/invoices/${s.preceding.id}`}>{s.preceding.number}</Link>],
              !!s.quote && [t('window.credits.view.of_quote'), <Link key="q" href={`/quotes/${s.quote.id}`}>{s.quote.number}</Link>],
              !!s.reason && [t('window.credits.reason'), s.reason],
              !!inv.deliveryDate && [t('window.invoices.edit.delivery'), f.date(inv.deliveryDate)],
              !!inv.orderNumber && [t('window.invoices.edit.order'), inv.orderNumber],
              [t('window.invoices.view.language'), t(inv.language === 'en' ? 'common.language.en' : 'common.language.fr')],
              !!inv.link && [t('window.nav.portal'), <span key="l" style={{ display: 'flex', gap: 4, alignItems: 'center' }}><span className="ellipsis mono">{inv.link}</span><CopyButton value={inv.link} label={t('window.invoices.act.copy_link')} /></span>],
              !!inv.note && [t('window.invoices.edit.note'), inv.note],
              !!inv.privateNote && [t('window.invoices.edit.private_note'), inv.privateNote],
            ]} />
            <ContractOf documentId={inv.id} />
          </Section>
          <Settlements inv={inv} />
          <Thread documentId={inv.id} />
          <SharedFiles documentId={inv.id} />
          <RemindPanel opened={reminding} documents={[inv.id]} onClose={() => setReminding(false)} />
          {!credit && <InvoiceCharges id={inv.id} />}
          {!credit && <InvoiceReminders id={inv.id} currency={inv.currency} open={open} />}
          <Story inv={inv} />
        </Stack>
        <div className={css.preview}><PdfPreview src={inv.pdfHref || null} title={t('window.invoices.view.pdf')} empty={t(inv.takenOver ? 'window.import.no_pdf' : 'window.invoices.view.pdf_making')} saveHref={inv.pdfHref || undefined} /></div>
      </div>
    </Page>
  );
}

function InvoiceLines({ inv }: { inv: Invoice }) {
  const t = useT();
  // On a telephone the quantity and the price stand under what they are of: the amounts stay in sight.
  const narrow = !!useMediaQuery('(max-width: 48em)');
  const before = narrow ? 1 : 4;
  const s = inv.settlement;
  const credit = s.kind === 'credit_note';
  const f = useFormat();
  const off = (l: Invoice['lines'][number]) => (l.discountPcm > 0 ? ` −${f.percent(l.discountPcm)}` : l.discountMinor > 0 ? ` −${f.amount(l.discountMinor, inv.currency)}` : '');
  return (
    <Section title={t('window.invoices.view.lines')} flush>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('window.invoices.view.lines')}>
        <table className={css.lines}>
          <thead><tr><th scope="col">{t('window.invoices.edit.description')}</th>{!narrow && <><th scope="col" className="num">{t('window.invoices.edit.quantity')}</th><th scope="col" className="num">{t(inv.pricesInclTax ? 'window.credits.view.price_incl' : 'window.invoices.edit.price')}</th><th scope="col">{t('window.invoices.edit.tax')}</th></>}<th scope="col" className="num">{t(inv.pricesInclTax ? 'window.credits.view.amount_incl' : 'window.invoices.edit.amount')}</th></tr></thead>
          <tbody>{inv.lines.map((l, i) => (
            <tr key={i}><td><div>{l.description}</div>{l.detail && <div className="soft small">{l.detail}</div>}{narrow && <div className="soft small">{f.quantity(l.quantityE4)}{l.unit && ` ${l.unit}`} × {f.price(l.unitPriceE4, inv.currency)}{off(l)}{l.taxLabel && ` · ${l.taxLabel}`}</div>}</td>
              {!narrow && <><td className="num">{f.quantity(l.quantityE4)} <span className="faint">{l.unit}</span></td><td className="num">{f.price(l.unitPriceE4, inv.currency)}{off(l) && <div className="faint small">{off(l)}</div>}</td><td className={`soft ${css.tax}`}>{l.taxLabel}</td></>}
              <td className="num">{f.amount(l.netMinor, inv.currency)}</td></tr>
          ))}</tbody>
          <tfoot>
            {inv.allowances.map((a, i) => <tr key={'a' + i}><td colSpan={before} className="num soft">{a.reason}</td><td className="num">{f.money(a.amountMinor, inv.currency)}</td></tr>)}
            <tr><td colSpan={before} className="num soft">{t('window.invoices.total.excl')}</td><td className="num">{f.money(inv.totalExclMinor, inv.currency)}</td></tr>
            {inv.taxes.map((x, i) => <tr key={i}><td colSpan={before} className="num soft">{t('window.invoices.total.tax', { label: x.label, base: f.amount(x.baseMinor, inv.currency) })}</td><td className="num">{f.money(x.taxMinor, inv.currency)}</td></tr>)}
            <tr className={css.grand}><td colSpan={before} className="num">{t('window.invoices.total.incl')}</td><td className="num">{f.money(inv.totalInclMinor, inv.currency)}</td></tr>
            {s.prepaidMinor > 0 && <tr><td colSpan={before} className="num soft">{t(inv.takenOver ? 'window.import.paid_before' : 'window.credits.total.deposits')}</td><td className="num">{f.money(-s.prepaidMinor, inv.currency)}</td></tr>}
            {s.prepaidMinor > 0 && <tr className={css.grand}><td colSpan={before} className="num">{t('window.credits.total.due')}</td><td className="num">{f.money(s.amountDue, inv.currency)}</td></tr>}
            {!credit && s.creditedMinor > 0 && <tr><td colSpan={before} className="num soft">{t('window.credits.view.credited')}</td><td className="num">{f.money(-s.creditedMinor, inv.currency)}</td></tr>}
            {inv.paidMinor > 0 && <tr><td colSpan={before} className="num soft">{t('window.invoices.total.paid')}</td><td className="num">{f.money(inv.paidMinor, inv.currency)}</td></tr>}
            {inv.paidMinor > 0 && inv.dueMinor > 0 && <tr className={css.grand}><td colSpan={before} className="num">{t('window.invoices.total.left')}</td><td className="num">{f.money(inv.dueMinor, inv.currency)}</td></tr>}
          </tfoot>
        </table>
      </div>
    </Section>
  );
}

const tones: Record<string, Tone> = { 'payment.recorded': 'good', 'invoice.mailed': 'info', 'invoice.sent': 'info', 'invoice.viewed': 'info', 'invoice.issued': 'info', 'transfer.announced': 'warning' };
function Story({ inv }: { inv: Invoice }) {
  const t = useT();
  const f = useFormat();
  return (
    <>
      {inv.payments.length > 0 && <Section title={t('window.invoices.view.payments')} flush>
        <ul>{inv.payments.map((p) => <li key={p.id} className={css.item}><Link href={`/payments?open=${p.id}`}>{p.number}</Link><span className="soft">{f.date(p.receivedOn)}</span><span className="soft">{tDynamic(`common.method.${p.method}`)}</span><strong className="num">{f.money(p.amountMinor, inv.currency)}</strong></li>)}</ul>
      </Section>}
      {inv.mails.length > 0 && <Section title={t('window.invoices.view.mails')} flush>
        <ul>{inv.mails.map((m) => <li key={m.id} className={css.item}><Link href={`/mail?open=${m.id}`} className="ellipsis">{m.subject || m.to}</Link><span className="soft ellipsis">{m.to}</span><StateBadge state={m.state} kind="mail" /></li>)}</ul>
      </Section>}
      <Section title={t('window.invoices.view.history')}><Timeline items={inv.history.map((h) => ({ id: h.id, at: h.at, title: h.text, tone: tones[h.kind] }))} /></Section>
    </>
  );
}
