package payments_test

import (
	"testing"

	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/office/listing"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

func attempts(t *testing.T, b *buyer, q payments.AttemptQuery) []payments.AttemptRow {
	t.Helper()
	var all []payments.AttemptRow
	for {
		rows, next, err := b.Payments.AttemptList(ctx, staff, q)
		b.Must(err)
		all = append(all, rows...)
		if next == "" {
			return all
		}
		q.After = next
	}
}

func TestAttemptsAreListedAndTraced(t *testing.T) {
	b, p, _ := taken(t)
	_, err := b.giveBack(p, 4_000)
	b.Must(err)
	all := attempts(t, b, payments.AttemptQuery{Query: listing.Query{Desc: true, Limit: 1}})
	if len(all) != 2 || all[0].Kind != payments.IntentRefund || all[1].Kind != payments.IntentPay || all[1].Documents != b.doc.Number || all[1].PaymentID != p.PublicID || all[0].PaymentNumber != p.Number || all[1].CanAsk {
		t.Errorf("%+v", all)
	}
	for is, want := range map[string]int{"": 2, "refunds": 1, "succeeded": 2, "open": 0, "unknown": 0, "disputed": 0} {
		if got := attempts(t, b, payments.AttemptQuery{Is: is}); len(got) != want {
			t.Errorf("%q: %d, want %d", is, len(got), want)
		}
	}
	for words, want := range map[string]int{b.doc.Number: 1, p.Number: 2, "nobody": 0} {
		if got := attempts(t, b, payments.AttemptQuery{Query: listing.Query{Search: words}}); len(got) != want {
			t.Errorf("%q: %d, want %d", words, len(got), want)
		}
	}
	day := b.Now().Format("2006-01-02")
	if got := attempts(t, b, payments.AttemptQuery{From: day, To: day, CustomerID: b.customer.PublicID}); len(got) != 2 {
		t.Errorf("today: %d", len(got))
	}
	if got := attempts(t, b, payments.AttemptQuery{To: "2020-01-01"}); len(got) != 0 {
		t.Errorf("before: %d", len(got))
	}
	trace, err := b.Payments.Trace(ctx, staff, p.PublicID)
	b.Must(err)
	if trace.Gateway != "practice" || trace.Mode != payments.ModeLive || !trace.CanRefund || trace.Reference == "" || len(trace.Refunds) != 0 {
		t.Errorf("%+v", trace)
	}
	if _, err := b.Payments.Trace(ctx, staff, "nothing"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

// What has no answer waits for the firm, in the list, on the payment and on the first page.
func TestWhatWaitsForTheFirm(t *testing.T) {
	b, p, key := taken(t)
	b.Gateway.Next = []officetest.Said{{State: payments.Succeeded, Silent: true}}
	i, err := b.giveBack(p, 1_000)
	b.Must(err)
	if i.State != payments.Unknown {
		t.Fatalf("%+v", i)
	}
	b.Gateway.Dispute(key, payments.DisputeOpen, false)
	w, err := b.Payments.Waiting(ctx, staff)
	if err != nil || w.Unknown != 1 || w.Refunds != 0 || w.Charges != 0 {
		t.Errorf("%+v %v", w, err)
	}
	open := attempts(t, b, payments.AttemptQuery{Is: "unknown"})
	if len(open) != 1 || !open[0].CanAsk {
		t.Errorf("%+v", open)
	}
	trace, err := b.Payments.Trace(ctx, staff, p.PublicID)
	if err != nil || len(trace.Refunds) != 1 || trace.Refunds[0].State != payments.Unknown {
		t.Errorf("%+v %v", trace, err)
	}
	i, err = b.Payments.AskAbout(ctx, staff, open[0].PublicID)
	if err != nil || i.State != payments.Succeeded {
		t.Errorf("%+v %v", i, err)
	}
	if w, err = b.Payments.Waiting(ctx, staff); err != nil || w.Unknown != 0 {
		t.Errorf("%+v %v", w, err)
	}
}

func TestACustomerIsAskedForAMethod(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	key := f.Key()
	for range 2 { // a repeat sends nothing more
		to, err := f.Payments.AskForMethod(ctx, staff, key, c.PublicID)
		if err != nil || to.Email == "" {
			t.Fatal(to, err)
		}
	}
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM mails WHERE kind = 'method_asked'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if _, err := f.Payments.AskForMethod(ctx, staff, f.Key(), "nobody"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}
