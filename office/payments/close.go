package payments

import (
	"context"
	"errors"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// reasonClosed is the reason of an attempt that the firm ended.
const reasonClosed = "gateway.reason.closed"

// CloseAttempt ends an attempt by hand (Clore cette tentative); why goes into the log, it must
// not be empty. A page that waits for the customer is closed at the gateway. What is without an
// answer is ended where the gateway cannot tell any more: it does not know what it named itself,
// or there are no keys to ask with, or they are refused. Anything else is refused, as money may still come of it; and
// what the gateway tells meanwhile counts.
func (s *Service) CloseAttempt(ctx context.Context, who actor.Actor, intentID, why string) (Intent, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Intent{}, err
	}
	why = strings.TrimSpace(text.Clean(why))
	var form fault.Form
	if why == "" {
		form.Add("why", "fault.required")
	}
	form.MaxLen("why", why, 500)
	if err := form.Err(); err != nil {
		return Intent{}, err
	}
	release := s.turns.take(intentID)
	defer release()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatewayPatience)
	defer cancel()
	row, err := s.intentRow(ctx, who, intentID)
	if err == nil && !open(row.State) {
		err = fault.New(fault.Conflict, "fault.gateways.ended")
	}
	if err != nil {
		return Intent{}, err
	}
	end, err := s.lastWord(ctx, who, row)
	if err != nil {
		return Intent{}, err
	}
	return s.tellUnless(ctx, who, intentID, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return s.closeTx(ctx, tx, who, row.ID, why, end)
	}))
}

// How an attempt may be ended by hand, after the gateway's last word.
type end int

const (
	endNot     end = iota // the gateway knows it: it alone ends it
	endWatched            // ended here, and asked about on: it may be paid all the same
	endForGood            // nobody can tell of it any more
)

// lastWord asks the gateway before an attempt is ended by hand. What it says is settled.
func (s *Service) lastWord(ctx context.Context, who actor.Actor, row gen.PaymentIntent) (end, error) {
	if row.State == Created { // nothing was sent
		return endForGood, nil
	}
	g, there := s.usableGateway(ctx, row)
	if !there {
		return endWatched, nil
	}
	a, err := s.attempt(ctx, row)
	if err != nil {
		return endNot, err
	}
	ask := g.Ask
	if row.State == NeedsAction {
		ask = g.Cancel
	}
	out, err := ask(ctx, a)
	s.complain(row.Gateway, row.Mode, row.PublicID, err)
	switch {
	case err == nil:
		return endNot, s.settle(ctx, who, row.ID, out)
	case errors.Is(err, ErrMissing) && row.GatewayRef != "":
		return endForGood, nil
	case row.State == NeedsAction, errors.Is(err, ErrKeysRefused):
		return endWatched, nil
	}
	return endNot, fault.New(fault.Unavailable, "fault.gateways.cannot_close").With(err)
}

func (s *Service) closeTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, why string, how end) error {
	row, err := tx.IntentByID(ctx, id)
	if err != nil {
		return db.NotFound(err)
	}
	given := map[string]any{"kind": row.Kind, "was": row.State, "why": why}
	if open(row.State) {
		if how == endNot {
			return fault.New(fault.Conflict, "fault.gateways.cannot_close")
		}
		m := moving(row)
		m.State, m.Reason, m.UpdatedAt = Cancelled, reasonClosed, tx.Stamp()
		m.Watched = flag(how == endWatched)
		if n, err := tx.MoveIntent(ctx, m); err != nil || n == 0 {
			return either(err, fault.New(fault.Conflict, "fault.conflict"))
		}
		if err := tx.ForgetAsks(ctx, row.ID); err != nil { // what is watched on is closed at the gateway as soon as it answers
			return err
		}
		tx.AfterCommit(func() { s.Changed("payments", "invoices") })
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "payment.attempt_closed", ObjectKind: "payment_intent", ObjectID: id, Details: given})
}
