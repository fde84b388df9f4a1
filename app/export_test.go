package app_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
)

// What is exported is what the company holds, row for row and to the cent, in every form.
func TestExports(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "demo")
	sum := apptest.CopyDemo(t, folder)
	h, err := app.OpenHouse(t.Context(), app.HouseOptions{Folder: folder})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close(t.Context()) }()
	rows := map[string]int{"documents": sum.Documents, "customers": sum.Customers, "items": sum.Items, "payments": sum.Payments}
	for _, what := range app.Exports() {
		var asJSON, asCSV, asXLSX bytes.Buffer
		for form, w := range map[string]*bytes.Buffer{"json": &asJSON, "csv": &asCSV, "xlsx": &asXLSX} {
			if err := h.Export(t.Context(), actor.Shell("fr"), what, form, w); err != nil {
				t.Fatalf("%s %s: %v", what, form, err)
			}
		}
		var objects []map[string]any
		if err := json.Unmarshal(asJSON.Bytes(), &objects); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		lines, err := csv.NewReader(&asCSV).ReadAll()
		counted := len(objects)
		if what == "documents" { // the summary counts what was invoiced
			kinds := map[string]int{}
			for _, o := range objects {
				kinds[o["kind"].(string)]++
			}
			if counted = rows[what]; kinds["invoice"] < rows[what] || kinds["quote"] == 0 || kinds["recurring_invoice"] < 4 {
				t.Errorf("documents: %v, want %d invoices at least", kinds, rows[what])
			}
		}
		if what == "payments" && counted > rows[what] { // those of kept methods are not in the summary
			counted = rows[what]
		}
		if err != nil || len(lines) != len(objects)+1 || len(objects) == 0 || (rows[what] != 0 && rows[what] != counted) {
			t.Errorf("%s: %d objects, %d lines, want %d, %v", what, len(objects), len(lines), rows[what], err)
		}
		if asXLSX.Len() < 1000 || !bytes.HasPrefix(asXLSX.Bytes(), []byte("PK")) {
			t.Errorf("%s: no workbook", what)
		}
		checkSums(t, what, objects)
	}
	if err := h.Export(t.Context(), actor.Shell("fr"), "secrets", "json", &bytes.Buffer{}); err == nil {
		t.Error("an export that there is not")
	}
	if err := h.Export(t.Context(), actor.Actor{Kind: actor.Contact, CustomerID: 1, Trust: actor.TrustPassword}, "documents", "json", &bytes.Buffer{}); err == nil {
		t.Error("a contact exports the firm's documents")
	}
}

func checkSums(t *testing.T, what string, objects []map[string]any) {
	t.Helper()
	var debit, credit float64
	for _, o := range objects {
		switch what {
		case "documents":
			if o["total_excl_tax"].(float64)+o["total_tax"].(float64) != o["total_incl_tax"].(float64) {
				t.Errorf("%v", o)
			}
		case "entries":
			debit, credit = debit+o["debit"].(float64), credit+o["credit"].(float64)
		}
	}
	if debit != credit {
		t.Errorf("%s: debit %.0f, credit %.0f", what, debit, credit)
	}
}
