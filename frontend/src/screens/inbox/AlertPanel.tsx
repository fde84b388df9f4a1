// Whether this machine says a word when a customer writes, and how much of it.
import { Radio } from '@mantine/core';
import { useState } from 'react';
import { Notice } from '~/components/layout';
import { SidePanel } from '~/components/SidePanel';
import { useT } from '~/i18n';
import { chooseAlerts, useAlertMode, type AlertMode } from './alerts';
import css from './inbox.module.css';

export function AlertPanel({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const mode = useAlertMode();
  const [refused, setRefused] = useState(false);
  const choose = async (next: string) => setRefused(!await chooseAlerts(next as AlertMode));
  return (
    <SidePanel opened={opened} onClose={onClose} title={t('window.inbox.alerts.title')}>
      <div className={css.form}>
        <p className="soft">{t('window.inbox.alerts.text')}</p>
        <Radio.Group value={mode} onChange={(v) => void choose(v)} aria-label={t('window.inbox.alerts.title')}>
          <div className={css.form}>
            <Radio value="off" label={t('window.inbox.alerts.off')} />
            <Radio value="plain" label={t('window.inbox.alerts.on')} description={t('window.inbox.alerts.on_text')} data-testid="alerts-plain" />
            <Radio value="words" label={t('window.inbox.alerts.words')} description={t('window.inbox.alerts.words_text')} data-testid="alerts-words" />
          </div>
        </Radio.Group>
        {refused && <Notice tone="warning">{t('window.inbox.alerts.refused')}</Notice>}
      </div>
    </SidePanel>
  );
}
