package access

import (
	"context"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// ChangePassword replaces the actor's password; the old one is asked for, and in a session that
// two factors opened a code as well (spec/security, re-authentication): a wrong one gives
// fault.factor_code at the field "code". All other sessions end, and this one goes on under a new
// token.
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, old, password, code, userAgent string) (session Session, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Session{}, err
	}
	var contact gen.Contact
	var stored string
	var words []string
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		if contact, err = q.ContactByID(ctx, who.ID); err != nil {
			return db.NotFound(err)
		}
		c, err := q.CredentialOfContact(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		stored = c.PasswordHash
		words, err = contextWords(ctx, q, contact.Name, contact.Email)
		return err
	})
	if err != nil {
		return Session{}, err
	}
	if err := s.checkOld(ctx, who, old, stored); err != nil {
		return Session{}, err
	}
	if err := CheckPassword(password, words...); err != nil {
		return Session{}, err
	}
	two := who.Trust >= actor.TrustSecondFactor
	if two {
		if err := s.tryOwn(ctx, who); err != nil {
			return Session{}, err
		}
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := still(ctx, tx, who, stored); err != nil {
			return err
		}
		if two {
			if err := s.useOwnCode(ctx, tx, who, code); err != nil {
				return err
			}
		}
		if err := s.setPassword(ctx, tx, who.ID, who.CustomerID, contact.Email, hash); err != nil {
			return err
		}
		if err := tx.RevokePasswordLinks(ctx, gen.RevokePasswordLinksParams{At: ptr(tx.Stamp()), ContactID: who.ID}); err != nil {
			return err
		}
		if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: who.ID}); err != nil {
			return err
		}
		session, err = s.open(ctx, tx, opening{contactID: who.ID, customerID: who.CustomerID, name: contact.Name, lang: contact.Language,
			trust: who.Trust, address: who.Address, userAgent: userAgent})
		if err != nil {
			return err
		}
		return audit.Write(ctx, tx, session.Actor, audit.Record{Action: "contact.password_changed", ObjectKind: "contact", ObjectID: who.ID})
	})
	return session, err
}

// checkOld verifies the current password; guesses at it are counted like sign-ins, under
// the session's contact, so that a phone left lying is no oracle.
func (s *Service) checkOld(ctx context.Context, who actor.Actor, old, stored string) error {
	key := "old:" + hashOf(strconv.FormatInt(who.ID, 10))
	resting := false
	err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		resting, err = s.resting(ctx, tx, key)
		return err
	})
	if err != nil {
		return err
	}
	if resting {
		return fault.New(fault.TooMany, "fault.too_many")
	}
	fits, err := s.hasher.verify(ctx, old, stored)
	if err != nil {
		return err
	}
	if !fits {
		var f fault.Form
		f.Add("old", "fault.password_old")
		return f.Err()
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return tx.DeleteFailure(ctx, key) })
}

// Profile is what a contact sees of its own access.
type Profile struct {
	Name      string
	Email     string
	Phone     string
	Lang      string
	UserName  string
	ChangedAt time.Time // of the password
}

// Profile gives the actor's own card.
func (s *Service) Profile(ctx context.Context, who actor.Actor) (p Profile, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Profile{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.ContactByID(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		cred, err := q.CredentialOfContact(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		p = Profile{Name: c.Name, Email: c.Email, Phone: c.Phone, Lang: c.Language, UserName: cred.UserName}
		p.ChangedAt, err = time.Parse(db.TimeFormat, cred.ChangedAt)
		return err
	})
	return p, err
}

// HasPassword tells whether the actor ever chose one.
func (s *Service) HasPassword(ctx context.Context, who actor.Actor) (has bool, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return false, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		_, err := q.CredentialOfContact(ctx, who.ID)
		has = err == nil
		if missing(err) {
			return nil
		}
		return err
	})
	return has, err
}

// SetLanguage changes the language in which the contact is written to.
func (s *Service) SetLanguage(ctx context.Context, who actor.Actor, lang string) error {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return err
	}
	if lang != "fr" && lang != "en" {
		var f fault.Form
		f.Add("language", "fault.invalid")
		return f.Err()
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ending(tx) // its language is remembered with it
		if err := tx.SetContactLanguage(ctx, gen.SetContactLanguageParams{Language: lang, UpdatedAt: tx.Stamp(), ID: who.ID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.language_changed", ObjectKind: "contact", ObjectID: who.ID, Details: map[string]any{"language": lang}})
	})
}
