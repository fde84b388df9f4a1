import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { MakeButton } from '~/app/may';
import { api, type SubscriptionFigures, type SubscriptionRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { StatTile } from '~/components/display';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { SubscribePanel } from './SubscribePanel';
import { SubscriptionBadge } from './parts';
import css from './subscriptions.module.css';

function useColumns(): Column<SubscriptionRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'customer', header: t('window.recurring.col.customer'), sort: 'customer', phone: true, fixed: true, phoneCell: (r) => <TwoLines first={r.customerName} second={<>{r.plan}{' · '}<SubscriptionBadge state={r.state} /></>} />, cell: (r) => r.customerName },
    { id: 'plan', header: t('window.subscriptions.col.plan'), soft: true, cell: (r) => [r.plan, r.seats ? t('window.subscriptions.seats', { n: r.seats }) : '', r.per].filter(Boolean).join(' · ') },
    { id: 'next', header: t('window.recurring.col.next'), width: 140, sort: 'next', cell: (r) => (r.state === 'cancelling' && r.endsOn ? <span className="soft">{t('window.subscriptions.ends', { date: f.day(r.endsOn) })}</span> : r.nextOn ? f.day(r.nextOn) : '') },
    { id: 'amount', header: t('window.recurring.col.amount'), width: 115, align: 'end', sort: 'amount', phone: true, cell: (r) => f.money(r.amountMinor, r.currency) },
    { id: 'monthly', header: t('window.subscriptions.col.monthly'), width: 125, align: 'end', sort: 'monthly', soft: true, cell: (r) => f.money(r.monthlyMinor, r.currency) },
    { id: 'state', header: t('window.recurring.col.state'), width: 188, cell: (r) => (r.waits ? <Badge tone="danger">{t('window.subscriptions.waits')}</Badge> : <SubscriptionBadge state={r.state} />) },
  ], [t, f]);
}

const states = ['', 'active', 'trial', 'past_due', 'cancelling', 'pending', 'paused', 'ended'] as const;

export function SubscriptionList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [adding, setAdding] = useState(false);
  const [q, setQ] = useQueryParams('words', 'state', 'customer', 'plan', 'name', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'newest', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, method: q.plan, sort: sort.by, desc: sort.desc });
  const list = useList('subscriptions', query, api.subscriptions.list, f.lang);
  const figures = list.first?.figures;
  const counts = figures?.counts as Record<string, number> | undefined;
  const countOf = (id: string) => counts?.[id === 'past_due' ? 'pastDue' : id];
  const chips = [...states.map((id) => ({ id: id as string, label: id ? tDynamic(`common.subscription.state.${id}`) : t('window.subscriptions.filter.all'), count: id && countOf(id) ? f.count(countOf(id) ?? 0) : undefined })),
    ...(counts?.waiting || q.state === 'waiting' ? [{ id: 'waiting', label: t('window.subscriptions.waits'), count: counts?.waiting ? f.count(counts.waiting) : undefined }] : [])];
  const active = q.customer || q.plan ? [{ id: 'about', label: q.name || q.customer || q.plan, clear: () => setQ({ customer: '', plan: '', name: '' }) }] : [];
  const add = <MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)} data-testid="new-subscription">{t('window.subscriptions.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.subscriptions.title')} primary={add} secondary={<Button variant="default" onClick={() => navigate('/plans')} data-testid="to-plans">{t('window.subscriptions.plans')}</Button>} menu={exportMenu('subscriptions', query)} />
      {figures && <Tiles figures={figures} />}
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.subscriptions.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active} />
      <DataTable fill name="subscriptions" label={t('window.subscriptions.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => `/subscriptions/${r.id}`} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.subscriptions.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.state || q.customer || q.plan
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', plan: '', name: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="refresh" title={t('window.subscriptions.empty')} text={t('window.subscriptions.empty_text')}><Button onClick={() => navigate('/plans')}>{t('window.subscriptions.plans')}</Button></Empty>} />
      {adding && <SubscribePanel onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Tiles({ figures: n }: { figures: SubscriptionFigures }) {
  const t = useT();
  const f = useFormat();
  const sums = (of: 'mrrMinor' | 'lostMinor') => n.money.filter((m) => m[of] !== 0 || n.money.length === 1).map((m) => f.money(m[of], m.currency)).join(' · ') || '–';
  return (
    <div className={css.tiles}>
      <StatTile label={t('window.subscriptions.tile.mrr')} value={sums('mrrMinor')} note={t('window.subscriptions.tile.mrr_note')} icon="refresh" />
      <StatTile label={t('window.subscriptions.tile.running')} value={f.count(n.running)} note={t('window.subscriptions.tile.joined', { n: n.joined })} href="/subscriptions?state=running" icon="customers" />
      <StatTile label={t('window.subscriptions.tile.churn', { month: f.month(n.month) })} value={f.percent(n.churnPcm)} note={t('window.subscriptions.tile.churn_note', { n: n.lost, began: n.began })} href="/subscriptions?state=ended" icon="down" />
      <StatTile label={t('window.subscriptions.tile.late')} value={f.count(n.counts.pastDue)} tone={n.counts.pastDue ? 'danger' : undefined} note={t('window.subscriptions.tile.late_note')} href="/subscriptions?state=past_due" icon="warning" />
    </div>
  );
}
