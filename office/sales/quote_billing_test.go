package sales_test

import (
	"fmt"
	"testing"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

func askDeposit(f *officetest.Firm, q sales.Document, pcm int64) (sales.Document, error) {
	return f.Sales.DraftDeposit(ctx, staff, sales.DepositAsk{Key: f.Key(), QuoteID: q.PublicID, PCM: pcm})
}

// save stores the form of a draft with one change, as the window does while it is typed.
func save(f *officetest.Firm, d sales.Document, change func(*sales.Draft)) (sales.Document, []string, error) {
	form := sales.DraftOf(d)
	change(&form)
	d, problems, err := f.Sales.SaveDraft(ctx, staff, "", form)
	paths := []string{}
	for _, p := range problems {
		paths = append(paths, p.Path+" "+p.Key)
	}
	return d, paths, err
}

// A final invoice that is smaller than its deposit for a moment keeps it: it is not issued at
// the full price, and takes the deposit off once it fits again.
func TestFinalKeepsItsDeposits(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Client", nil), officetest.Line(100_000))
	deposit(f, quote, 50_000, false)
	draft := final(f, quote)
	for name, change := range map[string]func(*sales.Draft){
		"smaller":     func(d *sales.Draft) { d.Lines[0].UnitPriceE4 = 1_000_000 },
		"other tax":   func(d *sales.Draft) { d.Lines[0].UnitPriceE4, d.Lines[0].TaxCodes = 100_000_000, []string{"FR-5.5"} },
		"other money": func(d *sales.Draft) { d.Currency, d.RateE8 = "CAD", 70_000_000 },
	} {
		small, problems, err := save(f, draft, change)
		f.Must(err)
		if len(small.Deposits) != 1 || small.Totals.Prepaid != 0 || len(problems) != 1 {
			t.Errorf("%s: stored with %+v, %v", name, small.Deposits, problems)
		}
		_, err = issueDraft(f, small)
		if err == nil {
			t.Fatalf("%s: issued", name)
		}
		form := sales.DraftOf(draft)
		form.Version = small.Version
		draft, _, err = f.Sales.SaveDraft(ctx, staff, "", form)
		f.Must(err)
	}
	empty, _, err := save(f, draft, func(d *sales.Draft) { d.Lines = nil })
	f.Must(err)
	if len(empty.Deposits) != 1 {
		t.Errorf("without lines: %+v", empty.Deposits)
	}
	nobody, _, err := save(f, empty, func(d *sales.Draft) { d.CustomerID, d.ContactID, d.Lines = "", "", sales.DraftOf(draft).Lines })
	f.Must(err)
	if len(nobody.Deposits) != 1 {
		t.Errorf("without a customer: %+v", nobody.Deposits)
	}
	again := sales.DraftOf(draft)
	again.Version = nobody.Version
	draft, problems, err := f.Sales.SaveDraft(ctx, staff, "", again)
	f.Must(err)
	if len(problems) != 0 || draft.Totals.AmountDue != 60_000 {
		t.Errorf("whole again: due %d, %v", draft.Totals.AmountDue, problems)
	}
	fa, err := issueDraft(f, draft)
	f.Must(err)
	if fa.DueMinor != 60_000 || len(fa.Deposits) != 1 {
		t.Errorf("due %d", fa.DueMinor)
	}
	f.Sound()
}

// A deposit that was credited meanwhile stays chosen, and is refused beside itself.
func TestFinalKeepsACreditedDeposit(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Client", nil), officetest.Line(100_000))
	ac := deposit(f, quote, 50_000, false)
	draft := final(f, quote)
	_, err := creditOf(f, ac, sales.CreditAll, nil)
	f.Must(err)
	draft, problems, err := save(f, draft, func(d *sales.Draft) { d.Note = "…" })
	f.Must(err)
	if len(problems) != 1 || problems[0] != "deposits.0 fault.deposit.credited" || len(draft.Deposits) != 1 {
		t.Errorf("%v %+v", problems, draft.Deposits)
	}
	_, err = issueDraft(f, draft)
	f.WantField(err, "deposits.0", "fault.deposit.credited")
	draft, _, err = save(f, draft, func(d *sales.Draft) { d.Deposits = []string{} })
	f.Must(err)
	if fa, err := issueDraft(f, draft); err != nil || fa.DueMinor != 120_000 {
		t.Errorf("taken out by hand: due %d %v", fa.DueMinor, err)
	}
}

// Deposits are asked of a quote that is agreed to or waits, and never above its price: neither
// by two drafts nor by one that was edited.
func TestDepositsOfAQuoteAreBound(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	who := officetest.Contact(c)

	converted := f.Issue(quoteForm(c, line(10_000)))
	_, err := approve(f, who, converted)
	f.Must(err)
	_, err = askDeposit(f, converted, 100_000)
	f.WantFault(err, "fault.quote_invoiced")

	refused := f.Issue(quoteForm(c, line(10_000)))
	early, err := askDeposit(f, refused, 30_000)
	f.Must(err)
	_, err = f.Sales.RefuseQuote(ctx, who, sales.Refusal{PublicID: refused.PublicID, Hash: refused.Hash, Name: "Léa", Reason: "trop cher"})
	f.Must(err)
	_, err = askDeposit(f, refused, 50_000)
	f.WantFault(err, "fault.quote_already_refused")
	_, err = issueDraft(f, early)
	f.WantFault(err, "fault.quote_already_refused")

	asks := quoteForm(c, line(10_000))
	asks.DepositPCM = 30_000
	_, err = askDeposit(f, f.Issue(asks), 30_000) // its approval asks for it
	f.WantFault(err, "fault.quote_not_approved")

	q := f.Issue(quoteForm(c, line(100_000)))
	first, err := askDeposit(f, q, 60_000)
	f.Must(err)
	second, err := askDeposit(f, q, 60_000)
	f.Must(err)
	_, err = issueDraft(f, first)
	f.Must(err)
	_, err = issueDraft(f, second)
	f.WantField(err, "lines", "fault.billing.deposit_amount")
	second, _, err = save(f, second, func(d *sales.Draft) { d.Lines[0].UnitPriceE4 = 6_000_000_00 })
	f.Must(err)
	_, err = issueDraft(f, second)
	f.WantField(err, "lines", "fault.billing.deposit_amount")
	second, _, err = save(f, second, func(d *sales.Draft) { d.Lines[0].UnitPriceE4 = 4_000_000 })
	f.Must(err)
	_, err = issueDraft(f, second)
	f.Must(err)
	f.Sound()

	late := f.Issue(quoteForm(c, line(10_000)))
	f.Move(late.ValidUntil.AddDays(1).String())
	_, err = askDeposit(f, late, 30_000)
	f.WantFault(err, "fault.quote_expired")
}

// A deposit that was invoiced before the approval comes off the invoice that it makes, also
// where a newer version took the quote's place meanwhile.
func TestApprovalTakesEarlierDepositsOff(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(100_000)))
	deposit(f, q, 30_000, false)
	next, err := f.Sales.ReviseQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	next, err = issue(f, next, sales.ByHand)
	f.Must(err)
	_, err = askDeposit(f, q, 30_000)
	f.WantFault(err, "fault.quote_superseded")
	done, err := approve(f, officetest.Contact(c), next)
	f.Must(err)
	if done.Made == nil || done.Draft || done.DueMinor != 84_000 {
		t.Errorf("%+v", done)
	}
	f.Sound()
}

// The deposit that a quote shows is the one that is charged, to the cent.
func TestDepositShownIsTheDepositCharged(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	for _, lines := range [][]sales.DraftLine{{line(3338)}, {officetest.Line(10_007), officetest.Line(5003, "FR-5.5"), officetest.Line(777, "FR-10")}} {
		form := quoteForm(c, lines...)
		form.DepositPCM = 30_000 + int64(len(lines)-1)*1500
		q := f.Issue(form)
		x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
		f.Must(err)
		_, chosen, err := x.Choose(nil)
		f.Must(err)
		done, err := approve(f, officetest.Contact(c), q)
		f.Must(err)
		if x.DepositMinor != done.DueMinor || chosen != done.DueMinor || q.DepositAsked() != done.DueMinor {
			t.Errorf("shown %d and %d, charged %d", x.DepositMinor, chosen, done.DueMinor)
		}
	}
}

// A final invoice with deposits that was credited whole leaves the quote to be invoiced again;
// its credit note gave the deposits' money back with the rest, so they are not taken off twice.
func TestFinalCreditedWholeOpensItsQuote(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	form := quoteForm(c, line(300_000))
	form.DepositPCM = 30_000
	q := f.Issue(form)
	_, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	fa, err := issueDraft(f, final(f, q))
	f.Must(err)
	b, err := f.Sales.Billing(ctx, staff, q.PublicID)
	f.Must(err)
	if fa.DueMinor != 252_000 || len(b.Deposits) != 1 || b.InvoicedMinor != 108_000 {
		t.Errorf("due %d, %+v", fa.DueMinor, b)
	}
	pay(f, fa, 100_000)
	_, err = creditOf(f, fa, sales.CreditAll, nil)
	f.Must(err)
	x, err := f.Sales.GetQuote(ctx, staff, q.PublicID)
	f.Must(err)
	b, err = f.Sales.Billing(ctx, staff, q.PublicID)
	f.Must(err)
	if x.State != billing.StateApproved || len(b.Deposits) != 0 || b.InvoicedMinor != 0 {
		t.Errorf("%s, still %+v", x.State, b)
	}
	draft, err := f.Sales.ConvertQuote(ctx, staff, f.Key(), q.PublicID)
	f.Must(err)
	if again, err := issueDraft(f, draft); err != nil || again.DueMinor != 360_000 {
		t.Errorf("again: due %d %v", again.DueMinor, err)
	}
	f.Sound()
}

// C. com. L441-9: the order number that the customer gave stands on the final invoice too.
func TestOrderNumberOfTheApproval(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	form := quoteForm(c, line(100_000))
	form.DepositPCM = 30_000
	q := f.Issue(form)
	done, err := approve(f, officetest.Contact(c), q)
	f.Must(err)
	ac, err := f.Sales.Get(ctx, staff, done.Made.PublicID)
	f.Must(err)
	situation, err := f.Sales.DraftDeposit(ctx, staff, sales.DepositAsk{Key: f.Key(), QuoteID: q.PublicID, PCM: 60_000, Progress: true})
	f.Must(err)
	for name, d := range map[string]sales.Document{"deposit": ac, "situation": situation, "final": final(f, q)} {
		if d.OrderNumber != "BC 77" {
			t.Errorf("%s: order number %q", name, d.OrderNumber)
		}
	}
}

// What was made from a quote stays with its customer, saved in one step or in two.
func TestDraftOfAQuoteKeepsItsCustomer(t *testing.T) {
	f := officetest.New(t)
	c, other := f.Customer("Client", nil), f.Customer("Un autre", nil)
	to := func(c customers.Customer) func(*sales.Draft) {
		return func(d *sales.Draft) { d.CustomerID, d.ContactID = c.PublicID, "" }
	}
	q := f.Issue(quoteForm(c, line(100_000)))
	for name, draft := range map[string]sales.Document{"final": final(f, q), "deposit": must(askDeposit(f, q, 30_000))} {
		_, _, err := save(f, draft, to(other))
		f.WantField(err, "customerId", "fault.quote_other_customer")
		draft, _, err = save(f, draft, func(d *sales.Draft) { d.CustomerID, d.ContactID = "", "" })
		f.Must(err)
		_, _, err = save(f, draft, to(other))
		f.WantField(err, "customerId", "fault.quote_other_customer")
		if _, _, err = save(f, draft, to(c)); err != nil {
			t.Errorf("%s: its own again: %v", name, err)
		}
	}
	credit, err := f.Sales.DraftCredit(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: f.Issue(form(c, line(5000))).PublicID, How: sales.CreditAll, Reason: "erreur"})
	f.Must(err)
	_, _, err = save(f, credit, to(other))
	f.WantField(err, "customerId", "fault.credit.other_customer")
}

func must(d sales.Document, err error) sales.Document {
	if err != nil {
		panic(err)
	}
	return d
}

// A word noted by hand is not older than the quote that it is about.
func TestDecisionIsNotBeforeTheQuote(t *testing.T) {
	f := officetest.New(t)
	q := f.Issue(quoteForm(f.Customer("Client", nil), line(10_000)))
	on := q.IssueDate.AddDays(-1).String()
	_, err := f.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: f.Key(), PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", On: on})
	f.WantField(err, "on", "fault.quote_decided_before")
	_, err = f.Sales.RefuseQuote(ctx, staff, sales.Refusal{Key: f.Key(), PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", Reason: "non", On: on})
	f.WantField(err, "on", "fault.quote_decided_before")
	_, err = f.Sales.ApproveQuote(ctx, staff, sales.Approval{Key: f.Key(), PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", On: q.IssueDate.String()})
	f.Must(err)
}

// Taking a refusal back takes nothing else back: the deposit that the firm invoiced by hand
// stands, paid or not.
func TestUndoneRefusalCreditsNothing(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	q := f.Issue(quoteForm(c, line(100_000)))
	ac := deposit(f, q, 30_000, false)
	for _, paid := range []bool{false, true} {
		if paid {
			pay(f, ac, 0)
		}
		_, err := f.Sales.RefuseQuote(ctx, officetest.Contact(c), sales.Refusal{PublicID: q.PublicID, Hash: q.Hash, Name: "Léa", Reason: "trop cher"})
		f.Must(err)
		x, err := f.Sales.UndoQuote(ctx, staff, f.Key(), q.PublicID)
		f.Must(err)
		if x.Decision != nil || !x.Waits {
			t.Errorf("%+v", x.Decision)
		}
	}
	if got := one(t, f, "SELECT count(*) FROM documents WHERE kind = 'credit_note'"); got != "0" {
		t.Errorf("%s credit notes", got)
	}
	f.Sound()
}

// Four situations that round badly make the price to the cent; the final asks for nothing and
// nothing is left in the books.
func TestSituationsMakeThePriceInTheBooks(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Mairie", nil), officetest.Line(100_001), officetest.Goods(50_003, "FR-10"))
	var sum int64
	for _, pcm := range []int64{33_333, 60_000, 80_000, 100_000} {
		ac := deposit(f, quote, pcm, true)
		sum += ac.DueMinor
		pay(f, ac, 0)
	}
	fa, err := issueDraft(f, final(f, quote))
	f.Must(err)
	if sum != quote.Totals.TotalInclTax || fa.DueMinor != 0 || fa.Totals.TotalTax != quote.Totals.TotalTax {
		t.Errorf("situations of %d of %d, due %d", sum, quote.Totals.TotalInclTax, fa.DueMinor)
	}
	if left := accountsLeft(t, f); left != "" {
		t.Errorf("left: %s", left)
	}
	if got := one(t, f, "SELECT sum(l.credit_minor - l.debit_minor) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.code = '445710'"); got != fmt.Sprint(quote.Totals.TotalTax) {
		t.Errorf("VAT of %s, want %d", got, quote.Totals.TotalTax)
	}
	f.Sound()
}

// A deposit that was issued after the draft of the final was made is not left out of it.
func TestFinalTakesEveryDepositOff(t *testing.T) {
	f := officetest.New(t)
	q := aQuote(f, f.Customer("Client", nil), officetest.Line(100_000))
	deposit(f, q, 30_000, false)
	draft := final(f, q)
	ac := deposit(f, q, 20_000, false)
	_, err := issueDraft(f, draft)
	f.WantField(err, "lines", "fault.deposit.left_out")
	draft, _, err = save(f, draft, func(d *sales.Draft) { d.Deposits = []string{draft.Deposits[0].PublicID, ac.PublicID} })
	f.Must(err)
	if fa, err := issueDraft(f, draft); err != nil || fa.DueMinor != 60_000 {
		t.Errorf("due %d %v", fa.DueMinor, err)
	}
	f.Sound()
}
