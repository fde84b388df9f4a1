package subscriptions_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

func (f firm) cancel(who actor.Actor, s subscriptions.Subscription, how string) (subscriptions.Quote, subscriptions.Subscription) {
	f.T.Helper()
	in := subscriptions.Cancel{Key: f.Key(), PublicID: s.PublicID, Version: s.Version, How: how, Reason: "Trop cher"}
	q, err := f.PreviewCancel(ctx, who, in)
	f.Must(err)
	in.ShownMinor = q.NowMinor
	s, err = f.Cancel(ctx, who, in)
	f.Must(err)
	again, err := f.Cancel(ctx, who, in)
	f.Must(err)
	if again.Version != s.Version {
		f.T.Error("the second time did something")
	}
	return q, s
}

// Asked for, it runs to the end of its period and no further; it may be taken back until then.
func TestCancelling(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(nil)
	s := f.begun(who, p, subscriptions.Choice{})
	f.Move("2026-11-12")
	q, s := f.cancel(who, s, "")
	f.want(s, subscription.Cancelling)
	if q.NowMinor != 0 || s.EndsOn.String() != "2026-11-30" || s.CancelReason != "Trop cher" || !s.NextOn.IsZero() || s.CancelWaits {
		t.Errorf("%+v", s)
	}
	s, err := f.TakeBack(ctx, who, f.Key(), s.PublicID, s.Version)
	f.Must(err)
	f.want(s, subscription.Active)
	if s.NextOn.String() != "2026-12-01" {
		t.Errorf("next %s", s.NextOn)
	}
	_, s = f.cancel(who, s, "")
	f.Move("2027-03-01") // the machine slept through the end
	f.want(f.get(s), subscription.Ended)
	f.pass()
	s = f.get(s)
	if s.EndedOn.String() != "2026-11-30" || len(s.Documents) != 1 {
		t.Errorf("%+v", s)
	}
	_, err = f.Cancel(ctx, staff, subscriptions.Cancel{Key: f.Key(), PublicID: s.PublicID, Version: s.Version})
	f.WantFault(err, "fault.subscription.ended_already")
	f.Sound()
}

// Where the firm has the last word it may end it at once, with what is left given back: the
// eighteen days after the twelfth.
func TestTheFirmSaysItsWord(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	p := f.plan(func(p *subscriptions.Plan) { p.CancelWaits, p.CancelRule = true, subscriptions.AtOnceCredit })
	s := f.begun(who, p, subscriptions.Choice{})
	f.Move("2026-11-12")
	_, s = f.cancel(who, s, subscriptions.AtOnceCredit) // a customer's word on how does not count
	f.want(s, subscription.Cancelling)
	if !s.CancelWaits || s.EndsOn.String() != "2026-11-30" {
		t.Errorf("%+v", s)
	}
	q, s := f.cancel(staff, f.get(s), subscriptions.AtOnceCredit)
	f.want(s, subscription.Ended)
	if q.NowMinor != -1800*12/10 || s.Documents[0].Role != "credit" || s.Documents[0].TotalMinor != 2160 || s.CancelWaits {
		t.Errorf("%+v %+v", q, s.Documents)
	}
	f.Sound()
}

// What never began ends at once, with its invoice; so does what nobody paid for a month.
func TestWhatNeverBegan(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.subscribe(who, f.plan(nil), subscriptions.Choice{})
	_, s = f.cancel(who, s, "")
	f.want(s, subscription.Ended)
	if s.Documents[0].Role != "credit" || s.FirstDue != 0 {
		t.Errorf("%+v", s.Documents)
	}
	s = f.subscribe(who, f.plan(nil), subscriptions.Choice{})
	f.Move("2026-12-01")
	f.pass()
	f.want(f.get(s), subscription.Pending)
	f.Move("2026-12-02")
	f.pass()
	s = f.get(s)
	f.want(s, subscription.Ended)
	if s.FirstDue != 0 || s.History[0].Kind != "ended" || s.History[1].Kind != "lapsed" {
		t.Errorf("%+v", s.History)
	}
	f.Sound()
}

// Paused, nothing is asked for. Inside what is paid nothing moves; after it a new period begins
// on the day it runs again, and is invoiced that day.
func TestPause(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.begun(who, f.plan(nil), subscriptions.Choice{})
	_, err := f.Pause(ctx, who, s.PublicID, s.Version)
	f.WantFault(err, "fault.forbidden")
	s, err = f.Pause(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.want(s, subscription.Paused)
	f.Move("2026-11-30") // its last day
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	if s.NextOn.String() != "2026-12-01" || len(s.Documents) != 1 {
		t.Errorf("within what is paid: %+v", s)
	}
	s, err = f.Pause(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.Move("2027-01-15")
	f.pass()
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.want(s, subscription.Active)
	if s.NextOn.String() != "2027-02-15" || len(s.Documents) != 2 || s.PaidFrom.String() != "2027-01-15" || s.PaidTo.String() != "2027-02-14" {
		t.Errorf("%+v", s)
	}
	f.Move("2027-02-15")
	f.pass()
	if s = f.get(s); len(s.Documents) != 3 || s.NextOn.String() != "2027-03-15" {
		t.Errorf("%+v", s)
	}
	f.Sound()
}

// A pause over the renewal of a year gives no year away.
func TestPauseOverTheRenewalOfAYear(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.begun(who, f.plan(func(p *subscriptions.Plan) { p.Unit, p.PriceMinor = recur.Year, 12000 }), subscriptions.Choice{})
	f.Move("2027-10-10")
	s, err := f.Pause(ctx, staff, s.PublicID, f.get(s).Version)
	f.Must(err)
	f.Move("2027-12-15")
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	if len(s.Documents) != 2 || s.PaidFrom.String() != "2027-12-15" || s.PaidTo.String() != "2028-12-14" || s.NextOn.String() != "2028-12-15" {
		t.Errorf("%+v", s)
	}
	f.Sound()
}

// A trial that was paused until after its end begins to be paid on the day it runs again.
func TestPauseOverTheEndOfATrial(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.subscribe(who, f.plan(func(p *subscriptions.Plan) { p.TrialDays = 14 }), subscriptions.Choice{})
	s, err := f.Pause(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.Move("2026-11-10")
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	if f.want(s, subscription.Trial); s.NextOn.String() != "2026-11-15" || len(s.Documents) != 0 {
		t.Errorf("%+v", s)
	}
	s, err = f.Pause(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.Move("2026-11-20")
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	if len(s.Documents) != 1 || s.PaidFrom.String() != "2026-11-20" || s.NextOn.String() != "2026-12-20" {
		t.Errorf("%+v", s)
	}
}

// Planned for another length, paused over its day: it can be cancelled, and run again.
func TestPlannedAndPaused(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	year := f.plan(func(p *subscriptions.Plan) { p.NameFR, p.Unit, p.PriceMinor = "Année", recur.Year, 100 })
	p := f.plan(func(p *subscriptions.Plan) {
		p.MoveTo, p.Downgrade = []string{year.PublicID}, subscriptions.DownPeriodEnd
	})
	planned := func(who actor.Actor) subscriptions.Subscription {
		s := f.begun(who, p, subscriptions.Choice{})
		_, s = f.change(who, s, year, subscriptions.Choice{})
		if s.Planned == nil {
			t.Fatalf("%+v", s)
		}
		s, err := f.Pause(ctx, staff, s.PublicID, s.Version)
		f.Must(err)
		return s
	}
	leaves := planned(who)
	_, other := f.contact()
	stays := planned(other)
	f.Move("2026-12-20")
	_, leaves = f.cancel(who, leaves, "")
	if leaves.Planned != nil || leaves.EndsOn.String() != "2026-12-20" {
		t.Errorf("%+v", leaves)
	}
	s, err := f.Resume(ctx, staff, stays.PublicID, stays.Version)
	f.Must(err)
	if s.Planned != nil || s.Plan.NameFR != "Année" || s.Documents[0].TotalMinor != 120 || s.PaidTo.String() != "2027-12-19" || s.NextOn.String() != "2027-12-20" {
		t.Errorf("%+v", s)
	}
	f.Sound()
}
