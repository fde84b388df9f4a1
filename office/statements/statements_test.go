package statements_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

// plain stands for edge/paper: what it is given, as text.
type plain struct{}

func (plain) Statement(_ context.Context, s statements.Statement, _ []byte) ([]byte, error) {
	return fmt.Appendf(nil, "%s %s %s %v %v %q", s.Kind, s.Customer.Number, s.Period.To, s.Balances(), s.Accounts, s.EPC), nil
}

func (plain) Ageing(_ context.Context, r statements.Report, _ []byte) ([]byte, error) {
	return fmt.Appendf(nil, "%v", r.Currencies), nil
}

func (plain) StatementTable(w io.Writer, form, lang string, s statements.Statement) error {
	_, err := fmt.Fprint(w, form, lang, s.Balances())
	return err
}

func (plain) AgeingTable(w io.Writer, form, lang string, r statements.Report) error {
	_, err := fmt.Fprint(w, form, lang, r.Currencies)
	return err
}

type firm struct {
	*officetest.Firm
	*statements.Service
}

func newFirm(t testing.TB) *firm {
	f := officetest.New(t)
	return &firm{f, statements.New(statements.Deps{DB: f.DB, IDs: id.Seeded(77), Files: f.Files, Sales: f.Sales, Printer: plain{},
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return f.Access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})}
}

// statement makes one, and the test fails where there is none.
func (f *firm) statement(c customers.Customer, kind, from, to string) statements.Statement {
	f.T.Helper()
	s, err := f.Make(officetest.Ctx, officetest.Staff, statements.Query{CustomerID: c.PublicID, Kind: kind, From: from, To: to})
	f.Must(err)
	return s
}

func (f *firm) pay(d sales.Document, cents int64) payments.Payment {
	f.T.Helper()
	p, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, AmountMinor: cents, Method: "transfer"})
	f.Must(err)
	return p
}

func (f *firm) credit(d sales.Document, cents int64) sales.Document {
	f.T.Helper()
	c, err := f.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, sales.Credit{Key: f.Key(), InvoiceID: d.PublicID, How: sales.CreditAmount, AmountMinor: cents, Reason: "Geste", Send: sales.ByHand})
	f.Must(err)
	return c
}

// A year of a customer, as its statement tells it.
func TestActivityOfAYear(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Dupont", nil)
	other := f.Customer("Autre", nil)
	f.Move("2025-11-03")
	old := f.Issue(officetest.Form(c, officetest.Line(10000)))
	f.Issue(officetest.Form(other, officetest.Line(99900)))
	f.Move("2026-01-15")
	f.pay(old, 0)
	a := f.Issue(officetest.Form(c, officetest.Line(100000)))
	f.Move("2026-02-10")
	f.pay(a, 50000)
	f.Move("2026-03-02")
	b := f.Issue(officetest.Form(c, officetest.Line(20000)))
	over, err := f.Payments.RecordPayment(officetest.Ctx, officetest.Staff, payments.RecordPayment{Key: f.Key(), CustomerID: c.PublicID, AmountMinor: 30000, Method: "cheque", Parts: []payments.SplitPart{{DocumentID: b.PublicID, AmountMinor: 24000}}})
	f.Must(err)
	f.Move("2026-03-20")
	_, err = f.Payments.Refund(officetest.Ctx, officetest.Staff, payments.Refund{Key: f.Key(), PaymentID: over.PublicID, AmountMinor: 6000, Method: "transfer"})
	f.Must(err)
	f.Move("2026-04-01")
	f.credit(a, 12000)
	got := ""
	s := f.statement(c, statements.Activity, "2026-01-01", "2026-12-31")
	if len(s.Activities) != 1 {
		t.Fatalf("%d accounts", len(s.Activities))
	}
	x := s.Activities[0]
	for _, l := range x.Lines {
		got += fmt.Sprintf("%s %s %+d = %d\n", l.On, l.Kind, l.Signed(), l.BalanceMinor)
	}
	want := `2026-01-15 invoice +120000 = 132000
2026-01-15 payment -12000 = 120000
2026-02-10 payment -50000 = 70000
2026-03-02 invoice +24000 = 94000
2026-03-02 payment -30000 = 64000
2026-03-20 refund +6000 = 70000
2026-04-01 credit_note -12000 = 58000
`
	if d := cmp.Diff(want, got); d != "" || x.OpeningMinor != 12000 || x.ClosingMinor != 58000 {
		t.Errorf("opening %d, closing %d\n%s", x.OpeningMinor, x.ClosingMinor, d)
	}
	if s.EPC == "" || s.EPCMinor != 58000 {
		t.Errorf("no code for what is owed now: %q %d", s.EPC, s.EPCMinor)
	}
	if past := f.statement(c, statements.Activity, "2026-01-01", "2026-02-28"); past.EPC != "" || past.Activities[0].ClosingMinor != 70000 {
		t.Errorf("a code for what was owed once: %q, closing %d", past.EPC, past.Activities[0].ClosingMinor)
	}
	f.Sound()
}

// story is something that happens in a firm, at random but the same each time.
type story struct {
	*firm
	r         *rand.Rand
	customers []customers.Customer
	invoices  []sales.Document
	credits   []sales.Document
	payments  []payments.Payment
}

// happen lets one thing happen; what the firm refuses did not happen.
func (s *story) happen() {
	c := s.customers[s.r.IntN(len(s.customers))]
	switch n := s.r.IntN(10); {
	case n < 4 || len(s.invoices) == 0:
		s.invoices = append(s.invoices, s.Issue(officetest.Form(c, officetest.Line(int64(1000+s.r.IntN(200000))))))
	case n < 6:
		d := s.invoices[s.r.IntN(len(s.invoices))]
		amount := int64(0)
		if s.r.IntN(2) == 0 {
			amount = 1 + s.r.Int64N(d.Totals.AmountDue)
		}
		p, err := s.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: s.Key(), DocumentID: d.PublicID, AmountMinor: amount, Method: "transfer"})
		s.keep(err, func() { s.payments = append(s.payments, p) })
	case n == 6:
		p, err := s.Payments.RecordPayment(officetest.Ctx, officetest.Staff, payments.RecordPayment{Key: s.Key(), CustomerID: c.PublicID, AmountMinor: 1000 + s.r.Int64N(90000), Method: "cheque"})
		s.keep(err, func() { s.payments = append(s.payments, p) })
	case n == 7:
		d := s.invoices[s.r.IntN(len(s.invoices))]
		x, err := s.Sales.CreditInvoice(officetest.Ctx, officetest.Staff, sales.Credit{Key: s.Key(), InvoiceID: d.PublicID, How: sales.CreditAmount, AmountMinor: 1 + s.r.Int64N(d.Totals.AmountDue), Reason: "Geste", Send: sales.ByHand})
		s.keep(err, func() { s.credits = append(s.credits, x) })
	case n == 8 && len(s.payments) > 0:
		p := s.payments[s.r.IntN(len(s.payments))]
		if s.r.IntN(2) == 0 {
			_, err := s.Payments.Refund(officetest.Ctx, officetest.Staff, payments.Refund{Key: s.Key(), PaymentID: p.PublicID, FromInvoices: s.r.IntN(2) == 0, Method: "transfer"})
			s.keep(err, nil)
			return
		}
		_, err := s.Payments.CancelPayment(officetest.Ctx, officetest.Staff, payments.Cancel{Key: s.Key(), PaymentID: p.PublicID, Reason: "Impayé"})
		s.keep(err, nil)
	case len(s.payments) > 0:
		p, d := s.payments[s.r.IntN(len(s.payments))], s.invoices[s.r.IntN(len(s.invoices))]
		_, err := s.Payments.AllocatePayment(officetest.Ctx, officetest.Staff, payments.Allocate{Key: s.Key(), PaymentID: p.PublicID, Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: 1 + s.r.Int64N(20000)}}})
		s.keep(err, nil)
	}
}

// keep passes over what the firm refuses; anything else ends the test.
func (s *story) keep(err error, ok func()) {
	s.T.Helper()
	if _, refused := fault.As(err); refused {
		return
	}
	s.Must(err)
	if ok != nil {
		ok()
	}
}

func tell(t *testing.T, seed uint64, days, step int, each func(s *story, on civil.Date)) *story {
	s := &story{firm: newFirm(t), r: rand.New(rand.NewPCG(seed, 1))}
	on := civil.MustParse("2026-01-02")
	s.Move(on.String())
	for i := range 3 {
		s.customers = append(s.customers, s.Customer(fmt.Sprintf("Client %d", i), nil))
	}
	for range days {
		s.Move(on.String())
		for range 1 + s.r.IntN(3) {
			s.happen()
		}
		each(s, on)
		on = on.AddDays(1 + s.r.IntN(step))
	}
	return s
}

// A past day reads as it read on that day, whatever happened since; what is open comes to
// the closing balance of the activity; the firm's report comes to the customers' statements.
func TestAnyPastDayReadsAsItDid(t *testing.T) {
	type page struct {
		on       civil.Date
		accounts [][]statement.Account
		report   []statements.ReportCurrency
	}
	pages := []page{}
	read := func(s *story, on civil.Date) page {
		p := page{on: on}
		for _, c := range s.customers {
			p.accounts = append(p.accounts, s.statement(c, statements.OpenItems, "", on.String()).Accounts)
		}
		r, err := s.AgedReceivables(officetest.Ctx, officetest.Staff, on.String())
		s.Must(err)
		p.report = r.Currencies
		return p
	}
	s := tell(t, 11, 90, 4, func(s *story, on civil.Date) { pages = append(pages, read(s, on)) })
	s.Move("2027-03-01")
	for _, then := range pages {
		now := read(s, then.on)
		if d := cmp.Diff(then.accounts, now.accounts); d != "" {
			t.Fatalf("%s reads differently now (-then +now):\n%s", then.on, d)
		}
		if d := cmp.Diff(then.report, now.report, cmpopts.IgnoreUnexported(statements.ReportRow{})); d != "" {
			t.Fatalf("the report of %s reads differently now (-then +now):\n%s", then.on, d)
		}
		s.agree(then.on, now.accounts, now.report)
	}
	if len(s.payments) < 20 || len(s.credits) < 5 {
		t.Errorf("%d payments, %d credit notes: the story is too thin", len(s.payments), len(s.credits))
	}
	s.Sound()
}

func (s *story) agree(on civil.Date, accounts [][]statement.Account, report []statements.ReportCurrency) {
	s.T.Helper()
	sum := map[money.Currency]statement.Ageing{}
	for i, c := range s.customers {
		closing := int64(0)
		for _, a := range s.statement(c, statements.Activity, "", on.String()).Activities {
			closing += a.ClosingMinor
		}
		open := int64(0)
		for _, a := range accounts[i] {
			open += a.TotalMinor
			total := sum[a.Currency]
			for b, minor := range a.Ageing {
				total[b] += minor
			}
			sum[a.Currency] = total
		}
		if open != closing {
			s.T.Fatalf("%s on %s: %d open, the balance is %d", c.Name, on, open, closing)
		}
	}
	for _, r := range report {
		if d := cmp.Diff(sum[r.Currency], r.Totals); d != "" {
			s.T.Fatalf("the report of %s (-statements +report):\n%s", on, d)
		}
	}
	if len(report) != len(sum) {
		s.T.Fatalf("%s: %d currencies reported, %d have something open", on, len(report), len(sum))
	}
}

// One period's closing balance is the next one's opening balance, wherever it is cut.
func TestPeriodsJoin(t *testing.T) {
	s := tell(t, 5, 60, 5, func(*story, civil.Date) {})
	s.Move("2026-12-31")
	for _, c := range s.customers {
		whole := s.statement(c, statements.Activity, "", "2026-12-31").Activities
		for cut := civil.MustParse("2026-01-01"); cut.Before(civil.MustParse("2026-12-01")); cut = cut.AddDays(23) {
			first, then := s.statement(c, statements.Activity, "", cut.String()).Activities, s.statement(c, statements.Activity, cut.AddDays(1).String(), "2026-12-31").Activities
			lines, closing := 0, int64(0)
			if len(first) > 0 {
				lines, closing = len(first[0].Lines), first[0].ClosingMinor
			}
			if len(then) > 0 {
				lines += len(then[0].Lines)
				if then[0].OpeningMinor != closing || then[0].ClosingMinor != whole[0].ClosingMinor {
					t.Fatalf("%s cut after %s: closes at %d, opens at %d", c.Name, cut, closing, then[0].OpeningMinor)
				}
			}
			if lines != len(whole[0].Lines) {
				t.Fatalf("%s cut after %s: %d lines of %d", c.Name, cut, lines, len(whole[0].Lines))
			}
		}
	}
}

func TestWhoMayRead(t *testing.T) {
	f := newFirm(t)
	a, b := f.Customer("A", nil), f.Customer("B", nil)
	f.Issue(officetest.Form(a, officetest.Line(10000)))
	f.Issue(officetest.Form(b, officetest.Line(70000)))
	for name, who := range map[string]actor.Actor{"contact": officetest.Contact(a), "nobody": {}} {
		_, err := f.Make(officetest.Ctx, who, statements.Query{CustomerID: a.PublicID})
		f.WantFault(err, "fault.forbidden")
		_, err = f.AgedReceivables(officetest.Ctx, who, "")
		f.WantFault(err, "fault.forbidden")
		_, _, err = f.ReportItems(officetest.Ctx, who, statements.ItemsQuery{})
		f.WantFault(err, "fault.forbidden")
		f.WantFault(f.SendByHand(officetest.Ctx, who, statements.Send{Key: f.Key(), Query: statements.Query{CustomerID: a.PublicID}}), "fault.forbidden")
		_, err = f.SaveSchedule(officetest.Ctx, who, f.Key(), statements.Schedule{})
		f.WantFault(err, "fault.forbidden")
		_, err = f.Sent(officetest.Ctx, who, a.PublicID)
		f.WantFault(err, "fault.forbidden")
		f.WantFault(f.Do(officetest.Ctx, who, "1/1/2026-01-01"), "fault.forbidden")
		_ = name
	}
	_, err := f.PortalMake(officetest.Ctx, officetest.Staff, statements.Query{})
	f.WantFault(err, "fault.forbidden")
	s, err := f.PortalMake(officetest.Ctx, officetest.Contact(a), statements.Query{CustomerID: b.PublicID, Kind: statements.OpenItems}) // another's id changes nothing
	f.Must(err)
	if s.Customer.PublicID != a.PublicID || len(s.Accounts) != 1 || s.Accounts[0].TotalMinor != 12000 {
		t.Errorf("a contact of A reads %s: %+v", s.Customer.Name, s.Accounts)
	}
	_, err = f.PortalFile(officetest.Ctx, officetest.Contact(a), "xlsx", statements.Query{})
	f.WantFault(err, "fault.not_found")
}

func TestForms(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("A", nil)
	for _, x := range []struct {
		q         statements.Query
		path, key string
	}{
		{statements.Query{Kind: "balance"}, "kind", "fault.choice"},
		{statements.Query{Preset: "next_year"}, "preset", "fault.choice"},
		{statements.Query{From: "2026-02-30"}, "from", "fault.not_a_date"},
		{statements.Query{To: "tomorrow"}, "to", "fault.not_a_date"},
		{statements.Query{From: "2026-05-01", To: "2026-04-30"}, "from", "fault.statement.period"},
	} {
		x.q.CustomerID = c.PublicID
		_, err := f.Make(officetest.Ctx, officetest.Staff, x.q)
		f.WantField(err, x.path, x.key)
	}
	_, err := f.Make(officetest.Ctx, officetest.Staff, statements.Query{CustomerID: "unknown"})
	f.WantFault(err, "fault.not_found")
	s, err := f.Make(officetest.Ctx, officetest.Staff, statements.Query{CustomerID: c.PublicID, To: "2199-01-01"})
	f.Must(err)
	if s.Period.To != s.Today || !s.Empty() {
		t.Errorf("a statement up to %s, today is %s", s.Period.To, s.Today)
	}
}

// What a figure of the report opens comes to that figure.
func TestFiguresOpenTheirItems(t *testing.T) {
	s := tell(t, 3, 70, 5, func(*story, civil.Date) {})
	s.Move("2026-12-01")
	on := "2026-07-15"
	r, err := s.AgedReceivables(officetest.Ctx, officetest.Staff, on)
	s.Must(err)
	tried := 0
	for _, c := range r.Currencies {
		for _, row := range append(c.Rows, statements.ReportRow{Ageing: c.Totals}) {
			for _, b := range statement.Buckets() {
				items, more, err := s.ReportItems(officetest.Ctx, officetest.Staff, statements.ItemsQuery{On: on, Currency: string(c.Currency), Bucket: b.String(), CustomerID: row.CustomerID})
				s.Must(err)
				sum := int64(0)
				for _, x := range items {
					sum += x.OpenMinor
				}
				if sum != row.Ageing[b] || more {
					t.Errorf("%s %s: items come to %d, the figure is %d", row.Name, b, sum, row.Ageing[b])
				}
				tried += len(items)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d items", tried)
	}
}
