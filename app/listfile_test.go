package app_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/locale"
)

// Every list of the window becomes a file in both forms, with its words in both languages,
// and shows the same rows.
func TestListsAsFiles(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	for _, list := range app.ListFiles() {
		for _, lang := range locale.Langs() {
			if !locale.Has(lang, "window.export.name."+list) {
				t.Errorf("%s has no name (%s)", list, lang)
			}
		}
		resp, b := p.File("/files/lists/" + list + ".csv")
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
		r.Comma = ';'
		rows, err := r.ReadAll()
		if err != nil || resp.StatusCode != http.StatusOK || len(rows) < 1 {
			t.Errorf("%s.csv: %d %v %.200s", list, resp.StatusCode, err, b)
			continue
		}
		resp, b = p.File("/files/lists/" + list + ".xlsx")
		book, err := excelize.OpenReader(bytes.NewReader(b))
		if err != nil || resp.Header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" {
			t.Errorf("%s.xlsx: %d %v", list, resp.StatusCode, err)
			continue
		}
		cells, err := book.GetRows("Sheet1")
		if err != nil || len(cells) != len(rows) {
			t.Errorf("%s: %d rows in CSV, %d in XLSX, %v", list, len(rows), len(cells), err)
		}
		for i, head := range rows[0] {
			if strings.Contains(head, "⟦") || cells[0][i] != head {
				t.Errorf("%s: head %d is %q and %q", list, i, head, cells[0][i])
			}
		}
	}
}

// What is filtered on the screen is filtered in the file; what is refused there is refused here.
func TestAListFileIsWhatIsShown(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	open := apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "open", Sort: "total", Desc: true, Limit: 500})
	_, b := p.File("/files/lists/invoices.csv?state=open&sort=total&desc=true")
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows)-1 != len(open.Rows) || len(open.Rows) < 2 {
		t.Fatalf("%d rows, %d shown, %v", len(rows)-1, len(open.Rows), err)
	}
	for i, x := range open.Rows {
		if rows[i+1][0] != x.Number {
			t.Fatalf("row %d is %s, shown is %s", i, rows[i+1][0], x.Number)
		}
	}
	for path, status := range map[string]int{"/files/lists/nothing.csv": 404, "/files/lists/invoices.pdf": 404, "/files/lists/invoices": 404, "/files/lists/invoices.csv?from=yesterday": 400} {
		if resp, b := p.File(path); resp.StatusCode != status || strings.Contains(string(b), "fault.") {
			t.Errorf("%s: %d %s", path, resp.StatusCode, b)
		}
	}
}
