package billing_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/billing"
)

var netOfTax = billing.Tax{Code: billing.NetOfTax, Name: "TVA", Category: billing.Exempt, VATEX: "VATEX-FR-CNWVAT", Mention: "mention.fr.net_of_tax"}

func totalsOf(t interface{ Fatal(...any) }, d billing.Document) billing.Totals {
	totals, err := billing.Calculate(d)
	if err != nil {
		t.Fatal(err)
	}
	return totals
}

func service(cents int64, quantity int64, taxes ...billing.Tax) billing.Line {
	return billing.Line{Description: "Pose", Nature: billing.Services, QuantityE4: quantity * money.Scale, UnitPriceE4: cents * 100, Taxes: taxes}
}

func goods(cents int64, quantity int64, taxes ...billing.Tax) billing.Line {
	l := service(cents, quantity, taxes...)
	l.Nature = billing.Goods
	return l
}

// mixed is 2 × 450.00 of services and 10 × 12.50 of goods at 5.5 %, 10 % off, shipping 12.00.
func mixed() billing.Document {
	return billing.Document{Currency: "EUR", Lines: []billing.Line{service(45000, 2, s20), goods(1250, 10, s55)},
		Allowances: []billing.Allowance{{Reason: "Remise", PCM: 10_000}, {Charge: true, Reason: "Port", AmountMinor: 1200, Taxes: []billing.Tax{s20}}}}
}

func TestCreditOfChosenLines(t *testing.T) {
	invoice := mixed()
	credit, err := billing.CreditLines(invoice, nil, map[int]int64{0: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	got := totalsOf(t, credit)
	// 450.00 less its 10 %, no shipping: 405.00 + 81.00
	if got.TotalExclTax != 40500 || got.TotalTax != 8100 || len(credit.Lines) != 1 {
		t.Errorf("%+v", got)
	}
	if err := billing.CheckCredit(totalsOf(t, invoice), nil, got, "EUR"); err != nil {
		t.Error(err)
	}
	for name, q := range map[string]map[int]int64{"more than it has": {0: 30_000}, "the other way": {1: -10_000}, "nothing": {}} {
		if _, err := billing.CreditLines(invoice, nil, q); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCreditAmountIsToTheCent(t *testing.T) {
	invoice := totalsOf(t, mixed())
	credit, err := billing.CreditAmount("EUR", invoice.Parts(), 10_000, "Geste commercial")
	if err != nil {
		t.Fatal(err)
	}
	got := totalsOf(t, credit)
	if got.TotalInclTax != 10_000 || len(got.Taxes) != 2 {
		t.Errorf("%+v", got)
	}
	if err := billing.CheckCredit(invoice, nil, got, "EUR"); err != nil {
		t.Error(err)
	}
	if _, err := billing.CreditAmount("EUR", invoice.Parts(), invoice.TotalInclTax+1, ""); !fault.HasField(err, "amount") {
		t.Errorf("a cent too much: %v", err)
	}
}

func TestCreditPercent(t *testing.T) {
	invoice := mixed()
	totals := totalsOf(t, invoice)
	credit, err := billing.CreditPercent(invoice, totals, nil, 50_000, "Moitié")
	if err != nil {
		t.Fatal(err)
	}
	got := totalsOf(t, credit)
	if got.TotalExclTax != totals.TotalExclTax/2 { // 934.50 / 2
		t.Errorf("%d of %d", got.TotalExclTax, totals.TotalExclTax)
	}
}

// Half of 33.37 + 6.67, twice: the second gives back what is left, to the cent. More than a
// rounding is too much.
func TestCreditPercentTwice(t *testing.T) {
	invoice := billing.Document{Currency: "EUR", Lines: []billing.Line{service(3337, 1, s20)}}
	totals := totalsOf(t, invoice)
	var done []billing.Totals
	for range 2 {
		credit, err := billing.CreditPercent(invoice, totals, done, 50_000, "Moitié")
		if err != nil {
			t.Fatal(err)
		}
		got := totalsOf(t, credit)
		if err := billing.CheckCredit(totals, done, got, "EUR"); err != nil {
			t.Fatal(err)
		}
		done = append(done, got)
	}
	if got := done[0].TotalInclTax + done[1].TotalInclTax; got != totals.TotalInclTax || done[1].TotalInclTax != 2001 {
		t.Errorf("%d of %d", got, totals.TotalInclTax)
	}
	credit, err := billing.CreditPercent(invoice, totals, done[:1], 60_000, "Plus")
	if err != nil {
		t.Fatal(err)
	}
	if err := billing.CheckCredit(totals, done[:1], totalsOf(t, credit), "EUR"); !fault.HasField(err, "lines") {
		t.Errorf("60 %% of 50 %%: %v", err)
	}
}

// After 500.00 net of tax of 1 000.00 + 200.00 there are 500.00 + 100.00 left to give back;
// the 100.00 of tax of what went back net of it stay. Two natures: each its own.
func TestWhatIsLeftAfterNetOfTax(t *testing.T) {
	for name, c := range map[string]struct {
		invoice, back billing.Document
		parts         []int64 // left, with tax
	}{
		"one rate": {billing.Document{Currency: "EUR", Lines: []billing.Line{service(100_000, 1, s20)}}, billing.Document{Currency: "EUR", Lines: []billing.Line{service(50_000, 1, netOfTax)}}, []int64{60_000}},
		"two natures": {billing.Document{Currency: "EUR", Lines: []billing.Line{service(100_000, 1, s20), goods(40_000, 1, s55)}},
			billing.Document{Currency: "EUR", Lines: []billing.Line{goods(10_000, 1, netOfTax)}}, []int64{31_650, 120_000}},
		"two rates": {billing.Document{Currency: "EUR", Lines: []billing.Line{service(60_000, 1, s20), service(40_000, 1, s55)}},
			billing.Document{Currency: "EUR", Lines: []billing.Line{service(50_000, 1, netOfTax)}}, []int64{36_000, 21_100}},
	} {
		invoice, back := totalsOf(t, c.invoice), []billing.Totals{totalsOf(t, c.back)}
		var sum int64
		for i, p := range billing.Creditable(invoice, back) {
			if p.Incl() != c.parts[i] {
				t.Errorf("%s: part %d has %d left, want %d", name, i, p.Incl(), c.parts[i])
			}
			sum += c.parts[i]
		}
		left := billing.CreditLeft(invoice, back)
		if left != sum {
			t.Errorf("%s: %d left, want %d", name, left, sum)
		}
		rest, err := billing.CreditAmount("EUR", billing.Creditable(invoice, back), left, "Le reste")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := totalsOf(t, rest)
		if err := billing.CheckCredit(invoice, back, got, "EUR"); err != nil || got.TotalInclTax != left {
			t.Errorf("%s: the rest %d, %v", name, got.TotalInclTax, err)
		}
		if after := billing.CreditLeft(invoice, append(back, got)); after != 0 {
			t.Errorf("%s: then %d left", name, after)
		}
		// what is too much is told in amounts with tax
		much := totalsOf(t, billing.Document{Currency: "EUR", PricesInclTax: true, Lines: []billing.Line{service(left+1_000, 1, s20)}})
		if name != "one rate" {
			continue
		}
		err = billing.CheckCredit(invoice, back, much, "EUR")
		if e, ok := fault.As(err); !ok || e.Fields[0].Args["left"] != (money.Amount{Minor: 60_000, Currency: "EUR"}) {
			t.Errorf("too much: %v", err)
		}
	}
}

// An invoice at 20 % cannot give back 5.5 %, nor goods' tax for services.
func TestCreditKeepsRateAndTreatment(t *testing.T) {
	invoice := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{service(10000, 1, s20)}})
	for name, l := range map[string]billing.Line{"another rate": service(1000, 1, s55), "goods": goods(1000, 1, s20)} {
		credit := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{l}})
		if err := billing.CheckCredit(invoice, nil, credit, "EUR"); !fault.HasField(err, "lines") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Net of tax the price goes back and the VAT stays: 450.00, not 540.00.
func TestCreditNetOfTax(t *testing.T) {
	for _, incl := range []bool{false, true} {
		price := int64(45000)
		if incl {
			price = 54000
		}
		invoice := billing.Document{Currency: "EUR", PricesInclTax: incl, Lines: []billing.Line{service(price, 1, s20)}}
		credit, err := billing.WithoutTax(invoice, netOfTax)
		if err != nil {
			t.Fatal(err)
		}
		got := totalsOf(t, credit)
		if got.TotalExclTax != 45000 || got.TotalTax != 0 || got.Taxes[0].Tax.VATEX != "VATEX-FR-CNWVAT" {
			t.Errorf("incl %v: %+v", incl, got)
		}
		totals := totalsOf(t, invoice)
		if err := billing.CheckCredit(totals, nil, got, "EUR"); err != nil {
			t.Error(err)
		}
		if err := billing.CheckCredit(totals, []billing.Totals{got}, got, "EUR"); !fault.Is(err, fault.Invalid) {
			t.Errorf("twice the price went back: %v", err)
		}
	}
}

// Whatever is credited, in whatever order and way: the sum never passes the invoice.
func TestCreditsNeverPassTheInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		invoice := billing.Document{Currency: "EUR", PricesInclTax: rapid.Bool().Draw(t, "incl")}
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			l := service(rapid.Int64Range(1, 99_999).Draw(t, "price"), rapid.Int64Range(1, 9).Draw(t, "quantity"), rapid.SampledFrom([][]billing.Tax{{s20}, {s55}, {tps, tvq}}).Draw(t, "tax")...)
			l.Nature = rapid.SampledFrom([]billing.Nature{billing.Goods, billing.Services}).Draw(t, "nature")
			invoice.Lines = append(invoice.Lines, l)
		}
		totals := totalsOf(t, invoice)
		var done []billing.Totals
		var sum int64
		for range rapid.IntRange(1, 6).Draw(t, "credits") {
			credit, err := aCredit(t, invoice, totals, done)
			if err != nil {
				continue
			}
			got, err := billing.Calculate(credit)
			if err != nil || billing.CheckCredit(totals, done, got, "EUR") != nil {
				continue
			}
			done, sum = append(done, got), sum+got.TotalInclTax
		}
		if sum > totals.TotalInclTax || billing.CreditLeft(totals, done) != totals.TotalInclTax-sum {
			t.Errorf("credited %d of %d", sum, totals.TotalInclTax)
		}
		// what is left can be given back in one amount, to the cent
		rest, err := billing.CreditAmount("EUR", billing.Creditable(totals, done), totals.TotalInclTax-sum, "")
		if totals.TotalInclTax > sum && err == nil {
			if got := totalsOf(t, rest); billing.CheckCredit(totals, done, got, "EUR") == nil && sum+got.TotalInclTax != totals.TotalInclTax {
				t.Errorf("the rest is %d, credited %d", totals.TotalInclTax-sum, got.TotalInclTax)
			}
		}
	})
}

func aCredit(t *rapid.T, invoice billing.Document, totals billing.Totals, done []billing.Totals) (billing.Document, error) {
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		return billing.CreditPercent(invoice, totals, done, rapid.Int64Range(1, 100_000).Draw(t, "pcm"), "")
	case 1:
		return billing.CreditAmount("EUR", billing.Creditable(totals, done), rapid.Int64Range(1, totals.TotalInclTax).Draw(t, "amount"), "")
	}
	q := map[int]int64{}
	for i, l := range invoice.Lines {
		q[i] = rapid.Int64Range(0, l.QuantityE4).Draw(t, "quantity")
	}
	return billing.CreditLines(invoice, nil, q)
}
