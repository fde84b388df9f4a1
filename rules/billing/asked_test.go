package billing_test

import (
	"testing"

	"comptoir/core/civil"
	"comptoir/rules/billing"
)

// 1 200.00 with 5 % held back until 22 November 2027.
func TestRetainedPartIsAskedFromItsDay(t *testing.T) {
	until := civil.MustParse("2027-11-22")
	for name, c := range map[string]struct {
		due, retained int64
		today         string
		want          int64
	}{
		"before its day":       {120_000, 6_000, "2026-12-22", 114_000},
		"on the eve":           {120_000, 6_000, "2027-11-21", 114_000},
		"on its day":           {120_000, 6_000, "2027-11-22", 120_000},
		"part paid":            {50_000, 6_000, "2026-12-22", 44_000},
		"only it is left":      {6_000, 6_000, "2026-12-22", 6_000},
		"only part of it":      {2_000, 6_000, "2026-12-22", 2_000},
		"nothing is held back": {120_000, 0, "2026-12-22", 120_000},
		"nothing is due":       {0, 6_000, "2026-12-22", 0},
	} {
		if got := billing.Asked(c.due, c.retained, until, civil.MustParse(c.today)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
