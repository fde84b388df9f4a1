package control

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"comptoir/db/gen"
	"comptoir/office/books"
)

// papers proves issued documents, their numbers and the payments, in one snapshot.
func (c *check) papers(ctx context.Context) error {
	return c.service.db.Read(ctx, func(q *gen.Queries) error {
		for _, step := range []func(context.Context, *gen.Queries) error{c.documents, c.series, c.payments, c.refunds, c.gateways} {
			if err := step(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *check) documents(ctx context.Context, q *gen.Queries) error {
	var position int64
	previous := ""
	for {
		rows, err := q.ControlDocuments(ctx, gen.ControlDocumentsParams{AfterPosition: &position, RowLimit: pageSize})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if whole(r.ChainPosition) != position+1 {
				c.add(AreaDocuments, "control.documents.gap", "number", text(r.Number))
			}
			position = whole(r.ChainPosition)
			if err := c.documentHash(ctx, q, previous, r); err != nil {
				return err
			}
			previous = r.Hash
			c.document(r)
		}
		c.counted(AreaDocuments, len(rows))
		if len(rows) < pageSize {
			return nil
		}
	}
}

func (c *check) documentHash(ctx context.Context, q *gen.Queries, previous string, r gen.ControlDocumentsRow) error {
	d, err := q.DocumentByID(ctx, r.ID)
	if err != nil {
		return err
	}
	want, err := c.service.documents(ctx, q, previous, d)
	if err != nil {
		return err
	}
	if want != r.Hash {
		c.add(AreaDocuments, "control.documents.hash", "number", text(r.Number))
	}
	return nil
}

// document proves what must go with one: its entry (unless it is worth nothing), its
// status, and the status against the payments.
func (c *check) document(r gen.ControlDocumentsRow) {
	if r.Kind == "quote" {
		return // moves no money
	}
	number := text(r.Number)
	switch {
	case r.EntryNumber == nil && r.TotalInclMinor != 0:
		c.add(AreaDocuments, "control.documents.no_entry", "number", number)
	case r.EntryNumber != nil && (text(r.SourceKind) != books.FromDocument || whole(r.SourceID) != r.ID):
		c.add(AreaDocuments, "control.documents.foreign_entry", "number", number, "entry", *r.EntryNumber)
	}
	if r.PaidMinor == nil || r.DueMinor == nil {
		c.add(AreaDocuments, "control.documents.no_status", "number", number)
		return
	}
	c.settled(r)
}

type seriesKey struct {
	kind string
	year int64
}

func (k seriesKey) String() string {
	if k.year == 0 {
		return k.kind
	}
	return k.kind + " " + strconv.FormatInt(k.year, 10)
}

// series proves that each one counts up without a gap, in the order of its dates, and ends
// where its counter says (RF 0.2).
func (c *check) series(ctx context.Context, q *gen.Queries) error {
	last := map[seriesKey]int64{}
	var at gen.ControlSeriesParams
	var previous gen.ControlSeriesRow
	at.RowLimit = pageSize
	for {
		rows, err := q.ControlSeries(ctx, at)
		if err != nil {
			return err
		}
		for _, r := range rows {
			key := seriesKey{r.Kind, whole(r.SeriesYear)}
			n := whole(r.SeriesNumber)
			switch {
			case n != last[key]+1:
				c.add(AreaSeries, "control.series.gap", "series", key.String(), "after", last[key], "number", n)
			case n > 1 && r.IssueDate < previous.IssueDate:
				c.add(AreaSeries, "control.series.order", "number", text(r.Number), "date", day(r.IssueDate), "before", day(previous.IssueDate))
			}
			last[key], previous = n, r
			at.AfterKind, at.AfterYear, at.AfterNumber = key.kind, key.year, n
		}
		c.counted(AreaSeries, len(rows))
		if len(rows) < pageSize {
			return c.counters(ctx, q, last)
		}
	}
}

// counters compares where each series stands with what was issued from it.
func (c *check) counters(ctx context.Context, q *gen.Queries, last map[seriesKey]int64) error {
	all, err := q.AllSeries(ctx)
	if err != nil {
		return err
	}
	var contracts int64
	for _, s := range all {
		switch s.Kind {
		case "payment", "refund", "customer":
			continue
		case "contract": // none is ever deleted, and no two have one number: as many as were given
			contracts += s.NextNumber - 1
			continue
		}
		key := seriesKey{s.Kind, s.Year}
		if s.NextNumber-1 != last[key] {
			c.add(AreaSeries, "control.series.count", "series", key.String(), "last", s.NextNumber-1, "have", last[key])
		}
		delete(last, key)
	}
	byName := func(a, b seriesKey) int { return cmp.Compare(a.String(), b.String()) }
	for _, key := range slices.SortedFunc(maps.Keys(last), byName) { // issued from a series that does not exist
		c.add(AreaSeries, "control.series.count", "series", key.String(), "last", int64(0), "have", last[key])
	}
	have, err := q.ControlContracts(ctx)
	if err == nil && have != contracts {
		c.add(AreaSeries, "control.series.count", "series", "contract", "last", contracts, "have", have)
	}
	return err
}
