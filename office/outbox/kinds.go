package outbox

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is a sort of mail; its texts are mail.<kind>.*.
type Kind string

// The kinds of mail, with what each takes as Args. Amounts are minor units in decimal,
// days YYYY-MM-DD: the composer writes them in the mail's language.
const (
	// Invoice: number, amount_minor (left to pay), currency, due_date; optional message
	// (the sender's own words, Markdown). Link and document. 0 left to pay asks for nothing.
	Invoice Kind = "invoice"
	// Quote: number, amount_minor (its total), currency, valid_until; optional message. Link
	// and document.
	Quote Kind = "quote"
	// CreditNote: number, amount_minor (its total), currency, reason; optional invoice (that it
	// is about), left_minor (to use), message. Link and document.
	CreditNote Kind = "credit_note"
	// QuoteConfirmed goes to the customer: number (of the quote), amount_minor, currency, by (the
	// name that approved); with an invoice to pay: invoice (its number), due_minor, due_date.
	QuoteConfirmed Kind = "quote_confirmed"
	// QuoteApproved goes to the firm: customer, number, amount_minor, currency, by; optional
	// invoice, order (the customer's order number).
	QuoteApproved Kind = "quote_approved"
	// QuoteRefused goes to the firm: customer, number, amount_minor, currency, by, reason.
	QuoteRefused Kind = "quote_refused"
	// QuestionAsked goes to the firm: customer, number, what (kind of document), by, text.
	QuestionAsked Kind = "question_asked"
	// QuestionAnswered goes to the customer: number, what, text. Link.
	QuestionAnswered Kind = "question_answered"
	// PaymentReceived: number (of the payment), amount_minor, currency, received_on;
	// optional invoices ("FA-2026-0001, FA-2026-0002"). Payment (its receipt), link if any.
	PaymentReceived Kind = "payment_received"
	// PaymentRefunded: number (of the refund), of (what was given back: a payment, a credit
	// note), amount_minor, currency, refunded_on, refund (its id). Its confirmation.
	PaymentRefunded Kind = "payment_refunded"
	// TransferAnnounced goes to the firm: customer, number (of the invoice), amount_minor,
	// currency; optional reference, contact, contact_email (answers go there).
	TransferAnnounced Kind = "transfer_announced"
	// PortalPassword: minutes. Link. Only in files of before customer groups had words of their
	// own; see Access.
	PortalPassword Kind = "portal_password"
	// PortalFactor: what became of the second factor (on, off, reset, recovery).
	PortalFactor Kind = "portal_factor"
	// LinkRenewed: number (of the document). Link.
	LinkRenewed Kind = "link_renewed"
	// FileShared: count, files (their names); optional number of the document they are on. Link.
	FileShared Kind = "file_shared"
	// FileUploaded goes to the firm: customer, contact, count, files.
	FileUploaded Kind = "file_uploaded"
	// Statement: run (statement_runs.public_id, whose paper goes with it), statement (its kind),
	// to, optional from (days); amount_minor and currency (the balance) where there is one;
	// optional message. Link to the portal.
	Statement Kind = "statement"
	// Reminder: subject, body (Markdown, already whole), number (of the first invoice), count (of
	// invoices), amount_minor (late), currency, due_date, fees_minor (claimed), documents (their
	// ids, "12,15": their papers go with it); on (the day it was written for; without it, it is
	// a text that is tried). Link and document.
	Reminder Kind = "reminder"
	// SignupCode carries the code that proves an address: registration (its public id), round,
	// minutes, for_what (the name of what is taken). The code itself is derived when the mail
	// is made: no file holds it.
	SignupCode Kind = "signup_code"
	// SignupKnown goes instead of a code to an address that has an access already: for_what.
	SignupKnown Kind = "signup_known"
	// SignupOnFile goes instead of a code to somebody who is on file without an access: for_what.
	SignupOnFile Kind = "signup_on_file"
	// Subscribed: plan, amount_minor (of a period, with tax), currency, every; optional
	// trial_until, next_on (days), first_minor (of the first invoice, where a set-up fee makes
	// it more than a period). Link.
	Subscribed Kind = "subscription_started"
	// SubscriptionChanged: plan, seats, amount_minor, currency, every, on (the day from which
	// it holds); optional next_on. Link.
	SubscriptionChanged Kind = "subscription_changed"
	// SubscriptionCancelAsked: plan, reason; the firm has not said its word. Link.
	SubscriptionCancelAsked Kind = "subscription_cancel_asked"
	// SubscriptionCancelled: plan, ends_on (its last day). Link.
	SubscriptionCancelled Kind = "subscription_cancelled"
	// SubscriptionTrial, three days before: plan, trial_until, amount_minor, currency, every,
	// next_on; optional first_minor (as for Subscribed). Link.
	SubscriptionTrial Kind = "subscription_trial"
	// ChargeFailed tells that a charge by itself did not come about: number, amount_minor (left
	// to pay), currency, due_date, reason (whole sentences); optional method, retry_on. Link.
	ChargeFailed Kind = "charge_failed"
	// ChargeAction tells that the bank wants its customer to confirm a charge: number,
	// amount_minor, currency, due_date; optional method. Link.
	ChargeAction Kind = "charge_action"
	// MethodExpiring: method, expires (its last day), days (before). Link to the portal.
	MethodExpiring Kind = "method_expiring"
	// Announcement: title; optional message (the firm's own words, Markdown). Link to the portal.
	Announcement Kind = "announcement"
	// Test goes to oneself from the settings.
	Test Kind = "test"
)

type kindRule struct {
	needs     []string
	needsLink bool
	byPerson  bool // sent by a person's hand: no Auto-Submitted (RFC 3834, 5)
	written   bool // its words are a text of the firm's, bounded where that is saved
}

var kinds = map[Kind]kindRule{
	Invoice:           {needs: []string{"number", "amount_minor", "currency", "due_date"}, byPerson: true},
	Quote:             {needs: []string{"number", "amount_minor", "currency", "valid_until"}, byPerson: true},
	CreditNote:        {needs: []string{"number", "amount_minor", "currency", "reason"}, byPerson: true},
	QuoteConfirmed:    {needs: []string{"number", "amount_minor", "currency", "by"}},
	QuoteApproved:     {needs: []string{"customer", "number", "amount_minor", "currency", "by"}},
	QuoteRefused:      {needs: []string{"customer", "number", "amount_minor", "currency", "by", "reason"}},
	QuestionAsked:     {needs: []string{"customer", "number", "what", "by", "text"}},
	QuestionAnswered:  {needs: []string{"number", "what", "text"}, byPerson: true},
	PaymentReceived:   {needs: []string{"number", "amount_minor", "currency", "received_on"}},
	PaymentRefunded:   {needs: []string{"number", "of", "amount_minor", "currency", "refunded_on", "refund"}},
	MandateAsked:      {needs: []string{"rum"}, needsLink: true, byPerson: true},
	MandateSigned:     {needs: []string{"rum", "signed_on", "account"}},
	DebitNotice:       {needs: []string{"invoices", "amount_minor", "currency", "collect_on", "rum", "ics", "account"}},
	DebitDropped:      {needs: []string{"invoices", "amount_minor", "currency", "collect_on", "rum"}},
	DebitReturned:     {needs: []string{"invoices", "amount_minor", "currency", "code"}},
	TransferDismissed: {needs: []string{"number", "amount_minor", "currency", "text"}, byPerson: true},
	TransferAnnounced: {needs: []string{"customer", "number", "amount_minor", "currency"}},
	ChargeFailed:      {needs: []string{"number", "amount_minor", "currency", "due_date", "reason"}},
	ChargeAction:      {needs: []string{"number", "amount_minor", "currency", "due_date"}},
	MethodExpiring:    {needs: []string{"method", "expires", "days"}},
	MethodAsked:       {needsLink: true, byPerson: true},
	MethodAdded:       {needs: []string{"method", "on"}},
	MethodRemoved:     {needs: []string{"method", "on"}},
	PortalPassword:    {needs: []string{"minutes"}, needsLink: true},
	Access:            {needs: []string{"subject", "body", "about"}, written: true},
	PortalFactor:      {needs: []string{"what"}},
	EmailCode:         {needs: []string{"change", "round", "minutes"}},
	EmailChanged:      {needs: []string{"email"}},
	LinkRenewed:       {needs: []string{"number"}, needsLink: true},
	FileShared:        {needs: []string{"count", "files"}, byPerson: true},
	Announcement:      {needs: []string{"title"}, byPerson: true},
	FileUploaded:      {needs: []string{"customer", "contact", "count", "files"}},
	Statement:         {needs: []string{"run", "statement", "to"}},
	Reminder:          {needs: []string{"subject", "body", "number", "count", "amount_minor", "currency", "due_date", "fees_minor", "documents"}, written: true},

	ContractDue:    {needs: []string{"number", "title", "about_kind", "due_date", "customer"}},
	ContractRenews: {needs: []string{"number", "title", "refuse_by", "term_end", "months"}, byPerson: true},
	ContractShared: {needs: []string{"number", "title", "role"}, byPerson: true},

	RequestArrived: {needs: []string{"company", "person", "group"}},
	RequestAsked:   {needs: []string{"text", "request"}, byPerson: true},
	RequestRefused: {needs: []string{"text"}, byPerson: true},
	RequestBegun:   {needs: []string{"request"}},
	RequestSent:    {needs: []string{"request"}},

	ChatAnswered:   {needs: []string{"subject", "by", "conversation", "text"}, byPerson: true},
	ChatAsked:      {needs: []string{"customer", "by", "subject", "text"}},
	ChatTranscript: {needs: []string{"subject", "conversation", "text"}, byPerson: true, written: true},

	RegistrationLink: {needs: []string{"group_id"}, needsLink: true, byPerson: true},

	SignupCode:              {needs: []string{"registration", "round", "minutes"}},
	SignupKnown:             {},
	SignupOnFile:            {},
	Subscribed:              {needs: []string{"plan", "amount_minor", "currency", "every"}},
	SubscriptionChanged:     {needs: []string{"plan", "amount_minor", "currency", "every", "on"}},
	SubscriptionCancelAsked: {needs: []string{"plan"}},
	SubscriptionCancelled:   {needs: []string{"plan", "ends_on"}},
	SubscriptionTrial:       {needs: []string{"plan", "trial_until", "amount_minor", "currency", "every"}},

	ContractTurn:      {needs: []string{"number", "title", "what"}, byPerson: true},
	ContractReminder:  {needs: []string{"number", "title", "what"}},
	ContractRestarted: {needs: []string{"number", "title", "what"}},
	ContractStopped:   {needs: []string{"number", "title", "what"}},
	ContractRefused:   {needs: []string{"number", "title", "what", "customer", "by", "reason"}},
	ContractRoundDone: {needs: []string{"number", "title", "what", "customer"}},
	ContractCopy:      {needs: []string{"number", "title"}},
	ContractCode:      {needs: []string{"number", "title", "code_of", "round", "minutes"}},
	ContractComment:   {needs: []string{"number", "title", "by", "text"}, byPerson: true},
	ContractCommented: {needs: []string{"number", "title", "customer", "by", "text"}},

	UserLink: {needs: []string{"what", "user_link", "expires", "address"}},
	UserTold: {needs: []string{"what", "address"}},

	Test: {},
}

// Kinds lists the kinds of mail in order.
func Kinds() []Kind {
	all := make([]Kind, 0, len(kinds))
	for k := range kinds {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// Automatic tells whether a machine decided to send it (RFC 3834).
func (k Kind) Automatic() bool { return !kinds[k].byPerson }

// NeedsLink tells whether the mail is of no use without its link.
func (k Kind) NeedsLink() bool { return kinds[k].needsLink }

// most is how many bytes the Args of such a mail may take in the file.
func (k Kind) most() int {
	if kinds[k].written {
		return maxWritten
	}
	return maxArgs
}

// check refuses a mail that could not be composed; that is a defect of the caller.
func (k Kind) check(args map[string]string) error {
	rule, known := kinds[k]
	if !known {
		return fmt.Errorf("outbox: unknown kind of mail %q", k)
	}
	for _, name := range rule.needs {
		if strings.TrimSpace(args[name]) == "" {
			return fmt.Errorf("outbox: mail %s lacks %q", k, name)
		}
	}
	return nil
}
