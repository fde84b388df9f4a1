package access_test

import (
	"testing"

	"comptoir/office/access"
	"comptoir/office/customers"
)

// A suspended customer's contact with the right password is told so; with a wrong one it hears
// what everybody hears.
func TestSuspendedIsTold(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	s := h.password(h.ann)
	h.must(h.cust.SetSuspended(ctx, h.staff, customers.Suspension{PublicID: h.ann.PublicID, Suspended: true, Reason: "Impayés"}))
	if _, err := h.Resume(ctx, s.Token, ""); err != access.ErrNoSession {
		t.Errorf("session: %v", err)
	}
	if _, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != access.ErrSuspended {
		t.Errorf("right password: %v", err)
	}
	if _, err := h.SignIn(ctx, "ann@atelier.example", "Not-Hers-12", access.Browser{}); err != access.ErrSignIn {
		t.Errorf("wrong password: %v", err)
	}
	h.must(h.cust.SetSuspended(ctx, h.staff, customers.Suspension{PublicID: h.ann.PublicID}))
	if _, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != nil {
		t.Errorf("back: %v", err)
	}
}
