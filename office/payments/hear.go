package payments

import (
	"context"
	"errors"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Hear takes a webhook of a gateway: fault.Invalid for a bad signature, fault.NotFound for a
// gateway that is not in use. nil: it is noted durably, and need not be sent again. It only
// says about what to ask: what it claims moves nothing. Asking is the worker's (Wake, Heed): a
// burst of webhooks keeps nobody waiting.
func (s *Service) Hear(ctx context.Context, gateway string, payload []byte, signature string) error {
	g, ok := s.gateway(ctx, gateway)
	if !ok {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	e, err := g.Hear(ctx, payload, signature)
	if err != nil {
		if errors.Is(err, ErrClock) {
			s.complain(g.Name(), e.Mode, "", err)
		}
		return err
	}
	if err := s.note(ctx, g.Name(), []Event{e}, nil); err != nil {
		return err
	}
	s.Wake()
	return nil
}

// Heed asks about what gateways told since; what fails is heeded with the next AskOpen. The
// worker calls it when it is woken.
func (s *Service) Heed(ctx context.Context) error { return s.heedEvents(newRound(ctx)) }

// note keeps events, each once, and the cursor they came with.
func (s *Service) note(ctx context.Context, gateway string, events []Event, cursor *gen.PutGatewayCursorParams) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, e := range events {
			if e.ID == "" || e.Key == "" && e.Ref == "" {
				continue
			}
			if e.Mode != ModeLive {
				e.Mode = ModeTest
			}
			if _, err := tx.InsertGatewayEvent(ctx, gen.InsertGatewayEventParams{Gateway: gateway, Mode: e.Mode, EventID: clip(e.ID, 200), Kind: clip(e.Kind, 100), AboutKey: clip(e.Key, 200), AboutRef: clip(e.Ref, 200),
				ReceivedAt: tx.Stamp()}); err != nil {
				return err
			}
		}
		if cursor == nil { // a webhook: its secret works
			mode := ModeTest
			if len(events) > 0 && events[0].Mode == ModeLive {
				mode = ModeLive
			}
			return tx.GatewayHooked(ctx, gen.GatewayHookedParams{At: tx.Stamp(), Gateway: gateway, Mode: mode})
		}
		cursor.AskedAt = tx.Stamp()
		return tx.PutGatewayCursor(ctx, *cursor)
	})
}

// newsEvery is how often a gateway's news are read, and newsLast for how long it surely keeps
// them: after a longer silence it is asked about everything that was paid in a year, and for what it took and paid out since.
const (
	newsEvery = 5 * time.Minute
	newsLast  = 20 * 24 * time.Hour
)

// hearNews reads what happened at the gateways' own sites, for machines that no webhook
// reaches. A gateway that does not answer is read the next time, from where it was.
func (s *Service) hearNews(ctx context.Context) error {
	var errs []error
	for _, g := range s.Gateways {
		if !s.Allowed(ctx, g.Name()) {
			continue
		}
		for _, mode := range []string{ModeTest, ModeLive} { // what is under way in the one that is switched off goes on
			if !leftAlone(ctx, g.Name()) && s.reaches(ctx, g, mode) {
				errs = append(errs, s.newsOf(ctx, g, mode))
			}
		}
	}
	return errors.Join(errs...)
}

func (s *Service) newsOf(ctx context.Context, g Gateway, mode string) error {
	c := gen.GatewayCursor{}
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		c, err = q.GatewayCursor(ctx, gen.GatewayCursorParams{Gateway: g.Name(), Mode: mode})
		if fault.Is(db.NotFound(err), fault.NotFound) {
			err = nil
		}
		return err
	}); err != nil {
		return err
	}
	now := s.DB.Now()
	asked, err := time.Parse(time.RFC3339, c.AskedAt)
	if err == nil && !asked.After(now) && now.Sub(asked) < newsEvery {
		return nil
	}
	silent := err == nil && now.Sub(asked) > newsLast
	if silent {
		if err := s.watchAll(ctx, g.Name(), mode); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	events, next, err := g.News(ctx, mode, c.Cursor)
	if errors.Is(err, ErrTooMuch) { // more than can be read: the newest, and one by one what is known here
		if err := s.watchAll(ctx, g.Name(), mode); err != nil {
			return err
		}
		events, next, err = g.News(ctx, mode, "")
	}
	if err == nil && silent {
		var more []Event
		more, err = s.newsMissed(ctx, g, mode, asked)
		events = append(more, events...)
	}
	if err != nil {
		missed(ctx, g.Name(), err)
		s.complain(g.Name(), mode, "", err)
		return s.newsRefused(ctx, g, mode, err) // nothing was said: it is asked the next time, from the same place
	}
	if err := s.newsHeard(ctx, g, mode); err != nil {
		return err
	}
	err = s.note(ctx, g.Name(), events, &gen.PutGatewayCursorParams{Gateway: g.Name(), Mode: mode, Cursor: next})
	return errors.Join(err, s.askKinds(ctx, g, mode), s.tellClock(ctx, g))
}

// watchAll has a gateway asked about everything that was paid in a year.
func (s *Service) watchAll(ctx context.Context, gateway, mode string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.WatchPayments(ctx, gen.WatchPaymentsParams{Gateway: gateway, Mode: mode, Since: db.Stamp(tx.Now.AddDate(-1, -1, 0))})
		return err
	})
}

// newsMissed names what a gateway made since the last news, where those of that time may not be
// kept any more: what it took for orders of ours, which a file that was put back to an older state
// does not know, and what it paid out. Each is heeded as if its event had come.
func (s *Service) newsMissed(ctx context.Context, g Gateway, mode string, since time.Time) ([]Event, error) {
	var events []Event
	if finding, can := g.(Finding); can {
		taken, err := finding.TakenSince(ctx, mode, since)
		if err != nil {
			return nil, err
		}
		events = taken
	}
	more, err := s.payoutsMissed(ctx, g, mode, since)
	for i := range events {
		events[i].ID = "listed/" + db.Stamp(since) + "/" + events[i].Ref
	}
	return append(events, more...), err
}

// eventLasts is how long an event whose attempt is not known yet is kept in mind: the answer
// that names the attempt may come after it.
const eventLasts = time.Hour

// heedEvents asks about what events named. One that cannot be asked about now stays.
func (s *Service) heedEvents(ctx context.Context) error {
	var rows []gen.GatewayEvent
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		rows, err = q.NewGatewayEvents(ctx, 1000)
		return err
	}); err != nil {
		return err
	}
	var errs []error
	for _, e := range rows {
		if ctx.Err() != nil {
			return errors.Join(errs...)
		}
		if !leftAlone(ctx, e.Gateway) {
			errs = append(errs, s.heed(ctx, e))
		}
	}
	return errors.Join(errs...)
}

func (s *Service) heed(ctx context.Context, e gen.GatewayEvent) error {
	if strings.HasPrefix(e.Kind, EventPayout) {
		return s.heedPayout(ctx, e)
	}
	row, err := s.eventIntent(ctx, e)
	if fault.Is(err, fault.NotFound) {
		return s.heedStranger(ctx, e)
	}
	if err != nil {
		return err
	}
	g, there := s.usableGateway(ctx, row)
	switch {
	case row.Mode != e.Mode: // of no attempt of its world
		return s.heeded(ctx, e, "nobody", nil)
	case !there:
		return s.unasked(ctx, e, row)
	}
	release, ok := s.turns.try(row.PublicID)
	if !ok { // its answer is on the way; the event stays, and is heeded after it
		return nil
	}
	defer release()
	if row, err = s.intentRow(ctx, actor.Machine(), row.PublicID); err != nil { // as it is now, with what the last answer told
		return err
	}
	a, err := s.attempt(ctx, row)
	if err != nil {
		return err
	}
	out, err := s.askFor(ctx, g, a)
	if err != nil {
		missed(ctx, row.Gateway, err)
		s.complain(e.Gateway, e.Mode, row.PublicID, err)
		if errors.Is(err, ErrMissing) { // the attempt itself is asked about on
			return s.heeded(ctx, e, "nobody", &row.ID)
		}
		return nil // the event stays, and is heeded the next time
	}
	if err := s.settle(ctx, actor.Machine(), row.ID, out); err != nil {
		return err
	}
	return s.heeded(ctx, e, "done", &row.ID)
}

// unasked puts an event aside about which nobody can be asked for want of keys, so that those behind
// it are heeded. Its attempt is asked about when the keys are there again.
func (s *Service) unasked(ctx context.Context, e gen.GatewayEvent, row gen.PaymentIntent) error {
	if !past(e.ReceivedAt, s.DB.Now().Add(-eventLasts)) {
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(tx.WatchIntent(ctx, row.ID), tx.HeedGatewayEvent(ctx, gen.HeedGatewayEventParams{ID: e.ID, State: "nobody", IntentID: &row.ID}))
	})
}

// askFor asks within the time that one answer may take.
func (s *Service) askFor(ctx context.Context, g Gateway, a Attempt) (Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	return g.Ask(ctx, a)
}

func (s *Service) eventIntent(ctx context.Context, e gen.GatewayEvent) (row gen.PaymentIntent, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if e.AboutKey != "" {
			if row, err = q.IntentByKey(ctx, e.AboutKey); err == nil && row.Gateway == e.Gateway {
				return nil
			}
		}
		row, err = q.IntentByRef(ctx, gen.IntentByRefParams{Gateway: e.Gateway, Ref: e.AboutRef})
		return db.NotFound(err)
	})
	return row, err
}

func (s *Service) heeded(ctx context.Context, e gen.GatewayEvent, state string, intentID *int64) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.HeedGatewayEvent(ctx, gen.HeedGatewayEventParams{ID: e.ID, State: state, IntentID: intentID})
	})
}
