package app_test

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/imports"
)

func openFile(p *apptest.Program, kind, content string) app.ImportView {
	return apptest.Ask[app.ImportView](p, "Imports.Open", kind, `C:\\Users\\anne\\clients.csv`, base64.StdEncoding.EncodeToString([]byte(content)))
}

const twoClients = "Nom;Courriel;Ville\nDupont & fils;a@dupont.example;Lyon\nDurand;pas un courriel;Nantes\n"

// The assistant's way: propose, mend, store; the list of errors as a file in the reader's words.
func TestImportAssistant(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	v := openFile(p, "customers", twoClients)
	if v.FileName != "clients.csv" || v.Faults != 1 || v.Made != 1 || len(v.Problems) != 1 || v.Problems[0].Row != 3 || v.Problems[0].Column != "Courriel" || len(v.Preview) != 2 {
		t.Fatalf("%s", apptest.JSON(v))
	}
	if _, refused := p.Try("Imports.Run", v.ID, "key-import-bad"); refused == nil || refused.Key != "fault.import.problems" {
		t.Errorf("%v", refused)
	}
	resp, b := p.File(v.ErrorsHref)
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || resp.StatusCode != http.StatusOK || len(rows) != 2 || rows[0][0] != "Ligne" || rows[1][2] != "pas un courriel" || strings.Contains(rows[1][3], "fault.") {
		t.Errorf("%d %v %v", resp.StatusCode, rows, err)
	}
	o := v.Options
	o.Columns = []string{"name", "", "city"}
	if v = apptest.Ask[app.ImportView](p, "Imports.Change", v.ID, o); v.Faults != 0 || v.Made != 2 {
		t.Fatalf("%s", apptest.JSON(v))
	}
	if back := apptest.Ask[app.ImportView](p, "Imports.Get", v.ID); back.Options.Columns[1] != "" || back.Made != 2 {
		t.Errorf("what was chosen is lost: %s", apptest.JSON(back))
	}
	done := apptest.Ask[app.ImportView](p, "Imports.Run", v.ID, "key-import-good")
	if done.Done == nil || done.Done.Made != 2 {
		t.Fatalf("%s", apptest.JSON(done))
	}
	if again := apptest.Ask[app.ImportView](p, "Imports.Run", v.ID, "key-import-good"); again.Done.PublicID != done.Done.PublicID {
		t.Errorf("a double click imported twice: %s", apptest.JSON(again))
	}
	if again := apptest.Ask[app.ImportView](p, "Imports.Run", v.ID, "key-import-tab"); again.Done.PublicID != done.Done.PublicID {
		t.Errorf("another tab imported once more: %s", apptest.JSON(again))
	}
	if list := apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 10}); len(list.Rows) != 2 {
		t.Errorf("%d customers", len(list.Rows))
	}
	if twice := openFile(p, "customers", twoClients); twice.SeenBy == "" || twice.SeenOn == "" {
		t.Error("the same file is not pointed out")
	}
	if history := apptest.Ask[[]imports.Done](p, "Imports.History"); len(history) != 1 || history[0].Made != 2 {
		t.Errorf("%+v", history)
	}
}

func TestImportRefusals(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	for key, args := range map[string][]any{
		"fault.import.form":  {"customers", "x.pdf", base64.StdEncoding.EncodeToString([]byte("%PDF-1.7"))},
		"fault.import.empty": {"customers", "x.csv", ""},
		"fault.call_shape":   {"customers", "x.csv", "not base64!"},
		"fault.choice":       {"secrets", "x.csv", base64.StdEncoding.EncodeToString([]byte("a;b"))},
	} {
		if _, refused := p.Try("Imports.Open", args...); refused == nil || refused.Key != key || refused.Message == "" {
			t.Errorf("%s: %+v", key, refused)
		}
	}
	for _, method := range []string{"Imports.Get", "Imports.Progress", "Imports.Cancel"} {
		if _, refused := p.Try(method, "nothing"); refused == nil || refused.Key != "fault.import.gone" {
			t.Errorf("%s: %+v", method, refused)
		}
	}
	if resp, _ := p.File("/files/imports/nothing/errors.csv"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("%d", resp.StatusCode)
	}
	first := openFile(p, "customers", "Nom\nA\n")
	for range 5 { // the oldest goes
		openFile(p, "customers", "Nom\nB\n")
	}
	if _, refused := p.Try("Imports.Get", first.ID); refused == nil || refused.Key != "fault.import.gone" {
		t.Errorf("%+v", refused)
	}
	apptest.Ask[any](p, "Imports.Close", "nothing")
}
