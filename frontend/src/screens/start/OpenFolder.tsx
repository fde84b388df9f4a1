import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, type Status } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice } from '~/components/layout';
import { useT } from '~/i18n';
import css from './start.module.css';

/** A folder by its path, from the recent ones, or by the system's dialog in the desktop window. */
export function OpenFolder({ recent, onOpened }: { recent: Status['recent']; onOpened: (s: Status) => void }) {
  const t = useT();
  const form = useForm({ folder: '' });
  const canBrowse = useQuery({ queryKey: ['can-browse'], queryFn: api.system.canBrowse, staleTime: Infinity });
  const open = async (folder: string) => onOpened(await api.system.open(folder));
  const browse = async () => { const folder = await api.system.browse(); if (folder) { form.set('folder', folder); await open(folder); } };
  return (
    <div className={css.folder}>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <div className={css.path}>
        <TextInput label={t('window.recovery.path')} description={t('window.recovery.path_hint')} {...form.text('folder')} className={css.grow} />
        {canBrowse.data && <ActionButton variant="default" onAct={browse} onError={form.fail}>{t('window.recovery.browse')}</ActionButton>}
        <ActionButton variant="default" onAct={() => open(form.values.folder)} onError={form.fail} disabled={!form.values.folder.trim()}>{t('window.recovery.open')}</ActionButton>
      </div>
      {recent.length > 0 && <div>
        <div className="small faint">{t('window.recovery.recent')}</div>
        <ul>{recent.map((r) => <li key={r.folder}><ActionButton variant="subtle" size="compact-md" onAct={() => open(r.folder)} onError={form.fail}>{r.name}{r.demo ? ` (${t('window.demo.mark')})` : ''}</ActionButton><span className="small faint mono">{r.folder}</span></li>)}</ul>
      </div>}
    </div>
  );
}
