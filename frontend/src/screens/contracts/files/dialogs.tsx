// The small questions of the tab: a name, a folder to move to, what becomes of a name that is taken.
import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useState, useSyncExternalStore, type FormEvent, type ReactNode } from 'react';
import { asApiError, type AttachedFile, type FileTree } from '~/api';
import { Notice, Row, Stack } from '~/components/layout';
import { useT } from '~/i18n';
import { pathOf, targets } from './tree';

type Ask = { title: string; body: (close: (answer?: string) => void) => ReactNode; resolve: (answer?: string) => void };
let current: Ask | undefined;
const listeners = new Set<() => void>();
const set = (next?: Ask) => { current = next; listeners.forEach((l) => l()); };
const ask = (title: string, body: Ask['body']) => new Promise<string | undefined>((resolve) => set({ title, body, resolve }));

export function DialogHost() {
  const t = useT();
  const open = useSyncExternalStore((l) => { listeners.add(l); return () => { listeners.delete(l); }; }, () => current);
  const close = (answer?: string) => { open?.resolve(answer); set(undefined); };
  return <Modal opened={!!open} onClose={() => close()} title={open?.title} size={460} closeButtonProps={{ 'aria-label': t('window.close') }}>{open?.body(close)}</Modal>;
}

type Name = { title: string; label: string; verb: string; value: string; /** what is said of a refusal stands beside the field */ act: (name: string) => Promise<unknown> };
export const askName = (n: Name) => ask(n.title, (close) => <NameForm n={n} close={close} />);

function NameForm({ n, close }: { n: Name; close: (answer?: string) => void }) {
  const t = useT();
  const [name, setName] = useState(n.value);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (e: FormEvent) => {
    e.preventDefault();
    if (busy) return;
    setBusy(true);
    try { await n.act(name); close(name); } catch (x) { setError(asApiError(x).message); setBusy(false); }
  };
  const at = n.value.lastIndexOf('.');
  return (
    <form onSubmit={(e) => void save(e)}>
      <Stack gap={4}>
        <TextInput label={n.label} value={name} maxLength={100} error={error} data-autofocus onFocus={(e) => e.currentTarget.setSelectionRange(0, at > 0 ? at : n.value.length)} onChange={(e) => { setName(e.currentTarget.value); setError(''); }} />
        <Row end><Button variant="default" onClick={() => close()}>{t('window.cancel')}</Button><Button type="submit" disabled={!name.trim()} loading={busy} data-testid="name-save">{n.verb}</Button></Row>
      </Stack>
    </form>
  );
}

/** Where to: the id of a folder, '' outside of all, undefined where the person thought better of it. */
export const askFolder = (tree: FileTree, title: string, movedFolders: string[]) => ask(title, (close) => <FolderForm tree={tree} moved={movedFolders} close={close} />);

function FolderForm({ tree, moved, close }: { tree: FileTree; moved: string[]; close: (answer?: string) => void }) {
  const t = useT();
  const [to, setTo] = useState('/');
  const data = [{ value: '/', label: t('window.contractfiles.outside') }, ...targets(tree, moved).map((f) => ({ value: f.id, label: pathOf(tree, f.id) })).sort((a, b) => a.label.localeCompare(b.label))];
  return (
    <Stack gap={4}>
      <Select label={t('window.contractfiles.into')} data={data} value={to} onChange={(v) => setTo(v ?? '/')} allowDeselect={false} searchable={data.length > 8} data-autofocus comboboxProps={{ withinPortal: true }} />
      <p className="small soft">{t('window.contractfiles.move_keeps')}</p>
      <Row end><Button variant="default" onClick={() => close()}>{t('window.cancel')}</Button><Button onClick={() => close(to === '/' ? '' : to)} data-testid="move-save">{t('window.contractfiles.move')}</Button></Row>
    </Stack>
  );
}

/** What becomes of files whose names are taken; undefined: nothing is added at all. */
export const askTaken = async (there: AttachedFile[]) => (await ask('', (close) => <TakenForm there={there} close={close} />)) as 'version' | 'both' | 'skip' | undefined;

function TakenForm({ there, close }: { there: AttachedFile[]; close: (answer?: string) => void }) {
  const t = useT();
  const asked = there.some((f) => f.rounds.length > 0);
  const sealed = there.some((f) => f.sealed);
  return (
    <Stack gap={4}>
      <p>{t('window.contractfiles.taken', { n: there.length, name: there[0]?.name ?? '' })}</p>
      {asked && <Notice tone="warning">{t('window.contractfiles.restarts')}</Notice>}
      <Stack gap={2}>
        {!sealed && <Button onClick={() => close('version')} data-testid="taken-version">{t('window.contractfiles.taken_version', { n: there.length })}</Button>}
        <Button variant="default" onClick={() => close('both')}>{t('window.contractfiles.taken_both')}</Button>
        <Button variant="default" onClick={() => close('skip')}>{t('window.contractfiles.taken_skip', { n: there.length })}</Button>
      </Stack>
    </Stack>
  );
}
