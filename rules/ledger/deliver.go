package ledger

import (
	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Delivery is a deposit invoice at the moment its final invoice is issued.
type Delivery struct {
	Document string // number of the deposit invoice
	Final    string // number of the final invoice
	Date     civil.Date
	Move     Move // how far the deposit is settled (FromMinor), with DueMinor of DueOf
	Lang     locale.Lang
}

// Taken gives the deposits of a final invoice with the part of each tax that is due with it:
// goods on delivery, everything under the débits option (CGI 269-1, 269-2).
func Taken(s Sale) []Deposit {
	_, taken := s.taxesLeft()
	return taken
}

// DueOf gives the part of a deposit's waiting tax, in the firm's currency, that its final
// invoice made due; taxes are those that it took off, with their DueMinor.
func DueOf(waitingMinor int64, taxes []billing.RowTax) (int64, error) {
	var due, whole int64
	for _, t := range taxes {
		if !billing.Canadian(t.Tax) { // those never wait
			due, whole = due+t.DueMinor, whole+t.TaxMinor
		}
	}
	if due == 0 || whole == 0 {
		return 0, nil
	}
	return money.MulDiv(waitingMinor, due, whole)
}

// Deliver posts what still waits of a deposit's tax and is due with the final invoice, paid or
// not: OD 44574 D / 44571 C. Its later payment releases no more than the rest.
func Deliver(d Delivery) (Posting, error) {
	before := d.Move
	before.DueMinor = 0
	was, err := before.Released(d.Move.FromMinor)
	if err != nil {
		return Posting{}, err
	}
	is, err := d.Move.Released(d.Move.FromMinor)
	if err != nil {
		return Posting{}, err
	}
	b := &builder{Posting: Posting{Journal: JournalGeneral, Date: d.Date, DocumentRef: d.Final, DocumentDate: d.Date,
		Label: locale.T(d.Lang, "books.entry.tax_due", map[string]any{"document": d.Document})}}
	b.put(RoleTaxWaiting, "", is-was, 0)
	b.put(RoleTaxDue, "", was-is, 0)
	return b.finish()
}
