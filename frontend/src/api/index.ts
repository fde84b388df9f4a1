// Everything the window asks of Go, in one list: the generated functions by names of the trade. This folder is the
// only importer of wailsjs. rpc.ts comes first: it gives the generated functions their transport.
import './rpc';
import * as Audit from '../../wailsjs/go/app/Audit';
import * as Books from '../../wailsjs/go/app/Books';
import * as Credits from '../../wailsjs/go/app/Credits';
import * as Charging from '../../wailsjs/go/app/Charging';
import * as CatchUp from '../../wailsjs/go/app/CatchUp';
import * as ContractFiles from '../../wailsjs/go/app/ContractFiles';
import * as ContractMoney from '../../wailsjs/go/app/ContractMoney';
import * as ContractSharing from '../../wailsjs/go/app/ContractSharing';
import * as Customers from '../../wailsjs/go/app/Customers';
import * as Gateways from '../../wailsjs/go/app/Gateways';
import * as Privacy from '../../wailsjs/go/app/Privacy';
import * as Invitations from '../../wailsjs/go/app/Invitations';
import * as Groups from '../../wailsjs/go/app/Groups';
import * as Hours from '../../wailsjs/go/app/Hours';
import * as HomePage from '../../wailsjs/go/app/Home';
import * as Invoices from '../../wailsjs/go/app/Invoices';
import * as Items from '../../wailsjs/go/app/Items';
import * as MailRoom from '../../wailsjs/go/app/Mail';
import * as Imports from '../../wailsjs/go/app/Imports';
import * as PriceLists from '../../wailsjs/go/app/PriceLists';
import * as Payments from '../../wailsjs/go/app/Payments';
import * as PortalDoor from '../../wailsjs/go/app/Portal';
import * as Provisioning from '../../wailsjs/go/app/Provisioning';
import * as Questions from '../../wailsjs/go/app/Questions';
import * as Quotes from '../../wailsjs/go/app/Quotes';
import * as Requests from '../../wailsjs/go/app/Requests';
import * as Reminding from '../../wailsjs/go/app/Reminders';
import * as Recurring from '../../wailsjs/go/app/Recurring';
import * as Sepa from '../../wailsjs/go/app/Sepa';
import * as Settings from '../../wailsjs/go/app/Settings';
import * as Shared from '../../wailsjs/go/app/Shared';
import * as Statements from '../../wailsjs/go/app/Statements';
import * as Subscriptions from '../../wailsjs/go/app/Subscriptions';
import * as System from '../../wailsjs/go/app/System';
import { notices } from './notices';
import { send, upload } from './files';
import { contracts } from './contracts';
import { conversations } from './conversations';
import { signing } from './signing';
import { account, lan, users } from './account';
import { billingAccount } from './billingAccount';
export type * from './billingAccount';
export type * from './notices';
import type { customers, outbox } from '../../wailsjs/go/models';
import type * as A from './types';

export type * from './types';
export type * from './conversations';
export type * from './signing';
export type * from './account';
export { ApiError, asApiError } from './error';
export { inWindow } from './rpc';
export { download } from './files';
export { on, reopen } from './events';
export { askProofWith, drop, giveUp, goOn, onSignInNeeded, onTurn } from './session';
export { newKey, useIntention } from './intention';

export const api = {
  audit: { list: Audit.List, choices: Audit.Choices, prove: Audit.Prove },
  system: {
    status: System.Status,
    create: System.Create,
    openDemo: System.OpenDemo,
    open: System.Open,
    retry: System.Retry,
    canBrowse: System.CanBrowse,
    browse: System.BrowseFolder,
    closeCompany: System.CloseCompany,
    setPreferences: System.SetPreferences,
    search: System.Search,
    notifications: System.Notifications,
    markRead: System.MarkNotificationsRead,
  },
  home: HomePage.View,
  /** A list of the window as a file, as it is filtered and sorted. */
  listHref: (list: string, form: 'csv' | 'xlsx', q: A.ListQuery | A.ContractQuery | A.AuditQuery) => `/files/lists/${list}.${form}?` + listParams(q),
  contractFiles: {
    list: ContractFiles.List,
    removed: ContractFiles.Removed,
    versions: ContractFiles.Versions,
    rename: ContractFiles.Rename,
    move: ContractFiles.Move,
    show: ContractFiles.Show,
    remove: ContractFiles.Remove,
    restore: ContractFiles.Restore,
    addFolder: ContractFiles.AddFolder,
    renameFolder: ContractFiles.RenameFolder,
    removeFolder: ContractFiles.RemoveFolder,
    /** same: '' refuses a name that is taken, 'version' makes it the next version, 'both' keeps both. */
    add: (contractId: string, fields: { key: string; folder: string; path: string; same: string }, file: File, o?: Parameters<typeof send>[3]) => send<A.AttachedFile[]>(`/files/contracts/${contractId}`, fields, file, o),
    addVersion: (contractId: string, fileId: string, fields: { key: string; base: string; note: string }, file: File, o?: Parameters<typeof send>[3]) => send<A.AttachedFile>(`/files/contracts/${contractId}/${fileId}`, fields, file, o),
    href: (versionId: string) => `/files/contract-versions/${versionId}`,
    archiveHref: (contractId: string, files: string[], folders: string[]) => `/files/contracts/${contractId}/archive.zip?${new URLSearchParams({ files: files.join(','), folders: folders.join(',') }).toString()}`,
  },
  contractSharing: {
    look: ContractSharing.Look,
    elsewhere: ContractSharing.Elsewhere,
    share: ContractSharing.Share,
    hide: ContractSharing.Hide,
    contacts: ContractSharing.Contacts,
    saveContact: ContractSharing.SaveContact,
    moveLook: ContractSharing.MoveLook,
    move: ContractSharing.Move,
    seeEachOther: ContractSharing.SeeEachOther,
    setSeeEachOther: ContractSharing.SetSeeEachOther,
  },
  contractMoney: { get: ContractMoney.Get, bill: ContractMoney.Bill, attach: ContractMoney.Attach, detach: ContractMoney.Detach, of: ContractMoney.Of },
  invoices: {
    list: Invoices.List,
    get: Invoices.Get,
    edit: Invoices.Edit,
    compute: Invoices.Compute,
    save: Invoices.Save,
    send: Invoices.Send,
    markSent: Invoices.MarkSent,
    markPaid: Invoices.MarkPaid,
    duplicate: Invoices.Duplicate,
    remove: Invoices.DeleteDraft,
    confirmTransfer: Invoices.ConfirmTransfer,
    dismissTransfer: Invoices.DismissTransfer,
    recordPayment: Invoices.RecordPayment,
    previewHref: (id: string, version: number) => `/files/invoices/${id}/preview.pdf?v=${version}`,
  },
  credits: {
    list: Credits.List,
    creditable: Credits.Creditable,
    preview: Credits.Preview,
    issue: Credits.Issue,
    draft: Credits.Draft,
    edit: Credits.Edit,
    editDeposit: Credits.EditDeposit,
    deposits: Credits.Deposits,
    billing: Credits.Billing,
    deposit: Credits.Deposit,
  },
  contracts,
  conversations,
  signing,
  account,
  billingAccount,
  users,
  lan,
  charging: {
    ofInvoice: Charging.OfInvoice,
    retryNow: Charging.RetryNow,
    stop: Charging.Stop,
    ofRecurring: Charging.OfRecurring,
    choices: Charging.Choices,
    settings: Charging.Settings,
    saveSettings: Charging.SaveSettings,
  },
  recurring: {
    list: Recurring.List,
    get: Recurring.Get,
    runs: Recurring.Runs,
    edit: Recurring.Edit,
    compute: Recurring.Compute,
    save: Recurring.Save,
    activate: Recurring.Activate,
    pause: Recurring.Pause,
    resume: Recurring.Resume,
    end: Recurring.End,
    skipNext: Recurring.SkipNext,
    duplicate: Recurring.Duplicate,
    remove: Recurring.DeleteDraft,
    sourceOf: Recurring.SourceOf,
  },
  sepa: {
    settings: Sepa.Settings,
    saveSettings: Sepa.SaveSettings,
    mandates: Sepa.Mandates,
    mandate: Sepa.Mandate,
    ofCustomer: Sepa.OfCustomer,
    ask: Sepa.Ask,
    recordPaper: Sepa.RecordPaper,
    change: Sepa.Change,
    revoke: Sepa.Revoke,
    propose: Sepa.Propose,
    makeDebits: Sepa.MakeDebits,
    files: Sepa.Files,
    file: Sepa.File,
    confirm: Sepa.Confirm,
    drop: Sepa.Drop,
    reasons: Sepa.Reasons,
    return: Sepa.Return,
    notDone: Sepa.NotDone,
    decideRefund: Sepa.DecideRefund,
    refunds: Sepa.Refunds,
    dropRefund: Sepa.DropRefund,
    makeTransfers: Sepa.MakeTransfers,
  },
  subscriptions: {
    plans: Subscriptions.Plans,
    plan: Subscriptions.Plan,
    savePlan: Subscriptions.SavePlan,
    setPlanState: Subscriptions.SetPlanState,
    makeLink: Subscriptions.MakeLink,
    withdrawLink: Subscriptions.WithdrawLink,
    list: Subscriptions.List,
    get: Subscriptions.Get,
    previewSubscribe: Subscriptions.PreviewSubscribe,
    subscribe: Subscriptions.Subscribe,
    previewChange: Subscriptions.PreviewChange,
    change: Subscriptions.Change,
    previewCancel: Subscriptions.PreviewCancel,
    cancel: Subscriptions.Cancel,
    takeBack: Subscriptions.TakeBack,
    pause: Subscriptions.Pause,
    resume: Subscriptions.Resume,
  },
  catchUp: {
    view: CatchUp.View,
    do: CatchUp.Do,
    skip: CatchUp.Skip,
    cancel: CatchUp.Cancel,
  },
  quotes: {
    list: Quotes.List,
    get: Quotes.Get,
    edit: Quotes.Edit,
    choose: Quotes.Choose,
    approve: Quotes.Approve,
    refuse: Quotes.Refuse,
    undo: Quotes.Undo,
    revise: Quotes.Revise,
    convert: Quotes.Convert,
    duplicate: Quotes.Duplicate,
  },
  questions: {
    list: Questions.List,
    thread: Questions.Thread,
    answer: Questions.Answer,
    settle: Questions.Settle,
  },
  requests: {
    list: Requests.List,
    get: Requests.Get,
    approve: Requests.Approve,
    askMore: Requests.AskMore,
    refuse: Requests.Refuse,
  },
  customers: {
    list: Customers.List,
    find: Customers.Find,
    get: Customers.Get,
    save: Customers.Save,
    setArchived: Customers.SetArchived,
    setSuspended: Customers.SetSuspended,
    regime: Customers.Regime,
    invite: Customers.Invite,
    revokeLinks: Customers.RevokeLinks,
    people: Customers.People,
    swapPlan: Customers.SwapPlan,
    swapPrimary: Customers.SwapPrimary,
    setAreas: Customers.SetAreas,
    setAccess: Customers.SetAccess,
    resetFactor: Customers.ResetFactor,
    proposals: Customers.Proposals,
    decide: Customers.Decide,
    history: Customers.History,
  },
  items: {
    list: Items.List,
    find: Items.Find,
    get: Items.Get,
    // What Go made of the item for reading is no part of the form.
    save: ({ unitLabel: _unit, taxLabel: _tax, priceNote: _note, ...form }: A.Item, key: string) => Items.Save(form, key),
    setArchived: Items.SetArchived,
    taxes: Items.Taxes,
    units: Items.Units,
  },
  prices: {
    list: PriceLists.List,
    save: PriceLists.Save,
    setArchived: PriceLists.SetArchived,
    ofCustomer: PriceLists.OfCustomer,
    setOfCustomer: PriceLists.SetOfCustomer,
    grid: PriceLists.Grid,
    set: PriceLists.SetPrices,
    raiseForm: PriceLists.RaiseForm,
    previewRaise: PriceLists.PreviewRaise,
    raise: PriceLists.Raise,
    undoRaise: PriceLists.UndoRaise,
    changes: PriceLists.Changes,
    margin: PriceLists.Margin,
  },
  imports: {
    open: Imports.Open,
    get: Imports.Get,
    change: Imports.Change,
    close: Imports.Close,
    run: Imports.Run,
    progress: Imports.Progress,
    cancel: Imports.Cancel,
    history: Imports.History,
  },
  payments: {
    list: Payments.List,
    get: Payments.Get,
    refunds: Payments.Refunds,
    propose: Payments.Propose,
    balances: Payments.Balances,
    record: Payments.Record,
    useCredits: Payments.UseCredits,
    allocate: Payments.Allocate,
    unallocate: Payments.Unallocate,
    refund: Payments.Refund,
    cancel: Payments.Cancel,
    announced: Payments.Announcements,
  },
  gateways: {
    ways: Gateways.Ways,
    saveWays: Gateways.SaveWays,
    account: Gateways.Account,
    saveKeys: Gateways.SaveKeys,
    removeKeys: Gateways.RemoveKeys,
    setMode: Gateways.SetMode,
    test: Gateways.Test,
    kept: Gateways.Kept,
    makeDefault: Gateways.MakeDefault,
    deleteMethod: Gateways.DeleteMethod,
    askForMethod: Gateways.AskForMethod,
    attempts: Gateways.Attempts,
    askAbout: Gateways.AskAbout,
    closeAttempt: Gateways.CloseAttempt,
    refund: Gateways.Refund,
    trace: Gateways.Trace,
    money: Gateways.Money,
    recordPayout: Gateways.RecordPayout,
    cancelPayout: Gateways.CancelPayout,
  },
  provisioning: {
    view: Provisioning.View,
    setOn: Provisioning.SetOn,
    createToken: Provisioning.CreateToken,
    revokeToken: Provisioning.RevokeToken,
    saveWebhook: Provisioning.SaveWebhook,
    removeWebhook: Provisioning.RemoveWebhook,
    testWebhook: Provisioning.TestWebhook,
    deliveries: Provisioning.Deliveries,
    redeliver: Provisioning.Redeliver,
  },
  mail: {
    list: MailRoom.List,
    get: MailRoom.Get,
    resend: MailRoom.Resend,
    sendNow: MailRoom.SendNow,
    cancel: MailRoom.Cancel,
    arrived: MailRoom.Arrived,
    arrivedMail: MailRoom.ArrivedMail,
  },
  privacy: {
    plan: Privacy.Plan,
    erase: Privacy.Erase,
    kept: Privacy.Kept,
  },
  invitations: {
    look: Invitations.Look,
    send: Invitations.Send,
    run: Invitations.Run,
    cancel: Invitations.Cancel,
    links: Invitations.Links,
    mailLink: Invitations.MailLink,
  },
  books: {
    balance: Books.TrialBalance,
    entries: Books.Entries,
    ledger: Books.Ledger,
    check: Books.Check,
  },
  notices,
  statements: {
    view: Statements.View,
    preview: Statements.Preview,
    send: Statements.Send,
    schedules: Statements.Schedules,
    saveSchedule: Statements.SaveSchedule,
    pauseSchedule: Statements.PauseSchedule,
    endSchedule: Statements.EndSchedule,
    ageing: Statements.Ageing,
    ageingItems: Statements.AgeingItems,
  },
  portal: {
    view: PortalDoor.View,
    setOn: PortalDoor.SetOn,
    qr: PortalDoor.QR,
    openAs: PortalDoor.OpenAs,
    show: PortalDoor.Show,
    shown: PortalDoor.Shown,
    endShown: PortalDoor.EndShown,
  },
  files: {
    ofCustomer: Shared.OfCustomer,
    ofDocument: Shared.OfDocument,
    change: Shared.Change,
    remove: Shared.Remove,
    tell: Shared.Tell,
    share: (fields: A.ShareFields, files: File[]) => upload<A.SharedFile[]>('/files/shared', Object.fromEntries(Object.entries(fields).map(([k, v]) => [k, String(v)])), files),
    uploadsAllowed: Shared.UploadsAllowed,
    allowUploads: Shared.AllowUploads,
    filePaper: Shared.FilePaper,
    zipHref: (ids: string[]) => `/files/invoices.zip?ids=${ids.join(',')}`,
  },
  reminders: {
    plan: Reminding.Plan,
    look: Reminding.Look,
    send: Reminding.Send,
    state: Reminding.State,
    ofCustomer: Reminding.OfCustomer,
    setExempt: Reminding.SetExempt,
    invoiceFees: Reminding.InvoiceFees,
    policies: Reminding.Policies,
    savePolicy: Reminding.SavePolicy,
    deletePolicy: Reminding.DeletePolicy,
    sample: Reminding.Sample,
    try: Reminding.Try,
    saveRate: Reminding.SaveRate,
    deleteRate: Reminding.DeleteRate,
  },
  hours: {
    view: Hours.View,
    settings: Hours.Settings,
    saveSettings: Hours.SaveSettings,
    saveSchedule: Hours.SaveSchedule,
    removeSchedule: Hours.RemoveSchedule,
    saveEvent: Hours.SaveEvent,
    removeEvent: Hours.RemoveEvent,
    holidays: Hours.Holidays,
    addHolidays: Hours.AddHolidays,
    week: Hours.Week,
    now: Hours.Now,
  },
  groups: {
    list: Groups.List as () => Promise<A.Group[]>,
    get: Groups.Get as (id: string) => Promise<A.Group>,
    // What Go added for reading is no part of the form.
    save: (g: A.Group, key: string) => Groups.Save(g as customers.Group, key) as Promise<A.Group>,
    remove: Groups.Delete,
    portalOff: Groups.PortalOff,
    accepted: Groups.Accepted,
    tryTax: Groups.TryTax,
    portal: Groups.Portal,
    savePortal: Groups.SavePortal,
    mails: Groups.Mails,
    saveMails: Groups.SaveMails,
    lookText: Groups.LookText,
    lookMail: Groups.LookMail,
    tryMail: Groups.TryMail,
    rules: Groups.Rules,
    priceLists: Groups.PriceLists,
  },
  settings: {
    company: Settings.Company,
    saveCompany: Settings.SaveCompany,
    support: Settings.Support,
    saveSupport: Settings.SaveSupport,
    phoneSystem: Settings.PhoneSystem,
    setLogo: Settings.SetLogo,
    series: Settings.Series,
    savePattern: Settings.SavePattern,
    mail: Settings.Mail,
    // The generated type cannot say null, which keeps the stored password.
    saveMail: (m: A.MailChange) => Settings.SaveMail(m as outbox.SettingsChange),
    testMail: (m: A.MailChange) => Settings.TestMail(m as outbox.SettingsChange),
    portal: Settings.Portal,
    savePortal: Settings.SavePortal,
    countries: Settings.Countries,
  },
};

function listParams(q: A.ListQuery | A.ContractQuery | A.AuditQuery): string {
  const p = new URLSearchParams();
  for (const [k, v] of Object.entries(q)) if (v !== '' && v !== false && k !== 'cursor' && k !== 'limit') p.set(k, String(v));
  return p.toString();
}
