package customers_test

import (
	"fmt"
	"testing"

	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

// leads holds that a customer whose contacts have access is led by exactly one who has it too.
func (w *world) leads() {
	w.t.Helper()
	if n := w.count("SELECT count(*) FROM contacts WHERE is_primary = 1 AND archived_at IS NULL AND portal_access = 1"); n != 1 {
		w.t.Errorf("%d primary contacts with access", n)
	}
}

// The primary contact invites the same person from two tabs, and twenty people past the bound of
// a day: one contact a person, and no more than the bound.
func TestInvitesAtOnce(t *testing.T) {
	w := newWorld(t)
	c := w.trio()
	ann := w.as(c, "Ann")
	invite := func(key, email string) func() error {
		return func() error {
			_, err := w.InviteSecond(ctx, ann, key, customers.Second{Name: "Eve", Email: email, Language: "fr", AllAreas: true})
			return err
		}
	}
	errs := officetest.AtOnce(invite(w.key(), "eve@client.example"), invite(w.key(), "EVE@client.example"), invite(w.key(), "eve@client.example"))
	officetest.RefusedOnly(t, errs)
	if n := w.count("SELECT count(*) FROM contacts WHERE email = 'eve@client.example' COLLATE NOCASE"); n != 1 || officetest.Won(errs) != 1 {
		t.Errorf("%d contacts, %v", n, errs)
	}
	var acts []func() error
	for i := range 20 {
		acts = append(acts, invite(w.key(), fmt.Sprintf("friend%d@client.example", i)))
	}
	errs = officetest.AtOnce(acts...)
	officetest.RefusedOnly(t, errs)
	if n := w.count("SELECT count(*) FROM mails"); officetest.Won(errs) != 9 || n != 10 {
		t.Errorf("%d more invitations, %d mails in a day", officetest.Won(errs), n)
	}
}

// The firm makes Bob the primary contact while Ann, who still is, removes him: either he leads,
// or he is gone and Ann leads.
func TestSwapWhileRemoved(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		c := w.trio()
		ann, swap := w.as(c, "Ann"), w.key()
		officetest.RefusedOnly(t, officetest.AtOnce(
			func() error {
				return w.SwapPrimary(ctx, staff, swap, customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, "Bob")})
			},
			func() error { return w.RemoveSecond(ctx, ann, idOf(c, "Bob")) },
		))
		w.leads()
		if n := w.count("SELECT count(*) FROM contacts WHERE name = 'Bob' AND is_primary = 1 AND archived_at IS NOT NULL"); n != 0 {
			t.Error("who leads was removed")
		}
	}
}

// Once somebody else leads, what the old primary contact asks for at the same moment is
// refused or came before: nobody is invited by who leads no more.
func TestInviteWhileSwapped(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		c := w.trio()
		ann, swap, key := w.as(c, "Ann"), w.key(), w.key()
		errs := officetest.AtOnce(
			func() error {
				return w.SwapPrimary(ctx, staff, swap, customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, "Bob")})
			},
			func() error {
				_, err := w.InviteSecond(ctx, ann, key, customers.Second{Name: "Eve", Email: "eve@client.example", Language: "fr", AllAreas: true})
				return err
			},
		)
		officetest.RefusedOnly(t, errs)
		w.leads()
		_, err := w.InviteSecond(ctx, ann, w.key(), customers.Second{Name: "Zed", Email: "zed@client.example", Language: "fr", AllAreas: true})
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("the old primary contact invites: %v", err)
		}
	}
}

// The firm takes the primary contact's access away while it makes another one primary.
func TestAccessTakenWhileSwapped(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		c := w.trio()
		swap := w.key()
		list, err := w.People(ctx, staff, c.PublicID)
		w.must(err)
		var bob customers.Person
		for _, p := range list {
			if p.Name == "Bob" {
				bob = p
			}
		}
		officetest.RefusedOnly(t, officetest.AtOnce(
			func() error {
				return w.SwapPrimary(ctx, staff, swap, customers.Swap{CustomerID: c.PublicID, FromID: idOf(c, "Ann"), ToID: idOf(c, "Bob")})
			},
			func() error { return w.SetAccess(ctx, staff, c.PublicID, bob.PublicID, bob.Version, false) },
		))
		w.leads()
	}
}

// An address that is proved while its owner is removed by the primary contact stays removed.
func TestAddressProvedWhileRemoved(t *testing.T) {
	for range 5 {
		w := newWorld(t)
		c := w.trio()
		ann, bob := w.as(c, "Ann"), w.as(c, "Bob")
		w.must(w.AskEmail(ctx, bob, "bob@neuve.example"))
		officetest.RefusedOnly(t, officetest.AtOnce(
			func() error { return w.RemoveSecond(ctx, ann, idOf(c, "Bob")) },
			func() error { _, err := w.ConfirmEmail(ctx, bob, "123456"); return err },
		))
		w.leads()
		if n := w.count("SELECT count(*) FROM contacts WHERE name = 'Bob' AND archived_at IS NOT NULL"); n != 1 {
			t.Error("he was not removed")
		}
		if _, err := w.ConfirmEmail(ctx, bob, "123456"); err == nil {
			t.Error("who was removed changes the address")
		}
		if _, err := w.ChangeOwn(ctx, bob, customers.OwnChange{Name: "Robert"}); err == nil {
			t.Error("who was removed changes the name")
		}
	}
}
