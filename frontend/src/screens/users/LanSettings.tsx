// Paramètres › Postes des collègues: the desk in a colleague's browser, over HTTPS on the local network.
import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api, type Lan } from '~/api';
import { StateBadge } from '~/components/Badge';
import { CopyButton, QrCard } from '~/components/display';
import type { Form } from '~/components/form';
import { IntegerInput } from '~/components/inputs';
import { Grid, Notice, Section, Stack, Wide } from '~/components/layout';
import { useT } from '~/i18n';
import { useMe } from '~/screens/account/AccountSettings';
import { Trust } from '~/screens/portal/PortalPage';
import { SettingsForm } from '~/screens/settings/SettingsForm';

export function LanSettings() {
  const save = (v: Lan) => api.lan.save({ on: v.on, port: v.port, version: v.version });
  return (
    <>
      <SettingsForm<Lan> name="lan" load={api.lan.view} save={save}>{(form) => <Door form={form} />}</SettingsForm>
      <Reach />
    </>
  );
}

function Door({ form }: { form: Form<Lan> }) {
  const t = useT();
  const me = useMe();
  return (
    <Section label={t('window.lan.title')}>
      <Stack gap={4}>
        <p className="soft">{t('window.lan.text')}</p>
        {me.data && !me.data.hasPassword && <Notice tone="info" action={<Link href="/settings/administrator">{t('window.account.password_choose')}</Link>}>{t('window.lan.password_first')}</Notice>}
        <Grid>
          <Wide><Switch label={t('window.lan.on')} checked={form.values.on} onChange={(e) => form.set('on', e.currentTarget.checked)} data-testid="lan-on" /></Wide>
          <IntegerInput plain label={t('window.settings.p.port')} {...form.field('port')} onChange={(n) => form.set('port', n ?? 0)} />
        </Grid>
      </Stack>
    </Section>
  );
}

/** Where it stands now, asked apart from the form: it changes by itself. */
function Reach() {
  const t = useT();
  const query = useQuery({ queryKey: ['lan', 'view'], queryFn: api.lan.view });
  const v = query.data;
  if (!v) return null;
  if (v.state === 'failed') return <Notice tone="danger"><strong>{t('window.lan.failed')}</strong>{v.message && <div>{v.message}</div>}</Notice>;
  if (v.state !== 'open') return null;
  const main = v.addresses[0]?.url ?? '';
  return (
    <>
      <Section title={t('window.lan.addresses')} actions={<StateBadge state="on" />}>
        <QrCard svg={v.qr} alt={t('window.portal.qr_alt', { url: main })} title={t('window.lan.open_there')} text={t('window.lan.open_text')}>
          <ul style={{ display: 'grid', gap: 6 }} data-testid="lan-addresses">{v.addresses.map((a) => (
            <li key={a.url}>{a.label !== a.url && <div className="small faint">{a.label}</div>}<span style={{ display: 'flex', alignItems: 'center', gap: 4, minWidth: 0 }}><span className="mono" style={{ overflowWrap: 'anywhere' }}>{a.url}</span><CopyButton value={a.url} /></span></li>
          ))}</ul>
        </QrCard>
      </Section>
      <Trust portal={v} />
    </>
  );
}
