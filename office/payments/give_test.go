package payments_test

import (
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// taken is a buyer whose invoice was paid by the gateway.
func taken(t *testing.T) (*buyer, payments.Payment, string) {
	t.Helper()
	b := newBuyer(t)
	i := b.mustStart(t)
	done, err := b.goOn(i)
	b.Must(err)
	p, err := b.Payments.Get(ctx, staff, done.PaymentID)
	b.Must(err)
	return b, p, "intent-" + i.PublicID
}

func (b *buyer) giveBack(p payments.Payment, minor int64) (payments.Intent, error) {
	return b.Payments.RefundByGateway(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: p.PublicID, AmountMinor: minor, FromInvoices: true})
}

// holds fails unless the books know of as much as the gateway holds.
func (b *buyer) holds(t *testing.T, want int64) {
	t.Helper()
	in := b.count(t, "SELECT COALESCE(sum(amount_minor), 0) FROM payments WHERE gateway <> ''")
	out := b.count(t, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE gateway <> ''")
	if held := b.Gateway.Holds(); in-out != want || held != want {
		t.Errorf("%d in the books, %d at the gateway, want %d", in-out, held, want)
	}
	b.Sound()
}

func TestRefundByGateway(t *testing.T) {
	b, p, _ := taken(t)
	i, err := b.giveBack(p, 4_000)
	b.Must(err)
	if i.State != payments.Succeeded || i.RefundID == "" || i.Kind != payments.IntentRefund || b.due(b.doc) != 4_000 {
		t.Errorf("%+v", i)
	}
	p, err = b.Payments.Get(ctx, staff, p.PublicID)
	b.Must(err)
	if len(p.Refunds) != 1 || p.Refunds[0].AmountMinor != 4_000 || p.Refunds[0].Method != "practice" {
		t.Errorf("%+v", p.Refunds)
	}
	_, err = b.giveBack(p, 8_001)
	b.WantField(err, "amount", "fault.settlement.more_than_left_here")
	cash, err := b.Payments.RecordPayment(ctx, staff, payments.RecordPayment{Key: b.Key(), CustomerID: b.customer.PublicID, AmountMinor: 100, Method: "cash"})
	b.Must(err)
	_, err = b.giveBack(cash, 100)
	b.WantFault(err, "fault.pay.not_by_gateway")
	if can, err := b.Payments.CanRefund(ctx, staff, p.PublicID); err != nil || !can {
		t.Error(can, err)
	}
	b.Gateway.Off = true
	if can, err := b.Payments.CanRefund(ctx, staff, p.PublicID); err != nil || can {
		t.Error(can, err)
	}
	_, err = b.giveBack(p, 100)
	b.WantFault(err, "fault.pay.no_refund")
	b.Gateway.Off = false
	b.holds(t, 8_000)
}

// The same order again is the same refund; another body under its key is refused.
func TestRefundTwice(t *testing.T) {
	b, p, _ := taken(t)
	in := payments.Refund{Key: "refund-command-1", PaymentID: p.PublicID, AmountMinor: 1_000, FromInvoices: true}
	for range 2 {
		if i, err := b.Payments.RefundByGateway(ctx, staff, in); err != nil || i.State != payments.Succeeded {
			t.Errorf("%+v %v", i, err)
		}
	}
	in.AmountMinor = 2_000
	_, err := b.Payments.RefundByGateway(ctx, staff, in)
	b.WantFault(err, "fault.command_reused")
	if len(b.Gateway.Refunds) != 1 {
		t.Errorf("%d refunds were ordered", len(b.Gateway.Refunds))
	}
	b.holds(t, 11_000)
}

// The answer is lost: nothing else is given back meanwhile, then it is found, once: by asking
// about the refund, or by asking about its charge.
func TestLostRefund(t *testing.T) {
	for name, heard := range map[string]bool{"asked": false, "heard of by its charge": true} {
		t.Run(name, func(t *testing.T) {
			b, p, key := taken(t)
			b.say(officetest.Said{State: payments.Succeeded, Silent: true})
			i, err := b.giveBack(p, 4_000)
			b.Must(err)
			if i.State != payments.Unknown || b.count(t, "SELECT count(*) FROM refunds") != 0 {
				t.Fatalf("%+v", i)
			}
			_, err = b.giveBack(p, 4_000)
			b.WantFault(err, "fault.pay.refund_open")
			_, err = b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: p.PublicID, Method: "transfer", FromInvoices: true})
			b.WantFault(err, "fault.pay.refund_open")
			if heard {
				b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 "+key+" -"), "good"))
				b.Must(b.Payments.Heed(ctx))
			}
			for range 2 {
				b.Must(b.Payments.AskOpen(ctx))
			}
			if i, err = b.Payments.StaffIntent(ctx, staff, i.PublicID); err != nil || i.State != payments.Succeeded || i.RefundID == "" {
				t.Errorf("%+v %v", i, err)
			}
			b.holds(t, 8_000)
		})
	}
}

// A refund that takes days stands in the books when it has arrived, and never where it failed.
func TestRefundUnderWay(t *testing.T) {
	for _, ends := range []string{payments.Succeeded, payments.Declined} {
		t.Run(ends, func(t *testing.T) {
			b, p, _ := taken(t)
			b.say(officetest.Said{State: payments.Processing})
			i, err := b.giveBack(p, 4_000)
			b.Must(err)
			b.Must(b.Payments.AskOpen(ctx))
			if i.State != payments.Processing || b.count(t, "SELECT count(*) FROM refunds") != 0 {
				t.Fatalf("%+v", i)
			}
			b.Gateway.End("refund-"+i.PublicID, payments.Processing, ends)
			b.MoveTo(b.Now().Add(3 * time.Hour))
			b.Must(b.Payments.AskOpen(ctx))
			if i, err = b.Payments.StaffIntent(ctx, staff, i.PublicID); err != nil || i.State != ends {
				t.Errorf("%+v %v", i, err)
			}
			told := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'refund_declined'")
			if ends == payments.Succeeded {
				b.holds(t, 8_000)
			} else if b.holds(t, 12_000); told != 1 {
				t.Errorf("the firm was told %d times", told)
			}
		})
	}
}

// Given back at the gateway's own site: a refund, an entry and a notice, once, however often
// it is told.
func TestRefundedAtTheGateway(t *testing.T) {
	b, p, key := taken(t)
	b.Gateway.GiveBack(key, 2_000)
	b.Gateway.GiveBack(key, 1_000)
	for n := range 3 {
		b.Must(b.Payments.Hear(ctx, "practice", []byte([]string{"a", "b", "c"}[n]+" "+key+" -"), "good"))
		b.Must(b.Payments.Heed(ctx))
	}
	if b.count(t, "SELECT count(*) FROM refunds") != 2 || b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'refunded_at_gateway'") != 2 || b.due(b.doc) != 3_000 {
		t.Errorf("%d due", b.due(b.doc))
	}
	b.holds(t, 9_000)
	// what was typed by hand for the same money is not given back twice: the firm is told
	_, err := b.Payments.Refund(ctx, staff, payments.Refund{Key: b.Key(), PaymentID: p.PublicID, AmountMinor: 9_000, Method: "card", FromInvoices: true})
	b.Must(err)
	b.Gateway.GiveBack(key, 9_000)
	for n := range 2 {
		b.Must(b.Payments.Hear(ctx, "practice", []byte([]string{"d", "e"}[n]+" "+key+" -"), "good"))
		b.Must(b.Payments.Heed(ctx))
	}
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'refund_not_booked'"); n != 1 {
		t.Errorf("the firm was told %d times", n)
	}
	b.Sound()
}

// The customer's bank asks, takes the money, gives it again: a notice each, an entry each, once.
func TestDispute(t *testing.T) {
	b, p, key := taken(t)
	n := 0
	hear := func() {
		for range 2 {
			n++
			b.Must(b.Payments.Hear(ctx, "practice", []byte(string(rune('a'+n))+" "+key+" -"), "good"))
			b.Must(b.Payments.Heed(ctx))
		}
	}
	b.Gateway.Dispute(key, payments.DisputeOpen, false) // only a question
	hear()
	if b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_disputed'") != 1 || b.count(t, "SELECT count(*) FROM refunds") != 0 {
		t.Error("a question moved money")
	}
	b.Gateway.Dispute(key, payments.DisputeOpen, true)
	hear()
	if b.due(b.doc) != 12_000 || b.count(t, "SELECT count(*) FROM refunds") != 1 {
		t.Errorf("due %d", b.due(b.doc))
	}
	b.holds(t, 0)
	b.Gateway.Dispute(key, payments.DisputeWon, false)
	hear()
	if b.due(b.doc) != 0 || b.count(t, "SELECT count(*) FROM payments") != 2 || b.count(t, "SELECT count(*) FROM gateway_disputes WHERE state = 'won' AND back_payment_id IS NOT NULL") != 1 {
		t.Errorf("due %d", b.due(b.doc))
	}
	b.holds(t, 12_000)
	b.Gateway.GiveBack(key, 5_000) // off what came back: the first payment has nothing left
	hear()
	if p, err := b.Payments.Get(ctx, staff, p.PublicID); err != nil || p.RefundedMinor != 12_000 {
		t.Errorf("%+v %v", p, err)
	}
	b.holds(t, 7_000)
}

// keep keeps a method by paying, and gives it.
func (b *buyer) keep(t *testing.T) payments.Kept {
	t.Helper()
	i, err := b.Payments.SaveMethod(ctx, b.contact(), payments.SaveMethod{Key: b.Key(), Gateway: "practice", ReturnURL: "https://p/{id}"})
	b.Must(err)
	i, err = b.goOn(i)
	b.Must(err)
	if i.State != payments.Succeeded || i.Method == nil {
		t.Fatalf("%+v", i)
	}
	return *i.Method
}

func TestKeptMethods(t *testing.T) {
	b := newBuyer(t)
	first, second := b.keep(t), b.keep(t)
	if !first.Default || second.Default || first.Last4 != "4242" || first.AddedBy == "" {
		t.Errorf("%+v %+v", first, second)
	}
	other := b.Customer("Autre", nil)
	b.WantFault(b.Payments.MakeDefault(ctx, officetest.Contact(other), second.PublicID), "fault.not_found")
	b.WantFault(b.Payments.DeleteMethod(ctx, officetest.Contact(other), second.PublicID), "fault.not_found")
	link := b.contact()
	link.Trust = 1
	if _, err := b.Payments.KeptMethods(ctx, link, ""); err == nil {
		t.Error("a link shows methods")
	}
	b.Must(b.Payments.MakeDefault(ctx, b.contact(), second.PublicID))
	list, err := b.Payments.KeptMethods(ctx, b.contact(), "")
	if err != nil || len(list) != 2 || list[0].PublicID != second.PublicID || !list[0].Default || list[1].Default {
		t.Errorf("%+v %v", list, err)
	}
	b.Gateway.Down = true // it is given up at once all the same, and the gateway told later
	b.Must(b.Payments.DeleteMethod(ctx, b.contact(), second.PublicID))
	if list, err = b.Payments.KeptMethods(ctx, staff, b.customer.PublicID); err != nil || len(list) != 1 || list[0].Default || len(b.Gateway.Gone) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	b.Gateway.Down = false
	b.Must(b.Payments.AskOpen(ctx))
	if len(b.Gateway.Gone) != 1 || b.count(t, "SELECT count(*) FROM kept_methods WHERE token <> ''") != 1 {
		t.Errorf("told of %v", b.Gateway.Gone)
	}
	b.Sound()
}

// A card's month is its last; then it has expired.
func TestExpiry(t *testing.T) {
	b := newBuyer(t)
	b.keep(t) // 12/2028
	for day, want := range map[string][2]bool{"2028-10-31": {false, false}, "2028-11-02": {false, true}, "2028-12-31": {false, true}, "2029-01-01": {true, false}} {
		b.Move(day)
		list, err := b.Payments.KeptMethods(ctx, b.contact(), "")
		b.Must(err)
		if k := list[0]; k.Expired != want[0] || k.ExpiresSoon != want[1] {
			t.Errorf("%s: %+v", day, k)
		}
	}
}

// The firm's other world, another customer's method, none at all: nothing is charged.
func TestChargeKept(t *testing.T) {
	b := newBuyer(t)
	charge := func(doc sales.Document, method string) (payments.Intent, error) {
		return b.Payments.ChargeKept(ctx, staff, payments.ChargeKept{Key: b.Key(), DocumentID: doc.PublicID, MethodID: method})
	}
	_, err := charge(b.doc, "")
	b.WantFault(err, "fault.pay.no_method")
	kept := b.keep(t)
	stranger := b.Issue(form(b.Customer("Autre", nil), line(100)))
	_, err = charge(stranger, kept.PublicID)
	b.WantFault(err, "fault.pay.no_method")
	b.Gateway.Mode = payments.ModeTest
	_, err = charge(b.doc, "")
	b.WantFault(err, "fault.gateway_gone") // the firm tries its keys: the method is good, and charged again tomorrow
	b.Gateway.Mode = ""
	dbtest.Tamper(t, b.Path, "UPDATE kept_methods SET mode = 'test'")
	_, err = charge(b.doc, "")
	b.WantFault(err, "fault.pay.method_mode")
	dbtest.Tamper(t, b.Path, "UPDATE kept_methods SET mode = 'live'")
	b.Gateway.Mode, b.Gateway.Only = "", "USD"
	_, err = charge(b.doc, "")
	b.WantFault(err, "fault.pay.currency")
	b.Gateway.Only, b.Gateway.Off = "", true
	_, err = charge(b.doc, "")
	b.WantFault(err, "fault.gateway_gone")
	b.Gateway.Off = false
	in := payments.ChargeKept{Key: "charge-command-1", DocumentID: b.doc.PublicID}
	b.say(officetest.Said{State: payments.Succeeded, Silent: true})
	i, err := b.Payments.ChargeKept(ctx, staff, in)
	b.Must(err)
	if i.State != payments.Unknown || i.Kind != payments.IntentCharge {
		t.Fatalf("%+v", i)
	}
	if i, err = b.Payments.ChargeKept(ctx, staff, in); err != nil || i.State != payments.Succeeded || b.due(b.doc) != 0 {
		t.Errorf("%+v %v", i, err)
	}
	_, err = charge(b.doc, "")
	b.WantFault(err, "fault.already_paid")
	b.holds(t, 12_000)
}

// Whoever pays by a kept method gave a password; a page that is open is not charged beside.
func TestPayByKeptMethod(t *testing.T) {
	b := newBuyer(t)
	kept := b.keep(t)
	b.mustStart(t)
	_, err := b.Payments.ChargeKept(ctx, staff, payments.ChargeKept{Key: b.Key(), DocumentID: b.doc.PublicID})
	b.WantFault(err, "fault.payment_under_way")
	link := b.contact()
	link.Trust = 1
	in := payments.StartPayment{Key: b.Key(), Gateway: "practice", DocumentID: b.doc.PublicID, ExpectMinor: 12_000, MethodID: kept.PublicID}
	_, err = b.Payments.StartPayment(ctx, link, in)
	b.WantFault(err, "fault.password_needed")
	b.say(officetest.Said{State: payments.NeedsAction}, officetest.Said{State: payments.Succeeded})
	i, err := b.Payments.StartPayment(ctx, b.contact(), in)
	b.Must(err)
	if i.State != payments.NeedsAction || i.Step != payments.StepConfirm || i.URL != "" {
		t.Fatalf("%+v", i)
	}
	if i, err = b.goOn(i); err != nil || i.State != payments.Succeeded || i.Method.PublicID != kept.PublicID {
		t.Errorf("%+v %v", i, err)
	}
	b.Must(b.Payments.AskOpen(ctx))
	b.holds(t, 12_000)
}

// What cannot be kept is not; the money that came with it is recorded all the same.
func TestNoNumbersAreKept(t *testing.T) {
	for _, bad := range []payments.KeptMethod{
		{Token: "4242424242424242", Last4: "4242"}, {Token: "tok-4242424242424242", Last4: "4242"}, {Token: "", Last4: "4242"}, {Token: "tok", Last4: "42424242"}, {Token: "tok", Last4: ""}, {Token: "tok", Last4: "4242", CustomerRef: "c4242424242424242"},
	} {
		b := newBuyer(t)
		i, err := b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000, Save: true})
		b.Must(err)
		b.Gateway.Known["intent-"+i.PublicID].Kept = &bad
		if i, err = b.goOn(i); err != nil || i.State != payments.Succeeded || i.Method != nil {
			t.Errorf("%+v %v", i, err)
		}
		if n := b.count(t, "SELECT count(*) FROM kept_methods"); n != 0 {
			t.Errorf("%+v was kept", bad)
		}
		for _, table := range []string{"payment_intents", "gateway_customers", "audit_log"} {
			if n := dbtest.Int(t, dbtest.Raw(t, b.Path), "SELECT count(*) FROM "+table+" WHERE "+map[string]string{"payment_intents": "details", "gateway_customers": "ref", "audit_log": "details"}[table]+" GLOB '*4242424242424242*'"); n != 0 {
				t.Errorf("%+v stands in %s", bad, table)
			}
		}
	}
}
