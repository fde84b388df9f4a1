package payments_test

import (
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// Québec and the United Kingdom let no consumer be asked for a fee (LPC art. 224 c); Payment
// Surcharges Regulations), firms may be; elsewhere in Canada no law is known.
func TestNoConsumerPaysAFeeWhereTheLawProtectsIt(t *testing.T) {
	for _, c := range []struct {
		country, region, kind string
		fee                   bool
	}{
		{"CA", "QC", "person", false}, {"CA", "QC", "company", true}, {"CA", "QC", "public_body", true}, {"CA", "ON", "person", true},
		{"GB", "", "person", false}, {"GB", "", "company", true}, {"FR", "", "company", false},
	} {
		b := newBuyer(t)
		dbtest.Tamper(t, b.Path, "UPDATE company SET country = '"+c.country+"', region = '"+c.region+"'")
		dbtest.Tamper(t, b.Path, "UPDATE customers SET kind = '"+c.kind+"'")
		b.way("fee_minor = 30")
		b.say(officetest.Said{State: payments.Succeeded})
		i, err := b.order(payments.StartPayment{DocumentID: b.doc.PublicID, ExpectMinor: 12_000})
		if c.fee {
			b.WantFault(err, "fault.amount_changed") // it was not shown
			continue
		}
		if b.Must(err); i.ExtraMinor != 0 || i.AmountMinor != 12_000 {
			t.Errorf("%+v: %+v", c, i)
		}
	}
}
