// All that waits for an answer in one place: conversations, questions on documents, requests for access. The list, and
// beside it what is open.
import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import { MakeButton } from '~/app/may';
import { api, type InboxRow } from '~/api';
import { listQuery } from '~/api/useList';
import { navigate, useQueryParams } from '~/app/router';
import { Badge } from '~/components/Badge';
import { exportMenu } from '~/components/exportMenu';
import { FilterBar } from '~/components/FilterBar';
import { Icon } from '~/components/Icon';
import { Empty, Page, PageHeader } from '~/components/layout';
import { Await } from '~/components/states';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { AlertPanel } from './AlertPanel';
import { ConversationPane } from './ConversationPane';
import { NewConversation } from './NewConversation';
import { QuestionPane } from './QuestionPane';
import { RequestPane } from './RequestPane';
import { useLetters } from '~/app/useLetters';
import { Waiting } from './Waiting';
import css from './inbox.module.css';

const views = ['to_answer', 'mine', 'unassigned', 'all', 'closed'] as const;
const hrefOf = (r: InboxRow, search: string) => (r.kind === 'request' ? `/requests/${r.id}` : `/inbox/${r.kind}/${r.id}${search}`);

export function InboxPage({ kind = '', id = '' }: { kind?: string; id?: string }) {
  const t = useT();
  const [q, setQ] = useQueryParams('view', 'words', 'customer', 'name', 'new');
  const view = q.view || 'to_answer';
  const [alerts, setAlerts] = useState(false);
  const list = useInfiniteQuery({
    queryKey: ['chat', 'list', view, q.words, q.customer], queryFn: ({ pageParam }) => api.conversations.list({ view, words: q.words, customerId: q.customer, cursor: pageParam }),
    initialPageParam: '', getNextPageParam: (last) => last.next || undefined, placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => (list.data?.pages ?? []).flatMap((p) => p.rows), [list.data]);
  const counts = list.data?.pages[0]?.counts;
  const number: Record<string, number | undefined> = { to_answer: counts?.toAnswer, mine: counts?.mine, unassigned: counts?.unassigned };
  const search = new URLSearchParams(Object.entries({ view: q.view, words: q.words, customer: q.customer, name: q.name }).filter(([, v]) => v)).toString();
  const tail = search ? `?${search}` : '';
  useSteps(rows, id, tail);
  return (
    <Page fill>
      <div className={css.top} data-open={id ? 'yes' : 'no'}><PageHeader title={t('window.inbox.title')} primary={<MakeButton leftSection={<Icon name="plus" size={16} />} onClick={() => setQ({ new: 'yes' })} data-testid="new-conversation">{t('window.inbox.new')}</MakeButton>}
        menu={[{ label: t('window.inbox.canned.title'), icon: 'pencil', href: '#/inbox/canned' }, { label: t('window.inbox.alerts.title'), may: '', icon: 'bell', onClick: () => setAlerts(true) }, { label: t('window.requests.title'), icon: 'customers', href: '#/requests' }, ...exportMenu('questions', listQuery({}))]} /></div>
      <div className={css.desk} data-open={id ? 'yes' : 'no'}>
        <div className={css.queue}>
          <div className={css.filter}>
            <FilterBar narrow words={q.words} onWords={(words) => setQ({ words })} placeholder={t('window.inbox.search')} chip={view} onChip={(v) => setQ({ view: v === 'to_answer' ? '' : v })}
              chips={views.map((v) => ({ id: v, label: tDynamic(`window.inbox.view.${v}`), count: number[v] || undefined }))}
              active={q.customer ? [{ id: 'customer', label: q.name || q.customer, clear: () => setQ({ customer: '', name: '' }) }] : []} />
          </div>
          <nav className={css.rows} aria-label={t('window.inbox.list')}>
            <Await query={list}>{() => (rows.length === 0 ? <Nothing searched={!!q.words} view={view} /> : (
              <>
                <ul>{rows.map((r) => <li key={r.kind + r.id}><Row row={r} href={hrefOf(r, tail)} open={r.id === id} /></li>)}</ul>
                {list.hasNextPage && <div className={css.more}><Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>{t('window.inbox.more')}</Button></div>}
              </>
            ))}</Await>
          </nav>
          <div className={css.keys} aria-hidden="true"><span><kbd>{'J'}</kbd><kbd>{'K'}</kbd>{t('window.inbox.keys.move')}</span><span><kbd>{'R'}</kbd>{t('window.inbox.keys.reply')}</span><span><kbd>{'A'}</kbd>{t('window.inbox.keys.assign')}</span><span><kbd>{'X'}</kbd>{t('window.inbox.keys.close')}</span></div>
        </div>
        {kind === 'chat' && id ? <ConversationPane key={id} id={id} back={`/inbox${tail}`} />
          : kind === 'question' && id ? <QuestionPane key={id} row={rows.find((r) => r.id === id)} id={id} back={`/inbox${tail}`} />
          : kind === 'request' && id ? <RequestPane key={id} row={rows.find((r) => r.id === id)} id={id} back={`/inbox${tail}`} />
          : <div className={css.talk}><Empty icon="question" title={t('window.inbox.choose')} text={t('window.inbox.choose_text')} /></div>}
      </div>
      <NewConversation opened={q.new === 'yes'} customerId={q.customer} onClose={() => setQ({ new: '' })} />
      <AlertPanel opened={alerts} onClose={() => setAlerts(false)} />
    </Page>
  );
}

function Nothing({ searched, view }: { searched: boolean; view: string }) {
  const t = useT();
  if (searched) return <Empty icon="filter" title={t('window.inbox.none_found')} />;
  return view === 'to_answer' ? <Empty icon="good" title={t('window.inbox.empty')} text={t('window.inbox.empty_text')} /> : <Empty icon="question" title={t('window.inbox.none')} />;
}

function Row({ row: r, href, open }: { row: InboxRow; href: string; open: boolean }) {
  const t = useT();
  const f = useFormat();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => { if (open) link.current?.scrollIntoView({ block: 'nearest' }); }, [open]);
  return (
    <Link ref={link} className={css.row} href={href} aria-current={open} data-unread={r.unread || undefined} data-testid={`inbox-${r.kind}`}>
      <strong>{r.customerName || r.contact}{r.contact && r.customerName && r.contact !== r.customerName ? ` · ${r.contact}` : ''}</strong>
      <time dateTime={r.at}>{short(f, r.at)}</time>
      {r.subject && <span className={css.subject}>{r.kind === 'chat' ? r.subject : `${tDynamic(`window.inbox.kind.${r.kind}`)} · ${r.subject}`}</span>}
      <p className={css.said}>{r.byFirm && `${t('window.inbox.you')} `}{r.text || (r.files ? t('window.inbox.only_files') : '')}</p>
      <span className={css.marks}>
        {r.unread > 0 && <span className={css.count} aria-label={t('window.inbox.unread', { n: r.unread })}>{r.unread}</span>}
        <Waiting since={r.waitingSince} due={r.dueAt} late={r.late} />
        {r.assignee && <span>{r.assignee}</span>}
        {r.closed && <Badge>{t('window.inbox.closed')}</Badge>}
      </span>
    </Link>
  );
}

/** The hour of today, the day of anything older. */
const short = (f: ReturnType<typeof useFormat>, at: string) => (new Date(at).toDateString() === new Date().toDateString() ? f.time(at) : f.dayOf(at));

/** J and K, or the arrows with Alt: the next and the one before. */
function useSteps(rows: InboxRow[], id: string, tail: string) {
  const now = useRef({ rows, id, tail });
  now.current = { rows, id, tail };
  useLetters({
    j: () => step(now.current, 1),
    k: () => step(now.current, -1),
  });
}
function step({ rows, id, tail }: { rows: InboxRow[]; id: string; tail: string }, by: number) {
  const at = rows.findIndex((r) => r.id === id);
  const next = rows[at < 0 ? 0 : at + by];
  if (next) navigate(`/inbox/${next.kind}/${next.id}${tail}`); // a request too: where it is decided, the same letters decide
}

