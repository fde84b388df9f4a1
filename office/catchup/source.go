// Package catchup has what falls due done on its day, once, and asks before it makes up
// for what a sleeping or switched-off machine missed (spec/desk, wake-up panel).
//
// What lives here: looking at the rooms with dated work, the rule that holds a catch-up
// back until a person said what to do, the panel, the wake-up clock. What must not: how an
// invoice or a reminder is made (the rooms). Called by app.
package catchup

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/due"
)

// Source is a room with dated work. What it did stands in the file in the transaction that
// did it, so that nothing is done twice whoever asks how often.
type Source interface {
	// Name is short and for ever the same: it is stored with held items.
	Name() string
	// Due gives what should have been done on or before today and was neither done nor
	// skipped, in the order in which it must be done.
	Due(ctx context.Context, today civil.Date) ([]due.Item, error)
	// Do does one of them in one transaction of its own. What is already done, skipped or
	// no longer asked for (paid meanwhile, paused) is no error: nil, and nothing happens.
	Do(ctx context.Context, who actor.Actor, key string) error
	// Skip notes that this one is not done and never will be. Like Do, nil for what is over.
	Skip(ctx context.Context, who actor.Actor, key string) error
}
