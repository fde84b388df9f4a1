export namespace app {
	
	export interface AllowanceRow {
	    reason: string;
	    amountMinor: number;
	}
	export interface AnnouncementView {
	    id: string;
	    amountMinor: number;
	    announcedOn: string;
	}
	export interface BalanceRow {
	    account: string;
	    label: string;
	    class: string;
	    provisional: boolean;
	    openingDebitMinor: number;
	    openingCreditMinor: number;
	    debitMinor: number;
	    creditMinor: number;
	    balanceDebitMinor: number;
	    balanceCreditMinor: number;
	}
	export interface CheckCount {
	    label: string;
	    count: number;
	}
	export interface CheckFault {
	    area: string;
	    key: string;
	    text: string;
	}
	export interface CheckView {
	    sound: boolean;
	    faults: CheckFault[];
	    counted: CheckCount[];
	}
	export interface Choice {
	    code: string;
	    label: string;
	}
	export interface CompanyMark {
	    id: string;
	    name: string;
	    demo: boolean;
	    country: string;
	    currency: string;
	    language: string;
	    theme: string;
	    portalOn: boolean;
	    accent: string;
	}
	export interface CurrencyAmount {
	    currency: string;
	    openMinor: number;
	    openCount: number;
	    overdueMinor: number;
	    overdueCount: number;
	}
	export interface CustomerList {
	    rows: customers.Row[];
	    next: string;
	}
	export interface CustomerMark {
	    id: string;
	    number: string;
	    name: string;
	    kind: string;
	    email: string;
	    city: string;
	    country: string;
	    language: string;
	    currency: string;
	    taxRegime: string;
	    termsDays: number;
	}
	export interface Done {
	    id: string;
	    number: string;
	    mailed: boolean;
	    message: string;
	}
	export interface DraftAllowance {
	    charge: boolean;
	    reason: string;
	    pcm: number;
	    amountMinor: number;
	    taxes: string[];
	}
	export interface DraftLine {
	    itemId: string;
	    description: string;
	    detail: string;
	    nature: string;
	    quantityE4: number;
	    unit: string;
	    unitPriceE4: number;
	    discountPcm: number;
	    discountMinor: number;
	    taxes: string[];
	}
	export interface Draft {
	    id: string;
	    version: number;
	    customerId: string;
	    contactId: string;
	    issueDate: string;
	    dueDate: string;
	    deliveryDate: string;
	    orderNumber: string;
	    currency: string;
	    rateE8: number;
	    language: string;
	    pricesInclTax: boolean;
	    termsDays: number;
	    termsEndOfMonth: boolean;
	    note: string;
	    privateNote: string;
	    terms: string;
	    lines: DraftLine[];
	    allowances: DraftAllowance[];
	}
	
	
	export interface Unit {
	    code: string;
	    label: string;
	}
	export interface Tax {
	    code: string;
	    label: string;
	    ratePcm: number;
	    category: string;
	    jurisdiction: string;
	    mention: string;
	    validFrom: string;
	    validTo: string;
	    confirmed: boolean;
	    source: string;
	}
	export interface FieldMessage {
	    path: string;
	    message: string;
	}
	export interface TaxRow {
	    label: string;
	    ratePcm: number;
	    baseMinor: number;
	    taxMinor: number;
	}
	export interface TotalsLine {
	    netMinor: number;
	}
	export interface Totals {
	    currency: string;
	    lines: TotalsLine[];
	    sumLinesMinor: number;
	    sumAllowancesMinor: number;
	    sumChargesMinor: number;
	    totalExclMinor: number;
	    taxes: TaxRow[];
	    totalTaxMinor: number;
	    totalInclMinor: number;
	    dueDate: string;
	    warnings: string[];
	    fields: FieldMessage[];
	}
	export interface Editor {
	    draft: Draft;
	    customer?: CustomerMark;
	    totals: Totals;
	    taxes: Tax[];
	    units: Unit[];
	    firmCurrency: string;
	}
	export interface EntryLine {
	    account: string;
	    label: string;
	    customerId: string;
	    customerName: string;
	    debitMinor: number;
	    creditMinor: number;
	}
	export interface EntryQuery {
	    journal: string;
	    from: string;
	    to: string;
	    cursor: string;
	    limit: number;
	}
	export interface EntryView {
	    id: string;
	    number: number;
	    date: string;
	    journal: string;
	    reference: string;
	    label: string;
	    documentId: string;
	    paymentId: string;
	    totalMinor: number;
	    lines: EntryLine[];
	}
	
	export interface Found {
	    kind: string;
	    id: string;
	    title: string;
	    subtitle: string;
	    href: string;
	}
	export interface HistoryRow {
	    id: string;
	    at: string;
	    kind: string;
	    text: string;
	}
	export interface HomeMonth {
	    month: string;
	    invoicedMinor: number;
	    receivedMinor: number;
	}
	export interface InvoiceRow {
	    id: string;
	    version: number;
	    number: string;
	    state: string;
	    customerId: string;
	    customerName: string;
	    issueDate: string;
	    dueDate: string;
	    currency: string;
	    totalExclMinor: number;
	    totalInclMinor: number;
	    dueMinor: number;
	    sentAt: string;
	    updatedAt: string;
	    announced: boolean;
	    lateDays: number;
	}
	export interface Todo {
	    kind: string;
	    count: number;
	    amountMinor: number;
	    href: string;
	    names: string[];
	}
	export interface HomeView {
	    today: string;
	    currency: string;
	    todo: Todo[];
	    openMinor: number;
	    openCount: number;
	    overdueMinor: number;
	    overdueCount: number;
	    receivedMinor: number;
	    taxDueMinor: number;
	    cashMinor: number;
	    currencies: CurrencyAmount[];
	    months: HomeMonth[];
	    recent: InvoiceRow[];
	}
	export interface MailRow {
	    id: string;
	    kind: string;
	    state: string;
	    to: string;
	    toName: string;
	    subject: string;
	    attempts: number;
	    createdAt: string;
	    sentAt: string;
	    nextAttemptAt: string;
	    lastAnswer: string;
	    documentId: string;
	    documentNumber: string;
	}
	export interface InvoicePayment {
	    id: string;
	    number: string;
	    receivedOn: string;
	    method: string;
	    amountMinor: number;
	}
	export interface InvoiceLine {
	    description: string;
	    detail: string;
	    quantityE4: number;
	    unit: string;
	    unitPriceE4: number;
	    discountPcm: number;
	    discountMinor: number;
	    netMinor: number;
	    taxLabel: string;
	}
	export interface Invoice {
	    id: string;
	    version: number;
	    number: string;
	    state: string;
	    customerId: string;
	    customerName: string;
	    issueDate: string;
	    dueDate: string;
	    currency: string;
	    totalExclMinor: number;
	    totalInclMinor: number;
	    dueMinor: number;
	    sentAt: string;
	    updatedAt: string;
	    announced: boolean;
	    lateDays: number;
	    customer?: CustomerMark;
	    deliveryDate: string;
	    orderNumber: string;
	    language: string;
	    pricesInclTax: boolean;
	    note: string;
	    privateNote: string;
	    terms: string;
	    lines: InvoiceLine[];
	    allowances: AllowanceRow[];
	    taxes: TaxRow[];
	    totalTaxMinor: number;
	    paidMinor: number;
	    pdfHref: string;
	    link: string;
	    history: HistoryRow[];
	    payments: InvoicePayment[];
	    mails: MailRow[];
	    announcement?: AnnouncementView;
	}
	export interface InvoiceCounts {
	    draft: number;
	    unsent: number;
	    open: number;
	    overdue: number;
	    announced: number;
	}
	
	export interface InvoiceList {
	    rows: InvoiceRow[];
	    next: string;
	    counts: InvoiceCounts;
	}
	
	
	export interface ItemRow {
	    publicId: string;
	    code: string;
	    name: string;
	    nature: string;
	    unit: string;
	    currency: string;
	    unitPriceE4: number;
	    costPriceE4: number;
	    version: number;
	    unitLabel: string;
	}
	export interface ItemList {
	    rows: ItemRow[];
	    next: string;
	}
	
	export interface ItemView {
	    publicId: string;
	    code: string;
	    name: string;
	    description: string;
	    nature: string;
	    unit: string;
	    currency: string;
	    unitPriceE4: number;
	    costPriceE4: number;
	    provider: string;
	    taxCodes: string[];
	    archived: boolean;
	    version: number;
	    unitLabel: string;
	    taxLabel: string;
	}
	export interface JournalView {
	    code: string;
	    label: string;
	}
	export interface JournalPage {
	    rows: EntryView[];
	    next: string;
	    journals: JournalView[];
	    currency: string;
	}
	
	export interface LedgerLine {
	    id: string;
	    entry: number;
	    journal: string;
	    date: string;
	    reference: string;
	    label: string;
	    customerName: string;
	    debitMinor: number;
	    creditMinor: number;
	    balanceMinor: number;
	}
	export interface LedgerQuery {
	    account: string;
	    from: string;
	    to: string;
	    cursor: string;
	    limit: number;
	}
	export interface LedgerView {
	    account: string;
	    label: string;
	    currency: string;
	    from: string;
	    to: string;
	    openingMinor: number;
	    closingMinor: number;
	    rows: LedgerLine[];
	    next: string;
	}
	export interface ListQuery {
	    words: string;
	    state: string;
	    customerId: string;
	    from: string;
	    to: string;
	    sort: string;
	    desc: boolean;
	    cursor: string;
	    limit: number;
	}
	export interface MailAttachment {
	    name: string;
	    size: number;
	}
	export interface MailAttempt {
	    id: string;
	    at: string;
	    outcome: string;
	    answer: string;
	}
	export interface MailCounts {
	    queued: number;
	    failed: number;
	}
	export interface MailList {
	    rows: MailRow[];
	    next: string;
	    counts: MailCounts;
	    server: string;
	    waitingSince: string;
	}
	
	export interface MailView {
	    id: string;
	    kind: string;
	    state: string;
	    to: string;
	    toName: string;
	    subject: string;
	    attempts: number;
	    createdAt: string;
	    sentAt: string;
	    nextAttemptAt: string;
	    lastAnswer: string;
	    documentId: string;
	    documentNumber: string;
	    from: string;
	    replyTo: string;
	    text: string;
	    html: string;
	    attachments: MailAttachment[];
	    history: MailAttempt[];
	    emlHref: string;
	    canResend: boolean;
	    canCancel: boolean;
	    canSendNow: boolean;
	    notReady: boolean;
	}
	export interface NewCompany {
	    key: string;
	    name: string;
	    country: string;
	    language: string;
	    email: string;
	}
	export interface Notification {
	    id: string;
	    at: string;
	    kind: string;
	    text: string;
	    href: string;
	    read: boolean;
	}
	export interface PaymentForm {
	    key: string;
	    invoiceId: string;
	    version: number;
	    amountMinor: number;
	    receivedOn: string;
	    method: string;
	    reference: string;
	    note: string;
	    notify: boolean;
	}
	export interface PaymentList {
	    rows: payments.ListRow[];
	    next: string;
	}
	export interface PaymentPart {
	    id: string;
	    number: string;
	    amountMinor: number;
	    totalMinor: number;
	}
	export interface PaymentView {
	    id: string;
	    number: string;
	    customerId: string;
	    customerName: string;
	    receivedOn: string;
	    method: string;
	    amountMinor: number;
	    currency: string;
	    reference: string;
	    note: string;
	    invoices: PaymentPart[];
	    receiptHref: string;
	}
	export interface PortalAddress {
	    url: string;
	    label: string;
	}
	export interface PortalSession {
	    id: string;
	    contact: string;
	    customer: string;
	    seenAt: string;
	    address: string;
	}
	export interface PortalView {
	    on: boolean;
	    state: string;
	    message: string;
	    addresses: PortalAddress[];
	    qr: string;
	    transport: string;
	    fingerprint: string;
	    trustUrl: string;
	    sessions: PortalSession[];
	    visitsToday: number;
	    viewsToday: number;
	}
	export interface RecentCompany {
	    name: string;
	    folder: string;
	    demo: boolean;
	}
	export interface Saved {
	    id: string;
	    version: number;
	    savedAt: string;
	}
	export interface Status {
	    state: string;
	    message: string;
	    folder: string;
	    version: string;
	    company?: CompanyMark;
	    recent: RecentCompany[];
	}
	
	
	export interface TestStep {
	    step: string;
	    label: string;
	    ok: boolean;
	    answer: string;
	    advice: string;
	}
	
	
	
	export interface TrialBalance {
	    from: string;
	    to: string;
	    currency: string;
	    balanced: boolean;
	    rows: BalanceRow[];
	    classes: BalanceRow[];
	    total: BalanceRow;
	}

}

export namespace catalog {
	
	export interface Item {
	    publicId: string;
	    code: string;
	    name: string;
	    description: string;
	    nature: string;
	    unit: string;
	    currency: string;
	    unitPriceE4: number;
	    costPriceE4: number;
	    provider: string;
	    taxCodes: string[];
	    archived: boolean;
	    version: number;
	}

}

export namespace company {
	
	export interface Firm {
	    publicId: string;
	    accountNumber: string;
	    name: string;
	    legalForm: string;
	    shareCapital?: number;
	    siren: string;
	    siret: string;
	    vatNumber: string;
	    registry: string;
	    ape: string;
	    neq: string;
	    gstNumber: string;
	    qstNumber: string;
	    line1: string;
	    line2: string;
	    postcode: string;
	    city: string;
	    region: string;
	    country: string;
	    email: string;
	    phone: string;
	    website: string;
	    supportEmail: string;
	    supportPhone: string;
	    supportHours: string;
	    iban: string;
	    bic: string;
	    bankName: string;
	    vatScheme: string;
	    language: string;
	    currency: string;
	    timeZone: string;
	    accent: string;
	    hasLogo: boolean;
	    logoSha256: string;
	    paperSize: string;
	    addressRight: boolean;
	    termsDays: number;
	    termsEndOfMonth: boolean;
	    lateRatePcm?: number;
	    earlyDiscount: string;
	    insurance: string;
	    mediator: string;
	    invoiceTerms: string;
	    chart: string;
	    isDemo: boolean;
	    version: number;
	    fiscalYearStarts: number;
	}
	export interface Portal {
	    enabled: boolean;
	    address: string;
	    port: number;
	    transport: string;
	    hostName: string;
	    linkDays: number;
	    passwordAlways: boolean;
	    messageFr: string;
	    messageEn: string;
	    version: number;
	}
	export interface Series {
	    kind: string;
	    pattern: string;
	    example: string;
	    used: boolean;
	}

}

export namespace customers {
	
	export interface Contact {
	    publicId: string;
	    name: string;
	    email: string;
	    phone: string;
	    language: string;
	    isPrimary: boolean;
	    portalAccess: boolean;
	    version: number;
	}
	export interface Customer {
	    publicId: string;
	    number: string;
	    kind: string;
	    name: string;
	    siren: string;
	    siret: string;
	    vatNumber: string;
	    gstNumber: string;
	    electronicAddress: string;
	    email: string;
	    phone: string;
	    language: string;
	    currency: string;
	    taxRegime: string;
	    termsDays: number;
	    termsEndOfMonth: boolean;
	    line1: string;
	    line2: string;
	    postcode: string;
	    city: string;
	    region: string;
	    country: string;
	    shipName: string;
	    shipLine1: string;
	    shipLine2: string;
	    shipPostcode: string;
	    shipCity: string;
	    shipRegion: string;
	    shipCountry: string;
	    notes: string;
	    archived: boolean;
	    version: number;
	    contacts: Contact[];
	}
	export interface Row {
	    publicId: string;
	    number: string;
	    kind: string;
	    name: string;
	    city: string;
	    country: string;
	    email: string;
	    currency: string;
	    dueMinor: number;
	    overdueMinor: number;
	    version: number;
	}

}

export namespace outbox {
	
	export interface Arrival {
	    id: string;
	    at: string;
	    from: string;
	    to: string;
	    subject: string;
	    messageId: string;
	    size: number;
	}
	export interface PaperView {
	    name: string;
	    mediaType: string;
	    size: number;
	}
	export interface ArrivedMail {
	    id: string;
	    at: string;
	    from: string;
	    to: string;
	    subject: string;
	    messageId: string;
	    size: number;
	    text: string;
	    html: string;
	    papers: PaperView[];
	}
	
	export interface Settings {
	    host: string;
	    port: number;
	    security: string;
	    plainAgreed: boolean;
	    auth: string;
	    userName: string;
	    fromName: string;
	    fromAddress: string;
	    replyTo: string;
	    signature: string;
	    version: number;
	    hasPassword: boolean;
	    practice: boolean;
	}
	export interface SettingsChange {
	    host: string;
	    port: number;
	    security: string;
	    plainAgreed: boolean;
	    auth: string;
	    userName: string;
	    fromName: string;
	    fromAddress: string;
	    replyTo: string;
	    signature: string;
	    version: number;
	    hasPassword: boolean;
	    practice: boolean;
	    password?: string;
	}

}

export namespace payments {
	
	export interface Announcement {
	    publicId: string;
	    documentId: string;
	    number: string;
	    customerName: string;
	    amountMinor: number;
	    currency: string;
	    announcedOn: string;
	}
	export interface ListRow {
	    publicId: string;
	    number: string;
	    customerId: string;
	    customerName: string;
	    method: string;
	    receivedOn: string;
	    amountMinor: number;
	    currency: string;
	    reference: string;
	    documents: string;
	}

}

