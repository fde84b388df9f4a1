package demo

import (
	"context"
	"time"

	"comptoir/core/civil"
	"comptoir/office/customers"
	"comptoir/office/reminders"
)

// What the story tells of late payers: some were reminded once or twice, the others wait
// for the owner's click; one customer is exempt. A fixed small number, whatever the size.
const (
	firstChase  = 26 // days before the end
	secondChase = 9
	chased      = 4 // documents each time
)

// chasing makes the groups, the policies and the rate that the firm noted. The policies
// send nothing by themselves, so that the practice shows the two clicks.
func (m *maker) chasing(ctx context.Context) error {
	list, err := m.Reminders.Policies(ctx, m.owner)
	if err != nil {
		return err
	}
	standard := list[0]
	standard.Automatic = false
	if _, err := m.Reminders.SavePolicy(ctx, m.owner, "", standard); err != nil {
		return err
	}
	soft, err := m.Reminders.SavePolicy(ctx, m.owner, m.key("policy"), reminders.Policy{Name: m.text("fr", "demo.reminders.policy", nil),
		Levels: []reminders.Level{{Days: -3}, {Days: 7}, {Days: 21}, {Days: 45, Formal: true}}})
	if err != nil {
		return err
	}
	for back := range 3 { // this half-year and the two before
		from := halfYear(m.end.AddDate(0, -6*back, 0))
		if _, err := m.Reminders.SaveRate(ctx, m.owner, reminders.Rate{From: from.String(), RatePCM: 12_150, FloorPCM: 7_860, Source: m.text("fr", "demo.reminders.rate", nil)}); err != nil {
			return err
		}
	}
	days := int64(15)
	people, err := m.Customers.SaveGroup(ctx, m.owner, m.key("group"), customers.Group{Name: m.text("fr", "demo.group.people", nil), TermsDays: &days, PolicyID: soft.PublicID})
	if err != nil {
		return err
	}
	firms, err := m.Customers.SaveGroup(ctx, m.owner, m.key("group"), customers.Group{Name: m.text("fr", "demo.group.firms", nil), IsDefault: true, UploadsAllowed: true})
	if err != nil {
		return err
	}
	for i, c := range m.clients[:min(grouped, len(m.clients))] {
		group := firms.PublicID
		if c.kind == "person" {
			group = people.PublicID
		}
		if err := m.changeClient(ctx, i, func(c *customers.Customer) { c.GroupID = group }); err != nil {
			return err
		}
	}
	return nil
}

// grouped is how many customers are put into a group.
const grouped = 60

func halfYear(t time.Time) civil.Date {
	if t.Month() > 6 {
		return civil.New(t.Year(), 7, 1)
	}
	return civil.New(t.Year(), 1, 1)
}

func (m *maker) changeClient(ctx context.Context, i int, change func(*customers.Customer)) error {
	c, err := m.Customers.Get(ctx, m.owner, m.clients[i].id)
	if err != nil {
		return err
	}
	change(&c)
	_, err = m.Customers.Save(ctx, m.owner, m.key("customer"), c)
	return err
}

// chase reminds late payers when the story comes by its days.
func (m *maker) chase(ctx context.Context, t time.Time) error {
	days := []int{firstChase, secondChase}
	for m.chases < len(days) && !t.Before(m.end.AddDate(0, 0, -days[m.chases])) {
		m.chases++
		m.Clock.MoveTo(t)
		if err := m.remind(ctx); err != nil {
			return err
		}
	}
	return nil
}

// remind does what two clicks do, for the oldest late documents among the newest.
func (m *maker) remind(ctx context.Context) error {
	late := []string{}
	for _, d := range m.last {
		if d.left > 0 && d.client.hasMail && d.due.Before(m.day(m.Clock.Now())) && !d.intent && len(late) < chased {
			late = append(late, d.id)
		}
	}
	if len(late) == 0 {
		return nil
	}
	p, err := m.Reminders.PlanByHand(ctx, m.owner, reminders.PlanQuery{Documents: late, AtMost: m.chases})
	if err != nil {
		return err
	}
	for _, mail := range p.Mails {
		chosen := []reminders.Chosen{}
		for _, d := range mail.Documents {
			chosen = append(chosen, reminders.Chosen{DocumentID: d.PublicID, Level: d.Level})
		}
		if _, err := m.Reminders.Send(ctx, m.owner, m.key("remind"), chosen); err != nil {
			return err
		}
	}
	return m.deliver(ctx)
}

// exempt keeps one late customer from being chased: they are in talks.
func (m *maker) exempt(ctx context.Context) error {
	for i := len(m.last) - 1; i >= 0; i-- {
		d := m.last[i]
		if d.left == 0 || d.intent || d.debit || !d.due.Before(m.end) {
			continue
		}
		for n := range m.clients {
			if m.clients[n].id == d.client.id {
				return m.changeClient(ctx, n, func(c *customers.Customer) {
					c.RemindersExempt, c.Notes = true, m.text("fr", "demo.reminders.exempt", nil)
				})
			}
		}
	}
	return nil
}
