package billing

import "comptoir/core/civil"

// State is what a document is today, as lists and portal show it. It is derived, never
// stored (spec/billing, Documents).
type State string

// The states of invoices and credit notes; quotes add their own with the quotes.
const (
	StateDraft     State = "draft"
	StateIssued    State = "issued"    // numbered, not sent to anybody yet
	StateSent      State = "sent"      // sent, not opened, nothing paid, not late
	StateViewed    State = "viewed"    // opened by the customer
	StatePartial   State = "partial"   // something paid, not late
	StateOverdue   State = "overdue"   // something left to pay after the due date
	StatePaid      State = "paid"      // nothing left to pay
	StateCancelled State = "cancelled" // a credit note took the whole back
	StateApplied   State = "applied"   // a credit note that is used up
)

// Facts are what is stored about a document and decides its state. Amounts are those of
// the document, in its currency.
type Facts struct {
	Kind          Kind
	Issued        bool
	Sent          bool
	Viewed        bool
	DueOn         civil.Date // zero: no due date
	TotalMinor    int64      // amount due of an invoice; total of a credit note
	PaidMinor     int64      // payments allocated to it, less refunds; of a credit note: used or refunded
	CreditedMinor int64      // credit notes set against it
}

// Left gives what is still to pay (or, of a credit note, to use), never below zero for a
// document with a positive total.
func (f Facts) Left() int64 {
	left := f.TotalMinor - f.PaidMinor - f.CreditedMinor
	if f.TotalMinor >= 0 && left < 0 {
		return 0
	}
	return left
}

// StateOf derives the state of a document on a day.
func StateOf(f Facts, today civil.Date) State {
	switch {
	case !f.Issued:
		return StateDraft
	case f.Kind == CreditNote:
		return creditState(f)
	case f.TotalMinor > 0 && f.CreditedMinor > 0 && f.PaidMinor <= 0 && f.Left() == 0:
		return StateCancelled
	case f.Left() <= 0:
		return StatePaid
	case Overdue(f, today):
		return StateOverdue
	case f.PaidMinor+f.CreditedMinor > 0:
		return StatePartial
	case f.Viewed:
		return StateViewed
	case f.Sent:
		return StateSent
	}
	return StateIssued
}

func creditState(f Facts) State {
	switch {
	case f.TotalMinor > 0 && f.Left() == 0:
		return StateApplied
	case f.PaidMinor > 0:
		return StatePartial
	case f.Viewed:
		return StateViewed
	case f.Sent:
		return StateSent
	}
	return StateIssued
}

// Overdue tells whether something is left to pay after the due date; the due day itself
// is in time (C. com. L441-10: late from the day after).
func Overdue(f Facts, today civil.Date) bool {
	return f.Issued && f.Kind != CreditNote && f.Kind != Quote && f.Left() > 0 && !f.DueOn.IsZero() && today.After(f.DueOn)
}

// DaysLate gives the days since the due date, 0 when it is not late.
func DaysLate(f Facts, today civil.Date) int {
	if !Overdue(f, today) {
		return 0
	}
	return today.DaysSince(f.DueOn)
}
