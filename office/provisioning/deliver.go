package provisioning

import (
	"context"
	"net/url"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// retries is the wait after each answer that was not a yes: together four days, then the event
// has failed and waits for the button.
var retries = []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 24 * time.Hour, 24 * time.Hour}

// silences is the wait while an address is out of reach: nothing is counted and nothing fails, a
// desk may be offline for days.
var silences = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour}

// patience is how long an address may fail before it is switched off and the firm is told.
const patience = 7 * 24 * time.Hour

// kept is how long what was delivered is shown.
const kept = 90 * 24 * time.Hour

const deliverBatch = 20

// Deliver tells what happened to whoever wants to hear it. It is called when something changed
// and once a minute; one call at a time.
func (s *Service) Deliver(ctx context.Context) error {
	for {
		more, err := s.fanOut(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	var hooks []gen.WebhooksRow
	now := db.Stamp(s.DB.Now())
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		hooks, err = q.Webhooks(ctx, maxWebhooks)
		return err
	}); err != nil {
		return err
	}
	var group sync.WaitGroup // an address that hangs holds up no other
	errs := make([]error, len(hooks))
	for i, h := range hooks {
		if h.State == "on" && h.WaitUntil <= now {
			group.Go(func() { errs[i] = s.deliverTo(ctx, h) })
		}
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// deliverTo sends what is due at one address, in order, until it does not answer.
func (s *Service) deliverTo(ctx context.Context, h gen.WebhooksRow) error {
	for ctx.Err() == nil {
		var due []gen.DueWebhookDeliveriesRow
		var sealed []byte
		if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
			if due, err = q.DueWebhookDeliveries(ctx, gen.DueWebhookDeliveriesParams{WebhookID: h.ID, Now: db.Stamp(s.DB.Now()), RowLimit: deliverBatch}); err != nil || len(due) == 0 {
				return err
			}
			sealed, err = q.GetSecret(ctx, secretName(h.PublicID))
			return err
		}); err != nil || len(due) == 0 {
			return err
		}
		secret, err := s.Seal.Open(secretName(h.PublicID), sealed)
		if err != nil {
			return err
		}
		for _, d := range due {
			m := Message{URL: h.Url, EventID: eventID(d.EventPublicID), Kind: d.Kind, Body: []byte(d.Body), Signature: Sign(string(secret), s.DB.Now(), []byte(d.Body))}
			status, why := s.Sender.Send(ctx, m)
			if ctx.Err() != nil {
				return ctx.Err() // broken off by us: sent again later
			}
			goOn, err := s.note(ctx, &h, d, status, why)
			if err != nil || !goOn {
				return err
			}
		}
	}
	return nil
}

// note writes down what became of one attempt; goOn is false where the address is out of reach.
func (s *Service) note(ctx context.Context, h *gen.WebhooksRow, d gen.DueWebhookDeliveriesRow, status int, why string) (goOn bool, err error) {
	err = s.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		p := gen.NoteWebhookDeliveryParams{ID: d.ID, State: "queued", Attempts: d.Attempts, NextAttemptAt: tx.Stamp(), LastStatus: int64(status), LastAnswer: why}
		w := gen.NoteWebhookParams{ID: h.ID, State: h.State, Failures: h.Failures + 1, FailingSince: h.FailingSince}
		if w.FailingSince == nil {
			at := tx.Stamp()
			w.FailingSince = &at
		}
		switch {
		case status >= 200 && status < 300:
			at := tx.Stamp()
			p.State, p.Attempts, p.DeliveredAt, goOn = "delivered", d.Attempts+1, &at, true
			w.Failures, w.FailingSince = 0, nil
		case status == 0: // out of reach: all that goes there waits
			w.WaitUntil = db.Stamp(tx.Now.Add(silences[min(int(w.Failures), len(silences))-1]))
			p.NextAttemptAt = w.WaitUntil
		default:
			p.Attempts, goOn = d.Attempts+1, true
			if int(p.Attempts) > len(retries) {
				p.State = "failed"
			} else {
				p.NextAttemptAt = db.Stamp(tx.Now.Add(retries[p.Attempts-1]))
			}
		}
		if err := tx.NoteWebhookDelivery(ctx, p); err != nil {
			return err
		}
		if w.FailingSince != nil && *w.FailingSince <= db.Stamp(tx.Now.Add(-patience)) {
			w.State, goOn = "failing", false
			if err := s.giveUp(ctx, tx, *h); err != nil {
				return err
			}
		}
		h.State, h.Failures, h.FailingSince = w.State, w.Failures, w.FailingSince
		tx.AfterCommit(func() { s.Changed("provisioning") })
		return tx.NoteWebhook(ctx, w)
	})
	return goOn, err
}

// giveUp tells the firm that an address is not tried any more.
func (s *Service) giveUp(ctx context.Context, tx *db.Tx, h gen.WebhooksRow) error {
	where := h.Url
	if u, err := url.Parse(where); err == nil { // everybody reads notices: what stands behind the host may open something
		where = u.Scheme + "://" + u.Host
	}
	if err := audit.Notify(ctx, tx, "webhook_off", map[string]any{"url": where}, "webhook", h.PublicID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, actor.Machine(), audit.Record{Action: "api.webhook_gave_up", ObjectKind: "webhook", ObjectID: h.ID})
}

// keysKept is how long an Idempotency-Key is remembered: longer than any program tries again.
const keysKept = 30 * 24 * time.Hour

// Tidy forgets what was delivered long ago, and the keys of calls that nobody repeats any more.
func (s *Service) Tidy(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.DropOldApiKeys(ctx, db.Stamp(tx.Now.Add(-keysKept))); err != nil {
			return err
		}
		return tx.DropOldWebhookDeliveries(ctx, db.Stamp(tx.Now.Add(-kept)))
	})
}
