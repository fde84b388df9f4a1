package billing_test

import (
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/rules/billing"
)

// The kitchen of golden cases 04 and 05: 3 000.00 of goods at 20 %.
func kitchen() billing.Document {
	return billing.Document{Currency: "EUR", Lines: []billing.Line{goods(300000, 1, s20)}}
}

func TestGoldenDepositAndBalance(t *testing.T) {
	quote := kitchen()
	totals := totalsOf(t, quote)
	d, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: 30_000}, "Acompte de 30 %")
	if err != nil {
		t.Fatal(err)
	}
	deposit := totalsOf(t, d)
	if deposit.TotalExclTax != 90000 || deposit.TotalTax != 18000 || deposit.TotalInclTax != 108000 || d.Lines[0].Nature != billing.Goods {
		t.Errorf("case 04: %+v", deposit)
	}
	taken, err := billing.Deduct(totals, []billing.Deposit{billing.DepositLeft("AC-1", deposit, nil)}, "EUR")
	if err != nil || taken[0].Incl() != 108000 || taken[0].TaxMinor() != 18000 {
		t.Fatal(taken, err)
	}
	quote.PrepaidMinor = taken[0].Incl()
	if final := totalsOf(t, quote); final.TotalInclTax != 360000 || final.Prepaid != 108000 || final.AmountDue != 252000 {
		t.Errorf("case 05: %+v", final)
	}
}

func TestDepositOfAnAmount(t *testing.T) {
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{goods(100000, 1, s20), service(50000, 1, s55)}}
	totals := totalsOf(t, quote)
	d, err := billing.DepositOf(quote, totals, billing.DepositPart{AmountMinor: 50_000}, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := totalsOf(t, d); got.TotalInclTax != 50_000 || len(got.Taxes) != 2 {
		t.Errorf("%+v", got)
	}
	for name, ask := range map[string]billing.DepositPart{"more than all": {AmountMinor: totals.TotalInclTax + 1}, "nothing": {}, "101 %": {PCM: 101_000}, "negative": {AmountMinor: -5}} {
		if _, err := billing.DepositOf(quote, totals, ask, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Situations of 30 %, 70 % and 100 %: each is the whole so far less what was invoiced.
func TestProgressInvoices(t *testing.T) {
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{service(333333, 1, s20), goods(77777, 3, s55)}}
	totals := totalsOf(t, quote)
	var before []billing.Part
	var net int64
	for _, pcm := range []int64{30_000, 70_000, 100_000} {
		d, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: pcm, Cumulative: true, Before: before}, "")
		if err != nil {
			t.Fatal(err)
		}
		got := totalsOf(t, d)
		before, net = append(before, got.Parts()...), net+got.TotalExclTax
	}
	if net != totals.TotalExclTax {
		t.Errorf("situations make %d of %d", net, totals.TotalExclTax)
	}
	if _, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: 70_000, Cumulative: true, Before: before}, ""); !fault.HasField(err, "percent") {
		t.Errorf("less than before: %v", err)
	}
}

func TestFinalSmallerThanItsDeposits(t *testing.T) {
	deposit := billing.DepositLeft("AC-1", totalsOf(t, kitchen()), nil)
	small := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{goods(299990, 1, s20)}})
	if _, err := billing.Deduct(small, []billing.Deposit{deposit}, "EUR"); !fault.HasField(err, "deposits.0") {
		t.Errorf("smaller: %v", err)
	}
	other := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{goods(400000, 1, s55)}})
	if _, err := billing.Deduct(other, []billing.Deposit{deposit}, "EUR"); !fault.HasField(err, "deposits.0") {
		t.Errorf("another rate: %v", err)
	}
	half := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{service(150000, 1, s20)}})
	if left := billing.DepositLeft("AC-1", totalsOf(t, kitchen()), []billing.Totals{half}); left.NetMinor != 150000 || left.TaxMinor() != 30000 {
		t.Errorf("credited by half: %+v", left)
	}
}

// However the price is cut into situations: the final invoice never asks for less than
// nothing, and before tax deposits and rest make the price.
func TestDeductedDepositsNeverPassTheFinal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quote := billing.Document{Currency: "EUR", PricesInclTax: rapid.Bool().Draw(t, "incl")}
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			sells := rapid.SampledFrom([]func(int64, int64, ...billing.Tax) billing.Line{goods, service}).Draw(t, "nature")
			quote.Lines = append(quote.Lines, sells(rapid.Int64Range(1, 99_999).Draw(t, "price"), 1, rapid.SampledFrom([][]billing.Tax{{s20}, {s55}, {tps, tvq}}).Draw(t, "tax")...))
		}
		totals := totalsOf(t, quote)
		var before []billing.Part
		var deposits []billing.Deposit
		pcm := int64(0)
		for pcm < 100_000 && len(deposits) < 5 {
			pcm = rapid.Int64Range(pcm+1, 100_000).Draw(t, "pcm")
			d, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: pcm, Cumulative: true, Before: before}, "")
			if err != nil {
				continue
			}
			got := totalsOf(t, d)
			before = append(before, got.Parts()...)
			deposits = append(deposits, billing.DepositLeft("AC", got, nil))
		}
		taken, err := billing.Deduct(totals, deposits, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		due := totals.TotalInclTax
		for i, d := range taken {
			due -= d.Incl()
			if d.NetMinor != deposits[i].NetMinor || d.TaxMinor() > deposits[i].TaxMinor() {
				t.Errorf("took %+v of %+v", d, deposits[i])
			}
		}
		if due < 0 {
			t.Errorf("the final asks for %d", due)
		}
	})
}

func TestRetention(t *testing.T) {
	totals := totalsOf(t, kitchen())
	r := billing.Retention{PCM: 5000, Until: civil.MustParse("2027-06-20")}
	if got, err := r.Minor(totals); err != nil || got != 18000 {
		t.Errorf("5 %% of 3 600.00 is %d, %v", got, err)
	}
	on, due := civil.MustParse("2026-06-20"), civil.MustParse("2026-07-20")
	if err := r.Check("FR", billing.Invoice, on, due); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		r       billing.Retention
		country string
		kind    billing.Kind
		path    string
	}{
		"6 %":        {billing.Retention{PCM: 6000, Until: r.Until}, "FR", billing.Invoice, "retention"},
		"a day more": {billing.Retention{PCM: 5000, Until: r.Until.AddDays(1)}, "FR", billing.Invoice, "retentionUntil"},
		"before due": {billing.Retention{PCM: 5000, Until: due.AddDays(-1)}, "FR", billing.Invoice, "retentionUntil"},
		"Québec":     {r, "CA", billing.Invoice, "retention"},
		"a deposit":  {r, "FR", billing.DepositInvoice, "retention"},
	} {
		if err := c.r.Check(c.country, c.kind, on, due); !fault.HasField(err, c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a quote asks for is what its deposit invoice charges: 33.38 at 20 %, 30 % of it is 12.01.
func TestDepositAskedIsTheDepositCharged(t *testing.T) {
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{service(3338, 1, s20)}}
	if got := billing.DepositAsked(quote, totalsOf(t, quote), 30_000); got != 1201 {
		t.Errorf("asks for %d", got)
	}
	mixed := billing.Document{Currency: "EUR", Lines: []billing.Line{service(10_007, 1, s20), service(5003, 1, s55)}}
	d, err := billing.DepositOf(mixed, totalsOf(t, mixed), billing.DepositPart{PCM: 33_000}, "")
	if err != nil {
		t.Fatal(err)
	}
	if shown, charged := billing.DepositAsked(mixed, totalsOf(t, mixed), 33_000), totalsOf(t, d).TotalInclTax; shown != charged {
		t.Errorf("shown %d, charged %d", shown, charged)
	}
}

// The situation of 100 % is what is left, tax by tax: no cent of tax is charged twice.
func TestSituationsMakeThePrice(t *testing.T) {
	s10 := s20
	s10.Code, s10.RatePCM = "FR-10", 10_000
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{service(100_001, 1, s20), service(50_003, 1, s10)}}
	totals := totalsOf(t, quote)
	var before []billing.Part
	var deposits []billing.Deposit
	var sum int64
	for _, pcm := range []int64{33_333, 60_000, 80_000, 100_000} {
		d, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: pcm, Cumulative: true, Before: before}, "")
		if err != nil {
			t.Fatal(err)
		}
		got := totalsOf(t, d)
		before, sum, deposits = append(before, got.Parts()...), sum+got.TotalInclTax, append(deposits, billing.DepositLeft("AC", got, nil))
	}
	if sum != totals.TotalInclTax {
		t.Errorf("situations make %d of %d", sum, totals.TotalInclTax)
	}
	taken, err := billing.Deduct(totals, deposits, "EUR")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range taken {
		if d.Incl() != deposits[i].Incl() {
			t.Errorf("deposit %d: took %d of %d", i, d.Incl(), deposits[i].Incl())
		}
	}
}

// However deposits and situations are asked for, all of them together never pass the price,
// and the situation of 100 % ends it to the cent.
func TestDepositsNeverPassThePrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quote := billing.Document{Currency: "EUR", PricesInclTax: rapid.Bool().Draw(t, "incl")}
		for range rapid.IntRange(1, 4).Draw(t, "lines") {
			sells := rapid.SampledFrom([]func(int64, int64, ...billing.Tax) billing.Line{goods, service}).Draw(t, "nature")
			quote.Lines = append(quote.Lines, sells(rapid.Int64Range(1, 99_999).Draw(t, "price"), 1, rapid.SampledFrom([][]billing.Tax{{s20}, {s55}, {tps, tvq}}).Draw(t, "tax")...))
		}
		totals := totalsOf(t, quote)
		var before []billing.Part
		var deposits []billing.Deposit
		var sum int64
		for range rapid.IntRange(1, 6).Draw(t, "deposits") {
			ask := billing.DepositPart{PCM: rapid.Int64Range(1, 100_000).Draw(t, "pcm"), Cumulative: rapid.Bool().Draw(t, "cumulative"), Before: before}
			if rapid.Bool().Draw(t, "by amount") {
				ask = billing.DepositPart{AmountMinor: rapid.Int64Range(1, totals.TotalInclTax).Draw(t, "amount"), Before: before}
			}
			d, err := billing.DepositOf(quote, totals, ask, "")
			if err != nil {
				continue
			}
			got := totalsOf(t, d)
			if ask.AmountMinor != 0 && got.TotalInclTax != ask.AmountMinor {
				t.Fatalf("asked for %d, charged %d", ask.AmountMinor, got.TotalInclTax)
			}
			if sum += got.TotalInclTax; sum > totals.TotalInclTax {
				t.Fatalf("deposits of %d of %d", sum, totals.TotalInclTax)
			}
			parts := got.Parts()
			if rapid.Bool().Draw(t, "untold") { // those of before, and those changed by hand
				for i := range parts {
					parts[i].Nature = billing.Services
				}
			}
			before, deposits = append(before, parts...), append(deposits, billing.DepositLeft("AC", got, nil))
		}
		if d, err := billing.DepositOf(quote, totals, billing.DepositPart{PCM: 100_000, Cumulative: true, Before: before}, ""); err == nil {
			got := totalsOf(t, d)
			deposits = append(deposits, billing.DepositLeft("AC", got, nil))
			if sum += got.TotalInclTax; sum != totals.TotalInclTax {
				t.Fatalf("100 %% makes %d of %d", sum, totals.TotalInclTax)
			}
		}
		taken, err := billing.Deduct(totals, deposits, "EUR")
		if err != nil {
			t.Fatal(err)
		}
		due := totals.TotalInclTax
		for _, d := range taken {
			due -= d.Incl()
		}
		if due != totals.TotalInclTax-sum {
			t.Fatalf("due %d after %d of %d", due, sum, totals.TotalInclTax)
		}
	})
}

// A deposit on goods and services tells what of its tax is for the goods, also when part of it
// was credited.
func TestDepositTellsGoodsFromServices(t *testing.T) {
	quote := billing.Document{Currency: "EUR", Lines: []billing.Line{goods(100_000, 1, s20), service(50_000, 1, s20)}}
	d, err := billing.DepositOf(quote, totalsOf(t, quote), billing.DepositPart{PCM: 40_000}, "")
	if err != nil {
		t.Fatal(err)
	}
	deposit := totalsOf(t, d)
	left := billing.DepositLeft("AC-1", deposit, nil)
	if len(d.Lines) != 2 || len(left.Taxes) != 1 || left.Taxes[0].TaxMinor != 12_000 || left.Taxes[0].GoodsMinor != 8_000 {
		t.Errorf("%d lines, %+v", len(d.Lines), left)
	}
	credit := totalsOf(t, billing.Document{Currency: "EUR", Lines: []billing.Line{goods(10_000, 1, s20)}})
	if left := billing.DepositLeft("AC-1", deposit, []billing.Totals{credit}); left.Taxes[0].TaxMinor != 10_000 || left.Taxes[0].GoodsMinor != 6_000 {
		t.Errorf("credited in part: %+v", left)
	}
}
