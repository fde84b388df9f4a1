import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type RecurringList as Pages, type RecurringRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { RecurringBadge } from './RecurringBadge';

function useColumns(): Column<RecurringRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'customer', header: t('window.recurring.col.customer'), sort: 'customer', phone: true, fixed: true,
      phoneCell: (r) => <TwoLines first={r.customerName || t('window.recurring.no_customer')} second={[r.state === 'active' && f.day(r.nextOn), r.words].filter(Boolean).join(' · ')} />,
      cell: (r) => r.customerName || <span className="faint">{t('window.recurring.no_customer')}</span> },
    { id: 'what', header: t('window.recurring.col.what'), soft: true, cell: (r) => r.title },
    { id: 'often', header: t('window.recurring.col.often'), width: 210, soft: true, cell: (r) => r.words },
    { id: 'next', header: t('window.recurring.col.next'), width: 110, sort: 'next', cell: (r) => (r.nextOn && r.state === 'active' ? f.day(r.nextOn) : '') },
    { id: 'left', header: t('window.recurring.col.left'), width: 100, align: 'end', soft: true, cell: (r) => (r.state === 'ended' ? '' : r.remaining < 0 ? t('window.recurring.endless') : f.count(r.remaining)) },
    { id: 'total', header: t('window.recurring.col.amount'), width: 120, align: 'end', sort: 'total', phone: true, cell: (r) => f.money(r.totalMinor, r.currency) },
    { id: 'state', header: t('window.recurring.col.state'), width: 130, cell: (r) => (r.fault ? <span title={r.fault}><Badge tone="danger">{t('window.recurring.faulty')}</Badge></span> : <RecurringBadge state={r.state} />) },
  ], [t, f]);
}

export function RecurringList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('words', 'state', 'customer', 'name', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'next', desc: q.desc === '1' };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, sort: sort.by, desc: sort.desc });
  const list = useList('recurring', query, api.recurring.list, f.lang);
  const counts = list.first?.counts;
  const chips = (['', 'active', 'paused', 'draft', 'ended', 'faulty'] as const).map((id) => ({ id, label: t(id ? `window.recurring.filter.${id}` : 'window.recurring.filter.all'), count: id && counts?.[id as keyof Pages['counts']] ? f.count(counts[id as keyof Pages['counts']]) : undefined }))
    .filter((c) => c.id !== 'faulty' || c.count || q.state === 'faulty');
  const active = q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : [];
  const add = <MakeButton to="/recurring/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/recurring/new')} data-testid="new-recurring">{t('window.recurring.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.recurring.title')} primary={add} menu={exportMenu('recurring', query)} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.recurring.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active} />
      <DataTable fill name="recurring" label={t('window.recurring.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => (r.state === 'draft' ? `/recurring/${r.id}/edit` : `/recurring/${r.id}`)}
        sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        foot={<span>{t('window.recurring.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.state || q.customer
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', name: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="refresh" title={t('window.recurring.empty.title')} text={t('window.recurring.empty.text')}>{add}</Empty>} />
    </Page>
  );
}
