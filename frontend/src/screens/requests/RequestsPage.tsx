// Visitors who ask for access: the queue, and beside it the request to decide on. The first that waits is open at once.
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type AccessRequestRow } from '~/api';
import { listQuery } from '~/api/useList';
import { useQueryParams } from '~/app/router';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Empty, Page, PageHeader, Section } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { RequestBadge } from './RequestBadge';
import { RequestDetail } from './RequestDetail';
import css from './requests.module.css';

const states = ['sent', 'asked', 'approved', 'refused', 'withdrawn', 'all'] as const;

export function RequestsPage({ id }: { id: string }) {
  const t = useT();
  const f = useFormat();
  const [q, setQ] = useQueryParams('state');
  const state = q.state || 'sent';
  const list = useInfiniteQuery({ queryKey: ['requests', 'list', state], queryFn: ({ pageParam }) => api.requests.list(state === 'all' ? '' : state, pageParam), initialPageParam: '', getNextPageParam: (last) => last.next || undefined });
  const counts = list.data?.pages[0]?.counts;
  const chips = states.map((s) => ({ id: s, label: s === 'all' ? t('window.requests.filter.all') : tDynamic(`window.requests.state.${s}`), count: s !== 'all' && counts?.[s] ? f.count(counts[s]) : undefined }));
  return (
    <Page>
      <PageHeader title={t('window.requests.title')} menu={exportMenu('requests', listQuery({ state: state === 'all' ? '' : state }))} />
      <FilterBar words="" placeholder="" chips={chips} chip={state} onChip={(s) => setQ({ state: s === 'sent' ? '' : s })} />
      <Await query={list}>{(d) => {
        const rows = d.pages.flatMap((p) => p.rows);
        const open = id || rows[0]?.id || '';
        if (!open) return <Section label={t('window.requests.title')}>{state === 'sent' ? <Empty icon="good" title={t('window.requests.empty')} text={t('window.requests.empty_text')} /> : <Empty icon="filter" title={t('window.requests.none')} />}</Section>;
        return (
          <div className={css.desk}>
            <Section label={t('window.requests.title')} flush>
              <ul className={css.queue}>{rows.map((r) => <li key={r.id}><Row row={r} open={r.id === open} query={q.state} /></li>)}</ul>
              {list.hasNextPage && <Button variant="subtle" onClick={() => void list.fetchNextPage()}>{t('window.requests.more')}</Button>}
            </Section>
            <One id={open} />
          </div>
        );
      }}</Await>
    </Page>
  );
}

function Row({ row: r, open, query }: { row: AccessRequestRow; open: boolean; query: string }) {
  const f = useFormat();
  return (
    <Link className={css.row} href={`/requests/${r.id}${query ? `?state=${query}` : ''}`} aria-current={open}>
      <strong>{r.company}</strong>
      <span className="small soft">{r.name}{' · '}{f.instant(r.sentAt)}</span>
      <span><RequestBadge state={r.state} />{r.state === 'sent' && <span className="small soft">{' '}{matchWords(r.matches)}</span>}{r.customer && <span className="small soft">{' '}{r.customer}</span>}</span>
    </Link>
  );
}

/** How many customers have the request's tax number, in words. */
export const matchWords = (names: string[]) => (names.length === 0 ? tDynamic('window.requests.match.none') : names.length === 1 ? names[0] : tDynamic('window.requests.match.several', { n: names.length }));

function One({ id }: { id: string }) {
  const query = useQuery({ queryKey: ['requests', 'one', id], queryFn: () => api.requests.get(id) });
  return <Await query={query}>{(r) => <RequestDetail key={`${r.id}/${r.version}`} request={r} />}</Await>;
}
