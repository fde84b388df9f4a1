import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { api, type PaymentRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { KeyValue } from '~/components/display';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader, Section, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

export function PaymentList() {
  const t = useT();
  const f = useFormat();
  const columns = useMemo<Column<PaymentRow>[]>(() => [
    { id: 'number', header: t('window.payments.col.number'), width: 146, fixed: true, phone: true, phoneHeader: t('window.payments.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName} second={`${r.number} · ${f.day(r.receivedOn)}`} />, cell: (r) => r.number },
    { id: 'date', header: t('window.payments.col.date'), width: 116, sort: 'receivedOn', soft: true, cell: (r) => f.day(r.receivedOn) },
    { id: 'customer', header: t('window.payments.col.customer'), cell: (r) => r.customerName },
    { id: 'method', header: t('window.payments.col.method'), width: 140, soft: true, cell: (r) => tDynamic(`common.method.${r.method}`) },
    { id: 'invoices', header: t('window.payments.col.invoices'), width: 190, soft: true, cell: (r) => r.documents },
    { id: 'reference', header: t('window.payments.col.reference'), width: 180, soft: true, hidden: true, cell: (r) => r.reference },
    { id: 'amount', header: t('window.payments.col.amount'), width: 136, align: 'end', sort: 'amount', phone: true, cell: (r) => f.money(r.amountMinor, r.currency) },
  ], [t, f]);
  const [q, setQ] = useQueryParams('words', 'sort', 'desc', 'open', 'from', 'to');
  const sort: Sort = { by: q.sort || 'receivedOn', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, from: q.from, to: q.to, sort: sort.by, desc: sort.desc });
  const list = useList('payments', query, api.payments.list);
  const period = q.from || q.to ? [{ id: 'period', label: t('window.invoices.filter.period', { from: f.date(q.from), to: f.date(q.to) }), clear: () => setQ({ from: '', to: '' }) }] : [];
  return (
    <Page fill>
      <PageHeader title={t('window.payments.title')} menu={exportMenu('payments', query)} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.payments.search')} active={period} />
      <DataTable fill name="payments" label={t('window.payments.title')} columns={columns} rows={list.rows} rowId={(r) => r.publicId} onOpen={(r) => setQ({ open: r.publicId })} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.table.rows', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || period.length
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', from: '', to: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="payments" title={t('window.payments.empty.title')} text={t('window.payments.empty.text')}><Button variant="default" onClick={() => navigate('/invoices?state=open')}>{t('window.nav.invoices')}</Button></Empty>} />
      <PaymentPanel id={q.open} onClose={() => setQ({ open: '' })} />
    </Page>
  );
}

function PaymentPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const f = useFormat();
  const query = useQuery({ queryKey: ['payments', 'one', id], queryFn: () => api.payments.get(id), enabled: !!id });
  return (
    <SidePanel opened={!!id} onClose={onClose} title={query.data ? t('window.payments.panel', { number: query.data.number }) : ''}
      footer={<Button variant="default" leftSection={<Icon name="download" size={16} />} disabled={!query.data} onClick={() => query.data && void saveFile(query.data.receiptHref)}>{t('window.payments.receipt')}</Button>}>
      {id && <Await query={query}>{(p) => (
        <Stack gap={4}>
          <KeyValue rows={[
            [t('window.payments.col.amount'), <strong key="a">{f.money(p.amountMinor, p.currency)}</strong>],
            [t('window.payments.col.date'), f.date(p.receivedOn)],
            [t('window.payments.col.method'), tDynamic(`common.method.${p.method}`)],
            [t('window.payments.col.customer'), <Link key="c" href={`/customers/${p.customerId}`}>{p.customerName}</Link>],
            !!p.reference && [t('window.payments.col.reference'), p.reference],
            !!p.note && [t('window.payments.note'), p.note],
          ]} />
          <Section title={t('window.payments.allocations')}>
            <ul>{p.invoices.map((i) => <li key={i.id} style={{ display: 'flex', justifyContent: 'space-between', gap: 16, padding: '3px 0' }}><Link href={`/invoices/${i.id}`}>{i.number}</Link><span className="num">{f.money(i.amountMinor, p.currency)}</span></li>)}</ul>
          </Section>
        </Stack>
      )}</Await>}
    </SidePanel>
  );
}
