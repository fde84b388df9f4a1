package demo

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// What the story tells of recurring invoices: six templates, whatever the size, whose
// invoices were made on their days over the two years. One was paused in the last summer.
// A company too small to have any has none.
const calendarFrom = 60 // documents

// planned is one template of the story.
type planned struct {
	text     string // of its line
	euros    int64
	when     recur.Choice
	billed   string
	back     int    // months from the beginning to its first day
	pausedOn int    // days before the end; 0 = it runs
	card     string // the practice card that it is charged to; "" = the customer pays
}

var calendarPlans = []planned{
	{text: "demo.recurring.monthly", euros: 180, when: recur.Choice{Unit: recur.Month, Every: 1, Day: 1}, billed: recur.Ahead},
	{text: "demo.recurring.quarterly", euros: 640, when: recur.Choice{Unit: recur.Month, Every: 3, Day: recur.LastDay}, billed: recur.Behind, back: 1},
	{text: "demo.recurring.yearly", euros: 1_250, when: recur.Choice{Unit: recur.Year, Every: 1, Day: 15}, billed: recur.Ahead, back: 2},
	{text: "demo.recurring.paused", euros: 95, when: recur.Choice{Unit: recur.Month, Every: 1, Day: 31}, billed: recur.Behind, back: 12, pausedOn: 130},
	{text: "demo.recurring.charged", euros: 75, when: recur.Choice{Unit: recur.Month, Every: 1, Day: 5}, billed: recur.Ahead, back: 14, card: "approved"},
	{text: "demo.recurring.charged", euros: 75, when: recur.Choice{Unit: recur.Month, Every: 1, Day: 8}, billed: recur.Ahead, back: 22, card: "later"},
}

// calendarStory is what is known of the templates while the story is told.
type calendarStory struct {
	templates []string // public ids
	clients   map[string]*client
	next      time.Time       // of the next period of any of them; zero: not asked yet
	charged   map[string]bool // templates
	paused    bool
	made      int
}

// hours of the day at which the machine makes them, in UTC.
const calendarHour = 5

// calendars makes the templates at the beginning of the story.
func (m *maker) calendars(ctx context.Context) error {
	m.calendar.clients, m.calendar.charged = map[string]*client{}, map[string]bool{}
	if m.o.Documents < calendarFrom {
		return nil
	}
	next := 0
	for _, p := range calendarPlans {
		for next < len(m.clients) && (m.clients[next].currency != "EUR" || !m.clients[next].hasMail || m.clients[next].kind == "person") {
			next++
		}
		if next == len(m.clients) {
			return nil
		}
		c := &m.clients[next]
		next++
		start := civil.Of(m.Clock.Now(), m.zone).AddMonths(p.back).StartOfMonth().AddMonths(1)
		if p.card != "" {
			if err := m.keepForCharges(ctx, c, p.card); err != nil {
				return fmt.Errorf("%s: %w", p.text, err)
			}
		}
		v, err := m.Recurring.Activate(ctx, m.owner, m.key("recurring"), recurring.Template{When: p.when, Billed: p.billed, StartOn: start.String(), AutoSend: true, AutoCharge: p.card != "",
			Form: sales.Draft{CustomerID: c.id, Currency: c.currency, Language: c.lang, TermsDays: c.terms, TermsEndOfMonth: c.endMonth, Allowances: []sales.DraftAllowance{},
				Lines: []sales.DraftLine{{Description: m.text(c.lang, p.text, nil), Nature: "services", Unit: "C62", QuantityE4: 10_000, UnitPriceE4: p.euros * money.Scale, TaxCodes: []string{}}}}})
		if err != nil {
			return fmt.Errorf("%s: %w", p.text, err)
		}
		m.calendar.templates = append(m.calendar.templates, v.PublicID)
		m.calendar.charged[v.PublicID] = p.card != ""
		m.sum.Templates++
		m.calendar.clients[v.PublicID] = c
	}
	return m.findNext(ctx)
}

func (m *maker) findNext(ctx context.Context) error {
	rows, err := m.Recurring.Upcoming(ctx, m.owner, 1)
	m.calendar.next = m.end.AddDate(1, 0, 0)
	if err == nil && len(rows) > 0 {
		m.calendar.next = rows[0].Next.Time().Add(calendarHour * time.Hour)
	}
	if err != nil {
		return err
	}
	charge, err := m.nextCharge(ctx)
	if at := charge.Time().Add(calendarHour * time.Hour); !charge.IsZero() && at.Before(m.calendar.next) {
		m.calendar.next = at
	}
	return err
}

// runCalendar makes what falls due up to t, each on the morning of its day.
func (m *maker) runCalendar(ctx context.Context, t time.Time) error {
	for len(m.calendar.templates) > 0 && m.calendar.next.Before(t) {
		at := m.calendar.next
		if err := m.runSubscriptions(ctx, at); err != nil {
			return err
		}
		if m.calendar.next.Before(at) { // one that began meanwhile comes first
			continue
		}
		if err := m.happen(ctx, &m.queue, at); err != nil {
			return err
		}
		m.Clock.MoveTo(at)
		if err := m.pauseOne(ctx, at); err != nil {
			return err
		}
		items, err := m.Recurring.Due(ctx, civil.Of(at, m.zone))
		if err != nil {
			return err
		}
		for _, x := range items {
			if err := m.Recurring.Do(ctx, m.owner, x.Key); err != nil {
				return err
			}
			if err := m.follow(ctx, x.Line, at); err != nil {
				return err
			}
		}
		if err := m.runCharges(ctx, civil.Of(at, m.zone)); err != nil {
			return err
		}
		if err := m.findNext(ctx); err != nil {
			return err
		}
	}
	return m.runSubscriptions(ctx, t)
}

// follow lets happen with the invoice just made what happens with every other.
func (m *maker) follow(ctx context.Context, template string, at time.Time) error {
	runs, err := m.Recurring.Runs(ctx, m.owner, template, civil.Date{})
	if err != nil {
		return err
	}
	doc, err := m.Sales.Get(ctx, m.owner, runs[0].PublicID)
	if err != nil {
		return err
	}
	m.calendar.made++
	m.sum.Recurring++
	n := MostDocuments + m.calendar.made
	d := &issued{n: n, id: doc.PublicID, number: doc.Number, client: m.calendar.clients[template], at: at, due: doc.DueDate.Time(), total: doc.Totals.TotalInclTax, left: doc.DueMinor, mailed: true}
	if template == m.subs.late && at.After(m.subs.lateOn) {
		return m.deliver(ctx)
	}
	if !m.calendar.charged[template] { // else the card pays, or does not
		m.future(&m.queue, m.chance(n), d)
	}
	return m.deliver(ctx)
}

// pauseOne pauses the template that is paused at the end.
func (m *maker) pauseOne(ctx context.Context, at time.Time) error {
	for i, p := range calendarPlans[:len(m.calendar.templates)] {
		if p.pausedOn == 0 || m.calendar.paused || at.Before(m.end.AddDate(0, 0, -p.pausedOn)) {
			continue
		}
		v, err := m.Recurring.Get(ctx, m.owner, m.calendar.templates[i])
		if err != nil {
			return err
		}
		m.calendar.paused = true
		if _, err := m.Recurring.Pause(ctx, m.owner, v.PublicID, v.Version); err != nil {
			return err
		}
	}
	return nil
}
