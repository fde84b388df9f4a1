package payments_test

import (
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// One transfer for several invoices: announced at once, shown on one line, confirmed by one
// click as one payment, and the customer is thanked once.
func TestOneTransferForSeveral(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	me := officetest.Contact(c)
	docs := []sales.Document{f.Issue(form(c, line(10_000))), f.Issue(form(c, line(5_000))), f.Issue(form(c, line(2_000)))}
	announce := func(docs ...sales.Document) payments.Announcement {
		in := payments.AnnounceTransfer{Key: f.Key()}
		for _, d := range docs {
			in.Parts = append(in.Parts, payments.PayPart{DocumentID: d.PublicID, AmountMinor: d.DueMinor, ShownMinor: d.DueMinor})
		}
		f.Must(f.Payments.AnnounceTransfer(ctx, me, in))
		list, err := f.Payments.Announcements(ctx, staff)
		f.Must(err)
		if len(list) != 1 || len(list[0].DocumentIDs) != len(docs) {
			t.Fatalf("%+v", list)
		}
		return list[0]
	}
	a := announce(docs[0], docs[1])
	if a.AmountMinor != 18_000 || !strings.Contains(a.Number, docs[1].Number) {
		t.Errorf("%+v", a)
	}
	f.Must(f.Payments.DismissTransfer(ctx, staff, a.PublicID, "Nous ne voyons rien."))
	f.WantFault(f.Payments.DismissTransfer(ctx, staff, a.PublicID, ""), "fault.conflict")
	raw := dbtest.Raw(t, f.Path)
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails WHERE kind = 'transfer_dismissed'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM document_status WHERE announced_at IS NOT NULL"); n != 0 {
		t.Errorf("%d still announced", n)
	}
	a = announce(docs...)
	if _, err := record(f, docs[2], 0); err != nil { // paid by hand meanwhile
		t.Fatal(err)
	}
	p, err := f.Payments.Confirm(ctx, staff, f.Key(), a.PublicID)
	f.Must(err)
	if p.AmountMinor != 18_000 || len(p.Parts) != 2 || p.LeftMinor != 0 {
		t.Errorf("%+v", p)
	}
	again, err := f.Payments.Confirm(ctx, staff, f.Key(), a.PublicID)
	f.Must(err)
	if again.Number != p.Number {
		t.Errorf("%s and %s", p.Number, again.Number)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails WHERE kind = 'payment_received'"); n != 1 {
		t.Errorf("%d thanks", n)
	}
	f.Sound()
}
