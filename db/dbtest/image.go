package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mattn/go-sqlite3"
)

// Image is what a file held at one moment. Put brings it back, also under a door that is open:
// for tests that try hundreds of acts one by one on the same company.
type Image struct {
	live, kept *sql.DB
	watch      *sql.Conn // sees whether anybody wrote to the file
	version    int64
	sums       map[string]string
}

// Keep takes an image of the file behind raw.
func Keep(t testing.TB, raw *sql.DB) *Image {
	t.Helper()
	kept, err := sql.Open("sqlite3", ":memory:")
	if err != nil {
		t.Fatalf("dbtest: image: %v", err)
	}
	kept.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = kept.Close() })
	if err := pour(kept, raw); err != nil {
		t.Fatalf("dbtest: image: %v", err)
	}
	watch, err := raw.Conn(context.Background())
	if err != nil {
		t.Fatalf("dbtest: image: %v", err)
	}
	t.Cleanup(func() { _ = watch.Close() })
	i := &Image{live: raw, kept: kept, watch: watch, sums: map[string]string{}}
	i.version = i.now(t)
	return i
}

func (i *Image) now(t testing.TB) (version int64) {
	t.Helper()
	if err := i.watch.QueryRowContext(context.Background(), "PRAGMA data_version").Scan(&version); err != nil {
		t.Fatalf("dbtest: image: %v", err)
	}
	return version
}

// Same tells that nobody wrote to the file since the image was taken or put back.
func (i *Image) Same(t testing.TB) bool { t.Helper(); return i.now(t) == i.version }

// Put makes the file what it was when the image was taken. Nobody may be writing meanwhile, and
// what rooms remember of the file in memory is theirs to forget.
func (i *Image) Put(t testing.TB) {
	t.Helper()
	if err := pour(i.live, i.kept); err != nil {
		t.Fatalf("dbtest: image: %v", err)
	}
	i.version = i.now(t)
}

// pour copies one database over another, page by page.
func pour(to, from *sql.DB) error {
	ctx := context.Background()
	dst, err := to.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = dst.Close() }()
	src, err := from.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	return dst.Raw(func(d any) error {
		return src.Raw(func(s any) error {
			a, ok1 := d.(*sqlite3.SQLiteConn)
			b, ok2 := s.(*sqlite3.SQLiteConn)
			if !ok1 || !ok2 {
				return errors.New("another driver")
			}
			copying, err := a.Backup("main", b, "main")
			if err != nil {
				return err
			}
			_, err = copying.Step(-1)
			return errors.Join(err, copying.Finish())
		})
	})
}

// Changed names the tables whose rows differ from those of the image, but for these.
func (i *Image) Changed(t testing.TB, but ...string) (tables []string) {
	t.Helper()
	if i.Same(t) {
		return nil
	}
	for _, name := range Strings(t, i.kept, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts%' ORDER BY name") {
		if slices.Contains(but, name) {
			continue
		}
		if i.sums[name] == "" {
			i.sums[name] = sum(t, i.kept, name)
		}
		if i.sums[name] != sum(t, i.live, name) {
			tables = append(tables, name)
		}
	}
	return tables
}

// sum is a hash over all rows of a table.
func sum(t testing.TB, raw *sql.DB, table string) string {
	t.Helper()
	columns := Strings(t, raw, "SELECT name FROM pragma_table_info('"+table+"')")
	for n, c := range columns {
		columns[n] = fmt.Sprintf("quote(%q)", c)
	}
	h := sha256.New()
	for _, row := range Strings(t, raw, fmt.Sprintf("SELECT %s FROM %q ORDER BY 1", strings.Join(columns, " || ',' || "), table)) {
		_, _ = h.Write([]byte(row + "\n")) // a hash never fails
	}
	return hex.EncodeToString(h.Sum(nil))
}
