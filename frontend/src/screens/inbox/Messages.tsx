// What was said, the newest at the foot; what is on its way stands after it.
import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useEffect, useLayoutEffect, useRef } from 'react';
import { api, inWindow, type ChatFile, type ChatMessage, type Conversation } from '~/api';
import { Icon } from '~/components/Icon';
import { Await } from '~/components/states';
import { saveFile } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { intoField, takeBack, tryAgain, useOutgoing, type Outgoing } from './outgoing';
import css from './inbox.module.css';

export function Messages({ conversation: c }: { conversation: Conversation }) {
  const t = useT();
  const query = useInfiniteQuery({
    queryKey: ['chat', 'messages', c.id], queryFn: ({ pageParam }) => api.conversations.messages(c.id, pageParam),
    initialPageParam: 0, getNextPageParam: (last) => last.next || undefined,
  });
  const rows = (query.data?.pages ?? []).flatMap((p) => p.rows).reverse(); // pages go back in time, each newest first
  const outgoing = useOutgoing(c.id);
  const box = useRef<HTMLDivElement>(null);
  const last = rows[rows.length - 1]?.id ?? '';
  useFoot(box, last + outgoing.map((m) => m.state).join());
  useRead(c, rows[rows.length - 1]?.seq ?? 0);
  const read = c.readAt ? [...rows].reverse().find((m) => m.byFirm && m.seq <= c.readSeq) : undefined;
  return (
    <div className={css.thread} ref={box} tabIndex={0} role="log" aria-label={t('window.inbox.with', { name: c.contact })}>
      <div><Await query={query}>{() => (
        <>
          {query.hasNextPage && <div className={css.more}><Button variant="subtle" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>{t('window.inbox.older')}</Button></div>}
          <ol>
            {rows.map((m, i) => <Fragment key={m.id}>{new Date(rows[i - 1]?.at ?? 0).toDateString() !== new Date(m.at).toDateString() && <Day at={m.at} />}<Said message={m} readAt={m.id === read?.id ? c.readAt : ''} /></Fragment>)}
            {outgoing.map((m) => <OnItsWay key={m.key} message={m} />)}
          </ol>
        </>
      )}</Await></div>
    </div>
  );
}

function Day({ at }: { at: string }) {
  const f = useFormat();
  return <li className={css.day}>{f.dayOf(at)}</li>;
}

function Said({ message: m, readAt }: { message: ChatMessage; readAt: string }) {
  const t = useT();
  const f = useFormat();
  if (m.event) return <li className={css.event}>{tDynamic(`window.inbox.event.${m.event}`, { name: m.event === 'assigned' ? m.text || t('window.inbox.nobody') : m.author })}{' · '}{f.time(m.at)}</li>;
  return (
    <li className={css.bubble} data-side={m.byFirm ? 'firm' : 'customer'} data-testid="message">
      <div className={css.meta}><strong>{m.author}</strong><time dateTime={m.at}>{f.time(m.at)}</time></div>
      {m.text && <p>{m.text}</p>}
      {m.files.length > 0 && <ul className={css.files}>{m.files.map((x) => <li key={x.id}><FileChip file={x} /></li>)}</ul>}
      {readAt && <div className={css.meta}><Icon name="check" size={13} />{t('window.inbox.read_at', { at: f.instant(readAt) })}</div>}
    </li>
  );
}

function FileChip({ file }: { file: ChatFile }) {
  const open = () => { if (!inWindow && (file.picture || file.mediaType === 'application/pdf')) window.open(file.href, '_blank', 'noopener'); else void saveFile(file.href); };
  if (file.picture) return <button type="button" className={css.picture} onClick={open} aria-label={`${file.name}, ${file.sizeLabel}`}><img src={file.href} alt="" loading="lazy" /></button>;
  return <button type="button" className={css.file} onClick={open}><Icon name="invoice" size={15} />{file.name}<span className="faint nowrap">{file.sizeLabel}</span></button>;
}

function OnItsWay({ message: m }: { message: Outgoing }) {
  const t = useT();
  const back = () => { const taken = takeBack(m.key); if (taken) { intoField(taken); window.dispatchEvent(new CustomEvent('draft', { detail: m.id })); } };
  return (
    <li className={css.bubble} data-side="firm" data-state={m.state} data-testid="outgoing">
      {m.text && <p>{m.text}</p>}
      {m.files.length > 0 && <ul className={css.files}>{m.files.map((x, i) => <li key={i} className={css.meta}><Icon name="invoice" size={14} />{x.name}</li>)}</ul>}
      <div className={css.meta} role="status">{m.state === 'sending' ? t('window.inbox.sending') : m.state === 'waiting' ? t('window.inbox.waits') : m.problem}</div>
      {m.state === 'refused' && <div className={css.meta}><Button size="compact-sm" variant="default" onClick={() => tryAgain(m.key)}>{t('window.inbox.again')}</Button><Button size="compact-sm" variant="subtle" onClick={back}>{t('window.inbox.take_back')}</Button></div>}
    </li>
  );
}

/** The foot stays in sight while one is there; whoever reads further up is left alone. */
function useFoot(box: React.RefObject<HTMLDivElement | null>, what: string) {
  const atFoot = useRef(true);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const note = () => { atFoot.current = el.scrollHeight - el.scrollTop - el.clientHeight < 80; };
    const grow = new ResizeObserver(() => { if (atFoot.current) el.scrollTop = el.scrollHeight; });
    el.addEventListener('scroll', note);
    grow.observe(el);
    if (el.firstElementChild) grow.observe(el.firstElementChild); // a picture that is loaded
    return () => { el.removeEventListener('scroll', note); grow.disconnect(); };
  }, [box]);
  useLayoutEffect(() => { const el = box.current; if (el && atFoot.current) el.scrollTop = el.scrollHeight; }, [box, what]);
}

/** Read is what was on the screen while somebody was there. */
function useRead(c: Conversation, last: number) {
  const client = useQueryClient();
  useEffect(() => {
    if (!last) return;
    const read = () => {
      if (document.visibilityState !== 'visible') return;
      void api.conversations.markRead(c.id, last).then(() => client.invalidateQueries({ predicate: (q) => q.queryKey[0] === 'chat' && (q.queryKey[1] === 'list' || q.queryKey[1] === 'pulse') }), () => undefined);
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [c.id, last, client]);
}
