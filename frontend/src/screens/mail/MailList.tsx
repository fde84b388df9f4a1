import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { api, type MailRow } from '~/api';
import { listQuery, useList } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { StateBadge } from '~/components/Badge';
import { DataTable, type Column } from '~/components/DataTable';
import { FilterBar } from '~/components/FilterBar';
import { exportMenu } from '~/components/exportMenu';
import { Empty, Notice, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Arrived } from './Arrived';
import { MailPanel } from './MailPanel';

export function MailList() {
  const t = useT();
  const f = useFormat();
  const columns = useMemo<Column<MailRow>[]>(() => [
    { id: 'subject', header: t('window.mail.col.subject'), phone: true, fixed: true, cell: (r) => r.subject || r.to },
    { id: 'to', header: t('window.mail.col.to'), width: 200, soft: true, cell: (r) => r.toName || r.to },
    { id: 'state', header: t('window.mail.col.state'), width: 120, phone: true, cell: (r) => <StateBadge state={r.state} kind="mail" /> },
    { id: 'attempts', header: t('window.mail.col.attempts'), width: 72, align: 'end', soft: true, cell: (r) => (r.attempts ? f.count(r.attempts) : '') },
    { id: 'created', header: t('window.mail.col.created'), width: 206, soft: true, cell: (r) => f.instant(r.createdAt) },
    { id: 'sent', header: t('window.mail.col.sent'), width: 210, soft: true, hidden: true, cell: (r) => f.instant(r.sentAt) },
    { id: 'answer', header: t('window.mail.col.answer'), width: 220, soft: true, hidden: true, cell: (r) => r.lastAnswer },
  ], [t, f]);
  const [q, setQ] = useQueryParams('words', 'state', 'open');
  const query = listQuery({ words: q.words, state: q.state === 'arrived' ? '' : q.state });
  const list = useList('mails', query, api.mail.list);
  const server = list.first?.server;
  const chips = (['', 'queued', 'sent', 'failed'] as const).map((id) => ({ id, label: t(id ? `window.mail.filter.${id}` : 'window.mail.filter.all'), count: id !== 'sent' && id && list.first?.counts[id] ? f.count(list.first.counts[id]) : undefined }));
  const boxes = server === 'demo' ? [...chips, { id: 'arrived', label: t('window.mail.filter.arrived'), count: undefined }] : chips;
  return (
    <Page fill>
      <PageHeader title={t('window.mail.title')} menu={q.state === 'arrived' ? undefined : exportMenu('mails', query)} />
      {server === 'none' && <Notice tone="warning" action={<Button size="compact-sm" variant="default" onClick={() => navigate('/settings/mail')}>{t('window.mail.set_up')}</Button>}>{t('window.mail.no_server')}</Notice>}
      {server === 'demo' && <Notice tone="info">{t('window.mail.demo_server')}</Notice>}
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.mail.search')} chips={boxes} chip={q.state} onChip={(state) => setQ({ state })} />
      {q.state === 'arrived' ? <Arrived /> : <DataTable fill name="mails" label={t('window.mail.title')} columns={columns} rows={list.rows} rowId={(r) => r.id} onOpen={(r) => setQ({ open: r.id })}
        loading={list.loading} error={list.error} retry={list.retry} more={list.more} loadingMore={list.loadingMore} foot={<span>{t('window.mail.foot', { n: list.rows.length })}{list.more ? ' …' : ''}</span>}
        empty={q.words || q.state
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="mail" title={t('window.mail.empty.title')} text={t('window.mail.empty.text')} />} />}
      <MailPanel id={q.open} onClose={() => setQ({ open: '' })} />
    </Page>
  );
}
