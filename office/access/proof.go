package access

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// ProofLife is how long a password that was given counts for what asks for it again: signing,
// methods of payment, orders (spec/security, Sessions; ASVS 7.5.1).
const ProofLife = 15 * time.Minute

// Prove takes the actor's password once more, for its own session. A wrong one gives
// fault.password_old at the field "old"; tries are counted as those of ChangePassword are.
// A session that two factors opened proves both: a wrong code gives fault.factor_code at the
// field "code". fault.password_none where there is no password: then the way is a mailed link.
func (s *Service) Prove(ctx context.Context, who actor.Actor, password, code string) (actor.Actor, error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return who, err
	}
	stored, err := s.storedPassword(ctx, who.ID)
	if err != nil {
		return who, err
	}
	if password == "" || len([]rune(password)) > PasswordMax {
		var f fault.Form
		f.Add("old", "fault.password_old")
		return who, f.Err()
	}
	if err := s.checkOld(ctx, who, password, stored); err != nil {
		return who, err
	}
	two := who.Trust >= actor.TrustSecondFactor
	if two {
		if err := s.tryOwn(ctx, who); err != nil {
			return who, err
		}
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
		s.ending(tx) // it is remembered with the session
		if err := tx.ProveSession(ctx, gen.ProveSessionParams{ID: who.SessionID, At: tx.Stamp()}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.proved", ObjectKind: "contact", ObjectID: who.ID})
	})
	who.Stale = err != nil
	return who, err
}

// stale tells that a proof is too old, lies ahead (a clock once wrong), or was never given.
func stale(provedAt string, now time.Time) bool {
	at, err := time.Parse(db.TimeFormat, provedAt)
	return err != nil || now.Before(at) || !now.Before(at.Add(ProofLife))
}
