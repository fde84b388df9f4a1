import { Button, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Status } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { KeyValue } from '~/components/display';
import { useForm } from '~/components/form';
import { Icon } from '~/components/Icon';
import { FullPage, Notice } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { Start } from './Start';
import css from './start.module.css';

/** The company's folder is missing, locked, damaged or newer: what happened, what was kept, what to do. */
export function Recovery({ status }: { status: Status }) {
  const t = useT();
  const client = useQueryClient();
  const [fresh, setFresh] = useState(false);
  const [opening, setOpening] = useState(status.state === 'missing');
  const take = (next: Status) => { client.setQueryData(['status'], next); };
  if (fresh) return <Start status={{ ...status, message: '' }} onBack={() => setFresh(false)} />;
  const state = status.state === 'open' ? 'missing' : status.state;
  return (
    <FullPage>
      <div role="alert">
        <h1>{tDynamic(`window.recovery.title.${state}`)}</h1>
        <p className="soft" style={{ marginTop: 8 }}>{tDynamic(`window.recovery.text.${state}`)}</p>
      </div>
      <KeyValue rows={[!!status.folder && [t('window.recovery.folder'), <span key="f" className="mono">{status.folder}</span>], !!status.message && [t('window.recovery.reason'), status.message]]} />
      <div className={css.actions}>
        <ActionButton onAct={async () => take(await api.system.retry())} leftSection={<Icon name="refresh" size={16} />}>{t('window.recovery.retry')}</ActionButton>
        <Button variant="default" onClick={() => setOpening((o) => !o)} aria-expanded={opening}>{t('window.recovery.search')}</Button>
        <Button variant="default" onClick={() => setFresh(true)}>{t('window.recovery.new')}</Button>
        <ActionButton variant="default" onAct={async () => take(await api.system.openDemo())}>{t('window.start.demo')}</ActionButton>
      </div>
      {opening && <OpenFolder recent={status.recent} onOpened={take} />}
    </FullPage>
  );
}

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
