import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type ContractListPage, type ContractQuery, type ContractRow } from '~/api';
import { useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { InPortal, InPortalLegend, UnderInPortal } from '~/components/InPortal';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { useHideMany } from './bulk';
import { ContractBadge } from './ContractBadge';
import { ContractFilters, nothing, useActive, type Narrowing } from './ContractFilters';
import { ViewSwitch } from './views';
import css from './contracts.module.css';

function useColumns(): Column<ContractRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'title', header: t('window.contracts.col.title'), sort: 'title', phone: true, fixed: true,
      phoneCell: (r) => <TwoLines first={<><InPortal on={r.inPortal} />{r.title}</>} second={<UnderInPortal>{[r.customerName, tDynamic(`common.contracts.state.${r.state}`), r.endOn && f.day(r.endOn)].filter(Boolean).join(' · ')}</UnderInPortal>} />,
      cell: (r) => <><InPortal on={r.inPortal} />{r.title}</> },
    { id: 'number', header: t('window.contracts.col.number'), width: 126, sort: 'number', soft: true, cell: (r) => r.number },
    { id: 'customer', header: t('window.contracts.col.customer'), width: 158, sort: 'customer', cell: (r) => r.customerName },
    { id: 'type', header: t('window.contracts.col.type'), width: 130, soft: true, hidden: true, cell: (r) => r.typeName },
    { id: 'owner', header: t('window.contracts.col.owner'), width: 140, soft: true, hidden: true, cell: (r) => r.ownerName },
    { id: 'state', header: t('window.contracts.col.state'), width: 122, cell: (r) => <ContractBadge state={r.state} /> },
    { id: 'start_date', header: t('window.contracts.col.start'), width: 110, sort: 'start', soft: true, hidden: true, cell: (r) => (r.startOn ? f.day(r.startOn) : '') },
    { id: 'end_date', header: t('window.contracts.col.end'), width: 110, sort: 'end', cell: (r) => (r.endOn ? f.day(r.endOn) : <span className="faint">{t('window.contracts.endless')}</span>) },
    { id: 'notice_date', header: t('window.contracts.col.notice'), width: 112, sort: 'notice', soft: true, cell: (r) => (r.noticeBy && r.noticeKind !== 'end' ? <span className={r.noticeNear ? css.near : undefined}>{f.day(r.noticeBy)}</span> : '') },
    { id: 'renewal', header: t('window.contracts.col.renewal'), width: 110, soft: true, hidden: true, cell: (r) => tDynamic(`common.contracts.renewal.${r.renewal}`) },
    { id: 'value', header: t('window.contracts.col.value'), width: 114, align: 'end', sort: 'value', phone: true, cell: (r) => (r.valueMinor ? f.money(r.valueMinor, r.currency) : '') },
  ], [t, f]);
}

const states = ['', 'tell', 'renew', 'late', 'draft', 'in_review', 'to_sign', 'signed', 'active', 'ended', 'cancelled'] as const;
const countOf: Record<string, keyof ContractListPage['counts']> = { tell: 'tell', renew: 'renew', late: 'late', draft: 'draft', in_review: 'inReview', to_sign: 'toSign', signed: 'signed', active: 'active', ended: 'ended', cancelled: 'cancelled' };
// Where nothing is, the chip only takes room.
const rare = ['renew', 'in_review', 'signed', 'ended', 'cancelled'];
// The home page leads there; here they only say what was asked for.
const asked = ['tell', 'late'];

export function ContractList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('words', 'state', 'type', 'owner', 'customer', 'name', 'from', 'to', 'portal', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'number', desc: q.sort ? q.desc === '1' : true };
  const query: ContractQuery = { words: q.words, state: q.state, typeId: q.type, ownerId: q.owner, customerId: q.customer, endsFrom: q.from, endsTo: q.to, portal: q.portal, sort: sort.by, desc: sort.desc, cursor: '', limit: 100 };
  const list = useList('contracts', query, api.contracts.list, f.lang);
  const count = (id: string) => { const n = list.first?.counts[countOf[id] ?? 'draft']; return id && n ? f.count(n) : undefined; };
  const now: Narrowing = { type: q.type, owner: q.owner, customer: q.customer, name: q.name, from: q.from, to: q.to, portal: q.portal };
  const active = useActive(now, setQ);
  const chips = states.map((id) => ({ id, label: t(id ? `window.contracts.filter.${id}` : 'window.contracts.filter.all'), count: count(id) }))
    .filter((c) => q.state === c.id || (!asked.includes(c.id) && (!rare.includes(c.id) || c.count)));
  const sums = list.first?.sums ?? [];
  const total = sums.reduce((n, s) => n + s.count, 0) || list.rows.length;
  const hide = useHideMany();
  const make = () => navigate(q.customer ? `/contracts/new?customer=${q.customer}` : '/contracts/new');
  const filtered = !!(q.words || q.state || active.length);
  return (
    <Page fill>
      <PageHeader title={t('window.contracts.title')} menu={[{ label: t('window.centres.verify.title'), icon: 'good', to: '/contracts/verify' }, ...exportMenu('contracts', { ...query, from: q.from, to: q.to })]} secondary={<ViewSwitch view="list" kept={{ customer: q.customer, name: q.name, owner: q.owner }} />}
        primary={<MakeButton to="/contracts/new" leftSection={<Icon name="plus" size={16} />} onClick={make} data-testid="contract-new">{t('window.contracts.new')}</MakeButton>} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.contracts.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active}>
        <ContractFilters now={now} set={setQ} />
      </FilterBar>
      <DataTable fill name="contracts" label={t('window.contracts.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => `/contracts/${r.id}`}
        sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        bulk={hide.bulk}
        empty={filtered
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', ...nothing })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="contract" title={t('window.contracts.empty.title')} text={t('window.contracts.empty.text')}><MakeButton to="/contracts/new" onClick={make}>{t('window.contracts.new')}</MakeButton></Empty>}
        foot={<><span>{t('window.contracts.foot', { n: total })}</span>{sums.filter((s) => s.valueMinor > 0).map((s) => <span key={s.currency} className={css.desk}>{t('window.contracts.foot_value')} <b>{f.money(s.valueMinor, s.currency)}</b></span>)}<InPortalLegend /></>} />
      {hide.panel}
    </Page>
  );
}
