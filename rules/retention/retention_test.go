package retention_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/retention"
)

func TestUntil(t *testing.T) {
	for _, c := range []struct {
		kind       retention.Kind
		country    string
		firstMonth int
		day, until string
	}{
		{retention.Books, "FR", 1, "2026-03-12", "2036-12-31"},
		{retention.Books, "FR", 1, "2026-12-31", "2036-12-31"},
		{retention.Books, "FR", 7, "2026-03-12", "2036-06-30"},
		{retention.Books, "FR", 7, "2026-07-01", "2037-06-30"},
		{retention.Books, "FR", 3, "2026-02-28", "2036-02-29"}, // the end of that month, a leap year's too
		{retention.Trace, "FR", 1, "2026-11-22", "2036-12-31"},
		{retention.Contracts, "RE", 1, "2026-11-22", "2036-12-31"},
		{retention.Consents, "FR", 1, "2026-11-22", "2031-11-22"},
		{retention.Books, "CA", 1, "2026-11-22", "2032-12-31"},
		{retention.Contracts, "CA", 1, "2026-11-22", "2032-12-31"},
		{retention.Consents, "CA", 1, "2026-11-22", "2029-11-22"},
		{retention.Books, "BE", 1, "2026-11-22", "2036-12-31"},
	} {
		if got := retention.Of(c.kind, c.country).Until(civil.MustParse(c.day), c.firstMonth).String(); got != c.until {
			t.Errorf("%s in %s of %s, year from month %d: %s, want %s", c.kind, c.country, c.day, c.firstMonth, got, c.until)
		}
	}
}

// The year that holds the day has not ended before it, and ends within twelve months.
func TestUntilHoldsTheYear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := civil.New(2020, 1, 1).AddDays(rapid.IntRange(0, 20_000).Draw(t, "days"))
		month := rapid.IntRange(1, 12).Draw(t, "month")
		r := retention.Of(rapid.SampledFrom(retention.Kinds()).Draw(t, "kind"), rapid.SampledFrom([]string{"FR", "CA", "BE"}).Draw(t, "country"))
		until := r.Until(day, month)
		if least := day.AddMonths(12 * r.Years); until.Before(least) || until.After(least.AddMonths(12).EndOfMonth()) {
			t.Fatalf("%s of %s, year from %d: %s", r.Kind, day, month, until)
		}
	})
}
