// The new password twice, with what it still needs.
import { PasswordInput } from '@mantine/core';
import type { Form } from '~/components/form';
import { Icon } from '~/components/Icon';
import { tDynamic, useT } from '~/i18n';
import { passwordRules } from './rules';
import css from './account.module.css';

export function Password({ label, name, ...rest }: { label: string; name: 'current-password' | 'new-password'; value: string; onChange: (e: { currentTarget: { value: string } }) => void; error?: string; 'data-field'?: string; autoFocus?: boolean; 'data-autofocus'?: boolean; 'aria-describedby'?: string }) {
  const t = useT();
  return <PasswordInput label={label} autoComplete={name} spellCheck={false} visibilityToggleButtonProps={{ 'aria-label': t('window.settings.m.password_show') }} aria-invalid={rest.error ? true : undefined} {...rest} />;
}

export function NewPassword({ form, autoFocus }: { form: Pick<Form<{ password: string; again: string }>, 'values' | 'text'>; autoFocus?: boolean }) {
  const t = useT();
  const { password, again } = form.values;
  return (
    <>
      <Password label={t('window.account.password_new')} name="new-password" {...form.text('password')} autoFocus={autoFocus} aria-describedby="password-rules" />
      <Password label={t('window.account.password_again')} name="new-password" {...form.text('again')} />
      <ul className={css.rules} id="password-rules" aria-label={t('window.account.rules')}>
        {passwordRules(password, again).map(([rule, met]) => (
          <li key={rule} data-met={met || undefined}><span className={css.ruleMark}>{met ? <Icon name="check" size={14} /> : null}</span>{tDynamic(`window.account.rule.${rule}`)}<span className="sr">{t(met ? 'window.account.rule_met' : 'window.account.rule_open')}</span></li>
        ))}
      </ul>
    </>
  );
}
