package ledger_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/rules/billing"
	"comptoir/rules/ledger"
	"comptoir/rules/tax"
)

var day = civil.MustParse("2026-03-01")

// aSale draws an invoice of a French or a Québec firm, in its currency or another.
func aSale(t *rapid.T) ledger.Sale {
	currency := rapid.SampledFrom([]money.Currency{"EUR", "EUR", "CAD", "JPY", "TND"}).Draw(t, "currency")
	codes := rapid.SampledFrom([][]string{{"FR-20"}, {"FR-5.5"}, {"FR-10"}, {"QC-TPS", "QC-TVQ"}, {"FR-K"}})
	doc := billing.Document{Currency: currency, PricesInclTax: rapid.Bool().Draw(t, "incl")}
	for range rapid.IntRange(1, 6).Draw(t, "lines") {
		var taxes []billing.Tax
		for _, c := range codes.Draw(t, "tax") {
			r, _ := tax.Find(c)
			taxes = append(taxes, r.Tax("fr"))
		}
		doc.Lines = append(doc.Lines, billing.Line{
			Nature:     rapid.SampledFrom([]billing.Nature{billing.Goods, billing.Services}).Draw(t, "nature"),
			QuantityE4: rapid.Int64Range(1, 5_000_000).Draw(t, "quantity"), UnitPriceE4: rapid.Int64Range(0, 90_000_000).Draw(t, "price"),
			DiscountPCM: rapid.Int64Range(0, 100_000).Draw(t, "discount"), Taxes: taxes,
		})
	}
	totals, err := billing.Calculate(doc)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Sale{
		Kind: billing.Invoice, Number: "FA-1", Date: day, Auxiliary: "C0001", CustomerName: "Dupont", Totals: totals, Lang: "fr",
		Scheme: rapid.SampledFrom([]string{tax.RealPayments, tax.RealDebits, tax.Quebec, tax.Franchise}).Draw(t, "scheme"),
		Rate:   ledger.Rate{Currency: currency, Firm: "EUR", E8: aRate(t, currency)},
	}
}

func aRate(t *rapid.T, currency money.Currency) int64 {
	if currency == "EUR" {
		return ledger.RateOne
	}
	return rapid.Int64Range(100_000, 500_000_000).Draw(t, "rate")
}

// account gives the balance of a role over entries, and proves each of them.
func account(t *rapid.T, role string, entries ...ledger.Posting) int64 {
	var sum int64
	for _, p := range entries {
		if !p.Empty() {
			if err := ledger.Check(p); err != nil {
				t.Fatal(err)
			}
		}
		for _, l := range p.Lines {
			if l.Role == role {
				sum += l.DebitMinor - l.CreditMinor
			}
		}
	}
	return sum
}

// Whatever the sequence of part payments and rates: every entry balances, and once the
// invoice is paid its customer owes nothing and no tax waits.
func TestPartPaymentsClearTheInvoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSale(t)
		issue, err := ledger.IssueInvoice(s)
		if err != nil {
			t.Fatal(err)
		}
		waiting, err := ledger.WaitingTax(s)
		if err != nil {
			t.Fatal(err)
		}
		entries := []ledger.Posting{issue}
		total := s.Totals.TotalInclTax
		var paid, released int64
		for n := 1; paid < total; n++ {
			amount := total - paid
			if n < 8 {
				amount = rapid.Int64Range(1, total-paid).Draw(t, "amount")
			}
			rate := s.Rate
			if rapid.Bool().Draw(t, "rate moved") {
				rate.E8 = aRate(t, rate.Currency)
			}
			p, parts, err := ledger.ReceivePayment(ledger.Receipt{
				Number: fmt.Sprint("RE-", n), Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: amount,
				FeeMinor: rapid.Int64Range(0, amount/10).Draw(t, "fee"), Rate: rate, Lang: "fr",
				Parts: []ledger.Part{{Document: "FA-1", AmountMinor: amount, TotalMinor: total, PaidMinor: paid, RateE8: s.Rate.E8, WaitingMinor: waiting, ReleasedMinor: released}},
			})
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, p)
			paid, released = paid+amount, released+parts[0]
			if want, err := money.MulDiv(waiting, paid, total); err != nil || released != want {
				t.Errorf("paid %d of %d: released %d of %d, want %d", paid, total, released, waiting, want)
			}
		}
		for _, role := range []string{ledger.RoleCustomers, ledger.RoleTaxWaiting} {
			if left := account(t, role, entries...); left != 0 {
				t.Errorf("%s is left with %d", role, left)
			}
		}
		if s.Rate.Currency == "EUR" && -account(t, ledger.RoleTaxDue, entries...)-account(t, ledger.RoleGST, entries...)-account(t, ledger.RoleQST, entries...) != s.Totals.TotalTax {
			t.Errorf("tax collected is not the tax of the invoice")
		}
	})
}

// An invoice and the credit note of all of it leave nothing anywhere; so does a reversal.
func TestCreditNoteAndReversalUndo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSale(t)
		issue, err := ledger.IssueInvoice(s)
		if err != nil {
			t.Fatal(err)
		}
		credit := s
		credit.Number, credit.Kind = "AV-1", billing.CreditNote
		back, err := ledger.IssueInvoice(credit)
		if err != nil {
			t.Fatal(err)
		}
		for name, undo := range map[string]ledger.Posting{"credit note": back, "reversal": ledger.Reverse(issue, day, "fr")} {
			for _, l := range issue.Lines {
				if left := account(t, l.Role, issue, undo); left != 0 {
					t.Errorf("%s leaves %d on %s", name, left, l.Role)
				}
			}
		}
	})
}

// A credit note set against an unpaid invoice, and the rest paid: nothing is left either.
func TestAppliedCreditClears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSale(t)
		c := aSale(t)
		c.Rate.Currency, c.Kind, c.Number, c.Scheme = s.Rate.Currency, billing.CreditNote, "AV-1", s.Scheme
		if c.Rate.E8 = s.Rate.E8; rapid.Bool().Draw(t, "rate moved") {
			c.Rate.E8 = aRate(t, s.Rate.Currency)
		}
		amount := min(s.Totals.TotalInclTax, c.Totals.TotalInclTax)
		if amount <= 0 {
			t.Skip("nothing to apply")
		}
		wi, err1 := ledger.WaitingTax(s)
		wc, err2 := ledger.WaitingTax(c)
		issue, err3 := ledger.IssueInvoice(s)
		back, err4 := ledger.IssueInvoice(c)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		invoice := ledger.Part{Document: "FA-1", AmountMinor: amount, TotalMinor: s.Totals.TotalInclTax, RateE8: s.Rate.E8, WaitingMinor: wi}
		credit := ledger.Part{Document: "AV-1", AmountMinor: amount, TotalMinor: c.Totals.TotalInclTax, RateE8: c.Rate.E8, WaitingMinor: wc}
		p, relC, relI, err := ledger.ApplyCredit(ledger.Application{Date: day, Auxiliary: "C0001", Credit: credit, Invoice: invoice, Rate: s.Rate, Lang: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		entries := []ledger.Posting{issue, back, p}
		for side, part := range map[string]ledger.Part{"invoice": invoice, "credit": credit} {
			part.PaidMinor, part.ReleasedMinor = amount, relI
			rule := ledger.ReceivePayment
			if side == "credit" {
				part.ReleasedMinor = relC
				rule = ledger.Refund
			}
			if part.AmountMinor = part.TotalMinor - amount; part.AmountMinor == 0 {
				continue
			}
			e, _, err := rule(ledger.Receipt{Number: "X", Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: part.AmountMinor, Rate: s.Rate, Parts: []ledger.Part{part}, Lang: "fr"})
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, e)
		}
		for _, role := range []string{ledger.RoleCustomers, ledger.RoleTaxWaiting} {
			if left := account(t, role, entries...); left != 0 {
				t.Errorf("%s is left with %d", role, left)
			}
		}
	})
}

func TestRefusedReceipts(t *testing.T) {
	good := ledger.Receipt{
		Number: "RE-1", Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: 10000, Lang: "fr",
		Rate:  ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne},
		Parts: []ledger.Part{{Document: "FA-1", AmountMinor: 10000, TotalMinor: 12000, RateE8: ledger.RateOne}},
	}
	if _, _, err := ledger.ReceivePayment(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*ledger.Receipt)
		path   string // "" = the whole receipt
	}{
		"nothing":            {func(r *ledger.Receipt) { r.AmountMinor = 0 }, ""},
		"negative":           {func(r *ledger.Receipt) { r.AmountMinor = -5 }, ""},
		"too big":            {func(r *ledger.Receipt) { r.AmountMinor = money.Max + 1 }, ""},
		"fee above amount":   {func(r *ledger.Receipt) { r.FeeMinor = 10001 }, ""},
		"unknown currency":   {func(r *ledger.Receipt) { r.Rate.Currency = "XXX" }, ""},
		"no rate":            {func(r *ledger.Receipt) { r.Rate = ledger.Rate{Currency: "CAD", Firm: "EUR"} }, ""},
		"part of nothing":    {func(r *ledger.Receipt) { r.Parts[0].AmountMinor = 0 }, "parts.0.amount"},
		"more than is due":   {func(r *ledger.Receipt) { r.Parts[0].PaidMinor = 2001 }, "parts.0.amount"},
		"more than received": {func(r *ledger.Receipt) { r.AmountMinor = 9999 }, "amount"},
	} {
		r := good
		r.Parts = append([]ledger.Part{}, good.Parts...)
		c.change(&r)
		_, _, err := ledger.ReceivePayment(r)
		if !fault.Is(err, fault.Invalid) || c.path != "" && !fault.HasField(err, c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckRefusesWhatDoesNotHold(t *testing.T) {
	good := ledger.Posting{Journal: "VE", Date: day, DocumentRef: "FA-1", Lines: []ledger.PostingLine{{Role: "clients", DebitMinor: 5}, {Account: "706000", CreditMinor: 5}}}
	if err := ledger.Check(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*ledger.Posting){
		"unbalanced":   func(p *ledger.Posting) { p.Lines[1].CreditMinor = 4 },
		"both sides":   func(p *ledger.Posting) { p.Lines[0].CreditMinor = 5 },
		"a zero line":  func(p *ledger.Posting) { p.Lines[0].DebitMinor, p.Lines[1].CreditMinor = 0, 0 },
		"negative":     func(p *ledger.Posting) { p.Lines[0].DebitMinor, p.Lines[1].CreditMinor = -5, -5 },
		"one line":     func(p *ledger.Posting) { p.Lines = p.Lines[:1] },
		"no account":   func(p *ledger.Posting) { p.Lines[0].Role = "" },
		"two accounts": func(p *ledger.Posting) { p.Lines[0].Account = "411000" },
		"no reference": func(p *ledger.Posting) { p.DocumentRef = "" },
		"no date":      func(p *ledger.Posting) { p.Date = civil.Date{} },
		"wrong side":   func(p *ledger.Posting) { p.Lines[0].Currency, p.Lines[0].CurrencyMinor = "CAD", -5 },
		"no currency":  func(p *ledger.Posting) { p.Lines[0].CurrencyMinor = 5 },
		"out of range": func(p *ledger.Posting) { p.Lines[0].DebitMinor, p.Lines[1].CreditMinor = money.Max+1, money.Max+1 },
	} {
		p := good
		p.Lines = append([]ledger.PostingLine{}, good.Lines...)
		change(&p)
		if err := ledger.Check(p); !errors.Is(err, ledger.ErrUnbalanced) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQuoteHasNoEntry(t *testing.T) {
	if _, err := ledger.IssueInvoice(ledger.Sale{Kind: billing.Quote, Rate: ledger.Rate{Currency: "EUR", Firm: "EUR"}}); err == nil {
		t.Error("a quote was posted")
	}
}

func TestConvert(t *testing.T) {
	for _, c := range []struct {
		from, firm      money.Currency
		e8, minor, want int64
	}{
		{"EUR", "EUR", 0, 12345, 12345}, {"CAD", "EUR", 68_000_000, 100, 68}, {"CAD", "EUR", 68_000_000, -1, -1},
		{"JPY", "EUR", 620_000, 10_000, 6200},    // 10 000 yen at 0.0062 are 62.00 euros
		{"TND", "EUR", 29_000_000, 1_000, 29},    // 1.000 dinar at 0.29
		{"EUR", "JPY", 16_000_000_000, 100, 160}, // 1.00 euro at 160 yen
	} {
		got, err := (ledger.Rate{Currency: c.from, Firm: c.firm, E8: c.e8}).Convert(c.minor)
		if err != nil || got != c.want {
			t.Errorf("%+v: %d, %v", c, got, err)
		}
	}
}
