import type common from '@texts/common.fr.json';
import type window from '@texts/window.fr.json';
import type window_invoices from '@texts/window.invoices.fr.json';
import type window_credits from '@texts/window.credits.fr.json';
import type window_inbox from '@texts/window.inbox.fr.json';
import type window_requests from '@texts/window.requests.fr.json';
import type window_quotes from '@texts/window.quotes.fr.json';
import type window_start from '@texts/window.start.fr.json';
import type window_customers from '@texts/window.customers.fr.json';
import type window_items from '@texts/window.items.fr.json';
import type window_payments from '@texts/window.payments.fr.json';
import type window_settlement from '@texts/window.settlement.fr.json';
import type window_mail from '@texts/window.mail.fr.json';
import type window_contractfiles from '@texts/window.contractfiles.fr.json';
import type window_sharing from '@texts/window.sharing.fr.json';
import type window_contractmoney from '@texts/window.contractmoney.fr.json';
import type window_centres from '@texts/window.centres.fr.json';
import type window_books from '@texts/window.books.fr.json';
import type window_files from '@texts/window.files.fr.json';
import type window_portal from '@texts/window.portal.fr.json';
import type window_settings from '@texts/window.settings.fr.json';
import type window_signin from '@texts/window.signin.fr.json';
import type window_account from '@texts/window.account.fr.json';
import type window_audit from '@texts/window.audit.fr.json';
import type window_may from '@texts/window.may.fr.json';
import type window_users from '@texts/window.users.fr.json';
import type window_sections from '@texts/window.sections.fr.json';
import type window_more from '@texts/window.more.fr.json';
import type window_history from '@texts/window.history.fr.json';
import type window_recurring from '@texts/window.recurring.fr.json';
import type common_recurring from '@texts/common.recurring.fr.json';
import type window_reminders from '@texts/window.reminders.fr.json';
import type window_import from '@texts/window.import.fr.json';
import type window_prices from '@texts/window.prices.fr.json';
import type common_import from '@texts/common.import.fr.json';
import type window_statement from '@texts/window.statement.fr.json';
import type common_statement from '@texts/common.statement.fr.json';
import type window_gateways from '@texts/window.gateways.fr.json';
import type window_payouts from '@texts/window.payouts.fr.json';
import type window_sepa from '@texts/window.sepa.fr.json';
import type window_subscriptions from '@texts/window.subscriptions.fr.json';
import type window_charging from '@texts/window.charging.fr.json';
import type window_invitations from '@texts/window.invitations.fr.json';
import type window_registration from '@texts/window.registration.fr.json';
import type common_privacy from '@texts/common.privacy.fr.json';
import type window_privacy from '@texts/window.privacy.fr.json';
import type window_shown from '@texts/window.shown.fr.json';
import type window_export from '@texts/window.export.fr.json';
import type window_api from '@texts/window.api.fr.json';
import type window_contacts from '@texts/window.contacts.fr.json';
import type common_contracts from '@texts/common.contractstate.fr.json';
import type window_contract from '@texts/window.contract.fr.json';
import type window_hours from '@texts/window.hours.fr.json';
import type common_hours from '@texts/common.hours.fr.json';
import type common_firm from '@texts/common.firm.fr.json';
import type window_firm from '@texts/window.firm.fr.json';
import type window_notices from '@texts/window.notices.fr.json';
import type window_groups from '@texts/window.groups.fr.json';

/** Every key the window may name; check-texts.mjs holds the other language to the same set. */
export type Key =
  | keyof typeof common
  | keyof typeof window_hours
  | keyof typeof common_hours
  | keyof typeof common_contracts
  | keyof typeof common_firm
  | keyof typeof window_firm
  | keyof typeof window_notices
  | keyof typeof window_contract
  | keyof typeof window_contacts
  | keyof typeof common_statement
  | keyof typeof window_statement
  | keyof typeof window
  | keyof typeof window_invoices
  | keyof typeof window_credits
  | keyof typeof window_inbox
  | keyof typeof window_requests
  | keyof typeof window_quotes
  | keyof typeof window_start
  | keyof typeof window_customers
  | keyof typeof window_items
  | keyof typeof window_payments
  | keyof typeof window_settlement
  | keyof typeof window_mail
  | keyof typeof window_books
  | keyof typeof window_portal
  | keyof typeof window_files
  | keyof typeof window_recurring
  | keyof typeof common_recurring
  | keyof typeof window_reminders
  | keyof typeof window_settings
  | keyof typeof window_signin
  | keyof typeof window_account
  | keyof typeof window_audit
  | keyof typeof window_may
  | keyof typeof window_users
  | keyof typeof window_sections
  | keyof typeof window_more
  | keyof typeof window_history
  | keyof typeof window_import
  | keyof typeof window_prices
  | keyof typeof common_import
  | keyof typeof window_gateways
  | keyof typeof window_payouts
  | keyof typeof window_sepa
  | keyof typeof window_subscriptions
  | keyof typeof window_charging
  | keyof typeof window_groups
  | keyof typeof window_invitations
  | keyof typeof window_registration
  | keyof typeof common_privacy
  | keyof typeof window_privacy
  | keyof typeof window_shown
  | keyof typeof window_sharing
  | keyof typeof window_centres
  | keyof typeof window_contractfiles | keyof typeof window_contractmoney
  | keyof typeof window_export
  | keyof typeof window_api;
