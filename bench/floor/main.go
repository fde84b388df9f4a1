// Command floor is the least Go and go-sqlite3 code that does the jobs that the figures are
// compared with: no rules, no safety, bytes written by hand. It is measured, never used.
//
// What lives here: one statement behind one handler for each page; the bare rows of an invoice
// in one durable commit.
// What must not: anything of the house; it opens the same file and knows its tables.
// Called by bench/table.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/mattn/go-sqlite3"
)

func main() {
	file := flag.String("db", "", "company file to serve pages from")
	commits := flag.Int("commits", 0, "durable commits to make, instead of serving")
	callers := flag.Int("callers", 1, "callers who make them")
	flag.Parse()
	run := func() error { return serve(*file) }
	if *commits > 0 {
		run = func() error { return commit(*commits, *callers) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

const list = `SELECT d.public_id, d.number, d.issue_date, d.due_date, d.total_incl_minor, s.due_minor
FROM documents d JOIN document_status s ON s.document_id = d.id
WHERE d.customer_id = ? AND d.state = 'issued' ORDER BY d.issue_date DESC, d.id DESC LIMIT 50`

const page = `SELECT d.number, d.issue_date, d.due_date, d.seller, d.buyer, d.mentions, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, s.due_minor
FROM documents d JOIN document_status s ON s.document_id = d.id WHERE d.public_id = ?`

const lines = `SELECT l.description, l.quantity_e4, l.unit_price_e4, l.net_minor FROM document_lines l JOIN documents d ON d.id = l.document_id WHERE d.public_id = ? ORDER BY l.position`

func serve(file string) error {
	pool, err := sql.Open("sqlite3", "file:"+file+"?mode=ro&_query_only=1")
	if err != nil {
		return err
	}
	var stmts [3]*sql.Stmt
	for i, q := range []string{list, page, lines} {
		if stmts[i], err = pool.Prepare(q); err != nil { //nolint:sqlclosecheck // they live as long as the program
			return err
		}
	}
	http.HandleFunc("/list", func(w http.ResponseWriter, r *http.Request) {
		answer(w, writeList(w, stmts[0], r.FormValue("customer")))
	})
	http.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		answer(w, errors.Join(writePage(w, stmts[1], r.FormValue("id")), writeLines(w, stmts[2], r.FormValue("id"))))
	})
	ln, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("floor http://" + ln.Addr().String())
	server := http.Server{ReadHeaderTimeout: time.Second}
	return server.Serve(ln)
}

func answer(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
}

func writeList(w http.ResponseWriter, stmt *sql.Stmt, customer string) (err error) {
	rows, err := stmt.Query(customer)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	b := []byte("<!doctype html><title>list</title><table>")
	for rows.Next() {
		var id, number, issued, due string
		var total, left int64
		if err := rows.Scan(&id, &number, &issued, &due, &total, &left); err != nil {
			return err
		}
		b = fmt.Appendf(b, "<tr><td><a href=\"/page?id=%s\">%s</a><td>%s<td>%s<td>%d<td>%d", id, number, issued, due, total, left)
	}
	_, err = w.Write(b)
	return errors.Join(err, rows.Err())
}

func writePage(w http.ResponseWriter, stmt *sql.Stmt, id string) error {
	var number, issued, due, seller, buyer, mentions string
	var excl, tax, incl, left int64
	if err := stmt.QueryRow(id).Scan(&number, &issued, &due, &seller, &buyer, &mentions, &excl, &tax, &incl, &left); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "<!doctype html><title>%s</title><p>%s<p>%s<p>%s<p>%s<p>%s<p>%d %d %d %d<table>", number, issued, due, seller, buyer, mentions, excl, tax, incl, left)
	return err
}

func writeLines(w http.ResponseWriter, stmt *sql.Stmt, id string) (err error) {
	rows, err := stmt.Query(id)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		var quantity, price, net int64
		if err := rows.Scan(&text, &quantity, &price, &net); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "<tr><td>%s<td>%d<td>%d<td>%d", text, quantity, price, net); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rows is what an issued invoice writes, table by table, with an index where ours has some.
var rows = []string{
	"INSERT INTO series (kind, next) VALUES ('invoice', 1) ON CONFLICT (kind) DO UPDATE SET next = next + 1",
	"INSERT INTO entries (number, day, label, hash) VALUES (?1, '2026-11-21', 'Facture', ?2)",
	"INSERT INTO entry_lines (entry, position, account, amount) VALUES (?1, 0, 411, 356400), (?1, 1, 707, -296000), (?1, 2, 445, -59200), (?1, 3, 706, -1200)",
	"INSERT INTO documents (number, customer, day, due, total, body, hash) VALUES (?1, ?1 % 100, '2026-11-21', '2026-12-21', 356400, ?3, ?2)",
	"INSERT INTO taxes (document, position, base, tax) VALUES (?1, 0, 296000, 59200)",
	"INSERT INTO status (document, customer, due, left_minor) VALUES (?1, ?1 % 100, '2026-12-21', 356400)",
	"INSERT INTO audit (at, action, details, hash) VALUES ('2026-11-21T09:30:00.000Z', 'invoice.issued', '{}', ?2)",
	"INSERT INTO commands (key, body) VALUES (?2, ?2)",
	"INSERT INTO jobs (key, payload) VALUES (?2, '{}')",
	"INSERT INTO links (token, document) VALUES (?2, ?1)",
	"INSERT INTO mails (key, message_id, document, args) VALUES (?2, ?2 || 'm', ?1, '{}')",
	"INSERT INTO search (object, title) VALUES (?1, ?2)",
	"INSERT INTO fts (rowid, words) VALUES (?1, 'FA-2026-0001 Dupont table chêne massif pose heure 3564')",
}

const tables = `
CREATE TABLE series (kind TEXT PRIMARY KEY, next INTEGER) STRICT;
CREATE TABLE entries (number INTEGER PRIMARY KEY, day TEXT, label TEXT, hash TEXT) STRICT; CREATE INDEX e1 ON entries (day, number);
CREATE TABLE entry_lines (entry INTEGER, position INTEGER, account INTEGER, amount INTEGER, PRIMARY KEY (entry, position)) STRICT, WITHOUT ROWID; CREATE INDEX l1 ON entry_lines (account, entry, amount);
CREATE TABLE documents (number INTEGER PRIMARY KEY, customer INTEGER, day TEXT, due TEXT, total INTEGER, body TEXT, hash TEXT) STRICT;
CREATE INDEX d1 ON documents (customer, day); CREATE INDEX d2 ON documents (day); CREATE INDEX d3 ON documents (due); CREATE INDEX d4 ON documents (total);
CREATE TABLE taxes (document INTEGER, position INTEGER, base INTEGER, tax INTEGER, PRIMARY KEY (document, position)) STRICT, WITHOUT ROWID;
CREATE TABLE status (document INTEGER PRIMARY KEY, customer INTEGER, due TEXT, left_minor INTEGER) STRICT; CREATE INDEX s1 ON status (customer, due);
CREATE TABLE audit (id INTEGER PRIMARY KEY, at TEXT, action TEXT, details TEXT, hash TEXT) STRICT;
CREATE TABLE commands (key TEXT PRIMARY KEY, body TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE jobs (id INTEGER PRIMARY KEY, key TEXT UNIQUE, payload TEXT) STRICT;
CREATE TABLE links (id INTEGER PRIMARY KEY, token TEXT UNIQUE, document INTEGER) STRICT;
CREATE TABLE mails (id INTEGER PRIMARY KEY, key TEXT UNIQUE, message_id TEXT UNIQUE, document INTEGER, args TEXT) STRICT;
CREATE TABLE search (id INTEGER PRIMARY KEY, object INTEGER UNIQUE, title TEXT) STRICT;
CREATE VIRTUAL TABLE fts USING fts5 (words, content = '', prefix = '2 3');`

// commit writes n invoices, each by one durable commit, and prints how many a second.
func commit(n, callers int) (err error) {
	dir, err := os.MkdirTemp(".", "floor")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pool, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "floor.db")+"?_journal_mode=WAL&_synchronous=FULL&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	ctx := context.Background()
	conn, err := pool.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, tables)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	w := &writer{conn: conn, body: strings.Repeat("seller, buyer, mentions ", 80)}
	for _, q := range rows {
		st, err := conn.PrepareContext(ctx, q) //nolint:sqlclosecheck // closed with their connection
		if err != nil {
			return err
		}
		w.statements = append(w.statements, st)
	}
	began := time.Now()
	var all sync.WaitGroup
	errs := make([]error, callers)
	for c := range callers {
		all.Go(func() {
			for range n / callers {
				if errs[c] = w.one(ctx); errs[c] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	fmt.Printf("%.0f\n", float64(n/callers*callers)/time.Since(began).Seconds())
	return errors.Join(errs...)
}

type writer struct {
	mu         sync.Mutex
	conn       *sql.Conn
	statements []*sql.Stmt
	body       string
	n          int
}

func (w *writer) one(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
	if _, err := w.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	hash := fmt.Sprintf("%064d", w.n)
	for i, st := range w.statements {
		args := []any{w.n, hash, w.body}[:counts[i]]
		if _, err := st.ExecContext(ctx, args...); err != nil {
			return fmt.Errorf("%s: %w", rows[i], err)
		}
	}
	_, err := w.conn.ExecContext(ctx, "COMMIT")
	return err
}

// counts are the highest parameters of rows.
var counts = []int{0, 2, 1, 3, 1, 1, 2, 2, 2, 2, 2, 2, 1}
