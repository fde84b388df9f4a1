package payments_test

import (
	"context"
	"testing"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// What the gateway keeps goes to 627: with the payment, or when it tells so later, once.
func TestGatewayFees(t *testing.T) {
	for name, later := range map[string]bool{"at once": false, "later": true} {
		t.Run(name, func(t *testing.T) {
			b := newBuyer(t)
			i := b.mustStart(t)
			said := officetest.Said{State: payments.Succeeded, FeeMinor: 205}
			if later {
				said.FeeMinor = 0
			}
			b.say(said)
			if _, err := b.goOn(i); err != nil {
				t.Fatal(err)
			}
			key := "intent-" + i.PublicID
			b.Gateway.Known[key].FeeMinor = 205
			for n := range 3 {
				b.Must(b.Payments.Hear(ctx, "practice", []byte([]string{"a", "b", "c"}[n]+" "+key+" -"), "good"))
			}
			b.Must(b.Payments.Heed(ctx))
			if fee, held, bank := balance(t, b.Firm, "frais_bancaires"), balance(t, b.Firm, "autres_organismes"), balance(t, b.Firm, "banque"); fee != 205 || held != 11_795 || bank != 0 {
				t.Errorf("fee %d, held %d, bank %d", fee, held, bank)
			}
			b.Sound()
		})
	}
}

func TestLimitsOfAWay(t *testing.T) {
	b := newBuyer(t)
	b.way("least_minor = 12001")
	_, err := b.start(t)
	b.WantFault(err, "fault.pay.too_little")
	if e, _ := fault.As(err); e != nil && e.Args["least"] != (money.Amount{Minor: 12_001, Currency: "EUR"}) {
		t.Errorf("the limit is not said: %v", e.Args)
	}
	b.way("least_minor = 0, most_minor = 11999")
	_, err = b.start(t)
	b.WantFault(err, "fault.pay.too_much")
	if e, _ := fault.As(err); e != nil && e.Args["most"] != (money.Amount{Minor: 11_999, Currency: "EUR"}) {
		t.Errorf("the limit is not said: %v", e.Args)
	}
	b.way("most_minor = 12000, enabled = 0")
	_, err = b.start(t)
	b.WantFault(err, "fault.gateway_gone")
	b.way("enabled = 1")
	b.Gateway.Off = true
	_, err = b.start(t)
	b.WantFault(err, "fault.gateway_gone")
	b.Gateway.Off = false
	b.mustStart(t)
}

// No firm of the European area may ask for a fee, whatever its settings say.
func TestNoFeeInTheArea(t *testing.T) {
	b := newBuyer(t)
	b.way("fee_pcm = 2000, fee_minor = 30")
	if i := b.mustStart(t); i.AmountMinor != 12_000 || i.ExtraMinor != 0 {
		t.Errorf("%+v", i)
	}
	_, err := b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000, ExtraMinor: 100})
	b.WantFault(err, "fault.amount_changed")
}

// Where it is lawful the fee is a small invoice of its own, with its taxes, issued and settled
// by the payment that it belongs to.
func TestFeeOfAWay(t *testing.T) {
	b := newBuyer(t)
	dbtest.Tamper(t, b.Path, "UPDATE company SET country = 'CH'")
	b.way("fee_pcm = 2000, fee_minor = 30")
	offer, err := b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}})
	b.Must(err)
	w, ok := offer.Way("practice")
	if !ok || w.ExtraMinor == 0 {
		t.Fatalf("%+v", offer.Ways)
	}
	_, err = b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
	b.WantFault(err, "fault.amount_changed") // the fee was not shown
	p := b.paid(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000, ExtraMinor: w.ExtraMinor})
	if p.AmountMinor != 12_000+w.ExtraMinor || p.LeftMinor != 0 || len(p.Parts) != 2 || p.Parts[1].AmountMinor != w.ExtraMinor {
		t.Errorf("%+v", p)
	}
	fee, err := b.Sales.Get(ctx, staff, p.Parts[1].DocumentID)
	b.Must(err)
	if fee.Totals.TotalInclTax != w.ExtraMinor || fee.DueMinor != 0 || len(fee.Lines) != 1 || fee.State != "paid" {
		t.Errorf("%+v", fee.Totals)
	}
	b.Sound()
}

// The fee cannot be invoiced, as the settings moved since: the money is recorded all the same,
// what was too much stays the customer's, and the firm is told.
func TestFeeThatCannotBeInvoiced(t *testing.T) {
	b := newBuyer(t)
	dbtest.Tamper(t, b.Path, "UPDATE company SET country = 'CH'")
	b.way("fee_minor = 30")
	offer, err := b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}})
	b.Must(err)
	w, _ := offer.Way("practice")
	i, err := b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000, ExtraMinor: w.ExtraMinor})
	b.Must(err)
	dbtest.Tamper(t, b.Path, "DELETE FROM pay_ways WHERE way = 'practice'")
	i, err = b.goOn(i)
	b.Must(err)
	p, err := b.Payments.Get(ctx, staff, i.PaymentID)
	b.Must(err)
	if p.AmountMinor != 12_000+w.ExtraMinor || p.LeftMinor != w.ExtraMinor || b.due(b.doc) != 0 || b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'paid_twice'") != 1 {
		t.Errorf("%+v", p)
	}
}

// Another room cannot do what follows from the payment: the money is recorded all the same, and
// the firm is told. By hand nothing is recorded then: nobody is out of money.
func TestWhatFollowsFails(t *testing.T) {
	b := newBuyer(t)
	b.Payments.Settled = func(context.Context, *db.Tx, []int64) error { return fault.New(fault.Conflict, "fault.conflict") }
	_, err := record(b.Firm, b.doc, 12_000)
	b.WantFault(err, "fault.conflict")
	b.paid(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
	if n := b.count(t, "SELECT count(*) FROM notifications WHERE kind = 'paid_unheard'"); n != 1 || b.due(b.doc) != 0 {
		t.Errorf("the firm was told %d times", n)
	}
	b.Sound()
}
