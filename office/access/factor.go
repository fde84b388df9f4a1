package access

import (
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// Sealer seals what the file must not hold in clear, with the key file; name is bound in.
type Sealer interface {
	Seal(name string, secret []byte) ([]byte, error)
	Open(name string, sealed []byte) ([]byte, error)
}

// noSeal is where no key file was given: a secret in clear is no way out.
type noSeal struct{}

var errNoSeal = errors.New("access: no key to seal a second factor with")

func (noSeal) Seal(string, []byte) ([]byte, error) { return nil, errNoSeal }
func (noSeal) Open(string, []byte) ([]byte, error) { return nil, errNoSeal }

// FactorShown is how long a secret that was shown waits for its first code.
const FactorShown = 15 * time.Minute

// The refusals of second factors.
var (
	ErrFactorOn     = fault.New(fault.Conflict, "fault.factor_on")
	ErrFactorOff    = fault.New(fault.Conflict, "fault.factor_off")
	ErrFactorWanted = fault.New(fault.Forbidden, "fault.factor_wanted")
	ErrFactorShown  = fault.New(fault.Conflict, "fault.factor_shown") // too long ago, or another since
)

// Factor is what a contact sees of its second factor.
type Factor struct {
	On     bool
	Since  time.Time
	Left   int64 // codes of recovery that still open
	Wanted bool  // the group asks for one
	// Secret and URI are there while it was shown and not proved yet: to type, and for the QR code.
	Secret string
	URI    string
}

func sealName(contactID int64) string { return "factor/" + strconv.FormatInt(contactID, 10) }

// Factor gives the actor's own second factor.
func (s *Service) Factor(ctx context.Context, who actor.Actor) (f Factor, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Factor{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		asks, err := q.GroupAsks(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		f.Wanted = asks.FactorWanted == 1
		row, err := q.FactorOfContact(ctx, who.ID)
		if missing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		if row.ConfirmedAt != nil {
			f.On = true
			if f.Since, err = time.Parse(db.TimeFormat, *row.ConfirmedAt); err != nil {
				return err
			}
			f.Left, err = q.CountRecoveryCodes(ctx, who.ID)
			return err
		}
		if fresh(row.CreatedAt, s.db.Now()) && who.NeedProof() == nil {
			return s.shown(ctx, q, who.ID, row, &f)
		}
		return nil
	})
	return f, err
}

func fresh(createdAt string, now time.Time) bool {
	at, err := time.Parse(db.TimeFormat, createdAt)
	return err == nil && !now.Before(at) && now.Before(at.Add(FactorShown))
}

func (s *Service) shown(ctx context.Context, q *gen.Queries, contactID int64, row gen.ContactFactor, f *Factor) error {
	secret, err := s.sealer.Open(sealName(contactID), row.Secret)
	if err != nil {
		return err
	}
	c, err := q.AccessContext(ctx)
	if err != nil {
		return err
	}
	cred, err := q.CredentialOfContact(ctx, contactID)
	if err != nil {
		return err
	}
	f.Secret, f.URI = b32.EncodeToString(secret), totpURI(secret, c.Name, cred.UserName)
	return nil
}

// BeginFactor makes a secret to be shown; it counts for nothing until ConfirmFactor has seen a
// code of it. ErrFactorOn where there is a factor already.
func (s *Service) BeginFactor(ctx context.Context, who actor.Actor) error {
	if err := who.NeedOwnHand(); err != nil {
		return err
	}
	secret := make([]byte, totpSecret)
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return err
	}
	sealed, err := s.sealer.Seal(sealName(who.ID), secret)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := stands(ctx, tx, who); err != nil {
			return err
		}
		n, err := tx.PutFactor(ctx, gen.PutFactorParams{ContactID: who.ID, Secret: sealed, CreatedAt: tx.Stamp()})
		if err == nil && n == 0 {
			return ErrFactorOn
		}
		return err
	})
}

// ConfirmFactor switches the second factor on with a first code of its secret. Every session of
// the contact ends, a new one that two factors opened goes on; the codes of recovery are given
// this once. A wrong code gives fault.factor_code at the field "code".
func (s *Service) ConfirmFactor(ctx context.Context, who actor.Actor, code, userAgent string) (session Session, recovery []string, err error) {
	if err := who.NeedOwnHand(); err != nil {
		return Session{}, nil, err
	}
	stored, err := s.storedPassword(ctx, who.ID)
	if err != nil {
		return Session{}, nil, err
	}
	if err := s.tryOwn(ctx, who); err != nil {
		return Session{}, nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := still(ctx, tx, who, stored); err != nil {
			return err
		}
		row, err := tx.FactorOfContact(ctx, who.ID)
		switch {
		case missing(err):
			return ErrFactorShown
		case err != nil:
			return err
		case row.ConfirmedAt != nil:
			return ErrFactorOn
		case !fresh(row.CreatedAt, tx.Now):
			return ErrFactorShown
		}
		secret, err := s.sealer.Open(sealName(who.ID), row.Secret)
		if err != nil {
			return err
		}
		step, ok := totpOf(secret, digits(code), tx.Now)
		if !ok {
			return codeRefused("fault.factor_code")
		}
		n, err := tx.ConfirmFactor(ctx, gen.ConfirmFactorParams{ContactID: who.ID, At: ptr(tx.Stamp()), Step: step, Secret: row.Secret})
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrFactorShown
		}
		if err := tx.DeleteFailure(ctx, ownKey(who.ID)); err != nil {
			return err
		}
		if recovery, err = s.newRecovery(ctx, tx, who.ID); err != nil {
			return err
		}
		session, err = s.anew(ctx, tx, who, actor.TrustSecondFactor, userAgent)
		if err != nil {
			return err
		}
		return s.factorTold(ctx, tx, session.Actor, who.ID, "on")
	})
	return session, recovery, err
}

// RenewRecovery gives ten new codes; the old ones open nothing any more.
func (s *Service) RenewRecovery(ctx context.Context, who actor.Actor) (recovery []string, err error) {
	if err := who.NeedOwnHand(); err != nil {
		return nil, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := stands(ctx, tx, who); err != nil {
			return err
		}
		row, err := tx.FactorOfContact(ctx, who.ID)
		if missing(err) || (err == nil && row.ConfirmedAt == nil) {
			return ErrFactorOff
		}
		if err != nil {
			return err
		}
		if recovery, err = s.newRecovery(ctx, tx, who.ID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.recovery_renewed", ObjectKind: "contact", ObjectID: who.ID})
	})
	return recovery, err
}

// DropFactor switches the second factor off, with the password and a code (or one of recovery).
// The other sessions end. ErrFactorWanted where the group asks for one.
func (s *Service) DropFactor(ctx context.Context, who actor.Actor, password, code, userAgent string) (session Session, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Session{}, err
	}
	stored, err := s.storedPassword(ctx, who.ID)
	if err != nil {
		return Session{}, err
	}
	if err := s.checkOld(ctx, who, password, stored); err != nil {
		return Session{}, err
	}
	if err := s.tryOwn(ctx, who); err != nil {
		return Session{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := still(ctx, tx, who, stored); err != nil {
			return err
		}
		asks, err := tx.GroupAsks(ctx, who.ID)
		switch {
		case err != nil:
			return db.NotFound(err)
		case asks.HasFactor == 0:
			return ErrFactorOff
		case asks.FactorWanted == 1:
			return ErrFactorWanted
		}
		if err := s.useOwnCode(ctx, tx, who, code); err != nil {
			return err
		}
		if err := s.forgetFactor(ctx, tx, who.ID); err != nil {
			return err
		}
		if session, err = s.anew(ctx, tx, who, actor.TrustPassword, userAgent); err != nil {
			return err
		}
		return s.factorTold(ctx, tx, session.Actor, who.ID, "off")
	})
	return session, err
}

// ResetFactor takes the second factor of a contact away who lost its phone and its codes: by the
// firm's own people, once they are sure who asks. Its sessions end, it is told by mail, and signs
// in with the password alone until it sets another up.
func (s *Service) ResetFactor(ctx context.Context, who actor.Actor, contactPublicID string) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.ContactByPublicID(ctx, contactPublicID)
		if err != nil {
			return db.NotFound(err)
		}
		id := c.ID
		asks, err := tx.GroupAsks(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		if asks.HasFactor == 0 {
			return ErrFactorOff
		}
		if err := s.forgetFactor(ctx, tx, id); err != nil {
			return err
		}
		s.ending(tx)
		if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: id}); err != nil {
			return err
		}
		return s.factorTold(ctx, tx, who, id, "reset")
	})
}

func (s *Service) forgetFactor(ctx context.Context, tx *db.Tx, contactID int64) error {
	if err := tx.DeleteRecoveryCodes(ctx, contactID); err != nil {
		return err
	}
	_, err := tx.DeleteFactor(ctx, contactID)
	return err
}

// anew ends every session of the actor and opens one of another trust under a new token.
func (s *Service) anew(ctx context.Context, tx *db.Tx, who actor.Actor, trust actor.Trust, userAgent string) (Session, error) {
	s.ending(tx)
	if _, err := tx.DeleteSessionsOfContact(ctx, gen.DeleteSessionsOfContactParams{ContactID: who.ID}); err != nil {
		return Session{}, err
	}
	return s.open(ctx, tx, opening{contactID: who.ID, customerID: who.CustomerID, name: who.Name, lang: who.Lang, trust: trust, address: who.Address, userAgent: userAgent})
}

// factorTold writes the audit and tells the contact by mail what became of its second factor:
// on, off, reset, recovery. Whoever did not do it learns it there.
func (s *Service) factorTold(ctx context.Context, tx *db.Tx, who actor.Actor, contactID int64, what string) error {
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "contact.factor_" + what, ObjectKind: "contact", ObjectID: contactID}); err != nil {
		return err
	}
	c, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return db.NotFound(err)
	}
	if c.Email == "" {
		return nil
	}
	return s.queue(ctx, tx, outbox.Mail{Key: "portal_factor/" + s.ids(), Kind: outbox.PortalFactor, Lang: c.Language, ToAddress: c.Email, ToName: c.Name,
		CustomerID: c.CustomerID, ContactID: c.ID, Args: map[string]string{"what": what}})
}

func (s *Service) storedPassword(ctx context.Context, contactID int64) (stored string, err error) {
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CredentialOfContact(ctx, contactID)
		stored = c.PasswordHash
		return db.NotFound(err)
	})
	return stored, err
}
