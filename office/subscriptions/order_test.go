package subscriptions_test

import (
	"context"
	"strconv"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/money"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/subscriptions"
	"comptoir/rules/subscription"
)

// What a customer accepted is kept whole, in its words and language; other words than those that
// were shown are shown first.
func TestAcceptedWordsAreKept(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	in := f.order(who, f.plan(nil), subscriptions.Choice{})
	in.Accepted.Words = ""
	_, err := f.Subscribe(ctx, who, in)
	f.WantField(err, "terms", "fault.signup.terms")
	in.Key, in.Accepted = f.Key(), agreed()
	in.Accepted.Words += " Autres."
	_, err = f.Subscribe(ctx, who, in)
	f.WantFault(err, "fault.subscription.terms_changed")
	in.Accepted = agreed()
	s, err := f.Subscribe(ctx, who, in)
	f.Must(err)
	got := dbtest.Strings(t, dbtest.Raw(t, f.Path), "SELECT words || '|' || lang || '|' || hash || '|' || address || '|' || (subscription_id = "+strconv.FormatInt(s.ID, 10)+") FROM accepted_terms")
	if want := in.Accepted.Words + "|fr|" + in.Accepted.Hash() + "|192.0.2.1|1"; len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
	if _, err := dbtest.Raw(t, f.Path).Exec("UPDATE accepted_terms SET words = 'x'"); err == nil {
		t.Error("what was accepted can be changed")
	}
	p := f.plan(nil)
	_, err = f.Subscribe(ctx, staff, subscriptions.Subscribe{Key: f.Key(), PlanID: p.PublicID, PlanVersion: p.Version, CustomerID: s.CustomerID, ShownMinor: 3600}) // the firm accepts nothing
	f.Must(err)
}

// One that is cancelled is paid to its last day: its plan is not sold beside it.
func TestNoSecondOneBesideOneThatEnds(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(nil)
	s := f.begun(who, p, subscriptions.Choice{})
	_, s = f.cancel(who, s, "")
	f.want(s, subscription.Cancelling)
	f.Move("2026-11-30")
	_, err := f.Subscribe(ctx, who, f.order(who, p, subscriptions.Choice{}))
	f.WantFault(err, "fault.subscription.already")
	f.Move("2026-12-01")
	f.want(f.subscribe(who, p, subscriptions.Choice{}), subscription.Pending)
}

// Who never paid uses up no link; whose order waits is led back to it, whatever became of the
// link or the plan.
func TestALinkCountsWhoBeganOrWaits(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	_, other := f.contact()
	p := f.plan(nil)
	l := f.link(p, func(l *subscriptions.NewLink) { l.Most = 1 })
	take := func(who actor.Actor) (subscriptions.Subscription, error) {
		return f.Subscribe(ctx, who, subscriptions.Subscribe{Key: f.Key(), Token: l.Token, PlanVersion: p.Version, ShownMinor: 3600, Accepted: agreed()})
	}
	s, err := take(who)
	f.Must(err)
	_, err = f.Offer(ctx, l.Token)
	f.WantFault(err, "fault.subscription.link_used_up")
	for who, want := range map[*actor.Actor]string{&who: s.PublicID, &other: ""} {
		if own, err := f.PortalPending(ctx, *who, l.Token); err != nil || own != want {
			t.Errorf("%q, want %q (%v)", own, want, err)
		}
	}
	f.cancel(who, s, "")
	s, err = take(other)
	f.Must(err)
	f.pay(s.FirstID)
	_, err = take(who)
	f.WantFault(err, "fault.subscription.link_used_up")
	if own, err := f.PortalPending(ctx, other, l.Token); err != nil || own != "" {
		t.Errorf("%q %v", own, err)
	}
	links, err := f.Links(ctx, staff, p.PublicID)
	f.Must(err)
	if links[0].Used != 1 {
		t.Errorf("%+v", links)
	}
}

// A trial that waits for a method begins by itself when one is kept that can be charged.
func TestATrialBeginsWithItsMethod(t *testing.T) {
	f := newFirm(t)
	c, who := f.contact()
	good := true
	f.Chargeable = func(context.Context, *gen.Queries, int64, money.Currency) (bool, error) { return good, nil }
	s := f.subscribe(who, f.plan(func(p *subscriptions.Plan) { p.TrialDays, p.TrialMethod = 14, true }), subscriptions.Choice{})
	f.want(s, subscription.Pending)
	f.keep(c.ID)
	f.exec("UPDATE kept_methods SET exp_year = 2026, exp_month = 10") // over
	f.Must(f.TellTrials(ctx))
	f.want(f.get(s), subscription.Pending)
	_, err := f.StartTrial(ctx, who, s.PublicID)
	f.WantFault(err, "fault.subscription.no_method")
	f.exec("UPDATE kept_methods SET exp_month = 11")
	good = false // of the other world
	f.Must(f.TellTrials(ctx))
	f.want(f.get(s), subscription.Pending)
	good = true
	f.Move("2026-11-04")
	f.Must(f.TellTrials(ctx))
	s = f.get(s)
	if f.want(s, subscription.Trial); s.TrialUntil.String() != "2026-11-17" || s.NextOn.String() != "2026-11-18" {
		t.Errorf("%+v", s)
	}
}

// Each order issues an invoice that stays, and who registers by a link is a stranger: so many in
// a day and no more, of orders and changes together, and of the customer, not of a contact. The
// firm orders as it likes.
func TestOrdersOfADayAreBounded(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	_, other := f.contact()
	p := f.plan(func(p *subscriptions.Plan) { p.SeatsMax = 9 })
	const most = 10
	for range most - 1 {
		f.cancel(who, f.subscribe(who, p, subscriptions.Choice{}), "")
	}
	s := f.begun(who, p, subscriptions.Choice{})
	papers := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM documents")
	beside := f.plan(nil)
	second := f.order(who, beside, subscriptions.Choice{})
	_, err := f.Subscribe(ctx, who, second)
	f.WantFault(err, "fault.subscription.often")
	more := subscriptions.Change{Key: f.Key(), PublicID: s.PublicID, Version: s.Version, PlanID: p.PublicID, PlanVersion: p.Version, Choice: subscriptions.Choice{Seats: 2}}
	q, err := f.PreviewChange(ctx, who, more)
	f.Must(err)
	more.ShownMinor = q.NowMinor
	_, err = f.Service.Change(ctx, who, more)
	f.WantFault(err, "fault.subscription.often")
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM documents"); n != papers {
		t.Errorf("%d papers of what was refused", n-papers)
	}
	f.subscribe(other, p, subscriptions.Choice{})
	_, err = f.Service.Change(ctx, staff, more)
	f.Must(err)
	f.Move("2026-11-03")
	f.subscribe(who, beside, subscriptions.Choice{})
}
