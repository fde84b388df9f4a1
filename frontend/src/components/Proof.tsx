// Before an act that wants a fresh proof the password is asked; the act then goes on by itself (api/session.ts).
import { Button, Modal, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, askProofWith } from '~/api';
import { useT } from '~/i18n';
import { Password } from '~/screens/account/PasswordFields';
import { ActionButton } from './ActionButton';
import { useForm } from './form';
import { Notice } from './layout';

export function ProofHost() {
  const t = useT();
  const [asked, setAsked] = useState<{ answer: (yes: boolean) => void } | null>(null);
  useEffect(() => askProofWith(() => new Promise((answer) => setAsked({ answer }))), []);
  const end = (yes: boolean) => { asked?.answer(yes); setAsked(null); };
  return (
    <Modal opened={!!asked} onClose={() => end(false)} title={t('window.proof.title')} size={440} zIndex={390} closeButtonProps={{ 'aria-label': t('window.close') }}>
      {asked && <Ask end={end} />}
    </Modal>
  );
}

function Ask({ end }: { end: (yes: boolean) => void }) {
  const t = useT();
  const form = useForm({ old: '', code: '' });
  const me = useQuery({ queryKey: ['account', 'me'], queryFn: api.account.me });
  const act = async () => { form.clear(); await api.account.prove(form.values.old, form.values.code); end(true); };
  return (
    <form style={{ display: 'grid', gap: 16 }} onSubmit={(e) => e.preventDefault()} noValidate>
      <p className="soft">{t('window.proof.text')}</p>
      {form.general && <Notice tone="danger">{form.general}</Notice>}
      <Password label={t('window.signin.password')} name="current-password" data-autofocus {...form.text('old')} />
      {me.data?.factorOn && <TextInput label={t('window.signin.factor')} autoComplete="one-time-code" spellCheck={false} {...form.text('code')} />}
      <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
        <Button variant="default" onClick={() => end(false)}>{t('window.cancel')}</Button>
        <ActionButton type="submit" onAct={act} onError={form.fail} data-testid="prove">{t('window.proof.act')}</ActionButton>
      </div>
    </form>
  );
}
