package ledger

import (
	"fmt"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// Receipt is money received from a customer, or given back (Refund).
type Receipt struct {
	Number       string // of the payment
	Date         civil.Date
	Auxiliary    string
	CustomerName string
	Money        string // role of the account: RoleBank, RoleCash, RoleCheques
	AmountMinor  int64  // above zero, in Rate.Currency
	FeeMinor     int64  // kept by the bank or the gateway, within AmountMinor
	Rate         Rate   // of the day of payment
	Parts        []Part
	RestRole     string // account of what no part takes; "" = the customer's own account
	Lang         locale.Lang
}

// Part is what a payment pays of one document. TotalMinor, PaidMinor and AmountMinor are
// in the document's currency, which is the payment's; tax is in the firm's.
type Part struct {
	Document      string // number
	AmountMinor   int64
	TotalMinor    int64 // what the document put on the customer's account
	PaidMinor     int64 // settled before this payment, credits included
	RateE8        int64 // fixed when the document was issued
	WaitingMinor  int64 // WaitingTax of the document
	ReleasedMinor int64 // released by earlier parts
}

// ReceivePayment posts a payment and tells, for each part, how much tax it releases (to be
// kept with the allocation: the next payment starts from the sum).
//
//	BQ  512 D received · 627 D bank fee / 411 C each document; 44574 D / 44571 C tax released
//
// Tax is released in proportion to what is paid; the last payment takes the rest, so that
// 44574 ends at zero. When the currency's rate moved, the difference goes to 656 or 756.
func ReceivePayment(r Receipt) (Posting, []int64, error) { return r.post(1, "payment") }

// Refund posts money given back: on credit notes (their tax leaves 44571), or on the
// customer's balance when there are no parts.
func Refund(r Receipt) (Posting, []int64, error) { return r.post(-1, "refund") }

func (r Receipt) post(side int64, event string) (Posting, []int64, error) {
	if err := r.check(); err != nil {
		return Posting{}, nil, err
	}
	b := &builder{rate: r.Rate, Posting: Posting{
		Journal: JournalBank, Date: r.Date, DocumentRef: r.Number, DocumentDate: r.Date,
		Label: locale.T(r.Lang, "books.entry."+event, map[string]any{"number": r.Number, "customer": r.CustomerName}),
	}}
	if r.Money == RoleCash {
		b.Journal = JournalCash
	}
	// Both halves are differences of one conversion, so that they sum to it.
	whole := b.convert(r.AmountMinor)
	fee := whole - b.convert(r.AmountMinor-r.FeeMinor)
	b.put(r.Money, "", side*(whole-fee), side*(r.AmountMinor-r.FeeMinor))
	b.put(RoleBankFees, "", side*fee, side*r.FeeMinor)
	r.customers(b, side)
	r.difference(b)
	released := r.release(b, side)
	p, err := b.finish()
	return p, released, err
}

func (r Receipt) check() error {
	if r.AmountMinor <= 0 || r.AmountMinor > money.Max || r.FeeMinor < 0 || r.FeeMinor > r.AmountMinor {
		return fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if err := r.Rate.check(); err != nil {
		return err
	}
	var f fault.Form
	left := r.AmountMinor
	for i, p := range r.Parts {
		path := fmt.Sprintf("parts.%d.amount", i)
		switch {
		case p.AmountMinor <= 0 || p.TotalMinor > money.Max || p.PaidMinor < 0:
			f.Add(path, "fault.ledger.amount")
		case p.AmountMinor > p.TotalMinor-p.PaidMinor:
			f.Add(path, "fault.ledger.over_allocated", "document", p.Document)
		default:
			left -= p.AmountMinor
		}
		if err := (Rate{r.Rate.Currency, r.Rate.Firm, p.RateE8}).check(); err != nil {
			f.Add(path, "fault.ledger.amount")
		}
	}
	if left < 0 {
		f.Add("amount", "fault.ledger.allocated_too_much")
	}
	return f.Err()
}

// customers credits each document at its own rate: the running sum is converted, so that
// the last part clears the document to the cent.
func (r Receipt) customers(b *builder, side int64) {
	left := r.AmountMinor
	for _, p := range r.Parts {
		at := Rate{r.Rate.Currency, r.Rate.Firm, p.RateE8}
		minor := b.convertAt(at, p.PaidMinor+p.AmountMinor) - b.convertAt(at, p.PaidMinor)
		l := b.put(RoleCustomers, r.Auxiliary, -side*minor, -side*p.AmountMinor)
		l.Label = locale.T(r.Lang, "books.entry.part", map[string]any{"label": b.Label, "document": p.Document})
		left -= p.AmountMinor
	}
	if left == 0 {
		return
	}
	role := r.RestRole
	if role == "" {
		role = RoleCustomers
	}
	whole := b.convert(r.AmountMinor)
	b.put(role, r.Auxiliary, -side*(whole-b.convert(r.AmountMinor-left)), -side*left)
}

// difference posts what the entry lacks: an exchange difference where a rate moved since a
// document was issued, else a rounding.
func (r Receipt) difference(b *builder) {
	var rest int64
	for _, l := range b.Lines {
		rest += l.signed()
	}
	loss, gain := RoleRoundDebit, RoleRoundCredit
	for _, p := range r.Parts {
		if r.Rate.foreign() && p.RateE8 != r.Rate.E8 {
			loss, gain = RoleExchLoss, RoleExchGain
		}
	}
	if rest > 0 { // more received than the documents were worth
		b.put(gain, "", -rest, 0)
	} else {
		b.put(loss, "", -rest, 0)
	}
}

// release moves the tax of each part from waiting to due.
func (r Receipt) release(b *builder, side int64) []int64 {
	released := make([]int64, len(r.Parts))
	for i, p := range r.Parts {
		minor, err := p.release()
		if err != nil {
			b.err = fault.New(fault.Invalid, "fault.ledger.amount").With(err)
			continue
		}
		released[i] = minor
		label := locale.T(r.Lang, "books.entry.tax_due", map[string]any{"document": p.Document})
		b.put(RoleTaxWaiting, "", side*minor, 0).Label = label
		b.put(RoleTaxDue, "", -side*minor, 0).Label = label
	}
	return released
}

// release gives the tax that falls due with a part (RF §5.1: 39.60 × 1000 / 1481.51 = 26.73,
// then 12.87).
func (p Part) release() (int64, error) {
	paid := p.PaidMinor + p.AmountMinor
	if paid >= p.TotalMinor {
		return p.WaitingMinor - p.ReleasedMinor, nil
	}
	upTo, err := money.MulDiv(p.WaitingMinor, paid, p.TotalMinor)
	return upTo - p.ReleasedMinor, err
}

// Application sets a credit note against an invoice of the same customer.
type Application struct {
	Date         civil.Date
	Auxiliary    string
	CustomerName string
	Credit       Part // AmountMinor is the same in both
	Invoice      Part
	Rate         Rate // currency of both documents
	Lang         locale.Lang
}

// ApplyCredit posts a credit note against an invoice. The customer's account already nets
// them out, so that mostly nothing is posted; tax released on either side and not on the
// other moves between 44574 and 44571, and a rate that differs gives an exchange
// difference. It returns the tax released on the credit note and on the invoice.
func ApplyCredit(a Application) (p Posting, credit, invoice int64, err error) {
	if err := a.check(); err != nil {
		return Posting{}, 0, 0, err
	}
	b := &builder{rate: a.Rate, Posting: Posting{
		Journal: JournalGeneral, Date: a.Date, DocumentRef: a.Credit.Document, DocumentDate: a.Date,
		Label: locale.T(a.Lang, "books.entry.application", map[string]any{"credit": a.Credit.Document, "document": a.Invoice.Document}),
	}}
	credit, errC := a.Credit.release()
	invoice, errI := a.Invoice.release()
	if errC != nil || errI != nil {
		return Posting{}, 0, 0, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	value := func(p Part) int64 {
		at := Rate{a.Rate.Currency, a.Rate.Firm, p.RateE8}
		return b.convertAt(at, p.PaidMinor+p.AmountMinor) - b.convertAt(at, p.PaidMinor)
	}
	rest := value(a.Credit) - value(a.Invoice)
	b.put(RoleCustomers, a.Auxiliary, rest, 0)
	if rest > 0 {
		b.put(RoleExchGain, "", -rest, 0)
	} else {
		b.put(RoleExchLoss, "", -rest, 0)
	}
	b.put(RoleTaxWaiting, "", invoice-credit, 0)
	b.put(RoleTaxDue, "", credit-invoice, 0)
	p, err = b.finish()
	return p, credit, invoice, err
}

func (a Application) check() error {
	for _, p := range []Part{a.Credit, a.Invoice} {
		if p.AmountMinor <= 0 || p.AmountMinor != a.Invoice.AmountMinor {
			return fault.New(fault.Invalid, "fault.ledger.amount")
		}
		if p.AmountMinor > p.TotalMinor-p.PaidMinor {
			return fault.New(fault.Invalid, "fault.ledger.over_allocated", "document", p.Document)
		}
		if err := (Rate{a.Rate.Currency, a.Rate.Firm, p.RateE8}).check(); err != nil {
			return err
		}
	}
	return nil
}
