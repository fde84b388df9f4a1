package dbtest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// Work writes down what a file is asked for: each statement with the size of every value that
// goes with it, and how many rows a change touched. What was read is not in it.
type Work struct {
	mu   sync.Mutex
	on   bool
	list []string
}

var drivers atomic.Int64

// Counted gives the name of a driver for db.Options whose work can be looked at.
func Counted(t testing.TB) (name string, w *Work) {
	t.Helper()
	plain, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	w = &Work{}
	name = fmt.Sprintf("sqlite3-counted-%d", drivers.Add(1))
	sql.Register(name, counted{plain.Driver(), w})
	if err := plain.Close(); err != nil {
		t.Fatal(err)
	}
	return name, w
}

// Of gives what fn has the file do, in order. Nothing else may use the file meanwhile.
func (w *Work) Of(fn func()) []string {
	w.mu.Lock()
	w.on, w.list = true, nil
	w.mu.Unlock()
	fn()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.on = false
	return w.list
}

// note writes a statement down by its name (queries/) or its first words.
func (w *Work) note(query string, args []driver.NamedValue, changed int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.on {
		return
	}
	line, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(query), "-- name: "), "\n")
	for _, a := range args {
		switch v := a.Value.(type) {
		case string:
			line += fmt.Sprintf(" %d", len(v))
		case []byte:
			line += fmt.Sprintf(" %d", len(v))
		default:
			line += " ."
		}
	}
	w.list = append(w.list, fmt.Sprintf("%s: %d", line, changed))
}

type counted struct {
	driver.Driver
	w *Work
}

func (d counted) Open(name string) (driver.Conn, error) {
	c, err := d.Driver.Open(name)
	if err != nil {
		return nil, err
	}
	inner, ok := c.(conn)
	if !ok {
		return nil, fmt.Errorf("dbtest: a connection of another make: %T", c)
	}
	return countedConn{inner, d.w}, nil
}

// conn is what SQLite's driver gives, and database/sql makes use of.
type conn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ConnBeginTx
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
}

type countedConn struct {
	conn
	w *Work
}

func (c countedConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	inner, ok := s.(stmt)
	if !ok {
		return nil, fmt.Errorf("dbtest: a statement of another make: %T", s)
	}
	return countedStmt{inner, query, c.w}, nil
}

func (c countedConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	r, err := c.conn.ExecContext(ctx, query, args)
	c.w.note(query, args, changed(r, err))
	return r, err
}

func (c countedConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.w.note(query, args, 0)
	return c.conn.QueryContext(ctx, query, args)
}

type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

type countedStmt struct {
	stmt
	query string
	w     *Work
}

func (s countedStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	r, err := s.stmt.ExecContext(ctx, args)
	s.w.note(s.query, args, changed(r, err))
	return r, err
}

func (s countedStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	s.w.note(s.query, args, 0)
	return s.stmt.QueryContext(ctx, args)
}

func changed(r driver.Result, err error) int64 {
	if err != nil || r == nil {
		return 0
	}
	n, err := r.RowsAffected()
	if err != nil {
		return 0
	}
	return n
}
