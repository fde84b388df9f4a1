package catalog

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
)

// What office/imports does for each row of a file, inside its one transaction.

// Check normalises an item's form and refuses, beside each field, what cannot be.
func Check(it Item) (Item, error) { return check(it) }

// CreateTx makes an item that Check gave.
func (s *Service) CreateTx(ctx context.Context, tx *db.Tx, who actor.Actor, it Item) (publicID string, err error) {
	return s.create(ctx, tx, who, it)
}

// ChangeTx changes an item that ByPublicID gave. Prices in lists that it does not name stay.
func (s *Service) ChangeTx(ctx context.Context, tx *db.Tx, who actor.Actor, it Item) error {
	return s.change(ctx, tx, who, it)
}
