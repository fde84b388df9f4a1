// The attachments of a contract as lines: folders above files, each under the folder that it lies in.
import type { AttachedFile, AttachedFolder, FileTree } from '~/api';

export type Line = { id: string; depth: number } & ({ folder: AttachedFolder; file?: undefined; open: boolean; count: number } | { file: AttachedFile; folder?: undefined });

/** The lines to be drawn; closed: the folders that are folded in. */
export function linesOf(tree: FileTree, closed: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const walk = (parent: string, depth: number) => {
    for (const folder of tree.folders) {
      if (folder.parentId !== parent) continue;
      const open = !closed.has(folder.id);
      lines.push({ id: folder.id, depth, folder, open, count: filesIn(tree, folder.id).length });
      if (open) walk(folder.id, depth + 1);
    }
    for (const file of tree.files) if (file.folderId === parent) lines.push({ id: file.id, depth, file });
  };
  walk('', 0);
  return lines;
}

/** Where each file stands: its place in the whole tree and the folders down to it. */
export function placesOf(tree: FileTree): Map<string, { n: number; path: string }> {
  return new Map(linesOf(tree, new Set()).map((line, n) => [line.id, { n, path: line.file ? pathOf(tree, line.file.folderId) : '' }]));
}

/** Every file in a folder, however deep. */
export function filesIn(tree: FileTree, folderId: string): AttachedFile[] {
  const inside = new Set([folderId]);
  for (let before = 0; before !== inside.size;) {
    before = inside.size;
    for (const f of tree.folders) if (inside.has(f.parentId)) inside.add(f.id);
  }
  return tree.files.filter((f) => inside.has(f.folderId));
}

/** The names of the folders down to one: Annexes / Plans. */
export function pathOf(tree: FileTree, folderId: string): string {
  const names: string[] = [];
  for (let at = tree.folders.find((f) => f.id === folderId); at && names.length < 20; at = tree.folders.find((f) => f.id === at?.parentId)) names.unshift(at.name);
  return names.join(' / ');
}

/** The folders into which folders may be moved: not into themselves, nor what lies in them. */
export function targets(tree: FileTree, moved: string[]): AttachedFolder[] {
  const shut = new Set(moved);
  for (let before = -1; before !== shut.size;) {
    before = shut.size;
    for (const f of tree.folders) if (shut.has(f.parentId)) shut.add(f.id);
  }
  return tree.folders.filter((f) => !shut.has(f.id));
}

const same = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'base' }) === 0;

/** The folder that a path leads to from another one, undefined where it is not there yet. */
function walkTo(tree: FileTree, from: string, path: string): string | undefined {
  let at: string | undefined = from;
  for (const name of path.split('/').filter(Boolean)) at = tree.folders.find((f) => f.parentId === at && same(f.name, name))?.id;
  return at;
}

/** Which of the files to be added have the name of one that is there. */
export function taken(tree: FileTree, folderId: string, picked: { name: string; path: string }[]): AttachedFile[] {
  return picked.flatMap((p) => {
    const folder = walkTo(tree, folderId, p.path);
    return folder === undefined ? [] : tree.files.filter((f) => f.folderId === folder && f.name.toLowerCase() === p.name.toLowerCase());
  });
}
