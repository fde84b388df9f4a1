package billing_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/billing"
)

func TestProposeSplit(t *testing.T) {
	day := civil.MustParse("2026-03-01")
	open := func(dues ...int64) (list []billing.Open) {
		for i, d := range dues {
			list = append(list, billing.Open{DueOn: day.AddDays(10 - i), Number: fmt.Sprint(i), DueMinor: d}) // the last is the oldest
		}
		return list
	}
	for name, c := range map[string]struct {
		amount int64
		open   []billing.Open
		want   []int64
	}{
		"oldest due first":          {150, open(100, 100), []int64{50, 100}},
		"one that fits":             {100, open(100, 80, 90), []int64{100, 0, 0}},
		"two that fit":              {180, open(100, 80, 90), []int64{100, 80, 0}},
		"three that fit":            {230, open(100, 500, 60, 70), []int64{100, 0, 60, 70}},
		"the oldest of two that do": {100, open(100, 100), []int64{0, 100}},
		"more than all":             {999, open(100, 50), []int64{100, 50}},
		"nothing open":              {999, nil, []int64{}},
		"nothing to give":           {0, open(100), []int64{0}},
		"below nothing":             {-5, open(100), []int64{0}},
		"settled ones are left out": {50, open(0, 70), []int64{0, 50}},
	} {
		if got := billing.ProposeSplit(c.amount, c.open); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// Never more than is due, nothing below zero, and what is given away is what there is, up
// to what is wanted; an amount that one invoice wants pays one invoice.
func TestProposeSplitHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var open []billing.Open
		var due int64
		for i := range rapid.IntRange(0, 80).Draw(t, "open") {
			o := billing.Open{DueOn: civil.MustParse("2026-01-01").AddDays(rapid.IntRange(0, 60).Draw(t, "day")), Number: fmt.Sprint(i), DueMinor: rapid.Int64Range(0, 500).Draw(t, "due")}
			open, due = append(open, o), due+o.DueMinor
		}
		amount := rapid.Int64Range(0, 3_000).Draw(t, "amount")
		var sum int64
		var paid int
		for i, part := range billing.ProposeSplit(amount, open) {
			if part < 0 || part > open[i].DueMinor {
				t.Fatalf("%d for an invoice of %d", part, open[i].DueMinor)
			}
			if sum += part; part > 0 {
				paid++
			}
		}
		if want := min(amount, due); sum != want {
			t.Fatalf("%d given away, want %d", sum, want)
		}
		fits := func(o billing.Open) bool { return o.DueMinor == amount }
		if len(open) <= 60 && amount > 0 && slices.ContainsFunc(open, fits) && paid != 1 {
			t.Fatalf("%d invoices paid by what one wants", paid)
		}
	})
}
