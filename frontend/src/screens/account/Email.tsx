// The address one signs in with: changed with the password, in force once the new address confirmed it.
import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type Account } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { toast } from '~/components/toast';
import { useFormat } from '~/format/format';
import { useT } from '~/i18n';
import { Dialog, DialogForm } from './Dialog';
import { Fact } from './Fact';
import { Password } from './PasswordFields';

export function EmailFact({ me }: { me: Account }) {
  const t = useT();
  const f = useFormat();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const use = (next: Account) => { client.setQueryData(['account', 'me'], next); };
  return (
    <>
      <Fact label={t('window.account.email')} acts={<>
        {me.pendingEmail && <ActionButton variant="subtle" onAct={async () => use(await api.account.cancelEmail())}>{t('window.account.email_cancel')}</ActionButton>}
        <Button variant="default" onClick={() => setOpen(true)} data-testid="change-email">{t('window.account.email_change')}</Button>
      </>}>
        <div data-testid="email">{me.email || t('window.account.email_none')}</div>
        <div className="small faint">{t('window.account.email_hint')}</div>
        {me.pendingEmail && <div className="small" style={{ color: 'var(--warning)' }} data-testid="pending-email">{t('window.account.email_pending', { email: me.pendingEmail, until: f.instant(me.pendingUntil) })}</div>}
      </Fact>
      <Dialog title={t('window.account.email_change')} opened={open} onClose={() => setOpen(false)}>
        <Body me={me} onClose={() => setOpen(false)} onDone={(next) => { use(next); setOpen(false); toast(t(next.pendingEmail ? 'window.account.email_sent' : 'window.account.email_changed')); }} />
      </Dialog>
    </>
  );
}

function Body({ me, onClose, onDone }: { me: Account; onClose: () => void; onDone: (me: Account) => void }) {
  const t = useT();
  const form = useForm({ email: '', old: '' });
  return (
    <DialogForm form={form} verb={t('window.account.email_send')} onClose={onClose} onAct={async () => onDone(await api.account.changeEmail(form.values.old, form.values.email))}>
      <p className="soft">{t('window.account.email_text')}</p>
      <TextInput label={t('window.account.email_new')} type="email" autoComplete="email" spellCheck={false} data-autofocus {...form.text('email')} />
      {me.hasPassword && <Password label={t('window.account.password_now')} name="current-password" {...form.text('old')} />}
    </DialogForm>
  );
}
