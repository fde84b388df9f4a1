package sales

// SpeaksOfVAT tells whether the words of a document are HT, TVA and TTC: not in Canada, nor
// of a firm that charges no tax. Paper and portal say the same.
func (d Document) SpeaksOfVAT() bool {
	return d.Seller.Country != "CA" && d.Seller.VATScheme != "franchise" && (d.Seller.VATScheme != "none" || d.Totals.TotalTax != 0)
}

// ShowsTax tells whether taxes stand on a document at all. Where none is charged no rate and
// no amount is written, not even zero: what is written is owed (CGI 283-3).
func (d Document) ShowsTax() bool { return d.Seller.Country == "CA" || d.SpeaksOfVAT() }
