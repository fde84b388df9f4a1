package payments_test

import (
	"slices"
	"testing"

	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// actions are what the history of a document tells, newest first.
func actions(f *officetest.Firm, d sales.Document) (list []string) {
	f.T.Helper()
	rows, err := f.Sales.History(ctx, staff, d.PublicID)
	f.Must(err)
	for _, r := range rows {
		list = append(list, r.Action)
	}
	return list
}

// Each act stands once in the history of a document: a payment that was taken off again too.
func TestHistoryTellsAPaymentOnce(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR", 10_000)
	d := w.invoices[0]
	p := w.pay(500, []payments.SplitPart{part(d, 200)}, nil)
	_, err := f.Payments.AllocatePayment(ctx, staff, payments.Allocate{Key: f.Key(), PaymentID: p.PublicID, Parts: []payments.SplitPart{part(d, 100)}})
	f.Must(err)
	_, err = f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: p.PublicID, Reason: "Saisie en double"})
	f.Must(err)
	want := []string{"payment.cancel", "payment.allocate", "payment.recorded"}
	if got := actions(f, d); len(got) < 3 || !slices.Equal(got[:3], want) || slices.Contains(got[3:], "payment.recorded") {
		t.Errorf("%q", got)
	}
}

// A payment at a gateway is told from its beginning to its end.
func TestHistoryTellsOfAttempts(t *testing.T) {
	b := newBuyer(t)
	b.say(officetest.Said{State: payments.Declined})
	_, err := b.goOn(b.mustStart(t))
	b.Must(err)
	got := actions(b.Firm, b.doc)
	for _, want := range []string{"payment.started", "payment.intent_declined"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is not in %q", want, got)
		}
	}
}

// A new draft has nothing of one that was deleted, whose number inside it bears again.
func TestHistoryBeginsWithTheDocument(t *testing.T) {
	f := officetest.New(t)
	w := open(t, f, "EUR")
	first := f.Draft(form(w.customer, line(1_000)))
	f.Must(f.Sales.Delete(ctx, staff, first.PublicID, first.Version))
	second := f.Draft(form(w.customer, line(2_000)))
	if got := actions(f, second); !slices.Equal(got, []string{"invoice.drafted"}) {
		t.Errorf("%q", got)
	}
}
