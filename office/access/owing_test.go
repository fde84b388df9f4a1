package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
)

func (h *house) exec(statement string, args ...any) {
	h.Helper()
	if _, err := h.raw.ExecContext(h.Context(), statement, args...); err != nil {
		h.Fatal(err)
	}
}

// group puts Ann's customer into a group with such switches.
func (h *house) group(set string) int64 {
	h.Helper()
	h.exec("INSERT INTO customer_groups (public_id, name, created_at, updated_at) SELECT 'group-of-tests-01', 'Ateliers', '2026-11-01T08:00:00.000Z', '2026-11-01T08:00:00.000Z' WHERE NOT EXISTS (SELECT 1 FROM customer_groups WHERE public_id = 'group-of-tests-01')")
	h.exec("UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'group-of-tests-01') WHERE id = ?", h.ann.ID)
	if set != "" {
		h.exec("UPDATE customer_groups SET " + set + " WHERE public_id = 'group-of-tests-01'")
	}
	return h.int("SELECT id FROM customer_groups WHERE public_id = 'group-of-tests-01'")
}

func (h *house) signIn() access.Session {
	h.Helper()
	s, err := h.SignIn(h.Context(), "ann@atelier.example", good, access.Browser{Address: "192.0.2.1"})
	h.must(err)
	back, err := h.Resume(h.Context(), s.Token, "192.0.2.1")
	h.must(err)
	back.Token = s.Token
	return back
}

// hashed is what a page of terms with these words says that it showed.
func hashed(words string) string { return access.Terms{Words: words}.Hash() }

func (h *house) terms(group, version int64, fr, en string) {
	h.Helper()
	h.exec("INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) VALUES (?,?,?,?,'Marie',?)", group, version, fr, en, db.Stamp(h.clock()))
}

func TestTheGroupWantsASecondFactor(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	running := h.password(h.ann)
	h.group("factor_wanted = 1")
	h.turn(2 * time.Minute)
	if s, err := h.Resume(ctx, running.Token, ""); err != nil || s.Owes != access.OwesNothing {
		t.Errorf("asked in the middle of a visit: %+v %v", s, err)
	}
	s := h.signIn()
	if s.Owes != access.OwesFactor {
		t.Fatalf("owes %q", s.Owes)
	}
	token, _ := h.link(h.ann, access.DocumentLink)
	link, _, err := h.OpenLink(ctx, token, "", "")
	h.must(err)
	if link, err = h.Resume(ctx, link.Token, ""); err != nil || link.Owes != access.OwesNothing {
		t.Errorf("a mailed link: %+v %v", link, err)
	}
	a, now, _ := h.factor(s)
	if now, err = h.Resume(ctx, now.Token, ""); err != nil || now.Owes != access.OwesNothing {
		t.Errorf("after: %+v %v", now, err)
	}
	if _, err := h.DropFactor(ctx, now.Actor, good, a.code(), ""); !errors.Is(err, access.ErrFactorWanted) {
		t.Errorf("switched off all the same: %v", err)
	}
}

func TestTermsAreAskedAgainAtTheNextSignIn(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.password(h.ann)
	group := h.group("")
	if s := h.signIn(); s.Owes != access.OwesNothing {
		t.Errorf("a group without terms: %q", s.Owes)
	}
	h.terms(group, 1, "Un", "One")
	s := h.signIn()
	if s.Owes != access.OwesTerms {
		t.Fatalf("owes %q", s.Owes)
	}
	who := s.Actor
	who.Lang, who.Address = "en", "192.0.2.77"
	terms, err := h.TermsOwed(ctx, who)
	h.must(err)
	if terms.Version != 1 || terms.Words != "One" {
		t.Errorf("%+v", terms)
	}
	h.terms(group, 2, "Deux", "Two")
	if err := h.AcceptTerms(ctx, who, terms.Hash()); !fault.Is(err, fault.Conflict) {
		t.Errorf("accepted what was shown before: %v", err)
	}
	for range 2 { // a second click
		h.must(h.AcceptTerms(ctx, who, hashed("Two")))
	}
	got := dbtest.Strings(t, h.raw, "SELECT t.version || ' ' || a.lang || ' ' || a.address || ' ' || a.contact_id FROM terms_accepted a JOIN group_terms t ON t.id = a.terms_id")
	if len(got) != 1 || !strings.HasPrefix(got[0], "2 en 192.0.2.77 ") {
		t.Errorf("%v", got)
	}
	if s, err := h.Resume(ctx, s.Token, ""); err != nil || s.Owes != access.OwesNothing {
		t.Errorf("accepted, and still owes: %+v %v", s, err)
	}
	if s := h.signIn(); s.Owes != access.OwesNothing {
		t.Errorf("asked twice: %q", s.Owes)
	}
	h.terms(group, 3, "Trois", "Three")
	h.turn(2 * time.Minute)
	if s, err := h.Resume(ctx, s.Token, ""); err != nil || s.Owes != access.OwesNothing {
		t.Errorf("a new version in the middle of a visit: %+v %v", s, err)
	}
	late := h.signIn()
	if late.Owes != access.OwesTerms {
		t.Errorf("a new version: %q", late.Owes)
	}
	h.terms(group, 4, "", "")
	h.turn(2 * time.Minute)
	if s, err := h.Resume(ctx, late.Token, ""); err != nil || s.Owes != access.OwesNothing {
		t.Errorf("terms taken back are still owed: %+v %v", s, err)
	}
}

func TestTheGroupWantsThePassword(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(ctx, token, "", "")
	h.must(err)
	h.group("password_always = 1")
	if _, _, err := h.OpenLink(ctx, token, "", ""); !errors.Is(err, access.ErrPasswordAlways) {
		t.Errorf("a link alone opened: %v", err)
	}
	if s, err = h.Resume(ctx, s.Token, ""); err != nil || !s.PasswordAlways {
		t.Errorf("%+v %v", s, err)
	}
	other, _ := h.link(h.bob, access.DocumentLink)
	if _, _, err := h.OpenLink(ctx, other, "", ""); err != nil {
		t.Errorf("a customer of no group: %v", err)
	}
}

// What the group asks for counts at the next page, although sessions are remembered for a minute.
func TestTheGroupsSwitchCountsAtOnce(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.cust.At(h.Service)
	h.group("")
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(ctx, token, "", "")
	h.must(err)
	_, err = h.Resume(ctx, s.Token, "")
	h.must(err)
	p, err := h.cust.GroupPortalOf(ctx, h.staff, "group-of-tests-01")
	h.must(err)
	for _, want := range []bool{true, false} {
		p.PasswordAlways = want
		p, err = h.cust.SaveGroupPortal(ctx, h.staff, fmt.Sprintf("portal-password-%t", want), p)
		h.must(err)
		if s, err := h.Resume(ctx, s.Token, ""); err != nil || s.PasswordAlways != want {
			t.Errorf("%t: %+v %v", want, s.PasswordAlways, err)
		}
	}
}

// The terms of another group may have the same number: who is moved there between the page and
// the click has not accepted them.
func TestTermsOfAnotherGroupAreNotAcceptedUnseen(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.password(h.ann)
	h.terms(h.group(""), 1, "Payer à trente jours.", "Pay in thirty days.")
	s := h.signIn()
	shown, err := h.TermsOwed(ctx, s.Actor)
	h.must(err)
	h.exec("INSERT INTO customer_groups (public_id, name, created_at, updated_at) VALUES ('group-of-tests-02', 'Comptant', '2026-11-01T08:00:00.000Z', '2026-11-01T08:00:00.000Z')")
	other := h.int("SELECT id FROM customer_groups WHERE public_id = 'group-of-tests-02'")
	h.terms(other, 1, "Payer d'avance.", "Pay beforehand.")
	h.exec("UPDATE customers SET group_id = ? WHERE id = ?", other, h.ann.ID)
	if err := h.AcceptTerms(ctx, s.Actor, shown.Hash()); !fault.Is(err, fault.Conflict) {
		t.Errorf("accepted unseen: %v", err)
	}
	if n := h.int("SELECT count(*) FROM terms_accepted"); n != 0 {
		t.Error("filed")
	}
}
