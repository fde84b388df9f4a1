package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// What office/imports does for each row of a file, inside its one transaction. Callers
// have checked the form by Check.

// Load reads a customer with its contacts inside the caller's transaction.
func Load(ctx context.Context, q *gen.Queries, publicID string) (Customer, error) {
	return byPublicID(ctx, q, publicID)
}

// NewForm is a new customer by the firm's defaults and those of the group that new ones start
// in. Its tax regime is "" where its country is to decide.
func NewForm(ctx context.Context, q *gen.Queries) (Customer, error) {
	g, err := defaultGroup(ctx, q)
	if err != nil {
		return Customer{}, err
	}
	c, err := blank(ctx, q, g)
	if g == nil || g.TaxRegime == "" {
		c.TaxRegime = ""
	}
	return c, err
}

// CreateTx makes a customer; former is the number under which another program knew it.
func (s *Service) CreateTx(ctx context.Context, tx *db.Tx, who actor.Actor, c Customer, former string) (publicID string, err error) {
	if publicID, err = s.create(ctx, tx, who, c); err != nil || former == "" {
		return publicID, err
	}
	row, err := tx.CustomerByPublicID(ctx, publicID)
	if err != nil {
		return "", db.NotFound(err)
	}
	return publicID, tx.SetFormerNumber(ctx, gen.SetFormerNumberParams{ID: row.ID, FormerNumber: former})
}

// ChangeTx changes a customer that Load gave.
func (s *Service) ChangeTx(ctx context.Context, tx *db.Tx, who actor.Actor, c Customer) error {
	return s.change(ctx, tx, who, c)
}
