package sales

import (
	"slices"

	"comptoir/rules/billing"
)

// SpeaksOfVAT tells whether the words of a document are HT, TVA and TTC: not where no tax is
// charged, nor for Canada's taxes, which a firm of another country may be registered for too.
// Paper and portal say the same.
func (d Document) SpeaksOfVAT() bool {
	return d.Seller.Country != "CA" && d.ShowsTax() && !slices.ContainsFunc(d.Totals.Taxes, func(t billing.TaxSubtotal) bool { return billing.Canadian(t.Tax) })
}

// ShowsTax tells whether taxes stand on a document at all. Where none is charged no rate and
// no amount is written, not even zero: what is written is owed (CGI 283-3).
func (d Document) ShowsTax() bool {
	return d.Seller.Country == "CA" || d.Seller.VATScheme != "franchise" && (d.Seller.VATScheme != "none" || d.Totals.TotalTax != 0)
}
