package subscription

import "comptoir/core/civil"

// State is how a subscription stands.
type State string

// The states. Only pending, running, paused and ended were decided by somebody; the others
// follow from dates and debts.
const (
	Pending    State = "pending"    // waits for its first payment, or for a method to be kept
	Trial      State = "trial"      // runs, nothing is asked yet
	Active     State = "active"     //
	PastDue    State = "past_due"   // runs, one of its invoices is overdue
	Cancelling State = "cancelling" // runs, its end is asked for or fixed
	Paused     State = "paused"     // nothing is asked for until the firm lets it run
	Ended      State = "ended"      //
)

// The states that are stored.
const (
	StoredPending = "pending"
	StoredRunning = "running"
	StoredPaused  = "paused"
	StoredEnded   = "ended"
)

// States lists them in the order of a life.
func States() []State {
	return []State{Pending, Trial, Active, PastDue, Cancelling, Paused, Ended}
}

// Facts are what a state follows from.
type Facts struct {
	Stored     string
	TrialUntil civil.Date // last day
	EndsOn     civil.Date // last day; zero = without end
	Asked      bool       // cancellation
	Overdue    bool
}

// StateOf derives the state on a day. An end that has come is an end, whether the program ran
// on that day or not.
func StateOf(f Facts, today civil.Date) State {
	switch {
	case f.Stored == StoredEnded, !f.EndsOn.IsZero() && f.EndsOn.Before(today):
		return Ended
	case f.Stored == StoredPending:
		return Pending
	case f.Asked || !f.EndsOn.IsZero():
		return Cancelling
	case f.Stored == StoredPaused:
		return Paused
	case f.Overdue:
		return PastDue
	case !f.TrialUntil.IsZero() && !f.TrialUntil.Before(today):
		return Trial
	}
	return Active
}
