package customers_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
)

// doorman is the portal's door for tests: a code that is known, links that open nothing.
type doorman struct{}

func (doorman) Forget(*db.Tx) {}
func (doorman) InviteLink(context.Context, *db.Tx, int64) (int64, time.Time, error) {
	return 0, time.Time{}, nil
}
func (doorman) TakeCode(context.Context, *db.Tx, string) (time.Duration, error) { return 0, nil }
func (doorman) UserNameOf(_ context.Context, _ *gen.Queries, k gen.Contact) (string, error) {
	return k.Email, nil
}
func (doorman) EmailCode(string, string) string                   { return "123456" }
func (doorman) MovedContact(context.Context, *db.Tx, int64) error { return nil }
func (doorman) NewAddress(context.Context, *db.Tx, int64, int64, string, string) error {
	return nil
}

// trio is a customer with a primary contact and two more, in a group.
func (w *world) trio() customers.Customer {
	w.t.Helper()
	w.At(doorman{})
	g, err := w.SaveGroup(ctx, staff, w.key(), customers.Group{Name: "Pros"})
	w.must(err)
	c := form("Atelier Martin", person("Ann", true), person("Bob", false), person("Cleo", false))
	c.GroupID = g.PublicID
	return w.save(c)
}

func (w *world) as(c customers.Customer, name string) actor.Actor {
	w.t.Helper()
	for _, k := range c.Contacts {
		if k.Name == name {
			return actor.Actor{Kind: actor.Contact, ID: k.ID, Name: name, CustomerID: c.ID, Trust: actor.TrustPassword, Lang: "fr"}
		}
	}
	w.t.Fatal(name)
	return actor.Actor{}
}

func idOf(c customers.Customer, name string) string {
	for _, k := range c.Contacts {
		if k.Name == name {
			return k.PublicID
		}
	}
	return ""
}

// A swap tells each of the two at its own address; of two swaps at once one wins, and the
// customer has one primary contact.
func TestSwapPrimary(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, to := range []string{"Bob", "Cleo"} {
		key := w.key()
		wg.Go(func() {
			errs[i] = w.SwapPrimary(ctx, staff, key, customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, to)})
		})
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || !fault.Is(errs[0], fault.Conflict) && !fault.Is(errs[1], fault.Conflict) {
		t.Fatal(errs)
	}
	if n := w.count("SELECT count(*) FROM contacts WHERE is_primary = 1"); n != 1 {
		t.Errorf("%d primary contacts", n)
	}
	if n := w.count("SELECT count(*) FROM mails WHERE to_address = 'ann@client.example' AND json_extract(args, '$.about') = 'old_primary'"); n != 1 {
		t.Errorf("%d mails to the old one", n)
	}
	if n := w.count("SELECT count(*) FROM mails m JOIN contacts k ON k.email = m.to_address AND k.is_primary = 1 WHERE json_extract(args, '$.about') = 'new_primary'"); n != 1 {
		t.Errorf("%d mails to the new one", n)
	}
	if n := w.count("SELECT count(*) FROM mails"); n != 2 {
		t.Errorf("%d mails", n)
	}
}

// With proposals nothing changes before the firm says so, field by field; what changed
// meanwhile is not overwritten unseen, a newer proposal takes the place of the older.
func TestProposals(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	p, err := w.GroupPortalOf(ctx, staff, c.GroupID)
	w.must(err)
	p.Proposals = true
	_, err = w.SaveGroupPortal(ctx, staff, w.key(), p)
	w.must(err)
	ann := w.as(c, "Ann")
	for _, name := range []string{"Anna", "Anne"} {
		out, err := w.ChangeOwn(ctx, ann, customers.OwnChange{Name: name})
		w.must(err)
		if !out.Proposed || out.Changed != 1 || out.Words != "" { // nothing has changed that could be thanked for
			t.Fatalf("%+v", out)
		}
	}
	if n := w.count("SELECT count(*) FROM contacts WHERE name = 'Ann'"); n != 1 {
		t.Fatal("it was applied at once")
	}
	list, err := w.Proposals(ctx, staff, c.PublicID)
	w.must(err)
	if len(list) != 1 || list[0].After != "Anne" || list[0].Now != "Ann" {
		t.Fatalf("%+v", list)
	}
	if err := w.Decide(ctx, staff, customers.Decision{ProposalID: list[0].PublicID, Accept: true, Now: "Somebody"}); !fault.Is(err, fault.Conflict) {
		t.Error("accepted over what was not seen", err)
	}
	w.must(w.Decide(ctx, staff, customers.Decision{ProposalID: list[0].PublicID, Accept: true, Now: "Ann"}))
	if err := w.Decide(ctx, staff, customers.Decision{ProposalID: list[0].PublicID}); !fault.Is(err, fault.Conflict) {
		t.Error("decided twice", err)
	}
	if n := w.count("SELECT count(*) FROM contacts WHERE name = 'Anne'"); n != 1 {
		t.Error("not applied")
	}
	if _, err := w.ChangeCompany(ctx, w.as(c, "Bob"), customers.CompanyDetails{Name: "Pirate"}); !fault.Is(err, fault.Forbidden) {
		t.Error("a secondary contact changed the company", err)
	}
}
