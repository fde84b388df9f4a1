package contract_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/rules/contract"
)

func TestWhoseTurnItIs(t *testing.T) {
	a, s, r, off := contract.Turn{Said: contract.Approved}, contract.Turn{Said: contract.SignedBy}, contract.Turn{Said: contract.Refused}, contract.Turn{Off: true}
	none := contract.Turn{}
	for name, c := range map[string]struct {
		turns        []contract.Turn
		ordered, all []int
		outcome      contract.Outcome
	}{
		"nobody answered":         {[]contract.Turn{none, none, none}, []int{0}, []int{0, 1, 2}, contract.Running},
		"the first did":           {[]contract.Turn{a, none, none}, []int{1}, []int{1, 2}, contract.Running},
		"the last did":            {[]contract.Turn{none, none, s}, []int{0}, []int{0, 1}, contract.Running},
		"all did":                 {[]contract.Turn{s, s}, nil, nil, contract.Completed},
		"one refused":             {[]contract.Turn{a, r, none}, nil, nil, contract.Declined},
		"the second was let go":   {[]contract.Turn{a, off, none}, []int{2}, []int{2}, contract.Running},
		"the last one left it":    {[]contract.Turn{a, off}, nil, nil, contract.Completed},
		"everybody was taken off": {[]contract.Turn{off, off}, nil, nil, contract.Void},
		"nobody at all":           {nil, nil, nil, contract.Void},
	} {
		if got := contract.Asked(true, c.turns); !slices.Equal(got, c.ordered) {
			t.Errorf("%s, one after the other: %v", name, got)
		}
		if got := contract.Asked(false, c.turns); !slices.Equal(got, c.all) {
			t.Errorf("%s, all at once: %v", name, got)
		}
		if got := contract.RoundOutcome(c.turns); got != c.outcome {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Somebody is asked exactly as long as the round runs, and nobody who answered or was let go.
func TestARoundThatRunsAsksSomebody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) contract.Turn {
			return contract.Turn{Said: rapid.SampledFrom([]contract.Answer{"", "", contract.Approved, contract.SignedBy, contract.Refused}).Draw(t, "said"), Off: rapid.Bool().Draw(t, "off")}
		}), 0, 6).Draw(t, "turns")
		ordered := rapid.Bool().Draw(t, "ordered")
		asked := contract.Asked(ordered, turns)
		if (len(asked) > 0) != (contract.RoundOutcome(turns) == contract.Running) || ordered && len(asked) > 1 {
			t.Fatalf("%v: asked %v", turns, asked)
		}
		for _, i := range asked {
			if turns[i].Said != "" || turns[i].Off {
				t.Fatalf("%v: asked %d", turns, i)
			}
		}
	})
}
