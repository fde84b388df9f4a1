package billing

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/money"
)

// Calculate gives the amounts of a document by the arithmetic of EN 16931 (RF §3.2). It is
// the one function behind screen, PDF, XML and books.
//
// A line is quantity × price, rounded, less its discount, rounded. Discounts and charges on
// the document belong to tax groups (the set of taxes that lines share). Tax is computed
// once per tax on the sum of its groups, never per line; in Québec TPS and TVQ each on the
// price before tax. When prices include tax, what the lines show is what is charged, to
// the cent in each group: the part before tax is rounded and tax is the rest.
//
// Impossible input gives a fault with paths lines.N.… and allowances.N, N from 0.
func Calculate(doc Document) (Totals, error) {
	if err := doc.check(); err != nil {
		return Totals{}, err
	}
	c := &calculation{doc: doc, groups: map[string]*group{}}
	c.lines()
	c.allowances()
	if err := c.form.Err(); err != nil {
		return Totals{}, err
	}
	c.beforeTax()
	c.taxes()
	c.sums()
	c.accounting()
	if c.overflow {
		return Totals{}, fault.New(fault.Invalid, "fault.billing.total_too_big")
	}
	return c.out, nil
}

// calculation is the work sheet of one document.
type calculation struct {
	doc      Document
	form     fault.Form
	overflow bool
	groups   map[string]*group
	ordered  []*group
	rates    map[string]*TaxSubtotal // by taxKey
	out      Totals
}

// group is what shares one set of taxes.
type group struct {
	key    string
	taxes  []Tax
	items  []item
	lines  int64            // Σ of its lines as shown
	shown  int64            // Σ of its items as shown
	net    int64            // shown without tax
	byKind map[Nature]int64 // Σ of its lines by nature
}

// item is a line, discount or charge within a group; a discount is negative.
type item struct {
	what   itemKind
	index  int // in Document.Lines or Totals.Allowances
	nature Nature
	shown  int64
	net    int64
}

type itemKind int

const (
	aLine itemKind = iota
	aDiscount
	aCharge
)

// add and mul note an overflow and go on with zero; Calculate refuses at the end.
func (c *calculation) add(a, b int64) int64 {
	s, err := money.Add(a, b)
	c.overflow = c.overflow || err != nil
	return s
}

func (c *calculation) mul(a, b, den int64) int64 {
	p, err := money.MulDiv(a, b, den)
	c.overflow = c.overflow || err != nil
	return p
}

func (c *calculation) lines() {
	c.out.Lines = make([]LineTotal, len(c.doc.Lines))
	for i, l := range c.doc.Lines {
		t, ok := c.line(i, l)
		if !ok {
			continue
		}
		if l.Optional {
			c.out.Lines[i] = c.optional(l, t)
			continue
		}
		c.out.Lines[i] = t
		c.out.SumShown = c.add(c.out.SumShown, t.ShownMinor)
		g := c.group(l.Taxes)
		nature := natureOf(l.Nature)
		g.items = append(g.items, item{what: aLine, index: i, nature: nature, shown: t.ShownMinor})
		g.lines = c.add(g.lines, t.ShownMinor)
		g.byKind[nature] = c.add(g.byKind[nature], t.ShownMinor)
	}
}

// line computes one line; a discount in money has the sign of the line, so that giving
// back a discounted line gives back what was paid for it.
func (c *calculation) line(i int, l Line) (LineTotal, bool) {
	path := linePath(i)
	// quantity and price carry 10^4 each, the amount 10^digits
	gross, err := money.MulDiv(l.QuantityE4, l.UnitPriceE4, money.Scale*money.Scale/c.doc.Currency.Unit())
	if err != nil {
		c.form.Add(path+"quantity", "fault.billing.amount_too_big")
		return LineTotal{}, false
	}
	discount := l.DiscountMinor
	if gross < 0 {
		discount = -discount
	}
	if l.DiscountPCM != 0 {
		discount = c.mul(gross, l.DiscountPCM, money.PCM)
	}
	if magnitude(discount) > magnitude(gross) {
		c.form.Add(path+"discount", "fault.billing.discount_too_big")
		return LineTotal{}, false
	}
	return LineTotal{GrossMinor: gross, DiscountMinor: discount, NetMinor: gross - discount, ShownMinor: gross - discount}, true
}

// optional gives what a line would come to on its own; it is in no total (Choose takes it).
func (c *calculation) optional(l Line, t LineTotal) LineTotal {
	if rate := money.PCM; c.doc.PricesInclTax {
		for _, x := range l.Taxes {
			rate += x.RatePCM
		}
		t.NetMinor = c.mul(t.ShownMinor, money.PCM, rate)
	}
	return t
}

func (c *calculation) group(taxes []Tax) *group {
	key := groupKey(taxes)
	g := c.groups[key]
	if g == nil {
		g = &group{key: key, taxes: slices.SortedFunc(slices.Values(taxes), compareTaxes), byKind: map[Nature]int64{}}
		c.groups[key] = g
		c.ordered = append(c.ordered, g)
		slices.SortFunc(c.ordered, func(a, b *group) int { return compareTaxSets(a.taxes, b.taxes) })
	}
	return g
}

func groupKey(taxes []Tax) string {
	if len(taxes) == 1 {
		return taxKey(taxes[0])
	}
	keys := make([]string, len(taxes))
	for i, t := range taxes {
		keys[i] = taxKey(t)
	}
	slices.Sort(keys)
	return strings.Join(keys, " + ")
}

// taxKey tells taxes apart as BG-23 does: by category and rate (and by name, for TPS and
// TVQ). Untaxed rows of one category differ by the reason that is printed.
func taxKey(t Tax) string {
	key := t.Name + " " + string(t.Category) + " " + strconv.FormatInt(t.RatePCM, 10)
	if t.RatePCM != 0 {
		return key
	}
	return key + " " + t.VATEX + " " + t.Mention
}

// compareTaxes orders the rows of the tax table: TPS before TVQ, high rates before low ones.
func compareTaxes(a, b Tax) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(b.RatePCM, a.RatePCM),
		cmp.Compare(a.Category, b.Category), cmp.Compare(a.VATEX, b.VATEX),
		cmp.Compare(a.Mention, b.Mention), cmp.Compare(a.Code, b.Code))
}

func compareTaxSets(a, b []Tax) int { return slices.CompareFunc(a, b, compareTaxes) }

func natureOf(n Nature) Nature {
	if n == "" {
		return Services
	}
	return n
}

func linePath(i int) string { return "lines." + strconv.Itoa(i) + "." }

func magnitude(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}
