import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { MakeButton } from '~/app/may';
import { api, type Announcement } from '~/api';
import { listQuery } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { Badge, type BadgeTone } from '~/components/Badge';
import { DataTable, TwoLines, type Column } from '~/components/DataTable';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';

const states = ['', 'draft', 'planned', 'shown', 'over', 'withdrawn'] as const;
const tones: Record<string, BadgeTone> = { shown: 'good', planned: 'info' };

function useColumns(): Column<Announcement>[] {
  const t = useT();
  const f = useFormat();
  return useMemo(() => {
    const title = (a: Announcement) => (f.lang === 'en' && a.titleEn) || a.titleFr || a.titleEn;
    const when = (a: Announcement) => [a.startsOn && t('window.notices.from', { date: f.day(a.startsOn) }), a.endsOn && t('window.notices.until', { date: f.day(a.endsOn) })].filter(Boolean).join(' ') || t('window.notices.always');
    const audience = (a: Announcement) => (a.everyone ? t('window.notices.everyone') : a.groups.map((g) => g.name).join(', '));
    return [
      { id: 'title', header: t('window.notices.col.title'), phone: true, fixed: true, cell: title, phoneCell: (a) => <TwoLines first={title(a)} second={`${when(a)} · ${audience(a)}`} /> },
      { id: 'importance', header: t('window.notices.importance'), width: 100, soft: true, cell: (a) => tDynamic(`window.notices.importance.${a.importance}`) },
      { id: 'when', header: t('window.notices.col.when'), width: 260, soft: true, cell: when },
      { id: 'for', header: t('window.notices.col.for'), width: 150, soft: true, cell: audience },
      { id: 'seen', header: t('window.notices.col.seen'), width: 70, align: 'end', cell: (a) => f.count(a.seen) },
      { id: 'state', header: t('window.notices.col.state'), width: 120, phone: true, cell: (a) => <Badge tone={tones[a.state] ?? 'neutral'}>{tDynamic(`window.notices.state.${a.state}`)}</Badge> },
    ];
  }, [t, f]);
}

/** The announcements of the portal. */
export function NoticeList() {
  const t = useT();
  const columns = useColumns();
  const [q, setQ] = useQueryParams('words', 'state');
  const list = useQuery({ queryKey: ['announcements', 'list', q.words, q.state], queryFn: () => api.notices.list(q.words, q.state), placeholderData: (v) => v });
  const rows = list.data ?? [];
  const add = <MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => navigate('/announcements/new')} data-testid="new-notice">{t('window.notices.new')}</MakeButton>;
  return (
    <Page fill>
      <PageHeader title={t('window.notices.title')} subtitle={t('window.notices.subtitle')} primary={add} secondary={<Button variant="default" onClick={() => navigate('/faq')}>{t('window.faq.title')}</Button>} menu={exportMenu('announcements', listQuery({ words: q.words, state: q.state }))} />
      <FilterBar words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.notices.search')} chips={states.map((id) => ({ id, label: id ? tDynamic(`window.notices.state.${id}`) : t('window.notices.all') }))} chip={q.state} onChip={(state) => setQ({ state })} />
      <DataTable fill name="announcements" label={t('window.notices.title')} columns={columns} rows={rows} rowId={(a) => a.publicId} href={(a) => `/announcements/${a.publicId}`}
        loading={list.isPending} error={list.error} retry={() => void list.refetch()} foot={<span>{t('window.notices.foot', { n: rows.length })}</span>}
        empty={q.words || q.state
          ? <Empty icon="filter" title={t('window.filter.none')} text={t('window.filter.none_text')}><Button variant="default" onClick={() => setQ({ words: '', state: '' })}>{t('window.filter.reset')}</Button></Empty>
          : <Empty icon="info" title={t('window.notices.empty')} text={t('window.notices.empty_text')}>{add}</Empty>} />
    </Page>
  );
}
