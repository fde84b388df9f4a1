package actor_test

import (
	"slices"
	"testing"

	"comptoir/core/actor"
)

func TestPrincipalMayAllAndDelegateAllButAdministrators(t *testing.T) {
	for _, p := range actor.Permissions() {
		if !actor.Principal.May(p) {
			t.Errorf("the principal may not %s", p)
		}
		if got, want := actor.Delegate.May(p), p != actor.ManageAdministrators; got != want {
			t.Errorf("a delegate may %s: %v", p, got)
		}
		if actor.Role("").May(p) || actor.Role("owner").May(p) {
			t.Errorf("an unknown role may %s", p)
		}
		if p != actor.Look && actor.Reader.May(p) {
			t.Errorf("who only reads may %s", p)
		}
	}
	if actor.Principal.May("fly") {
		t.Error("a permission that does not exist is granted")
	}
}

func TestNeed(t *testing.T) {
	for _, r := range actor.Roles() {
		for _, p := range actor.Permissions() {
			err := actor.Actor{Kind: actor.Staff, ID: 1, Role: r}.Need(p)
			if (err == nil) != r.May(p) {
				t.Errorf("%s, %s: %v", r, p, err)
			}
		}
	}
	for _, p := range actor.Permissions() {
		if err := actor.Machine().Need(p); err != nil {
			t.Errorf("the machine, %s: %v", p, err)
		}
		for _, k := range []actor.Kind{actor.Contact, actor.Guest, ""} {
			if (actor.Actor{Kind: k, ID: 1, CustomerID: 1, Trust: actor.TrustSecondFactor, Role: actor.Principal}).Need(p) == nil {
				t.Errorf("%q may %s", k, p)
			}
		}
	}
	if !slices.Equal(actor.Roles()[:1], []actor.Role{actor.Principal}) {
		t.Error("the widest role comes first")
	}
}
