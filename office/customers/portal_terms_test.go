package customers_test

import (
	"testing"

	"comptoir/core/fault"
	"comptoir/office/customers"
)

// A number that the firm tries is answered as a visitor's would be.
func TestTryTaxNumber(t *testing.T) {
	for _, c := range []struct{ format, mask, value, want string }{
		{"free", "nn-aa", "12 ab", "12-AB"},
		{"siren", "", "732829320", "732 829 320"},
		{"siren", "", "732829321", ""},
		{"free", "---", "1", ""},
		{"nothing", "", "1", ""},
	} {
		got, err := customers.TryTaxNumber(customers.TaxTry{Format: c.format, Mask: c.mask, Value: c.value})
		if got != c.want || (err == nil) != (c.want != "") || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%s %s %q: %q, %v; expected %q", c.format, c.mask, c.value, got, err, c.want)
		}
	}
}
