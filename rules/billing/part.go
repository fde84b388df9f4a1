package billing

import (
	"slices"

	"comptoir/core/money"
)

// Part is what a document comes to for one set of taxes and one nature: what a credit note
// may give back of it, what a deposit takes of it.
type Part struct {
	Taxes    []Tax
	Nature   Nature
	NetMinor int64
	TaxMinor int64
}

// Incl gives the part with tax.
func (p Part) Incl() int64 { return p.NetMinor + p.TaxMinor }

func (p Part) key() string { return groupKey(p.Taxes) + " | " + string(p.Nature) }

// Parts sums a document by taxes and nature; shipping counts with the rest. The parts add
// up to the document to the cent, since the rows of the books do.
func (t Totals) Parts() []Part {
	var list []Part
	for _, r := range t.AccountingRows {
		p := Part{Nature: r.Nature, NetMinor: r.NetMinor}
		for _, x := range r.Taxes {
			p.Taxes = append(p.Taxes, x.Tax)
			p.TaxMinor += x.TaxMinor
		}
		list = addPart(list, p, 1)
	}
	return list
}

// addPart adds sign × p to the part of the same key, or puts it at the end.
func addPart(list []Part, p Part, sign int64) []Part {
	i := slices.IndexFunc(list, func(x Part) bool { return x.key() == p.key() })
	if i < 0 {
		p.NetMinor, p.TaxMinor = sign*p.NetMinor, sign*p.TaxMinor
		return append(list, p)
	}
	list[i].NetMinor += sign * p.NetMinor
	list[i].TaxMinor += sign * p.TaxMinor
	return list
}

func (p Part) sameTaxes(o Part) bool { return groupKey(p.Taxes) == groupKey(o.Taxes) }

// byTaxes merges parts of the same taxes, whatever their nature.
func byTaxes(parts []Part) []Part {
	var list []Part
	for _, p := range parts {
		p.Nature = Services
		list = addPart(list, p, 1)
	}
	return list
}

// share splits an amount over weights in proportion to their sum, which must be above
// zero; no share of a positive amount up to that sum passes its own weight.
func share(amount int64, weights []int64) ([]int64, error) {
	sum, err := money.Sum(weights...)
	if err != nil {
		return nil, err
	}
	shares := make([]int64, len(weights))
	var run, given int64
	for i, w := range weights {
		run += w
		upTo, err := money.MulDiv(amount, run, sum)
		if err != nil {
			return nil, err
		}
		shares[i], given = upTo-given, upTo
	}
	return shares, nil
}

// oneLine is a line of an amount: quantity 1, or −1 for a part that goes the other way.
func oneLine(currency money.Currency, minor int64, nature Nature, taxes []Tax, text string) Line {
	l := Line{Description: text, Nature: nature, QuantityE4: money.Scale, Unit: "C62", Taxes: slices.Clone(taxes)}
	if minor < 0 {
		l.QuantityE4, minor = -l.QuantityE4, -minor
	}
	l.UnitPriceE4 = minor * (money.Scale / currency.Unit())
	return l
}
