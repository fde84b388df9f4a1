package db

import (
	"context"
	"errors"
)

// filling is the writer of Bulk mode: callers share one long transaction, since a company
// that is only being made is thrown away whole if anything goes wrong. Readers would not
// see what is not committed, so in this mode reads go through the writer too.
type filling struct {
	db  *DB
	tx  *turn
	err error // the transaction is lost: nothing more is accepted
}

// fillingMax bounds a transaction, so that its pages stay within the cache.
const fillingMax = 2_000

func (f *filling) one(r *request) {
	defer close(r.done)
	if f.err == nil && f.tx == nil {
		f.tx, f.err = f.db.begin(context.Background())
	}
	if f.err == nil && r.fn != nil {
		f.err = f.db.one(context.Background(), f.tx, r)
	}
	if f.err == nil && (r.fn == nil || f.tx.callers >= fillingMax) {
		f.commit()
	}
	if f.err != nil && r.err == nil {
		r.err = f.err
	}
}

// commit ends the transaction; the next caller begins another one.
func (f *filling) commit() {
	if f.tx == nil {
		return
	}
	if err := f.db.commit(context.Background()); err != nil {
		f.err = errors.Join(f.err, err)
	}
	f.tx = nil
}

// settle makes the writer of Bulk mode commit what it holds.
func (d *DB) settle(ctx context.Context) error {
	if !d.bulk {
		return nil
	}
	r := &request{ctx: ctx, done: make(chan struct{})}
	select {
	case d.requests <- r:
	case <-d.quit:
		return ErrClosed
	}
	select {
	case <-r.done:
		return translate(r.err)
	case <-d.done:
		return ErrClosed
	}
}
