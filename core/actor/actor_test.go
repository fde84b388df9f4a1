package actor_test

import (
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
)

func TestNeedStaff(t *testing.T) {
	for _, a := range []actor.Actor{{Kind: actor.Staff, ID: 1}, actor.Machine(), actor.Shell("fr")} {
		if err := a.NeedStaff(); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
	for _, a := range []actor.Actor{{}, {Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustSecondFactor}, {Kind: "root"}} {
		if err := a.NeedStaff(); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// Who may do what asks for which trust: every pair of levels.
func TestNeedContact(t *testing.T) {
	levels := []actor.Trust{actor.TrustNone, actor.TrustLink, actor.TrustPassword, actor.TrustSecondFactor}
	for _, has := range levels {
		for _, needs := range levels {
			a := actor.Actor{Kind: actor.Contact, ID: 3, CustomerID: 7, Trust: has}
			err := a.NeedContact(needs)
			if may := has != actor.TrustNone && has >= needs; (err == nil) != may {
				t.Errorf("has %d, needs %d: %v", has, needs, err)
			}
			e, _ := fault.As(err)
			if err != nil && has != actor.TrustNone && e.Key != "fault.password_needed" {
				t.Errorf("has %d, needs %d: %s", has, needs, e.Key)
			}
		}
	}
	for _, a := range []actor.Actor{actor.Machine(), {Kind: actor.Staff, ID: 1, CustomerID: 7, Trust: actor.TrustPassword}, {Kind: actor.Contact, ID: 3, Trust: actor.TrustPassword}} {
		if err := a.NeedContact(actor.TrustLink); !fault.Is(err, fault.Forbidden) {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

// What is one's own is refused to whoever stands in a contact's place, and the password is
// asked for again of nobody else but a contact.
func TestNeedSelfAndProof(t *testing.T) {
	own := actor.Actor{Kind: actor.Contact, ID: 3, CustomerID: 7, Trust: actor.TrustPassword}
	old, by, bare, link := own, own, own, own
	old.Stale, by.By, by.For, by.Stale = true, "Marie", "Claire", true
	bare.By, bare.ID = "Marie", 0
	link.Trust = actor.TrustLink
	for name, c := range map[string]struct {
		who                actor.Actor
		self, proof, hand  error
		contact, hasNumber bool
	}{
		"own":     {own, nil, nil, nil, true, true},
		"old":     {old, nil, actor.ErrProof, actor.ErrProof, true, true},
		"by":      {by, actor.ErrStandIn, nil, actor.ErrStandIn, true, true},
		"bare":    {bare, actor.ErrStandIn, nil, actor.ErrStandIn, true, false},
		"machine": {actor.Machine(), fault.New(fault.Forbidden, "fault.forbidden"), nil, fault.New(fault.Forbidden, "fault.forbidden"), false, false},
		"link":    {link, fault.New(fault.Forbidden, "fault.password_needed"), nil, fault.New(fault.Forbidden, "fault.password_needed"), false, true},
	} {
		for what, got := range map[string][2]error{"self": {c.who.NeedSelf(actor.TrustPassword), c.self}, "proof": {c.who.NeedProof(), c.proof}, "hand": {c.who.NeedOwnHand(), c.hand}} {
			a, _ := fault.As(got[0])
			b, _ := fault.As(got[1])
			if (a == nil) != (b == nil) || a != nil && a.Key != b.Key {
				t.Errorf("%s, %s: %v, want %v", name, what, got[0], got[1])
			}
		}
		if err := c.who.NeedContact(actor.TrustPassword); (err == nil) != c.contact {
			t.Errorf("%s as a contact: %v", name, err)
		}
		if id := c.who.ContactID(); (id != nil) != c.hasNumber {
			t.Errorf("%s: contact %v", name, id)
		}
	}
}

func TestGuestsAreNobodyElse(t *testing.T) {
	g := actor.Actor{Kind: actor.Guest, ID: 3, Name: "Me Aubry", CustomerID: 7, Trust: actor.TrustSecondFactor, Contract: "c1"}
	for name, err := range map[string]error{"staff": g.NeedStaff(), "contact": g.NeedContact(actor.TrustLink), "on": g.NeedContactOn(actor.TrustLink, "c1"), "self": g.NeedSelf(actor.TrustLink), "own hand": g.NeedOwnHand()} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := g.NeedGuest("c1"); err != nil {
		t.Error(err)
	}
	if err := g.NeedGuest("c2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("another contract: %v", err)
	}
	if err := (actor.Actor{Kind: actor.Contact, CustomerID: 7, Trust: actor.TrustPassword}).NeedGuest(""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact: %v", err)
	}
}
