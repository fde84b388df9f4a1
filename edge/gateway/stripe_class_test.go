package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// orders gives the keys under which pages were ordered.
func (s *shop) orders() (keys []string) {
	for _, r := range s.Requests() {
		if r.Method == http.MethodPost && r.Path == "/v1/checkout/sessions" {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

var onlyCards = map[string]any{"card_payments": "active", "sepa_debit_payments": "unrequested"}

// An account without debits: cards are paid with all the same, on one page, whatever answer is
// lost on the way.
func TestStripeLeavesOutWhatIsNotSwitchedOn(t *testing.T) {
	for name, lost := range map[string]bool{"answered": false, "the second answer is lost": true} {
		s := newShop(t)
		s.SetAccount("capabilities", onlyCards)
		s.Watch(func(r stripetest.Request, p stripetest.Phase) {
			if lost && p == stripetest.Sent && r.Path == "/v1/checkout/sessions" {
				lost = false
				s.Befall(stripetest.Trouble{Method: http.MethodPost, LoseAnswer: true})
			}
		})
		asked := lost
		out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
		if asked {
			if err == nil || errors.Is(err, payments.ErrNotSent) {
				t.Fatalf("%s: %+v %v", name, out, err)
			}
			out = s.ask(t, s.attempt(payments.IntentPay, "k", ""))
		} else if err != nil {
			t.Fatal(name, err)
		}
		if out.State != payments.NeedsAction || fmt.Sprint(s.Field(out.Ref, "payment_method_types")) != "[card]" {
			t.Errorf("%s: %+v %v", name, out, s.Field(out.Ref, "payment_method_types"))
		}
		if d := cmp.Diff([]string{"k", "k-card"}, s.orders()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		s.Watch(nil)
		s.Pass(time.Minute)
		again, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
		if err != nil || again.Ref != out.Ref || len(s.Pages()) != 1 {
			t.Errorf("%s: the same order again: %+v %v, %d pages", name, again, err, len(s.Pages()))
		}
	}
}

func TestStripeKindsThatAreOff(t *testing.T) {
	s := newShop(t)
	debit := s.kept(t, "save", stripetest.Account)
	s.SetAccount("capabilities", onlyCards)
	if out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00), Kinds: []string{payments.KindCard}}); err != nil || out.State != payments.NeedsAction {
		t.Errorf("%+v %v", out, err)
	}
	if d := cmp.Diff([]string{"save", "k"}, s.orders()); d != "" {
		t.Error(d)
	}
	if out, err := s.g.Save(ctx, payments.SaveOrder{Order: order("s", 0)}); err != nil || out.State != payments.NeedsAction {
		t.Errorf("%+v %v", out, err)
	}
	if out := s.charge(t, "o", debit); out.State != payments.Declined || out.Reason != "gateway.reason.kind_off" {
		t.Errorf("%+v", out)
	}
	s.SetAccount("capabilities", map[string]any{})
	if out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("none", 120_00)}); err != nil || out.State != payments.Declined || out.Reason != "gateway.reason.kind_off" {
		t.Errorf("%+v %v", out, err)
	}
}

// What was the matter is told apart: the keys, the order, what is not there, Stripe itself.
func TestStripeTellsWhatIsTheMatter(t *testing.T) {
	classes := map[string]error{"keys": payments.ErrKeysRefused, "order": payments.ErrBadOrder, "clock": payments.ErrClock, "missing": payments.ErrMissing, "unreached": payments.ErrUnreached}
	for _, x := range []struct {
		trouble stripetest.Trouble
		want    string
	}{
		{stripetest.Trouble{Status: 401}, "keys"}, {stripetest.Trouble{Status: 403}, "keys"}, {stripetest.Trouble{Status: 400, Code: "parameter_unknown"}, "order"}, {stripetest.Trouble{Status: 400}, "order"},
		{stripetest.Trouble{Status: 404, Code: "resource_missing"}, "missing"}, {stripetest.Trouble{Status: 500}, "unreached"}, {stripetest.Trouble{Status: 503}, "unreached"}, {stripetest.Trouble{Status: 429, Code: "rate_limit"}, "unreached"},
		{stripetest.Trouble{LoseRequest: true}, "unreached"}, {stripetest.Trouble{Status: 502, Body: "<html>"}, "unreached"}, {stripetest.Trouble{Status: 409}, ""},
	} {
		s := newShop(t)
		s.Befall(x.trouble)
		_, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
		if err == nil {
			t.Fatalf("%+v went well", x.trouble)
		}
		for name, class := range classes {
			if errors.Is(err, class) != (name == x.want) {
				t.Errorf("%+v: %v is of class %s: %v", x.trouble, err, name, errors.Is(err, class))
			}
		}
	}
	s := newShop(t)
	for _, url := range []string{"http://127.0.0.1:1", "http://nowhere.invalid"} {
		_, err := s.gateway(url).Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
		if !errors.Is(err, payments.ErrUnreached) || !errors.Is(err, payments.ErrNotSent) || errors.Is(err, payments.ErrKeysRefused) {
			t.Errorf("%s: %v", url, err)
		}
	}
	// the keys of another account do not know what those of the first one made
	if _, err := s.g.Ask(ctx, s.attempt(payments.IntentCharge, "k", "pi_ofAnotherAccount")); !errors.Is(err, payments.ErrMissing) || errors.Is(err, payments.ErrBadOrder) {
		t.Error(err)
	}
}

// A clock that is far off is told as such: by the order that is refused for it, and by any answer.
func TestStripeClock(t *testing.T) {
	for _, off := range []time.Duration{-45 * time.Minute, 30 * time.Hour, 3 * time.Second} {
		s := newShop(t)
		g := gateway.NewStripe(gateway.StripeOptions{URL: s.URL, Clock: func() time.Time { return s.Now().Add(off) }, Mode: func(context.Context) string { return s.mode },
			Keys: func(_ context.Context, mode string) (gateway.StripeKeys, error) { return s.keys[mode], nil }})
		if _, known := g.ClockOff(); known {
			t.Error("known before any answer")
		}
		_, err := g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
		if wrong := off.Abs() > payments.MostClockOff; errors.Is(err, payments.ErrClock) != wrong || errors.Is(err, payments.ErrBadOrder) != wrong || (err != nil) != wrong {
			t.Errorf("%s: %v", off, err)
		}
		if got, known := g.ClockOff(); !known || got != off {
			t.Errorf("%s off, told as %s", off, got)
		}
		if a, err := g.Test(ctx, payments.ModeTest); err != nil || a.ClockOff != off {
			t.Errorf("%+v %v", a, err)
		}
	}
	s := newShop(t)
	s.pay(t, s.open(t, "k", false).Ref, stripetest.Card)
	payload, old := s.Signed(s.Events()[0].ID, s.Now().Add(-time.Hour), hookSecret)
	if _, err := s.g.Hear(ctx, payload, old); !errors.Is(err, payments.ErrClock) {
		t.Error(err)
	}
}

// A bank that wants a holder whom nobody can send there: the charge is ended, not left open.
func TestStripeChargeThatNobodyCanConfirm(t *testing.T) {
	for name, trouble := range map[string]*stripetest.Trouble{"answered": nil, "the end is lost": {Method: http.MethodPost, Path: "/v1/payment_intents/", LoseAnswer: true}, "the end never came": {Method: http.MethodPost, Path: "/v1/payment_intents/", LoseRequest: true}} {
		s := newShop(t)
		k := s.kept(t, "save", stripetest.CardHolder)
		if trouble != nil {
			s.Befall(*trouble)
		}
		o := payments.ChargeOrder{Order: order("o", 120_00), Method: k}
		o.ReturnURL = ""
		if trouble == nil { // nobody is there: a decline at once, and it is ended all the same
			off := payments.ChargeOrder{Order: order("off", 120_00), Method: k, OffSession: true}
			off.ReturnURL = ""
			if out, err := s.g.Charge(ctx, off); err != nil || out.State != payments.Declined || out.Reason != "gateway.reason.authentication_required" || s.Field(out.Ref, "status") != "canceled" {
				t.Errorf("%+v %v, %v", out, err, s.Field(out.Ref, "status"))
			}
		}
		out, err := s.g.Charge(ctx, o)
		if err != nil || out.Ref == "" || trouble == nil && (out.State != payments.Declined || out.Reason != "gateway.reason.authentication_required") || trouble != nil && out.State != payments.Unknown {
			t.Fatalf("%s: %+v %v", name, out, err)
		}
		if asked := s.ask(t, s.attempt(payments.IntentCharge, "o", out.Ref)); asked.State != payments.Declined && asked.State != payments.Cancelled || s.Field(out.Ref, "status") != "canceled" {
			t.Errorf("%s: %+v", name, asked)
		}
	}
}

// With asynchronous capture the fee is told after the success; the charge is asked about again for it.
func TestStripeTellsItsFeeLater(t *testing.T) {
	s := newShop(t)
	s.LateFees()
	paid := s.charge(t, "k", s.kept(t, "save", stripetest.Card))
	if paid.State != payments.Succeeded || paid.FeeMinor != 0 || !s.g.Capabilities().Fees {
		t.Fatalf("%+v", paid)
	}
	s.TellFees()
	if out := s.ask(t, s.attempt(payments.IntentCharge, "k", paid.Ref)); out.FeeMinor != 205 {
		t.Errorf("%+v", out)
	}
}

// A dispute goes, comes back in parts, goes again; its fee is kept, told late, given back.
func TestStripeDisputeThatGoesOn(t *testing.T) {
	s := newShop(t)
	paid := s.charge(t, "k", s.kept(t, "save", stripetest.Card))
	id, err := s.Dispute(paid.Ref, "fraudulent")
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range []struct {
		do        func() error
		gone, fee int64
	}{
		{func() error { return s.Reinstate(id, 50_00, 0) }, 70_00, 20_00}, {func() error { return s.Reinstate(id, 70_00, -20_00) }, 0, 0},
		{func() error { return s.Withdraw(id, 120_00, 0) }, 120_00, 0}, {func() error { return s.Withdraw(id, 0, 15_00) }, 120_00, 15_00},
	} {
		if err := x.do(); err != nil {
			t.Fatal(err)
		}
		out := s.ask(t, s.attempt(payments.IntentCharge, "k", paid.Ref))
		if len(out.Disputes) != 1 || out.Disputes[0].WithdrawnMinor != x.gone || out.Disputes[0].FeeMinor != x.fee {
			t.Errorf("%d: %+v", i, out.Disputes)
		}
	}
}
