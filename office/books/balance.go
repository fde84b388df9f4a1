package books

import (
	"cmp"
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// TrialBalanceQuery asks for the trial balance of a period, both days included.
type TrialBalanceQuery struct {
	From, To  civil.Date
	FromLines bool // add up every line instead of the kept balances: slow, for proof
}

// Six are the columns of a trial balance. Opening and balance are net per account, on one
// side; movements are gross on both.
type Six struct {
	OpeningDebit, OpeningCredit int64
	Debit, Credit               int64
	BalanceDebit, BalanceCredit int64
}

// BalanceRow is one account of a trial balance.
type BalanceRow struct {
	Account string
	Label   string
	// Provisional marks the one row that no entry made: the results of the years before,
	// until they are carried forward.
	Provisional bool
	Six
}

// ClassTotal is the subtotal of one class of accounts: the first digit of their codes.
type ClassTotal struct {
	Class string
	Six
}

// TrialBalance is the state of all accounts that moved or carry a balance.
type TrialBalance struct {
	From, To  civil.Date
	YearStart civil.Date // of the financial year that From lies in
	Rows      []BalanceRow
	Classes   []ClassTotal
	Total     Six
	Balanced  bool // debit equals credit in all three pairs
}

func (s *Six) add(o Six) {
	s.OpeningDebit += o.OpeningDebit
	s.OpeningCredit += o.OpeningCredit
	s.Debit += o.Debit
	s.Credit += o.Credit
	s.BalanceDebit += o.BalanceDebit
	s.BalanceCredit += o.BalanceCredit
}

// columns spreads a net opening and gross movements over the six columns.
func columns(opening int64, m sums) Six {
	closing := opening + m.debit - m.credit
	return Six{max(opening, 0), max(-opening, 0), m.debit, m.credit, max(closing, 0), max(-closing, 0)}
}

// TrialBalance gives the trial balance. Revenue and expense accounts start the financial
// year at nothing. Opening entries (journal AN) count as opening, not as movement, and
// stand for everything before their year; where a year has none, the balances before run
// on and its earlier results show as one provisional row.
func (s *Service) TrialBalance(ctx context.Context, who actor.Actor, t TrialBalanceQuery) (b TrialBalance, err error) {
	if err := who.Need(actor.Look); err != nil {
		return TrialBalance{}, err
	}
	if err := checkRange(t.From, t.To); err != nil {
		return TrialBalance{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		accounts, err := q.Accounts(ctx)
		if err != nil {
			return err
		}
		a := adder{q: q, fromLines: t.FromLines}
		p := a.parts(ctx, t.From, t.To, yearStart(t.From, firm.FiscalYearStarts))
		if a.err != nil {
			return a.err
		}
		b = TrialBalance{From: t.From, To: t.To, YearStart: p.yearStart, Rows: []BalanceRow{}, Classes: []ClassTotal{}}
		b.fill(accounts, p)
		return nil
	})
	return b, err
}

// parts are what a period's balances are made of.
type parts struct {
	yearStart civil.Date
	before    accountSums // up to the financial year; empty when opening entries restate it
	opening   accountSums // from the year's start to the period, with opening entries
	movements accountSums // in the period, without opening entries
}

func (a *adder) parts(ctx context.Context, from, to, start civil.Date) parts {
	p := parts{yearStart: start, before: accountSums{}}
	end := start.AddMonths(12).AddDays(-1)
	if len(a.openings(ctx, start, earlier(to, end))) == 0 {
		p.before = a.sums(ctx, civil.Date{}, start.AddDays(-1))
	}
	p.opening = a.sums(ctx, start, from.AddDays(-1))
	p.movements = a.sums(ctx, from, to)
	within := a.openings(ctx, from, earlier(to, end))
	p.opening.add(within, 1)
	p.movements.add(within, -1)
	p.movements.add(a.openings(ctx, end.AddDays(1), to), -1) // of years after: they only restate
	return p
}

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func (b *TrialBalance) fill(accounts []gen.Account, p parts) {
	var priorResult int64
	for _, a := range accounts {
		start := p.opening[a.ID].net()
		if isResult(a.Nature) {
			priorResult += p.before[a.ID].net()
		} else {
			start += p.before[a.ID].net()
		}
		if m := p.movements[a.ID]; start != 0 || m != (sums{}) {
			b.Rows = append(b.Rows, BalanceRow{Account: a.Code, Label: a.Label, Six: columns(start, m)})
		}
	}
	if priorResult != 0 {
		b.Rows = append(b.Rows, provisional(accounts, priorResult))
		slices.SortStableFunc(b.Rows, func(x, y BalanceRow) int { return cmp.Compare(x.Account, y.Account) })
	}
	for _, r := range b.Rows {
		class := r.Account[:1]
		if n := len(b.Classes); n == 0 || b.Classes[n-1].Class != class {
			b.Classes = append(b.Classes, ClassTotal{Class: class})
		}
		b.Classes[len(b.Classes)-1].add(r.Six)
		b.Total.add(r.Six)
	}
	b.Balanced = b.Total.OpeningDebit == b.Total.OpeningCredit && b.Total.Debit == b.Total.Credit && b.Total.BalanceDebit == b.Total.BalanceCredit
}

// sums are gross movements of one account.
type sums struct{ debit, credit int64 }

func (s sums) net() int64 { return s.debit - s.credit }

// accountSums are sums by accounts.id.
type accountSums map[int64]sums

func (a accountSums) add(o accountSums, sign int64) {
	for id, s := range o {
		t := a[id]
		a[id] = sums{t.debit + sign*s.debit, t.credit + sign*s.credit}
	}
}

// adder adds up accounts over ranges of days: whole months from the kept balances, the
// broken months at either end from their lines. The first error stays.
type adder struct {
	q         *gen.Queries
	fromLines bool
	err       error
}

// sums gives the movements of each account from one day to another, both included; the
// zero Date means since ever. An empty range gives nothing.
func (a *adder) sums(ctx context.Context, from, to civil.Date) accountSums {
	total := accountSums{}
	if !from.IsZero() && to.Before(from) {
		return total
	}
	if a.fromLines {
		a.lines(ctx, total, from, to)
		return total
	}
	first := from // of the first whole month
	if !from.IsZero() && from.Day != 1 {
		first = from.EndOfMonth().AddDays(1)
	}
	last := to // last day of the last whole month
	if to != to.EndOfMonth() {
		last = to.StartOfMonth().AddDays(-1)
	}
	if last.Before(first) { // no whole month between
		a.lines(ctx, total, from, to)
		return total
	}
	a.kept(ctx, total, first, last)
	if first != from {
		a.lines(ctx, total, from, first.AddDays(-1))
	}
	if last != to {
		a.lines(ctx, total, last.AddDays(1), to)
	}
	return total
}

func (a *adder) kept(ctx context.Context, total accountSums, from, to civil.Date) {
	if a.err != nil {
		return
	}
	p := gen.KeptBalancesParams{ToPeriod: to.Period()}
	if !from.IsZero() {
		p.FromPeriod = from.Period()
	}
	rows, err := a.q.KeptBalances(ctx, p)
	a.err = err
	for _, r := range rows {
		t := total[r.AccountID]
		total[r.AccountID] = sums{t.debit + r.DebitMinor, t.credit + r.CreditMinor}
	}
}

func (a *adder) lines(ctx context.Context, total accountSums, from, to civil.Date) {
	if a.err != nil {
		return
	}
	rows, err := a.lineSums(ctx, from.String(), to.String())
	a.err = err
	for _, r := range rows {
		t := total[r.AccountID]
		total[r.AccountID] = sums{t.debit + r.DebitMinor, t.credit + r.CreditMinor}
	}
}

// lineSums adds up lines. Everything there is goes by the index of accounts alone, four
// times as fast as going by the days.
func (a *adder) lineSums(ctx context.Context, from, to string) ([]gen.BalancesFromLinesRow, error) {
	if a.fromLines {
		if more, err := a.q.EntriesOutside(ctx, gen.EntriesOutsideParams{FromDate: from, ToDate: to}); err != nil {
			return nil, err
		} else if more == 0 {
			rows, err := a.q.BalancesFromAllLines(ctx)
			return same(rows, func(r gen.BalancesFromAllLinesRow) gen.BalancesFromLinesRow { return gen.BalancesFromLinesRow(r) }), err
		}
	}
	return a.q.BalancesFromLines(ctx, gen.BalancesFromLinesParams{FromDate: from, ToDate: to})
}

// openings gives what opening entries of a range put on each account.
func (a *adder) openings(ctx context.Context, from, to civil.Date) accountSums {
	total := accountSums{}
	if a.err != nil || to.Before(from) {
		return total
	}
	rows, err := a.q.OpeningsFromLines(ctx, gen.OpeningsFromLinesParams{FromDate: from.String(), ToDate: to.String()})
	a.err = err
	for _, r := range rows {
		total[r.AccountID] = sums{r.DebitMinor, r.CreditMinor}
	}
	return total
}

// yearStart is the first day of the financial year that d lies in.
func yearStart(d civil.Date, month int64) civil.Date {
	start := civil.New(d.Year, time.Month(month), 1)
	if d.Before(start) {
		start = civil.New(d.Year-1, time.Month(month), 1)
	}
	return start
}

// isResult tells the accounts that start every financial year at nothing.
func isResult(nature string) bool { return nature == "charge" || nature == "produit" }

// provisional is the row of earlier years' results (debit positive) on the account that
// will take them.
func provisional(accounts []gen.Account, net int64) BalanceRow {
	role := "resultat_benefice"
	if net > 0 {
		role = "resultat_perte"
	}
	row := BalanceRow{Account: "12", Provisional: true, Six: columns(net, sums{})}
	for _, a := range accounts {
		if text(a.Role) == role {
			row.Account, row.Label = a.Code, a.Label
		}
	}
	return row
}
