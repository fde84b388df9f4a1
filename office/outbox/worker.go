package outbox

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
)

// Worker delivers the mails and runs the jobs that are due. It sleeps until something is
// queued or falls due; it never polls. Several workers on one file never do one thing
// twice: what they take is leased in the file.
type Worker struct {
	c        Config
	handlers map[string]Handler

	mails sync.Mutex // one pass at a time
	line  line
	jobs  sync.Mutex

	wake    chan struct{}
	quit    chan struct{}
	started bool
	cancel  context.CancelFunc
	loops   sync.WaitGroup
	stop    sync.Once
}

// line is what is known of the way to the server, for as long as the program runs.
type line struct {
	failures int
	until    time.Time // nothing is tried before
	answer   string
	settings int64 // version that it was tried with
}

// NewWorker makes the worker; it touches nothing before Start.
func NewWorker(c Config) *Worker {
	return &Worker{c: c.withDefaults(), handlers: map[string]Handler{}, wake: make(chan struct{}, 1), quit: make(chan struct{})}
}

// Recover makes due at once what a killed program had taken in hand. Only the holder of
// the company's lock may call it, before its first Start.
func Recover(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.RecoverMails(ctx, tx.Stamp()); err != nil {
			return err
		}
		_, err := tx.RecoverJobs(ctx, tx.Stamp())
		return err
	})
}

// Start begins the work, until Stop.
func (w *Worker) Start(ctx context.Context) {
	ctx, w.cancel = context.WithCancel(context.WithoutCancel(ctx))
	w.started = true
	queued, hurried, jobs := mailQueued.listen(), mailHurried.listen(), jobQueued.listen()
	w.loops.Go(func() {
		defer mailQueued.leave(queued)
		defer mailHurried.leave(hurried)
		w.loop(ctx, "mails", w.RunMails, func(t <-chan time.Time) {
			select {
			case <-queued:
			case <-w.wake:
				w.hurry()
			case <-hurried:
				w.hurry()
			case <-t:
			case <-w.quit:
			}
		})
	})
	w.loops.Go(func() {
		defer jobQueued.leave(jobs)
		w.loop(ctx, "jobs", w.RunJobs, func(t <-chan time.Time) {
			select {
			case <-jobs:
			case <-t:
			case <-w.quit:
			}
		})
	})
}

// Stop ends the work in order: what is being sent is finished, until ctx ends; then it is
// broken off, and tried again at the next start.
func (w *Worker) Stop(ctx context.Context) {
	w.stop.Do(func() { close(w.quit) })
	if !w.started {
		return
	}
	done := make(chan struct{})
	go func() { w.loops.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
	w.cancel()
	<-done
}

// Wake has the mails looked at now, even while the server was out of reach: the machine
// woke up, the network came back.
func (w *Worker) Wake() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Worker) hurry() {
	w.mails.Lock()
	w.line.until = time.Time{}
	w.mails.Unlock()
}

// Stopping tells whether Stop was called.
func (w *Worker) Stopping() bool {
	select {
	case <-w.quit:
		return true
	default:
		return false
	}
}

// Bounds of one sleep: longer than a blink, so that a defect cannot spin; shorter than
// what a clock that was set, or a machine that slept, would make of it.
const (
	shortest = 20 * time.Millisecond
	longest  = 15 * time.Minute
	afterErr = time.Minute
)

func (w *Worker) loop(ctx context.Context, name string, run func(context.Context) (time.Time, error), sleep func(<-chan time.Time)) {
	for !w.Stopping() {
		next, err := run(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			w.c.Log.Error("outbox pass failed", slog.String("queue", name), slog.String("error", err.Error()))
			next = w.c.DB.Now().Add(afterErr)
		}
		var t *time.Timer
		var c <-chan time.Time
		if !next.IsZero() {
			t = time.NewTimer(min(max(next.Sub(w.c.DB.Now()), shortest), longest))
			c = t.C
		}
		sleep(c)
		if t != nil {
			t.Stop()
		}
	}
}

// parseDue reads a stored instant; blank is "nothing is waiting".
func parseDue(stored string) (time.Time, error) {
	if stored == "" {
		return time.Time{}, nil
	}
	return time.Parse(db.TimeFormat, stored)
}

// nextMail gives when the next mail falls due.
func (w *Worker) nextMail(ctx context.Context) (next time.Time, err error) {
	err = w.c.DB.Read(ctx, func(q *gen.Queries) error {
		s, err := q.NextMailAt(ctx)
		if err != nil {
			return err
		}
		next, err = parseDue(s)
		return err
	})
	return next, err
}
