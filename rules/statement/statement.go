// Package statement adds up what happened on a customer's account: its activity over a
// period, what is open on a day, and how old that is.
//
// What lives here: pure arithmetic over dated facts. Everything is computed from the facts
// of a day or before, never from today's status, so that a past day reads as it read then.
// What must not: where the facts come from (office/statements), words and pages (edge).
package statement

import (
	"cmp"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// Kind is a kind of movement on a customer's account.
type Kind string

// The kinds of movement, in the order in which they stand within one day.
const (
	Invoice   Kind = "invoice"
	Deposit   Kind = "deposit_invoice"
	Credit    Kind = "credit_note"
	Payment   Kind = "payment"
	Cancelled Kind = "payment_cancelled" // bounced, or entered by mistake: owed again
	Refund    Kind = "refund"
)

var ranks = map[Kind]int{Invoice: 0, Deposit: 1, Credit: 2, Payment: 3, Cancelled: 4, Refund: 5}

// Sign tells whether a movement adds to what the customer owes (1) or takes off it (-1).
func (k Kind) Sign() int64 {
	if k == Credit || k == Payment {
		return -1
	}
	return 1
}

// IsDocument tells whether the movement is a document of sale.
func (k Kind) IsDocument() bool { return k == Invoice || k == Deposit || k == Credit }

// Movement is one fact on a customer's account. AmountMinor is never negative: the kind
// has the sign.
type Movement struct {
	Kind        Kind
	ID          int64  // of its document, payment or refund; of the payment for a cancelled one
	PublicID    string // what its screen is opened with: of the payment or credit note for a refund
	Number      string
	On          civil.Date
	DueOn       civil.Date // of an invoice
	Currency    money.Currency
	AmountMinor int64
	// RetainedMinor of an invoice falls due on RetainedUntil and not on DueOn (loi 71-584).
	RetainedMinor int64
	RetainedUntil civil.Date
	Method        string // of a payment or refund
	Reference     string // the customer's order number, the payment's reference
	Of            string // number of the payment or credit note that a refund gives back
	OfCredit      bool   // it is a credit note
}

// Signed is what the movement adds to what the customer owes.
func (m Movement) Signed() int64 { return m.Kind.Sign() * m.AmountMinor }

// Settlement sets a payment or a credit note against an invoice, or gives it back
// (Document 0). Undoing one is a row with a negative amount.
type Settlement struct {
	PaymentID   int64 // exactly one of payment and credit
	CreditID    int64
	DocumentID  int64
	On          civil.Date
	AmountMinor int64
}

// Line is a movement with the balance after it.
type Line struct {
	Movement
	BalanceMinor int64
}

// Totals are what a period came to, by kind.
type Totals struct {
	InvoicedMinor  int64
	CreditedMinor  int64
	ReceivedMinor  int64
	CancelledMinor int64
	RefundedMinor  int64
}

func (t *Totals) add(m Movement) (err error) {
	at := map[Kind]*int64{Invoice: &t.InvoicedMinor, Deposit: &t.InvoicedMinor, Credit: &t.CreditedMinor, Payment: &t.ReceivedMinor, Cancelled: &t.CancelledMinor, Refund: &t.RefundedMinor}[m.Kind]
	*at, err = money.Add(*at, m.AmountMinor)
	return err
}

// Change is what the period changed of the balance.
func (t Totals) Change() int64 {
	return t.InvoicedMinor - t.CreditedMinor - t.ReceivedMinor + t.CancelledMinor + t.RefundedMinor
}

// Activity is an account over a period, in one currency.
type Activity struct {
	Currency     money.Currency
	OpeningMinor int64
	Lines        []Line
	Totals       Totals
	ClosingMinor int64
}

// ActivityOf puts movements in order with their running balance, a currency at a time.
// opening is the balance before the first of them.
func ActivityOf(opening map[money.Currency]int64, movements []Movement) ([]Activity, error) {
	sorted := slices.Clone(movements)
	slices.SortStableFunc(sorted, inOrder)
	byCurrency := map[money.Currency]*Activity{}
	for c, minor := range opening {
		byCurrency[c] = &Activity{Currency: c, OpeningMinor: minor, ClosingMinor: minor}
	}
	for _, m := range sorted {
		a := byCurrency[m.Currency]
		if a == nil {
			a = &Activity{Currency: m.Currency}
			byCurrency[m.Currency] = a
		}
		var err error
		if a.ClosingMinor, err = money.Add(a.ClosingMinor, m.Signed()); err != nil {
			return nil, err
		}
		if err := a.Totals.add(m); err != nil {
			return nil, err
		}
		a.Lines = append(a.Lines, Line{m, a.ClosingMinor})
	}
	list := []Activity{}
	for _, a := range byCurrency {
		if a.OpeningMinor != 0 || len(a.Lines) > 0 {
			list = append(list, *a)
		}
	}
	slices.SortFunc(list, func(a, b Activity) int { return cmp.Compare(a.Currency, b.Currency) })
	return list, nil
}

func inOrder(a, b Movement) int {
	return cmp.Or(a.On.Time().Compare(b.On.Time()), cmp.Compare(ranks[a.Kind], ranks[b.Kind]), cmp.Compare(a.ID, b.ID))
}
