package payments_test

import (
	"strings"
	"testing"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// held is an invoice of 1 200.00, of which 60.00 is held back until 20 November 2027.
func held(f *officetest.Firm) (sales.Document, *buyer) {
	b := &buyer{Firm: f, customer: f.Customer("Client", nil)}
	d := form(b.customer, line(100_000))
	d.RetentionPCM, d.RetentionUntil = 5_000, "2027-11-20"
	b.doc = f.Issue(d)
	return b.doc, b
}

// Nobody is asked for what it may still hold back, in any place; who wants to pays it.
func TestRetainedPartIsNotAskedBeforeItsDay(t *testing.T) {
	f := officetest.New(t)
	doc, b := held(f)
	m, err := f.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{doc.PublicID}})
	f.Must(err)
	if m.DueMinor != 114_000 || m.WholeMinor != 120_000 || m.Transfer.AmountMinor != 114_000 || !strings.Contains(m.Transfer.EPC, "EUR1140.00") {
		t.Errorf("%+v %+v", m, m.Transfer)
	}
	w, err := f.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{doc.PublicID}, Whole: true})
	f.Must(err)
	if w.DueMinor != 120_000 || w.Transfer.AmountMinor != 120_000 || !strings.Contains(w.Transfer.EPC, "EUR1200.00") || m.Transfer.AmountMinor != 114_000 {
		t.Errorf("whole %+v %+v", w, w.Transfer)
	}
	seen, err := f.Sales.PortalInvoice(ctx, b.contact(), doc.PublicID)
	f.Must(err)
	if seen.AskedMinor() != 114_000 {
		t.Errorf("the page asks %d", seen.AskedMinor())
	}
	sum, err := f.Sales.PortalSummary(ctx, b.contact())
	f.Must(err)
	if sum.Totals[0].AskedMinor != 114_000 || sum.Totals[0].DueMinor != 120_000 || sum.Open[0].AskedMinor != 114_000 {
		t.Errorf("%+v %+v", sum.Totals, sum.Open)
	}
	f.Must(f.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: f.Key(), DocumentID: doc.PublicID}))
	list, err := f.Payments.Announcements(ctx, staff)
	f.Must(err)
	if list[0].AmountMinor != 114_000 {
		t.Errorf("announced %d", list[0].AmountMinor)
	}
	i, err := f.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: f.Key(), DocumentID: doc.PublicID, Gateway: "practice", ExpectMinor: 114_000})
	f.Must(err)
	if i.AmountMinor != 114_000 {
		t.Errorf("charged %d", i.AmountMinor)
	}
	_, err = f.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: f.Key(), DocumentID: doc.PublicID, Gateway: "practice", ExpectMinor: 115_000})
	f.WantFault(err, "fault.amount_changed")
	b.say(officetest.Said{State: payments.Succeeded})
	if i, err = b.goOn(i); err != nil || i.State != payments.Succeeded {
		t.Fatalf("what is asked for now cannot be charged: %+v %v", i, err)
	}
	now, err := f.Sales.Get(ctx, staff, doc.PublicID)
	f.Must(err)
	if now.DueMinor != 6_000 {
		t.Errorf("%d left", now.DueMinor)
	}
	f.Sound()
}

// Paying the whole at once is the customer's choice, by a gateway or by transfer.
func TestRetainedPartPaidEarly(t *testing.T) {
	f := officetest.New(t)
	doc, b := held(f)
	f.WantFault(f.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: f.Key(), DocumentID: doc.PublicID, AmountMinor: 119_000}), "fault.amount_changed")
	f.Must(f.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: f.Key(), DocumentID: doc.PublicID, AmountMinor: 120_000}))
	list, err := f.Payments.Announcements(ctx, staff)
	f.Must(err)
	if list[0].AmountMinor != 120_000 {
		t.Errorf("announced %d", list[0].AmountMinor)
	}
	i, err := f.Payments.StartPayment(ctx, b.contact(), payments.StartPayment{Key: f.Key(), DocumentID: doc.PublicID, Gateway: "practice", ExpectMinor: 120_000})
	f.Must(err)
	b.say(officetest.Said{State: payments.Succeeded})
	if i, err = b.goOn(i); err != nil || i.State != payments.Succeeded {
		t.Fatalf("%+v %v", i, err)
	}
	now, err := f.Sales.Get(ctx, staff, doc.PublicID)
	f.Must(err)
	if now.State != billing.StatePaid {
		t.Errorf("%s, %d due", now.State, now.DueMinor)
	}
	f.Sound()
}

// Late is what is late: the retained part only once its own day is past.
func TestRetainedPartIsNotOverdueBeforeItsDay(t *testing.T) {
	f := officetest.New(t)
	_, b := held(f)
	late := func(day string, want, asked int64) {
		t.Helper()
		f.Move(day)
		totals, err := f.Sales.OpenTotals(ctx, staff)
		f.Must(err)
		sum, err := f.Sales.PortalSummary(ctx, b.contact())
		f.Must(err)
		rows, err := f.DB.Customers(ctx, db.PartyFilter{}, day, db.Page{Limit: 10})
		f.Must(err)
		if totals[0].OverdueMinor != want || sum.Totals[0].OverdueMinor != want || rows[0].OverdueMinor != want || sum.Totals[0].AskedMinor != asked {
			t.Errorf("on %s: %d, in the portal %d, in the list %d, asked %d; want %d, %d", day, totals[0].OverdueMinor, sum.Totals[0].OverdueMinor, rows[0].OverdueMinor, sum.Totals[0].AskedMinor, want, asked)
		}
	}
	late("2026-11-25", 0, 114_000)
	late("2027-06-01", 114_000, 114_000)
	late("2027-11-20", 114_000, 120_000)
	late("2027-11-21", 120_000, 120_000)
}

// What came in is what stayed: no bounced cheque, and less what was given back.
func TestReceivedLeavesOutWhatDidNotStay(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	take := func() payments.Payment {
		p, err := record(f, f.Issue(form(c, line(10_000))), 0)
		f.Must(err)
		return p
	}
	bounced, back := take(), take()
	_, err := f.Payments.CancelPayment(ctx, staff, payments.Cancel{Key: f.Key(), PaymentID: bounced.PublicID, Reason: "Chèque impayé"})
	f.Must(err)
	f.Move("2026-12-05")
	_, err = f.Payments.Refund(ctx, staff, payments.Refund{Key: f.Key(), PaymentID: back.PublicID, AmountMinor: 5_000, Method: "transfer", FromInvoices: true})
	f.Must(err)
	sums, err := f.Payments.ReceivedByMonth(ctx, staff, 12, "EUR")
	f.Must(err)
	if sums["2026-11"] != 12_000 || sums["2026-12"] != -5_000 {
		t.Errorf("%v", sums)
	}
}

// A transfer on its way arrives, though its invoice was credited meanwhile: the money is
// the customer's.
func TestAnnouncedTransferOfACreditedInvoice(t *testing.T) {
	for name, left := range map[string]int64{"whole": 12_000, "part": 5_000} {
		f := officetest.New(t)
		c := f.Customer("Client", nil)
		d := f.Issue(form(c, line(10_000)))
		f.Must(f.Payments.AnnounceTransfer(ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID, OrderedOn: civil.MustParse("2026-11-20")}))
		_, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: d.PublicID, How: sales.CreditAmount, AmountMinor: left, Reason: "Erreur"})
		f.Must(err)
		raw := dbtest.Raw(t, f.Path)
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM notifications WHERE kind = 'credited_announced'"); n != 1 {
			t.Errorf("%s: told %d times", name, n)
		}
		list, err := f.Payments.Announcements(ctx, staff)
		f.Must(err)
		p, err := f.Payments.Confirm(ctx, staff, "confirm-1", list[0].PublicID)
		f.Must(err)
		if p.AmountMinor != 12_000 || p.LeftMinor != left {
			t.Errorf("%s: %d, left %d", name, p.AmountMinor, p.LeftMinor)
		}
		if again, err := f.Payments.Confirm(ctx, staff, "confirm-2", list[0].PublicID); err != nil || again.Number != p.Number {
			t.Errorf("%s again: %s %v", name, again.Number, err)
		}
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM document_status WHERE announced_at IS NOT NULL"); n != 0 {
			t.Errorf("%s: %d still announced", name, n)
		}
		f.Sound()
	}
}
