package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"comptoir/db"
	"comptoir/db/gen"
)

// InviteLife is how long the link of an invitation opens: whoever gets it did not ask for it
// and may be away. It is good once, like every link to a password.
const InviteLife = 7 * 24 * time.Hour

// Forget has the sessions in memory read again once tx is durable: what is shut to a contact
// has changed. It is part of customers.Door, as is all of this file.
func (s *Service) Forget(tx *db.Tx) { s.ending(tx) }

// InviteLink makes a link with which a new contact chooses its first password.
func (s *Service) InviteLink(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, until time.Time, err error) {
	if err := tx.RevokePasswordLinks(ctx, gen.RevokePasswordLinksParams{At: ptr(tx.Stamp()), ContactID: contactID}); err != nil {
		return 0, time.Time{}, err
	}
	until = tx.Now.Add(InviteLife)
	p := gen.InsertLinkParams{PublicID: s.ids(), Kind: PasswordLink, ContactID: contactID, CreatedAt: tx.Stamp(), ExpiresAt: db.Stamp(until)}
	p.TokenHash = hashOf(s.Token(p.PublicID))
	linkID, err = tx.InsertLink(ctx, p)
	return linkID, until, err
}

// MovedContact ends what a contact opened as one of the customer that it leaves: its sessions, its
// links and who stands in for it. Its password and its second factor are the person's own and stay.
func (s *Service) MovedContact(ctx context.Context, tx *db.Tx, contactID int64) error {
	s.ending(tx)
	if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: contactID}); err != nil {
		return err
	}
	if err := tx.DeleteStandInsOf(ctx, &contactID); err != nil {
		return err
	}
	_, err := tx.RevokeLinksOfContact(ctx, gen.RevokeLinksOfContactParams{At: ptr(tx.Stamp()), ContactID: contactID})
	return err
}

// EmailCode derives the six digits that prove another address from the key file.
func (s *Service) EmailCode(change, round string) string {
	m := hmac.New(sha256.New, s.key)
	_, _ = fmt.Fprintf(m, "email/%s/%s", change, round) // a hash never fails
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(m.Sum(nil))%1_000_000)
}

// NewAddress ends what the old address of a contact opened: links that lie in its mailbox and
// every session but keep. A user name that was the old address becomes the new one.
func (s *Service) NewAddress(ctx context.Context, tx *db.Tx, contactID, keep int64, from, to string) error {
	s.ending(tx)
	if err := tx.DeleteOtherSessions(ctx, gen.DeleteOtherSessionsParams{ContactID: contactID, KeepID: keep}); err != nil {
		return err
	}
	if _, err := tx.RevokeLinksOfContact(ctx, gen.RevokeLinksOfContactParams{At: ptr(tx.Stamp()), ContactID: contactID}); err != nil {
		return err
	}
	return tx.RenameCredential(ctx, gen.RenameCredentialParams{UserName: to, ContactID: contactID, OldName: from})
}
