// The folders and files as one list that is read, picked from and moved about by mouse or by keys.
import { ActionIcon, Checkbox } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type DragEvent, type KeyboardEvent } from 'react';
import { MakeButton, useClosed, type Permission } from '~/app/may';
import type { AttachedFile, AttachedFolder, FileTree } from '~/api';
import { Badge } from '~/components/Badge';
import { Icon } from '~/components/Icon';
import { InPortal } from '~/components/InPortal';
import { ActionMenu, type Action } from '~/components/layout';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { tDynamic, useT } from '~/i18n';
import { filesIn, linesOf, type Line } from './tree';
import { chosen, type Picked } from './uploads';
import { useFileActs, type FileActs, type Picks } from './useFileActs';
import css from './files.module.css';

type Props = {
  contractId: string; tree: FileTree;
  onOpen: (file: AttachedFile) => void; onVersions: (file: AttachedFile) => void;
  onAdd: (folderId: string, picked: Picked[]) => void; onDrop: (folderId: string, data: DataTransfer) => void;
};
const inside = 'application/x-comptoir-attachments';

export function FileTable({ contractId, tree, onOpen, onVersions, onAdd, onDrop }: Props) {
  const t = useT();
  const acts = useFileActs(contractId, tree);
  const no = useClosed();
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set(tree.files.length > 200 ? tree.folders.map((f) => f.id) : []));
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState('');
  const chooser = useRef<HTMLInputElement>(null);
  const into = useRef('');
  const lines = useMemo(() => linesOf(tree, closed), [tree, closed]);
  const picks: Picks = { files: tree.files.filter((f) => marked.has(f.id)), folders: tree.folders.filter((f) => marked.has(f.id)) };
  const count = picks.files.length + picks.folders.length;
  useEffect(() => setMarked((m) => (m.size === 0 ? m : new Set([...m].filter((id) => tree.files.some((f) => f.id === id) || tree.folders.some((f) => f.id === id))))), [tree]);
  const turn = (set: ReadonlySet<string>, id: string) => { const next = new Set(set); if (!next.delete(id)) next.add(id); return next; };
  const mark = (id: string) => setMarked((m) => turn(m, id));
  const fold = (id: string) => setClosed((c) => turn(c, id));
  const all = lines.length > 0 && lines.every((l) => marked.has(l.id));
  const dropOn = (line: Line) => {
    if (no) return {};
    const folderId = line.folder ? line.folder.id : line.file.folderId;
    return {
      onDragOver: (e: DragEvent) => { if (e.dataTransfer.types.includes('Files') || e.dataTransfer.types.includes(inside)) { e.preventDefault(); setTarget(folderId || '/'); } },
      onDragLeave: () => setTarget(''),
      onDrop: (e: DragEvent) => {
        setTarget('');
        const ids = e.dataTransfer.getData(inside).split(' ').filter(Boolean);
        if (ids.length === 0 && !folderId) return; // the tab's own
        e.preventDefault(); e.stopPropagation();
        if (ids.length > 0) void acts.moveTo({ files: tree.files.filter((f) => ids.includes(f.id)), folders: tree.folders.filter((f) => ids.includes(f.id)) }, folderId).catch(showError);
        else onDrop(folderId, e.dataTransfer);
      },
    };
  };
  const drag = (line: Line) => (e: DragEvent) => { e.dataTransfer.setData(inside, (marked.has(line.id) ? [...marked] : [line.id]).join(' ')); e.dataTransfer.effectAllowed = 'move'; };
  const keys = (e: KeyboardEvent<HTMLTableSectionElement>) => { if (!no || !['F2', 'Delete'].includes(e.key)) steer(e, lines, { fold, mark, acts }); };
  const choose = (folderId: string) => { into.current = folderId; chooser.current?.click(); };
  return (
    <div>
      <input ref={chooser} type="file" multiple hidden aria-label={t('window.contractfiles.add')} onChange={(e) => { onAdd(into.current, chosen(e.currentTarget.files)); e.currentTarget.value = ''; }} />
      {count > 0 && <Bulk picks={picks} acts={acts} clear={() => setMarked(new Set())} />}
      <table className={css.table} aria-label={t('window.contractfiles.title')} data-testid="contract-files">
        <thead><tr>
          <th className={css.pick}><Checkbox aria-label={t('window.table.all')} checked={all} indeterminate={count > 0 && !all} onChange={() => setMarked(all ? new Set() : new Set(lines.map((l) => l.id)))} /></th>
          <th scope="col">{t('window.contractfiles.name')}</th><th scope="col" className={css.desk}>{t('window.contractfiles.version')}</th><th scope="col" className={css.deskEnd}>{t('window.contractfiles.size')}</th>
          <th scope="col" className={css.desk}>{t('window.contractfiles.date')}</th><th scope="col" className={css.desk}>{t('window.contractfiles.author')}</th><th className={css.menu}><span className="sr">{t('window.menu.more')}</span></th>
        </tr></thead>
        <tbody onKeyDown={keys}>
          {lines.map((line) => (
            <tr key={line.id} data-line={line.id} data-selected={marked.has(line.id) || undefined} data-target={(line.folder && target === line.folder.id) || undefined} draggable={!no} onDragStart={drag(line)} {...dropOn(line)}>
              <td className={css.pick}><Checkbox aria-label={t('window.contractfiles.pick', { name: line.folder?.name ?? line.file?.name ?? '' })} checked={marked.has(line.id)} onChange={() => mark(line.id)} /></td>
              {line.folder ? <FolderCells line={line} tree={tree} onFold={() => fold(line.id)} /> : <FileCells line={line} shared={tree.shared} onOpen={() => onOpen(line.file)} />}
              <td className={css.menu}><ActionMenu label={t('window.contractfiles.actions', { name: line.folder?.name ?? line.file?.name ?? '' })} actions={line.folder ? folderMenu(line.folder, tree, acts, choose, t) : fileMenu(line.file, acts, onVersions, t)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Bulk({ picks, acts, clear }: { picks: Picks; acts: FileActs; clear: () => void }) {
  const t = useT();
  const act = (fn: () => Promise<unknown>) => () => void fn().catch(showError);
  const button = (label: string, fn: () => Promise<unknown>, disabled?: boolean, may?: Permission) => <MakeButton may={may} size="compact-md" variant="default" disabled={disabled} onClick={act(fn)}>{label}</MakeButton>;
  return (
    <div className={css.bulk} role="toolbar" aria-label={t('window.table.bulk')}>
      <strong>{t('window.table.selected', { n: picks.files.length + picks.folders.length })}</strong>
      {button(t('window.contractfiles.show'), () => acts.show(picks, true))}
      {button(t('window.contractfiles.hide'), () => acts.show(picks, false))}
      {button(t('window.contractfiles.move'), () => acts.move(picks))}
      {button(t('window.contractfiles.save'), () => acts.save(picks), false, '')}
      {button(t('window.contractfiles.remove'), async () => { await acts.remove(picks.files); clear(); }, picks.folders.length > 0 || picks.files.some((f) => f.sealed))}
      <span className={css.spring} />
      <ActionIcon variant="subtle" size={36} aria-label={t('window.table.clear')} onClick={clear}><Icon name="close" size={16} /></ActionIcon>
    </div>
  );
}

/** The line of the portal stays at the edge, where one looks for it; the name steps in. */
const Step = ({ depth }: { depth: number }) => <span className={css.step} style={{ width: `calc(${depth} * var(--files-step))` }} />;

function FolderCells({ line, tree, onFold }: { line: Line & { folder: AttachedFolder }; tree: FileTree; onFold: () => void }) {
  const t = useT();
  const all = filesIn(tree, line.folder.id);
  const seen = all.filter((f) => f.inPortal).length;
  return (
    <>
      <td className={css.cell}>
        <div className={css.entry}>
          <InPortal on={tree.shared && seen > 0} label={t('window.contractfiles.folder_seen', { seen, n: all.length })} /><Step depth={line.depth} />
          <button type="button" className={css.name} aria-expanded={line.open} data-open onClick={onFold}>
            <Icon name={line.open ? 'down' : 'right'} size={14} /><Icon name="folder" size={18} /><span>{line.folder.name}</span>
          </button>
          <span className="faint small nowrap">{t('window.contractfiles.count', { n: all.length })}</span>
        </div>
      </td>
      <td className={css.desk} /><td className={css.desk} /><td className={css.desk} /><td className={css.desk} />
    </>
  );
}

function FileCells({ line, shared, onOpen }: { line: Line & { file: AttachedFile }; shared: boolean; onOpen: () => void }) {
  const t = useT();
  const f = useFormat();
  const file = line.file;
  const [date, size] = [f.date(file.at.slice(0, 10)), f.bytes(file.size)];
  return (
    <>
      <td className={css.cell}>
        <div className={css.entry}>
          <InPortal on={shared && file.inPortal} /><Step depth={line.depth} />
          <div className={css.what}>
            <span className={css.titled}>
              <button type="button" className={css.name} data-open onClick={onOpen}><Icon name="invoice" size={18} /><span>{file.name}</span></button>
              {file.rounds.map((r) => <Badge key={r} tone="warning">{tDynamic(`window.contractfiles.round.${r}`)}</Badge>)}
              {file.sealed && <Badge tone="good">{t('window.contractfiles.sealed')}</Badge>}
              {!shared && file.inPortal && <Badge tone="neutral">{t('window.contractfiles.later')}</Badge>}
            </span>
            {file.note && <span className={css.note}>{file.note}</span>}
            <span className={css.phone}>{[t('window.contractfiles.n', { n: file.n }), size, date].join(' · ')}</span>
          </div>
        </div>
      </td>
      <td className={css.desk}>{t('window.contractfiles.n', { n: file.n })}</td><td className={css.deskEnd}>{size}</td><td className={css.desk}>{date}</td><td className={css.desk}><span className={css.plain}>{file.author || t('window.contractfiles.program')}</span></td>
    </>
  );
}

type T = ReturnType<typeof useT>;

function fileMenu(f: AttachedFile, acts: FileActs, onVersions: (f: AttachedFile) => void, t: T): Action[] {
  const run = (fn: () => Promise<unknown>) => () => void fn().catch(showError);
  const one = { files: [f], folders: [] };
  return [
    { label: t(f.inPortal ? 'window.contractfiles.hide' : 'window.contractfiles.show'), icon: 'eye', onClick: run(() => acts.show(one, !f.inPortal)) },
    { label: t(f.sealed ? 'window.contractfiles.versions' : 'window.contractfiles.versions_new'), may: '', icon: 'refresh', onClick: () => onVersions(f) },
    { label: t('window.contractfiles.rename'), icon: 'pencil', hint: 'F2', onClick: run(() => acts.rename(f)) },
    { label: t('window.contractfiles.move'), icon: 'folder', onClick: run(() => acts.move(one)) },
    { label: t('window.contractfiles.save'), icon: 'download', onClick: run(() => acts.save(one)) },
    ...(f.sealed ? [] : [{ label: t('window.contractfiles.remove'), icon: 'trash' as const, hint: t('window.contractfiles.key_delete'), divider: true, onClick: run(() => acts.remove([f])) }]),
  ];
}

function folderMenu(f: AttachedFolder, tree: FileTree, acts: FileActs, choose: (folderId: string) => void, t: T): Action[] {
  const run = (fn: () => Promise<unknown>) => () => void fn().catch(showError);
  const one = { files: [], folders: [f] };
  const empty = filesIn(tree, f.id).length === 0 && !tree.folders.some((x) => x.parentId === f.id);
  return [
    { label: t('window.contractfiles.show'), icon: 'eye', onClick: run(() => acts.show(one, true)) },
    { label: t('window.contractfiles.hide'), icon: 'eye', onClick: run(() => acts.show(one, false)) },
    { label: t('window.contractfiles.add'), icon: 'upload', divider: true, onClick: () => choose(f.id) },
    { label: t('window.contractfiles.new_folder_in'), icon: 'plus', onClick: run(() => acts.addFolder(f)) },
    { label: t('window.contractfiles.rename'), icon: 'pencil', hint: 'F2', onClick: run(() => acts.renameFolder(f)) },
    { label: t('window.contractfiles.move'), icon: 'folder', onClick: run(() => acts.move(one)) },
    { label: t('window.contractfiles.save'), icon: 'download', disabled: filesIn(tree, f.id).length === 0, onClick: run(() => acts.save(one)) },
    { label: t(empty ? 'window.contractfiles.remove' : 'window.contractfiles.remove_folder_full'), icon: 'trash', divider: true, disabled: !empty, onClick: run(() => acts.removeFolder(f)) },
  ];
}

/** Arrows go from line to line and fold, Space picks, F2 names, Delete puts into the bin. */
function steer(e: KeyboardEvent<HTMLTableSectionElement>, lines: Line[], on: { fold: (id: string) => void; mark: (id: string) => void; acts: FileActs }) {
  const at = e.target as HTMLElement;
  if (!at.hasAttribute('data-open')) return;
  const names = [...e.currentTarget.querySelectorAll<HTMLElement>('[data-open]')];
  const line = lines.find((l) => l.id === at.closest('tr')?.dataset.line);
  if (!line) return;
  const go: Record<string, () => void> = {
    ArrowDown: () => names[names.indexOf(at) + 1]?.focus(),
    ArrowUp: () => names[names.indexOf(at) - 1]?.focus(),
    ArrowRight: () => { if (line.folder && !line.open) on.fold(line.id); },
    ArrowLeft: () => { if (line.folder && line.open) on.fold(line.id); },
    ' ': () => on.mark(line.id),
    F2: () => void (line.folder ? on.acts.renameFolder(line.folder) : on.acts.rename(line.file)),
    Delete: () => { if (line.file && !line.file.sealed) void on.acts.remove([line.file]).catch(showError); },
  };
  const act = go[e.key];
  if (!act || e.altKey || e.ctrlKey || e.metaKey) return;
  e.preventDefault();
  act();
}
