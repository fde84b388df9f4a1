package access_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/access"
)

func TestSignInSameWorkForUnknownNames(t *testing.T) {
	h := newHouse(t)
	h.password(h.ann)
	work := func(name, password string) (hashes int64, err error) {
		before := h.Hashes()
		_, err = h.SignIn(t.Context(), name, password, access.Browser{Address: "192.0.2.1"})
		return h.Hashes() - before, err
	}
	for name, c := range map[string][2]string{"known, wrong": {"ann@atelier.example", "Wrong-password-1"}, "unknown": {"zoe@nowhere.example", "Wrong-password-1"}, "no password yet": {"bob@boulange.example", good}} {
		n, err := work(c[0], c[1])
		if n != 1 || err != access.ErrSignIn {
			t.Errorf("%s: %d hashes, %v", name, n, err)
		}
	}
	if n, err := work(" ANN@atelier.example ", good); n != 1 || err != nil {
		t.Errorf("right one: %d hashes, %v", n, err)
	}
	if n := h.int("SELECT count(*) FROM sign_in_failures WHERE name_hash LIKE '%@%'"); n != 0 {
		t.Error("a typed name is stored in clear")
	}
}

func TestSignInRestsKnownAndUnknownAlike(t *testing.T) {
	for _, name := range []string{"ann@atelier.example", "zoe@nowhere.example"} {
		h := newHouse(t)
		s := h.password(h.ann)
		codes := ""
		for range 12 {
			_, err := h.SignIn(t.Context(), name, "Wrong-password-1", access.Browser{})
			switch {
			case fault.Is(err, fault.TooMany):
				codes += "t"
			case err == access.ErrSignIn:
				codes += "s"
			default:
				t.Fatal(err)
			}
		}
		if codes != "sssssttttttt" {
			t.Errorf("%s: %s", name, codes)
		}
		if _, err := h.Resume(t.Context(), s.Token, ""); err != nil {
			t.Errorf("the owner's device is shut out: %v", err)
		}
		token, _ := h.link(h.ann, access.DocumentLink)
		if _, _, err := h.OpenLink(t.Context(), token, "", ""); err != nil {
			t.Errorf("the owner's link is shut out: %v", err)
		}
		h.turn(16 * time.Minute)
		if _, err := h.SignIn(t.Context(), "ann@atelier.example", good, access.Browser{}); err != nil {
			t.Errorf("%s: the owner cannot sign in after the rest: %v", name, err)
		}
	}
}

func TestSignInCountsTriesMadeAtOnce(t *testing.T) {
	h := newHouse(t)
	h.password(h.ann)
	before := h.Hashes()
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			_, _ = h.SignIn(context.Background(), "ann@atelier.example", "Wrong-password-1", access.Browser{})
		})
	}
	wg.Wait()
	if n := h.Hashes() - before; n > 5 {
		t.Errorf("%d passwords were tried, 5 are free", n)
	}
}

func TestTwoContactsOfOneAddress(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	twin := h.customer("Second", "Ann Lefort", "ann@atelier.example")
	h.password(h.ann)
	h.password(twin)
	name := "ann@atelier.example/" + twin.Number
	s, err := h.SignIn(ctx, name, good, access.Browser{})
	h.must(err)
	if s.Actor.CustomerID != twin.ID {
		t.Errorf("%s opened customer %d", name, s.Actor.CustomerID)
	}
	s, err = h.SignIn(ctx, "ann@atelier.example", good, access.Browser{})
	h.must(err)
	if s.Actor.CustomerID != h.ann.ID {
		t.Errorf("the plain address opened customer %d", s.Actor.CustomerID)
	}
	h.forgets("ann@atelier.example")
	if n := h.int("SELECT count(*) FROM mails"); n != 2 {
		t.Errorf("%d mails for two persons", n)
	}
}
