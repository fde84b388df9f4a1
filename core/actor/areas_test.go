package actor_test

import (
	"errors"
	"slices"
	"testing"

	"comptoir/core/actor"
)

// What is shut is read from what is open; what cannot be read opens nothing.
func TestAreas(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		stored *string
		open   []string
	}{
		"all of it": {nil, actor.AreaNames}, "two": {text(`["files","invoices"]`), []string{"invoices", "files"}}, "none": {text(`[]`), []string{}},
		"broken": {text(`{`), []string{}}, "unknown": {text(`["invoices","safe"]`), []string{}}, "not a list": {text(`"invoices"`), []string{}},
	} {
		shut := actor.ShutOf(c.stored)
		if got := (actor.AllAreas &^ shut).Names(); !slices.Equal(got, c.open) {
			t.Errorf("%s: open %v, want %v", name, got, c.open)
		}
	}
	who := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustLink, Shut: actor.AreaPayments}
	if err := who.NeedArea(actor.AreaInvoices | actor.AreaPayments); !errors.Is(err, actor.ErrArea) {
		t.Errorf("half of it is shut: %v", err)
	}
	if err := who.NeedArea(actor.AreaInvoices | actor.AreaFiles); err != nil {
		t.Error(err)
	}
	if err := who.NeedArea(0); err != nil || !(actor.Actor{}).Sees(actor.AllAreas) {
		t.Error("nothing is shut by default", err)
	}
	if len(actor.AreaNames) != len(actor.AllAreas.Names()) {
		t.Error("names and areas are out of step")
	}
}
