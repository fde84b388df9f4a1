// Paramètres › Administrateur du compte: oneself, how one signs in, and who administers the firm's account.
import { Select, Switch, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Account, type Status } from '~/api';
import type { Form } from '~/components/form';
import { Grid, Section, Stack, Wide } from '~/components/layout';
import { Await } from '~/components/states';
import { showError } from '~/components/toast';
import { setLang, useT } from '~/i18n';
import { SettingsForm } from '~/screens/settings/SettingsForm';
import { Administrators } from './Administrators';
import { EmailFact } from './Email';
import { FactorFact } from './Factor';
import { PasswordFact } from './PasswordDialog';
import { RecoveryFact } from './Recovery';
import { Sessions } from './Sessions';

export const useMe = () => useQuery({ queryKey: ['account', 'me'], queryFn: api.account.me });

export function AccountSettings() {
  const me = useMe();
  return (
    <>
      <Mine />
      <Await query={me}>{(m) => <><SignInFacts me={m} /><Sessions me={m} /><Administrators me={m} /></>}</Await>
    </>
  );
}

function Mine() {
  const client = useQueryClient();
  const save = async (v: Account) => {
    const saved = await api.account.save({ name: v.name, phone: v.phone, language: v.language, version: v.version });
    client.setQueryData(['account', 'me'], saved);
    // The window speaks the chosen language at once; the name shows in the head of the window.
    client.setQueryData<Status>(['status'], (s) => (s?.user ? { ...s, user: { ...s.user, name: saved.name, label: saved.label, language: saved.language } } as Status : s));
    if (saved.language === 'fr' || saved.language === 'en') await setLang(saved.language);
    return saved;
  };
  return <SettingsForm<Account> name="account" load={api.account.me} save={save}>{(form) => <Person form={form} />}</SettingsForm>;
}

function Person({ form }: { form: Form<Account> }) {
  const t = useT();
  return (
    <Section title={t('window.account.person')}>
      <Grid>
        <TextInput label={t('window.account.name')} required autoComplete="name" {...form.text('name')} />
        <TextInput label={t('window.account.code')} readOnly value={form.values.code} description={form.values.roleLabel} />
        <Select label={t('window.account.language')} description={t('window.account.language_hint')} allowDeselect={false} data={[{ value: 'fr', label: t('common.language.fr') }, { value: 'en', label: t('common.language.en') }]} {...form.field('language')} onChange={(v) => v && form.set('language', v)} />
        <TextInput label={t('window.account.phone')} description={t('window.account.phone_hint')} type="tel" autoComplete="tel" {...form.text('phone')} />
      </Grid>
    </Section>
  );
}

function SignInFacts({ me }: { me: Account }) {
  const t = useT();
  const client = useQueryClient();
  const ask = async (on: boolean) => { client.setQueryData(['account', 'me'], await api.account.setAsk(on)); await client.invalidateQueries({ queryKey: ['status'] }); };
  return (
    <Section title={t('window.account.signing_in')}>
      <Stack gap={4}>
        <dl>
          <EmailFact me={me} />
          <PasswordFact me={me} />
          <FactorFact me={me} />
          {me.isPrincipal && <RecoveryFact me={me} />}
        </dl>
        {me.isPrincipal && !me.askFixed && <Wide><Switch label={t('window.account.ask')} description={t(me.hasPassword ? 'window.account.ask_hint' : 'window.account.ask_first')} checked={me.askPassword} disabled={!me.hasPassword} onChange={(e) => void ask(e.currentTarget.checked).catch(showError)} data-testid="ask-password" /></Wide>}
        {me.askFixed && <p className="small faint">{t('window.account.ask_fixed')}</p>}
      </Stack>
    </Section>
  );
}

