package locale

import "testing"

func TestEither(t *testing.T) {
	for _, x := range [][4]string{{"fr", "un", "one", "un"}, {"en", "un", "one", "one"}, {"en-CA", "un", "one", "one"}, {"en", "un", " ", "un"}, {"fr", " ", "one", "one"}, {"fr", "un", "", "un"}, {"de", "un", "one", "un"}, {"en", "", "", ""}} {
		if got := Either(x[0], x[1], x[2]); got != x[3] {
			t.Errorf("%q: %q, want %q", x[:3], got, x[3])
		}
	}
}
