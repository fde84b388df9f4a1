package provider_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/provider"
)

func cost(e4 int64) *int64 { return &e4 }

func line(on string, more func(*provider.Line)) provider.Line {
	l := provider.Line{DocumentID: "d", Number: "FA-1", On: civil.MustParse(on), Kept: true, ItemID: 7, Code: "LIGNE", Name: "Ligne", Provider: "Télécom", QuantityE4: 2_0000,
		Currency: "EUR", RateE8: 100_000_000, RevenueMinor: 50_00, CostE4: cost(10_0000), CostCurrency: "EUR"}
	if more != nil {
		more(&l)
	}
	return l
}

// One line in each mode, and everything that changes what it adds.
func TestALineOfAStatement(t *testing.T) {
	usd := func(l *provider.Line) { l.Currency, l.RateE8 = "USD", 90_000_000 }
	for name, c := range map[string]struct {
		mode     provider.Mode
		line     provider.Line
		currency money.Currency
		amount   int64
		left     provider.Reason
	}{
		"direct: the cost":                             {provider.Direct, line("2026-03-10", nil), "EUR", 20_00, ""},
		"indirect: price less cost":                    {provider.Indirect, line("2026-03-10", nil), "EUR", 30_00, ""},
		"a credit takes the cost back":                 {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.Credit = true }), "EUR", -20_00, ""},
		"a credit takes revenue back":                  {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.Credit = true }), "EUR", -30_00, ""},
		"sold below cost":                              {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.RevenueMinor = 5_00 }), "EUR", -15_00, ""},
		"a cost of nothing is a cost":                  {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.CostE4 = cost(0) }), "EUR", 50_00, ""},
		"half a unit is rounded":                       {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.QuantityE4, l.CostE4 = 5000, cost(333) }), "EUR", 2, ""},
		"yen have no cents":                            {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.Currency, l.CostCurrency, l.CostE4 = "JPY", "JPY", cost(1500_0000) }), "JPY", 3000, ""},
		"bought in euros, sold in dollars, direct":     {provider.Direct, line("2026-03-10", usd), "EUR", 20_00, ""},
		"bought in euros, sold in dollars, indirect":   {provider.Indirect, line("2026-03-10", usd), "EUR", 25_00, ""},
		"bought in dollars, sold in euros: direct":     {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.CostCurrency = "USD" }), "USD", 20_00, ""},
		"bought in dollars, sold in euros: no rate":    {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.CostCurrency = "USD" }), "", 0, provider.NoRate},
		"no cost in the catalogue":                     {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.CostE4 = nil }), "", 0, provider.NoCost},
		"typed by hand":                                {provider.Direct, line("2026-03-10", func(l *provider.Line) { l.ItemID = 0 }), "", 0, provider.NoItem},
		"issued before costs were kept":                {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.Kept = false }), "", 0, provider.NotKept},
		"first day of the month":                       {provider.Direct, line("2026-03-01", nil), "EUR", 20_00, ""},
		"last day of the month":                        {provider.Direct, line("2026-03-31", nil), "EUR", 20_00, ""},
		"the day before is another month's":            {provider.Direct, line("2026-02-28", nil), "", 0, ""},
		"the day after is another month's":             {provider.Direct, line("2026-04-01", nil), "", 0, ""},
		"no rate between two strange moneys, indirect": {provider.Indirect, line("2026-03-10", func(l *provider.Line) { l.Currency, l.CostCurrency = "GBP", "USD" }), "", 0, provider.NoRate},
	} {
		s, err := provider.Of("2026-03", c.mode, "EUR", []provider.Line{c.line})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		switch {
		case c.currency == "" && len(s.Accounts) != 0, c.currency != "" && (len(s.Accounts) != 1 || s.Accounts[0].Currency != c.currency || s.Accounts[0].AmountMinor != c.amount):
			t.Errorf("%s: %+v", name, s.Accounts)
		case c.left == "" && len(s.LeftOut) != 0, c.left != "" && (len(s.LeftOut) != 1 || s.LeftOut[0].Reason != c.left || s.LeftOut[0].SoldMinor != c.line.RevenueMinor || len(s.LeftOut[0].Lines) != 1):
			t.Errorf("%s: left out %+v", name, s.LeftOut)
		}
	}
}

func TestCurrenciesAreNeverAddedUp(t *testing.T) {
	s, err := provider.Of("2026-03", provider.Direct, "EUR", []provider.Line{line("2026-03-02", func(l *provider.Line) { l.CostCurrency, l.Currency = "CAD", "CAD" }),
		line("2026-03-05", nil), line("2026-03-06", func(l *provider.Line) { l.ItemID, l.Code, l.Provider = 8, "AUTRE", "" })})
	if err != nil || len(s.Accounts) != 2 || s.Accounts[0].Currency != "EUR" || s.Accounts[0].AmountMinor != 40_00 || len(s.Accounts[0].Services) != 2 || s.Accounts[1].AmountMinor != 20_00 {
		t.Errorf("%+v %v", s.Accounts, err)
	}
}

// A switch counts from its month on; months before keep theirs.
func TestModeOfAMonth(t *testing.T) {
	switches := []provider.Switch{{From: "2026-03", Mode: provider.Indirect}, {From: "2026-06", Mode: provider.Direct}, {From: "2026-06", Mode: provider.Indirect}, {From: "2027-01", Mode: provider.Direct}}
	for month, want := range map[provider.Month]provider.Mode{"2025-12": provider.Direct, "2026-02": provider.Direct, "2026-03": provider.Indirect, "2026-05": provider.Indirect,
		"2026-06": provider.Indirect, "2026-12": provider.Indirect, "2027-01": provider.Direct, "2030-01": provider.Direct} {
		if got := provider.ModeOf(switches, month); got != want {
			t.Errorf("%s: %s, want %s", month, got, want)
		}
	}
	if provider.ModeOf(nil, "2026-01") != provider.Direct {
		t.Error("without a choice a firm bills directly")
	}
}

func TestMonths(t *testing.T) {
	for s, want := range map[string]bool{"2026-03": true, "2026-13": false, "2026-3": false, "": false, "2026-00": false, "mars": false} {
		if _, ok := provider.ParseMonth(s); ok != want {
			t.Errorf("%q: %v", s, ok)
		}
	}
	if first, last := provider.Month("2028-02").Days(); first.String() != "2028-02-01" || last.String() != "2028-02-29" {
		t.Errorf("%s %s", first, last)
	}
}

// Whatever the lines: totals are the sums of services, services those of their lines, price less cost
// is what is due, and no line is lost.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mode := rapid.SampledFrom([]provider.Mode{provider.Direct, provider.Indirect}).Draw(t, "mode")
		lines := []provider.Line{}
		for range rapid.IntRange(0, 20).Draw(t, "n") {
			lines = append(lines, line("2026-03-15", func(l *provider.Line) {
				l.ItemID, l.Credit, l.Kept = int64(rapid.IntRange(0, 3).Draw(t, "item")), rapid.Bool().Draw(t, "credit"), rapid.IntRange(0, 5).Draw(t, "kept") > 0
				l.Currency = rapid.SampledFrom([]money.Currency{"EUR", "USD"}).Draw(t, "currency")
				l.CostCurrency = rapid.SampledFrom([]money.Currency{"EUR", "USD"}).Draw(t, "cost currency")
				l.RevenueMinor = rapid.Int64Range(0, 1_000_000).Draw(t, "revenue")
			}))
		}
		s, err := provider.Of("2026-03", mode, "EUR", lines)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, a := range s.Accounts {
			var sum, sold, bought int64
			for _, x := range a.Services {
				var of int64
				for _, e := range x.Entries {
					of += e.AmountMinor
					if mode == provider.Indirect && e.AmountMinor != e.SoldMinor-e.CostMinor || mode == provider.Direct && e.AmountMinor != e.CostMinor {
						t.Fatalf("%+v", e)
					}
					n++
				}
				if of != x.AmountMinor {
					t.Fatalf("%+v", x)
				}
				sum, sold, bought = sum+x.AmountMinor, sold+x.SoldMinor, bought+x.CostMinor
			}
			if sum != a.AmountMinor || sold != a.SoldMinor || bought != a.CostMinor {
				t.Fatalf("%+v", a)
			}
		}
		for _, x := range s.LeftOut {
			n += len(x.Lines)
		}
		if n != len(lines) {
			t.Fatalf("%d of %d lines", n, len(lines))
		}
	})
}

// VAT is in no figure, and a discount on the document lowers the lines of its taxes.
func TestRevenues(t *testing.T) {
	vat20, vat10 := []billing.Tax{{Code: "FR-20", Category: billing.Standard, RatePCM: 20_000}}, []billing.Tax{{Code: "FR-10", Category: billing.Standard, RatePCM: 10_000}}
	of := func(incl bool, allowances ...billing.Allowance) billing.Document {
		return billing.Document{Currency: "EUR", PricesInclTax: incl, Allowances: allowances, Lines: []billing.Line{
			{Description: "a", QuantityE4: 1_0000, UnitPriceE4: 120_0000, Taxes: vat20}, {Description: "b", QuantityE4: 1_0000, UnitPriceE4: 60_0000, Taxes: vat20}, {Description: "c", QuantityE4: 1_0000, UnitPriceE4: 110_0000, Taxes: vat10}}}
	}
	for name, c := range map[string]struct {
		doc  billing.Document
		want [3]int64
	}{
		"before tax":                 {of(false), [3]int64{120_00, 60_00, 110_00}},
		"prices with tax":            {of(true), [3]int64{100_00, 50_00, 100_00}},
		"ten percent off everything": {of(false, billing.Allowance{PCM: 10_000}), [3]int64{108_00, 54_00, 99_00}},
		"money off one rate":         {of(false, billing.Allowance{AmountMinor: 18_00, Taxes: vat20}), [3]int64{108_00, 54_00, 110_00}},
		"shipping is of no service":  {of(false, billing.Allowance{Charge: true, AmountMinor: 18_00, Taxes: vat20}), [3]int64{120_00, 60_00, 110_00}},
		"with tax, ten percent off":  {of(true, billing.Allowance{PCM: 10_000}), [3]int64{90_00, 45_00, 90_00}},
	} {
		totals, err := billing.Calculate(c.doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, err := provider.Revenues(c.doc, totals)
		if err != nil || [3]int64(got) != c.want {
			t.Errorf("%s: %v %v, want %v", name, got, err, c.want)
		}
	}
}

// What is in no total stands in the order of the totals: the firm's own currency first.
func TestLeftOutInTheFirmsOrder(t *testing.T) {
	none := func(c money.Currency) provider.Line {
		return line("2026-03-10", func(l *provider.Line) { l.Currency, l.CostE4 = c, nil })
	}
	s, err := provider.Of("2026-03", provider.Direct, "EUR", []provider.Line{none("CAD"), none("USD"), none("EUR")})
	if err != nil || len(s.LeftOut) != 3 || s.LeftOut[0].Currency != "EUR" || s.LeftOut[1].Currency != "CAD" || s.LeftOut[2].Currency != "USD" {
		t.Errorf("%+v %v", s.LeftOut, err)
	}
}
