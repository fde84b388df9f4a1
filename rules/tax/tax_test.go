package tax_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/tax"
)

func TestRatesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range tax.Rates() {
		if seen[r.Code] || r.Code == "" || r.NameFR == "" || r.NameEN == "" || r.Source == "" || r.From.IsZero() {
			t.Errorf("%+v stands twice or lacks something", r)
		}
		seen[r.Code] = true
		if (r.Category == billing.Standard) != (r.RatePCM > 0) || r.RatePCM > money.PCM {
			t.Errorf("%s: category %s at %d", r.Code, r.Category, r.RatePCM)
		}
		if !r.To.IsZero() && r.To.Before(r.From) {
			t.Errorf("%s ends before it starts", r.Code)
		}
		for _, lang := range locale.Langs() {
			if !locale.Has(lang, "books.tax."+r.Code) || r.Mention != "" && !locale.Has(lang, r.Mention) {
				t.Errorf("%s lacks a text in %s", r.Code, lang)
			}
		}
	}
	if len(tax.Rates()) != len(locale.Keys("fr", "books.tax.")) {
		t.Error("a label without a rate")
	}
}

// Every French reason for no tax says why, in print or in the XML.
func TestUntaxedRowsSayWhy(t *testing.T) {
	for _, r := range tax.Rates() {
		if strings.HasPrefix(r.Code, "FR-") && r.RatePCM == 0 && (r.Mention == "" || r.VATEX == "" && r.Category != billing.ZeroRated) {
			t.Errorf("%s: mention %q, VATEX %q", r.Code, r.Mention, r.VATEX)
		}
	}
}

func TestDefault(t *testing.T) {
	on := civil.MustParse("2026-11-21")
	for _, c := range []struct {
		seller, scheme, buyer string
		nature                billing.Nature
		want                  string
	}{
		{"FR", tax.RealPayments, tax.Domestic, billing.Goods, "FR-20"}, {"FR", tax.RealDebits, tax.Domestic, billing.Services, "FR-20"},
		{"FR", tax.Franchise, tax.Domestic, billing.Services, "FR-FRANCHISE"}, {"FR", tax.Franchise, tax.Union, billing.Goods, "FR-FRANCHISE"},
		{"FR", tax.RealPayments, tax.Union, billing.Goods, "FR-K"}, {"FR", tax.RealPayments, tax.Union, billing.Services, "FR-AE-UE"},
		{"FR", tax.RealPayments, tax.Abroad, billing.Goods, "FR-G"}, {"FR", tax.RealPayments, tax.Abroad, billing.Services, "FR-O"},
		{"FR", tax.RealPayments, tax.QuebecBuyer, billing.Goods, "FR-G"}, {"FR", tax.RealPayments, tax.ReverseCharge, billing.Services, "FR-AE-BTP"},
		{"FR", tax.RealPayments, tax.ExemptBuyer, billing.Goods, "FR-E-275"}, {"FR", tax.None, tax.Domestic, billing.Goods, tax.NoTax},
		{"CA", tax.Quebec, tax.QuebecBuyer, billing.Goods, "QC-TPS QC-TVQ"}, {"CA", tax.Quebec, tax.Domestic, billing.Services, "QC-TPS QC-TVQ"},
		{"CA", tax.Quebec, tax.CanadaBuyer, billing.Goods, "CA-TPS"}, {"CA", tax.Quebec, tax.Abroad, billing.Goods, "QC-DETAXE"},
		{"CA", tax.Quebec, tax.ExemptBuyer, billing.Goods, "QC-EXONERE"}, {"CA", tax.Franchise, tax.QuebecBuyer, billing.Goods, tax.NoTax},
		{"BE", tax.RealDebits, tax.Domestic, billing.Goods, "BE-21"}, {"CH", tax.RealDebits, tax.Domestic, billing.Goods, "CH-8.1"},
		{"LU", tax.RealDebits, tax.Domestic, billing.Goods, "LU-17"}, {"US", tax.RealDebits, tax.Domestic, billing.Goods, tax.NoTax},
	} {
		if got := strings.Join(tax.Default(c.seller, c.scheme, c.buyer, c.nature, on), " "); got != c.want {
			t.Errorf("%s %s to %s, %s: %s, want %s", c.seller, c.scheme, c.buyer, c.nature, got, c.want)
		}
	}
	if got := tax.Default("FR", tax.RealPayments, tax.Domestic, billing.Goods, civil.MustParse("1999-01-01")); !slices.Equal(got, []string{tax.NoTax}) {
		t.Errorf("a rate before its time: %v", got)
	}
}

func TestInForce(t *testing.T) {
	old, _ := tax.Find("CA-NS-TVH-15")
	now, _ := tax.Find("CA-NS-TVH")
	for day, want := range map[string]int64{"2025-03-31": 15000, "2025-04-01": 14000} {
		on := civil.MustParse(day)
		if old.InForce(on) == now.InForce(on) || old.InForce(on) != (want == 15000) {
			t.Errorf("%s: old %v, new %v", day, old.InForce(on), now.InForce(on))
		}
	}
	if _, found := tax.Find("XX"); found {
		t.Error("found a rate that is not there")
	}
}

func TestTaxIsNamedInTheLanguage(t *testing.T) {
	r, _ := tax.Find("QC-TVQ")
	want := billing.Tax{Code: "QC-TVQ", Name: "TVQ", Category: billing.Standard, RatePCM: 9975}
	if diff := cmp.Diff(want, r.Tax("fr")); diff != "" {
		t.Error(diff)
	}
	if r.Tax("en").Name != "QST" {
		t.Error(r.Tax("en").Name)
	}
}

func TestRegimeOf(t *testing.T) {
	for _, c := range []struct {
		seller, buyer, region string
		business, vat         bool
		want                  string
	}{
		{"FR", "FR", "", true, true, tax.Domestic}, {"FR", "MC", "", true, true, tax.Domestic}, {"FR", "", "", true, false, tax.Domestic},
		{"FR", "DE", "", true, true, tax.Union}, {"FR", "DE", "", true, false, tax.Domestic}, {"FR", "DE", "", false, false, tax.Domestic},
		{"FR", "CH", "", true, false, tax.Abroad}, {"FR", "CA", "QC", true, false, tax.Abroad},
		{"CA", "CA", "QC", true, false, tax.QuebecBuyer}, {"CA", "CA", "", true, false, tax.QuebecBuyer}, {"CA", "CA", "ON", true, false, tax.CanadaBuyer}, {"CA", "FR", "", true, true, tax.Abroad},
	} {
		if got := tax.RegimeOf(c.seller, c.buyer, c.region, c.business, c.vat); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
