package gateway_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// paidOnce checks that a key took or gave back money once, or not at all.
func (s *shop) paidOnce(t *testing.T, name, key string, want int) {
	t.Helper()
	n := 0
	for _, m := range s.Taken() {
		if m.Key == key {
			n++
		}
	}
	if n != want {
		t.Errorf("%s: charged %d times, not %d", name, n, want)
	}
}

// An answer that never came is found again by its key, an order that never arrived never
// will, and one that is late finds its key spent. Nothing is charged twice.
func TestStripeChargeWithoutAnAnswer(t *testing.T) {
	for name, x := range map[string]struct {
		trouble stripetest.Trouble
		number  string
		asked   string // what Ask says then
		charged int
	}{
		"lost on its way":          {stripetest.Trouble{LoseRequest: true}, stripetest.Card, payments.Cancelled, 0},
		"answer lost":              {stripetest.Trouble{LoseAnswer: true}, stripetest.Card, payments.Succeeded, 1},
		"answer lost, declined":    {stripetest.Trouble{LoseAnswer: true}, stripetest.CardFailsLater, payments.Declined, 0},
		"answer lost, debit":       {stripetest.Trouble{LoseAnswer: true}, stripetest.Account, payments.Processing, 0},
		"answer lost, holder":      {stripetest.Trouble{LoseAnswer: true}, stripetest.CardHolder, payments.Declined, 0},
		"late":                     {stripetest.Trouble{Late: true}, stripetest.Card, payments.Cancelled, 0},
		"500 before anything":      {stripetest.Trouble{Status: 500}, stripetest.Card, payments.Cancelled, 0},
		"a proxy's page":           {stripetest.Trouble{Status: 502, Body: "<html>Bad gateway"}, stripetest.Card, payments.Cancelled, 0},
		"200 that is no answer":    {stripetest.Trouble{Status: 200, Body: "<html>Sign in to the hotel's network"}, stripetest.Card, payments.Cancelled, 0},
		"409 another is under way": {stripetest.Trouble{Status: 409, Code: "idempotency_key_in_use"}, stripetest.Card, payments.Cancelled, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", x.number), OffSession: true}
			x.trouble.Method, x.trouble.Path = http.MethodPost, "/v1/payment_intents"
			s.Befall(x.trouble)
			out, err := s.g.Charge(ctx, o)
			if err == nil || errors.Is(err, payments.ErrNotSent) || out.State != "" {
				t.Fatalf("%+v %v", out, err)
			}
			a := s.attempt(payments.IntentCharge, "k", "")
			a.CustomerRef = o.Method.CustomerRef
			s.Pass(time.Minute)
			asked, err := s.g.Ask(ctx, a)
			if err != nil || asked.State != x.asked || (asked.State == payments.Cancelled) != (asked.Ref == "") {
				t.Errorf("%+v %v", asked, err)
			}
			s.Arrive()
			s.paidOnce(t, name, "k", x.charged)
			if again, err := s.g.Ask(ctx, a); err != nil || again.State != x.asked {
				t.Errorf("asked again: %+v %v", again, err)
			}
			s.Pass(25 * time.Hour) // Stripe forgot the key
			if again, err := s.g.Ask(ctx, a); err != nil || again.State != x.asked {
				t.Errorf("asked the next day: %+v %v", again, err)
			}
			s.paidOnce(t, name, "k", x.charged)
		})
	}
}

// The answer was lost while this machine's clock was ahead: the charge is found all the same, within
// the day in which Stripe remembers its key and after it.
func TestStripeChargeByAClockThatWasAhead(t *testing.T) {
	for name, after := range map[string]time.Duration{"at once": time.Minute, "the next day": 25 * time.Hour} {
		for _, ahead := range []time.Duration{time.Hour, 365 * 24 * time.Hour} {
			s := newShop(t)
			o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", stripetest.Card), OffSession: true}
			s.Befall(stripetest.Trouble{Method: http.MethodPost, Path: "/v1/payment_intents", LoseAnswer: true})
			if _, err := s.g.Charge(ctx, o); err == nil {
				t.Fatal("answered")
			}
			a := s.attempt(payments.IntentCharge, "k", "")
			a.CustomerRef, a.CreatedAt = o.Method.CustomerRef, s.Now().Add(ahead)
			s.Pass(after)
			if out, err := s.g.Ask(ctx, a); err != nil || out.State != payments.Succeeded {
				t.Errorf("%s, %s ahead: %+v %v", name, ahead, out, err)
			}
			s.paidOnce(t, name, "k", 1)
		}
	}
}

// Before a charge that nobody is there for Stripe is asked whether it was made already; where it
// does not answer, nothing was ordered.
func TestStripeIsAskedBeforeItCharges(t *testing.T) {
	s := newShop(t)
	o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", stripetest.Card), OffSession: true}
	for _, trouble := range []stripetest.Trouble{{LoseAnswer: true}, {Status: 500}, {Status: 403}} {
		trouble.Method, trouble.Path = http.MethodGet, "/v1/payment_intents"
		s.Befall(trouble)
		if out, err := s.g.Charge(ctx, o); !errors.Is(err, payments.ErrNotSent) || out.State != "" || errors.Is(err, payments.ErrKeysRefused) != (trouble.Status == 403) {
			t.Errorf("%+v: %+v %v", trouble, out, err)
		}
	}
	for range 2 {
		s.charge(t, "k", o.Method)
		s.Pass(60 * time.Hour) // Stripe forgot the key
	}
	s.paidOnce(t, "ordered again days later", "k", 1)
}

// A key that was spent by an order of another name of the same customer: the order is looked for
// among all.
func TestStripeChargeOfACustomerOfAnotherName(t *testing.T) {
	s := newShop(t)
	o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", stripetest.Card), OffSession: true}
	s.Befall(stripetest.Trouble{Method: http.MethodPost, Path: "/v1/payment_intents", LoseAnswer: true})
	if _, err := s.g.Charge(ctx, o); err == nil {
		t.Fatal("answered")
	}
	a := s.attempt(payments.IntentCharge, "k", "")
	a.CustomerRef = s.kept(t, "another", stripetest.Card).CustomerRef
	if out, err := s.g.Ask(ctx, a); err != nil || out.State != payments.Succeeded {
		t.Errorf("%+v %v", out, err)
	}
}

// A connection that broke while it was idle: the line is taken up again, with the same key.
func TestStripeLineIsTakenUpAgain(t *testing.T) {
	s := newShop(t)
	g := gateway.NewStripe(gateway.StripeOptions{URL: s.URL, Clock: s.Now, Mode: func(context.Context) string { return s.mode },
		Keys: func(_ context.Context, mode string) (gateway.StripeKeys, error) { return s.keys[mode], nil }})
	o := payments.ChargeOrder{Order: order("k", 120_00), Method: s.kept(t, "save", stripetest.Card), OffSession: true}
	if _, err := g.Ask(ctx, s.attempt(payments.IntentPay, "warm", "")); err != nil {
		t.Fatal(err)
	}
	s.Befall(stripetest.Trouble{Method: http.MethodPost, LoseAnswer: true})
	out, err := g.Charge(ctx, o)
	if err != nil || out.State != payments.Succeeded {
		t.Errorf("%+v %v", out, err)
	}
	s.paidOnce(t, "taken up again", "k", 1)
}

// While the order itself may still be at work nothing is said.
func TestStripeChargeStillAtWork(t *testing.T) {
	s := newShop(t)
	a := s.attempt(payments.IntentCharge, "k", "")
	if out, err := s.g.Ask(ctx, a); err != nil || out.State != payments.Unknown {
		t.Errorf("without a customer's name: %+v %v", out, err)
	}
	a.CustomerRef = s.kept(t, "save", stripetest.Card).CustomerRef
	letGo := s.HoldKey("k")
	if out, err := s.g.Ask(ctx, a); err == nil || out.State != payments.Unknown {
		t.Errorf("%+v %v", out, err)
	}
	letGo()
	s.Befall(stripetest.Trouble{Path: "/v1/customers", LoseAnswer: true})
	if _, err := s.g.Ask(ctx, a); err == nil {
		t.Error("a note without an answer is an answer")
	}
	for range 2 { // it had been noted already
		if out, err := s.g.Ask(ctx, a); err != nil || out.State != payments.Cancelled {
			t.Errorf("%+v %v", out, err)
		}
	}
}

func TestStripePageWithoutAnAnswer(t *testing.T) {
	for name, x := range map[string]struct {
		trouble stripetest.Trouble
		asked   string
	}{
		"lost on its way": {stripetest.Trouble{LoseRequest: true}, payments.Cancelled},
		"answer lost":     {stripetest.Trouble{LoseAnswer: true}, payments.NeedsAction},
		"503":             {stripetest.Trouble{Status: 503}, payments.Cancelled},
	} {
		for _, kind := range []string{payments.IntentPay, payments.IntentSave} {
			s := newShop(t)
			for i := range 120 { // others in between: more than a page of the list
				s.open(t, fmt.Sprint("other", i), false)
			}
			x.trouble.Path, x.trouble.Method = "/v1/checkout/sessions", http.MethodPost
			s.Befall(x.trouble)
			do := func() (payments.Outcome, error) {
				if kind == payments.IntentSave {
					return s.g.Save(ctx, payments.SaveOrder{Order: order("k", 0)})
				}
				return s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
			}
			if out, err := do(); err == nil || errors.Is(err, payments.ErrNotSent) {
				t.Fatalf("%s: %+v %v", name, out, err)
			}
			a := s.attempt(kind, "k", "")
			for i := range 110 {
				s.open(t, fmt.Sprint("later", i), false)
			}
			if out := s.ask(t, a); out.State != x.asked || (out.URL != "") != (x.asked == payments.NeedsAction) {
				t.Errorf("%s %s: %+v", name, kind, out)
			}
			s.Pass(time.Minute)
			out, err := do() // the same order again: the same page
			if err != nil || out.State != payments.NeedsAction || out.URL == "" {
				t.Errorf("%s %s: %+v %v", name, kind, out, err)
			}
			if n := len(s.Pages()); n != 231 {
				t.Errorf("%s %s: %d pages", name, kind, n)
			}
		}
	}
}

func TestStripeRefundWithoutAnAnswer(t *testing.T) {
	for name, x := range map[string]struct {
		trouble stripetest.Trouble
		asked   string
		back    int64
	}{
		"lost on its way": {stripetest.Trouble{LoseRequest: true}, payments.Cancelled, 0},
		"answer lost":     {stripetest.Trouble{LoseAnswer: true}, payments.Succeeded, 20_00},
		"late":            {stripetest.Trouble{Late: true}, payments.Cancelled, 0},
	} {
		s := newShop(t)
		paid := s.charge(t, "k", s.kept(t, "save", stripetest.Card))
		x.trouble.Path = "/v1/refunds"
		s.Befall(x.trouble)
		if out, err := s.g.Refund(ctx, payments.RefundOrder{Order: order("r", 20_00), ChargeRef: paid.ChargeRef}); err == nil || errors.Is(err, payments.ErrNotSent) {
			t.Fatalf("%s: %+v %v", name, out, err)
		}
		a := s.attempt(payments.IntentRefund, "r", "")
		a.ChargeRef = paid.ChargeRef
		for range 2 {
			if out := s.ask(t, a); out.State != x.asked {
				t.Errorf("%s: %+v", name, out)
			}
			s.Arrive()
			if m := s.Taken()[0]; m.GivenBackMinor != x.back {
				t.Errorf("%s: %d given back", name, m.GivenBackMinor)
			}
		}
	}
}

// What Stripe may answer to an order, and what it comes to: over, declined in words, or unknown.
func TestStripeAnswers(t *testing.T) {
	for _, x := range []struct {
		status  int
		code    string
		notSent bool
		reason  string
	}{
		{400, "amount_too_small", false, "gateway.reason.amount_too_small"}, {400, "amount_too_large", false, "gateway.reason.amount_too_large"},
		{400, "payment_method_unactivated", false, "gateway.reason.kind_off"}, {400, "balance_insufficient", false, "gateway.reason.refund_balance"},
		{400, "parameter_unknown", true, ""}, {400, "", true, ""}, {401, "", true, ""}, {401, "api_key_expired", true, ""}, {403, "", true, ""}, {404, "", true, ""},
		{429, "rate_limit", true, ""}, {429, "lock_timeout", false, ""}, {409, "", false, ""}, {500, "", false, ""}, {502, "", false, ""}, {503, "", false, ""}, {504, "", false, ""},
	} {
		s := newShop(t)
		k, paid := s.kept(t, "save", stripetest.Card), ""
		for name, do := range map[string]func() (payments.Outcome, error){
			"checkout": func() (payments.Outcome, error) {
				return s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("c", 120_00)})
			},
			"save": func() (payments.Outcome, error) { return s.g.Save(ctx, payments.SaveOrder{Order: order("s", 0)}) },
			"charge": func() (payments.Outcome, error) {
				return s.g.Charge(ctx, payments.ChargeOrder{Order: order("o", 120_00), Method: k, OffSession: true})
			},
			"refund": func() (payments.Outcome, error) {
				return s.g.Refund(ctx, payments.RefundOrder{Order: order("r", 1), ChargeRef: paid})
			},
		} {
			times := 1
			if x.reason == "gateway.reason.kind_off" && name == "checkout" { // which tries cards alone
				times = 2
			}
			s.Befall(stripetest.Trouble{Method: http.MethodPost, Status: x.status, Code: x.code, Times: times})
			out, err := do()
			if x.reason != "" {
				if name == "save" { // nothing is charged
					continue
				}
				if err != nil || out.State != payments.Declined || out.Reason != x.reason {
					t.Errorf("%s %d %s: %+v %v", name, x.status, x.code, out, err)
				}
				continue
			}
			if err == nil || errors.Is(err, payments.ErrNotSent) != x.notSent || out.State != "" {
				t.Errorf("%s %d %s: %+v %v", name, x.status, x.code, out, err)
			}
			s.Befall(stripetest.Trouble{Method: http.MethodGet, Status: x.status, Code: x.code})
			if out, err := s.g.Ask(ctx, s.attempt(payments.IntentPay, "c", "cs_1")); err == nil || out.State != "" {
				t.Errorf("asked, %d %s: %+v %v", x.status, x.code, out, err)
			}
		}
	}
}

// Without a line to Stripe nothing was sent; a patience that ends leaves everything open.
func TestStripeIsNotReached(t *testing.T) {
	s := newShop(t)
	o := payments.CheckoutOrder{Order: order("k", 120_00)}
	for name, url := range map[string]string{"nobody listens": "http://127.0.0.1:1", "no such name": "http://stripe.invalid"} {
		g := s.gateway(url)
		if out, err := g.Checkout(ctx, o); !errors.Is(err, payments.ErrNotSent) || out.State != "" {
			t.Errorf("%s: %+v %v", name, out, err)
		}
		if f, ok := fault.As(func() error { _, err := g.Test(ctx, payments.ModeTest); return err }()); !ok || f.Key != "fault.stripe_unreached" || f.Code != fault.Unavailable {
			t.Errorf("%s: %v", name, f)
		}
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.g.Checkout(gone, o); !errors.Is(err, payments.ErrNotSent) {
		t.Error(err)
	}
	wait := make(chan struct{})
	defer close(wait)
	s.Befall(stripetest.Trouble{Wait: wait})
	given, cancel := context.WithCancel(ctx)
	s.Watch(func(_ stripetest.Request, p stripetest.Phase) {
		if p == stripetest.Before {
			cancel()
		}
	})
	if _, err := s.g.Checkout(given, o); err == nil || errors.Is(err, payments.ErrNotSent) {
		t.Error(err)
	}
}

// What is answered about another order, or in another currency, is never believed.
func TestStripeAnswersAboutSomethingElse(t *testing.T) {
	s := newShop(t)
	out := s.open(t, "k", false)
	other := s.attempt(payments.IntentPay, "other", out.Ref)
	if got, err := s.g.Ask(ctx, other); err == nil {
		t.Errorf("%+v", got)
	}
	dollars := s.attempt(payments.IntentPay, "k", out.Ref)
	dollars.Currency = "USD"
	if got, err := s.g.Ask(ctx, dollars); err == nil {
		t.Errorf("%+v", got)
	}
	if got, err := s.g.Ask(ctx, s.attempt("lottery", "k", out.Ref)); err == nil {
		t.Errorf("%+v", got)
	}
}

func TestStripeTellsWhoWeAre(t *testing.T) {
	s := newShop(t)
	got, err := s.g.Test(ctx, payments.ModeTest)
	if err != nil || got.ID != "acct_imitation" || got.Mute || got.ClockOff != 0 || got.Name != "Maison Imitation SARL" || got.Mode != payments.ModeTest || got.Country != "FR" || !got.Charges || !got.Payouts || fmt.Sprint(got.Kinds) != "[card sepa_debit]" {
		t.Errorf("%+v %v", got, err)
	}
	s.SetAccount("charges_enabled", false)
	s.SetAccount("capabilities", map[string]any{"card_payments": "active", "sepa_debit_payments": "pending"})
	s.SetAccount("settings", nil)
	if got, err = s.g.Test(ctx, payments.ModeTest); err != nil || got.Charges || got.Name != "Maison Imitation" || fmt.Sprint(got.Kinds) != "[card]" {
		t.Errorf("%+v %v", got, err)
	}
	s.Befall(stripetest.Trouble{Path: "/v1/events", Status: 403}) // a restricted key without that right
	if got, err = s.g.Test(ctx, payments.ModeTest); err != nil || !got.Mute {
		t.Errorf("%+v %v", got, err)
	}
	s.Befall(stripetest.Trouble{Status: 403})
	if _, err := s.g.Test(ctx, payments.ModeTest); keyOf(err) != "fault.stripe_key_rights" {
		t.Error(err)
	}
	for key, want := range map[string]string{"": "fault.stripe_key_missing", "pk_test_x": "fault.stripe_key_form", stripetest.LiveKey: "fault.stripe_key_mode", "sk_test_x": "fault.stripe_key_refused"} {
		s.keys[payments.ModeTest] = gateway.StripeKeys{Secret: key}
		if _, err := s.g.Test(ctx, payments.ModeTest); keyOf(err) != want || !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", key, err)
		}
	}
	for typed, want := range map[string]bool{"": false, "whsec_12345678": true, "whsec_12345678 whsec_87654321": true, "whsec_12345678,nonsense": false, "sk_test_12345678": false} {
		if s.g.HookForm(typed) != want {
			t.Errorf("%q: %v", typed, !want)
		}
	}
}

func keyOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f.Key
}
