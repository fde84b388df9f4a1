import { Checkbox, PasswordInput, Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, type MailChange as Values, type MailSettings as Stored, type TestStep } from '~/api';
import { ActionButton } from '~/components/ActionButton';
import { ProgressList } from '~/components/display';
import type { Form } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Section, Stack, Wide } from '~/components/layout';
import { tDynamic, useT } from '~/i18n';
import { SettingsForm } from './SettingsForm';

const securities = ['tls', 'starttls', 'plain'];
const auths = ['plain', 'login', 'none'];

// The password is never read back; nothing typed keeps the stored one.
const typed = (s: Stored): Values => ({ ...s, password: null });

export function MailSettings() {
  return <SettingsForm<Values> name="mail" load={async () => typed(await api.settings.mail())} save={async (v) => typed(await api.settings.saveMail(v))}>{(form) => <><Server form={form} /><Sender form={form} /><Test form={form} /></>}</SettingsForm>;
}

function Server({ form }: { form: Form<Values> }) {
  const t = useT();
  const v = form.values;
  return (
    <Section label={t('window.settings.mail')}>
      {v.practice && <p className="soft" style={{ marginBottom: 12 }}>{t('window.mail.demo_server')}</p>}
      <Grid>
        <TextInput label={t('window.settings.m.host')} {...form.text('host')} spellCheck={false} />
        <IntegerInput plain label={t('window.settings.m.port')} {...form.field('port')} onChange={(n) => form.set('port', n ?? 0)} />
        <Select label={t('window.settings.m.security')} allowDeselect={false} data={securities.map((s) => ({ value: s, label: tDynamic(`window.settings.m.security.${s}`) }))} {...form.field('security')} onChange={(s) => s && form.set('security', s)} />
        <Select label={t('window.settings.m.auth')} allowDeselect={false} data={auths.map((s) => ({ value: s, label: tDynamic(`window.settings.m.auth.${s}`) }))} {...form.field('auth')} onChange={(s) => s && form.set('auth', s)} />
        {v.security === 'plain' && <Wide><Checkbox label={t('window.settings.m.plain_agreed')} checked={v.plainAgreed} onChange={(e) => form.set('plainAgreed', e.currentTarget.checked)} error={form.errors.plainAgreed} /></Wide>}
        {v.auth !== 'none' && <TextInput label={t('window.settings.m.user')} autoComplete="off" {...form.text('userName')} spellCheck={false} />}
        {v.auth !== 'none' && <PasswordInput label={t('window.settings.m.password')} autoComplete="new-password" placeholder={v.hasPassword ? t('window.settings.m.password_kept') : undefined} {...form.text('password')} onChange={(e) => form.set('password', e.currentTarget.value || null)} visibilityToggleButtonProps={{ 'aria-label': t('window.settings.m.password_show') }} />}
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
        <p className="soft">{t('window.settings.m.test_hint')}</p>
        <div><ActionButton variant="default" disabled={!form.values.host} onError={form.fail} onAct={async () => { form.clear(); setSteps([]); setSteps(await api.settings.testMail(form.values)); }} data-testid="test-mail">{t('window.settings.m.test')}</ActionButton></div>
        {steps.length > 0 && <ProgressList items={steps.map((s) => ({ id: s.step, label: s.label, detail: <>{s.answer}{s.advice && <div>{s.advice}</div>}</>, state: s.ok ? 'done' : 'failed' }))} />}
      </Stack>
    </Section>
  );
}
