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

// Creditable gives what of an invoice its earlier credit notes have left, part by part. What
// was credited net of tax names no part: it comes off those of its nature in proportion, and
// with each price goes its tax, which stays as it was invoiced (CGI 272).
func Creditable(invoice Totals, earlier []Totals) []Part {
	rest := partsLeft(invoice, earlier)
	for _, c := range earlier {
		for _, p := range c.Parts() {
			if !isNetOfTax(p.Taxes) {
				continue
			}
			beyond := takePrice(rest, p.NetMinor, func(x Part) bool { return x.Nature == p.Nature })
			takePrice(rest, beyond, func(Part) bool { return true })
		}
	}
	return rest
}

// partsLeft takes off an invoice what was given back with its tax.
func partsLeft(invoice Totals, earlier []Totals) []Part {
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

// takePrice takes a price before tax off the chosen parts, each with as much of its tax, and
// gives what they do not have. Nothing here can overflow: shares are parts of one invoice.
func takePrice(parts []Part, netMinor int64, chosen func(Part) bool) (beyond int64) {
	var sum int64
	weights := make([]int64, len(parts))
	for i, p := range parts {
		if chosen(p) && p.NetMinor > 0 {
			weights[i] = p.NetMinor
			sum += p.NetMinor
		}
	}
	most := min(netMinor, sum)
	if most <= 0 {
		return netMinor
	}
	shares, err := share(most, weights)
	if err != nil {
		return netMinor
	}
	for i := range parts {
		if weights[i] == 0 {
			continue
		}
		left := parts[i].NetMinor - shares[i]
		tax, err := money.MulDiv(parts[i].TaxMinor, left, weights[i])
		if err != nil {
			return netMinor
		}
		parts[i].NetMinor, parts[i].TaxMinor = left, tax
	}
	return netMinor - most
}

// CreditLeft gives what of an invoice its earlier credit notes have left, with tax.
func CreditLeft(invoice Totals, earlier []Totals) (left int64) {
	for _, p := range Creditable(invoice, earlier) {
		left += p.Incl()
	}
	return left
}

// CheckCredit refuses a credit note that gives back more than the invoice has left: on the
// whole, and for each set of taxes, so that no tax is given back at a rate or by a
// treatment that the invoice did not have.
func CheckCredit(invoice Totals, earlier []Totals, credit Totals, currency money.Currency) error {
	whole := CreditLeft(invoice, earlier)
	if credit.TotalInclTax > invoice.TotalInclTax-creditedIncl(earlier) {
		return creditTooMuch(max(whole, 0), currency)
	}
	rest := partsLeft(invoice, earlier)
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
		return creditTooMuch(max(whole, 0), currency)
	}
	return nil
}

// creditedIncl is what was given back with tax.
func creditedIncl(earlier []Totals) (sum int64) {
	for _, c := range earlier {
		sum += c.TotalInclTax
	}
	return sum
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
// with 0, is left out, and no more of one goes back than earlier credit notes have left.
// Shipping and other charges go back with the whole only.
func CreditLines(invoice Document, earlier []Document, quantitiesE4 map[int]int64) (Document, error) {
	var form fault.Form
	out := Document{Currency: invoice.Currency, PricesInclTax: invoice.PricesInclTax}
	whole, err := Calculate(withoutAllowances(invoice))
	if err != nil {
		return Document{}, err
	}
	left := LinesLeft(invoice, earlier)
	for i, l := range invoice.Lines {
		q := quantitiesE4[i]
		if q == 0 {
			continue
		}
		if q > 0 != (l.QuantityE4 > 0) || magnitude(q) > magnitude(l.QuantityE4) {
			form.Add(fmt.Sprintf("quantities.%d", i), "fault.billing.credit_quantity")
			continue
		}
		if magnitude(q) > magnitude(left[i]) {
			lineTooMuch(&form, fmt.Sprintf("quantities.%d", i), left[i])
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

// CreditPercent gives a percentage of an invoice back, of each of its parts. The last of
// several gives back what is left where their roundings would pass it.
func CreditPercent(invoice Document, totals Totals, earlier []Totals, pcm int64, text string) (Document, error) {
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
	doc := linesOf(invoice.Currency, invoice.PricesInclTax, parts, shares, text)
	got, err := Calculate(doc)
	if err != nil {
		return Document{}, err
	}
	rest := Creditable(totals, earlier)
	if shares, rounded := withinRest(rest, got.Parts(), tolerance(len(earlier)+1)); rounded {
		return linesOf(invoice.Currency, true, rest, shares, text), nil
	}
	return doc, nil
}

// withinRest brings parts that pass what is left by no more than a rounding down to it, with
// tax; the shares are those of the parts that are left. rounded is false where nothing passes,
// and where more than a rounding does: that is too much, and refused as such.
func withinRest(rest, parts []Part, most int64) (shares []int64, rounded bool) {
	shares = make([]int64, len(rest))
	for i, r := range rest {
		for _, p := range parts {
			if p.key() != r.key() {
				continue
			}
			over := p.Incl() - r.Incl()
			if r.Incl() < 0 {
				over = -over
			}
			switch shares[i] = p.Incl(); {
			case over > most:
				return nil, false
			case over > 0:
				shares[i], rounded = r.Incl(), true
			}
		}
	}
	return shares, rounded
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
