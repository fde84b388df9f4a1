package billing_test

import (
	"testing"

	"comptoir/rules/billing"
)

func TestChosenAmount(t *testing.T) {
	const most = 1_000_000
	all := billing.Choosing{Less: true, More: true, Ahead: true, LeastMinor: 1_000}
	for name, x := range map[string]struct {
		c             billing.Choosing
		amount, asked int64
		want          string
	}{
		"all that is asked for":                 {billing.Choosing{}, 5_000, 5_000, ""},
		"all of it, below the least":            {all, 400, 400, ""},
		"nothing":                               {all, 0, 5_000, billing.ChosenNothing},
		"less than nothing":                     {all, -1, 0, billing.ChosenNothing},
		"beyond all":                            {all, most + 1, 5_000, billing.ChosenTooBig},
		"a part where none is taken":            {billing.Choosing{More: true}, 4_000, 5_000, billing.ChosenLess},
		"more where none is taken":              {billing.Choosing{Less: true}, 6_000, 5_000, billing.ChosenMore},
		"a part":                                {all, 1_000, 5_000, ""},
		"a part below the least":                {all, 999, 5_000, billing.ChosenLeast},
		"more than little, still below":         {all, 500, 400, ""},
		"ahead":                                 {all, 1_000, 0, ""},
		"ahead below the least":                 {all, 999, 0, billing.ChosenLeast},
		"ahead where it is not offered":         {billing.Choosing{Less: true, More: true}, 5_000, 0, billing.ChosenNoAhead},
		"ahead below the least, parts refused":  {billing.Choosing{Ahead: true, LeastMinor: 1_000}, 999, 0, billing.ChosenLeast},
		"ahead without a least, parts refused":  {billing.Choosing{Ahead: true}, 1, 0, ""},
		"a part without a least, ahead refused": {billing.Choosing{Less: true}, 1, 2, ""},
	} {
		if got := x.c.Judge(x.amount, x.asked, most); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}
