package payments

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// What is known of a gateway's two worlds: whose account it is, whether the keys are refused.
// What goes wrong with one is logged here, once an hour, and told to the firm once.

// At what keys were refused (gateway_worlds.refused_by).
const (
	refusedOrder   = "order"   // an order: until the keys are tried or replaced
	refusedNews    = "news"    // the news: until they are read
	refusedAccount = "account" // they are another account's
)

// worldRow reads a world of a gateway; one that nobody typed keys for is empty.
func worldRow(ctx context.Context, q *gen.Queries, gateway, mode string) (gen.GatewayWorld, error) {
	w, err := q.GatewayWorld(ctx, gen.GatewayWorldParams{Gateway: gateway, Mode: mode})
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return gen.GatewayWorld{Gateway: gateway, Mode: mode}, nil
	}
	return w, err
}

func (s *Service) putWorld(ctx context.Context, tx *db.Tx, w gen.GatewayWorld) error {
	tx.AfterCommit(func() {
		if s.Keys != nil {
			s.Keys.changed(w.Gateway)
		}
		s.Changed("gateways")
	})
	return tx.PutGatewayWorld(ctx, gen.PutGatewayWorldParams(w))
}

// refused notes that a world's keys are refused; the firm is told the first time. Customers are
// not offered it from here on.
func (s *Service) refused(ctx context.Context, gateway, mode, by string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := worldRow(ctx, tx.Queries, gateway, mode)
		if err != nil || w.RefusedAt != "" {
			return err
		}
		w.RefusedAt, w.RefusedBy = tx.Stamp(), by
		if err := s.putWorld(ctx, tx, w); err != nil {
			return err
		}
		return audit.Notify(ctx, tx, "gateway_refused", map[string]any{"mode": mode}, "gateway", gateway)
	})
}

// failed is what follows from an order that failed: it is logged, and keys that are refused take
// the way away until somebody of the firm has looked at them.
func (s *Service) failed(ctx context.Context, row gen.PaymentIntent, err error) {
	s.complain(row.Gateway, row.Mode, row.PublicID, err)
	if !errors.Is(err, ErrKeysRefused) || row.Kind == IntentRefund { // a key may have no right to give back, and take money all the same
		return
	}
	if err := s.refused(ctx, row.Gateway, row.Mode, refusedOrder); err != nil {
		s.complain(row.Gateway, row.Mode, row.PublicID, err)
	}
}

// newsRefused notes news that could not be read for the keys' sake: either the keys are refused
// altogether, or only this is. The firm is told of each once.
func (s *Service) newsRefused(ctx context.Context, g Gateway, mode string, err error) error {
	if !errors.Is(err, ErrKeysRefused) {
		return nil
	}
	if _, err := g.Test(ctx, mode); errors.Is(err, ErrKeysRefused) {
		return s.refused(ctx, g.Name(), mode, refusedNews)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := worldRow(ctx, tx.Queries, g.Name(), mode)
		if err != nil || w.MuteAt != "" {
			return err
		}
		w.MuteAt = tx.Stamp()
		if err := s.putWorld(ctx, tx, w); err != nil {
			return err
		}
		return audit.Notify(ctx, tx, "gateway_mute", map[string]any{"mode": mode}, "gateway", g.Name())
	})
}

// newsHeard notes that a world's news can be read.
func (s *Service) newsHeard(ctx context.Context, g Gateway, mode string) error {
	var w gen.GatewayWorld
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		w, err = worldRow(ctx, q, g.Name(), mode)
		return err
	}); err != nil || w.MuteAt == "" && w.RefusedBy != refusedNews {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		w, err := worldRow(ctx, tx.Queries, g.Name(), mode)
		if err != nil {
			return err
		}
		if w.MuteAt = ""; w.RefusedBy == refusedNews {
			w.RefusedAt, w.RefusedBy = "", ""
		}
		return s.putWorld(ctx, tx, w)
	})
}

// reasonOf says in a customer's words why an order was not made.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, ErrClock):
		return "gateway.reason.clock"
	case errors.Is(err, ErrMissing):
		return "gateway.reason.missing"
	case errors.Is(err, ErrKeysRefused), errors.Is(err, ErrBadOrder):
		return "gateway.reason.not_set_up"
	}
	return "gateway.reason.unreachable"
}

// complaintEvery is how often the same thing is logged.
const complaintEvery = time.Hour

// mostComplaints bounds what is remembered of them.
const mostComplaints = 1000

// complaints remembers what was logged, and when.
type complaints struct {
	mu   sync.Mutex
	said map[string]time.Time
}

// fresh tells whether something is to be said now.
func (c *complaints) fresh(what string, now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, known := c.said[what]; known && !at.After(now) && now.Sub(at) < complaintEvery {
		return false
	}
	if c.said == nil || len(c.said) >= mostComplaints {
		c.said = map[string]time.Time{}
	}
	c.said[what] = now
	return true
}

// ownName is what differs between two errors that are the same: the gateway's name of the
// request, our key of the attempt.
var ownName = regexp.MustCompile(`request "[^"]*"|(intent|refund)-[A-Za-z0-9]+`)

// complain logs what went wrong with a gateway, each thing once an hour. An error of a gateway
// bears no key and nothing that a customer typed.
func (s *Service) complain(gateway, mode, attempt string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	text := strings.ReplaceAll(err.Error(), "\n", ": ")
	if s.complaints.fresh(gateway+" "+mode+" "+ownName.ReplaceAllString(text, ""), s.DB.Now()) {
		level := slog.LevelError
		if outside(err) {
			level = slog.LevelWarn
		}
		s.Log.Log(context.Background(), level, "gateway", "gateway", gateway, "mode", mode, "attempt", attempt, "error", text)
	}
}

// outside tells trouble that is the gateway's, the line's or the keys', not the program's.
func outside(err error) bool {
	return slices.ContainsFunc([]error{ErrUnreached, ErrKeysRefused, ErrClock, ErrMissing, ErrOtherMode}, func(class error) bool { return errors.Is(err, class) })
}

// missingPatience is for how long a gateway may not know what it named itself before the firm is
// told.
const missingPatience = 24 * time.Hour

// missing notes that a gateway does not know an attempt that it named. It stays as it is: nothing
// is guessed. After a day the firm is told, once; it alone can end the attempt.
func (s *Service) missing(ctx context.Context, row gen.PaymentIntent) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.IntentMissing(ctx, gen.IntentMissingParams{IntentID: row.ID, Since: tx.Stamp()}); err != nil {
			return err
		}
		since, err := tx.IntentMissingSince(ctx, row.ID)
		if err != nil {
			return err
		}
		tell, err := time.Parse(time.RFC3339, since)
		if err != nil {
			return err
		}
		tell = tell.Add(missingPatience)
		if open(row.State) && !tx.Now.Before(tell) && !past(row.AskedAt, tell.Add(-time.Millisecond)) { // asked before that, and now after it
			c, err := tx.CustomerByID(ctx, row.CustomerID)
			if err != nil {
				return db.NotFound(err)
			}
			args := map[string]any{"customer": c.Name, "amount_minor": row.AmountMinor, "currency": row.Currency}
			if err := audit.Notify(ctx, tx, "attempt_missing", args, "payment_intent", row.PublicID); err != nil {
				return err
			}
		}
		if row.State == Cancelled { // given up here, unknown there: nobody can pay on it
			m := moving(row)
			m.Watched, m.UpdatedAt = 0, tx.Stamp()
			if _, err := tx.MoveIntent(ctx, m); err != nil {
				return err
			}
		}
		return tx.IntentAsked(ctx, gen.IntentAskedParams{ID: row.ID, AskedAt: tx.Stamp()})
	})
}
