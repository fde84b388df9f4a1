package payments_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// whirl is a customer, a gateway and a net between them that loses answers, while the bank,
// the customer and the firm do what they like.
type whirl struct {
	*buyer
	t       *testing.T
	rng     *rand.Rand
	docs    []sales.Document
	intents []payments.Intent
	day     int
}

func (w *whirl) key() string {
	var open []string
	for key := range w.Gateway.Known {
		open = append(open, key)
	}
	if len(open) == 0 {
		return ""
	}
	slices.Sort(open) // a map has no order: the choice must not depend on it
	return any1(w, open)
}

// taken picks an attempt that took money, where there is one.
func (w *whirl) taken() string {
	var list []string
	for key, a := range w.Gateway.Known {
		if a.State == payments.Succeeded && a.Kind != payments.IntentRefund {
			list = append(list, key)
		}
	}
	if len(list) == 0 {
		return w.key()
	}
	slices.Sort(list)
	return any1(w, list)
}

func (w *whirl) coin() bool { return w.rng.IntN(2) == 0 }

func any1[T any](w *whirl, list []T) T { return list[w.rng.IntN(len(list))] }

func (w *whirl) minor(most int64) int64 { return 1 + w.rng.Int64N(max(1, most)) }

// ending is how the next order goes: what comes of it, and whether anybody hears of it.
func (w *whirl) ending() officetest.Said {
	return officetest.Said{State: any1(w, []string{payments.Succeeded, payments.Succeeded, payments.Declined, payments.NeedsAction, payments.Processing}),
		Silent: w.coin(), FeeMinor: w.rng.Int64N(300)}
}

func (w *whirl) start() {
	parts := []payments.PayPart{}
	for _, d := range w.docs {
		now, err := w.Sales.Get(ctx, staff, d.PublicID)
		w.Must(err)
		if now.DueMinor > 0 && w.coin() {
			parts = append(parts, payments.PayPart{DocumentID: d.PublicID, ShownMinor: now.DueMinor, AmountMinor: w.minor(now.DueMinor + 2_000)})
		}
	}
	in := payments.StartPayment{Key: w.Key(), Gateway: "practice", Parts: parts, Save: w.coin(), ReturnURL: "https://p/reglement/{id}"}
	if len(parts) == 0 {
		in.AheadMinor = w.minor(5_000)
	}
	if w.coin() {
		if list, err := w.Payments.KeptMethods(ctx, w.contact(), ""); err == nil && len(list) > 0 {
			in.MethodID, in.Save = list[0].PublicID, false
			w.Gateway.Next = []officetest.Said{w.ending()}
		}
	}
	if in.MethodID == "" && w.rng.IntN(5) == 0 {
		w.Gateway.Next = []officetest.Said{{State: any1(w, []string{"page lost", "page silent"})}}
	}
	i, err := w.Payments.StartPayment(ctx, w.contact(), in)
	if err == nil {
		w.intents = append(w.intents, i)
	} else if _, refused := fault.As(err); !refused {
		w.t.Error(err)
	}
	w.Gateway.Next = nil
}

func (w *whirl) pick() (payments.Intent, bool) {
	if len(w.intents) == 0 {
		return payments.Intent{}, false
	}
	return w.intents[w.rng.IntN(len(w.intents))], true
}

func (w *whirl) goOnSomewhere() {
	if i, ok := w.pick(); ok {
		w.Gateway.Next = []officetest.Said{w.ending()}
		_, _ = w.goOn(i)
		w.Gateway.Next = nil
	}
}

// bank is what happens at the gateway's own side.
func (w *whirl) bank() {
	what := w.rng.IntN(6)
	key := w.key()
	if what >= 2 && what <= 4 {
		key = w.taken()
	}
	if key == "" {
		return
	}
	switch what {
	case 0:
		w.Gateway.End(key, payments.NeedsAction, payments.Succeeded) // paid on its page, of which we hear nothing
	case 1:
		w.Gateway.End(key, payments.Processing, any1(w, []string{payments.Succeeded, payments.Declined}))
	case 2:
		w.Gateway.GiveBack(key, w.minor(4_000))
	case 3:
		w.Gateway.Dispute(key, payments.DisputeOpen, true)
	case 4:
		w.Gateway.Dispute(key, payments.DisputeOpen, true)
		if a := w.Gateway.Known[key]; len(a.Disputes) > 0 {
			w.tellOf(key)
			won := w.coin()
			w.Gateway.Dispute(key, map[bool]string{true: payments.DisputeWon, false: payments.DisputeLost}[won], !won)
		}
	case 5:
		w.Gateway.End(key, payments.NeedsAction, payments.Cancelled)
	}
	w.tellOf(key)
}

// tellOf tells of what happened: by webhook, once, twice, or never; or among the news.
func (w *whirl) tellOf(key string) {
	w.day++
	e := fmt.Sprintf("evt_%d %s ref-%s", w.day, key, key)
	w.Gateway.Stories = append(w.Gateway.Stories, payments.Event{ID: fmt.Sprintf("evt_%d", w.day), Mode: payments.ModeLive, Kind: "moved", Key: key})
	for range w.rng.IntN(3) {
		w.Must(w.Payments.Hear(ctx, "practice", []byte(e), "good"))
	}
}

func (w *whirl) refund() {
	page, err := w.Payments.PortalPayments(ctx, w.contact(), payments.PortalQuery{})
	w.Must(err)
	if len(page.Rows) == 0 {
		return
	}
	p := page.Rows[w.rng.IntN(len(page.Rows))]
	if p.Method != "practice" {
		return
	}
	w.Gateway.Next = []officetest.Said{w.ending()}
	_, _ = w.Payments.RefundByGateway(ctx, staff, payments.Refund{Key: w.Key(), PaymentID: p.PublicID, AmountMinor: w.minor(p.AmountMinor), FromInvoices: true})
	w.Gateway.Next = nil
}

func (w *whirl) later() {
	w.Gateway.Down = false
	w.MoveTo(w.Now().Add(time.Duration(any1(w, []int{-3 * 24 * 3600, 60, 600, 3600, 30 * 3600})) * time.Second))
	w.Must(w.Payments.AskOpen(ctx))
}

// whirls is how many lives of a customer are lived through.
const whirls = 24

// Whatever the gateway does, whatever answer is lost, late or twice, whatever the clock says:
// in the end the money at the gateway is the money in the books, and the books are sound.
func TestMoneyAtTheGatewayIsMoneyInTheBooks(t *testing.T) {
	stake := map[string]int64{}
	defer func() {
		t.Logf("at stake: %v", stake)
		for _, what := range []string{"payments", "refunds", "by us", "disputes", "won", "kept", "charged", "cancelled", "declined", "payouts", "failed"} {
			if stake[what] == 0 {
				t.Errorf("no %s were at stake", what)
			}
		}
	}()
	for seed := range uint64(whirls) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := &whirl{buyer: newBuyer(t), t: t, rng: rand.New(rand.NewPCG(4, seed))}
			w.docs = []sales.Document{w.doc, w.Issue(form(w.customer, line(5_000))), w.Issue(form(w.customer, line(700)))}
			dbtest.Tamper(t, w.Path, "UPDATE pay_settings SET less = 1, more = 1, ahead = 1")
			for range 60 {
				w.step()
			}
			w.settleAll()
			w.prove(t)
			raw := dbtest.Raw(t, w.Path)
			defer func() { _ = raw.Close() }()
			for what, table := range map[string]string{"payments": "payments", "refunds": "refunds", "by us": "payment_intents WHERE kind = 'refund' AND state = 'succeeded'", "disputes": "gateway_disputes", "kept": "kept_methods",
				"won": "gateway_disputes WHERE back_payment_id IS NOT NULL", "payouts": "gateway_payouts", "failed": "gateway_payouts WHERE reversal_id IS NOT NULL", "charged": "payment_intents WHERE kind = 'charge'", "cancelled": "payment_intents WHERE state = 'cancelled'", "declined": "payment_intents WHERE state = 'declined'"} {
				stake[what] += dbtest.Int(t, raw, "SELECT count(*) FROM "+table)
			}
		})
	}
}

func (w *whirl) step() {
	switch w.rng.IntN(14) {
	case 0, 1, 2:
		w.start()
	case 3, 4, 5:
		w.goOnSomewhere()
	case 6, 7:
		w.bank()
	case 8:
		w.refund()
	case 9:
		w.later()
	case 10:
		w.Gateway.Down = w.rng.IntN(3) == 0
	case 11:
		w.payOut()
	case 12, 13:
		w.clerk()
	}
}

// clerk is the firm at its desk, whatever is under way with the gateway: a transfer comes in, an
// invoice is credited, a payment is given back by hand, taken off its invoice or set against one.
func (w *whirl) clerk() {
	d := any1(w, w.docs)
	page, err := w.Payments.PortalPayments(ctx, w.contact(), payments.PortalQuery{})
	w.Must(err)
	payment := ""
	if len(page.Rows) > 0 {
		payment = any1(w, page.Rows).PublicID
	}
	switch what := w.rng.IntN(6); {
	case what == 0:
		_, err = w.Payments.Record(ctx, staff, payments.Record{Key: w.Key(), DocumentID: d.PublicID, AmountMinor: w.minor(3_000), Method: "transfer", Anyway: true})
	case what == 1:
		_, err = w.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: w.Key(), InvoiceID: d.PublicID, How: sales.CreditAmount, AmountMinor: w.minor(1_500), Reason: "Geste", Send: sales.NoSend})
	case payment == "":
		return
	case what == 2:
		err = w.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: w.Key(), PaymentID: payment, DocumentID: d.PublicID})
	case what == 3:
		_, err = w.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: w.Key(), PaymentID: payment, Parts: []payments.SplitPart{{DocumentID: d.PublicID, AmountMinor: w.minor(2_000)}}})
	case what == 4:
		_, err = w.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: w.Key(), PaymentID: payment, Reason: "Saisie en double"})
	default:
		_, err = w.Payments.Refund(ctx, staff, payments.Refund{Key: w.Key(), PaymentID: payment, AmountMinor: w.minor(1_000), FromInvoices: w.coin(), Method: "transfer"})
	}
	if _, refused := fault.As(err); err != nil && !refused {
		w.t.Error(err)
	}
}

// payOut is the gateway paying out some of what it holds, taking some of it from the bank, or the
// bank sending a payout back.
func (w *whirl) payOut() {
	if n := len(w.Gateway.Payouts); n > 0 && w.rng.IntN(3) == 0 {
		w.Gateway.FailPayout(fmt.Sprintf("po-%d", 1+w.rng.IntN(n)))
		return
	}
	if len(w.intents) == 0 { // it was never asked for any money: what it pays out is not of these books
		return
	}
	minor := w.minor(w.Gateway.Holds())
	if w.rng.IntN(4) == 0 {
		minor = -w.minor(500)
	}
	ref := w.Gateway.PayOut(minor, "EUR", civil.Of(w.Now(), time.UTC), dbtest.Instant.AddDate(1, 0, 0)) // its clock is its own
	if minor > 0 && w.rng.IntN(3) == 0 {                                                                // the firm sees it on its account before the news are read
		w.Must(w.Payments.RecordPayout(ctx, staff, payments.RecordPayout{Key: w.Key(), Gateway: "practice", AmountMinor: minor, Anyway: true}))
	}
	for n := range w.rng.IntN(3) {
		w.Must(w.Payments.Hear(ctx, "practice", fmt.Appendf(nil, "hook-%d-%s payout.paid %s", n, ref, ref), "good"))
	}
}

// settleAll lets everything come to its end: pages expire, debits end, news are read.
func (w *whirl) settleAll() {
	w.Gateway.Down = false
	start := w.Now()
	for n := range 4 {
		for key := range w.Gateway.Known {
			w.Gateway.End(key, payments.Processing, payments.Succeeded)
			if n > 0 {
				w.Gateway.End(key, payments.NeedsAction, payments.Cancelled)
			}
			w.Gateway.Stories = append(w.Gateway.Stories, payments.Event{ID: fmt.Sprintf("end_%d_%s", n, key), Mode: payments.ModeLive, Key: key})
		}
		w.MoveTo(start.Add(time.Duration(n+1) * 50 * time.Hour))
		w.Must(w.Payments.AskOpen(ctx))
	}
}

func (w *whirl) prove(t *testing.T) {
	t.Helper()
	raw := dbtest.Raw(t, w.Path)
	defer func() { _ = raw.Close() }()
	in := dbtest.Int(t, raw, "SELECT COALESCE(sum(amount_minor), 0) FROM payments WHERE gateway = 'practice'")
	out := dbtest.Int(t, raw, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE gateway = 'practice'")
	// What was given back by hand cannot leave a second time in the books: of that the firm was told,
	// unless it came back to the gateway since.
	unbooked := dbtest.Int(t, raw, "SELECT COALESCE(sum(json_extract(args, '$.amount_minor')), 0) FROM notifications WHERE kind = 'refund_not_booked'")
	if held := w.Gateway.Holds(); in-out < held || in-out-unbooked > held {
		w.t.Errorf("%d at the gateway, %d − %d in the books, told of %d", held, in, out, unbooked)
		for key, a := range w.Gateway.Known {
			w.t.Logf("%s %s: %d %s, %+v %+v; here %v", a.Kind, key, a.AmountMinor, a.State, a.Outcome.Refunds, a.Disputes, dbtest.Strings(t, raw, "SELECT state || ' ' || watched || ' ' || COALESCE((SELECT amount_minor FROM payments p WHERE p.id = payment_id), 0) FROM payment_intents WHERE idempotency_key = '"+key+"'"))
		}
		w.t.Log(dbtest.Strings(t, raw, "SELECT gateway_ref || ' ' || amount_minor FROM refunds"), dbtest.Strings(t, raw, "SELECT ref || ' ' || state || ' ' || COALESCE(refund_id, 0) || ' ' || COALESCE(back_payment_id, 0) FROM gateway_disputes"))
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM payment_intents WHERE state IN ('unknown','processing')"); n != 0 {
		w.t.Errorf("%d attempts without an end", n)
	}
	// What a gateway holds stands on its own account now: 512 has what it paid out, and nothing else.
	held, fees, bank := balance(t, w.Firm, "autres_organismes"), balance(t, w.Firm, "frais_bancaires"), balance(t, w.Firm, "banque")
	paidOut := w.Gateway.PaidOut()
	byHand := dbtest.Int(t, raw, "SELECT COALESCE(sum(amount_minor), 0) FROM payments p JOIN payment_status s ON s.payment_id = p.id WHERE p.gateway = '' AND s.cancelled_on = ''") -
		dbtest.Int(t, raw, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE gateway = ''")
	if held+fees != in-out-paidOut || bank != paidOut+byHand {
		w.t.Errorf("%d held, %d fees, %d on the bank's account; %d − %d moved, %d were paid out", held, fees, bank, in, out, paidOut)
	}
	money, err := w.Payments.GatewayMoney(ctx, staff)
	w.Must(err)
	if len(money) != 1 || money[0].HeldMinor != held {
		w.t.Errorf("%+v, %d held", money, held)
	}
	w.Sound()
}
