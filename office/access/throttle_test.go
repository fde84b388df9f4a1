package access_test

import (
	"fmt"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/access"
)

const ann = "ann@atelier.example"

// guess tries wrong passwords from an address until it must rest, and gives how many.
func (h *house) guess(name string, from access.Browser, limit int) int {
	h.Helper()
	for i := range limit {
		if _, err := h.SignIn(h.Context(), name, "Wrong-password-1", from); fault.Is(err, fault.TooMany) {
			return i
		} else if err != access.ErrSignIn {
			h.Fatal(err)
		}
	}
	return limit
}

func TestStrangerDoesNotKeepTheOwnerOut(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	owner := h.password(h.ann)
	if owner.Device == "" {
		t.Fatal("the browser of a chosen password is not known")
	}
	if n := h.guess(ann, access.Browser{Address: "192.0.2.66"}, 20); n != 5 {
		t.Fatalf("a stranger had %d tries", n)
	}
	if _, err := h.SignIn(ctx, ann, good, access.Browser{Address: "192.0.2.66"}); !fault.Is(err, fault.TooMany) {
		t.Errorf("the stranger's address: %v", err)
	}
	if _, err := h.SignIn(ctx, ann, good, access.Browser{Address: "192.0.2.1"}); err != nil {
		t.Errorf("the owner at another address: %v", err)
	}
	same := access.Browser{Address: "192.0.2.66", Device: owner.Device} // behind one router with the stranger
	again, err := h.SignIn(ctx, ann, good, same)
	if err != nil || again.Device == "" {
		t.Errorf("the owner's own device: %v", err)
	}
	if n := h.guess(ann, same, 20); n != 5 {
		t.Errorf("a known device had %d wrong tries", n)
	}
}

func TestManyAddressesGuessingOneNameRest(t *testing.T) {
	h := newHouse(t)
	owner := h.password(h.ann)
	tries := 0
	for i := 0; i < 60 && tries < 200; i++ {
		n := h.guess(ann, access.Browser{Address: fmt.Sprintf("192.0.2.%d", i)}, 5)
		tries += n
		if n == 0 {
			break
		}
	}
	if tries != 100 {
		t.Errorf("%d tries from many addresses", tries)
	}
	if _, err := h.SignIn(t.Context(), ann, good, access.Browser{Address: "198.51.100.1", Device: owner.Device}); err != nil {
		t.Errorf("the owner's known device: %v", err)
	}
	if n := h.guess(ann, access.Browser{Address: "198.51.100.9"}, 5); n != 0 {
		t.Errorf("a success of the owner gave guessers %d tries", n)
	}
}

func TestDeviceIsSignedForOneContact(t *testing.T) {
	h := newHouse(t)
	a, b := h.password(h.ann), h.password(h.bob)
	here := access.Browser{Address: "192.0.2.66"}
	h.guess(ann, here, 20)
	for name, device := range map[string]string{"none": "", "another's": b.Device, "changed": a.Device[:5] + "x" + a.Device[6:], "cut": a.Device[:30], "rubbish": "a.b.c.."} {
		here.Device = device
		if _, err := h.SignIn(t.Context(), ann, good, here); !fault.Is(err, fault.TooMany) {
			t.Errorf("%s: %v", name, err)
		}
	}
	here.Device = a.Device
	h.turn(access.DeviceLife)
	h.guess(ann, access.Browser{Address: here.Address}, 20)
	if _, err := h.SignIn(t.Context(), ann, good, here); !fault.Is(err, fault.TooMany) {
		t.Errorf("after its end: %v", err)
	}
}

func TestForgottenIsMailedSeldom(t *testing.T) {
	h := newHouse(t)
	h.password(h.ann)
	mails := func() int64 { return h.int("SELECT count(*) FROM mails") }
	for range 24 * 30 { // a stranger asks every two minutes for a day
		h.forgets(ann)
		h.turn(2 * time.Minute)
	}
	if n := mails(); n < 5 || n > 13 {
		t.Errorf("%d mails in a day", n)
	}
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(t.Context(), token, "192.0.2.1", "")
	h.must(err)
	kept := mails()
	h.must(h.AskPassword(t.Context(), s.Actor))
	if mails() != kept+1 {
		t.Error("a stranger's questions used up those of who holds a link")
	}
	h.turn(25 * time.Hour)
	before := mails()
	h.forgets(ann)
	if mails() != before+1 {
		t.Error("the owner gets none after a quiet day")
	}
}

func TestForgottenAgainVoidsNothing(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.forgets(ann)
	first := h.int("SELECT link_id FROM mails")
	path, err := h.LinkPath(ctx, first)
	h.must(err)
	h.turn(3 * time.Minute)
	h.forgets(ann)
	if got := dbtest.Strings(t, h.raw, "SELECT DISTINCT link_id FROM mails"); len(got) != 1 {
		t.Errorf("links %v: the young one is not sent again", got)
	}
	h.turn(10 * time.Minute)
	h.forgets(ann)
	later, err := h.LinkPath(ctx, h.int("SELECT max(link_id) FROM mails"))
	h.must(err)
	if later == path {
		t.Error("an old link is sent again")
	}
	if _, err := h.ChoosePassword(ctx, path[3:], good, "", ""); err != nil {
		t.Errorf("the first link: %v", err)
	}
	if _, err := h.ChoosePassword(ctx, later[3:], good+"2", "", ""); err != access.ErrLinkRevoked {
		t.Errorf("a second way in: %v", err)
	}
}

func TestLinkSessionsPushNobodyOut(t *testing.T) {
	h := newHouse(t)
	owner := h.password(h.ann)
	token, _ := h.link(h.ann, access.DocumentLink)
	for range 40 {
		h.turn(time.Second)
		_, _, err := h.OpenLink(t.Context(), token, "192.0.2.66", "")
		h.must(err)
	}
	if _, err := h.Resume(t.Context(), owner.Token, ""); err != nil {
		t.Errorf("the password's session: %v", err)
	}
	if n := h.int("SELECT count(*) FROM portal_sessions WHERE trust = ?", int64(actor.TrustLink)); n != 10 {
		t.Errorf("%d sessions of links kept", n)
	}
	lines := func() int64 { return h.int("SELECT count(*) FROM audit_log WHERE action = 'contact.link_opened'") }
	if n := lines(); n != 1 {
		t.Errorf("%d lines in the audit log", n)
	}
	_, _, err := h.OpenLink(t.Context(), token, "192.0.2.67", "")
	h.must(err)
	if n := lines(); n != 2 {
		t.Errorf("another address is not told: %d lines", n)
	}
}

func TestClockOnceAhead(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.password(h.ann)
	h.turn(20 * 365 * 24 * time.Hour) // a wrong clock
	h.guess(ann, access.Browser{}, 20)
	h.forgets(ann)
	h.turn(-20 * 365 * 24 * time.Hour)
	before := h.int("SELECT count(*) FROM mails")
	if _, err := h.SignIn(ctx, ann, good, access.Browser{}); !fault.Is(err, fault.TooMany) {
		t.Errorf("at once: %v", err)
	}
	h.forgets(ann)
	h.turn(16 * time.Minute)
	if _, err := h.SignIn(ctx, ann, good, access.Browser{}); err != nil {
		t.Errorf("after the rest: %v", err)
	}
	h.turn(3 * time.Minute)
	h.forgets(ann)
	if n := h.int("SELECT count(*) FROM mails"); n != before+1 {
		t.Errorf("%d mails", n-before)
	}
	if n := h.int("SELECT count(*) FROM sign_in_failures WHERE last_at > '2040'"); n != 0 {
		t.Errorf("%d rows lie ahead", n)
	}
	h.turn(25 * time.Hour)
	if _, err := h.SignIn(ctx, ann, good, access.Browser{}); err != nil {
		t.Error(err)
	}
	if n := h.int("SELECT count(*) FROM sign_in_failures WHERE last_at < ?", h.clock().Add(-24*time.Hour).Format(time.RFC3339)); n != 0 {
		t.Errorf("%d old rows stay", n)
	}
}
