package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// offerWays finds the ways in which a contact can pay an amount.
func (s *Service) offerWays(ctx context.Context, q *gen.Queries, who actor.Actor, c money.Currency, minor int64) (ways []Way, kept []Kept, choice Choice, err error) {
	if choice, err = s.choicesIn(ctx, q, c); err != nil {
		return nil, nil, choice, err
	}
	if ways, err = s.waysFor(ctx, q, who.CustomerID, who.Lang, c, minor); err != nil {
		return nil, nil, choice, err
	}
	kept, err = s.keptFor(ctx, q, who.CustomerID, c, ways)
	return ways, kept, choice, err
}

// PortalTerms are what the portal needs to know before any amount: what may be chosen, and
// where methods can be kept now.
type PortalTerms struct {
	Choice
	Saves    []Way
	Currency money.Currency // of the firm: limits are in it
}

// PortalTerms tells the pages what the firm offers to everybody.
func (s *Service) PortalTerms(ctx context.Context) (t PortalTerms, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		t.Currency = firm.Money()
		if t.Choice, err = choices(ctx, q); err != nil || !t.Save {
			return err
		}
		for _, g := range s.Gateways {
			_, mode, err := s.offered(ctx, q, g.Name())
			if _, refused := fault.As(err); refused {
				continue
			}
			if err != nil {
				return err
			}
			if !g.Capabilities().Save {
				continue
			}
			kinds, err := s.kindsOf(ctx, q, g, mode, "")
			if err != nil {
				return err
			}
			t.Saves = append(t.Saves, Way{Way: g.Name(), Gateway: true, Mode: mode, Save: true, Kinds: kinds})
		}
		return nil
	})
	return t, err
}

// LeavePayment gives up an attempt that waits for the customer: its page is closed at the
// gateway, and what was paid on it a moment before is not lost.
func (s *Service) LeavePayment(ctx context.Context, who actor.Actor, intentID string) (Intent, error) {
	if err := s.mayFollow(ctx, who, intentID); err != nil {
		return Intent{}, err
	}
	return s.leave(ctx, who, intentID)
}

func (s *Service) leave(ctx context.Context, who actor.Actor, intentID string) (Intent, error) {
	release := s.turns.take(intentID)
	defer release()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatewayPatience)
	defer cancel()
	row, err := s.intentRow(ctx, who, intentID)
	if err != nil {
		return Intent{}, err
	}
	if row.State != NeedsAction {
		return s.tell(ctx, who, intentID)
	}
	if err := s.close(ctx, who, row); err != nil {
		return Intent{}, err
	}
	return s.tell(ctx, who, intentID)
}

// close ends the page at the gateway; where that cannot be reached the attempt is given up
// here, and watched until the gateway has closed it.
func (s *Service) close(ctx context.Context, who actor.Actor, row gen.PaymentIntent) error {
	if g, there := s.usableGateway(ctx, row); there {
		a, err := s.attempt(ctx, row)
		if err != nil {
			return err
		}
		out, err := g.Cancel(ctx, a)
		if err == nil {
			return s.settle(ctx, who, row.ID, out)
		}
		s.complain(row.Gateway, row.Mode, row.PublicID, err)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.giveUp(ctx, tx, row) })
}
