package catalog

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/db/gen"
)

// Finder looks up rows of the tax table one by one, each once, inside the caller's
// transaction: a document uses one or two of them.
type Finder struct {
	q     *gen.Queries
	known map[string]*Tax // nil: there is no such row
	err   error
}

// NewFinder makes a Finder for one transaction.
func NewFinder(q *gen.Queries) *Finder { return &Finder{q: q, known: map[string]*Tax{}} }

// Err is the first failure to read; ByCode found nothing then.
func (f *Finder) Err() error { return f.err }

// ByCode finds a row.
func (f *Finder) ByCode(ctx context.Context, code string) (Tax, bool) {
	t, known := f.known[code]
	if !known && f.err == nil {
		r, err := f.q.TaxByCode(ctx, code)
		switch {
		case err == nil:
			t = &Tax{ID: r.ID, Code: r.Code, Jurisdiction: r.Jurisdiction, NameFR: r.NameFr, NameEN: r.NameEn, Category: r.Category, RatePCM: r.RatePcm,
				Mention: r.Mention, VATEX: r.Vatex, ValidFrom: r.ValidFrom, ValidTo: r.ValidTo, Confirmed: r.Confirmed == 1, Source: r.Source}
		case !errors.Is(err, sql.ErrNoRows):
			f.err = err
		}
		f.known[code] = t
	}
	if t == nil {
		return Tax{}, false
	}
	return *t, true
}
