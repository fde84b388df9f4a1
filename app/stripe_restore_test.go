package app_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/gateway/stripetest"
	"comptoir/office/payments"
)

// copied gives the company's file as it is; it must be shut.
func (s *stripeShop) copied() []byte {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.folder, "comptoir.db"))
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// putBack replaces the file by an older copy, as who restores a backup.
func (s *stripeShop) putBack(b []byte) {
	s.t.Helper()
	s.shut()
	for _, more := range []string{"-wal", "-shm"} {
		_ = os.Remove(filepath.Join(s.folder, "comptoir.db"+more))
	}
	if err := os.WriteFile(filepath.Join(s.folder, "comptoir.db"), b, 0o600); err != nil {
		s.t.Fatal(err)
	}
	s.open()
}

// An older copy of the file was put back: the charge that it is to make was made by the file after
// it. It is not made twice, within the day in which Stripe remembers a key and after it, whether
// the news are read before or later; whatever Stripe took and gave back since comes into the books.
func TestStripeChargesOnceForARestoredFile(t *testing.T) {
	for name, x := range map[string]struct {
		after time.Duration
		news  bool
	}{"at once": {time.Hour, false}, "days later": {60 * time.Hour, false}, "news first": {60 * time.Hour, true}} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			s := newStripeShop(t)
			d, i := s.page(1, true)
			first := s.pay(stripetest.Card)
			s.hear()
			kept := s.want(i, payments.Succeeded, d, 0).Method
			e, err := s.invoice(ctx, 2)
			if err != nil {
				t.Fatal(err)
			}
			s.shut()
			backup := s.copied()
			s.open()
			order := payments.ChargeKept{Key: "charge/" + e.PublicID + "/1", DocumentID: e.PublicID, MethodID: kept.PublicID}
			charge := func() payments.Intent {
				t.Helper()
				got, err := s.h.Payments.ChargeKept(ctx, actor.Machine(), order)
				if err != nil || got.State != payments.Succeeded {
					t.Fatalf("%+v %v", got, err)
				}
				return got
			}
			charge()
			s.page(3, false)
			s.pay(stripetest.Card)
			if _, err := s.stripe.RefundAtSite(first, 10_00); err != nil {
				t.Fatal(err)
			}
			s.hear()
			taken := len(s.stripe.Taken())
			s.putBack(backup)
			s.pass(x.after)
			if x.news {
				if err := s.h.Payments.AskOpen(ctx); err != nil {
					t.Fatal(err)
				}
			}
			s.want(charge(), payments.Succeeded, e, 0)
			if n := len(s.stripe.Taken()); n != taken {
				t.Errorf("Stripe took %d times, %d before", n, taken)
			}
			for range 2 {
				if err := s.h.Payments.AskOpen(ctx); err != nil {
					t.Fatal(err)
				}
			}
			s.want(i, payments.Succeeded, d, 10_00)
			raw := dbtest.Raw(t, filepath.Join(s.folder, "comptoir.db"))
			defer func() { _ = raw.Close() }()
			if n := dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = 'payment_adopted'"); n != map[bool]int64{false: 1, true: 2}[x.news] {
				t.Errorf("told of %d payments that were taken over", n)
			}
		})
	}
}

// A copy of weeks ago was put back, from before anything was ever paid: what Stripe took and paid out
// since comes into the books, also what is older than the events that it keeps, and what the file had
// not heard a single event of.
func TestStripeForACopyOfWeeksAgo(t *testing.T) {
	for _, days := range []int{10, 25, 45} {
		ctx := context.Background()
		s := newStripeShop(t)
		ask := func(most int) {
			t.Helper()
			for range most {
				if err := s.h.Payments.AskOpen(ctx); err != nil {
					t.Fatal(err)
				}
				s.pass(10 * time.Minute)
			}
		}
		ask(2)
		s.shut()
		backup := s.copied()
		s.open()
		for step := range 3 {
			s.page(1+step, false)
			s.pay(stripetest.Card)
			po := s.stripe.PayOut(10_00, "eur")
			s.pass(50 * time.Hour)
			if err := s.stripe.EndPayout(po, true); err != nil {
				t.Fatal(err)
			}
			s.hear()
		}
		s.putBack(backup)
		s.pass(time.Duration(days) * 24 * time.Hour)
		ask(3)
		raw := dbtest.Raw(t, filepath.Join(s.folder, "comptoir.db"))
		n := dbtest.Int(t, raw, "SELECT count(*) FROM payments WHERE gateway = 'stripe'")
		told := dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = 'payment_adopted'")
		_ = raw.Close()
		if bank := s.account("512000"); n != 3 || told != 3 || bank != 30_00 {
			t.Errorf("%d days: %d payments, told of %d, %d on the bank's account", days, n, told, bank)
		}
	}
}
