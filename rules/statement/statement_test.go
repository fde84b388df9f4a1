package statement_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/rules/statement"
)

var day0 = civil.MustParse("2026-01-01")

// history is a random account: documents and payments over a year, set against each other,
// undone, given back and cancelled, now and then in an order that nobody would choose.
type history struct {
	movements   []statement.Movement
	settlements []statement.Settlement
}

func drawHistory(t *rapid.T) history {
	var h history
	day := func(label string) civil.Date { return day0.AddDays(rapid.IntRange(0, 365).Draw(t, label)) }
	minor := func(label string) int64 { return rapid.Int64Range(1, 1_000_000).Draw(t, label) }
	currency := func() money.Currency { return rapid.SampledFrom([]money.Currency{"EUR", "CAD"}).Draw(t, "currency") }
	for i := range rapid.IntRange(0, 12).Draw(t, "documents") {
		m := statement.Movement{Kind: rapid.SampledFrom([]statement.Kind{statement.Invoice, statement.Deposit, statement.Credit}).Draw(t, "kind"),
			ID: int64(i + 1), On: day("issued"), Currency: currency(), AmountMinor: minor("amount")}
		m.DueOn = m.On.AddDays(rapid.IntRange(0, 60).Draw(t, "terms"))
		if m.Kind == statement.Invoice && rapid.Bool().Draw(t, "retention") {
			m.RetainedMinor, m.RetainedUntil = rapid.Int64Range(0, m.AmountMinor).Draw(t, "retained"), m.DueOn.AddDays(365)
		}
		h.movements = append(h.movements, m)
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "payments") {
		p := statement.Movement{Kind: statement.Payment, ID: int64(i + 1), On: day("received"), Currency: currency(), AmountMinor: minor("paid")}
		h.movements = append(h.movements, p)
		if rapid.IntRange(0, 4).Draw(t, "bounces") == 0 {
			c := p
			c.Kind, c.On = statement.Cancelled, p.On.AddDays(rapid.IntRange(0, 40).Draw(t, "after"))
			h.movements = append(h.movements, c)
		}
	}
	h.settle(t, day, minor)
	return h
}

func (h *history) settle(t *rapid.T, day func(string) civil.Date, minor func(string) int64) {
	sources, invoices := []statement.Movement{}, []statement.Movement{}
	for _, m := range h.movements {
		switch m.Kind {
		case statement.Payment, statement.Credit:
			sources = append(sources, m)
		case statement.Invoice, statement.Deposit:
			invoices = append(invoices, m)
		}
	}
	for range rapid.IntRange(0, 16).Draw(t, "settlements") {
		if len(sources) == 0 {
			return
		}
		from := rapid.SampledFrom(sources).Draw(t, "source")
		s := statement.Settlement{On: day("on"), AmountMinor: minor("part")}
		if from.Kind == statement.Payment {
			s.PaymentID = from.ID
		} else {
			s.CreditID = from.ID
		}
		if len(invoices) > 0 && rapid.Bool().Draw(t, "allocate") {
			to := rapid.SampledFrom(invoices).Draw(t, "target")
			if to.Currency != from.Currency {
				continue
			}
			s.DocumentID = to.ID
			h.settlements = append(h.settlements, s)
			if rapid.Bool().Draw(t, "undone") {
				s.On, s.AmountMinor = s.On.AddDays(rapid.IntRange(0, 30).Draw(t, "later")), -s.AmountMinor
				h.settlements = append(h.settlements, s)
			}
			continue
		}
		if s.On.Before(from.On) {
			s.On = from.On // nobody gives back what is not there
		}
		h.settlements = append(h.settlements, s)
		h.movements = append(h.movements, statement.Movement{Kind: statement.Refund, ID: int64(len(h.movements)), On: s.On, Currency: from.Currency, AmountMinor: s.AmountMinor})
	}
}

func (h history) until(on civil.Date) (list []statement.Movement) {
	for _, m := range h.movements {
		if !m.On.After(on) {
			list = append(list, m)
		}
	}
	return list
}

func (h history) between(from, to civil.Date) (list []statement.Movement) {
	for _, m := range h.until(to) {
		if !m.On.Before(from) {
			list = append(list, m)
		}
	}
	return list
}

func balances(t *rapid.T, h history, on civil.Date) map[money.Currency]int64 {
	list, err := statement.ActivityOf(nil, h.until(on))
	if err != nil {
		t.Fatal(err)
	}
	sums := map[money.Currency]int64{}
	for _, a := range list {
		sums[a.Currency] = a.ClosingMinor
	}
	return sums
}

// The opening balance and everything of the period come to the closing balance, and the
// closing balance of one period is the opening balance of the next.
func TestActivityAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		from := day0.AddDays(rapid.IntRange(0, 300).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 200).Draw(t, "length"))
		opening := balances(t, h, from.AddDays(-1))
		list, err := statement.ActivityOf(opening, h.between(from, to))
		if err != nil {
			t.Fatal(err)
		}
		closing := balances(t, h, to)
		for _, a := range list {
			sum := a.OpeningMinor
			for i, l := range a.Lines {
				if sum += l.Signed(); l.BalanceMinor != sum {
					t.Fatalf("line %d: balance %d, want %d", i, l.BalanceMinor, sum)
				}
				if i > 0 && a.Lines[i-1].On.After(l.On) {
					t.Fatalf("line %d is earlier than the one before", i)
				}
			}
			if a.ClosingMinor != sum || a.OpeningMinor+a.Totals.Change() != sum || closing[a.Currency] != sum || a.OpeningMinor != opening[a.Currency] {
				t.Fatalf("%s: closing %d, lines come to %d, totals to %d, the balance is %d", a.Currency, a.ClosingMinor, sum, a.OpeningMinor+a.Totals.Change(), closing[a.Currency])
			}
			delete(closing, a.Currency)
		}
		for c, minor := range closing {
			if minor != 0 {
				t.Fatalf("%s of %d is on no account", c, minor)
			}
		}
	})
}

// What is open on any day comes to the balance of that day, in every currency, and the
// buckets to the same.
func TestOpenItemsComeToTheBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		on := day0.AddDays(rapid.IntRange(-1, 420).Draw(t, "on"))
		accounts, err := statement.OpenItems(h.movements, h.settlements, on)
		if err != nil {
			t.Fatal(err)
		}
		want := balances(t, h, on)
		for _, a := range accounts {
			var sum int64
			for _, x := range a.Items {
				sum += x.OpenMinor
				if x.OpenMinor == 0 || x.On.After(on) || (x.DaysLate > 0) != (x.Bucket != statement.NotDue && x.Bucket != statement.Unapplied) {
					t.Fatalf("item %+v on %s", x, on)
				}
			}
			if sum != a.TotalMinor || a.Ageing.Total() != sum || want[a.Currency] != sum {
				t.Fatalf("%s on %s: items %d, total %d, ageing %d, balance %d", a.Currency, on, sum, a.TotalMinor, a.Ageing.Total(), want[a.Currency])
			}
			delete(want, a.Currency)
		}
		for c, minor := range want {
			if minor != 0 {
				t.Fatalf("%s: a balance of %d and nothing open", c, minor)
			}
		}
	})
}

// A fact of a later day changes nothing of how a day reads.
func TestLaterFactsDoNotCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		on := day0.AddDays(rapid.IntRange(0, 365).Draw(t, "on"))
		all, err := statement.OpenItems(h.movements, h.settlements, on)
		if err != nil {
			t.Fatal(err)
		}
		known := []statement.Settlement{}
		for _, s := range h.settlements {
			if !s.On.After(on) {
				known = append(known, s)
			}
		}
		then, err := statement.OpenItems(h.until(on), known, on)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(then, all); d != "" {
			t.Fatal(d)
		}
	})
}

func invoice(id int64, on, due string, minor int64) statement.Movement {
	return statement.Movement{Kind: statement.Invoice, ID: id, On: civil.MustParse(on), DueOn: civil.MustParse(due), Currency: "EUR", AmountMinor: minor}
}

// The golden year (RF 5.2): customers 5 380.00 on 31 December, of which 1 200 not due and
// 1 680 + 2 500 late by 1 to 30 days.
func TestGoldenYear(t *testing.T) {
	m := []statement.Movement{
		invoice(1, "2026-02-03", "2026-03-05", 284400), invoice(7, "2026-11-10", "2026-12-10", 168000), invoice(8, "2026-12-15", "2027-01-14", 120000), invoice(9, "2026-11-20", "2026-12-20", 250000),
		{Kind: statement.Payment, ID: 1, On: civil.MustParse("2026-03-05"), Currency: "EUR", AmountMinor: 284400},
	}
	s := []statement.Settlement{{PaymentID: 1, DocumentID: 1, On: civil.MustParse("2026-03-05"), AmountMinor: 284400}}
	got, err := statement.OpenItems(m, s, civil.MustParse("2026-12-31"))
	if err != nil || len(got) != 1 {
		t.Fatalf("%v %v", got, err)
	}
	if want := (statement.Ageing{statement.NotDue: 120000, statement.To30: 418000}); got[0].Ageing != want || got[0].TotalMinor != 538000 {
		t.Errorf("%v, total %d", got[0].Ageing, got[0].TotalMinor)
	}
	if then, err := statement.OpenItems(m, s, civil.MustParse("2026-03-04")); err != nil || len(then) != 1 || then[0].TotalMinor != 284400 || then[0].Ageing[statement.NotDue] != 284400 {
		t.Errorf("before the payment: %+v %v", then, err)
	}
}

func TestRetainedPartHasItsOwnDay(t *testing.T) {
	x := invoice(1, "2026-01-10", "2026-02-10", 100000)
	x.RetainedMinor, x.RetainedUntil = 5000, civil.MustParse("2027-01-10")
	paid := func(minor int64) []statement.Settlement {
		return []statement.Settlement{{PaymentID: 1, DocumentID: 1, On: civil.MustParse("2026-02-01"), AmountMinor: minor}}
	}
	pay := statement.Movement{Kind: statement.Payment, ID: 1, On: civil.MustParse("2026-02-01"), Currency: "EUR", AmountMinor: 100000}
	for _, c := range []struct {
		name string
		on   string
		paid int64
		want statement.Ageing
	}{
		{"nothing paid", "2026-03-12", 0, statement.Ageing{statement.To30: 95000, statement.NotDue: 5000}},
		{"part paid", "2026-03-12", 50000, statement.Ageing{statement.To30: 45000, statement.NotDue: 5000}},
		{"all but the retained part", "2026-06-01", 95000, statement.Ageing{statement.NotDue: 5000}},
		{"some of the retained part", "2026-06-01", 97000, statement.Ageing{statement.NotDue: 3000}},
		{"its day has passed", "2027-01-11", 95000, statement.Ageing{statement.To30: 5000}},
	} {
		accounts, err := statement.OpenItems([]statement.Movement{x, pay}, paid(c.paid), civil.MustParse(c.on))
		if err != nil {
			t.Fatal(err)
		}
		got := accounts[0].Ageing
		got[statement.Unapplied] = 0
		if got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestBuckets(t *testing.T) {
	for days, want := range map[int]statement.Bucket{-5: statement.NotDue, 0: statement.NotDue, 1: statement.To30, 30: statement.To30, 31: statement.To60, 60: statement.To60, 61: statement.To90, 90: statement.To90, 91: statement.Over90, 4000: statement.Over90} {
		if got := statement.BucketOf(days); got != want {
			t.Errorf("%d days: %s, want %s", days, got, want)
		}
	}
	for _, b := range statement.Buckets() {
		if got, ok := statement.ParseBucket(b.String()); !ok || got != b {
			t.Errorf("%s reads as %s", b, got)
		}
	}
	if _, ok := statement.ParseBucket("older"); ok {
		t.Error("an unknown bucket was read")
	}
}
