import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, useIntention, type Quote, type QuoteDecision } from '~/api';
import { navigate } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge, StateBadge } from '~/components/Badge';
import { confirm } from '~/components/Confirm';
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
import { useT } from '~/i18n';
import { QuoteBilling, type BillingStep } from '~/screens/credits/QuoteBilling';
import view from '~/screens/invoices/view.module.css';
import { DecisionPanel, type Deciding } from './DecisionPanel';
import { Thread } from './Thread';
import css from './quotes.module.css';

export function QuoteView({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['quotes', 'one', id], queryFn: () => api.quotes.get(id) });
  const draft = query.data?.state === 'draft';
  useEffect(() => { if (draft) navigate(`/quotes/${id}/edit`, { replace: true }); }, [draft, id]);
  if (draft) return null;
  return <Await whole query={query}>{(q) => <Sent key={q.id} quote={q} />}</Await>;
}

function useActions(q: Quote) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const open = async (make: (key: string) => Promise<{ id: string }>, to: string) => {
    const saved = await make(intention.key());
    intention.done();
    void client.invalidateQueries();
    navigate(`/${to}/${saved.id}/edit`);
  };
  return {
    resend: async () => {
      const done = await api.invoices.send(q.id, q.version, intention.key());
      intention.done();
      toast(done.message);
      await client.invalidateQueries();
    },
    revise: () => open((key) => api.quotes.revise(q.id, key), 'quotes'),
    convert: () => open((key) => api.quotes.convert(q.id, key), 'invoices'),
    duplicate: (kind: 'quote' | 'invoice') => open((key) => api.quotes.duplicate(q.id, kind, key), kind === 'quote' ? 'quotes' : 'invoices'),
    undo: async () => {
      const made = q.made.filter((m) => !m.cancelled && m.number).map((m) => t('window.quotes.undo.lost', { number: m.number }));
      if (!await confirm({ title: t('window.quotes.undo.title'), body: t('window.quotes.undo.text'), lost: made, verb: t('window.quotes.act.undo') })) return;
      const done = await api.quotes.undo(q.id, intention.key());
      intention.done();
      toast(done.message);
      await client.invalidateQueries();
    },
  };
}

function Sent({ quote: q }: { quote: Quote }) {
  const t = useT();
  const f = useFormat();
  const act = useActions(q);
  const [deciding, setDeciding] = useState<Deciding>(null);
  const [step, setStep] = useState<BillingStep>(null);
  const [showing, setShowing] = useState(false);
  const agreed = q.decision?.decision === 'approved' && !q.successor;
  const later = !q.decision && !q.successor;
  const run = (fn: () => Promise<void>) => () => void fn().catch(showError);
  const menu: Action[] = [
    ...(later && q.state !== 'expired' ? [{ label: t('window.quotes.act.resend'), icon: 'send' as const, onClick: run(act.resend) }] : []),
    ...(later ? [{ label: t('window.quotes.act.refuse'), icon: 'close' as const, onClick: () => setDeciding('refuse') }] : []),
    ...(!agreed && !q.successor ? [{ label: t('window.quotes.act.revise'), icon: 'copy' as const, onClick: run(act.revise) }] : []),
    ...(agreed && q.state !== 'converted' ? [{ label: t('window.credits.act.deposit'), icon: 'payments' as const, onClick: () => setStep('deposit') }, { label: t('window.credits.act.progress'), icon: 'payments' as const, onClick: () => setStep('progress') }] : []),
    { label: t('window.quotes.act.duplicate'), icon: 'copy', divider: true, onClick: run(() => act.duplicate('quote')) },
    { label: t('window.quotes.act.duplicate_invoice'), icon: 'invoice', onClick: run(() => act.duplicate('invoice')) },
    { label: t('window.shown.act'), icon: 'eye', onClick: () => setShowing(true) },
    { label: t('window.invoices.act.pdf'), icon: 'download', disabled: !q.pdfHref, onClick: () => void saveFile(q.pdfHref) },
    ...(q.decision && !q.successor ? [{ label: t('window.quotes.act.undo'), icon: 'close' as const, danger: true, divider: true, onClick: run(act.undo) }] : []),
  ];
  return (
    <Page>
      <PageHeader title={t('window.quotes.view.title', { number: q.number })} back={{ href: '/quotes', label: t('window.quotes.title') }} badge={<StateBadge state={q.state} kind="quote" />}
        subtitle={<><Link href={`/customers/${q.customerId}`}>{q.customerName || q.customer?.name}</Link>{' · '}{f.money(q.decision?.decision === 'approved' ? q.decision.totalMinor : q.totalInclMinor, q.currency)}{q.waits && q.validUntil && <>{' · '}{t('window.quotes.view.valid', { date: f.date(q.validUntil) })}</>}</>}
        primary={later ? <MakeButton leftSection={<Icon name="check" size={16} />} onClick={() => setDeciding('approve')} data-testid="note-approval">{t('window.quotes.act.approve')}</MakeButton>
          : agreed && q.state === 'approved' ? <ActionButton onAct={act.convert} onError={showError} data-testid="convert">{t('window.quotes.act.convert')}</ActionButton> : undefined}
        menu={menu} />
      <ShowPanel opened={showing} documentId={q.id} customerId={q.customerId} onClose={() => setShowing(false)} />
      <DecisionPanel quote={q} deciding={deciding} onClose={() => setDeciding(null)} />
      {q.successor && <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate(`/quotes/${q.successor?.id}`)}>{t('window.quotes.view.see_newer')}</Button>}>{t('window.quotes.view.superseded', { number: q.successor.number })}</Notice>}
      <div className={view.split}>
        <Stack gap={4}>
          {q.decision && <DecisionCard quote={q} decision={q.decision} />}
          <QuoteLines quote={q} />
          <QuoteBilling quoteId={q.id} step={step} onStep={setStep} />
          <Thread documentId={q.id} />
          <Details quote={q} />
          <ContractOf documentId={q.id} />
          <SharedFiles documentId={q.id} />
          <Story quote={q} />
        </Stack>
        <div className={view.preview}><PdfPreview src={q.pdfHref || null} title={t('window.quotes.view.pdf')} empty={t('window.invoices.view.pdf_making')} saveHref={q.pdfHref || undefined} /></div>
      </div>
    </Page>
  );
}

function DecisionCard({ quote: q, decision: d }: { quote: Quote; decision: QuoteDecision }) {
  const t = useT();
  const f = useFormat();
  const made = q.made.filter((m) => !m.cancelled);
  return (
    <Section title={t(d.decision === 'approved' ? 'window.quotes.view.approved' : 'window.quotes.view.refused')}>
      <KeyValue rows={[
        [t('window.quotes.view.by'), `${d.name}${d.byFirm ? ` (${t('window.quotes.view.by_firm')})` : ''}`],
        [t('window.quotes.view.on'), f.date(d.on)],
        !!d.orderNumber && [t('window.invoices.edit.order'), d.orderNumber],
        !!d.reason && [t('window.quotes.decide.reason'), d.reason],
        !!d.signatureHref && [t('window.quotes.view.signature'), <img key="s" className={css.signature} src={d.signatureHref} alt={t('window.quotes.view.signature_of', { name: d.name })} />],
        made.length > 0 && [t('window.quotes.view.made'), <span key="m">{made.map((m, i) => <span key={m.id}>{i > 0 && ', '}<Link href={m.number ? `/invoices/${m.id}` : `/invoices/${m.id}/edit`}>{m.number || t('window.quotes.view.draft')}</Link></span>)}</span>],
      ]} />
    </Section>
  );
}

function QuoteLines({ quote: q }: { quote: Quote }) {
  const t = useT();
  const f = useFormat();
  const narrow = !!useMediaQuery('(max-width: 48em)');
  const before = narrow ? 1 : 3;
  const word = (i: number) => (!q.decision ? t('window.quotes.option') : q.decision.options.includes(i) ? t('window.quotes.option_taken') : t('window.quotes.option_left'));
  return (
    <Section title={t('window.invoices.view.lines')} flush>
      <div style={{ overflowX: 'auto' }} tabIndex={0} role="group" aria-label={t('window.invoices.view.lines')}>
        <table className={view.lines}>
          <thead><tr><th scope="col">{t('window.invoices.edit.description')}</th>{!narrow && <><th scope="col" className="num">{t('window.invoices.edit.quantity')}</th><th scope="col" className="num">{t('window.invoices.edit.price')}</th></>}<th scope="col" className="num">{t('window.invoices.edit.amount')}</th></tr></thead>
          <tbody>{q.lines.map((l, i) => (
            <tr key={i}><td><div>{l.description}{l.optional && <>{' '}<Badge tone={q.decision?.options.includes(i) ? 'good' : 'neutral'}>{word(i)}</Badge></>}</div>{l.detail && <div className="soft small">{l.detail}</div>}{narrow && <div className="soft small">{f.quantity(l.quantityE4)}{l.unit && ` ${l.unit}`} × {f.price(l.unitPriceE4, q.currency)}</div>}</td>
              {!narrow && <><td className="num">{f.quantity(l.quantityE4)} <span className="faint">{l.unit}</span></td><td className="num">{f.price(l.unitPriceE4, q.currency)}</td></>}
              <td className={`num ${q.decision && l.optional && !q.decision.options.includes(i) ? css.left : ''}`}>{f.amount(l.netMinor, q.currency)}</td></tr>
          ))}</tbody>
          <tfoot>
            {q.allowances.map((a, i) => <tr key={'a' + i}><td colSpan={before} className="num soft">{a.reason}</td><td className="num">{f.money(a.amountMinor, q.currency)}</td></tr>)}
            <tr><td colSpan={before} className="num soft">{t('window.invoices.total.excl')}</td><td className="num">{f.money(q.totalExclMinor, q.currency)}</td></tr>
            {q.taxes.map((x, i) => <tr key={i}><td colSpan={before} className="num soft">{t('window.invoices.total.tax', { label: x.label, base: f.amount(x.baseMinor, q.currency) })}</td><td className="num">{f.money(x.taxMinor, q.currency)}</td></tr>)}
            <tr className={view.grand}><td colSpan={before} className="num">{t(q.lines.some((l) => l.optional) ? 'window.quotes.total.without_options' : 'window.invoices.total.incl')}</td><td className="num">{f.money(q.totalInclMinor, q.currency)}</td></tr>
            {q.decision?.decision === 'approved' && q.decision.totalMinor !== q.totalInclMinor && <tr className={view.grand}><td colSpan={before} className="num">{t('window.quotes.total.approved')}</td><td className="num">{f.money(q.decision.totalMinor, q.currency)}</td></tr>}
            {q.depositMinor > 0 && <tr><td colSpan={before} className="num soft">{t('window.quotes.total.deposit', { percent: f.percent(q.depositPcm) })}</td><td className="num">{f.money(q.depositMinor, q.currency)}</td></tr>}
          </tfoot>
        </table>
      </div>
    </Section>
  );
}

function Details({ quote: q }: { quote: Quote }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.invoices.view.details')}>
      <KeyValue rows={[
        [t('window.invoices.edit.issue_date'), f.date(q.issueDate)],
        [t('window.quotes.edit.valid_until'), f.date(q.validUntil)],
        !!q.orderNumber && [t('window.invoices.edit.order'), q.orderNumber],
        q.versions.length > 1 && [t('window.quotes.view.versions'), <span key="v">{q.versions.map((v, i) => <span key={v.id}>{i > 0 && ', '}{v.id === q.id ? <strong>{v.number}</strong> : <Link href={`/quotes/${v.id}`}>{v.number}</Link>}</span>)}</span>],
        !!q.link && [t('window.nav.portal'), <span key="l" style={{ display: 'flex', gap: 4, alignItems: 'center' }}><span className="ellipsis mono">{q.link}</span><CopyButton value={q.link} label={t('window.invoices.act.copy_link')} /></span>],
        !!q.note && [t('window.invoices.edit.note'), q.note],
        !!q.privateNote && [t('window.invoices.edit.private_note'), q.privateNote],
      ]} />
    </Section>
  );
}

const tones: Record<string, Tone> = { 'quote.approved': 'good', 'quote.refused': 'danger', 'quote.mailed': 'info', 'quote.issued': 'info', 'quote.viewed': 'info', 'quote.undone': 'warning', 'question.asked': 'warning' };
function Story({ quote: q }: { quote: Quote }) {
  const t = useT();
  return (
    <>
      {q.mails.length > 0 && <Section title={t('window.invoices.view.mails')} flush>
        <ul>{q.mails.map((m) => <li key={m.id} className={view.item}><Link href={`/mail?open=${m.id}`} className="ellipsis">{m.subject || m.to}</Link><span className="soft ellipsis">{m.to}</span><StateBadge state={m.state} kind="mail" /></li>)}</ul>
      </Section>}
      {q.history.length > 0 && <Section title={t('window.invoices.view.history')}><Timeline items={q.history.map((h) => ({ id: h.id, at: h.at, title: h.text, tone: tones[h.kind] }))} /></Section>}
    </>
  );
}
