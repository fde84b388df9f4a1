package charging

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/payments"
)

// Round does what there is to do: plans what a person issued, asks how what was sent stands,
// and calls the gateways for what the calendar let go. It is safe at any moment, as often as
// one likes and after any crash: each attempt has its row and its key before it is sent.
func (s *Service) Round(ctx context.Context) error {
	s.tick.Lock()
	defer s.tick.Unlock()
	if err := s.catchUpPlans(ctx); err != nil {
		return err
	}
	var work []gen.ChargeAttempt
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		work, err = q.ChargesAtWork(ctx)
		return err
	}); err != nil {
		return err
	}
	var errs []error // one that is stuck must not hold up those behind it
	for _, a := range work {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := s.workOn(ctx, a); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (s *Service) workOn(ctx context.Context, a gen.ChargeAttempt) error {
	switch a.State {
	case Planned: // of a document that takes nothing any more
		return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := s.finish(ctx, tx, a, Cancelled, whySettled)
			return err
		})
	case Ready:
		return s.charge(ctx, a.ID)
	}
	return s.follow(ctx, a)
}

// charge calls the gateway for an attempt that the calendar, or a person, let go.
func (s *Service) charge(ctx context.Context, id int64) error {
	var in payments.ChargeKept
	sent := false
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		in, sent, err = s.begin(ctx, tx, id)
		return err
	}); err != nil || !sent {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what is in hand is finished
	i, err := s.Payments.ChargeKept(ctx, actor.Machine(), in)
	return s.heard(ctx, id, i, err)
}

// begin judges an attempt once more and marks it as being sent. From here on nobody sends it
// under another key.
func (s *Service) begin(ctx context.Context, tx *db.Tx, id int64) (in payments.ChargeKept, sent bool, err error) {
	a, err := tx.ChargeByID(ctx, id)
	if err != nil || a.State != Ready || a.NotBefore > tx.Stamp() {
		return in, false, db.NotFound(err)
	}
	switch row, ordered, err := intentOf(ctx, tx.Queries, a); {
	case err != nil:
		return in, false, err
	case ordered: // by another worker, after this one found nothing of it
		return in, false, s.became(ctx, tx, a, row)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return in, false, err
	}
	d, err := tx.ChargeDocument(ctx, a.DocumentID)
	if err != nil {
		return in, false, db.NotFound(err)
	}
	if late(a, on) { // back to the calendar, which asks a person first
		return in, false, s.backToCalendar(ctx, tx, a, d)
	}
	if stays, err := s.hindered(ctx, tx, a, d, on); err != nil || stays {
		return in, false, err
	}
	why, err := s.unusable(ctx, tx.Queries, d, a.MethodID, on)
	if err != nil {
		return in, false, err
	}
	if why != "" {
		return in, false, s.refuse(ctx, tx, a, d, why)
	}
	in = payments.ChargeKept{Key: a.Key, DocumentID: d.PublicID}
	if a.MethodID != nil {
		k, err := tx.KeptMethodAnyState(ctx, *a.MethodID)
		if err != nil {
			return in, false, err
		}
		in.MethodID = k.PublicID
	}
	m := moving(tx, a)
	m.State, m.Reason, m.NotBefore = Calling, "", ""
	sent, err = s.move(ctx, tx, m)
	return in, sent, err
}

// late tells of an attempt that was let go whether too much time went by since, or whether
// the clock was set back before its day.
func late(a gen.ChargeAttempt, on civil.Date) bool {
	ready := day(a.ReadyOn)
	return on.After(ready.AddDays(staleAfter)) || on.Before(ready) && on.Before(day(a.DueOn)) && a.ByHand == 0
}

// backToCalendar has the calendar hold an attempt, and tells the firm that it waits.
func (s *Service) backToCalendar(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow) error {
	m := moving(tx, a)
	m.State, m.ReadyOn, m.NotBefore = Planned, "", ""
	moved, err := s.move(ctx, tx, m)
	if err != nil || !moved {
		return err
	}
	tx.AfterCommit(s.Wake)
	return s.notify(ctx, tx, a, d, "charge_waits", civil.Date{})
}

func (s *Service) refuse(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, why string) error {
	moved, err := s.finish(ctx, tx, a, Refused, why)
	if err != nil || !moved {
		return err
	}
	if a, err = tx.ChargeByID(ctx, a.ID); err != nil {
		return err
	}
	return s.tellFailed(ctx, tx, a, d, civil.Date{})
}

// heard notes what came of a call. A refusal means that nothing was sent.
func (s *Service) heard(ctx context.Context, id int64, i payments.Intent, failed error) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := tx.ChargeByID(ctx, id)
		if err != nil || a.State != Calling { // somebody else followed it meanwhile
			return db.NotFound(err)
		}
		if failed == nil {
			row, err := tx.IntentByPublicID(ctx, i.PublicID)
			if err != nil {
				return db.NotFound(err)
			}
			return s.became(ctx, tx, a, row)
		}
		if row, ok, err := intentOf(ctx, tx.Queries, a); err != nil {
			return err
		} else if ok { // it was written, whatever went wrong then: the engine knows how it stands
			return s.became(ctx, tx, a, row)
		}
		return s.refused(ctx, tx, a, failed)
	})
}

// refused sees to an order that was not taken.
func (s *Service) refused(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, failed error) error {
	d, err := tx.ChargeDocument(ctx, a.DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	f, known := fault.As(failed)
	switch {
	case asked(d, on) <= 0:
		_, err = s.finish(ctx, tx, a, Cancelled, whySettled)
		return err
	case !known:
		s.Log.Error("charging", slog.String("key", a.Key), slog.String("error", failed.Error()))
		return s.later(ctx, tx, a, whyUnreached)
	case f.Key == "fault.gateway_gone":
		return s.gone(ctx, tx, a, d, on)
	case f.Code == fault.Unavailable || f.Key == "fault.amount_changed":
		return s.later(ctx, tx, a, whyUnreached)
	case f.Key == "fault.payment_under_way":
		return s.later(ctx, tx, a, whyUnderWay)
	case f.Key == "fault.pay.debited":
		return s.later(ctx, tx, a, whyDebited)
	case f.Code == fault.NotFound: // given up this moment
		return s.givenUp(ctx, tx, a, d, on)
	case f.Key == "fault.pay.method_expired":
		return s.refuse(ctx, tx, a, d, whyExpired)
	}
	if why, _ := whyUnfit(failed); why != "" {
		return s.refuse(ctx, tx, a, d, why)
	}
	return s.refuse(ctx, tx, a, d, whyNotPossible) // below or above what this way takes
}

// gone waits for a gateway that is switched off, or has no keys: it may be an afternoon's work
// of the firm. After some days it is said to the customer, who was told that it would be
// charged.
func (s *Service) gone(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, on civil.Date) error {
	if on.Before(day(a.ReadyOn).AddDays(staleAfter)) {
		return s.later(ctx, tx, a, whyGone)
	}
	return s.refuse(ctx, tx, a, d, whyGone)
}

// givenUp sees to a method that is not there any more.
func (s *Service) givenUp(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, on civil.Date) error {
	why, err := s.unusable(ctx, tx.Queries, d, a.MethodID, on)
	if err != nil {
		return err
	}
	if why == "" { // another one took its place meanwhile
		return s.later(ctx, tx, a, whyUnreached)
	}
	return s.refuse(ctx, tx, a, d, why)
}

// later has an attempt that was never sent made again under its own key.
func (s *Service) later(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, why string) error {
	m := moving(tx, a)
	m.State, m.Reason, m.Misses, m.NotBefore = Ready, why, a.Misses+1, db.Stamp(tx.Now.Add(wait(a.Misses)))
	_, err := s.move(ctx, tx, m)
	return err
}

// wait is how long a gateway that was not reached so many times before is left alone.
func wait(misses int64) time.Duration {
	d := patience
	for range min(misses, 8) {
		d *= 2
	}
	return min(d, mostPatience)
}

// intentOf finds what the engine wrote for an attempt: by its row, or by the key of the order
// where a crash came between.
func intentOf(ctx context.Context, q *gen.Queries, a gen.ChargeAttempt) (gen.PaymentIntent, bool, error) {
	if a.IntentID != nil {
		row, err := q.IntentByID(ctx, *a.IntentID)
		return row, err == nil, db.NotFound(err)
	}
	c, err := q.CommandByKey(ctx, a.Key)
	if errors.Is(err, sql.ErrNoRows) {
		return gen.PaymentIntent{}, false, nil
	}
	if err != nil {
		return gen.PaymentIntent{}, false, err
	}
	var publicID string
	if err := json.Unmarshal([]byte(c.Result), &publicID); err != nil {
		return gen.PaymentIntent{}, false, err
	}
	row, err := q.IntentByPublicID(ctx, publicID)
	return row, err == nil, db.NotFound(err)
}
