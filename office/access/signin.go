package access

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// ErrSignIn is the one answer to a wrong name, a wrong password and a closed access.
var ErrSignIn = fault.New(fault.Invalid, "fault.sign_in")

// ErrSuspended is told to who gave the right password of a contact whose customer is suspended,
// and to nobody else.
var ErrSuspended = fault.New(fault.Forbidden, "fault.sign_in_suspended")

// Browser is what a request tells of where it comes from.
type Browser struct {
	Address   string
	UserAgent string
	Device    string // what Session.Device gave this browser earlier
}

// SignIn opens a session with a user name (or the e-mail address, where it is one
// person's) and a password. Known and unknown names cost the same: one durable write, one
// hash; a name at rest costs the write alone, known or not. Where the contact has a second
// factor no session is opened yet: Session.Half goes to EnterCode with a code.
func (s *Service) SignIn(ctx context.Context, name, password string, from Browser) (Session, error) {
	name = strings.TrimSpace(name)
	if name == "" || password == "" || len(name) > maxNameEntered || len([]rune(password)) > PasswordMax {
		return Session{}, ErrSignIn
	}
	t, err := s.takeTry(ctx, name, from)
	if err != nil {
		return Session{}, err
	}
	stored := s.hasher.dummy
	if t.known {
		stored = t.PasswordHash
	}
	fits, err := s.hasher.verify(ctx, password, stored)
	if err != nil {
		return Session{}, err
	}
	if !fits || !t.known {
		s.log.WarnContext(ctx, "portal sign-in refused", "name", hashOf(strings.ToLower(name))[:16])
		return Session{}, ErrSignIn
	}
	var session Session
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.giveBack(ctx, tx, t); err != nil {
			return err
		}
		// Access may have ended, or the password changed, while it was being checked.
		now, err := tx.CredentialOfContact(ctx, t.ContactID)
		if err != nil || now.PasswordHash != stored {
			return ErrSignIn
		}
		if in, err := tx.ContactLetIn(ctx, t.ContactID); err != nil || in == 0 { // nor may its group have left the portal
			if t.Suspended == 1 {
				return ErrSuspended
			}
			return ErrSignIn
		}
		session, err = s.open(ctx, tx, opening{contactID: t.ContactID, customerID: t.CustomerID, name: t.Name, lang: t.Language,
			trust: actor.TrustPassword, address: from.Address, userAgent: from.UserAgent})
		return err
	})
	return session, err
}

// try is one try at a name: whose it is, and under which keys it was counted.
type try struct {
	gen.CredentialsNamedRow
	known bool
	near  string // of this device, or of this address
	name  string // of the name alone; "" for a known device
}

// takeTry counts the try before the password is looked at, so that a hundred tries at
// once are a hundred, and finds the credential. A name at rest gives fault.too_many. A
// stranger's tries count for his own address first: five wrong ones must not keep the
// owner out, who has a device that signed in before, or another address.
func (s *Service) takeTry(ctx context.Context, name string, from Browser) (t try, err error) {
	rests := false
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		rows, err := tx.CredentialsNamed(ctx, name)
		if err != nil {
			return err
		}
		t = try{}
		// The user name decides; an e-mail address only where it is one person's.
		if len(rows) == 1 || len(rows) == 2 && (rows[0].Exact == 1 || rows[0].Suspended < rows[1].Suspended) {
			t.CredentialsNamedRow, t.known = rows[0], true
		}
		lower := strings.ToLower(name)
		if device, ok := s.deviceOf(from.Device, t.ContactID, tx.Now); ok && t.known {
			t.near = "device:" + hashOf(lower+"\x00"+device)
		} else {
			t.near, t.name = "signin:"+hashOf(lower+"\x00"+from.Address), "signin:"+hashOf(lower)
		}
		if rests, err = s.rests(ctx, tx, t.near, freeNear); err != nil || rests {
			return err
		}
		if t.name != "" {
			if rests, err = s.rests(ctx, tx, t.name, freeName); err != nil || rests {
				return err
			}
			if err := s.count(ctx, tx, t.name); err != nil {
				return err
			}
		}
		return s.count(ctx, tx, t.near)
	})
	if err == nil && rests {
		err = fault.New(fault.TooMany, "fault.too_many")
	}
	return t, err
}

// giveBack takes a try that succeeded off the counts. That of the name loses this one
// only: a success elsewhere is no reason to let a guesser start anew.
func (s *Service) giveBack(ctx context.Context, tx *db.Tx, t try) error {
	if err := tx.DeleteFailure(ctx, t.near); err != nil || t.name == "" {
		return err
	}
	n, last, err := s.failures(ctx, tx, t.name)
	if err != nil || n == 0 {
		return err
	}
	return tx.PutFailure(ctx, gen.PutFailureParams{NameHash: t.name, Failures: n - 1, LastAt: db.Stamp(last)})
}
