package access

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
)

// still refuses who acts in a session that ended while a password or a code was being looked at,
// or with a password that is no longer the one. Looking takes as long as a hash; meanwhile the owner
// may have chosen a new password by a mailed link, or the firm taken the access away, and what
// began before must not undo that. stored is the hash that was compared.
func still(ctx context.Context, tx *db.Tx, who actor.Actor, stored string) error {
	_, err := tx.SessionOwes(ctx, who.SessionID)
	if missing(err) {
		return ErrNoSession
	}
	if err != nil {
		return err
	}
	c, err := tx.CredentialOfContact(ctx, who.ID)
	if missing(err) || err == nil && c.PasswordHash != stored {
		return ErrNoSession
	}
	return err
}
