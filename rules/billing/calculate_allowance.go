package billing

import (
	"fmt"

	"comptoir/core/money"
)

// allowances turns the document's discounts and charges into items of tax groups. Each is
// computed on the lines alone, never on what another allowance left (BT-93, BT-100).
func (c *calculation) allowances() {
	left := map[string]int64{} // of each group, after the discounts so far
	for _, g := range c.ordered {
		left[g.key] = g.lines
	}
	for i, a := range c.doc.Allowances {
		if a.Charge {
			c.charge(i, a)
			continue
		}
		for g, amount := range c.discount(i, a) {
			before := left[g.key]
			left[g.key] = before - amount
			if (before >= 0) != (left[g.key] >= 0) && left[g.key] != 0 {
				c.form.Add(fmt.Sprintf("allowances.%d", i), "fault.billing.discount_too_big")
				return
			}
		}
	}
}

// discount gives the share of each group in discount i, and adds it to the group.
func (c *calculation) discount(i int, a Allowance) map[*group]int64 {
	groups := c.discounted(a)
	shares := make([]int64, len(groups))
	if a.PCM != 0 {
		for j, g := range groups {
			shares[j] = c.mul(g.lines, a.PCM, money.PCM)
		}
	} else if a.AmountMinor != 0 {
		var sum int64
		for _, g := range groups {
			sum = c.add(sum, g.lines)
		}
		if a.AmountMinor > sum {
			c.form.Add(fmt.Sprintf("allowances.%d", i), "fault.billing.discount_too_big")
			return nil
		}
		for j, g := range groups {
			shares[j] = c.mul(a.AmountMinor, g.lines, sum)
		}
		settle(shares, a.AmountMinor)
	}
	by := map[*group]int64{}
	for j, g := range groups {
		if shares[j] == 0 {
			continue
		}
		by[g] = shares[j]
		c.allow(g, AllowanceTotal{Index: i, Reason: a.Reason, PCM: a.PCM, ShownMinor: shares[j], Taxes: g.taxes}, "")
	}
	return by
}

// discounted lists the groups that a discount is for.
func (c *calculation) discounted(a Allowance) []*group {
	if len(a.Taxes) == 0 {
		return c.ordered
	}
	if g := c.groups[groupKey(a.Taxes)]; g != nil {
		return []*group{g}
	}
	return nil
}

// charge adds shipping and the like to the group of its own taxes.
func (c *calculation) charge(i int, a Allowance) {
	amount := a.AmountMinor
	if a.PCM != 0 {
		amount = c.mul(c.out.SumShown, a.PCM, money.PCM)
	}
	if amount == 0 {
		return
	}
	nature := a.Nature
	if nature == "" {
		nature = c.mainNature()
	}
	c.allow(c.group(a.Taxes), AllowanceTotal{Index: i, Charge: true, Reason: a.Reason, PCM: a.PCM, ShownMinor: amount, Taxes: c.group(a.Taxes).taxes}, nature)
}

func (c *calculation) mainNature() Nature {
	for _, l := range c.doc.Lines {
		if l.Nature == Goods {
			return Goods
		}
	}
	return Services
}

func (c *calculation) allow(g *group, t AllowanceTotal, nature Nature) {
	it := item{what: aDiscount, index: len(c.out.Allowances), nature: nature, shown: -t.ShownMinor}
	if t.Charge {
		it.what, it.shown = aCharge, t.ShownMinor
	}
	g.items = append(g.items, it)
	c.out.Allowances = append(c.out.Allowances, t)
}

// settle puts what is missing to total on the largest part (the first of equals), where a
// cent is seen least.
func settle(parts []int64, total int64) {
	largest := -1
	for i, p := range parts {
		total -= p
		if largest < 0 || magnitude(p) > magnitude(parts[largest]) {
			largest = i
		}
	}
	if largest >= 0 {
		parts[largest] += total
	}
}
