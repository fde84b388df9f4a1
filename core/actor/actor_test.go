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
