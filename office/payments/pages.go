package payments

import (
	"context"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Pages of gateways that wait for the customer: which one goes on, which one gives way, and
// how one that nobody is to pay on any more is closed where it is, at the gateway.

// takeUp gives an attempt under way for the very same order, to be gone on with: two of them
// could both succeed. A page that nobody paid on yet gives way to a new order; it is watched
// until the gateway has closed it, and what is paid on it all the same is not lost.
func (s *Service) takeUp(ctx context.Context, tx *db.Tx, n newIntent) (publicID string, err error) {
	for _, p := range n.parts {
		list, err := tx.OpenIntentsOfDocument(ctx, p.row.ID)
		if err != nil {
			return "", err
		}
		for _, i := range list {
			same, err := sameOrder(ctx, tx, i, n)
			switch {
			case err != nil:
				return "", err
			case same:
				return i.PublicID, nil
			case i.State == Unknown || i.State == Processing || n.details.OffSession && i.State == NeedsAction: // the customer may be paying at this moment
				return "", fault.New(fault.Conflict, "fault.payment_under_way")
			}
			if err := s.giveUp(ctx, tx, i); err != nil {
				return "", err
			}
		}
	}
	return "", nil
}

// sameOrder: a page that another contact opened, or that leads back to another address of the
// portal, is not gone on with. What is under way already is, whoever began it.
func sameOrder(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, n newIntent) (bool, error) {
	if (i.State == Created || i.State == NeedsAction) && !sameVisitor(i, n) {
		return false, nil
	}
	if i.Kind != n.kind || i.Gateway != n.gateway || i.Mode != n.mode || i.AmountMinor != n.amount || i.ExtraMinor != n.extra || (i.SaveMethod == 1) != n.save {
		return false, nil
	}
	if n.methodID != nil && (i.MethodID == nil || *i.MethodID != *n.methodID) {
		return false, nil
	}
	parts, err := tx.IntentParts(ctx, i.ID)
	if err != nil || len(parts) != len(n.parts) {
		return false, err
	}
	want := map[int64]int64{}
	for _, p := range n.parts {
		want[p.row.ID] = p.minor
	}
	for _, p := range parts {
		if want[p.DocumentID] != p.AmountMinor {
			return false, nil
		}
	}
	return true, nil
}

func sameVisitor(i gen.PaymentIntent, n newIntent) bool {
	if (i.ContactID == nil) != (n.contactID == nil) || i.ContactID != nil && *i.ContactID != *n.contactID {
		return false
	}
	by := orderedBy(i)
	return by.Return == n.details.Return && by.Lang == n.details.Lang
}

// giveUp ends an attempt that waits for the customer; one that a gateway knows is watched on.
func (s *Service) giveUp(ctx context.Context, tx *db.Tx, i gen.PaymentIntent) error {
	m := moving(i)
	m.State, m.UpdatedAt = Cancelled, tx.Stamp()
	if m.Watched = 1; i.State == Created {
		m.Watched = 0
	}
	if _, err := tx.MoveIntent(ctx, m); err != nil {
		return err
	}
	return tx.ForgetAsks(ctx, i.ID)
}

// moving is the row as it is, to be changed in part.
func moving(i gen.PaymentIntent) gen.MoveIntentParams {
	return gen.MoveIntentParams{ID: i.ID, FromState: i.State, State: i.State, GatewayRef: i.GatewayRef, ChargeRef: i.ChargeRef, Url: i.Url, ExpiresAt: i.ExpiresAt, Reason: i.Reason,
		FeeMinor: i.FeeMinor, MethodID: i.MethodID, PaymentID: i.PaymentID, RefundID: i.RefundID, Watched: i.Watched, UpdatedAt: i.UpdatedAt}
}

// closeOlder closes, at their gateways, the pages for the same documents that gave way to
// this attempt, before it gets a page of its own: two that can be paid on are one too many.
// What was paid on an old one meanwhile is recorded, and then nothing is due for the new one.
// A gateway that does not answer, while its page could still be paid on, is no reason to open
// a second one; one without keys could not be asked ever.
func (s *Service) closeOlder(ctx context.Context, row gen.PaymentIntent) error {
	ids, err := s.olderPages(ctx, row)
	if err == nil && (row.Kind == IntentSave || row.Kind == IntentPay) {
		var loose []string
		loose, err = s.giveUpLoose(ctx, row)
		ids = append(ids, loose...)
	}
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.closeOld(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// loosePages is how many pages about no document (a method to keep, money ahead of invoices) a
// customer may have open beside a new one. Each is asked about until it ends: without a bound one
// visitor keeps the gateway from being asked about anybody else's.
const loosePages = 4

// giveUpLoose gives the oldest of them up, before an attempt gets a page of its own.
func (s *Service) giveUpLoose(ctx context.Context, row gen.PaymentIntent) (ids []string, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		ids = nil
		list, err := tx.LoosePages(ctx, gen.LoosePagesParams{CustomerID: row.CustomerID, Before: row.ID})
		if err != nil {
			return err
		}
		for _, i := range list[min(len(list), loosePages):] {
			if err := s.giveUp(ctx, tx, i); err != nil {
				return err
			}
			ids = append(ids, i.PublicID)
		}
		return nil
	})
	return ids, err
}

func (s *Service) olderPages(ctx context.Context, row gen.PaymentIntent) (ids []string, err error) {
	if row.Kind != IntentPay && row.Kind != IntentCharge {
		return nil, nil
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		parts, err := q.IntentParts(ctx, row.ID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			list, err := q.PagesOfDocument(ctx, gen.PagesOfDocumentParams{DocumentID: p.DocumentID, Before: row.ID})
			if err != nil {
				return err
			}
			ids = append(ids, list...)
		}
		return nil
	})
	return ids, err
}

// closeOld takes its turn: only newer attempts wait for older ones, never the other way round.
func (s *Service) closeOld(ctx context.Context, publicID string) error {
	release := s.turns.take(publicID)
	defer release()
	who := actor.Machine()
	old, err := s.intentRow(ctx, who, publicID)
	if err != nil || old.State != Cancelled || old.Watched == 0 {
		return err
	}
	g, there := s.usableGateway(ctx, old)
	if !there || past(old.ExpiresAt, s.DB.Now()) {
		return nil
	}
	a, err := s.attempt(ctx, old)
	if err != nil {
		return err
	}
	out, err := g.Cancel(ctx, a)
	if err != nil {
		return fault.New(fault.Unavailable, "fault.gateway_gone").With(err)
	}
	if err := s.settle(ctx, who, old.ID, out); err != nil {
		return err
	}
	if out.State == Processing || out.State == Unknown { // the money is on its way by the old one
		return fault.New(fault.Conflict, "fault.payment_under_way")
	}
	return nil
}

// ClosePages closes at their gateways the pages that were given up since the last round:
// their documents were paid another way, or credited. What is paid on them before is recorded
// all the same, and the firm is told. It is called as soon as money moved; AskOpen does what
// it could not.
func (s *Service) ClosePages(ctx context.Context) error {
	ctx = newRound(ctx)
	var ids []string
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		ids, err = q.PagesToClose(ctx)
		return err
	}); err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return errors.Join(append(errs, err)...)
		}
		release := s.turns.take(id)
		errs = append(errs, s.askAgain(ctx, id))
		release()
	}
	return errors.Join(errs...)
}
