package registration_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/registration"
	"comptoir/rules/taxid"
)

// waits puts a request of group into the queue; what it gives is its public id.
func (r room) waits(group customers.Group, email, company, number string, more ...string) string {
	r.T.Helper()
	id := fmt.Sprintf("request%09d", r.count("SELECT count(*) FROM access_requests")+1)
	form := `{"name":"Zoé Lenoir","email":"` + email + `","phone":"+33472000000","language":"fr","userName":"","company":"` + company + `","taxId":"` + number + `","line1":"3 quai Vert","postcode":"69001","city":"Lyon","country":"FR"}`
	_, err := dbtest.Raw(r.T, r.Path).Exec(`INSERT INTO access_requests (public_id, group_id, token_hash, state, language, form, email, email_proved, tax_key, sent_at, created_at, updated_at, expires_at)
		VALUES (?, (SELECT id FROM customer_groups WHERE public_id = ?), ?, 'sent', 'fr', ?, ?, '2026-11-21T09:00:00.000Z', ?, '2026-11-21T09:00:00.000Z', '2026-11-21T09:00:00.000Z', '2026-11-21T09:00:00.000Z', '2027-01-01T00:00:00.000Z')`,
		id, group.PublicID, fmt.Sprintf("%064d", len(more)+int(r.count("SELECT count(*) FROM access_requests"))), form, email, taxid.Key(number))
	r.Must(err)
	return id
}

func (r room) groupOf(format string) customers.Group {
	r.T.Helper()
	g, err := r.Customers.SaveGroup(ctx, officetest.Staff, r.Key(), customers.Group{Name: "Portail " + format})
	r.Must(err)
	_, err = dbtest.Raw(r.T, r.Path).Exec("UPDATE customer_groups SET tax_format = ? WHERE public_id = ?", format, g.PublicID)
	r.Must(err)
	return g
}

func (r room) look(id string) registration.DeskRequest {
	r.T.Helper()
	d, err := r.Request(ctx, officetest.Staff, id)
	r.Must(err)
	return d
}

func (r room) approve(id string, version int64, customer string, fields ...string) (registration.Decision, error) {
	return r.Approve(ctx, officetest.Staff, registration.Approve{Key: r.Key(), RequestID: id, Version: version, CustomerID: customer, Fields: fields})
}

// A customer is known by any of its numbers, however either side writes it.
func TestMatchingByTaxNumber(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("free")
	for name, fn := range map[string]func(*customers.Customer){
		"By SIREN":   func(c *customers.Customer) { c.SIREN = "552100554" },
		"By SIRET":   func(c *customers.Customer) { c.SIRET = "55210055400013" },
		"By VAT":     func(c *customers.Customer) { c.VATNumber = "FR96552100554" },
		"By address": func(c *customers.Customer) { c.ElectronicAddress = "0225:552100554" },
		"Stranger":   func(c *customers.Customer) { c.SIREN = "732829320" },
		"German":     func(c *customers.Customer) { c.Country, c.VATNumber, c.Postcode = "DE", "DE136695976", "10115" },
		"Without":    nil,
	} {
		r.Customer(name, fn)
	}
	four := []string{"By SIREN", "By SIRET", "By VAT", "By address"}
	for number, want := range map[string][]string{
		"552100554": four, "552 100 554": four, "55210055400013": four, "fr 96 552100554": four,
		"732829320": {"Stranger"}, "DE136695976": {"German"}, "999999999": {}, "": {},
	} {
		got := r.look(r.waits(g, "zoe@lenoir.example", "Crèmerie Lenoir", number)).Matches
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", number, got, want)
		}
	}
	queue, err := r.Queue(ctx, officetest.Staff, registration.QueueQuery{State: registration.Sent})
	r.Must(err)
	if len(queue.Rows) != 8 || queue.Counts.Sent != 8 {
		t.Errorf("%d rows, %v", len(queue.Rows), queue.Counts)
	}
}

// Hints come after matches, each with its reason.
func TestHints(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	c := r.Customer("Crèmerie Lenoir et fils", func(c *customers.Customer) { c.Contacts[0].Email, c.City = "ZOE@lenoir.example", "Dijon" })
	d := r.look(r.waits(g, "zoe@lenoir.example", "Crèmerie Lenoir", "732 829 320"))
	if len(d.Candidates) != 1 || d.Candidates[0].CustomerID != c.PublicID || !slices.Equal(d.Candidates[0].Reasons, []string{registration.ByEmail, registration.ByName}) || d.Candidates[0].Matched() {
		t.Fatalf("%+v", d.Candidates)
	}
	said := map[string]bool{}
	for _, x := range d.Candidates[0].Differences {
		said[x.Field] = x.Same
	}
	for field, same := range map[string]bool{"siren": false, "city": false, "postcode": false, "country": true, "contact.language": true, "contact.name": false} {
		if got, there := said[field]; !there || got != same {
			t.Errorf("%s: %v %v", field, got, there)
		}
	}
}

// A new customer stands in the request's group, its contact has access, one mail goes, and the
// number is known from then on.
func TestApprovedAsNewCustomer(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("us_ein")
	id := r.waits(g, "zoe@lenoir.example", "Crèmerie Lenoir", "12-3456789")
	done, err := r.approve(id, 1, "")
	r.Must(err)
	c, err := r.Customers.Get(ctx, officetest.Staff, done.CustomerID)
	r.Must(err)
	if !done.Made || c.GroupID != g.PublicID || c.Name != "Crèmerie Lenoir" || len(c.Contacts) != 1 || !c.Contacts[0].IsPrimary || !c.Contacts[0].PortalAccess || c.Contacts[0].Email != "zoe@lenoir.example" {
		t.Errorf("%+v", c)
	}
	if n := r.count("SELECT count(*) FROM mails WHERE to_address = 'zoe@lenoir.example' AND link_id IS NOT NULL"); n != 1 {
		t.Errorf("%d mails with a link", n)
	}
	if d := r.look(r.waits(g, "otto@lenoir.example", "Lenoir", "123456789")); !slices.Equal(d.Matches, []string{"Crèmerie Lenoir"}) {
		t.Errorf("%v", d.Matches)
	}
}

// Of an existing customer only what was ticked changes; a contact with the address is opened,
// not doubled.
func TestLinkedToACustomer(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	c := r.Customer("Lenoir", func(c *customers.Customer) {
		c.SIREN, c.City, c.Postcode = "552100554", "Dijon", "21000"
		c.Contacts = append(c.Contacts, customers.Contact{Name: "Z. Lenoir", Email: "zoe@lenoir.example", Language: "fr"})
	})
	id := r.waits(g, "zoe@lenoir.example", "Crèmerie Lenoir", "552 100 554")
	done, err := r.approve(id, 1, c.PublicID, "city", "postcode", "contact.name")
	r.Must(err)
	got, err := r.Customers.Get(ctx, officetest.Staff, done.CustomerID)
	r.Must(err)
	if done.Made || got.Name != "Lenoir" || got.City != "Lyon" || got.Postcode != "69001" || got.Line1 != c.Line1 || len(got.Contacts) != 2 {
		t.Errorf("%+v", got)
	}
	k := got.Contacts[customers.ContactOf(got, "zoe@lenoir.example")]
	if !k.PortalAccess || k.IsPrimary || k.Name != "Zoé Lenoir" || k.Phone != "" {
		t.Errorf("%+v", k)
	}
	// Who leads the customer's contacts is told of the newcomer at its next visit.
	lead := got.Contacts[0]
	told, err := r.Customers.Arrivals(ctx, actor.Actor{Kind: actor.Contact, ID: lead.ID, CustomerID: got.ID, Trust: actor.TrustPassword, Lang: "fr"})
	if err != nil || len(told.Names) != 1 || told.Names[0] != "Zoé Lenoir" || told.Words == "" {
		t.Errorf("%+v %v", told, err)
	}
	told, err = r.Customers.Arrivals(ctx, actor.Actor{Kind: actor.Contact, ID: k.ID, CustomerID: got.ID, Trust: actor.TrustPassword, Lang: "fr"})
	if err != nil || len(told.Names) != 0 {
		t.Errorf("%+v %v", told, err)
	}
}

// The second decision, whatever it is, is refused clearly and changes nothing.
func TestDecidedOnce(t *testing.T) {
	for first, key := range map[string]string{"approve": "fault.requests.approved", "refuse": "fault.requests.refused", "withdraw": "fault.requests.withdrawn", "ask": "fault.requests.changed", "change": "fault.requests.changed"} {
		t.Run(first, func(t *testing.T) {
			r := newRoom(t)
			id := r.waits(r.groupOf("siren"), "zoe@lenoir.example", "Crèmerie Lenoir", "552100554")
			say := registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Votre KBIS, svp"}
			var err error
			switch first {
			case "approve":
				_, err = r.approve(id, 1, "")
			case "refuse":
				_, err = r.Refuse(ctx, officetest.Staff, say)
			case "ask":
				_, err = r.AskMore(ctx, officetest.Staff, say)
			case "withdraw":
				_, err = dbtest.Raw(t, r.Path).Exec("UPDATE access_requests SET state = 'withdrawn', version = 2")
			default:
				_, err = dbtest.Raw(t, r.Path).Exec("UPDATE access_requests SET version = 2")
			}
			r.Must(err)
			before := r.rows("SELECT state || version || words FROM access_requests")[0] + fmt.Sprint(r.count("SELECT count(*) FROM mails"), r.count("SELECT count(*) FROM customers"))
			_, err = r.approve(id, 1, "")
			r.WantFault(err, key)
			say.Key = r.Key()
			_, err = r.Refuse(ctx, officetest.Staff, say)
			r.WantFault(err, key)
			if after := r.rows("SELECT state || version || words FROM access_requests")[0] + fmt.Sprint(r.count("SELECT count(*) FROM mails"), r.count("SELECT count(*) FROM customers")); after != before {
				t.Errorf("%s, before %s", after, before)
			}
		})
	}
}

// Two people at once: one decision, one customer, one mail.
func TestTwoDeciders(t *testing.T) {
	r := newRoom(t)
	id := r.waits(r.groupOf("siren"), "zoe@lenoir.example", "Crèmerie Lenoir", "552100554")
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			if i%2 == 0 {
				_, errs[i] = r.approve(id, 1, "")
				return
			}
			_, errs[i] = r.Refuse(ctx, officetest.Staff, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Non"})
		})
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !fault.Is(err, fault.Conflict) {
			t.Errorf("%v", err)
		}
	}
	if mails := r.count("SELECT count(*) FROM mails"); won != 1 || mails != 1 || r.count("SELECT count(*) FROM customers") > 1 {
		t.Errorf("%d decided, %d mails", won, mails)
	}
}

// The same click twice is one decision, and another body under its key is none.
func TestOneClickTwice(t *testing.T) {
	r := newRoom(t)
	in := registration.Approve{Key: r.Key(), RequestID: r.waits(r.groupOf("siren"), "zoe@lenoir.example", "Crèmerie Lenoir", "552100554"), Version: 1}
	one, err := r.Approve(ctx, officetest.Staff, in)
	r.Must(err)
	two, err := r.Approve(ctx, officetest.Staff, in)
	r.Must(err)
	if one != two || r.count("SELECT count(*) FROM customers") != 1 {
		t.Errorf("%+v, then %+v", one, two)
	}
}

// Words are wanted, mailed as they are, and to nobody who has not proved the address.
func TestAskedAndRefused(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	for state, kind := range map[string]string{registration.Asked: "request_asked", registration.Refused: "request_refused"} {
		id := r.waits(g, state+"@lenoir.example", "Crèmerie Lenoir", "552100554")
		act := r.AskMore
		if state == registration.Refused {
			act = r.Refuse
		}
		_, err := act(ctx, officetest.Staff, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "  "})
		r.WantField(err, "words", "fault.required")
		_, err = act(ctx, officetest.Staff, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: strings.Repeat("x", 2001)})
		r.WantField(err, "words", "fault.too_long")
		_, err = act(ctx, officetest.Staff, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Votre *KBIS*"})
		r.Must(err)
		if got := r.rows("SELECT kind || ' ' || (args ->> '$.text') FROM mails WHERE to_address = '" + state + "@lenoir.example'"); len(got) != 1 || got[0] != kind+" Votre *KBIS*" {
			t.Errorf("%s: %v", state, got)
		}
	}
}

// A closed portal lets nobody in, and nothing is half done.
func TestPortalClosed(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	id := r.waits(g, "zoe@lenoir.example", "Crèmerie Lenoir", "552100554")
	_, err := dbtest.Raw(t, r.Path).Exec("UPDATE customer_groups SET portal_enabled = 0 WHERE public_id = ?", g.PublicID)
	r.Must(err)
	_, err = r.approve(id, 1, "")
	r.WantFault(err, "fault.requests.portal_off")
	if n := r.count("SELECT count(*) FROM customers") + r.count("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d rows", n)
	}
}

// Only the firm's people decide.
func TestDeskIsTheFirms(t *testing.T) {
	r := newRoom(t)
	c := officetest.Contact(r.Customer("Lenoir", nil))
	id := r.waits(r.groupOf("siren"), "zoe@lenoir.example", "Crèmerie Lenoir", "552100554")
	for name, act := range map[string]func() error{
		"queue":   func() error { _, err := r.Queue(ctx, c, registration.QueueQuery{}); return err },
		"request": func() error { _, err := r.Request(ctx, c, id); return err },
		"approve": func() error {
			_, err := r.Approve(ctx, c, registration.Approve{Key: r.Key(), RequestID: id, Version: 1})
			return err
		},
		"refuse": func() error {
			_, err := r.Refuse(ctx, c, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Non"})
			return err
		},
		"ask": func() error {
			_, err := r.AskMore(ctx, c, registration.Say{Key: r.Key(), RequestID: id, Version: 1, Words: "Quoi"})
			return err
		},
	} {
		if err := act(); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A tax number stands in public registers: whoever types a customer's is nobody's colleague by it.
// Only a proved address that the firm knows there is chosen beforehand or approved by one click.
func TestATaxNumberAloneIsNotCertain(t *testing.T) {
	r := newRoom(t)
	g := r.groupOf("siren")
	c := r.Customer("Crèmerie Lenoir", func(c *customers.Customer) {
		c.SIREN, c.Email = "552100554", "bonjour@lenoir.example"
		c.Contacts = append(c.Contacts,
			customers.Contact{Name: "Zoé Lenoir", Email: "zoe@lenoir.example", Language: "fr"},
			customers.Contact{Name: "Otto Lenoir", Email: "otto@lenoir.example", Language: "fr", PortalAccess: true},
			customers.Contact{Name: "Rémi Rien", Email: "remi@lenoir.example", Language: "fr", PortalAccess: true},
			customers.Contact{Name: "Ida Partie", Email: "ida@lenoir.example", Language: "fr", PortalAccess: true})
	})
	raw := dbtest.Raw(t, r.Path)
	for i, x := range []string{"UPDATE contacts SET portal_access = 0 WHERE email = 'remi@lenoir.example'", "UPDATE contacts SET portal_access = 0, archived_at = '2026-11-20T09:00:00.000Z' WHERE email = 'ida@lenoir.example'"} {
		_, err := raw.Exec(x)
		r.Must(err)
		_, err = raw.Exec("INSERT INTO portal_links (public_id, token_hash, kind, contact_id, expires_at, revoked_at, created_at) SELECT ?, ?, 'password', id, '2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z', '2026-11-20T08:00:00.000Z' FROM contacts WHERE email = ?",
			fmt.Sprintf("link-of-the-gone-%d", i), fmt.Sprintf("%064d", i), []string{"remi@lenoir.example", "ida@lenoir.example"}[i])
		r.Must(err)
	}
	want := map[string]string{
		"bonjour@lenoir.example": registration.MailboxKnown, "Zoe@lenoir.example": registration.MailboxKnown, "otto@lenoir.example": registration.MailboxKnown,
		"remi@lenoir.example": registration.MailboxShut, "ida@lenoir.example": registration.MailboxShut,
		"compta@lenoir.example": registration.MailboxForeign, "zoe@lenoir.example.evil.example": registration.MailboxForeign, "ſoe@lenoir.example": registration.MailboxForeign,
	}
	for email, mailbox := range want {
		id := r.waits(g, email, "Crèmerie Lenoir", "552100554")
		d := r.look(id)
		if len(d.Candidates) != 1 || d.Candidates[0].CustomerID != c.PublicID || d.Candidates[0].Mailbox != mailbox || !slices.Contains(d.Candidates[0].Addresses, "bonjour@lenoir.example") {
			t.Errorf("%s: %+v", email, d.Candidates)
		}
		w, err := r.Waiting(ctx, officetest.Staff)
		r.Must(err)
		if certain := len(w.Certain) == 1; certain != (mailbox == registration.MailboxKnown) {
			t.Errorf("%s: %+v", email, w.Certain)
		}
		_, err = raw.Exec("DELETE FROM access_requests WHERE public_id = ?", id)
		r.Must(err)
	}
}
