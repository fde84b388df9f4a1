package app_test

import (
	"context"
	"testing"

	"comptoir/core/fault"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

func (s *stripeShop) keys(mode, key string, other bool) error {
	_, err := s.h.Payments.SaveKeys(context.Background(), s.who, payments.KeysChange{Gateway: "stripe", Mode: mode, Key: key, OtherAccount: other})
	return err
}

// fails wants a fault by its key.
func (s *stripeShop) fails(err error, key string) {
	s.t.Helper()
	if f, ok := fault.As(err); !ok || f.Key != key {
		s.t.Errorf("%v, want %s", err, key)
	}
}

func (s *stripeShop) lacks() (lacks string) {
	s.t.Helper()
	w, err := s.h.Payments.WaySettings(context.Background(), s.who)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, x := range w.Ways {
		if x.Way == "stripe" {
			lacks = x.Lacks
		}
	}
	return lacks
}

// try begins a payment of a new invoice on Stripe's page.
func (s *stripeShop) try(step int) (payments.Intent, error) {
	s.t.Helper()
	d, err := s.invoice(context.Background(), step)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.h.Payments.StartPayment(context.Background(), s.contact, payments.StartPayment{Key: "start-payment-" + d.Number, DocumentID: d.PublicID, ExpectMinor: d.TotalMinor, Gateway: "stripe", ReturnURL: stripeBack})
}

// Test keys of a real company serve the Tester alone; what was begun live goes on meanwhile.
func TestStripeInTestModeTakesNothing(t *testing.T) {
	s := newStripeShop(t)
	ctx := context.Background()
	d, i := s.page(1, false)
	if err := s.keys("test", stripetest.TestKey, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.h.Payments.SetGatewayMode(ctx, s.who, "stripe", "test"); err != nil {
		t.Fatal(err)
	}
	_, err := s.try(2)
	s.fails(err, "fault.gateway_gone")
	if steps, err := s.h.Payments.TestGateway(ctx, s.who, "stripe", "test"); err != nil || steps[0].State != "done" || s.lacks() != "test" {
		t.Errorf("%+v %v, lacks %q", steps, err, s.lacks())
	}
	s.pay(stripetest.Card)
	s.hear()
	if _, err := s.ask(ctx, i); err != nil {
		t.Fatal(err)
	}
	s.want(i, payments.Succeeded, d, 0)
}

// A key that Stripe revoked: the customer reads what it is, nobody after is offered the way,
// and the Tester with a key that works brings it back.
func TestStripeRefusesTheKey(t *testing.T) {
	s := newStripeShop(t)
	ctx := context.Background()
	if err := s.keys("live", "sk_live_revokedByStripe1234", false); err != nil {
		t.Fatal(err)
	}
	if i, err := s.try(1); err != nil || i.State != payments.Cancelled || i.Reason != "gateway.reason.not_set_up" || s.lacks() != "refused" {
		t.Errorf("%+v %v, lacks %q", i, err, s.lacks())
	}
	_, err := s.try(2)
	s.fails(err, "fault.gateway_gone")
	if err := s.keys("live", stripetest.LiveKey, false); err != nil || s.lacks() != "" {
		t.Errorf("%v, lacks %q", err, s.lacks())
	}
	if i, err := s.try(3); err != nil || i.State != payments.NeedsAction {
		t.Errorf("%+v %v", i, err)
	}
	if steps, err := s.h.Payments.TestGateway(ctx, s.who, "stripe", "live"); err != nil || steps[1].State != "done" {
		t.Errorf("%+v %v", steps, err)
	}
}

// The key of another account of Stripe is never taken unasked.
func TestStripeOfAnotherAccount(t *testing.T) {
	s := newStripeShop(t)
	_, i := s.page(1, false)
	s.stripe.SetAccount("id", "acct_another")
	s.fails(s.keys("live", stripetest.LiveKey, true), "fault.gateways.other_account_open")
	if got, err := s.h.Payments.CloseAttempt(context.Background(), s.who, i.PublicID, "changement de compte"); err != nil || got.State != payments.Cancelled {
		t.Errorf("%+v %v", got, err)
	}
	s.fails(s.keys("live", stripetest.LiveKey, false), "fault.gateways.other_account")
	if err := s.keys("live", stripetest.LiveKey, true); err != nil {
		t.Error(err)
	}
}
