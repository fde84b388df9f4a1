package sales_test

import (
	"testing"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// goodwill gives a customer a credit note that is about no invoice, and sets it against one.
func goodwill(f *officetest.Firm, c customers.Customer, invoice sales.Document) {
	f.T.Helper()
	d := officetest.Form(c, officetest.Line(invoice.Totals.TotalExclTax))
	d.Kind, d.Reason = string(billing.CreditNote), "Geste commercial"
	note := f.Issue(d)
	f.Must(f.Payments.ApplyCredit(ctx, staff, payments.UseCredits{Key: f.Key(), CustomerID: c.PublicID, Parts: []payments.SplitPart{{DocumentID: invoice.PublicID, AmountMinor: invoice.DueMinor}},
		Credits: []payments.UsedCredit{{CreditID: note.PublicID, AmountMinor: invoice.DueMinor}}}))
}

// An invoice that another credit settled is paid, not taken back: its quote stays invoiced, and
// undoing the decision takes the invoice back and gives the customer its credit again.
func TestCreditOfSomethingElseTakesNothingBack(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(10_000)))
	done, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	invoice, err := f.Sales.Get(ctx, staff, done.Made.PublicID)
	f.Must(err)
	goodwill(f, c, invoice)
	if x, err := f.Sales.GetQuote(ctx, staff, q.PublicID); err != nil || x.State != billing.StateConverted {
		t.Errorf("settled by a credit: %s %v", x.State, err)
	}
	_, err = f.Sales.ConvertQuote(ctx, staff, f.Key(), q.PublicID)
	f.WantFault(err, "fault.quote_invoiced")
	_, err = f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	if got := one(t, f, "SELECT sum(due_minor) FROM document_status WHERE kind = 'credit_note'"); got != "12000" {
		t.Errorf("the customer has a credit of %s, want 12000", got)
	}
	f.Sound()
}

// Two drafts of the invoice of one quote, from two windows: one is issued.
func TestQuoteIsInvoicedOnce(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(10_000)))
	drafts := []sales.Document{final(f, q), final(f, q)}
	_, err := issue(f, drafts[0], sales.ByHand)
	f.Must(err)
	_, err = issue(f, drafts[1], sales.ByHand)
	f.WantFault(err, "fault.quote_invoiced")
	f.Sound()
}

// The same deposit named twice is taken off once.
func TestDepositNamedTwice(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	form := officetest.Form(c, officetest.Line(10_000))
	form.Kind = string(billing.DepositInvoice)
	ac := f.Issue(form)
	twice := officetest.Form(c, officetest.Line(50_000))
	twice.Deposits = []string{ac.PublicID, ac.PublicID}
	_, _, problems, err := f.Sales.Preview(ctx, staff, twice)
	f.Must(err)
	if len(problems) != 1 || problems[0].Path != "deposits.1" {
		t.Errorf("%+v", problems)
	}
	if _, problems, err = f.Sales.SaveDraft(ctx, staff, f.Key(), twice); err != nil || len(problems) != 1 || problems[0].Key != "fault.choice" {
		t.Errorf("saved: %+v %v", problems, err)
	}
}

// Deposits never come to more than the quote that they are of.
func TestDepositsNeverPassTheirQuote(t *testing.T) {
	f := officetest.New(t)
	q := aQuote(f, f.Customer("Client", nil), officetest.Goods(100_000))
	deposit(f, q, 60_000, false)
	_, err := f.Sales.DraftDeposit(ctx, staff, sales.DepositAsk{Key: f.Key(), QuoteID: q.PublicID, PCM: 60_000})
	f.WantField(err, "percent", "fault.billing.deposit_amount")
	_, err = f.Sales.DraftDeposit(ctx, staff, sales.DepositAsk{Key: f.Key(), QuoteID: q.PublicID, AmountMinor: 48_002})
	f.WantField(err, "amount", "fault.billing.deposit_amount")
	deposit(f, q, 40_000, false)
}
