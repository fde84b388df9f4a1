package db

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/db/gen"
)

// readers are the read-only connections, each with the queries that it was asked. A sql.Tx would
// start a goroutine and look every statement up again; a page of the portal asks seven.
type readers struct {
	pool *sql.DB
	free chan *reader  // opened and idle
	may  chan struct{} // one for each connection that may still be opened
}

type reader struct {
	conn       *sql.Conn
	q          *gen.Queries
	begin, end *sql.Stmt
	queries    prepared // those of q
	lists      prepared // those of list.go
}

// listsKept bounds the lists' statements of one connection: a portal asks a handful, a
// window's filters some dozens more.
const listsKept = 64

// list gives the prepared form of a list's query.
func (r *reader) list(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := r.lists.kept[query]; ok {
		return s, nil
	}
	if len(r.lists.kept) >= listsKept {
		if err := r.lists.forget(); err != nil {
			return nil, err
		}
	}
	return r.lists.keep(ctx, query)
}

// openReaders opens the first connection, to see that the file fits; the others are opened
// when they are needed.
func openReaders(ctx context.Context, driver, file string, most int) (*readers, error) {
	pool, err := sql.Open(driver, file+"?mode=ro&_query_only=1&_foreign_keys=1&_busy_timeout=5000&_cache_size=-4000")
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(most)
	pool.SetMaxIdleConns(most)
	p := &readers{pool: pool, free: make(chan *reader, most), may: make(chan struct{}, most)}
	for range most {
		p.may <- struct{}{}
	}
	r, err := p.take(ctx)
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	p.free <- r
	return p, nil
}

// take gives an idle connection, or opens one, or waits for one.
func (p *readers) take(ctx context.Context) (*reader, error) {
	select {
	case r := <-p.free:
		return r, nil
	default:
	}
	select {
	case r := <-p.free:
		return r, nil
	case <-p.may:
		r, err := p.open(context.WithoutCancel(ctx))
		if err != nil {
			p.may <- struct{}{}
		}
		return r, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *readers) open(ctx context.Context) (r *reader, err error) {
	r = &reader{}
	if r.conn, err = p.pool.Conn(ctx); err != nil {
		return nil, err
	}
	r.queries.conn, r.lists.conn = r.conn, r.conn
	r.q = gen.New(&r.queries)
	if r.begin, err = r.conn.PrepareContext(ctx, "BEGIN"); err == nil {
		r.end, err = r.conn.PrepareContext(ctx, "ROLLBACK") // a reader has nothing to commit
	}
	if err == nil {
		_, err = r.q.CountCompanies(ctx) // the first look at the file
	}
	if err != nil {
		return nil, errors.Join(misfit(err), r.close())
	}
	return r, nil
}

func (r *reader) close() error {
	errs := []error{r.queries.forget(), r.lists.forget()}
	for _, s := range []*sql.Stmt{r.begin, r.end} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	return errors.Join(append(errs, r.conn.Close())...)
}

// use runs fn against one snapshot. A connection that cannot end its transaction is given
// up and another one opened in its place.
func (p *readers) use(ctx context.Context, fn func(r *reader) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	r, err := p.take(ctx)
	if err != nil {
		return err
	}
	whole := context.WithoutCancel(ctx) // a caller that goes away leaves no transaction behind
	defer func() {
		if _, end := r.end.ExecContext(whole); end != nil {
			err = errors.Join(err, r.close())
			p.may <- struct{}{}
			return
		}
		p.free <- r
	}()
	if _, err := r.begin.ExecContext(whole); err != nil {
		return err
	}
	return fn(r)
}

// close closes what is idle; the callers have ended by then.
func (p *readers) close() error {
	var errs []error
	for {
		select {
		case r := <-p.free:
			errs = append(errs, r.close())
		default:
			return errors.Join(append(errs, p.pool.Close())...)
		}
	}
}

// Read runs fn against one snapshot of the file. fn must not keep q.
func (d *DB) Read(ctx context.Context, fn func(q *gen.Queries) error) error {
	if d.bulk { // what is not committed yet is seen by the writer alone
		return d.Write(ctx, func(_ context.Context, tx *Tx) error { return fn(tx.Queries) })
	}
	return translate(d.readers.use(ctx, func(r *reader) error { return fn(r.q) }))
}
