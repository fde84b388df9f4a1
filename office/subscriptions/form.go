package subscriptions

import (
	"context"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db/gen"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

// taken is a plan with what is chosen of it, for a customer (nil: nobody known yet).
type taken struct {
	plan     Plan
	choice   Choice
	customer *gen.Customer
	contact  string // public id
	lang     string
}

// fit fills what is left open in a choice and refuses what the plan does not have.
func (p Plan) fit(c Choice) (Choice, error) {
	var form fault.Form
	if c.Seats == 0 {
		c.Seats = p.SeatsMin
	}
	if c.Seats < p.SeatsMin || c.Seats > p.SeatsMax {
		form.Add("seats", "fault.subscription.seats", "min", p.SeatsMin, "max", p.SeatsMax)
	}
	ids := []string{}
	for _, x := range p.Extras { // in the order of the plan, each once
		if slices.Contains(c.Extras, x.ID) {
			ids = append(ids, x.ID)
		}
	}
	for _, id := range c.Extras {
		if _, ok := p.Extra(id); !ok {
			form.Add("extras", "fault.subscription.extra")
		}
	}
	c.Extras = ids
	return c, form.Err()
}

// terms are the prices of what is taken, for the rules.
func (t taken) terms() subscription.Terms {
	r := subscription.Terms{SeatMinor: t.plan.PriceMinor, Seats: t.choice.Seats}
	for _, id := range t.choice.Extras {
		if x, ok := t.plan.Extra(id); ok {
			r.Extras = append(r.Extras, subscription.ExtraPrice{Minor: x.PriceMinor, PerSeat: x.PerSeat})
		}
	}
	return r
}

func (t taken) when(start civil.Date) recur.Choice {
	c := recur.Choice{Unit: t.plan.Unit, Every: t.plan.Every}
	if c.Unit == recur.Year {
		c.Month = start.Month
	}
	return c
}

// span is the period that begins on a day.
func (t taken) span(start civil.Date) (subscription.Span, error) {
	rule, err := t.when(start).RuleOf(start)
	if err != nil {
		return subscription.Span{}, err
	}
	p := recur.Calendar{Rule: rule, Start: start}.Period(start, recur.Ahead)
	return subscription.Span{From: p.From, To: p.To}, nil
}

func (t taken) words(key string, args map[string]any) string {
	return locale.T(locale.Of(t.lang), key, args)
}

// name is the plan in the customer's language, with its seats where it is sold by the seat.
func (t taken) name() string {
	if !t.plan.BySeat() {
		return t.plan.Name(t.lang)
	}
	return t.words("common.subscription.line.seats", map[string]any{"plan": t.plan.Name(t.lang), "count": t.choice.Seats})
}

// priceE4 is an amount of the plan as the price of a line.
func (t taken) priceE4(minor int64) int64 {
	e4, err := money.MulDiv(minor, money.Scale, money.Currency(t.plan.Currency).Unit())
	if err != nil { // the plan's limits keep it within
		return 0
	}
	return e4
}

// line is one line of a document; quantity is in whole pieces, below zero to take off.
func (t taken) line(description, detail string, quantity, minor int64) sales.DraftLine {
	return sales.DraftLine{ItemID: t.plan.ItemID, Description: description, Detail: detail, Nature: t.plan.Nature, QuantityE4: quantity * money.Scale, Unit: "C62", UnitPriceE4: t.priceE4(minor),
		TaxCodes: slices.Clone(t.plan.TaxCodes)}
}

// lines are those of every period; its days stand beside the plan.
func (t taken) lines() []sales.DraftLine {
	list := []sales.DraftLine{t.line(t.plan.Name(t.lang), "{{period}}", t.choice.Seats, t.plan.PriceMinor)}
	for _, id := range t.choice.Extras {
		x, _ := t.plan.Extra(id)
		n := int64(1)
		if x.PerSeat {
			n = t.choice.Seats
		}
		list = append(list, t.line(x.Name(t.lang), "", n, x.PriceMinor))
	}
	return list
}

func (t taken) setup() sales.DraftLine {
	return t.line(t.words("common.subscription.line.setup", map[string]any{"plan": t.plan.Name(t.lang)}), "", 1, t.plan.SetupMinor)
}

// form is an invoice of these lines. What is charged by itself is due when it is issued.
func (t taken) form(lines ...sales.DraftLine) sales.Draft {
	d := sales.Draft{Currency: t.plan.Currency, Language: t.lang, PricesInclTax: t.plan.PricesInclTax, ContactID: t.contact, Lines: lines, Allowances: []sales.DraftAllowance{}}
	if c := t.customer; c != nil {
		d.CustomerID = c.PublicID
		if !t.plan.AutoCharge {
			d.TermsDays, d.TermsEndOfMonth = c.TermsDays, c.TermsEndOfMonth == 1
		}
	}
	return d
}

// cost is what a document of lines comes to, by billing.
type cost struct {
	total, tax int64
	taxes      []billing.TaxSubtotal
	lines      []QuoteLine
}

func (t taken) cost(ctx context.Context, q *gen.Queries, on civil.Date, lines ...sales.DraftLine) (cost, error) {
	c, err := sales.CheckForm(ctx, q, t.form(lines...), on)
	if err != nil {
		return cost{}, err
	}
	if len(c.Problems) > 0 {
		return cost{}, &fault.Error{Code: fault.Invalid, Key: "fault.form", Args: fault.Args{"count": len(c.Problems)}, Fields: c.Problems}
	}
	r := cost{total: c.TotalMinor, tax: c.TaxMinor, taxes: c.Taxes}
	for i, l := range lines {
		r.lines = append(r.lines, QuoteLine{Words: l.Description, Detail: l.Detail, NetMinor: c.Shown[i]})
	}
	return r, nil
}

// each gives what a period comes to: with tax, and before tax brought to a month.
func (t taken) each(ctx context.Context, q *gen.Queries, on civil.Date) (amount, monthly int64, err error) {
	c, err := t.cost(ctx, q, on, t.lines()...)
	if err != nil {
		return 0, 0, err
	}
	monthly, err = subscription.Monthly(c.total-c.tax, t.plan.Unit, t.plan.Every)
	return c.total, monthly, err
}

// days are written beside a line that bears a part of a period.
func (t taken) days(s subscription.Span) string {
	return t.words("common.subscription.line.days", map[string]any{"from": s.From, "to": s.To})
}

// expand puts the days of the first period in the place of the placeholder, for a preview.
func (t taken) expand(lines []QuoteLine, on civil.Date, s subscription.Span) []QuoteLine {
	run := recur.Run{On: on, Period: recur.Period{From: s.From, To: s.To}, Cycle: 1}
	for i := range lines {
		lines[i].Detail = recur.Expand(locale.Of(t.lang), lines[i].Detail, run)
	}
	return lines
}
