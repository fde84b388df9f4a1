package charging

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/payments"
	"comptoir/rules/billing"
)

// follow sees how an attempt that was sent stands; the engine asks the gateway by itself.
func (s *Service) follow(ctx context.Context, a gen.ChargeAttempt) error {
	var row gen.PaymentIntent
	waits := false
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if a, err = tx.ChargeByID(ctx, a.ID); err != nil {
			return db.NotFound(err)
		}
		intent, found, err := intentOf(ctx, tx.Queries, a)
		if err != nil {
			return err
		}
		row = intent
		if !found { // a crash before anything was written: nothing was sent
			if a.State == Calling {
				m := moving(tx, a)
				m.State, m.NotBefore = Ready, tx.Stamp()
				_, err = s.move(ctx, tx, m)
			}
			return err
		}
		waits = row.State == payments.NeedsAction
		return s.became(ctx, tx, a, row)
	}); err != nil || !waits {
		return err
	}
	return s.endWaiting(ctx, a, row)
}

// endWaiting ends a charge that the bank wants its customer for: nobody is there, and a page
// that stays open could be paid beside the next try. The customer pays in the portal instead.
func (s *Service) endWaiting(ctx context.Context, a gen.ChargeAttempt, row gen.PaymentIntent) error {
	if _, err := s.Payments.CancelIntent(ctx, actor.Machine(), row.PublicID); err != nil {
		if _, known := fault.As(err); known { // the gateway cannot be reached: the next round tries again
			return nil
		}
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := tx.ChargeByID(ctx, a.ID)
		if err != nil {
			return db.NotFound(err)
		}
		if row, err = tx.IntentByID(ctx, row.ID); err != nil {
			return db.NotFound(err)
		}
		return s.became(ctx, tx, a, row)
	})
}

// became moves an attempt to where its intent stands, with all that follows from it.
func (s *Service) became(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, row gen.PaymentIntent) error {
	state, reason := stateOf(a, row)
	if state == a.State && a.IntentID != nil || closed(a.State) {
		return nil
	}
	m := moving(tx, a)
	m.State, m.Reason, m.IntentID, m.NotBefore = state, reason, &row.ID, ""
	moved, err := s.move(ctx, tx, m)
	if err != nil || !moved || state == a.State {
		return err
	}
	if a, err = tx.ChargeByID(ctx, a.ID); err != nil {
		return err
	}
	d, err := tx.ChargeDocument(ctx, a.DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	switch state {
	case Declined:
		return s.declined(ctx, tx, a, d)
	case Unreached:
		return s.anew(ctx, tx, a, d)
	}
	return nil
}

func closed(state string) bool {
	switch state {
	case Succeeded, Declined, Unreached, Refused, Cancelled:
		return true
	}
	return false
}

// stateOf tells in the room's words how an intent stands.
func stateOf(a gen.ChargeAttempt, row gen.PaymentIntent) (state, reason string) {
	switch row.State {
	case payments.Succeeded:
		return Succeeded, ""
	case payments.Declined:
		if row.Reason == "" {
			return Declined, "gateway.reason.declined"
		}
		return Declined, row.Reason
	case payments.NeedsAction: // to be ended (endWaiting); until then nothing else is tried
		return Calling, whyHolder
	case payments.Processing:
		return Processing, ""
	case payments.Unknown:
		return Unknown, ""
	case payments.Cancelled:
		switch {
		case a.Reason == whyHolder:
			return Declined, whyHolder
		case row.Reason == whyClosed: // the firm ended it by hand, and may charge it by hand
			return Cancelled, whyStopped
		case ownFault(row.Reason):
			return Unreached, row.Reason
		}
		return Unreached, whyUnreached
	}
	return Calling, "" // written and not sent yet: the engine sends it, or gives it up
}

// declined plans the next try, if the policy has one, and tells the customer and the firm.
func (s *Service) declined(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow) error {
	on, err := today(ctx, tx)
	if err != nil || asked(d, on) <= 0 { // paid meanwhile
		return err
	}
	kind := billing.DeclineOf(a.Reason)
	if kind == billing.HolderDecline { // nobody else can do that: the customer pays on the page, where the bank asks it
		return s.tellAction(ctx, tx, a, d)
	}
	p, err := policy(ctx, tx.Queries)
	if err != nil {
		return err
	}
	next, again := p.Retry(int(a.Step)+1, day(a.FirstOn), on)
	if again = again && kind == billing.SoftDecline; again {
		if _, err := s.insert(ctx, tx, order{document: d, number: a.Number + 1, step: a.Step + 1, method: a.MethodID, first: day(a.FirstOn), due: next, state: Planned}); err != nil {
			return err
		}
		return s.tellFailed(ctx, tx, a, d, next)
	}
	return s.tellFailed(ctx, tx, a, d, civil.Date{})
}

// anew orders again what never reached the gateway: the same step, under a new key.
func (s *Service) anew(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow) error {
	on, err := today(ctx, tx)
	if err != nil || asked(d, on) <= 0 {
		return err
	}
	o := order{document: d, number: a.Number + 1, step: a.Step, method: a.MethodID, first: day(a.FirstOn), due: day(a.DueOn), state: Ready, reason: a.Reason, byHand: a.ByHand == 1,
		readyOn: day(a.ReadyOn), notBefore: db.Stamp(tx.Now.Add(wait(a.Misses))), misses: a.Misses + 1}
	if !ownFault(a.Reason) || on.Before(o.readyOn.AddDays(staleAfter)) {
		_, err = s.insert(ctx, tx, o)
		return err
	}
	o.state, o.reason, o.notBefore = Refused, whyGone, "" // as where the gateway is switched off (gone)
	row, err := s.insert(ctx, tx, o)
	if err != nil {
		return err
	}
	return s.tellFailed(ctx, tx, row, d, civil.Date{})
}

// ownFault tells of an order that never reached anybody whether the firm's own settings were
// in the way: its keys, its clock. That does not pass by itself.
func ownFault(reason string) bool {
	switch reason {
	case "gateway.reason.not_set_up", "gateway.reason.missing", "gateway.reason.clock":
		return true
	}
	return false
}
