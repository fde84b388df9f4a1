package db

import (
	"context"
	"errors"
	"fmt"
	"time"

	"comptoir/db/gen"
)

// Tx is one write transaction as a use case sees it: its queries, and the one instant
// that everything in it happens at.
type Tx struct {
	*gen.Queries
	Now   time.Time
	after []func()
	turn  *turn
	db    *DB
}

// Stamp is Now as it is stored.
func (t *Tx) Stamp() string { return Stamp(t.Now) }

// AfterCommit runs fn once what was written is durable; not at all after a rollback.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

type request struct {
	ctx   context.Context
	fn    func(context.Context, *Tx) error
	tx    *Tx
	err   error
	panic any
	done  chan struct{}
}

// turn is one transaction on the write connection; several callers may share it.
type turn struct{ callers int }

// chore is a statement that must not stand in a transaction.
type chore struct {
	ctx       context.Context
	statement string
	args      []any
	err       error
	done      chan struct{}
}

type inWrite struct{}

// batchMax bounds how many callers share one commit, so that the first of them does not
// wait for ever behind a queue that never empties.
const batchMax = 64

// Write runs fn in a transaction of its own: all of it is durable when Write returns nil,
// none of it otherwise. Callers that wait at the same moment share one commit (each behind
// a savepoint), which is what makes a durable commit cheap under load (ADR 0006). Nothing
// slow may happen inside fn: no network, no files, no mail. A Write inside a Write panics.
func (d *DB) Write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if ctx.Value(inWrite{}) != nil {
		panic("db: Write inside Write")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	r := &request{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case d.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.quit:
		return ErrClosed
	}
	select {
	case <-r.done:
	case <-d.done: // the writer ended; it may have served r just before
		select {
		case <-r.done:
		default:
			return ErrClosed
		}
	}
	if r.panic != nil {
		panic(r.panic)
	}
	if r.err != nil {
		return translate(r.err)
	}
	for _, fn := range r.tx.after {
		fn()
	}
	return nil
}

// serve is the writer: it owns the only write connection.
func (d *DB) serve() {
	defer close(d.done)
	work, before := d.batch, func() {}
	if d.bulk {
		f := &filling{db: d}
		defer f.commit()
		work, before = f.one, f.commit
	}
	for {
		select {
		case r := <-d.requests:
			work(r)
		case c := <-d.chores:
			before()
			_, c.err = d.writer.ExecContext(c.ctx, c.statement, c.args...)
			close(c.done)
		case <-d.quit:
			for { // what was accepted before Close is still done
				select {
				case r := <-d.requests:
					work(r)
				default:
					return
				}
			}
		}
	}
}

// batch serves first and whoever waits beside it with one commit.
func (d *DB) batch(first *request) {
	ctx := context.Background() // a cancelled caller must not interrupt the others' transaction
	served := []*request{first}
	finish := func(err error) {
		for _, r := range served {
			if err != nil && r.err == nil {
				r.err = err
			}
			close(r.done)
		}
	}
	t, err := d.begin(ctx)
	if err != nil {
		finish(err)
		return
	}
	for i := 0; ; i++ {
		if fatal := d.one(ctx, t, served[i]); fatal != nil {
			d.rollback(ctx)
			finish(fatal)
			return
		}
		if len(served) == batchMax {
			break
		}
		select {
		case r := <-d.requests:
			served = append(served, r)
			continue
		default:
		}
		break
	}
	finish(d.commit(ctx))
}

// begin, commit and rollback speak to the connection itself: a sql.Tx would start a
// goroutine for every query, to watch for the end of a transaction that ends here only.
func (d *DB) begin(ctx context.Context) (*turn, error) {
	_, err := d.writer.ExecContext(ctx, "BEGIN IMMEDIATE")
	return &turn{}, err
}

func (d *DB) commit(ctx context.Context) error {
	if _, err := d.writer.ExecContext(ctx, "COMMIT"); err != nil {
		d.rollback(ctx)
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (d *DB) rollback(ctx context.Context) {
	_, _ = d.writer.ExecContext(ctx, "ROLLBACK") // SQLite may have rolled back already
}

// alone runs a statement outside of any transaction, between two of them.
func (d *DB) alone(ctx context.Context, statement string, args ...any) error {
	c := &chore{ctx: ctx, statement: statement, args: args, done: make(chan struct{})}
	select {
	case d.chores <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.done:
		return ErrClosed
	}
	<-c.done
	return translate(c.err)
}

// one runs one caller behind a savepoint. The error it returns is one that ends the whole
// transaction (full disk, broken file); the caller's own error is kept in r.
func (d *DB) one(ctx context.Context, t *turn, r *request) error {
	select {
	case <-r.ctx.Done(): // the caller's own trouble, not the transaction's
		r.err = r.ctx.Err()
		return nil
	default:
	}
	if _, err := d.writer.ExecContext(ctx, "SAVEPOINT caller"); err != nil {
		return err
	}
	t.callers++
	r.tx = &Tx{Queries: d.writeQ, Now: d.clock().UTC().Truncate(time.Millisecond), turn: t, db: d}
	r.err = run(context.WithValue(context.WithoutCancel(r.ctx), inWrite{}, true), r)
	if r.err != nil || r.panic != nil {
		if fatal(r.err) {
			return r.err
		}
		if _, err := d.writer.ExecContext(ctx, "ROLLBACK TO caller"); err != nil {
			return errors.Join(r.err, err)
		}
	}
	_, err := d.writer.ExecContext(ctx, "RELEASE caller")
	return err
}

func run(ctx context.Context, r *request) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.panic = p
		}
	}()
	return r.fn(ctx, r.tx)
}
