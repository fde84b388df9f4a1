import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { api, type Entry, type EntryQuery } from '~/api';
import { useList } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { DataTable, type Column } from '~/components/DataTable';
import { Chips } from '~/components/FilterBar';
import { KeyValue } from '~/components/display';
import { Empty, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Period } from './Period';
import css from './books.module.css';

export function Journals() {
  const t = useT();
  const f = useFormat();
  const [q, setQ] = useQueryParams('journal', 'from', 'to');
  const [open, setOpen] = useState<Entry | null>(null);
  const query: EntryQuery = { journal: q.journal, from: q.from, to: q.to, cursor: '', limit: 100 };
  const list = useList('books', query, api.books.entries, 'entries');
  const currency = list.first?.currency ?? 'EUR';
  const year = new Date().getFullYear();
  const columns = useMemo<Column<Entry>[]>(() => [
    { id: 'number', header: t('window.books.entry.number'), width: 84, fixed: true, phone: true, cell: (r) => f.count(r.number) },
    { id: 'date', header: t('window.books.entry.date'), width: 116, soft: true, cell: (r) => f.day(r.date) },
    { id: 'journal', header: t('window.books.entry.journal'), width: 84, soft: true, cell: (r) => r.journal },
    { id: 'reference', header: t('window.books.entry.reference'), width: 150, cell: (r) => r.reference },
    { id: 'label', header: t('window.books.entry.label'), phone: true, cell: (r) => r.label },
    { id: 'total', header: t('window.books.entry.total'), width: 140, align: 'end', phone: true, cell: (r) => f.amount(r.totalMinor, currency) },
  ], [t, f, currency]);
  const chips = [{ id: '', label: t('window.books.journal.all') }, ...(list.first?.journals ?? []).map((j) => ({ id: j.code, label: `${j.code} · ${j.label}` }))];
  const from = q.from || `${year}-01-01`;
  const to = q.to || `${year}-12-31`;
  return (
    <Page fill>
      <PageHeader title={t('window.books.journals.title')} />
      <div className={css.tools}><Period from={from} to={to} onChange={(p) => setQ({ from, to, ...p })} /><Chips chips={chips} chip={q.journal} onChip={(journal) => setQ({ journal })} /></div>
      <DataTable fill name="entries" label={t('window.books.journals.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} onOpen={setOpen} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        foot={<span>{t('window.table.rows', { n: list.rows.length })}{list.more ? ' …' : ''}</span>} empty={<Empty icon="books" title={t('window.books.balance.empty')} text={t('window.books.balance.empty_text')} />} />
      <EntryPanel entry={open} currency={currency} onClose={() => setOpen(null)} />
    </Page>
  );
}

function EntryPanel({ entry, currency, onClose }: { entry: Entry | null; currency: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  return (
    <SidePanel opened={!!entry} onClose={onClose} width={640} title={entry ? t('window.books.entry.title', { number: f.count(entry.number) }) : ''}>
      {entry && <Stack gap={4}>
        <KeyValue rows={[
          [t('window.books.entry.date'), f.date(entry.date)], [t('window.books.entry.journal'), entry.journal],
          [t('window.books.entry.reference'), entry.documentId ? <Link key="d" href={`/invoices/${entry.documentId}`}>{entry.reference}</Link> : entry.paymentId ? <Link key="p" href={`/payments?open=${entry.paymentId}`}>{entry.reference}</Link> : entry.reference],
          [t('window.books.entry.label'), entry.label],
        ]} />
        <Section label={t('window.books.entry.label')} flush>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('window.books.balance.account')}</th><th scope="col">{t('window.books.entry.label')}</th><th scope="col" className="num">{t('window.books.balance.debit')}</th><th scope="col" className="num">{t('window.books.balance.credit')}</th></tr></thead>
            <tbody>{entry.lines.map((l, i) => <tr key={i} className={css.plain}><td className="nowrap">{l.account}</td><td>{l.label}{l.customerName && !l.label.includes(l.customerName) && <span className="soft">{' · '}{l.customerName}</span>}</td><td className="num">{l.debitMinor ? f.amount(l.debitMinor, currency) : ''}</td><td className="num">{l.creditMinor ? f.amount(l.creditMinor, currency) : ''}</td></tr>)}</tbody>
          </table>
        </Section>
      </Stack>}
    </SidePanel>
  );
}
