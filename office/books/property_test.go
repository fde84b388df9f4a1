package books_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/books"
	"comptoir/rules/ledger"
)

var roles = []string{
	ledger.RoleCustomers, ledger.RoleServices, ledger.RoleGoods, ledger.RoleTaxWaiting, ledger.RoleTaxDue, ledger.RoleBank, ledger.RoleCash,
	ledger.RoleBankFees, "capital", "ran_crediteur",
}

// anyPosting draws a balanced posting of two to seven lines on a day of three years.
func anyPosting(t *rapid.T, ref string) ledger.Posting {
	on := civil.MustParse("2024-06-15").AddDays(rapid.IntRange(0, 1000).Draw(t, "day"))
	journal := rapid.SampledFrom([]string{"VE", "BQ", "OD", "AC"}).Draw(t, "journal")
	p := ledger.Posting{Journal: journal, Date: on, DocumentRef: ref, DocumentDate: on, Label: rapid.StringN(0, 20, -1).Draw(t, "label")}
	var rest int64
	for range rapid.IntRange(1, 6).Draw(t, "lines") {
		l := ledger.PostingLine{Role: rapid.SampledFrom(roles).Draw(t, "role"), Label: "x"}
		amount := rapid.Int64Range(1, 1_000_000_000).Draw(t, "amount")
		if rapid.Bool().Draw(t, "debit") {
			l.DebitMinor = amount
			rest += amount
		} else {
			l.CreditMinor = amount
			rest -= amount
		}
		p.Lines = append(p.Lines, l)
	}
	last := ledger.PostingLine{Role: rapid.SampledFrom(roles).Draw(t, "role"), Label: "x", DebitMinor: max(-rest, 0), CreditMinor: max(rest, 0)}
	if rest == 0 { // a pair more keeps it balanced
		last.DebitMinor = 1
		p.Lines = append(p.Lines, ledger.PostingLine{Role: roles[0], Label: "x", CreditMinor: 1})
	}
	p.Lines = append(p.Lines, last)
	for i := range p.Lines {
		if p.Lines[i].Role == ledger.RoleCustomers {
			p.Lines[i].Auxiliary = fmt.Sprintf("C%04d", rapid.IntRange(1, 9).Draw(t, "customer"))
		}
	}
	return p
}

// Whatever is posted, refused and reversed: the books balance over any period, the kept
// balances are the lines, and every report tells the same entries.
func TestAnyBooksHold(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		k := newDesk(t, "FR")
		defer func() { k.must(k.db.Close()) }()
		count := int64(0)
		for i := range rapid.IntRange(1, 25).Draw(rt, "postings") {
			p := anyPosting(rt, fmt.Sprintf("P-%d", i))
			broken := rapid.IntRange(0, 9).Draw(rt, "break") == 0
			if broken {
				p.Lines[0].Role = "licornes"
			}
			_, err := k.post(p, books.Source{Kind: "manual", ID: int64(i)})
			if (err != nil) != broken {
				rt.Fatalf("posted: %v", err)
			}
			if broken {
				continue
			}
			count++
			if rapid.IntRange(0, 4).Draw(rt, "reverse") == 0 {
				k.now = p.Date.AddDays(40).Time()
				if _, err := k.s.ReverseEntry(ctx, staff, books.Reverse{Key: fmt.Sprintf("reverse-%d", i), Number: count, Reason: "x"}); err != nil {
					rt.Fatal(err)
				}
				count++
			}
		}
		from := civil.MustParse("2024-01-01").AddDays(rapid.IntRange(0, 1200).Draw(rt, "from"))
		to := from.AddDays(rapid.IntRange(0, 500).Draw(rt, "days"))
		if rapid.Bool().Draw(rt, "whole months") {
			from, to = from.StartOfMonth(), to.EndOfMonth()
		}
		k.holds(rt, from, to)
		k.holds(rt, civil.MustParse("2024-01-01"), civil.MustParse("2028-12-31"))
		k.pages(rt, count)
	})
}

func (k *desk) holds(rt *rapid.T, from, to civil.Date) {
	rt.Helper()
	kept, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: from, To: to})
	if err != nil {
		rt.Fatal(err)
	}
	lines, err := k.s.TrialBalance(ctx, staff, books.TrialBalanceQuery{From: from, To: to, FromLines: true})
	if err != nil {
		rt.Fatal(err)
	}
	if !kept.Balanced {
		rt.Fatalf("%s to %s is not balanced:\n%s", from, to, balanceText(kept))
	}
	if a, b := balanceText(kept), balanceText(lines); a != b {
		rt.Fatalf("%s to %s kept:\n%s\nfrom the lines:\n%s", from, to, a, b)
	}
	for _, r := range kept.Rows {
		if r.Provisional {
			continue
		}
		var debit, credit, closing int64
		q := books.LedgerQuery{Account: r.Account, From: from, To: to, Limit: 7}
		for {
			page, err := k.s.GeneralLedger(ctx, staff, q)
			if err != nil {
				rt.Fatal(err)
			}
			if page.OpeningMinor != r.OpeningDebit-r.OpeningCredit || page.ClosingMinor != r.BalanceDebit-r.BalanceCredit || page.DebitMinor != r.Debit || page.CreditMinor != r.Credit {
				rt.Fatalf("account %s: %+v, balance %+v", r.Account, page, r)
			}
			closing = page.ClosingMinor
			for _, l := range page.Lines {
				debit += l.DebitMinor
				credit += l.CreditMinor
				closing = l.BalanceMinor
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if debit != r.Debit || credit != r.Credit || closing != r.BalanceDebit-r.BalanceCredit {
			rt.Fatalf("account %s: lines make %d and %d, end at %d; balance %+v", r.Account, debit, credit, closing, r)
		}
	}
}

// pages reads the journal both ways: every entry once, in order, numbers without a gap.
func (k *desk) pages(rt *rapid.T, count int64) {
	rt.Helper()
	var orders [2][]int64
	for way, newest := range []bool{false, true} {
		q := books.JournalQuery{From: civil.MustParse("2020-01-01"), To: civil.MustParse("2029-12-31"), Limit: 4, Newest: newest}
		for {
			page, err := k.s.Journal(ctx, staff, q)
			if err != nil {
				rt.Fatal(err)
			}
			for _, e := range page.Entries {
				orders[way] = append(orders[way], e.Number)
				var debit, credit int64
				for _, l := range e.Lines {
					debit += l.DebitMinor
					credit += l.CreditMinor
				}
				if debit != credit || debit != e.TotalMinor || len(e.Lines) < 2 {
					rt.Fatalf("entry %+v", e)
				}
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	slices.Reverse(orders[1])
	if !slices.Equal(orders[0], orders[1]) {
		rt.Fatalf("forwards %v, backwards %v", orders[0], orders[1])
	}
	slices.Sort(orders[0])
	for i, n := range orders[0] {
		if n != int64(i+1) {
			rt.Fatalf("numbers %v", orders[0])
		}
	}
	if int64(len(orders[0])) != count {
		rt.Fatalf("%d entries, %d were posted", len(orders[0]), count)
	}
}

// Callers who share one commit still get one number each, without a gap.
func TestManyPostAtOnce(t *testing.T) {
	k := newDesk(t, "FR")
	const callers, each = 16, 10
	errs := make(chan error, callers)
	for c := range callers {
		go func() {
			for i := range each {
				err := k.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
					if _, err := books.Post(ctx, tx, sale("2026-03-05", fmt.Sprintf("FA-%d-%d", c, i), "C0001", 100, 20), books.Source{Kind: "manual", ID: 1}); err != nil {
						return err
					}
					if i%3 == 0 {
						return context.DeadlineExceeded // somebody thinks better of it
					}
					return nil
				})
				if (err != nil) != (i%3 == 0) {
					errs <- fmt.Errorf("caller %d: %w", c, err)
					return
				}
			}
			errs <- nil
		}()
	}
	for range callers {
		k.must(<-errs)
	}
	raw := dbtest.Raw(t, k.db.Path())
	kept := int64(callers * 6)
	if n, top := dbtest.Int(t, raw, "SELECT count(*) FROM entries"), dbtest.Int(t, raw, "SELECT max(number) FROM entries"); n != kept || top != kept {
		t.Errorf("%d entries up to number %d, want %d", n, top, kept)
	}
	if b := k.balance("2026-01-01", "2026-12-31"); b.Total.Debit != kept*120 || !b.Balanced {
		t.Errorf("balance %+v", b.Total)
	}
}

func TestTurnover(t *testing.T) {
	k := newDesk(t, "FR") // 21 November 2026
	for _, s := range []struct {
		date string
		net  int64
	}{{"2025-11-30", 999}, {"2025-12-01", 100_000}, {"2026-10-31", 50_000}, {"2026-11-21", 20_000}, {"2026-12-01", 7_777}} {
		_, err := k.post(sale(s.date, "FA-"+s.date, "C0001", s.net, s.net/5), books.Source{Kind: "manual", ID: 1})
		k.must(err)
	}
	on := civil.MustParse("2026-11-21")
	_, err := k.post(ledger.Posting{Journal: "BQ", Date: on, DocumentRef: "RE-1", DocumentDate: on, Label: "x", Lines: []ledger.PostingLine{
		{Role: ledger.RoleBank, DebitMinor: 130_000}, {Role: ledger.RoleCustomers, Auxiliary: "C0001", CreditMinor: 120_000}, {Role: ledger.RoleLateFees, CreditMinor: 10_000},
		{Role: ledger.RoleTaxWaiting, DebitMinor: 20_000}, {Role: ledger.RoleTaxDue, CreditMinor: 20_000},
	}}, books.Source{Kind: "manual", ID: 2})
	k.must(err)
	o, err := k.s.Turnover(ctx, staff, 12)
	k.must(err)
	if len(o.Months) != 12 || o.Months[0].Period != "2025-12" || o.Months[11].Period != "2026-11" {
		t.Fatalf("months %+v", o.Months)
	}
	// Late fees are income, not turnover.
	if o.Months[0].NetMinor != 100_000 || o.Months[10].NetMinor != 50_000 || o.Months[11].NetMinor != 20_000 || o.Months[5].NetMinor != 0 {
		t.Errorf("months %+v", o.Months)
	}
	if o.CashMinor != 130_000 || o.VATDueMinor != 20_000 {
		t.Errorf("cash %d, tax %d", o.CashMinor, o.VATDueMinor)
	}
}
