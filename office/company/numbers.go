package company

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// Number is one number taken from a series.
type Number struct {
	Text string
	Year int64 // the series' year, 0 for one that never restarts
	N    int64
}

// TakeNumber takes the next number of a series inside the caller's transaction: a rollback
// gives it back, so that no number is ever skipped or used twice (RF 4.2).
func TakeNumber(ctx context.Context, tx *db.Tx, kind string, on civil.Date) (Number, error) {
	p, err := tx.SeriesPattern(ctx, kind)
	if err != nil {
		return Number{}, db.NotFound(err)
	}
	key := gen.GetSeriesParams{Kind: kind}
	if p.Yearly == 1 {
		key.Year = int64(on.Year)
	}
	row, err := tx.GetSeries(ctx, key)
	if errors.Is(err, sql.ErrNoRows) {
		row.Pattern = p.Pattern
		err = tx.OpenSeries(ctx, gen.OpenSeriesParams{Kind: kind, Year: key.Year, Pattern: p.Pattern})
	}
	if err != nil {
		return Number{}, err
	}
	if p.Yearly == 0 { // no next year to wait for
		row.Pattern = p.Pattern
	}
	n, err := tx.TakeNumber(ctx, gen.TakeNumberParams{Kind: kind, Year: key.Year, IssueDate: on.String()})
	if err != nil {
		return Number{}, err
	}
	text, err := billing.Number(row.Pattern, on.Year, n)
	return Number{Text: text, Year: key.Year, N: n}, err
}

// CheckChronology refuses an issue date before the last one of the kind's series, or in
// the future (RF 4.2, BR-FR BT-2).
func CheckChronology(ctx context.Context, tx *db.Tx, kind string, issue, today civil.Date) error {
	last, err := lastOfSeries(ctx, tx.Queries, kind)
	if err != nil {
		return err
	}
	return billing.CheckIssueDate(issue, last, today)
}

func lastOfSeries(ctx context.Context, q *gen.Queries, kind string) (civil.Date, error) {
	row, err := q.NewestSeriesOfKind(ctx, kind)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return civil.Date{}, err
	}
	if row.LastIssueDate == "" {
		return civil.Date{}, nil
	}
	d, err := civil.Parse(row.LastIssueDate)
	if err != nil {
		return civil.Date{}, fault.New(fault.Unavailable, "fault.file_damaged").With(err)
	}
	return d, nil
}
