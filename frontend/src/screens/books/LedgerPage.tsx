import { useMemo } from 'react';
import { api, type LedgerLine, type LedgerQuery } from '~/api';
import { useList } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { DataTable, type Column } from '~/components/DataTable';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Period } from './Period';

/** What a figure of the trial balance is made of. */
export function LedgerPage({ account }: { account: string }) {
  const t = useT();
  const f = useFormat();
  const [q, setQ] = useQueryParams('from', 'to');
  const query: LedgerQuery = { account, from: q.from, to: q.to, cursor: '', limit: 100 };
  const list = useList('books', query, api.books.ledger, 'ledger');
  const first = list.first;
  const currency = first?.currency ?? 'EUR';
  const columns = useMemo<Column<LedgerLine>[]>(() => {
    const some = (minor: number) => (minor ? f.amount(minor, currency) : '');
    return [
      { id: 'date', header: t('window.books.entry.date'), width: 116, phone: true, fixed: true, cell: (r) => f.day(r.date) },
      { id: 'journal', header: t('window.books.entry.journal'), width: 76, soft: true, cell: (r) => r.journal },
      { id: 'reference', header: t('window.books.entry.reference'), width: 146, cell: (r) => r.reference },
      { id: 'label', header: t('window.books.entry.label'), cell: (r) => (r.label.includes(r.customerName) ? r.label : `${r.label} · ${r.customerName}`) },
      { id: 'debit', header: t('window.books.balance.debit'), width: 122, align: 'end', phone: true, cell: (r) => some(r.debitMinor) },
      { id: 'credit', header: t('window.books.balance.credit'), width: 122, align: 'end', phone: true, cell: (r) => some(r.creditMinor) },
      { id: 'balance', header: t('window.books.ledger.balance'), width: 126, align: 'end', soft: true, cell: (r) => f.amount(r.balanceMinor, currency) },
    ];
  }, [t, f, currency]);
  const from = q.from || first?.from || '';
  const to = q.to || first?.to || '';
  return (
    <Page fill>
      <PageHeader title={first ? `${first.account} · ${first.label}` : account} back={{ href: '/books/balance', label: t('window.books.balance.title') }}
        subtitle={first && t('window.books.ledger.span', { opening: f.money(first.openingMinor, currency), closing: f.money(first.closingMinor, currency) })} />
      <Period from={from} to={to} onChange={(p) => setQ({ from, to, ...p })} />
      <DataTable fill name="ledger" label={t('window.books.account_entries', { account })} columns={columns} rows={list.rows} rowId={(r) => r.id} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        foot={<span>{t('window.table.rows', { n: list.rows.length })}{list.more ? ' …' : ''}</span>} empty={<Empty icon="books" title={t('window.books.balance.empty')} text={t('window.books.balance.empty_text')} />} />
    </Page>
  );
}
