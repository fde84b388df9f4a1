// The second factor: a code of an application on the telephone, and the codes for the day the telephone is gone.
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, type Account, type FactorSetUp } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { CopyButton, QrCard } from '~/components/display';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { SkeletonLines } from '~/components/layout';
import { showError, toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Dialog, DialogForm } from './Dialog';
import { Fact } from './Fact';
import { Password } from './PasswordFields';
import css from './account.module.css';

type Step = '' | 'on' | 'off' | string[];

export function FactorFact({ me }: { me: Account }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [step, setStep] = useState<Step>('');
  const close = () => { setStep(''); void client.invalidateQueries({ queryKey: ['account'] }); };
  const renew = async () => setStep(await api.account.renewCodes());
  return (
    <>
      <Fact label={t('window.account.factor')} acts={me.factorOn
        ? <><ActionButton variant="default" onAct={renew} data-testid="renew-codes">{t('window.account.factor_renew')}</ActionButton><Button variant="default" onClick={() => setStep('off')} data-testid="factor-off">{t('window.account.factor_off')}</Button></>
        : <Button variant="default" disabled={!me.hasPassword} onClick={() => setStep('on')} data-testid="factor-on">{t('window.account.factor_on')}</Button>}>
        {me.factorOn ? <><div>{t('window.account.factor_since', { date: f.instant(me.factorSince) })}</div><div className="small faint">{t('window.account.factor_left', { n: me.codesLeft })}</div></>
          : <><div>{t('window.account.factor_none')}</div><div className="small faint">{t(me.hasPassword ? 'window.account.factor_hint' : 'window.account.factor_first')}</div></>}
      </Fact>
      <Dialog title={t('window.account.factor_on')} opened={step === 'on'} onClose={close} size={560}><TurnOn onClose={close} onCodes={setStep} /></Dialog>
      <Dialog title={t('window.account.factor_off')} opened={step === 'off'} onClose={close}><TurnOff onClose={close} /></Dialog>
      <Dialog title={t('window.account.factor_codes')} opened={Array.isArray(step)} onClose={close} size={520}>{Array.isArray(step) && <Codes codes={step} onClose={close} />}</Dialog>
    </>
  );
}

function TurnOn({ onClose, onCodes }: { onClose: () => void; onCodes: (codes: string[]) => void }) {
  const t = useT();
  const [made, setMade] = useState<FactorSetUp>();
  const form = useForm({ code: '' });
  // eslint-disable-next-line react-hooks/exhaustive-deps -- one secret an opening of this dialog
  useEffect(() => { api.account.beginFactor().then(setMade, (e: unknown) => { showError(e); onClose(); }); }, []);
  if (!made) return <SkeletonLines />;
  return (
    <DialogForm form={form} verb={t('window.account.factor_on')} onClose={onClose} disabled={!form.values.code.trim()} onAct={async () => onCodes(await api.account.confirmFactor(form.values.code))}>
      <QrCard svg={made.qr} alt={t('window.account.factor_qr')} title={t('window.account.factor_scan')} text={t('window.account.factor_scan_text')}>
        <span style={{ display: 'flex', alignItems: 'center', gap: 4 }}><code className="mono" style={{ overflowWrap: 'anywhere' }} data-testid="factor-secret">{made.secret}</code><CopyButton value={made.secret} /></span>
      </QrCard>
      <TextInput label={t('window.account.factor_code')} autoComplete="one-time-code" inputMode="numeric" spellCheck={false} data-autofocus {...form.text('code')} />
    </DialogForm>
  );
}

function TurnOff({ onClose }: { onClose: () => void }) {
  const t = useT();
  const form = useForm({ old: '', code: '' });
  const act = async () => { await api.account.dropFactor(form.values.old, form.values.code); toast(t('window.account.factor_dropped')); onClose(); };
  return (
    <DialogForm form={form} verb={t('window.account.factor_off')} danger onClose={onClose} onAct={act}>
      <p className="soft">{t('window.account.factor_off_text')}</p>
      <Password label={t('window.account.password_now')} name="current-password" data-autofocus {...form.text('old')} />
      <TextInput label={t('window.signin.factor')} autoComplete="one-time-code" spellCheck={false} {...form.text('code')} />
    </DialogForm>
  );
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useT();
  useEffect(() => { document.body.dataset.sheet = '1'; return () => { delete document.body.dataset.sheet; }; }, []);
  return (
    <Stack gap={4}>
      <article className={css.sheet}><h2>{t('window.account.factor_codes')}</h2><ul className={css.codes} data-testid="factor-codes">{codes.map((c) => <li key={c}>{c}</li>)}</ul><p className="small">{t('window.account.factor_codes_text')}</p></article>
      <Notice tone="warning">{t('window.account.factor_once')}</Notice>
      <div className={css.dialogEnd}><Button variant="default" onClick={() => window.print()}>{t('window.account.recovery.print')}</Button><Button onClick={onClose} data-testid="codes-done">{t('window.account.factor_kept')}</Button></div>
    </Stack>
  );
}
