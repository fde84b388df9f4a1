package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
)

// Handler does a job. It may be called again for one that it has done: a crash may come
// between its work and the mark.
type Handler func(ctx context.Context, payload json.RawMessage) error

// ErrFinal in a handler's error says that trying again is of no use.
var ErrFinal = errors.New("outbox: final")

const (
	jobBatch   = 16
	jobLease   = 15 * time.Minute
	jobTimeout = 5 * time.Minute
)

// Handle names who does jobs of that kind; before Start only.
func (w *Worker) Handle(kind string, fn Handler) { w.handlers[kind] = fn }

// RunJobs runs everything that is due, and gives when to look again; the zero time: when
// something changes.
func (w *Worker) RunJobs(ctx context.Context) (next time.Time, err error) {
	w.jobs.Lock()
	defer w.jobs.Unlock()
	for ctx.Err() == nil && !w.Stopping() {
		var batch []gen.LeaseJobsRow
		if err := w.c.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
			batch, err = tx.LeaseJobs(ctx, gen.LeaseJobsParams{LeaseUntil: db.Stamp(tx.Now.Add(jobLease)), Now: tx.Stamp(), RowLimit: jobBatch})
			return err
		}); err != nil {
			return time.Time{}, err
		}
		if len(batch) == 0 {
			break
		}
		for i, j := range batch {
			if ctx.Err() != nil || w.Stopping() || w.leaseShort(j.LeaseUntil) {
				if err := w.releaseJobs(ctx, batch[i:]); err != nil {
					return time.Time{}, err
				}
				break
			}
			if err := w.job(ctx, j); err != nil {
				return time.Time{}, errors.Join(err, w.releaseJobs(ctx, batch[i+1:]))
			}
		}
	}
	err = w.c.DB.Read(ctx, func(q *gen.Queries) error {
		s, err := q.NextJobAt(ctx)
		if err != nil {
			return err
		}
		next, err = parseDue(s)
		return err
	})
	return next, err
}

func (w *Worker) releaseJobs(ctx context.Context, batch []gen.LeaseJobsRow) error {
	if len(batch) == 0 {
		return nil
	}
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) error {
		for _, j := range batch {
			if _, err := tx.ReleaseJob(ctx, gen.ReleaseJobParams{ID: j.ID, LeaseUntil: j.LeaseUntil}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *Worker) job(ctx context.Context, j gen.LeaseJobsRow) error {
	cause := w.handle(ctx, j)
	if cause != nil && ctx.Err() != nil {
		return w.releaseJobs(ctx, []gen.LeaseJobsRow{j}) // broken off by us
	}
	if cause != nil {
		w.c.Log.Error("job failed", slog.String("kind", j.Kind), slog.Int64("job", j.ID), slog.Int64("attempt", j.Attempts), slog.String("error", cause.Error()))
	}
	d, again := wait(jobSchedule, int(j.Attempts), w.c.Jitter())
	return w.c.DB.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *db.Tx) (err error) {
		switch {
		case cause == nil:
			_, err = tx.MarkJobDone(ctx, gen.MarkJobDoneParams{ID: j.ID, LeaseUntil: j.LeaseUntil})
		case again && !errors.Is(cause, ErrFinal):
			_, err = tx.DeferJob(ctx, gen.DeferJobParams{ID: j.ID, LeaseUntil: j.LeaseUntil, RunAt: db.Stamp(tx.Now.Add(d)), LastError: OneLine(cause.Error(), 500)})
		default:
			_, err = tx.FailJob(ctx, gen.FailJobParams{ID: j.ID, LeaseUntil: j.LeaseUntil, LastError: OneLine(cause.Error(), 500)})
		}
		return err
	})
}

func (w *Worker) handle(ctx context.Context, j gen.LeaseJobsRow) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("outbox: job %s: panic: %v", j.Kind, p)
		}
	}()
	fn, known := w.handlers[j.Kind]
	if !known {
		return fmt.Errorf("outbox: nobody does jobs of kind %q", j.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, jobTimeout)
	defer cancel()
	return fn(ctx, json.RawMessage(j.Payload))
}
