package billing_test

import (
	"testing"

	"comptoir/rules/billing"
)

func TestMaySurcharge(t *testing.T) {
	for country, want := range map[string]bool{"FR": false, "fr": false, "DE": false, "NO": false, "GB": false, "RE": false, "CA": true, "CH": true, "US": true, "": false, "A": true} {
		if got := billing.MaySurcharge(country); got != want {
			t.Errorf("%q: %v", country, got)
		}
	}
}
