package gateway_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// clock is the time of the program and of Stripe.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }
func (c *clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

const hookSecret = "whsec_imitation"

// shop is a firm with Stripe.
type shop struct {
	*stripetest.Fake
	*clock
	g    *gateway.Stripe
	mode string
	keys map[string]gateway.StripeKeys
}

func newShop(t *testing.T) *shop {
	t.Helper()
	c := &clock{at: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	s := &shop{clock: c, Fake: stripetest.New(c.Now), mode: payments.ModeTest, keys: map[string]gateway.StripeKeys{payments.ModeTest: {Secret: stripetest.TestKey, Hooks: []string{hookSecret}}}}
	t.Cleanup(s.Close)
	s.g = s.gateway(s.URL)
	return s
}

// gateway makes one whose line is never taken up again by itself: what is lost is lost.
func (s *shop) gateway(url string) *gateway.Stripe {
	return gateway.NewStripe(gateway.StripeOptions{URL: url, Transport: &http.Transport{DisableKeepAlives: true}, Clock: s.Now, Mode: func(context.Context) string { return s.mode },
		Keys: func(_ context.Context, mode string) (gateway.StripeKeys, error) { return s.keys[mode], nil }})
}

func order(key string, minor int64) payments.Order {
	return payments.Order{Key: key, Mode: payments.ModeTest, IntentID: "pub" + key, AmountMinor: minor, Currency: "EUR", Description: "FA-2026-0042", Lang: "fr", ReturnURL: "https://firm.example/pay/" + key,
		Customer: payments.Payer{PublicID: "cust1", Name: "Boulangerie Martin", Email: "martin@example.com"}}
}

func (s *shop) attempt(kind, key, ref string) payments.Attempt {
	return payments.Attempt{Kind: kind, Key: key, Ref: ref, Mode: payments.ModeTest, Currency: "EUR", CreatedAt: s.Now()}
}

func (s *shop) open(t *testing.T, key string, save bool) payments.Outcome {
	t.Helper()
	out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order(key, 120_00), Save: save})
	if err != nil || out.State != payments.NeedsAction || out.URL == "" {
		t.Fatalf("%+v %v", out, err)
	}
	return out
}

func (s *shop) pay(t *testing.T, page, number string) stripetest.Paid {
	t.Helper()
	p, err := s.Pay(page, number)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (s *shop) ask(t *testing.T, a payments.Attempt) payments.Outcome {
	t.Helper()
	out, err := s.g.Ask(ctx, a)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// kept gives a method that the customer keeps, and its customer.
func (s *shop) kept(t *testing.T, key, number string) payments.KeptRef {
	t.Helper()
	out, err := s.g.Save(ctx, payments.SaveOrder{Order: order(key, 0)})
	if err != nil {
		t.Fatal(err)
	}
	if p := s.pay(t, out.Ref, number); p.Holder != "" {
		if code, err := s.Holder(p.Intent, true); err != nil || code != "" {
			t.Fatal(code, err)
		}
	}
	out = s.ask(t, s.attempt(payments.IntentSave, key, out.Ref))
	if out.State != payments.Succeeded || out.Kept == nil {
		t.Fatalf("%+v", out)
	}
	return payments.KeptRef{Mode: payments.ModeTest, Token: out.Kept.Token, CustomerRef: out.Kept.CustomerRef, Kind: out.Kept.Kind}
}

func (s *shop) charge(t *testing.T, key string, k payments.KeptRef) payments.Outcome {
	t.Helper()
	out, err := s.g.Charge(ctx, payments.ChargeOrder{Order: order(key, 120_00), Method: k, OffSession: true})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// What a page comes to, by what the customer pays with.
func TestStripePage(t *testing.T) {
	for name, want := range map[string]struct {
		number, shown string
		holder        string // "", yes, no
		state         string
		kind          string
		fee           int64
	}{
		"card":                 {number: stripetest.Card, state: payments.Succeeded, kind: payments.KindCard, fee: 205},
		"declined":             {number: stripetest.CardDeclined, shown: "generic_decline", state: payments.NeedsAction},
		"no funds":             {number: stripetest.CardNoFunds, shown: "insufficient_funds", state: payments.NeedsAction},
		"holder confirms":      {number: stripetest.CardHolder, holder: "yes", state: payments.Succeeded, kind: payments.KindCard, fee: 205},
		"holder refuses":       {number: stripetest.CardHolder, holder: "no", state: payments.NeedsAction},
		"holder never answers": {number: stripetest.CardHolder, state: payments.NeedsAction},
		"debit":                {number: stripetest.Account, state: payments.Processing, kind: payments.KindDebit},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShop(t)
			out := s.open(t, "k", false)
			if !out.ExpiresAt.After(s.Now().Add(30*time.Minute)) || out.CustomerRef != "" {
				t.Errorf("%+v", out)
			}
			p := s.pay(t, out.Ref, want.number)
			if p.Declined != want.shown {
				t.Errorf("the page shows %q", p.Declined)
			}
			if want.holder != "" {
				if _, err := s.Holder(p.Intent, want.holder == "yes"); err != nil {
					t.Fatal(err)
				}
			}
			got := s.ask(t, s.attempt(payments.IntentPay, "k", out.Ref))
			if got.State != want.state || got.Kind != want.kind || got.FeeMinor != want.fee || got.Ref != out.Ref || got.Kept != nil {
				t.Errorf("%+v", got)
			}
			if (got.State == payments.NeedsAction) != (got.URL != "") {
				t.Errorf("address %q of %s", got.URL, got.State)
			}
			if got.State == payments.Succeeded && (got.TookMinor != 120_00 || got.ChargeRef != p.Intent) {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestStripePageAsItIsOrdered(t *testing.T) {
	s := newShop(t)
	out := s.open(t, "k", true)
	q := s.Requests()[len(s.Requests())-1]
	want := map[string]string{"ui_mode": "hosted_page", "mode": "payment", "locale": "fr", "client_reference_id": "pubk", "metadata[key]": "k", "metadata[intent]": "pubk", "payment_intent_data[metadata][key]": "k",
		"success_url": "https://firm.example/pay/k", "cancel_url": "https://firm.example/pay/k", "adaptive_pricing[enabled]": "false", "payment_intent_data[setup_future_usage]": "off_session",
		"line_items[0][price_data][unit_amount]": "12000", "line_items[0][price_data][currency]": "eur", "line_items[0][price_data][product_data][name]": "FA-2026-0042", "payment_method_types[0]": "card", "payment_method_types[1]": "sepa_debit",
		"customer": out.CustomerRef, "expires_at": fmt.Sprint(s.Now().Add(time.Hour).Unix())}
	for field, value := range want {
		if q.Form.Get(field) != value {
			t.Errorf("%s is %q, not %q", field, q.Form.Get(field), value)
		}
	}
	if q.Key != "k" || q.Path != "/v1/checkout/sessions" || out.CustomerRef == "" {
		t.Errorf("%+v", q)
	}
	// In dollars no debit is offered; a payment ahead has no invoice's number.
	o := order("dollars", 10_00)
	o.Currency, o.Description, o.Lang = "USD", "", "en"
	if _, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: o}); err != nil {
		t.Fatal(err)
	}
	q = s.Requests()[len(s.Requests())-1]
	if q.Form.Get("payment_method_types[1]") != "" || q.Form.Get("line_items[0][price_data][product_data][name]") != "Payment" || q.Form.Get("customer_email") != "martin@example.com" || q.Form.Get("locale") != "en" {
		t.Errorf("%v", q.Form)
	}
	if out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: o, Kinds: []string{payments.KindDebit}}); err != nil || out.Reason != "gateway.reason.currency_not_supported" {
		t.Errorf("%+v %v", out, err)
	}
}

func TestStripePageExpiresOrIsClosed(t *testing.T) {
	s := newShop(t)
	left := s.open(t, "left", false)
	s.Pass(61 * time.Minute)
	if out := s.ask(t, s.attempt(payments.IntentPay, "left", left.Ref)); out.State != payments.Cancelled {
		t.Errorf("%+v", out)
	}
	if out, err := s.g.Cancel(ctx, s.attempt(payments.IntentPay, "left", left.Ref)); err != nil || out.State != payments.Cancelled {
		t.Errorf("%+v %v", out, err)
	}
	closed := s.open(t, "closed", false)
	if out, err := s.g.Cancel(ctx, s.attempt(payments.IntentPay, "closed", closed.Ref)); err != nil || out.State != payments.Cancelled {
		t.Errorf("%+v %v", out, err)
	}
	if _, err := s.Pay(closed.Ref, stripetest.Card); !errors.Is(err, stripetest.ErrNotNow) {
		t.Error(err)
	}
	quick := s.open(t, "quick", false)
	s.pay(t, quick.Ref, stripetest.Card)
	if out, err := s.g.Cancel(ctx, s.attempt(payments.IntentPay, "quick", quick.Ref)); err != nil || out.State != payments.Succeeded {
		t.Errorf("the customer was quicker: %+v %v", out, err)
	}
	racing := s.open(t, "racing", false) // pays between the question and the order to close
	s.Watch(func(q stripetest.Request, p stripetest.Phase) {
		if p == stripetest.Before && strings.HasSuffix(q.Path, "/expire") {
			if _, err := s.Pay(racing.Ref, stripetest.Card); err != nil {
				t.Error(err)
			}
		}
	})
	if out, err := s.g.Cancel(ctx, s.attempt(payments.IntentPay, "racing", racing.Ref)); err != nil || out.State != payments.Succeeded {
		t.Errorf("%+v %v", out, err)
	}
}

func TestStripeModesAreApart(t *testing.T) {
	s := newShop(t)
	if mode, ok := s.g.Ready(ctx); mode != payments.ModeTest || !ok {
		t.Error(mode, ok)
	}
	live := order("k", 120_00)
	live.Mode = payments.ModeLive
	_, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: live})
	if !errors.Is(err, payments.ErrOtherMode) || !errors.Is(err, payments.ErrNotSent) {
		t.Error(err)
	}
	s.mode = payments.ModeLive
	if mode, ok := s.g.Ready(ctx); mode != payments.ModeLive || ok {
		t.Error("live without a key:", mode, ok)
	}
	s.keys[payments.ModeLive] = gateway.StripeKeys{Secret: stripetest.TestKey}
	if _, ok := s.g.Ready(ctx); ok {
		t.Error("a test key is a live one")
	}
	s.keys[payments.ModeLive] = gateway.StripeKeys{Secret: stripetest.LiveKey}
	if _, ok := s.g.Ready(ctx); !ok {
		t.Error("not ready")
	}
	if out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: live}); err != nil || !strings.HasPrefix(out.Ref, "cs_live_") {
		t.Errorf("%+v %v", out, err)
	}
	if s.mode = ""; true {
		if _, ok := s.g.Ready(ctx); ok {
			t.Error("ready, and switched off")
		}
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests", n)
	}
	for key, mode := range map[string]string{"sk_test_a": "test", "rk_test_a": "test", "sk_live_a": "live", "rk_live_a": "live", "pk_live_a": "", "sk_a": "", "": "", "whsec_a": ""} {
		if got := gateway.StripeMode(key); got != mode {
			t.Errorf("%s: %q", key, got)
		}
	}
}

func TestStripeAmounts(t *testing.T) {
	s := newShop(t)
	for _, x := range []struct {
		minor    int64
		currency money.Currency
		reason   string
		sent     string
	}{
		{50, "EUR", "", "50"}, {49, "EUR", "gateway.reason.amount_too_small", ""}, {30, "GBP", "", "30"}, {17_500, "HUF", "", "17500"}, {17_499, "HUF", "gateway.reason.amount_too_small", ""},
		{500, "JPY", "", "500"}, {49, "JPY", "gateway.reason.amount_too_small", ""}, {656, "XOF", "", "656"}, {1_000, "XPF", "", "1000"},
		{12_340, "TND", "", "12340"}, {12_345, "TND", "gateway.reason.amount_step", ""}, {0, "DZD", "gateway.reason.amount_too_small", ""},
		{99_999_999, "EUR", "", "99999999"}, {100_000_000, "EUR", "gateway.reason.amount_too_large", ""}, {100, "BTC", "gateway.reason.currency_not_supported", ""},
	} {
		o := order(fmt.Sprint(x.currency, x.minor), x.minor)
		o.Currency = x.currency
		before := len(s.Requests())
		out, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: o})
		if err != nil || out.Reason != x.reason || (x.reason != "") != (out.State == payments.Declined) {
			t.Errorf("%d %s: %+v %v", x.minor, x.currency, out, err)
		}
		if all := s.Requests(); x.sent == "" && len(all) != before || x.sent != "" && all[before].Form.Get("line_items[0][price_data][unit_amount]") != x.sent {
			t.Errorf("%d %s: sent %v", x.minor, x.currency, all[before:])
		}
		if charged, err := s.g.Charge(ctx, payments.ChargeOrder{Order: o}); x.reason != "" && (err != nil || charged.Reason != x.reason) {
			t.Errorf("%d %s: %+v %v", x.minor, x.currency, charged, err)
		}
	}
	if !s.g.Takes("EUR") || !s.g.Takes("TND") || s.g.Takes("BTC") {
		t.Error("what it takes")
	}
}

// The keys are in no error, no log and no text.
func TestStripeKeysStaySecret(t *testing.T) {
	s := newShop(t)
	wrong := "sk_test_notTheKeyOfAnybody12345678"
	s.keys[payments.ModeTest] = gateway.StripeKeys{Secret: wrong, Hooks: []string{hookSecret}}
	_, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: order("k", 120_00)})
	if !errors.Is(err, payments.ErrNotSent) {
		t.Error("refused keys, and yet something may have been done:", err)
	}
	_, terr := s.g.Test(ctx, payments.ModeTest)
	if f, ok := fault.As(terr); !ok || f.Key != "fault.stripe_key_refused" {
		t.Error(terr)
	}
	s.Befall(stripetest.Trouble{LoseAnswer: true})
	_, lost := s.g.Ask(ctx, s.attempt(payments.IntentPay, "k", ""))
	b, jerr := json.Marshal(s.keys)
	if jerr != nil {
		t.Fatal(jerr)
	}
	for _, said := range []string{fmt.Sprint(err), fmt.Sprint(terr), fmt.Sprintf("%+v", errors.Unwrap(terr)), fmt.Sprint(lost), fmt.Sprintf("%v %+v %#v %s", s.keys, s.keys, s.keys, s.keys), string(b)} {
		for _, secret := range []string{wrong, wrong[len(wrong)-4:], hookSecret} {
			if strings.Contains(said, secret) {
				t.Errorf("%q tells a key", said)
			}
		}
	}
}

func TestStripeWordsAreThere(t *testing.T) {
	for _, area := range []string{"gateway.reason.", "gateway.dispute."} {
		for _, key := range gateway.StripeWords() {
			if strings.HasPrefix(key, area) && (!locale.Has("fr", key) || !locale.Has("en", key)) {
				t.Errorf("%s has no text", key)
			}
		}
	}
	if n := len(gateway.StripeWords()); n < 40 {
		t.Errorf("%d words", n)
	}
}
