package customers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/listing"
)

var (
	ctx   = context.Background()
	staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}
)

type world struct {
	*customers.Service
	t      *testing.T
	path   string
	db     *db.DB
	now    time.Time
	closed []int64 // contacts that were shut out of the portal
	fail   error
	keys   int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, path: dbtest.File(t), now: dbtest.Instant}
	d := dbtest.Open(t, w.path, db.Options{Clock: func() time.Time { return w.now }})
	w.db = d
	ids := id.Seeded(1)
	w.must(company.New(d, ids, books.Install, files.New(t.TempDir(), true)).Create(ctx, staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "a@example.org"}))
	w.Service = customers.New(d, ids, func(_ context.Context, _ *db.Tx, contactID int64) error {
		w.closed = append(w.closed, contactID)
		return w.fail
	})
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) key() string { w.keys++; return fmt.Sprintf("key-%06d", w.keys) }

func (w *world) count(query string) int64 {
	w.t.Helper()
	return dbtest.Int(w.t, dbtest.Raw(w.t, w.path), query)
}

func form(name string, contacts ...customers.Contact) customers.Customer {
	return customers.Customer{Kind: "company", Name: name, Language: "fr", Currency: "EUR", TaxRegime: "domestic", TermsDays: 30, Country: "FR", City: "Lyon", Contacts: contacts}
}

func person(name string, primary bool) customers.Contact {
	return customers.Contact{Name: name, Email: strings.ToLower(name) + "@client.example", Language: "fr", IsPrimary: primary, PortalAccess: true}
}

func (w *world) save(c customers.Customer) customers.Customer {
	w.t.Helper()
	saved, err := w.Save(ctx, staff, w.key(), c)
	w.must(err)
	return saved
}

func key(err error) string {
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	return ""
}

func fieldKey(err error, path string) string {
	if e, ok := fault.As(err); ok {
		for _, f := range e.Fields {
			if f.Path == path {
				return f.Key
			}
		}
	}
	return ""
}

func TestCreateAndChange(t *testing.T) {
	w := newWorld(t)
	blank, err := w.Blank(ctx, staff)
	w.must(err)
	if blank.Kind != "company" || blank.Country != "FR" || blank.TaxRegime != "domestic" || blank.Currency != "EUR" || blank.TermsDays != 30 {
		t.Errorf("%+v", blank)
	}
	blank.Name, blank.SIRET, blank.Email = "  Dupont & fils ", "732 829 320 00074", "Compta@Dupont.example"
	blank.Contacts = []customers.Contact{person("Ève", false), person("Adam", false)}
	typed := slices.Clone(blank.Contacts)
	c := w.save(blank)
	if c.Number != "C0001" || c.Name != "Dupont & fils" || c.SIREN != "732829320" || c.SIRET != "73282932000074" || c.Version != 1 || len(c.PublicID) != 26 {
		t.Errorf("%+v", c)
	}
	if len(c.Contacts) != 2 || !c.Contacts[0].IsPrimary || c.Contacts[1].IsPrimary || c.Contacts[0].Name != "Ève" || !slices.Equal(typed, blank.Contacts) {
		t.Errorf("%+v", c.Contacts)
	}
	c.City, c.TermsDays = "Nantes", 45
	changed := w.save(c)
	if changed.City != "Nantes" || changed.TermsDays != 45 || changed.Version != 2 || changed.Number != "C0001" {
		t.Errorf("%+v", changed)
	}
	if _, err := w.Save(ctx, staff, w.key(), c); key(err) != "fault.stale" {
		t.Errorf("the older form was taken: %v", err)
	}
	back, err := w.Get(ctx, staff, c.PublicID)
	if err != nil || back.City != "Nantes" {
		t.Errorf("%+v %v", back, err)
	}
	if _, err := w.Get(ctx, staff, "nobody"); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

// A double click makes one customer; the same key for another one is refused.
func TestACreationIsMadeOnce(t *testing.T) {
	w := newWorld(t)
	first, err := w.Save(ctx, staff, "key-double", form("Dupont"))
	w.must(err)
	again, err := w.Save(ctx, staff, "key-double", form("Dupont"))
	if err != nil || again.PublicID != first.PublicID || w.count("SELECT count(*) FROM customers") != 1 {
		t.Errorf("%+v %v", again, err)
	}
	if _, err := w.Save(ctx, staff, "key-double", form("Durand")); key(err) != "fault.command_reused" {
		t.Errorf("%v", err)
	}
	if next := w.save(form("Durand")); next.Number != "C0002" {
		t.Errorf("a number was lost: %s", next.Number)
	}
}

func TestThePrimaryContactChangesPlaces(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Dupont", person("Adam", true), person("Ève", false)))
	c.Contacts[0].IsPrimary, c.Contacts[1].IsPrimary = false, true
	swapped := w.save(c)
	if swapped.Contacts[0].Name != "Ève" || !swapped.Contacts[0].IsPrimary || swapped.Contacts[1].IsPrimary || len(w.closed) != 0 {
		t.Errorf("%+v, closed %v", swapped.Contacts, w.closed)
	}
	// The primary one leaves, a new one takes its place in the same form.
	swapped.Contacts = []customers.Contact{swapped.Contacts[1], person("Noé", true)}
	left := w.save(swapped)
	if len(left.Contacts) != 2 || left.Contacts[0].Name != "Noé" || !left.Contacts[0].IsPrimary {
		t.Errorf("%+v", left.Contacts)
	}
	c = left
	c.Contacts[0].IsPrimary, c.Contacts[1].IsPrimary = true, true
	if _, err := w.Save(ctx, staff, w.key(), c); fieldKey(err, "contacts") != "fault.one_primary" {
		t.Errorf("%v", err)
	}
}

func TestAccessIsClosedWithTheContact(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Dupont", person("Adam", true), person("Ève", false)))
	eve, adam := c.Contacts[1], c.Contacts[0]
	c.Contacts = c.Contacts[:1]
	c = w.save(c)
	if len(c.Contacts) != 1 || !slices.Equal(w.closed, []int64{eve.ID}) {
		t.Errorf("%+v, closed %v", c.Contacts, w.closed)
	}
	if n := w.count("SELECT count(*) FROM contacts WHERE archived_at IS NOT NULL AND portal_access = 0"); n != 1 {
		t.Errorf("%d archived", n)
	}
	c.Contacts[0].PortalAccess = false
	c = w.save(c)
	if !slices.Equal(w.closed, []int64{eve.ID, adam.ID}) {
		t.Errorf("closed %v", w.closed)
	}
	c = w.save(c) // it has none already
	if len(w.closed) != 2 {
		t.Errorf("closed %v", w.closed)
	}
	w.fail = errors.New("access is broken")
	c.Contacts = nil
	if _, err := w.Save(ctx, staff, w.key(), c); !errors.Is(err, w.fail) {
		t.Errorf("%v", err)
	}
	if back, err := w.Get(ctx, staff, c.PublicID); err != nil || len(back.Contacts) != 1 {
		t.Errorf("a contact went without its access: %+v %v", back.Contacts, err)
	}
}

func TestContactsOfOthersAndOlderOnes(t *testing.T) {
	w := newWorld(t)
	a, b := w.save(form("A", person("Adam", true))), w.save(form("B", person("Ève", true)))
	stolen := a
	stolen.Contacts = append(slices.Clone(a.Contacts), b.Contacts[0])
	stolen.Contacts[1].IsPrimary, stolen.Contacts[1].Name = false, "Stolen"
	if _, err := w.Save(ctx, staff, w.key(), stolen); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
	if back, err := w.Get(ctx, staff, b.PublicID); err != nil || back.Contacts[0].Name != "Ève" || back.Version != 1 {
		t.Errorf("%+v %v", back, err)
	}
	older := a
	older.Contacts = slices.Clone(a.Contacts)
	older.Contacts[0].Version = 7
	if _, err := w.Save(ctx, staff, w.key(), older); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
	if back, err := w.Get(ctx, staff, a.PublicID); err != nil || back.Version != 1 {
		t.Errorf("half a change was kept: %+v %v", back, err)
	}
}

func TestTheFormIsChecked(t *testing.T) {
	for name, c := range map[string]struct {
		change    func(*customers.Customer)
		path, key string
	}{
		"name": {func(c *customers.Customer) { c.Name = "\u00a0 " }, "name", "fault.required"}, "long": {func(c *customers.Customer) { c.Notes = strings.Repeat("x", 5<<20) }, "notes", "fault.too_long"},
		"kind": {func(c *customers.Customer) { c.Kind = "" }, "kind", "fault.choice"}, "language": {func(c *customers.Customer) { c.Language = "de" }, "language", "fault.choice"},
		"currency": {func(c *customers.Customer) { c.Currency = "€" }, "currency", "fault.choice"}, "regime": {func(c *customers.Customer) { c.TaxRegime = "x" }, "taxRegime", "fault.choice"},
		"terms": {func(c *customers.Customer) { c.TermsDays = -1 }, "termsDays", "fault.range"}, "country": {func(c *customers.Customer) { c.Country = "ZZ" }, "country", "fault.ident.country"},
		"siret": {func(c *customers.Customer) { c.SIREN, c.SIRET = "732829320", "10000000900017" }, "siret", "fault.siret_of_other"},
		"vat":   {func(c *customers.Customer) { c.VATNumber = "FR00732829320" }, "vatNumber", "fault.ident.vat_check"}, "email": {func(c *customers.Customer) { c.Email = "a@b\r\nBcc: x@y.z" }, "email", "fault.ident.email"},
		"contact's name": {func(c *customers.Customer) { c.Contacts = []customers.Contact{{Language: "fr"}} }, "contacts.0.name", "fault.required"},
		"contact's email": {func(c *customers.Customer) {
			c.Contacts = []customers.Contact{person("A", true), {Name: "B", Email: "b@", Language: "fr"}}
		}, "contacts.1.email", "fault.ident.email"},
		"a crowd": {func(c *customers.Customer) { c.Contacts = make([]customers.Contact, 101) }, "contacts", "fault.range"},
	} {
		f := form("Dupont")
		c.change(&f)
		if _, err := customers.Check(f); fieldKey(err, c.path) != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := customers.Check(form("🙂 שלום " + strings.Repeat("é", 90))); err != nil {
		t.Error(err)
	}
}

func TestArchive(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Dupont"))
	w.must(w.SetArchived(ctx, staff, c.PublicID, c.Version, true))
	if err := w.SetArchived(ctx, staff, c.PublicID, c.Version, true); key(err) != "fault.stale" {
		t.Errorf("%v", err)
	}
	for archived, want := range map[bool]int{true: 1, false: 0} {
		rows, _, err := w.List(ctx, staff, customers.ListQuery{Archived: archived})
		if err != nil || len(rows) != want {
			t.Errorf("archived %v: %d rows, %v", archived, len(rows), err)
		}
	}
	if found, err := w.Pick(ctx, staff, "dupont", 8); err != nil || len(found) != 0 {
		t.Errorf("%+v %v", found, err)
	}
	w.must(w.SetArchived(ctx, staff, c.PublicID, 2, false))
	if found, err := w.Pick(ctx, staff, "dupont", 8); err != nil || len(found) != 1 {
		t.Errorf("%+v %v", found, err)
	}
}

func TestPickAndPages(t *testing.T) {
	w := newWorld(t)
	for i, name := range []string{"Élan", "eau vive", "Zoé", "Emile", "Été", "éclair"} {
		w.now = dbtest.Instant.Add(time.Duration(i) * time.Minute)
		w.save(form(name, person("Contact"+fmt.Sprint(i), true)))
	}
	for typed, want := range map[string]int{"e": 6, "em": 1, "ELA": 1, "contact3": 1, "C0002": 1, "lyon zo": 1, "nobody": 0, "\"*": 6, "": 6} {
		if found, err := w.Pick(ctx, staff, typed, 8); err != nil || len(found) != want {
			t.Errorf("%q: %d, %v", typed, len(found), err)
		}
	}
	if found, err := w.Pick(ctx, staff, "", 2); err != nil || len(found) != 2 || found[0].Name != "éclair" {
		t.Errorf("the last one worked with comes first: %+v %v", found, err)
	}
	names, after := []string{}, ""
	for range 10 {
		rows, next, err := w.List(ctx, staff, customers.ListQuery{Query: listing.Query{Limit: 4, After: after}})
		w.must(err)
		for _, r := range rows {
			names = append(names, r.Name)
		}
		if after = next; after == "" {
			break
		}
	}
	if want := []string{"eau vive", "éclair", "Élan", "Emile", "Été", "Zoé"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestOnlyTheFirmsPeople(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Dupont"))
	contact := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: c.ID, Trust: actor.TrustSecondFactor}
	_, get := w.Get(ctx, contact, c.PublicID)
	_, save := w.Save(ctx, contact, w.key(), c)
	_, blank := w.Blank(ctx, contact)
	_, pick := w.Pick(ctx, contact, "", 1)
	_, _, list := w.List(ctx, contact, customers.ListQuery{})
	for i, err := range []error{get, save, blank, pick, list, w.SetArchived(ctx, contact, c.PublicID, 1, true)} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// Another address may be another person: what the old one opened is shut.
func TestAnotherAddressIsAnotherPerson(t *testing.T) {
	w := newWorld(t)
	p := person("Adam", true)
	p.Email = "adam@example.org"
	c := w.save(form("Dupont", p))
	c.Contacts[0].Name = "Adam Dupont"
	c = w.save(c)
	if len(w.closed) != 0 {
		t.Fatalf("another name closed %v", w.closed)
	}
	c.Contacts[0].Email = "eve@example.org"
	w.save(c)
	if !slices.Equal(w.closed, []int64{c.Contacts[0].ID}) {
		t.Errorf("closed %v", w.closed)
	}
}

// Somebody whose access was taken away does not come back with the customer's own address.
func TestAccessDoesNotComeBackByItself(t *testing.T) {
	w := newWorld(t)
	c := w.save(form("Dupont", person("Adam", true)))
	c.Contacts = nil
	c = w.save(c)
	c.Email = "adam@example.org"
	if c = w.save(c); len(c.Contacts) != 0 {
		t.Errorf("came back: %+v", c.Contacts)
	}
}

func TestNamesStandOnOneLine(t *testing.T) {
	w := newWorld(t)
	k := person("Adam", true)
	k.Name = "Ad\tam\n"
	c := w.save(form("Dupont\r\nBcc: all@example.org", k))
	if c.Name != "Dupont Bcc: all@example.org" || c.Contacts[0].Name != "Ad am" {
		t.Errorf("%q, %q", c.Name, c.Contacts[0].Name)
	}
}
