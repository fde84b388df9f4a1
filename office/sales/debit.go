package sales

import (
	"context"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// DebitOn is the day on which the bank was asked to debit an invoice; zero where it stands in
// no file of direct debits, or its debit came, came back or was given up. A day that is over
// means that the bank's word is waited for. Nothing else may take the money by itself then.
func DebitOn(ctx context.Context, q *gen.Queries, documentID int64) (civil.Date, error) {
	on, err := q.OpenDebitOfDocument(ctx, documentID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return civil.Date{}, nil
	}
	return day(on), err
}

// tellDebited tells the firm that the bank was asked for more than is owed after a credit note.
func (x *issue) tellDebited(ctx context.Context, tx *db.Tx) error {
	on, err := DebitOn(ctx, tx.Queries, x.before.ID)
	if err != nil || on.IsZero() {
		return err
	}
	return audit.Notify(ctx, tx, "credited_debited", map[string]any{"number": text(x.before.Number), "credit": x.number.Text, "customer": x.row.CustomerName, "date": on.String()}, "document", x.before.PublicID)
}
