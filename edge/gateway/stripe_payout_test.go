package gateway_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/edge/gateway"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// What Stripe pays out is told by webhook and among the news, and read as it stands: under way,
// there, sent back by the bank.
func TestPayouts(t *testing.T) {
	s := newShop(t)
	id := s.PayOut(98_60, "eur")
	read := func(want string) payments.Payout {
		t.Helper()
		p, err := s.g.Payout(ctx, payments.ModeTest, id)
		if err != nil || p.State != want || p.Ref != id || p.AmountMinor != 98_60 || p.Currency != "EUR" || p.ArrivesOn != civil.MustParse("2026-11-23") || !p.CreatedAt.Equal(s.Now()) && want == payments.PayoutUnderWay {
			t.Fatalf("want %s: %+v %v", want, p, err)
		}
		return p
	}
	told := func() (kinds []string) {
		t.Helper()
		events, _, err := s.g.News(ctx, payments.ModeTest, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Ref == id {
				kinds = append(kinds, e.Kind)
			}
		}
		return kinds
	}
	read(payments.PayoutUnderWay)
	if kinds := told(); len(kinds) != 0 {
		t.Errorf("of one that is under way nothing is to be heard: %v", kinds)
	}
	s.Pass(48 * time.Hour)
	if err := s.EndPayout(id, true); err != nil {
		t.Fatal(err)
	}
	read(payments.PayoutPaid)
	s.Pass(time.Hour)
	if err := s.EndPayout(id, false); err != nil {
		t.Fatal(err)
	}
	read(payments.PayoutFailed)
	if kinds := told(); len(kinds) != 2 || kinds[0] != "payout.paid" || kinds[1] != "payout.failed" {
		t.Errorf("%v", kinds)
	}
	events := s.Events()
	payload, signature := s.Signed(events[len(events)-1].ID, s.Now(), hookSecret)
	if e, err := s.g.Hear(ctx, payload, signature); err != nil || e.Kind != payments.EventPayout+"failed" || e.Ref != id || e.Key != "" {
		t.Errorf("%+v %v", e, err)
	}
	if _, err := s.g.Payout(ctx, payments.ModeTest, "po_nobody"); err == nil {
		t.Error("one that Stripe does not know")
	}
	if _, err := s.g.Payout(ctx, payments.ModeLive, id); err == nil {
		t.Error("asked with the keys of the other world")
	}
}

// A clock that is a year ahead, or behind, hides nothing of what happens now: Stripe's answers
// say what time it is.
func TestStripeNewsByAClockThatIsOff(t *testing.T) {
	for _, years := range []int{-1, 1} {
		s := newShop(t)
		g := gateway.NewStripe(gateway.StripeOptions{URL: s.URL, Clock: func() time.Time { return s.Now().AddDate(years, 0, 0) }, Mode: func(context.Context) string { return s.mode },
			Keys: func(_ context.Context, mode string) (gateway.StripeKeys, error) { return s.keys[mode], nil }})
		if _, _, err := g.News(ctx, payments.ModeTest, ""); err != nil {
			t.Fatal(err)
		}
		s.pay(t, s.open(t, "k", false).Ref, stripetest.Card)
		s.Pass(4 * 24 * time.Hour)
		po := s.PayOut(10_00, "eur")
		if err := s.EndPayout(po, true); err != nil {
			t.Fatal(err)
		}
		events, cursor, err := g.News(ctx, payments.ModeTest, "")
		if err != nil || len(events) != 1 || events[0].Ref != po || cursor == "" {
			t.Errorf("%d years off: %+v %q %v", years, events, cursor, err)
		}
	}
}

// Payouts are named however old they are and however they stand, more than a page of them, the
// oldest first.
func TestStripeNamesItsPayouts(t *testing.T) {
	s := newShop(t)
	s.pay(t, s.open(t, "k", false).Ref, stripetest.Card)
	var want []string
	since := s.Now().Add(time.Hour)
	s.PayOut(1_00, "eur")
	s.Pass(2 * time.Hour)
	for range 130 {
		want = append(want, s.PayOut(1_00, "eur"))
		s.Pass(12 * time.Hour)
	}
	if got, err := s.g.PayoutsSince(ctx, payments.ModeTest, since); err != nil || !slices.Equal(got, want) {
		t.Errorf("%d of %d: %v", len(got), len(want), err)
	}
}
