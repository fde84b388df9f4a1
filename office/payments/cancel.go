package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
)

// CancelIntent ends an attempt that waits for the customer, for the firm and the program. Only
// the gateway's own word ends it: who means to charge anew must know that nobody can pay on
// the old page any more. Where the gateway cannot be reached it is refused.
func (s *Service) CancelIntent(ctx context.Context, who actor.Actor, intentID string) (Intent, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Intent{}, err
	}
	release := s.turns.take(intentID)
	defer release()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatewayPatience)
	defer cancel()
	row, err := s.intentRow(ctx, who, intentID)
	if err != nil || row.State != NeedsAction {
		return s.tellUnless(ctx, who, intentID, err)
	}
	g, there := s.usableGateway(ctx, row)
	if !there {
		return Intent{}, fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	a, err := s.attempt(ctx, row)
	if err != nil {
		return Intent{}, err
	}
	out, err := g.Cancel(ctx, a)
	if err != nil {
		return Intent{}, fault.New(fault.Unavailable, "fault.gateway_gone").With(err)
	}
	return s.tellUnless(ctx, who, intentID, s.settle(ctx, who, row.ID, out))
}

func (s *Service) tellUnless(ctx context.Context, who actor.Actor, intentID string, err error) (Intent, error) {
	if err != nil {
		return Intent{}, err
	}
	return s.tell(ctx, who, intentID)
}
