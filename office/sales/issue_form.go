package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Issued is what issuing a form answers: enough for a hand that has many more to issue.
type Issued struct {
	PublicID   string     `json:"publicId"`
	Number     string     `json:"number"`
	IssueDate  civil.Date `json:"issueDate"`
	DueDate    civil.Date `json:"dueDate"`
	TotalMinor int64      `json:"totalMinor"`
	DueMinor   int64      `json:"dueMinor"`
}

// IssueForm issues a form that was never saved: SaveDraft and Issue in one transaction and
// with one key. The same key again gives the same answer.
func (s *Service) IssueForm(ctx context.Context, who actor.Actor, d Draft, in Issue) (done Issued, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Issued{}, err
	}
	d.PublicID, d.Version = "", 0
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, in.Key, action(d.kind(), "issue_form"), []any{d, in}, &done, func() error {
			done, err = s.issueForm(ctx, tx, who, d, in)
			return err
		})
	})
	return done, err
}

func (s *Service) issueForm(ctx context.Context, tx *db.Tx, who actor.Actor, d Draft, in Issue) (Issued, error) {
	sh, err := newSheet(ctx, tx.Queries, d, s.today(ctx, tx.Queries))
	if err != nil {
		return Issued{}, err
	}
	id, err := s.insertDraft(ctx, tx, who, sh)
	if err != nil {
		return Issued{}, err
	}
	var row gen.Document
	if row, err = tx.DocumentByID(ctx, id); err != nil {
		return Issued{}, db.NotFound(err)
	}
	x, err := s.issueRow(ctx, tx, who, in, row)
	if err != nil {
		return Issued{}, err
	}
	return Issued{PublicID: row.PublicID, Number: x.number.Text, IssueDate: x.on, DueDate: x.due, TotalMinor: x.totals.TotalInclTax, DueMinor: x.totals.AmountDue}, nil
}
