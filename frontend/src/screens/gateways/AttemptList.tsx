// What gateways were asked and what they answered: payments, charges, refunds, in all their states.
import { Button, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type AttemptRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { DataTable, TwoLines, type Column, type Sort } from '~/components/DataTable';
import { KeyValue } from '~/components/display';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { useForm } from '~/components/form';
import { DateInput } from '~/components/inputs';
import { Empty, Notice, Page, PageHeader, Row, Stack } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { ModeBadge } from './ModeBadge';

const chips = ['', 'open', 'unknown', 'processing', 'declined', 'cancelled', 'succeeded', 'refunds', 'disputed'] as const;
const tones: Record<string, BadgeTone> = { created: 'neutral', needs_action: 'info', processing: 'info', succeeded: 'good', declined: 'danger', unknown: 'warning', cancelled: 'neutral' };
const State = ({ state }: { state: string }) => <Badge tone={tones[state] ?? 'neutral'}>{tDynamic(`window.gateways.state.${state}`)}</Badge>;
const TwoWords = ({ first, second }: { first: string; second: string }) => <>{first} <span className="faint">{second}</span></>;
const stateWord = (r: AttemptRow) => tDynamic(`window.gateways.state.${r.state}`);

function useColumns(): Column<AttemptRow>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => [
    { id: 'date', header: t('window.gateways.col.date'), width: 156, sort: 'createdAt', fixed: true, phone: true, phoneHeader: t('window.gateways.col.customer'), phoneCell: (r) => <TwoLines first={r.customerName} second={[stateWord(r), ...(r.mode === 'test' ? [t('window.gateways.mode.test')] : []), f.dayOf(r.createdAt)].join(' · ')} />, cell: (r) => <TwoWords first={f.dayOf(r.createdAt)} second={f.time(r.createdAt)} /> },
    { id: 'customer', header: t('window.gateways.col.customer'), sort: 'customer', cell: (r) => r.customerName },
    { id: 'kind', header: t('window.gateways.col.kind'), width: 186, soft: true, cell: (r) => tDynamic(`window.gateways.kind.${r.kind}`) },
    { id: 'way', header: t('window.gateways.col.way'), width: 210, soft: true, hidden: true, cell: (r) => tDynamic(`window.gateways.way.${r.gateway}`) },
    { id: 'mode', header: t('window.gateways.col.mode'), width: 92, cell: (r) => <ModeBadge mode={r.mode} /> },
    { id: 'documents', header: t('window.gateways.col.documents'), width: 132, soft: true, cell: (r) => r.documents || r.paymentNumber || t('window.gateways.ahead') },
    { id: 'state', header: t('window.gateways.col.state'), width: 158, cell: (r) => <State state={r.state} /> },
    { id: 'amount', header: t('window.gateways.col.amount'), width: 116, align: 'end', sort: 'amount', phone: true, cell: (r) => (r.amountMinor ? f.money(r.amountMinor, r.currency) : '') },
  ], [t, f]);
}

export function AttemptList() {
  const t = useT();
  const f = useFormat();
  const [q, setQ] = useQueryParams('words', 'state', 'customer', 'name', 'sort', 'desc', 'open', 'from', 'to');
  const sort: Sort = { by: q.sort || 'createdAt', desc: q.sort ? q.desc === '1' : true };
  const query = listQuery({ words: q.words, state: q.state, customerId: q.customer, from: q.from, to: q.to, sort: sort.by, desc: sort.desc });
  const columns = useColumns();
  const list = useList('gateways', query, api.gateways.attempts);
  const open = list.rows.find((r) => r.publicId === q.open);
  const filtered = !!(q.words || q.state || q.customer || q.from || q.to);
  return (
    <Page fill>
      <PageHeader title={t('window.gateways.attempts')} back={{ href: '/payments', label: t('window.payments.title') }} menu={exportMenu('attempts', query)} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.gateways.attempts_search')} active={q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : []}
        chips={chips.map((id) => ({ id, label: t(id ? `window.gateways.filter.${id}` : 'window.gateways.filter.all') }))} chip={q.state} onChip={(state) => setQ({ state })}>
        <DateInput aria-label={t('window.payments.filter.from')} placeholder={t('window.payments.filter.from')} size="sm" w={150} clearable value={q.from} onChange={(from) => setQ({ from })} />
        <DateInput aria-label={t('window.payments.filter.to')} placeholder={t('window.payments.filter.to')} size="sm" w={150} clearable value={q.to} onChange={(to) => setQ({ to })} />
      </FilterBar>
      <DataTable fill name="attempts" label={t('window.gateways.attempts')} columns={columns} rows={list.rows} rowId={(r) => r.publicId} onOpen={(r) => setQ({ open: r.publicId })} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.gateways.attempts_foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={filtered
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '', customer: '', name: '', from: '', to: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="payments" title={t('window.gateways.attempts_empty')} text={t('window.gateways.attempts_empty_text')}><Button variant="default" onClick={() => navigate('/settings/payments')}>{t('window.gateways.ways')}</Button></Empty>} />
      <SidePanel opened={!!open} onClose={() => setQ({ open: '' })} width={480} title={open ? t('window.gateways.attempt', { date: f.instant(open.createdAt) }) : ''}>{open && <Attempt key={open.publicId + open.state} row={open} />}</SidePanel>
    </Page>
  );
}

function Attempt({ row: r }: { row: AttemptRow }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const ask = async () => {
    const done = await api.gateways.askAbout(r.publicId);
    toast(done.message);
    await client.invalidateQueries();
  };
  return (
    <Stack gap={4}>
      <div style={{ display: 'flex', gap: 8, alignItems: 'center', flexWrap: 'wrap' }}><State state={r.state} /><ModeBadge mode={r.mode} /></div>
      <Notice tone={r.state === 'succeeded' ? 'good' : r.state === 'declined' ? 'danger' : r.state === 'unknown' ? 'warning' : 'info'}>{tDynamic(`window.gateways.says.${r.state}`)}{r.why && <div>{r.why}</div>}</Notice>
      <KeyValue rows={[
        r.amountMinor > 0 && [t('window.gateways.col.amount'), <strong key="a">{f.money(r.amountMinor, r.currency)}</strong>],
        [t('window.gateways.col.kind'), tDynamic(`window.gateways.kind.${r.kind}`)],
        [t('window.gateways.col.customer'), <Link key="c" href={`/customers/${r.customerId}`}>{r.customerName}</Link>],
        !!r.documents && [t('window.gateways.col.documents'), r.documents],
        [t('window.gateways.col.date'), f.instant(r.createdAt)],
        [t('window.gateways.col.way'), tDynamic(`window.gateways.way.${r.gateway}`)],
        !!r.reference && [t('window.gateways.col.reference'), r.reference],
        !!r.askedAt && [t('window.gateways.col.asked'), f.instant(r.askedAt)],
        !!r.paymentId && [t('window.payments.title'), <Link key="p" href={`/payments?open=${r.paymentId}`}>{t('window.payments.panel', { number: r.paymentNumber })}</Link>],
      ]} />
      {r.canAsk && <div><ActionButton variant="default" onAct={ask} data-testid="ask-again">{t('window.gateways.ask_again')}</ActionButton></div>}
      {r.canClose && <CloseAttempt id={r.publicId} />}
    </Stack>
  );
}

/** An end by hand, for what the gateway cannot tell any more and for a page that nobody is to pay on. */
function CloseAttempt({ id }: { id: string }) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm({ why: '' });
  const [asking, setAsking] = useState(false);
  const close = async () => {
    form.clear();
    const done = await api.gateways.closeAttempt(id, form.values.why);
    toast(done.message);
    await client.invalidateQueries();
  };
  if (!asking) return <div><MakeButton variant="subtle" color="danger" onClick={() => setAsking(true)} data-testid="close-attempt">{t('window.gateways.close')}</MakeButton></div>;
  return (
    <form onSubmit={(e) => e.preventDefault()} noValidate><Stack gap={3}>
      <p className="soft">{t('window.gateways.close_body')}</p>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Textarea label={t('window.gateways.close_why')} description={t('window.gateways.close_why_hint')} autosize minRows={2} maxRows={5} {...form.text('why')} data-autofocus data-testid="close-why" />
      <Row gap={2}><ActionButton type="submit" color="danger" onAct={close} onError={form.fail} data-testid="close-attempt-now">{t('window.gateways.close')}</ActionButton><Button variant="default" onClick={() => setAsking(false)}>{t('window.cancel')}</Button></Row>
    </Stack></form>
  );
}
