// E-mail and password, the second factor, and the two ways back in: by mail, by the recovery code.
import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { api } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { useForm } from '~/components/form';
import { Notice, Stack } from '~/components/layout';
import { useT } from '~/i18n';
import { NewPassword, Password } from '~/screens/account/PasswordFields';
import type { Props } from './shapes';
import css from './signin.module.css';

export function Asked({ general, children }: { general: string; children: ReactNode }) {
  return <form className={css.form} onSubmit={(e) => e.preventDefault()} noValidate>{general && <Notice tone="danger">{general}</Notice>}{children}</form>;
}
export function Back({ go }: Pick<Props, 'go'>) {
  const t = useT();
  return <div className={css.links}><Button variant="subtle" size="compact-sm" onClick={() => go({ at: 'password' })}>{t('window.signin.back')}</Button></div>;
}

export function PasswordView({ email, setEmail, go, done }: Props) {
  const t = useT();
  const form = useForm({ email, password: '' });
  const act = async () => {
    form.clear();
    setEmail(form.values.email);
    try { done(await api.account.signIn(form.values.email, form.values.password)); } catch (e) { form.patch({ password: '' }); throw e; }
  };
  return (
    <>
      <Asked general={form.general}>
        <TextInput label={t('window.signin.email')} type="email" autoComplete="username" spellCheck={false} autoFocus={!email} {...form.text('email')} />
        <Password label={t('window.signin.password')} name="current-password" autoFocus={!!email} {...form.text('password')} />
        <ActionButton type="submit" size="md" onAct={act} onError={form.fail} data-testid="sign-in">{t('window.signin.act')}</ActionButton>
      </Asked>
      <div className={css.links}>
        <Button variant="subtle" size="compact-sm" onClick={() => { setEmail(form.values.email); go({ at: 'forgotten' }); }} data-testid="forgotten">{t('window.signin.forgotten')}</Button>
        <Button variant="subtle" size="compact-sm" onClick={() => { setEmail(form.values.email); go({ at: 'paste' }); }} data-testid="have-code">{t('window.signin.have_code')}</Button>
      </div>
    </>
  );
}

export function CodeView({ half, go, done }: Props & { half: string }) {
  const t = useT();
  const form = useForm({ code: '' });
  return (
    <>
      <Asked general={form.general}>
        <TextInput label={t('window.signin.factor')} description={t('window.signin.factor_hint')} autoComplete="one-time-code" inputMode="numeric" spellCheck={false} autoFocus {...form.text('code')} />
        <ActionButton type="submit" size="md" onAct={async () => { form.clear(); done(await api.account.enterCode(half, form.values.code)); }} onError={form.fail} data-testid="enter-code">{t('window.signin.act')}</ActionButton>
      </Asked>
      <Back go={go} />
    </>
  );
}

/** The answer is the same whether the address is known or not. */
export function ForgottenView({ email, setEmail, go, told, mailServer, hasRecovery }: Props & { told: boolean; hasRecovery: boolean }) {
  const t = useT();
  const form = useForm({ email });
  // The form goes with the button that was pressed: the answer takes the focus and is read out.
  const answer = useRef<HTMLDivElement>(null);
  useEffect(() => { if (told) answer.current?.focus(); }, [told]);
  const ask = async () => { form.clear(); setEmail(form.values.email); await api.account.forgotten(form.values.email); go({ at: 'told' }); };
  return (
    <Stack gap={4}>
      {told ? <div ref={answer} tabIndex={-1} data-testid="told"><Notice tone="info">{t('window.signin.told', { email })}</Notice></div> : mailServer && (
        <Asked general={form.general}>
          <p className="soft">{t('window.signin.forgotten_text')}</p>
          <TextInput label={t('window.signin.email')} type="email" autoComplete="username" spellCheck={false} autoFocus {...form.text('email')} />
          <ActionButton type="submit" size="md" onAct={ask} onError={form.fail} data-testid="ask-link">{t('window.signin.ask_link')}</ActionButton>
        </Asked>
      )}
      {!mailServer && !told && <p className="soft">{t(hasRecovery ? 'window.signin.no_mail' : 'window.signin.no_way')}</p>}
      <div className={css.links}>
        {told && <Button variant="default" onClick={() => go({ at: 'paste' })}>{t('window.signin.have_code')}</Button>}
        {hasRecovery && <Button variant="default" onClick={() => go({ at: 'recover' })} data-testid="use-recovery">{t('window.signin.use_recovery')}</Button>}
      </div>
      <Back go={go} />
    </Stack>
  );
}

/** The code that was printed at first start gives the principal a new password, and is replaced by another. */
export function RecoverView({ go, done }: Props) {
  const t = useT();
  const form = useForm({ code: '', password: '', again: '' });
  const act = async () => { form.clear(); done(await api.account.recover(form.values.code, form.values.password, form.values.again)); };
  return (
    <>
      <p className="soft">{t('window.signin.recover_text')}</p>
      <Asked general={form.general}>
        <TextInput label={t('window.signin.recovery_code')} autoComplete="off" spellCheck={false} autoFocus {...form.text('code')} />
        <NewPassword form={form} />
        <ActionButton type="submit" size="md" onAct={act} onError={form.fail} data-testid="recover">{t('window.signin.recover')}</ActionButton>
      </Asked>
      <Back go={go} />
    </>
  );
}
