package demo

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"comptoir/office/sales"
)

// form fills in the invoice form for a customer, as a clerk would.
func (m *maker) form(rng *rand.Rand, c *client, t time.Time) (sales.Draft, error) {
	d := sales.Draft{CustomerID: c.id, Currency: c.currency, Language: c.lang, TermsDays: c.terms, TermsEndOfMonth: c.endMonth, Lines: []sales.DraftLine{}, Allowances: []sales.DraftAllowance{}}
	if c.currency == "CAD" {
		d.RateE8 = m.rateOfMonth(t)
	}
	sets := m.sets(c)
	lines := 1 + int(math.Pow(rng.Float64(), 2)*6)
	for i := range lines {
		set := m.stock[sets[(i+rng.IntN(2))%len(sets)]]
		d.Lines = append(d.Lines, line(rng, set[rng.IntN(len(set))]))
	}
	if c.kind != "person" && rng.Float64() < 0.35 {
		d.OrderNumber = fmt.Sprintf("BC-%d-%03d", t.Year(), 1+rng.IntN(400))
	}
	switch rng.IntN(8) {
	case 0:
		d.Note = m.text(c.lang, "demo.note.thanks", nil)
	case 1:
		d.Note = m.text(c.lang, "demo.note.delivery", nil)
	case 2:
		d.Note = m.text(c.lang, "demo.note.site", nil)
	case 3:
		d.PrivateNote = m.text("fr", "demo.note.private", nil)
	}
	if rng.Float64() < 0.06 {
		d.Allowances = append(d.Allowances, sales.DraftAllowance{Reason: m.text(c.lang, "demo.discount", nil), PCM: 5000, TaxCodes: []string{}})
	}
	if c.currency == "EUR" && rng.Float64() < 0.04 {
		d.Allowances = append(d.Allowances, sales.DraftAllowance{Charge: true, Reason: m.text(c.lang, "demo.shipping", nil), AmountMinor: 45_00, TaxCodes: []string{}})
	}
	return d, nil
}

// sets says what a customer buys.
func (m *maker) sets(c *client) []string {
	switch {
	case c.currency == "CAD":
		return []string{"quebec"}
	case c.books:
		return []string{"books", "goods"}
	case c.kind == "person":
		return []string{"home", "goods"}
	}
	return []string{"goods", "services"}
}

func line(rng *rand.Rand, it item) sales.DraftLine {
	l := sales.DraftLine{ItemID: it.id, Description: it.name, Detail: it.detail, Nature: it.nature, Unit: it.unit, UnitPriceE4: it.priceE4, TaxCodes: []string{}}
	switch it.unit {
	case "HUR":
		l.QuantityE4 = int64(4+rng.IntN(44)) * 5_000
	case "DAY":
		l.QuantityE4 = int64(1+rng.IntN(8)) * 5_000
	case "MTR", "MTK":
		l.QuantityE4 = int64(4+rng.IntN(60)) * 2_500
	case "MON", "SET":
		l.QuantityE4 = 10_000
	default:
		l.QuantityE4 = int64(1+math.Pow(rng.Float64(), 2)*8) * 10_000
	}
	if rng.Float64() < 0.08 {
		l.DiscountPCM = 5_000 * int64(1+rng.IntN(2))
	}
	return l
}

// rateOfMonth gives the rate that the owner notes with the month's first invoice in
// Canadian dollars: invented, near what it has been, scaled 10^8. Later ones take the
// newest rate noted.
func (m *maker) rateOfMonth(t time.Time) int64 {
	month := t.In(m.zone).Format("2006-01")
	if m.rated == month {
		return 0
	}
	m.rated = month
	n := float64(t.Year()*12 + int(t.Month()))
	return int64(66_000_000 + 1_800_000*math.Sin(n/2.3) + 700_000*math.Cos(n/0.9))
}

// draft leaves an invoice that is not issued yet; the last one has no customer.
func (m *maker) draft(ctx context.Context, n int) error {
	rng := m.chance(n)
	c := &m.clients[rng.IntN(len(m.clients))]
	form, err := m.form(rng, c, m.end)
	if err != nil {
		return err
	}
	if n == m.o.Documents-1 {
		form.CustomerID = ""
	}
	_, _, err = m.Sales.SaveDraft(ctx, m.owner, m.key("draft"), form)
	return err
}
