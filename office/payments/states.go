package payments

// The states of an intent, as they are stored.
const (
	Created     = "created"      // no gateway was asked yet
	NeedsAction = "needs_action" // the customer is to do something on the gateway's page
	Processing  = "processing"   // the money is on its way: a debit, for days
	Succeeded   = "succeeded"
	Declined    = "declined"
	Unknown     = "unknown" // asked, and no certain answer: asked about again, never guessed
	Cancelled   = "cancelled"
)

// said are the things that a gateway can say, in the order of the table's columns.
var said = []string{Succeeded, Declined, NeedsAction, Processing, Unknown, Cancelled}

// moves is the state machine: where an attempt goes from a state (row) by what the gateway
// said (column). Two rules made it: money that moved is never denied, whatever was believed
// before (a page that was given up is paid on all the same); and what is over is opened again
// by nothing but money.
var moves = map[string][6]string{
	//            succeeded  declined   needs_action processing  unknown      cancelled
	Created:     {Succeeded, Declined, NeedsAction, Processing, Unknown, Cancelled},
	Unknown:     {Succeeded, Declined, NeedsAction, Processing, Unknown, Cancelled},
	NeedsAction: {Succeeded, Declined, NeedsAction, Processing, NeedsAction, Cancelled},
	Processing:  {Succeeded, Declined, NeedsAction, Processing, Processing, Cancelled},
	Declined:    {Succeeded, Declined, Declined, Processing, Declined, Declined},
	Cancelled:   {Succeeded, Cancelled, Cancelled, Processing, Cancelled, Cancelled},
	Succeeded:   {Succeeded, Succeeded, Succeeded, Succeeded, Succeeded, Succeeded},
}

// next gives the state after the gateway said something; a word that is none says nothing.
func next(state, word string) string {
	for i, w := range said {
		if w == word {
			return moves[state][i]
		}
	}
	return moves[state][4]
}

// open tells a state that has not ended.
func open(state string) bool {
	switch state {
	case Created, NeedsAction, Processing, Unknown:
		return true
	}
	return false
}
