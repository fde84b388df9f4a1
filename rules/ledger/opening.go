package ledger

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// RoleSuspense is the account that an opening balance is set against until the accountant
// enters the balance sheet of the books before.
const RoleSuspense = "attente"

// Opening is an invoice that another program issued and that is still open when this one
// takes over.
type Opening struct {
	Number       string
	Date         civil.Date // of the takeover
	DocumentDate civil.Date // of the invoice
	Auxiliary    string
	CustomerName string
	DueMinor     int64 // what is left to pay, in Rate.Currency
	WaitingMinor int64 // of it, VAT that falls due with its payment
	Rate         Rate
	Lang         locale.Lang
}

// OpenInvoice posts an open invoice of the books before:
//
//	AN  411 D what is left · 44574 C VAT of it that waits for payment · 471 C the rest
//
// Sales and the VAT that was due already stand in the books before; 471 is cleared by the
// opening entry of the balance sheet.
func OpenInvoice(o Opening) (Posting, error) {
	if o.DueMinor <= 0 || o.DueMinor > money.Max || o.WaitingMinor < 0 || o.WaitingMinor > o.DueMinor {
		return Posting{}, fault.New(fault.Invalid, "fault.ledger.amount")
	}
	if err := o.Rate.check(); err != nil {
		return Posting{}, err
	}
	b := &builder{rate: o.Rate, Posting: Posting{
		Journal: JournalOpening, Date: o.Date, DocumentRef: o.Number, DocumentDate: o.DocumentDate,
		Label: locale.T(o.Lang, "books.entry.opening", map[string]any{"number": o.Number, "customer": o.CustomerName}),
	}}
	whole, waiting := b.convert(o.DueMinor), b.convert(o.WaitingMinor)
	b.put(RoleCustomers, o.Auxiliary, whole, o.DueMinor)
	b.put(RoleTaxWaiting, "", -waiting, -o.WaitingMinor)
	b.put(RoleSuspense, "", waiting-whole, o.WaitingMinor-o.DueMinor)
	return b.finish()
}

// WaitingOf gives the part of an open invoice's tax that still waits: in proportion to what
// is left of it, as payments release it.
func WaitingOf(taxMinor, inclMinor, dueMinor int64) (int64, error) {
	if inclMinor <= 0 {
		return 0, nil
	}
	return money.MulDiv(taxMinor, dueMinor, inclMinor)
}
