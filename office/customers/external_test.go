package customers_test

import (
	"testing"

	"comptoir/core/fault"
	"comptoir/office/customers"
)

// A customer's external code is unique when it is set, whatever its capitals, and is found again.
func TestExternalCode(t *testing.T) {
	w := newWorld(t)
	a := form("Boulangerie Martin")
	a.ExternalCode = " EXT-001 "
	a = w.save(a)
	b := w.save(form("Garage Petit"))
	if a.ExternalCode != "EXT-001" || b.ExternalCode != "" {
		t.Fatalf("%q %q", a.ExternalCode, b.ExternalCode)
	}
	w.save(form("Sans code non plus"))
	b.ExternalCode = "ext-001"
	_, err := w.Save(ctx, staff, "", b)
	e, ok := fault.As(err)
	if !ok || len(e.Fields) != 1 || e.Fields[0].Path != "externalCode" || e.Fields[0].Key != "fault.external_code_taken" {
		t.Errorf("another customer's: %v", err)
	}
	a.ExternalCode = "ext-001" // its own, written otherwise
	if a = w.save(a); a.ExternalCode != "ext-001" {
		t.Errorf("%q", a.ExternalCode)
	}
	a.ExternalCode = ""
	a = w.save(a)
	if b = w.save(b); b.ExternalCode != "ext-001" || a.ExternalCode != "" {
		t.Errorf("a code that was given up: %q %q", a.ExternalCode, b.ExternalCode)
	}
	for _, typed := range []string{"a b", "é", "-x", "x\ty", "1234567890123456789012345678901234567890123456789012345678901234 5"} {
		if _, err := customers.CheckExternalCode(typed); err == nil {
			t.Errorf("%q is taken", typed)
		}
	}
}
