// Changer mot de passe: the old one, the new one twice. It ends the other sessions.
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useAsked } from '~/app/router';
import { api, type Account } from '~/api';
import { useForm } from '~/components/form';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Dialog, DialogForm } from './Dialog';
import { Fact } from './Fact';
import { NewPassword, Password } from './PasswordFields';
import { passwordRules } from './rules';

export function PasswordFact({ me }: { me: Account }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  useAsked('password', () => setOpen(true));
  const verb = t(me.hasPassword ? 'window.account.password_change' : 'window.account.password_choose');
  const done = async () => {
    setOpen(false);
    toast(t(me.hasPassword ? 'window.account.password_changed' : 'window.account.password_chosen'));
    await client.invalidateQueries({ queryKey: ['account'] });
    await client.invalidateQueries({ queryKey: ['status'] });
  };
  return (
    <>
      <Fact label={t('window.account.password')} acts={<Button variant="default" onClick={() => setOpen(true)} data-testid="change-password">{verb}</Button>}>
        {me.hasPassword ? me.passwordChangedAt ? t('window.account.password_since', { date: f.instant(me.passwordChangedAt) }) : t('window.account.password_is') : t('window.account.password_none')}
      </Fact>
      <Dialog title={verb} opened={open} onClose={() => setOpen(false)}><Body me={me} onClose={() => setOpen(false)} onDone={done} /></Dialog>
    </>
  );
}

function Body({ me, onClose, onDone }: { me: Account; onClose: () => void; onDone: () => Promise<void> }) {
  const t = useT();
  const form = useForm({ old: '', password: '', again: '' });
  const { password, again } = form.values;
  const act = async () => { await api.account.changePassword(form.values); await onDone(); };
  return (
    <DialogForm form={form} verb={t(me.hasPassword ? 'window.account.password_change' : 'window.account.password_choose')} onClose={onClose} onAct={act} disabled={passwordRules(password, again).some(([, met]) => !met)}>
      {me.hasPassword ? <p className="soft">{t('window.account.password_text')}</p> : <p className="soft">{t('window.account.password_first')}</p>}
      <input type="hidden" autoComplete="username" value={me.email} readOnly />
      {me.hasPassword && <Password label={t('window.account.password_old')} name="current-password" data-autofocus {...form.text('old')} />}
      <NewPassword form={form} />
    </DialogForm>
  );
}
