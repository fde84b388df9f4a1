import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type ItemRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { DataTable, type Column, type Sort } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

export function ItemList() {
  const t = useT();
  const f = useFormat();
  const columns = useMemo<Column<ItemRow>[]>(() => [
    { id: 'name', header: t('window.items.col.name'), sort: 'name', phone: true, fixed: true, cell: (r) => r.name },
    { id: 'code', header: t('window.items.col.code'), width: 150, sort: 'code', soft: true, cell: (r) => r.code },
    { id: 'nature', header: t('window.items.col.nature'), width: 130, soft: true, cell: (r) => tDynamic(`common.nature.${r.nature}`) },
    { id: 'unit', header: t('window.items.col.unit'), width: 110, soft: true, cell: (r) => r.unitLabel },
    { id: 'price', header: t('window.items.col.price'), width: 140, align: 'end', sort: 'price', phone: true, cell: (r) => f.priceOf(r.unitPriceE4, r.currency) },
  ], [t, f]);
  const [q, setQ] = useQueryParams('words', 'state', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'name', desc: q.desc === '1' };
  const query = listQuery({ words: q.words, state: q.state, sort: sort.by, desc: sort.desc });
  const list = useList('items', query, api.items.list, f.lang);
  const add = <MakeButton to="/items/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/items/new')}>{t('window.items.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.items.title')} primary={add} secondary={<Button variant="default" onClick={() => navigate('/prices')} data-testid="prices">{t('window.prices.title')}</Button>} menu={[{ label: t('window.import.menu'), icon: 'external', to: '/import/items' }, ...exportMenu('items', query)]} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.items.search')} chips={[{ id: '', label: t('window.archive.current') }, { id: 'archived', label: t('window.archive.archived') }]} chip={q.state} onChip={(state) => setQ({ state })} />
      <DataTable fill name="items" label={t('window.items.title')} columns={columns} rows={list.rows} rowId={(r) => r.publicId} href={(r) => `/items/${r.publicId}`} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.items.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.state ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '' })}>{t('window.filter.reset')}</Button></Empty> : <Empty icon="items" title={t('window.items.empty.title')} text={t('window.items.empty.text')}>{add}</Empty>} />
    </Page>
  );
}
