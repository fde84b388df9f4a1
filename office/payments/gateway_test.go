package payments_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

func shown(d sales.Document, minor, shown int64) payments.PayPart {
	return payments.PayPart{DocumentID: d.PublicID, AmountMinor: minor, ShownMinor: shown}
}

// order starts what is given, through the practice gateway.
func (b *buyer) order(in payments.StartPayment) (payments.Intent, error) {
	in.Key, in.Gateway = b.Key(), "practice"
	return b.Payments.StartPayment(ctx, b.contact(), in)
}

func (b *buyer) allow(settings string) {
	dbtest.Tamper(b.T, b.Path, "UPDATE pay_settings SET "+settings)
}

func (b *buyer) way(settings string) {
	dbtest.Tamper(b.T, b.Path, "UPDATE pay_ways SET "+settings+" WHERE way = 'practice'")
}

func (b *buyer) due(d sales.Document) int64 {
	b.T.Helper()
	now, err := b.Sales.Get(ctx, staff, d.PublicID)
	b.Must(err)
	return now.DueMinor
}

// paid starts and ends an order with a success.
func (b *buyer) paid(in payments.StartPayment) payments.Payment {
	b.T.Helper()
	i, err := b.order(in)
	b.Must(err)
	i, err = b.goOn(i)
	b.Must(err)
	p, err := b.Payments.Get(ctx, staff, i.PaymentID)
	b.Must(err)
	return p
}

// Several invoices by one payment, and whoever waits for them to be paid is told in the same
// transaction.
func TestSeveralAtOnce(t *testing.T) {
	b := newBuyer(t)
	second := b.Issue(form(b.customer, line(5_000)))
	var told []int64
	b.Payments.Settled = func(_ context.Context, tx *db.Tx, ids []int64) error {
		told = append(told, ids...)
		return nil
	}
	i, err := b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 12_000, 12_000), shown(second, 6_000, 6_000)}})
	b.Must(err)
	if i.State != payments.NeedsAction || i.AmountMinor != 18_000 || len(i.Parts) != 2 || i.DocumentID != "" || i.Number != b.doc.Number+", "+second.Number {
		t.Fatalf("%+v", i)
	}
	done, err := b.goOn(i)
	b.Must(err)
	p, err := b.Payments.Get(ctx, staff, done.PaymentID)
	b.Must(err)
	if len(p.Parts) != 2 || p.AmountMinor != 18_000 || p.LeftMinor != 0 || b.due(b.doc) != 0 || b.due(second) != 0 {
		t.Errorf("%+v", p)
	}
	if len(told) != 2 {
		t.Errorf("told of %v", told)
	}
	b.Sound()
}

func TestChosenAmount(t *testing.T) {
	b := newBuyer(t)
	other := b.Issue(form(b.Customer("Autre", nil), line(100)))
	for key, in := range map[string]payments.StartPayment{
		"fault.pay.less":       {Parts: []payments.PayPart{shown(b.doc, 5_000, 12_000)}},
		"fault.pay.more":       {Parts: []payments.PayPart{shown(b.doc, 12_001, 12_000)}},
		"fault.pay.ahead":      {AheadMinor: 1_000},
		"fault.amount_changed": {Parts: []payments.PayPart{shown(b.doc, 11_000, 11_000)}},
		"fault.pay.amount":     {Parts: []payments.PayPart{shown(b.doc, 0, 12_000)}},
		"fault.not_found":      {Parts: []payments.PayPart{shown(other, 120, 120)}},
		"fault.invalid":        {Parts: []payments.PayPart{shown(b.doc, 12_000, 12_000), shown(b.doc, 12_000, 12_000)}},
	} {
		_, err := b.order(in)
		b.WantFault(err, key)
	}
	b.allow("less = 1, more = 1, ahead = 1, least_minor = 1000")
	_, err := b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 999, 12_000)}})
	b.WantFault(err, "fault.pay.least")
	_, err = b.order(payments.StartPayment{AheadMinor: 999})
	b.WantFault(err, "fault.pay.least")
	if p := b.paid(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 5_000, 12_000)}}); p.LeftMinor != 0 || b.due(b.doc) != 7_000 {
		t.Errorf("a part: %+v", p)
	}
	if p := b.paid(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 8_000, 7_000)}}); p.LeftMinor != 1_000 || b.due(b.doc) != 0 {
		t.Errorf("more: %+v", p)
	}
	if p := b.paid(payments.StartPayment{AheadMinor: 2_500}); p.LeftMinor != 2_500 || len(p.Parts) != 0 {
		t.Errorf("ahead: %+v", p)
	}
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'paid_twice'"); n != 0 {
		t.Errorf("%d were told that they paid too much, which they meant to", n)
	}
	b.Sound()
}

// The currencies are not mixed, and a gateway that does not take one is not asked.
func TestCurrencyNotSupported(t *testing.T) {
	f := officetest.New(t)
	b := &buyer{Firm: f, customer: f.Customer("Québec", func(c *customers.Customer) {
		c.Currency, c.Country, c.TaxRegime, c.Postcode, c.City = "CAD", "CA", "export", "H2X 1Y4", "Montréal"
	})}
	d := form(b.customer, line(10_000))
	d.RateE8 = 66_000_000
	b.doc = f.Issue(d)
	b.Gateway.Only = "EUR"
	_, err := b.start(t)
	b.WantFault(err, "fault.pay.currency")
	b.Gateway.Only = ""
	b.allow("ahead = 1")
	_, err = b.order(payments.StartPayment{AheadMinor: 1_000, Currency: "USD"}) // no rate is known: it could not be written down
	b.WantFault(err, "fault.pay.currency")
	b.Gateway.Only = money.Currency("CAD")
	if p := b.paid(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: b.due(b.doc)}); p.Currency != "CAD" || p.LeftMinor != 0 {
		t.Errorf("%+v", p)
	}
	for key := range b.Gateway.Known { // it is taken back, and comes again, at a rate that is known
		b.Gateway.Dispute(key, payments.DisputeOpen, true)
		b.Must(b.Payments.Hear(ctx, "practice", []byte("a "+key+" -"), "good"))
		b.Gateway.Dispute(key, payments.DisputeWon, false)
		b.Must(b.Payments.Hear(ctx, "practice", []byte("b "+key+" -"), "good"))
	}
	if b.due(b.doc) != 0 || b.count(t, "SELECT count(*) FROM payments") != 2 {
		t.Errorf("%d due", b.due(b.doc))
	}
	b.Sound()
}

// Somebody else paid while the page was open: nothing is charged.
func TestPaidASecondBefore(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	_, err := record(b.Firm, b.doc, 12_000)
	b.Must(err)
	_, err = b.goOn(i)
	b.WantFault(err, "fault.already_paid")
	if len(b.Gateway.Charges) != 0 {
		t.Error("charged")
	}
	b.Sound()
}

// Nothing reaches the gateway: the attempt is over, nothing was charged, another may begin.
func TestGatewayOutOfReach(t *testing.T) {
	b := newBuyer(t)
	b.Gateway.Down = true
	i := b.mustStart(t)
	if i.State != payments.Cancelled || i.Reason != "gateway.reason.unreachable" {
		t.Errorf("%+v", i)
	}
	b.Gateway.Down = false
	b.paid(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
	b.Sound()
}

// What a webhook says is not believed: it is asked about. Twice, early, forged: no difference.
func TestWebhooks(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	key := "intent-" + i.PublicID
	hear := func(payload string) { t.Helper(); b.Must(b.Payments.Hear(ctx, "practice", []byte(payload), "good")) }
	hear("evt_1 " + key + " ref-" + key) // claims whatever it likes: nothing has moved
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.NeedsAction {
		t.Errorf("%+v %v", got, err)
	}
	b.Gateway.End(key, payments.NeedsAction, payments.Succeeded)
	b.WantFault(b.Payments.Hear(ctx, "practice", []byte("evt_2 "+key+" x"), "forged"), "fault.invalid")
	b.WantFault(b.Payments.Hear(ctx, "nobody", []byte("evt_2 "+key+" x"), "good"), "fault.not_found")
	hear("evt_1 " + key + " x") // heard already: not asked again
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 0 {
		t.Errorf("%d payments by a webhook that was heard before", n)
	}
	for range 3 {
		hear("evt_2 " + key + " ref-" + key)
	}
	hear("evt_3 - ref-" + key) // by the gateway's own name of it
	hear("evt_4 intent-of-somebody ref-unknown")
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments", n)
	}
	if n := b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'new'"); n != 0 {
		t.Errorf("%d events wait", n)
	}
	b.Sound()
}

// A webhook while our own call has not been answered yet.
func TestWebhookBeforeTheAnswer(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	key := "intent-" + i.PublicID
	b.say(officetest.Said{State: payments.Succeeded, Silent: true})
	if got, err := b.goOn(i); err != nil || got.State != payments.Unknown {
		t.Fatalf("%+v %v", got, err)
	}
	b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 "+key+" -"), "good"))
	if got, err := b.goOn(i); err != nil || got.State != payments.Succeeded || b.count(t, "SELECT count(*) FROM payments") != 1 {
		t.Errorf("%+v %v", got, err)
	}
	b.Sound()
}

// Without webhooks the same is found among the gateway's news, read from where they were.
func TestNews(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	key := "intent-" + i.PublicID
	b.Must(b.Payments.AskOpen(ctx))
	b.Gateway.End(key, payments.NeedsAction, payments.Succeeded)
	b.Gateway.Stories = []payments.Event{{ID: "evt_1", Mode: payments.ModeLive, Key: key}}
	b.Must(b.Payments.AskOpen(ctx)) // too soon to read again
	b.MoveTo(b.Now().Add(6 * time.Minute))
	b.Must(b.Payments.AskOpen(ctx))
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments", n)
	}
	b.MoveTo(b.Now().Add(40 * 24 * time.Hour)) // the machine was off: the gateway no longer tells, it is asked
	b.Gateway.Stories = nil
	b.Gateway.GiveBack(key, 3_000)
	b.Must(b.Payments.AskOpen(ctx))
	b.Must(b.Payments.AskOpen(ctx))
	if n := b.count(t, "SELECT count(*) FROM refunds"); n != 1 {
		t.Errorf("%d refunds", n)
	}
	b.Sound()
}

// What was begun in one world of a gateway is asked about with the keys of that world, whichever
// is switched on, and never with those of the other.
func TestWorldsAreKeptApart(t *testing.T) {
	k := newKeyRoom(t)
	k.typed("live", "test")
	i := k.begin()
	k.Gateway.End("intent-"+i.PublicID, payments.NeedsAction, payments.Processing)
	k.mode("test")
	asked := k.Gateway.Asked
	if got, err := k.room.AskAbout(ctx, staff, i.PublicID); err != nil || got.State != payments.Processing || got.Mode != payments.ModeLive || k.Gateway.Asked != asked+1 {
		t.Errorf("%+v %v: asked %d times", got, err, k.Gateway.Asked-asked)
	}
	k.Gateway.Stories = []payments.Event{{ID: "evt_1", Mode: payments.ModeLive, Key: "intent-" + i.PublicID}}
	k.Gateway.End("intent-"+i.PublicID, payments.Processing, payments.Succeeded)
	k.Must(k.room.AskOpen(ctx)) // its news are read too
	got, err := k.room.StaffIntent(ctx, staff, i.PublicID)
	if err != nil || got.State != payments.Succeeded {
		t.Fatalf("%+v %v", got, err)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, k.Path), "SELECT count(*) FROM gateway_events WHERE state = 'done'"); n != 1 {
		t.Errorf("%d events of the world that is switched off were heeded", n)
	}
	trace, err := k.room.Trace(ctx, staff, got.PaymentID)
	k.Must(err)
	back, err := k.room.RefundByGateway(ctx, staff, payments.Refund{Key: k.Key(), PaymentID: got.PaymentID, AmountMinor: 100, FromInvoices: true})
	if err != nil || !trace.CanRefund || back.State != payments.Succeeded || back.Mode != payments.ModeLive {
		t.Errorf("%+v: %+v %v", trace, back, err)
	}
}

// Without its keys nothing of a world is asked about, and what its gateway told holds up nobody.
func TestAWorldWithoutKeys(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	b.say(officetest.Said{State: payments.Succeeded, Silent: true})
	if _, err := b.goOn(i); err != nil {
		t.Fatal(err)
	}
	dbtest.Tamper(t, b.Path, "INSERT INTO gateway_events (gateway, mode, event_id, kind, about_key, received_at) VALUES ('practice', 'live', 'evt_1', 'x', 'intent-"+i.PublicID+"', '"+db.Stamp(b.Now())+"')")
	b.Gateway.Mode = payments.ModeTest
	asked := b.Gateway.Asked
	b.Must(b.Payments.AskOpen(ctx))
	_, err := b.goOn(i)
	b.WantFault(err, "fault.gateway_gone")
	if b.Gateway.Asked != asked || b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'new'") != 1 {
		t.Error("asked with the keys of the other world")
	}
	b.MoveTo(b.Now().Add(2 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	if b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'nobody'") != 1 || b.count(t, "SELECT count(*) FROM payment_intents WHERE asked_at = ''") != 0 {
		t.Error("it holds up those behind it")
	}
	b.Gateway.Mode = ""
	b.MoveTo(b.Now().Add(24 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.Succeeded {
		t.Errorf("%+v %v", got, err)
	}
	b.Sound()
}

// What was told of a payment while the keys were gone (a keyring that was not opened) is asked about
// once they are there: what went back is not lost with its event.
func TestToldWhileTheKeysWereGone(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	_, err := b.goOn(i)
	b.Must(err)
	b.Gateway.GiveBack("intent-"+i.PublicID, 2_000)
	dbtest.Tamper(t, b.Path, "INSERT INTO gateway_events (gateway, mode, event_id, kind, about_key, received_at) VALUES ('practice', 'live', 'evt_1', 'x', 'intent-"+i.PublicID+"', '"+db.Stamp(b.Now())+"')")
	b.Gateway.Mode = payments.ModeTest
	b.MoveTo(b.Now().Add(2 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	b.Gateway.Mode = ""
	b.Must(b.Payments.AskOpen(ctx))
	b.holds(t, 10_000)
	if b.count(t, "SELECT count(*) FROM payment_intents WHERE watched = 1") != 0 {
		t.Error("it is asked about for ever")
	}
}

// The clock was set back behind the invoice: what the gateway took is recorded all the same.
func TestClockSetBack(t *testing.T) {
	b := newBuyer(t)
	b.Must(func() error { _, err := record(b.Firm, b.doc, 1_000); return err }())
	i := b.mustStart(t)
	b.say(officetest.Said{State: payments.Succeeded, Silent: true})
	if _, err := b.goOn(i); err != nil {
		t.Fatal(err)
	}
	b.MoveTo(b.Now().Add(-5 * 24 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.Succeeded || b.due(b.doc) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	b.MoveTo(b.Now().Add(10 * 24 * time.Hour))
	b.Sound()
}

// Two tabs, two orders at once: never two that can both be paid unnoticed.
func TestTwoAtOnce(t *testing.T) {
	b := newBuyer(t)
	var list []payments.Intent
	for range 2 {
		list = append(list, b.mustStart(t))
	}
	if list[0].PublicID != list[1].PublicID {
		t.Error("two attempts for one order")
	}
	b.say(officetest.Said{State: payments.Processing})
	if got, err := b.goOn(list[0]); err != nil || got.State != payments.Processing {
		t.Fatalf("%+v %v", got, err)
	}
	again, err := b.start(t)
	b.Must(err)
	if again.PublicID != list[0].PublicID {
		t.Error("a second attempt beside a debit under way")
	}
	_, err = record(b.Firm, b.doc, 12_000)
	b.WantFault(err, "fault.settlement.attempt_open")
	b.Gateway.End("intent-"+again.PublicID, payments.Processing, payments.Succeeded)
	b.Must(b.Payments.AskOpen(ctx))
	if b.due(b.doc) != 0 {
		t.Error("a debit that came is not recorded")
	}
	b.Sound()
}

// A webhook that comes while our own call is under way waits for nobody, and is not lost.
func TestWebhookDuringTheCall(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	b.say(officetest.Said{State: payments.Succeeded})
	b.Gateway.Before = func() {
		b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 intent-"+i.PublicID+" -"), "good"))
	}
	if got, err := b.goOn(i); err != nil || got.State != payments.Succeeded {
		t.Errorf("%+v %v", got, err)
	}
	b.Must(b.Payments.AskOpen(ctx))
	if b.count(t, "SELECT count(*) FROM payments") != 1 || b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'done'") != 1 {
		t.Error("heard twice, or not at all")
	}
}

// The customer left the page, or the second step: once it can be paid on no more it is over.
func TestAbandoned(t *testing.T) {
	b := newBuyer(t)
	b.Gateway.Expires = b.Now().Add(time.Hour)
	i := b.mustStart(t)
	b.say(officetest.Said{State: payments.NeedsAction})
	if _, err := b.goOn(i); err != nil {
		t.Fatal(err)
	}
	b.Must(b.Payments.AskOpen(ctx))
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.NeedsAction {
		t.Errorf("%+v %v", got, err)
	}
	b.MoveTo(b.Now().Add(2 * time.Hour))
	b.Must(b.Payments.AskOpen(ctx))
	if got, err := b.Payments.Intent(ctx, b.contact(), i.PublicID); err != nil || got.State != payments.Cancelled || b.Gateway.Known["intent-"+i.PublicID].State != payments.Cancelled {
		t.Errorf("%+v %v", got, err)
	}
	b.paid(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
	b.Sound()
}

// Eight tabs at the same moment, each with a key of its own: one attempt.
func TestTabsAtOnce(t *testing.T) {
	b := newBuyer(t)
	var all sync.WaitGroup
	ids := make([]string, 8)
	for n := range ids {
		all.Go(func() {
			i, err := b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
			if err == nil {
				i, err = b.goOn(i)
			}
			if e, refused := fault.As(err); err != nil && !(refused && e.Key == "fault.already_paid") {
				t.Error(err)
			}
			ids[n] = i.PaymentID
		})
	}
	all.Wait()
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 1 || len(b.Gateway.Known) != 1 {
		t.Errorf("%d payments, %d attempts: %v", n, len(b.Gateway.Known), ids)
	}
	b.Sound()
}
