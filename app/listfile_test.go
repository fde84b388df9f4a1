package app_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/locale"
	"comptoir/office/payments"
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

// listRows reads a list's file as rows by the names of their columns in French.
func listRows(t *testing.T, p *apptest.Program, path string) []map[string]string {
	t.Helper()
	_, b := p.File(path)
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%s: %v %.200s", path, err, b)
	}
	all := []map[string]string{}
	for _, cells := range rows[1:] {
		row := map[string]string{}
		for i, head := range rows[0] {
			row[head] = cells[i]
		}
		all = append(all, row)
	}
	return all
}

// A cancelled payment and what was given back are told in the file, and one column of it may be
// summed; every refund has its row, every price and what an import reads again.
func TestListFilesTellTheWholeStory(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	part := apptest.Ask[app.PaymentList](p, "Payments.List", app.ListQuery{State: "unapplied"}).Rows[0]
	apptest.Ask[app.Done](p, "Payments.Refund", payments.Refund{Key: "key-list-refund", PaymentID: part.PublicID, Version: apptest.Ask[app.PaymentView](p, "Payments.Get", part.PublicID).Version, AmountMinor: 100, Method: "transfer"})
	var struck payments.ListRow
	for _, r := range apptest.Ask[app.PaymentList](p, "Payments.List", app.ListQuery{Method: "cheque"}).Rows {
		if r.PublicID != part.PublicID && r.Refunded == 0 {
			struck = r
		}
	}
	apptest.Ask[app.Done](p, "Payments.Cancel", payments.Cancel{Key: "key-list-cancel", PaymentID: struck.PublicID, Version: apptest.Ask[app.PaymentView](p, "Payments.Get", struck.PublicID).Version, Reason: "Chèque impayé"})
	words := map[string]int{}
	for _, r := range listRows(t, p, "/files/lists/payments.csv") {
		words[r["État"]]++
		kept := map[bool]string{true: "0,00"}[r["État"] == "Annulé" || r["État"] == "Remboursé"]
		if kept != "" && r["Encaissé net"] != kept || kept == "" && r["Remboursé"] == "0,00" && r["Encaissé net"] != r["Montant"] || r["Remboursé"] != "0,00" && r["Encaissé net"] == r["Montant"] {
			t.Errorf("%v", r)
		}
	}
	if words["Affecté"] == 0 || words["Annulé"] == 0 || words["Remboursé"]+words["Remboursé en partie"] == 0 {
		t.Errorf("payments are %v", words)
	}
	refunds := listRows(t, p, "/files/lists/refunds.csv")
	shown := apptest.Ask[[]payments.RefundRow](p, "Payments.Refunds", app.ListQuery{})
	if len(refunds) != len(shown) || refunds[0]["Numéro"] != shown[0].Number || refunds[0]["Paiement ou avoir"] == "" {
		t.Errorf("%d refunds, %d shown: %v", len(refunds), len(shown), refunds[0])
	}
	taxed, provided, empty := 0, 0, 0
	for _, r := range listRows(t, p, "/files/lists/items.csv") {
		if r["TVA"] != "" {
			taxed++
		}
		if r["Fournisseur"] != "" {
			provided++
		}
		if r["Prix de revient"] == "" {
			empty++
		}
		if r["Prix de revient"] == "0,0000" {
			t.Errorf("no cost is known of %s", r["Code"])
		}
	}
	if taxed == 0 || provided == 0 {
		t.Errorf("%d items with a tax, %d with a provider, %d without cost", taxed, provided, empty)
	}
	lists := map[string]int{}
	for _, r := range listRows(t, p, "/files/lists/prices.csv") {
		lists[r["Tarif"]]++
	}
	if len(lists) < 2 || lists[""] == 0 {
		t.Errorf("prices of %v", lists)
	}
	for _, list := range []string{"mails", "questions", "reminders"} {
		listRows(t, p, "/files/lists/"+list+".csv")
	}
}

// Gérer les clients is a file too: the people of all customers, narrowed as on the screen.
func TestContactsAsAFile(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	all := listRows(t, p, "/files/lists/contacts.csv")
	for _, r := range listRows(t, p, "/files/lists/contacts.csv?state=in") {
		if r["Accès au portail"] == "" || r["Accès au portail"] == "Sans accès" || r["Client"] == "" {
			t.Errorf("%v", r)
		}
	}
	one := all[0]
	if found := listRows(t, p, "/files/lists/contacts.csv?words="+url.QueryEscape(one["Personne"])); len(found) >= len(all) || found[0]["Personne"] != one["Personne"] {
		t.Errorf("%d of %d, %v", len(found), len(all), found[0])
	}
}
