import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, type CustomerRow, type Status } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { DataTable, type Column, type Sort } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function CustomerList() {
  const t = useT();
  const f = useFormat();
  const own = useQueryClient().getQueryData<Status>(['status'])?.company?.currency ?? 'EUR';
  const columns = useMemo<Column<CustomerRow>[]>(() => [
    { id: 'name', header: t('window.customers.col.name'), sort: 'name', phone: true, fixed: true, cell: (r) => r.name },
    { id: 'number', header: t('window.customers.col.number'), width: 84, sort: 'number', soft: true, cell: (r) => r.number },
    { id: 'city', header: t('window.customers.col.city'), width: 150, soft: true, cell: (r) => [r.city, r.country].filter(Boolean).join(', ') },
    { id: 'email', header: t('window.customers.col.email'), width: 210, soft: true, cell: (r) => r.email },
    { id: 'count', header: t('window.customers.col.invoices'), width: 78, align: 'end', soft: true, cell: (r) => (r.invoiceCount ? f.count(r.invoiceCount) : '') },
    { id: 'overdue', header: t('window.customers.col.overdue'), width: 106, align: 'end', cell: (r) => (r.overdueMinor ? <span style={{ color: 'var(--danger)' }}>{f.money(r.overdueMinor, own)}</span> : '') },
    { id: 'open', header: t('window.customers.col.open'), width: 112, align: 'end', phone: true, cell: (r) => (r.openMinor ? f.money(r.openMinor, own) : '') },
  ], [t, f, own]);
  const [q, setQ] = useQueryParams('words', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'name', desc: q.desc === '1' };
  const list = useList('customers', listQuery({ words: q.words, sort: sort.by, desc: sort.desc }), api.customers.list);
  const add = <Button leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/customers/new')}>{t('window.customers.new')}</Button>;
  return (
    <Page fill>
      <PageHeader title={t('window.customers.title')} primary={add} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.customers.search')} />
      <DataTable fill name="customers" label={t('window.customers.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => `/customers/${r.id}`} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.table.rows', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '' })}>{t('window.filter.reset')}</Button></Empty> : <Empty icon="customers" title={t('window.customers.empty.title')} text={t('window.customers.empty.text')}>{add}</Empty>} />
    </Page>
  );
}
