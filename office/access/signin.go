package access

import (
	"context"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// ErrSignIn is the one answer to a wrong name, a wrong password and a closed access.
var ErrSignIn = fault.New(fault.Invalid, "fault.sign_in")

// Free tries before the delay starts to grow, and the longest delay. The rightful owner
// is never shut out for longer, and not at all where a session is open or a mailed link
// at hand.
const (
	freeFailures = 5
	maxDelay     = 15 * time.Minute
)

// delayAfter is how long a name must rest after that many failures in a row.
func delayAfter(failures int64) time.Duration {
	if failures < freeFailures {
		return 0
	}
	return min(maxDelay, 5*time.Second<<min(failures-freeFailures, 12))
}

// SignIn opens a session with a user name (or the e-mail address, where it is one
// person's) and a password. Known and unknown names cost the same: one durable write, one
// hash; a name at rest costs the write alone, known or not.
func (s *Service) SignIn(ctx context.Context, name, password, address, userAgent string) (Session, error) {
	name = strings.TrimSpace(name)
	if name == "" || password == "" || len(name) > maxNameEntered || len([]rune(password)) > PasswordMax {
		return Session{}, ErrSignIn
	}
	key := "signin:" + hashOf(strings.ToLower(name))
	c, known, err := s.takeTry(ctx, key, name)
	if err != nil {
		return Session{}, err
	}
	stored := s.hasher.dummy
	if known {
		stored = c.PasswordHash
	}
	fits, err := s.hasher.verify(ctx, password, stored)
	if err != nil {
		return Session{}, err
	}
	if !fits || !known {
		s.log.WarnContext(ctx, "portal sign-in refused", "name", key[len("signin:"):][:16])
		return Session{}, ErrSignIn
	}
	var session Session
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := tx.DeleteFailure(ctx, key); err != nil {
			return err
		}
		// Access may have ended, or the password changed, while it was being checked.
		now, err := tx.CredentialOfContact(ctx, c.ContactID)
		if err != nil || now.PasswordHash != stored {
			return ErrSignIn
		}
		session, err = s.open(ctx, tx, opening{contactID: c.ContactID, customerID: c.CustomerID, name: c.Name, lang: c.Language,
			trust: actor.TrustPassword, address: address, userAgent: userAgent})
		return err
	})
	return session, err
}

// takeTry counts the try before the password is looked at, so that a hundred tries at
// once are a hundred, and finds the credential. A name at rest gives fault.too_many.
func (s *Service) takeTry(ctx context.Context, key, name string) (c gen.CredentialsNamedRow, known bool, err error) {
	resting := false
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if resting, err = s.resting(ctx, tx, key); err != nil || resting {
			return err
		}
		rows, err := tx.CredentialsNamed(ctx, name)
		if err != nil {
			return err
		}
		// The user name decides; an e-mail address only where it is one person's.
		if len(rows) == 1 || (len(rows) == 2 && rows[0].Exact == 1) {
			c, known = rows[0], true
		}
		return nil
	})
	if err == nil && resting {
		err = fault.New(fault.TooMany, "fault.too_many")
	}
	return c, known, err
}

// resting counts a try under key, or tells that the key must rest.
func (s *Service) resting(ctx context.Context, tx *db.Tx, key string) (bool, error) {
	f, err := tx.FailureOf(ctx, key)
	if err != nil && !missing(err) {
		return false, err
	}
	if err == nil {
		last, err := time.Parse(db.TimeFormat, f.LastAt)
		if err != nil {
			return false, err
		}
		if tx.Now.Before(last.Add(delayAfter(f.Failures))) {
			return true, nil
		}
	}
	if err := s.rub(ctx, tx); err != nil {
		return false, err
	}
	return false, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, Failures: f.Failures + 1, LastAt: tx.Stamp()})
}

// onceIn tells whether key is free, and takes it for a while: for mails that a stranger
// could ask for again and again.
func (s *Service) onceIn(ctx context.Context, tx *db.Tx, key string, every time.Duration) (free bool, err error) {
	f, err := tx.FailureOf(ctx, key)
	if err == nil && f.LastAt > db.Stamp(tx.Now.Add(-every)) {
		return false, nil
	}
	if err != nil && !missing(err) {
		return false, err
	}
	return true, tx.PutFailure(ctx, gen.PutFailureParams{NameHash: key, LastAt: tx.Stamp()})
}
