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
		waiting, err := waitingTax(s)
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
			p, err := ledger.Settle(ledger.Settlement{
				Event: ledger.EventPayment, Number: fmt.Sprint("RE-", n), Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: amount,
				FeeMinor: rapid.Int64Range(0, amount/10).Draw(t, "fee"), Rate: rate, Lang: "fr",
				Moves: []ledger.Move{{Document: "FA-1", FromMinor: paid, ToMinor: paid + amount, TotalMinor: total, RateE8: s.Rate.E8, WaitingMinor: waiting}},
			})
			if err != nil {
				t.Fatal(err)
			}
			entries = append(entries, p)
			paid, released = paid+amount, released+account(t, ledger.RoleTaxWaiting, p)
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
		wi, err1 := waitingTax(s)
		wc, err2 := waitingTax(c)
		issue, err3 := ledger.IssueInvoice(s)
		back, err4 := ledger.IssueInvoice(c)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		invoice := ledger.Move{Document: "FA-1", ToMinor: amount, TotalMinor: s.Totals.TotalInclTax, RateE8: s.Rate.E8, WaitingMinor: wi}
		credit := ledger.Move{Document: "AV-1", Credit: true, ToMinor: amount, TotalMinor: c.Totals.TotalInclTax, RateE8: c.Rate.E8, WaitingMinor: wc}
		p, err := ledger.Settle(ledger.Settlement{Event: ledger.EventApplication, Number: "AV-1", Date: day, Auxiliary: "C0001", Moves: []ledger.Move{credit, invoice}, Rate: s.Rate, Lang: "fr"})
		if err != nil {
			t.Fatal(err)
		}
		entries := []ledger.Posting{issue, back, p}
		for _, m := range []ledger.Move{invoice, credit} {
			if m.FromMinor, m.ToMinor = amount, m.TotalMinor; m.FromMinor == m.ToMinor {
				continue
			}
			event, side := ledger.EventPayment, int64(1)
			if m.Credit {
				event, side = ledger.EventRefund, -1
			}
			e, err := ledger.Settle(ledger.Settlement{Event: event, Number: "X", Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: side * (m.ToMinor - m.FromMinor),
				Rate: s.Rate, Moves: []ledger.Move{m}, Lang: "fr"})
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

func TestRefusedSettlements(t *testing.T) {
	good := ledger.Settlement{
		Event: ledger.EventPayment, Number: "RE-1", Date: day, Auxiliary: "C0001", Money: ledger.RoleBank, AmountMinor: 10000, Lang: "fr",
		Rate:  ledger.Rate{Currency: "EUR", Firm: "EUR", E8: ledger.RateOne},
		Moves: []ledger.Move{{Document: "FA-1", ToMinor: 10000, TotalMinor: 12000, RateE8: ledger.RateOne}},
	}
	if _, err := ledger.Settle(good); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		change func(*ledger.Settlement)
		path   string // "" = the whole act
	}{
		"nothing":            {func(r *ledger.Settlement) { r.AmountMinor = 0 }, ""},
		"money from nowhere": {func(r *ledger.Settlement) { r.Money = "" }, ""},
		"too big":            {func(r *ledger.Settlement) { r.AmountMinor = money.Max + 1 }, ""},
		"fee above amount":   {func(r *ledger.Settlement) { r.FeeMinor = 10001 }, ""},
		"fee below zero":     {func(r *ledger.Settlement) { r.FeeMinor = -1 }, ""},
		"unknown currency":   {func(r *ledger.Settlement) { r.Rate.Currency = "XXX" }, ""},
		"no rate":            {func(r *ledger.Settlement) { r.Rate = ledger.Rate{Currency: "CAD", Firm: "EUR"} }, ""},
		"a part of nothing":  {func(r *ledger.Settlement) { r.Moves[0].ToMinor = 0 }, "parts.0.amount"},
		"more than is due":   {func(r *ledger.Settlement) { r.Moves[0].FromMinor, r.Moves[0].ToMinor = 2001, 12001 }, "parts.0.amount"},
		"below nothing":      {func(r *ledger.Settlement) { r.Moves[0].ToMinor = -1 }, "parts.0.amount"},
		"more than received": {func(r *ledger.Settlement) { r.AmountMinor = 9999 }, "amount"},
		"money without goal": {func(r *ledger.Settlement) { r.AmountMinor = 10001 }, "amount"},
		"a rest below zero": {func(r *ledger.Settlement) {
			r.Rests = []ledger.Rest{{FromMinor: 5, ToMinor: -1, RateE8: ledger.RateOne}}
		}, "amount"},
		"two signs": {func(r *ledger.Settlement) { r.Moves[0].Credit = true }, "amount"},
	} {
		r := good
		r.Moves = append([]ledger.Move{}, good.Moves...)
		c.change(&r)
		_, err := ledger.Settle(r)
		if !fault.Is(err, fault.Invalid) || c.path != "" && !fault.HasField(err, c.path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever is settled and undone, in whatever order and at whatever rates: an item that is
// open again stands as on its first day, one that is settled stands at nothing, no rest is
// left where none is, and each act balances.
func TestAnyOrderOfActs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := aSale(t)
		c := aSale(t)
		c.Rate.Currency, c.Kind, c.Number, c.Scheme = s.Rate.Currency, billing.CreditNote, "AV-1", s.Scheme
		if c.Rate.E8 = s.Rate.E8; rapid.Bool().Draw(t, "rate moved") {
			c.Rate.E8 = aRate(t, s.Rate.Currency)
		}
		if s.Totals.TotalInclTax <= 0 || c.Totals.TotalInclTax <= 0 {
			t.Skip("nothing to settle")
		}
		wi, err1 := waitingTax(s)
		wc, err2 := waitingTax(c)
		issue, err3 := ledger.IssueInvoice(s)
		back, err4 := ledger.IssueInvoice(c)
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		w := &openItems{s: s, entries: []ledger.Posting{issue, back},
			items: []ledger.Move{{Document: "FA-1", TotalMinor: s.Totals.TotalInclTax, RateE8: s.Rate.E8, WaitingMinor: wi},
				{Document: "AV-1", Credit: true, TotalMinor: c.Totals.TotalInclTax, RateE8: c.Rate.E8, WaitingMinor: wc}}}
		w.rest.RateE8 = s.Rate.E8
		start := account(t, ledger.RoleCustomers, w.entries...)
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			w.act(t)
		}
		w.undo(t)
		if got := account(t, ledger.RoleCustomers, w.entries...); got != start {
			t.Errorf("all undone, the customer's account is %d, it was %d", got, start)
		}
		if got, want := -account(t, ledger.RoleTaxWaiting, w.entries...), wi-wc; got != want {
			t.Errorf("all undone, %d waits, it was %d", got, want)
		}
		for i := range w.items {
			w.money(t, i, w.items[i].TotalMinor)
		}
		for _, role := range []string{ledger.RoleCustomers, ledger.RoleTaxWaiting} {
			if left := account(t, role, w.entries...); left != 0 {
				t.Errorf("all settled, %s is left with %d", role, left)
			}
		}
	})
}

// openItems is an invoice, a credit note and one payment's rest.
type openItems struct {
	s       ledger.Sale
	items   []ledger.Move
	rest    ledger.Rest
	entries []ledger.Posting
}

func (w *openItems) post(t *rapid.T, s ledger.Settlement) {
	s.Number, s.Date, s.Auxiliary, s.Lang = "X", day, "C0001", "fr"
	p, err := ledger.Settle(s)
	if err != nil {
		t.Fatal(err)
	}
	w.entries = append(w.entries, p)
}

func (w *openItems) move(i int, to int64) ledger.Move {
	m := w.items[i]
	m.ToMinor = to
	w.items[i].FromMinor = to
	return m
}

// money settles an item up to a sum, or takes it back; the money goes with it.
func (w *openItems) money(t *rapid.T, i int, to int64) {
	m := w.move(i, to)
	if m.FromMinor == to {
		return
	}
	rate := w.s.Rate
	if rapid.Bool().Draw(t, "other rate") {
		rate.E8 = aRate(t, rate.Currency)
	}
	amount := to - m.FromMinor
	if m.Credit {
		amount = -amount
	}
	w.post(t, ledger.Settlement{Event: ledger.EventPayment, Money: ledger.RoleBank, AmountMinor: amount, Rate: rate, Moves: []ledger.Move{m}})
}

// shift moves between the rest and an item, without money.
func (w *openItems) shift(t *rapid.T, i int, to int64) {
	m := w.move(i, to)
	if m.FromMinor == to {
		return
	}
	r := w.rest
	if r.ToMinor = r.FromMinor - (to - m.FromMinor); m.Credit {
		r.ToMinor = r.FromMinor + (to - m.FromMinor)
	}
	w.rest.FromMinor = r.ToMinor
	w.post(t, ledger.Settlement{Event: ledger.EventAllocation, Rate: w.s.Rate, Moves: []ledger.Move{m}, Rests: []ledger.Rest{r}})
}

func (w *openItems) act(t *rapid.T) {
	i := rapid.IntRange(0, 1).Draw(t, "item")
	m := w.items[i]
	to := rapid.Int64Range(0, m.TotalMinor).Draw(t, "to")
	if rapid.Bool().Draw(t, "money") {
		w.money(t, i, to)
		return
	}
	if up := to - m.FromMinor; !m.Credit && up > w.rest.FromMinor || m.Credit && -up > w.rest.FromMinor {
		return // the rest is not enough
	}
	w.shift(t, i, to)
}

// undo opens everything again and gives the rest back at the rate it came at.
func (w *openItems) undo(t *rapid.T) {
	for i := range w.items {
		w.money(t, i, 0)
	}
	if r := w.rest; r.FromMinor > 0 {
		w.post(t, ledger.Settlement{Event: ledger.EventRefund, Money: ledger.RoleBank, AmountMinor: -r.FromMinor, Rate: w.s.Rate, Rests: []ledger.Rest{r}})
		w.rest.FromMinor = 0
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
