package app_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// What Stripe took stands with Stripe until it pays it out; webhooks that come twice, backwards or
// never bring each payout into the books once, and one that the bank sent back out of them.
func TestStripePayoutsAndTheBooks(t *testing.T) {
	ctx := context.Background()
	s := newStripeShop(t)
	d, i := s.page(1, false)
	s.pay(stripetest.Card)
	s.hear()
	s.want(i, payments.Succeeded, d, 0)
	stands := func(when string, paidOut int64, rows int) {
		t.Helper()
		list, err := s.h.Payments.GatewayMoney(ctx, s.who)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range list {
			if g.Gateway != "stripe" {
				continue
			}
			fee := s.account("627000")
			if g.HeldMinor != d.TotalMinor-fee-paidOut || s.account("517000") != g.HeldMinor || s.account("512000") != paidOut || len(g.Payouts) != rows || !g.Tells {
				t.Errorf("%s: %+v; %d fees, %d on 517, %d on 512", when, g, fee, s.account("517000"), s.account("512000"))
			}
			return
		}
		t.Errorf("%s: Stripe is not among %+v", when, list)
	}
	stands("paid", 0, 0)
	po := s.stripe.PayOut(10_00, "eur")
	s.hear()
	stands("under way", 0, 0)
	s.pass(50 * time.Hour)
	if err := s.stripe.EndPayout(po, true); err != nil {
		t.Fatal(err)
	}
	s.hear()
	stands("there", 10_00, 1)

	second := s.stripe.PayOut(5_00, "eur") // of which only the news tell
	s.pass(50 * time.Hour)
	if err := s.stripe.EndPayout(second, true); err != nil {
		t.Fatal(err)
	}
	if err := s.h.Payments.AskOpen(ctx); err != nil {
		t.Error(err)
	}
	stands("by the news", 15_00, 2)

	if err := s.stripe.EndPayout(po, false); err != nil {
		t.Fatal(err)
	}
	s.hear()
	stands("sent back", 5_00, 2)
}

// account is the balance of an account, debit above zero.
func (s *stripeShop) account(code string) int64 {
	s.t.Helper()
	raw := dbtest.Raw(s.t, filepath.Join(s.folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	return dbtest.Int(s.t, raw, "SELECT coalesce(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.code = ?", code)
}

// The machine slept for forty days: Stripe keeps the events of thirty, and what it paid out, gave
// back and was sent back before them comes into the books all the same.
func TestStripeWhileTheMachineSlept(t *testing.T) {
	ctx := context.Background()
	s := newStripeShop(t)
	d, i := s.page(1, false)
	intent := s.pay(stripetest.Card)
	s.hear()
	back := s.stripe.PayOut(7_00, "eur")
	s.pass(50 * time.Hour)
	ask := func() {
		t.Helper()
		if err := s.h.Payments.AskOpen(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.stripe.EndPayout(back, true); err != nil {
		t.Fatal(err)
	}
	ask()
	if _, err := s.stripe.RefundAtSite(intent, 5_00); err != nil {
		t.Fatal(err)
	}
	for _, minor := range []int64{10_00, 20_00} {
		po := s.stripe.PayOut(minor, "eur")
		s.pass(50 * time.Hour)
		if err := s.stripe.EndPayout(po, true); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.stripe.EndPayout(back, false); err != nil {
		t.Fatal(err)
	}
	s.pass(40 * 24 * time.Hour)
	for range 3 {
		ask()
		s.pass(10 * time.Minute)
	}
	s.want(i, payments.Succeeded, d, 5_00)
	if bank := s.account("512000"); bank != 30_00 {
		t.Errorf("%d on the bank's account", bank)
	}
}
