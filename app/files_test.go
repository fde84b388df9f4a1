package app_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/customers"
	"comptoir/office/payments"
)

func TestFilesOfTheDesk(t *testing.T) {
	p := apptest.Demo(t, apptest.Options{})
	paid := apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "paid", Limit: 1}).Rows[0]
	draft := apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "draft", Limit: 1}).Rows[0]
	payment := apptest.Ask[struct{ Rows []payments.ListRow }](p, "Payments.List", app.ListQuery{Limit: 1}).Rows[0]
	mail := apptest.Ask[app.MailList](p, "Mail.List", app.ListQuery{Limit: 1}).Rows[0]
	for path, want := range map[string]struct {
		status            int
		mediaType, begins string
		disposition       string
	}{
		apptest.Ask[app.Invoice](p, "Invoices.Get", paid.ID).PDFHref:                  {200, "application/pdf", "%PDF-", "inline"},
		"/files/invoices/" + draft.ID + "/preview.pdf":                                {200, "application/pdf", "%PDF-", "inline"},
		apptest.Ask[app.PaymentView](p, "Payments.Get", payment.PublicID).ReceiptHref: {200, "application/pdf", "%PDF-", "inline"},
		apptest.Ask[app.MailView](p, "Mail.Get", mail.ID).EMLHref:                     {200, "message/rfc822", "", "attachment"},
		"/files/lists/invoices.csv":                                                   {200, "text/csv; charset=utf-8", "", "attachment"},
		"/files/invoices/none/x.pdf":                                                  {404, "text/plain; charset=utf-8", "", ""},
		"/files/payments/none/x.pdf":                                                  {404, "text/plain; charset=utf-8", "", ""},
		"/files/mails/none.eml":                                                       {404, "text/plain; charset=utf-8", "", ""},
		"/files/invoices/" + paid.ID + "' OR 1=1 --/x.pdf":                            {404, "text/plain; charset=utf-8", "", ""},
		"/files/nothing": {200, "text/html; charset=utf-8", "<!doctype", ""}, // the window's own page says so
		"/files/invoices/%2e%2e%2f%2e%2e%2fcomptoir.db/x.pdf": {404, "text/plain; charset=utf-8", "", ""},
		"/files/mails/..%2f..%2fkey":                          {404, "text/plain; charset=utf-8", "", ""},
	} {
		resp, b := p.File(strings.ReplaceAll(path, " ", "%20"))
		if resp.StatusCode != want.status || resp.Header.Get("Content-Type") != want.mediaType || !bytes.HasPrefix(b, []byte(want.begins)) || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), want.disposition) {
			t.Errorf("%s: %d %s %s %.60q", path, resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Content-Disposition"), b)
		}
		if want.status == http.StatusNotFound && (len(b) < 5 || strings.Contains(string(b), "fault.")) {
			t.Errorf("%s is refused with %q", path, b)
		}
	}
}

func TestFilesOfNoCompany(t *testing.T) {
	p := apptest.Start(t, apptest.Options{})
	for _, path := range []string{"/files/lists/invoices.csv", "/files/logo", "/files/mails/x.eml"} {
		if resp, b := p.File(path); resp.StatusCode != http.StatusServiceUnavailable || len(b) < 5 {
			t.Errorf("%s: %d %q", path, resp.StatusCode, b)
		}
	}
}

// A customer's name must not become a formula in a spreadsheet (spec/security).
func TestCSVIsHarmless(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "=cmd|' /C calc'!A0", "anne@evil.example")
	d := twoLines(t, p, c)
	apptest.Ask[app.Done](p, "Invoices.MarkSent", d.ID, d.Version, "key-csv-sent")
	resp, b := p.File("/files/lists/invoices.csv?sort=issueDate&desc=true")
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 2 || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v\n%s", resp.StatusCode, err, b)
	}
	if strings.HasPrefix(rows[1][2], "=") || !strings.Contains(rows[1][2], "cmd") {
		t.Errorf("the customer stands as %q", rows[1][2])
	}
	if rows[1][8] != "2220,00" {
		t.Errorf("the total stands as %q in %v", rows[1][8], rows[1])
	}
}

// Words of any script, far too many of them, and figures beyond reason are kept or refused
// in words, never a fault of ours (issue 2, Bad input).
func TestBadInput(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	c := customer(p, "Ωμέγα 👩‍👩‍👧 עברית", "anne@omega.example")
	if got := apptest.Ask[customers.Customer](p, "Customers.Get", c.PublicID); got.Name != c.Name {
		t.Errorf("%q came back as %q", c.Name, got.Name)
	}
	base := apptest.Ask[app.Editor](p, "Invoices.Edit", "", c.PublicID).Draft
	line := app.DraftLine{Description: "Heure", Nature: "services", QuantityE4: 1_0000, Unit: "HUR", UnitPriceE4: 60_0000, Taxes: []string{}}
	for name, change := range map[string]func(d *app.Draft){
		"five megabytes":     func(d *app.Draft) { d.Lines[0].Description = strings.Repeat("é", 5<<19) },
		"a quantity of 1e12": func(d *app.Draft) { d.Lines[0].QuantityE4 = 1e16 },
		"the largest figure": func(d *app.Draft) { d.Lines[0].QuantityE4, d.Lines[0].UnitPriceE4 = 1<<62, 1<<62 },
		"no price":           func(d *app.Draft) { d.Lines[0].UnitPriceE4 = 0 },
		"a negative price":   func(d *app.Draft) { d.Lines[0].UnitPriceE4 = -1 },
		"no such day":        func(d *app.Draft) { d.IssueDate = "2026-02-30" },
		"a day of yore":      func(d *app.Draft) { d.IssueDate = "0001-01-01" },
		"no such currency":   func(d *app.Draft) { d.Currency = "ZZZ" },
		"no such tax":        func(d *app.Draft) { d.Lines[0].Taxes = []string{"nope"} },
		"no such unit":       func(d *app.Draft) { d.Lines[0].Unit = "nope" },
		"no such customer":   func(d *app.Draft) { d.CustomerID = "nope" },
		"no line":            func(d *app.Draft) { d.Lines = []app.DraftLine{} },
		"a null list":        func(d *app.Draft) { d.Lines = nil },
		"zero bytes":         func(d *app.Draft) { d.Lines[0].Description = "a\x00b" },
		"300 lines": func(d *app.Draft) {
			for range 299 {
				d.Lines = append(d.Lines, line)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := base
			d.Lines = []app.DraftLine{line}
			change(&d)
			for _, call := range []struct {
				method string
				args   []any
			}{{"Invoices.Compute", []any{d}}, {"Invoices.Save", []any{d, "key-" + strings.ReplaceAll(name, " ", "-")}}} {
				raw, shown := p.Try(call.method, call.args...)
				if shown != nil {
					if shown.Code == "internal" || shown.Message == "" {
						t.Errorf("%s: %s\n%s", call.method, apptest.JSON(shown), p.Log.Tail())
					}
					continue
				}
				if call.method == "Invoices.Save" {
					issue(t, p, raw, name)
				}
			}
		})
	}
	for _, r := range apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{Limit: 100}).Rows {
		for _, l := range apptest.Ask[app.Invoice](p, "Invoices.Get", r.ID).Lines {
			if strings.HasPrefix(l.Unit, "unit.") {
				t.Errorf("%s shows the unit %q", r.Number, l.Unit)
			}
		}
	}
	sound(t, p)
}

// issue tries to send what could be saved.
func issue(t *testing.T, p *apptest.Program, saved []byte, name string) {
	t.Helper()
	var s app.Saved
	decode(t, saved, &s)
	_, shown := p.Try("Invoices.MarkSent", s.ID, s.Version, "key-sent-"+strings.ReplaceAll(name, " ", "-"))
	if shown != nil && (shown.Code == "internal" || shown.Message == "") {
		t.Errorf("issuing: %s\n%s", apptest.JSON(shown), p.Log.Tail())
	}
	if resp, b := p.File("/files/invoices/" + s.ID + "/x.pdf"); resp.StatusCode == http.StatusInternalServerError {
		t.Errorf("its paper: %s\n%s", b, p.Log.Tail())
	}
}
