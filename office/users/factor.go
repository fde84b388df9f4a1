package users

import (
	"context"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
)

func sealName(userID int64) string  { return "user-factor/" + strconv.FormatInt(userID, 10) }
func codeOwner(userID int64) string { return "user:" + strconv.FormatInt(userID, 10) }

// Secret is what is shown of a second factor until its first code came.
type Secret struct{ Typed, URI string }

// BeginFactor makes a secret to be shown; it counts for nothing until ConfirmFactor has seen a code of it.
func (s *Service) BeginFactor(ctx context.Context, who actor.Actor) (shown Secret, err error) {
	sealed, err := s.Access.NewSecret(sealName(who.ID))
	if err != nil {
		return Secret{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.Look, true); err != nil {
			return err
		}
		if stored, err := storedOf(ctx, tx.Queries, who.ID); err != nil || stored == "" {
			if err == nil {
				err = ErrPasswordFirst
			}
			return err
		}
		n, err := tx.PutUserFactor(ctx, gen.PutUserFactorParams{UserID: who.ID, Secret: sealed, CreatedAt: tx.Stamp()})
		if err == nil && n == 0 {
			err = access.ErrFactorOn
		}
		if err != nil {
			return err
		}
		u, err := tx.UserByID(ctx, who.ID)
		if err != nil {
			return err
		}
		firm, err := tx.GetCompany(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		shown.Typed, shown.URI, err = s.Access.ReadSecret(sealName(who.ID), sealed, firm.Name, u.Email)
		return err
	})
	return shown, err
}

// ConfirmFactor switches the second factor on with a first code: every session ends, a new one that two
// factors opened goes on; the codes of recovery are given this once.
func (s *Service) ConfirmFactor(ctx context.Context, who actor.Actor, code string, from From) (session Session, codes []string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Session{}, nil, err
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		if err := s.acting(ctx, tx, who, actor.Look, true); err != nil {
			return err
		}
		f, err := tx.FactorOfUser(ctx, who.ID)
		switch {
		case missing(err), err == nil && !young(f.CreatedAt, tx.Now):
			return access.ErrFactorShown
		case err != nil:
			return err
		case f.ConfirmedAt != nil:
			return access.ErrFactorOn
		}
		if rests, err := s.Access.Take(ctx, tx, ownTries(who.ID)); err != nil || rests {
			refused = fault.New(fault.TooMany, "fault.too_many")
			return err
		}
		step, ok, err := s.Access.StepOf(sealName(who.ID), f.Secret, code, tx.Now)
		if err != nil {
			return err
		}
		if !ok {
			refused = refusedAt("code", "fault.factor_code")
			return nil
		}
		n, err := tx.ConfirmUserFactor(ctx, gen.ConfirmUserFactorParams{UserID: who.ID, At: ptr(tx.Stamp()), Step: step, Secret: f.Secret})
		if err == nil && n == 0 {
			err = access.ErrFactorShown
		}
		if err != nil {
			return err
		}
		if err := s.Access.GiveBack(ctx, tx, ownTries(who.ID)); err != nil {
			return err
		}
		if codes, err = s.newCodes(ctx, tx, who.ID); err != nil {
			return err
		}
		session, err = s.anew(ctx, tx, who, actor.TrustSecondFactor, "factor_on", from)
		return err
	})
	if err == nil {
		err = refused
	}
	return session, codes, err
}

func young(createdAt string, now time.Time) bool {
	at, err := time.Parse(db.TimeFormat, createdAt)
	return err == nil && !now.Before(at) && now.Before(at.Add(access.FactorShown))
}

func ownTries(userID int64) access.Tries {
	return access.Tries{{Key: access.NameKey("user-own-code", strconv.FormatInt(userID, 10)), Free: access.FreeNear}}
}

// anew ends every session of the actor, opens one of another trust, and tells it.
func (s *Service) anew(ctx context.Context, tx *db.Tx, who actor.Actor, trust actor.Trust, what string, from From) (Session, error) {
	if _, err := s.endOthers(ctx, tx, who.ID, 0); err != nil {
		return Session{}, err
	}
	session, err := s.open(ctx, tx, who.ID, trust, from)
	if err != nil {
		return Session{}, err
	}
	u, err := tx.UserByID(ctx, who.ID)
	if err != nil {
		return Session{}, err
	}
	if err := s.tell(ctx, tx, u, what, u.Email, u.Email); err != nil {
		return Session{}, err
	}
	return session, write(ctx, tx, who, what, who.ID, nil)
}

// newCodes makes ten codes of recovery; the old ones open nothing any more.
func (s *Service) newCodes(ctx context.Context, tx *db.Tx, userID int64) ([]string, error) {
	if err := tx.DeleteUserRecoveryCodes(ctx, userID); err != nil {
		return nil, err
	}
	codes, hashes, err := s.Access.NewCodes(codeOwner(userID))
	if err != nil {
		return nil, err
	}
	for _, h := range hashes {
		if err := tx.InsertUserRecoveryCode(ctx, gen.InsertUserRecoveryCodeParams{UserID: userID, CodeHash: h}); err != nil {
			return nil, err
		}
	}
	return codes, nil
}

// RenewCodes gives ten new codes of recovery.
func (s *Service) RenewCodes(ctx context.Context, who actor.Actor) (codes []string, err error) {
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.Look, true); err != nil {
			return err
		}
		if f, err := tx.FactorOfUser(ctx, who.ID); missing(err) || err == nil && f.ConfirmedAt == nil {
			return access.ErrFactorOff
		} else if err != nil {
			return err
		}
		if codes, err = s.newCodes(ctx, tx, who.ID); err != nil {
			return err
		}
		return write(ctx, tx, who, "recovery_renewed", who.ID, nil)
	})
	return codes, err
}

// DropFactor switches the second factor off, with the password and a code. The other sessions end.
func (s *Service) DropFactor(ctx context.Context, who actor.Actor, password, code string, from From) (session Session, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Session{}, err
	}
	stored, err := s.checkOwn(ctx, who, password)
	if err != nil {
		return Session{}, err
	}
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		if err := s.still(ctx, tx, who, stored); err != nil {
			return err
		}
		f, err := tx.FactorOfUser(ctx, who.ID)
		if missing(err) || err == nil && f.ConfirmedAt == nil {
			return access.ErrFactorOff
		}
		if err != nil {
			return err
		}
		if refused, err = s.ownCode(ctx, tx, f, code); err != nil || refused != nil {
			return err
		}
		if err := forgetFactor(ctx, tx, who.ID); err != nil {
			return err
		}
		session, err = s.anew(ctx, tx, who, actor.TrustPassword, "factor_off", from)
		return err
	})
	if err == nil {
		err = refused
	}
	return session, err
}

func forgetFactor(ctx context.Context, tx *db.Tx, userID int64) error {
	if err := tx.DeleteUserRecoveryCodes(ctx, userID); err != nil {
		return err
	}
	_, err := tx.DeleteUserFactor(ctx, userID)
	return err
}

// ownCode counts and uses up a code of somebody signed in; refused is no error of the transaction, so
// that the count stays.
func (s *Service) ownCode(ctx context.Context, tx *db.Tx, f gen.UserFactor, code string) (refused, err error) {
	rests, err := s.Access.Take(ctx, tx, ownTries(f.UserID))
	if err != nil || rests {
		return fault.New(fault.TooMany, "fault.too_many"), err
	}
	_, why, err := s.useCode(ctx, tx, f, code)
	if err != nil {
		return nil, err
	}
	if why != "" {
		return refusedAt("code", why), nil
	}
	return nil, s.Access.GiveBack(ctx, tx, ownTries(f.UserID))
}

// useCode uses a code up: one of the app, or one of recovery. why is the key of the refusal.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, f gen.UserFactor, code string) (byRecovery bool, why string, err error) {
	if access.IsTotp(code) {
		step, ok, err := s.Access.StepOf(sealName(f.UserID), f.Secret, code, tx.Now)
		if err != nil {
			return false, "", err
		}
		if !ok {
			return false, "fault.factor_code", nil
		}
		n, err := tx.UseUserFactorStep(ctx, gen.UseUserFactorStepParams{UserID: f.UserID, Step: step})
		if err == nil && n == 0 {
			return false, "fault.factor_used", nil
		}
		return false, "", err
	}
	if len(code) > 100 {
		return false, "fault.factor_code", nil
	}
	n, err := tx.UseUserRecoveryCode(ctx, gen.UseUserRecoveryCodeParams{UserID: f.UserID, CodeHash: s.Access.CodeHash(codeOwner(f.UserID), code), At: ptr(tx.Stamp())})
	if err == nil && n == 0 {
		return false, "fault.factor_code", nil
	}
	return true, "", err
}

// ResetFactor takes the second factor of somebody away who lost the phone and the codes: its sessions
// end, and it is told. An administrator's own is not taken away by another than the principal.
func (s *Service) ResetFactor(ctx context.Context, who actor.Actor, publicID string) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		u, err := s.managed(ctx, tx, who, publicID)
		if err != nil {
			return err
		}
		if f, err := tx.FactorOfUser(ctx, u.ID); missing(err) || err == nil && f.ConfirmedAt == nil {
			return access.ErrFactorOff
		} else if err != nil {
			return err
		}
		if err := forgetFactor(ctx, tx, u.ID); err != nil {
			return err
		}
		if _, err := s.endOthers(ctx, tx, u.ID, 0); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, u, "factor_reset", u.Email, u.Email); err != nil {
			return err
		}
		return write(ctx, tx, who, "factor_reset", u.ID, nil)
	})
}
