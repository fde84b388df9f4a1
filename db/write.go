package db

import (
	"context"
	"database/sql"
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
	raw   *sql.Tx
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
	work := d.batch
	if d.bulk {
		f := &filling{db: d}
		defer f.commit()
		work = f.one
	}
	for {
		select {
		case r := <-d.requests:
			work(r)
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
	sqlTx, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		finish(err)
		return
	}
	q := d.writeQ.WithTx(sqlTx)
	for i := 0; ; i++ {
		if fatal := d.one(ctx, sqlTx, q, served[i]); fatal != nil {
			_ = sqlTx.Rollback() // SQLite may have rolled back already
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
	if err := sqlTx.Commit(); err != nil {
		_ = sqlTx.Rollback()
		finish(fmt.Errorf("commit: %w", err))
		return
	}
	finish(nil)
}

// one runs one caller behind a savepoint. The error it returns is one that ends the whole
// transaction (full disk, broken file); the caller's own error is kept in r.
func (d *DB) one(ctx context.Context, sqlTx *sql.Tx, q *gen.Queries, r *request) error {
	select {
	case <-r.ctx.Done(): // the caller's own trouble, not the transaction's
		r.err = r.ctx.Err()
		return nil
	default:
	}
	if _, err := sqlTx.ExecContext(ctx, "SAVEPOINT caller"); err != nil {
		return err
	}
	r.tx = &Tx{Queries: q, Now: d.clock().UTC().Truncate(time.Millisecond), raw: sqlTx, db: d}
	r.err = run(context.WithValue(context.WithoutCancel(r.ctx), inWrite{}, true), r)
	if r.err != nil || r.panic != nil {
		if fatal(r.err) {
			return r.err
		}
		if _, err := sqlTx.ExecContext(ctx, "ROLLBACK TO caller"); err != nil {
			return errors.Join(r.err, err)
		}
	}
	_, err := sqlTx.ExecContext(ctx, "RELEASE caller")
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
