package access

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// Peek finds who is behind a cookie's token now, without moving the idle limit on: a page that only
// listens keeps no session alive. ErrNoSession when there is none, or no longer.
func (s *Service) Peek(ctx context.Context, token string) (who actor.Actor, err error) {
	sum := sha256.Sum256([]byte(token))
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		r, err := q.LiveSession(ctx, gen.LiveSessionParams{TokenHash: hex.EncodeToString(sum[:]), Now: db.Stamp(s.db.Now())})
		who = actor.Actor{Kind: actor.Contact, ID: r.ContactID, Name: r.Name, CustomerID: r.CustomerID, Trust: actor.Trust(r.Trust), SessionID: r.ID, Lang: r.Language, Shut: actor.ShutOf(r.Areas)}
		return err
	})
	if missing(err) {
		return actor.Actor{}, ErrNoSession
	}
	return who, err
}
