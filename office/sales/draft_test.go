package sales_test

import (
	"testing"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
)

func TestDraftIsSavedAsItIs(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := sales.Draft{Currency: "EUR", Language: "fr", TermsDays: 45, TermsEndOfMonth: true, Note: "note", PrivateNote: "secret", Terms: "terms", OrderNumber: " BC-7 ",
		DeliveryDate: "2026-11-02", Lines: []sales.DraftLine{{Description: "", UnitPriceE4: 0}}, Allowances: []sales.DraftAllowance{}}
	doc := f.Draft(d)
	if doc.State != "draft" || doc.Number != "" || doc.OrderNumber != "BC-7" || doc.Lines[0].Unit != "C62" || doc.Lines[0].Nature != "services" {
		t.Errorf("%+v", doc)
	}
	edit := sales.DraftOf(doc)
	edit.CustomerID = c.PublicID
	edit.Lines = []sales.DraftLine{line(10_000), goods(5_000, "FR-5.5")}
	edit.Allowances = []sales.DraftAllowance{{Charge: true, Reason: "Port", AmountMinor: 1_000}, {Reason: "Remise", PCM: 10_000}}
	saved, problems, err := f.Sales.SaveDraft(ctx, staff, f.Key(), edit)
	f.Must(err)
	// 100.00 + 50.00 + 10.00 − 10.00 − 5.00; tax 20 % of 100.00, 5.5 % of 45.00
	if len(problems) != 0 || saved.Totals.TotalExclTax != 14_500 || saved.Totals.TotalTax != 2_000+248 {
		t.Errorf("problems %v, totals %+v", problems, saved.Totals)
	}
	if saved.PublicID != doc.PublicID || saved.Version != doc.Version+1 || saved.Buyer.Name != "Client" || saved.PrivateNote != "secret" {
		t.Errorf("%+v", saved)
	}
	_, _, err = f.Sales.SaveDraft(ctx, staff, f.Key(), edit) // the form of before
	f.WantFault(err, "fault.stale")
	totals, taxes, problems, err := f.Sales.Preview(ctx, staff, edit)
	f.Must(err)
	if totals.TotalInclTax != saved.Totals.TotalInclTax || len(taxes) != 2 || taxes[1][0].Code != "FR-5.5" || len(problems) != 0 {
		t.Errorf("preview %+v %v %v", totals, taxes, problems)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM document_lines"); n != 2 {
		t.Errorf("%d lines stored", n)
	}
}

func TestDeleteAndDuplicate(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := f.Draft(form(c, line(100)))
	f.WantFault(f.Sales.Delete(ctx, staff, d.PublicID, d.Version+1), "fault.stale")
	f.Must(f.Sales.Delete(ctx, staff, d.PublicID, d.Version))
	f.WantFault(f.Sales.Delete(ctx, staff, d.PublicID, d.Version), "fault.not_found")
	source := form(c, line(10_000), goods(2_000))
	source.IssueDate, source.Note, source.OrderNumber = "2026-11-20", "merci", "BC-1"
	issued := f.Issue(source)
	f.Move("2026-12-15")
	copied, err := f.Sales.Duplicate(ctx, staff, "duplicate-1", issued.PublicID)
	f.Must(err)
	again, err := f.Sales.Duplicate(ctx, staff, "duplicate-1", issued.PublicID)
	f.Must(err)
	if copied.PublicID == issued.PublicID || again.PublicID != copied.PublicID || !copied.IssueDate.IsZero() || copied.Note != "merci" || copied.Totals.TotalInclTax != issued.Totals.TotalInclTax {
		t.Errorf("%+v", copied)
	}
	next, err := issue(f, copied, sales.ByHand)
	f.Must(err)
	if next.IssueDate != civil.MustParse("2026-12-15") || next.Number != "FA-2026-0002" {
		t.Errorf("%s of %s", next.Number, next.IssueDate)
	}
	_, err = f.Sales.Duplicate(ctx, staff, f.Key(), "nothing")
	f.WantFault(err, "fault.not_found")
	f.Sound()
}

// The taxes of a line: typed, else the item's where the customer is taxed there, else the law's.
func TestTaxesOfALine(t *testing.T) {
	f := officetest.New(t)
	item := func(code string, taxes ...string) string {
		it, err := f.Catalog.Save(ctx, staff, f.Key(), catalog.Item{Code: code, Name: code, Nature: "goods", Unit: "C62", Currency: "EUR", UnitPriceE4: 10_000, TaxCodes: taxes})
		f.Must(err)
		return it.PublicID
	}
	book, quebec := item("LIVRE", "FR-5.5"), item("QC", "QC-TPS", "QC-TVQ")
	for _, x := range []struct {
		regime, item string
		typed        []string
		want         []string
	}{
		{"domestic", "", nil, []string{"FR-20"}}, {"domestic", book, nil, []string{"FR-5.5"}}, {"domestic", book, []string{"FR-10"}, []string{"FR-10"}},
		{"domestic", quebec, nil, []string{"FR-20"}}, {"quebec", quebec, nil, []string{"QC-TPS", "QC-TVQ"}}, {"quebec", book, nil, []string{"FR-G"}},
		{"eu", book, nil, []string{"FR-K"}}, {"export", book, nil, []string{"FR-G"}}, {"reverse_charge", book, nil, []string{"FR-AE-BTP"}},
	} {
		c := f.Customer("Client "+x.regime, func(c *customers.Customer) { c.TaxRegime = x.regime })
		l := goods(1_000, x.typed...)
		l.ItemID = x.item
		got := f.Draft(form(c, l)).Lines[0]
		codes := []string{}
		for _, tax := range got.Taxes {
			codes = append(codes, tax.Code)
		}
		if len(codes) != len(x.want) || codes[0] != x.want[0] || got.ItemID != x.item {
			t.Errorf("%s %v: %v, want %v", x.regime, x.typed, codes, x.want)
		}
	}
}

func TestSendAgain(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	draft := f.Draft(form(c, line(1000)))
	f.WantFault(f.Sales.Send(ctx, staff, f.Key(), draft.PublicID, ""), "fault.still_draft")
	f.WantFault(f.Sales.MarkSent(ctx, staff, draft.PublicID), "fault.still_draft")
	d, err := issue(f, draft, sales.ByMail)
	f.Must(err)
	for range 2 {
		f.Must(f.Sales.Send(ctx, staff, "reminder-1", d.PublicID, "Bonjour"))
	}
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails"); n != 2 {
		t.Errorf("%d mails, want the first and one reminder", n)
	}
	silent := f.Customer("Sans courriel", func(c *customers.Customer) { c.Email, c.Contacts = "", nil })
	_, err = issue(f, f.Draft(form(silent, line(1000))), sales.ByMail)
	f.WantField(err, "customer.email", "fault.email_needed")
	if !fault.Is(f.Sales.Send(ctx, staff, f.Key(), "nothing", ""), fault.NotFound) {
		t.Error("sent what is not there")
	}
}
