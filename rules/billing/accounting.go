package billing

import (
	"cmp"
	"slices"

	"comptoir/core/money"
)

// rowKey tells the rows of the books apart.
type rowKey struct {
	group  string
	nature Nature
	charge bool
}

// accounting shares the document over (nature, taxes) rows: discounts go where the lines
// are, the rounding of each tax on the row that bears most of it.
func (c *calculation) accounting() {
	nets := map[rowKey]int64{}
	sets := map[string][]Tax{}
	for _, g := range c.ordered {
		sets[g.key] = g.taxes
		for _, it := range g.items {
			switch it.what {
			case aLine, aCharge:
				key := rowKey{g.key, it.nature, it.what == aCharge}
				nets[key] = c.add(nets[key], it.net)
			case aDiscount:
				for nature, part := range c.discountByNature(g, it.net) {
					key := rowKey{g.key, nature, false}
					nets[key] = c.add(nets[key], part)
				}
			}
		}
	}
	for key, net := range nets {
		c.out.AccountingRows = append(c.out.AccountingRows, AccountingRow{Nature: key.nature, Charge: key.charge, NetMinor: net, Taxes: rowTaxes(sets[key.group])})
	}
	slices.SortFunc(c.out.AccountingRows, compareRows)
	for _, t := range c.out.Taxes {
		c.shareTax(t)
	}
	c.byNature()
}

func rowTaxes(taxes []Tax) []RowTax {
	rows := make([]RowTax, len(taxes))
	for i, t := range taxes {
		rows[i].Tax = t
	}
	return rows
}

func compareRows(a, b AccountingRow) int {
	charge := func(r AccountingRow) int {
		if r.Charge {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(charge(a), charge(b)), cmp.Compare(a.Nature, b.Nature),
		slices.CompareFunc(a.Taxes, b.Taxes, func(x, y RowTax) int { return compareTaxes(x.Tax, y.Tax) }))
}

// discountByNature shares a discount of a group over goods and services as its lines are.
func (c *calculation) discountByNature(g *group, net int64) map[Nature]int64 {
	natures := []Nature{Goods, Services}
	parts := make([]int64, 2)
	whole := g.lines
	for i, n := range natures {
		w := g.byKind[n]
		switch {
		case whole > 0:
			parts[i] = c.mul(net, w, whole)
		case whole < 0:
			parts[i] = c.mul(net, -w, -whole)
		}
	}
	settle(parts, net)
	by := map[Nature]int64{}
	for i, n := range natures {
		if parts[i] != 0 {
			by[n] = parts[i]
		}
	}
	return by
}

// shareTax writes a tax of the table into the rows that bear it.
func (c *calculation) shareTax(t TaxSubtotal) {
	type place struct{ row, tax int }
	var places []place
	var parts []int64
	for i, r := range c.out.AccountingRows {
		for j, rt := range r.Taxes {
			if taxKey(rt.Tax) == taxKey(t.Tax) {
				places = append(places, place{i, j})
				parts = append(parts, c.mul(r.NetMinor, t.Tax.RatePCM, money.PCM))
			}
		}
	}
	settle(parts, t.TaxMinor)
	for k, p := range places {
		c.out.AccountingRows[p.row].Taxes[p.tax].TaxMinor = parts[k]
	}
}

// byNature sums the rows: what falls due on delivery and what waits for payment.
func (c *calculation) byNature() {
	o := &c.out
	for _, r := range o.AccountingRows {
		net, tax := &o.ServicesExcl, &o.TaxOnServices
		if r.Nature == Goods {
			net, tax = &o.GoodsExclTax, &o.TaxOnGoods
		}
		*net = c.add(*net, r.NetMinor)
		for _, t := range r.Taxes {
			*tax = c.add(*tax, t.TaxMinor)
		}
	}
}
