package db

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"comptoir/db/gen"
)

// A reader prepares what it is asked, once, and closes it with its connection.
func TestReadersPrepareWhatTheyAreAsked(t *testing.T) {
	d := fresh(t)
	r, err := d.readers.take(bg)
	if err != nil {
		t.Fatal(err)
	}
	first := len(r.queries.kept)
	for range 3 {
		if _, err := r.q.CountCompanies(bg); err != nil {
			t.Fatal(err)
		}
		if _, err := r.q.CustomerByPublicID(bg, "nobody"); err == nil {
			t.Fatal("somebody")
		}
		if _, err := r.q.SeriesPatterns(bg); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(r.queries.kept); first != 1 || n != 3 {
		t.Errorf("%d, then %d statements", first, n)
	}
	gone, leave := context.WithCancel(bg)
	leave()
	if _, err := r.q.SeriesPatterns(gone); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := r.q.SeriesPatterns(bg); err != nil { // who went away broke nothing
		t.Error(err)
	}
	d.readers.free <- r
}

func count(t *testing.T, r *reader, query string, args ...any) (n int) {
	t.Helper()
	rows, err := r.queries.QueryContext(bg, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		n++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// Texts of which there are as many as lists of values are not kept; what is wrong is said.
func TestTextsThatAreNotKept(t *testing.T) {
	d := fresh(t)
	r, err := d.readers.take(bg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { d.readers.free <- r }()
	before := len(r.queries.kept)
	for n := 2; n < 60; n++ {
		args := make([]any, n)
		for i := range args {
			args[i] = i
		}
		list := strings.Repeat(",?", n)[1:]
		var got int
		if err := r.queries.QueryRowContext(bg, "SELECT max(value) FROM (SELECT 1 AS value) WHERE 1 IN ("+list+")", args...).Scan(&got); err != nil || got != 1 {
			t.Fatal(n, got, err)
		}
		if rows := count(t, r, "SELECT 1 WHERE 1 IN ("+list+")", args...); rows != 1 {
			t.Error(n, rows)
		}
	}
	if n := len(r.queries.kept); n != before {
		t.Errorf("%d statements are kept of %d", n, before)
	}
	var none int
	if err := r.queries.QueryRowContext(bg, "SELECT nothing FROM nowhere").Scan(&none); err == nil {
		t.Error("a query of no table ran")
	}
	if _, err := r.queries.QueryContext(bg, "SELECT nothing FROM nowhere"); err == nil { //nolint:rowserrcheck,sqlclosecheck // there are no rows
		t.Error("a query of no table ran")
	}
	if n := len(r.queries.kept); n != before {
		t.Error("what is wrong was kept")
	}
	if _, err := r.queries.ExecContext(bg, "DELETE FROM customers"); err == nil {
		t.Error("a reader wrote")
	}
}

// The lists' statements stay within their bound.
func TestListsAreBounded(t *testing.T) {
	d := fresh(t)
	for i := range 3 * listsKept {
		if err := d.readers.use(bg, func(r *reader) error {
			s, err := r.list(bg, fmt.Sprintf("SELECT %d", i%100)) //nolint:sqlclosecheck // it stays with the connection
			if err != nil {
				return err
			}
			if n := len(r.lists.kept); n > listsKept {
				return fmt.Errorf("%d statements", n)
			}
			var got int
			if err := s.QueryRowContext(bg).Scan(&got); err != nil || got != i%100 {
				return fmt.Errorf("%d: %w", got, err)
			}
			return nil
		}); err != nil {
			t.Fatal(i, err)
		}
	}
}

// What a page asks, on a connection that was asked before.
func BenchmarkRead(b *testing.B) {
	d := fresh(b)
	b.ReportAllocs()
	for b.Loop() {
		if err := d.Read(bg, func(q *gen.Queries) error {
			for range 7 {
				if _, err := q.CountCompanies(bg); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
}
