package access

import (
	"context"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/customers"
)

// linkYoung is how long a password link is sent again rather than a new one made.
const linkYoung = 10 * time.Minute

// AskPassword mails the actor a link to choose a password: the way from a document's link
// to a password goes through the mailbox, so that a forwarded link gives nobody a password.
func (s *Service) AskPassword(ctx context.Context, who actor.Actor) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.ContactByID(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		if c.Email == "" {
			return nil
		}
		return s.remind(ctx, tx, gen.ContactsToRemindRow{ID: c.ID, CustomerID: c.CustomerID, Name: c.Name, Email: c.Email, Language: c.Language}, askKey(c.ID))
	})
}

// InvitePassword is AskPassword in the firm's hands: it mails a contact the link to its
// first password, in the caller's transaction. It lives as long as that of any invitation.
func (s *Service) InvitePassword(ctx context.Context, tx *db.Tx, contactID int64) error {
	c, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return db.NotFound(err)
	}
	row := gen.ContactsToRemindRow{ID: c.ID, CustomerID: c.CustomerID, Name: c.Name, Email: c.Email, Language: c.Language}
	linkID, until, err := s.InviteLink(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	return s.mailPasswordLink(ctx, tx, customers.MailInvited, row, linkID, until)
}

// remind mails a password link that anybody may have asked for, seldom enough not to fill
// a mailbox. A link of a moment ago is sent again, and an older one goes on until its end:
// a stranger who asks does not void what the owner is about to use.
func (s *Service) remind(ctx context.Context, tx *db.Tx, c gen.ContactsToRemindRow, key string) error {
	if free, err := s.seldom(ctx, tx, key); err != nil || !free {
		return err
	}
	young, err := tx.YoungPasswordLink(ctx, gen.YoungPasswordLinkParams{ContactID: c.ID, After: db.Stamp(tx.Now.Add(-linkYoung)), Now: tx.Stamp(), UpTo: db.Stamp(tx.Now.Add(PasswordLinkLife))}) // no invitation, which lives for days
	if err == nil {
		until, err := time.Parse(db.TimeFormat, young.ExpiresAt)
		if err != nil {
			return err
		}
		return s.mailPasswordLink(ctx, tx, customers.MailPassword, c, young.ID, until)
	}
	if !missing(err) {
		return err
	}
	linkID, err := s.insertLink(ctx, tx, gen.InsertLinkParams{Kind: PasswordLink, ContactID: c.ID})
	if err != nil {
		return err
	}
	return s.mailPasswordLink(ctx, tx, customers.MailPassword, c, linkID, tx.Now.Add(PasswordLinkLife))
}

// PasswordChoice is what the page of a password link shows.
type PasswordChoice struct {
	Name     string
	UserName string
	Lang     string
}

// PasswordLinkOf says for whom a password link is, without using it up: mail scanners
// open links before people do.
func (s *Service) PasswordLinkOf(ctx context.Context, token string) (p PasswordChoice, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		l, err := s.find(ctx, q, token, PasswordLink, s.db.Now())
		if err == nil {
			err = l.err
		}
		if err != nil {
			return err
		}
		p.Name, p.Lang = l.Name, l.Lang
		p.UserName, err = s.userNameOf(ctx, q, l.ContactID, l.CustomerID, l.Email)
		return err
	})
	return p, err
}

// ChoosePassword uses a password link up: the password is set, every session of the
// contact ends, and a new one is open – or half open (Session.Half), where a second factor is on.
func (s *Service) ChoosePassword(ctx context.Context, token, password, address, userAgent string) (session Session, err error) {
	var l Link
	var words []string
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		if l, err = s.find(ctx, q, token, PasswordLink, s.db.Now()); err == nil {
			err = l.err
		}
		if err != nil {
			return err
		}
		words, err = contextWords(ctx, q, l.Name, l.Email)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if err := CheckPassword(password, words...); err != nil {
		return Session{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.UseLink(ctx, gen.UseLinkParams{At: ptr(tx.Stamp()), ID: l.id})
		if err != nil {
			return err
		}
		if n == 0 { // a second click came first
			return ErrLinkUsed
		}
		if err := tx.RevokePasswordLinks(ctx, gen.RevokePasswordLinksParams{At: ptr(tx.Stamp()), ContactID: l.ContactID}); err != nil {
			return err
		}
		for _, key := range []string{forgotKey(l.ContactID), askKey(l.ContactID)} { // the mailbox is proved
			if err := tx.DeleteFailure(ctx, key); err != nil {
				return err
			}
		}
		if err := s.setPassword(ctx, tx, l.ContactID, l.CustomerID, l.Email, hash); err != nil {
			return err
		}
		if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: l.ContactID}); err != nil {
			return err
		}
		s.ending(tx)
		session, err = s.open(ctx, tx, opening{contactID: l.ContactID, customerID: l.CustomerID, name: l.Name, lang: l.Lang,
			trust: actor.TrustPassword, linkID: nil, address: address, userAgent: userAgent}) // half open: the mailbox is one factor, not two
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "contact.password_set", ObjectKind: "contact", ObjectID: l.ContactID})
	})
	return session, err
}

func (s *Service) setPassword(ctx context.Context, tx *db.Tx, contactID, customerID int64, email, hash string) error {
	userName, err := s.userNameOf(ctx, tx.Queries, contactID, customerID, email)
	if err != nil {
		return err
	}
	// A success elsewhere is no reason to let a guesser start anew, but the owner who has
	// just proved the mailbox must not wait.
	if err := tx.DeleteFailure(ctx, "signin:"+hashOf(strings.ToLower(userName))); err != nil {
		return err
	}
	return tx.PutCredential(ctx, gen.PutCredentialParams{ContactID: contactID, UserName: userName, PasswordHash: hash, ChangedAt: tx.Stamp()})
}

// contextWords are what a guesser near the person would try first.
func contextWords(ctx context.Context, q *gen.Queries, name, email string) ([]string, error) {
	c, err := q.AccessContext(ctx)
	return []string{name, email, c.Name, c.Website}, err
}
