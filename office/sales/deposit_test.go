package sales_test

import (
	"strings"
	"sync"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

func aQuote(f *officetest.Firm, c customers.Customer, lines ...sales.DraftLine) sales.Document {
	d := officetest.Form(c, lines...)
	d.Kind, d.OrderNumber = string(billing.Quote), "BC-77"
	return f.Issue(d)
}

func issueDraft(f *officetest.Firm, d sales.Document) (sales.Document, error) {
	return f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
}

func deposit(f *officetest.Firm, quote sales.Document, pcm int64, progress bool) sales.Document {
	f.T.Helper()
	draft, err := f.Sales.DraftDeposit(officetest.Ctx, officetest.Staff, sales.DepositAsk{Key: f.Key(), QuoteID: quote.PublicID, PCM: pcm, Progress: progress})
	f.Must(err)
	d, err := issueDraft(f, draft)
	f.Must(err)
	return d
}

func final(f *officetest.Firm, quote sales.Document) sales.Document {
	f.T.Helper()
	draft, err := f.Sales.DraftFinal(officetest.Ctx, officetest.Staff, f.Key(), quote.PublicID)
	f.Must(err)
	return draft
}

// Golden cases 04 and 05, with the entries of RF §5.1: a deposit of 30 % of a kitchen, its
// payment, the final invoice, its payment.
func TestGoldenDepositThenFinal(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Dupont Frères SAS", nil), officetest.Goods(300000))
	ac := deposit(f, quote, 30_000, false)
	if ac.Number != "AC-2026-0001" || ac.OrderNumber != "BC-77" || ac.Totals.TotalExclTax != 90000 || ac.Totals.TotalTax != 18000 || ac.DueMinor != 108000 || ac.Quote == nil || ac.Quote.Number != quote.Number {
		t.Errorf("case 04: %s %+v", ac.Number, ac.Totals)
	}
	if got := entryOf(f, ac.Number); got != "411000 D 108000, 419100 C 90000, 445740 C 18000" {
		t.Error(got)
	}
	pay(f, ac, 0)
	draft := final(f, quote)
	if draft.Totals.AmountDue != 252000 || len(draft.Deposits) != 1 || draft.Deposits[0].Number != ac.Number || draft.Deposits[0].TaxMinor != 18000 {
		t.Errorf("draft asks for %d, takes off %+v", draft.Totals.AmountDue, draft.Deposits)
	}
	fa, err := issueDraft(f, draft)
	f.Must(err)
	if fa.Totals.TotalInclTax != 360000 || fa.Totals.Prepaid != 108000 || fa.Totals.AmountDue != 252000 || fa.DueMinor != 252000 {
		t.Errorf("case 05: %+v, due %d", fa.Totals, fa.DueMinor)
	}
	if got := entryOf(f, fa.Number); got != "411000 D 252000, 419100 D 90000, 707000 C 300000, 445710 C 42000" {
		t.Error(got)
	}
	pay(f, fa, 0)
	if left := accountsLeft(t, f); left != "" {
		t.Errorf("left: %s", left)
	}
	f.Sound()
}

// accountsLeft names the accounts that must end at zero once all is settled and do not.
func accountsLeft(t *testing.T, f *officetest.Firm) string {
	t.Helper()
	raw := dbtest.Raw(t, f.Path)
	var left []string
	for _, code := range []string{"411000", "411700", "419100", "445740"} {
		if n := dbtest.Int(t, raw, "SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.code = '"+code+"'"); n != 0 {
			left = append(left, code)
		}
	}
	return strings.Join(left, " ")
}

// Situations of 30 %, 70 % and 100 %, then the final invoice: the whole price, nothing to pay.
func TestProgressThenFinal(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Mairie", nil), officetest.Line(333333), officetest.Goods(77777, "FR-5.5"))
	for _, pcm := range []int64{30_000, 70_000, 100_000} {
		pay(f, deposit(f, quote, pcm, true), 0)
	}
	_, err := f.Sales.DraftDeposit(officetest.Ctx, officetest.Staff, sales.DepositAsk{Key: f.Key(), QuoteID: quote.PublicID, PCM: 90_000, Progress: true})
	f.WantField(err, "percent", "fault.billing.progress_less")
	b, err := f.Sales.Billing(officetest.Ctx, officetest.Staff, quote.PublicID)
	f.Must(err)
	if len(b.Deposits) != 3 || b.DonePCM < 99_990 || b.DonePCM > 100_010 {
		t.Errorf("%+v", b)
	}
	fa, err := issueDraft(f, final(f, quote))
	f.Must(err)
	if fa.Totals.TotalInclTax != quote.Totals.TotalInclTax || fa.DueMinor < 0 || fa.DueMinor > 3 {
		t.Errorf("%d of %d, due %d", fa.Totals.TotalInclTax, quote.Totals.TotalInclTax, fa.DueMinor)
	}
	if fa.DueMinor > 0 {
		pay(f, fa, 0)
	}
	if left := accountsLeft(t, f); left != "" {
		t.Errorf("left: %s", left)
	}
	f.Sound()
}

// A deposit is taken off once: of two final invoices issued at the same moment one is refused.
func TestDepositIsTakenOffOnce(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Client", nil), officetest.Goods(300000))
	deposit(f, quote, 30_000, false)
	drafts := []sales.Document{final(f, quote), final(f, quote)}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	for _, d := range drafts {
		key := f.Key()
		wg.Go(func() {
			_, err := f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: key, PublicID: d.PublicID, Version: d.Version})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				failed = append(failed, err)
			}
		})
	}
	wg.Wait()
	if len(failed) != 1 {
		t.Fatalf("%d refused: %v", len(failed), failed)
	}
	f.WantField(failed[0], "deposits.0", "fault.deposit.twice")
	list, err := f.Sales.Deposits(officetest.Ctx, officetest.Staff, quote.Customer.PublicID, "EUR")
	f.Must(err)
	if len(list) != 0 {
		t.Errorf("still offered: %+v", list)
	}
	f.Sound()
}

// A deposit that was credited is not taken off; one that was taken off is not credited.
func TestCreditedAndDeducted(t *testing.T) {
	f := officetest.New(t)
	quote := aQuote(f, f.Customer("Client", nil), officetest.Goods(300000))
	whole, half := deposit(f, quote, 10_000, false), deposit(f, quote, 20_000, false)
	draft := final(f, quote)
	credit, err := creditOf(f, whole, sales.CreditAll, nil)
	f.Must(err)
	if got := entryOf(f, credit.Number); got != "411000 C 36000, 419100 D 30000, 445740 D 6000" {
		t.Error(got)
	}
	_, err = creditOf(f, half, sales.CreditAmount, func(c *sales.Credit) { c.AmountMinor = 36000 })
	f.Must(err)
	_, err = issueDraft(f, draft)
	f.WantField(err, "deposits.0", "fault.deposit.credited")
	fa, err := issueDraft(f, final(f, quote))
	f.Must(err)
	if len(fa.Deposits) != 1 || fa.Deposits[0].NetMinor != 30000 || fa.DueMinor != 360000-36000 {
		t.Errorf("%+v, due %d", fa.Deposits, fa.DueMinor)
	}
	_, err = creditOf(f, half, sales.CreditAll, nil)
	f.WantFault(err, "fault.credit.deducted")
	pay(f, half, 0)
	pay(f, fa, 0)
	if left := accountsLeft(t, f); left != "" {
		t.Errorf("left: %s", left)
	}
	f.Sound()
}

// A final invoice smaller than its deposits is refused beside them; somebody else's deposit too.
func TestDepositsThatDoNotFit(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	form := officetest.Form(c, officetest.Line(90000))
	form.Kind = string(billing.DepositInvoice)
	ac := f.Issue(form) // free, without a quote
	small := officetest.Form(c, officetest.Line(50000))
	small.Deposits = []string{ac.PublicID}
	_, _, problems, err := f.Sales.Preview(officetest.Ctx, officetest.Staff, small)
	f.Must(err)
	if len(problems) != 1 || problems[0].Path != "deposits.0" || problems[0].Key != "fault.billing.deposits_too_big" {
		t.Errorf("%+v", problems)
	}
	other := officetest.Form(f.Customer("Un autre", nil), officetest.Line(500000))
	other.Deposits = []string{ac.PublicID}
	_, _, problems, err = f.Sales.Preview(officetest.Ctx, officetest.Staff, other)
	f.Must(err)
	if len(problems) != 1 || problems[0].Key != "fault.deposit.other_party" {
		t.Errorf("%+v", problems)
	}
	other.Deposits = []string{"nothing"}
	_, _, problems, err = f.Sales.Preview(officetest.Ctx, officetest.Staff, other)
	f.Must(err)
	if len(problems) != 1 || problems[0].Key != "fault.deposit.unknown" {
		t.Errorf("%+v", problems)
	}
	fits := officetest.Form(c, officetest.Line(100000))
	fits.Deposits = []string{ac.PublicID}
	if fa := f.Issue(fits); fa.DueMinor != 12000 {
		t.Errorf("due %d", fa.DueMinor)
	}
}

// A deposit in dollars comes off 4191 at the rate at which it was put there.
func TestDepositAtAnotherRate(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Maple", func(c *customers.Customer) {
		c.Currency, c.Country, c.Postcode, c.Region, c.TaxRegime = "CAD", "CA", "H2X 1Y4", "QC", "export"
	})
	first := officetest.Form(c, officetest.Goods(30000))
	first.Kind, first.RateE8 = string(billing.DepositInvoice), 68_000_000
	ac := f.Issue(first)
	rest := officetest.Form(c, officetest.Goods(100000))
	rest.RateE8, rest.Deposits = 70_000_000, []string{ac.PublicID}
	fa := f.Issue(rest)
	// 700.00 CAD at 0.70 due, 300.00 at 0.68 from 4191: the sale is worth both
	if got := entryOf(f, fa.Number); got != "419100 D 20400, 411000 D 49000, 707000 C 69400" && got != "411000 D 49000, 419100 D 20400, 707000 C 69400" {
		t.Error(got)
	}
	f.Sound()
}

// Retention: price and tax whole, two due dates, the rest paid first.
func TestRetentionMoney(t *testing.T) {
	f := officetest.New(t)
	form := officetest.Form(f.Customer("Syndic", nil), officetest.Line(300000))
	form.RetentionPCM = 5000
	fa := f.Issue(form)
	if fa.RetainedMinor != 18000 || fa.RetainedUntil.String() != "2027-11-21" || fa.DueMinor != 360000 {
		t.Errorf("holds back %d until %s, due %d", fa.RetainedMinor, fa.RetainedUntil, fa.DueMinor)
	}
	if got := entryOf(f, fa.Number); got != "411700 D 18000, 411000 D 342000, 706000 C 300000, 445740 C 60000" {
		t.Error(got)
	}
	f.Move("2027-01-10") // late with the rest
	if fa = reread(f, fa); fa.State != billing.StateOverdue {
		t.Errorf("%s", fa.State)
	}
	pay(f, fa, 342000)
	if fa = reread(f, fa); fa.State != billing.StatePartial || fa.DueMinor != 18000 || fa.DueOn.String() != "2027-11-21" || fa.DaysLate != 0 {
		t.Errorf("%s, %d due on %s", fa.State, fa.DueMinor, fa.DueOn)
	}
	f.Move("2027-11-22")
	if fa = reread(f, fa); fa.State != billing.StateOverdue {
		t.Errorf("after a year: %s", fa.State)
	}
	pay(f, fa, 0)
	if left := accountsLeft(t, f); left != "" {
		t.Errorf("left: %s", left)
	}
	f.Sound()
}

func TestImpossibleRetention(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Syndic", nil)
	for name, change := range map[string]func(*sales.Draft){
		"13 months":  func(d *sales.Draft) { d.RetentionUntil = "2027-12-21" },
		"before due": func(d *sales.Draft) { d.RetentionUntil = "2026-12-01" },
	} {
		form := officetest.Form(c, officetest.Line(10000))
		form.RetentionPCM = 5000
		change(&form)
		if _, err := issueDraft(f, f.Draft(form)); !fault.HasField(err, "retentionUntil") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
