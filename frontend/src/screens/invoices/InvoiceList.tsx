import { Button, Modal } from '@mantine/core';
import { useMemo, useState } from 'react';
import { api, type InvoiceList as Pages, type InvoiceRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { ProgressList } from '~/components/display';
import { toast } from '~/components/toast';
import { exportMenu } from '~/components/exportMenu';
import { useFormat, type Format } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { RemindPanel } from '~/screens/reminders/RemindPanel';
import { useBulk, type BulkAct } from './useBulk';

const counted = (counts: Pages['counts'] | undefined, id: string, f: Format) => { const n = counts?.[id as keyof Pages['counts']]; return n ? f.count(n) : undefined; };

function useColumns(): Column<InvoiceRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'number', header: t('window.invoices.col.number'), width: 140, sort: 'number', phone: true, fixed: true,
      phoneHeader: t('window.invoices.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName || t('window.invoices.no_customer')} second={[r.number, tDynamic(`common.state.${r.announced && r.state !== 'paid' ? 'announced' : r.state}`)].filter(Boolean).join(' · ')} />,
      cell: (r) => r.number || <span className="faint">{t('window.invoices.no_number')}</span> },
    { id: 'customer', header: t('window.invoices.col.customer'), sort: 'customer', cell: (r) => r.customerName || <span className="faint">{t('window.invoices.no_customer')}</span> },
    { id: 'issue_date', header: t('window.invoices.col.issued'), width: 110, sort: 'issueDate', soft: true, cell: (r) => (r.issueDate ? f.day(r.issueDate) : '') },
    { id: 'due_date', header: t('window.invoices.col.due'), width: 110, sort: 'dueDate', soft: true, cell: (r) => (r.dueDate ? f.day(r.dueDate) : '') },
    { id: 'state', header: t('window.invoices.col.state'), width: 156, cell: (r) => <StateBadge state={r.announced && r.state !== 'paid' ? 'announced' : r.state} /> },
    { id: 'excl', header: t('window.invoices.col.excl'), width: 118, align: 'end', hidden: true, soft: true, cell: (r) => f.money(r.totalExclMinor, r.currency) },
    { id: 'total', header: t('window.invoices.col.total'), width: 118, align: 'end', sort: 'total', phone: true, cell: (r) => f.money(r.totalInclMinor, r.currency) },
    { id: 'due', header: t('window.invoices.col.left'), width: 118, align: 'end', cell: (r) => (r.dueMinor ? f.money(r.dueMinor, r.currency) : '') },
  ], [t, f]);
}

export function InvoiceList() {
  const t = useT();
  const f = useFormat();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('remind', 'words', 'state', 'customer', 'name', 'from', 'to', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'issueDate', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, from: q.from, to: q.to, sort: sort.by, desc: sort.desc });
  const list = useList('invoices', query, api.invoices.list);
  const bulk = useBulk();
  const [chosen, setChosen] = useState<string[]>([]);
  const chips = (['', 'draft', 'unsent', 'open', 'overdue', 'announced', 'paid'] as const).map((id) => ({ id, label: t(id ? `window.invoices.filter.${id}` : 'window.invoices.filter.all'), count: counted(list.first?.counts, id, f) }))
    .filter((c) => !['announced', 'unsent'].includes(c.id) || c.count || q.state === c.id);
  const active = [
    ...(q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : []),
    ...(q.from || q.to ? [{ id: 'period', label: t('window.invoices.filter.period', { from: f.date(q.from), to: f.date(q.to) }), clear: () => setQ({ from: '', to: '' }) }] : []),
  ];
  const filtered = !!(q.words || q.state || active.length);
  const acts: [BulkAct, string][] = [['send', t('window.invoices.bulk.send')], ['mark_sent', t('window.invoices.bulk.mark_sent')], ['mark_paid', t('window.invoices.bulk.mark_paid')]];
  return (
    <Page fill>
      <PageHeader title={t('window.invoices.title')}
        secondary={q.state === 'overdue' && <MakeButton may="collect" variant="default" leftSection={<Icon name="bell" size={16} />} onClick={() => { setChosen([]); setQ({ remind: '1' }); }} data-testid="remind-all">{t('window.reminders.remind_all')}</MakeButton>}
        primary={<MakeButton to="/invoices/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/invoices/new')} data-testid="new-invoice">{t('window.invoices.new')}</MakeButton>}
        menu={[{ label: t('window.credits.act.new_deposit'), icon: 'invoice', to: '/invoices/new?kind=deposit_invoice' }, { label: t('window.import.menu_invoices'), icon: 'external', to: '/import/invoices' }, ...exportMenu('invoices', query)]} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.invoices.search')} chips={chips} chip={q.state} onChip={(state) => setQ({ state })} active={active} />
      <DataTable fill name="invoices" label={t('window.invoices.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} href={(r) => (r.state === 'draft' ? `/invoices/${r.id}/edit` : `/invoices/${r.id}`)}
        sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })} loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore}
        bulk={(rows, clear) => [...(rows.some((r) => r.lateDays > 0) ? [<MakeButton may="collect" key="remind" size="compact-md" variant="default" onClick={() => { setChosen(rows.map((r) => r.id)); setQ({ remind: '1' }); }}>{t('window.reminders.remind')}</MakeButton>] : []), <Button key="record" size="compact-md" variant="default" onClick={() => recordFor(rows, t)} data-testid="bulk-record">{t('window.invoices.bulk.record')}</Button>, ...acts.map(([act, label]) => <Button key={act} size="compact-md" variant="default" onClick={() => void bulk.start(act, rows, clear)}>{label}</Button>),
          <Button key="zip" size="compact-md" variant="default" leftSection={<Icon name="download" size={15} />} onClick={() => void bulk.zip(rows, clear)} data-testid="bulk-zip">{t('window.invoices.bulk.zip')}</Button>]}
        empty={filtered
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', name: '', from: '', to: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="invoice" title={t('window.invoices.empty.title')} text={t('window.invoices.empty.text')}><MakeButton to="/invoices/new" onClick={() => navigate('/invoices/new')}>{t('window.invoices.new')}</MakeButton></Empty>}
        foot={<span>{t('window.invoices.foot.count', { n: list.rows.length })}{list.more ? ' …' : ''}</span>} />
      <RemindPanel opened={q.remind === '1'} documents={chosen} onClose={() => { setChosen([]); setQ({ remind: '' }); }} />
      <Modal opened={bulk.items.length > 0} onClose={bulk.close} title={t('window.invoices.bulk.result')} closeButtonProps={{ 'aria-label': t('window.close') }} closeOnClickOutside={!bulk.running}>
        <div style={{ display: 'grid', gap: 16, maxHeight: '60vh', overflow: 'auto' }}>
          <ProgressList items={bulk.items} done={bulk.done} total={bulk.items.length} onCancel={bulk.running ? bulk.stop : undefined} />
          {!bulk.running && <div><Button onClick={bulk.close}>{t('window.close')}</Button></div>}
        </div>
      </Modal>
    </Page>
  );
}

/** One payment for several invoices: of one customer, in one currency. */
function recordFor(rows: InvoiceRow[], t: ReturnType<typeof useT>) {
  const open = rows.filter((r) => r.dueMinor > 0 && r.number);
  const first = open[0];
  if (!first || open.some((r) => r.customerId !== first.customerId || r.currency !== first.currency)) { toast(t('window.invoices.bulk.one_customer')); return; }
  navigate(`/payments/new?customer=${first.customerId}&currency=${first.currency}&invoices=${open.map((r) => r.id).join(',')}`);
}
