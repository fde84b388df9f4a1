package access_test

import (
	"errors"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/office/access"
)

func TestChoosingAUserName(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	ann, bob := h.password(h.ann), h.password(h.bob)
	h.must(h.ChooseUserName(ctx, ann.Actor, "ann.lefort"))
	if s, err := h.SignIn(ctx, "Ann.Lefort", good, access.Browser{}); err != nil || s.Token == "" {
		t.Errorf("the new name does not sign in: %v", err)
	}
	for name, want := range map[string]string{
		"ANN.lefort": "fault.user_name_taken", "ann@atelier.example": "fault.user_name_shape" /* another's address */, "ab": "fault.user_name_shape", "a b c": "fault.user_name_shape", "": "fault.user_name_shape", strings.Repeat("a", 65): "fault.user_name_shape",
	} {
		if err := h.ChooseUserName(ctx, bob.Actor, name); key(err) != want {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
	h.must(h.ChooseUserName(ctx, bob.Actor, "bob@boulange.example"))
	h.turn(access.ProofLife)
	r, err := h.Resume(ctx, ann.Token, "")
	h.must(err)
	if err := h.ChooseUserName(ctx, r.Actor, "another"); !errors.Is(err, actor.ErrProof) {
		t.Errorf("without proof: %v", err)
	}
}
