// Command floor is the least Go and go-sqlite3 code that does the jobs that the figures are
// compared with: no rules, no safety, bytes written by hand. It is measured, never used.
//
// What lives here: one statement behind one handler for each page, one durable commit.
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
		if stmts[i], err = pool.Prepare(q); err != nil {
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

// commit makes n durable commits of one row and prints how many a second.
func commit(n, callers int) (err error) {
	dir, err := os.MkdirTemp(".", "floor")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	pool, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "floor.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	pool.SetMaxOpenConns(1)
	if _, err := pool.Exec("CREATE TABLE t (id INTEGER PRIMARY KEY, number TEXT UNIQUE, body TEXT)"); err != nil {
		return err
	}
	began := time.Now()
	var all sync.WaitGroup
	errs := make([]error, callers)
	for c := range callers {
		all.Go(func() {
			for i := range n / callers {
				if _, errs[c] = pool.Exec("INSERT INTO t (number, body) VALUES (?, ?)", fmt.Sprint(c, "-", i), "x"); errs[c] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	fmt.Printf("%.0f\n", float64(n/callers*callers)/time.Since(began).Seconds())
	return errors.Join(errs...)
}
