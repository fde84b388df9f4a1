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
export type CompanyMark = { id: string; name: string; demo: boolean; country: string; currency: string; language: string; theme: string; portalOn: boolean; accent: string };

export type Home = {
  today: string;
  currency: string;
  todo: { kind: string; count: number; amountMinor: number; href: string; names: string[] }[];
  openMinor: number; openCount: number;
  overdueMinor: number; overdueCount: number;
  receivedMinor: number;
  taxDueMinor: number;
  cashMinor: number;
  currencies: { currency: string; openMinor: number; openCount: number; overdueMinor: number; overdueCount: number }[];
  months: { month: string; invoicedMinor: number; receivedMinor: number }[];
  recent: InvoiceRow[];
};

export type InvoiceRow = {
  id: string; version: number; number: string; state: string; customerId: string; customerName: string; issueDate: string; dueDate: string;
  currency: string; totalExclMinor: number; totalInclMinor: number; dueMinor: number; sentAt: string; updatedAt: string; announced: boolean; lateDays: number;
};
export type InvoiceList = Page<InvoiceRow> & { counts: Record<string, number> };

export type DraftLine = {
  itemId: string; description: string; detail: string; nature: string; quantityE4: number | null; unit: string;
  unitPriceE4: number | null; discountPcm: number; discountMinor: number; taxes: string[];
};
export type DraftAllowance = { charge: boolean; reason: string; pcm: number; amountMinor: number; taxes: string[] };
export type FieldMessage = { path: string; message: string };
export type Draft = {
  id: string; version: number; customerId: string; contactId: string; issueDate: string; dueDate: string; deliveryDate: string; orderNumber: string;
  currency: string; rateE8: number; language: string; pricesInclTax: boolean; termsDays: number; termsEndOfMonth: boolean; note: string; privateNote: string; terms: string;
  lines: DraftLine[]; allowances: DraftAllowance[];
};
export type Totals = {
  currency: string; lines: { netMinor: number }[]; sumLinesMinor: number; sumAllowancesMinor: number; sumChargesMinor: number; totalExclMinor: number; taxes: { label: string; ratePcm: number; baseMinor: number; taxMinor: number }[];
  totalTaxMinor: number; totalInclMinor: number; dueDate: string; warnings: string[]; fields: FieldMessage[];
};
export type Editor = { draft: Draft; customer: CustomerMark | null; totals: Totals; taxes: Tax[]; units: Unit[]; firmCurrency: string };
export type Saved = { id: string; version: number; savedAt: string };
export type Done = { id: string; number: string; mailed: boolean; message: string };

export type Invoice = InvoiceRow & {
  customer: CustomerMark | null; pricesInclTax: boolean; terms: string; allowances: { reason: string; amountMinor: number }[]; deliveryDate: string; orderNumber: string; language: string; note: string; privateNote: string;
  lines: { description: string; detail: string; quantityE4: number; unit: string; unitPriceE4: number; discountPcm: number; discountMinor: number; netMinor: number; taxLabel: string }[];
  taxes: { label: string; baseMinor: number; taxMinor: number }[];
  totalTaxMinor: number; paidMinor: number; pdfHref: string; link: string;
  history: { id: string; at: string; kind: string; text: string }[];
  payments: { id: string; number: string; receivedOn: string; method: string; amountMinor: number }[];
  mails: MailRow[];
  announcement: { id: string; amountMinor: number; announcedOn: string } | null;
};

export type CustomerMark = { id: string; number: string; name: string; kind: string; email: string; city: string; country: string; language: string; currency: string; taxRegime: string; termsDays: number; termsEndOfMonth: boolean };
export type CustomerRow = { publicId: string; number: string; kind: string; name: string; city: string; country: string; email: string; currency: string; dueMinor: number; overdueMinor: number; version: number };
export type Customer = {
  publicId: string; version: number; number: string; kind: string; name: string; siren: string; siret: string; vatNumber: string; gstNumber: string; electronicAddress: string; email: string; phone: string;
  language: string; currency: string; taxRegime: string; termsDays: number; termsEndOfMonth: boolean;
  line1: string; line2: string; postcode: string; city: string; region: string; country: string;
  shipName: string; shipLine1: string; shipLine2: string; shipPostcode: string; shipCity: string; shipRegion: string; shipCountry: string;
  notes: string; archived: boolean; contacts: Contact[];
};
export type Contact = { publicId: string; version: number; name: string; email: string; phone: string; language: string; isPrimary: boolean; portalAccess: boolean };

export type ItemRow = { publicId: string; code: string; name: string; nature: string; unit: string; unitLabel: string; currency: string; unitPriceE4: number; costPriceE4: number; version: number };
export type Item = {
  publicId: string; version: number; code: string; name: string; description: string; nature: string; unit: string; unitLabel: string; currency: string;
  unitPriceE4: number; costPriceE4: number; provider: string; taxCodes: string[]; taxLabel: string; archived: boolean;
};
export type Tax = { code: string; label: string; ratePcm: number; category: string; jurisdiction: string; mention: string; validFrom: string; validTo: string; confirmed: boolean; source: string };
export type Unit = { code: string; label: string };

export type PaymentRow = { publicId: string; number: string; customerId: string; customerName: string; method: string; receivedOn: string; amountMinor: number; currency: string; reference: string; documents: string };
export type Payment = {
  id: string; number: string; customerId: string; customerName: string; receivedOn: string; method: string; amountMinor: number; currency: string; reference: string; note: string;
  invoices: { id: string; number: string; amountMinor: number; totalMinor: number }[]; receiptHref: string;
};
export type PaymentForm = { key: string; invoiceId: string; version: number; amountMinor: number; receivedOn: string; method: string; reference: string; note: string; notify: boolean };
export type MailRow = { id: string; kind: string; state: string; to: string; toName: string; subject: string; attempts: number; createdAt: string; sentAt: string; nextAttemptAt: string; lastAnswer: string; documentId: string; documentNumber: string };
export type Mail = MailRow & { from: string; replyTo: string; text: string; html: string; canResend: boolean; canCancel: boolean; canSendNow: boolean; notReady: boolean; attachments: { name: string; size: number }[]; history: { id: string; at: string; outcome: string; answer: string }[]; emlHref: string };

export type BalanceRow = {
  account: string; label: string; class: string; provisional: boolean; openingDebitMinor: number; openingCreditMinor: number; debitMinor: number; creditMinor: number; balanceDebitMinor: number; balanceCreditMinor: number;
};
export type TrialBalance = { from: string; to: string; currency: string; balanced: boolean; rows: BalanceRow[]; classes: BalanceRow[]; total: BalanceRow };
export type EntryQuery = { journal: string; from: string; to: string; cursor: string; limit: number };
export type EntryLine = { account: string; label: string; customerId: string; customerName: string; debitMinor: number; creditMinor: number };
export type Entry = { id: string; number: number; date: string; journal: string; reference: string; label: string; documentId: string; paymentId: string; totalMinor: number; lines: EntryLine[] };
export type LedgerQuery = { account: string; from: string; to: string; cursor: string; limit: number };
export type LedgerLine = { id: string; entry: number; journal: string; date: string; reference: string; label: string; customerName: string; debitMinor: number; creditMinor: number; balanceMinor: number };
export type Ledger = Page<LedgerLine> & { account: string; label: string; currency: string; from: string; to: string; openingMinor: number; closingMinor: number };

export type Portal = {
  on: boolean; state: string; addresses: { url: string; label: string }[]; qr: string; fingerprint: string; message: string;
  sessions: { id: string; contact: string; customer: string; seenAt: string; address: string }[]; visitsToday: number; viewsToday: number;
};
export type Notification = { id: string; at: string; kind: string; text: string; href: string; read: boolean };
export type Found = { kind: string; id: string; title: string; subtitle: string; href: string };

export type Company = {
  publicId: string; accountNumber: string; name: string; legalForm: string; shareCapital: number | null; siren: string; siret: string; vatNumber: string; registry: string; ape: string; neq: string; gstNumber: string; qstNumber: string;
  line1: string; line2: string; postcode: string; city: string; region: string; country: string; email: string; phone: string; website: string; supportEmail: string; supportPhone: string; supportHours: string;
  iban: string; bic: string; bankName: string; vatScheme: string; language: string; currency: string; timeZone: string; accent: string; hasLogo: boolean; logoSha256: string; paperSize: string; addressRight: boolean;
  termsDays: number; termsEndOfMonth: boolean; lateRatePcm: number | null; earlyDiscount: string; insurance: string; mediator: string; invoiceTerms: string; chart: string; isDemo: boolean; version: number; fiscalYearStarts: number;
};
export type Series = { kind: string; pattern: string; example: string; used: boolean };
export type Choice = { code: string; label: string };
export type MailSettings = {
  host: string; port: number; security: string; plainAgreed: boolean; auth: string; userName: string; fromName: string; fromAddress: string; replyTo: string; signature: string; version: number;
  hasPassword: boolean; practice: boolean;
};
/** password null keeps the stored one, "" takes it away. */
export type MailChange = MailSettings & { password: string | null };
export type TestStep = { step: string; label: string; ok: boolean; answer: string; advice: string };
export type PortalSettings = {
  version: number; enabled: boolean; address: string; port: number; transport: string; hostName: string; linkDays: number; passwordAlways: boolean; messageFr: string; messageEn: string;
};
export type MailList = Page<MailRow> & { counts: Record<string, number>; server: 'none' | 'demo' | 'set'; waitingSince: string };
export type Arrival = { id: string; at: string; from: string; to: string; subject: string; messageId: string; size: number };
export type ArrivedMail = Arrival & { text: string; html: string; papers: { name: string; mediaType: string; size: number }[] };
export type JournalPage = Page<Entry> & { journals: { code: string; label: string }[]; currency: string };
