package billing

import (
	"fmt"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
)

// LinesLeft gives the quantity of each line of an invoice that its earlier credit notes have
// left. Their lines are known again by words, price and taxes; what gives back an amount names
// no line, and is bound by the taxes of the invoice alone.
func LinesLeft(invoice Document, earlier []Document) []int64 {
	left := make([]int64, len(invoice.Lines))
	for i, l := range invoice.Lines {
		left[i] = l.QuantityE4
	}
	for _, c := range earlier {
		takeLines(invoice, left, c)
	}
	return left
}

// LinesCredited gives what earlier credit notes took off each line of an invoice, in minor units
// of its prices, by the quantities that they name; shown are the lines as the invoice shows them
// (Totals.Lines).
func LinesCredited(invoice Document, shown []LineTotal, earlier []Document) ([]int64, error) {
	left := LinesLeft(invoice, earlier)
	for i, l := range invoice.Lines {
		if l.QuantityE4 == 0 {
			continue
		}
		var err error
		if left[i], err = money.MulDiv(shown[i].ShownMinor, l.QuantityE4-left[i], l.QuantityE4); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// CheckCreditLines refuses, beside them, the lines of a credit note that give back more of a
// line of the invoice than its earlier credit notes have left.
func CheckCreditLines(invoice Document, earlier []Document, credit Document) error {
	var form fault.Form
	for i, over := range takeLines(invoice, LinesLeft(invoice, earlier), credit) {
		if over != 0 {
			lineTooMuch(&form, fmt.Sprintf("lines.%d.quantity", i), credit.Lines[i].QuantityE4-over)
		}
	}
	return form.Err()
}

func lineTooMuch(form *fault.Form, path string, leftE4 int64) {
	form.Add(path, "fault.billing.credit_line_left", "left", locale.Decimal(leftE4))
}

// takeLines takes the lines of a credit note off the quantities that are left, and gives by
// how much each of them asks for more.
func takeLines(invoice Document, left []int64, credit Document) []int64 {
	over := make([]int64, len(credit.Lines))
	if credit.PricesInclTax != invoice.PricesInclTax {
		return over
	}
	for n, l := range credit.Lines {
		rest, known := l.QuantityE4, false
		for i, of := range invoice.Lines {
			if !givesBack(l, of) {
				continue
			}
			known = true
			if rest > 0 != (left[i] > 0) {
				continue
			}
			take := rest
			if magnitude(left[i]) < magnitude(rest) {
				take = left[i]
			}
			left[i], rest = left[i]-take, rest-take
		}
		if known {
			over[n] = rest
		}
	}
	return over
}

// givesBack tells whether a line of a credit note is one of its invoice, with its tax or net
// of it; its quantity, and with it a discount in money, may be a part.
func givesBack(l, of Line) bool {
	return l.Description == of.Description && l.Detail == of.Detail && l.Unit == of.Unit && l.UnitPriceE4 == of.UnitPriceE4 && l.DiscountPCM == of.DiscountPCM &&
		l.Nature == of.Nature && (isNetOfTax(l.Taxes) || groupKey(l.Taxes) == groupKey(of.Taxes))
}
