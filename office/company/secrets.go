package company

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/db"
	"comptoir/db/gen"
)

// Secrets keeps sealed bytes under a name; whoever seals them holds the key file.
type Secrets struct{ db *db.DB }

// NewSecrets makes the drawer of sealed secrets.
func NewSecrets(d *db.DB) *Secrets { return &Secrets{db: d} }

// Load gives what was saved under name, nil when there is nothing.
func (s *Secrets) Load(ctx context.Context, name string) (sealed []byte, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		sealed, err = q.GetSecret(ctx, name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return sealed, err
}

// Save keeps sealed under name.
func (s *Secrets) Save(ctx context.Context, name string, sealed []byte) error {
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.PutSecret(ctx, gen.PutSecretParams{Name: name, Sealed: sealed, UpdatedAt: tx.Stamp()})
	})
}
