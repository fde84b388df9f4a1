package gateway_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// stripeMock starts Stripe's own checker of requests and gives its address.
func stripeMock(t *testing.T) string {
	t.Helper()
	program := os.Getenv("COMPTOIR_STRIPE_MOCK")
	if program == "" {
		t.Skip("COMPTOIR_STRIPE_MOCK is not set: scripts/tool stripe-mock builds it")
	}
	cmd := exec.CommandContext(t.Context(), program, "-http-addr", "127.0.0.1:", "-https-addr", "127.0.0.1:") // #nosec G204 -- the pinned tool
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it is stopped, not asked how it was
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if at, ok := strings.CutPrefix(lines.Text(), "Listening for HTTP at address: "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return "http://" + at
		}
	}
	t.Fatal("stripe-mock did not start")
	return ""
}

// checked sends each request to stripe-mock as well, and fails when that refuses it.
type checked struct {
	t    *testing.T
	mock string

	mu    sync.Mutex
	kinds map[string]int
}

var idInPath = regexp.MustCompile(`/(cs|pi|re|pm|cus|seti|po)_[A-Za-z0-9_]+`)

func (c *checked) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	c.mu.Lock()
	c.kinds[r.Method+" "+idInPath.ReplaceAllString(r.URL.Path, "/{id}")]++
	c.mu.Unlock()
	twin, err := http.NewRequestWithContext(r.Context(), r.Method, c.mock+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	twin.Header = r.Header.Clone()
	res, err := http.DefaultTransport.RoundTrip(twin)
	if err != nil {
		return nil, err
	}
	said, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	if err != nil || res.StatusCode != http.StatusOK {
		c.t.Errorf("%s %s\n%s\nstripe-mock: %d %s", r.Method, r.URL, body, res.StatusCode, said)
	}
	r = r.Clone(r.Context())
	r.Body, r.GetBody = io.NopCloser(bytes.NewReader(body)), nil
	return http.DefaultTransport.RoundTrip(r)
}

// Every request that the gateway makes is one of Stripe's published interface.
func TestStripeTakesEveryRequest(t *testing.T) {
	s := newShop(t)
	c := &checked{t: t, mock: stripeMock(t), kinds: map[string]int{}}
	s.g = gateway.NewStripe(gateway.StripeOptions{URL: s.URL, Clock: s.Now, Transport: c, Mode: func(context.Context) string { return s.mode },
		Keys: func(_ context.Context, mode string) (gateway.StripeKeys, error) { return s.keys[mode], nil }})

	page := s.open(t, "page", true)
	plain := s.open(t, "plain", false)
	s.pay(t, page.Ref, stripetest.Card)
	paid := s.ask(t, s.attempt(payments.IntentPay, "page", page.Ref))
	if _, err := s.g.Cancel(ctx, s.attempt(payments.IntentPay, "plain", plain.Ref)); err != nil {
		t.Error(err)
	}
	k := s.kept(t, "card", stripetest.Card)
	s.charge(t, "charge", k)
	s.charge(t, "debit", s.kept(t, "debit-kept", stripetest.Account))
	held := s.charge(t, "held", s.kept(t, "holder", stripetest.CardHolder))
	if _, err := s.g.Cancel(ctx, s.attempt(payments.IntentCharge, "held", held.Ref)); err != nil {
		t.Error(err)
	}
	if _, err := s.g.Charge(ctx, payments.ChargeOrder{Order: order("there", 120_00), Method: k}); err != nil {
		t.Error(err)
	}
	refund, err := s.g.Refund(ctx, payments.RefundOrder{Order: order("refund", 1_00), ChargeRef: paid.ChargeRef})
	if err != nil {
		t.Error(err)
	}
	s.ask(t, s.attempt(payments.IntentRefund, "refund", refund.Ref))
	for _, kind := range []string{payments.IntentPay, payments.IntentSave, payments.IntentCharge, payments.IntentRefund} {
		a := s.attempt(kind, "never-"+kind, "")
		a.CustomerRef, a.ChargeRef = k.CustomerRef, paid.ChargeRef
		if out := s.ask(t, a); out.State != payments.Cancelled {
			t.Errorf("%s: %+v", kind, out)
		}
	}
	other := order("dollars", 10_00)
	other.Currency, other.Lang = "USD", "en"
	if _, err := s.g.Checkout(ctx, payments.CheckoutOrder{Order: other}); err != nil {
		t.Error(err)
	}
	s.Befall(stripetest.Trouble{Path: "/v1/payment_methods", Status: 400})
	if err := s.g.Detach(ctx, k); err == nil {
		t.Error("not detached, and no error")
	}
	if err := s.g.Detach(ctx, k); err != nil {
		t.Error(err)
	}
	if _, cursor, err := s.g.News(ctx, payments.ModeTest, ""); err != nil {
		t.Error(err)
	} else if _, _, err := s.g.News(ctx, payments.ModeTest, cursor); err != nil {
		t.Error(err)
	}
	if _, err := s.g.Payout(ctx, payments.ModeTest, s.PayOut(1_00, "eur")); err != nil {
		t.Error(err)
	}
	if _, err := s.g.PayoutsSince(ctx, payments.ModeTest, s.Now()); err != nil {
		t.Error(err)
	}
	if _, err := s.g.Test(ctx, payments.ModeTest); err != nil {
		t.Error(err)
	}
	want := []string{"GET /v1/account", "GET /v1/checkout/sessions", "GET /v1/checkout/sessions/{id}", "GET /v1/disputes", "GET /v1/events", "GET /v1/payment_intents", "GET /v1/payment_intents/{id}", "GET /v1/payment_methods/{id}", "GET /v1/payouts", "GET /v1/payouts/{id}",
		"GET /v1/refunds", "GET /v1/refunds/{id}", "POST /v1/checkout/sessions", "POST /v1/checkout/sessions/{id}/expire", "POST /v1/customers", "POST /v1/customers/{id}", "POST /v1/payment_intents", "POST /v1/payment_intents/{id}",
		"POST /v1/payment_intents/{id}/cancel", "POST /v1/payment_intents/{id}/confirm", "POST /v1/payment_methods/{id}/detach", "POST /v1/refunds"}
	if d := cmp.Diff(want, slices.Sorted(maps.Keys(c.kinds))); d != "" {
		t.Error(d)
	}
}

// What the checker refuses is seen.
func TestStripeMockRefusesNonsense(t *testing.T) {
	mock := stripeMock(t)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, mock+"/v1/refunds", strings.NewReader("payment_intent=pi_1&nonsense=1"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+stripetest.TestKey)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := (&http.Client{Timeout: time.Minute}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Error(res.Status, err)
	}
}
