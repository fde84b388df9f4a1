package contract

// Answer is what somebody who is asked said; none yet is the zero value.
type Answer string

// The answers: a round of approval takes Approved, one of signature SignedBy, both Refused.
const (
	Approved Answer = "approved"
	SignedBy Answer = "signed"
	Refused  Answer = "refused"
)

// Turn is somebody who is asked in a round, in the order of the round.
type Turn struct {
	Said Answer
	Off  bool // taken off the round before an answer: asked no more
}

// Outcome is how a round stands.
type Outcome string

// The outcomes. A round that lost everybody it asked before anybody answered is Void.
const (
	Running   Outcome = "open"
	Completed Outcome = "done"
	Declined  Outcome = "refused"
	Void      Outcome = "cancelled"
)

// Asked gives the places of those whose turn it is: in an ordered round the first without an
// answer, else all of them; nobody once the round is over.
func Asked(ordered bool, turns []Turn) (places []int) {
	if RoundOutcome(turns) != Running {
		return nil
	}
	for i, t := range turns {
		if t.Said != "" || t.Off {
			continue
		}
		if places = append(places, i); ordered {
			break
		}
	}
	return places
}

// RoundOutcome tells how a round stands by what was said: one refusal ends it, and it is done when
// all who are still asked said yes.
func RoundOutcome(turns []Turn) Outcome {
	open, yes := 0, 0
	for _, t := range turns {
		switch {
		case t.Said == Refused:
			return Declined
		case t.Said != "":
			yes++
		case !t.Off:
			open++
		}
	}
	switch {
	case open > 0:
		return Running
	case yes > 0:
		return Completed
	default:
		return Void
	}
}
