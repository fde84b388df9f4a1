import { useMemo, useState } from 'react';
import { api, type Entry } from '~/api';
import { useList, listQuery } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { DataTable, type Column } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { KeyValue } from '~/components/display';
import { Empty, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { today } from '~/format/civil';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Period, yearStart } from './Period';
import css from './books.module.css';

export function Journals() {
  const t = useT();
  const f = useFormat();
  const [q, setQ] = useQueryParams('journal', 'account', 'from', 'to', 'words');
  const from = q.from || yearStart();
  const to = q.to || today();
  const [open, setOpen] = useState<Entry | null>(null);
  const list = useList('books', listQuery({ words: q.words, state: q.journal, customerId: q.account, from, to }), (lq) => api.books.entries({ journal: lq.state, account: lq.customerId, from: lq.from, to: lq.to, words: lq.words, cursor: lq.cursor, limit: lq.limit }));
  const currency = list.first?.currency ?? 'EUR';
  const columns = useMemo<Column<Entry>[]>(() => [
    { id: 'number', header: t('window.books.entry.number'), width: 84, fixed: true, phone: true, cell: (r) => f.count(r.number) },
    { id: 'date', header: t('window.books.entry.date'), width: 156, soft: true, cell: (r) => f.date(r.date) },
    { id: 'journal', header: t('window.books.entry.journal'), width: 84, soft: true, cell: (r) => r.journal },
    { id: 'reference', header: t('window.books.entry.reference'), width: 150, cell: (r) => r.reference },
    { id: 'label', header: t('window.books.entry.label'), phone: true, cell: (r) => r.label },
    { id: 'total', header: t('window.books.entry.total'), width: 140, align: 'end', phone: true, cell: (r) => f.amount(r.totalMinor, currency) },
  ], [t, f, currency]);
  const chips = [{ id: '', label: t('window.books.journal.all') }, ...(list.first?.journals ?? []).map((j) => ({ id: j.code, label: `${j.code} · ${j.label}` }))];
  return (
    <Page fill>
      <PageHeader title={t('window.books.journals.title')} />
      <Period from={from} to={to} onChange={setQ} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.books.search')} chips={chips} chip={q.journal} onChip={(journal) => setQ({ journal })}
        active={q.account ? [{ id: 'account', label: t('window.books.account_entries', { account: q.account }), clear: () => setQ({ account: '' }) }] : []} />
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
        <KeyValue rows={[[t('window.books.entry.date'), f.date(entry.date)], [t('window.books.entry.journal'), entry.journal], [t('window.books.entry.reference'), entry.reference], [t('window.books.entry.label'), entry.label]]} />
        <Section label={t('window.books.entry.label')} flush>
          <table className={css.table}>
            <thead><tr><th scope="col">{t('window.books.balance.account')}</th><th scope="col">{t('window.books.entry.label')}</th><th scope="col" className="num">{t('window.books.balance.debit')}</th><th scope="col" className="num">{t('window.books.balance.credit')}</th></tr></thead>
            <tbody>{entry.lines.map((l, i) => <tr key={i} style={{ cursor: 'default' }}><td className="nowrap">{l.account}</td><td>{l.label}</td><td className="num">{l.debitMinor ? f.amount(l.debitMinor, currency) : ''}</td><td className="num">{l.creditMinor ? f.amount(l.creditMinor, currency) : ''}</td></tr>)}</tbody>
          </table>
        </Section>
      </Stack>}
    </SidePanel>
  );
}
