package billing_test

import (
	"testing"

	"comptoir/rules/billing"
)

// A document of 300 lines is recomputed at every key stroke.
func BenchmarkCalculate300Lines(b *testing.B) {
	doc := billing.Document{Currency: "CAD"}
	for i := range 300 {
		doc.Lines = append(doc.Lines, billing.Line{Nature: billing.Goods, QuantityE4: int64(i+1) * 10000, UnitPriceE4: 123456, Taxes: []billing.Tax{tps, tvq}})
	}
	for b.Loop() {
		if _, err := billing.Calculate(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCalculate2Lines(b *testing.B) {
	doc := one("EUR", 123456, s20)
	doc.Lines = append(doc.Lines, doc.Lines[0])
	for b.Loop() {
		if _, err := billing.Calculate(doc); err != nil {
			b.Fatal(err)
		}
	}
}
