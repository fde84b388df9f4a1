package contract_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/contract"
)

func TestFiguresOfAContract(t *testing.T) {
	deposit := contract.Paper{Kind: billing.DepositInvoice, Issued: true, Currency: "EUR", ExclMinor: 300_00, InclMinor: 360_00, PaidMinor: 360_00}
	final := contract.Paper{Kind: billing.Invoice, Issued: true, Currency: "EUR", ExclMinor: 1000_00, InclMinor: 1200_00, TakenExclMinor: 300_00, TakenInclMinor: 360_00, PaidMinor: 100_00, DueMinor: 740_00}
	credit := contract.Paper{Kind: billing.CreditNote, Issued: true, Currency: "EUR", ExclMinor: 50_00, InclMinor: 60_00, PaidMinor: 20_00, DueMinor: 40_00}
	draft := contract.Paper{Kind: billing.Invoice, Currency: "EUR", ExclMinor: 9_00, InclMinor: 9_00}
	quote := contract.Paper{Kind: billing.Quote, Issued: true, Currency: "EUR", ExclMinor: 9_00, InclMinor: 9_00}
	dollars := contract.Paper{Kind: billing.Invoice, Issued: true, Currency: "CAD", ExclMinor: 9_00, InclMinor: 9_00, DueMinor: 9_00}
	for name, c := range map[string]struct {
		value, planned int64
		papers         []contract.Paper
		want           contract.Figures
	}{
		"nothing said":          {0, 0, nil, contract.Figures{Currency: "EUR"}},
		"by its milestones":     {0, 800_00, nil, contract.Figures{Currency: "EUR", ValueMinor: 800_00, LeftToInvoice: 800_00}},
		"drafts and quotes":     {1000_00, 5, []contract.Paper{draft, quote}, contract.Figures{Currency: "EUR", ValueMinor: 1000_00, LeftToInvoice: 1000_00}},
		"a deposit counts once": {1000_00, 0, []contract.Paper{deposit, final}, contract.Figures{Currency: "EUR", ValueMinor: 1000_00, InvoicedExclMinor: 1000_00, InvoicedInclMinor: 1200_00, PaidMinor: 460_00, LeftToPayMinor: 740_00}},
		"a credit note":         {1000_00, 0, []contract.Paper{final, deposit, credit}, contract.Figures{Currency: "EUR", ValueMinor: 1000_00, InvoicedExclMinor: 950_00, InvoicedInclMinor: 1140_00, PaidMinor: 440_00, LeftToPayMinor: 740_00, CreditMinor: 40_00, LeftToInvoice: 50_00}},
		"more than agreed":      {100_00, 0, []contract.Paper{final}, contract.Figures{Currency: "EUR", ValueMinor: 100_00, InvoicedExclMinor: 700_00, InvoicedInclMinor: 840_00, PaidMinor: 100_00, LeftToPayMinor: 740_00, OverMinor: 600_00}},
		"another currency":      {100_00, 0, []contract.Paper{dollars, dollars}, contract.Figures{Currency: "EUR", ValueMinor: 100_00, LeftToInvoice: 100_00, Others: []money.Currency{"CAD"}}},
	} {
		if d := cmp.Diff(c.want, contract.Sum("EUR", c.value, c.planned, c.papers)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// What was invoiced is what was paid, what is left to pay, less what the customer may still use, whatever was made; and the
// order of the papers makes no difference.
func TestFiguresAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []contract.Paper
		for range rapid.IntRange(0, 12).Draw(t, "papers") {
			total := rapid.Int64Range(0, 1_000_000).Draw(t, "total")
			p := contract.Paper{Kind: rapid.SampledFrom([]billing.Kind{billing.Invoice, billing.DepositInvoice, billing.CreditNote, billing.Quote}).Draw(t, "kind"), Issued: rapid.Bool().Draw(t, "issued"),
				Currency: rapid.SampledFrom([]money.Currency{"EUR", "EUR", "CAD"}).Draw(t, "currency"), InclMinor: total, ExclMinor: total - total/6}
			if p.Kind == billing.Invoice {
				p.TakenInclMinor = rapid.Int64Range(0, total).Draw(t, "taken")
			}
			p.PaidMinor = rapid.Int64Range(0, total-p.TakenInclMinor).Draw(t, "paid")
			p.DueMinor = total - p.TakenInclMinor - p.PaidMinor
			list = append(list, p)
		}
		f := contract.Sum("EUR", rapid.Int64Range(0, 1_000_000).Draw(t, "value"), 7, list)
		if f.InvoicedInclMinor != f.PaidMinor+f.LeftToPayMinor-f.CreditMinor {
			t.Fatalf("does not add up: %+v", f)
		}
		if f.LeftToInvoice < 0 || f.LeftToInvoice > f.ValueMinor && f.InvoicedExclMinor >= 0 {
			t.Fatalf("left to invoice: %+v", f)
		}
		if f.ValueMinor > 0 && f.InvoicedExclMinor+f.LeftToInvoice-f.OverMinor != f.ValueMinor || f.LeftToInvoice > 0 && f.OverMinor > 0 {
			t.Fatalf("invoiced, left and over against the value: %+v", f)
		}
		slices.Reverse(list)
		if again := contract.Sum("EUR", f.ValueMinor, 7, list); !cmp.Equal(again, f) {
			t.Fatalf("by order: %+v, %+v", f, again)
		}
	})
}

func TestBillingOfAMilestone(t *testing.T) {
	draft, quote := contract.MilestonePaper{Kind: billing.Invoice}, contract.MilestonePaper{Kind: billing.Quote, Issued: true}
	invoice, paid := contract.MilestonePaper{Kind: billing.Invoice, Issued: true}, contract.MilestonePaper{Kind: billing.DepositInvoice, Issued: true, Settled: true}
	done := contract.MilestonePaper{Kind: billing.Quote, Issued: true, Settled: true}
	back := contract.MilestonePaper{Kind: billing.Invoice, Issued: true, Settled: true, TakenBack: true}
	for name, c := range map[string]struct {
		papers   []contract.MilestonePaper
		want     contract.MilestoneBilling
		billable bool
	}{
		"nothing":                 {nil, contract.BillingNone, true},
		"a draft":                 {[]contract.MilestonePaper{draft}, contract.BillingDrafted, false},
		"a quote":                 {[]contract.MilestonePaper{quote}, contract.BillingQuoted, false},
		"a quote that is refused": {[]contract.MilestonePaper{{Kind: billing.Quote, Issued: true, TakenBack: true}}, contract.BillingNone, true},
		"recurring":               {[]contract.MilestonePaper{{Recurring: true}}, contract.BillingRecurring, false},
		"an invoice":              {[]contract.MilestonePaper{quote, invoice}, contract.BillingInvoiced, false},
		"paid":                    {[]contract.MilestonePaper{paid, done}, contract.BillingPaid, false},
		"its deposit is paid":     {[]contract.MilestonePaper{quote, paid}, contract.BillingInvoiced, false},
		"one of two is paid":      {[]contract.MilestonePaper{paid, invoice}, contract.BillingInvoiced, false},
		"paid, one is to come":    {[]contract.MilestonePaper{paid, draft}, contract.BillingInvoiced, false},
		"taken back":              {[]contract.MilestonePaper{back}, contract.BillingNone, true},
		"taken back, made again":  {[]contract.MilestonePaper{back, draft}, contract.BillingDrafted, false},
	} {
		got := contract.BillingOf(c.papers)
		if got != c.want || contract.Billable(got) != c.billable {
			t.Errorf("%s: %q, billable %v", name, got, contract.Billable(got))
		}
	}
}
