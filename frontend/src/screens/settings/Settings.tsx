import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { Link } from 'wouter';
import { Page, PageHeader } from '~/components/layout';
import { useT, type Key } from '~/i18n';
import { CompanySettings } from './CompanySettings';
import { MailSettings } from './MailSettings';
import { NumberingSettings } from './NumberingSettings';
import { PortalSettings } from './PortalSettings';
import { ReminderSettings } from '~/screens/reminders/ReminderSettings';
import { Groups } from '~/screens/groups/Groups';
import { WaySettings } from '~/screens/gateways/WaySettings';
import { ChargingSettings } from '~/screens/charging/ChargingSettings';
import { ContractSettings } from '~/screens/contracts/ContractSettings';
import { TaxSettings } from './TaxSettings';
import css from './settings.module.css';

const sections: { id: string; label: Key; body: () => React.ReactNode }[] = [
  { id: 'company', label: 'window.settings.company', body: () => <CompanySettings /> },
  { id: 'numbering', label: 'window.settings.numbering', body: () => <NumberingSettings /> },
  { id: 'taxes', label: 'window.settings.taxes', body: () => <TaxSettings /> },
  { id: 'payments', label: 'window.gateways.title', body: () => <WaySettings /> },
  { id: 'groups', label: 'window.settings.groups', body: () => <Groups /> },
  { id: 'contracts', label: 'window.settings.contracts', body: () => <ContractSettings /> },
  { id: 'reminders', label: 'window.settings.reminders', body: () => <ReminderSettings /> },
  { id: 'charging', label: 'window.charging.settings', body: () => <ChargingSettings /> },
  { id: 'mail', label: 'window.settings.mail', body: () => <MailSettings /> },
  { id: 'portal', label: 'window.settings.portal', body: () => <PortalSettings /> },
];

export function Settings() {
  const t = useT();
  const [path] = useLocation();
  const id = path.split('/')[2] || 'company';
  const section = sections.find((s) => s.id === id) ?? sections[0]!;
  // On a phone the strip is wider than the screen: the one that is open shows.
  useEffect(() => { document.querySelector('nav a[aria-current="page"][href*="/settings/"]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' }); }, [section.id]);
  return (
    <Page>
      <PageHeader title={t('window.settings.title')} />
      <div className={css.split}>
        <nav aria-label={t('window.settings.title')}><ul className={css.nav}>{sections.map((s) => <li key={s.id}><Link href={`/settings/${s.id}`} aria-current={s.id === section.id ? 'page' : undefined}>{t(s.label)}</Link></li>)}</ul></nav>
        <div className={css.body} key={section.id}>{section.body()}</div>
      </div>
    </Page>
  );
}
