package users

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
)

// PasswordChange is the form of *Changer mot de passe*.
type PasswordChange struct {
	Old, Password, Again string
}

// ChangePassword changes the actor's own password: every session ends, a new one is open in this place.
// A user without one chooses its first (Old "").
func (s *Service) ChangePassword(ctx context.Context, who actor.Actor, in PasswordChange, from From) (session Session, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Session{}, err
	}
	u, err := s.user(ctx, who.ID)
	if err != nil {
		return Session{}, err
	}
	stored, err := s.checkOwn(ctx, who, in.Old)
	if err != nil {
		return Session{}, err
	}
	hash, err := s.newPassword(ctx, u, in.Password, in.Again)
	if err != nil {
		return Session{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.still(ctx, tx, who, stored); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, u, hash); err != nil {
			return err
		}
		trust := max(who.Trust, actor.TrustPassword)
		if session, err = s.open(ctx, tx, u.ID, trust, from); err != nil {
			return err
		}
		if stored != "" {
			if err := s.tell(ctx, tx, u, "password", u.Email, u.Email); err != nil {
				return err
			}
		}
		return write(ctx, tx, who, "password_changed", u.ID, nil)
	})
	return session, err
}

// setPassword stores a hash, ends every session and every link of the user: the wish for another address
// too, which who knew the old password may have made.
func (s *Service) setPassword(ctx context.Context, tx *db.Tx, u gen.User, hash string) error {
	if err := tx.PutUserCredential(ctx, gen.PutUserCredentialParams{UserID: u.ID, PasswordHash: hash, ChangedAt: tx.Stamp()}); err != nil {
		return err
	}
	for _, kind := range []string{linkPassword, linkEmail} {
		if err := revoke(ctx, tx, u.ID, kind); err != nil {
			return err
		}
	}
	if err := tx.DeleteFailure(ctx, access.NameKey("user", u.Email)); err != nil { // who has just proved the mailbox or the old one must not wait
		return err
	}
	_, err := s.endOthers(ctx, tx, u.ID, 0)
	return err
}

// checkOwn verifies the actor's password at the field "old" and gives its hash; guesses are counted, so
// that a desk left open is no oracle. A user without a password has nothing to give.
func (s *Service) checkOwn(ctx context.Context, who actor.Actor, password string) (stored string, err error) {
	tries := access.Tries{{Key: access.NameKey("user-old", strconv.FormatInt(who.ID, 10)), Free: access.FreeNear}}
	rests := false
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if stored, err = storedOf(ctx, tx.Queries, who.ID); err != nil || stored == "" {
			return err
		}
		rests, err = s.Access.Take(ctx, tx, tries)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case rests:
		return "", fault.New(fault.TooMany, "fault.too_many")
	case stored == "":
		return "", nil
	case password == "" || len([]rune(password)) > access.PasswordMax:
		return "", refusedAt("old", "fault.password_old")
	}
	fits, err := s.Access.FitsPassword(ctx, password, stored)
	if err != nil {
		return "", err
	}
	if !fits {
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return write(ctx, tx, who, "proof_failed", who.ID, nil) }); err != nil {
			return "", err
		}
		return "", refusedAt("old", "fault.password_old")
	}
	return stored, s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.Access.GiveBack(ctx, tx, tries) })
}

// still refuses an act whose session ended, or whose password was chosen anew, while it was being checked.
func (s *Service) still(ctx context.Context, tx *db.Tx, who actor.Actor, stored string) error {
	if err := s.stands(ctx, tx, who); err != nil {
		return err
	}
	now, err := storedOf(ctx, tx.Queries, who.ID)
	if err == nil && now != stored {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

// Prove takes the actor's password once more, and a code where a second factor is on. Where nobody was
// signed in, since it is not asked for, a session is opened; otherwise Session.Token is "".
func (s *Service) Prove(ctx context.Context, who actor.Actor, password, code string, from From) (session Session, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Session{}, err
	}
	stored, err := s.checkOwn(ctx, who, password)
	if err != nil || stored == "" {
		return Session{}, err
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		if err := s.still(ctx, tx, who, stored); err != nil {
			return err
		}
		trust := actor.TrustPassword
		if f, err := tx.FactorOfUser(ctx, who.ID); err == nil && f.ConfirmedAt != nil {
			trust = actor.TrustSecondFactor
			if refused, err = s.ownCode(ctx, tx, f, code); err != nil || refused != nil {
				return err
			}
		} else if err != nil && !missing(err) {
			return err
		}
		if who.SessionID == 0 {
			session, err = s.open(ctx, tx, who.ID, trust, from)
			return err
		}
		if err := tx.ProveUserSession(ctx, gen.ProveUserSessionParams{ID: who.SessionID, At: tx.Stamp()}); err != nil {
			return err
		}
		return write(ctx, tx, who, "proved", who.ID, nil)
	})
	if err == nil {
		err = refused
	}
	return session, err
}
