package payments

import (
	"slices"
	"testing"
)

// The table of states, row by row: what was believed, what the gateway said, what is believed
// then. Every pair is here, so that no change of the table goes unseen.
func TestStates(t *testing.T) {
	for _, c := range []struct{ from, word, to string }{
		{Created, Succeeded, Succeeded}, {Created, Declined, Declined}, {Created, NeedsAction, NeedsAction}, {Created, Processing, Processing}, {Created, Unknown, Unknown}, {Created, Cancelled, Cancelled},
		{Unknown, Succeeded, Succeeded}, {Unknown, Declined, Declined}, {Unknown, NeedsAction, NeedsAction}, {Unknown, Processing, Processing}, {Unknown, Unknown, Unknown}, {Unknown, Cancelled, Cancelled},
		{NeedsAction, Succeeded, Succeeded}, {NeedsAction, Declined, Declined}, {NeedsAction, NeedsAction, NeedsAction}, {NeedsAction, Processing, Processing}, {NeedsAction, Unknown, NeedsAction}, {NeedsAction, Cancelled, Cancelled},
		{Processing, Succeeded, Succeeded}, {Processing, Declined, Declined}, {Processing, NeedsAction, NeedsAction}, {Processing, Processing, Processing}, {Processing, Unknown, Processing}, {Processing, Cancelled, Cancelled},
		{Declined, Succeeded, Succeeded}, {Declined, Declined, Declined}, {Declined, NeedsAction, Declined}, {Declined, Processing, Processing}, {Declined, Unknown, Declined}, {Declined, Cancelled, Declined},
		{Cancelled, Succeeded, Succeeded}, {Cancelled, Declined, Cancelled}, {Cancelled, NeedsAction, Cancelled}, {Cancelled, Processing, Processing}, {Cancelled, Unknown, Cancelled}, {Cancelled, Cancelled, Cancelled},
		{Succeeded, Succeeded, Succeeded}, {Succeeded, Declined, Succeeded}, {Succeeded, NeedsAction, Succeeded}, {Succeeded, Processing, Succeeded}, {Succeeded, Unknown, Succeeded}, {Succeeded, Cancelled, Succeeded},
	} {
		if got := next(c.from, c.word); got != c.to {
			t.Errorf("%s, told %s: %s, want %s", c.from, c.word, got, c.to)
		}
	}
	if len(moves) != 7 || len(said) != 6 {
		t.Errorf("%d rows of %d columns: a pair is not tried", len(moves), len(said))
	}
}

// What holds for the whole table.
func TestStatesHold(t *testing.T) {
	for from, row := range moves {
		for i, to := range row {
			switch word := said[i]; {
			case from == Succeeded && to != Succeeded:
				t.Errorf("money that moved was denied by %s", word)
			case word == Succeeded && to != Succeeded:
				t.Errorf("%s denies money that moved", from)
			case to == Succeeded && word != Succeeded && from != Succeeded:
				t.Errorf("%s became a success by %s: guessed", from, word)
			case to == Created:
				t.Errorf("%s is new again by %s", from, word)
			case !open(from) && open(to) && word != Processing:
				t.Errorf("%s was opened again by %s", from, word)
			}
		}
		if again := next(from, "whatever"); again != row[slices.Index(said, Unknown)] {
			t.Errorf("a word that is none moved %s to %s", from, again)
		}
	}
}
