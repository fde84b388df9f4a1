package attachments

import (
	"context"
	"encoding/json"
	"time"

	"comptoir/db"
	"comptoir/office/outbox"
)

// JobSweep is the daily job that takes away what was uploaded and never handed over.
const JobSweep = "files.sweep"

// QueueSweep has today's sweep done at once unless it was done already: for each start.
func (s *Service) QueueSweep(ctx context.Context) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return queueSweep(ctx, tx, tx.Now) })
}

func queueSweep(ctx context.Context, tx *db.Tx, at time.Time) error {
	return outbox.QueueJob(ctx, tx, outbox.Job{Key: JobSweep + "/" + at.UTC().Format(time.DateOnly), Kind: JobSweep, RunAt: at})
}

// Sweep does JobSweep. The next day's stands before it begins: one that fails breaks no chain.
func (s *Service) Sweep(ctx context.Context, _ json.RawMessage) error {
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return queueSweep(ctx, tx, tx.Now.AddDate(0, 0, 1)) }); err != nil {
		return err
	}
	_, err := s.Files.Sweep(ctx, s.DB)
	return err
}
