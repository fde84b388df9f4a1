package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// What office/recurring needs of a form: to judge it, and to make a document of it inside
// the transaction that notes the period as done.

// Checked is what a form comes to on a day.
type Checked struct {
	Customer   *gen.Customer // nil: none chosen yet
	TotalMinor int64
	TaxMinor   int64 // of it
	Taxes      []billing.TaxSubtotal
	Shown      []int64       // what each line shows, in the prices of the form
	Problems   []fault.Field // what would keep it from being issued, by arithmetic
}

// CheckForm looks a form up and adds it up, as of that day. It refuses what cannot be stored.
func CheckForm(ctx context.Context, q *gen.Queries, d Draft, on civil.Date) (Checked, error) {
	sh, err := newSheet(ctx, q, d, on)
	if err != nil {
		return Checked{}, err
	}
	c := Checked{Customer: sh.customer, TotalMinor: sh.totals.TotalInclTax, TaxMinor: sh.totals.TotalTax, Taxes: sh.totals.Taxes, Problems: sh.problems}
	for _, l := range sh.totals.Lines {
		c.Shown = append(c.Shown, l.ShownMinor)
	}
	return c, nil
}

// IssueFormTx is IssueForm inside the caller's transaction; what makes a repeat harmless is
// the caller's.
func (s *Service) IssueFormTx(ctx context.Context, tx *db.Tx, who actor.Actor, d Draft, how string) (Issued, error) {
	d.PublicID, d.Version = "", 0
	return s.issueForm(ctx, tx, who, d, Issue{How: how})
}

// DraftFormTx keeps a form as a draft inside the caller's transaction.
func (s *Service) DraftFormTx(ctx context.Context, tx *db.Tx, who actor.Actor, d Draft) (Issued, error) {
	d.PublicID, d.Version = "", 0
	sh, err := newSheet(ctx, tx.Queries, d, s.today(ctx, tx.Queries))
	if err != nil {
		return Issued{}, err
	}
	id, err := s.insertDraft(ctx, tx, who, sh)
	if err != nil {
		return Issued{}, err
	}
	row, err := tx.DocumentByID(ctx, id)
	if err != nil {
		return Issued{}, db.NotFound(err)
	}
	tx.AfterCommit(func() { s.Changed(topic(d.kind())) })
	return Issued{PublicID: row.PublicID, TotalMinor: sh.totals.TotalInclTax}, nil
}
