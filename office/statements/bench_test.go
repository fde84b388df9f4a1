package statements_test

import (
	"fmt"
	"testing"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/statements"
)

// A company of 100 000 documents, of which one customer has 5 000. The rows are laid beside
// one document that was issued and paid through the use cases, as wide as it is.
const (
	benchDocuments = 100_000
	benchOfOne     = 5_000
	benchCustomers = 400
	benchOpen      = 20 // one in so many is open
)

func benchFirm(b *testing.B) (*firm, customers.Customer) {
	b.Helper()
	f := newFirm(b)
	f.Move("2024-01-02")
	one := f.Customer("Dupont", nil)
	d := f.Issue(officetest.Form(one, officetest.Line(10000), officetest.Line(20000), officetest.Line(5000)))
	f.pay(d, 0)
	raw := dbtest.Raw(b, f.Path)
	raw.SetMaxOpenConns(1)
	if _, err := raw.Exec("PRAGMA cache_size=-400000"); err != nil {
		b.Fatal(err)
	}
	for i := range benchCustomers {
		if _, err := raw.Exec(`INSERT INTO customers (public_id, number, kind, name, language, currency, tax_regime, terms_days, country, name_key, created_at, updated_at)
			VALUES (?, ?, 'company', ?, 'fr', 'EUR', 'domestic', 30, 'FR', ?, '', '')`, fmt.Sprintf("bench-%d", i), fmt.Sprintf("B%04d", i), fmt.Sprintf("Client %d", i), fmt.Sprintf("client %d", i)); err != nil {
			b.Fatal(err)
		}
	}
	for _, s := range []string{
		`CREATE TABLE n AS WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ` + fmt.Sprint(benchDocuments) + `) SELECT i, CASE WHEN i % ` + fmt.Sprint(benchDocuments/benchOfOne) + ` = 0 THEN 1 ELSE 2 + i % ` + fmt.Sprint(benchCustomers) + ` END AS c, date('2024-01-02', '+' || (i * 1053 / ` + fmt.Sprint(benchDocuments) + `) || ' days') AS on_date FROM n`,
		`CREATE UNIQUE INDEX n_i ON n (i)`,
		`INSERT INTO documents (id, public_id, kind, state, customer_id, issue_date, due_date, currency, language, created_at, updated_at) SELECT i, 'bench-document-' || i, 'invoice', 'draft', c, on_date, date(on_date, '+30 days'), 'EUR', 'fr', '', '' FROM n`,
		`UPDATE documents SET state = 'issued', number = 'FA-B-' || documents.id, series_year = 1, series_number = documents.id, 
			rate_e8 = 100000000, seller = CASE documents.customer_id WHEN 1 THEN t.seller ELSE '{}' END, buyer = CASE documents.customer_id WHEN 1 THEN t.buyer ELSE '{}' END, mentions = t.mentions, total_excl_minor = t.total_excl_minor, total_tax_minor = t.total_tax_minor, total_incl_minor = t.total_incl_minor, amount_due_minor = t.amount_due_minor,
			issued_at = t.issued_at, hash = t.hash, chain_position = 1000 + documents.id FROM (SELECT * FROM documents WHERE id = 1) t WHERE documents.state = 'draft'`,
		`INSERT INTO document_status (document_id, customer_id, kind, issue_date, due_date, currency, paid_minor, due_minor, settled_on)
			SELECT d.id, d.customer_id, d.kind, d.issue_date, d.due_date, 'EUR', CASE WHEN d.id % ` + fmt.Sprint(benchOpen) + ` = 0 THEN 0 ELSE d.amount_due_minor END, CASE WHEN d.id % ` + fmt.Sprint(benchOpen) + ` = 0 THEN d.amount_due_minor ELSE 0 END,
			CASE WHEN d.id % ` + fmt.Sprint(benchOpen) + ` = 0 THEN '' ELSE date(d.issue_date, '+20 days') END FROM documents d WHERE d.id > 1`,
		`INSERT INTO payments (id, public_id, number, customer_id, method, received_on, amount_minor, currency, rate_e8, entry_id, created_at)
			SELECT d.id, 'bench-payment-' || d.id, 'RE-B-' || d.id, d.customer_id, 'transfer', date(d.issue_date, '+20 days'), d.amount_due_minor, 'EUR', 100000000, (SELECT max(id) FROM entries), '' FROM documents d WHERE d.id > 1 AND d.id % ` + fmt.Sprint(benchOpen) + ` <> 0`,
		`INSERT INTO payment_status (payment_id, customer_id, currency, left_minor) SELECT id, customer_id, 'EUR', 0 FROM payments WHERE id > 1`,
		`INSERT INTO allocations (payment_id, document_id, amount_minor, on_date, created_at) SELECT id, id, amount_minor, received_on, '' FROM payments WHERE id > 1`,
		`DROP TABLE n`, `PRAGMA optimize=0x10002`,
	} {
		if _, err := raw.Exec(s); err != nil {
			b.Fatal(err)
		}
	}
	f.Move("2026-11-21")
	return f, one
}

// BenchmarkStatement is what a screen, the portal and the paper read: one customer with
// 5 000 documents in a company of 100 000.
func BenchmarkStatement(b *testing.B) {
	f, one := benchFirm(b)
	who := officetest.Contact(one)
	for _, c := range []struct {
		name string
		q    statements.Query
	}{
		{"activity/all", statements.Query{Kind: statements.Activity, Preset: "all"}},
		{"activity/this month", statements.Query{Kind: statements.Activity, Preset: "this_month"}},
		{"open items/today", statements.Query{Kind: statements.OpenItems, Preset: "all"}},
		{"open items/last year", statements.Query{Kind: statements.OpenItems, Preset: "last_year"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			lines := 0
			for b.Loop() {
				s, err := f.PortalMake(officetest.Ctx, who, c.q)
				f.Must(err)
				lines = 0
				for _, a := range s.Activities {
					lines += len(a.Lines)
				}
				for _, a := range s.Accounts {
					lines += len(a.Items)
				}
			}
			if lines == 0 {
				b.Fatal("nothing on it")
			}
			b.ReportMetric(float64(lines), "lines")
		})
	}
}

// BenchmarkAgedReceivables is the report of the firm, today and for a past day.
func BenchmarkAgedReceivables(b *testing.B) {
	f, _ := benchFirm(b)
	for _, on := range []string{"2026-11-21", "2026-06-30", "2025-06-30"} {
		b.Run(on, func(b *testing.B) {
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				r, err := f.AgedReceivables(officetest.Ctx, actor.Machine(), on)
				f.Must(err)
				rows = len(r.Currencies[0].Rows)
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}
