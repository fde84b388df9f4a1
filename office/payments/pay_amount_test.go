package payments_test

import (
	"testing"

	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// The page and the order judge an amount alike, ahead too, whatever else the firm lets choose.
func TestLeastAmountIsOneRule(t *testing.T) {
	b := newBuyer(t)
	for settings, least := range map[string]int64{"less = 0, ahead = 1, least_minor = 1000": 1_000, "less = 1, ahead = 1, least_minor = 0": 0} {
		b.allow(settings)
		for _, amount := range []int64{1, 999, 1_000} {
			_, shown := b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{AmountMinor: amount})
			_, ordered := b.order(payments.StartPayment{AheadMinor: amount})
			if want := amount >= least; (shown == nil) != want || (ordered == nil) != want {
				t.Errorf("%s: %d: %v at the page, %v at the order", settings, amount, shown, ordered)
			}
		}
	}
}

// The least amount is the firm's own currency's; who pays in another is told it in that one.
func TestLeastAmountInAnotherCurrency(t *testing.T) {
	f := officetest.New(t)
	b := &buyer{Firm: f, customer: f.Customer("Québec", func(c *customers.Customer) {
		c.Currency, c.Country, c.TaxRegime, c.Postcode, c.City = "CAD", "CA", "export", "H2X 1Y4", "Montréal"
	})}
	d := form(b.customer, line(10_000))
	d.RateE8 = 50_000_000 // one dollar is half a euro
	b.doc = f.Issue(d)
	b.allow("less = 1, least_minor = 1000")
	due := b.due(b.doc)
	o, err := b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{DocumentIDs: []string{b.doc.PublicID}})
	b.Must(err)
	if o.Choice.LeastMinor != 2_000 {
		t.Errorf("%d", o.Choice.LeastMinor)
	}
	_, err = b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 1_999, due)}})
	b.WantFault(err, "fault.pay.least")
	_, err = b.order(payments.StartPayment{Parts: []payments.PayPart{shown(b.doc, 2_000, due)}})
	b.Must(err)
}

// Ahead one pays in one's own currency, or in one in which something is due; nothing else is
// taken from the address or the form.
func TestCurrencyOfAPaymentAhead(t *testing.T) {
	f := officetest.New(t)
	b := &buyer{Firm: f, customer: f.Customer("Client", nil)}
	b.allow("ahead = 1")
	d := form(b.customer, line(10_000))
	d.Currency, d.RateE8 = "CAD", 50_000_000
	try := func() (shown, ordered error) {
		_, shown = b.Payments.PortalOffer(ctx, b.contact(), payments.PayAsk{AmountMinor: 5_000, Currency: "CAD"})
		_, ordered = b.order(payments.StartPayment{AheadMinor: 5_000, Currency: "CAD"})
		return shown, ordered
	}
	other := f.Customer("Autre", nil) // a rate is known
	e := form(other, line(10_000))
	e.Currency, e.RateE8 = d.Currency, d.RateE8
	f.Issue(e)
	shownErr, orderErr := try()
	b.WantFault(shownErr, "fault.not_found")
	b.WantFault(orderErr, "fault.pay.currency")
	f.Issue(d)
	if shownErr, orderErr = try(); shownErr != nil || orderErr != nil {
		t.Errorf("%v %v", shownErr, orderErr)
	}
}

// All at once is a hundred: what is left for another time is said.
func TestAllIsAHundred(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	for range payments.OfferMax + 3 {
		f.Issue(form(c, line(100)))
	}
	o, err := f.Payments.PortalOffer(ctx, officetest.Contact(c), payments.PayAsk{All: true})
	f.Must(err)
	if len(o.Documents) != payments.OfferMax || o.Left != 3 {
		t.Errorf("%d, %d left", len(o.Documents), o.Left)
	}
}

// What closes an announced transfer: a transfer, or whatever pays the whole. A part by another
// way leaves it waiting, and its money is counted when it comes.
func TestAnnouncedTransferBesideACard(t *testing.T) {
	b := newBuyer(t)
	second := b.Issue(form(b.customer, line(5_000)))
	b.Must(b.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: b.Key(), Parts: []payments.PayPart{shown(b.doc, 12_000, 12_000), shown(second, 6_000, 6_000)}}))
	pay := func(minor int64) {
		t.Helper()
		_, err := b.Payments.Record(ctx, staff, payments.Record{Key: b.Key(), DocumentID: b.doc.PublicID, AmountMinor: minor, Method: "card"})
		b.Must(err)
	}
	wait := func() []payments.Announcement {
		list, err := b.Payments.Announcements(ctx, staff)
		b.Must(err)
		return list
	}
	pay(1_000)
	if list := wait(); len(list) != 1 || list[0].AmountMinor != 18_000 || b.count(t, "SELECT count(*) FROM document_status WHERE announced_at IS NOT NULL") != 2 {
		t.Fatalf("%+v", list)
	}
	pay(11_000)
	list := wait()
	if len(list) != 1 || list[0].AmountMinor != 6_000 {
		t.Fatalf("%+v", list)
	}
	p, err := b.Payments.Confirm(ctx, staff, b.Key(), list[0].PublicID)
	b.Must(err)
	if p.AmountMinor != 18_000 || p.LeftMinor != 12_000 || b.due(second) != 0 {
		t.Errorf("%+v", p)
	}
	if again, err := b.Payments.Confirm(ctx, staff, b.Key(), list[0].PublicID); err != nil || again.Number != p.Number {
		t.Errorf("%+v %v", again, err)
	}
	b.Sound()
}

// A transfer is confirmed as the bank shows it: the day, and what came of it.
func TestConfirmedAsItCame(t *testing.T) {
	for name, x := range map[string]struct{ came, due, left int64 }{"as announced": {0, 0, 0}, "short": {11_500, 500, 0}, "more": {12_500, 0, 500}} {
		t.Run(name, func(t *testing.T) {
			b := newBuyer(t)
			b.Must(b.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: b.Key(), DocumentID: b.doc.PublicID, OrderedOn: civil.MustParse("2026-11-21")}))
			list, err := b.Payments.Announcements(ctx, staff)
			b.Must(err)
			b.Move("2026-11-24")
			in := payments.Confirmed{Key: b.Key(), AnnouncementID: list[0].PublicID, AmountMinor: x.came}
			for on, key := range map[string]string{"2026-11-20": "fault.transfer.before_said", "2026-11-25": "fault.future", "Monday": "fault.not_a_date"} {
				in.Key, in.ReceivedOn = b.Key(), on
				_, err := b.Payments.ConfirmTransfer(ctx, staff, in)
				b.WantField(err, "receivedOn", key)
			}
			in.Key, in.ReceivedOn, in.AmountMinor = b.Key(), "", -1
			_, err = b.Payments.ConfirmTransfer(ctx, staff, in)
			b.WantField(err, "amount", "fault.pay.amount")
			in.Key, in.ReceivedOn, in.AmountMinor = b.Key(), "2026-11-22", x.came
			p, err := b.Payments.ConfirmTransfer(ctx, staff, in)
			b.Must(err)
			if p.ReceivedOn.String() != "2026-11-22" || p.LeftMinor != x.left || b.due(b.doc) != x.due {
				t.Errorf("%+v, %d due", p, b.due(b.doc))
			}
			if n := dbtest.Int(t, dbtest.Raw(t, b.Path), "SELECT count(*) FROM transfer_announcements WHERE state = 'confirmed' AND payment_id IS NOT NULL"); n != 1 {
				t.Errorf("%d confirmed", n)
			}
			b.Sound()
		})
	}
}

// One that was dismissed and came after all is booked once, however often it is confirmed.
func TestDismissedCameAfterAll(t *testing.T) {
	b := newBuyer(t)
	b.Must(b.Payments.AnnounceTransfer(ctx, b.contact(), payments.AnnounceTransfer{Key: b.Key(), DocumentID: b.doc.PublicID}))
	list, err := b.Payments.Announcements(ctx, staff)
	b.Must(err)
	b.Must(b.Payments.DismissTransfer(ctx, staff, list[0].PublicID, ""))
	for range 2 {
		_, err = b.Payments.Confirm(ctx, staff, b.Key(), list[0].PublicID)
		b.Must(err)
	}
	if n := b.count(t, "SELECT count(*) FROM payments"); n != 1 {
		t.Errorf("%d payments", n)
	}
}
