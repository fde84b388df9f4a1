package registration_test

import (
	"fmt"
	"slices"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/registration"
	"comptoir/office/search"
)

// The home page counts what waits, names the first three, and offers three that are certain, the oldest
// first; several customers of a number are not, nor one whose group has no portal.
func TestWaiting(t *testing.T) {
	r := newRoom(t)
	if _, err := r.Waiting(ctx, actor.Actor{Kind: actor.Contact, ID: 1}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact: %v", err)
	}
	if w, err := r.Waiting(ctx, officetest.Staff); err != nil || w.Count != 0 || len(w.Names) != 0 || len(w.Certain) != 0 {
		t.Errorf("nothing waits: %+v %v", w, err)
	}
	g, shut := r.groupOf("free"), r.groupOf("siren")
	numbers := []string{"552100554", "732829320", "404833048", "443061841", "542065479", "356000000"}
	for i, number := range numbers {
		for range 1 + i%2*(1-i/2) { // two customers have the second number
			r.Customer(fmt.Sprintf("Client %d", i), func(c *customers.Customer) {
				c.SIREN, c.Email = number, fmt.Sprintf("client%d@lenoir.example", i)
				if i == 0 {
					c.GroupID = shut.PublicID
				}
			})
		}
	}
	r.exec("UPDATE customer_groups SET portal_enabled = (public_id <> '" + shut.PublicID + "')")
	ids := []string{}
	for i, number := range numbers {
		ids = append(ids, r.waits(g, fmt.Sprintf("client%d@lenoir.example", i), fmt.Sprintf("Société %d", i), number))
	}
	w, err := r.Waiting(ctx, officetest.Staff)
	r.Must(err)
	certain := []string{}
	for _, c := range w.Certain {
		certain = append(certain, c.RequestID)
	}
	if w.Count != 6 || !slices.Equal(w.Names, []string{"Société 0", "Société 1", "Société 2"}) || !slices.Equal(certain, ids[2:5]) {
		t.Errorf("%d %v, certain %v of %v", w.Count, w.Names, certain, ids)
	}
	c := w.Certain[0]
	if c.Name != "Zoé Lenoir" || c.Customer != "Client 2" || c.Email != "client2@lenoir.example" || c.Version != 1 {
		t.Errorf("%+v", c)
	}
	if _, err := r.approve(c.RequestID, c.Version, c.CustomerID, c.Fields...); err != nil { // what is offered goes through as it stands
		t.Error(err)
	}
}

// A request is found by who asks, for which company and by which number until it is decided; by staff alone.
func TestRequestsAreFound(t *testing.T) {
	r := newRoom(t)
	id := r.waits(r.groupOf("siren"), "zoe@lenoir.example", "Crèmerie Lenoir", "552100554")
	s := search.New(r.DB)
	found := func(typed string) (list []string) {
		t.Helper()
		hits, err := s.Find(ctx, officetest.Staff, typed, 10)
		r.Must(err)
		for _, h := range hits {
			if h.Kind == "access_request" {
				list = append(list, h.PublicID+" "+h.Title+" "+h.Subtitle)
			}
		}
		return list
	}
	for _, typed := range []string{"cremerie", "zoé len", "lenoir zoe", "552100554", "zoe@lenoir.example"} {
		if got := found(typed); !slices.Equal(got, []string{id + " Crèmerie Lenoir Zoé Lenoir · zoe@lenoir.example"}) {
			t.Errorf("%q: %q", typed, got)
		}
	}
	if got := found("boulangerie"); len(got) != 0 {
		t.Errorf("%q", got)
	}
	_, err := r.Refuse(ctx, officetest.Staff, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Non"})
	r.Must(err)
	if got := found("cremerie"); len(got) != 0 {
		t.Errorf("decided: %q", got)
	}
	if _, err := s.Find(ctx, actor.Actor{Kind: actor.Contact, ID: 1}, "cremerie", 10); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact searches: %v", err)
	}
}
