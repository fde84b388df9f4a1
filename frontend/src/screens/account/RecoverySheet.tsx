// A recovery code, shown once: to print or to write down. Printing prints the sheet and nothing else of the page.
import { Button, Checkbox } from '@mantine/core';
import { useEffect, useState } from 'react';
import { CopyButton } from '~/components/display';
import { Icon } from '~/components/Icon';
import { Notice, Stack } from '~/components/layout';
import { useFormat } from '~/format/format';
import { today } from '~/format/civil';
import { useT } from '~/i18n';
import css from './account.module.css';

export function RecoverySheet({ firm, code, verb, onDone }: { firm: string; code: string; verb: string; onDone: () => void }) {
  const t = useT();
  const f = useFormat();
  const [kept, setKept] = useState(false);
  useEffect(() => { document.body.dataset.sheet = '1'; return () => { delete document.body.dataset.sheet; }; }, []);
  return (
    <Stack gap={4}>
      <article className={css.sheet} data-testid="recovery-sheet">
        <h2>{t('window.account.recovery.sheet', { firm })}</h2>
        <p className={css.code}><code data-testid="recovery-code">{code}</code><span className="noprint"><CopyButton value={code} /></span></p>
        <p>{t('window.account.recovery.what')}</p>
        <p className="small">{t('window.account.recovery.made', { date: f.date(today()) })}</p>
      </article>
      <Notice tone="warning">{t('window.account.recovery.once')}</Notice>
      <div><Button variant="default" leftSection={<Icon name="print" size={16} />} onClick={() => window.print()} data-testid="recovery-print">{t('window.account.recovery.print')}</Button></div>
      <Checkbox label={t('window.account.recovery.kept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} data-testid="recovery-kept" />
      <div><Button disabled={!kept} onClick={onDone} data-testid="recovery-done">{verb}</Button></div>
    </Stack>
  );
}
