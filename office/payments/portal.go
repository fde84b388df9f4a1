package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// amountOf is what a customer is about to pay of a document: what it asks for now, or the
// whole where the customer does not want to hold anything back. Any other amount was shown
// before something changed.
func amountOf(st gen.DocumentStatus, wanted int64, today civil.Date) (int64, error) {
	if wanted != asked(st, today) && wanted != st.DueMinor {
		return 0, fault.New(fault.Conflict, "fault.amount_changed")
	}
	return wanted, nil
}

func asked(st gen.DocumentStatus, today civil.Date) int64 {
	return billing.Asked(st.DueMinor, st.RetainedMinor, day(st.RetainedUntil), today)
}

// ownOpen finds one of the contact's own documents that still wants money.
func ownOpen(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (gen.Document, gen.DocumentStatus, error) {
	row, err := tx.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
	if err != nil {
		return gen.Document{}, gen.DocumentStatus{}, db.NotFound(err)
	}
	st, err := tx.Status(ctx, row.ID)
	if err != nil {
		return gen.Document{}, gen.DocumentStatus{}, db.NotFound(err)
	}
	if st.DueMinor <= 0 || row.Kind != "invoice" && row.Kind != "deposit_invoice" {
		return gen.Document{}, gen.DocumentStatus{}, fault.New(fault.Conflict, "fault.already_paid", "number", *row.Number)
	}
	return row, st, nil
}
