package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/money"
	"comptoir/db/gen"
)

// offerWays finds the ways in which a contact can pay an amount.
func (s *Service) offerWays(ctx context.Context, _ *gen.Queries, _ actor.Actor, c money.Currency, _ int64) (ways []Way, kept []Kept, choice Choice, err error) {
	for _, g := range s.Gateways {
		mode, ready := g.Ready(ctx)
		if !ready || !s.Allowed(ctx, g.Name()) {
			continue
		}
		w := Way{Way: g.Name(), Gateway: true, Mode: mode, Save: g.Capabilities().Save, Kinds: g.Capabilities().Kinds}
		if !g.Takes(c) {
			w.Refused = "fault.pay.currency"
		}
		ways = append(ways, w)
	}
	return append(ways, Way{Way: "transfer"}), []Kept{}, Choice{Save: true}, nil
}
