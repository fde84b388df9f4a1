package ident_test

import (
	"slices"
	"testing"

	"comptoir/core/ident"
)

func TestMissingOfAddress(t *testing.T) {
	for name, c := range map[string]struct {
		country, line1, postcode, city, region string
		want                                   []string
	}{
		"France, whole":                       {"FR", "14 rue des Tilleuls", "69007", "Lyon", "", nil},
		"France, nothing":                     {"FR", "", " ", "", "", []string{"line1", "postcode", "city"}},
		"Canada without its province":         {"CA", "1200, rue Sherbrooke", "H3A 1H6", "Montréal", "", []string{"region"}},
		"Canada, whole":                       {"CA", "1200, rue Sherbrooke", "H3A 1H6", "Montréal", "Québec", nil},
		"United States without state or code": {"US", "1 Main St", "", "Boston", "", []string{"postcode", "region"}},
		"Hong Kong has no post codes":         {"HK", "1 Queen's Road", "", "Central", "", nil},
		"Belgium without its code":            {"BE", "Rue Haute 1", "", "Bruxelles", "", []string{"postcode"}},
		"no country":                          {"", "x", "1", "y", "", []string{"country"}},
	} {
		if got := ident.MissingOfAddress(c.country, c.line1, c.postcode, c.city, c.region); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	for _, code := range ident.Countries() { // a code that CheckPostalCode knows is one that is asked for
		if _, err := ident.CheckPostalCode(code, "?!"); err != nil && !slices.Contains(ident.MissingOfAddress(code, "x", "", "y", "z"), "postcode") && !slices.Contains([]string{"HK", "AE"}, code) {
			t.Errorf("%s has a form of post codes, yet none is asked for", code)
		}
	}
}
