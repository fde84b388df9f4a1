import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type QuoteList as Pages, type QuoteRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { exportMenu } from '~/components/exportMenu';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat, type Format } from '~/format/format';
import { hasText, tDynamic, useT } from '~/i18n';

const counted = (counts: Pages['counts'] | undefined, id: string, f: Format) => { const n = counts?.[id as keyof Pages['counts']]; return n ? f.count(n) : undefined; };

function useColumns(): Column<QuoteRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'number', header: t('window.invoices.col.number'), width: 160, sort: 'number', phone: true, fixed: true,
      phoneHeader: t('window.invoices.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName || t('window.invoices.no_customer')} second={[r.number, tDynamic(hasText(`common.quote.state.${r.state}`) ? `common.quote.state.${r.state}` : `common.state.${r.state}`)].filter(Boolean).join(' · ')} />,
      cell: (r) => r.number || <span className="faint">{t('window.invoices.no_number')}</span> },
    { id: 'customer', header: t('window.invoices.col.customer'), sort: 'customer', cell: (r) => r.customerName || <span className="faint">{t('window.invoices.no_customer')}</span> },
    { id: 'issue_date', header: t('window.invoices.col.issued'), width: 110, sort: 'issueDate', soft: true, cell: (r) => (r.issueDate ? f.day(r.issueDate) : '') },
    { id: 'valid_until', header: t('window.quotes.col.valid_until'), width: 130, sort: 'validUntil', soft: true, cell: (r) => (r.validUntil ? f.day(r.validUntil) : '') },
    { id: 'state', header: t('window.invoices.col.state'), width: 140, cell: (r) => <StateBadge state={r.state} kind="quote" /> },
    { id: 'excl', header: t('window.invoices.col.excl'), width: 118, align: 'end', hidden: true, soft: true, cell: (r) => f.money(r.totalExclMinor, r.currency) },
    { id: 'total', header: t('window.invoices.col.total'), width: 124, align: 'end', sort: 'total', phone: true, cell: (r) => f.money(r.totalInclMinor, r.currency) },
  ], [t, f]);
}

const states = ['', 'draft', 'waiting', 'expired', 'approved', 'refused', 'converted'] as const;

export function QuoteList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('words', 'state', 'customer', 'name', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'issueDate', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, sort: sort.by, desc: sort.desc });
  const list = useList('quotes', query, api.quotes.list);
  const chips = states.map((id) => ({ id, label: t(id ? `window.quotes.filter.${id}` : 'window.quotes.filter.all'), count: counted(list.first?.counts, id, f) }));
  const active = q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : [];
  const filtered = !!(q.words || q.state || active.length);
  const make = () => navigate('/quotes/new');
  return (
    <Page fill>
      <PageHeader title={t('window.quotes.title')} primary={<MakeButton to="/quotes/new" leftSection={<Icon name="plus" size={16} />} onClick={make} data-testid="new-quote">{t('window.quotes.new')}</MakeButton>} menu={exportMenu('quotes', query)} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.quotes.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active} />
      <DataTable fill name="quotes" label={t('window.quotes.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => (r.state === 'draft' ? `/quotes/${r.id}/edit` : `/quotes/${r.id}`)}
        sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        empty={filtered
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', name: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="quote" title={t('window.quotes.empty.title')} text={t('window.quotes.empty.text')}><MakeButton to="/quotes/new" onClick={make}>{t('window.quotes.new')}</MakeButton></Empty>}
        foot={<span>{t('window.quotes.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>} />
    </Page>
  );
}
