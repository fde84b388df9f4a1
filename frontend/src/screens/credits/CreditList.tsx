import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type InvoiceRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { exportMenu } from '~/components/exportMenu';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { creditState } from './creditState';

function useColumns(): Column<InvoiceRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'number', header: t('window.invoices.col.number'), width: 150, sort: 'number', phone: true, fixed: true, phoneHeader: t('window.invoices.col.customer'),
      phoneCell: (r) => <TwoLines first={r.customerName || t('window.invoices.no_customer')} second={[r.number, tDynamic(`common.state.${creditState(r)}`)].filter(Boolean).join(' · ')} />,
      cell: (r) => r.number || <span className="faint">{t('window.invoices.no_number')}</span> },
    { id: 'customer', header: t('window.invoices.col.customer'), sort: 'customer', cell: (r) => r.customerName || <span className="faint">{t('window.invoices.no_customer')}</span> },
    { id: 'issue_date', header: t('window.invoices.col.issued'), width: 110, sort: 'issueDate', soft: true, cell: (r) => (r.issueDate ? f.day(r.issueDate) : '') },
    { id: 'state', header: t('window.invoices.col.state'), width: 156, cell: (r) => <StateBadge state={creditState(r)} /> },
    { id: 'total', header: t('window.invoices.col.total'), width: 118, align: 'end', sort: 'total', phone: true, cell: (r) => f.money(r.totalInclMinor, r.currency) },
    { id: 'left', header: t('window.credits.col.left'), width: 118, align: 'end', cell: (r) => (r.dueMinor && r.number ? f.money(r.dueMinor, r.currency) : '') },
  ], [t, f]);
}

export function CreditList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('words', 'state', 'customer', 'name', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'issueDate', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, sort: sort.by, desc: sort.desc });
  const list = useList('credits', query, api.credits.list);
  const count = (id: string) => { const n = list.first?.counts[id as 'draft' | 'open']; return n ? f.count(n) : undefined; };
  const chips = (['', 'draft', 'open', 'paid'] as const).map((id) => ({ id, label: t(id ? `window.credits.filter.${id}` : 'window.credits.filter.all'), count: count(id) }));
  const active = q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : [];
  const filtered = !!(q.words || q.state || active.length);
  const make = <MakeButton to="/credits/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/credits/new')}>{t('window.credits.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.credits.title')} primary={make} menu={exportMenu('credits', query)} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.credits.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active} />
      <DataTable fill name="credits" label={t('window.credits.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => (r.state === 'draft' ? `/credits/${r.id}/edit` : `/credits/${r.id}`)}
        sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        empty={filtered
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', name: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="credit" title={t('window.credits.empty.title')} text={t('window.credits.empty.text')}>{make}</Empty>}
        foot={<span>{t('window.credits.foot.count', { n: list.rows.length })}{list.more ? ' …' : ''}</span>} />
    </Page>
  );
}
