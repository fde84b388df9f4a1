package app_test

import (
	"bytes"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
)

// The files of a statement and of the report are what their names say, in the reader's form.
func TestStatementFiles(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	report := apptest.Ask[app.AgeingView](p, "Statements.Ageing", "")
	row := report.Accounts[0].Rows[0]
	v := apptest.Ask[app.StatementView](p, "Statements.View", app.StatementQuery{CustomerID: row.CustomerID, Kind: "open_items"})
	for href, want := range map[string]string{v.PDFHref: "%PDF-", v.CSVHref: "\ufeff", v.XLSXHref: "PK", report.PDFHref: "%PDF-", report.CSVHref: "\ufeff", report.XLSXHref: "PK"} {
		if r, body := p.File(href); r.StatusCode != 200 || !bytes.HasPrefix(body, []byte(want)) {
			t.Errorf("%s: %d %.40q", href, r.StatusCode, body)
		}
	}
	for href, want := range map[string]int{
		strings.Replace(v.PDFHref, ".pdf", ".exe", 1):                       404,
		"/files/statements/nobody/statement.pdf":                            404,
		strings.Replace(v.PDFHref, "kind=open_items", "kind=everything", 1): 400,
		"/files/ageing/report.html":                                         404,
		"/files/ageing/report.csv?on=yesterday":                             400,
	} {
		if r, _ := p.File(href); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", href, r.StatusCode, want)
		}
	}
}
