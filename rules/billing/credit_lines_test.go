package billing_test

import (
	"slices"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

// What went back of a line does not go back again, though its taxes have room for it.
func TestCreditLinesLeft(t *testing.T) {
	invoice := billing.Document{Currency: "EUR", Lines: []billing.Line{goods(10000, 3, s20), goods(50000, 1, s20), goods(10000, 1, s55)}}
	invoice.Lines[0].DiscountMinor = 3000
	part := func(earlier []billing.Document, q map[int]int64) billing.Document {
		t.Helper()
		d, err := billing.CreditLines(invoice, earlier, q)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	one := part(nil, map[int]int64{0: money.Scale})
	net, err := billing.WithoutTax(part([]billing.Document{one}, map[int]int64{0: money.Scale}), netOfTax)
	if err != nil {
		t.Fatal(err)
	}
	given := []billing.Document{one, net, part(nil, map[int]int64{2: money.Scale})}
	totals, err := billing.Calculate(invoice)
	if err != nil {
		t.Fatal(err)
	}
	off, err := billing.LinesCredited(invoice, totals.Lines, given)
	for i, l := range totals.Lines {
		q := invoice.Lines[i].QuantityE4
		if want := l.ShownMinor * (q - []int64{money.Scale, money.Scale, 0}[i]) / q; err != nil || off[i] != want {
			t.Errorf("line %d: %d is off, want %d (%v)", i, off[i], want, err)
		}
	}
	if got := billing.LinesLeft(invoice, given); !slices.Equal(got, []int64{money.Scale, money.Scale, 0}) {
		t.Errorf("left %v", got)
	}
	for place, q := range map[string]map[int]int64{"quantities.0": {0: 2 * money.Scale}, "quantities.2": {1: money.Scale, 2: money.Scale}} {
		if _, err := billing.CreditLines(invoice, given, q); !fault.HasField(err, place) {
			t.Errorf("%s: %v", place, err)
		}
	}
	rest := part(given, map[int]int64{0: money.Scale, 1: money.Scale})
	if err := billing.CheckCreditLines(invoice, given, rest); err != nil {
		t.Error(err)
	}
	if err := billing.CheckCreditLines(invoice, append(given, rest), rest); !fault.HasField(err, "lines.0.quantity") || !fault.HasField(err, "lines.1.quantity") {
		t.Errorf("twice: %v", err)
	}
	amount, err := billing.CreditAmount("EUR", totalsOf(t, invoice).Parts(), 12000, "Avoir")
	if err != nil {
		t.Fatal(err)
	}
	if got := billing.LinesLeft(invoice, []billing.Document{amount}); got[0] != 3*money.Scale {
		t.Errorf("an amount names no line: %v", got)
	}
}
