package subscriptions_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/office/subscriptions"
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

// Paused, nothing is asked for; then it goes on with its next period.
func TestPause(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	s := f.begun(who, f.plan(nil), subscriptions.Choice{})
	_, err := f.Pause(ctx, who, s.PublicID, s.Version)
	f.WantFault(err, "fault.forbidden")
	s, err = f.Pause(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.want(s, subscription.Paused)
	f.Move("2027-01-15")
	f.pass()
	s, err = f.Resume(ctx, staff, s.PublicID, s.Version)
	f.Must(err)
	f.want(s, subscription.Active)
	if s.NextOn.String() != "2027-02-01" || len(s.Documents) != 1 {
		t.Errorf("%+v", s)
	}
}
