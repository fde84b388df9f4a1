// Package db is the one door to the company's SQLite file.
//
// What lives here: opening (one writer, a pool of read-only readers), transactions,
// migrations, and the translation of SQLite's own errors. What must not: rules,
// permissions, words of the trade. Called by the office rooms, through Read and Write
// only; SQL stands in queries/ and migrations/, the generated code in gen/.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	sqlite3 "github.com/mattn/go-sqlite3"

	"comptoir/db/gen"
)

// TimeFormat is how instants are stored: UTC with milliseconds, so that text order is time order.
const TimeFormat = "2006-01-02T15:04:05.000Z"

// Stamp writes t as it is stored.
func Stamp(t time.Time) string { return t.UTC().Format(TimeFormat) }

// Options of Open.
type Options struct {
	Clock func() time.Time // nil: time.Now
	// Bulk trades durability for speed while a company is first filled (the demo): a power
	// cut may lose it, so the caller must call Sync before anything counts as done.
	Bulk bool
	// Driver is that of database/sql, "" for SQLite's own; tests give one that counts what a
	// request asks of the file.
	Driver string
}

// DB is an open company file.
type DB struct {
	path    string
	bulk    bool
	driver  string
	clock   func() time.Time
	readers *readers
	pool    *sql.DB   // of the one write connection
	writer  *sql.Conn // that connection: statements prepared on it cost half of a pool's (ADR 0006)
	queries prepared  // what the writer was asked
	writeQ  *gen.Queries

	putWords, dropWords *sql.Stmt

	requests chan *request
	chores   chan *chore
	quit     chan struct{}
	done     chan struct{}
	closing  sync.Once
}

// Open opens or creates the file at path, brings it to this program's schema (a copy is
// made first) and starts the writer. A newer file gives ErrNewer, a damaged one ErrDamaged.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Driver == "" {
		o.Driver = "sqlite3"
	}
	d := &DB{path: path, bulk: o.Bulk, driver: o.Driver, clock: o.Clock, requests: make(chan *request, 256), chores: make(chan *chore), quit: make(chan struct{}), done: make(chan struct{})}
	if err := d.open(ctx, o.Bulk); err != nil {
		return nil, errors.Join(translate(err), d.closePools())
	}
	go d.serve()
	return d, nil
}

func (d *DB) open(ctx context.Context, bulk bool) (err error) {
	sync, cache := "FULL", 16_000
	if bulk {
		sync, cache = "OFF", 256_000
	}
	file := address(d.path)
	if d.pool, err = sql.Open(d.driver, file+"?_txlock=immediate&_foreign_keys=1&_journal_mode=WAL&_synchronous="+sync+"&_busy_timeout=5000&_recursive_triggers=1&_secure_delete=on&_cache_size=-"+strconv.Itoa(cache)); err != nil {
		return err
	}
	d.pool.SetMaxOpenConns(1)
	if err = d.migrate(ctx); err != nil {
		return err
	}
	if d.writer, err = d.pool.Conn(ctx); err != nil {
		return err
	}
	if err = d.writable(ctx); err != nil {
		return err
	}
	if err = d.fits(ctx); err != nil {
		return err
	}
	d.queries.conn = d.writer
	d.writeQ = gen.New(&d.queries)
	if d.readers, err = openReaders(ctx, d.driver, file, max(4, min(8, runtime.NumCPU()))); err != nil {
		return err
	}
	return d.prepareSearch(ctx)
}

// address is the path as the driver wants it; Opaque keeps relative and odd paths as they are.
func address(path string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String()
}

// writable tries a write that changes nothing: SQLite opens a write-protected file for
// reading without a word, and every command would be refused later instead of now.
func (d *DB) writable(ctx context.Context) error {
	_, err := d.writer.ExecContext(ctx, "UPDATE goose_db_version SET is_applied = is_applied WHERE 0")
	return err
}

// misfit tells a file whose tables are not those of its schema number from a disk that fails.
func misfit(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) && e.Code == sqlite3.ErrError {
		return ErrDamaged.With(fmt.Errorf("the tables are not those of the schema: %w", err))
	}
	return err
}

// Close ends the writer after what it has begun, and closes the file.
func (d *DB) Close() error {
	d.closing.Do(func() { close(d.quit) })
	<-d.done
	return d.closePools()
}

func (d *DB) closePools() error {
	var errs []error
	if d.readers != nil {
		errs = append(errs, d.readers.close())
	}
	errs = append(errs, d.queries.forget())
	for _, s := range []*sql.Stmt{d.putWords, d.dropWords} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if d.writer != nil {
		if err := d.writer.Close(); !errors.Is(err, sql.ErrConnDone) { // closed before
			errs = append(errs, err)
		}
	}
	if d.pool != nil {
		errs = append(errs, d.pool.Close())
	}
	return errors.Join(errs...)
}

// Path is the file's path.
func (d *DB) Path() string { return d.path }

// Now is the injected clock, for code outside of a transaction.
func (d *DB) Now() time.Time { return d.clock() }

// Sync makes everything written so far durable: for a company filled in Bulk mode.
func (d *DB) Sync(ctx context.Context) error {
	if err := d.alone(ctx, "PRAGMA synchronous=FULL"); err != nil {
		return err
	}
	if err := d.alone(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return err
	}
	f, err := os.OpenFile(d.path, os.O_RDWR, 0) // #nosec G304 -- the company file that the owner chose
	if err != nil {
		return fmt.Errorf("db: sync: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}

// Optimize lets SQLite renew the statistics of its indexes where that pays; cheap when nothing changed.
func (d *DB) Optimize(ctx context.Context) error {
	return d.alone(ctx, "PRAGMA optimize=0x10002")
}

// IntegrityCheck runs SQLite's own checks; it returns the faults in SQLite's words. It has
// a connection of its own: one opened with mode=ro does not parse CHECK constraints, and
// finds none of them broken.
func (d *DB) IntegrityCheck(ctx context.Context) (faults []string, err error) {
	pool, err := sql.Open("sqlite3", address(d.path)+"?_query_only=1&_busy_timeout=5000&_cache_size=-16000")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	for _, pragma := range []string{"PRAGMA integrity_check(20)", "PRAGMA foreign_key_check"} {
		found, err := pragmaRows(ctx, pool, pragma)
		if err != nil {
			return nil, translate(err)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

func pragmaRows(ctx context.Context, pool *sql.DB, pragma string) (found []string, err error) {
	rows, err := pool.QueryContext(ctx, pragma)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	vals := make([]sql.NullString, len(cols))
	ptrs := make([]any, len(cols))
	for i := range vals {
		ptrs[i] = &vals[i]
	}
	for rows.Next() {
		if err := rows.Scan(ptrs...); err != nil {
			return nil, err
		}
		if len(cols) == 1 && vals[0].String == "ok" {
			continue
		}
		line := vals[0].String
		for _, v := range vals[1:] {
			if v.Valid { // a table without rowid gives none
				line += " " + v.String
			}
		}
		found = append(found, line)
	}
	return found, rows.Err()
}

// BackupInto writes a whole copy of the file, taken from one snapshot.
func (d *DB) BackupInto(ctx context.Context, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return fmt.Errorf("db: backup: %w", err)
	}
	return d.alone(ctx, copyStatement, target)
}

const copyStatement = "VACUUM INTO ?"

// SQLiteVersion is the version of the SQLite inside this program.
func SQLiteVersion() string {
	v, _, _ := sqlite3.Version()
	return v
}
