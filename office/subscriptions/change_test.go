package subscriptions_test

import (
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/office/officetest"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
)

// change asks what a change comes to and does it.
func (f firm) change(who actor.Actor, s subscriptions.Subscription, to subscriptions.Plan, c subscriptions.Choice) (subscriptions.Quote, subscriptions.Subscription) {
	f.T.Helper()
	in := subscriptions.Change{Key: f.Key(), PublicID: s.PublicID, Version: s.Version, Choice: c}
	if to.PublicID != "" && to.PublicID != s.PlanID {
		in.PlanID, in.PlanVersion = to.PublicID, to.Version
	}
	q, err := f.PreviewChange(ctx, who, in)
	f.Must(err)
	in.ShownMinor = q.NowMinor
	s, err = f.Service.Change(ctx, who, in)
	f.Must(err)
	return q, s
}

// November has 30 days; on the 12th 19 are left. Up charges the difference now, down gives it
// back against the invoice that charged it, and the next invoice uses it.
func TestChangesAreProrated(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	pro := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.NameEN, p.PriceMinor = "Formule Pro", "Pro plan", 6000 })
	p := f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{pro.PublicID}; p.SeatsMax = 5 })
	s := f.begun(who, p, subscriptions.Choice{})
	f.Move("2026-11-12")
	q, s := f.change(who, s, pro, subscriptions.Choice{})
	if q.NowMinor != 1900*12/10 || q.TaxMinor != 380 || q.EachMinor != 7200 || q.From.String() != "2026-11-12" || q.To.String() != "2026-11-30" || len(q.Lines) != 2 || q.Lines[0].NetMinor != 3800 || q.Lines[1].NetMinor != -1900 {
		t.Errorf("%+v", q)
	}
	if s.Plan.NameFR != "Formule Pro" || s.Documents[0].TotalMinor != 2280 || s.Documents[0].Role != "change" || s.NextMinor != 7200 || s.NextOn.String() != "2026-12-01" {
		t.Errorf("%+v", s)
	}
	f.pay(s.Documents[0].PublicID)
	f.Move("2026-11-21") // ten days left, of 38.00 for nineteen
	q, s = f.change(staff, f.get(s), p, subscriptions.Choice{})
	if q.NowMinor != -1000*12/10 || s.Documents[0].Role != "credit" || s.Documents[0].TotalMinor != 1200 {
		t.Errorf("%+v", q)
	}
	f.Move("2026-12-01")
	f.pass()
	s = f.get(s)
	if s.Documents[0].TotalMinor != 3600 || s.Documents[0].DueMinor != 2400 {
		t.Errorf("%+v", s.Documents[0])
	}
	f.Sound()
}

// Seats may grow and shrink; where the plan says so, less comes with the next period only.
func TestSeatsAndLess(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(func(p *subscriptions.Plan) { p.SeatsMax, p.Downgrade = 10, subscriptions.DownPeriodEnd })
	s := f.begun(who, p, subscriptions.Choice{Seats: 2})
	f.Move("2026-11-16") // half of it is left
	q, s := f.change(who, s, p, subscriptions.Choice{Seats: 4})
	if q.NowMinor != 3600 || s.Seats != 4 || s.MonthlyMinor != 12000 {
		t.Errorf("%+v", q)
	}
	q, s = f.change(who, s, p, subscriptions.Choice{Seats: 1})
	if q.NowMinor != 0 || q.When != subscriptions.AtPeriodEnd || q.On.String() != "2026-12-01" || s.Seats != 4 || s.Planned == nil || s.NextMinor != 3600 || !s.May.TakeBack || s.May.ChangeSeats {
		t.Errorf("%+v %+v", q, s)
	}
	back, err := f.TakeBack(ctx, who, f.Key(), s.PublicID, s.Version)
	f.Must(err)
	if back.Planned != nil || back.NextMinor != 14400 {
		t.Errorf("%+v", back)
	}
	_, s = f.change(who, back, p, subscriptions.Choice{Seats: 1})
	f.Move("2026-12-01")
	f.pass()
	s = f.get(s)
	if s.Seats != 1 || s.Planned != nil || s.Documents[0].TotalMinor != 3600 || s.MonthlyMinor != 3000 {
		t.Errorf("%+v", s)
	}
	f.Sound()
}

// From months to a year a new period begins on the day; and a year later the day is the same.
func TestAnotherLengthBeginsAnew(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	yearly := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.Unit, p.PriceMinor = "Formule Année", recur.Year, 30000 })
	p := f.plan(func(p *subscriptions.Plan) { p.MoveTo = []string{yearly.PublicID} })
	s := f.begun(who, p, subscriptions.Choice{})
	f.Move("2026-11-12")
	q, s := f.change(who, s, yearly, subscriptions.Choice{})
	if q.NowMinor != 28100*12/10 || q.NextOn.String() != "2027-11-12" || s.NextOn.String() != "2027-11-12" || s.PaidTo.String() != "2027-11-11" || s.MonthlyMinor != 2500 {
		t.Errorf("%+v %+v", q, s)
	}
	f.pass()
	f.Move("2027-11-12")
	f.pass()
	s = f.get(s)
	if s.Documents[0].TotalMinor != 36000 || s.NextOn.String() != "2028-11-12" {
		t.Errorf("%+v", s)
	}
	f.Sound()
}

// The amount is the one that was shown, or nothing is done.
func TestAChangeDoesWhatWasShown(t *testing.T) {
	f := newFirm(t)
	c, who := f.contact()
	other := f.plan(func(p *subscriptions.Plan) { p.NameFR = "Formule Autre"; p.PriceMinor = 9000 })
	pro := f.plan(func(p *subscriptions.Plan) { p.NameFR = "Formule Pro"; p.PriceMinor = 6000 })
	p := f.plan(func(p *subscriptions.Plan) {
		p.MoveTo = []string{pro.PublicID}
		p.MayChangeSeats = false
		p.SeatsMax = 3
	})
	s := f.begun(who, p, subscriptions.Choice{})
	in := subscriptions.Change{Key: f.Key(), PublicID: s.PublicID, Version: s.Version, PlanID: pro.PublicID, PlanVersion: pro.Version}
	q, err := f.PreviewChange(ctx, who, in)
	f.Must(err)
	in.ShownMinor = q.NowMinor
	f.Move("2026-11-02") // a day later it is less
	_, err = f.Service.Change(ctx, who, in)
	f.WantFault(err, "fault.subscription.amount_changed")
	_, err = f.SetPlanState(ctx, staff, pro.PublicID, pro.Version, subscriptions.Withdrawn)
	f.Must(err)
	_, err = f.Service.Change(ctx, who, in)
	f.WantFault(err, "fault.subscription.plan_withdrawn")
	for _, x := range []subscriptions.Change{{PlanID: other.PublicID}, {Choice: subscriptions.Choice{Seats: 2}}} {
		x.Key, x.PublicID = f.Key(), s.PublicID
		_, err = f.PreviewChange(ctx, who, x)
		f.WantFault(err, "fault.subscription.not_offered")
	}
	_, err = f.PreviewChange(ctx, staff, subscriptions.Change{PublicID: s.PublicID})
	f.WantFault(err, "fault.subscription.nothing")
	stranger := officetest.Contact(f.Customer("Autre", nil))
	_, err = f.PortalGet(ctx, stranger, s.PublicID)
	f.WantFault(err, "fault.not_found")
	_, err = f.Service.Change(ctx, stranger, in)
	f.WantFault(err, "fault.not_found")
	link := who
	link.Trust = actor.TrustLink
	_, err = f.Service.Change(ctx, link, in)
	f.WantFault(err, "fault.password_needed")
	if n := f.count("SELECT count(*) FROM documents"); n != 1 {
		t.Errorf("%d documents", n)
	}
	// twice, and two at once, is once
	_, err = f.SetPlanState(ctx, staff, pro.PublicID, pro.Version+1, subscriptions.Open)
	f.Must(err)
	in.PlanVersion, in.Key = 0, f.Key()
	q, err = f.PreviewChange(ctx, who, in)
	f.Must(err)
	in.ShownMinor = q.NowMinor
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := f.Service.Change(ctx, who, in); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := f.count("SELECT count(*) FROM documents"); n != 2 {
		t.Errorf("%d documents", n)
	}
	_ = c
	f.Sound()
}
