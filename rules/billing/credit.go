package billing

import (
	"fmt"

	"comptoir/core/fault"
	"comptoir/core/money"
)

// NetOfTax is the code of the tax row of an "avoir net de taxe": the price goes back, the
// VAT stays as it was invoiced (CGI 272; VATEX-FR-CNWVAT, RF §4.5).
const NetOfTax = "FR-CNWVAT"

// isNetOfTax tells whether a part gives no tax back although its invoice bore some.
func isNetOfTax(taxes []Tax) bool { return len(taxes) == 1 && taxes[0].Code == NetOfTax }

// Creditable gives what of an invoice its earlier credit notes have left, part by part.
// What was credited net of tax belongs to no part; it comes off the whole (Left).
func Creditable(invoice Totals, earlier []Totals) []Part {
	rest := invoice.Parts()
	for _, c := range earlier {
		for _, p := range c.Parts() {
			if !isNetOfTax(p.Taxes) {
				rest = addPart(rest, p, -1)
			}
		}
	}
	return rest
}

// CreditLeft gives what of an invoice its earlier credit notes have left, with tax.
func CreditLeft(invoice Totals, earlier []Totals) int64 {
	left := invoice.TotalInclTax
	for _, c := range earlier {
		left -= c.TotalInclTax
	}
	return left
}

// CheckCredit refuses a credit note that gives back more than the invoice has left: on the
// whole, and for each set of taxes, so that no tax is given back at a rate or by a
// treatment that the invoice did not have.
func CheckCredit(invoice Totals, earlier []Totals, credit Totals, currency money.Currency) error {
	left := CreditLeft(invoice, earlier)
	if credit.TotalInclTax > left {
		return creditTooMuch(max(left, 0), currency)
	}
	rest := Creditable(invoice, earlier)
	for _, p := range credit.Parts() {
		if isNetOfTax(p.Taxes) {
			continue
		}
		var left int64
		known := false
		for _, r := range rest {
			if r.key() == p.key() {
				left, known = r.Incl(), true
			}
		}
		if !known {
			return oneField("lines", "fault.billing.credit_other_tax")
		}
		// a part that the invoice took off (a negative one) is given back as such
		if low, high := min(left, 0), max(left, 0); p.Incl() < low || p.Incl() > high {
			return creditTooMuch(max(left, 0), currency)
		}
	}
	if net := creditedNet(earlier) + credit.TotalExclTax; net > invoice.TotalExclTax+tolerance(len(earlier)+1) {
		return creditTooMuch(max(invoice.TotalExclTax-creditedNet(earlier), 0), currency)
	}
	return nil
}

// creditedNet is what was given back without tax.
func creditedNet(earlier []Totals) int64 {
	var sum int64
	for _, c := range earlier {
		sum += c.TotalExclTax
	}
	return sum
}

// tolerance is the cents by which amounts before tax may differ when they come from
// amounts with tax, document by document.
func tolerance(documents int) int64 { return int64(documents) }

func creditTooMuch(left int64, currency money.Currency) error {
	return oneField("lines", "fault.billing.credit_too_much", "left", money.Amount{Minor: left, Currency: currency})
}

func oneField(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}

// CreditLines gives the lines chosen of an invoice as a document to give back, with their
// share of the discounts on the whole. Quantities are by position; a line without one, or
// with 0, is left out. Shipping and other charges go back with the whole only.
func CreditLines(invoice Document, quantitiesE4 map[int]int64) (Document, error) {
	var form fault.Form
	out := Document{Currency: invoice.Currency, PricesInclTax: invoice.PricesInclTax}
	whole, err := Calculate(withoutAllowances(invoice))
	if err != nil {
		return Document{}, err
	}
	for i, l := range invoice.Lines {
		q := quantitiesE4[i]
		if q == 0 {
			continue
		}
		if q > 0 != (l.QuantityE4 > 0) || magnitude(q) > magnitude(l.QuantityE4) {
			form.Add(fmt.Sprintf("quantities.%d", i), "fault.billing.credit_quantity")
			continue
		}
		if l.DiscountMinor, err = money.MulDiv(l.DiscountMinor, magnitude(q), magnitude(l.QuantityE4)); err != nil {
			return Document{}, err
		}
		l.QuantityE4 = q
		out.Lines = append(out.Lines, l)
	}
	if err := form.Err(); err != nil {
		return Document{}, err
	}
	if len(out.Lines) == 0 {
		return Document{}, oneField("quantities", "fault.billing.credit_nothing")
	}
	part, err := Calculate(out)
	if err != nil {
		return Document{}, err
	}
	for _, a := range invoice.Allowances {
		if a.Charge {
			continue
		}
		if a.AmountMinor != 0 && whole.SumShown != 0 {
			if a.AmountMinor, err = money.MulDiv(a.AmountMinor, max(part.SumShown, 0), magnitude(whole.SumShown)); err != nil {
				return Document{}, err
			}
		}
		out.Allowances = append(out.Allowances, a)
	}
	return out, nil
}

func withoutAllowances(d Document) Document {
	d.Allowances = nil
	d.PrepaidMinor = 0
	return d
}

// CreditAmount gives an amount back, with tax, over the parts that are left: prices
// include tax, so that the sum is what was typed, to the cent.
func CreditAmount(currency money.Currency, left []Part, amountMinor int64, text string) (Document, error) {
	weights := make([]int64, len(left))
	var sum int64
	for i, p := range left {
		weights[i] = p.Incl()
		sum += weights[i]
	}
	switch {
	case amountMinor <= 0:
		return Document{}, oneField("amount", "fault.billing.credit_nothing")
	case amountMinor > sum:
		return Document{}, oneField("amount", "fault.billing.credit_too_much", "left", money.Amount{Minor: max(sum, 0), Currency: currency})
	}
	shares, err := share(amountMinor, weights)
	if err != nil {
		return Document{}, err
	}
	return linesOf(currency, true, left, shares, text), nil
}

// CreditPercent gives a percentage of an invoice back, of each of its parts.
func CreditPercent(invoice Document, totals Totals, pcm int64, text string) (Document, error) {
	if pcm <= 0 || pcm > money.PCM {
		return Document{}, oneField("percent", "fault.billing.credit_percent")
	}
	parts := totals.Parts()
	shares := make([]int64, len(parts))
	for i, p := range parts {
		of := p.NetMinor
		if invoice.PricesInclTax {
			of = p.Incl()
		}
		var err error
		if shares[i], err = money.MulDiv(of, pcm, money.PCM); err != nil {
			return Document{}, err
		}
	}
	return linesOf(invoice.Currency, invoice.PricesInclTax, parts, shares, text), nil
}

// WithoutTax turns a credit note into one net of tax: its lines bear the row that leaves
// the VAT as it was invoiced. Prices are those before tax, whatever the invoice showed.
func WithoutTax(d Document, row Tax) (Document, error) {
	totals, err := Calculate(d)
	if err != nil {
		return Document{}, err
	}
	out := Document{Currency: d.Currency}
	for i, l := range d.Lines {
		if d.PricesInclTax {
			l = oneLine(d.Currency, totals.Lines[i].NetMinor, l.Nature, nil, l.Description)
		}
		l.Taxes = []Tax{row}
		out.Lines = append(out.Lines, l)
	}
	if d.PricesInclTax {
		for _, a := range totals.Allowances {
			out.Allowances = append(out.Allowances, Allowance{Charge: a.Charge, Reason: a.Reason, AmountMinor: a.AmountMinor, Taxes: []Tax{row}})
		}
		return out, nil
	}
	for _, a := range d.Allowances {
		if a.Charge || len(a.Taxes) > 0 {
			a.Taxes = []Tax{row}
		}
		out.Allowances = append(out.Allowances, a)
	}
	return out, nil
}

// linesOf makes one line a part, leaving out what comes to nothing.
func linesOf(currency money.Currency, incl bool, parts []Part, shares []int64, text string) Document {
	d := Document{Currency: currency, PricesInclTax: incl}
	for i, p := range parts {
		if shares[i] != 0 {
			d.Lines = append(d.Lines, oneLine(currency, shares[i], p.Nature, p.Taxes, text))
		}
	}
	return d
}
