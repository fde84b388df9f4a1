package access_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/access"
	"comptoir/office/customers"
)

// marie is somebody of the firm at her desk.
func (h *house) marie() actor.Actor {
	return actor.Actor{Kind: actor.Staff, ID: h.int("SELECT min(id) FROM users"), Role: actor.Principal, Name: "Marie Vasseur", Lang: "fr"}
}

// as opens the portal as a customer and gives the session.
func (h *house) as(in access.StandIn) access.Session {
	h.Helper()
	path, err := h.StandInPath(h.Context(), h.marie(), in)
	h.must(err)
	s, err := h.OpenStandIn(h.Context(), strings.TrimPrefix(path, "/au-nom/"), "127.0.0.1")
	h.must(err)
	return s
}

func TestStandInActsUnderItsOwnName(t *testing.T) {
	h := newHouse(t)
	s := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	who, marie := s.Actor, h.marie()
	if !who.StandsIn() || who.Kind != actor.Contact || who.CustomerID != h.ann.ID || who.ID != h.ann.Contacts[0].ID || who.Name != "Marie Vasseur" || who.By != "Marie Vasseur" || who.ByID != marie.ID ||
		who.For != "Ann Lefort (Atelier Martin)" || who.Trust != actor.TrustPassword || who.Stale {
		t.Fatalf("%+v", who)
	}
	back, err := h.Resume(t.Context(), s.Token, "127.0.0.1")
	h.must(err)
	if back.Actor != who || back.PublicID != s.PublicID {
		t.Fatalf("resumed %+v", back.Actor)
	}
	h.must(h.EndStandIn(t.Context(), back))
	if _, err := h.Resume(t.Context(), s.Token, "127.0.0.1"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("after its end: %v", err)
	}
	const rows = "SELECT count(*) FROM audit_log WHERE actor_kind = 'staff' AND actor_id = ? AND actor_name = 'Marie Vasseur' AND action = ?"
	for _, action := range []string{"customer.portal_asked", "customer.portal_opened", "customer.portal_left"} {
		if n := h.int(rows, marie.ID, action); n != 1 {
			t.Errorf("%s: %d rows of the audit log name her", action, n)
		}
	}
	if n := h.int("SELECT count(*) FROM audit_log WHERE action = 'customer.portal_opened' AND json_extract(details, '$.as_contact') = ? AND json_extract(details, '$.as_customer') = ?", h.ann.Contacts[0].ID, h.ann.ID); n != 1 {
		t.Error("the audit log does not say in whose place")
	}
}

// Only the firm's own people, who have a name to act under.
func TestStandInIsForStaff(t *testing.T) {
	h := newHouse(t)
	contact := h.password(h.ann).Actor
	for _, who := range []actor.Actor{{}, actor.Machine(), actor.Shell("fr"), contact, {Kind: actor.Staff}, h.as(access.StandIn{CustomerID: h.ann.PublicID}).Actor} {
		if _, err := h.StandInPath(t.Context(), who, access.StandIn{CustomerID: h.bob.PublicID}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%+v: %v", who, err)
		}
	}
	for _, in := range []access.StandIn{{CustomerID: "nobody"}, {}, {CustomerID: h.ann.PublicID, ContactID: h.bob.Contacts[0].PublicID}} {
		if _, err := h.StandInPath(t.Context(), h.marie(), in); !fault.Is(err, fault.NotFound) {
			t.Errorf("%+v: %v", in, err)
		}
	}
}

// The token opens one session, within its minute; the file holds hashes only.
func TestStandInTokenIsUsedOnce(t *testing.T) {
	h := newHouse(t)
	path, err := h.StandInPath(t.Context(), h.marie(), access.StandIn{CustomerID: h.ann.PublicID, ContactID: h.ann.Contacts[0].PublicID})
	h.must(err)
	token := strings.TrimPrefix(path, "/au-nom/")
	s, err := h.OpenStandIn(t.Context(), token, "127.0.0.1")
	h.must(err)
	if n := h.int("SELECT count(*) FROM portal_stand_ins WHERE token_hash IN (?1, ?2) OR session_hash IN (?1, ?2) OR public_id IN (?1, ?2)", token, s.Token); n != 0 {
		t.Error("the file holds the token itself")
	}
	if _, err := h.OpenStandIn(t.Context(), token, "127.0.0.1"); !errors.Is(err, access.ErrLinkUsed) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := h.Resume(t.Context(), token, "127.0.0.1"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the token as a session: %v", err)
	}
	for _, guess := range []string{"", "x", strings.Repeat("A", 43), s.Token} {
		if _, err := h.OpenStandIn(t.Context(), guess, "127.0.0.1"); !errors.Is(err, access.ErrLinkUnknown) {
			t.Errorf("%q: %v", guess, err)
		}
	}
	path, err = h.StandInPath(t.Context(), h.marie(), access.StandIn{CustomerID: h.ann.PublicID})
	h.must(err)
	h.turn(access.StandInToken)
	if _, err := h.OpenStandIn(t.Context(), strings.TrimPrefix(path, "/au-nom/"), "127.0.0.1"); !errors.Is(err, access.ErrLinkExpired) {
		t.Errorf("after its minute: %v", err)
	}
}

func TestStandInEnds(t *testing.T) {
	h := newHouse(t)
	alive := func(s access.Session) bool {
		_, err := h.Resume(t.Context(), s.Token, "127.0.0.1")
		if err != nil && !errors.Is(err, access.ErrNoSession) {
			t.Fatal(err)
		}
		return err == nil
	}
	idle := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	h.turn(access.StandInIdle)
	if alive(idle) {
		t.Error("half an hour without a page did not end it")
	}
	busy := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	for range 3 {
		h.turn(access.StandInIdle - 11*time.Minute)
		if !alive(busy) {
			t.Fatal("ended while it was used")
		}
	}
	h.turn(4 * time.Minute)
	if alive(busy) {
		t.Error("an hour did not end it")
	}
	left := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	h.must(h.EndStandIns(t.Context()))
	if alive(left) {
		t.Error("the desk was left, the session goes on")
	}
	gone := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	c, err := h.cust.Get(t.Context(), h.staff, h.ann.PublicID)
	h.must(err)
	c.Contacts = []customers.Contact{}
	_, err = h.cust.Save(t.Context(), h.staff, "customer-without-ann", c)
	h.must(err)
	if alive(gone) {
		t.Error("the contact is gone, the session in its place goes on")
	}
	bare := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	if bare.Actor.ID != 0 || bare.Actor.ContactID() != nil || bare.Actor.For != "Atelier Martin" || !alive(bare) {
		t.Errorf("a customer without contacts: %+v", bare.Actor)
	}
}

// A customer whose group does not use the portal has none to be opened; a session that runs ends
// when the group is switched off, and does not come back with it.
func TestStandInWhereTheGroupIsOff(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.group("")
	running := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	beside := h.as(access.StandIn{CustomerID: h.bob.PublicID})
	path, err := h.StandInPath(ctx, h.marie(), access.StandIn{CustomerID: h.ann.PublicID})
	h.must(err)
	groups, err := h.cust.Groups(ctx, h.staff)
	h.must(err)
	at := slices.IndexFunc(groups, func(g customers.Group) bool { return g.Name == "Ateliers" })
	g, off, on := groups[at], false, true
	g.PortalEnabled = &off
	g, err = h.cust.SaveGroup(ctx, h.staff, "group-portal-off", g)
	h.must(err)
	if _, err := h.Resume(ctx, running.Token, "127.0.0.1"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the session runs on: %v", err)
	}
	if _, err := h.Resume(ctx, beside.Token, "127.0.0.1"); err != nil {
		t.Errorf("that of another customer: %v", err)
	}
	if _, err := h.OpenStandIn(ctx, strings.TrimPrefix(path, "/au-nom/"), "127.0.0.1"); err == nil {
		t.Error("an address made before opens it")
	}
	for lang, want := range map[string]string{"fr": "Le groupe clients de Atelier Martin n’utilise pas le portail\u00a0: ouvrez-le d’abord dans ce groupe.", "en": "The customer group of Atelier Martin does not use the portal: open it there first."} {
		_, err := h.StandInPath(ctx, h.marie(), access.StandIn{CustomerID: h.ann.PublicID})
		f, ok := fault.As(err)
		if !ok || f.Code != fault.Conflict {
			t.Fatalf("asked for: %v", err)
		}
		if got := locale.T(lang, f.Key, f.Args); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	g.PortalEnabled = &on
	_, err = h.cust.SaveGroup(ctx, h.staff, "group-portal-on", g)
	h.must(err)
	if _, err := h.Resume(ctx, running.Token, "127.0.0.1"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the session came back: %v", err)
	}
	h.as(access.StandIn{CustomerID: h.ann.PublicID})
}

// Between the two, the file is what counts: a group may be switched off by whatever way.
func TestStandInAsksTheFile(t *testing.T) {
	h := newHouse(t)
	g := h.group("")
	running := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	path, err := h.StandInPath(t.Context(), h.marie(), access.StandIn{CustomerID: h.ann.PublicID})
	h.must(err)
	h.exec("UPDATE customer_groups SET portal_enabled = 0 WHERE id = ?", g)
	if _, err := h.Resume(t.Context(), running.Token, "127.0.0.1"); !errors.Is(err, access.ErrNoSession) {
		t.Errorf("the session runs on: %v", err)
	}
	if _, err := h.OpenStandIn(t.Context(), strings.TrimPrefix(path, "/au-nom/"), "127.0.0.1"); key(err) != "fault.group.portal_off_for" {
		t.Errorf("an address made before: %v", err)
	}
}

// A session in a contact's place is none of the contact's own: what ends these leaves it, and
// it touches none of them.
func TestStandInTouchesNothingOfTheContact(t *testing.T) {
	h := newHouse(t)
	own := h.password(h.ann)
	before := h.int("SELECT count(*) FROM portal_sessions")
	s := h.as(access.StandIn{CustomerID: h.ann.PublicID})
	list, err := h.Sessions(t.Context(), own.Actor)
	h.must(err)
	if len(list) != 1 || h.int("SELECT count(*) FROM portal_sessions") != before {
		t.Errorf("%d sessions of the contact", len(list))
	}
	ctx := t.Context()
	_, sessions := h.Sessions(ctx, s.Actor)
	_, others := h.EndOtherSessions(ctx, s.Actor)
	_, profile := h.Profile(ctx, s.Actor)
	_, password := h.ChangePassword(ctx, s.Actor, good, "Autre-42-chose", "", "test")
	_, proof := h.Prove(ctx, s.Actor, good, "")
	for name, err := range map[string]error{"sessions": sessions, "others": others, "profile": profile, "password": password, "proof": proof, "one": h.EndSession(ctx, s.Actor, own.PublicID),
		"language": h.SetLanguage(ctx, s.Actor, "en"), "ask": h.AskPassword(ctx, s.Actor), "sign out": h.SignOut(ctx, s.Actor)} {
		if !errors.Is(err, actor.ErrStandIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Resume(ctx, own.Token, "192.0.2.1"); err != nil {
		t.Errorf("the contact's own session: %v", err)
	}
	if err := h.EndStandIn(ctx, own); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact ends a stand-in: %v", err)
	}
}

// A password counts for a quarter of an hour; then it is asked for again.
func TestProofGrowsOld(t *testing.T) {
	h := newHouse(t)
	s := h.password(h.ann)
	is := func(name string, want bool) {
		t.Helper()
		r, err := h.Resume(t.Context(), s.Token, "192.0.2.1")
		h.must(err)
		if r.Actor.Stale != want {
			t.Errorf("%s: stale is %v", name, r.Actor.Stale)
		}
	}
	if s.Actor.Stale {
		t.Error("stale from the beginning")
	}
	is("at first", false)
	h.turn(access.ProofLife - time.Second)
	is("just before", false)
	h.turn(time.Second)
	is("after a quarter of an hour", true)
	r, err := h.Resume(t.Context(), s.Token, "192.0.2.1")
	h.must(err)
	if _, err := h.Prove(t.Context(), r.Actor, "Wrong-1-password", ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong one: %v", err)
	}
	is("after a wrong one", true)
	who, err := h.Prove(t.Context(), r.Actor, good, "")
	h.must(err)
	if who.Stale {
		t.Error("still stale")
	}
	is("after the right one", false)
	h.turn(-time.Hour)
	is("proved in a future that a wrong clock made", true)
	if n := h.int("SELECT count(*) FROM audit_log WHERE action = 'contact.proved'"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// Guesses at a session that was left lying are counted.
func TestProofIsThrottled(t *testing.T) {
	h := newHouse(t)
	s := h.password(h.ann)
	var err error
	for range 6 {
		_, err = h.Prove(t.Context(), s.Actor, "Wrong-1-password", "")
	}
	if !fault.Is(err, fault.TooMany) {
		t.Fatalf("the sixth guess: %v", err)
	}
	if _, err := h.Prove(t.Context(), s.Actor, good, ""); !fault.Is(err, fault.TooMany) {
		t.Errorf("the right one while at rest: %v", err)
	}
}

// A mailed link proves nothing, and a session of before this rule has to prove itself.
func TestProofOfOtherSessions(t *testing.T) {
	h := newHouse(t)
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(t.Context(), token, "192.0.2.1", "Phone")
	h.must(err)
	r, err := h.Resume(t.Context(), s.Token, "192.0.2.1")
	h.must(err)
	if !r.Actor.Stale {
		t.Error("a mailed link counts as a proof")
	}
	if _, err := h.Prove(t.Context(), r.Actor, good, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a proof below the password: %v", err)
	}
	old := h.password(h.bob)
	_, err = h.raw.Exec("UPDATE portal_sessions SET proved_at = '' WHERE public_id = ?", old.PublicID)
	h.must(err)
	if r, err := h.Resume(t.Context(), old.Token, "192.0.2.1"); err != nil || !r.Actor.Stale {
		t.Errorf("%+v, %v", r.Actor, err)
	}
}
