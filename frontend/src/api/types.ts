// The shapes that cross from Go. Money in minor units, prices and quantities scaled by 10^4, rates in pcm,
// civil dates YYYY-MM-DD, instants RFC 3339 UTC, ids public ids.
export type Page<R> = { rows: R[]; next: string };
export type ListQuery = { words: string; state: string; customerId: string; from: string; to: string; sort: string; desc: boolean; cursor: string; limit: number };

export type Status = {
  state: 'open' | 'first_start' | 'missing' | 'locked' | 'damaged' | 'newer';
  message: string;
  folder: string;
  version: string;
  company: CompanyMark | null;
  recent: { name: string; folder: string; demo: boolean }[];
};
export type CompanyMark = { id: string; name: string; demo: boolean; country: string; currency: string; language: string; portalOn: boolean };

export type Home = {
  today: string;
  currency: string;
  todo: { kind: string; count: number; amountMinor: number; href: string; names: string[] }[];
  openMinor: number; openCount: number;
  overdueMinor: number; overdueCount: number;
  receivedMinor: number;
  taxDueMinor: number;
  months: { month: string; invoicedMinor: number; receivedMinor: number }[];
  recent: InvoiceRow[];
};

export type InvoiceRow = {
  id: string; version: number; number: string; state: string; customerId: string; customerName: string; issueDate: string; dueDate: string;
  currency: string; totalExclMinor: number; totalInclMinor: number; dueMinor: number; sentAt: string; updatedAt: string; announced: boolean; lateDays: number;
};
export type InvoiceList = Page<InvoiceRow> & { counts: Record<string, number> };

export type DraftLine = {
  itemId: string; description: string; detail: string; nature: 'goods' | 'services'; quantityE4: number | null; unit: string;
  unitPriceE4: number | null; discountPcm: number; taxes: string[];
};
export type Draft = {
  id: string; version: number; customerId: string; contactId: string; issueDate: string; dueDate: string; deliveryDate: string; orderNumber: string;
  currency: string; language: string; pricesInclTax: boolean; note: string; privateNote: string; terms: string; lines: DraftLine[];
};
export type Totals = {
  currency: string; lines: { netMinor: number }[]; totalExclMinor: number; taxes: { label: string; ratePcm: number; baseMinor: number; taxMinor: number }[];
  totalTaxMinor: number; totalInclMinor: number; dueDate: string; warnings: string[]; fields: Record<string, string>;
};
export type Editor = { draft: Draft; customer: CustomerMark | null; totals: Totals; taxes: Tax[]; units: Unit[] };
export type Saved = { id: string; version: number; savedAt: string };
export type Done = { id: string; number: string; mailed: boolean; message: string };

export type Invoice = InvoiceRow & {
  customer: CustomerMark; deliveryDate: string; orderNumber: string; language: string; note: string; privateNote: string;
  lines: { description: string; detail: string; quantityE4: number; unit: string; unitPriceE4: number; discountPcm: number; netMinor: number; taxLabel: string }[];
  taxes: { label: string; baseMinor: number; taxMinor: number }[];
  totalTaxMinor: number; paidMinor: number; pdfHref: string; link: string;
  history: { id: string; at: string; kind: string; text: string }[];
  payments: { id: string; number: string; receivedOn: string; method: string; amountMinor: number }[];
  mails: MailRow[];
  announcement: { id: string; amountMinor: number; announcedOn: string } | null;
};

export type CustomerMark = { id: string; number: string; name: string; kind: string; email: string; city: string; country: string; language: string; currency: string; taxRegime: string };
export type CustomerRow = CustomerMark & { openMinor: number; overdueMinor: number; invoiceCount: number };
export type Address = { line1: string; line2: string; postcode: string; city: string; region: string; country: string };
export type Customer = {
  id: string; version: number; number: string; kind: string; name: string; siren: string; siret: string; vatNumber: string; gstNumber: string; email: string; phone: string;
  language: string; currency: string; taxRegime: string; termsDays: number; termsEndOfMonth: boolean; address: Address; notes: string; contacts: Contact[];
};
export type Contact = { id: string; version: number; name: string; email: string; phone: string; language: string; primary: boolean; portalAccess: boolean };

export type Item = {
  id: string; version: number; code: string; name: string; description: string; nature: 'goods' | 'services'; unit: string; unitLabel: string; currency: string;
  unitPriceE4: number; costPriceE4: number; provider: string; taxes: string[]; taxLabel: string;
};
export type Tax = { code: string; label: string; ratePcm: number; category: string; jurisdiction: string; mention: string; validFrom: string; validTo: string; confirmed: boolean };
export type Unit = { code: string; label: string };

export type PaymentRow = {
  id: string; number: string; customerId: string; customerName: string; receivedOn: string; method: string; amountMinor: number; currency: string; reference: string;
  invoices: { id: string; number: string; amountMinor: number }[];
};
export type MailRow = { id: string; kind: string; state: string; to: string; toName: string; subject: string; attempts: number; createdAt: string; sentAt: string; nextAttemptAt: string; lastAnswer: string; documentId: string; documentNumber: string };
export type Mail = MailRow & { from: string; text: string; htmlHref: string; attachments: { name: string; size: number }[]; history: { id: string; at: string; outcome: string; answer: string }[]; emlHref: string };

export type TrialBalance = { from: string; to: string; currency: string; balanced: boolean; rows: { account: string; label: string; debitMinor: number; creditMinor: number; balanceDebitMinor: number; balanceCreditMinor: number }[]; totalDebitMinor: number; totalCreditMinor: number; totalBalanceDebitMinor: number; totalBalanceCreditMinor: number };
export type Entry = { id: string; number: number; date: string; journal: string; reference: string; label: string; totalMinor: number; lines: { account: string; label: string; debitMinor: number; creditMinor: number }[] };

export type Portal = {
  on: boolean; state: string; addresses: { url: string; label: string }[]; qr: string; fingerprint: string; message: string;
  sessions: { id: string; contact: string; customer: string; seenAt: string; address: string }[]; visitsToday: number; viewsToday: number;
};
export type Notification = { id: string; at: string; text: string; href: string; read: boolean };
export type Found = { kind: string; id: string; title: string; subtitle: string; href: string };

export type Company = {
  version: number; accountNumber: string; name: string; legalForm: string; shareCapitalMinor: number | null; siren: string; siret: string; vatNumber: string; registry: string; ape: string;
  neq: string; gstNumber: string; qstNumber: string; address: Address; email: string; phone: string; website: string; supportEmail: string; supportPhone: string; supportHours: string;
  iban: string; bic: string; bankName: string; vatScheme: string; language: string; currency: string; accent: string; termsDays: number; termsEndOfMonth: boolean; invoiceTerms: string;
};
export type Series = { kind: string; pattern: string; yearly: boolean; next: string };
export type MailSettings = {
  version: number; host: string; port: number; security: string; plainAgreed: boolean; auth: string; userName: string; hasPassword: boolean; password: string;
  fromName: string; fromAddress: string; replyTo: string; signature: string;
};
export type TestStep = { step: string; state: 'ok' | 'failed' | 'skipped'; answer: string };
export type PortalSettings = {
  version: number; enabled: boolean; address: string; port: number; transport: string; hostName: string; linkDays: number; passwordAlways: boolean; messageFr: string; messageEn: string;
};
export type MailList = Page<MailRow> & { counts: Record<string, number>; server: 'none' | 'demo' | 'set' };
export type JournalPage = Page<Entry> & { journals: { code: string; label: string }[]; currency: string };
