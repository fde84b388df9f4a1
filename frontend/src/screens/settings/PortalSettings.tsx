import { Button, Checkbox, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type PortalSettings as Values } from '~/api';
import { navigate } from '~/app/router';
import { confirm } from '~/components/Confirm';
import type { Form } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack, Wide } from '~/components/layout';
import { showError } from '~/components/toast';
import { tDynamic, useT } from '~/i18n';
import { RegistrationLinks } from '~/screens/invitations/RegistrationLinks';
import { SettingsForm } from './SettingsForm';

export function PortalSettings() {
  const t = useT();
  return (
    <>
      <SettingsForm<Values> name="portal" load={api.settings.portal} save={api.settings.savePortal}>
      {(form) => (
        <>
        <Section label={t('window.settings.portal')}>
          <Grid>
            <Wide><Checkbox label={t('window.settings.p.enabled')} checked={form.values.enabled} onChange={(e) => form.set('enabled', e.currentTarget.checked)} /></Wide>
            <Select label={t('window.settings.p.address')} allowDeselect={false} data={addresses(form.values.address, t('window.settings.p.every_address'), t('window.settings.p.this_machine'))} {...form.field('address')} onChange={(a) => form.set('address', a ?? '')} />
            <IntegerInput plain label={t('window.settings.p.port')} {...form.field('port')} onChange={(n) => form.set('port', n ?? 0)} />
            <Select label={t('window.settings.p.transport')} allowDeselect={false} data={['https', 'http'].map((s) => ({ value: s, label: tDynamic(`window.settings.p.transport.${s}`) }))} {...form.field('transport')} onChange={(s) => s && form.set('transport', s)} />
            <TextInput label={t('window.settings.p.host')} description={t('window.settings.p.host_hint')} {...form.text('hostName')} spellCheck={false} />
            <IntegerInput label={t('window.settings.p.link_days')} {...form.field('linkDays')} onChange={(n) => form.set('linkDays', n ?? 90)} />
            <Checkbox label={t('window.settings.p.password_always')} checked={form.values.passwordAlways} onChange={(e) => form.set('passwordAlways', e.currentTarget.checked)} style={{ alignSelf: 'center', paddingTop: 24 }} />
            <Textarea label={t('window.settings.p.message_fr')} autosize minRows={2} maxRows={6} {...form.text('messageFr')} />
            <Textarea label={t('window.settings.p.message_en')} autosize minRows={2} maxRows={6} {...form.text('messageEn')} />
          </Grid>
        </Section>
        <FreeRegistration form={form} />
        </>
      )}
      </SettingsForm>
      <Contacts />
      <RegistrationLinks />
      <Uploads />
    </>
  );
}

/** Inscription libre: who may become a customer without anybody of the firm deciding. Said before it is chosen, and while it is so. */
function FreeRegistration({ form }: { form: Form<Values> }) {
  const t = useT();
  const groups = useQuery({ queryKey: ['groups', 'list'], queryFn: api.groups.list });
  const open = (groups.data ?? []).filter((g) => g.portalEnabled !== false);
  const name = (id: string) => open.find((g) => g.publicId === id)?.name ?? '';
  const choose = async (id: string) => {
    if (id && id !== form.values.freeGroupId && !await confirm({ title: t('window.registration.free_ask'), body: t('window.registration.free_ask_text', { group: name(id) }), verb: t('window.registration.free_on'), keep: t('window.cancel') })) return;
    form.set('freeGroupId', id);
  };
  return (
    <Section title={t('window.registration.free')}>
      <Stack gap={4}>
        <p className="soft">{t('window.registration.free_hint')}</p>
        <Select label={t('window.registration.free_group')} description={t('window.registration.free_group_hint')} allowDeselect={false} data={[{ value: '', label: t('window.registration.free_none') }, ...open.map((g) => ({ value: g.publicId, label: g.name }))]} {...form.field('freeGroupId')} onChange={(id) => void choose(id ?? '')} />
        {form.values.freeGroupId && <Notice tone="warning">{t('window.registration.free_on_now', { group: name(form.values.freeGroupId) })}</Notice>}
      </Stack>
    </Section>
  );
}

/** Gérer les clients: every contact of every customer. */
function Contacts() {
  const t = useT();
  return (
    <Section title={t('window.sharing.contacts.title')}>
      <Stack gap={3}>
        <p className="soft">{t('window.sharing.contacts.intro')}</p>
        <div><Button variant="default" onClick={() => navigate('/settings/portal/contacts')} data-testid="manage-contacts">{t('window.sharing.contacts.title')}</Button></div>
      </Stack>
    </Section>
  );
}

/** Decided at once, beside the form: it is no part of how the portal is reached. */
function Uploads() {
  const t = useT();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['uploads-allowed'], queryFn: api.files.uploadsAllowed });
  const change = async (allowed: boolean) => { await api.files.allowUploads(allowed); await client.invalidateQueries({ queryKey: ['uploads-allowed'] }); };
  return (
    <Section title={t('window.files.uploads')}>
      <Checkbox label={t('window.files.uploads_allow')} description={t('window.files.uploads_hint')} checked={!!query.data} disabled={query.data === undefined} onChange={(e) => void change(e.currentTarget.checked).catch(showError)} data-testid="uploads-allowed" />
    </Section>
  );
}

function addresses(now: string, every: string, here: string) {
  const list = [{ value: '', label: every }, { value: '127.0.0.1', label: here }];
  return list.some((a) => a.value === now) ? list : [...list, { value: now, label: now }];
}
