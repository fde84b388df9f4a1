// Files on their way to a contract. The queue outlives the page: who looks elsewhere meanwhile loses nothing.
import { useSyncExternalStore } from 'react';
import { api, asApiError, newKey } from '~/api';
import { t } from '~/i18n';

export type Same = '' | 'version' | 'both';
export type Picked = { file: File; /** of its folders, by slashes */ path: string };
export type Upload = { id: string; contractId: string; folderId: string; path: string; same: Same; file: File; state: 'waiting' | 'running' | 'done' | 'failed'; sent: number; error: string; stop: AbortController };

const atOnce = 2;
let queue: Upload[] = [];
const listeners = new Set<() => void>();
const done = new Set<(contractId: string) => void>();
const set = (next: Upload[]) => { queue = next; listeners.forEach((l) => l()); };
const change = (id: string, to: Partial<Upload>) => set(queue.map((u) => (u.id === id ? { ...u, ...to } : u)));

/** What the machine puts into folders for itself. */
const junk = /^(\.|~\$|thumbs\.db$|desktop\.ini$)/i;

export function addUploads(contractId: string, folderId: string, picked: Picked[], same: Same, maxMb: number) {
  const fresh = picked.filter((p) => !(p.path && junk.test(p.file.name))).map((p): Upload => {
    const big = p.file.size > maxMb * 1024 * 1024;
    return { id: newKey(), contractId, folderId, path: p.path, same, file: p.file, state: big ? 'failed' : 'waiting', sent: 0, error: big ? t('window.contractfiles.too_big', { n: maxMb }) : '', stop: new AbortController() };
  });
  set([...queue, ...fresh]);
  pump();
}

/** Ends what is under way, and takes it off the list. */
export function dropUploads(drop: (u: Upload) => boolean) {
  for (const u of queue) if (drop(u)) u.stop.abort();
  set(queue.filter((u) => !drop(u)));
  pump();
}

export function retryUpload(id: string) {
  change(id, { state: 'waiting', sent: 0, error: '', stop: new AbortController() });
  pump();
}

/** Called whenever a file has arrived. */
export function onUploaded(fn: (contractId: string) => void) {
  done.add(fn);
  return () => { done.delete(fn); };
}

function pump() {
  while (queue.filter((u) => u.state === 'running').length < atOnce) {
    const next = queue.find((u) => u.state === 'waiting');
    if (!next) return;
    change(next.id, { state: 'running' });
    void run(next);
  }
}

async function run(u: Upload) {
  try {
    await api.contractFiles.add(u.contractId, { key: u.id, folder: u.folderId, path: u.path, same: u.same }, u.file, { signal: u.stop.signal, onProgress: (sent) => change(u.id, { sent }) });
    change(u.id, { state: 'done', sent: u.file.size });
    done.forEach((fn) => fn(u.contractId));
  } catch (e) {
    if (!u.stop.signal.aborted) change(u.id, { state: 'failed', error: asApiError(e).message });
  }
  pump();
}

const subscribe = (l: () => void) => { listeners.add(l); return () => { listeners.delete(l); }; };
export const useUploads = (): Upload[] => useSyncExternalStore(subscribe, () => queue);

type Entry = { isFile: boolean; isDirectory: boolean; name: string; file(ok: (f: File) => void, no: () => void): void; createReader(): { readEntries(ok: (e: Entry[]) => void, no: () => void): void } };

/** What was dropped: files, and folders with all that is in them. */
export async function dropped(data: DataTransfer): Promise<Picked[]> {
  const entries = [...data.items].filter((i) => i.kind === 'file').map((i) => (i.webkitGetAsEntry?.() ?? null) as Entry | null);
  if (!entries.some((e) => e?.isDirectory)) return [...data.files].map((file) => ({ file, path: '' }));
  const all: Picked[] = [];
  const walk = async (e: Entry, path: string): Promise<void> => {
    if (e.isFile) {
      const file = await new Promise<File | null>((ok) => e.file(ok, () => ok(null)));
      if (file) all.push({ file, path });
      return;
    }
    const reader = e.createReader();
    for (;;) { // a reader gives a hundred at a time
      const some = await new Promise<Entry[]>((ok) => reader.readEntries(ok, () => ok([])));
      if (some.length === 0) return;
      for (const x of some) await walk(x, path ? `${path}/${e.name}` : e.name);
    }
  };
  for (const e of entries) if (e) await walk(e, '');
  return all;
}

/** What a chooser gave; of a folder each file says where it lay. */
export const chosen = (files: FileList | null): Picked[] => [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath.split('/').slice(0, -1).join('/') }));
