package payments_test

import (
	"sync"
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/ledger"
)

// till is a customer with open items, and everything that may be done with them.
type till struct {
	*officetest.Firm
	customer customers.Customer
	invoices []sales.Document
	credits  []sales.Document
	payments []string // public ids
	deposit  string   // a deposit on goods and services that no invoice took off yet
}

// open gives a customer some invoices, and a credit note of one that was paid.
func open(t testing.TB, f *officetest.Firm, currency string, cents ...int64) *till {
	t.Helper()
	w := &till{Firm: f, customer: f.Customer("Client", func(c *customers.Customer) { c.Currency = currency })}
	for i, c := range cents {
		l := line(c)
		if i%2 == 1 {
			l = goods(c)
		}
		d := form(w.customer, l, goods(c/3+1, "FR-5.5"))
		if currency != "EUR" {
			d.RateE8 = 60_000_000 + int64(i)*3_333_333
		}
		w.invoices = append(w.invoices, f.Issue(d))
	}
	return w
}

// credit gives a credit note of part of a new invoice that is paid.
func (w *till) credit(cents int64) sales.Document {
	w.T.Helper()
	d := w.Issue(form(w.customer, line(cents*2)))
	w.pay(d.DueMinor, []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: d.DueMinor}}, nil)
	c, err := w.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: w.Key(), InvoiceID: d.PublicID, How: sales.CreditAmount, AmountMinor: cents, Reason: "Remise accordée"})
	w.Must(err)
	w.credits = append(w.credits, c)
	return c
}

// ask gives the customer a deposit invoice on goods and services.
func (w *till) ask(goodsCents, servicesCents int64) {
	w.T.Helper()
	d := form(w.customer, goods(goodsCents), line(servicesCents))
	d.Kind = "deposit_invoice"
	if w.customer.Currency != "EUR" {
		d.RateE8 = 64_444_444
	}
	doc := w.Issue(d)
	w.deposit, w.invoices = doc.PublicID, append(w.invoices, doc)
}

// deliver issues the final invoice of the deposit, whatever was paid of it.
func (w *till) deliver(goodsCents, servicesCents int64) {
	w.T.Helper()
	if w.deposit == "" {
		return
	}
	d := form(w.customer, goods(goodsCents), line(servicesCents))
	d.Deposits, w.deposit = []string{w.deposit}, ""
	if w.customer.Currency != "EUR" {
		d.RateE8 = 67_777_777
	}
	w.invoices = append(w.invoices, w.Issue(d))
}

func (w *till) pay(amount int64, parts []payments.SplitPart, credits []payments.UsedCredit) payments.Payment {
	w.T.Helper()
	p, err := w.tryPay(amount, parts, credits)
	w.Must(err)
	return p
}

func (w *till) tryPay(amount int64, parts []payments.SplitPart, credits []payments.UsedCredit) (payments.Payment, error) {
	p, err := w.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: w.Key(), CustomerID: w.customer.PublicID, AmountMinor: amount, Method: "transfer", Parts: parts, Credits: credits})
	if err == nil {
		w.payments = append(w.payments, p.PublicID)
	}
	return p, err
}

func (w *till) due(d sales.Document) int64 {
	w.T.Helper()
	now, err := w.Sales.Get(ctx, staff, d.PublicID)
	w.Must(err)
	return now.DueMinor
}

func part(d sales.Document, minor int64) payments.SplitPart {
	return payments.SplitPart{DocumentID: d.PublicID, AmountMinor: minor}
}

// One transfer for three invoices, too large, with a credit note and an older rest used in
// the same act.
func TestSeveralInvoicesInOneAct(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000, 20_000, 30_000)
	c := w.credit(6_000)
	first := w.pay(1_000, nil, nil) // on account
	if first.LeftMinor != 1_000 || len(first.Parts) != 0 {
		t.Fatalf("%+v", first)
	}
	a, b, d := w.invoices[0], w.invoices[1], w.invoices[2]
	sum := a.DueMinor + b.DueMinor + d.DueMinor
	p := w.pay(sum-7_000+500, []payments.SplitPart{part(a, a.DueMinor), part(b, b.DueMinor), part(d, d.DueMinor)},
		[]payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 6_000}, {PaymentID: first.PublicID, AmountMinor: 1_000}})
	if p.LeftMinor != 500 || len(p.Parts) != 3 || p.Parts[0].AmountMinor != a.DueMinor-7_000 || len(p.Parts[0].Credits) != 1 {
		t.Errorf("%+v", p)
	}
	for _, x := range w.invoices {
		if left := w.due(x); left != 0 {
			t.Errorf("%s: %d left", x.Number, left)
		}
	}
	now, err := w.Sales.Get(ctx, staff, a.PublicID)
	w.Must(err)
	if now.State != "paid" || now.CreditedMinor != 6_000 {
		t.Errorf("%s, %d credited", now.State, now.CreditedMinor)
	}
	if used := w.due(c); used != 0 {
		t.Errorf("%d of the credit note left", used)
	}
	w.Sound()
}

func TestRefusedSplits(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000, 20_000)
	other := open(t, f, "EUR", 10_000)
	abroad := open(t, f, "CAD", 10_000)
	c := w.credit(3_000)
	a, b := w.invoices[0], w.invoices[1]
	for name, x := range map[string]struct {
		amount  int64
		parts   []payments.SplitPart
		credits []payments.UsedCredit
		path    string
		key     string
	}{
		"more than is due":        {99_999, []payments.SplitPart{part(a, a.DueMinor+1)}, nil, "parts.0.amount", "fault.more_than_due"},
		"below zero":              {99_999, []payments.SplitPart{part(a, -1)}, nil, "parts.0.amount", "fault.negative"},
		"twice the same":          {99_999, []payments.SplitPart{part(a, 1), part(a, 1)}, nil, "parts.1.amount", "fault.choice"},
		"a credit note paid":      {99_999, []payments.SplitPart{part(c, 1)}, nil, "parts.0.amount", "fault.choice"},
		"more than came":          {100, []payments.SplitPart{part(a, 60), part(b, 60)}, nil, "parts.1.amount", "fault.settlement.more_than_received"},
		"nothing came":            {0, []payments.SplitPart{part(a, 60)}, nil, "amount", "fault.required"},
		"more credit than is":     {100, []payments.SplitPart{part(a, 100)}, []payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 3_001}}, "credits.0.amount", "fault.settlement.more_than_left_here"},
		"more credit than wanted": {100, []payments.SplitPart{part(a, 100)}, []payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 200}}, "credits.0.amount", "fault.settlement.credit_not_needed"},
	} {
		_, err := w.tryPay(x.amount, x.parts, x.credits)
		if e, ok := fault.As(err); !ok || len(e.Fields) != 1 || e.Fields[0].Path != x.path || e.Fields[0].Key != x.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := w.tryPay(100, []payments.SplitPart{part(other.invoices[0], 100)}, nil)
	f.WantFault(err, "fault.not_found")
	_, err = w.tryPay(100, []payments.SplitPart{part(abroad.invoices[0], 100)}, nil)
	f.WantFault(err, "fault.not_found")
	_, err = w.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: f.Key(), CustomerID: w.customer.PublicID, AmountMinor: 100, FeeMinor: 101, Method: "transfer"})
	f.WantField(err, "fee", "fault.settlement.fee")
	_, err = w.Payments.RecordPayment(ctx, officetest.Contact(w.customer), payments.RecordPayment{})
	f.WantFault(err, "fault.forbidden")
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM payments"); n != 1 { // the one behind the credit note
		t.Errorf("%d payments", n)
	}
	f.Sound()
}

// What a payment left goes to an invoice later, off it again, and back to the customer; the
// same command again does nothing, an old page is refused.
func TestRestAllocatedTakenBackAndRefunded(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000)
	d := w.invoices[0]
	p := w.pay(5_000, nil, nil)
	in := payments.Allocate{Key: f.Key(), PaymentID: p.PublicID, Version: p.Version, Parts: []payments.SplitPart{part(d, 4_000)}}
	for range 2 { // once for a key
		after, err := f.Payments.AllocatePayment(ctx, staff, in)
		f.Must(err)
		if after.LeftMinor != 1_000 || w.due(d) != d.DueMinor-4_000 {
			t.Fatalf("%+v", after)
		}
	}
	in.Key = f.Key()
	_, err := f.Payments.AllocatePayment(ctx, staff, in)
	f.WantFault(err, "fault.stale")
	in.Key, in.Version, in.Parts[0].AmountMinor = f.Key(), 0, 1_001
	_, err = f.Payments.AllocatePayment(ctx, staff, in)
	f.WantField(err, "parts.0.amount", "fault.settlement.more_than_left_here")

	if got := balance(t, f, ledger.RoleTaxDue); got >= 0 {
		t.Errorf("no tax fell due: %d", got)
	}
	f.Must(f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), PaymentID: p.PublicID, DocumentID: d.PublicID}))
	f.WantFault(f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), PaymentID: p.PublicID, DocumentID: d.PublicID}), "fault.settlement.undone")
	if w.due(d) != d.DueMinor {
		t.Errorf("%d due of %d", w.due(d), d.DueMinor)
	}

	back := payments.Refund{Key: f.Key(), PaymentID: p.PublicID, AmountMinor: 2_000, Method: "transfer", Notify: true}
	for range 2 {
		r, err := f.Payments.Refund(ctx, staff, back)
		f.Must(err)
		if r.Number != "RB-2026-0001" || r.AmountMinor != 2_000 || r.Of != p.Number {
			t.Errorf("%+v", r)
		}
	}
	_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, AmountMinor: 3_001, Method: "transfer"})
	f.WantField(err, "amount", "fault.settlement.more_than_left_here")
	rest, err := f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, Method: "cheque"})
	f.Must(err)
	if rest.AmountMinor != 3_000 {
		t.Errorf("%+v", rest)
	}
	_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, Method: "cheque"})
	f.WantFault(err, "fault.settlement.nothing_left")
	_, err = f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Reason: "Erreur"})
	f.WantFault(err, "fault.settlement.refunded")
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM mails WHERE kind = 'payment_refunded'"); n != 1 {
		t.Errorf("%d mails of refunds", n)
	}
	f.Sound()
}

// Money on invoices is given back: it comes off the newest first, in the same act.
func TestRefundOfWhatIsOnInvoices(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000, 10_000)
	a, b := w.invoices[0], w.invoices[1]
	p := w.pay(a.DueMinor+b.DueMinor, []payments.SplitPart{part(a, a.DueMinor), part(b, b.DueMinor)}, nil)
	_, err := f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, AmountMinor: 3_000, Method: "transfer"})
	f.WantFault(err, "fault.settlement.nothing_left")
	_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, AmountMinor: 3_000, Method: "transfer", FromInvoices: true})
	f.Must(err)
	if w.due(a) != 0 || w.due(b) != 3_000 {
		t.Errorf("%d and %d due", w.due(a), w.due(b))
	}
	now, err := f.Payments.Get(ctx, staff, p.PublicID)
	f.Must(err)
	if now.RefundedMinor != 3_000 || now.LeftMinor != 0 || len(now.Parts) != 2 || now.Parts[1].AmountMinor != b.DueMinor-3_000 {
		t.Errorf("%+v", now)
	}
	f.Sound()
}

// A bounced cheque: the invoices are open again, the books say so, and no letter is sent.
func TestBouncedCheque(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000)
	d := w.invoices[0]
	p, err := f.Payments.Record(ctx, staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "cheque"})
	f.Must(err)
	_, err = f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID})
	f.WantField(err, "reason", "fault.required")
	in := payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Version: p.Version, Reason: "Chèque impayé"}
	for range 2 {
		gone, err := f.Payments.CancelPayment(ctx, staff, in)
		f.Must(err)
		if !gone.Cancelled() || gone.LeftMinor != 0 || len(gone.Parts) != 0 {
			t.Errorf("%+v", gone)
		}
	}
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM entries WHERE reverses_id IS NOT NULL"); n != 1 {
		t.Errorf("%d reversals", n)
	}
	if w.due(d) != d.DueMinor || balance(t, f, ledger.RoleCheques) != 0 {
		t.Errorf("%d due, %d in the drawer", w.due(d), balance(t, f, ledger.RoleCheques))
	}
	for name, err := range map[string]error{
		"again":    second(f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Reason: "Encore"})),
		"refund":   second(f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, Method: "cash"})),
		"allocate": second(f.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: f.Key(), PaymentID: p.PublicID, Parts: []payments.SplitPart{part(d, 1)}})),
	} {
		if e, ok := fault.As(err); !ok || e.Key != "fault.settlement.cancelled" {
			t.Errorf("%s: %v", name, err)
		}
	}
	again, err := record(f, d, 0) // and it is paid after all
	f.Must(err)
	if again.Number != "RE-2026-0002" || w.due(d) != 0 {
		t.Errorf("%+v", again)
	}
	f.Sound()
}

func second[T any](_ T, err error) error { return err }

// A credit note goes to two invoices, comes off one, and what is left is given back.
func TestCreditOverTwoInvoices(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000, 20_000)
	c := w.credit(9_000)
	a, b := w.invoices[0], w.invoices[1]
	use := payments.UseCredits{Key: f.Key(), CustomerID: w.customer.PublicID, Parts: []payments.SplitPart{part(a, 5_000), part(b, 3_000)}, Credits: []payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 8_000}}}
	for range 2 {
		f.Must(f.Payments.ApplyCredit(ctx, staff, use))
	}
	short := use
	short.Key, short.Parts = f.Key(), []payments.SplitPart{part(a, 2_000)}
	short.Credits = []payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 1_000}}
	f.WantField(f.Payments.ApplyCredit(ctx, staff, short), "parts.0.amount", "fault.settlement.credits_too_small")
	f.Must(f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), CreditID: c.PublicID, DocumentID: b.PublicID}))
	r, err := f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), CreditID: c.PublicID, Method: "transfer"})
	f.Must(err)
	if r.AmountMinor != 4_000 || w.due(a) != a.DueMinor-5_000 || w.due(b) != b.DueMinor || w.due(c) != 0 {
		t.Errorf("%+v, %d and %d due", r, w.due(a), w.due(b))
	}
	f.Sound()
}

// Many callers at once settle, undo and give back the same few items: whatever wins,
// nothing goes below nothing and the books agree.
func TestSettlingAtOnce(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000, 20_000)
	c := w.credit(9_000)
	p := w.pay(12_000, nil, nil)
	a, b := w.invoices[0], w.invoices[1]
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			var err error
			switch d := []sales.Document{a, b}[i/6%2]; i % 6 {
			case 0:
				_, err = f.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: f.Key(), PaymentID: p.PublicID, Parts: []payments.SplitPart{part(d, 5_000)}})
			case 1:
				err = f.Payments.ApplyCredit(ctx, staff, payments.UseCredits{Key: f.Key(), CustomerID: w.customer.PublicID, Parts: []payments.SplitPart{part(d, 4_000)},
					Credits: []payments.UsedCredit{{CreditID: c.PublicID, AmountMinor: 4_000}}})
			case 2:
				_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, AmountMinor: 4_000, Method: "transfer", FromInvoices: i > 12})
			case 3:
				_, err = record(f, d, 3_000)
			case 4:
				err = f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), PaymentID: p.PublicID, DocumentID: d.PublicID})
			case 5:
				_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), CreditID: c.PublicID, AmountMinor: 4_000, Method: "transfer"})
			}
			if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.agree(t)
	f.Sound()
}

// The payment of a deposit that bounces after the final invoice leaves the tax of the goods
// due, since they were delivered; that of the services waits again.
func TestDepositBouncesAfterTheFinal(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR")
	w.ask(40_000, 20_000)
	deposit := w.invoices[0]
	p := w.pay(deposit.DueMinor, []payments.SplitPart{part(deposit, deposit.DueMinor)}, nil)
	w.deliver(100_000, 50_000)
	if due, waits := balance(t, f, ledger.RoleTaxDue), balance(t, f, ledger.RoleTaxWaiting); due != -24_000 || waits != -6_000 {
		t.Errorf("after the final %d is due, %d waits", due, waits)
	}
	_, err := f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Reason: "Chèque impayé"})
	f.Must(err)
	if due, waits := balance(t, f, ledger.RoleTaxDue), balance(t, f, ledger.RoleTaxWaiting); due != -20_000 || waits != -10_000 {
		t.Errorf("bounced, %d is due, %d waits", due, waits)
	}
	w.agree(t)
	f.Sound()
}

// When nothing but the retained part is left of an invoice, it falls due on its own day;
// opened again, the invoice falls due as before.
func TestRetainedPartFallsDueLater(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	d := form(c, line(100_000))
	d.RetentionPCM, d.RetentionUntil = 5_000, "2027-11-01"
	doc := f.Issue(d)
	raw := dbtest.Raw(t, f.Path)
	due := func() string {
		t.Helper()
		return dbtest.Strings(t, raw, "SELECT due_date FROM document_status")[0]
	}
	before := due()
	p, err := record(f, doc, doc.DueMinor-6_000) // 5 % of 1 200.00 is held back
	f.Must(err)
	if got := due(); got != "2027-11-01" || before == got {
		t.Errorf("due on %s, before on %s", got, before)
	}
	f.Must(f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), PaymentID: p.PublicID, DocumentID: doc.PublicID}))
	if got := due(); got != before {
		t.Errorf("open again, due on %s, want %s", got, before)
	}
	_, err = record(f, doc, 0)
	f.Must(err)
	if got := balance(t, f, ledger.RoleTaxWaiting); got != 0 {
		t.Errorf("%d still waits", got)
	}
	f.Sound()
}
