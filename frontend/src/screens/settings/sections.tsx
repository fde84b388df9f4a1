// Every section of Paramètres, in the order of the page. A new section is one line here; its body stands beside
// the room it belongs to.
import type { ReactNode } from 'react';
import { Reading } from '~/app/Closed';
import type { Key } from '~/i18n';
import { AccountSettings } from '~/screens/account/AccountSettings';
import { AuditLog } from '~/screens/audit/AuditLog';
import { ChargingSettings } from '~/screens/charging/ChargingSettings';
import { ContractSettings } from '~/screens/contracts/ContractSettings';
import { WaySettings } from '~/screens/gateways/WaySettings';
import { Groups } from '~/screens/groups/Groups';
import { HoursSettings } from '~/screens/hours/HoursSettings';
import { ProvisioningSettings } from '~/screens/provisioning/ProvisioningSettings';
import { SepaIdentity } from '~/screens/sepa/SepaIdentity';
import { ReminderSettings } from '~/screens/reminders/ReminderSettings';
import { LanSettings } from '~/screens/users/LanSettings';
import { UserSettings } from '~/screens/users/UserSettings';
import { CompanySettings } from './CompanySettings';
import { MailSettings } from './MailSettings';
import { PhoneSettings } from './PhoneSettings';
import { NumberingSettings } from './NumberingSettings';
import { PortalSettings } from './PortalSettings';
import { SupportSettings } from './SupportSettings';
import { TaxSettings } from './TaxSettings';

export type SettingsSection = {
  /** Its address: /settings/<id>; what is deeper belongs to the section. */
  id: string;
  label: Key;
  /** What is in it, in one line; read while it is folded. */
  hint: Key;
  /** Addresses it had before: links to them still open it. */
  was?: string[];
  body: () => ReactNode;
};

export const sectionGroups: { id: string; label: Key; sections: SettingsSection[] }[] = [
  { id: 'account', label: 'window.sections.account', sections: [
    { id: 'general', was: ['company'], label: 'window.settings.general', hint: 'window.settings.general.hint', body: () => <CompanySettings /> },
    // - the firm as customers reach it
    { id: 'support', label: 'window.settings.support', hint: 'window.settings.support.hint', body: () => <SupportSettings /> },
    // - who signs in
    { id: 'administrator', label: 'window.account.title', hint: 'window.account.hint', body: () => <AccountSettings /> },
    // - the others who sign in
    { id: 'users', label: 'window.users.title', hint: 'window.users.hint', body: () => <UserSettings /> },
    // - telephones
    { id: 'phone', label: 'window.settings.phone', hint: 'window.settings.phone.hint', body: () => <PhoneSettings /> },
    // - live talk
    { id: 'chat', label: 'window.hours.title', hint: 'window.hours.hint', body: () => <HoursSettings /> },
  ] },
  { id: 'sales', label: 'window.sections.sales', sections: [
    { id: 'numbering', label: 'window.settings.numbering', hint: 'window.sections.hint.numbering', body: () => <NumberingSettings /> },
    { id: 'taxes', label: 'window.settings.taxes', hint: 'window.sections.hint.taxes', body: () => <TaxSettings /> },
    { id: 'payments', label: 'window.gateways.title', hint: 'window.sections.hint.payments', body: () => <WaySettings /> },
    { id: 'debits', label: 'window.sepa.title', hint: 'window.sections.hint.debits', body: () => <SepaIdentity /> },
    { id: 'groups', label: 'window.settings.groups', hint: 'window.sections.hint.groups', body: () => <Groups /> },
    { id: 'contracts', label: 'window.settings.contracts', hint: 'window.sections.hint.contracts', body: () => <ContractSettings /> },
    { id: 'reminders', label: 'window.settings.reminders', hint: 'window.sections.hint.reminders', body: () => <ReminderSettings /> },
    { id: 'charging', label: 'window.charging.settings', hint: 'window.sections.hint.charging', body: () => <ChargingSettings /> },
  ] },
  { id: 'doors', label: 'window.sections.doors', sections: [
    { id: 'mail', label: 'window.settings.mail', hint: 'window.sections.hint.mail', body: () => <MailSettings /> },
    { id: 'portal', label: 'window.settings.portal', hint: 'window.sections.hint.portal', body: () => <PortalSettings /> },
    { id: 'colleagues', label: 'window.lan.title', hint: 'window.lan.hint', body: () => <Reading may="configure"><LanSettings /></Reading> },
    // - programs of others
    { id: 'api', label: 'window.api.title', hint: 'window.api.hint', body: () => <Reading may="configure"><ProvisioningSettings /></Reading> },
    // - what happened
    { id: 'audit', label: 'window.audit.title', hint: 'window.audit.hint', body: () => <Reading may="inspect"><AuditLog /></Reading> },
  ] },
];

const all = sectionGroups.flatMap((g) => g.sections);
const named = (path: string) => (path.startsWith('/settings/') ? path.split('/')[2] ?? '' : '');

/** The section that an address opens, and the address it has now. */
export function sectionAt(path: string): { id: string; moved?: string } {
  const name = named(path);
  if (!name || all.some((s) => s.id === name)) return { id: name };
  const now = all.find((s) => s.was?.includes(name));
  return now ? { id: now.id, moved: path.replace(`/settings/${name}`, `/settings/${now.id}`) } : { id: '' };
}

/** True where the page with the sections stays on the screen. */
export const onSettings = (path: string) => path === '/settings' || (path.startsWith('/settings/') && path !== '/settings/portal/contacts');
