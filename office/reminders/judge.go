package reminders

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

// world is what every judgement needs, read once.
type world struct {
	firm     company.Firm
	today    civil.Date
	policies []Policy
	terms    tax.LateTerms
}

func look(ctx context.Context, q *gen.Queries, now time.Time) (w world, err error) {
	if w.firm, err = company.Get(ctx, q); err != nil {
		return w, err
	}
	w.today = w.firm.Today(now)
	if w.policies, err = policies(ctx, q); err != nil {
		return w, err
	}
	w.terms, err = company.LateTerms(ctx, q, w.firm)
	return w, err
}

// policy is that of a group, else the default one; ok is false while there is none.
func (w world) policy(id *int64) (Policy, bool) {
	for _, p := range w.policies {
		if id == nil && p.IsDefault || id != nil && p.ID == *id {
			return p, true
		}
	}
	return Policy{}, false
}

// item is a document that is judged, with its past.
type item struct {
	row      gen.ReminderCandidateRow
	policy   Policy
	retained bool // nothing is left but what was held back
	done     []billing.Reminded
	notice   civil.Date // of the first formal notice mailed, zero = none
}

func (w world) item(row gen.ReminderCandidateRow, past []gen.RemindersOfOpenDocumentsRow) (x item, ok bool) {
	x.row = row
	x.policy, ok = w.policy(row.ReminderPolicyID)
	x.retained = x.debt().OnlyRetained(w.today)
	for _, r := range past {
		on, mailed := day(r.OnDate), r.Outcome == "mailed" && r.MailState != dropped
		x.done = append(x.done, billing.Reminded{Level: int(r.Level), On: on, Mailed: mailed, Retained: r.Retained == 1})
		if mailed && r.Formal == 1 && (x.notice.IsZero() || on.Before(x.notice)) {
			x.notice = on
		}
	}
	x.done = billing.OfPart(x.done, x.retained)
	return x, ok
}

// dropped is the state of a mail that did not leave: nobody has read it.
const dropped = "cancelled"

// items reads the open documents that fall due by a day, each with its past.
func (w world) items(ctx context.Context, q *gen.Queries, until civil.Date) ([]item, error) {
	rows, err := q.ReminderCandidates(ctx, until.String())
	if err != nil {
		return nil, err
	}
	all, err := q.RemindersOfOpenDocuments(ctx)
	if err != nil {
		return nil, err
	}
	past := map[int64][]gen.RemindersOfOpenDocumentsRow{}
	for _, r := range all {
		past[r.DocumentID] = append(past[r.DocumentID], r)
	}
	list := make([]item, 0, len(rows))
	for _, r := range rows {
		if x, ok := w.item(gen.ReminderCandidateRow(r), past[r.DocumentID]); ok {
			list = append(list, x)
		}
	}
	return list, nil
}

// one reads a document with its past.
func (w world) one(ctx context.Context, q *gen.Queries, publicID string) (item, error) {
	row, err := q.ReminderCandidate(ctx, publicID)
	if err != nil {
		return item{}, err
	}
	rows, err := q.RemindersOfDocument(ctx, row.DocumentID)
	if err != nil {
		return item{}, err
	}
	past := make([]gen.RemindersOfOpenDocumentsRow, 0, len(rows))
	for _, r := range rows {
		past = append(past, gen.RemindersOfOpenDocumentsRow{DocumentID: row.DocumentID, Level: r.Level, OnDate: r.OnDate, Outcome: r.Outcome, Formal: r.Formal, Retained: r.Retained, MailState: r.MailState})
	}
	x, ok := w.item(row, past)
	if !ok {
		return x, fault.New(fault.Conflict, "fault.reminder.no_policy")
	}
	return x, nil
}

// debt is the document's debt as far as the judgement needs it: how much was settled, not when.
func (x item) debt() billing.Debt {
	return billing.Debt{TotalMinor: x.row.AmountDueMinor, DueOn: day(x.row.DueDate), RetainedMinor: x.row.RetainedMinor, RetainedUntil: day(x.row.RetainedUntil),
		Settled: []billing.Settlement{{Minor: x.row.AmountDueMinor - x.row.DueMinor}}}
}

// Reasons why a document is not reminded of; their texts are reminder.why.<reason>.
const (
	whySettled   = "settled"
	whyCustomer  = "customer_exempt"
	whyDocument  = "document_exempt"
	whyDisputed  = "disputed"
	whyAnnounced = "announced"
	whyDebit     = "debit"
	whyCharging  = "charging"
	whyUnsent    = "unsent"
	whyNotLate   = "not_late"
	whyRecent    = "recent"
	whyAllDone   = "all_done"
	whyNoAddress = "no_address"
)

// held tells what keeps a document from being reminded of at all, "" when nothing does,
// and the day it has to do with.
func (w world) held(x item) (why string, on civil.Date) {
	switch r := x.row; {
	case r.Kind != string(billing.Invoice) && r.Kind != string(billing.DepositInvoice), r.DueMinor <= 0:
		return whySettled, on
	case r.RemindersExempt == 1:
		return whyCustomer, on
	case r.NoReminders == 1:
		return whyDocument, on
	case r.Disputed:
		return whyDisputed, on
	case r.SentAt == nil:
		return whyUnsent, on
	case r.DebitOn != "": // until the bank's word on it is noted: who is debited is not asked to pay as well
		return whyDebit, day(r.DebitOn)
	case r.AnnouncedAt != nil:
		if on = w.dayOf(*r.AnnouncedAt); w.today.Before(billing.AnnouncedUntil(on)) {
			return whyAnnounced, on
		}
	}
	if x.row.Charging { // by itself: whoever is charged is not asked to pay as well
		return whyCharging, civil.Date{}
	}
	return "", civil.Date{}
}

func (w world) dayOf(stored string) civil.Date {
	t, err := time.Parse(time.RFC3339, stored)
	if err != nil {
		return w.today
	}
	return civil.Of(t, w.firm.Location())
}

// due judges a document for the automatic run.
func (w world) due(x item) (billing.Step, bool) {
	if why, _ := w.held(x); why != "" || !x.policy.Automatic {
		return billing.Step{}, false
	}
	_, dueOn := x.debt().Owed(w.today)
	return billing.NextReminder(x.policy.rules(), dueOn, x.done, w.today)
}

// byHand judges a document that a person chose; atMost bounds the level, 0 does not.
func (w world) byHand(x item, atMost int) (step billing.Step, why string, on civil.Date) {
	if why, on = w.held(x); why != "" {
		return step, why, on
	}
	_, dueOn := x.debt().Owed(w.today)
	if !w.today.After(dueOn) {
		return step, whyNotLate, dueOn
	}
	levels := x.policy.rules()
	if atMost > 0 && atMost < len(levels) {
		levels = levels[:atMost]
	}
	step, free, ok := billing.ByHand(levels, dueOn, x.done, w.today)
	switch {
	case !ok:
		return step, whyAllDone, x.last()
	case !free:
		return step, whyRecent, x.last()
	}
	return step, "", civil.Date{}
}

// last is the day of the newest mail.
func (x item) last() civil.Date {
	var on civil.Date
	for _, r := range x.done {
		if r.Mailed && r.On.After(on) {
			on = r.On
		}
	}
	return on
}

// fees is what a document has earned by being late up to a day, less what was invoiced.
func (w world) fees(ctx context.Context, q *gen.Queries, x item, on civil.Date) (tax.LateFees, error) {
	d := x.debt()
	d.Settled = nil
	rows, err := q.DebtSettlements(ctx, x.row.DocumentID)
	if err != nil {
		return tax.LateFees{}, err
	}
	before := x.row.AmountDueMinor - x.row.DueMinor // what no row tells was settled before the document came here
	for _, r := range rows {
		d.Settled = append(d.Settled, billing.Settlement{On: day(r.OnDate), Minor: r.AmountMinor})
		before -= r.AmountMinor
	}
	d.Settled = append(d.Settled, billing.Settlement{Minor: before})
	var buyer sales.Party
	if err := json.Unmarshal([]byte(x.row.Buyer), &buyer); err != nil {
		return tax.LateFees{}, fault.New(fault.Unavailable, "fault.file_damaged").With(fmt.Errorf("reminders: document %d: %w", x.row.DocumentID, err))
	}
	f, err := w.terms.Fees(d, tax.Debtor{Business: buyer.Kind != "person", NoticeOn: x.notice}, money.Currency(x.row.Currency), on)
	if err != nil || x.row.IsFees { // fees earn no fees (C. civ. 1343-2)
		return tax.LateFees{Days: f.Days, Slices: []tax.LateSlice{}, Missing: []tax.LatePeriod{}}, err
	}
	invoiced, err := q.LateFeesOfDocument(ctx, x.row.DocumentID)
	for _, i := range invoiced {
		interest, indemnity := stillInvoiced(i)
		f.InterestMinor = max(0, f.InterestMinor-interest)
		if indemnity > 0 && indemnity == i.IndemnityMinor {
			f.IndemnityMinor = 0 // once an invoice
		}
		f.IndemnityMinor = max(0, f.IndemnityMinor-indemnity)
	}
	return f, err
}

// stillInvoiced is what an invoice of fees claims once its credit notes are taken off, the
// interest first; nothing is left of one that was cancelled.
func stillInvoiced(i gen.LateFeesOfDocumentRow) (interest, indemnity int64) {
	if i.CreditedMinor > 0 && i.CreditedMinor >= i.TotalInclMinor {
		return 0, 0
	}
	interest = max(0, i.InterestMinor-i.CreditedMinor)
	return interest, max(0, i.IndemnityMinor-max(0, i.CreditedMinor-i.InterestMinor))
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}
