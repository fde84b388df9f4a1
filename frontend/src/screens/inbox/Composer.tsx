// The field to answer in. Canned replies by /word or from the menu, files by dropping, Ctrl+Enter sends; a draft stays.
import { ActionIcon, Button, Menu, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type ClipboardEvent, type DragEvent, type KeyboardEvent, type RefObject } from 'react';
import { api, type CannedReply, type Conversation } from '~/api';
import { navigate } from '~/app/router';
import { Icon } from '~/components/Icon';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { draftOf, filledIn, sendSoon, setDraft } from './outgoing';
import css from './inbox.module.css';

const LONGEST = 4000;
const MOST = 10;
const plain = (s: string) => s.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

export function Composer({ conversation: c, field }: { conversation: Conversation; field: RefObject<HTMLTextAreaElement | null> }) {
  const t = useT();
  const f = useFormat();
  const id = useId();
  const [text, setText] = useState(() => draftOf(c.id));
  const [files, setFiles] = useState<File[]>([]);
  const [over, setOver] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const canned = useQuery({ queryKey: ['chat', 'canned'], queryFn: api.conversations.canned });
  const write = (next: string) => { setText(next); setDraft(c.id, next); setAt(0); };
  useEffect(() => {
    const back = (e: Event) => { if ((e as CustomEvent<string>).detail === c.id) setText(draftOf(c.id)); };
    window.addEventListener('draft', back);
    return () => window.removeEventListener('draft', back);
  }, [c.id]);
  const asked = /(?:^|\s)\/([\p{L}\p{N}_-]*)$/u.exec(text);
  const found = asked ? (canned.data ?? []).filter((r) => plain(r.shortcut).startsWith(plain(asked[1]!)) || (asked[1]!.length > 1 && plain(r.title).includes(plain(asked[1]!)))).slice(0, 8) : [];
  const put = async (r: CannedReply) => {
    const from = asked ? text.length - asked[1]!.length - 1 : text.length;
    const filled = await api.conversations.fill(r.id, c.id);
    write(filledIn(draftOf(c.id), text, from, filled)); // what was typed meanwhile stays
    field.current?.focus();
  };
  const pick = (more: File[]) => setFiles((now) => [...now, ...more].slice(0, MOST));
  const ready = (text.trim() || files.length > 0) && [...text].length <= LONGEST;
  const send = () => {
    if (!ready) return;
    sendSoon(c.id, text.trim(), files);
    setText('');
    setFiles([]);
    field.current?.focus();
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) { e.preventDefault(); send(); return; }
    if (e.key === 'Escape') { if (found.length) write(text + ' '); else field.current?.blur(); return; }
    if (!found.length) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') { e.preventDefault(); setAt((i) => (i + (e.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length); }
    if (e.key === 'Enter' || e.key === 'Tab') { e.preventDefault(); const r = found[at]; if (r) void put(r).catch(showError); }
  };
  const drop = (e: DragEvent) => { e.preventDefault(); setOver(false); pick([...e.dataTransfer.files]); };
  const paste = (e: ClipboardEvent) => { const got = [...e.clipboardData.files]; if (got.length) { e.preventDefault(); pick(got); } };
  return (
    <form className={css.composer} data-over={over || undefined} onSubmit={(e) => { e.preventDefault(); send(); }} onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
      {found.length > 0 && <div className={css.canned} role="listbox" id={id} aria-label={t('window.inbox.canned.title')}>{found.map((r, i) => (
        <div key={r.id} id={`${id}-${i}`} role="option" aria-selected={i === at} data-on={i === at || undefined} className={css.option} onMouseMove={() => setAt(i)} onMouseDown={(e) => { e.preventDefault(); void put(r).catch(showError); }}>
          <code>/{r.shortcut}</code><span>{r.title}</span><small data-marks>{(c.language === 'en' ? r.bodyEn : r.bodyFr) || r.bodyFr || r.bodyEn}</small>
        </div>
      ))}</div>}
      <Textarea ref={field} aria-label={t('window.inbox.message')} placeholder={t('window.inbox.message_hint')} autosize minRows={2} maxRows={10} value={text} onChange={(e) => write(e.currentTarget.value)} onKeyDown={onKey} onPaste={paste}
        error={[...text].length > LONGEST ? t('window.inbox.too_long', { n: [...text].length - LONGEST }) : undefined} aria-controls={found.length ? id : undefined} aria-activedescendant={found.length ? `${id}-${at}` : undefined} data-testid="message-field" />
      {files.length > 0 && <ul className={css.picked}>{files.map((x, i) => <li key={i}><span className="ellipsis">{x.name}</span><span className="faint nowrap">{f.bytes(x.size)}</span><ActionIcon size={28} aria-label={t('window.files.leave_out', { name: x.name })} onClick={() => setFiles((now) => now.filter((_, n) => n !== i))}><Icon name="close" size={13} /></ActionIcon></li>)}</ul>}
      <div className={css.foot}>
        <Button variant="default" size="compact-md" leftSection={<Icon name="upload" size={15} />} onClick={() => input.current?.click()}>{t('window.inbox.attach')}</Button>
        <input ref={input} type="file" multiple hidden aria-label={t('window.inbox.attach')} data-testid="chat-files" onChange={(e) => { pick([...(e.currentTarget.files ?? [])]); e.currentTarget.value = ''; }} />
        <Menu position="top-start" width={320}>
          <Menu.Target><Button variant="default" size="compact-md" leftSection={<Icon name="quote" size={15} />} data-testid="canned-menu">{t('window.inbox.canned.title')}</Button></Menu.Target>
          <Menu.Dropdown mah={320} style={{ overflow: 'auto' }}>
            {(canned.data ?? []).map((r) => <Menu.Item key={r.id} onClick={() => void put(r).catch(showError)} rightSection={<span className="small">/{r.shortcut}</span>}>{r.title}</Menu.Item>)}
            {(canned.data ?? []).length > 0 && <Menu.Divider />}
            <Menu.Item leftSection={<Icon name="pencil" size={15} />} onClick={() => navigate('/inbox/canned')}>{t('window.inbox.canned.edit')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <span className={css.spring} />
        <Button type="submit" disabled={!ready} leftSection={<Icon name="send" size={16} />} data-testid="send-message" title={`${t('window.key.ctrl')} ${t('window.key.enter')}`}>{t('window.inbox.send')}</Button>
      </div>
    </form>
  );
}
