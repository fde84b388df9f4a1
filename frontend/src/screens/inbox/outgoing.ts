// What one writes to customers until Go has it: a draft for each conversation, and messages on their way. Both are kept
// beside the window, so that leaving, a reload, a restart or a lost connection loses nothing; a message is sent again with
// the same key, so that the customer gets it once.
import { useSyncExternalStore } from 'react';
import { api, asApiError, newKey, on, onTurn } from '~/api';
import { client } from '~/api/client';

export type Outgoing = { key: string; id: string; text: string; at: string; files: File[]; state: 'sending' | 'waiting' | 'refused'; problem: string };
type Kept = Pick<Outgoing, 'key' | 'id' | 'text' | 'at'>;

// The space of the open company and of who is signed in: a colleague on this machine does not see another's drafts.
let space = '';
let queue: Outgoing[] = [];
let drafts: Record<string, string> = {};
const listeners = new Set<() => void>();
const tell = () => listeners.forEach((l) => l());

const read = <V,>(name: string, none: V): V => { try { return JSON.parse(localStorage.getItem(`${name}.${space}`) ?? '') as V; } catch { return none; } };
// What stands beside the window is changed entry by entry: another tab of the same person keeps its own there.
let full = false; // nothing can be kept: what is here counts while the page is there
const store = <V,>(name: string, none: V, change: (kept: V) => V) => {
  try { localStorage.setItem(`${name}.${space}`, JSON.stringify(change(read(name, none)))); full = false; } catch { full = true; }
};
// A file cannot be kept beside the window: such a message goes on only while the page is there, its words become the draft.
const keepDraft = (id: string) => store<Record<string, string>>('drafts', {}, (kept) => {
  const text = drafts[id] || queue.find((m) => m.id === id && m.files.length && m.text)?.text;
  const { [id]: _, ...others } = kept;
  return text ? { ...others, [id]: text } : others;
});
const keepMessage = ({ key, id, text, at, files }: Outgoing, there: boolean) => store<Kept[]>('outgoing', [], (kept) => [...kept.filter((m) => m.key !== key), ...(there && !files.length ? [{ key, id, text, at }] : [])]);

/** Whose drafts and messages these are; what waited from before goes on. */
export function openSpace(name: string) {
  if (space === name || name === left) return;
  space = name;
  left = '';
  drafts = read<Record<string, string>>('drafts', {});
  queue = read<Kept[]>('outgoing', []).map((m) => ({ ...m, files: [], state: 'waiting', problem: '' }));
  if (queue.length) setTimeout(() => void flush(), 0);
}

// Whoever left: nothing of theirs goes out in the name of who comes next.
let left = '';
onTurn((same) => {
  if (same) {
    const back = left;
    left = '';
    if (back && !space) openSpace(back);
    return;
  }
  if (!space) return;
  [left, space, queue, drafts] = [space, '', [], {}];
  clearTimeout(timer);
  tell();
});

// Another tab may have changed it; the words of a message with files are there only in case the page goes.
export const draftOf = (id: string): string => (full || queue.some((m) => m.id === id && m.files.length) ? drafts : read('drafts', drafts))[id] ?? '';
export function setDraft(id: string, text: string) {
  if (text) drafts[id] = text; else delete drafts[id];
  keepDraft(id);
}

/** Puts a reply into what stands in the field now, in the place of what called it. */
export function filledIn(now: string, before: string, from: number, reply: string): string {
  const head = before.slice(0, from);
  if (now.startsWith(before)) return (head && !/\s$/.test(head) ? `${head}\n` : head) + reply + now.slice(before.length);
  return now && !/\s$/.test(now) ? `${now}\n${reply}` : now + reply;
}

export function sendSoon(id: string, text: string, files: File[]) {
  const m: Outgoing = { key: newKey(), id, text, at: new Date().toISOString(), files, state: 'sending', problem: '' };
  queue = [...queue, m];
  keepMessage(m, true);
  setDraft(id, '');
  tell();
  void flush();
}
export function takeBack(key: string): Outgoing | undefined {
  const m = queue.find((x) => x.key === key);
  queue = queue.filter((x) => x.key !== key);
  if (m) { keepMessage(m, false); keepDraft(m.id); }
  tell();
  return m;
}
/** What was taken back stands in the field again, before what was typed since. */
export function intoField(m: Outgoing) {
  setDraft(m.id, [m.text, draftOf(m.id)].filter(Boolean).join('\n'));
}
export function tryAgain(key: string) {
  set(key, { state: 'waiting', problem: '' });
  void flush();
}

const set = (key: string, part: Partial<Outgoing>) => { queue = queue.map((m) => (m.key === key ? { ...m, ...part } : m)); tell(); };

let running = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let wait = 1000;

/** Sends what waits, in order; a conversation whose message is refused stops, the others go on. */
export async function flush(): Promise<void> {
  if (running) return;
  running = true;
  clearTimeout(timer);
  try {
    for (;;) {
      const stopped = new Set<string>();
      const next = queue.find((m) => (m.state === 'refused' ? (stopped.add(m.id), false) : !stopped.has(m.id)));
      if (!next) return;
      set(next.key, { state: 'sending', problem: '' });
      try {
        await api.conversations.write(next.id, next.text, next.key, next.files);
        wait = 1000;
        await client.invalidateQueries({ queryKey: ['chat', 'messages', next.id] });
        takeBack(next.key);
      } catch (e) {
        const problem = asApiError(e);
        if (later(problem.code, problem.key)) {
          for (const m of queue) if (m.state !== 'refused') set(m.key, { state: 'waiting' });
          timer = setTimeout(() => void flush(), wait);
          wait = Math.min(wait * 2, 30_000);
          return;
        }
        set(next.key, { state: 'refused', problem: Object.values(problem.fields)[0] ?? problem.message });
      }
    }
  } finally { running = false; }
}

// Nobody answers, the program starts again, or one has to sign in first: the same message later. All else is told.
const later = (code: string, key: string) => ['offline', 'session', 'unavailable', 'too_many'].includes(code) || key.endsWith('.sign_in_needed');

on('connection', (ok) => { if (ok !== false) { wait = 1000; void flush(); } });
window.addEventListener('online', () => { wait = 1000; void flush(); });

export const useOutgoing = (id: string): Outgoing[] => {
  const all = useSyncExternalStore((l) => { listeners.add(l); return () => { listeners.delete(l); }; }, () => queue);
  return all.filter((m) => m.id === id);
};
