package payments

import (
	"context"
	"errors"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// The rounds in which gateways are asked about what has no certain end. A round ends with its
// context: all that it is about is durable before any call.

// round is one time that the gateways are asked. One that did not answer is left alone for
// the rest of it: hundreds of attempts must not wait for it one after the other.
type round struct {
	mu     sync.Mutex
	silent map[string]bool
}

type roundKey struct{}

func newRound(ctx context.Context) context.Context {
	return context.WithValue(ctx, roundKey{}, &round{silent: map[string]bool{}})
}

// leftAlone tells a gateway that did not answer in this round.
func leftAlone(ctx context.Context, gateway string) bool {
	r, ok := ctx.Value(roundKey{}).(*round)
	if !ok {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.silent[gateway]
}

// missed notes a call that had no answer. A refusal is one: it says nothing of the next call.
func missed(ctx context.Context, gateway string, err error) {
	r, ok := ctx.Value(roundKey{}).(*round)
	if !ok || !unanswered(err) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.silent[gateway] = true
}

func unanswered(err error) bool {
	if errors.Is(err, ErrUnreached) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	for _, answer := range []error{ErrOtherMode, ErrKeysRefused, ErrBadOrder, ErrClock, ErrMissing} {
		if errors.Is(err, answer) {
			return false
		}
	}
	return errors.Is(err, ErrNotSent)
}

// AskOpen asks the gateways about everything that has no certain end: attempts, what they
// told of their own accord, methods that they are still to forget. The worker calls it at
// start and from time to time. What fails is tried again the next time; one that cannot be
// settled must not hold up those behind it. When ctx ends the rest waits for the next time.
func (s *Service) AskOpen(ctx context.Context) error {
	ctx = newRound(ctx)
	var rows []gen.PaymentIntent
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.WatchedIntents(ctx, 500)
		return err
	}); err != nil {
		return err
	}
	errs := []error{s.hearNews(ctx)}
	for _, row := range rows {
		if ctx.Err() != nil {
			return errors.Join(errs...)
		}
		if leftAlone(ctx, row.Gateway) || !dueToAsk(row, s.DB.Now()) {
			continue
		}
		release := s.turns.take(row.PublicID)
		errs = append(errs, s.askAgain(ctx, row.PublicID))
		release()
	}
	return errors.Join(append(errs, s.heedEvents(ctx), s.detachOwed(ctx))...)
}

// tooLate is how old a charge by the program may be that was never sent.
const tooLate = 3 * 24 * time.Hour

// askAgain asks about one attempt from the list; its turn is taken.
func (s *Service) askAgain(ctx context.Context, publicID string) error {
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	who := actor.Machine()
	row, err := s.intentRow(ctx, who, publicID)
	if err != nil || row.Watched == 0 {
		return err
	}
	g, there := s.usableGateway(ctx, row)
	if !there { // it goes to the end of the queue: those behind it are asked about
		return s.asked(ctx, row)
	}
	if leftAlone(ctx, row.Gateway) {
		return nil
	}
	_, own := g.(Hosting)
	switch {
	case row.State == Created && row.Kind == IntentCharge && row.ContactID == nil && past(row.CreatedAt, s.DB.Now().Add(-tooLate)): // and the machine was off for days since: nobody is charged late unasked
		return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.giveUp(ctx, tx, row) })
	case row.State == Created && (row.Kind == IntentRefund || row.Kind == IntentCharge): // the program died before the call
		err := s.send(ctx, who, g, row)
		if _, refused := fault.As(err); refused {
			return nil
		}
		return err
	case row.State == Created: // nobody was shown a page
		return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			if !past(row.CreatedAt, tx.Now.Add(-time.Hour)) {
				return nil
			}
			return s.giveUp(ctx, tx, row)
		})
	case row.State == NeedsAction && own && !past(row.ExpiresAt, s.DB.Now()): // it waits for the customer, on our own page
		return nil
	}
	return s.askOne(ctx, who, g, row)
}

// dueToAsk spaces the questions: often at first, then less and less. A clock that was set back
// asks at once.
func dueToAsk(i gen.PaymentIntent, now time.Time) bool {
	asked, err := time.Parse(time.RFC3339, i.AskedAt)
	if err != nil || asked.After(now) || i.Asks < 10 {
		return true
	}
	pause := 10 * time.Minute
	if i.State == Processing || i.State == Succeeded {
		pause = 2 * time.Hour
	}
	if i.Asks >= 100 {
		pause *= 3
	}
	return now.Sub(asked) >= pause
}
