import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { api, type CustomerRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { MakeButton } from '~/app/may';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { DataTable, type Column, type Sort } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { InvitePanel } from '~/screens/invitations/InvitePanel';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';

export function CustomerList() {
  const [inviting, setInviting] = useState<string[]>();
  const t = useT();
  const f = useFormat();
  const columns = useMemo<Column<CustomerRow>[]>(() => [
    { id: 'name', header: t('window.customers.col.name'), sort: 'name', phone: true, fixed: true, cell: (r) => r.suspended ? <>{r.name}{' '}<StateBadge state="suspended" /></> : r.name },
    { id: 'number', header: t('window.customers.col.number'), width: 84, sort: 'number', soft: true, cell: (r) => r.number },
    { id: 'city', header: t('window.customers.col.city'), width: 164, soft: true, sort: 'city', cell: (r) => [r.city, r.country].filter(Boolean).join(', ') },
    { id: 'email', header: t('window.customers.col.email'), width: 226, soft: true, cell: (r) => r.email },
    { id: 'overdue', header: t('window.customers.col.overdue'), width: 122, align: 'end', cell: (r) => (r.overdueMinor ? <span style={{ color: 'var(--danger)' }}>{f.money(r.overdueMinor, r.currency)}</span> : '') },
    { id: 'open', header: t('window.customers.col.open'), width: 126, align: 'end', phone: true, cell: (r) => (r.dueMinor ? f.money(r.dueMinor, r.currency) : '') },
  ], [t, f]);
  const [q, setQ] = useQueryParams('words', 'state', 'sort', 'desc');
  const sort: Sort = { by: q.sort || 'name', desc: q.desc === '1' };
  const query = listQuery({ words: q.words, state: q.state, sort: sort.by, desc: sort.desc });
  const list = useList('customers', query, api.customers.list);
  const add = <MakeButton to="/customers/new" leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/customers/new')}>{t('window.customers.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.customers.title')} primary={add} menu={[{ label: t('window.invitations.everybody'), may: 'invite', icon: 'send', onClick: () => setInviting([]) }, { label: t('window.import.menu'), icon: 'external', to: '/import/customers' }, ...exportMenu('customers', query)]} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.customers.search')} chips={[{ id: '', label: t('window.archive.current') }, { id: 'no_access', label: t('window.invitations.without') }, { id: 'suspended', label: t('window.customers.suspended_ones') }, { id: 'archived', label: t('window.archive.archived') }]} chip={q.state} onChip={(state) => setQ({ state })} />
      <DataTable fill name="customers" label={t('window.customers.title')} columns={columns} rows={list.rows} rowId={(r) => r.publicId} href={(r) => `/customers/${r.publicId}`} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        bulk={(rows, clear) => <MakeButton may="invite" size="compact-md" variant="default" leftSection={<Icon name="send" size={15} />} onClick={() => { setInviting(rows.map((r) => r.publicId)); clear(); }} data-testid="bulk-invite">{t('window.invitations.open')}</MakeButton>}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.customers.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.state ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '' })}>{t('window.filter.reset')}</Button></Empty> : <Empty icon="customers" title={t('window.customers.empty.title')} text={t('window.customers.empty.text')}>{add}</Empty>} />
      <InvitePanel opened={!!inviting} ids={inviting ?? []} onClose={() => setInviting(undefined)} />
    </Page>
  );
}
