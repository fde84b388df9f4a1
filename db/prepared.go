package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// prepared is a connection as the generated queries use it: each statement is prepared when it is
// asked for first and stays. Of some two thousand queries a portal asks some dozens, and each
// prepared one takes its memory and its time on every connection, at start above all. One caller
// at a time, as with the connection's transaction.
type prepared struct {
	conn *sql.Conn
	kept map[string]*sql.Stmt
}

// statement gives the prepared form of a query. A list of values that was written into its text
// (sqlc.slice) makes too many texts of one query: those are not kept, and nil says so.
func (p *prepared) statement(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := p.kept[query]; ok {
		return s, nil
	}
	if strings.Contains(query, "?,?") {
		return nil, nil //nolint:nilnil // said above
	}
	return p.keep(ctx, query)
}

func (p *prepared) keep(ctx context.Context, query string) (*sql.Stmt, error) {
	s, err := p.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err != nil {
		return nil, err
	}
	if p.kept == nil {
		p.kept = map[string]*sql.Stmt{}
	}
	p.kept[query] = s
	return s, nil
}

// forget closes what is kept.
func (p *prepared) forget() error {
	var errs []error
	for _, s := range p.kept {
		errs = append(errs, s.Close())
	}
	p.kept = nil
	return errors.Join(errs...)
}

// PrepareContext prepares a statement that is the caller's to close.
func (p *prepared) PrepareContext(ctx context.Context, query string) (*sql.Stmt, error) {
	return p.conn.PrepareContext(ctx, query)
}

// ExecContext runs a statement.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // it stays with the connection
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.conn.ExecContext(ctx, query, args...)
	}
	return s.ExecContext(ctx, args...)
}

// QueryContext asks for rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // it stays with the connection
	if err != nil {
		return nil, err
	}
	if s == nil {
		return p.conn.QueryContext(ctx, query, args...)
	}
	return s.QueryContext(ctx, args...)
}

// QueryRowContext asks for one row.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := p.statement(ctx, query) //nolint:sqlclosecheck // it stays with the connection
	if err != nil || s == nil {
		return p.conn.QueryRowContext(ctx, query, args...) // says the same again
	}
	return s.QueryRowContext(ctx, args...)
}
