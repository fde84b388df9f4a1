import { Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, type MailSettings as Values, type TestStep } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { ProgressList } from '~/components/display';
import type { Form } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Section, Stack, Wide } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';

const securities = ['tls', 'starttls', 'plain'];
const auths = ['plain', 'login', 'none'];

export function MailSettings() {
  return <SettingsForm<Values> name="mail" load={api.settings.mail} save={api.settings.saveMail}>{(form) => <><Server form={form} /><Sender form={form} /><Test form={form} /></>}</SettingsForm>;
}

function Server({ form }: { form: Form<Values> }) {
  const t = useT();
  const v = form.values;
  return (
    <Section title={t('window.settings.mail')}>
      <Grid>
        <TextInput label={t('window.settings.m.host')} {...form.text('host')} spellCheck={false} />
        <IntegerInput label={t('window.settings.m.port')} {...form.field('port')} onChange={(n) => form.set('port', n ?? 0)} />
        <Select label={t('window.settings.m.security')} allowDeselect={false} data={securities.map((s) => ({ value: s, label: tDynamic(`window.settings.m.security.${s}`) }))} {...form.field('security')} onChange={(s) => s && form.set('security', s)} />
        <Select label={t('window.settings.m.auth')} allowDeselect={false} data={auths.map((s) => ({ value: s, label: tDynamic(`window.settings.m.auth.${s}`) }))} {...form.field('auth')} onChange={(s) => s && form.set('auth', s)} />
        {v.security === 'plain' && <Wide><Checkbox label={t('window.settings.m.plain_agreed')} checked={v.plainAgreed} onChange={(e) => form.set('plainAgreed', e.currentTarget.checked)} error={form.errors.plainAgreed} /></Wide>}
        {v.auth !== 'none' && <TextInput label={t('window.settings.m.user')} autoComplete="off" {...form.text('userName')} spellCheck={false} />}
        {v.auth !== 'none' && <PasswordInput label={t('window.settings.m.password')} autoComplete="new-password" placeholder={v.hasPassword ? t('window.settings.m.password_kept') : undefined} {...form.text('password')} visibilityToggleButtonProps={{ 'aria-label': t('window.settings.m.password_show') }} />}
      </Grid>
    </Section>
  );
}

function Sender({ form }: { form: Form<Values> }) {
  const t = useT();
  return (
    <Section title={t('window.settings.m.sender')}>
      <Grid>
        <TextInput label={t('window.settings.m.from_name')} {...form.text('fromName')} />
        <TextInput label={t('window.settings.m.from_address')} type="email" {...form.text('fromAddress')} />
        <TextInput label={t('window.settings.m.reply_to')} type="email" {...form.text('replyTo')} />
        <Wide><Textarea label={t('window.settings.m.signature')} autosize minRows={2} maxRows={6} {...form.text('signature')} /></Wide>
      </Grid>
    </Section>
  );
}

function Test({ form }: { form: Form<Values> }) {
  const t = useT();
  const [steps, setSteps] = useState<TestStep[]>([]);
  return (
    <Section title={t('window.settings.m.test_title')}>
      <Stack gap={3}>
        <p className="soft">{t(form.dirty ? 'window.settings.m.test_saved' : 'window.settings.m.test_hint')}</p>
        <div><ActionButton variant="default" disabled={form.dirty || !form.values.host} onAct={async () => { setSteps([]); setSteps(await api.settings.testMail()); }} data-testid="test-mail">{t('window.settings.m.test')}</ActionButton></div>
        {steps.length > 0 && <ProgressList items={steps.map((s) => ({ id: s.step, label: tDynamic(`window.settings.m.step.${s.step}`), detail: s.answer, state: s.state === 'ok' ? 'done' : s.state }))} />}
      </Stack>
    </Section>
  );
}
