package books

import (
	"context"
	"fmt"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// JournalQuery asks for a page of a journal, or of all of them.
type JournalQuery struct {
	Journal  string // code, "" for all
	From, To civil.Date
	Newest   bool   // newest first; else as the printed journal goes
	After    string // Next of the page before, "" for the first
	Limit    int    // at most 200; 0 = 50
}

// JournalPage is a page of entries with their lines; Next is "" on the last one.
type JournalPage struct {
	Entries    []Entry
	TotalMinor int64 // debits of this page, which are its credits too
	Next       string
}

// JournalTotal is what one journal holds in a period.
type JournalTotal struct {
	Journal    string
	Entries    int64
	TotalMinor int64 // debits, which are the credits too
}

const (
	pageDefault = 50
	pageMax     = 200
)

func pageSize(n int) int64 {
	if n <= 0 {
		return pageDefault
	}
	return int64(min(n, pageMax))
}

// Journal gives a page of entries in the order of their dates, key after key: a page costs
// the same wherever it lies.
func (s *Service) Journal(ctx context.Context, who actor.Actor, j JournalQuery) (page JournalPage, err error) {
	if err := who.Need(actor.Look); err != nil {
		return JournalPage{}, err
	}
	if err := checkRange(j.From, j.To); err != nil {
		return JournalPage{}, err
	}
	at := entryKey{date: j.From.String()}
	if j.Newest {
		at = entryKey{date: j.To.String(), number: afterAll}
	}
	if j.After != "" {
		if at, err = parseEntryKey(j.After); err != nil {
			return JournalPage{}, err
		}
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := j.rows(ctx, q, at)
		if err != nil {
			return err
		}
		return page.fill(ctx, q, rows, int(pageSize(j.Limit)))
	})
	return page, err
}

// JournalTotals gives what each journal holds in a period. It adds up every entry of it:
// ask for a month or a year, beside the page.
func (s *Service) JournalTotals(ctx context.Context, who actor.Actor, from, to civil.Date) (all []JournalTotal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	if err := checkRange(from, to); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.JournalTotals(ctx, gen.JournalTotalsParams{FromDate: from.String(), ToDate: to.String()})
		all = make([]JournalTotal, 0, len(rows))
		for _, r := range rows {
			all = append(all, JournalTotal{Journal: r.Code, Entries: r.Entries, TotalMinor: r.TotalMinor})
		}
		return err
	})
	return all, err
}

// rows reads one entry more than the page holds, to know whether there is a next one.
func (j JournalQuery) rows(ctx context.Context, q *gen.Queries, at entryKey) ([]gen.EntriesByDateRow, error) {
	limit := pageSize(j.Limit) + 1
	if j.Journal == "" {
		if !j.Newest {
			return q.EntriesByDate(ctx, gen.EntriesByDateParams{ToDate: j.To.String(), AfterDate: at.date, AfterNumber: at.number, RowLimit: limit})
		}
		rows, err := q.EntriesByDateNewest(ctx, gen.EntriesByDateNewestParams{FromDate: j.From.String(), BeforeDate: at.date, BeforeNumber: at.number, RowLimit: limit})
		return same(rows, func(r gen.EntriesByDateNewestRow) gen.EntriesByDateRow { return gen.EntriesByDateRow(r) }), err
	}
	journal, err := q.JournalByCode(ctx, j.Journal)
	if err != nil {
		return nil, db.NotFound(err)
	}
	if !j.Newest {
		rows, err := q.EntriesOfJournal(ctx, gen.EntriesOfJournalParams{JournalID: journal.ID, ToDate: j.To.String(), AfterDate: at.date, AfterNumber: at.number, RowLimit: limit})
		return same(rows, func(r gen.EntriesOfJournalRow) gen.EntriesByDateRow { return gen.EntriesByDateRow(r) }), err
	}
	rows, err := q.EntriesOfJournalNewest(ctx, gen.EntriesOfJournalNewestParams{JournalID: journal.ID, FromDate: j.From.String(), BeforeDate: at.date, BeforeNumber: at.number, RowLimit: limit})
	return same(rows, func(r gen.EntriesOfJournalNewestRow) gen.EntriesByDateRow { return gen.EntriesByDateRow(r) }), err
}

// same turns rows of one query into the rows of its twin.
func same[A, B any](rows []A, as func(A) B) []B {
	out := make([]B, len(rows))
	for i, r := range rows {
		out[i] = as(r)
	}
	return out
}

func (p *JournalPage) fill(ctx context.Context, q *gen.Queries, rows []gen.EntriesByDateRow, limit int) error {
	if len(rows) > limit {
		rows = rows[:limit]
		last := rows[limit-1]
		p.Next = entryKey{last.EntryDate, last.Number}.String()
	}
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	lines, err := linesOf(ctx, q, ids)
	if err != nil {
		return err
	}
	p.Entries = make([]Entry, 0, len(rows))
	for _, r := range rows {
		e := Entry{
			id: r.ID, Number: r.Number, Journal: r.JournalCode, Date: day(r.EntryDate), DocumentRef: r.DocumentRef, DocumentDate: day(r.DocumentDate), Label: r.Label,
			SourceKind: r.SourceKind, DocumentID: text(r.DocumentPublicID), PaymentID: text(r.PaymentPublicID), TotalMinor: r.TotalMinor, ValidatedAt: r.ValidatedAt, Lines: lines[r.ID],
		}
		if r.ReversesID != nil {
			if e.Reverses, err = q.EntryNumberOf(ctx, *r.ReversesID); err != nil {
				return err
			}
		}
		p.TotalMinor += r.TotalMinor
		p.Entries = append(p.Entries, e)
	}
	return nil
}

// entryKey is a place in the order of dates: entries of one day go by their numbers.
type entryKey struct {
	date   string
	number int64
}

// afterAll is a number that no entry reaches.
const afterAll = int64(1) << 53

func (k entryKey) String() string { return fmt.Sprintf("%s.%d", k.date, k.number) }

func parseEntryKey(s string) (k entryKey, err error) {
	date, number, ok := strings.Cut(s, ".")
	if _, dateErr := civil.Parse(date); !ok || dateErr != nil || !digits(number, &k.number) {
		return entryKey{}, fault.New(fault.Invalid, "fault.invalid")
	}
	k.date = date
	return k, nil
}
