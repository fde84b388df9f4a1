// The way back in without mail: a code on paper, kept by the owner. A new one ends the old one.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Account, type Status } from '~/api';
import { confirm } from '~/components/Confirm';
import { showError } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Dialog } from './Dialog';
import { Fact } from './Fact';
import { RecoverySheet } from './RecoverySheet';

export function RecoveryFact({ me }: { me: Account }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [code, setCode] = useState('');
  const close = () => { setCode(''); void client.invalidateQueries({ queryKey: ['account'] }); };
  const make = async () => {
    if (me.hasRecovery && !await confirm({ title: t('window.account.recovery.renew'), body: t('window.account.recovery.renew_text'), verb: t('window.account.recovery.renew'), keep: t('window.cancel') })) return;
    setCode(await api.account.makeRecoveryCode());
  };
  const firm = client.getQueryData<Status>(['status'])?.company?.name ?? '';
  return (
    <>
      <Fact label={t('window.account.recovery.title')} acts={<Button variant="default" onClick={() => void make().catch(showError)} data-testid="make-recovery">{t(me.hasRecovery ? 'window.account.recovery.renew' : 'window.account.recovery.make')}</Button>}>
        <div>{me.hasRecovery ? t('window.account.recovery.since', { date: f.instant(me.recoveryMadeAt) }) : t('window.account.recovery.none')}</div>
        <div className="small faint">{t('window.account.recovery.hint')}</div>
      </Fact>
      <Dialog title={t('window.account.recovery.title')} opened={!!code} size={560}><RecoverySheet firm={firm} code={code} verb={t('window.close')} onDone={close} /></Dialog>
    </>
  );
}
