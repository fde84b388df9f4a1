package billing_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

var (
	aeBuilding = billing.Tax{Code: "FR-AE-BTP", Name: "TVA", Category: billing.ReverseCharge, Mention: "mention.fr.reverse_charge_building", VATEX: "VATEX-EU-AE"}
	franchise  = billing.Tax{Code: "FR-FRANCHISE", Name: "TVA", Category: billing.Exempt, Mention: "mention.fr.franchise", VATEX: "VATEX-FR-FRANCHISE"}
)

// aTaxSet draws the taxes of a line: French, Québec, or none.
func aTaxSet(t *rapid.T) []billing.Tax {
	return rapid.SampledFrom([][]billing.Tax{{s20}, {s55}, {tps, tvq}, {tvq, tps}, {tps}, {aeBuilding}, {franchise}}).Draw(t, "taxes")
}

// aDocument draws a document with signed quantities, discounts and charges.
func aDocument(t *rapid.T) billing.Document {
	doc := billing.Document{Currency: rapid.SampledFrom([]money.Currency{"EUR", "CAD", "JPY", "TND"}).Draw(t, "currency"), PricesInclTax: rapid.Bool().Draw(t, "incl")}
	for range rapid.IntRange(0, 12).Draw(t, "lines") {
		doc.Lines = append(doc.Lines, billing.Line{
			Nature:     rapid.SampledFrom([]billing.Nature{billing.Goods, billing.Services}).Draw(t, "nature"),
			QuantityE4: rapid.Int64Range(-20_000_000, 100_000_000).Draw(t, "quantity"), UnitPriceE4: rapid.Int64Range(0, 99_999_999).Draw(t, "price"),
			DiscountPCM: rapid.SampledFrom([]int64{0, 0, 5000, 33333, 100000}).Draw(t, "discount"), Taxes: aTaxSet(t),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "discounts") {
		a := billing.Allowance{PCM: rapid.Int64Range(0, 40_000).Draw(t, "percent")}
		if rapid.Bool().Draw(t, "one group") {
			a.Taxes = aTaxSet(t)
		}
		doc.Allowances = append(doc.Allowances, a)
	}
	return doc
}

// withCharges adds what has no mirror image: amounts on the whole document.
func withCharges(t *rapid.T, doc billing.Document) billing.Document {
	if rapid.Bool().Draw(t, "charge") {
		doc.Allowances = append(doc.Allowances, billing.Allowance{Charge: true, AmountMinor: rapid.Int64Range(0, 100_000).Draw(t, "shipping"), Taxes: aTaxSet(t)})
	}
	if rapid.Bool().Draw(t, "amount off") {
		doc.Allowances = append(doc.Allowances, billing.Allowance{AmountMinor: rapid.Int64Range(1, 5_000).Draw(t, "amount")})
	}
	return doc
}

// calculate skips the draws that ask for more discount than there is.
func calculate(t *rapid.T, doc billing.Document) billing.Totals {
	got, err := billing.Calculate(doc)
	if e, ok := fault.As(err); ok && e.Fields[0].Key == "fault.billing.discount_too_big" {
		t.Skip("more discount than lines")
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// EN 16931: BR-CO-10 to BR-CO-16, and what the books post is the document.
func TestSumsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := calculate(t, withCharges(t, aDocument(t)))
		var lines, allowances, charges, tax, rowNet, rowTax int64
		for _, l := range got.Lines {
			lines += l.NetMinor
		}
		for _, a := range got.Allowances {
			if a.Charge {
				charges += a.AmountMinor
			} else {
				allowances += a.AmountMinor
			}
		}
		perTax := map[string]int64{}
		for _, s := range got.Taxes {
			tax += s.TaxMinor
			perTax[s.Tax.Code] += s.TaxMinor
		}
		for _, r := range got.AccountingRows {
			rowNet += r.NetMinor
			for _, rt := range r.Taxes {
				rowTax += rt.TaxMinor
				perTax[rt.Tax.Code] -= rt.TaxMinor
			}
		}
		for code, left := range perTax {
			if left != 0 {
				t.Errorf("rows and table differ by %d on %s", left, code)
			}
		}
		want := billing.Totals{
			SumLines: lines, SumAllowances: allowances, SumCharges: charges, TotalExclTax: lines - allowances + charges,
			TotalTax: tax, TotalInclTax: lines - allowances + charges + tax, AmountDue: lines - allowances + charges + tax,
			Lines: got.Lines, Allowances: got.Allowances, Taxes: got.Taxes, AccountingRows: got.AccountingRows, SumShown: got.SumShown,
			GoodsExclTax: got.GoodsExclTax, ServicesExcl: rowNet - got.GoodsExclTax, TaxOnGoods: got.TaxOnGoods, TaxOnServices: rowTax - got.TaxOnGoods,
		}
		if diff := cmp.Diff(want, got); diff != "" || rowNet != got.TotalExclTax || rowTax != got.TotalTax {
			t.Errorf("rows %d + %d\n%s", rowNet, rowTax, diff)
		}
	})
}

// BR-CO-17: tax is base × rate, rounded once. Where prices include tax, it is what the
// prices hold: one cent of play for each group that bears it.
func TestTaxIsBaseTimesRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := withCharges(t, aDocument(t))
		for _, s := range calculate(t, doc).Taxes {
			want, err := money.MulDiv(s.BaseMinor, s.Tax.RatePCM, money.PCM)
			play := int64(0)
			if doc.PricesInclTax {
				play = 6
			}
			if err != nil || s.TaxMinor < want-play || s.TaxMinor > want+play {
				t.Errorf("%s: %d on %d, want %d ± %d", s.Tax.Code, s.TaxMinor, s.BaseMinor, want, play)
			}
		}
	})
}

// Prices including tax: what the document shows is what it charges.
func TestShownIsCharged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := withCharges(t, aDocument(t))
		got := calculate(t, doc)
		var shown int64
		for _, l := range got.Lines {
			if doc.PricesInclTax == false && l.ShownMinor != l.NetMinor {
				t.Errorf("line shows %d, counts %d", l.ShownMinor, l.NetMinor)
			}
			if l.ShownMinor != l.GrossMinor-l.DiscountMinor {
				t.Errorf("%+v", l)
			}
			shown += l.ShownMinor
		}
		if shown != got.SumShown {
			t.Errorf("sum shown %d, want %d", got.SumShown, shown)
		}
		for _, a := range got.Allowances {
			if a.Charge {
				shown += a.ShownMinor
			} else {
				shown -= a.ShownMinor
			}
		}
		charged := got.TotalExclTax
		if doc.PricesInclTax {
			charged = got.TotalInclTax
		}
		if shown != charged {
			t.Errorf("shown %d, charged %d", shown, charged)
		}
	})
}

// The order of lines changes nothing but the order of lines.
func TestOrderOfLinesIsIrrelevant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := withCharges(t, aDocument(t))
		a := calculate(t, doc)
		doc.Lines = slices.Clone(doc.Lines)
		doc.Lines = rapid.Permutation(doc.Lines).Draw(t, "order")
		b := calculate(t, doc)
		a.Lines, b.Lines, a.Allowances, b.Allowances = nil, nil, nil, nil
		if !doc.PricesInclTax { // with tax in the price, a cent of net may sit elsewhere
			if diff := cmp.Diff(a, b); diff != "" {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff(a.Taxes, b.Taxes); diff != "" || a.TotalInclTax != b.TotalInclTax || a.TotalExclTax != b.TotalExclTax {
			t.Error(diff)
		}
	})
}

// All quantities turned round give all amounts turned round.
func TestNegativeOfEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := aDocument(t)
		a := calculate(t, doc)
		doc.Lines = slices.Clone(doc.Lines)
		for i := range doc.Lines {
			doc.Lines[i].QuantityE4 *= -1
		}
		b := calculate(t, doc)
		if a.TotalExclTax != -b.TotalExclTax || a.TotalTax != -b.TotalTax || a.TotalInclTax != -b.TotalInclTax || a.GoodsExclTax != -b.GoodsExclTax || a.TaxOnServices != -b.TaxOnServices {
			t.Errorf("%+v\n%+v", a, b)
		}
	})
}

// No input whatever panics or gives an amount out of range.
func TestNeverPanics(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc := billing.Document{Currency: rapid.SampledFrom([]money.Currency{"EUR", "JPY", "", "XXX"}).Draw(t, "currency"), PricesInclTax: rapid.Bool().Draw(t, "incl"), PrepaidMinor: rapid.Int64().Draw(t, "prepaid")}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			tax := billing.Tax{Name: "TVA", Category: billing.Standard, RatePCM: rapid.Int64().Draw(t, "rate")}
			doc.Lines = append(doc.Lines, billing.Line{
				QuantityE4: rapid.Int64().Draw(t, "quantity"), UnitPriceE4: rapid.Int64().Draw(t, "price"), DiscountPCM: rapid.Int64().Draw(t, "pcm"),
				DiscountMinor: rapid.Int64().Draw(t, "minor"), Nature: billing.Nature(rapid.SampledFrom([]string{"", "goods", "x"}).Draw(t, "nature")),
				Taxes: rapid.SampledFrom([][]billing.Tax{nil, {s20}, {tax}, {s20, s20}}).Draw(t, "taxes"),
			})
		}
		doc.Allowances = append(doc.Allowances, billing.Allowance{Charge: rapid.Bool().Draw(t, "charge"), PCM: rapid.Int64().Draw(t, "a pcm"), AmountMinor: rapid.Int64().Draw(t, "a minor"), Taxes: []billing.Tax{s20}})
		got, err := billing.Calculate(doc)
		if err == nil && (got.TotalInclTax > money.Max || got.TotalInclTax < -money.Max) {
			t.Errorf("out of range: %d", got.TotalInclTax)
		}
		if err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("not a refusal: %v", err)
		}
	})
}

func TestRefusedDocuments(t *testing.T) {
	base := func() billing.Document { return one("EUR", 100000, s20) }
	for name, c := range map[string]struct {
		change func(*billing.Document)
		path   string
		key    string
	}{
		"negative price":       {func(d *billing.Document) { d.Lines[0].UnitPriceE4 = -1 }, "lines.0.unit_price", "fault.billing.negative_price"},
		"quantity of 1e12":     {func(d *billing.Document) { d.Lines[0].QuantityE4 = 1e16 }, "lines.0.quantity", "fault.billing.quantity_too_big"},
		"quantity of -1e12":    {func(d *billing.Document) { d.Lines[0].QuantityE4 = -1e16 }, "lines.0.quantity", "fault.billing.quantity_too_big"},
		"product out of range": {func(d *billing.Document) { d.Lines[0].QuantityE4, d.Lines[0].UnitPriceE4 = 1e13, 1e13 }, "lines.0.quantity", "fault.billing.amount_too_big"},
		"price too big":        {func(d *billing.Document) { d.Lines[0].UnitPriceE4 = 1e14 }, "lines.0.unit_price", "fault.billing.price_too_big"},
		"101 %":                {func(d *billing.Document) { d.Lines[0].DiscountPCM = 101000 }, "lines.0.discount", "fault.billing.percent_too_big"},
		"discount of -1 %":     {func(d *billing.Document) { d.Lines[0].DiscountPCM = -1000 }, "lines.0.discount", "fault.billing.negative_discount"},
		"both discounts":       {func(d *billing.Document) { d.Lines[0].DiscountPCM, d.Lines[0].DiscountMinor = 1000, 1 }, "lines.0.discount", "fault.billing.both_discounts"},
		"discount above line":  {func(d *billing.Document) { d.Lines[0].DiscountMinor = 1001 }, "lines.0.discount", "fault.billing.discount_too_big"},
		"no tax":               {func(d *billing.Document) { d.Lines[0].Taxes = nil }, "lines.0.taxes", "fault.billing.no_tax"},
		"the same tax twice":   {func(d *billing.Document) { d.Lines[0].Taxes = []billing.Tax{s20, s20} }, "lines.0.taxes", "fault.billing.tax_twice"},
		"an exempt rate":       {func(d *billing.Document) { d.Lines[0].Taxes[0].Category = billing.Exempt }, "lines.0.taxes", "fault.billing.tax_rate"},
		"unknown nature":       {func(d *billing.Document) { d.Lines[0].Nature = "air" }, "lines.0.nature", "fault.billing.nature"},
		"unknown currency":     {func(d *billing.Document) { d.Currency = "BTC" }, "currency", "fault.billing.currency"},
		"negative prepaid":     {func(d *billing.Document) { d.PrepaidMinor = -1 }, "prepaid", "fault.billing.negative_prepaid"},
		"charge without tax":   {func(d *billing.Document) { d.Allowances = []billing.Allowance{{Charge: true, AmountMinor: 5}} }, "allowances.0.taxes", "fault.billing.no_tax"},
		"discount above all":   {func(d *billing.Document) { d.Allowances = []billing.Allowance{{AmountMinor: 1001}} }, "allowances.0", "fault.billing.discount_too_big"},
		"twice 60 %":           {func(d *billing.Document) { d.Allowances = []billing.Allowance{{PCM: 60000}, {PCM: 60000}} }, "allowances.1", "fault.billing.discount_too_big"},
	} {
		doc := base()
		c.change(&doc)
		_, err := billing.Calculate(doc)
		e, ok := fault.As(err)
		if !ok || len(e.Fields) != 1 || e.Fields[0].Path != c.path || e.Fields[0].Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := billing.Calculate(base()); err != nil {
		t.Error(err)
	}
}

func TestTotalOutOfRange(t *testing.T) {
	doc := billing.Document{Currency: "EUR"}
	for range 20 { // each line fits, their sum does not
		doc.Lines = append(doc.Lines, billing.Line{QuantityE4: 99_000_000 * money.Scale, UnitPriceE4: 99_000 * money.Scale, Taxes: []billing.Tax{s20}})
	}
	_, err := billing.Calculate(doc)
	if e, ok := fault.As(err); !ok || e.Key != "fault.billing.total_too_big" {
		t.Errorf("%v", err)
	}
}

// Tables that a clerk can recompute by hand.
func TestByHand(t *testing.T) {
	line := func(quantity, price int64, nature billing.Nature, taxes ...billing.Tax) billing.Line {
		return billing.Line{QuantityE4: quantity * 10000, UnitPriceE4: price * 100, Nature: nature, Taxes: taxes} // price in cents
	}
	for name, c := range map[string]struct {
		doc             billing.Document
		excl, tax, incl int64
	}{
		"nothing yet":                  {billing.Document{Currency: "EUR"}, 0, 0, 0},
		"19.99 with tax stays 19.99":   {billing.Document{Currency: "EUR", PricesInclTax: true, Lines: []billing.Line{line(1, 1999, billing.Goods, s20)}}, 1666, 333, 1999},
		"three of them":                {billing.Document{Currency: "EUR", PricesInclTax: true, Lines: []billing.Line{line(3, 1999, billing.Goods, s20)}}, 4998, 999, 5997},
		"114.98 with TPS and TVQ":      {billing.Document{Currency: "CAD", PricesInclTax: true, Lines: []billing.Line{line(1, 11498, billing.Goods, tps, tvq)}}, 10000, 1498, 11498},
		"tax once, not per line":       {billing.Document{Currency: "EUR", Lines: []billing.Line{line(1, 2, billing.Goods, s20), line(1, 2, billing.Goods, s20), line(1, 2, billing.Goods, s20)}}, 6, 1, 7},
		"giving back":                  {billing.Document{Currency: "EUR", Lines: []billing.Line{line(2, 5000, billing.Goods, s20), line(-1, 5000, billing.Goods, s20)}}, 5000, 1000, 6000},
		"yens have no cents":           {billing.Document{Currency: "JPY", Lines: []billing.Line{line(3, 33350, billing.Goods, s20)}}, 1001, 200, 1201},
		"10 euros off two rates":       {billing.Document{Currency: "EUR", Lines: []billing.Line{line(1, 7500, billing.Goods, s20), line(1, 2500, billing.Goods, s55)}, Allowances: []billing.Allowance{{AmountMinor: 1000}}}, 9000, 1350 + 124, 9000 + 1474},
		"shipping bears its own tax":   {billing.Document{Currency: "EUR", Lines: []billing.Line{line(1, 2500, billing.Goods, s55)}, Allowances: []billing.Allowance{{Charge: true, AmountMinor: 600, Taxes: []billing.Tax{s20}}}}, 3100, 138 + 120, 3358},
		"service charge of 10 %":       {billing.Document{Currency: "EUR", Lines: []billing.Line{line(1, 2500, billing.Goods, s20)}, Allowances: []billing.Allowance{{Charge: true, PCM: 10000, Taxes: []billing.Tax{s20}}}}, 2750, 550, 3300},
		"a discount for a rate absent": {billing.Document{Currency: "EUR", Lines: []billing.Line{line(1, 2500, billing.Goods, s20)}, Allowances: []billing.Allowance{{PCM: 10000, Taxes: []billing.Tax{s55}}}}, 2500, 500, 3000},
	} {
		got, err := billing.Calculate(c.doc)
		if err != nil || got.TotalExclTax != c.excl || got.TotalTax != c.tax || got.TotalInclTax != c.incl {
			t.Errorf("%s: %v, %d + %d = %d; want %d + %d = %d", name, err, got.TotalExclTax, got.TotalTax, got.TotalInclTax, c.excl, c.tax, c.incl)
		}
	}
}

func TestNatureOfTaxRows(t *testing.T) {
	doc := billing.Document{Currency: "EUR", Lines: []billing.Line{
		{Nature: billing.Goods, QuantityE4: 10000, UnitPriceE4: 10000, Taxes: []billing.Tax{s20}},
		{Nature: billing.Services, QuantityE4: 10000, UnitPriceE4: 10000, Taxes: []billing.Tax{s20}},
		{Nature: billing.Goods, QuantityE4: 10000, UnitPriceE4: 10000, Taxes: []billing.Tax{s55}},
		{QuantityE4: 10000, UnitPriceE4: 10000, Taxes: []billing.Tax{franchise}},
	}}
	got, err := billing.Calculate(doc)
	if err != nil {
		t.Fatal(err)
	}
	var natures []billing.Nature
	for _, s := range got.Taxes {
		natures = append(natures, s.Nature)
	}
	if diff := cmp.Diff([]billing.Nature{"", billing.Goods, billing.Services}, natures); diff != "" {
		t.Error(diff)
	}
}

// Giving back a line that had money off gives back what was paid for it.
func TestGivingBackADiscountedLine(t *testing.T) {
	for quantity, want := range map[int64]int64{10000: 9000, -10000: -9000} {
		doc := billing.Document{Currency: "EUR", Lines: []billing.Line{{QuantityE4: quantity, UnitPriceE4: 1000000, DiscountMinor: 1000, Taxes: []billing.Tax{s20}}}}
		if got, err := billing.Calculate(doc); err != nil || got.TotalExclTax != want {
			t.Errorf("%d: %d, %v; want %d", quantity, got.TotalExclTax, err, want)
		}
	}
}

// 1.03 with TPS and TVQ is 0.90 + 0.05 + 0.08: the cent comes off the higher rate.
func TestCentInsideAPriceGoesToTheHigherRate(t *testing.T) {
	doc := one("CAD", 10300, tps, tvq)
	doc.PricesInclTax = true
	got, err := billing.Calculate(doc)
	if err != nil || got.TotalExclTax != 90 || got.Taxes[0].TaxMinor != 5 || got.Taxes[1].TaxMinor != 8 {
		t.Errorf("%+v, %v", got.Taxes, err)
	}
}
