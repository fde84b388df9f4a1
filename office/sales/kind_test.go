package sales_test

import (
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

func quoteForm(c customers.Customer, lines ...sales.DraftLine) sales.Draft {
	d := form(c, lines...)
	d.Kind = "quote"
	return d
}

func option(cents int64) sales.DraftLine {
	l := line(cents)
	l.Description, l.Optional = "Option", true
	return l
}

// A quote has a number of its own series and a last day; it moves no money and shows among
// no invoices.
func TestIssuedQuoteIsNoInvoice(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Issue(quoteForm(c, line(10_000), option(5_000)))
	if d.Number != "DE-2026-0001" || d.Totals.TotalInclTax != 12_000 || d.Totals.Lines[1].NetMinor != 5_000 || d.DueMinor != 0 || !d.DueDate.IsZero() || d.EPC != "" {
		t.Errorf("%s %+v due %d on %s, code %q", d.Number, d.Totals, d.DueMinor, d.DueDate, d.EPC)
	}
	if want := d.IssueDate.AddDays(30); d.ValidUntil != want {
		t.Errorf("valid until %s, want %s", d.ValidUntil, want)
	}
	raw := dbtest.Raw(t, f.Path)
	for query, want := range map[string]string{
		"SELECT count(*) FROM entries": "0",
		"SELECT action FROM audit_log WHERE object_kind = 'document' ORDER BY id DESC LIMIT 1": "quote.issued",
	} {
		if got := dbtest.Strings(t, raw, query); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	rows, _, err := f.Sales.List(ctx, staff, sales.ListQuery{})
	f.Must(err)
	totals, err := f.Sales.OpenTotals(ctx, staff)
	f.Must(err)
	counts, err := f.Sales.Counts(ctx, staff)
	f.Must(err)
	page, err := f.Sales.PortalInvoices(ctx, officetest.Contact(c), sales.PortalQuery{})
	f.Must(err)
	if len(rows) != 0 || len(totals) != 0 || counts != (sales.Counts{}) || len(page.Rows) != 0 {
		t.Errorf("among invoices: %v %v %v %v", rows, totals, counts, page.Rows)
	}
	if rows, _, err = f.Sales.List(ctx, staff, sales.ListQuery{Kind: "quote"}); err != nil || len(rows) != 1 || rows[0].Number != d.Number {
		t.Errorf("among quotes: %v %v", rows, err)
	}
	if _, err := f.Sales.PortalInvoice(ctx, officetest.Contact(c), d.PublicID); !fault.Is(err, fault.NotFound) {
		t.Errorf("as an invoice: %v", err)
	}
	f.Sound()
}

// A form says what its kind has, and stays of its kind.
func TestFormsOfAKind(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	for path, change := range map[string]func(*sales.Draft){
		"validUntil":       func(d *sales.Draft) { d.ValidUntil = "2026-12-31" },
		"depositPcm":       func(d *sales.Draft) { d.DepositPCM = 30_000 },
		"reason":           func(d *sales.Draft) { d.Reason = "Retour" },
		"lines.0.optional": func(d *sales.Draft) { d.Lines[0].Optional = true },
	} {
		d := form(c, line(100))
		change(&d)
		_, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), d)
		f.WantField(err, path, "fault.not_of_this_kind")
	}
	d := sales.DraftOf(f.Draft(quoteForm(c, line(100))))
	d.Kind = "invoice"
	_, _, err := f.Sales.SaveDraft(ctx, staff, f.Key(), d)
	f.WantFault(err, "fault.kind_stays")
	bad := form(c, line(100))
	bad.Kind = "payment"
	_, _, err = f.Sales.SaveDraft(ctx, staff, f.Key(), bad)
	f.WantField(err, "kind", "fault.choice")
	early := quoteForm(c, line(100))
	early.ValidUntil = "2000-01-01"
	_, err = issue(f, f.Draft(early), sales.ByHand)
	f.WantField(err, "validUntil", "fault.valid_before_issue")
}
