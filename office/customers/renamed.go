package customers

import (
	"context"

	"comptoir/db"
	"comptoir/office/search"
)

// renameContracts has the contracts of a customer found by its new name: unlike documents they bear
// no name of their own.
func renameContracts(ctx context.Context, tx *db.Tx, c Customer) error {
	rows, err := tx.ContractsOfCustomerToFind(ctx, c.ID)
	for _, r := range rows {
		if err := search.Index(ctx, tx, search.Entry{Kind: "contract", ObjectID: r.ID, PublicID: r.PublicID, Title: r.Number + " · " + r.Title, Subtitle: c.Name}); err != nil {
			return err
		}
	}
	return err
}
