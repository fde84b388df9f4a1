package locale_test

import (
	"testing"

	"comptoir/core/ident"
	"comptoir/core/locale"
)

// Both languages have every key, with the same placeholders, once; every message parses.
func TestCatalogueIsWhole(t *testing.T) {
	if err := locale.Check(); err != nil {
		t.Error(err)
	}
	if n := len(locale.Keys("fr", "fault.")); n < 50 {
		t.Errorf("only %d fault texts: are the files embedded?", n)
	}
}

func TestEveryCountryHasAName(t *testing.T) {
	if n := len(locale.Keys("fr", "country.")); n != len(ident.Countries()) {
		t.Errorf("%d names for %d countries", n, len(ident.Countries()))
	}
	for _, code := range ident.Countries() {
		if !locale.Has("fr", "country."+code) {
			t.Errorf("country.%s has no name", code)
		}
	}
}
