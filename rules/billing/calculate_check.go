package billing

import (
	"fmt"
	"slices"

	"comptoir/core/fault"
	"comptoir/core/money"
)

// Limits of what may be typed: a milliard of anything is a slip of the finger, and keeps
// every product within money.Max or refused.
const (
	maxQuantityE4 = 1_000_000_000 * money.Scale
	maxPriceE4    = 1_000_000_000 * money.Scale
)

// check refuses what no document can say, field by field.
func (d Document) check() error {
	var f fault.Form
	if !d.Currency.Valid() {
		f.Add("currency", "fault.billing.currency")
	}
	for i, l := range d.Lines {
		checkLine(&f, linePath(i), l)
	}
	for i, a := range d.Allowances {
		checkAllowance(&f, fmt.Sprintf("allowances.%d", i), a)
	}
	if d.PrepaidMinor < 0 || d.PrepaidMinor > money.Max {
		f.Add("prepaid", "fault.billing.negative_prepaid")
	}
	return f.Err()
}

func checkLine(f *fault.Form, path string, l Line) {
	if l.QuantityE4 > maxQuantityE4 || l.QuantityE4 < -maxQuantityE4 {
		f.Add(path+"quantity", "fault.billing.quantity_too_big")
	}
	switch {
	case l.UnitPriceE4 < 0: // EN 16931 BR-27: give back with a negative quantity
		f.Add(path+"unit_price", "fault.billing.negative_price")
	case l.UnitPriceE4 > maxPriceE4:
		f.Add(path+"unit_price", "fault.billing.price_too_big")
	}
	if l.Nature != "" && l.Nature != Goods && l.Nature != Services {
		f.Add(path+"nature", "fault.billing.nature")
	}
	checkDiscount(f, path+"discount", l.DiscountPCM, l.DiscountMinor)
	checkTaxes(f, path+"taxes", l.Taxes)
}

func checkAllowance(f *fault.Form, path string, a Allowance) {
	checkDiscount(f, path, a.PCM, a.AmountMinor)
	if a.Charge || len(a.Taxes) > 0 {
		checkTaxes(f, path+".taxes", a.Taxes)
	}
	if a.Nature != "" && a.Nature != Goods && a.Nature != Services {
		f.Add(path+".nature", "fault.billing.nature")
	}
}

func checkDiscount(f *fault.Form, path string, pcm, minor int64) {
	switch {
	case pcm != 0 && minor != 0:
		f.Add(path, "fault.billing.both_discounts")
	case pcm < 0 || minor < 0:
		f.Add(path, "fault.billing.negative_discount")
	case pcm > money.PCM:
		f.Add(path, "fault.billing.percent_too_big")
	case minor > money.Max:
		f.Add(path, "fault.billing.amount_too_big")
	}
}

func checkTaxes(f *fault.Form, path string, taxes []Tax) {
	if len(taxes) == 0 {
		f.Add(path, "fault.billing.no_tax")
	}
	for i, t := range taxes {
		twice := slices.ContainsFunc(taxes[:i], func(u Tax) bool { return u.RatePCM == t.RatePCM && taxKey(u) == taxKey(t) })
		switch {
		case t.RatePCM < 0 || t.RatePCM > money.PCM, t.RatePCM != 0 && t.Category != Standard:
			f.Add(path, "fault.billing.tax_rate", "name", t.Name)
		case twice:
			f.Add(path, "fault.billing.tax_twice", "name", t.Name)
		}
	}
}
