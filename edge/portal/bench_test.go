package portal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/edge/portal"
)

// BenchmarkPages asks for the two pages that spec/performance bounds, in companies of
// 1 000, 10 000 and 100 000 invoices, with everything but the network in it: guards,
// session, queries on a real file, page. CPU is the process's own time for each page.
//
//	go test ./edge/portal -run - -bench Pages
func BenchmarkPages(b *testing.B) {
	for _, n := range []int{1000, 10_000, 100_000} {
		f := newFirm(b, func(f *firm) { f.limits = portal.Unlimited() })
		f.grow(n)
		s := f.serve()
		v := f.byPassword(s)
		cookie := &http.Cookie{Name: "portail", Value: v.cookie()}
		for _, page := range []struct{ name, path string }{{"list", "/factures"}, {"open", "/factures?filtre=a-payer"}, {"invoice", "/factures/" + f.open}, {"home", "/"}, {"pay", "/factures/" + f.late + "/payer"}} {
			b.Run(fmt.Sprintf("%s/%d", page.name, n), func(b *testing.B) {
				h := f.portal.Handler()
				r := httptest.NewRequest("GET", "http://portail.test"+page.path, http.NoBody)
				r.AddCookie(cookie)
				r.AddCookie(&http.Cookie{Name: "langue", Value: "fr"})
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if w.Code != 200 || (page.name == "list" && strings.Count(w.Body.String(), "<tr") != 51) {
					b.Fatalf("%d, %d rows", w.Code, strings.Count(w.Body.String(), "<tr"))
				}
				b.ReportAllocs()
				b.ResetTimer()
				before := cpu()
				for b.Loop() {
					w.Body.Reset()
					h.ServeHTTP(w, r)
				}
				b.ReportMetric(float64((cpu()-before).Microseconds())/1000/float64(b.N), "cpu-ms/page")
				b.ReportMetric(float64(w.Body.Len())/1024, "KB")
			})
		}
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// grow fills the company up to n invoices by copying one, past the guards of the file: a
// tenth are Claire's, every fourth is open. The rows are what the queries meet, nothing else.
func (f *firm) grow(n int) {
	f.Helper()
	copied := func(table string, columns map[string]string) string {
		names := dbtest.Strings(f, f.raw, "SELECT name FROM pragma_table_info(?)", table)
		values := make([]string, len(names))
		for i, c := range names {
			values[i] = "x." + c
			if v, ok := columns[c]; ok {
				values[i] = v
			}
		}
		return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s x, n", table, strings.Join(names, ","), strings.Join(values, ","), table)
	}
	owner := fmt.Sprintf("CASE WHEN n.i %% 10 = 0 THEN %d ELSE %d END", f.claire.ID, f.bruno.ID)
	day := "date('2024-11-01', '+' || (n.i % 700) || ' days')"
	with := fmt.Sprintf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) ", n)
	id := fmt.Sprintf("(SELECT id FROM documents WHERE public_id = '%s')", f.late)
	dbtest.Tamper(f, f.db.Path(),
		"PRAGMA synchronous = OFF",
		with+copied("documents", map[string]string{"id": "100000 + n.i", "public_id": "'copy' || n.i", "number": "printf('FB-2024-%06d', n.i)", "series_year": "1", "series_number": "n.i", "customer_id": owner,
			"issue_date": day, "due_date": day, "chain_position": "100000 + n.i"})+" WHERE x.id = "+id,
		with+copied("document_status", map[string]string{"document_id": "100000 + n.i", "customer_id": owner, "issue_date": day, "due_date": day, "due_minor": "CASE WHEN n.i % 4 = 0 THEN x.due_minor ELSE 0 END",
			"paid_minor": "CASE WHEN n.i % 4 = 0 THEN 0 ELSE x.due_minor END"})+" WHERE x.document_id = "+id)
	f.must(f.db.Optimize(f.Context()))
}
