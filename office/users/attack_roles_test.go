package users_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/audit"
	"comptoir/office/customers"
	"comptoir/office/users"
)

// A delegate may change the mail server, and ask at the sign-in page for the principal's new password: its link
// must not come to a server of theirs. A second factor would stop them; who set the server last, the principal's
// own mail arrives.
func TestTheMailServersOwnerDoesNotBecomePrincipal(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	zoe, _ := f.hire(p, "Zoe", actor.Delegate)
	set := func(who actor.Actor) {
		f.must(f.db.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
			return audit.Write(ctx, tx, who, audit.Record{Action: "mail.settings_changed", ObjectKind: "company", ObjectID: 1})
		}))
	}
	ask := func(email string) (links int64) {
		t.Helper()
		f.turn(5 * time.Hour) // a link is mailed seldom
		before := f.int("SELECT count(*) FROM mails WHERE kind = 'user_link'")
		f.must(f.RunForgotten(t.Context(), fmt.Appendf(nil, `{"typed":%q}`, email)))
		return f.int("SELECT count(*) FROM mails WHERE kind = 'user_link'") - before
	}
	if ask("eve@vasseur.example") != 1 {
		t.Error("nobody changed the server, and no link is mailed")
	}
	set(zoe)
	if ask("eve@vasseur.example") != 0 || f.int("SELECT count(*) FROM notifications WHERE kind = 'password_link_held'") != 1 || f.int("SELECT count(*) FROM audit_log WHERE action = 'user.password_held'") != 1 {
		t.Error("the principal's link goes by a delegate's server, or nobody is told")
	}
	if ask("zoe@vasseur.example") != 1 {
		t.Error("the delegate's own link is held")
	}
	set(p)
	if ask("eve@vasseur.example") != 1 {
		t.Error("the principal's own server is not trusted")
	}
	set(zoe)
	shown, err := f.BeginFactor(t.Context(), p)
	f.must(err)
	_, _, err = f.ConfirmFactor(t.Context(), p, f.codeOf(shown.Typed, f.clock()), here)
	f.must(err)
	if ask("eve@vasseur.example") != 1 {
		t.Error("with a second factor the link alone opens nothing")
	}
	s, err := f.ChoosePassword(t.Context(), f.mailed("eve@vasseur.example"), other, other, here)
	if err == nil && s.Token != "" {
		t.Error("the link alone signs in past the second factor")
	}
}

// A delegate stays one: no act of the room makes them, or anybody, principal or delegate.
func TestADelegateNamesNoAdministrator(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	zoe, z := f.hire(p, "Zoe", actor.Delegate)
	_, luc := f.hire(p, "Luc", actor.Sales)
	c, err := f.cust.Blank(t.Context(), actor.Machine())
	f.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country = "Atelier Martin", "company", "1 rue Haute", "69001", "Lyon", "FR"
	c.Contacts = []customers.Contact{{Name: "Ann Lefort", Email: "ann@atelier.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	c, err = f.cust.Save(t.Context(), zoe, "customer-of-zoe", c)
	f.must(err)
	eve := f.user(f.text("SELECT public_id FROM users WHERE role = 'principal'"))
	const no = "fault.permission.administrators"
	for name, act := range map[string]func() error{
		"hand over": func() error { return f.HandOver(t.Context(), zoe, z.PublicID, good, "key-zoe-hands") },
		"a contact made one": func() error {
			_, err := f.AddDelegate(t.Context(), zoe, users.Chosen{Kind: users.OfContact, ID: c.Contacts[0].PublicID}, "key-zoe-contact")
			return err
		},
		"a user made one": func() error {
			_, err := f.AddDelegate(t.Context(), zoe, users.Chosen{Kind: "user", ID: luc.PublicID}, "key-zoe-user")
			return err
		},
		"a new user made one": func() error {
			_, err := f.Create(t.Context(), zoe, users.Form{Name: "Bis", Email: "bis@vasseur.example", Language: "fr", Role: actor.Delegate}, "key-zoe-bis")
			return err
		},
		"the principal's link":   func() error { _, err := f.Invite(t.Context(), zoe, eve.PublicID, "key-zoe-link"); return err },
		"the principal's factor": func() error { return f.ResetFactor(t.Context(), zoe, eve.PublicID) },
		"the account's code":     func() error { _, err := f.MakeRecovery(t.Context(), zoe); return err },
		"the role in the form": func() error {
			return f.Save(t.Context(), zoe, users.Form{ID: luc.PublicID, Code: luc.Code, Name: luc.Name, Role: actor.Delegate, Version: luc.Version})
		},
	} {
		if x, is := fault.As(act()); !is || x.Key != no {
			t.Errorf("%s: %v, want %s", name, x, no)
		}
	}
	if _, _, err := f.ResetAtMachine(t.Context(), zoe, "eve@vasseur.example", true); err == nil {
		t.Error("the command line's door opens from a window")
	}
	// Who becomes a user of a contact keeps an address of their own: who changes the contact's has nothing of it.
	made, err := f.AddDelegate(t.Context(), p, users.Chosen{Kind: users.OfContact, ID: c.Contacts[0].PublicID}, "key-eve-contact")
	f.must(err)
	c, err = f.cust.Get(t.Context(), zoe, c.PublicID)
	f.must(err)
	c.Contacts[0].Email = "zoe@ailleurs.example"
	_, err = f.cust.Save(t.Context(), zoe, "customer-of-zoe-2", c)
	f.must(err)
	f.must(f.RunForgotten(t.Context(), []byte(`{"typed":"zoe@ailleurs.example"}`)))
	if got := f.user(made.UserID).Email; got != "ann@atelier.example" || f.int("SELECT count(*) FROM mails WHERE kind = 'user_link' AND to_address = 'zoe@ailleurs.example'") != 0 {
		t.Errorf("the account went with the contact's address: %s", got)
	}
	if n := f.int("SELECT count(*) FROM users WHERE role IN ('principal', 'delegate')"); n != 3 {
		t.Errorf("%d administrators", n)
	}
}

// One code of the app opens one of two windows that show it at the same moment, at whatever door; the other is told
// that it was used, and so is whoever looked over a shoulder.
func TestACodeOpensOneWindow(t *testing.T) {
	f := newFirm(t)
	shown, err := f.BeginFactor(t.Context(), f.principal())
	f.must(err)
	s, err := f.SignIn(t.Context(), "eve@vasseur.example", good, here)
	f.must(err)
	_, _, err = f.ConfirmFactor(t.Context(), s.Actor, f.codeOf(shown.Typed, f.clock()), here)
	f.must(err)
	f.turn(time.Minute)
	doors := []users.From{here, {Door: users.LAN, Address: "10.0.0.7"}}
	halves, errs := make([]string, 2), make([]error, 2)
	for i, door := range doors {
		s, err := f.SignIn(t.Context(), "eve@vasseur.example", good, door)
		f.must(err)
		halves[i] = s.Half
	}
	code := f.codeOf(shown.Typed, f.clock())
	var wg sync.WaitGroup
	for i, door := range doors {
		wg.Go(func() { _, errs[i] = f.EnterCode(context.Background(), halves[i], code, door) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v / %v", errs[0], errs[1])
	}
	for i, door := range doors {
		if _, err := f.EnterCode(t.Context(), halves[i], code, door); err == nil {
			t.Errorf("door %s takes the code again", door.Door)
		}
	}
}
