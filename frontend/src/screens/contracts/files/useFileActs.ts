// What can be done with attachments and folders, from a row's menu, the bar above them or a key.
import { useQueryClient } from '@tanstack/react-query';
import { api, useIntention, type AttachedFile, type AttachedFolder, type FileTree } from '~/api';
import { confirm } from '~/components/Confirm';
import { saveFile, showError, toast } from '~/components/toast';
import { useT } from '~/i18n';
import { askFolder, askName } from './dialogs';
import { filesIn } from './tree';

export type Picks = { files: AttachedFile[]; folders: AttachedFolder[] };

export function useFileActs(contractId: string, tree: FileTree) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const again = () => client.invalidateQueries({ queryKey: ['contracts', contractId] });
  const pickOf = (p: Picks) => ({ contractId, fileIds: p.files.map((f) => f.id), folderIds: p.folders.map((f) => f.id) });
  const all = (p: Picks) => new Set([...p.files, ...p.folders.flatMap((f) => filesIn(tree, f.id))].map((f) => f.id)).size;

  const show = async (p: Picks, shown: boolean) => {
    await api.contractFiles.show(pickOf(p), shown);
    await again();
    toast(t(!shown ? 'window.contractfiles.hidden' : tree.shared ? 'window.contractfiles.shown' : 'window.contractfiles.shown_later', { n: all(p) }));
  };
  const moveTo = async (p: Picks, to: string) => { await api.contractFiles.move(pickOf(p), to); await again(); toast(t('window.contractfiles.moved', { n: p.files.length + p.folders.length })); };
  const move = async (p: Picks) => {
    const to = await askFolder(tree, t('window.contractfiles.move_title', { n: p.files.length + p.folders.length, name: p.files[0]?.name ?? p.folders[0]?.name ?? '' }), p.folders.map((f) => f.id));
    if (to !== undefined) await moveTo(p, to);
  };
  const remove = async (files: AttachedFile[]) => {
    const asked = files.filter((f) => f.rounds.length > 0);
    if (asked.length > 0 && !await confirm({ title: t('window.contractfiles.remove_title', { n: files.length, name: files[0]?.name ?? '' }), body: t('window.contractfiles.restarts'), verb: t('window.contractfiles.remove') })) return;
    const ids = files.map((f) => f.id);
    await api.contractFiles.remove(contractId, ids);
    await again();
    toast(t('window.contractfiles.removed', { n: files.length }), { label: t('window.contractfiles.undo'), act: () => void api.contractFiles.restore(contractId, ids).then(again).catch(showError) });
  };
  const removeFolder = async (f: AttachedFolder) => { await api.contractFiles.removeFolder(contractId, f.id); await again(); toast(t('window.contractfiles.folder_removed', { name: f.name })); };
  const rename = (f: AttachedFile) => askName({ title: t('window.contractfiles.rename'), label: t('window.contractfiles.name'), verb: t('window.contractfiles.rename'), value: f.name, act: async (name) => { await api.contractFiles.rename(contractId, f.id, name); await again(); } });
  const renameFolder = (f: AttachedFolder) => askName({ title: t('window.contractfiles.rename'), label: t('window.contractfiles.folder_name'), verb: t('window.contractfiles.rename'), value: f.name, act: async (name) => { await api.contractFiles.renameFolder(contractId, f.id, name); await again(); } });
  const addFolder = (parent: AttachedFolder) => askName({
    title: t('window.contractfiles.new_folder'), label: t('window.contractfiles.folder_name'), verb: t('window.contractfiles.make_folder'), value: '',
    act: async (name) => { await api.contractFiles.addFolder(contractId, parent.id, name, intention.key()); intention.done(); await again(); },
  });
  const save = (p: Picks) => {
    const only = p.files[0];
    return saveFile(only && p.files.length === 1 && p.folders.length === 0 ? api.contractFiles.href(only.versionId) : api.contractFiles.archiveHref(contractId, p.files.map((f) => f.id), p.folders.map((f) => f.id)));
  };
  return { show, move, moveTo, remove, removeFolder, rename, renameFolder, addFolder, save };
}
export type FileActs = ReturnType<typeof useFileActs>;
