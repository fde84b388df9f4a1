// Pieces jointes: what is attached to a contract, in folders, with what the customer sees of it.
import { Button, Menu } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState, type DragEvent } from 'react';
import { Link } from 'wouter';
import { useClosed, MakeButton } from '~/app/may';
import { api, useIntention, type AttachedFile, type FileTree } from '~/api';
import { Icon } from '~/components/Icon';
import { InPortalLegend } from '~/components/InPortal';
import { Empty, Notice, Section, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { saveFile, showError } from '~/components/toast';
import { useT } from '~/i18n';
import { BinPanel } from './BinPanel';
import { askName, askTaken, DialogHost } from './dialogs';
import { FilePanel } from './FilePanel';
import { FileTable } from './FileTable';
import { taken } from './tree';
import { UploadList } from './UploadList';
import { addUploads, chosen, dropped, onUploaded, type Picked } from './uploads';
import css from './files.module.css';

const accept = '.pdf,.png,.jpg,.jpeg,.gif,.webp,.heic,.tif,.tiff,.docx,.xlsx,.pptx,.odt,.ods,.odp,.zip,.csv,.txt';

/** contract: the page's; only its id is needed, everything else is read anew. */
export function FilesTab({ contract }: { contract: { id: string } }) {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['contracts', contract.id, 'files'], queryFn: () => api.contractFiles.list(contract.id) });
  useEffect(() => onUploaded((id) => void client.invalidateQueries({ queryKey: ['contracts', id] })), [client]);
  return <Await query={query}>{(tree) => <Files contractId={contract.id} tree={tree} />}</Await>;
}

function Files({ contractId, tree }: { contractId: string; tree: FileTree }) {
  const t = useT();
  const [shown, setShown] = useState<{ file: AttachedFile; versions?: boolean }>();
  const [bin, setBin] = useState(false);
  const [over, setOver] = useState(false);
  const add = (folderId: string) => async (picked: Picked[]) => {
    const there = taken(tree, folderId, picked.map((p) => ({ name: p.file.name, path: p.path })));
    const same = there.length > 0 ? await askTaken(there) : '';
    if (same === undefined) return;
    const left = same === 'skip' ? picked.filter((p) => taken(tree, folderId, [{ name: p.file.name, path: p.path }]).length === 0) : picked;
    addUploads(contractId, folderId, left, same === 'skip' ? '' : same, tree.maxMb);
  };
  const drop = (folderId: string) => (data: DataTransfer) => void dropped(data).then(add(folderId)).catch(showError);
  const no = useClosed();
  const fromOutside = (e: DragEvent) => !no && e.dataTransfer.types.includes('Files');
  const over_ = (e: DragEvent) => { if (fromOutside(e)) { e.preventDefault(); setOver(true); } };
  const leave = (e: DragEvent) => { if (!e.currentTarget.contains(e.relatedTarget as Node | null)) setOver(false); };
  const empty = tree.files.length + tree.folders.length === 0;
  const panel = shown && (tree.files.find((f) => f.id === shown.file.id) ?? shown.file);
  return (
    <div className={css.area} data-over={over || undefined} onDragOver={over_} onDragLeave={leave} onDrop={(e) => { if (fromOutside(e)) { e.preventDefault(); setOver(false); drop('')(e.dataTransfer); } }}>
      <Stack gap={4}>
        {!tree.shared && tree.files.some((f) => f.inPortal) && <Notice tone="info">{t('window.contractfiles.not_shared')}</Notice>}
        <UploadList contractId={contractId} />
        <Section title={t('window.contractfiles.title')} flush actions={<Adding contractId={contractId} tree={tree} onPick={add('')} onBin={() => setBin(true)} />}>
          {empty
            ? <Empty icon="folder" title={t('window.contractfiles.none')} text={t('window.contractfiles.none_text')} />
            : <FileTable contractId={contractId} tree={tree} onOpen={(file) => setShown({ file })} onVersions={(file) => setShown({ file, versions: true })} onAdd={(id, picked) => void add(id)(picked)} onDrop={(id, data) => { setOver(false); drop(id)(data); }} />}
        </Section>
        <div className={css.foot}>{tree.shared && tree.files.some((f) => f.inPortal) && <InPortalLegend />}<p className="small faint">{t('window.contractfiles.kinds', { n: tree.maxMb })} <Link href="/settings/contracts">{t('window.contractfiles.limit')}</Link></p></div>
      </Stack>
      {over && <div className={css.veil} aria-hidden="true"><Icon name="upload" size={28} /><span>{t('window.contractfiles.drop')}</span></div>}
      <FilePanel contractId={contractId} tree={tree} file={panel} versions={!!shown?.versions} onClose={() => setShown(undefined)} />
      <BinPanel contractId={contractId} opened={bin} onClose={() => setBin(false)} />
      <DialogHost />
    </div>
  );
}

function Adding({ contractId, tree, onPick, onBin }: { contractId: string; tree: FileTree; onPick: (picked: Picked[]) => Promise<void>; onBin: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const intention = useIntention();
  const no = useClosed();
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const make = () => void askName({
    title: t('window.contractfiles.new_folder'), label: t('window.contractfiles.folder_name'), verb: t('window.contractfiles.make_folder'), value: '',
    act: async (name) => { await api.contractFiles.addFolder(contractId, '', name, intention.key()); intention.done(); await client.invalidateQueries({ queryKey: ['contracts', contractId] }); },
  });
  return (
    <div className={css.acts}>
      <input ref={files} type="file" multiple hidden accept={accept} aria-label={t('window.contractfiles.add')} data-testid="contract-file-input" onChange={(e) => { void onPick(chosen(e.currentTarget.files)).catch(showError); e.currentTarget.value = ''; }} />
      <input ref={(el) => { folder.current = el; el?.setAttribute('webkitdirectory', ''); }} type="file" multiple hidden aria-label={t('window.contractfiles.add_folder')} onChange={(e) => { void onPick(chosen(e.currentTarget.files)).catch(showError); e.currentTarget.value = ''; }} />
      <MakeButton leftSection={<Icon name="upload" size={16} />} onClick={() => files.current?.click()} data-testid="contract-files-add">{t('window.contractfiles.add')}</MakeButton>
      <Menu>
        <Menu.Target><Button variant="default" px={10} aria-label={t('window.contractfiles.more')} data-testid="contract-files-more"><Icon name="more" /></Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="folder" size={16} />} disabled={!!no} onClick={make}>{t('window.contractfiles.new_folder')}</Menu.Item>
          <Menu.Item leftSection={<Icon name="upload" size={16} />} disabled={!!no} onClick={() => folder.current?.click()}>{t('window.contractfiles.add_folder')}</Menu.Item>
          <Menu.Item leftSection={<Icon name="download" size={16} />} disabled={tree.files.length === 0} onClick={() => void saveFile(api.contractFiles.archiveHref(contractId, [], []))}>{t('window.contractfiles.save_all')}</Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="trash" size={16} />} onClick={onBin}>{t('window.contractfiles.bin_n', { n: tree.removed })}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}
