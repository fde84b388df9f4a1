// Corbeille: what was removed stays here with all its versions, and can be taken back.
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type AttachedFile } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { Empty } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { Await } from '~/components/states';
import { saveFile, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import css from './files.module.css';

export function BinPanel({ contractId, opened, onClose }: { contractId: string; opened: boolean; onClose: () => void }) {
  const t = useT();
  const query = useQuery({ queryKey: ['contracts', contractId, 'files', 'bin'], queryFn: () => api.contractFiles.removed(contractId), enabled: opened });
  return (
    <SidePanel opened={opened} onClose={onClose} title={t('window.contractfiles.bin')} width={560}>
      <Await query={query}>{(list) => (list.length === 0
        ? <Empty icon="trash" title={t('window.contractfiles.bin_empty')} text={t('window.contractfiles.bin_text')} />
        : <><p className="small soft">{t('window.contractfiles.bin_text')}</p><ul className={css.versions}>{list.map((f) => <Line key={f.id} contractId={contractId} file={f} />)}</ul></>)}</Await>
    </SidePanel>
  );
}

function Line({ contractId, file }: { contractId: string; file: AttachedFile }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const restore = async () => {
    await api.contractFiles.restore(contractId, [file.id]);
    toast(t('window.contractfiles.restored', { name: file.name }));
    await client.invalidateQueries({ queryKey: ['contracts', contractId] });
  };
  return (
    <li className={css.versionLine}>
      <div className={css.what}>
        <span className={css.plain}>{file.name}</span>
        <span className="faint small">{[t('window.contractfiles.removed_on', { date: f.instant(file.removedAt) }), t('window.contractfiles.n', { n: file.n }), f.bytes(file.size)].join(' · ')}</span>
        {file.inPortal && <span className="small soft">{t('window.contractfiles.bin_seen')}</span>}
      </div>
      <Button variant="default" size="compact-md" aria-label={t('window.contractfiles.save_one', { name: file.name })} onClick={() => void saveFile(api.contractFiles.href(file.versionId))}>{t('window.contractfiles.save')}</Button>
      <ActionButton variant="default" size="compact-md" aria-label={t('window.contractfiles.restore_one', { name: file.name })} onAct={restore} data-testid="bin-restore">{t('window.contractfiles.restore')}</ActionButton>
    </li>
  );
}
