package payments_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"comptoir/core/fault"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

func (b *buyer) state(i payments.Intent) string {
	b.T.Helper()
	got, err := b.Payments.StaffIntent(ctx, staff, i.PublicID)
	b.Must(err)
	return got.State
}

func (b *buyer) credited(cents int64) {
	b.T.Helper()
	_, err := b.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: b.Key(), InvoiceID: b.doc.PublicID, How: sales.CreditAmount, AmountMinor: cents, Reason: "Erreur"})
	b.Must(err)
}

// A page that asks for more than is due, however that came, is given up with what lowered it,
// and closed at the gateway at once.
func TestPagesThatAskForTooMuch(t *testing.T) {
	for name, lower := range map[string]func(*buyer){
		"paid by transfer": func(b *buyer) { _, err := record(b.Firm, b.doc, 0); b.Must(err) },
		"paid in part":     func(b *buyer) { _, err := record(b.Firm, b.doc, 1); b.Must(err) },
		"credited":         func(b *buyer) { b.credited(12_000) },
		"credited in part": func(b *buyer) { b.credited(500) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBuyer(t)
			i := b.mustStart(t)
			for range 12 { // the gateway was asked about it often: it is not spaced any more
				_, err := b.Payments.AskAbout(ctx, staff, i.PublicID)
				b.Must(err)
			}
			lower(b)
			if got := b.state(i); got != payments.Cancelled {
				t.Fatalf("still %s", got)
			}
			b.Must(b.Payments.ClosePages(ctx))
			if got := b.Gateway.Known["intent-"+i.PublicID].State; got != payments.Cancelled {
				t.Errorf("at the gateway it is %s", got)
			}
			asked := b.Gateway.Asked
			b.Must(b.Payments.ClosePages(ctx))
			if b.Gateway.Asked != asked {
				t.Error("closed twice")
			}
			b.Sound()
		})
	}
}

// The gateway is not there when the page is to be closed: it is closed by a later round.
func TestPageIsClosedLater(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	_, err := record(b.Firm, b.doc, 0)
	b.Must(err)
	b.Gateway.Set(func(g *officetest.Gateway) { g.Down = true })
	b.Must(b.Payments.ClosePages(ctx))
	b.Gateway.Set(func(g *officetest.Gateway) { g.Down = false })
	b.Must(b.Payments.AskOpen(ctx))
	if got := b.Gateway.Known["intent-"+i.PublicID].State; got != payments.Cancelled {
		t.Errorf("at the gateway it is %s", got)
	}
}

// The customer pays on the page in the moment between: the money is booked, as the customer's,
// and the firm is told.
func TestPaidBeforeThePageIsClosed(t *testing.T) {
	b := newBuyer(t)
	i := b.mustStart(t)
	_, err := record(b.Firm, b.doc, 0)
	b.Must(err)
	b.Gateway.End("intent-"+i.PublicID, payments.NeedsAction, payments.Succeeded)
	b.Must(b.Payments.ClosePages(ctx))
	if b.state(i) != payments.Succeeded || b.count(t, "SELECT sum(left_minor) FROM payment_status") != 12_000 || b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'paid_twice'") != 1 {
		t.Errorf("%s, %d left", b.state(i), b.count(t, "SELECT sum(left_minor) FROM payment_status"))
	}
	b.holds(t, 12_000)
}

// What still fits stays open; an attempt's own payment does not give itself up.
func TestPagesThatStillFit(t *testing.T) {
	b := newBuyer(t)
	b.allow("less = 1")
	i, err := b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 5_000, 12_000)}})
	b.Must(err)
	_, err = record(b.Firm, b.doc, 7_000)
	b.Must(err)
	if got := b.state(i); got != payments.NeedsAction {
		t.Fatal(got)
	}
	b.Gateway.End("intent-"+i.PublicID, payments.NeedsAction, payments.Succeeded)
	_, err = b.Payments.AskAbout(ctx, staff, i.PublicID)
	b.Must(err)
	if got := b.state(i); got != payments.Succeeded || b.due(b.doc) != 0 {
		t.Errorf("%s, %d due", got, b.due(b.doc))
	}
	b.holds(t, 5_000)
}

// A new order closes the page of the old one before it opens its own; what was paid on the old
// one a moment before is booked, and no second page opens.
func TestOldPages(t *testing.T) {
	again := func(b *buyer) (payments.Intent, error) {
		return b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 5_000, 12_000)}})
	}
	first := func(t *testing.T) (*buyer, payments.Intent) {
		b := newBuyer(t)
		b.allow("less = 1")
		return b, b.mustStart(t)
	}
	t.Run("closed", func(t *testing.T) {
		b, old := first(t)
		i, err := again(b)
		b.Must(err)
		if b.Gateway.Known["intent-"+old.PublicID].State != payments.Cancelled || i.State != payments.NeedsAction {
			t.Errorf("the old one is %s, the new one %s", b.Gateway.Known["intent-"+old.PublicID].State, i.State)
		}
	})
	t.Run("paid", func(t *testing.T) {
		b, old := first(t)
		b.Gateway.End("intent-"+old.PublicID, payments.NeedsAction, payments.Succeeded)
		_, err := again(b)
		b.WantFault(err, "fault.already_paid")
		if len(b.Gateway.Known) != 1 || b.state(old) != payments.Succeeded || b.due(b.doc) != 0 {
			t.Errorf("%d pages, %s", len(b.Gateway.Known), b.state(old))
		}
		b.holds(t, 12_000)
	})
	t.Run("on its way", func(t *testing.T) {
		b, old := first(t)
		b.Gateway.End("intent-"+old.PublicID, payments.NeedsAction, payments.Processing)
		_, err := again(b)
		b.WantFault(err, "fault.payment_under_way")
		if len(b.Gateway.Known) != 1 || b.count(t, "SELECT count(*) FROM payment_intents WHERE state NOT IN ('processing','cancelled')") != 0 {
			t.Errorf("%d pages", len(b.Gateway.Known))
		}
	})
	t.Run("out of reach", func(t *testing.T) {
		b, old := first(t)
		b.Gateway.Down = true
		_, err := again(b)
		b.WantFault(err, "fault.gateway_gone")
		b.Gateway.Down = false
		if len(b.Gateway.Known) != 1 {
			t.Fatal("a second page beside the first")
		}
		i, err := again(b) // the same order once more
		b.Must(err)
		if b.Gateway.Known["intent-"+old.PublicID].State != payments.Cancelled || i.State != payments.NeedsAction {
			t.Error(i.State)
		}
	})
}

// A page that somebody else of the customer's opened, from another address of the portal, is
// not gone on with: who pays comes back to where he is known.
func TestPageOfAnotherContact(t *testing.T) {
	b := newBuyer(t)
	order := func(name, address string) payments.Intent {
		t.Helper()
		who := b.contact()
		who.Name = name
		i, err := b.Payments.StartPayment(ctx, who, payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, ExpectMinor: 12_000, Gateway: "practice", ReturnURL: address})
		b.Must(err)
		return i
	}
	first := order("Claire", "https://192.168.1.2/reglement/{id}")
	if same := order("Claire", "https://192.168.1.2/reglement/{id}"); same.PublicID != first.PublicID {
		t.Error("a page of its own for the same visitor")
	}
	second := order("Claire", "https://comptoir.local/reglement/{id}")
	if second.PublicID == first.PublicID || b.Gateway.Known["intent-"+first.PublicID].State != payments.Cancelled {
		t.Errorf("%s", b.Gateway.Known["intent-"+first.PublicID].State)
	}
}

// slow is a gateway that does not answer when it is asked.
type slow struct {
	*officetest.Gateway
	asked int
	wait  func(ctx context.Context) error
}

func (s *slow) Ask(ctx context.Context, _ payments.Attempt) (payments.Outcome, error) {
	s.asked++
	return payments.Outcome{}, s.wait(ctx)
}

func (s *slow) Cancel(ctx context.Context, a payments.Attempt) (payments.Outcome, error) {
	return s.Ask(ctx, a)
}

func waiting(t *testing.T) *buyer {
	t.Helper()
	b := newBuyer(t)
	for n := range 4 {
		if n > 0 {
			b.doc = b.Issue(form(b.customer, line(10_000)))
		}
		b.say(officetest.Said{State: payments.Succeeded, Silent: true})
		_, err := b.goOn(b.mustStart(t))
		b.Must(err)
	}
	return b
}

// One that does not answer is left alone for the round, and all that is about it waits; one
// that refuses has answered.
func TestSilentGatewayIsLeftAlone(t *testing.T) {
	for want, err := range map[int]error{1: payments.ErrUnreached, 4: payments.ErrBadOrder} {
		b := waiting(t)
		g := &slow{Gateway: b.Gateway, wait: func(context.Context) error { return err }}
		b.Payments.Gateways = []payments.Gateway{g}
		b.Must(b.Payments.AskOpen(ctx))
		if g.asked != want {
			t.Errorf("%v: asked %d times, want %d", err, g.asked, want)
		}
	}
}

// The company is closed while a gateway hangs: the round ends there and then, and nothing is
// believed of what it did not say.
func TestRoundEndsWithTheCompany(t *testing.T) {
	b := waiting(t)
	open, end := context.WithCancel(ctx)
	g := &slow{Gateway: b.Gateway, wait: func(ctx context.Context) error {
		end()
		<-ctx.Done()
		return ctx.Err()
	}}
	b.Payments.Gateways = []payments.Gateway{g}
	b.Must(b.Payments.AskOpen(open))
	if n := b.count(t, "SELECT count(*) FROM payment_intents WHERE state = 'unknown' AND watched = 1"); g.asked != 1 || n != 4 {
		t.Errorf("asked %d times, %d unknown", g.asked, n)
	}
	b.Payments.Gateways = []payments.Gateway{b.Gateway}
	b.Must(b.Payments.AskOpen(ctx))
	b.holds(t, 48_000)
}

const lostKey = "intent-" + "abcdefghijklmnopqrstuvwxyz"

// lost puts a payment at the gateway that was ordered after the backup which this file is.
func (b *buyer) lost(customer string) {
	b.Gateway.Known[lostKey] = &officetest.Attempt{Kind: payments.IntentPay, AmountMinor: 9_000, Customer: customer, Outcome: payments.Outcome{State: payments.Succeeded, Ref: "ref-lost", ChargeRef: "ref-lost"}}
}

// Money of a file that was put back to an older state is taken over: on the customer's account,
// once, with what went back of it, and the firm is told.
func TestMoneyOfARestoredFile(t *testing.T) {
	b := newBuyer(t)
	b.lost(b.customer.PublicID)
	for _, id := range []string{"evt_1", "evt_1", "evt_2"} {
		b.Must(b.Payments.Hear(ctx, "practice", []byte(id+" "+lostKey+" ref-lost"), "good"))
	}
	list, err := b.Payments.Attempts(ctx, staff, b.customer.PublicID, 10)
	b.Must(err)
	if len(list) != 1 || list[0].State != payments.Succeeded || list[0].AmountMinor != 9_000 || "intent-"+list[0].PublicID != lostKey || b.due(b.doc) != 12_000 {
		t.Fatalf("%+v", list)
	}
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_adopted'"); n != 1 || b.count(t, "SELECT count(*) FROM notifications") != 1 {
		t.Errorf("told %d times", n)
	}
	if n := b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'done'"); n != 2 {
		t.Errorf("%d heeded", n)
	}
	b.Gateway.GiveBack(lostKey, 2_000)
	b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_3 refund-somebody ref-lost"), "good"))
	b.holds(t, 7_000)
}

// Of a customer who is not here nothing is booked, and the firm is told what to look for, once.
func TestMoneyOfNobody(t *testing.T) {
	b := newBuyer(t)
	b.lost("nobodyofthisfilenobodyofit")
	for _, id := range []string{"evt_1", "evt_2"} {
		b.Must(b.Payments.Hear(ctx, "practice", []byte(id+" "+lostKey+" ref-lost"), "good"))
	}
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_unknown' AND args LIKE '%"+lostKey+"%'"); n != 1 || b.count(t, "SELECT count(*) FROM payments") != 0 {
		t.Errorf("told %d times", n)
	}
	if n := b.count(t, "SELECT count(*) FROM gateway_events WHERE state = 'nobody'"); n != 2 {
		t.Errorf("%d put aside", n)
	}
	b.Gateway.Known[lostKey].State = payments.Processing // nothing was taken yet: another event will tell
	b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_3 "+lostKey+" ref-lost"), "good"))
	b.Sound()
}

// The firm hears of every payment by a gateway, whoever noticed it.
func TestFirmIsToldOfPayments(t *testing.T) {
	b := waiting(t)
	b.allow("ahead = 1")
	b.Must(b.Payments.AskOpen(ctx)) // nobody came back from the page
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_received'"); n != 4 {
		t.Errorf("told of %d payments", n)
	}
	b.paid(payments.StartPayment{AheadMinor: 2_500})
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'payment_ahead' AND object_kind = 'payment'"); n != 1 {
		t.Errorf("told of %d ahead", n)
	}
}

// Keeping what is paid with is judged where the order comes in, too.
func TestKeepingIsJudgedAtTheOrder(t *testing.T) {
	b := newBuyer(t)
	b.allow("save = 0")
	who := b.contact()
	_, err := b.Payments.StartPayment(ctx, who, payments.StartPayment{Key: b.Key(), DocumentID: b.doc.PublicID, ExpectMinor: 12_000, Gateway: "practice", Save: true})
	b.WantFault(err, "fault.pay.no_saving")
}

// A refund that has no room in the books any more, as the bank took all of it meanwhile, comes
// to its end; the firm is told, and its payment is not blocked.
func TestRefundThatCannotBeBooked(t *testing.T) {
	for name, lost := range map[string]int64{"nothing left": 12_000, "a part left": 10_000} {
		t.Run(name, func(t *testing.T) {
			b, p, key := taken(t)
			b.say(officetest.Said{State: payments.Processing})
			i, err := b.giveBack(p, 4_000)
			b.Must(err)
			b.Gateway.Set(func(g *officetest.Gateway) {
				g.Known[key].Disputes = []payments.Dispute{{Ref: "dispute-1", State: payments.DisputeOpen, AmountMinor: lost, WithdrawnMinor: lost}}
			})
			b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 "+key+" -"), "good"))
			b.Gateway.End("refund-"+i.PublicID, payments.Processing, payments.Succeeded)
			b.MoveTo(b.Now().Add(3 * time.Hour))
			b.Must(b.Payments.AskOpen(ctx))
			for n := range 2 { // it is told again, under its own name
				b.Must(b.Payments.Hear(ctx, "practice", fmt.Appendf(nil, "evt_again%d refund-%s -", n, i.PublicID), "good"))
				b.Must(b.Payments.Heed(ctx))
			}
			got, err := b.Payments.StaffIntent(ctx, staff, i.PublicID)
			if err != nil || got.State != payments.Succeeded || got.Reason != "gateway.reason.not_booked" || (got.RefundID != "") != (lost < 12_000) {
				t.Errorf("%+v %v", got, err)
			}
			if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'refund_not_booked'"); n != 1 {
				t.Errorf("told %d times", n)
			}
			if _, err := b.giveBack(p, 1); strings.Contains(errText(err), "refund_open") {
				t.Error("its payment is blocked")
			}
			b.Sound()
		})
	}
}

func errText(err error) string {
	if e, ok := fault.As(err); ok {
		return e.Key
	}
	return ""
}

// The page of which the program hears only after its invoice was paid another way is given up
// as soon as it is heard of.
func TestPageHeardOfTooLate(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: "page silent"}) // it is open, nobody knows
	i := b.mustStart(t)
	if i.State != payments.Unknown {
		t.Fatal(i.State)
	}
	_, err := b.Payments.Record(ctx, staff, payments.Record{Key: b.Key(), DocumentID: b.doc.PublicID, Method: "transfer", Anyway: true})
	b.Must(err)
	b.Must(b.Payments.AskOpen(ctx))
	if got := b.state(i); got != payments.Cancelled {
		t.Fatal(got)
	}
	b.Must(b.Payments.ClosePages(ctx))
	if got := b.Gateway.Known["intent-"+i.PublicID].State; got != payments.Cancelled {
		t.Errorf("at the gateway it is %s", got)
	}
}
