// Direct debits: the files for the bank, the mandates, the refunds that wait to be sent.
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api, useIntention, type BankFileRow, type Mandate } from '~/api';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { ActionButton } from '~/components/ActionButton';
import { Badge, type BadgeTone } from '~/components/Badge';
import { Chips } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { DateInput } from '~/components/inputs';
import { ActionMenu, Empty, Notice, Page, PageHeader, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { MandateBadge, MandatePanel } from './MandatePanel';
import css from './sepa.module.css';

const tabs = ['files', 'mandates', 'refunds'] as const;
const fileTones: Record<string, BadgeTone> = { made: 'warning', confirming: 'info', confirmed: 'good', dropped: 'neutral' };

export function FileBadge({ state }: { state: string }) {
  return <Badge tone={fileTones[state] ?? 'neutral'}>{tDynamic(`window.sepa.state.${state}`)}</Badge>;
}

export function SepaPage() {
  const t = useT();
  const [q, setQ] = useQueryParams('tab', 'mandate');
  const tab = (tabs as readonly string[]).includes(q.tab) ? q.tab : 'files';
  const settings = useQuery({ queryKey: ['sepa', 'settings'], queryFn: api.sepa.settings });
  return (
    <Page>
      <PageHeader title={t('window.sepa.title')} back={{ href: '/payments', label: t('window.payments.title') }}
        primary={<MakeButton to="/debits/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/debits/new')} data-testid="new-debits">{t('window.sepa.new')}</MakeButton>} />
      {settings.data && !settings.data.ready && <Notice tone="info" action={<Button variant="default" size="compact-md" onClick={() => navigate(settings.data?.ics ? '/settings/general' : '/settings/debits')}>{t('window.sepa.to_settings')}</Button>}>{t('window.sepa.not_ready')}</Notice>}
      <Chips chips={tabs.map((id) => ({ id, label: t(`window.sepa.tab.${id}`) }))} chip={tab} onChip={(id) => setQ({ tab: id, mandate: '' })} />
      {tab === 'files' && <Files />}
      {tab === 'mandates' && <Mandates onOpen={(m) => setQ({ mandate: m.publicId })} />}
      {tab === 'refunds' && <Refunds />}
      {q.mandate && <MandatePanel id={q.mandate} onClose={() => setQ({ mandate: '' })} />}
    </Page>
  );
}

function Files() {
  const t = useT();
  const query = useInfiniteQuery({ queryKey: ['sepa', 'files'], queryFn: ({ pageParam }) => api.sepa.files(pageParam), initialPageParam: '', getNextPageParam: (p) => p.next || undefined });
  const rows = query.data?.pages.flatMap((p) => p.rows) ?? [];
  if (query.isSuccess && rows.length === 0) return <Section label={t('window.sepa.tab.files')}><Empty icon="payments" title={t('window.sepa.no_files')} text={t('window.sepa.no_files.text')} /></Section>;
  return (
    <Section label={t('window.sepa.tab.files')} flush>
      <FileRows rows={rows} />
      {query.hasNextPage && <div className={css.more}><Button variant="default" onClick={() => void query.fetchNextPage()}>{t('window.sepa.more')}</Button></div>}
    </Section>
  );
}

function FileRows({ rows }: { rows: BankFileRow[] }) {
  const t = useT();
  const f = useFormat();
  return (
    <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.sepa.tab.files')}>
      <table className={css.table} data-testid="bank-files">
        <thead><tr><th scope="col">{t('window.sepa.column.number')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.kind')}</th><th scope="col">{t('window.sepa.column.on')}</th><th scope="col" className={`num ${css.hide}`}>{t('window.sepa.column.orders')}</th><th scope="col" className="num">{t('window.sepa.column.amount')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.state')}</th></tr></thead>
        <tbody>{rows.map((r) => (
          <tr key={r.publicId}>
            <td className={css.name}><Link href={`/debits/${r.publicId}`}>{r.number}</Link><span className={css.below}><FileBadge state={r.state} /></span></td>
            <td className={css.hide}>{t(`window.sepa.kind.${r.kind as 'debit' | 'transfer'}`)}{r.scheme && ` · ${r.scheme}`}</td>
            <td className="nowrap">{f.day(r.onDate)}</td><td className={`num ${css.hide}`}>{f.count(r.orders)}</td><td className="num nowrap">{f.money(r.amountMinor, 'EUR')}</td><td className={css.hide}><FileBadge state={r.state} /></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Mandates({ onOpen }: { onOpen: (m: Mandate) => void }) {
  const t = useT();
  const f = useFormat();
  const query = useInfiniteQuery({ queryKey: ['sepa', 'mandates'], queryFn: ({ pageParam }) => api.sepa.mandates(pageParam), initialPageParam: '', getNextPageParam: (p) => p.next || undefined });
  const rows = query.data?.pages.flatMap((p) => p.rows) ?? [];
  if (query.isSuccess && rows.length === 0) return <Section label={t('window.sepa.tab.mandates')}><Empty icon="customers" title={t('window.sepa.no_mandates')} text={t('window.sepa.no_mandates.text')}><Button variant="default" onClick={() => navigate('/customers')}>{t('window.nav.customers')}</Button></Empty></Section>;
  return (
    <Section label={t('window.sepa.tab.mandates')} flush>
      <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.sepa.tab.mandates')}>
        <table className={css.table} data-testid="mandates">
          <thead><tr><th scope="col">{t('window.sepa.column.rum')}</th><th scope="col">{t('window.sepa.column.customer')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.account')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.signed')}</th><th scope="col">{t('window.sepa.column.state')}</th></tr></thead>
          <tbody>{rows.map((m) => (
            <tr key={m.publicId}>
              <td><button type="button" className={css.button} onClick={() => onOpen(m)}>{m.rum}</button></td>
              <td><Link href={`/customers/${m.customerId}`}>{m.customerName}</Link></td>
              <td className={`nowrap ${css.hide}`}>{m.account && `… ${m.account}`}</td><td className={`nowrap ${css.hide}`}>{m.signedOn && f.date(m.signedOn)}</td><td><MandateBadge mandate={m} /></td>
            </tr>
          ))}</tbody>
        </table>
      </div>
      {query.hasNextPage && <div className={css.more}><Button variant="default" onClick={() => void query.fetchNextPage()}>{t('window.sepa.more')}</Button></div>}
    </Section>
  );
}

function Refunds() {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const intention = useIntention();
  const [on, setOn] = useState('');
  const query = useQuery({ queryKey: ['sepa', 'refunds'], queryFn: api.sepa.refunds });
  const make = async () => {
    const done = await api.sepa.makeTransfers({ key: intention.key(), on, ids: (query.data ?? []).map((r) => r.publicId) });
    intention.done();
    toast(done.message);
    await client.invalidateQueries({ queryKey: ['sepa'] });
    navigate(`/debits/${done.id}`);
  };
  const drop = async (id: string) => { await api.sepa.dropRefund(id); await client.invalidateQueries({ queryKey: ['sepa'] }); };
  return (
    <Section label={t('window.sepa.tab.refunds')}>
      <Await query={query}>{(list) => list.length === 0 ? <Empty icon="undo" title={t('window.sepa.no_refunds')} text={t('window.sepa.no_refunds.text')} /> : (
        <Stack gap={4}>
          <div className={css.scroll} tabIndex={0} role="group" aria-label={t('window.sepa.tab.refunds')}>
            <table className={css.table} data-testid="refunds">
              <thead><tr><th scope="col">{t('window.sepa.column.customer')}</th><th scope="col">{t('window.sepa.column.about')}</th><th scope="col" className={css.hide}>{t('window.sepa.column.account')}</th><th scope="col" className="num">{t('window.sepa.column.amount')}</th><th scope="col"><span className="sr">{t('window.menu.more')}</span></th></tr></thead>
              <tbody>{list.map((r) => (
                <tr key={r.publicId}><td className={css.name}>{r.name}<span className={css.detail}>{r.customerName === r.name ? '' : r.customerName}</span></td><td>{r.about}</td><td className={`nowrap ${css.hide}`}>… {r.account}</td><td className="num nowrap">{f.money(r.amountMinor, 'EUR')}</td>
                  <td className="num"><ActionMenu size={32} label={`${t('window.menu.more')} ${r.about}`} actions={[{ label: t('window.sepa.refund.drop'), icon: 'trash', danger: true, onClick: () => void drop(r.publicId).catch(showError) }]} /></td></tr>
              ))}</tbody>
            </table>
          </div>
          <div className={css.tools}>
            <DateInput label={t('window.sepa.on_transfer')} clearable value={on} onChange={setOn} />
            <ActionButton onAct={make} data-testid="make-transfers">{t('window.sepa.refund.make')}</ActionButton>
          </div>
        </Stack>
      )}</Await>
    </Section>
  );
}
