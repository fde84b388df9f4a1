package payments

import (
	"context"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// Trials: what is paid in a gateway's test world is no money. Only the demo company lets its
// customers pay so; anywhere else a trial card would settle a real invoice, in books that
// cannot be turned back.

// reasonTrial is said of an attempt that a trial card was used for outside of the demo.
const reasonTrial = "gateway.reason.trial"

// takes tells whether customers may be offered a world of a gateway: the live one, or in the
// demo company either.
func takes(ctx context.Context, q *gen.Queries, mode string) (bool, error) {
	if mode == ModeLive {
		return true, nil
	}
	firm, err := company.Get(ctx, q)
	return firm.IsDemo, err
}

// onlyTrial makes of a trial that succeeded what it is outside of the demo: a refusal, with
// nothing booked and nothing kept. The firm is told, once. What is given back by way of trial
// may still be booked: it undoes one that was.
func (s *Service) onlyTrial(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, out Outcome) (Outcome, error) {
	if i.Mode == ModeLive || i.Kind == IntentRefund || i.State == Succeeded || out.State != Succeeded {
		return out, nil
	}
	may, err := takes(ctx, tx.Queries, i.Mode)
	if may || err != nil {
		return out, err
	}
	if i.State != Declined && (i.State != Cancelled || i.Watched == 1) {
		c, err := tx.CustomerByID(ctx, i.CustomerID)
		if err != nil {
			return out, db.NotFound(err)
		}
		tx.AfterCommit(func() {
			s.Log.Error("gateway", "gateway", i.Gateway, "mode", i.Mode, "attempt", i.PublicID, "error", "a trial in a company that is no demo: not booked")
		})
		if err := audit.Notify(ctx, tx, "trial_not_booked", map[string]any{"customer": c.Name, "amount_minor": i.AmountMinor, "currency": i.Currency}, "customer", c.PublicID); err != nil {
			return out, err
		}
	}
	return Outcome{State: Declined, Reason: reasonTrial, Ref: out.Ref, ChargeRef: out.ChargeRef, CustomerRef: out.CustomerRef}, nil
}
