package ledger_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
)

// opening reads: reprise F-118 du 2025-11-20 le 2026-01-01 C0001 1200.00 dont TVA 200.00 reste 700.00 [en attente]
func (b *books) opening(w []string) {
	incl, vat, due := b.number(w[7], 2), b.number(w[10], 2), b.number(w[12], 2)
	o := ledger.Opening{Number: w[1], DocumentDate: civil.MustParse(w[3]), Date: civil.MustParse(w[5]), Auxiliary: w[6], CustomerName: b.names[w[6]], DueMinor: due,
		Rate: ledger.Rate{Currency: b.firm, Firm: b.firm, E8: ledger.RateOne}, Lang: "fr"}
	if len(w) > 13 {
		var err error
		o.WaitingMinor, err = ledger.WaitingOf(vat, incl, due)
		b.must(err)
	}
	d := &document{total: due, waiting: o.WaitingMinor}
	d.sale.Kind, d.sale.Number, d.sale.Rate = billing.Invoice, o.Number, o.Rate
	d.posting = b.post(ledger.OpenInvoice(o))
	b.entries = append(b.entries, d.posting)
	b.documents[o.Number] = d
}

// What is left is on the customer's account, the tax of it that waits on 44574, the rest on
// 471; in any currency, and the entry holds.
func TestOpenInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		incl := rapid.Int64Range(1, 1_000_000_00).Draw(t, "incl")
		vat := rapid.Int64Range(0, incl/5).Draw(t, "vat")
		due := rapid.Int64Range(1, incl).Draw(t, "due")
		waiting, err := ledger.WaitingOf(vat, incl, due)
		if err != nil || waiting < 0 || waiting > due {
			t.Fatalf("%d of %d waits: %v", waiting, due, err)
		}
		o := ledger.Opening{Number: "F-1", Date: civil.MustParse("2026-01-01"), DocumentDate: civil.MustParse("2025-12-01"), Auxiliary: "C0001", CustomerName: "D", DueMinor: due, WaitingMinor: waiting,
			Rate: ledger.Rate{Currency: "USD", Firm: "EUR", E8: rapid.Int64Range(1_000_000, 1_000_000_000).Draw(t, "rate")}, Lang: "fr"}
		p, err := ledger.OpenInvoice(o)
		if err != nil {
			if !p.Empty() {
				t.Error(err)
			}
			return
		}
		if p.Empty() {
			return // a few cents of a weak currency are nothing
		}
		if p.Journal != ledger.JournalOpening || p.Lines[0].Role != ledger.RoleCustomers || p.Lines[0].CurrencyMinor != due {
			t.Errorf("%+v", p)
		}
	})
	for _, o := range []ledger.Opening{{DueMinor: 0}, {DueMinor: 1, WaitingMinor: 2}, {DueMinor: -1}} {
		o.Rate = ledger.Rate{Currency: "EUR", Firm: "EUR"}
		if _, err := ledger.OpenInvoice(o); err == nil {
			t.Errorf("%+v was posted", o)
		}
	}
}
