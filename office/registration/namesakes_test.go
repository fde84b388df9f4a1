package registration_test

import (
	"strings"
	"testing"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/registration"
)

// Where several contacts of a customer share the visitor's address the firm says which of them is let
// in; who is in already is not doubled, and nobody of another address is taken.
func TestNamesakes(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	c := r.Customer("Crèmerie Lenoir", func(c *customers.Customer) {
		c.SIREN = "552100554"
		c.Contacts = append(c.Contacts,
			customers.Contact{Name: "Accueil", Email: "bonjour@lenoir.example", Language: "fr"},
			customers.Contact{Name: "Zoé Lenoir", Email: "Bonjour@lenoir.example", Language: "fr"},
			customers.Contact{Name: "Otto Lenoir", Email: "otto@lenoir.example", Language: "fr"})
	})
	id := r.waits(g, "bonjour@lenoir.example", "Crèmerie Lenoir", "552100554")
	d := r.look(id).Candidates[0]
	if len(d.Namesakes) != 2 || d.Namesakes[0].Name != "Accueil" || d.Namesakes[1].Name != "Zoé Lenoir" || d.ContactID != d.Namesakes[0].ContactID {
		t.Fatalf("%+v", d)
	}
	if w, err := r.Waiting(ctx, officetest.Staff); err != nil || w.Count != 1 || len(w.Certain) != 0 {
		t.Errorf("approved from the home page though two have the address: %+v %v", w, err)
	}
	otto := r.rows("SELECT public_id FROM contacts WHERE name = 'Otto Lenoir'")[0]
	zoe := d.Namesakes[1].ContactID
	in := func(request, contact string) error {
		_, err := r.Approve(ctx, officetest.Staff, registration.Approve{Key: r.Key(), RequestID: request, Version: 1, CustomerID: c.PublicID, ContactID: contact})
		return err
	}
	r.WantFault(in(id, otto), "fault.requests.changed")
	r.Must(in(id, zoe))
	inside := func() string {
		return strings.Join(r.rows("SELECT name FROM contacts WHERE portal_access = 1 AND email LIKE '%@lenoir.example' ORDER BY id"), ", ")
	}
	if got := inside(); got != "Zoé Lenoir" {
		t.Errorf("let in: %q", got)
	}
	if got := r.rows("SELECT k.name FROM access_requests r JOIN contacts k ON k.id = r.contact_id"); len(got) != 1 || got[0] != "Zoé Lenoir" {
		t.Errorf("came of it: %q", got)
	}
	id = r.waits(g, "bonjour@lenoir.example", "Crèmerie Lenoir", "552100554")
	if n := r.look(id).Candidates[0].Namesakes; len(n) != 0 {
		t.Errorf("one of them is in: %+v", n)
	}
	r.WantFault(in(id, d.Namesakes[0].ContactID), "fault.requests.changed")
	r.Must(in(id, ""))
	if got := inside(); got != "Zoé Lenoir" {
		t.Errorf("let in twice: %q", got)
	}
}
