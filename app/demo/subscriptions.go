package demo

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/accepted"
	"comptoir/office/payments"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
)

// What the story tells of subscriptions: care of floors and stairs by the month or the year, a
// shared workshop by the place; one subscription in each state a subscription can be in.

// subscriptionsFrom is the size of demo from which there are any.
const subscriptionsFrom = calendarFrom

type subscriptionStory struct {
	plans   map[string]subscriptions.Plan
	steps   []subscriptionStep // by time
	clients map[string]*client // by role
	made    map[string]string  // role to public id of the subscription
	late    string             // the template whose newest invoices nobody pays
	lateOn  time.Time
}

// subscriptionStep is something that happens so many days before the end of the story.
type subscriptionStep struct {
	back int
	do   func(ctx context.Context, m *maker) error
}

// care are the steps, in the order of their days.
func care() []subscriptionStep {
	return []subscriptionStep{
		{300, func(ctx context.Context, m *maker) error { return m.makePlans(ctx) }},
		{280, subscribe("climbs", "basic", 0)},
		{262, subscribe("left", "first", 0)},
		{240, withdraw("first")},
		{221, subscribe("yearly", "year", 0)},
		{203, subscribe("shop", "workshop", 3)},
		{189, func(ctx context.Context, m *maker) error { return m.shopCard(ctx) }},
		{182, subscribe("rests", "basic", 0)},
		{151, subscribe("asks", "comfort", 0)},
		{124, subscribe("late", "basic", 0)},
		{95, change("climbs", "comfort", 0)},
		{51, pause("rests")},
		{41, change("shop", "", 4)},
		{30, leave("left", subscriptions.AtOnceCredit, "")},
		{6, leave("asks", "", "demo.subscription.reason")},
		{5, subscribe("tries", "workshop", 2)},
		{2, subscribe("waits", "basic", 0)},
	}
}

// runSubscriptions lets happen what is to happen before t.
func (m *maker) runSubscriptions(ctx context.Context, t time.Time) error {
	if m.o.Documents < subscriptionsFrom {
		return nil
	}
	s := &m.subs
	if s.plans == nil {
		s.plans, s.clients, s.made, s.steps = map[string]subscriptions.Plan{}, map[string]*client{}, map[string]string{}, care()
	}
	for len(s.steps) > 0 {
		day := civil.Of(m.end, m.zone).AddDays(-s.steps[0].back)
		at := day.Time().Add(9*time.Hour + 17*time.Minute)
		if !at.Before(t) {
			return nil
		}
		step := s.steps[0]
		s.steps = s.steps[1:]
		if err := m.happen(ctx, &m.queue, at); err != nil {
			return err
		}
		m.Clock.MoveTo(at)
		if err := step.do(ctx, m); err != nil {
			return fmt.Errorf("subscriptions, %d days before the end: %w", step.back, err)
		}
		if err := m.findNext(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (m *maker) makePlans(ctx context.Context) error {
	for _, p := range []struct {
		name string
		fn   func(*subscriptions.Plan)
	}{
		{"year", func(p *subscriptions.Plan) {
			p.PriceMinor, p.Unit, p.CancelRule = 590_00, recur.Year, subscriptions.AtOnceCredit
		}},
		{"comfort", func(p *subscriptions.Plan) {
			p.PriceMinor, p.CancelWaits, p.MayChangePlan, p.MoveTo = 59_00, true, true, []string{m.subs.plans["year"].PublicID}
		}},
		{"basic", func(p *subscriptions.Plan) {
			p.PriceMinor, p.SetupMinor, p.MayChangePlan, p.MayChangeSeats = 29_00, 40_00, true, true
			p.MoveTo = []string{m.subs.plans["comfort"].PublicID, m.subs.plans["year"].PublicID}
			p.Extras = []subscriptions.Extra{{NameFR: m.text("fr", "demo.subscription.extra", nil), NameEN: m.text("en", "demo.subscription.extra", nil), PriceMinor: 15_00}}
		}},
		{"workshop", func(p *subscriptions.Plan) {
			p.PriceMinor, p.SeatsMax, p.TrialDays, p.MayChangeSeats, p.Downgrade = 45_00, 6, 14, true, subscriptions.DownPeriodEnd
		}},
		{"first", func(p *subscriptions.Plan) { p.PriceMinor = 19_00 }},
	} {
		x, err := m.Subscriptions.Blank(ctx, m.owner)
		if err != nil {
			return err
		}
		x.NameFR, x.NameEN = m.text("fr", "demo.subscription."+p.name, nil), m.text("en", "demo.subscription."+p.name, nil)
		x.AboutFR, x.AboutEN = m.text("fr", "demo.subscription."+p.name+"_about", nil), m.text("en", "demo.subscription."+p.name+"_about", nil)
		p.fn(&x)
		if x, err = m.Subscriptions.SavePlan(ctx, m.owner, m.key("plan"), x); err != nil {
			return err
		}
		m.subs.plans[p.name] = x
		if _, err := m.Subscriptions.MakeLink(ctx, m.owner, subscriptions.NewLink{Key: m.key("link"), PlanID: x.PublicID, Label: m.text("fr", "demo.subscription.link", nil)}); err != nil {
			return err
		}
	}
	return nil
}

// subscriber gives the next customer that takes something: a firm paid in euros, with an address.
func (m *maker) subscriber(role string) (*client, error) {
	taken := map[string]bool{}
	for _, c := range m.calendar.clients {
		taken[c.id] = true
	}
	for i := range m.clients {
		if c := &m.clients[i]; c.currency == "EUR" && c.hasMail && c.contact.ID != 0 && !taken[c.id] {
			m.subs.clients[role] = c
			return c, nil
		}
	}
	return nil, fmt.Errorf("no customer is left to be %q", role)
}

func subscribe(role, plan string, seats int64) func(context.Context, *maker) error {
	return func(ctx context.Context, m *maker) error {
		c, err := m.subscriber(role)
		if err != nil {
			return err
		}
		who := c.contact
		who.Trust = actor.TrustPassword
		links, err := m.Subscriptions.Links(ctx, m.owner, m.subs.plans[plan].PublicID)
		if err != nil {
			return err
		}
		q, err := m.Subscriptions.QuoteOffer(ctx, who, links[0].Token, subscriptions.Choice{Seats: seats})
		if err != nil {
			return err
		}
		terms := accepted.Terms{Words: m.text(who.Lang, "demo.subscription.terms", map[string]any{"plan": m.text(who.Lang, "demo.subscription."+plan, nil)}), Lang: who.Lang, Address: who.Address}
		terms.Shown = terms.Hash()
		x, err := m.Subscriptions.Subscribe(ctx, who, subscriptions.Subscribe{Key: m.key("subscribe"), Token: links[0].Token, PlanVersion: q.Plan.Version, Choice: q.Choice, ShownMinor: q.NowMinor, Accepted: terms})
		if err != nil {
			return err
		}
		m.subs.made[role], m.calendar.clients[x.RecurringID] = x.PublicID, c
		m.sum.Subscriptions++
		if role == "late" {
			m.subs.late, m.subs.lateOn = x.RecurringID, m.end.AddDate(0, 0, -80)
		}
		if role == "waits" || x.FirstDue == 0 {
			return m.deliver(ctx)
		}
		m.sum.Payments++
		if _, err := m.Payments.Record(ctx, m.owner, payments.Record{Key: m.key("first"), DocumentID: x.FirstID, Method: "transfer", Notify: true}); err != nil {
			return err
		}
		return m.deliver(ctx)
	}
}

func (m *maker) subscription(ctx context.Context, role string) (subscriptions.Subscription, error) {
	return m.Subscriptions.Get(ctx, m.owner, m.subs.made[role])
}

// change takes another plan, or other seats, as the customer does: the amount first.
func change(role, plan string, seats int64) func(context.Context, *maker) error {
	return func(ctx context.Context, m *maker) error {
		x, err := m.subscription(ctx, role)
		if err != nil {
			return err
		}
		in := subscriptions.Change{Key: m.key("change"), PublicID: x.PublicID, Version: x.Version, Choice: subscriptions.Choice{Seats: seats}}
		if plan != "" {
			in.PlanID, in.PlanVersion = m.subs.plans[plan].PublicID, m.subs.plans[plan].Version
		}
		q, err := m.Subscriptions.PreviewChange(ctx, m.owner, in)
		if err != nil {
			return err
		}
		in.ShownMinor = q.NowMinor
		if x, err = m.Subscriptions.Change(ctx, m.owner, in); err != nil {
			return err
		}
		if x.Documents[0].Role == "change" && x.Documents[0].DueMinor > 0 {
			m.sum.Payments++
			_, err = m.Payments.Record(ctx, m.owner, payments.Record{Key: m.key("change"), DocumentID: x.Documents[0].PublicID, Method: "transfer", Notify: true})
		}
		if err != nil {
			return err
		}
		return m.deliver(ctx)
	}
}

func pause(role string) func(context.Context, *maker) error {
	return func(ctx context.Context, m *maker) error {
		x, err := m.subscription(ctx, role)
		if err == nil {
			_, err = m.Subscriptions.Pause(ctx, m.owner, x.PublicID, x.Version)
		}
		return err
	}
}

func withdraw(plan string) func(context.Context, *maker) error {
	return func(ctx context.Context, m *maker) error {
		p := m.subs.plans[plan]
		_, err := m.Subscriptions.SetPlanState(ctx, m.owner, p.PublicID, p.Version, subscriptions.Withdrawn)
		return err
	}
}

// leave ends a subscription: by the firm's word, or by the customer's wish with a reason.
func leave(role, how, reason string) func(context.Context, *maker) error {
	return func(ctx context.Context, m *maker) error {
		x, err := m.subscription(ctx, role)
		if err != nil {
			return err
		}
		who := m.owner
		in := subscriptions.Cancel{Key: m.key("leave"), PublicID: x.PublicID, Version: x.Version, How: how}
		if reason != "" {
			c := m.subs.clients[role]
			who, in.Reason = c.contact, m.text(c.lang, reason, nil)
			who.Trust = actor.TrustPassword
		}
		q, err := m.Subscriptions.PreviewCancel(ctx, who, in)
		if err != nil {
			return err
		}
		in.ShownMinor = q.NowMinor
		if _, err = m.Subscriptions.Cancel(ctx, who, in); err != nil {
			return err
		}
		return m.deliver(ctx)
	}
}

// shopCard keeps a practice card for whoever uses the workshop.
func (m *maker) shopCard(ctx context.Context) error {
	who := m.subs.clients["shop"].contact
	who.Trust = actor.TrustPassword
	i, err := m.Payments.SaveMethod(ctx, who, payments.SaveMethod{Key: m.key("keep"), Gateway: "practice", ReturnURL: "http://127.0.0.1/reglement/{id}"})
	if err == nil {
		_, err = m.Payments.ContinuePayment(ctx, who, payments.ContinuePayment{IntentID: i.PublicID, Answer: "approved"})
	}
	return err
}
