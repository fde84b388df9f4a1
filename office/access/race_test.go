package access_test

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/access"
	"comptoir/office/officetest"
)

// many gives n times the same act.
func many(n int, act func(i int) error) []func() error {
	list := make([]func() error, n)
	for i := range list {
		list[i] = func() error { return act(i) }
	}
	return list
}

// Whoever has the old password and an open session does not undo the owner's new one: a change
// that began before the mailed link was used does nothing after it.
func TestAChangeDoesNotUndoANewPassword(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	for i := range 6 {
		thief := h.password(h.ann)
		token, _ := h.link(h.ann, access.PasswordLink)
		owner, thiefs := fmt.Sprintf("Chouette-%d-bleue", 40+i), fmt.Sprintf("Voleuse-%d-grise", 40+i)
		var entered access.Session
		errs := officetest.AtOnce(func() error {
			_, err := h.ChoosePassword(ctx, token, owner, "", "")
			return err
		}, func() (err error) {
			entered, err = h.ChangePassword(ctx, thief.Actor, good, thiefs, "", "")
			return err
		})
		if errs[0] != nil { // the change came first, and has taken the link back
			continue
		}
		if _, err := h.SignIn(ctx, "ann@atelier.example", owner, access.Browser{Address: "192.0.2.7"}); err != nil {
			t.Errorf("the owner's new password opens nothing: %v, the change said %v", err, errs[1])
		}
		if _, err := h.Resume(ctx, entered.Token, ""); err == nil {
			t.Error("the thief is still inside")
		}
	}
}

// Whoever acts in a session that ended a moment ago does nothing more: it proves nothing, changes
// nothing, sets no factor up, sees no code of recovery, takes no name, accepts no terms.
func TestNothingIsDoneAfterTheEnd(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	ended := h.password(h.ann)
	h.must(h.BeginFactor(ctx, ended.Actor))
	shown, err := h.Factor(ctx, ended.Actor)
	h.must(err)
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(shown.Secret)
	h.must(err)
	_, err = h.EndOtherSessions(ctx, h.signIn().Actor)
	h.must(err)
	_, proved := h.Prove(ctx, ended.Actor, good, "")
	_, changed := h.ChangePassword(ctx, ended.Actor, good, "Chouette-43-bleue", "", "")
	_, _, confirmed := h.ConfirmFactor(ctx, ended.Actor, app{h, secret}.code(), "")
	begun := h.BeginFactor(ctx, ended.Actor)
	h.factor(h.signIn())
	_, renewed := h.RenewRecovery(ctx, ended.Actor)
	named := h.ChooseUserName(ctx, ended.Actor, "claire.thief")
	h.terms(h.group("name = 'Ateliers'"), 1, "Une", "One")
	agreed := h.AcceptTerms(ctx, ended.Actor, hashed("Une"))
	for name, err := range map[string]error{"proved": proved, "changed": changed, "confirmed": confirmed, "begun": begun, "renewed": renewed, "named": named, "agreed": agreed} {
		if !errors.Is(err, access.ErrNoSession) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := h.int("SELECT count(*) FROM portal_sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

// The number of a session that ended is nobody's again: who acts in it meets no other one.
func TestASessionsNumberIsNotGivenAgain(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	ended := h.password(h.ann)
	h.must(h.SignOut(ctx, ended.Actor))
	if next := h.signIn(); next.Actor.SessionID <= ended.Actor.SessionID {
		t.Errorf("session %d after %d", next.Actor.SessionID, ended.Actor.SessionID)
	}
	if _, err := h.Prove(ctx, ended.Actor, good, ""); !errors.Is(err, access.ErrNoSession) {
		t.Error(err)
	}
}

// A code of recovery opens once, also where it is typed twice at once.
func TestARecoveryCodeOpensOnceAtOnce(t *testing.T) {
	h := newHouse(t)
	_, _, codes := h.factor(h.password(h.ann))
	half := h.half()
	errs := officetest.AtOnce(many(5, func(i int) error {
		_, err := h.EnterCode(context.Background(), half, codes[0], access.Browser{Address: fmt.Sprintf("192.0.2.%d", i+1)})
		return err
	})...)
	if officetest.Won(errs) != 1 {
		t.Errorf("%v", errs)
	}
	if n := h.int("SELECT count(*) FROM recovery_codes WHERE used_at IS NOT NULL"); n != 1 {
		t.Errorf("%d codes are used up", n)
	}
	if n := h.int("SELECT count(*) FROM portal_sessions WHERE trust = 3"); n != 2 {
		t.Errorf("%d sessions of two factors, one was there before", n)
	}
}

// A code of the app opens once within its half minute, and not again in the window around it.
func TestACodeIsNotReplayed(t *testing.T) {
	h := newHouse(t)
	a, _, _ := h.factor(h.password(h.ann))
	half, code := h.half(), a.code()
	enter := func(i int) error {
		_, err := h.EnterCode(context.Background(), half, code, access.Browser{Address: fmt.Sprintf("192.0.2.%d", i+1)})
		return err
	}
	if errs := officetest.AtOnce(many(5, enter)...); officetest.Won(errs) != 1 {
		t.Errorf("%v", errs)
	}
	for range 2 {
		h.turn(15 * time.Second)
		if enter(9) == nil {
			t.Error("it opened again")
		}
	}
}

// One link of an invitation makes one password and one session, however many click at once.
func TestAnInvitationOpensOnceAtOnce(t *testing.T) {
	h := newHouse(t)
	token, _ := h.link(h.ann, access.PasswordLink)
	errs := officetest.AtOnce(many(6, func(i int) error {
		_, err := h.ChoosePassword(context.Background(), token, fmt.Sprintf("Chouette-%d-bleue", 40+i), "", "")
		return err
	})...)
	for _, err := range errs {
		if err != nil && !errors.Is(err, access.ErrLinkUsed) {
			t.Errorf("%v", err)
		}
	}
	if n := h.int("SELECT count(*) FROM portal_sessions"); officetest.Won(errs) != 1 || n != 1 {
		t.Errorf("%d sessions, %v", n, errs)
	}
}

// Terms that appear while the older ones are accepted are asked for at the next sign-in; nobody
// has accepted what was not shown.
func TestTermsAppearWhileOthersAreAccepted(t *testing.T) {
	h := newHouse(t)
	group := h.group("name = 'Ateliers'")
	h.password(h.ann)
	for round := int64(1); round <= 4; round++ {
		h.terms(group, round*2-1, "Anciennes", "Old")
		s := h.signIn()
		errs := officetest.AtOnce(func() error { h.terms(group, round*2, "Nouvelles", "New"); return nil }, func() error {
			return h.AcceptTerms(context.Background(), s.Actor, hashed("Anciennes"))
		})
		if errs[1] != nil && !fault.Is(errs[1], fault.Conflict) {
			t.Fatal(errs[1])
		}
		if n := h.int("SELECT count(*) FROM terms_accepted a JOIN group_terms g ON g.id = a.terms_id WHERE g.version = ?", round*2); n != 0 {
			t.Error("the new terms are accepted unseen")
		}
		again := h.signIn()
		if again.Token == "" {
			t.Fatal("not signed in")
		}
		seen, err := h.Resume(context.Background(), again.Token, "")
		h.must(err)
		if seen.Owes != access.OwesTerms {
			t.Errorf("round %d: the new terms are not asked for, but %q", round, seen.Owes)
		}
		h.must(h.AcceptTerms(context.Background(), again.Actor, hashed("Nouvelles")))
	}
}
