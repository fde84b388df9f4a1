package payments_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/payments"
)

// quarrel is a payment that the customer's bank keeps taking and giving.
type quarrel struct {
	*buyer
	payment payments.Payment
	key     string
	heard   int
}

func newQuarrel(t *testing.T) *quarrel {
	t.Helper()
	b, p, key := taken(t)
	return &quarrel{buyer: b, payment: p, key: key}
}

func (q *quarrel) hear() {
	q.heard++
	q.Must(q.Payments.Hear(ctx, "practice", fmt.Appendf(nil, "evt_q%d %s -", q.heard, q.key), "good"))
	q.Must(q.Payments.Heed(ctx))
}

// says moves the dispute at the gateway, and lets it be heard of twice.
func (q *quarrel) says(state string, gone, fee int64) {
	q.Gateway.DisputeMoves(q.key, state, gone, fee)
	q.hear()
	q.hear()
}

// stands fails unless the books hold what the gateway does, and its fees.
func (q *quarrel) stands(t *testing.T, gone, fee int64) {
	t.Helper()
	held := q.Gateway.Holds()
	in := q.count(t, "SELECT COALESCE(sum(amount_minor), 0) FROM payments WHERE gateway <> ''")
	out := q.count(t, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE gateway <> ''")
	if in-out != held {
		t.Errorf("%d − %d in the books, %d at the gateway", in, out, held)
	}
	if got := balance(t, q.Firm, "frais_bancaires"); got != fee {
		t.Errorf("fees of %d in the books, %d kept by the gateway", got, fee)
	}
	if got := balance(t, q.Firm, "autres_organismes"); got != held-fee {
		t.Errorf("%d on the gateway's account, %d − %d there", got, held, fee)
	}
	if n := q.count(t, fmt.Sprintf("SELECT count(*) FROM gateway_disputes WHERE gone_minor = %d AND fee_minor = %d", gone, fee)); n != 1 {
		t.Error("not heeded")
	}
	q.Sound()
}

// Review of the plain case: taken with a fee, won, and the fee given back too.
func TestDisputeGivesItsFeeBack(t *testing.T) {
	q := newQuarrel(t)
	q.says(payments.DisputeOpen, 12_000, 1_500)
	q.stands(t, 12_000, 1_500)
	q.says(payments.DisputeWon, 0, 0)
	q.stands(t, 0, 0)
	if q.due(q.doc) != 0 {
		t.Errorf("%d due", q.due(q.doc))
	}
}

// The fee comes after the money; nothing but the fee moves then.
func TestDisputeTellsItsFeeLater(t *testing.T) {
	q := newQuarrel(t)
	q.says(payments.DisputeOpen, 12_000, 0)
	q.stands(t, 12_000, 0)
	q.says(payments.DisputeLost, 12_000, 2_000)
	q.stands(t, 12_000, 2_000)
	if n := q.count(t, "SELECT count(*) FROM refunds"); n != 1 {
		t.Errorf("%d refunds", n)
	}
}

// Taken, given again in parts, taken once more: each time an entry, a notice, and the invoice
// is due or not; in the end it is lost.
func TestDisputeThatGoesOn(t *testing.T) {
	q := newQuarrel(t)
	for i, x := range []struct {
		state      string
		gone, fee  int64
		due, moves int64
		notice     string
		told       int64
	}{
		{payments.DisputeOpen, 12_000, 1_500, 12_000, 1, "dispute_money_gone", 1}, {payments.DisputeOpen, 7_000, 1_500, 7_000, 2, "dispute_money_back", 1}, {payments.DisputeWon, 0, 0, 0, 3, "dispute_won", 1},
		{payments.DisputeLost, 12_000, 0, 12_000, 5, "dispute_money_gone", 2}, // off two payments that came back
	} {
		q.says(x.state, x.gone, x.fee)
		q.stands(t, x.gone, x.fee)
		if got := q.due(q.doc); got != x.due {
			t.Errorf("%d: %d due, not %d", i, got, x.due)
		}
		if n := q.count(t, "SELECT (SELECT count(*) FROM refunds) + (SELECT count(*) FROM payments) - 1"); n != x.moves {
			t.Errorf("%d: %d movements", i, n)
		}
		if n := q.count(t, "SELECT count(*) FROM notifications WHERE kind = '"+x.notice+"'"); n != x.told {
			t.Errorf("%d: told of %s %d times", i, x.notice, n)
		}
	}
	trace, err := q.Payments.Trace(ctx, staff, q.payment.PublicID)
	if err != nil || len(trace.Disputes) != 1 || !trace.Disputes[0].Withdrawn || trace.Disputes[0].State != payments.DisputeLost {
		t.Errorf("%+v %v", trace.Disputes, err)
	}
}

// What was written down by hand is not given back twice, and does not come back either.
func TestDisputeOfWhatWasGivenBackByHand(t *testing.T) {
	q := newQuarrel(t)
	_, err := q.Payments.Refund(ctx, staff, payments.Refund{Key: q.Key(), PaymentID: q.payment.PublicID, AmountMinor: 4_000, Method: "card", FromInvoices: true})
	q.Must(err)
	q.says(payments.DisputeOpen, 12_000, 0)
	if n := q.count(t, "SELECT sum(amount_minor) FROM refunds"); n != 12_000 || q.count(t, "SELECT count(*) FROM notifications WHERE kind = 'refund_not_booked'") != 1 {
		t.Errorf("%d given back", n)
	}
	q.says(payments.DisputeWon, 0, 0)
	if n := q.count(t, "SELECT sum(amount_minor) FROM payments"); n != 12_000+8_000 {
		t.Errorf("%d came", n)
	}
	q.Sound()
}

// quarrels is how many lives of a dispute are lived through.
const quarrels = 40

// Whatever a bank takes, gives and takes again, with whatever fee, heard of or not: in the end
// the books are what the gateway says.
func TestBooksFollowADispute(t *testing.T) {
	again := 0
	for seed := range uint64(quarrels) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			q, rng := newQuarrel(t), rand.New(rand.NewPCG(15, seed))
			if rng.IntN(3) == 0 {
				q.Gateway.GiveBack(q.key, 1+rng.Int64N(5_000))
			}
			gone, fee := int64(0), int64(0)
			for range 2 + rng.IntN(9) {
				switch rng.IntN(4) {
				case 0:
					gone = 12_000
				case 1:
					gone = 0
				case 2:
					gone = rng.Int64N(12_000)
				case 3:
					fee = rng.Int64N(4) * 750
				}
				state := []string{payments.DisputeOpen, payments.DisputeWon, payments.DisputeLost}[rng.IntN(3)]
				q.Gateway.DisputeMoves(q.key, state, gone, fee)
				for range rng.IntN(3) {
					q.hear()
				}
			}
			q.hear()
			raw := dbtest.Raw(t, q.Path)
			gone = q.Gateway.Known[q.key].Disputes[0].WithdrawnMinor
			if dbtest.Int(t, raw, "SELECT steps FROM gateway_disputes") > 2 {
				again++
			}
			_ = raw.Close()
			q.stands(t, gone, fee)
		})
	}
	if again < quarrels/4 {
		t.Errorf("only %d went on", again)
	}
}
