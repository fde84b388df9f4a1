// Package bench measures the program.
//
// What lives here: the companies that figures are taken on, made once and kept, and the
// works that are timed inside the process. What must not: anything that the program needs;
// nothing here is linked into it. Called by the benchmarks beside and by bench/table, which
// prints the table of spec/performance.
package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"comptoir/app"
	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/office/books"
	"comptoir/office/listing"
	"comptoir/office/sales"
)

// Sizes are how many documents the companies have.
var Sizes = []int{1_000, 10_000, 100_000}

// End is the day on which their story ends: the same figures today and tomorrow.
var End = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

// Clock stands at End.
func Clock() time.Time { return End }

// Cache is where the companies are kept; COMPTOIR_BENCH_CACHE names another place.
func Cache() (string, error) {
	if dir := os.Getenv("COMPTOIR_BENCH_CACHE"); dir != "" {
		return dir, os.MkdirAll(dir, 0o700)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "comptoir-bench")
	return dir, os.MkdirAll(dir, 0o700)
}

// Folder names the folder of the company with n documents, made or not.
func Folder(n int) (string, error) {
	dir, err := Cache()
	return filepath.Join(dir, fmt.Sprintf("%d-schema%d", n, app.Schema())), err
}

// Company gives the folder of the company with n documents, made where it is missing. made
// tells how long that took, 0 when it was there.
func Company(ctx context.Context, n int) (folder string, made time.Duration, err error) {
	if folder, err = Folder(n); err != nil {
		return "", 0, err
	}
	if _, err := os.Stat(folder); err == nil {
		return folder, 0, nil
	}
	began := time.Now()
	_, err = app.MakeDemo(ctx, app.DemoOptions{Folder: folder, Now: End, Options: demo.Options{Documents: n}})
	return folder, time.Since(began), err
}

// Copy gives a company of its own to a work that writes.
func Copy(folder, target string) error {
	if err := os.MkdirAll(target, 0o700); err != nil {
		return err
	}
	err := os.CopyFS(target, readable{os.DirFS(folder)})
	return errors.Join(err, os.Remove(filepath.Join(target, "lock")))
}

// readable leaves out what a copy must not have: the box of mails that nobody reads here.
type readable struct{ fs.FS }

// ReadDir hides the practice mails.
func (r readable) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.FS, name)
	kept := entries[:0]
	for _, e := range entries {
		if e.Name() != "practice-mail" {
			kept = append(kept, e)
		}
	}
	return kept, err
}

// Work is one thing that a person waits for.
type Work struct {
	Name string
	Goal string // of spec/performance
	Do   func(ctx context.Context) error
}

// staff is who works.
var staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "bench", Lang: "fr"}

// Reads are the works of the window that change nothing.
func Reads(h *app.House) []Work {
	list := func(q sales.ListQuery) func(context.Context) error {
		return func(ctx context.Context) error {
			rows, _, err := h.Sales.List(ctx, staff, q)
			if err == nil && len(rows) == 0 {
				err = errors.New("an empty list")
			}
			return err
		}
	}
	find := func(typed string) func(context.Context) error {
		return func(ctx context.Context) error {
			hits, err := h.Search.Find(ctx, staff, typed, 20)
			if err == nil && len(hits) == 0 {
				err = errors.New("nothing found for " + typed)
			}
			return err
		}
	}
	year := books.TrialBalanceQuery{From: civil.MustParse("2026-01-01"), To: civil.MustParse("2026-12-31")}
	all := books.TrialBalanceQuery{From: civil.MustParse("2024-01-01"), To: year.To, FromLines: true}
	return []Work{
		{"list, newest first", "150 on screen", list(sales.ListQuery{Query: listing.Query{Desc: true}})},
		{"list by customer", "150 on screen", list(sales.ListQuery{Query: listing.Query{Sort: "customer"}})},
		{"list, overdue", "150 on screen", list(sales.ListQuery{Query: listing.Query{Sort: "dueDate"}, State: "overdue"})},
		{"list, searched", "150 on screen", list(sales.ListQuery{Query: listing.Query{Search: "accueil", Desc: true}})},
		{"search, a number", "20", find("FA-2026-0100")},
		{"search, a name being typed", "20", find("caf")},
		{"search, words of everywhere", "20", find("table chêne")},
		{"counts of the list's filters", "", func(ctx context.Context) error { _, err := h.Sales.Counts(ctx, staff); return err }},
		{"trial balance, kept", "5", func(ctx context.Context) error { _, err := h.Books.TrialBalance(ctx, staff, year); return err }},
		{"trial balance, from the lines", "50", func(ctx context.Context) error { _, err := h.Books.TrialBalance(ctx, staff, all); return err }},
	}
}

// Floors are raw statements for some of Reads, by their names: the best of five runs.
func Floors(ctx context.Context, folder string) (map[string]time.Duration, error) {
	raw, err := sql.Open("sqlite3", "file:"+filepath.Join(folder, "comptoir.db")+"?mode=ro")
	if err != nil {
		return nil, err
	}
	took := map[string]time.Duration{}
	for name, query := range map[string]string{
		"trial balance, from the lines": "SELECT account_id, sum(debit_minor), sum(credit_minor) FROM entry_lines GROUP BY account_id",
		"list, newest first":            "SELECT d.number, d.customer_name, d.issue_date, d.total_incl_minor, s.due_minor FROM documents d LEFT JOIN document_status s ON s.document_id = d.id WHERE d.kind = 'invoice' ORDER BY CASE d.state WHEN 'draft' THEN '9999-12-31' ELSE d.issue_date END DESC, d.id DESC LIMIT 101",
		"search, a name being typed":    "SELECT e.title FROM search_fts f JOIN search_entries e ON e.id = f.rowid WHERE f.words MATCH '\"caf\"*' ORDER BY f.rowid DESC LIMIT 20",
		"search, words of everywhere":   "SELECT e.title FROM search_fts f JOIN search_entries e ON e.id = f.rowid WHERE f.words MATCH '\"table\"* \"chene\"*' ORDER BY f.rowid DESC LIMIT 20",
	} {
		for range 5 {
			began := time.Now()
			if err := drain(ctx, raw, query); err != nil {
				return nil, errors.Join(err, raw.Close())
			}
			if d := time.Since(began); took[name] == 0 || d < took[name] {
				took[name] = d
			}
		}
	}
	return took, raw.Close()
}

func drain(ctx context.Context, raw *sql.DB, query string) (err error) {
	rows, err := raw.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() { // stepping computes the row
	}
	return rows.Err()
}

// Drafts saves n drafts to be issued, so that issuing alone is measured.
func Drafts(ctx context.Context, h *app.House, customerID string, n int) (ready []sales.Issue, err error) {
	key := id.Random()
	for range n {
		d, _, err := h.Sales.SaveDraft(ctx, staff, key(), sales.Draft{CustomerID: customerID, Currency: "EUR", Language: "fr", TermsDays: 30, Allowances: []sales.DraftAllowance{}, Lines: []sales.DraftLine{
			{Description: "Table en chêne massif", Nature: "goods", QuantityE4: 20_000, Unit: "C62", UnitPriceE4: 14_800_000},
			{Description: "Pose, heure", Nature: "services", QuantityE4: 55_000, Unit: "HUR", UnitPriceE4: 520_000},
		}})
		if err != nil {
			return nil, err
		}
		ready = append(ready, sales.Issue{Key: key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByMail})
	}
	return ready, nil
}

// IssueOne issues one of Drafts.
func IssueOne(ctx context.Context, h *app.House, in sales.Issue) error {
	_, err := h.Sales.Issue(ctx, staff, in)
	return err
}

// Customer gives the public id of the demo's best customer, whose contact can sign in.
func Customer(ctx context.Context, h *app.House) (string, error) {
	found, err := h.Customers.Pick(ctx, staff, "Café Lumière", 1)
	if err != nil || len(found) == 0 {
		return "", errors.Join(err, errors.New("bench: the demo's first customer is not there"))
	}
	return found[0].PublicID, nil
}

// Papers draws the PDFs of issued documents, one after the other, without filing them.
func Papers(ctx context.Context, h *app.House) (func(i int) (size int, err error), error) {
	rows, _, err := h.Sales.List(ctx, staff, sales.ListQuery{Query: listing.Query{Desc: true, Limit: 60}})
	if err != nil {
		return nil, err
	}
	var docs []sales.Document
	for _, r := range rows {
		if r.Number == "" {
			continue
		}
		d, err := h.Sales.Get(ctx, staff, r.PublicID)
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
	_, logo, err := h.Company.Logo(ctx)
	if err != nil {
		return nil, err
	}
	return func(i int) (int, error) {
		b, err := h.Sales.Printer.Document(ctx, docs[i%len(docs)], logo)
		if err == nil && !strings.HasPrefix(string(b[:5]), "%PDF") {
			err = errors.New("no PDF")
		}
		return len(b), err
	}, nil
}
