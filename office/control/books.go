package control

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"comptoir/core/civil"
	"comptoir/db/gen"
	"comptoir/office/books"
)

// books proves the entries and, in the same snapshot, the balances kept of them.
func (c *check) books(ctx context.Context) error {
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		e := &entryCheck{check: c, sums: map[periodOf]sums{}}
		for {
			n, err := e.page(ctx, q)
			if err != nil {
				return err
			}
			if n < pageSize {
				break
			}
		}
		return e.balances(ctx, q)
	})
}

type periodOf struct{ account, period string }

type sums struct{ debit, credit int64 }

// entryCheck walks the entries in the order in which they were written.
type entryCheck struct {
	*check
	lastID     int64
	lastNumber int64
	lastHash   string
	sums       map[periodOf]sums // of the lines: accounts by months, whatever the size of the firm
}

func (e *entryCheck) page(ctx context.Context, q *gen.Queries) (int, error) {
	entries, err := q.ControlEntries(ctx, gen.ControlEntriesParams{AfterID: e.lastID, RowLimit: pageSize})
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	lines, err := q.HashedLines(ctx, gen.HashedLinesParams{AfterEntryID: e.lastID, UpToEntryID: entries[len(entries)-1].ID})
	if err != nil {
		return 0, err
	}
	e.report.Counted["lines"] += int64(len(lines))
	for _, entry := range entries {
		from, _ := slices.BinarySearchFunc(lines, entry.ID, func(l gen.HashedLinesRow, id int64) int { return cmp.Compare(l.EntryID, id) })
		to := from
		for to < len(lines) && lines[to].EntryID == entry.ID {
			to++
		}
		e.entry(entry, lines[from:to])
	}
	e.counted(AreaEntries, len(entries))
	return len(entries), nil
}

func (e *entryCheck) entry(r gen.ControlEntriesRow, lines []gen.HashedLinesRow) {
	if r.Number != e.lastNumber+1 {
		e.add(AreaEntries, "control.entries.gap", "after", e.lastNumber, "number", r.Number)
	}
	if r.Sealed == 0 {
		e.add(AreaEntries, "control.entries.open", "number", r.Number)
	}
	date, err := civil.Parse(r.EntryDate)
	if err != nil {
		e.add(AreaEntries, "control.entries.date", "number", r.Number)
	}
	var s sums
	for _, l := range lines {
		s.debit += l.DebitMinor
		s.credit += l.CreditMinor
		key := periodOf{l.Code, date.Period()}
		t := e.sums[key]
		e.sums[key] = sums{t.debit + l.DebitMinor, t.credit + l.CreditMinor}
	}
	switch {
	case len(lines) < 2:
		e.add(AreaEntries, "control.entries.short", "number", r.Number)
	case s.debit != s.credit:
		e.add(AreaEntries, "control.entries.unbalanced", "number", r.Number, "debit", e.amount(s.debit), "credit", e.amount(s.credit))
	case s.debit != r.TotalMinor:
		e.add(AreaEntries, "control.entries.total", "number", r.Number, "total", e.amount(r.TotalMinor), "debit", e.amount(s.debit))
	}
	sealed := books.Sealed{
		Number: r.Number, Journal: text(r.JournalCode), Date: r.EntryDate, DocumentRef: r.DocumentRef, DocumentDate: r.DocumentDate, Label: r.Label,
		SourceKind: r.SourceKind, SourceID: r.SourceID, ReversesID: whole(r.ReversesID), TotalMinor: r.TotalMinor, ValidatedAt: r.ValidatedAt,
	}
	if r.Sealed == 1 && books.Hash(e.lastHash, sealed, lines) != r.Hash {
		e.add(AreaEntries, "control.entries.hash", "number", r.Number)
	}
	e.lastID, e.lastNumber, e.lastHash = r.ID, r.Number, r.Hash
}

// balances compares what was kept with what the lines make.
func (e *entryCheck) balances(ctx context.Context, q *gen.Queries) error {
	kept, err := q.ControlBalances(ctx)
	if err != nil {
		return err
	}
	e.counted(AreaBalances, len(kept))
	differ := func(key periodOf, have, want sums) {
		if have != want {
			e.add(AreaBalances, "control.balances.differ", "account", key.account, "period", key.period,
				"keptDebit", e.amount(have.debit), "debit", e.amount(want.debit), "keptCredit", e.amount(have.credit), "credit", e.amount(want.credit))
		}
	}
	for _, b := range kept {
		key := periodOf{b.Code, b.Period}
		differ(key, sums{b.DebitMinor, b.CreditMinor}, e.sums[key])
		delete(e.sums, key)
	}
	byAccount := func(a, b periodOf) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.period, b.period))
	}
	for _, key := range slices.SortedFunc(maps.Keys(e.sums), byAccount) {
		differ(key, sums{}, e.sums[key])
	}
	return nil
}
