package customers_test

import (
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/listing"
)

// A suspended customer says so in the list, its filter, the pickers and on its page; the reason
// stands in its history; a change of its fields leaves it suspended; twice is once.
func TestSuspendedIsSeenEverywhere(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Boulangerie Martin"))
	w.save(form("Garage Petit"))
	suspend := func(on bool, reason string) {
		t.Helper()
		if err := w.SetSuspended(ctx, staff, customers.Suspension{PublicID: c.PublicID, Suspended: on, Reason: reason}); err != nil {
			t.Fatal(err)
		}
	}
	seen := func() (list, filter, typed, recent int) {
		t.Helper()
		all, _, err := w.List(ctx, staff, customers.ListQuery{Query: listing.Query{Limit: 50}})
		only, _, err2 := w.List(ctx, staff, customers.ListQuery{Query: listing.Query{Limit: 50}, Suspended: true})
		byName, err3 := w.Pick(ctx, staff, "Martin", 8)
		last, err4 := w.Pick(ctx, staff, "", 8)
		for _, err := range []error{err, err2, err3, err4} {
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, r := range all {
			list += one(r.Suspended)
		}
		for _, k := range byName {
			typed += one(k.Suspended)
		}
		for _, k := range last {
			recent += one(k.Suspended)
		}
		return list, len(only), typed, recent
	}
	suspend(true, "Impayés de l’été")
	suspend(true, "encore")
	if a, b, d, e := seen(); a != 1 || b != 1 || d != 1 || e != 1 {
		t.Errorf("suspended: list %d, filter %d, typed %d, recent %d", a, b, d, e)
	}
	now, err := w.Get(ctx, staff, c.PublicID)
	if err != nil || !now.Suspended {
		t.Fatalf("its page: %v %v", now.Suspended, err)
	}
	now.Phone, now.Suspended = "+33 1 02 03 04 05", false
	if now = w.save(now); !now.Suspended {
		t.Error("a change of its fields lifted it")
	}
	happened, _, err := w.History(ctx, staff, c.PublicID, "")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, h := range happened {
		if h.Action == "customer.suspended" && len(h.Changes) == 1 && h.Changes[0].Field == "suspension" && h.Changes[0].After == "Impayés de l’été" {
			told++
		}
	}
	if told != 1 {
		t.Errorf("told %d times: %+v", told, happened)
	}
	suspend(false, "")
	if a, b, d, e := seen(); a+b+d+e != 0 {
		t.Errorf("lifted: list %d, filter %d, typed %d, recent %d", a, b, d, e)
	}
	if err := w.SetSuspended(ctx, staff, customers.Suspension{PublicID: c.PublicID, Suspended: true, Reason: strings.Repeat("x", 501)}); !fault.HasField(err, "reason") {
		t.Errorf("too long a reason: %v", err)
	}
	if err := w.SetSuspended(ctx, actor.Actor{Kind: actor.Staff, Role: actor.Reader}, customers.Suspension{PublicID: c.PublicID, Suspended: true}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("who only reads: %v", err)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
