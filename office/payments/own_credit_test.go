package payments_test

import (
	"testing"
	"time"

	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// A credit note stays on the invoice that it takes back: taken off, what was given back would
// be owed again.
func TestOwnCreditStaysOnItsInvoice(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000)
	d := w.invoices[0]
	c, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: d.PublicID, How: sales.CreditAll, Reason: "Annulation"})
	f.Must(err)
	f.WantFault(f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), CreditID: c.PublicID, DocumentID: d.PublicID}), "fault.settlement.own_credit")
	if got := w.due(d); got != 0 {
		t.Errorf("%d due again", got)
	}
	f.Sound()
}

// A paid invoice is credited, then its payment goes away: the credit note, still unused, is
// set against the invoice that is open again.
func TestOwnCreditFollowsItsInvoice(t *testing.T) {
	for name, undo := range map[string]func(*officetest.Firm, payments.Payment, sales.Document) error{
		"refunded": func(f *officetest.Firm, p payments.Payment, _ sales.Document) error {
			return second(f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, Method: "transfer", FromInvoices: true}))
		},
		"cancelled": func(f *officetest.Firm, p payments.Payment, _ sales.Document) error {
			return second(f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Reason: "Chèque impayé"}))
		},
		"taken off": func(f *officetest.Firm, p payments.Payment, d sales.Document) error {
			return f.Payments.Unallocate(ctx, staff, payments.Unallocate{Key: f.Key(), PaymentID: p.PublicID, DocumentID: d.PublicID})
		},
	} {
		for _, currency := range []string{"EUR", "CAD"} {
			f := officetest.New(t)
			w := open(t, f, currency, 10_000)
			d := w.invoices[0]
			p := w.pay(d.DueMinor, []payments.SplitPart{part(d, d.DueMinor)}, nil)
			c, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: d.PublicID, How: sales.CreditAll, Reason: "Retour"})
			f.Must(err)
			if err := undo(f, p, d); err != nil {
				t.Fatalf("%s, %s: %v", name, currency, err)
			}
			now, err := f.Sales.Get(ctx, staff, d.PublicID)
			f.Must(err)
			note, err := f.Sales.Get(ctx, staff, c.PublicID)
			f.Must(err)
			if now.DueMinor != 0 || now.CreditedMinor != d.DueMinor || note.DueMinor != 0 {
				t.Errorf("%s, %s: %d due, %d credited, %d left of the credit note", name, currency, now.DueMinor, now.CreditedMinor, note.DueMinor)
			}
			w.credits = append(w.credits, c)
			w.agree(t)
			f.Sound()
		}
	}
}

// A refund dated before the credit note cannot bring it back onto the invoice.
func TestRefundBeforeTheOwnCredit(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000)
	d := w.invoices[0]
	p := w.pay(d.DueMinor, []payments.SplitPart{part(d, d.DueMinor)}, nil)
	before := f.Now().Format("2006-01-02")
	f.Move("2026-12-10")
	_, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: d.PublicID, How: sales.CreditAll, Reason: "Retour"})
	f.Must(err)
	_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: p.PublicID, Method: "transfer", FromInvoices: true, RefundedOn: before})
	f.WantFault(err, "fault.settlement.own_credit_later")
	f.Sound()
}

// The gateway gave back what an invoice was paid with, and the clock stands behind the credit note
// of the invoice: the money is gone all the same, and is booked on the credit note's day.
func TestGivenBackByTheGatewayBeforeTheOwnCredit(t *testing.T) {
	b, _, key := taken(t)
	before := b.Now()
	b.MoveTo(before.AddDate(0, 2, 0))
	_, err := b.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: b.Key(), InvoiceID: b.doc.PublicID, How: sales.CreditAll, Reason: "Retour"})
	b.Must(err)
	b.MoveTo(before.Add(time.Hour))
	if !b.Gateway.GiveBack(key, 12_000) {
		t.Fatal("nothing to give back")
	}
	b.Must(b.Payments.Hear(ctx, "practice", []byte("evt_1 "+key+" -"), "good"))
	b.Must(b.Payments.Heed(ctx))
	if n := b.count(t, "SELECT count(*) FROM refunds WHERE amount_minor = 12000"); n != 1 {
		t.Errorf("%d refunds", n)
	}
	b.Sound()
}
