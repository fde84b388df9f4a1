package billing_test

import (
	"testing"

	"comptoir/rules/billing"
)

// France and the EEA let nobody be asked, the United Kingdom and Québec no consumer; elsewhere no
// law is known.
func TestMaySurcharge(t *testing.T) {
	for _, c := range []struct {
		country, region    string
		law                billing.SurchargeLaw
		consumer, business bool
	}{
		{"FR", "", billing.SurchargeFR, false, false}, {"fr", "", billing.SurchargeFR, false, false}, {"RE", "", billing.SurchargeFR, false, false},
		{"DE", "", billing.SurchargeEEA, false, false}, {"NO", "", billing.SurchargeEEA, false, false}, {"BE", "Québec", billing.SurchargeEEA, false, false},
		{"GB", "", billing.SurchargeGB, false, true},
		{"CA", "QC", billing.SurchargeQC, false, true}, {"CA", "Québec", billing.SurchargeQC, false, true}, {"CA", " quebec ", billing.SurchargeQC, false, true}, {"CA", "", billing.SurchargeQC, false, true},
		{"CA", "ON", billing.NoSurchargeLaw, true, true}, {"CH", "", billing.NoSurchargeLaw, true, true}, {"US", "", billing.NoSurchargeLaw, true, true}, {"A", "", billing.NoSurchargeLaw, true, true},
		{"", "", billing.NoSurchargeLaw, false, false},
	} {
		if law := billing.SurchargeLawOf(c.country, c.region); law != c.law {
			t.Errorf("%s %s: law %q", c.country, c.region, law)
		}
		if consumer, business := billing.MaySurcharge(c.country, c.region, true), billing.MaySurcharge(c.country, c.region, false); consumer != c.consumer || business != c.business {
			t.Errorf("%s %s: a consumer %v, a firm %v", c.country, c.region, consumer, business)
		}
	}
}

// Only France is known to limit cash.
func TestCashLimit(t *testing.T) {
	for country, want := range map[string]int64{"FR": 100_000, "CA": 0, "TN": 0, "BE": 0, "": 0} {
		if got := billing.CashLimit(country); got != want {
			t.Errorf("%q: %d", country, got)
		}
	}
}
