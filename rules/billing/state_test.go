package billing_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/billing"
)

func TestStateOf(t *testing.T) {
	today, due := civil.MustParse("2026-11-21"), civil.MustParse("2026-11-20")
	inv := billing.Facts{Kind: billing.Invoice, Issued: true, TotalMinor: 10000, DueOn: today}
	for _, c := range []struct {
		name   string
		change func(*billing.Facts)
		want   billing.State
	}{
		{"not issued", func(f *billing.Facts) { f.Issued, f.Sent, f.DueOn = false, true, due }, billing.StateDraft},
		{"numbered only", func(f *billing.Facts) {}, billing.StateIssued},
		{"sent", func(f *billing.Facts) { f.Sent = true }, billing.StateSent},
		{"opened", func(f *billing.Facts) { f.Sent, f.Viewed = true, true }, billing.StateViewed},
		{"part paid", func(f *billing.Facts) { f.Viewed, f.PaidMinor = true, 1 }, billing.StatePartial},
		{"part credited", func(f *billing.Facts) { f.CreditedMinor = 1 }, billing.StatePartial},
		{"due today is in time", func(f *billing.Facts) { f.Sent = true }, billing.StateSent},
		{"due yesterday", func(f *billing.Facts) { f.DueOn = due }, billing.StateOverdue},
		{"part paid and late", func(f *billing.Facts) { f.DueOn, f.PaidMinor = due, 9999 }, billing.StateOverdue},
		{"no due date is never late", func(f *billing.Facts) { f.DueOn, f.Sent = civil.Date{}, true }, billing.StateSent},
		{"paid", func(f *billing.Facts) { f.DueOn, f.PaidMinor = due, 10000 }, billing.StatePaid},
		{"paid too much", func(f *billing.Facts) { f.PaidMinor = 12000 }, billing.StatePaid},
		{"paid and credited", func(f *billing.Facts) { f.PaidMinor, f.CreditedMinor = 4000, 6000 }, billing.StatePaid},
		{"credited in full", func(f *billing.Facts) { f.DueOn, f.CreditedMinor = due, 10000 }, billing.StateCancelled},
		{"free of charge", func(f *billing.Facts) { f.TotalMinor, f.DueOn = 0, due }, billing.StatePaid},
		{"credit note", func(f *billing.Facts) { f.Kind, f.DueOn = billing.CreditNote, due }, billing.StateIssued},
		{"credit note sent", func(f *billing.Facts) { f.Kind, f.Sent = billing.CreditNote, true }, billing.StateSent},
		{"credit note opened", func(f *billing.Facts) { f.Kind, f.Viewed = billing.CreditNote, true }, billing.StateViewed},
		{"credit note used in part", func(f *billing.Facts) { f.Kind, f.PaidMinor = billing.CreditNote, 1 }, billing.StatePartial},
		{"credit note used up", func(f *billing.Facts) { f.Kind, f.PaidMinor = billing.CreditNote, 10000 }, billing.StateApplied},
	} {
		f := inv
		c.change(&f)
		if got := billing.StateOf(f, today); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	late := inv
	late.DueOn = civil.MustParse("2026-11-05")
	if got := billing.DaysLate(late, today); got != 16 {
		t.Errorf("%d days late, want 16", got)
	}
	if got := billing.DaysLate(inv, today); got != 0 {
		t.Errorf("%d days late, want 0", got)
	}
}

// Nothing left to pay and overdue exclude each other, whatever was stored.
func TestPaidIsNeverOverdue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-100, 100)
		f := billing.Facts{Kind: rapid.SampledFrom([]billing.Kind{billing.Invoice, billing.CreditNote, billing.DepositInvoice}).Draw(t, "kind"), Issued: true,
			TotalMinor: amount.Draw(t, "total"), PaidMinor: amount.Draw(t, "paid"), CreditedMinor: amount.Draw(t, "credited"), DueOn: civil.MustParse("2026-01-01")}
		state := billing.StateOf(f, civil.MustParse("2026-02-01"))
		if f.TotalMinor >= 0 && f.Left() < 0 {
			t.Errorf("left %d", f.Left())
		}
		if (f.Left() <= 0) == (state == billing.StateOverdue) && f.Kind != billing.CreditNote {
			t.Errorf("%+v: %s", f, state)
		}
	})
}
