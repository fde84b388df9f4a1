export namespace accepted {
	
	export interface Terms {
	    Words: string;
	    Lang: string;
	    Address: string;
	    Shown: string;
	}

}

export namespace access {
	
	export interface Shown {
	    id: string;
	    state: string;
	    until: string;
	    openedAt: string;
	}

}

export namespace app {
	
	export interface APIDelivery {
	    cursor: number;
	    id: string;
	    eventId: string;
	    kind: string;
	    state: string;
	    attempts: number;
	    nextAt: string;
	    answer: string;
	    deliveredAt: string;
	    createdAt: string;
	}
	export interface APISecret {
	    id: string;
	    secret: string;
	}
	export interface APIToken {
	    id: string;
	    name: string;
	    hint: string;
	    scopes: string[];
	    createdBy: string;
	    createdAt: string;
	    expiresAt: string;
	    state: string;
	    usedAt: string;
	    usedFrom: string;
	}
	export interface APITokenForm {
	    key: string;
	    name: string;
	    scopes: string[];
	    expires: string;
	}
	export interface APIWebhook {
	    id: string;
	    url: string;
	    description: string;
	    events: string[];
	    state: string;
	    failingSince: string;
	    queued: number;
	    failed: number;
	    version: number;
	}
	export interface APIView {
	    on: boolean;
	    spid: string;
	    base: string;
	    docs: string;
	    scopes: string[];
	    events: string[];
	    tokens: APIToken[];
	    webhooks: APIWebhook[];
	}
	
	export interface APIWebhookForm {
	    key: string;
	    id: string;
	    url: string;
	    description: string;
	    events: string[];
	    on: boolean;
	    version: number;
	}
	export interface AccountFigure {
	    currency: string;
	    soldMinor: number;
	    costMinor: number;
	    amountMinor: number;
	}
	export interface AccountForm {
	    name: string;
	    phone: string;
	    language: string;
	    version: number;
	}
	export interface AccountLine {
	    documentId: string;
	    credit: boolean;
	    number: string;
	    customer: string;
	    on: string;
	    name: string;
	    quantityE4: number;
	    soldMinor: number;
	    costMinor: number;
	    amountMinor: number;
	}
	export interface AccountLeft {
	    reason: string;
	    currency: string;
	    soldMinor: number;
	    count: number;
	    lines: AccountLine[];
	    more: number;
	}
	
	export interface AccountService {
	    code: string;
	    name: string;
	    provider: string;
	    quantityE4: number;
	    soldMinor: number;
	    costMinor: number;
	    amountMinor: number;
	    lines: AccountLine[];
	    more: number;
	}
	export interface AccountPart {
	    currency: string;
	    soldMinor: number;
	    costMinor: number;
	    amountMinor: number;
	    services: AccountService[];
	}
	export interface AccountMonth {
	    month: string;
	    mode: string;
	    accountNumber: string;
	    parts: AccountPart[];
	    leftOut: AccountLeft[];
	    pdfHref: string;
	    csvHref: string;
	    xlsxHref: string;
	}
	
	export interface AccountRow {
	    month: string;
	    mode: string;
	    figures: AccountFigure[];
	    leftOut: number;
	}
	
	export interface AccountView {
	    id: string;
	    code: string;
	    name: string;
	    label: string;
	    email: string;
	    phone: string;
	    language: string;
	    theme: string;
	    role: string;
	    roleLabel: string;
	    permissions: string[];
	    isPrincipal: boolean;
	    hasPassword: boolean;
	    passwordChangedAt: string;
	    factorOn: boolean;
	    factorSince: string;
	    codesLeft: number;
	    pendingEmail: string;
	    pendingUntil: string;
	    signedIn: boolean;
	    askPassword: boolean;
	    askFixed: boolean;
	    hasRecovery: boolean;
	    recoveryMadeAt: string;
	    fresh: boolean;
	    version: number;
	}
	export interface AccountYear {
	    year: number;
	    earliest: number;
	    latest: number;
	    accountNumber: string;
	    mode: string;
	    months: AccountRow[];
	}
	export interface AgeFigure {
	    bucket: string;
	    amountMinor: number;
	}
	export interface AgeingRow {
	    customerId: string;
	    number: string;
	    name: string;
	    ages: AgeFigure[];
	    totalMinor: number;
	}
	export interface AgeingAccount {
	    currency: string;
	    rows: AgeingRow[];
	    ages: AgeFigure[];
	    totalMinor: number;
	    lateMinor: number;
	}
	export interface StatementLine {
	    kind: string;
	    id: string;
	    ofCredit: boolean;
	    title: string;
	    detail: string;
	    on: string;
	    dueOn: string;
	    chargedMinor: number;
	    settledMinor: number;
	    balanceMinor: number;
	    amountMinor: number;
	    daysLate: number;
	    bucket: string;
	    customerId: string;
	    customerName: string;
	    currency: string;
	}
	export interface AgeingItems {
	    items: StatementLine[];
	    more: boolean;
	}
	export interface AgeingQuery {
	    on: string;
	    currency: string;
	    bucket: string;
	    customerId: string;
	}
	
	export interface AgeingView {
	    on: string;
	    today: string;
	    accounts: AgeingAccount[];
	    pdfHref: string;
	    csvHref: string;
	    xlsxHref: string;
	}
	export interface AllowanceRow {
	    reason: string;
	    amountMinor: number;
	}
	export interface AnnouncementView {
	    id: string;
	    amountMinor: number;
	    announcedOn: string;
	}
	export interface Approval {
	    requestId: string;
	    version: number;
	    customerId: string;
	    contactId: string;
	    fields: string[];
	}
	export interface AttemptDone {
	    id: string;
	    state: string;
	    message: string;
	}
	export interface AttemptRow {
	    publicId: string;
	    kind: string;
	    customerId: string;
	    customerName: string;
	    documents: string;
	    gateway: string;
	    mode: string;
	    state: string;
	    reason: string;
	    reference: string;
	    amountMinor: number;
	    currency: string;
	    paymentId: string;
	    paymentNumber: string;
	    createdAt: string;
	    askedAt: string;
	    canAsk: boolean;
	    canClose: boolean;
	    why: string;
	}
	export interface AttemptList {
	    rows: AttemptRow[];
	    next: string;
	}
	
	export interface AuditChoice {
	    value: string;
	    label: string;
	}
	export interface AuditChoices {
	    people: AuditChoice[];
	    actions: AuditChoice[];
	    kinds: AuditChoice[];
	    rows: number;
	}
	export interface AuditFact {
	    name: string;
	    value: string;
	}
	export interface AuditEntry {
	    id: string;
	    when: string;
	    who: string;
	    whoKind: string;
	    action: string;
	    text: string;
	    object: string;
	    objectKind: string;
	    objectName: string;
	    href: string;
	    facts: AuditFact[];
	    hash: string;
	}
	
	export interface AuditPage {
	    rows: AuditEntry[];
	    next: string;
	}
	export interface AuditProof {
	    sound: boolean;
	    rows: number;
	    text: string;
	    head: string;
	}
	export interface AuditQuery {
	    words: string;
	    person: string;
	    action: string;
	    kind: string;
	    object: string;
	    from: string;
	    to: string;
	    cursor: string;
	    limit: number;
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
	export interface BankFile {
	    row: sepa.BatchRow;
	    sha256: string;
	    madeBy: string;
	    lines: sepa.BatchLine[];
	    open: number;
	    early: boolean;
	    taken: string;
	    href: string;
	}
	export interface BankFiles {
	    rows: sepa.BatchRow[];
	    next: string;
	}
	export interface Candidate {
	    kind: string;
	    id: string;
	    label: string;
	    email: string;
	    customer: string;
	    why: string;
	}
	export interface CannedReply {
	    id: string;
	    version: number;
	    shortcut: string;
	    title: string;
	    bodyFr: string;
	    bodyEn: string;
	}
	export interface CatchUpItem {
	    id: string;
	    kind: string;
	    on: string;
	    title: string;
	    customer: string;
	    customerId: string;
	    amountMinor: number;
	    currency: string;
	    mails: number;
	    fault: string;
	}
	export interface CatchUpResult {
	    id: string;
	    kind: string;
	    on: string;
	    title: string;
	    customer: string;
	    customerId: string;
	    amountMinor: number;
	    currency: string;
	    mails: number;
	    fault: string;
	    skipped: boolean;
	    failed: boolean;
	}
	export interface CatchUpProgress {
	    running: boolean;
	    done: number;
	    total: number;
	    cancelled: boolean;
	    failed: number;
	    leftSeconds: number;
	    results: CatchUpResult[];
	}
	
	export interface CatchUpView {
	    items: CatchUpItem[];
	    progress: CatchUpProgress;
	    fewMails: number;
	    fewDays: number;
	}
	export interface ChargeAttempt {
	    number: number;
	    state: string;
	    reason: string;
	    on: string;
	    at: string;
	    notBefore: string;
	    byHand: boolean;
	    method: string;
	}
	export interface ChargeConsent {
	    words: string;
	    by: string;
	    at: string;
	}
	export interface ChargeChoice {
	    id: string;
	    words: string;
	    expires: string;
	    gone: boolean;
	    expired: boolean;
	    expiresSoon: boolean;
	    default: boolean;
	    consent: ChargeConsent;
	}
	export interface ChargeChoices {
	    methods: ChargeChoice[];
	    atIssue: boolean;
	}
	
	export interface ChargeMethod {
	    id: string;
	    words: string;
	    expires: string;
	    gone: boolean;
	    expired: boolean;
	    expiresSoon: boolean;
	}
	export interface ChargeSettings {
	    atIssue: boolean;
	    retryDays: string;
	    version: number;
	}
	export interface ChargeTemplate {
	    on: boolean;
	    chosen: boolean;
	    atIssue: boolean;
	    method: ChargeMethod;
	    why: string;
	    consent: ChargeConsent;
	}
	export interface ChargesView {
	    attempts: ChargeAttempt[];
	    canRetry: boolean;
	    canStop: boolean;
	    dueMinor: number;
	    currency: string;
	    method: string;
	}
	export interface InboxFile {
	    id: string;
	    name: string;
	    sizeLabel: string;
	    mediaType: string;
	    href: string;
	    picture: boolean;
	}
	export interface ChatMessage {
	    id: string;
	    seq: number;
	    event: string;
	    byFirm: boolean;
	    author: string;
	    text: string;
	    at: string;
	    files: InboxFile[];
	}
	export interface ChatMessages {
	    rows: ChatMessage[];
	    next: number;
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
	export interface ChoiceView {
	    kind: string;
	    name: string;
	    email: string;
	    language: string;
	    until: string;
	}
	export interface Colleagues {
	    me: string;
	    people: Choice[];
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
	export interface ContactAreas {
	    customerId: string;
	    contactId: string;
	    version: number;
	    all: boolean;
	    areas: string[];
	}
	export interface ContactList {
	    rows: customers.DirectoryRow[];
	    next: string;
	}
	export interface ContactQuery {
	    words: string;
	    customerId: string;
	    access: string;
	    sort: string;
	    desc: boolean;
	    cursor: string;
	    limit: number;
	}
	export interface ContractAct {
	    id: string;
	    version: number;
	    on: string;
	    reason: string;
	}
	export interface ContractBill {
	    contractId: string;
	    milestones: string[];
	    as: string;
	    eachMonths: number;
	}
	export interface ContractEvent {
	    kind: string;
	    contractId: string;
	    number: string;
	    title: string;
	    customerName: string;
	    text: string;
	    late: boolean;
	    inPortal: boolean;
	}
	export interface ContractDay {
	    on: string;
	    inMonth: boolean;
	    items: ContractEvent[];
	    more: number;
	}
	export interface ContractWeek {
	    days: ContractDay[];
	}
	export interface ContractCalendar {
	    month: string;
	    title: string;
	    today: string;
	    prev: string;
	    next: string;
	    weeks: ContractWeek[];
	}
	export interface ContractComment {
	    id: string;
	    at: string;
	    author: string;
	    side: string;
	    mine: boolean;
	    body: string;
	}
	export interface ContractCounts {
	    draft: number;
	    inReview: number;
	    toSign: number;
	    signed: number;
	    active: number;
	    ended: number;
	    cancelled: number;
	    renew: number;
	    tell: number;
	    late: number;
	}
	
	export interface FieldMessage {
	    path: string;
	    message: string;
	}
	export interface ContractLook {
	    words: string;
	    html: string;
	    fields: FieldMessage[];
	}
	export interface ContractPerson {
	    id: string;
	    name: string;
	    closed: boolean;
	}
	export interface ContractType {
	    id: string;
	    version: number;
	    name: string;
	    filesShown: boolean;
	    archived: boolean;
	    contracts: number;
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
	    suspended: boolean;
	}
	export interface ContractForm {
	    id: string;
	    version: number;
	    title: string;
	    customerId: string;
	    typeId: string;
	    ownerId: string;
	    startOn: string;
	    endOn: string;
	    renewal: string;
	    renewalMonths: number;
	    noticeCount: number;
	    noticeUnit: string;
	    remindDays: number;
	    valueMinor: number;
	    currency: string;
	    description: string;
	    notes: string;
	}
	export interface ContractEditor {
	    form: ContractForm;
	    number: string;
	    state: string;
	    customer?: CustomerMark;
	    mayMove: boolean;
	    types: ContractType[];
	    owners: ContractPerson[];
	    currencies: string[];
	    look: ContractLook;
	}
	
	export interface ContractFigures {
	    currency: string;
	    valueMinor: number;
	    plannedMinor: number;
	    invoicedExclMinor: number;
	    invoicedInclMinor: number;
	    paidMinor: number;
	    leftToPayMinor: number;
	    creditMinor: number;
	    leftToInvoiceMinor: number;
	    overMinor: number;
	    others: string[];
	}
	
	export interface ContractHistoryRow {
	    id: number;
	    at: string;
	    kind: string;
	    text: string;
	    note: string;
	}
	export interface ContractHistory {
	    rows: ContractHistoryRow[];
	    next: string;
	}
	
	export interface ContractSum {
	    currency: string;
	    count: number;
	    valueMinor: number;
	}
	export interface ContractRow {
	    id: string;
	    version: number;
	    number: string;
	    title: string;
	    customerId: string;
	    customerName: string;
	    typeName: string;
	    ownerName: string;
	    state: string;
	    startOn: string;
	    endOn: string;
	    noticeBy: string;
	    noticeKind: string;
	    noticeNear: boolean;
	    renewal: string;
	    valueMinor: number;
	    currency: string;
	    inPortal: boolean;
	}
	export interface ContractList {
	    rows: ContractRow[];
	    next: string;
	    counts: ContractCounts;
	    sums: ContractSum[];
	}
	
	export interface ContractMade {
	    kind: string;
	    id: string;
	    deposits: number;
	}
	export interface ContractMark {
	    id: string;
	    number: string;
	    title: string;
	}
	export interface ContractMilestone {
	    id: string;
	    version: number;
	    title: string;
	    description: string;
	    dueOn: string;
	    state: string;
	    doneOn: string;
	    late: boolean;
	    amountMinor: number;
	    bill: string;
	    inPortal: boolean;
	    used: boolean;
	}
	export interface ContractMilestoneMoney {
	    id: string;
	    title: string;
	    dueOn: string;
	    state: string;
	    amountMinor: number;
	    bill: string;
	    billing: string;
	    billable: boolean;
	    papers: string[];
	}
	export interface ContractTemplate {
	    id: string;
	    state: string;
	}
	export interface ContractPaper {
	    id: string;
	    kind: string;
	    number: string;
	    issueDate: string;
	    dueDate: string;
	    currency: string;
	    exclMinor: number;
	    inclMinor: number;
	    paidMinor: number;
	    dueMinor: number;
	    state: string;
	    byHand: boolean;
	}
	export interface ContractMoneyView {
	    figures: ContractFigures;
	    milestones: ContractMilestoneMoney[];
	    papers: ContractPaper[];
	    recurring: ContractTemplate[];
	    whole: boolean;
	    loose: boolean;
	}
	
	
	export interface ContractProposal {
	    on: string;
	    words: string;
	}
	export interface ContractQuery {
	    words: string;
	    state: string;
	    typeId: string;
	    ownerId: string;
	    customerId: string;
	    endsFrom: string;
	    endsTo: string;
	    portal: string;
	    sort: string;
	    desc: boolean;
	    cursor: string;
	    limit: number;
	}
	
	export interface ContractSettings {
	    version: number;
	    fileMaxMb: number;
	}
	export interface ContractShare {
	    contractId: string;
	    version: number;
	    requesterId: string;
	    watcherIds: string[];
	    allFiles: boolean;
	    again: boolean;
	}
	
	
	
	export interface ContractView {
	    id: string;
	    version: number;
	    number: string;
	    title: string;
	    customerId: string;
	    customerName: string;
	    typeName: string;
	    ownerName: string;
	    state: string;
	    startOn: string;
	    endOn: string;
	    noticeBy: string;
	    noticeKind: string;
	    noticeNear: boolean;
	    renewal: string;
	    valueMinor: number;
	    currency: string;
	    inPortal: boolean;
	    form: ContractForm;
	    customerKind: string;
	    signedOn: string;
	    endedOn: string;
	    endReason: string;
	    termN: number;
	    today: string;
	    descriptionHtml: string;
	    words: string;
	    notices: string[];
	    filesShown: boolean;
	    sharedAt: string;
	    createdAt: string;
	    updatedAt: string;
	    customerNotice: boolean;
	    canEdit: boolean;
	    canCustomer: boolean;
	    canReview: boolean;
	    canToSign: boolean;
	    canSign: boolean;
	    canReopen: boolean;
	    canRenew: boolean;
	    canEnd: boolean;
	    canKeep: boolean;
	    canCancel: boolean;
	}
	
	export interface Conversation {
	    id: string;
	    kind: string;
	    number: string;
	    customerName: string;
	    byFirm: boolean;
	    author: string;
	    text: string;
	    at: string;
	    waiting: boolean;
	}
	export interface ConversationHead {
	    id: string;
	    version: number;
	    customerId: string;
	    customerName: string;
	    contact: string;
	    contactEmail: string;
	    subject: string;
	    language: string;
	    closed: boolean;
	    assigneeId: string;
	    waitingSince: string;
	    dueAt: string;
	    late: boolean;
	    here: boolean;
	    readSeq: number;
	    readAt: string;
	}
	export interface ConversationList {
	    rows: Conversation[];
	    next: string;
	    waiting: number;
	}
	export interface ConversationStart {
	    customerId: string;
	    contactId: string;
	    subject: string;
	    text: string;
	}
	export interface CreditCounts {
	    draft: number;
	    open: number;
	}
	export interface CreditForm {
	    key: string;
	    invoiceId: string;
	    how: string;
	    quantitiesE4: number[];
	    pcm: number;
	    amountMinor: number;
	    netOfTax: boolean;
	    reason: string;
	    mail: boolean;
	}
	export interface CreditLine {
	    description: string;
	    quantityE4: number;
	    unit: string;
	    netMinor: number;
	    taxLabel: string;
	}
	export interface InvoiceRow {
	    id: string;
	    kind: string;
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
	export interface CreditList {
	    rows: InvoiceRow[];
	    next: string;
	    counts: CreditCounts;
	}
	export interface CreditMark {
	    id: string;
	    number: string;
	    issueDate: string;
	    totalMinor: number;
	    reason: string;
	}
	export interface CreditUse {
	    id: string;
	    number: string;
	    on: string;
	    amountMinor: number;
	    refund: boolean;
	}
	export interface CreditableView {
	    leftMinor: number;
	    currency: string;
	    netOfTax: boolean;
	    lines: CreditLine[];
	    reasons: string[];
	}
	export interface CurrencyAmount {
	    currency: string;
	    openMinor: number;
	    openCount: number;
	    overdueMinor: number;
	    overdueCount: number;
	}
	export interface CustomerEvent {
	    id: string;
	    at: string;
	    kind: string;
	    text: string;
	    changes: customers.Change[];
	}
	export interface CustomerHistory {
	    rows: CustomerEvent[];
	    next: string;
	}
	export interface CustomerList {
	    rows: customers.Row[];
	    next: string;
	}
	
	export interface DecisionForm {
	    key: string;
	    quoteId: string;
	    hash: string;
	    name: string;
	    on: string;
	    orderNumber: string;
	    options: number[];
	    reason: string;
	}
	export interface DecisionView {
	    decision: string;
	    on: string;
	    byFirm: boolean;
	    name: string;
	    orderNumber: string;
	    reason: string;
	    options: number[];
	    signatureHref: string;
	    totalMinor: number;
	    undoneAt: string;
	    undoneBy: string;
	}
	export interface DepositForm {
	    key: string;
	    quoteId: string;
	    pcm: number;
	    amountMinor: number;
	    progress: boolean;
	}
	export interface DepositView {
	    id: string;
	    number: string;
	    issueDate: string;
	    netMinor: number;
	    taxMinor: number;
	    quoteId: string;
	}
	export interface DocumentMark {
	    id: string;
	    kind: string;
	    number: string;
	    issueDate: string;
	    dueMinor: number;
	    cancelled: boolean;
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
	    optional: boolean;
	    taxes: string[];
	}
	export interface Draft {
	    id: string;
	    kind: string;
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
	    validUntil: string;
	    depositPcm: number;
	    reason: string;
	    retentionPcm: number;
	    retentionUntil: string;
	    deposits: string[];
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
	    prepaidMinor: number;
	    amountDueMinor: number;
	    retainedMinor: number;
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
	    quoteDays: number;
	    preceding?: DocumentMark;
	    quote?: DocumentMark;
	    retention: boolean;
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
	export interface EvidenceView {
	    round: signing.Round;
	    sound: boolean;
	    findings: string[];
	    events: signing.ProofEvent[];
	    documents: signing.ProofHead[];
	}
	export interface FactorView {
	    secret: string;
	    uri: string;
	    qr: string;
	}
	export interface FeesInvoice {
	    id: string;
	    number: string;
	    amountMinor: number;
	}
	
	export interface Found {
	    kind: string;
	    id: string;
	    title: string;
	    subtitle: string;
	    href: string;
	}
	export interface GatewayDispute {
	    state: string;
	    why: string;
	    amountMinor: number;
	    answerBy: string;
	    withdrawn: boolean;
	    createdAt: string;
	}
	export interface GatewayRefund {
	    id: string;
	    state: string;
	    why: string;
	    amountMinor: number;
	    createdAt: string;
	}
	export interface GatewayStep {
	    step: string;
	    label: string;
	    state: string;
	    answer: string;
	    advice: string;
	    at: string;
	}
	export interface GatewayTrace {
	    gateway: string;
	    mode: string;
	    reference: string;
	    canRefund: boolean;
	    refunds: GatewayRefund[];
	    disputes: GatewayDispute[];
	}
	export interface GatewayView {
	    gateway: string;
	    mode: string;
	    name: string;
	    testedAt: string;
	    worlds: payments.GatewayWorld[];
	    trials: boolean;
	    hookUrl: string;
	    near: boolean;
	}
	export interface HandOffView {
	    id: string;
	    qr: string;
	    state: string;
	    until: string;
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
	export interface RecurringRow {
	    id: string;
	    version: number;
	    state: string;
	    customerId: string;
	    customerName: string;
	    title: string;
	    words: string;
	    startOn: string;
	    nextOn: string;
	    remaining: number;
	    totalMinor: number;
	    currency: string;
	    autoSend: boolean;
	    autoCharge: boolean;
	    fault: string;
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
	    coming: RecurringRow[];
	    requests: registration.Certain[];
	}
	export interface HoursPiece {
	    from: number;
	    to: number;
	    fromText: string;
	    toText: string;
	    open: boolean;
	    why: string;
	    name: string;
	}
	export interface HoursDay {
	    date: string;
	    label: string;
	    today: boolean;
	    pieces: HoursPiece[];
	}
	export interface HoursDesk {
	    settings: hours.Settings;
	    schedules: hours.Schedule[];
	    events: hours.Event[];
	    today: string;
	}
	export interface HoursNow {
	    open: boolean;
	    why: string;
	    whyKind: string;
	    whyName: string;
	    sentence: string;
	    next: string;
	    promise: string;
	}
	
	export interface HoursWeek {
	    monday: string;
	    label: string;
	    previous: string;
	    next: string;
	    minute: number;
	    zone: string;
	    now: HoursNow;
	    days: HoursDay[];
	}
	export interface ImportColumn {
	    head: string;
	    field: string;
	    samples: string[];
	}
	export interface ImportField {
	    id: string;
	    label: string;
	    required: boolean;
	}
	export interface ImportProblem {
	    row: number;
	    column: string;
	    value: string;
	    message: string;
	}
	export interface ImportProgress {
	    running: boolean;
	    done: number;
	    total: number;
	}
	export interface ImportRow {
	    row: number;
	    fate: string;
	    why: string;
	    cells: string[];
	}
	export interface ImportView {
	    id: string;
	    kind: string;
	    fileName: string;
	    form: string;
	    encoding: string;
	    separator: string;
	    sheet: string;
	    options: imports.Options;
	    columns: ImportColumn[];
	    fields: ImportField[];
	    rows: number;
	    made: number;
	    changed: number;
	    skipped: number;
	    faults: number;
	    problems: ImportProblem[];
	    errorsHref: string;
	    previewHead: string[];
	    preview: ImportRow[];
	    seenOn: string;
	    seenBy: string;
	    done?: imports.Done;
	    running: boolean;
	    today: string;
	}
	export interface InboxCounts {
	    toAnswer: number;
	    mine: number;
	    unassigned: number;
	    late: number;
	    unread: number;
	}
	
	export interface InboxRow {
	    id: string;
	    kind: string;
	    customerId: string;
	    customerName: string;
	    contact: string;
	    subject: string;
	    documentKind: string;
	    text: string;
	    byFirm: boolean;
	    at: string;
	    waitingSince: string;
	    dueAt: string;
	    late: boolean;
	    unread: number;
	    assigneeId: string;
	    assignee: string;
	    closed: boolean;
	    files: boolean;
	}
	export interface InboxList {
	    rows: InboxRow[];
	    next: string;
	    counts: InboxCounts;
	}
	export interface InboxPulse {
	    counts: InboxCounts;
	    arrived: InboxRow[];
	}
	export interface InboxQuery {
	    view: string;
	    words: string;
	    customerId: string;
	    cursor: string;
	}
	
	export interface Settlement {
	    kind: string;
	    reason: string;
	    preceding?: DocumentMark;
	    quote?: DocumentMark;
	    deposits: DepositView[];
	    prepaidMinor: number;
	    amountDue: number;
	    creditedMinor: number;
	    credits: CreditMark[];
	    uses: CreditUse[];
	    retentionPcm: number;
	    retainedMinor: number;
	    retainedUntil: string;
	    dueOn: string;
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
	    optional: boolean;
	    taxLabel: string;
	}
	export interface Invoice {
	    id: string;
	    kind: string;
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
	    debitOn: string;
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
	    takenOver: boolean;
	    link: string;
	    history: HistoryRow[];
	    payments: InvoicePayment[];
	    mails: MailRow[];
	    announcement?: AnnouncementView;
	    settlement: Settlement;
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
	    prices: catalog.ListPrice[];
	    unitLabel: string;
	    taxLabel: string;
	    priceNote: string;
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
	
	export interface KeptMethod {
	    id: string;
	    gateway: string;
	    mode: string;
	    kind: string;
	    brand: string;
	    last4: string;
	    expires: string;
	    default: boolean;
	    expired: boolean;
	    expiresSoon: boolean;
	    addedBy: string;
	    createdAt: string;
	}
	export interface LanForm {
	    on: boolean;
	    port: number;
	    version: number;
	}
	export interface PortalAddress {
	    url: string;
	    label: string;
	}
	export interface LanView {
	    on: boolean;
	    state: string;
	    message: string;
	    port: number;
	    addresses: PortalAddress[];
	    qr: string;
	    fingerprint: string;
	    trustUrl: string;
	    version: number;
	}
	export interface LateDocument {
	    id: string;
	    number: string;
	    dueDate: string;
	    lateDays: number;
	    dueMinor: number;
	    interestMinor: number;
	    indemnityMinor: number;
	    level: number;
	    early: boolean;
	    passed: number[];
	}
	export interface LateSlice {
	    text: string;
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
	    method: string;
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
	export interface MailLook {
	    from: string;
	    to: string;
	    subject: string;
	    html: string;
	    text: string;
	    number: string;
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
	export interface MandateList {
	    rows: sepa.Mandate[];
	    next: string;
	}
	export interface Margin {
	    known: boolean;
	    amount: string;
	    mark: string;
	    loss: boolean;
	    markPcm: number;
	}
	export interface NewCompany {
	    key: string;
	    name: string;
	    country: string;
	    language: string;
	    email: string;
	}
	export interface NotReminded {
	    id: string;
	    number: string;
	    customerName: string;
	    currency: string;
	    dueMinor: number;
	    reason: string;
	}
	export interface NoticeView {
	    announcement: notices.Announcement;
	    readers: notices.Reader[];
	}
	export interface Notification {
	    id: string;
	    at: string;
	    kind: string;
	    text: string;
	    href: string;
	    read: boolean;
	}
	export interface PaperMandate {
	    key: string;
	    customerId: string;
	    scheme: string;
	    oneOff: boolean;
	    noticeDays: number;
	    rum: string;
	    signedOn: string;
	    lastUsedOn: string;
	    name: string;
	    line1: string;
	    postCode: string;
	    city: string;
	    country: string;
	    iban: string;
	    bic: string;
	    fileName: string;
	    file: string;
	}
	export interface PasswordForm {
	    old: string;
	    password: string;
	    again: string;
	}
	export interface PastReminder {
	    invoiceId: string;
	    number: string;
	    currency: string;
	    level: number;
	    on: string;
	    lateDays: number;
	    dueMinor: number;
	    interestMinor: number;
	    indemnityMinor: number;
	    feesMinor: number;
	    mailed: boolean;
	    byHand: boolean;
	    formal: boolean;
	    mailId: string;
	    mailState: string;
	    to: string;
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
	    anyway: boolean;
	}
	export interface PaymentList {
	    rows: payments.ListRow[];
	    next: string;
	}
	export interface PaymentMove {
	    on: string;
	    id: string;
	    number: string;
	    amountMinor: number;
	}
	export interface PaymentPart {
	    id: string;
	    kind: string;
	    number: string;
	    amountMinor: number;
	    totalMinor: number;
	}
	export interface RefundView {
	    id: string;
	    number: string;
	    refundedOn: string;
	    method: string;
	    amountMinor: number;
	    currency: string;
	    paperHref: string;
	}
	export interface PaymentView {
	    id: string;
	    version: number;
	    number: string;
	    customerId: string;
	    customerName: string;
	    receivedOn: string;
	    method: string;
	    gateway: string;
	    amountMinor: number;
	    feeMinor: number;
	    currency: string;
	    reference: string;
	    note: string;
	    invoices: PaymentPart[];
	    leftMinor: number;
	    refundedMinor: number;
	    refundableMinor: number;
	    refunds: RefundView[];
	    moves: PaymentMove[];
	    cancelledOn: string;
	    cancelReason: string;
	    canCancel: boolean;
	    receiptHref: string;
	}
	export interface PenDrawing {
	    path: string;
	    width: number;
	    height: number;
	}
	export interface PermissionView {
	    permission: string;
	    may: boolean;
	}
	export interface PlanChoice {
	    id: string;
	    label: string;
	    currency: string;
	}
	export interface PlanLink {
	    id: string;
	    label: string;
	    url: string;
	    qr: string;
	    expiresOn: string;
	    most: number;
	    used: number;
	    state: string;
	    createdAt: string;
	}
	export interface PlanEditor {
	    plan: subscriptions.Plan;
	    links: PlanLink[];
	    others: PlanChoice[];
	    taxes: Tax[];
	    portal: boolean;
	    firm: string;
	    perEach: string;
	}
	
	export interface PlanRow {
	    id: string;
	    version: number;
	    state: string;
	    name: string;
	    priceMinor: number;
	    inclTax: boolean;
	    currency: string;
	    per: string;
	    trialDays: number;
	    subscribers: number;
	    links: number;
	    monthlyMinor: number;
	}
	export interface PlanList {
	    rows: PlanRow[];
	    next: string;
	}
	
	export interface PlannedMail {
	    id: string;
	    customerId: string;
	    customerName: string;
	    to: string;
	    policy: string;
	    level: number;
	    formal: boolean;
	    currency: string;
	    dueMinor: number;
	    interestMinor: number;
	    indemnityMinor: number;
	    feesMinor: number;
	    subject: string;
	    documents: LateDocument[];
	}
	export interface ShippedText {
	    tone: string;
	    subjectFr: string;
	    bodyFr: string;
	    subjectEn: string;
	    bodyEn: string;
	}
	export interface PolicyDesk {
	    policies: reminders.Policy[];
	    texts: ShippedText[];
	    placeholders: string[];
	    rates: reminders.Rates;
	    currency: string;
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
	export interface PriceGrid {
	    rows: catalog.GridRow[];
	    next: string;
	}
	export interface Question {
	    id: string;
	    byFirm: boolean;
	    author: string;
	    text: string;
	    at: string;
	    waiting: boolean;
	}
	export interface Quote {
	    id: string;
	    kind: string;
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
	    debitOn: string;
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
	    takenOver: boolean;
	    link: string;
	    history: HistoryRow[];
	    payments: InvoicePayment[];
	    mails: MailRow[];
	    announcement?: AnnouncementView;
	    settlement: Settlement;
	    validUntil: string;
	    depositPcm: number;
	    depositMinor: number;
	    waits: boolean;
	    hash: string;
	    decision?: DecisionView;
	    undone: DecisionView[];
	    made: DocumentMark[];
	    successor?: DocumentMark;
	    versions: DocumentMark[];
	    questions: Question[];
	}
	export interface QuoteBilling {
	    currency: string;
	    totalMinor: number;
	    invoicedMinor: number;
	    donePcm: number;
	    deposits: DepositView[];
	    finals: DocumentMark[];
	}
	export interface QuoteChoice {
	    totalInclMinor: number;
	    depositMinor: number;
	    text: string;
	}
	export interface QuoteCounts {
	    draft: number;
	    waiting: number;
	    expired: number;
	    approved: number;
	}
	export interface QuoteRow {
	    id: string;
	    version: number;
	    number: string;
	    state: string;
	    customerId: string;
	    customerName: string;
	    issueDate: string;
	    validUntil: string;
	    currency: string;
	    totalExclMinor: number;
	    totalInclMinor: number;
	    sentAt: string;
	    updatedAt: string;
	}
	export interface QuoteList {
	    rows: QuoteRow[];
	    next: string;
	    counts: QuoteCounts;
	}
	
	export interface RaiseForm {
	    lists: catalog.PriceList[];
	    providers: string[];
	    roundings: string[];
	    currency: string;
	}
	export interface RecentCompany {
	    name: string;
	    folder: string;
	    demo: boolean;
	}
	export interface RecurringComing {
	    on: string;
	    from: string;
	    to: string;
	    text: string;
	}
	export interface RecurringCounts {
	    draft: number;
	    active: number;
	    paused: number;
	    ended: number;
	    faulty: number;
	}
	export interface RecurringLook {
	    totals: Totals;
	    words: string;
	    coming: RecurringComing[];
	    fields: FieldMessage[];
	}
	export interface RecurringWhen {
	    unit: string;
	    every: number;
	    day: number;
	    month: number;
	    rule: string;
	}
	export interface RecurringForm {
	    id: string;
	    version: number;
	    draft: Draft;
	    when: RecurringWhen;
	    billed: string;
	    startOn: string;
	    nextOn: string;
	    cycles: number;
	    autoSend: boolean;
	    autoCharge: boolean;
	    chargeMethod: string;
	}
	export interface RecurringEditor {
	    form: RecurringForm;
	    state: string;
	    cyclesDone: number;
	    customer?: CustomerMark;
	    look: RecurringLook;
	    taxes: Tax[];
	    units: Unit[];
	    firmCurrency: string;
	}
	
	export interface RecurringLine {
	    description: string;
	    detail: string;
	    quantityE4: number;
	    unit: string;
	    unitPriceE4: number;
	}
	export interface RecurringList {
	    rows: RecurringRow[];
	    next: string;
	    counts: RecurringCounts;
	}
	
	
	export interface RecurringRun {
	    on: string;
	    from: string;
	    to: string;
	    cycle: number;
	    skipped: boolean;
	    madeAt: string;
	    invoiceId: string;
	    number: string;
	    state: string;
	    issueDate: string;
	    currency: string;
	    totalMinor: number;
	    dueMinor: number;
	}
	export interface RecurringView {
	    id: string;
	    version: number;
	    state: string;
	    customerId: string;
	    customerName: string;
	    title: string;
	    words: string;
	    startOn: string;
	    nextOn: string;
	    remaining: number;
	    totalMinor: number;
	    currency: string;
	    autoSend: boolean;
	    autoCharge: boolean;
	    fault: string;
	    billed: string;
	    cycles: number;
	    cyclesDone: number;
	    waiting: number;
	    orderNumber: string;
	    note: string;
	    lines: RecurringLine[];
	    coming: RecurringComing[];
	    runs: RecurringRun[];
	    faultFields: FieldMessage[];
	    updatedAt: string;
	    subscriptionId: string;
	}
	
	
	export interface RegistrationLink {
	    groupId: string;
	    group: string;
	    language: string;
	    url: string;
	    qr: string;
	    free: boolean;
	}
	export interface RegistrationLinks {
	    firm: string;
	    open: boolean;
	    here: boolean;
	    links: RegistrationLink[];
	}
	export interface Span {
	    from: string;
	    to: string;
	}
	export interface ReminderPlan {
	    mails: PlannedMail[];
	    exempt: NotReminded[];
	    levels: number;
	    missing: Span[];
	}
	export interface ReminderState {
	    past: PastReminder[];
	    exempt: boolean;
	    reason: string;
	    nextOn: string;
	    nextLevel: number;
	    interestMinor: number;
	    indemnityMinor: number;
	    feesMinor: number;
	    slices: LateSlice[];
	    missing: Span[];
	    invoiced: FeesInvoice[];
	}
	export interface RequestWords {
	    requestId: string;
	    version: number;
	    words: string;
	}
	export interface ReturnReason {
	    code: string;
	    text: string;
	}
	export interface RoleView {
	    role: string;
	    label: string;
	    may: PermissionView[];
	}
	export interface RoundLook {
	    problems: string[];
	    warnings: string[];
	    becomesVisible: boolean;
	    tells: string[];
	    later: string[];
	    hiddenFiles: string[];
	    waits: boolean;
	}
	export interface Saved {
	    id: string;
	    version: number;
	    savedAt: string;
	}
	export interface ScheduleList {
	    rows: statements.ScheduleRow[];
	    groups: statements.Group[];
	}
	export interface SessionView {
	    id: string;
	    current: boolean;
	    device: string;
	    address: string;
	    door: string;
	    createdAt: string;
	    seenAt: string;
	}
	
	export interface SharedFile {
	    id: string;
	    name: string;
	    note: string;
	    size: number;
	    sizeLabel: string;
	    mediaType: string;
	    customerId: string;
	    customerName: string;
	    documentId: string;
	    documentNumber: string;
	    documentKind: string;
	    fromCustomer: boolean;
	    author: string;
	    inPortal: boolean;
	    withMail: boolean;
	    seenAt: string;
	    toldAt: string;
	    createdAt: string;
	    href: string;
	}
	export interface SharedList {
	    rows: SharedFile[];
	    next: string;
	}
	
	export interface ShownDocument {
	    id: string;
	    state: string;
	    until: string;
	    qr: string;
	}
	export interface SignForm {
	    turnId: string;
	    digest: string;
	    method: string;
	    consent: boolean;
	    consentVersion: string;
	    language: string;
	    typedName: string;
	    drawing: PenDrawing;
	    timeZone: string;
	}
	export interface SignInView {
	    needed: boolean;
	    signedIn: boolean;
	    mailServer: boolean;
	    hasRecovery: boolean;
	    firm: string;
	    language: string;
	    demo: boolean;
	    door: string;
	}
	export interface SignLook {
	    turn: signing.Turn;
	    round: signing.Round;
	    consents: signing.Consent[];
	    language: string;
	    operator: string;
	    device: string;
	}
	export interface UserMark {
	    id: string;
	    code: string;
	    name: string;
	    label: string;
	    role: string;
	    roleLabel: string;
	    language: string;
	    theme: string;
	    permissions: string[];
	}
	export interface SignedIn {
	    half: string;
	    user?: UserMark;
	    recoveryCode: string;
	}
	
	export interface StatementAccount {
	    currency: string;
	    openingMinor: number;
	    balanceMinor: number;
	    lines: StatementLine[];
	    more: number;
	    ages: AgeFigure[];
	}
	
	export interface StatementMail {
	    to: string;
	    from: string;
	    subject: string;
	    html: string;
	    papers: outbox.PaperView[];
	}
	export interface StatementQuery {
	    customerId: string;
	    kind: string;
	    preset: string;
	    from: string;
	    to: string;
	    all: boolean;
	}
	export interface StatementView {
	    customerId: string;
	    customerName: string;
	    kind: string;
	    preset: string;
	    from: string;
	    to: string;
	    accounts: StatementAccount[];
	    pdfHref: string;
	    csvHref: string;
	    xlsxHref: string;
	}
	export interface Status {
	    state: string;
	    message: string;
	    folder: string;
	    version: string;
	    company?: CompanyMark;
	    recent: RecentCompany[];
	    role: string;
	    permissions: string[];
	    signInNeeded: boolean;
	    user?: UserMark;
	    door: string;
	}
	export interface SubscriptionCounts {
	    pending: number;
	    trial: number;
	    active: number;
	    pastDue: number;
	    cancelling: number;
	    paused: number;
	    ended: number;
	    waiting: number;
	}
	export interface SubscriptionEvent {
	    at: string;
	    text: string;
	    who: string;
	    number: string;
	}
	export interface SubscriptionMoney {
	    currency: string;
	    mrrMinor: number;
	    lostMinor: number;
	}
	export interface SubscriptionFigures {
	    counts: SubscriptionCounts;
	    running: number;
	    money: SubscriptionMoney[];
	    month: string;
	    began: number;
	    joined: number;
	    lost: number;
	    churnPcm: number;
	}
	export interface SubscriptionRow {
	    id: string;
	    version: number;
	    state: string;
	    customerId: string;
	    customerName: string;
	    plan: string;
	    per: string;
	    seats: number;
	    currency: string;
	    amountMinor: number;
	    monthlyMinor: number;
	    since: string;
	    nextOn: string;
	    trialUntil: string;
	    endsOn: string;
	    waits: boolean;
	}
	export interface SubscriptionList {
	    rows: SubscriptionRow[];
	    next: string;
	    figures: SubscriptionFigures;
	}
	
	export interface SubscriptionPaper {
	    id: string;
	    kind: string;
	    number: string;
	    issueDate: string;
	    from: string;
	    to: string;
	    role: string;
	    totalMinor: number;
	    dueMinor: number;
	}
	export interface SubscriptionPlanned {
	    on: string;
	    plan: string;
	    seats: number;
	}
	export interface SubscriptionQuoteLine {
	    words: string;
	    detail: string;
	    netMinor: number;
	}
	export interface SubscriptionQuote {
	    currency: string;
	    lines: SubscriptionQuoteLine[];
	    nowMinor: number;
	    taxMinor: number;
	    nextMinor: number;
	    nextOn: string;
	    eachMinor: number;
	    trialUntil: string;
	    from: string;
	    to: string;
	    when: string;
	    on: string;
	    planVersion: number;
	    seats: number;
	}
	
	
	export interface SubscriptionTerms {
	    at: string;
	    name: string;
	    lang: string;
	    words: string;
	}
	export interface SubscriptionView {
	    id: string;
	    version: number;
	    state: string;
	    customerId: string;
	    customerName: string;
	    plan: string;
	    per: string;
	    seats: number;
	    currency: string;
	    amountMinor: number;
	    monthlyMinor: number;
	    since: string;
	    nextOn: string;
	    trialUntil: string;
	    endsOn: string;
	    waits: boolean;
	    agreed: subscriptions.Plan;
	    planId: string;
	    planState: string;
	    extras: string[];
	    extraNames: string[];
	    contactName: string;
	    paidFrom: string;
	    paidTo: string;
	    nextMinor: number;
	    firstId: string;
	    firstDue: number;
	    recurringId: string;
	    overdueMinor: number;
	    cancelAsked: string;
	    cancelReason: string;
	    endedOn: string;
	    planned?: SubscriptionPlanned;
	    open: PlanChoice[];
	    may: subscriptions.May;
	    documents: SubscriptionPaper[];
	    history: SubscriptionEvent[];
	    accepted?: SubscriptionTerms;
	}
	
	
	export interface TaxTried {
	    written: string;
	}
	export interface TestStep {
	    step: string;
	    label: string;
	    ok: boolean;
	    answer: string;
	    advice: string;
	}
	export interface TextLook {
	    html: string;
	}
	export interface TextSample {
	    groupId: string;
	    field: string;
	    lang: string;
	    words: string;
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
	export interface Tried {
	    message: string;
	}
	export interface TurnAct {
	    turnId: string;
	    digest: string;
	    reason: string;
	}
	
	export interface UserRow {
	    id: string;
	    code: string;
	    name: string;
	    label: string;
	    email: string;
	    language: string;
	    role: string;
	    roleLabel: string;
	    state: string;
	    hasPassword: boolean;
	    roleBefore: string;
	    factorOn: boolean;
	    contact: string;
	    customer: string;
	    customerId: string;
	    lastSeenAt: string;
	    invitedUntil: string;
	    self: boolean;
	    contracts: number;
	    conversations: number;
	    turns: number;
	    mayChange: boolean;
	    version: number;
	}
	export interface UserMade {
	    user: UserRow;
	    mailed: boolean;
	    link: string;
	    token: string;
	    until: string;
	}
	
	
	export interface VerifySigner {
	    name: string;
	    role: string;
	    method: string;
	    signedAt: string;
	}
	export interface VerifyView {
	    verdict: string;
	    title: string;
	    checks: signing.VerifyCheck[];
	    fileName: string;
	    sha256: string;
	    sealedAt: string;
	    certificate: string;
	    ours: boolean;
	    sameEvents: boolean;
	    contractId: string;
	    contractNumber: string;
	    contractTitle: string;
	    document: string;
	    signers: VerifySigner[];
	    completedAt: string;
	}

}

export namespace catalog {
	
	export interface CustomerPrices {
	    own: string;
	    listId: string;
	    name: string;
	}
	export interface ListPrice {
	    listId: string;
	    name: string;
	    currency: string;
	    unitPriceE4: number;
	}
	export interface GridRow {
	    publicId: string;
	    code: string;
	    name: string;
	    currency: string;
	    unitPriceE4: number;
	    costPriceE4: number;
	    version: number;
	    prices: ListPrice[];
	}
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
	    prices: ListPrice[];
	}
	
	export interface Raise {
	    listId: string;
	    items: string[];
	    provider: string;
	    change: pricing.Change;
	    seen: string;
	}
	export interface PriceChange {
	    publicId: string;
	    listName: string;
	    raise: Raise;
	    items: number;
	    by: string;
	    at: string;
	    undoneAt: string;
	    undoable: boolean;
	}
	export interface PriceEdit {
	    itemId: string;
	    listId: string;
	    version: number;
	    e4: number;
	    remove: boolean;
	}
	export interface PriceList {
	    publicId: string;
	    name: string;
	    currency: string;
	    archived: boolean;
	    version: number;
	    items: number;
	    customers: number;
	    groups: number;
	}
	
	export interface RaisedPrice {
	    publicId: string;
	    code: string;
	    name: string;
	    currency: string;
	    oldE4: number;
	    newE4: number;
	    diffE4: number;
	    margin: pricing.Margin;
	}
	export interface RaisePreview {
	    rows: RaisedPrice[];
	    unchanged: number;
	    seen: string;
	}

}

export namespace company {
	
	export interface Firm {
	    publicId: string;
	    accountNumber: string;
	    spid: string;
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
	    supportHoursFr: string;
	    supportHoursEn: string;
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
	    quoteDays: number;
	    quoteTerms: string;
	    chart: string;
	    isDemo: boolean;
	    version: number;
	    fiscalYearStarts: number;
	    billingMode: string;
	    missing: string[];
	}
	export interface PhoneSystem {
	    pbx: string;
	    provider: string;
	    setAt: string;
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
	    freeGroupId: string;
	    version: number;
	}
	export interface Series {
	    kind: string;
	    pattern: string;
	    example: string;
	    used: boolean;
	}
	export interface Support {
	    email: string;
	    phone: string;
	    hoursFr: string;
	    hoursEn: string;
	    seen: string;
	}

}

export namespace contracts {
	
	export interface AttachedFile {
	    id: string;
	    folderId: string;
	    name: string;
	    versionId: string;
	    n: number;
	    size: number;
	    mediaType: string;
	    sha256: string;
	    note: string;
	    author: string;
	    at: string;
	    inPortal: boolean;
	    sealed: boolean;
	    removedAt: string;
	    rounds: string[];
	}
	export interface Folder {
	    id: string;
	    parentId: string;
	    name: string;
	    inPortal: boolean;
	}
	export interface FileTree {
	    folders: Folder[];
	    files: AttachedFile[];
	    removed: number;
	    maxMb: number;
	    shared: boolean;
	    newHidden: boolean;
	}
	export interface FileVersion {
	    id: string;
	    n: number;
	    name: string;
	    size: number;
	    mediaType: string;
	    sha256: string;
	    note: string;
	    author: string;
	    at: string;
	}
	
	export interface Pick {
	    contractId: string;
	    fileIds: string[];
	    folderIds: string[];
	}
	export interface SharePerson {
	    id: string;
	    name: string;
	    email: string;
	    primary: boolean;
	    told: boolean;
	    sees: boolean;
	    barred: string;
	    customerId: string;
	    customerName: string;
	}
	export interface SharePlan {
	    contractId: string;
	    number: string;
	    title: string;
	    version: number;
	    customerId: string;
	    customerName: string;
	    inPortal: boolean;
	    before: boolean;
	    requesterId: string;
	    watcherIds: string[];
	    allFiles: boolean;
	    people: SharePerson[];
	    seeEachOther: boolean;
	    tells: string[];
	    silent: string[];
	    toldBefore: string[];
	    files: number;
	    filesShown: number;
	    milestones: number;
	    milestonesShown: number;
	    rounds: number;
	}
	export interface Shared {
	    contractId: string;
	    version: number;
	    told: string[];
	}

}

export namespace customers {
	
	export interface Change {
	    field: string;
	    contact: string;
	    before: string;
	    after: string;
	}
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
	export interface ContactCard {
	    id: string;
	    version: number;
	    name: string;
	    email: string;
	    phone: string;
	    language: string;
	}
	export interface Customer {
	    publicId: string;
	    number: string;
	    externalCode: string;
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
	    groupId: string;
	    remindersExempt: boolean;
	    archived: boolean;
	    suspended: boolean;
	    version: number;
	    contacts: Contact[];
	}
	export interface Decision {
	    proposalId: string;
	    accept: boolean;
	    now: string;
	    words: string;
	}
	export interface DirectoryRow {
	    id: string;
	    version: number;
	    name: string;
	    email: string;
	    phone: string;
	    language: string;
	    isPrimary: boolean;
	    portalAccess: boolean;
	    access: string;
	    allAreas: boolean;
	    signedInAt: string;
	    customerId: string;
	    customerNumber: string;
	    customerName: string;
	    seeEachOther: boolean;
	}
	export interface Group {
	    publicId: string;
	    name: string;
	    isDefault: boolean;
	    termsDays?: number;
	    termsEndOfMonth: boolean;
	    taxRegime: string;
	    language: string;
	    priceListId: string;
	    priceListName: string;
	    policyId: string;
	    policyName: string;
	    uploadsAllowed: boolean;
	    portalEnabled?: boolean;
	    customers: number;
	    version: number;
	}
	export interface GroupFormat {
	    code: string;
	    pattern: string;
	    example: string;
	}
	export interface GroupMail {
	    kind: string;
	    subjectFr: string;
	    bodyFr: string;
	    subjectEn: string;
	    bodyEn: string;
	    shippedSubjectFr: string;
	    shippedBodyFr: string;
	    shippedSubjectEn: string;
	    shippedBodyEn: string;
	}
	export interface GroupPerson {
	    code: string;
	    label: string;
	}
	export interface GroupMails {
	    groupId: string;
	    requestsTo: string;
	    mailsFrom: string;
	    inviteOthers: boolean;
	    tellNewPrimary: boolean;
	    tellOldPrimary: boolean;
	    mails: GroupMail[];
	    placeholders: string[];
	    contacts: GroupPerson[];
	    version: number;
	}
	
	export interface GroupQuestion {
	    publicId: string;
	    kind: string;
	    labelFr: string;
	    labelEn: string;
	    choicesFr: string[];
	    choicesEn: string[];
	    mandatory: boolean;
	}
	export interface GroupText {
	    field: string;
	    fr: string;
	    en: string;
	    shippedFr: string;
	    shippedEn: string;
	}
	export interface GroupTerms {
	    version: number;
	    fr: string;
	    en: string;
	    at: string;
	    byName: string;
	    accepted: number;
	}
	export interface GroupPortal {
	    groupId: string;
	    termsFr: string;
	    termsEn: string;
	    terms: GroupTerms[];
	    taxFormat: string;
	    taxMask: string;
	    formats: GroupFormat[];
	    emailHelpUrl: string;
	    texts: GroupText[];
	    questions: GroupQuestion[];
	    passwordAlways: boolean;
	    factorWanted: boolean;
	    proposals: boolean;
	    version: number;
	}
	
	
	
	export interface InviteQuery {
	    ids: string[];
	    all: boolean;
	}
	export interface Invited {
	    customerId: string;
	    number: string;
	    customer: string;
	    contact: string;
	    email: string;
	    result: string;
	    invitedAt: string;
	    mailId: string;
	    answer: string;
	}
	export interface InviteRun {
	    id: string;
	    by: string;
	    total: number;
	    done: number;
	    running: boolean;
	    underway: boolean;
	    createdAt: string;
	    rows: Invited[];
	}
	
	export interface Losing {
	    id: string;
	    number: string;
	    title: string;
	    requester: boolean;
	    watcher: boolean;
	    sees: boolean;
	    party: boolean;
	    awaited: boolean;
	}
	export interface MailSample {
	    groupId: string;
	    kind: string;
	    lang: string;
	    subject: string;
	    body: string;
	    contactId: string;
	}
	export interface Move {
	    contactId: string;
	    version: number;
	    customerId: string;
	    successorId: string;
	}
	export interface MovePlan {
	    contactId: string;
	    name: string;
	    version: number;
	    fromId: string;
	    fromName: string;
	    toId: string;
	    toName: string;
	    primary: boolean;
	    successors: Contact[];
	    becomesPrimary: boolean;
	    sameAddress: boolean;
	    contracts: Losing[];
	}
	export interface Person {
	    publicId: string;
	    name: string;
	    email: string;
	    phone: string;
	    language: string;
	    isPrimary: boolean;
	    portalAccess: boolean;
	    allAreas: boolean;
	    areas: string[];
	    invitedBy: string;
	    invitedAt: string;
	    hasPassword: boolean;
	    hasFactor: boolean;
	    access: string;
	    signedInAt: string;
	    version: number;
	}
	export interface PortalOff {
	    contacts: number;
	    sessions: number;
	    free: boolean;
	}
	export interface Proposal {
	    publicId: string;
	    contactId: string;
	    contact: string;
	    by: string;
	    field: string;
	    before: string;
	    now: string;
	    after: string;
	    state: string;
	    words: string;
	    at: string;
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
	    suspended: boolean;
	    version: number;
	}
	export interface Suspension {
	    publicId: string;
	    suspended: boolean;
	    reason: string;
	}
	export interface Swap {
	    customerId: string;
	    fromId: string;
	    toId: string;
	}
	export interface SwapPlan {
	    tellNew: boolean;
	    tellOld: boolean;
	}
	export interface TaxTry {
	    format: string;
	    mask: string;
	    value: string;
	}
	export interface TermsAccepted {
	    contact: string;
	    customer: string;
	    at: string;
	    address: string;
	    lang: string;
	}

}

export namespace hours {
	
	export interface Event {
	    publicId: string;
	    name: string;
	    startDate: string;
	    startTime: string;
	    endDate: string;
	    endTime: string;
	    open: boolean;
	    french: boolean;
	    english: boolean;
	    holiday: boolean;
	    version: number;
	}
	export interface Holiday {
	    name: string;
	    date: string;
	    added: boolean;
	}
	export interface Schedule {
	    publicId: string;
	    language: string;
	    kind: string;
	    name: string;
	    days: number[];
	    allDay: boolean;
	    start: string;
	    end: string;
	    open: boolean;
	    mealBreak: boolean;
	    version: number;
	}
	export interface Settings {
	    enabled: boolean;
	    promiseMinutes: number;
	    sameHours: boolean;
	    version: number;
	}
	export interface Year {
	    year: number;
	    country: string;
	    set: string;
	    sets: string[];
	    days: Holiday[];
	}

}

export namespace imports {
	
	export interface Done {
	    publicId: string;
	    kind: string;
	    file: string;
	    made: number;
	    changed: number;
	    skipped: number;
	    by: string;
	    at: string;
	}
	export interface Options {
	    head: number;
	    columns: string[];
	    decimal: string;
	    dateOrder: string;
	    existing: string;
	    source: string;
	    openingOn: string;
	    nature: string;
	}

}

export namespace notices {
	
	export interface Group {
	    publicId: string;
	    name: string;
	}
	export interface Announcement {
	    publicId: string;
	    titleFr: string;
	    titleEn: string;
	    bodyFr: string;
	    bodyEn: string;
	    startsOn: string;
	    endsOn: string;
	    everyone: boolean;
	    groups: Group[];
	    importance: string;
	    pinned: boolean;
	    byMail: boolean;
	    state: string;
	    mailed: boolean;
	    seen: number;
	    audience: number;
	    mails: number;
	    version: number;
	}
	
	export interface Question {
	    publicId: string;
	    questionFr: string;
	    questionEn: string;
	    answerFr: string;
	    answerEn: string;
	    everyone: boolean;
	    groups: Group[];
	    published: boolean;
	    version: number;
	}
	export interface Reader {
	    name: string;
	    customer: string;
	    customerId: string;
	    seenAt: string;
	    dismissed: boolean;
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
	
	export interface Reply {
	    key: string;
	    detail: string;
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
	
	export interface SplitPart {
	    documentId: string;
	    amountMinor: number;
	}
	export interface Allocate {
	    key: string;
	    paymentId: string;
	    version: number;
	    parts: SplitPart[];
	}
	export interface Announcement {
	    publicId: string;
	    documentId: string;
	    documentIds: string[];
	    number: string;
	    customerName: string;
	    amountMinor: number;
	    currency: string;
	    announcedOn: string;
	}
	export interface UsedCredit {
	    creditId: string;
	    paymentId: string;
	    amountMinor: number;
	}
	export interface Ask {
	    customerId: string;
	    currency: string;
	    amountMinor: number;
	    only: string[];
	    auto: boolean;
	    parts: SplitPart[];
	    credits: UsedCredit[];
	}
	export interface Balance {
	    currency: string;
	    dueMinor: number;
	    creditMinor: number;
	    leftMinor: number;
	    netMinor: number;
	}
	export interface Cancel {
	    key: string;
	    paymentId: string;
	    version: number;
	    reason: string;
	}
	export interface Confirmed {
	    key: string;
	    announcementId: string;
	    receivedOn: string;
	    amountMinor: number;
	}
	export interface PayoutRow {
	    id: string;
	    reference: string;
	    told: boolean;
	    arrivedOn: string;
	    amountMinor: number;
	    currency: string;
	    byHand: boolean;
	    addedBy: string;
	    reversedOn: string;
	    canCancel: boolean;
	}
	export interface GatewayMoney {
	    gateway: string;
	    mode: string;
	    heldMinor: number;
	    currency: string;
	    tells: boolean;
	    payouts: PayoutRow[];
	}
	export interface GatewayWorld {
	    mode: string;
	    hasKey: boolean;
	    hint: string;
	    hasHook: boolean;
	    lost: boolean;
	    refused: string;
	    refusedBy: string;
	    mute: boolean;
	    hookedAt: string;
	}
	export interface KeysChange {
	    gateway: string;
	    mode: string;
	    key: string;
	    hook: string;
	    otherAccount: boolean;
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
	    gateway: string;
	    mode: string;
	    leftMinor: number;
	    refundedMinor: number;
	    cancelled: boolean;
	}
	
	export interface ProposedCredit {
	    creditId: string;
	    paymentId: string;
	    number: string;
	    on: string;
	    leftMinor: number;
	    amountMinor: number;
	}
	export interface ProposedPart {
	    documentId: string;
	    number: string;
	    issueDate: string;
	    dueDate: string;
	    totalMinor: number;
	    dueMinor: number;
	    amountMinor: number;
	    announced: boolean;
	}
	export interface Proposal {
	    currency: string;
	    amountMinor: number;
	    parts: ProposedPart[];
	    credits: ProposedCredit[];
	    sumMinor: number;
	    usedMinor: number;
	    restMinor: number;
	    creditMinor: number;
	}
	
	
	export interface RecordPayment {
	    key: string;
	    customerId: string;
	    currency: string;
	    amountMinor: number;
	    feeMinor: number;
	    receivedOn: string;
	    method: string;
	    reference: string;
	    note: string;
	    notify: boolean;
	    anyway: boolean;
	    parts: SplitPart[];
	    credits: UsedCredit[];
	}
	export interface RecordPayout {
	    key: string;
	    gateway: string;
	    amountMinor: number;
	    currency: string;
	    arrivedOn: string;
	    reference: string;
	    anyway: boolean;
	}
	export interface Refund {
	    key: string;
	    paymentId: string;
	    creditId: string;
	    version: number;
	    amountMinor: number;
	    fromInvoices: boolean;
	    feeMinor: number;
	    refundedOn: string;
	    method: string;
	    reference: string;
	    note: string;
	    notify: boolean;
	}
	export interface RefundRow {
	    publicId: string;
	    number: string;
	    customerId: string;
	    customerName: string;
	    paymentId: string;
	    creditId: string;
	    of: string;
	    method: string;
	    refundedOn: string;
	    amountMinor: number;
	    currency: string;
	    reference: string;
	}
	
	export interface Unallocate {
	    key: string;
	    paymentId: string;
	    creditId: string;
	    documentId: string;
	}
	export interface UseCredits {
	    key: string;
	    customerId: string;
	    currency: string;
	    parts: SplitPart[];
	    credits: UsedCredit[];
	}
	
	export interface WaySetting {
	    way: string;
	    enabled: boolean;
	    leastMinor: number;
	    mostMinor: number;
	    feePcm: number;
	    feeMinor: number;
	    wordsFr: string;
	    wordsEn: string;
	    gateway: boolean;
	    mode: string;
	    lacks: string;
	}
	export interface WaySettings {
	    ways: WaySetting[];
	    less: boolean;
	    more: boolean;
	    ahead: boolean;
	    save: boolean;
	    leastMinor: number;
	    version: number;
	    currency: string;
	    mayCharge: boolean;
	    feeLaw: string;
	    cashLimit: boolean;
	}

}

export namespace pricing {
	
	export interface Change {
	    pcm: number;
	    addE4: number;
	    rounding: string;
	}
	export interface Margin {
	    e4: number;
	    markPcm: number;
	    known: boolean;
	}

}

export namespace privacy {
	
	export interface Erase {
	    contactId: string;
	    version: number;
	    typed: string;
	}
	export interface Erased {
	    customerId: string;
	    texts: number;
	}
	export interface Going {
	    kind: string;
	    count: number;
	}
	export interface Kept {
	    kind: string;
	    place: string;
	    years: number;
	    fromYear: boolean;
	}
	export interface Staying {
	    kind: string;
	    place: string;
	    count: number;
	    years: number;
	    until: string;
	}
	export interface Plan {
	    contactId: string;
	    customerId: string;
	    name: string;
	    customerName: string;
	    version: number;
	    blocked: string;
	    person: string;
	    losesAccess: boolean;
	    customerMail: boolean;
	    goes: Going[];
	    stays: Staying[];
	}

}

export namespace registration {
	
	export interface Difference {
	    field: string;
	    have: string;
	    given: string;
	    same: boolean;
	}
	export interface Namesake {
	    contactId: string;
	    name: string;
	}
	export interface Candidate {
	    customerId: string;
	    number: string;
	    name: string;
	    city: string;
	    portalOff: boolean;
	    reasons: string[];
	    contactId: string;
	    contact: string;
	    hasAccess: boolean;
	    namesakes: Namesake[];
	    mailbox: string;
	    addresses: string[];
	    differences: Difference[];
	}
	export interface Certain {
	    requestId: string;
	    version: number;
	    name: string;
	    email: string;
	    taxId: string;
	    customerId: string;
	    customer: string;
	    number: string;
	    contact: string;
	    fields: string[];
	}
	export interface Decision {
	    id: string;
	    state: string;
	    customerId: string;
	    customer: string;
	    made: boolean;
	    email: string;
	}
	export interface DeskAnswer {
	    questionFr: string;
	    questionEn: string;
	    kind: string;
	    answer: string;
	}
	export interface QueueRow {
	    id: string;
	    state: string;
	    name: string;
	    email: string;
	    company: string;
	    taxId: string;
	    group: string;
	    sentAt: string;
	    decidedAt: string;
	    decidedBy: string;
	    customer: string;
	    customerId: string;
	    matches: string[];
	}
	export interface RequestForm {
	    name: string;
	    email: string;
	    phone: string;
	    language: string;
	    userName: string;
	    company: string;
	    taxId: string;
	    line1: string;
	    line2: string;
	    postcode: string;
	    city: string;
	    region: string;
	    country: string;
	    reply: string;
	}
	export interface DeskRequest {
	    id: string;
	    state: string;
	    name: string;
	    email: string;
	    company: string;
	    taxId: string;
	    group: string;
	    sentAt: string;
	    decidedAt: string;
	    decidedBy: string;
	    customer: string;
	    customerId: string;
	    matches: string[];
	    form: RequestForm;
	    groupId: string;
	    portalOff: boolean;
	    answers: DeskAnswer[];
	    terms: number;
	    termsAt: string;
	    words: string;
	    until: string;
	    candidates: Candidate[];
	    twins: QueueRow[];
	    nameTaken: boolean;
	    version: number;
	}
	
	export interface LinkMail {
	    groupId: string;
	    to: string;
	    language: string;
	}
	
	export interface StateCounts {
	    sent: number;
	    asked: number;
	    approved: number;
	    refused: number;
	    withdrawn: number;
	}
	export interface Queue {
	    rows: QueueRow[];
	    next: string;
	    counts: StateCounts;
	}
	
	

}

export namespace reminders {
	
	export interface Chosen {
	    documentId: string;
	    level: number;
	}
	export interface Level {
	    days: number;
	    interest: boolean;
	    indemnity: boolean;
	    formal: boolean;
	    subjectFr: string;
	    bodyFr: string;
	    subjectEn: string;
	    bodyEn: string;
	    tone: string;
	}
	export interface PlanQuery {
	    documents: string[];
	    atMost: number;
	}
	export interface Policy {
	    publicId: string;
	    name: string;
	    isDefault: boolean;
	    automatic: boolean;
	    levels: Level[];
	    groups: number;
	    version: number;
	}
	export interface Rate {
	    from: string;
	    to: string;
	    ratePcm: number;
	    floorPcm: number;
	    indemnityMinor: number;
	    source: string;
	    shipped: boolean;
	    confirmed: boolean;
	}
	export interface Rates {
	    country: string;
	    agreedPcm: number;
	    rows: Rate[];
	    missing: string;
	}
	export interface Sample {
	    policy: Policy;
	    level: number;
	    lang: string;
	    documentId: string;
	}
	export interface Sent {
	    mails: number;
	    documents: number;
	}

}

export namespace sepa {
	
	export interface Ask {
	    key: string;
	    customerId: string;
	    scheme: string;
	    oneOff: boolean;
	    noticeDays: number;
	}
	export interface LinePart {
	    documentId: string;
	    number: string;
	    amountMinor: number;
	}
	export interface BatchLine {
	    publicId: string;
	    customerId: string;
	    customerName: string;
	    amountMinor: number;
	    account: string;
	    endToEnd: string;
	    state: string;
	    rum: string;
	    mandateId: string;
	    sequence: string;
	    about: string;
	    paymentId: string;
	    paymentNumber: string;
	    returnedOn: string;
	    returnCode: string;
	    feeMinor: number;
	    owedMinor: number;
	    note: string;
	    parts: LinePart[];
	}
	export interface BatchRow {
	    publicId: string;
	    kind: string;
	    number: string;
	    scheme: string;
	    onDate: string;
	    orders: number;
	    amountMinor: number;
	    state: string;
	    confirmedOn: string;
	    createdAt: string;
	}
	export interface Candidate {
	    documentId: string;
	    number: string;
	    customerId: string;
	    customerName: string;
	    dueDate: string;
	    amountMinor: number;
	    mandateId: string;
	    rum: string;
	    account: string;
	    sequence: string;
	    why: string;
	    earliest: string;
	}
	export interface Change {
	    publicId: string;
	    version: number;
	    registered: boolean;
	    ends: boolean;
	    unblock: boolean;
	}
	export interface Confirm {
	    batchId: string;
	    on: string;
	    thank: boolean;
	}
	export interface DebitDone {
	    onDate: string;
	    amountMinor: number;
	    state: string;
	    code: string;
	    batchId: string;
	    batch: string;
	}
	export interface Decide {
	    key: string;
	    paymentId: string;
	    creditId: string;
	    amountMinor: number;
	    fromInvoices: boolean;
	    name: string;
	    iban: string;
	    bic: string;
	    note: string;
	    thank: boolean;
	}
	export interface Decided {
	    publicId: string;
	    customerId: string;
	    customerName: string;
	    amountMinor: number;
	    name: string;
	    account: string;
	    about: string;
	    createdAt: string;
	}
	export interface Drop {
	    batchId: string;
	    notSent: boolean;
	}
	
	export interface MakeDebits {
	    key: string;
	    scheme: string;
	    on: string;
	    documents: string[];
	}
	export interface MakeTransfers {
	    key: string;
	    on: string;
	    ids: string[];
	}
	export interface Mandate {
	    publicId: string;
	    customerId: string;
	    customerName: string;
	    rum: string;
	    ics: string;
	    scheme: string;
	    oneOff: boolean;
	    ends: boolean;
	    noticeDays: number;
	    state: string;
	    registered: boolean;
	    blockedCode: string;
	    how: string;
	    debtorName: string;
	    account: string;
	    bic: string;
	    signedOn: string;
	    signedAt: string;
	    signedBy: string;
	    address: string;
	    words: string;
	    hasSignature: boolean;
	    hasPaper: boolean;
	    paperName: string;
	    askedAt: string;
	    revokedAt: string;
	    revokedBy: string;
	    revokeReason: string;
	    lapsesOn: string;
	    uses: number;
	    lastOn: string;
	    debits: DebitDone[];
	    version: number;
	}
	export interface NotDone {
	    key: string;
	    lineId: string;
	    on: string;
	    note: string;
	    again: boolean;
	    iban: string;
	    bic: string;
	}
	export interface Plan {
	    scheme: string;
	    on: string;
	}
	export interface Proposal {
	    on: string;
	    scheme: string;
	    taken: Candidate[];
	    left: Candidate[];
	    amountMinor: number;
	}
	export interface Return {
	    key: string;
	    debitId: string;
	    code: string;
	    on: string;
	    feeMinor: number;
	    tell: boolean;
	}
	export interface Settings {
	    ics: string;
	    noticeDays: number;
	    version: number;
	    ready: boolean;
	    others: number;
	}

}

export namespace signing {
	
	export interface Candidate {
	    type: string;
	    id: string;
	    name: string;
	    email: string;
	    blocked: string;
	}
	export interface SealedPaper {
	    fileId: string;
	    versionId: string;
	    name: string;
	    sha256: string;
	    size: number;
	    sealedAt: string;
	    roundId: string;
	}
	export interface Drawn {
	    path: string;
	    width: number;
	    height: number;
	    png: string;
	}
	export interface Signed {
	    typedName: string;
	    drawing?: Drawn;
	    email: string;
	    method: string;
	    provedAt: string;
	    codeSentAt: string;
	    signedAt: string;
	    address: string;
	    userAgent: string;
	    operator: string;
	    device: string;
	    timeZone: string;
	    digest: string;
	    consent: string;
	    consentVersion: string;
	    language: string;
	}
	export interface Turn {
	    id: string;
	    partyId: string;
	    type: string;
	    name: string;
	    email: string;
	    capacity: string;
	    dueOn: string;
	    state: string;
	    blocked: string;
	    late: boolean;
	    mine: boolean;
	    toldAt: string;
	    openedAt: string;
	    remindedAt: string;
	    reminders: number;
	    decidedAt: string;
	    reason: string;
	    signature?: Signed;
	}
	export interface Document {
	    position: number;
	    fileId: string;
	    versionId: string;
	    name: string;
	    sha256: string;
	    size: number;
	    mediaType: string;
	    pages: number;
	    sealedFileId: string;
	    sealedVersionId: string;
	}
	export interface Round {
	    id: string;
	    kind: string;
	    n: number;
	    state: string;
	    ordered: boolean;
	    message: string;
	    digest: string;
	    startedBy: string;
	    startedAt: string;
	    closedAt: string;
	    waiting: string;
	    sealing: string;
	    sealedAt: string;
	    sealFault: string;
	    documents: Document[];
	    turns: Turn[];
	}
	export interface Party {
	    id: string;
	    type: string;
	    personId: string;
	    name: string;
	    email: string;
	    capacity: string;
	    dueOn: string;
	    position: number;
	    blocked: string;
	    turnId: string;
	}
	export interface CentreFile {
	    id: string;
	    versionId: string;
	    name: string;
	    size: number;
	    mediaType: string;
	    sha256: string;
	    inPortal: boolean;
	    chosen: boolean;
	    pdf: boolean;
	}
	export interface Centre {
	    contractId: string;
	    kind: string;
	    version: number;
	    ordered: boolean;
	    dueOn: string;
	    message: string;
	    files: CentreFile[];
	    parties: Party[];
	    round?: Round;
	    history: Round[];
	    sealed: SealedPaper[];
	}
	
	export interface CentreForm {
	    contractId: string;
	    kind: string;
	    version: number;
	    ordered: boolean;
	    dueOn: string;
	    message: string;
	    fileIds: string[];
	}
	export interface Consent {
	    version: string;
	    language: string;
	    text: string;
	    sha256: string;
	}
	export interface Decided {
	    state: string;
	    at: string;
	    again: boolean;
	}
	
	
	
	export interface PartyChange {
	    id: string;
	    capacity: string;
	    dueOn: string;
	}
	export interface PartyForm {
	    contractId: string;
	    kind: string;
	    type: string;
	    personId: string;
	    name: string;
	    email: string;
	    language: string;
	    capacity: string;
	    dueOn: string;
	    restart: boolean;
	}
	export interface ProofEvent {
	    n: number;
	    at: string;
	    kind: string;
	    label: string;
	    who: string;
	    source: string;
	    address: string;
	    agent: string;
	    detail: string;
	    hash: string;
	}
	export interface ProofHead {
	    name: string;
	    sha256: string;
	    sound: boolean;
	    head: string;
	}
	
	
	
	export interface StartForm {
	    contractId: string;
	    kind: string;
	    version: number;
	    makeVisible: boolean;
	}
	
	export interface VerifyCheck {
	    name: string;
	    label: string;
	    state: string;
	    reason: string;
	}

}

export namespace statements {
	
	export interface Group {
	    publicId: string;
	    name: string;
	}
	export interface RunRow {
	    on: string;
	    kind: string;
	    from: string;
	    to: string;
	    outcome: string;
	    reason: string;
	    mailId: string;
	    state: string;
	    address: string;
	}
	export interface Schedule {
	    publicId: string;
	    customerId: string;
	    groupId: string;
	    kind: string;
	    frequency: string;
	    onlyOpen: boolean;
	    version: number;
	}
	export interface ScheduleRow {
	    publicId: string;
	    customerId: string;
	    groupId: string;
	    kind: string;
	    frequency: string;
	    onlyOpen: boolean;
	    version: number;
	    name: string;
	    isGroup: boolean;
	    nextOn: string;
	    paused: boolean;
	    lastOn: string;
	    mailed: number;
	}

}

export namespace subscriptions {
	
	export interface Cancel {
	    key: string;
	    publicId: string;
	    version: number;
	    how: string;
	    reason: string;
	    shownMinor: number;
	}
	export interface Change {
	    key: string;
	    publicId: string;
	    version: number;
	    planId: string;
	    planVersion: number;
	    seats: number;
	    extras: string[];
	    shownMinor: number;
	}
	export interface Extra {
	    id: string;
	    nameFr: string;
	    nameEn: string;
	    priceMinor: number;
	    perSeat: boolean;
	}
	export interface May {
	    pay: boolean;
	    startTrial: boolean;
	    cancel: boolean;
	    takeBack: boolean;
	    changePlan: boolean;
	    changeSeats: boolean;
	    pause: boolean;
	    resume: boolean;
	    resumeBills: boolean;
	    cancelNow: boolean;
	    cancelNowCredit: boolean;
	}
	export interface NewLink {
	    key: string;
	    planId: string;
	    label: string;
	    expiresOn: string;
	    most: number;
	}
	export interface Plan {
	    publicId: string;
	    version: number;
	    state: string;
	    nameFr: string;
	    nameEn: string;
	    aboutFr: string;
	    aboutEn: string;
	    currency: string;
	    priceMinor: number;
	    pricesInclTax: boolean;
	    itemId: string;
	    nature: string;
	    taxCodes: string[];
	    unit: string;
	    every: number;
	    trialDays: number;
	    trialMethod: boolean;
	    setupMinor: number;
	    seatsMin: number;
	    seatsMax: number;
	    extras: Extra[];
	    mayCancel: boolean;
	    mayChangePlan: boolean;
	    mayChangeSeats: boolean;
	    moveTo: string[];
	    cancelRule: string;
	    cancelWaits: boolean;
	    downgrade: string;
	    autoCharge: boolean;
	}
	export interface Subscribe {
	    key: string;
	    token: string;
	    planId: string;
	    customerId: string;
	    planVersion: number;
	    seats: number;
	    extras: string[];
	    shownMinor: number;
	}

}

export namespace users {
	
	export interface Chosen {
	    kind: string;
	    id: string;
	}
	export interface Form {
	    id: string;
	    code: string;
	    name: string;
	    email: string;
	    language: string;
	    role: string;
	    version: number;
	}

}

