import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { api, type Home as HomeView } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { BarChart } from '~/components/BarChart';
import { StatTile } from '~/components/display';
import { Icon, type IconName } from '~/components/Icon';
import { Empty, Grid, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { hasText, tDynamic, useT } from '~/i18n';
import { PortalBadge, PortalCode, usePortal } from '~/screens/portal/PortalPage';
import { CertainRequest } from './CertainRequest';
import css from './home.module.css';

export function Home() {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['home', f.lang], queryFn: api.home });
  return (
    <Page>
      <PageHeader title={t('window.home.title')} subtitle={query.data && f.date(query.data.today)}
        primary={<MakeButton to="/invoices/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/invoices/new')} data-testid="new-invoice">{t('window.invoices.new')}</MakeButton>} />
      <Await query={query}>{(h) => <Desk home={h} />}</Await>
    </Page>
  );
}

function Desk({ home: h }: { home: HomeView }) {
  const t = useT();
  const f = useFormat();
  const month = h.today.slice(0, 7);
  const fresh = h.recent.length === 0 && h.openCount === 0;
  return (
    <>
      <Grid cols={4} tiles>
        <StatTile label={t('window.home.open')} value={f.money(h.openMinor, h.currency)} note={others(t('window.home.invoices_n', { n: h.openCount }), h.currencies.map((c) => f.money(c.openMinor, c.currency)))} href="/invoices?state=open" />
        <StatTile label={t('window.home.overdue')} value={f.money(h.overdueMinor, h.currency)} note={others(t('window.home.invoices_n', { n: h.overdueCount }), h.currencies.filter((c) => c.overdueMinor > 0).map((c) => f.money(c.overdueMinor, c.currency)))} tone={h.overdueMinor ? 'danger' : undefined} href="/invoices?state=overdue&sort=dueDate" />
        <StatTile label={t('window.home.received')} value={f.money(h.receivedMinor, h.currency)} note={f.month(h.today, true)} href={`/payments?from=${month}-01&to=${h.today}`} />
        <StatTile label={t('window.home.tax')} value={f.money(h.taxDueMinor, h.currency)} note={t('window.home.tax_note')} href="/books/balance" />
      </Grid>
      <div className={css.split}>
        <Section title={t('window.home.todo')} flush><Todo home={h} /></Section>
        <Section title={t('window.home.chart')}><Chart home={h} /></Section>
      </div>
      <div className={css.split} data-wide>
        {fresh
          ? <Section label={t('window.home.first')}><Empty icon="invoice" title={t('window.home.first')} text={t('window.home.first_text')}><MakeButton to="/invoices/new" onClick={() => navigate('/invoices/new')}>{t('window.invoices.new')}</MakeButton></Empty></Section>
          : <Section title={t('window.home.recent')} flush actions={<Link href="/invoices" className={css.all}>{t('window.home.see_all')}</Link>}><Recent home={h} /></Section>}
        <PortalCard />
      </div>
      {h.coming.length > 0 && <Coming home={h} />}
    </>
  );
}

// What is open in other currencies is named beside, never added.
const others = (text: string, amounts: string[]) => [text, ...amounts].join(' · ');

const icons: Record<string, IconName> = { contracts_tell: 'contract', contracts_renew: 'contract', milestones_late: 'flag', contracts_to_sign: 'pen', access_requests: 'customers', proposals: 'customers', gateway_disputes: 'danger', gateway_unknown: 'question', gateway_charges: 'warning', gateway_refunds: 'undo', charge_failed: 'warning', chats: 'question', chats_late: 'warning', quotes_to_invoice: 'quote', quotes_expired: 'quote', catch_up: 'refresh', recurring_failed: 'warning', to_remind: 'bell', late_rate: 'warning', overdue: 'warning', drafts: 'invoice', unsent: 'send', announced: 'payments', failed_mails: 'mail', waiting_mails: 'mail', mail_server: 'settings', identity: 'building', portal: 'portal' };
function Todo({ home: h }: { home: HomeView }) {
  const t = useT();
  const f = useFormat();
  const known = h.todo.filter((x) => hasText(`window.home.todo.${x.kind}`));
  if (!known.length) return <p className={css.nothing}><Icon name="good" />{t('window.home.todo_empty')}</p>;
  return (
    <ul>{known.map((x) => (
      <li key={x.kind}><Link href={x.href} className={css.todo} data-kind={x.kind}>
        <Icon name={icons[x.kind] ?? 'right'} /><span><span>{tDynamic(`window.home.todo.${x.kind}`, { n: x.count })}</span>{x.names.length > 0 && <small>{x.names.join(', ')}</small>}</span>
        <strong className="num">{x.amountMinor > 0 ? f.money(x.amountMinor, h.currency) : ''}</strong><Icon name="right" size={14} />
      </Link></li>
    )).flatMap((row, i) => (known[i]?.kind === 'access_requests' ? [row, ...h.requests.map((r) => <li key={r.requestId}><CertainRequest request={r} /></li>)] : [row]))}</ul>
  );
}

function Coming({ home: h }: { home: HomeView }) {
  const t = useT();
  const f = useFormat();
  return (
    <Section title={t('window.home.coming')} flush actions={<Link href="/recurring?state=active" className={css.all}>{t('window.home.coming_all')}</Link>}>
      <ul>{h.coming.map((r) => (
        <li key={r.id}><Link href={`/recurring/${r.id}`} className={css.todo}>
          <Icon name="refresh" /><span><span>{r.customerName}</span><small>{[f.date(r.nextOn), r.words].join(' · ')}</small></span>
          <strong className="num">{f.money(r.totalMinor, r.currency)}</strong><Icon name="right" size={14} />
        </Link></li>
      ))}</ul>
    </Section>
  );
}

function Chart({ home: h }: { home: HomeView }) {
  const t = useT();
  const f = useFormat();
  const points = useMemo(() => h.months.map((m) => ({
    id: m.month, label: shortMonth(f.month(m.month)), long: f.month(m.month, true), href: `/invoices?from=${m.month}-01&to=${lastDay(m.month)}`,
    values: [m.invoicedMinor, m.receivedMinor].map((v) => ({ value: v, text: f.money(v, h.currency), short: f.short(v, h.currency) })),
  })), [h, f]);
  return <BarChart title={t('window.home.chart')} series={[t('window.home.series.invoiced'), t('window.home.series.received')]} points={points} height={240} />;
}
// juin and juillet share their first three letters.
const shortMonth = (name: string) => name.slice(0, /^jui/.test(name) ? 4 : 3);
const lastDay = (month: string) => `${month}-${String(new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate()).padStart(2, '0')}`;

function Recent({ home: h }: { home: HomeView }) {
  const f = useFormat();
  return (
    <ul>{h.recent.map((r) => (
      <li key={r.id}><Link href={r.state === 'draft' ? `/invoices/${r.id}/edit` : `/invoices/${r.id}`} className={css.recent}>
        <span className={css.number}>{r.number || <StateBadge state="draft" />}</span><span className="ellipsis">{r.customerName}</span>{r.number ? <StateBadge state={r.announced && r.dueMinor ? 'announced' : r.state} /> : <span />}<strong className="num">{f.money(r.totalInclMinor, r.currency)}</strong>
      </Link></li>
    ))}</ul>
  );
}

function PortalCard() {
  const t = useT();
  const query = usePortal();
  return (
    <Section title={t('window.portal.title')} actions={query.data && <PortalBadge portal={query.data} />}>
      <Await query={query}>{(p) => p.state === 'open' ? <PortalCode portal={p} /> : (
        <div style={{ display: 'grid', gap: 12, justifyItems: 'start' }}><p className="soft">{p.message || t('window.portal.off_text')}</p><Button variant="default" onClick={() => navigate('/portal')}>{t('window.portal.open')}</Button></div>
      )}</Await>
    </Section>
  );
}
