package access_test

import (
	"context"
	"database/sql"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/company"
	"comptoir/office/customers"
)

// house is a company with two customers of one contact each, and a clock to turn.
type house struct {
	*testing.T
	*access.Service
	mu    sync.Mutex
	now   time.Time
	db    *db.DB
	raw   *sql.DB
	cust  *customers.Service
	ann   customers.Customer // contact ann@atelier.example
	bob   customers.Customer // contact bob@boulange.example
	staff actor.Actor
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) turn(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: dbtest.Instant, staff: actor.Machine()}
	path := dbtest.File(t)
	h.db = dbtest.Open(t, path, db.Options{Clock: h.clock})
	h.raw = dbtest.Raw(t, path)
	ids := id.Seeded(7)
	h.Service = access.New(access.Deps{DB: h.db, IDs: ids, Key: []byte(strings.Repeat("k", 32)), Hashing: 4, Seal: box{}})
	none := func(context.Context, *db.Tx, string) error { return nil }
	firm := company.New(h.db, ids, none, nil)
	h.must(firm.Create(t.Context(), h.staff, company.Create{Name: "Menuiserie Vasseur", Country: "FR", Language: "fr", Email: "contact@vasseur.example"}))
	h.cust = customers.New(h.db, ids, h.CloseContact).Ending(h.EndSessions)
	h.ann = h.customer("Atelier Martin", "Ann Lefort", "ann@atelier.example")
	h.bob = h.customer("Boulange", "Bob Petit", "bob@boulange.example")
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) customer(name, contact, email string) customers.Customer {
	h.Helper()
	c, err := h.cust.Blank(h.Context(), h.staff)
	h.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country = name, "company", "1 rue Haute", "69001", "Lyon", "FR"
	c.Contacts = []customers.Contact{{Name: contact, Email: email, Language: "fr", IsPrimary: true, PortalAccess: true}}
	c, err = h.cust.Save(h.Context(), h.staff, "customer-"+c.Contacts[0].Name[:3]+name[:3], c)
	h.must(err)
	return c
}

func (h *house) link(c customers.Customer, kind string) (token string, linkID int64) {
	h.Helper()
	h.must(h.db.Write(h.Context(), func(ctx context.Context, tx *db.Tx) (err error) {
		linkID, err = h.IssueLink(ctx, tx, c.Contacts[0].ID, 0, kind)
		return err
	}))
	path, err := h.LinkPath(h.Context(), linkID)
	h.must(err)
	return path[3:], linkID
}

func (h *house) int(query string, args ...any) int64 {
	h.Helper()
	return dbtest.Int(h, h.raw, query, args...)
}

const good = "Noisette-42-verte"

// password gives a contact a password and returns its session.
func (h *house) password(c customers.Customer) access.Session {
	h.Helper()
	token, _ := h.link(c, access.PasswordLink)
	s, err := h.ChoosePassword(h.Context(), token, good, "192.0.2.1", "test")
	h.must(err)
	return s
}

func TestDocumentLinkOpensALowTrustSession(t *testing.T) {
	h := newHouse(t)
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(t.Context(), token, "192.0.2.1", "Phone")
	h.must(err)
	if s.Actor.Trust != actor.TrustLink || s.Actor.CustomerID != h.ann.ID || s.Actor.Kind != actor.Contact {
		t.Fatalf("actor %+v", s.Actor)
	}
	back, err := h.Resume(t.Context(), s.Token, "192.0.2.1")
	h.must(err)
	if back.Actor.SessionID != s.Actor.SessionID || back.Actor.Name != "Ann Lefort" {
		t.Fatalf("resumed %+v", back.Actor)
	}
	if _, err := h.Sessions(t.Context(), s.Actor); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a link may not list sessions: %v", err)
	}
	if n := h.int("SELECT count(*) FROM portal_sessions WHERE token_hash LIKE '%' || ? || '%'", s.Token); n != 0 {
		t.Error("the token itself is stored")
	}
	if n := h.int("SELECT count(*) FROM portal_links WHERE token_hash = ?", token); n != 0 {
		t.Error("the link's token itself is stored")
	}
}

func TestLinkRefusals(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	live, _ := h.link(h.ann, access.DocumentLink)
	revoked, revokedID := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(ctx, revoked, "", "")
	h.must(err)
	h.must(h.RevokeLink(ctx, h.staff, revoked[43:]))
	if _, err := h.Resume(ctx, s.Token, ""); err != access.ErrNoSession {
		t.Errorf("the session of a revoked link goes on: %v", err)
	}
	if revokedID == 0 {
		t.Fatal("no link")
	}
	password, _ := h.link(h.ann, access.PasswordLink)
	swapped := live[:43] + revoked[43:]
	forgedID := live[:43] + strings.Repeat("a", 26)
	flipped := "A" + live[1:]
	if live[0] == 'A' {
		flipped = "B" + live[1:]
	}
	for name, c := range map[string]struct {
		token string
		want  error
	}{
		"revoked": {revoked, access.ErrLinkRevoked}, "empty": {"", access.ErrLinkUnknown}, "mac of another": {swapped, access.ErrLinkUnknown},
		"guessed id": {forgedID, access.ErrLinkUnknown}, "flipped": {flipped, access.ErrLinkUnknown}, "cut": {live[:60], access.ErrLinkUnknown},
		"longer": {live + "a", access.ErrLinkUnknown}, "password link": {password, access.ErrLinkUnknown}, "spaces": {" " + live, access.ErrLinkUnknown},
	} {
		if _, _, err := h.OpenLink(ctx, c.token, "", ""); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	h.turn(91 * 24 * time.Hour)
	if _, _, err := h.OpenLink(ctx, live, "", ""); err != access.ErrLinkExpired {
		t.Errorf("after 91 days: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	for name, c := range map[string]struct {
		trust actor.Trust
		steps []time.Duration
		alive bool
	}{
		"link, idle just in time": {actor.TrustLink, []time.Duration{access.LinkIdle - time.Second}, true},
		"link, idle":              {actor.TrustLink, []time.Duration{access.LinkIdle}, false},
		"link, used all day":      {actor.TrustLink, []time.Duration{90 * time.Minute, 90 * time.Minute, 90 * time.Minute}, true},
		"password, idle":          {actor.TrustPassword, []time.Duration{access.PasswordIdle}, false},
		"password, a working day": {actor.TrustPassword, []time.Duration{8 * time.Hour, 8 * time.Hour}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			var s access.Session
			if c.trust == actor.TrustLink {
				token, _ := h.link(h.ann, access.DocumentLink)
				s, _, _ = h.OpenLink(t.Context(), token, "", "")
			} else {
				s = h.password(h.ann)
			}
			var err error
			for _, d := range c.steps {
				h.turn(d)
				_, err = h.Resume(t.Context(), s.Token, "")
			}
			if (err == nil) != c.alive {
				t.Errorf("alive %v: %v", c.alive, err)
			}
		})
	}
	h := newHouse(t) // the absolute limit, though it is used every hour
	token, _ := h.link(h.ann, access.DocumentLink)
	s, _, err := h.OpenLink(t.Context(), token, "", "")
	h.must(err)
	hours := 0
	for ; hours < 48; hours++ {
		h.turn(time.Hour)
		if _, err := h.Resume(t.Context(), s.Token, ""); err != nil {
			break
		}
	}
	if hours != 23 {
		t.Errorf("a link session lived %d hours and something", hours)
	}
}

func TestTouchedAtMostOnceAMinute(t *testing.T) {
	h := newHouse(t)
	s := h.password(h.ann)
	seen := func() string { return dbtest.Strings(t, h.raw, "SELECT seen_at FROM portal_sessions")[0] }
	before := seen()
	h.turn(59 * time.Second)
	_, err := h.Resume(t.Context(), s.Token, "")
	h.must(err)
	if seen() != before {
		t.Error("touched within the minute")
	}
	h.turn(2 * time.Second)
	_, err = h.Resume(t.Context(), s.Token, "192.0.2.77")
	h.must(err)
	if seen() == before {
		t.Error("not touched after the minute")
	}
}

func TestAccessLostEndsEverything(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	s := h.password(h.ann)
	token, _ := h.link(h.ann, access.DocumentLink)
	c, err := h.cust.Get(ctx, h.staff, h.ann.PublicID)
	h.must(err)
	c.Contacts[0].PortalAccess = false
	_, err = h.cust.Save(ctx, h.staff, "close-ann-1", c)
	h.must(err)
	if _, err := h.Resume(ctx, s.Token, ""); err != access.ErrNoSession {
		t.Errorf("session: %v", err)
	}
	if _, _, err := h.OpenLink(ctx, token, "", ""); err != access.ErrLinkRevoked {
		t.Errorf("link: %v", err)
	}
	if _, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != access.ErrSignIn {
		t.Errorf("password: %v", err)
	}
	h.forgets("ann@atelier.example")
	if n := h.int("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d mails to a contact without access", n)
	}
}

func TestPasswordLinkWorksOnce(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	first, _ := h.link(h.ann, access.PasswordLink)
	second, _ := h.link(h.ann, access.PasswordLink)
	if _, err := h.PasswordLinkOf(ctx, first); err != access.ErrLinkRevoked {
		t.Errorf("an older link still works: %v", err)
	}
	for range 3 { // looking does not use it up
		p, err := h.PasswordLinkOf(ctx, second)
		h.must(err)
		if p.UserName != "ann@atelier.example" {
			t.Errorf("user name %q", p.UserName)
		}
	}
	if _, err := h.ChoosePassword(ctx, second, "faible", "", ""); !fault.HasField(err, "password") {
		t.Errorf("weak password: %v", err)
	}
	old, err := h.ChoosePassword(ctx, second, good, "", "")
	h.must(err)
	if _, err := h.ChoosePassword(ctx, second, good+"2", "", ""); err != access.ErrLinkUsed {
		t.Errorf("used twice: %v", err)
	}
	late, _ := h.link(h.bob, access.PasswordLink)
	h.turn(access.PasswordLinkLife)
	if _, err := h.ChoosePassword(ctx, late, good, "", ""); err != access.ErrLinkExpired {
		t.Errorf("after 30 minutes: %v", err)
	}
	again := h.password(h.ann)
	if _, err := h.Resume(ctx, old.Token, ""); err != access.ErrNoSession {
		t.Errorf("the older session survived a new password: %v", err)
	}
	_, err = h.Resume(ctx, again.Token, "")
	h.must(err)
}

func TestPasswordLinkRaced(t *testing.T) {
	h := newHouse(t)
	token, _ := h.link(h.ann, access.PasswordLink)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for range 8 {
		wg.Go(func() {
			if _, err := h.ChoosePassword(context.Background(), token, good, "", ""); err == nil {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if won != 1 {
		t.Errorf("%d of 8 clicks chose a password", won)
	}
}

func TestRenewMailsOnlyTheContact(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	for _, token := range []string{"", "nonsense", strings.Repeat("A", 43) + strings.Repeat("a", 26)} {
		h.must(h.RenewLink(ctx, token))
	}
	token, _ := h.link(h.ann, access.DocumentLink) // a link about no document: nothing to renew
	h.must(h.RenewLink(ctx, token))
	if n := h.int("SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestPasswordAlways(t *testing.T) {
	h := newHouse(t)
	token, _ := h.link(h.ann, access.DocumentLink)
	if _, err := h.raw.Exec("UPDATE portal_settings SET password_always = 1"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.OpenLink(t.Context(), token, "", ""); err != access.ErrPasswordAlways {
		t.Errorf("%v", err)
	}
}

func TestChangePassword(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	one := h.password(h.ann)
	two, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{})
	h.must(err)
	who, err := h.Resume(ctx, two.Token, "")
	h.must(err)
	if _, err := h.ChangePassword(ctx, who.Actor, "Wrong-password-1", good+"x", "", ""); !fault.HasField(err, "old") {
		t.Errorf("wrong old one: %v", err)
	}
	if _, err := h.ChangePassword(ctx, who.Actor, good, "Bonjour2026!", "", ""); !fault.HasField(err, "password") {
		t.Errorf("common new one: %v", err)
	}
	three, err := h.ChangePassword(ctx, who.Actor, good, good+"x", "", "")
	h.must(err)
	for name, token := range map[string]string{"other": one.Token, "own, old token": two.Token} {
		if _, err := h.Resume(ctx, token, ""); err != access.ErrNoSession {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = h.Resume(ctx, three.Token, "")
	h.must(err)
}

func TestEndSessions(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	mine := h.password(h.ann)
	phone, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{Address: "192.0.2.9", UserAgent: "Phone\nInjected"})
	h.must(err)
	theirs := h.password(h.bob)
	list, err := h.Sessions(ctx, mine.Actor)
	h.must(err)
	if len(list) != 2 || strings.Contains(list[0].UserAgent+list[1].UserAgent, "\n") {
		t.Fatalf("%+v", list)
	}
	if err := h.EndSession(ctx, mine.Actor, theirs.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's: %v", err)
	}
	h.must(h.EndSession(ctx, mine.Actor, phone.PublicID))
	if _, err := h.Resume(ctx, phone.Token, ""); err != access.ErrNoSession {
		t.Errorf("ended: %v", err)
	}
	for range 25 {
		if _, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{}); err != nil {
			t.Fatal(err)
		}
		h.turn(time.Second)
	}
	if n := h.int("SELECT count(*) FROM portal_sessions WHERE contact_id = ?", h.ann.Contacts[0].ID); n != 20 {
		t.Errorf("%d sessions kept", n)
	}
	last, err := h.SignIn(ctx, "ann@atelier.example", good, access.Browser{})
	h.must(err)
	ended, err := h.EndOtherSessions(ctx, last.Actor)
	h.must(err)
	if ended != 19 {
		t.Errorf("ended %d", ended)
	}
	if _, err := h.Resume(ctx, theirs.Token, ""); err != nil {
		t.Errorf("somebody else's session ended too: %v", err)
	}
	h.must(h.SignOut(ctx, last.Actor))
	if _, err := h.Resume(ctx, last.Token, ""); err != access.ErrNoSession {
		t.Errorf("signed out: %v", err)
	}
}

func TestVisits(t *testing.T) {
	h := newHouse(t)
	s := h.password(h.ann)
	h.Saw()
	h.Saw()
	h.turn(2 * time.Minute)
	_, err := h.Resume(t.Context(), s.Token, "")
	h.must(err)
	h.Saw()
	v, err := h.Visits(t.Context())
	h.must(err)
	if v != (access.Visits{SignedIn: 1, Sessions: 1, Views: 3}) {
		t.Errorf("%+v", v)
	}
}

func FuzzLinkToken(f *testing.F) {
	s := access.New(access.Deps{Key: []byte(strings.Repeat("k", 32)), IDs: id.Seeded(1)})
	f.Add(s.Token(strings.Repeat("a", 26)))
	f.Add("")
	f.Add(strings.Repeat("=", 70))
	f.Add("../../etc/passwd%00" + strings.Repeat("é", 40))
	f.Fuzz(func(t *testing.T, token string) {
		if s.Genuine(token) && (len(token) < 59 || s.Token(token[43:]) != token) {
			t.Errorf("%q taken for genuine", token)
		}
	})
}

// What is remembered of sessions must never outlive what ends them.
func TestNoSessionOutlivesItsEnd(t *testing.T) {
	for name, end := range map[string]func(h *house, s access.Session){
		"sign out":        func(h *house, s access.Session) { h.must(h.SignOut(h.Context(), s.Actor)) },
		"ended by itself": func(h *house, s access.Session) { h.must(h.EndSession(h.Context(), s.Actor, s.PublicID)) },
		"ended elsewhere": func(h *house, s access.Session) {
			other, err := h.SignIn(h.Context(), "ann@atelier.example", good, access.Browser{})
			h.must(err)
			_, err = h.EndOtherSessions(h.Context(), other.Actor)
			h.must(err)
		},
		"links revoked":   func(h *house, _ access.Session) { h.must(h.RevokeLinks(h.Context(), h.staff, h.ann.Contacts[0].ID)) },
		"password chosen": func(h *house, _ access.Session) { h.password(h.ann) },
		"password changed": func(h *house, s access.Session) {
			_, err := h.ChangePassword(h.Context(), s.Actor, good, good+"x", "", "")
			h.must(err)
		},
		"access taken": func(h *house, _ access.Session) {
			c, err := h.cust.Get(h.Context(), h.staff, h.ann.PublicID)
			h.must(err)
			c.Contacts = nil
			_, err = h.cust.Save(h.Context(), h.staff, "no-contacts", c)
			h.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			s := h.password(h.ann)
			for range 3 { // now it is remembered
				_, err := h.Resume(t.Context(), s.Token, "")
				h.must(err)
			}
			end(h, s)
			if _, err := h.Resume(t.Context(), s.Token, ""); err != access.ErrNoSession {
				t.Errorf("it goes on: %v", err)
			}
		})
	}
}

func TestRevokedLinksLeaveThePassword(t *testing.T) {
	h := newHouse(t)
	h.password(h.ann)
	r, err := h.SignIn(t.Context(), "ann@atelier.example", good, access.Browser{})
	h.must(err)
	h.must(h.RevokeLinks(t.Context(), h.staff, h.ann.Contacts[0].ID))
	if _, err := h.Resume(t.Context(), r.Token, "192.0.2.1"); err == nil {
		t.Error("a session goes on after the firm ended it")
	}
	if _, err := h.SignIn(t.Context(), "ann@atelier.example", good, access.Browser{}); err != nil {
		t.Errorf("signing in afterwards: %v", err)
	}
}
