package customers_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

func (w *world) proposing(c customers.Customer, on bool) {
	w.t.Helper()
	p, err := w.GroupPortalOf(ctx, staff, c.GroupID)
	w.must(err)
	p.Proposals = on
	_, err = w.SaveGroupPortal(ctx, staff, w.key(), p)
	w.must(err)
}

// TestDecideWhileChanged: the firm accepts a name while its owner asks for another one, or, where
// the group asks for no agreement any more, writes it. Nothing is lost and nothing is decided twice.
func TestDecideWhileChanged(t *testing.T) {
	for _, waits := range []bool{true, false} {
		for range 5 {
			w := newWorld(t)
			c := w.trio()
			ann := w.as(c, "Ann")
			w.proposing(c, true)
			_, err := w.ChangeOwn(ctx, ann, customers.OwnChange{Name: "Anna"})
			w.must(err)
			w.proposing(c, waits)
			list, err := w.Proposals(ctx, staff, c.PublicID)
			w.must(err)
			decide := func(accept bool) func() error {
				return func() error {
					return w.Decide(ctx, staff, customers.Decision{ProposalID: list[0].PublicID, Accept: accept, Now: "Ann"})
				}
			}
			errs := officetest.AtOnce(decide(true), decide(false), func() error { _, err := w.ChangeOwn(ctx, ann, customers.OwnChange{Name: "Anne"}); return err })
			officetest.RefusedOnly(t, errs)
			if errs[2] != nil || officetest.Won(errs[:2]) > 1 {
				t.Fatalf("waits %v: %v", waits, errs)
			}
			name := w.people(c)[0].Name
			left, err := w.Proposals(ctx, staff, c.PublicID)
			w.must(err)
			if waits && (len(left) != 1 || left[0].After != "Anne" || left[0].Before != name || left[0].Now != name) {
				t.Errorf("%s stands, %+v waits after %v", name, left, errs)
			}
			// Where it is written at once, only the firm's own later word stands over it, and that looked at Ann.
			if !waits && name != "Anne" {
				t.Errorf("%s stands after %v", name, errs)
			}
		}
	}
}

func (w *world) people(c customers.Customer) []customers.Person {
	w.t.Helper()
	list, err := w.People(ctx, staff, c.PublicID)
	w.must(err)
	return list
}

// TestHistory: each thing that was done to a customer and its contacts, the newest first, with what
// fields held before and after, by whom; a page at a time, none lost and none twice; nobody else's.
func TestHistory(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	ann := w.as(c, "Ann")
	other := w.save(form("Ailleurs", person("Zed", true)))
	w.must(w.SetAreas(ctx, staff, other.PublicID, idOf(other, "Zed"), 1, false, []string{"quotes"}))
	_, err := w.ChangeOwn(ctx, ann, customers.OwnChange{Name: "Anna", Phone: "+33 4 72 00 00 01"})
	w.must(err)
	w.must(w.SetAreas(ctx, staff, c.PublicID, idOf(c, "Bob"), w.who(c, "Bob").Version, false, []string{"quotes", "files"}))
	w.must(w.SetAccess(ctx, staff, c.PublicID, idOf(c, "Cleo"), w.who(c, "Cleo").Version, false))
	w.must(w.SwapPrimary(ctx, staff, w.key(), customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, "Bob")}))
	w.proposing(c, true)
	_, err = w.ChangeCompany(ctx, w.as(c, "Bob"), customers.CompanyDetails{Name: "Atelier Bob", City: "Lyon"})
	w.must(err)
	list, err := w.Proposals(ctx, staff, c.PublicID)
	w.must(err)
	f, err := w.Get(ctx, staff, c.PublicID)
	w.must(err)
	f.Name = "Atelier Martine" // the firm itself, meanwhile
	w.save(f)
	w.must(w.Decide(ctx, staff, customers.Decision{ProposalID: list[0].PublicID, Accept: true, Now: "Atelier Martine"}))
	want := []string{
		"customer.change_accepted by Camille about  [name of : Atelier Martine > Atelier Bob]",
		"customer.changed by Camille about  [name of : Atelier Martin > Atelier Martine]",
		"customer.change_proposed by Bob about  [name of : Atelier Martin > Atelier Bob]",
		"customer.primary_swapped by Camille about Bob from Anna []",
		"contact.access_taken by Camille about Cleo []",
		"contact.areas_set by Camille about Bob [areas of Bob: all > quotes,files]",
		"customer.changed_by_contact by Ann about Anna [name of Anna: Ann > Anna, phone of Anna:  > +33 4 72 00 00 01]",
		"customer.created by Camille about  []",
	}
	got, next := w.told(c, "")
	if !slices.Equal(got, want) || next != "" {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}

	for i := range 60 {
		w.now = w.now.Add(time.Minute)
		_, err := w.ChangeOwn(ctx, w.as(c, "Cleo"), customers.OwnChange{Name: fmt.Sprintf("Cleo %d", i)})
		if i == 0 && !fault.Is(err, fault.Forbidden) {
			t.Errorf("without access: %v", err)
		}
		w.must(w.SetAreas(ctx, staff, c.PublicID, idOf(c, "Bob"), w.who(c, "Bob").Version, i%2 == 0, []string{"quotes"}))
	}
	all := []string{}
	for cursor, pages := "", 0; ; {
		page, next := w.told(c, cursor)
		all, cursor, pages = append(all, page...), next, pages+1
		if cursor == "" || pages > 9 {
			break
		}
	}
	if len(all) != 60+len(want) || !slices.Equal(all[60:], want) {
		t.Errorf("%d rows in pages", len(all))
	}
	if _, _, err := w.History(ctx, staff, c.PublicID, "x"); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
	if _, _, err := w.History(ctx, ann, c.PublicID, ""); !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// told is a page of a history, a line each.
func (w *world) told(c customers.Customer, cursor string) (lines []string, next string) {
	w.t.Helper()
	list, next, err := w.History(ctx, staff, c.PublicID, cursor)
	w.must(err)
	for _, h := range list {
		line := h.Action + " by " + h.Actor + " about " + h.Contact
		if h.Other != "" {
			line += " from " + h.Other
		}
		line += " ["
		for i, x := range h.Changes {
			if i > 0 {
				line += ", "
			}
			line += fmt.Sprintf("%s of %s: %s > %s", x.Field, x.Contact, x.Before, x.After)
		}
		lines = append(lines, line+"]")
	}
	return lines, next
}
