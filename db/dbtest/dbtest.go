// Package dbtest gives tests a company file of their own.
//
// What lives here: a migrated file in the test's folder, and the ways past the door that
// only a test may go (raw SQL, guards taken down). What must not: rows that a room would
// make; a room's tests make their own through its use cases. Called by tests and benchmarks.
package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"comptoir/db"
)

// Instant is the clock of New: a Saturday evening in Paris, so that a test which mixes up
// UTC and local days near midnight is noticed with NewAt, not by chance.
var Instant = time.Date(2026, 11, 21, 18, 9, 0, 0, time.UTC)

// New opens a fresh migrated file whose clock stands still at Instant.
func New(t testing.TB) *db.DB {
	t.Helper()
	return NewAt(t, func() time.Time { return Instant })
}

// NewAt is New with a clock of the test's own.
func NewAt(t testing.TB, clock func() time.Time) *db.DB {
	t.Helper()
	return Open(t, File(t), db.Options{Clock: clock})
}

// File puts a fresh migrated file into the test's folder and gives its path.
func File(t testing.TB) string {
	t.Helper()
	image, err := template()
	if err != nil {
		t.Fatalf("dbtest: template: %v", err)
	}
	path := filepath.Join(t.TempDir(), "company.db")
	if err := os.WriteFile(path, image, 0o600); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return path
}

// Open opens path and closes it with the test.
func Open(t testing.TB, path string, o db.Options) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), path, o)
	if err != nil {
		t.Fatalf("dbtest: open: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("dbtest: close: %v", err)
		}
	})
	return d
}

// template is one migrated file, kept in memory: copying it is ten times faster than migrating.
var template = sync.OnceValues(func() (image []byte, err error) {
	dir, err := os.MkdirTemp("", "dbtest")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "company.db")
	d, err := db.Open(context.Background(), path, db.Options{Bulk: true, Clock: func() time.Time { return Instant }})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.Sync(context.Background()), d.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Raw opens the file past its door: foreign keys off, everything writable.
func Raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	raw, err := sql.Open("sqlite3", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()+"?_busy_timeout=5000&_foreign_keys=0")
	if err != nil {
		t.Fatalf("dbtest: raw: %v", err)
	}
	t.Cleanup(func() { _ = raw.Close() })
	return raw
}

// Tamper does what a thief with an SQLite shell would: it takes every trigger down, runs the
// statements and puts the triggers back. The file may be open elsewhere.
func Tamper(t testing.TB, path string, statements ...string) {
	t.Helper()
	raw := Raw(t, path)
	defer func() { _ = raw.Close() }()
	triggers := Strings(t, raw, "SELECT sql FROM sqlite_master WHERE type = 'trigger'")
	for _, name := range Strings(t, raw, "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
		if _, err := raw.Exec(fmt.Sprintf("DROP TRIGGER %q", name)); err != nil {
			t.Fatalf("dbtest: drop trigger %s: %v", name, err)
		}
	}
	for _, s := range slices.Concat(statements, triggers) {
		if _, err := raw.Exec(s); err != nil {
			t.Fatalf("dbtest: tamper: %s: %v", s, err)
		}
	}
}

// Strings runs a query of one text column.
func Strings(t testing.TB, raw *sql.DB, query string, args ...any) (all []string) {
	t.Helper()
	rows, err := raw.Query(query, args...)
	if err != nil {
		t.Fatalf("dbtest: %s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var s sql.NullString
		if err := rows.Scan(&s); err != nil {
			t.Fatalf("dbtest: %s: %v", query, err)
		}
		all = append(all, s.String)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("dbtest: %s: %v", query, err)
	}
	return all
}

// Int runs a query of one number.
func Int(t testing.TB, raw *sql.DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := raw.QueryRow(query, args...).Scan(&n); err != nil {
		t.Fatalf("dbtest: %s: %v", query, err)
	}
	return n
}
