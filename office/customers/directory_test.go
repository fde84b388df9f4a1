package customers_test

import (
	"fmt"
	"strings"
	"testing"

	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/listing"
)

// names asks for all pages of the list and gives who is on them.
func (w *world) names(q customers.DirectoryQuery) string {
	w.t.Helper()
	list := []string{}
	for {
		rows, next, err := w.Directory(ctx, staff, q)
		w.must(err)
		for _, r := range rows {
			list = append(list, r.Name)
		}
		if q.After = next; next == "" {
			return strings.Join(list, " ")
		}
	}
}

// TestDirectory: every living contact of every customer once, in the order asked for, page by page;
// a search finds the people who were meant and not all who work with them.
func TestDirectory(t *testing.T) {
	w := newWorld(t)
	w.At(doorman{})
	one := w.save(form("Zèbre et fils", person("Élodie", true), person("Bob", false)))
	w.save(form("Atelier Martin", person("Cleo", true), person("Dan", false), person("Éric", false)))
	for i := range 7 {
		w.save(form(fmt.Sprintf("Milieu %d", i), person(fmt.Sprintf("M%d", i), true)))
	}
	bob := w.who(one, "Bob")
	w.must(w.SetAccess(ctx, staff, one.PublicID, bob.PublicID, bob.Version, false))
	for _, x := range []struct {
		what  string
		query customers.DirectoryQuery
		want  string
	}{
		{"by company, pages of 2", customers.DirectoryQuery{Query: listing.Query{Limit: 2}}, "Dan Éric Cleo M0 M1 M2 M3 M4 M5 M6 Bob Élodie"},
		{"by company, backwards", customers.DirectoryQuery{Query: listing.Query{Limit: 3, Desc: true}}, "Élodie Bob M6 M5 M4 M3 M2 M1 M0 Cleo Éric Dan"},
		{"by name, pages of 5", customers.DirectoryQuery{Query: listing.Query{Sort: "name", Limit: 5}}, "Bob Cleo Dan M0 M1 M2 M3 M4 M5 M6 Élodie Éric"},
		{"one company", customers.DirectoryQuery{CustomerID: one.PublicID}, "Bob Élodie"},
		{"without access", customers.DirectoryQuery{Access: "out"}, "Bob"},
		{"a name without its accent", customers.DirectoryQuery{Query: listing.Query{Search: "elod"}}, "Élodie"},
		{"a name and its company", customers.DirectoryQuery{Query: listing.Query{Search: "bob zebre"}}, "Bob"},
		{"a company", customers.DirectoryQuery{Query: listing.Query{Search: "martin", Limit: 1}}, "Dan Éric Cleo"},
		{"an address", customers.DirectoryQuery{Query: listing.Query{Search: "dan@client"}}, "Dan"},
		{"nobody", customers.DirectoryQuery{Query: listing.Query{Search: "nobody"}}, ""},
	} {
		if got := w.names(x.query); got != x.want {
			t.Errorf("%s: %q, want %q", x.what, got, x.want)
		}
	}
	if _, _, err := w.Directory(ctx, w.as(one, "Bob"), customers.DirectoryQuery{}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact reads it: %v", err)
	}
}

// TestSaveCard: one contact's details change alone; another address shuts what the old one opened;
// what was not seen is refused, and the search and the history know of it.
func TestSaveCard(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	bob := w.who(c, "Bob")
	card := customers.ContactCard{ID: bob.PublicID, Version: bob.Version, Name: "Robert", Email: bob.Email, Phone: bob.Phone, Language: "en"}
	w.must(w.SaveCard(ctx, staff, card))
	if got := w.names(customers.DirectoryQuery{Query: listing.Query{Search: "robert"}}); got != "Robert" || len(w.closed) != 0 {
		t.Errorf("%q, shut %v", got, w.closed)
	}
	if err := w.SaveCard(ctx, staff, card); key(err) != "fault.stale" {
		t.Errorf("an old version: %v", err)
	}
	card.Version, card.Email = w.who(c, "Robert").Version, "robert@ailleurs.example"
	w.must(w.SaveCard(ctx, staff, card))
	if len(w.closed) != 1 || w.who(c, "Ann").Name != "Ann" {
		t.Errorf("shut: %v", w.closed)
	}
	for path, wrong := range map[string]customers.ContactCard{"name": {ID: card.ID, Language: "fr"}, "email": {ID: card.ID, Name: "X", Email: "no", Language: "fr"}, "language": {ID: card.ID, Name: "X", Language: "de"}} {
		if err := w.SaveCard(ctx, staff, wrong); fieldKey(err, path) == "" {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n := w.count("SELECT count(*) FROM customer_changes WHERE field IN ('name','email','language') AND contact_id IS NOT NULL"); n != 3 {
		t.Errorf("%d changes are kept", n)
	}
}

// TestMoveToNobody: the first contact of a customer leads it; what moves keeps its access and what
// the history of both sides says.
func TestMoveToNobody(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	empty := form("Vide")
	empty.Email = ""
	to := w.save(empty)
	bob := w.who(c, "Bob")
	w.must(w.MoveContact(ctx, staff, w.key(), customers.Move{ContactID: bob.PublicID, Version: bob.Version, CustomerID: to.PublicID}))
	if k := w.who(to, "Bob"); !k.IsPrimary || !k.PortalAccess || k.InvitedBy != "" {
		t.Errorf("%+v", k)
	}
	for of, action := range map[string]string{c.PublicID: "contact.moved_away", to.PublicID: "contact.moved_in"} {
		list, _, err := w.History(ctx, staff, of, "")
		w.must(err)
		if list[0].Action != action || list[0].Contact != "Bob" {
			t.Errorf("%+v", list[0])
		}
	}
	if err := w.MoveContact(ctx, staff, w.key(), customers.Move{ContactID: bob.PublicID, Version: bob.Version, CustomerID: c.PublicID}); key(err) != "fault.stale" {
		t.Errorf("an old version: %v", err)
	}
}
