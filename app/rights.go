package app

import (
	"net/http"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
)

// What each call of the window takes: one table that the dispatcher asks before the call, that
// docs/permissions.md is written from, and that a test drives with every role
// (TestEveryMethodAsksItsPermission). A method without a row is refused to everybody and fails
// TestEveryMethodHasItsPermission; the use case behind it asks the same of its actor again
// (core/actor, Need), because the dispatcher is not the only way there.

// everyone is what any user may, whatever the role, and whoever is in front of a program that
// has no company open.
const everyone actor.Permission = ""

// right is what some methods of a bound struct take.
type right struct {
	service string
	may     actor.Permission
	methods string // names, by spaces
}

// Reasons where a row could be another:
//   - Account: one's own name, password and sessions, and the ways in before anybody is known; the
//     recovery code and whether sign-in is asked for are the principal's alone.
//   - System: opening another company closes this one for everybody at it, so it is Configure.
//   - Signing.Approve, Refuse and SignHere: who was asked by name answers, whatever the role; the
//     use case wants Contracting for the turn of anybody else.
//   - Requests: deciding about a visitor opens the portal or keeps it shut.
//   - Customers.Decide and ContractSharing.SaveContact write a contact's card, as Customers.Save does.
//   - Reminders.InvoiceFees makes a draft; issuing it takes Sell.
//   - Shared.FilePaper draws what everybody may read.
//   - Account is about oneself, and before anybody is signed in.
//   - CatchUp: each thing that is caught up asks for its own besides.
//   - Imports: an open file is shared by the window's parts and ends in new records.
var rights = []right{
	{"Account", everyone, "BeginFactor CancelEmail ChangeEmail ChangePassword Choice ChoosePassword ConfirmEmail ConfirmFactor DropFactor EndOtherSessions EndSession EnterCode Entry Forgotten Me Prove Recover RenewCodes Save Sessions SignIn SignOut"},
	{"Account", actor.ManageAdministrators, "MakeRecoveryCode SetAsk"},
	{"Audit", actor.Inspect, "Choices List Prove"},
	{"BillingAccount", actor.Look, "Month Year"},
	{"Books", actor.Look, "Check Entries Ledger TrialBalance"},
	{"CatchUp", actor.Look, "View"},
	{"CatchUp", actor.Collect, "Cancel Do Skip"},
	{"Charging", actor.Look, "Choices OfInvoice OfRecurring Settings"},
	{"Charging", actor.Collect, "RetryNow Stop"},
	{"Charging", actor.Configure, "SaveSettings"},
	{"ContractFiles", actor.Look, "List Removed Versions"},
	{"ContractFiles", actor.Contracting, "AddFolder Move Remove RemoveFolder Rename RenameFolder Restore Show"},
	{"ContractMoney", actor.Look, "Get Of"},
	{"ContractMoney", actor.Sell, "Bill"},
	{"ContractMoney", actor.Contracting, "Attach Detach"},
	{"ContractSharing", actor.Look, "Contacts Elsewhere Look MoveLook SeeEachOther"},
	{"ContractSharing", actor.Sell, "SaveContact"},
	{"ContractSharing", actor.Contracting, "Hide Share"},
	{"ContractSharing", actor.Invite, "Move SetSeeEachOther"},
	{"Contracts", actor.Look, "Calendar Comments Edit EndLook Get History List Milestones Owners Preview RenewLook Settings Types"},
	{"Contracts", actor.Contracting, "Cancel CancelMilestone Comment DeleteMilestone Duplicate End Keep MarkSigned MilestoneDone OrderMilestones Renew Reopen Save SaveMilestone ShowMilestone ShowMilestones TellRenewal ToBeSigned ToReview"},
	{"Contracts", actor.Configure, "ArchiveType DeleteType OrderTypes SaveSettings SaveType"},
	{"Conversations", actor.Look, "Alert Canned Fill Get List MarkRead Messages People Pulse Question"},
	{"Conversations", actor.Answer, "Assign Close RemoveCanned Reopen SaveCanned Settle Start Transcript Write"},
	{"Credits", actor.Look, "Billing Creditable Deposits Edit EditDeposit List Preview"},
	{"Credits", actor.Sell, "Deposit Draft Issue"},
	{"Customers", actor.Look, "Find Get History List People Proposals Regime SwapPlan"},
	{"Customers", actor.Sell, "Decide Save SetArchived"},
	{"Customers", actor.Invite, "Invite ResetFactor RevokeLinks SetAccess SetAreas SetSuspended SwapPrimary"},
	{"Gateways", actor.Look, "Account Attempts Kept Money Trace Ways"},
	{"Gateways", actor.Collect, "AskAbout AskForMethod CancelPayout CloseAttempt DeleteMethod MakeDefault RecordPayout Refund"},
	{"Gateways", actor.Configure, "RemoveKeys SaveKeys SaveWays SetMode Test"},
	{"Groups", actor.Look, "Accepted Get List LookMail LookText Mails Portal PortalOff PriceLists Rules TryTax"},
	{"Groups", actor.Configure, "Delete Save SaveMails SavePortal TryMail"},
	{"Home", actor.Look, "View"},
	{"Hours", actor.Look, "Holidays Now Settings View Week"},
	{"Hours", actor.Configure, "AddHolidays RemoveEvent RemoveSchedule SaveEvent SaveSchedule SaveSettings"},
	{"Imports", actor.Look, "History"},
	{"Imports", actor.Sell, "Cancel Change Close Get Open Progress Run"},
	{"Invitations", actor.Look, "Links Look Run"},
	{"Invitations", actor.Invite, "Cancel MailLink Send"},
	{"Invoices", actor.Look, "Compute Edit Get List"},
	{"Invoices", actor.Sell, "DeleteDraft Duplicate MarkSent Save Send"},
	{"Invoices", actor.Collect, "ConfirmTransfer DismissTransfer MarkPaid RecordPayment"},
	{"Items", actor.Look, "Find Get List Taxes Units"},
	{"Items", actor.Sell, "Save SetArchived"},
	{"Lan", actor.Configure, "Save View"},
	{"Mail", actor.Look, "Arrived ArrivedMail Get List"},
	{"Mail", actor.Answer, "Cancel Resend SendNow"},
	{"Notices", actor.Look, "Get List Preview Questions"},
	{"Notices", actor.Answer, "Delete DeleteQuestion OrderQuestions Publish Save SaveQuestion Withdraw"},
	{"Payments", actor.Look, "Announcements Balances Get List Propose Refunds"},
	{"Payments", actor.Collect, "Allocate Cancel Record Refund Unallocate UseCredits"},
	{"Portal", actor.Look, "QR Shown View"},
	{"Portal", actor.Sell, "EndShown Show"},
	{"Portal", actor.Invite, "OpenAs"},
	{"Portal", actor.Configure, "SetOn"},
	{"PriceLists", actor.Look, "Changes Grid List Margin OfCustomer PreviewRaise RaiseForm"},
	{"PriceLists", actor.Sell, "Raise Save SetArchived SetOfCustomer SetPrices UndoRaise"},
	{"Privacy", actor.Look, "Kept"},
	{"Privacy", actor.Erase, "Erase Plan"},
	{"Provisioning", actor.Configure, "CreateToken Deliveries Redeliver RemoveWebhook RevokeToken SaveWebhook SetOn TestWebhook View"},
	{"Questions", actor.Look, "List Thread"},
	{"Questions", actor.Answer, "Answer Settle"},
	{"Quotes", actor.Look, "Choose Edit Get List"},
	{"Quotes", actor.Sell, "Approve Convert Duplicate Refuse Revise Undo"},
	{"Recurring", actor.Look, "Compute Edit Get List Runs SourceOf"},
	{"Recurring", actor.Sell, "Activate DeleteDraft Duplicate End Pause Resume Save SkipNext"},
	{"Reminders", actor.Look, "Look OfCustomer Plan Policies Sample State"},
	{"Reminders", actor.Collect, "InvoiceFees Send SetExempt"},
	{"Reminders", actor.Configure, "DeletePolicy DeleteRate SavePolicy SaveRate Try"},
	{"Requests", actor.Look, "Get List"},
	{"Requests", actor.Invite, "Approve AskMore Refuse"},
	{"Sepa", actor.Look, "File Files Mandate Mandates OfCustomer Propose Reasons Refunds Settings"},
	{"Sepa", actor.Collect, "Ask Change Confirm DecideRefund Drop DropRefund MakeDebits MakeTransfers NotDone RecordPaper Return Revoke"},
	{"Sepa", actor.Configure, "SaveSettings"},
	{"Settings", actor.Look, "Company Countries Mail PhoneSystem Portal Series Support"},
	{"Settings", actor.Configure, "SaveCompany SaveMail SavePattern SavePortal SaveSupport SetLogo TestMail"},
	{"Shared", actor.Look, "FilePaper OfCustomer OfDocument UploadsAllowed Waiting"},
	{"Shared", actor.Answer, "Change Remove Tell"},
	{"Shared", actor.Configure, "AllowUploads"},
	{"Signing", actor.Look, "Approve Candidates Centre Evidence HandOffState Refuse SignHere SignLook StartLook VerifyPaper"},
	{"Signing", actor.Contracting, "AddParty CancelRound ChangeParty EndHandOff HandOff OrderParties RefuseHere RemindTurn RemoveParty ReplaceParty RetrySeal SaveCentre ShowContract Start"},
	{"Statements", actor.Look, "Ageing AgeingItems Preview Schedules Sent View"},
	{"Statements", actor.Collect, "EndSchedule PauseSchedule SaveSchedule Send"},
	{"Subscriptions", actor.Look, "Get List Plan Plans PreviewCancel PreviewChange PreviewSubscribe"},
	{"Subscriptions", actor.Sell, "Cancel Change MakeLink Pause Resume SavePlan SetPlanState Subscribe TakeBack WithdrawLink"},
	{"System", everyone, "CanBrowse MarkNotificationsRead SetPreferences Status"},
	{"System", actor.Look, "Notifications Search"},
	{"System", actor.Configure, "BrowseFolder CloseCompany Create Open OpenDemo Retry"},
	{"Users", actor.Look, "List Roles"},
	{"Users", actor.ManageUsers, "Close Create Invite Reopen ResetFactor Save"},
	{"Users", actor.ManageAdministrators, "AddDelegate Candidates HandOver RemoveDelegate"},
}

// fileRights is the same for the ways by which bytes come and go, by the pattern of the route.
var fileRights = map[string]actor.Permission{
	"GET /files/invoices/{id}/{name}":       actor.Look,
	"GET /files/invoices.zip":               actor.Look,
	"GET /files/quotes/{id}/signature.png":  actor.Look,
	"GET /files/payments/{id}/{name}":       actor.Look,
	"GET /files/refunds/{id}/{name}":        actor.Look,
	"GET /files/mails/{id}":                 actor.Look,
	"GET /files/logo":                       everyone,   // stands above every page
	"GET /files/lists/{name}":               actor.Look, // of the audit log its use case wants more
	"GET /files/contacts/{id}/data.zip":     actor.Erase,
	"GET /files/imports/{id}/errors.csv":    actor.Sell,
	"GET /files/shared/{id}":                actor.Look,
	"POST /files/shared":                    actor.Answer,
	"GET /files/contract-versions/{id}":     actor.Look,
	"GET /files/contracts/{id}/archive.zip": actor.Look,
	"POST /files/contracts/{id}":            actor.Contracting,
	"POST /files/contracts/{id}/{file}":     actor.Contracting,
	"GET /files/rounds/{turn}/{version}":    actor.Look, // one's own turn; another's wants Contracting
	"POST /files/verify":                    actor.Look, // nothing of it is kept
	"GET /files/conversations/{id}/{file}":  actor.Look,
	"POST /files/conversations/{id}":        actor.Answer,
	"GET /files/account/{month}/{name}":     actor.Look,
	"GET /files/statements/{id}/{name}":     actor.Look,
	"GET /files/ageing/{name}":              actor.Look,
	"GET /files/sepa/{id}/file.xml":         actor.Collect, // that it was fetched is kept
	"GET /files/mandates/{id}/{what}":       actor.Look,
}

// errNoRight is a method or route that stands in no table: a mistake of ours, refused.
var errNoRight = fault.New(fault.Forbidden, "fault.forbidden")

// rightsByMethod is the table by Service.Method.
func rightsByMethod() map[string]actor.Permission {
	all := map[string]actor.Permission{}
	for _, r := range rights {
		for m := range strings.FieldsSeq(r.methods) {
			all[r.service+"."+m] = r.may
		}
	}
	return all
}

// need refuses the one who acts what the role may not. Where no company is open nobody has a
// role, and the method itself answers.
func (d *desk) need(may actor.Permission) error {
	if may == everyone || d.app.House() == nil {
		return nil
	}
	_, who, err := d.open()
	if err != nil {
		return err
	}
	return who.Need(may)
}

// pageOfTheWindow answers an address under /files/ that is no file, as it answers any other.
const pageOfTheWindow = "GET /"

// guardFiles asks for what the route of a file takes before the route is gone.
func (a *App) guardFiles(routes *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := routes.Handler(r); pattern != "" && pattern != pageOfTheWindow {
			d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
			may, known := fileRights[pattern]
			err := error(errNoRight)
			if known {
				err = d.need(may)
			}
			switch {
			case err != nil && r.Method == http.MethodPost:
				a.refuseUpload(w, d, r, err)
				return
			case err != nil:
				a.refuse(w, d, r, err)
				return
			}
		}
		routes.ServeHTTP(w, r)
	})
}
