package provider

import (
	"slices"

	"comptoir/core/money"
	"comptoir/rules/billing"
)

// Revenues gives what each line of a document brings before tax: its net amount less its share of the
// discounts on the document, which are shared over the lines of their taxes by amount. Charges such
// as shipping are no part of any service.
func Revenues(doc billing.Document, t billing.Totals) ([]int64, error) {
	out := make([]int64, len(t.Lines))
	for i, l := range t.Lines {
		if !doc.Lines[i].Optional {
			out[i] = l.NetMinor
		}
	}
	weights := slices.Clone(out)
	for _, a := range t.Allowances {
		if a.Charge {
			continue
		}
		at, of := []int{}, []int64{}
		for i, l := range doc.Lines {
			if !l.Optional && weights[i] > 0 && sameTaxes(l.Taxes, a.Taxes) {
				at, of = append(at, i), append(of, weights[i])
			}
		}
		shares, err := money.Split(a.AmountMinor, of)
		if err != nil {
			return nil, err
		}
		for j, i := range at {
			out[i] -= shares[j]
		}
	}
	return out, nil
}

// sameTaxes tells whether two sets of taxes are one group of a document.
func sameTaxes(a, b []billing.Tax) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y billing.Tax) bool {
			return y.Code == x.Code && y.RatePCM == x.RatePCM && y.Category == x.Category
		}) {
			return false
		}
	}
	return true
}
