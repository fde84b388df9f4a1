package access

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// still refuses who acts in a session that ended while a password or a code was being looked at,
// or with a password that is no longer the one. Looking takes as long as a hash; meanwhile the owner
// may have chosen a new password by a mailed link, or the firm taken the access away, and what
// began before must not undo that. stored is the hash that was compared.
func still(ctx context.Context, tx *db.Tx, who actor.Actor, stored string) error {
	if err := stands(ctx, tx, who); err != nil {
		return err
	}
	c, err := tx.CredentialOfContact(ctx, who.ID)
	if missing(err) || err == nil && c.PasswordHash != stored {
		return ErrNoSession
	}
	return err
}

// stands refuses who acts in a session that ended between the request's arrival and its write. A
// session's number is never given again (AUTOINCREMENT), so that it is the same one or none.
func stands(ctx context.Context, tx *db.Tx, who actor.Actor) error {
	_, err := tx.SessionOwes(ctx, gen.SessionOwesParams{ID: who.SessionID, ContactID: who.ID})
	if missing(err) {
		return ErrNoSession
	}
	return err
}
