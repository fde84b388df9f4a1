package customers_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
)

// who gives a contact as the customer's page has it.
func (w *world) who(c customers.Customer, name string) customers.Person {
	w.t.Helper()
	list, err := w.People(ctx, staff, c.PublicID)
	w.must(err)
	i := slices.IndexFunc(list, func(p customers.Person) bool { return p.Name == name })
	if i < 0 {
		w.t.Fatal(name)
	}
	return list[i]
}

// TestSwapThroughTheForm: the customer's form swaps and tells as the button does; who is put away
// in the same form is told nothing, and what it asked for falls. A primary contact keeps its access
// while somebody else has it, and the form says so beside the box.
func TestSwapThroughTheForm(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	refused := func(what string, change func(*customers.Customer), path, key string) {
		t.Helper()
		f, err := w.Get(ctx, staff, c.PublicID)
		w.must(err)
		change(&f)
		if _, err := w.Save(ctx, staff, w.key(), f); fieldKey(err, path) != key {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("access taken from the primary contact", func(f *customers.Customer) { f.Contacts[0].PortalAccess = false }, "contacts.0.portalAccess", "fault.access.primary_keeps")
	refused("a primary contact without access", func(f *customers.Customer) {
		f.Contacts[0].IsPrimary, f.Contacts[2].IsPrimary, f.Contacts[2].PortalAccess = false, true, false
	}, "contacts.2.portalAccess", "fault.access.primary_needs_access")
	if n := w.count("SELECT count(*) FROM mails"); n != 0 {
		t.Fatalf("%d mails about what was refused", n)
	}

	swap := func(to string, without ...string) []string {
		t.Helper()
		before := w.count("SELECT count(*) FROM mails")
		f, err := w.Get(ctx, staff, c.PublicID)
		w.must(err)
		f.Contacts = slices.DeleteFunc(f.Contacts, func(k customers.Contact) bool { return slices.Contains(without, k.Name) })
		for i := range f.Contacts {
			f.Contacts[i].IsPrimary = f.Contacts[i].Name == to
		}
		w.save(f)
		return dbtest.Strings(t, dbtest.Raw(t, w.path), "SELECT json_extract(args, '$.about') || ' to ' || to_address FROM mails ORDER BY id LIMIT -1 OFFSET ?", before)
	}
	if got, want := swap("Bob"), []string{"new_primary to bob@client.example", "old_primary to ann@client.example"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	p, err := w.GroupPortalOf(ctx, staff, c.GroupID)
	w.must(err)
	p.Proposals = true
	_, err = w.SaveGroupPortal(ctx, staff, w.key(), p)
	w.must(err)
	_, err = w.ChangeCompany(ctx, w.as(c, "Bob"), customers.CompanyDetails{Name: "Atelier Bob", City: "Lyon"})
	w.must(err)
	if got, want := swap("Cleo", "Bob"), []string{"new_primary to cleo@client.example"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if left, err := w.Proposals(ctx, staff, c.PublicID); err != nil || len(left) != 0 {
		t.Errorf("what Bob asked for waits on: %+v %v", left, err)
	}
	if n := w.count("SELECT count(*) FROM audit_log WHERE action = 'customer.primary_swapped'"); n != 2 {
		t.Errorf("%d swaps in the log", n)
	}
	// Access goes with all of them, the last one's too.
	f, err := w.Get(ctx, staff, c.PublicID)
	w.must(err)
	for i := range f.Contacts {
		f.Contacts[i].PortalAccess = false
	}
	w.save(f)
}

// TestSetAccess: taken away it shuts out, given it does not by itself open what was shut; the
// primary contact keeps it while another has it; what is done twice, or on what was not seen, is refused.
func TestSetAccess(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	set := func(name string, version int64, on bool) error {
		return w.SetAccess(ctx, staff, c.PublicID, idOf(c, name), version, on)
	}
	if err := set("Ann", w.who(c, "Ann").Version, false); key(err) != "fault.access.primary_keeps" {
		t.Errorf("the primary contact: %v", err)
	}
	bob := w.who(c, "Bob")
	w.must(set("Bob", bob.Version, false))
	if !slices.Equal(w.closed, []int64{w.as(c, "Bob").ID}) || w.who(c, "Bob").PortalAccess {
		t.Errorf("shut out: %v", w.closed)
	}
	for what, err := range map[string]error{"an old version": set("Bob", bob.Version, true), "taken twice": set("Bob", bob.Version+1, false)} {
		if key(err) != "fault.stale" {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := w.SwapPrimary(ctx, staff, w.key(), customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, "Bob")}); key(err) != "fault.access.primary_needs_access" {
		t.Errorf("a primary contact without access: %v", err)
	}
	w.must(set("Bob", bob.Version+1, true))
	w.must(set("Bob", bob.Version+2, false))
	w.must(set("Cleo", w.who(c, "Cleo").Version, false))
	w.must(set("Ann", w.who(c, "Ann").Version, false)) // the last one
	other := w.save(form("Ailleurs", person("Zed", true)))
	if err := w.SetAccess(ctx, staff, other.PublicID, idOf(c, "Bob"), w.who(c, "Bob").Version, true); !fault.Is(err, fault.NotFound) {
		t.Errorf("a contact of another customer: %v", err)
	}
	if n := w.count("SELECT count(*) FROM audit_log WHERE action IN ('contact.access_given','contact.access_taken')"); n != 5 {
		t.Errorf("%d lines of the log", n)
	}
}

// TestOnePrimaryAlways: whatever the firm and the primary contact do, in whatever order, a customer
// with contacts has one primary contact, and one that had access has it while another has it.
func TestOnePrimaryAlways(t *testing.T) {
	w := newWorld(t)
	model := w.trio()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		f := form(fmt.Sprintf("Client %d", n), person("Ann", true), person("Bob", false), person("Cleo", false))
		f.GroupID = model.GroupID
		c := w.save(f)
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			before, err := w.Get(ctx, staff, c.PublicID)
			w.must(err)
			if len(before.Contacts) == 0 {
				return
			}
			pick := func(what string) customers.Contact {
				return before.Contacts[rapid.IntRange(0, len(before.Contacts)-1).Draw(t, what)]
			}
			lead := before.Contacts[slices.IndexFunc(before.Contacts, func(k customers.Contact) bool { return k.IsPrimary })]
			err = w.anyAct(t, before, lead, pick)
			if _, ok := fault.As(err); err != nil && !ok {
				t.Fatal(err)
			}
			after, err := w.Get(ctx, staff, c.PublicID)
			w.must(err)
			primaries, others := []customers.Contact{}, false
			for _, k := range after.Contacts {
				if k.IsPrimary {
					primaries = append(primaries, k)
				}
				others = others || k.PortalAccess
			}
			if len(after.Contacts) > 0 && len(primaries) != 1 {
				t.Fatalf("%d primary contacts: %+v", len(primaries), after.Contacts)
			}
			if lead.PortalAccess && others && !primaries[0].PortalAccess {
				t.Fatalf("the primary contact has no access, another has: %+v", after.Contacts)
			}
		}
		if n := w.count("SELECT count(*) FROM contacts WHERE archived_at IS NOT NULL AND is_primary = 1"); n != 0 {
			t.Fatal("who was put away leads")
		}
	})
}

// anyAct does one thing that is drawn; it may be refused.
func (w *world) anyAct(t *rapid.T, c customers.Customer, lead customers.Contact, pick func(string) customers.Contact) error {
	who := w.as(c, lead.Name)
	switch rapid.SampledFrom([]string{"invite", "remove", "swap", "access", "areas", "form", "put away"}).Draw(t, "act") {
	case "invite":
		name := rapid.SampledFrom([]string{"Dan", "Eve", "Fay"}).Draw(t, "new")
		_, err := w.InviteSecond(ctx, who, w.key(), customers.Second{Name: name + w.key(), Email: name + "@client.example", Language: "fr", AllAreas: true})
		return err
	case "remove":
		return w.RemoveSecond(ctx, who, pick("whom").PublicID)
	case "swap":
		return w.SwapPrimary(ctx, staff, w.key(), customers.Swap{CustomerID: c.PublicID, FromID: pick("from").PublicID, ToID: pick("to").PublicID})
	case "access":
		k := pick("whose")
		return w.SetAccess(ctx, staff, c.PublicID, k.PublicID, k.Version, !k.PortalAccess)
	case "areas":
		k := pick("whose")
		return w.SetAreas(ctx, staff, c.PublicID, k.PublicID, k.Version, false, []string{"quotes"})
	case "form":
		lead, access := pick("lead").PublicID, pick("access").PublicID
		for i := range c.Contacts {
			k := &c.Contacts[i]
			k.IsPrimary = k.PublicID == lead
			k.PortalAccess = k.PortalAccess != (k.PublicID == access)
		}
	default:
		gone := pick("gone").PublicID
		c.Contacts = slices.DeleteFunc(c.Contacts, func(k customers.Contact) bool { return k.PublicID == gone })
	}
	_, err := w.Save(ctx, staff, w.key(), c)
	return err
}
