// Gérer les clients: the people of all customers, their details, their customer and how they come into the portal.
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { api, type ContactList, type ContactQuery, type ContactRow } from '~/api';
import { useList } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { exportMenu } from '~/components/exportMenu';
import { DataTable, type Column, type Sort } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { accessOf } from './accessOf';
import { ContactPanel } from './ContactPanel';

export function ContactsPage() {
  const t = useT();
  const f = useFormat();
  const [open, setOpen] = useState<ContactRow>();
  const [q, setQ] = useQueryParams('words', 'access', 'sort', 'desc');
  const columns = useMemo<Column<ContactRow>[]>(() => {
    const access = (r: ContactRow) => { const { tone, word } = accessOf(r); return <Badge tone={tone}>{tDynamic(`window.contacts.state.${word}`)}</Badge>; };
    const primary = t('window.customers.form.contact_primary');
    return [
      { id: 'name', header: t('window.sharing.contacts.col.name'), sort: 'name', fixed: true, phone: true, cell: (r) => r.name || r.email, phoneCell: (r) => <>{r.name || r.email}{r.isPrimary && <> <Badge tone="accent">{primary}</Badge></>}<br /><span className="soft small">{[r.customerName, tDynamic(`window.contacts.state.${accessOf(r).word}`)].join(' · ')}</span></> },
      { id: 'primary', header: primary, width: 92, soft: true, cell: (r) => r.isPrimary && <><Icon name="check" size={15} /><span className="sr">{primary}</span></> },
      { id: 'customer', header: t('window.sharing.contacts.col.customer'), sort: 'customer', width: 210, cell: (r) => r.customerName },
      { id: 'email', header: t('window.sharing.contacts.col.email'), width: 230, soft: true, cell: (r) => r.email },
      { id: 'access', header: t('window.sharing.contacts.col.access'), width: 214, cell: access },
      { id: 'seen', header: t('window.sharing.contacts.col.seen'), width: 140, soft: true, cell: (r) => (r.signedInAt ? f.date(r.signedInAt.slice(0, 10)) : '') },
    ];
  }, [t, f]);
  const sort: Sort = { by: q.sort || 'customer', desc: q.desc === '1' };
  const query: ContactQuery = { words: q.words, customerId: '', access: q.access, sort: sort.by, desc: sort.desc, cursor: '', limit: 100 };
  const list = useList<ContactList, ContactQuery>('customers', query, api.contractSharing.contacts, 'contacts');
  const chips = ['', 'in', 'unused', 'out'].map((id) => ({ id, label: tDynamic(`window.sharing.contacts.filter.${id || 'all'}`) }));
  return (
    <Page fill>
      <PageHeader title={t('window.sharing.contacts.title')} subtitle={t('window.sharing.contacts.intro')} menu={exportMenu('contacts', { words: q.words, state: q.access, customerId: '', method: '', from: '', to: '', sort: sort.by, desc: sort.desc, cursor: '', limit: 0 })} back={{ href: '/settings/portal', label: t('window.sharing.contacts.back') }} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.sharing.contacts.search')} chips={chips} chip={q.access} onChip={(access) => setQ({ access })} />
      <DataTable fill name="contacts" label={t('window.sharing.contacts.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} onOpen={setOpen} sort={sort} onSort={(s) => setQ({ sort: s.by, desc: s.desc ? '1' : '' })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.sharing.contacts.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.access ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', access: '' })}>{t('window.filter.reset')}</Button></Empty> : <Empty icon="customers" title={t('window.sharing.contacts.empty')} text={t('window.sharing.contacts.empty_text')} />} />
      {open && <ContactPanel contact={list.rows.find((r) => r.id === open.id) ?? open} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}
