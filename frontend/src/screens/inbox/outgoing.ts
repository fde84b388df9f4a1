// What one writes to customers until Go has it: a draft for each conversation, and messages on their way. Both are kept
// beside the window, so that leaving, a reload, a restart or a lost connection loses nothing; a message is sent again with
// the same key, so that the customer gets it once.
import { useSyncExternalStore } from 'react';
import { api, asApiError, newKey, on } from '~/api';
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
const keep = () => {
  // A file cannot be kept beside the window: such a message goes on only while the page is there, its words become the draft.
  const kept: Kept[] = queue.filter((m) => !m.files.length).map(({ key, id, text, at }) => ({ key, id, text, at }));
  const words = { ...drafts };
  for (const m of queue) if (m.files.length && m.text && !words[m.id]) words[m.id] = m.text;
  try {
    localStorage.setItem(`outgoing.${space}`, JSON.stringify(kept));
    localStorage.setItem(`drafts.${space}`, JSON.stringify(words));
  } catch { /* full or forbidden: kept while the page is there */ }
};

/** Whose drafts and messages these are; what waited from before goes on. */
export function openSpace(name: string) {
  if (space === name) return;
  space = name;
  drafts = read<Record<string, string>>('drafts', {});
  queue = read<Kept[]>('outgoing', []).map((m) => ({ ...m, files: [], state: 'waiting', problem: '' }));
  if (queue.length) setTimeout(() => void flush(), 0);
}

export const draftOf = (id: string): string => drafts[id] ?? '';
export function setDraft(id: string, text: string) {
  if (text) drafts[id] = text; else delete drafts[id];
  keep();
}

export function sendSoon(id: string, text: string, files: File[]) {
  queue = [...queue, { key: newKey(), id, text, at: new Date().toISOString(), files, state: 'sending', problem: '' }];
  setDraft(id, '');
  tell();
  void flush();
}
export function takeBack(key: string): Outgoing | undefined {
  const m = queue.find((x) => x.key === key);
  queue = queue.filter((x) => x.key !== key);
  keep();
  tell();
  return m;
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
