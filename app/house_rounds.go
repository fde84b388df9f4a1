package app

import (
	"context"
	"errors"
	"slices"
	"time"
)

// The work that a company does by itself while it is open, besides its outbox: what gateways
// still owe an answer, what is to be charged, what subscribers are to be told. Each has a loop
// of its own, so that a gateway that hangs holds up nothing else. All of it is durable before
// anybody is called: closing the company ends the rounds in the middle.

// roundEvery is how often each round is made, at least.
const roundEvery = time.Minute

// tidyEvery is how often webhooks that were delivered long ago are forgotten.
const tidyEvery = 24 * time.Hour

// remindEvery is how often the answers that are owed about contracts are looked at.
const remindEvery = 15 * time.Minute

// withRounds makes the bells of the rounds and hears what other rooms say that they changed.
func (h *House) withRounds(o HouseOptions) HouseOptions {
	h.moved, h.told, h.hooked = make(chan struct{}, 1), make(chan struct{}, 1), make(chan struct{}, 1)
	changed := o.Changed
	o.Changed = func(topics ...string) {
		if slices.Contains(topics, "invoices") || slices.Contains(topics, "payments") || slices.Contains(topics, "credits") {
			ring(h.moved)
		}
		ring(h.hooked)
		changed(topics...)
	}
	return o
}

// ring wakes whoever waits for a bell; it never blocks.
func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

func (h *House) startRounds() {
	ctx, end := context.WithCancel(context.Background())
	h.end = end
	loop := func(name string, every time.Duration, bell <-chan struct{}, do func(context.Context) error) {
		h.rounds.Go(func() { h.round(ctx, name, every, bell, do) })
	}
	loop("open payments", roundEvery, nil, h.Payments.AskOpen)
	loop("given up pages", 0, h.moved, h.Payments.ClosePages)
	loop("gateway events", 0, h.told, h.Payments.Heed)
	loop("charges", roundEvery, h.charges, h.Charging.Round)
	loop("trials", roundEvery, nil, h.Subscriptions.TellTrials)
	loop("webhooks", roundEvery, h.hooked, h.Provisioning.Deliver)
	loop("old webhooks", tidyEvery, nil, h.Provisioning.Tidy)
	loop("contract turns", remindEvery, nil, h.Signing.Remind)
}

// round does something at once and from time to time (0: neither), and when its bell is rung,
// until ctx ends.
func (h *House) round(ctx context.Context, name string, every time.Duration, bell <-chan struct{}, do func(context.Context) error) {
	var due <-chan time.Time
	if every > 0 {
		tick := time.NewTicker(every)
		defer tick.Stop()
		due = tick.C
		h.once(ctx, name, do)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-due:
		case <-bell:
		}
		h.once(ctx, name, do)
	}
}

func (h *House) once(ctx context.Context, name string, do func(context.Context) error) {
	if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
		h.log.Error(name, "error", err.Error())
	}
}
