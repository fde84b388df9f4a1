package app_test

import (
	"slices"
	"testing"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/office/search"
)

// The key of names puts the countries in the order of a dictionary, in both languages. The
// dictionary's own tables are too large for the program.
func TestCountriesStandAsInADictionary(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		names := []string{}
		for _, code := range ident.Countries() {
			names = append(names, locale.T(lang, "country."+code, nil))
		}
		if len(names) < 150 {
			t.Fatalf("%d countries", len(names))
		}
		order := collate.New(language.Make(lang))
		slices.SortFunc(names, order.CompareString)
		for i := 1; i < len(names); i++ {
			if search.SortKey(names[i-1]) > search.SortKey(names[i]) {
				t.Errorf("%s: %q stands before %q", lang, names[i-1], names[i])
			}
		}
	}
}
