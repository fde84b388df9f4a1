import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Status } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { KeyValue } from '~/components/display';
import { Icon } from '~/components/Icon';
import { FullPage } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { OpenFolder } from './OpenFolder';
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
