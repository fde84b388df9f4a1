package users_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what authenticators speak (RFC 6238)
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/office/users"
)

// totp is RFC 6238 written a second time.
func totp(secret []byte, at time.Time) string {
	m := hmac.New(sha1.New, secret)
	_ = binary.Write(m, binary.BigEndian, at.Unix()/30)
	sum := m.Sum(nil)
	o := sum[19] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[o:])&0x7fffffff)%1_000_000)
}

func TestWhoMayManage(t *testing.T) {
	f := newFirm(t)
	lone, err := f.Lone(t.Context())
	f.must(err)
	form := users.Form{Name: "Léa", Email: "lea@vasseur.example", Language: "fr", Role: actor.Sales}
	_, err = f.Create(t.Context(), lone, form, "key-too-early")
	f.refused(err, "fault.users.password_first")
	p := f.principal()
	delegate, d := f.hire(p, "Zoe", actor.Delegate)
	sales, s := f.hire(delegate, "Luc", actor.Sales)
	if s.Code != "U003" || d.Code != "U002" {
		t.Errorf("codes %s %s", d.Code, s.Code)
	}
	_, err = f.Create(t.Context(), sales, form, "key-by-sales")
	f.refused(err, "fault.permission.users")
	form.Role = actor.Delegate
	_, err = f.Create(t.Context(), delegate, form, "key-by-delegate")
	f.refused(err, "fault.permission.administrators")
	form.Role = actor.Principal
	_, err = f.Create(t.Context(), p, form, "key-second-principal")
	f.refused(err, "role fault.choice")

	up := users.Form{ID: s.PublicID, Code: s.Code, Name: s.Name, Role: actor.Delegate, Version: s.Version}
	f.refused(f.Save(t.Context(), delegate, up), "fault.permission.administrators")
	f.refused(f.RemoveDelegate(t.Context(), delegate, d.PublicID, d.Version, "sales"), "fault.permission.administrators")
	f.refused(f.Close(t.Context(), sales, s.PublicID, s.Version), "fault.permission.users")
	f.refused(f.Close(t.Context(), delegate, d.PublicID, d.Version), "fault.users.self")
	eve := f.user(f.text("SELECT public_id FROM users WHERE role = 'principal'"))
	f.refused(f.Close(t.Context(), delegate, eve.PublicID, eve.Version), "fault.permission.administrators")
	f.refused(f.Close(t.Context(), actor.Shell("fr"), eve.PublicID, eve.Version), "fault.users.principal_stays")
	f.refused(f.Save(t.Context(), p, users.Form{ID: eve.PublicID, Code: eve.Code, Name: eve.Name, Role: actor.Reader, Version: eve.Version}), "role fault.users.principal_stays")
	f.refused(f.Save(t.Context(), p, users.Form{ID: s.PublicID, Code: d.Code, Name: s.Name, Role: actor.Sales, Version: s.Version}), "code fault.users.code_taken")

	stale := p
	stale.Stale = true
	up.Role = actor.Reader
	f.refused(f.Save(t.Context(), stale, up), "fault.proof_needed")
	// An address that somebody has is told before the password is asked.
	again := users.Form{Name: "Encore", Email: s.Email, Language: "fr", Role: actor.Sales}
	_, err = f.Create(t.Context(), stale, again, "key-taken-address")
	f.refused(err, "email fault.users.email_taken")
	again.Email = "encore@lambert.example"
	_, err = f.Create(t.Context(), stale, again, "key-free-address")
	f.refused(err, "fault.proof_needed")
	up.Version--
	f.refused(f.Save(t.Context(), p, up), "fault.stale")
	up.Version++
	f.must(f.Save(t.Context(), delegate, up))
	if got := f.text("SELECT details FROM audit_log WHERE action = 'user.changed' ORDER BY id DESC LIMIT 1"); got != `{"fields":"role","role":"reader","role_before":"sales"}` {
		t.Errorf("log: %s", got)
	}
	f.must(f.Close(t.Context(), delegate, s.PublicID, f.user(s.PublicID).Version))
	if err := f.EndOthers(t.Context(), sales); err != nil {
		t.Errorf("ending nothing: %v", err)
	}
	if f.int("SELECT count(*) FROM user_sessions WHERE user_id = ?", sales.ID) != 0 || f.int("SELECT count(*) FROM user_credentials WHERE user_id = ?", sales.ID) != 0 {
		t.Error("a closed user keeps a session or a password")
	}
	f.refused(f.SaveOwn(t.Context(), sales, users.Own{Name: "Luc", Language: "fr", Version: 1}), "fault.sign_in_needed")
	f.must(f.Reopen(t.Context(), p, s.PublicID, f.user(s.PublicID).Version))
}

func TestHandingOver(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	zoe, z := f.hire(p, "Zoe", actor.Delegate)
	_, luc := f.hire(p, "Luc", actor.Sales)
	code, err := f.MakeRecovery(t.Context(), p)
	f.must(err)
	f.refused(f.HandOver(t.Context(), p, z.PublicID, "faux", "key-hand-1"), "old fault.password_old")
	f.refused(f.HandOver(t.Context(), zoe, luc.PublicID, good, "key-hand-2"), "fault.permission.administrators")

	// Two windows of the principal hand over to two people at once: one of them wins.
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, to := range []string{z.PublicID, luc.PublicID} {
		wg.Go(func() { errs[i] = f.HandOver(context.Background(), p, to, good, fmt.Sprintf("key-hand-race-%d", i)) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Fatalf("%v / %v", errs[0], errs[1])
	}
	if n := f.int("SELECT count(*) FROM users WHERE role = 'principal'"); n != 1 {
		t.Fatalf("%d principals", n)
	}
	if got := f.text("SELECT role FROM users WHERE id = ?", p.ID); got != "delegate" {
		t.Errorf("whoever handed over is %s", got)
	}
	f.refused(f.HandOver(t.Context(), p, luc.PublicID, good, "key-hand-3"), "fault.permission.administrators")
	if _, _, err := f.Recover(t.Context(), code, other, other, here); err == nil {
		t.Error("the code that the old principal printed opens the new one's account")
	}
	if n := f.int("SELECT count(*) FROM mails WHERE kind = 'user_told' AND json_extract(args, '$.what') IN ('principal', 'handed')"); n != 2 {
		t.Errorf("%d mails about it", n)
	}
}

func TestDelegates(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	_, luc := f.hire(p, "Luc", actor.Sales)
	c, err := f.cust.Blank(t.Context(), actor.Machine())
	f.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country = "Atelier Martin", "company", "1 rue Haute", "69001", "Lyon", "FR"
	c.Contacts = []customers.Contact{{Name: "Ann Lefort", Email: "ann@atelier.example", Language: "en", IsPrimary: true, PortalAccess: true}, {Name: "Tom Lefort", Email: "tom@atelier.example", Language: "fr", PortalAccess: true}}
	c, err = f.cust.Save(t.Context(), actor.Machine(), "customer-martin", c)
	f.must(err)
	list, err := f.Candidates(t.Context(), p, "")
	f.must(err)
	if len(list) != 2 || list[0].Label != "U002 Luc" || list[1].Email != "ann@atelier.example" || list[1].Why != "primary" {
		t.Fatalf("%+v", list)
	}
	made, err := f.AddDelegate(t.Context(), p, users.Chosen{Kind: users.OfContact, ID: list[1].PublicID}, "key-delegate-ann")
	f.must(err)
	ann := f.user(made.UserID)
	if !made.Mailed || ann.Role != actor.Delegate || ann.Contact != "Ann Lefort" || ann.Customer != "Atelier Martin" || ann.Language != "en" {
		t.Errorf("%+v %+v", made, ann)
	}
	if list, err = f.Candidates(t.Context(), p, "lefort"); err != nil || len(list) != 0 {
		t.Errorf("chosen already, or never named: %+v %v", list, err)
	}
	tom := c.Contacts[1].PublicID
	if _, err := f.AddDelegate(t.Context(), p, users.Chosen{Kind: users.OfContact, ID: tom}, "key-delegate-tom"); !fault.Is(err, fault.NotFound) {
		t.Errorf("a contact whom nobody named: %v", err)
	}
	if _, err := f.AddDelegate(t.Context(), p, users.Chosen{Kind: users.OfFirm, ID: luc.PublicID}, "key-delegate-luc"); err != nil {
		t.Fatal(err)
	}
	all, err := f.List(t.Context(), p)
	if i := slices.IndexFunc(all, func(u users.User) bool { return u.PublicID == luc.PublicID }); err != nil || i < 0 || all[i].RoleBefore != luc.Role || luc.Role == actor.Delegate {
		t.Errorf("the role that a delegate had before: %+v %v, want %s", all, err, luc.Role)
	}
	f.refused(f.RemoveDelegate(t.Context(), p, luc.PublicID, f.user(luc.PublicID).Version, "principal"), "then fault.choice")
	f.must(f.RemoveDelegate(t.Context(), p, luc.PublicID, f.user(luc.PublicID).Version, "reader"))
	f.must(f.RemoveDelegate(t.Context(), p, ann.PublicID, ann.Version, users.Closed))
	if u := f.user(ann.PublicID); u.State != users.Closed {
		t.Errorf("%+v", u)
	}
	for what, to := range map[string]string{"removed": "luc@vasseur.example", "closed": "ann@atelier.example"} {
		if n := f.int("SELECT count(*) FROM mails WHERE kind = 'user_told' AND to_address = ? AND json_extract(args, '$.what') = ?", to, what); n != 1 {
			t.Errorf("%s was told %q %d times", to, what, n)
		}
	}
}

// Sign-in is asked for from the second user on; one user alone chooses; an old company opens as it did.
func TestWhoHasToSignIn(t *testing.T) {
	f := newFirm(t)
	who, err := f.Lone(t.Context())
	if err != nil || who.Role != actor.Principal || who.Stale {
		t.Fatalf("an old company is locked: %+v %v", who, err)
	}
	f.refused(f.SetAsk(t.Context(), who, true), "fault.users.password_first")
	p := f.principal()
	if who, err = f.Lone(t.Context()); err != nil || !who.Stale {
		t.Errorf("a password that nobody gave counts: %+v %v", who, err)
	}
	f.must(f.SetAsk(t.Context(), p, true))
	if _, err := f.Lone(t.Context()); !errors.Is(err, users.ErrSignInNeeded) {
		t.Error(err)
	}
	f.must(f.SetAsk(t.Context(), p, false))
	f.hire(p, "Luc", actor.Sales)
	if _, err := f.Lone(t.Context()); !errors.Is(err, users.ErrSignInNeeded) {
		t.Errorf("two users and no sign-in: %v", err)
	}
	d, err := f.Desk(t.Context())
	if err != nil || !d.Asked || !d.Always {
		t.Errorf("%+v %v", d, err)
	}
	if f.ended == 0 {
		t.Error("nobody was told to look again")
	}
}

func TestNetworkSwitch(t *testing.T) {
	f := newFirm(t)
	lone, err := f.Lone(t.Context())
	f.must(err)
	f.refused(f.SetNetwork(t.Context(), lone, users.Network{On: true, Port: 8444, Version: 1}), "fault.users.password_first")
	p := f.principal()
	f.refused(f.SetNetwork(t.Context(), p, users.Network{On: true, Port: 80, Version: 1}), "port fault.range")
	f.must(f.SetNetwork(t.Context(), p, users.Network{On: true, Port: 9444, Version: 1}))
	f.refused(f.SetNetwork(t.Context(), p, users.Network{Version: 1}), "fault.stale")
	if got := f.text("SELECT details FROM audit_log WHERE action = 'user.desk_on_network'"); got != `{"on":true,"port":9444}` {
		t.Errorf("log: %s", got)
	}
}

func TestResetAtTheMachine(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	if _, _, err := f.ResetAtMachine(t.Context(), p, "", false); !fault.Is(err, fault.Forbidden) {
		t.Errorf("from the window: %v", err)
	}
	u, l, err := f.ResetAtMachine(t.Context(), actor.Shell("fr"), "", true)
	f.must(err)
	if u.ID != p.ID {
		t.Errorf("%+v", u)
	}
	if _, err := f.ChoosePassword(t.Context(), f.Token(l.PublicID), other, other, here); err != nil {
		t.Error(err)
	}
	if _, _, err := f.ResetAtMachine(t.Context(), actor.Shell("fr"), "personne@x.example", false); !fault.Is(err, fault.NotFound) {
		t.Errorf("%v", err)
	}
}

func TestRecoveryCodeAtTheMachine(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	if code, err := f.RecoveryAtMachine(t.Context(), p); !fault.Is(err, fault.Forbidden) || code != "" {
		t.Errorf("from the window: %q %v", code, err)
	}
	lost, err := f.RecoveryAtMachine(t.Context(), actor.Shell("fr"))
	f.must(err)
	code, err := f.RecoveryAtMachine(t.Context(), actor.Shell("fr"))
	f.must(err)
	_, _, err = f.Recover(t.Context(), lost, other, other, here)
	f.refused(err, "code fault.users.recovery")
	s, _, err := f.Recover(t.Context(), code, other, other, here)
	f.must(err)
	if s.Actor.ID != p.ID {
		t.Errorf("%+v", s.Actor)
	}
	if n := f.int("SELECT count(*) FROM audit_log WHERE action = 'user.recovery_made' AND actor_kind = 'command_line'"); n != 2 {
		t.Errorf("%d in the log", n)
	}
}
