package registration

import (
	"context"
	"encoding/json"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
)

// How long a request is kept that came to nothing. One that was never sent has UnprovedLife or
// RequestLife, one that the firm wants more of the day that it was given; both are gone with that day.
// One that was taken back stays for a month, for the firm to see that it was; one that was refused for
// a year, for questions and complaints about it. What came of a request keeps it, as the proof of what
// was accepted. Requests go with all that was typed, their answers among it.
const (
	WithdrawnLife = 30 * 24 * time.Hour
	RefusedLife   = 365 * 24 * time.Hour
)

// JobForget is the daily job that takes away requests and sign-ups whose time is over.
const JobForget = "requests.forget"

// QueueForget has today's done at once unless it was done already: for each start.
func (s *Service) QueueForget(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return queueForget(ctx, tx, tx.Now) })
}

func queueForget(ctx context.Context, tx *db.Tx, at time.Time) error {
	return outbox.QueueJob(ctx, tx, outbox.Job{Key: JobForget + "/" + at.UTC().Format(time.DateOnly), Kind: JobForget, RunAt: at})
}

// Forget does JobForget. The next day's is queued with it.
func (s *Service) Forget(ctx context.Context, _ json.RawMessage) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := queueForget(ctx, tx, tx.Now.AddDate(0, 0, 1)); err != nil {
			return err
		}
		if err := tx.DeleteOldRegistrations(ctx, tx.Stamp()); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("requests") })
		return forgetRequests(ctx, tx)
	})
}

func forgetRequests(ctx context.Context, tx *db.Tx) error {
	return tx.ForgetRequests(ctx, gen.ForgetRequestsParams{Now: tx.Stamp(), WithdrawnBefore: db.Stamp(tx.Now.Add(-WithdrawnLife)), RefusedBefore: db.Stamp(tx.Now.Add(-RefusedLife))})
}
