package statement_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/statement"
)

func TestPresets(t *testing.T) {
	for _, c := range []struct {
		preset          statement.Preset
		today, from, to string
	}{
		{statement.ThisMonth, "2026-11-21", "2026-11-01", "2026-11-21"},
		{statement.LastMonth, "2026-11-21", "2026-10-01", "2026-10-31"},
		{statement.LastMonth, "2026-03-31", "2026-02-01", "2026-02-28"},
		{statement.LastMonth, "2028-03-31", "2028-02-01", "2028-02-29"},
		{statement.LastMonth, "2026-01-01", "2025-12-01", "2025-12-31"},
		{statement.ThisQuarter, "2026-11-21", "2026-10-01", "2026-11-21"},
		{statement.LastQuarter, "2026-11-21", "2026-07-01", "2026-09-30"},
		{statement.LastQuarter, "2026-01-15", "2025-10-01", "2025-12-31"},
		{statement.ThisYear, "2026-11-21", "2026-01-01", "2026-11-21"},
		{statement.LastYear, "2026-11-21", "2025-01-01", "2025-12-31"},
		{statement.LastTwelve, "2026-11-21", "2025-11-22", "2026-11-21"},
		{statement.LastTwelve, "2028-02-29", "2027-03-01", "2028-02-29"},
		{statement.Always, "2026-11-21", "", "2026-11-21"},
	} {
		p, ok := statement.PeriodOf(c.preset, civil.MustParse(c.today))
		if !ok || p.From.String() != c.from || p.To.String() != c.to {
			t.Errorf("%s on %s: %s to %s, want %s to %s", c.preset, c.today, p.From, p.To, c.from, c.to)
		}
	}
	if _, ok := statement.PeriodOf("next_year", day0); ok {
		t.Error("an unknown preset has a period")
	}
}

func TestFrequencies(t *testing.T) {
	for _, c := range []struct {
		f                      statement.Frequency
		from, next, start, end string
	}{
		{statement.Weekly, "2026-11-21", "2026-11-23", "2026-11-16", "2026-11-22"},
		{statement.Weekly, "2026-11-23", "2026-11-23", "2026-11-16", "2026-11-22"},
		{statement.Weekly, "2026-11-22", "2026-11-23", "2026-11-16", "2026-11-22"},
		{statement.Monthly, "2026-01-31", "2026-02-01", "2026-01-01", "2026-01-31"},
		{statement.Monthly, "2026-03-01", "2026-03-01", "2026-02-01", "2026-02-28"},
		{statement.Monthly, "2028-02-02", "2028-03-01", "2028-02-01", "2028-02-29"},
		{statement.Quarterly, "2026-11-21", "2027-01-01", "2026-10-01", "2026-12-31"},
		{statement.Quarterly, "2026-04-01", "2026-04-01", "2026-01-01", "2026-03-31"},
	} {
		next := c.f.Next(civil.MustParse(c.from))
		p := c.f.Covers(next)
		if next.String() != c.next || p.From.String() != c.start || p.To.String() != c.end {
			t.Errorf("%s from %s: on %s for %s to %s, want on %s for %s to %s", c.f, c.from, next, p.From, p.To, c.next, c.start, c.end)
		}
	}
}

// Mailing day follows mailing day without a gap: each period begins where the one before ended.
func TestPeriodsLeaveNoGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom([]statement.Frequency{statement.Weekly, statement.Monthly, statement.Quarterly}).Draw(t, "frequency")
		from := civil.New(2020, time.January, 1).AddDays(rapid.IntRange(0, 4000).Draw(t, "day"))
		on := f.Next(from)
		if on.Before(from) || f.Next(on) != on {
			t.Fatalf("next of %s is %s, of that %s", from, on, f.Next(on))
		}
		for range 30 {
			after := f.After(on)
			if f.Next(on.AddDays(1)) != after {
				t.Fatalf("after %s comes %s or %s", on, after, f.Next(on.AddDays(1)))
			}
			if a, b := f.Covers(on), f.Covers(after); b.From != a.To.AddDays(1) || a.From.After(a.To) || a.To != on.AddDays(-1) {
				t.Fatalf("%v then %v", a, b)
			}
			on = after
		}
	})
}
