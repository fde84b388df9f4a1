package app_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// asked lets time pass, and the program ask.
func (s *stripeShop) asked(after time.Duration) {
	s.t.Helper()
	s.pass(after)
	if err := s.h.Payments.AskOpen(context.Background()); err != nil {
		s.t.Error(err)
	}
}

func (s *stripeShop) count(query string) int64 {
	s.t.Helper()
	raw := dbtest.Raw(s.t, filepath.Join(s.folder, "comptoir.db"))
	defer func() { _ = raw.Close() }()
	return dbtest.Int(s.t, raw, query)
}

const bankFees = "SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.role = 'frais_bancaires'"

// With asynchronous capture Stripe tells its fee after the success: without any webhook and any
// news of it the program asks, and books it once.
func TestStripeTellsItsFeesAfterwards(t *testing.T) {
	s := newStripeShop(t)
	s.stripe.LateFees()
	d, i := s.page(1, false)
	s.pay(stripetest.Card)
	s.asked(2 * time.Minute)
	s.want(i, payments.Succeeded, d, 0)
	if n := s.count(bankFees); n != 0 {
		t.Errorf("a fee of %d before it was told", n)
	}
	s.stripe.TellFees()
	s.stripe.Befall(stripetest.Trouble{Path: "/v1/events", Status: 403, Times: 100}) // a key that may not read events
	for range 3 {
		s.asked(2 * time.Minute)
	}
	if n, want := s.count(bankFees), d.TotalMinor*15/1000+25; n != want {
		t.Errorf("a fee of %d in the books, %d kept", n, want)
	}
	if n := s.count("SELECT count(*) FROM payment_intents WHERE watched = 1"); n != 0 {
		t.Errorf("%d are asked about for ever", n)
	}
}

// An account without debits: cards alone are ordered before it was asked, after it was asked, and
// when debits are switched off between two questions.
func TestStripeWithoutDebits(t *testing.T) {
	s := newStripeShop(t)
	kinds := func(want string) {
		t.Helper()
		pages := s.stripe.Pages()
		if got := fmt.Sprint(s.stripe.Field(pages[len(pages)-1], "payment_method_types")); got != want {
			t.Errorf("ordered %s, not %s", got, want)
		}
	}
	s.page(1, false)
	kinds("[card]") // nobody asked yet
	s.asked(10 * time.Minute)
	s.page(2, true)
	kinds("[card sepa_debit]")
	s.stripe.SetAccount("capabilities", map[string]any{"card_payments": "active"})
	d, i := s.page(3, true)
	kinds("[card]")
	s.pay(stripetest.Card)
	s.asked(25 * time.Hour)
	s.want(i, payments.Succeeded, d, 0)
	s.page(4, false)
	kinds("[card]")
	if n := s.count("SELECT count(*) FROM payment_intents WHERE state IN ('unknown', 'declined')"); n != 0 {
		t.Errorf("%d refused", n)
	}
}

// A dispute to its end, in the books of a whole company: taken with a fee, won with the fee, and
// lost in the second round.
func TestStripeDisputeToItsEnd(t *testing.T) {
	s := newStripeShop(t)
	d, i := s.page(1, false)
	intent := s.pay(stripetest.Card)
	s.asked(2 * time.Minute)
	s.want(i, payments.Succeeded, d, 0)
	fee := s.count(bankFees)
	id, err := s.stripe.Dispute(intent, "fraudulent") // takes 20.00 too
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		do   func() error
		due  int64
		fees int64
	}{
		{func() error { return nil }, d.TotalMinor, 20_00}, {func() error { return s.stripe.Reinstate(id, 40_00, 0) }, d.TotalMinor - 40_00, 20_00},
		{func() error { return s.stripe.Reinstate(id, d.TotalMinor-40_00, -20_00) }, 0, 0}, {func() error { return s.stripe.Withdraw(id, d.TotalMinor, 15_00) }, d.TotalMinor, 15_00},
		{func() error { return s.stripe.EndDispute(id, false) }, d.TotalMinor, 15_00},
	} {
		if err := x.do(); err != nil {
			t.Fatal(err)
		}
		s.asked(10 * time.Minute)
		s.want(i, payments.Succeeded, d, x.due)
		if got := s.count(bankFees) - fee; got != x.fees {
			t.Errorf("fees of %d, not %d", got, x.fees)
		}
	}
	if n := s.count("SELECT count(*) FROM gateway_disputes WHERE state = 'lost' AND gone_minor > 0 AND steps = 4"); n != 1 {
		t.Error("the dispute is not as it ended")
	}
}
