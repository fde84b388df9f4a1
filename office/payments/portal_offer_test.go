package payments_test

import (
	"fmt"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// What a page to pay offers, and what it refuses before anything is begun.
func TestPortalOffer(t *testing.T) {
	f := officetest.New(t)
	c := f.Customer("Client", nil)
	b := &buyer{Firm: f, customer: c}
	issue := func(cents int64, currency string) sales.Document {
		d := form(c, line(cents))
		if d.Currency = currency; currency != "EUR" {
			d.RateE8 = 92_000_000
		}
		return f.Issue(d)
	}
	one, two, dollars := issue(100_000, "EUR"), issue(200_000, "EUR"), issue(50_000, "USD")
	other := f.Customer("Autre", nil)
	foreign := f.Issue(form(other, line(100_000)))
	ask := func(in payments.PayAsk) (payments.Offer, error) { return f.Payments.PortalOffer(ctx, b.contact(), in) }

	_, err := ask(payments.PayAsk{DocumentIDs: []string{one.PublicID, dollars.PublicID}})
	f.WantFault(err, "fault.pay.one_currency")
	_, err = ask(payments.PayAsk{DocumentIDs: []string{one.PublicID, foreign.PublicID}})
	f.WantFault(err, "fault.not_found")
	many := make([]string, payments.OfferMax+1)
	for i := range many {
		many[i] = fmt.Sprint("id", i)
	}
	_, err = ask(payments.PayAsk{DocumentIDs: many})
	f.WantFault(err, "fault.pay.too_many")

	both := payments.PayAsk{DocumentIDs: []string{two.PublicID, one.PublicID, two.PublicID}}
	o, err := ask(both)
	f.Must(err)
	if len(o.Documents) != 2 || o.TotalMinor != one.DueMinor+two.DueMinor || o.DueMinor != o.TotalMinor || o.Documents[0].Number != one.Number || len(o.Kept) != 0 {
		t.Errorf("%+v", o)
	}
	if all, err := ask(payments.PayAsk{All: true, Currency: "USD"}); err != nil || len(all.Documents) != 1 || all.TotalMinor != dollars.DueMinor {
		t.Errorf("%+v %v", all, err)
	}
	for amount, key := range map[int64]string{-1: "fault.pay.amount", 1: "fault.pay.less", o.TotalMinor + 1: "fault.pay.more"} {
		both.AmountMinor = amount
		_, err := ask(both)
		f.WantField(err, "amount", key)
	}
	_, err = ask(payments.PayAsk{AmountMinor: 100})
	f.WantField(err, "amount", "fault.pay.no_ahead")

	if _, err := dbtest.Raw(t, f.Path).Exec("UPDATE pay_settings SET less = 1, more = 1, ahead = 1, least_minor = 5000"); err != nil {
		t.Fatal(err)
	}
	both.AmountMinor = one.DueMinor + 10 // under the least of a part for the second one alone: the sum counts
	o, err = ask(both)
	f.Must(err)
	if o.Documents[0].AmountMinor != one.DueMinor || o.Documents[1].AmountMinor != 10 || o.AheadMinor != 0 {
		t.Errorf("%+v", o.Documents)
	}
	both.AmountMinor = o.TotalMinor + 700
	o, err = ask(both)
	f.Must(err)
	if last := o.Documents[1]; last.AmountMinor != two.DueMinor || last.OrderMinor != two.DueMinor+700 || o.AheadMinor != 700 {
		t.Errorf("%+v", o)
	}
	both.AmountMinor = 4999
	_, err = ask(both)
	f.WantField(err, "amount", "fault.pay.least")
}
