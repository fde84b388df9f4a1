package sales_test

import (
	"testing"

	"comptoir/db"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// quoteIs compares all that says whether a quote is invoiced: the page, the list, the count.
func quoteIs(t *testing.T, f *officetest.Firm, q sales.Document, state billing.State) {
	t.Helper()
	x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
	f.Must(err)
	rows, err := f.DB.Quotes(ctx, db.QuoteFilter{}, db.Page{Limit: 10})
	f.Must(err)
	counts, err := f.Sales.QuoteCounts(ctx, staff)
	f.Must(err)
	approved := int64(0)
	if state == billing.StateApproved {
		approved = 1
	}
	if x.State != state || len(rows) != 1 || rows[0].Invoiced != (state == billing.StateConverted) || counts.Approved != approved {
		t.Errorf("%s, in the list invoiced %v, %d approved; want %s", x.State, rows[0].Invoiced, counts.Approved, state)
	}
}

// The price of an invoice went back whole, half of it net of tax: the tax that stays as it was
// invoiced does not keep its quote invoiced.
func TestNetOfTaxAndTheRestTakeAnInvoiceBack(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(100_000)))
	done, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	invoice, err := f.Sales.Get(ctx, staff, done.Made.PublicID)
	f.Must(err)
	_, err = creditOf(f, invoice, sales.CreditPercent, func(c *sales.Credit) { c.PCM, c.NetOfTax = 50_000, true })
	f.Must(err)
	quoteIs(t, f, q, billing.StateConverted)
	rest, err := creditOf(f, invoice, sales.CreditAll, nil)
	f.Must(err)
	if rest.Totals.TotalInclTax != 60_000 || reread(f, invoice).DueMinor != 10_000 { // the VAT of what went back net of it
		t.Errorf("the rest is %d, due %d", rest.Totals.TotalInclTax, reread(f, invoice).DueMinor)
	}
	quoteIs(t, f, q, billing.StateApproved)
	x, err := f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	if x.Decision != nil || !x.Waits || !x.Made[0].TakenBack {
		t.Errorf("%+v %+v", x.Decision, x.Made)
	}
	f.Sound()
}

// A price that was given back to the last cent but one is not given back whole.
func TestAlmostCreditedIsNotTakenBack(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(103)))
	done, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	invoice, err := f.Sales.Get(ctx, staff, done.Made.PublicID)
	f.Must(err)
	_, err = creditOf(f, invoice, sales.CreditAmount, func(c *sales.Credit) { c.AmountMinor = invoice.Totals.TotalInclTax - 1 })
	f.Must(err)
	quoteIs(t, f, q, billing.StateConverted)
}

// Once the final invoice with its deposit was credited whole, the approval can be taken back,
// paid or not: its credit note gave the deposit's money back too. No other one is made.
func TestUndoAfterTheFinalWasCredited(t *testing.T) {
	for _, paid := range []bool{false, true} {
		f := officetest.New(t)
		c := f.Customer("Client", nil)
		form := quoteForm(c, line(100_000))
		form.DepositPCM = 30_000
		q := f.Issue(form)
		done, err := approve(f, officetest.Contact(c), q)
		f.Must(err)
		if paid {
			ac, err := f.Sales.Get(ctx, staff, done.Made.PublicID)
			f.Must(err)
			pay(f, ac, 0)
		}
		fa, err := issueDraft(f, final(f, q))
		f.Must(err)
		_, err = creditOf(f, fa, sales.CreditAll, nil)
		f.Must(err)
		x, err := f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
		f.Must(err)
		if x.Decision != nil || !x.Waits {
			t.Errorf("%+v", x.Decision)
		}
		if got := one(t, f, "SELECT count(*) FROM documents WHERE kind = 'credit_note'"); got != "1" {
			t.Errorf("%s credit notes", got)
		}
		again, err := approve(f, officetest.Contact(c), q)
		f.Must(err)
		if again.DueMinor != 36_000 {
			t.Errorf("approved again: due %d", again.DueMinor)
		}
		f.Sound()
	}
}
