// Everything the window asks of Go, in one list. The only importer of wailsjs is this folder.
import { call } from './rpc';
import type * as A from './types';

export type * from './types';
export { ApiError, asApiError } from './error';
export { inWindow } from './rpc';
export { download } from './files';
export { on } from './events';
export { useIntention } from './intention';

export const api = {
  system: {
    status: () => call<A.Status>('System.Status'),
    create: (p: { key: string; name: string; country: string; language: string; email: string }) => call<A.Status>('System.Create', p),
    openDemo: () => call<A.Status>('System.OpenDemo'),
    open: (folder: string) => call<A.Status>('System.Open', folder),
    retry: () => call<A.Status>('System.Retry'),
    canBrowse: () => call<boolean>('System.CanBrowse'),
    browse: () => call<string>('System.BrowseFolder'),
    closeCompany: () => call<A.Status>('System.CloseCompany'),
    setPreferences: (language: string, theme: string) => call<void>('System.SetPreferences', language, theme),
    search: (words: string) => call<A.Found[]>('System.Search', words),
    notifications: () => call<A.Notification[]>('System.Notifications'),
    markRead: () => call<void>('System.MarkNotificationsRead'),
  },
  home: () => call<A.Home>('Home.View'),
  invoices: {
    list: (q: A.ListQuery) => call<A.InvoiceList>('Invoices.List', q),
    get: (id: string) => call<A.Invoice>('Invoices.Get', id),
    edit: (id: string, customerId: string) => call<A.Editor>('Invoices.Edit', id, customerId),
    compute: (d: A.Draft) => call<A.Totals>('Invoices.Compute', d),
    save: (d: A.Draft, key: string) => call<A.Saved>('Invoices.Save', d, key),
    send: (id: string, version: number, key: string) => call<A.Done>('Invoices.Send', id, version, key),
    markSent: (id: string, version: number, key: string) => call<A.Done>('Invoices.MarkSent', id, version, key),
    markPaid: (id: string, version: number, key: string) => call<A.Done>('Invoices.MarkPaid', id, version, key),
    duplicate: (id: string, key: string) => call<A.Saved>('Invoices.Duplicate', id, key),
    remove: (id: string, version: number) => call<void>('Invoices.DeleteDraft', id, version),
    confirmTransfer: (id: string, key: string) => call<A.Done>('Invoices.ConfirmTransfer', id, key),
    dismissTransfer: (id: string) => call<void>('Invoices.DismissTransfer', id),
    recordPayment: (p: A.PaymentForm) => call<A.Done>('Invoices.RecordPayment', p),
    previewHref: (id: string, version: number) => `/files/invoices/${id}/preview.pdf?v=${version}`,
    csvHref: (q: A.ListQuery) => '/files/invoices.csv?' + listParams(q),
  },
  customers: {
    list: (q: A.ListQuery) => call<A.Page<A.CustomerRow>>('Customers.List', q),
    find: (words: string) => call<A.CustomerMark[]>('Customers.Find', words),
    get: (id: string) => call<A.Customer>('Customers.Get', id),
    save: (c: A.Customer, key: string) => call<A.Customer>('Customers.Save', c, key),
    setArchived: (id: string, version: number, archived: boolean) => call<void>('Customers.SetArchived', id, version, archived),
    regime: (country: string, region: string, kind: string, vatNumber: string) => call<string>('Customers.Regime', country, region, kind, vatNumber),
  },
  items: {
    list: (q: A.ListQuery) => call<A.Page<A.ItemRow>>('Items.List', q),
    find: (words: string, currency: string) => call<A.Item[]>('Items.Find', words, currency),
    get: (id: string) => call<A.Item>('Items.Get', id),
    save: (i: A.Item, key: string) => call<A.Item>('Items.Save', itemForm(i), key),
    setArchived: (id: string, version: number, archived: boolean) => call<void>('Items.SetArchived', id, version, archived),
    taxes: () => call<A.Tax[]>('Items.Taxes'),
    units: () => call<A.Unit[]>('Items.Units'),
  },
  payments: {
    list: (q: A.ListQuery) => call<A.Page<A.PaymentRow>>('Payments.List', q),
    get: (id: string) => call<A.Payment>('Payments.Get', id),
  },
  mail: {
    list: (q: A.ListQuery) => call<A.MailList>('Mail.List', q),
    get: (id: string) => call<A.Mail>('Mail.Get', id),
    resend: (id: string, key: string) => call<void>('Mail.Resend', id, key),
    sendNow: (id: string) => call<void>('Mail.SendNow', id),
    cancel: (id: string) => call<void>('Mail.Cancel', id),
    arrived: () => call<A.Arrival[]>('Mail.Arrived'),
    arrivedMail: (id: string) => call<A.ArrivedMail>('Mail.ArrivedMail', id),
  },
  books: {
    balance: (from: string, to: string) => call<A.TrialBalance>('Books.TrialBalance', from, to),
    entries: (q: A.EntryQuery) => call<A.JournalPage>('Books.Entries', q),
    ledger: (q: A.LedgerQuery) => call<A.Ledger>('Books.Ledger', q),
  },
  portal: {
    view: () => call<A.Portal>('Portal.View'),
    setOn: (on: boolean) => call<A.Portal>('Portal.SetOn', on),
  },
  settings: {
    company: () => call<A.Company>('Settings.Company'),
    saveCompany: (c: A.Company) => call<A.Company>('Settings.SaveCompany', c),
    setLogo: (base64: string) => call<A.Company>('Settings.SetLogo', base64),
    series: () => call<A.Series[]>('Settings.Series'),
    savePattern: (kind: string, pattern: string) => call<A.Series[]>('Settings.SavePattern', kind, pattern),
    mail: () => call<A.MailSettings>('Settings.Mail'),
    saveMail: (m: A.MailChange) => call<A.MailSettings>('Settings.SaveMail', m),
    testMail: (m: A.MailChange) => call<A.TestStep[]>('Settings.TestMail', m),
    portal: () => call<A.PortalSettings>('Settings.Portal'),
    savePortal: (p: A.PortalSettings) => call<A.PortalSettings>('Settings.SavePortal', p),
    countries: () => call<A.Choice[]>('Settings.Countries'),
  },
};

// What Go made of the item for reading is no part of the form.
const itemForm = ({ unitLabel: _unit, taxLabel: _tax, ...form }: A.Item) => form;

export function listParams(q: A.ListQuery): string {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(q)) if (v !== '' && v !== false && k !== 'cursor' && k !== 'limit') p.set(k, String(v));
  return p.toString();
}
