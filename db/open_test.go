package db

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"comptoir/core/fault"
	"comptoir/db/gen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var bg = context.Background()

// fresh opens a new company file; the tests of this package see inside, so they cannot use dbtest.
func fresh(t testing.TB) *DB {
	t.Helper()
	return reopen(t, filepath.Join(t.TempDir(), "company.db"))
}

func reopen(t testing.TB, path string) *DB {
	t.Helper()
	d, err := Open(bg, path, Options{Clock: func() time.Time { return time.Date(2026, 11, 21, 18, 9, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// exec runs statements on the writer's own connection.
func exec(t testing.TB, d *DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := d.writer.ExecContext(bg, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func number(t testing.TB, d *DB, query string) (n int64) {
	t.Helper()
	if err := d.readers.pool.QueryRowContext(bg, query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// note writes one row of the smallest table that grows.
func note(kind string) func(context.Context, *Tx) error {
	return func(ctx context.Context, tx *Tx) error {
		return tx.InsertNotification(ctx, gen.InsertNotificationParams{At: tx.Stamp(), Kind: kind, Args: "{}"})
	}
}

func notes(t testing.TB, d *DB) (kinds []string) {
	t.Helper()
	err := d.Read(bg, func(q *gen.Queries) error {
		rows, err := q.Notifications(bg, gen.NotificationsParams{BeforeID: 1 << 40, RowLimit: 10_000})
		for i := len(rows) - 1; i >= 0; i-- {
			kinds = append(kinds, rows[i].Kind)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return kinds
}

func wantFault(t *testing.T, err error, key string) {
	t.Helper()
	if e, ok := fault.As(err); !ok || e.Key != key {
		t.Fatalf("got %v, want the fault %s", err, key)
	}
}

func TestOpenSetsTheFileUp(t *testing.T) {
	d := fresh(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"} {
		var got string
		if err := d.writer.QueryRowContext(bg, "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("writer: %s = %s (%v), want %s", pragma, got, err, want)
		}
	}
	if v, err := version(bg, d.writer); err != nil || v != SchemaVersion() {
		t.Errorf("schema %d (%v), want %d", v, err, SchemaVersion())
	}
	if faults, err := d.IntegrityCheck(bg); err != nil || len(faults) > 0 {
		t.Errorf("a fresh file has faults: %v %v", faults, err)
	}
	if st, err := os.Stat(filepath.Join(filepath.Dir(d.path), "backups")); err == nil {
		t.Errorf("a fresh file needs no copy, there is %s", st.Name())
	}
}

// Every text of db/gen fits the tables, for who writes and for who reads.
func TestEveryQueryPrepares(t *testing.T) {
	d := fresh(t)
	texts := generatedTexts(t)
	if len(texts) < 1000 {
		t.Fatalf("%d queries were seen in db/gen", len(texts))
	}
	for who, pool := range map[string]gen.DBTX{"writer": d.writer, "reader": d.readers.pool} {
		for name, text := range texts {
			s, err := pool.PrepareContext(bg, text)
			if err != nil {
				t.Errorf("%s: %s: %v", who, name, err)
				continue
			}
			if err := s.Close(); err != nil { //nolint:sqlclosecheck // a thousand of them: each is closed before the next
				t.Errorf("%s: %s: %v", who, name, err)
			}
		}
	}
}

// generatedTexts are the queries as the generated code holds them: one constant each.
func generatedTexts(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("gen/*.sql.go")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, f := range files {
		tree, err := parser.ParseFile(token.NewFileSet(), f, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range tree.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				v := s.(*ast.ValueSpec)
				text, err := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				texts[v.Names[0].Name] = text
			}
		}
	}
	return texts
}

func TestOddPaths(t *testing.T) {
	for _, name := range []string{"société & fils.db", "50%20 #1?.db", "a b/c+d.db", "-dash.db", "file:x.db"} {
		path := filepath.Join(t.TempDir(), filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		d := reopen(t, path)
		if err := d.Write(bg, note("x")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("the file went elsewhere: %v", err)
		}
	}
}

func TestReaderSeesOneSnapshotAndCannotWrite(t *testing.T) {
	d := fresh(t)
	err := d.Read(bg, func(q *gen.Queries) error {
		before, err := q.AuditCount(bg)
		if err != nil {
			return err
		}
		if err := d.Write(bg, note("meanwhile")); err != nil {
			return err
		}
		after, err := q.AuditCount(bg)
		if before != 0 || after != 0 {
			t.Errorf("one Read saw %d, then %d rows", before, after)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Read(bg, func(q *gen.Queries) error {
		return q.InsertNotification(bg, gen.InsertNotificationParams{At: "now", Kind: "x", Args: "{}"})
	})
	if err == nil {
		t.Fatal("a reader wrote")
	}
	if got := notes(t, d); len(got) != 1 {
		t.Errorf("rows: %v", got)
	}
}

func TestReadGivesItsErrorAsItIs(t *testing.T) {
	d := fresh(t)
	mine := errors.New("mine")
	if err := d.Read(bg, func(*gen.Queries) error { return mine }); !errors.Is(err, mine) {
		t.Fatalf("got %v", err)
	}
	ctx, cancel := context.WithCancel(bg)
	cancel()
	if err := d.Read(ctx, func(*gen.Queries) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	d := fresh(t)
	exec(t, d, fmt.Sprintf("INSERT INTO goose_db_version (version_id, is_applied) VALUES (%d, 1)", SchemaVersion()+1))
	_, err := Open(bg, d.path, Options{})
	if !errors.Is(err, ErrNewer) {
		wantFault(t, err, ErrNewer.Key)
	}
	entries, err := os.ReadDir(filepath.Dir(d.path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "backups") {
			t.Error("a refused file was copied")
		}
	}
}

func TestDamagedFileIsRefused(t *testing.T) {
	whole := func() []byte {
		d := fresh(t)
		if err := d.Write(bg, note("x")); err != nil {
			t.Fatal(err)
		}
		if err := d.Sync(bg); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(d.path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}()
	damage := map[string][]byte{
		"no database at all": []byte(strings.Repeat("Bonjour, ceci est une lettre. ", 400)),
		"header overwritten": append(make([]byte, 100), whole[100:]...),
		"first page wiped":   append(append([]byte{}, whole[:100]...), append(make([]byte, 4096-100), whole[4096:]...)...),
		"cut in the middle":  whole[:len(whole)/2/4096*4096],
	}
	for name, content := range damage {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "company.db")
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			d, err := Open(bg, path, Options{})
			if err != nil {
				wantFault(t, err, ErrDamaged.Key)
				return
			}
			// What opening does not see, the check must.
			faults, err := d.IntegrityCheck(bg)
			if err == nil && len(faults) == 0 {
				t.Error("the damage was not found")
			}
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestIntegrityCheckNamesForeignKeys(t *testing.T) {
	d := fresh(t)
	exec(t, d, "PRAGMA foreign_keys=0", "INSERT INTO item_taxes (item_id, position, tax_id) VALUES (7, 0, 8)", "PRAGMA foreign_keys=1")
	faults, err := d.IntegrityCheck(bg)
	if err != nil || len(faults) == 0 || !strings.Contains(strings.Join(faults, "\n"), "item_taxes") {
		t.Fatalf("faults %v, %v", faults, err)
	}
}

func TestIntegrityCheckSeesConstraints(t *testing.T) {
	d := fresh(t)
	exec(t, d, "PRAGMA ignore_check_constraints=1", "INSERT INTO notifications (at, kind, args) VALUES ('x', 'x', 'no json')", "PRAGMA ignore_check_constraints=0")
	faults, err := d.IntegrityCheck(bg)
	if err != nil || len(faults) != 1 || !strings.Contains(faults[0], "notifications") {
		t.Fatalf("faults %v, %v", faults, err)
	}
}

func TestBackupIntoIsAWholeCopy(t *testing.T) {
	d := fresh(t)
	for range 20 {
		if err := d.Write(bg, note("x")); err != nil {
			t.Fatal(err)
		}
	}
	target := filepath.Join(t.TempDir(), "new folder", "copy.db")
	if err := d.BackupInto(bg, target); err != nil {
		t.Fatal(err)
	}
	c := reopen(t, target)
	if got := len(notes(t, c)); got != 20 {
		t.Errorf("the copy has %d rows", got)
	}
	if err := d.BackupInto(bg, target); err == nil {
		t.Error("a copy overwrote another")
	}
}

func TestBulkIsSafeAfterSync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "company.db")
	d, err := Open(bg, path, Options{Bulk: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Write(bg, note("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Sync(bg); err != nil {
		t.Fatal(err)
	}
	var level int
	if err := d.writer.QueryRowContext(bg, "PRAGMA synchronous").Scan(&level); err != nil || level != 2 {
		t.Errorf("after Sync synchronous = %d, %v", level, err)
	}
	// The file alone, without its -wal, holds everything.
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "alone.db")
	if err := os.WriteFile(copied, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := notes(t, reopen(t, copied)); len(got) != 1 {
		t.Errorf("rows in the file: %v", got)
	}
}

func TestMatchWords(t *testing.T) {
	for typed, want := range map[string]string{
		"":                       "",
		"  ?! ":                  "",
		"dupont":                 `"dupont"*`,
		"FA-2026-0001":           `"FA"* "2026"* "0001"*`,
		`o"neil OR NOT (x) NEAR`: `"o"* "neil"* "OR"* "NOT"* "x"* "NEAR"*`,
		"éàü 漢字":                 `"éàü"* "漢字"*`,
		"e\u0301te\u0301":        "\"e\u0301te\u0301\"*",
		"1\u202f234,50":          `"1"* "234"* "50"* OR "1234"* "50"*`,
		"1,234.5":                `"1"* "234"* "5"* OR "1234"* "5"*`,
		"12,34":                  `"12"* "34"*`,
		"lot 3 pour 2":           `"lot"* "3"* "pour"* "2"*`,
	} {
		if got := MatchWords(typed); got != want {
			t.Errorf("MatchWords(%q) = %s, want %s", typed, got, want)
		}
	}
	if got := MatchWords(strings.Repeat("mot ", 40) + strings.Repeat("x", 5000)); len(got) > 200 {
		t.Errorf("%d bytes of expression", len(got))
	}
}
