package billing

import (
	"slices"

	"comptoir/core/money"
)

// beforeTax gives every item its amount without tax. Where prices include tax the group's
// sum is divided once; lines are rounded on the running sum, so that no line is off by
// more than a cent, and discounts and charges each on their own.
func (c *calculation) beforeTax() {
	for _, g := range c.ordered {
		rate := money.PCM
		if c.doc.PricesInclTax {
			for _, t := range g.taxes {
				rate += t.RatePCM
			}
		}
		nets := make([]int64, len(g.items))
		run, given := map[Nature]int64{}, map[Nature]int64{}
		for i, it := range g.items {
			g.shown = c.add(g.shown, it.shown)
			if it.what != aLine {
				nets[i] = c.mul(it.shown, money.PCM, rate)
				continue
			}
			run[it.nature] = c.add(run[it.nature], it.shown)
			upTo := c.mul(run[it.nature], money.PCM, rate)
			nets[i] = upTo - given[it.nature]
			given[it.nature] = upTo
		}
		g.net = c.mul(g.shown, money.PCM, rate)
		settle(nets, g.net)
		for i := range g.items {
			g.items[i].net = nets[i]
			c.keep(g.items[i])
		}
	}
	c.allowanceBases()
}

// keep writes an item's amount without tax into the totals.
func (c *calculation) keep(it item) {
	switch it.what {
	case aLine:
		c.out.Lines[it.index].NetMinor = it.net
	case aDiscount:
		c.out.Allowances[it.index].AmountMinor = -it.net
	case aCharge:
		c.out.Allowances[it.index].AmountMinor = it.net
	}
}

// allowanceBases gives each allowance what its percentage is of (BT-93, BT-100).
func (c *calculation) allowanceBases() {
	var all int64
	of := map[string]int64{}
	for _, g := range c.ordered {
		for _, it := range g.items {
			if it.what == aLine {
				of[g.key] = c.add(of[g.key], it.net)
				all = c.add(all, it.net)
			}
		}
	}
	for i := range c.out.Allowances {
		a := &c.out.Allowances[i]
		switch {
		case !a.Charge:
			a.BaseMinor = of[c.group(a.Taxes).key]
		case a.PCM != 0:
			a.BaseMinor = all
		}
	}
}

// taxes fills the tax table: one row per tax, its base the sum of the groups that bear it.
func (c *calculation) taxes() {
	c.rates = map[string]*TaxSubtotal{}
	for _, g := range c.ordered {
		within := c.taxesWithin(g)
		for i, t := range g.taxes {
			key := taxKey(t)
			s := c.rates[key]
			if s == nil {
				s = &TaxSubtotal{Tax: t}
				c.rates[key] = s
			}
			if compareTaxes(t, s.Tax) < 0 { // same rate under two codes: the first one stands
				s.Tax = t
			}
			s.BaseMinor = c.add(s.BaseMinor, g.net)
			s.TaxMinor = c.add(s.TaxMinor, within[i])
		}
	}
	for _, s := range c.rates {
		if !c.doc.PricesInclTax {
			s.TaxMinor = c.mul(s.BaseMinor, s.Tax.RatePCM, money.PCM)
		}
		s.Nature = c.natureOfTax(taxKey(s.Tax))
		c.out.Taxes = append(c.out.Taxes, *s)
	}
	slices.SortFunc(c.out.Taxes, func(a, b TaxSubtotal) int { return compareTaxes(a.Tax, b.Tax) })
}

// taxesWithin shares the tax that is inside a group's prices over its taxes; zeros when
// prices exclude tax. The highest rate takes the cent that rounding leaves.
func (c *calculation) taxesWithin(g *group) []int64 {
	parts := make([]int64, len(g.taxes))
	if !c.doc.PricesInclTax {
		return parts
	}
	largest := 0
	rest := g.shown - g.net
	for i, t := range g.taxes {
		parts[i] = c.mul(g.net, t.RatePCM, money.PCM)
		rest -= parts[i]
		if t.RatePCM > g.taxes[largest].RatePCM {
			largest = i
		}
	}
	parts[largest] += rest
	return parts
}

// natureOfTax gives the nature of all that bears a tax, or "" when both do.
func (c *calculation) natureOfTax(key string) Nature {
	var found Nature
	for _, g := range c.ordered {
		if !slices.ContainsFunc(g.taxes, func(t Tax) bool { return taxKey(t) == key }) {
			continue
		}
		for _, it := range g.items {
			switch {
			case it.nature == "" || it.nature == found:
			case found == "":
				found = it.nature
			default:
				return ""
			}
		}
	}
	return found
}

func (c *calculation) sums() {
	o := &c.out
	for i, l := range o.Lines {
		if !c.doc.Lines[i].Optional {
			o.SumLines = c.add(o.SumLines, l.NetMinor)
		}
	}
	for _, a := range o.Allowances {
		if a.Charge {
			o.SumCharges = c.add(o.SumCharges, a.AmountMinor)
		} else {
			o.SumAllowances = c.add(o.SumAllowances, a.AmountMinor)
		}
	}
	for _, t := range o.Taxes {
		o.TotalTax = c.add(o.TotalTax, t.TaxMinor)
	}
	o.TotalExclTax = c.add(c.add(o.SumLines, -o.SumAllowances), o.SumCharges)
	o.TotalInclTax = c.add(o.TotalExclTax, o.TotalTax)
	o.Prepaid = c.doc.PrepaidMinor
	o.AmountDue = c.add(o.TotalInclTax, -o.Prepaid)
}
