package payments_test

import (
	"context"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// buyer is a customer with an invoice of 120.00 to pay.
type buyer struct {
	*officetest.Firm
	customer customers.Customer
	doc      sales.Document
}

func (b *buyer) contact() actor.Actor { return officetest.Contact(b.customer) }

// start opens an intent for all that is due.
func (b *buyer) start(t *testing.T) (payments.Intent, error) {
	t.Helper()
	now, err := b.Sales.Get(ctx, staff, b.doc.PublicID)
	b.Must(err)
	return b.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: now.DueMinor})
}

func (b *buyer) mustStart(t *testing.T) payments.Intent {
	t.Helper()
	i, err := b.start(t)
	b.Must(err)
	return i
}

func (b *buyer) goOn(i payments.Intent) (payments.Intent, error) {
	return b.Payments.ContinuePayment(ctx, b.contact(), payments.ContinuePayment{IntentID: i.PublicID, Answer: "card"})
}

func (b *buyer) say(said ...officetest.Said) { b.Gateway.Next = said }

func (b *buyer) count(t *testing.T, query string) int64 {
	t.Helper()
	return dbtest.Int(t, dbtest.Raw(t, b.Path), query)
}

func newBuyer(t *testing.T) *buyer {
	f := officetest.New(t)
	b := &buyer{Firm: f, customer: f.Customer("Client", nil)}
	b.doc = f.Issue(form(b.customer, line(10_000)))
	return b
}

func TestApproved(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.Succeeded})
	i := b.mustStart(t)
	if i.State != payments.NeedsAction || i.Step != payments.StepChoose || i.URL != "" || i.AmountMinor != 12_000 || i.Number != b.doc.Number {
		t.Fatalf("%+v", i)
	}
	done, err := b.goOn(i)
	b.Must(err)
	again, err := b.goOn(i) // the page is loaded anew
	b.Must(err)
	if done.State != payments.Succeeded || done.PaymentID == "" || again.PaymentID != done.PaymentID || len(b.Gateway.Charges) != 1 {
		t.Errorf("%+v, %d charges", done, len(b.Gateway.Charges))
	}
	p, err := b.Payments.Get(ctx, staff, done.PaymentID)
	b.Must(err)
	if p.Method != "practice" || p.AmountMinor != 12_000 || p.LeftMinor != 0 {
		t.Errorf("%+v", p)
	}
	_, err = b.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: 0})
	b.WantFault(err, "fault.already_paid")
	b.Sound()
}

func TestDeclinedThenPaid(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.Declined, Reason: "gateway.reason.declined"}, officetest.Said{State: payments.Succeeded})
	first := b.mustStart(t)
	no, err := b.goOn(first)
	b.Must(err)
	if no.State != payments.Declined || no.Reason == "" {
		t.Errorf("%+v", no)
	}
	second := b.mustStart(t)
	yes, err := b.goOn(second)
	b.Must(err)
	if second.PublicID == first.PublicID || yes.State != payments.Succeeded || b.Gateway.Charges[0].Key == b.Gateway.Charges[1].Key {
		t.Errorf("%+v after %+v", yes, no)
	}
	b.Sound()
}

func TestSecondStep(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.NeedsAction}, officetest.Said{State: payments.NeedsAction}, officetest.Said{State: payments.Succeeded})
	i := b.mustStart(t)
	for _, want := range []string{payments.NeedsAction, payments.NeedsAction, payments.Succeeded} {
		got, err := b.goOn(i)
		b.Must(err)
		if got.State != want {
			t.Errorf("%s, want %s", got.State, want)
		}
		if want == payments.NeedsAction {
			b.Must(b.Payments.AskOpen(ctx)) // it waits for the customer: nobody asks
			if same := b.mustStart(t); same.PublicID != i.PublicID {
				t.Error("a second attempt beside one under way")
			}
		}
	}
	if b.count(t, "SELECT count(*) FROM payments") != 1 {
		t.Error("paid more than once")
	}
	b.Sound()
}

// The charge went through and nobody heard of it: asked again, it is recorded, once.
func TestTimeOutIsAskedAgain(t *testing.T) {
	for name, ask := range map[string]func(*buyer, payments.Intent) error{
		"by the customer's page": func(b *buyer, i payments.Intent) error { _, err := b.goOn(i); return err },
		"at the next start":      func(b *buyer, _ payments.Intent) error { return b.Payments.AskOpen(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuyer(t)
			b.say(officetest.Said{State: payments.Succeeded, Silent: true})
			i := b.mustStart(t)
			got, err := b.goOn(i)
			b.Must(err)
			if got.State != payments.Unknown || b.count(t, "SELECT count(*) FROM payments") != 0 {
				t.Fatalf("%+v", got)
			}
			for range 2 {
				b.Must(ask(b, i))
			}
			if got, err = b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.Succeeded || got.PaymentID == "" {
				t.Errorf("%+v %v", got, err)
			}
			if len(b.Gateway.Charges) != 1 || b.count(t, "SELECT count(*) FROM payments") != 1 {
				t.Error("charged or recorded twice")
			}
			b.Sound()
		})
	}
}

// A gateway that never heard of the charge: the attempt is over, another may begin.
func TestLostBeforeTheGateway(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.Succeeded, Silent: true}, officetest.Said{State: payments.Succeeded})
	i := b.mustStart(t)
	_, err := b.goOn(i)
	b.Must(err)
	clear(b.Gateway.Known)
	b.Must(b.Payments.AskOpen(ctx))
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.Cancelled {
		t.Errorf("%+v %v", got, err)
	}
	if got, err := b.goOn(b.mustStart(t)); err != nil || got.State != payments.Succeeded {
		t.Errorf("%+v %v", got, err)
	}
	b.Sound()
}

// The amount moved between the page and the click, or before the card was given.
func TestAmountChangedMeanwhile(t *testing.T) {
	b := newBuyer(t)
	_, err := b.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: 11_999})
	b.WantFault(err, "fault.amount_changed")
	i := b.mustStart(t)
	_, err = record(b.Firm, b.doc, 2_000)
	b.Must(err)
	_, err = b.goOn(i)
	b.WantFault(err, "fault.amount_changed")
	if len(b.Gateway.Charges) != 0 {
		t.Error("the old amount was charged")
	}
	b.say(officetest.Said{State: payments.Succeeded})
	stale := b.mustStart(t) // one that nobody goes on with must not stand in the way
	_, err = record(b.Firm, b.doc, 1_000)
	b.Must(err)
	fresh := b.mustStart(t)
	if done, err := b.goOn(fresh); err != nil || done.AmountMinor != 9_000 || done.State != payments.Succeeded || fresh.PublicID == stale.PublicID {
		t.Errorf("%+v %v", done, err)
	}
	b.Sound()
}

// The gateway took the money while somebody else paid: nothing is lost, nothing is paid
// twice, what is too much stands on the customer's account and the firm is told.
func TestPaidMeanwhile(t *testing.T) {
	for name, x := range map[string]struct{ meanwhile, left int64 }{"all of it": {12_000, 12_000}, "a part": {5_000, 5_000}} {
		t.Run(name, func(t *testing.T) {
			b := newBuyer(t)
			b.say(officetest.Said{State: payments.Succeeded, Silent: true})
			i := b.mustStart(t)
			_, err := b.goOn(i)
			b.Must(err)
			_, err = record(b.Firm, b.doc, x.meanwhile)
			b.WantFault(err, "fault.settlement.attempt_open") // the firm is warned, and may go on
			_, err = b.Payments.Record(ctx, staff, payments.Record{Key: b.Key(), DocumentID: b.doc.PublicID, AmountMinor: x.meanwhile, Method: "transfer", Anyway: true})
			b.Must(err)
			b.Must(b.Payments.AskOpen(ctx))
			got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID)
			b.Must(err)
			if got.State != payments.Succeeded {
				t.Fatalf("%+v", got)
			}
			p, err := b.Payments.Get(ctx, staff, got.PaymentID)
			b.Must(err)
			d, err := b.Sales.Get(ctx, staff, b.doc.PublicID)
			b.Must(err)
			if p.AmountMinor != 12_000 || p.LeftMinor != x.left || d.DueMinor != 0 || d.State != "paid" {
				t.Errorf("payment %+v, due %d", p, d.DueMinor)
			}
			if n := balance(t, b.Firm, "clients"); n != -x.left {
				t.Errorf("the customer's account stands at %d", n)
			}
			if n := balance(t, b.Firm, "tva_collectee_attente"); n != 0 {
				t.Errorf("%d of tax waits", n)
			}
			if b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'paid_twice'") != 1 {
				t.Error("nobody was told")
			}
			b.Sound()
		})
	}
}

// Double clicks and two tabs: one charge, one payment.
func TestClicksAtOnce(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.Succeeded})
	i := b.mustStart(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if got, err := b.goOn(i); err != nil || got.State != payments.Succeeded {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
	all.Wait()
	if len(b.Gateway.Charges) != 1 || b.count(t, "SELECT count(*) FROM payments") != 1 {
		t.Errorf("%d charges", len(b.Gateway.Charges))
	}
	b.Sound()
}

func TestSomebodyElsesPayment(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	stranger := officetest.Contact(b.Customer("Autre", nil))
	_, err := b.Payments.Intent(ctx, stranger, i.PublicID)
	b.WantFault(err, "fault.not_found")
	_, err = b.Payments.ContinuePayment(ctx, stranger, payments.ContinuePayment{IntentID: i.PublicID, Answer: "card"})
	b.WantFault(err, "fault.not_found")
	_, err = b.Payments.StartPayment(ctx, stranger, payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: 12_000})
	b.WantFault(err, "fault.not_found")
	_, err = b.Payments.PortalOffer(ctx, stranger, payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}})
	b.WantFault(err, "fault.not_found")
	_, err = b.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "elsewhere", ExpectMinor: 12_000})
	b.WantFault(err, "fault.not_found")
	_, err = b.Payments.StartPayment(ctx, staff, payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: 12_000})
	if !fault.Is(err, fault.Forbidden) {
		t.Error(err)
	}
}

// The same command again is the same intent; another body under its key is refused.
func TestStartTwice(t *testing.T) {
	b := newBuyer(t)
	in := payments.StartPayment{Key: "start-payment-1", DocumentID: b.doc.PublicID, Gateway: "practice", ExpectMinor: 12_000}
	first, err := b.Payments.StartPayment(ctx, b.contact(), in)
	b.Must(err)
	again, err := b.Payments.StartPayment(ctx, b.contact(), in)
	b.Must(err)
	if first.PublicID != again.PublicID {
		t.Error("two intents")
	}
	in.ExpectMinor = 1
	_, err = b.Payments.StartPayment(ctx, b.contact(), in)
	b.WantFault(err, "fault.command_reused")
}

// A customer who closes the page while the gateway is asked: what was charged is recorded
// all the same.
func TestCustomerGoesAwayWhilePaying(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	b.say(officetest.Said{State: payments.Succeeded})
	gone, leave := context.WithCancel(ctx)
	b.Gateway.Before = leave
	if _, err := b.Payments.ContinuePayment(gone, b.contact(), payments.ContinuePayment{IntentID: i.PublicID, Answer: "card"}); err != nil {
		t.Fatal(err)
	}
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments after one charge", n)
	}
}

// Money that the practice gateway did not take cannot be written down as its.
func TestPracticeIsNoMethodByHand(t *testing.T) {
	b := newBuyer(t)
	_, err := b.Payments.Record(ctx, staff, payments.Record{Key: b.Key(), DocumentID: b.doc.PublicID, Method: "practice"})
	if !fault.HasField(err, "method") {
		t.Errorf("%v", err)
	}
}

// While a gateway owes its answer nobody is led to pay another way.
func TestWaitingAttemptIsTold(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	m, err := b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}})
	if err != nil || m.Waiting != "" {
		t.Fatalf("%+v %v", m, err)
	}
	b.say(officetest.Said{State: payments.Succeeded, Silent: true})
	if _, err := b.goOn(i); err != nil {
		t.Fatal(err)
	}
	if m, err = b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}}); err != nil || m.Waiting != i.PublicID {
		t.Errorf("%+v %v", m, err)
	}
	b.Must(b.Payments.AskOpen(ctx))
	if m, err = b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}}); err != nil || m.Waiting != "" || m.DueMinor != 0 {
		t.Errorf("%+v %v", m, err)
	}
}
