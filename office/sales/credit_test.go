package sales_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/books"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

func creditOf(f *officetest.Firm, invoice sales.Document, how string, fn func(*sales.Credit)) (sales.Document, error) {
	in := sales.Credit{Key: f.Key(), InvoiceID: invoice.PublicID, How: how, Reason: "Erreur de facturation"}
	if fn != nil {
		fn(&in)
	}
	return f.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, in)
}

func reread(f *officetest.Firm, d sales.Document) sales.Document {
	f.T.Helper()
	d, err := f.Sales.Get(officetest.Ctx, officetest.Staff, d.PublicID)
	f.Must(err)
	return d
}

func pay(f *officetest.Firm, d sales.Document, minor int64) {
	f.T.Helper()
	_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: minor, Method: "transfer"})
	f.Must(err)
}

// entryOf writes the entry of a document as an accountant reads it.
func entryOf(f *officetest.Firm, number string) string {
	f.T.Helper()
	j, err := books.New(f.DB).Journal(officetest.Ctx, officetest.Staff, books.JournalQuery{From: civil.MustParse("2026-01-01"), To: civil.MustParse("2028-12-31"), Limit: 200})
	f.Must(err)
	var lines []string
	for _, e := range j.Entries {
		if e.DocumentRef != number {
			continue
		}
		for _, l := range e.Lines {
			side, minor := "D", l.DebitMinor
			if minor == 0 {
				side, minor = "C", l.CreditMinor
			}
			lines = append(lines, fmt.Sprintf("%s %s %d", l.Account, side, minor))
		}
	}
	return strings.Join(lines, ", ")
}

// The whole of an unpaid invoice: the credit note is used up at once, the invoice cancelled.
func TestCreditOfAnUnpaidInvoice(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(237000)))
	credit, err := creditOf(f, invoice, sales.CreditAll, nil)
	f.Must(err)
	if credit.Number != "AV-2026-0001" || credit.State != billing.StateApplied || credit.DueMinor != 0 || credit.Totals.TotalInclTax != 284400 || credit.Reason != "Erreur de facturation" {
		t.Errorf("%s %s, left %d of %d", credit.Number, credit.State, credit.DueMinor, credit.Totals.TotalInclTax)
	}
	if credit.Preceding == nil || credit.Preceding.Number != invoice.Number || credit.Preceding.IssueDate != invoice.IssueDate {
		t.Errorf("names %+v", credit.Preceding)
	}
	if invoice = reread(f, invoice); invoice.State != billing.StateCancelled || invoice.DueMinor != 0 || invoice.CreditedMinor != 284400 || invoice.PaidMinor != 0 {
		t.Errorf("%s, due %d, credited %d", invoice.State, invoice.DueMinor, invoice.CreditedMinor)
	}
	if got := entryOf(f, credit.Number); got != "411000 C 284400, 706000 D 237000, 445740 D 47400" {
		t.Error(got)
	}
	_, err = creditOf(f, invoice, sales.CreditAll, nil)
	f.WantFault(err, "fault.credit.nothing_left")
	f.Sound()
}

// Of a paid invoice the credit stays the customer's, to be used.
func TestCreditOfAPaidInvoice(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(237000)))
	pay(f, invoice, 0)
	credit, err := creditOf(f, invoice, sales.CreditAmount, func(c *sales.Credit) { c.AmountMinor = 54000 })
	f.Must(err)
	if credit.DueMinor != 54000 || credit.CreditedMinor != 0 || credit.Totals.TotalExclTax != 45000 || credit.Totals.TotalTax != 9000 { // golden case 03
		t.Errorf("left %d, %+v", credit.DueMinor, credit.Totals)
	}
	if invoice = reread(f, invoice); invoice.State != billing.StatePaid || invoice.CreditedMinor != 0 {
		t.Errorf("%s, credited %d", invoice.State, invoice.CreditedMinor)
	}
	f.Sound()
}

// Part of a part-paid invoice: set against what is due, the rest stays to be used.
func TestPartialCredits(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	invoice := f.Issue(officetest.Form(c, officetest.Line(100000), officetest.Goods(50000)))
	pay(f, invoice, 100000) // of 1 800.00
	first, err := creditOf(f, invoice, sales.CreditLines, func(c *sales.Credit) { c.QuantitiesE4 = []int64{0, 10_000} })
	f.Must(err)
	if first.Totals.TotalInclTax != 60000 || first.DueMinor != 0 || len(first.Lines) != 1 || first.Lines[0].Nature != billing.Goods {
		t.Errorf("%+v", first)
	}
	if got := entryOf(f, first.Number); !strings.HasPrefix(got, "411000 C 60000, 707000 D 50000, 445710 D 10000") {
		t.Error(got)
	}
	if invoice = reread(f, invoice); invoice.DueMinor != 20000 || invoice.State != billing.StatePartial {
		t.Errorf("due %d, %s", invoice.DueMinor, invoice.State)
	}
	_, err = creditOf(f, invoice, sales.CreditAmount, func(c *sales.Credit) { c.AmountMinor = 120001 })
	f.WantField(err, "amount", "fault.billing.credit_too_much")
	rest, err := creditOf(f, invoice, sales.CreditAll, nil) // 1 200.00, of which 200.00 were due
	f.Must(err)
	if rest.Totals.TotalInclTax != 120000 || rest.CreditedMinor != 20000 || rest.DueMinor != 100000 {
		t.Errorf("%d, used %d, left %d", rest.Totals.TotalInclTax, rest.CreditedMinor, rest.DueMinor)
	}
	f.Sound()
}

// A line that went back whole does not go back again beside another of the same tax, neither
// from the panel nor by a second draft; the panel shows what is left of each.
func TestALineIsCreditedOnce(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Goods(10_000), officetest.Goods(50_000)))
	first := func(c *sales.Credit) { c.QuantitiesE4 = []int64{10_000, 0} }
	draft, err := f.Sales.DraftCredit(officetest.Ctx, officetest.Staff, sales.Credit{Key: f.Key(), InvoiceID: invoice.PublicID, How: sales.CreditLines, QuantitiesE4: []int64{10_000, 0}, Reason: "Retour"})
	f.Must(err)
	_, err = creditOf(f, invoice, sales.CreditLines, first)
	f.Must(err)
	_, err = creditOf(f, invoice, sales.CreditLines, first)
	f.WantField(err, "quantities.0", "fault.billing.credit_line_left")
	_, err = issueDraft(f, draft)
	f.WantField(err, "lines.0.quantity", "fault.billing.credit_line_left")
	c, err := f.Sales.Creditable(officetest.Ctx, officetest.Staff, invoice.PublicID)
	f.Must(err)
	if c.Lines[0].QuantityE4 != 0 || c.Lines[1].QuantityE4 != 10_000 || c.LeftMinor != 60_000 {
		t.Errorf("left %d: %d and %d", c.LeftMinor, c.Lines[0].QuantityE4, c.Lines[1].QuantityE4)
	}
	_, err = creditOf(f, invoice, sales.CreditLines, func(c *sales.Credit) { c.QuantitiesE4 = []int64{0, 10_000} })
	f.Must(err)
	f.Sound()
}

func TestCreditNetOfTaxAndPercent(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(100000)))
	credit, err := creditOf(f, invoice, sales.CreditPercent, func(c *sales.Credit) { c.PCM, c.NetOfTax = 10_000, true })
	f.Must(err)
	if credit.Totals.TotalInclTax != 10000 || credit.Totals.TotalTax != 0 || credit.Totals.Taxes[0].Tax.VATEX != "VATEX-FR-CNWVAT" {
		t.Errorf("%+v", credit.Totals)
	}
	if !slices.ContainsFunc(credit.Mentions, func(m sales.Mention) bool { return strings.HasPrefix(m.Text, "Avoir net de taxe") }) {
		t.Errorf("mentions %+v", credit.Mentions)
	}
	if got := entryOf(f, credit.Number); !strings.HasPrefix(got, "411000 C 10000, 706000 D 10000") {
		t.Error(got)
	}
	pay(f, invoice, 0)
	f.Sound()
}

// A credit note keeps the rate of its invoice, whatever the rate of the day.
func TestCreditInAnotherCurrency(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Maple", func(c *customers.Customer) {
		c.Currency, c.Country, c.Postcode, c.Region, c.TaxRegime = "CAD", "CA", "H2X 1Y4", "QC", "export"
	})
	form := officetest.Form(c, officetest.Goods(100000))
	form.RateE8 = 68_000_000
	invoice := f.Issue(form)
	f.Move("2026-12-20")
	f.Must(f.DB.Write(officetest.Ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.PutRate(ctx, gen.PutRateParams{Currency: "CAD", ValidOn: "2026-12-20", RateE8: 75_000_000})
	}))
	credit, err := creditOf(f, invoice, sales.CreditAll, nil)
	f.Must(err)
	if credit.RateE8 != 68_000_000 {
		t.Errorf("rate %d", credit.RateE8)
	}
	if got := entryOf(f, credit.Number); got != "411000 C 68000, 707000 D 68000" {
		t.Error(got)
	}
	f.Sound()
}

// Taxes of the invoice go back as they were invoiced, though the table ended them since.
func TestCreditOfAnEndedTax(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(10000, "FR-10")))
	if _, err := dbtest.Raw(t, f.Path).Exec("UPDATE taxes SET valid_to = '2026-11-30' WHERE code = 'FR-10'"); err != nil {
		t.Fatal(err)
	}
	f.Move("2027-01-15")
	credit, err := creditOf(f, invoice, sales.CreditAll, nil)
	f.Must(err)
	if credit.Totals.TotalTax != 1000 {
		t.Errorf("%+v", credit.Totals)
	}
	f.Sound()
}

func TestCreditNeedsItsReason(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	invoice := f.Issue(officetest.Form(c, officetest.Line(10000)))
	_, err := creditOf(f, invoice, sales.CreditAll, func(c *sales.Credit) { c.Reason = "  " })
	f.WantField(err, "reason", "fault.credit.reason")
	form := officetest.Form(c, officetest.Line(5000))
	form.Kind = string(billing.CreditNote)
	draft := f.Draft(form)
	_, err = f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: draft.PublicID, Version: draft.Version})
	f.WantField(err, "reason", "fault.credit.reason")
	form.Reason = "Geste commercial"
	free := f.Issue(form)
	if free.Preceding != nil || free.DueMinor != 6000 || free.State != billing.StateSent {
		t.Errorf("goodwill: %+v left %d %s", free.Preceding, free.DueMinor, free.State)
	}
	_, err = creditOf(f, free, sales.CreditAll, nil)
	f.WantFault(err, "fault.credit.not_creditable")
	f.Sound()
}

// The draft of a credit note may be changed, but gives no more back than there is, at no
// other rate.
func TestDraftOfACreditIsJudgedAtIssue(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(10000)))
	draft, err := f.Sales.DraftCredit(officetest.Ctx, officetest.Staff, sales.Credit{Key: f.Key(), InvoiceID: invoice.PublicID, How: sales.CreditAll, Reason: "Retour"})
	f.Must(err)
	for name, change := range map[string]func(*sales.Draft){
		"more":         func(d *sales.Draft) { d.Lines[0].UnitPriceE4 *= 2 },
		"another rate": func(d *sales.Draft) { d.Lines[0].TaxCodes = []string{"FR-5.5"} },
	} {
		d := sales.DraftOf(reread(f, draft))
		change(&d)
		saved, _, err := f.Sales.SaveDraft(officetest.Ctx, officetest.Staff, f.Key(), d)
		f.Must(err)
		_, err = f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: saved.PublicID, Version: saved.Version})
		if !fault.HasField(err, "lines") {
			t.Errorf("%s: %v", name, err)
		}
	}
	d := sales.DraftOf(reread(f, draft))
	d.Lines[0].UnitPriceE4, d.Lines[0].TaxCodes = 40_0000, []string{"FR-20"}
	saved, _, err := f.Sales.SaveDraft(officetest.Ctx, officetest.Staff, f.Key(), d)
	f.Must(err)
	credit, err := f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: saved.PublicID, Version: saved.Version})
	f.Must(err)
	if credit.Totals.TotalInclTax != 4800 || reread(f, invoice).DueMinor != 7200 {
		t.Errorf("%d, due %d", credit.Totals.TotalInclTax, reread(f, invoice).DueMinor)
	}
	f.Sound()
}

// Ten at once take the whole back: one does, nine are refused, the invoice is cancelled once.
func TestCreditsAtOnce(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(10000)))
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for range 10 {
		key := f.Key()
		wg.Go(func() {
			_, err := f.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, sales.Credit{Key: key, InvoiceID: invoice.PublicID, How: sales.CreditAll, Reason: "x"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				done++
			} else if !fault.Is(err, fault.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done != 1 || reread(f, invoice).State != billing.StateCancelled {
		t.Errorf("%d credit notes, invoice %s", done, reread(f, invoice).State)
	}
	f.Sound()
}

// The same command again is the same credit note.
func TestCreditTwiceByTheSameKey(t *testing.T) {
	f := officetest.New(t)
	invoice := f.Issue(officetest.Form(f.Customer("Client", nil), officetest.Line(10000)))
	in := sales.Credit{Key: f.Key(), InvoiceID: invoice.PublicID, How: sales.CreditAmount, AmountMinor: 1200, Reason: "x"}
	a, err := f.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, in)
	f.Must(err)
	b, err := f.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, in)
	f.Must(err)
	if a.Number != b.Number || reread(f, invoice).DueMinor != 10800 {
		t.Errorf("%s and %s, due %d", a.Number, b.Number, reread(f, invoice).DueMinor)
	}
}

// Whatever is credited and paid, in whatever order: control finds nothing, and the credit
// notes never pass the invoice.
func TestCreditsAndPaymentsStaySound(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	rapid.Check(t, func(r *rapid.T) {
		invoice := f.Issue(officetest.Form(c, officetest.Line(rapid.Int64Range(1, 50000).Draw(r, "service")), officetest.Goods(rapid.Int64Range(1, 50000).Draw(r, "goods"), "FR-5.5")))
		var credited int64
		for range rapid.IntRange(1, 4).Draw(r, "acts") {
			if rapid.Bool().Draw(r, "pay") {
				if due := reread(f, invoice).DueMinor; due > 0 {
					pay(f, invoice, rapid.Int64Range(1, due).Draw(r, "paid"))
				}
				continue
			}
			credit, err := creditOf(f, invoice, sales.CreditAmount, func(c *sales.Credit) {
				c.AmountMinor = rapid.Int64Range(1, invoice.Totals.TotalInclTax).Draw(r, "credit")
			})
			if err == nil {
				credited += credit.Totals.TotalInclTax
			} else if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.Conflict) {
				r.Fatal(err)
			}
		}
		if credited > invoice.Totals.TotalInclTax {
			r.Errorf("credited %d of %d", credited, invoice.Totals.TotalInclTax)
		}
	})
	f.Sound()
}
