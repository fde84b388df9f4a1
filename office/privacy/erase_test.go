package privacy_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/privacy"
)

// lawful are the only places where an erased contact's name may stay, each with its reason. A
// place that is not here is a leak, one that is here and empty is a reason too many.
var lawful = map[string]string{
	"audit_log.actor_name":     "the chained log: a line taken out would break the proof of the books (CGI 286 I 3 bis)",
	"documents.buyer":          "an issued invoice never changes: here the customer's own address was the contact's (C. com. L123-22)",
	"quote_decisions.name":     "who signed a contract (C. com. L123-22, C. conso. L213-1)",
	"mandates.signed_by":       "who signed a mandate, likewise",
	"charge_consents.given_by": "who agreed to be charged, while it can be disputed (C. civ. 2224)",

	"contract_turns.name":            "who was asked to sign a contract (C. com. L123-22, C. conso. L213-1)",
	"contract_turns.email":           "likewise: by which address it was proved who signs (C. civ. 1367)",
	"contract_signatures.email":      "likewise",
	"contract_signatures.typed_name": "who signed a contract, likewise",
	"contract_evidence.data":         "the chained evidence of a signature: a line changed would break the proof (C. civ. 1367)",
	"contract_file_versions.name":    "an attachment as it came: what was signed is never changed",
	"contract_files.name":            "likewise, of a contract that has left the desk",
}

func keyOf(err error) string {
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	return ""
}

func TestNothingOfTheContactIsLeft(t *testing.T) {
	r := open(t)
	c, contact := r.everywhere()
	before := r.found()
	for _, least := range []string{"contacts.name", "contacts.email", "customers.notes", "mails.args", "mails.to_address", "jobs.payload", "commands.result", "document_messages.body", "documents.private_note",
		"shared_files.name", "registrations.form", "access_answers.answer", "payment_intents.details", "recurring_invoices.form", "kept_methods.added_by", "search_fts_data.block", "contracts.notes", "contracts.description", "contract_milestones.title", "contract_comments.body", "contract_comments.author_name", "contract_centres.message", "contract_rounds.message", "contract_guests.name", "contract_guests.email", "contract_codes.email", "contract_parties.capacity", "contract_turns.capacity"} {
		if !slices.Contains(before, least) {
			t.Errorf("the contact does not stand in %s: nothing is proved about it", least)
		}
	}
	p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	done, err := r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: contact, Version: p.Version, Typed: " zenobie  marqueterre "})
	r.Must(err)
	if done.CustomerID != c.PublicID || done.Texts == 0 {
		t.Errorf("%+v", done)
	}
	if got, want := r.found(), slices.Sorted(maps.Keys(lawful)); !slices.Equal(got, want) {
		t.Errorf("the contact is left in %v, the law keeps %v", got, want)
	}
	for mark, most := range map[string]int{itsMail: 3, itsPhone: 1, itsUser: 0, "Bonjour " + itsName: 0} { // in the buyer of the invoice; the address in the round and the signature of the contract
		if n := r.bytesOf(mark); n > most {
			t.Errorf("%q is left in %d places of the file's bytes", mark, n)
		}
	}
	r.stays(c, contact)
}

// stays proves that what the law keeps is whole, that the other contact is as it was, and that
// the rows about the erased one say so.
func (r room) stays(c customers.Customer, contact string) {
	r.T.Helper()
	raw := r.raw()
	for q, want := range map[string]int64{
		"SELECT count(*) FROM documents WHERE state = 'issued'":                                                              1,
		"SELECT count(*) FROM document_messages WHERE body LIKE 'Appelez-moi%' AND author_name = 'Contact effacé'":           1,
		"SELECT count(*) FROM mails WHERE to_address = '' AND state = 'cancelled' AND public_id = 'm1'":                      1,
		"SELECT count(*) FROM mails WHERE to_address = 'atelier@bois.example' AND subject = 'Question de Contact effacé'":    1,
		"SELECT count(*) FROM access_requests":                                                                               0,
		"SELECT count(*) FROM sign_in_failures WHERE name_hash LIKE 'signin:%' AND failures > 0":                             1, // the device's own count, under a fingerprint of name and address
		"SELECT count(*) FROM portal_sessions":                                                                               0,
		"SELECT count(*) FROM portal_links WHERE contact_id = (SELECT id FROM contacts WHERE public_id = '" + contact + "')": 0,
		"SELECT count(*) FROM notice_reads":                                                                                  0,
		"SELECT count(*) FROM shown_documents WHERE ended_at IS NULL":                                                        0,
		"SELECT count(*) FROM contacts WHERE erased_at IS NOT NULL AND archived_at IS NOT NULL AND name = 'Contact effacé'":  1,
		"SELECT count(*) FROM contacts WHERE email = 'paul@sobre.example' AND name = 'Paul Discret' AND is_primary = 1":      1,
		"SELECT count(*) FROM customers WHERE email = '' AND phone = '' AND notes = 'Rappeler Contact effacé le lundi'":      1,
		"SELECT count(*) FROM payment_intents WHERE details LIKE '%\"back\":\"/x\"%'":                                        1,
		"SELECT count(*) FROM recurring_invoices WHERE form LIKE '%\"quantityE4\":10000%'":                                   1,
		"SELECT count(*) FROM audit_log WHERE action = 'customer.contact_erased' AND object_kind = 'customer'":               1,
	} {
		if got := dbtest.Int(r.T, raw, q); got != want {
			r.T.Errorf("%s: %d, want %d", q, got, want)
		}
	}
	if _, err := r.Access.SignIn(officetest.Ctx, itsUser, "Correct-horse-9", access.Browser{Address: "192.0.2.7"}); err == nil {
		r.T.Error("the erased contact signs in")
	}
	saved, err := r.Customers.Get(officetest.Ctx, officetest.Staff, c.PublicID)
	r.Must(err)
	if len(saved.Contacts) != 1 {
		r.T.Errorf("%d contacts are left", len(saved.Contacts))
	}
	if _, err := r.Export(officetest.Ctx, officetest.Staff, contact); keyOf(err) != "fault.privacy.erased" {
		r.T.Errorf("an export afterwards: %v", err)
	}
	p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	if p.Blocked != "erased" {
		r.T.Errorf("a plan afterwards: %+v", p)
	}
}

func TestWhatThePlanSays(t *testing.T) {
	r := open(t)
	c, contact := r.everywhere()
	p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
	r.Must(err)
	if p.Name != itsName || p.CustomerName != c.Name || p.Blocked != "" || p.LosesAccess || !p.CustomerMail || p.Person != "" {
		t.Errorf("%+v", p)
	}
	for _, kind := range []string{"card", "access", "sessions", "requests", "proposals", "mails", "messages", "files", "methods", "contracts"} {
		if !slices.ContainsFunc(p.Goes, func(g privacy.Going) bool { return g.Kind == kind && g.Count > 0 }) {
			t.Errorf("nothing is said of %s: %v", kind, p.Goes)
		}
	}
	until := map[string]string{}
	for _, s := range p.Stays {
		until[s.Kind] = s.Until
		if s.Place != "fr" || s.Count == 0 {
			t.Errorf("%+v", s)
		}
	}
	if want := map[string]string{"books": "2036-12-31", "trace": "2036-12-31", "contracts": "2036-12-31", "consents": "2031-11-20"}; !maps.Equal(until, want) {
		t.Errorf("kept until %v, want %v", until, want)
	}
}

func TestWhoMayBeErasedAndHow(t *testing.T) {
	r := open(t)
	c := r.Customer("Duo", func(c *customers.Customer) {
		c.Contacts = append(c.Contacts, customers.Contact{Name: "Paul Discret", Email: "paul@sobre.example", Language: "fr", PortalAccess: true})
	})
	first, second := c.Contacts[0], c.Contacts[1]
	order := func(k customers.Contact, version int64, typed string) error {
		_, err := r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: k.PublicID, Version: version, Typed: typed})
		return err
	}
	if err := order(first, first.Version, first.Name); keyOf(err) != "fault.privacy.primary_first" {
		t.Errorf("the primary one beside another with access: %v", err)
	}
	r.exec("INSERT INTO users (public_id, code, name, email, language, role, contact_id, created_at) VALUES ('u-paul', 'U777', 'Paul Discret', 'paul@sobre.example', 'fr', 'delegate', ?, '')", second.ID)
	if err := order(second, second.Version, second.Name); keyOf(err) != "fault.privacy.user_first" {
		t.Errorf("who signs in to the firm: %v", err)
	}
	r.exec("UPDATE users SET state = 'closed' WHERE public_id = 'u-paul'")
	if err := order(second, second.Version, "Paul Discrete"); !fault.Is(err, fault.Invalid) {
		t.Errorf("another name: %v", err)
	}
	if err := order(second, second.Version+1, second.Name); keyOf(err) != "fault.stale" {
		t.Errorf("another version: %v", err)
	}
	for _, who := range []actor.Actor{officetest.Contact(c), {}} {
		if _, err := r.Erase(officetest.Ctx, who, r.Key(), privacy.Erase{ContactID: second.PublicID, Version: second.Version, Typed: second.Name}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("by %s: %v", who.Kind, err)
		}
		if _, err := r.Plan(officetest.Ctx, who, second.PublicID); !fault.Is(err, fault.Forbidden) {
			t.Errorf("plan for %s: %v", who.Kind, err)
		}
	}
	key := r.Key()
	for range 2 { // the same key twice is one erasure
		_, err := r.Erase(officetest.Ctx, officetest.Staff, key, privacy.Erase{ContactID: second.PublicID, Version: second.Version, Typed: second.Name})
		r.Must(err)
	}
	if err := order(second, second.Version, second.Name); keyOf(err) != "fault.privacy.erased" {
		t.Errorf("twice: %v", err)
	}
	p, err := r.Plan(officetest.Ctx, officetest.Staff, first.PublicID)
	r.Must(err)
	if p.Blocked != "" || !p.LosesAccess {
		t.Errorf("the last one: %+v", p)
	}
	r.Must(order(first, first.Version, first.Name))
	r.Sound()
}

// Another contact with the same address keeps what is its own.
func TestASharedAddressIsNotStruckOut(t *testing.T) {
	r := open(t)
	other := r.Customer("Autre", func(c *customers.Customer) { c.Contacts[0].Email = "accueil@partage.example" })
	c := r.Customer("Duo", func(c *customers.Customer) {
		c.Notes = "Écrire à accueil@partage.example"
		c.Contacts[0].Email, c.Contacts[0].Name = "accueil@partage.example", "Jo"
	})
	r.exec("INSERT INTO mails (public_id, key, kind, language, to_address, args, message_id, state, next_attempt_at, created_at) VALUES ('m','m','signup_code','fr','accueil@partage.example','{}','<m>','sent','x','2026-11-20T10:00:00.000Z')")
	_, err := r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: c.Contacts[0].PublicID, Version: c.Contacts[0].Version, Typed: "Jo"})
	r.Must(err)
	raw := r.raw()
	for _, q := range []string{"SELECT count(*) FROM mails WHERE to_address = 'accueil@partage.example'", "SELECT count(*) FROM customers WHERE notes = 'Écrire à accueil@partage.example'",
		"SELECT count(*) FROM contacts WHERE email = 'accueil@partage.example' AND public_id = '" + other.Contacts[0].PublicID + "'"} {
		if dbtest.Int(t, raw, q) != 1 {
			t.Error(q)
		}
	}
}

// A person who is the customer: its papers keep the name, and without any nothing stays.
func TestAPersonAsCustomer(t *testing.T) {
	for _, papers := range []bool{true, false} {
		r := open(t)
		c := r.Customer(itsName, func(c *customers.Customer) {
			c.Kind, c.Email, c.Phone, c.Contacts, c.Notes, c.ShipLine1, c.Line1 = "person", itsMail, itsPhone, nil, "Aime "+itsName, "4 rue Marqueterre", "3 rue Sobre"
		})
		want := "whole"
		if papers {
			r.Issue(officetest.Form(c, officetest.Line(10_000)))
			want = "part"
		} else {
			r.Draft(officetest.Form(c, officetest.Line(10_000)))
		}
		k := c.Contacts[0]
		p, err := r.Plan(officetest.Ctx, officetest.Staff, k.PublicID)
		r.Must(err)
		if p.Person != want || !p.LosesAccess {
			t.Errorf("papers %v: %+v", papers, p)
		}
		_, err = r.Erase(officetest.Ctx, officetest.Staff, r.Key(), privacy.Erase{ContactID: k.PublicID, Version: k.Version, Typed: k.Name})
		r.Must(err)
		for _, place := range r.found() {
			table, _, _ := strings.Cut(place, ".")
			if !papers || !slices.Contains([]string{"customers", "documents", "entries", "entry_lines", "search_entries", "search_fts_data"}, table) {
				t.Errorf("papers %v: left in %s", papers, place)
			}
		}
		raw := r.raw()
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM customers WHERE email = '' AND phone = '' AND notes = '' AND ship_line1 = ''"); n != 1 {
			t.Errorf("papers %v: the card keeps more than its papers need", papers)
		}
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM customers WHERE archived_at IS NOT NULL AND line1 = ''"); (n == 1) == papers {
			t.Errorf("papers %v: archived %d", papers, n)
		}
		r.Sound()
	}
}

func TestKept(t *testing.T) {
	r := open(t)
	list, err := r.Kept(officetest.Ctx)
	r.Must(err)
	if len(list) != 9 || list[0] != (privacy.Kept{Kind: "books", Place: "fr", Years: 10, FromYear: true}) || list[8] != (privacy.Kept{Kind: "copies"}) {
		t.Errorf("%+v", list)
	}
}
