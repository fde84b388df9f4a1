package gateway_test

import (
	"errors"
	"testing"

	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// A payment is found by Stripe's own name of it, with what we wrote on it, also by its page.
func TestStripeFindsAPayment(t *testing.T) {
	s := newShop(t)
	page := s.open(t, "intent-lost", false)
	paid := s.pay(t, page.Ref, stripetest.Card)
	for _, ref := range []string{paid.Intent, page.Ref} {
		found, err := s.g.Find(ctx, payments.ModeTest, ref)
		if err != nil {
			t.Fatal(err)
		}
		want := order("intent-lost", 0)
		if found.State != payments.Succeeded || found.Key != "intent-lost" || found.Customer != want.Customer.PublicID || found.TookMinor <= 0 || found.Currency != "EUR" || found.ChargeRef != paid.Intent {
			t.Errorf("%s: %+v", ref, found)
		}
	}
	open := s.open(t, "intent-open", false)
	for ref, key := range map[string]string{open.Ref: "", "seti_1": "", "re_1": ""} { // nothing was taken
		if found, err := s.g.Find(ctx, payments.ModeTest, ref); err != nil || found.Key != key || found.State == payments.Succeeded {
			t.Errorf("%s: %+v %v", ref, found, err)
		}
	}
	if _, err := s.g.Find(ctx, payments.ModeTest, "pi_ofAnotherAccount"); !errors.Is(err, payments.ErrMissing) {
		t.Error(err)
	}
}
