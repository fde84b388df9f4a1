import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, type PaymentRow, type RefundRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { DateInput } from '~/components/inputs';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { ModeBadge } from '~/screens/gateways/ModeBadge';
import { PaymentPanel } from './PaymentPanel';
import { methods } from './PaymentNew';

const chips = ['', 'unapplied', 'refunded', 'cancelled', 'refunds'] as const;

function useColumns(): Column<PaymentRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => {
    const note = (r: PaymentRow) => (r.cancelled ? t('window.payments.is_cancelled') : r.refundedMinor === r.amountMinor ? t('window.payments.is_refunded') : r.refundedMinor > 0 ? t('window.payments.is_part_refunded') : '');
    return [
      { id: 'number', header: t('window.payments.col.number'), width: 146, fixed: true, phone: true, phoneHeader: t('window.payments.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName} second={[r.number, f.day(r.receivedOn), note(r), r.mode === 'test' && r.method !== 'practice' ? t('window.gateways.mode.test') : ''].filter(Boolean).join(' · ')} />, cell: (r) => r.number },
      { id: 'date', header: t('window.payments.col.date'), width: 116, sort: 'receivedOn', soft: true, cell: (r) => f.day(r.receivedOn) },
      { id: 'customer', header: t('window.payments.col.customer'), cell: (r) => r.customerName },
      { id: 'method', header: t('window.payments.col.method'), width: 164, soft: true, cell: (r) => <span style={{ display: 'inline-flex', gap: 8, alignItems: 'center' }}>{tDynamic(`common.method.${r.method}`)}{r.mode && r.method !== 'practice' && <ModeBadge mode={r.mode} />}</span> },
      { id: 'invoices', header: t('window.payments.col.invoices'), width: 190, soft: true, cell: (r) => note(r) || r.documents },
      { id: 'reference', header: t('window.payments.col.reference'), width: 180, soft: true, hidden: true, cell: (r) => r.reference },
      { id: 'left', header: t('window.payments.col.left'), width: 124, align: 'end', cell: (r) => (r.leftMinor ? f.money(r.leftMinor, r.currency) : '') },
      { id: 'amount', header: t('window.payments.col.amount'), width: 136, align: 'end', sort: 'amount', phone: true, cell: (r) => (r.cancelled ? <s className="faint">{f.money(r.amountMinor, r.currency)}</s> : f.money(r.amountMinor, r.currency)) },
    ];
  }, [t, f]);
}

export function PaymentList() {
  const t = useT();
  const [q, setQ] = useQueryParams('words', 'state', 'method', 'customer', 'name', 'sort', 'desc', 'open', 'from', 'to');
  const sort: Sort = { by: q.sort || 'receivedOn', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, method: q.method, customerId: q.customer, from: q.from, to: q.to, sort: sort.by, desc: sort.desc });
  // Refunds are narrowed by their period alone.
  const refunds = q.state === 'refunds';
  const active = q.customer && !refunds ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : [];
  return (
    <Page fill>
      <PageHeader title={t('window.payments.title')} menu={[{ label: t('window.gateways.attempts'), icon: 'refresh', to: '/payments/attempts' }, { label: t('window.payouts.title'), icon: 'payments', to: '/payments/payouts' }, { label: t('window.gateways.announced'), icon: 'payments', to: '/payments/announced' }, ...exportMenu(refunds ? 'refunds' : 'payments', query)]}
        primary={<MakeButton to="/payments/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/payments/new')} data-testid="new-payment">{t('window.payments.new')}</MakeButton>} />
      <FilterBar words={q.words} onWords={refunds ? undefined : (words) => setQ({ words })} placeholder={t('window.payments.search')} active={active}
        chips={chips.map((id) => ({ id, label: t(id ? `window.payments.filter.${id}` : 'window.payments.filter.all') }))} chip={q.state} onChip={(state) => setQ({ state })}>
        {!refunds && <Select aria-label={t('window.payments.filter.method')} size="sm" w={170} allowDeselect={false} value={q.method || 'any'} onChange={(m) => setQ({ method: m === 'any' || !m ? '' : m })}
          data={[{ value: 'any', label: t('window.payments.filter.any_method') }, ...methods.map((m) => ({ value: m, label: tDynamic(`common.method.${m}`) }))]} />}
        <DateInput aria-label={t('window.payments.filter.from')} placeholder={t('window.payments.filter.from')} size="sm" w={150} clearable value={q.from} onChange={(from) => setQ({ from })} />
        <DateInput aria-label={t('window.payments.filter.to')} placeholder={t('window.payments.filter.to')} size="sm" w={150} clearable value={q.to} onChange={(to) => setQ({ to })} />
      </FilterBar>
      {refunds ? <RefundTable from={q.from} to={q.to} onOpen={(open) => setQ({ open })} /> : <Payments query={query} sort={sort} />}
      <PaymentPanel id={q.open} onClose={() => setQ({ open: '' })} />
    </Page>
  );
}

function Payments({ query, sort }: { query: ReturnType<typeof listQuery>; sort: Sort }) {
  const t = useT();
  const columns = useColumns();
  const [, setQ] = useQueryParams('words', 'state', 'method', 'customer', 'name', 'sort', 'desc', 'open', 'from', 'to');
  const list = useList('payments', query, api.payments.list);
  const filtered = !!(query.words || query.state || query.method || query.customerId || query.from || query.to);
  return (
    <DataTable fill name="payments" label={t('window.payments.title')} columns={columns} rows={list.rows} rowId={(r) => r.publicId} onOpen={(r) => setQ({ open: r.publicId })} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
      loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.payments.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
      empty={filtered
        ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', method: '', customer: '', name: '', from: '', to: '' })}>{t('window.filter.reset')}</Button></Empty>
        : <Empty icon="payments" title={t('window.payments.empty.title')} text={t('window.payments.empty.text')}><Button variant="default" onClick={() => navigate('/invoices?state=open')}>{t('window.nav.invoices')}</Button></Empty>} />
  );
}

function RefundTable({ from, to, onOpen }: { from: string; to: string; onOpen: (paymentId: string) => void }) {
  const t = useT();
  const f = useFormat();
  const list = useQuery({ queryKey: ['payments', 'refunds', from, to], queryFn: () => api.payments.refunds(listQuery({ from, to })) });
  const columns = useMemo<Column<RefundRow>[]>(() => [
    { id: 'number', header: t('window.payments.col.refund'), width: 156, fixed: true, phone: true, phoneHeader: t('window.payments.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName} second={`${r.number} · ${f.day(r.refundedOn)}`} />, cell: (r) => r.number },
    { id: 'date', header: t('window.payments.col.date'), width: 116, soft: true, cell: (r) => f.day(r.refundedOn) },
    { id: 'customer', header: t('window.payments.col.customer'), cell: (r) => r.customerName },
    { id: 'of', header: t('window.payments.col.of'), width: 160, soft: true, cell: (r) => r.of },
    { id: 'method', header: t('window.payments.col.method'), width: 140, soft: true, cell: (r) => tDynamic(`common.method.${r.method}`) },
    { id: 'amount', header: t('window.payments.col.amount'), width: 136, align: 'end', phone: true, cell: (r) => f.money(r.amountMinor, r.currency) },
  ], [t, f]);
  return (
    <DataTable fill name="refunds" label={t('window.payments.filter.refunds')} columns={columns} rows={list.data ?? []} rowId={(r) => r.publicId} onOpen={(r) => (r.paymentId ? onOpen(r.paymentId) : navigate(`/invoices/${r.creditId}`))}
      loading={list.isPending} error={list.error} retry={() => void list.refetch()} foot={<span>{t('window.payments.foot_refunds', { n: list.data?.length ?? 0 })}</span>}
      empty={<Empty icon="payments" title={t('window.payments.refunds.empty')} text={t('window.payments.refunds.empty_text')} />} />
  );
}
