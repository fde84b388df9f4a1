// The shapes that cross from Go, by the names the screens use. Money in minor units, prices and quantities scaled
// by 10^4, rates in pcm, civil dates YYYY-MM-DD, instants RFC 3339 UTC, ids public ids. A pointer of Go that is
// nil arrives as null: the optional fields are read with care for both.
import type { app, catalog, company, customers, outbox, payments, reminders } from '../../wailsjs/go/models';

export type Page<R> = { rows: R[]; next: string };
export type ListQuery = app.ListQuery;
export type Status = app.Status;
export type Home = app.HomeView;
export type InvoiceRow = app.InvoiceRow;
export type InvoiceList = app.InvoiceList;
export type Invoice = app.Invoice;
export type FieldMessage = app.FieldMessage;
export type Totals = app.Totals;
export type Editor = app.Editor;
/** A line while it is typed: what is not filled in yet is null, not 0. */
export type DraftLine = Omit<app.DraftLine, 'quantityE4' | 'unitPriceE4'> & { quantityE4: number | null; unitPriceE4: number | null };
export type Draft = Omit<app.Draft, 'lines'> & { lines: DraftLine[] };
export type SentDraft = app.Draft;
export type Saved = app.Saved;
export type Done = app.Done;
export type PaymentForm = app.PaymentForm;
export type CustomerMark = app.CustomerMark;
export type CustomerRow = customers.Row;
export type Customer = customers.Customer;
export type Contact = customers.Contact;
export type ItemRow = app.ItemRow;
export type Item = app.ItemView;
export type Tax = app.Tax;
export type Unit = app.Unit;
export type PaymentRow = payments.ListRow;
export type Payment = app.PaymentView;
export type RefundRow = payments.RefundRow;
export type Proposal = payments.Proposal;
export type SplitAsk = payments.Ask;
export type NewPayment = payments.RecordPayment;
export type Refund = payments.Refund;
export type Balance = payments.Balance;
export type MailRow = app.MailRow;
export type MailList = app.MailList;
export type Mail = app.MailView;
export type Arrival = outbox.Arrival;
export type ArrivedMail = outbox.ArrivedMail;
export type BalanceRow = app.BalanceRow;
export type TrialBalance = app.TrialBalance;
export type Check = app.CheckView;
export type EntryQuery = app.EntryQuery;
export type Entry = app.EntryView;
export type JournalPage = app.JournalPage;
export type LedgerQuery = app.LedgerQuery;
export type LedgerLine = app.LedgerLine;
export type Ledger = app.LedgerView;
export type Portal = app.PortalView;
export type Notification = app.Notification;
export type Found = app.Found;
export type Company = company.Firm;
export type Series = company.Series;
export type PortalSettings = company.Portal;
export type Choice = app.Choice;
export type MailSettings = outbox.Settings;
/** password null keeps the stored one, "" takes it away. */
export type MailChange = outbox.Settings & { password: string | null };
export type TestStep = app.TestStep;
export type CatalogItem = catalog.Item;
export type SharedFile = app.SharedFile;
export type SharedList = app.SharedList;
/** What goes with files that are shared: whose they are, and who may see them. */
export type ShareFields = { key: string; customerId: string; documentId: string; note: string; inPortal: boolean; withMail: boolean; tell: boolean };
export type ReminderPlan = app.ReminderPlan;
export type PlannedMail = app.PlannedMail;
export type ReminderState = app.ReminderState;
export type PastReminder = app.PastReminder;
export type PolicyDesk = app.PolicyDesk;
export type Policy = reminders.Policy;
export type PolicyLevel = reminders.Level;
export type LateRate = reminders.Rate;
export type LateRates = reminders.Rates;
/** Days null = the firm's own. */
export type Group = Omit<customers.Group, 'termsDays'> & { termsDays?: number | null };
