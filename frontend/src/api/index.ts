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
    browse: () => call<string>('System.BrowseFolder'),
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
    previewHref: (id: string, version: number) => `/files/invoices/${id}/preview.pdf?v=${version}`,
    csvHref: (q: A.ListQuery) => '/files/invoices.csv?' + listParams(q),
  },
  customers: {
    list: (q: A.ListQuery) => call<A.Page<A.CustomerRow>>('Customers.List', q),
    find: (words: string) => call<A.CustomerMark[]>('Customers.Find', words),
    get: (id: string) => call<A.Customer>('Customers.Get', id),
    save: (c: A.Customer, key: string) => call<A.Customer>('Customers.Save', c, key),
  },
  items: {
    list: (q: A.ListQuery) => call<A.Page<A.Item>>('Items.List', q),
    find: (words: string, currency: string) => call<A.Item[]>('Items.Find', words, currency),
    get: (id: string) => call<A.Item>('Items.Get', id),
    save: (i: A.Item, key: string) => call<A.Item>('Items.Save', i, key),
    taxes: () => call<A.Tax[]>('Items.Taxes'),
    units: () => call<A.Unit[]>('Items.Units'),
  },
  payments: {
    list: (q: A.ListQuery) => call<A.Page<A.PaymentRow>>('Payments.List', q),
    get: (id: string) => call<A.PaymentRow>('Payments.Get', id),
    receiptHref: (id: string) => `/files/payments/${id}/receipt.pdf`,
  },
  mail: {
    list: (q: A.ListQuery) => call<A.MailList>('Mail.List', q),
    get: (id: string) => call<A.Mail>('Mail.Get', id),
    resend: (id: string, key: string) => call<void>('Mail.Resend', id, key),
    cancel: (id: string) => call<void>('Mail.Cancel', id),
  },
  books: {
    balance: (from: string, to: string) => call<A.TrialBalance>('Books.TrialBalance', from, to),
    entries: (q: { journal: string; account: string; from: string; to: string; words: string; cursor: string; limit: number }) => call<A.JournalPage>('Books.Entries', q),
  },
  portal: {
    view: () => call<A.Portal>('Portal.View'),
    setOn: (on: boolean) => call<A.Portal>('Portal.SetOn', on),
  },
  settings: {
    company: () => call<A.Company>('Settings.Company'),
    saveCompany: (c: A.Company) => call<A.Company>('Settings.SaveCompany', c),
    series: () => call<A.Series[]>('Settings.Series'),
    saveSeries: (s: A.Series[]) => call<A.Series[]>('Settings.SaveSeries', s),
    mail: () => call<A.MailSettings>('Settings.Mail'),
    saveMail: (m: A.MailSettings) => call<A.MailSettings>('Settings.SaveMail', m),
    testMail: () => call<A.TestStep[]>('Settings.TestMail'),
    portal: () => call<A.PortalSettings>('Settings.Portal'),
    savePortal: (p: A.PortalSettings) => call<A.PortalSettings>('Settings.SavePortal', p),
  },
};

export function listParams(q: A.ListQuery): string {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(q)) if (v !== '' && v !== false && k !== 'cursor' && k !== 'limit') p.set(k, String(v));
  return p.toString();
}
