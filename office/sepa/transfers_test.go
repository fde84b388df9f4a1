package sepa_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	edge "comptoir/edge/sepa"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	"comptoir/office/settlement"
	rules "comptoir/rules/sepa"
)

// paid is a payment of 150.00 of which an invoice of 120.00 took its part.
func (b *bench) paid(c customers.Customer) (payments.Payment, sales.Document) {
	d := b.invoice(c, 10000)
	p, err := b.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: b.Key(), CustomerID: c.PublicID, AmountMinor: 15000, Method: "transfer", Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: 12000}}})
	b.Must(err)
	return p, d
}

func (b *bench) decide(in sepa.Decide) sepa.Decided {
	b.t.Helper()
	in.Key, in.IBAN = b.Key(), iban
	b.Must(b.DecideRefund(ctx, staff, in))
	list, err := b.DecidedRefunds(ctx, staff)
	b.Must(err)
	return list[len(list)-1]
}

func (b *bench) transfers(ids ...string) sepa.Batch {
	b.t.Helper()
	x, err := b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: b.Key(), IDs: ids})
	b.Must(err)
	return x
}

func (b *bench) confirm(x sepa.Batch) sepa.Batch {
	b.t.Helper()
	x, err := b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID})
	b.Must(err)
	return x
}

// collected is an invoice of 120.00 that was debited on 24 December.
func (b *bench) collected() (customers.Customer, sales.Document, sepa.Batch) {
	b.t.Helper()
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	b.signed(c)
	d := b.invoice(c, 10000)
	b.Move("2026-12-07")
	x := b.make(b.Key(), "2026-12-24", d)
	b.Move("2026-12-24")
	return c, d, b.confirm(x)
}

// sum is what stands on the accounts that begin so, debit less credit.
func (b *bench) sum(account string) int64 {
	return dbtest.Int(b.t, dbtest.Raw(b.t, b.Path), "SELECT COALESCE(sum(l.debit_minor - l.credit_minor), 0) FROM entry_lines l JOIN accounts a ON a.id = l.account_id WHERE a.code LIKE '"+account+"%'")
}

// What a transfer was decided for is given back by nothing else, and used for nothing else.
func TestDecidedRefundIsTaken(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	p, d := b.paid(c)
	b.decide(sepa.Decide{PaymentID: p.PublicID, AmountMinor: 3000})
	_, err := b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: p.PublicID, Method: "cash"})
	b.WantFault(err, "fault.sepa.decided")
	_, err = b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: p.PublicID, Method: "cash", AmountMinor: 12001, FromInvoices: true})
	b.WantField(err, "amount", "fault.settlement.more_than_left_here")
	_, err = b.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: b.Key(), PaymentID: p.PublicID, Reason: "erreur"})
	b.WantFault(err, "fault.sepa.decided")
	other := b.invoice(c, 10000)
	_, err = b.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: b.Key(), PaymentID: p.PublicID, Parts: []payments.SplitPart{{DocumentID: other.PublicID, AmountMinor: 1}}})
	b.WantField(err, "parts.0.amount", "fault.settlement.more_than_left_here")
	use := payments.UseCredits{CustomerID: c.PublicID, Parts: []payments.SplitPart{{DocumentID: other.PublicID, AmountMinor: 100}}}
	use.Key, use.Credits = b.Key(), []payments.UsedCredit{{PaymentID: p.PublicID, AmountMinor: 100}}
	b.WantField(b.Payments.ApplyCredit(ctx, staff, use), "credits.0.amount", "fault.settlement.more_than_left_here")

	credit, err := b.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: b.Key(), InvoiceID: d.PublicID, How: sales.CreditAll, Reason: "retour"})
	b.Must(err)
	due := b.due(credit)
	b.decide(sepa.Decide{CreditID: credit.PublicID, AmountMinor: due})
	use.Key, use.Credits = b.Key(), []payments.UsedCredit{{CreditID: credit.PublicID, AmountMinor: 100}}
	b.WantField(b.Payments.ApplyCredit(ctx, staff, use), "credits.0.amount", "fault.settlement.more_than_left_here")
	_, err = b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), CreditID: credit.PublicID, Method: "cash"})
	b.WantFault(err, "fault.sepa.decided")
	// As a subscription uses its credits.
	b.WantFault(b.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return settlement.ApplyCredit(ctx, tx, credit.ID, []settlement.Part{{DocumentID: other.ID, AmountMinor: 100}}, civil.MustParse("2026-11-23"))
	}), "fault.sepa.decided")
	plan, err := b.Payments.Propose(ctx, staff, payments.Ask{CustomerID: c.PublicID})
	b.Must(err)
	if len(plan.Credits) != 0 {
		t.Errorf("offered: %+v", plan.Credits)
	}
	list, err := b.DecidedRefunds(ctx, staff)
	b.Must(err)
	x := b.transfers(list[0].PublicID, list[1].PublicID)
	b.Move("2026-11-24")
	x = b.confirm(x)
	if x.State != "confirmed" || x.Lines[0].OwedMinor+x.Lines[1].OwedMinor != 0 {
		t.Errorf("%+v", x)
	}
	b.Sound()
}

// A decision whose money went another way since is refused when the file is made, by its number.
func TestRefundNoLongerPossible(t *testing.T) {
	b := open(t)
	_, _, x := b.collected()
	r := b.decide(sepa.Decide{PaymentID: x.Lines[0].PaymentID, AmountMinor: 2000, FromInvoices: true})
	b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "MD06"}))
	_, err := b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: b.Key(), IDs: []string{r.PublicID}})
	b.WantFault(err, "fault.sepa.no_longer")
	if f, _ := fault.As(err); f == nil || f.Args["number"] != x.Lines[0].PaymentNumber {
		t.Errorf("%v", err)
	}
	b.Must(b.DropRefund(ctx, staff, r.PublicID))
	b.Sound()
}

// The bank paid out what nothing is left for: the customer owes it, and the file closes.
func TestPaidOutIsOwed(t *testing.T) {
	b := open(t)
	_, d, x := b.collected()
	r := b.decide(sepa.Decide{PaymentID: x.Lines[0].PaymentID, AmountMinor: 2000, FromInvoices: true})
	y := b.transfers(r.PublicID)
	b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "MD06"}))
	b.Move("2026-12-29")
	for range 2 {
		y = b.confirm(y)
	}
	b.Must(b.Finish(ctx))
	if y.State != "confirmed" || y.Lines[0].State != "done" || y.Lines[0].OwedMinor != 2000 || b.due(d) != 12000 || b.sum("411") != 14000 || b.sum("512") != -2000 {
		t.Errorf("%+v, 411 %d, 512 %d", y, b.sum("411"), b.sum("512"))
	}
	if n := b.notices("customer_owes"); n != 1 {
		t.Errorf("%d notices", n)
	}
	b.Sound()
	in := sepa.NotDone{Key: b.Key(), LineID: y.Lines[0].PublicID, Note: "AC04", Again: true}
	for range 2 {
		b.Must(b.TransferNotDone(ctx, staff, in))
	}
	if b.sum("411") != 12000 || b.sum("512") != 0 {
		t.Errorf("411 %d, 512 %d", b.sum("411"), b.sum("512"))
	}
	if list, err := b.DecidedRefunds(ctx, staff); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	b.Sound()
}

func (b *bench) notices(kind string) int64 {
	return dbtest.Int(b.t, dbtest.Raw(b.t, b.Path), "SELECT count(*) FROM notifications WHERE kind = '"+kind+"'")
}

// The bank takes back the whole of a debit of which some was given back: that is owed.
func TestReturnAfterARefund(t *testing.T) {
	b := open(t)
	_, d, x := b.collected()
	_, err := b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: x.Lines[0].PaymentID, Method: "transfer", AmountMinor: 2000, FromInvoices: true})
	b.Must(err)
	in := sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "MD06", FeeMinor: 1200}
	for range 2 {
		b.Must(b.ReturnDebit(ctx, staff, in))
	}
	x, err = b.Batch(ctx, staff, x.PublicID)
	b.Must(err)
	if x.Lines[0].State != "returned" || x.Lines[0].OwedMinor != 2000 || b.due(d) != 12000 || b.sum("411") != 14000 || b.sum("512") != -3200 || b.sum("627") != 1200 {
		t.Errorf("%+v, 411 %d, 512 %d", x.Lines[0], b.sum("411"), b.sum("512"))
	}
	p, err := b.Payments.Get(ctx, staff, x.Lines[0].PaymentID)
	b.Must(err)
	if p.CancelledOn.IsZero() || p.RefundedMinor != 2000 || len(p.Refunds) != 1 || b.notices("customer_owes") != 1 {
		t.Errorf("%+v", p)
	}
	b.Sound()
}

// A payment that was struck by hand is off the books: its return adds what the bank charges.
func TestReturnOfAStruckPayment(t *testing.T) {
	b := open(t)
	_, d, x := b.collected()
	_, err := b.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: b.Key(), PaymentID: x.Lines[0].PaymentID, Reason: "rejet"})
	b.Must(err)
	in := sepa.Return{Key: b.Key(), DebitID: x.Lines[0].PublicID, Code: "AM04", FeeMinor: 1200, Tell: true}
	for range 2 {
		b.Must(b.ReturnDebit(ctx, staff, in))
	}
	x, err = b.Batch(ctx, staff, x.PublicID)
	b.Must(err)
	if x.Lines[0].State != "returned" || b.due(d) != 12000 || b.sum("411") != 12000 || b.sum("512") != -1200 || b.mails("debit_returned") != 1 {
		t.Errorf("%+v, 411 %d, 512 %d", x.Lines[0], b.sum("411"), b.sum("512"))
	}
	b.Sound()
}

// One transfer of two that the bank did not do: noted before the file is confirmed, nothing of
// it is booked; noted after, the money that came back is the customer's own.
func TestTransferNotDone(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	one, two := b.Customer("Un", nil), b.Customer("Deux", nil)
	p, _ := b.paid(one)
	q, _ := b.paid(two)
	x := b.transfers(b.decide(sepa.Decide{PaymentID: p.PublicID, AmountMinor: 3000}).PublicID, b.decide(sepa.Decide{PaymentID: q.PublicID, AmountMinor: 3000}).PublicID)
	in := sepa.NotDone{Key: b.Key(), LineID: x.Lines[0].PublicID, Note: "compte clos", Again: true, IBAN: "DE89 3704 0044 0532 0130 00"}
	bad := in
	bad.Key, bad.IBAN = b.Key(), "DE00"
	if err := b.TransferNotDone(ctx, staff, bad); !fault.HasField(err, "iban") {
		t.Error(err)
	}
	for range 2 {
		b.Must(b.TransferNotDone(ctx, staff, in))
	}
	b.Move("2026-11-24")
	x = b.confirm(x)
	if x.State != "confirmed" || x.Lines[0].State != "refused" || x.Lines[0].Note != "compte clos" || x.Lines[1].State != "done" || b.sum("512") != 27000 {
		t.Errorf("%+v, 512 %d", x, b.sum("512"))
	}
	list, err := b.DecidedRefunds(ctx, staff)
	b.Must(err)
	if len(list) != 1 || list[0].Account != "3000" || list[0].About != p.Number {
		t.Fatalf("%+v", list)
	}
	b.Move("2026-11-26")
	late := sepa.NotDone{Key: b.Key(), LineID: x.Lines[1].PublicID, On: "2026-11-23", Again: true}
	b.WantField(b.TransferNotDone(ctx, staff, late), "on", "fault.sepa.before_file")
	late.On = "2026-11-25"
	for range 2 {
		b.Must(b.TransferNotDone(ctx, staff, late))
	}
	if list, err = b.DecidedRefunds(ctx, staff); err != nil || len(list) != 2 || b.sum("512") != 30000 {
		t.Fatalf("%+v %v, 512 %d", list, err, b.sum("512"))
	}
	late.Key = b.Key()
	b.WantFault(b.TransferNotDone(ctx, staff, late), "fault.sepa.changed")
	b.Sound()
	y := b.transfers(list[0].PublicID, list[1].PublicID)
	b.Move("2026-11-30")
	if y = b.confirm(y); y.State != "confirmed" || b.sum("512") != 24000 || b.sum("411") != 0 {
		t.Errorf("%+v, 512 %d, 411 %d", y, b.sum("512"), b.sum("411"))
	}
	b.Sound()
}

// Two files made at once take a refund once.
func TestTwoFilesAtOnce(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	p, _ := b.paid(b.Customer("Cafe Bleu", nil))
	r := b.decide(sepa.Decide{PaymentID: p.PublicID, AmountMinor: 3000})
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, errs[i] = b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: fmt.Sprintf("at-once-%03d", i), IDs: []string{r.PublicID}})
		}()
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			b.WantFault(err, "fault.sepa.changed")
		}
	}
	if made != 1 {
		t.Errorf("%d files", made)
	}
}

// The program dies after each transfer in turn, one of which the bank did not do and one of
// which nothing is left for: what was recorded stays, the rest follows, nothing twice.
func TestPayingOutIsCutShort(t *testing.T) {
	for after := range 4 {
		b := open(t)
		_, _, debits := b.collected()
		var ids []string
		for _, name := range []string{"Un", "Deux", "Trois"} {
			p, _ := b.paid(b.Customer(name, nil))
			ids = append(ids, b.decide(sepa.Decide{PaymentID: p.PublicID, AmountMinor: 3000}).PublicID)
		}
		ids = append(ids, b.decide(sepa.Decide{PaymentID: debits.Lines[0].PaymentID, AmountMinor: 2000, FromInvoices: true}).PublicID)
		x := b.transfers(ids...)
		b.Must(b.ReturnDebit(ctx, staff, sepa.Return{Key: b.Key(), DebitID: debits.Lines[0].PublicID, Code: "MD06"}))
		b.Must(b.TransferNotDone(ctx, staff, sepa.NotDone{Key: b.Key(), LineID: x.Lines[1].PublicID}))
		b.Move("2026-12-29")
		dying, cancel := context.WithCancel(ctx)
		done := 0
		broken := sepa.New(sepa.Deps{DB: b.DB, IDs: id.Seeded(78), Files: b.Files, Sales: b.Sales, Writer: edge.Files{},
			Payments: payments.New(payments.Deps{DB: b.DB, IDs: id.Seeded(79), Sales: b.Sales, Printer: officetest.Printer{}, Changed: func(...string) {
				if done++; done == after {
					cancel()
				}
			}})})
		if after == 0 {
			cancel()
		}
		_, err := broken.ConfirmBatch(dying, staff, sepa.Confirm{BatchID: x.PublicID})
		if err == nil && after < 3 {
			t.Fatalf("after %d: not cut short", after)
		}
		cancel()
		if after == 0 {
			b.confirm(x)
		}
		b.Must(b.Finish(ctx))
		b.Must(b.Finish(ctx))
		x, err = b.Batch(ctx, staff, x.PublicID)
		b.Must(err)
		// 450.00 came in; 60.00 went back as refunds, 20.00 is owed.
		if x.State != "confirmed" || x.Open != 0 || b.sum("512") != 45000-6000-2000 {
			t.Errorf("after %d: %+v, 512 %d", after, x, b.sum("512"))
		}
		b.Sound()
	}
}

// Banks outside the European Economic Area want more than an IBAN.
func TestAbroad(t *testing.T) {
	b := open(t)
	c := b.Customer("Cafe Bleu", nil)
	m := b.asked(c)
	swiss := func(s *sepa.Sign) { s.IBAN, s.BIC, s.Line1, s.PostCode = "CH93 0076 2011 6238 5295 7", "", "", "" }
	err := b.sign(c, m.PublicID, swiss)
	b.WantField(err, "bic", "fault.sepa.bic_abroad")
	b.WantField(err, "line1", "fault.sepa.address_abroad")
	b.WantField(err, "postCode", "fault.sepa.address_abroad")
	b.Must(b.sign(c, m.PublicID, func(s *sepa.Sign) {
		swiss(s)
		s.BIC, s.Line1, s.PostCode = "POFICHBEXXX", "Rue du Lac 1", "1200"
	}))
	p, _ := b.paid(c)
	in := sepa.Decide{Key: b.Key(), PaymentID: p.PublicID, AmountMinor: 100, IBAN: "CH9300762011623852957"}
	b.WantField(b.DecideRefund(ctx, staff, in), "bic", "fault.sepa.bic_abroad")
	in.BIC = "POFICHBEXXX"
	b.Must(b.DecideRefund(ctx, staff, in))
	if !rules.OutsideEEA("CH") || strings.Contains(in.IBAN, " ") {
		t.Error("CH")
	}
}

func TestRefundsByTransfer(t *testing.T) {
	b := open(t)
	b.Move("2026-11-23")
	c := b.Customer("Cafe Bleu", nil)
	d := b.invoice(c, 10000)
	p, err := b.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: "paid-00001", CustomerID: c.PublicID, AmountMinor: 15000, Method: "transfer", Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: 12000}}})
	b.Must(err)
	in := sepa.Decide{Key: "decide-001", PaymentID: p.PublicID, AmountMinor: 3000, IBAN: iban, Note: "trop payé"}
	bad := in
	bad.Key, bad.AmountMinor = "decide-000", 3001
	b.WantField(b.DecideRefund(ctx, staff, bad), "amount", "fault.sepa.more_than_left")
	bad.IBAN = "FR00"
	if err := b.DecideRefund(ctx, staff, bad); !fault.HasField(err, "iban") {
		t.Error(err)
	}
	b.Must(b.DecideRefund(ctx, staff, in))
	b.Must(b.DecideRefund(ctx, staff, in))
	in.Key = "decide-002"
	b.WantFault(b.DecideRefund(ctx, staff, in), "fault.sepa.decided")
	list, err := b.DecidedRefunds(ctx, staff)
	b.Must(err)
	if len(list) != 1 || list[0].Account != "0129" || list[0].About != p.Number {
		t.Fatalf("%+v", list)
	}
	x, err := b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: "transfer-1", IDs: []string{list[0].PublicID}})
	b.Must(err)
	again, err := b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: "transfer-1", IDs: []string{list[0].PublicID}})
	b.Must(err)
	if x.Number != "VIR-20261123-001" || again.PublicID != x.PublicID || x.OnDate != "2026-11-24" {
		t.Errorf("%+v", x)
	}
	b.WantFault(b.DropRefund(ctx, staff, list[0].PublicID), "fault.conflict")
	b.Must(b.DropBatch(ctx, staff, sepa.Drop{BatchID: x.PublicID}))
	x, err = b.MakeTransfers(ctx, staff, sepa.MakeTransfers{Key: "transfer-2", On: "2026-11-23", IDs: []string{list[0].PublicID}})
	b.Must(err)
	for range 2 {
		x, err = b.ConfirmBatch(ctx, staff, sepa.Confirm{BatchID: x.PublicID})
		b.Must(err)
	}
	p, err = b.Payments.Get(ctx, staff, p.PublicID)
	b.Must(err)
	if p.RefundedMinor != 3000 || p.LeftMinor != 0 || len(p.Refunds) != 1 || p.Refunds[0].Method != "transfer" || x.State != "confirmed" {
		t.Errorf("%+v\n%+v", p, x)
	}
	b.Sound()
}
