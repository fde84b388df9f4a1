// What a mail's link opens, or its code pasted here: choosing a password, confirming an e-mail address.
import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, type AccountChoice } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { Await } from '~/components/states';
import { useT } from '~/i18n';
import { NewPassword } from '~/screens/account/PasswordFields';
import type { Props } from './shapes';
import { Asked, Back } from './views';

/** Whole links are pasted as often as codes. */
export const tokenOf = (pasted: string) => pasted.trim().replace(/^.*#/, '');

export function PasteView({ go }: Props) {
  const t = useT();
  const form = useForm({ code: '' });
  const act = async () => { form.clear(); const token = tokenOf(form.values.code); await api.account.choice(token); go({ at: 'link', token }); };
  return (
    <>
      <Asked general={form.general}>
        <TextInput label={t('window.signin.link_code')} description={t('window.signin.link_code_hint')} autoComplete="off" spellCheck={false} autoFocus {...form.text('code')} />
        <ActionButton type="submit" size="md" disabled={!form.values.code.trim()} onAct={act} onError={form.fail} data-testid="open-code">{t('window.signin.go_on')}</ActionButton>
      </Asked>
      <Back go={go} />
    </>
  );
}

export function ChooseView(p: Props & { token: string; onLeave?: () => void }) {
  const query = useQuery({ queryKey: ['entry', 'choice', p.token], queryFn: () => api.account.choice(p.token), gcTime: 0, staleTime: Infinity, retry: false });
  return (
    <Stack gap={4}>
      <Await query={query}>{(c) => (c.kind === 'email' ? <Confirm {...p} choice={c} /> : <Choose {...p} choice={c} />)}</Await>
      {query.isError && <Back go={p.go} />}
    </Stack>
  );
}

function Choose({ token, choice, done }: Props & { token: string; choice: AccountChoice }) {
  const t = useT();
  const form = useForm({ password: '', again: '' });
  const act = async () => { form.clear(); done(await api.account.choosePassword(token, form.values.password, form.values.again)); };
  return (
    <Asked general={form.general}>
      <p className="soft">{t('window.signin.choose_text', { name: choice.name, email: choice.email })}</p>
      <input type="hidden" autoComplete="username" value={choice.email} readOnly />
      <NewPassword form={form} autoFocus />
      <ActionButton type="submit" size="md" onAct={act} onError={form.fail} data-testid="choose-password">{t('window.signin.choose')}</ActionButton>
    </Asked>
  );
}

function Confirm({ token, choice, go, onLeave }: Props & { token: string; choice: AccountChoice; onLeave?: () => void }) {
  const t = useT();
  const [done, setDone] = useState(false);
  if (done) return <><Notice tone="good">{t('window.signin.email_confirmed', { email: choice.email })}</Notice><div><Button onClick={onLeave ?? (() => go({ at: 'password' }))} data-testid="email-done">{t('window.signin.go_on')}</Button></div></>;
  return (
    <>
      <p className="soft">{t('window.signin.email_text', { name: choice.name, email: choice.email })}</p>
      <div><ActionButton onAct={async () => { await api.account.confirmEmail(token); setDone(true); }} data-testid="confirm-email">{t('window.signin.email_confirm')}</ActionButton></div>
    </>
  );
}
