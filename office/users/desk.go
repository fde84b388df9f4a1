package users

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
)

// Desk is who may come to the desk, and from where.
type Desk struct {
	Asked       bool // sign-in is asked for
	Always      bool // whatever the setting says: there are several users
	HasRecovery bool
	RecoveryAt  string
	MailServer  bool
	LANOn       bool
	LANPort     int64
	Version     int64
}

// Desk gives it; nothing in it is of one person.
func (s *Service) Desk(ctx context.Context) (d Desk, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.GetDeskSettings(ctx)
		if err != nil {
			return err
		}
		d = Desk{HasRecovery: row.RecoveryHash != nil, RecoveryAt: row.RecoveryMadeAt, LANOn: row.LanOn == 1, LANPort: row.LanPort, Version: row.Version}
		if d.Asked, d.Always, err = asks(ctx, q); err != nil {
			return err
		}
		d.MailServer, err = mailServer(ctx, q)
		return err
	})
	return d, err
}

// SetAsk has sign-in asked for on opening, or not, where one user alone could do without.
func (s *Service) SetAsk(ctx context.Context, who actor.Actor, on bool) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.ManageAdministrators, true); err != nil {
			return err
		}
		if on {
			if err := needsPassword(ctx, tx); err != nil {
				return err
			}
		}
		s.ended(tx)
		n := int64(0)
		if on {
			n = 1
		}
		if err := tx.SetAskPassword(ctx, n); err != nil {
			return err
		}
		return write(ctx, tx, who, "sign_in_asked", who.ID, map[string]any{"on": on})
	})
}

// recoveryOwner is whose the code of the account is: nobody's but the company's.
const recoveryOwner = "account"

// MakeRecovery makes the recovery code of the account, for the day when a password is forgotten and no
// mail can be sent. It is given this once; the one before opens nothing any more.
func (s *Service) MakeRecovery(ctx context.Context, who actor.Actor) (code string, err error) {
	if code, err = s.Access.NewCode(5, 5); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.ManageAdministrators, true); err != nil {
			return err
		}
		s.moved(tx)
		return s.putRecovery(ctx, tx, who, code)
	})
	return code, err
}

func (s *Service) putRecovery(ctx context.Context, tx *db.Tx, who actor.Actor, code string) error {
	if err := tx.SetAccountRecovery(ctx, gen.SetAccountRecoveryParams{RecoveryHash: ptr(s.Access.CodeHash(recoveryOwner, code)), RecoveryMadeAt: tx.Stamp()}); err != nil {
		return err
	}
	return write(ctx, tx, who, "recovery_made", who.ID, nil)
}

// Recover sets the principal's password by the recovery code of the account, which works once: the next
// one comes back, to be printed. A second factor is asked for afterwards as ever.
func (s *Service) Recover(ctx context.Context, code, password, again string, from From) (session Session, next string, err error) {
	tries := access.Tries{{Key: access.NameKey("user-recovery", from.Door, from.Address), Free: access.FreeNear}}
	if from.Door == LAN { // strangers there must not keep the owner waiting, who sits at the machine with the code on paper
		tries = append(tries, access.Try{Key: access.NameKey("user-recovery"), Free: access.FreeName})
	}
	var p gen.User
	var refused error
	hash := s.Access.CodeHash(recoveryOwner, code)
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil
		if rests, err := s.Access.Take(ctx, tx, tries); err != nil || rests {
			refused = fault.New(fault.TooMany, "fault.too_many")
			return err
		}
		row, err := tx.GetDeskSettings(ctx)
		if err != nil {
			return err
		}
		if strings.TrimSpace(code) == "" || len(code) > 100 || row.RecoveryHash == nil || *row.RecoveryHash != hash { // both are hashes under a key: comparing them tells nothing
			refused = refusedAt("code", "fault.users.recovery")
			return write(ctx, tx, stranger(from), "recovery_failed", 0, map[string]any{"door": from.Door})
		}
		p, err = tx.PrincipalUser(ctx)
		return err
	})
	if err == nil {
		err = refused
	}
	if err != nil {
		return Session{}, "", err
	}
	stored, err := s.newPassword(ctx, p, password, again)
	if err != nil {
		return Session{}, "", err
	}
	if next, err = s.Access.NewCode(5, 5); err != nil {
		return Session{}, "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.UseAccountRecovery(ctx, &hash)
		if err == nil && n == 0 {
			err = refusedAt("code", "fault.users.recovery")
		}
		if err != nil {
			return err
		}
		if p, err = tx.PrincipalUser(ctx); err != nil {
			return err
		}
		if err := s.Access.GiveBack(ctx, tx, tries); err != nil {
			return err
		}
		if err := s.setPassword(ctx, tx, p, stored); err != nil {
			return err
		}
		if session, err = s.open(ctx, tx, p.ID, actor.TrustPassword, from); err != nil {
			return err
		}
		if err := s.tell(ctx, tx, p, "recovery", p.Email, p.Email); err != nil {
			return err
		}
		return s.putRecovery(ctx, tx, session.Actor, next)
	})
	return session, next, err
}

// ResetAtMachine is for the owner at the machine's command line: a link to choose a password, which is
// given and not mailed; sessions end, and the second factor goes where dropFactor says so.
func (s *Service) ResetAtMachine(ctx context.Context, who actor.Actor, email string, dropFactor bool) (p Person, l Link, err error) {
	if who.Kind != actor.CommandLine {
		return p, l, fault.New(fault.Forbidden, "fault.forbidden")
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var u gen.User
		if email == "" {
			u, err = tx.PrincipalUser(ctx)
		} else {
			r, rerr := tx.UserToRemind(ctx, email)
			if rerr != nil {
				return db.NotFound(rerr)
			}
			u, err = tx.UserByID(ctx, r.ID)
		}
		if err != nil {
			return db.NotFound(err)
		}
		p = person(u)
		if dropFactor {
			if err := forgetFactor(ctx, tx, u.ID); err != nil {
				return err
			}
		}
		if _, err := s.endOthers(ctx, tx, u.ID, 0); err != nil {
			return err
		}
		if err := revoke(ctx, tx, u.ID, linkEmail); err != nil {
			return err
		}
		if l, err = s.issue(ctx, tx, u, linkPassword, "", EmailLife); err != nil {
			return err
		}
		return write(ctx, tx, who, "password_reset", u.ID, map[string]any{"factor": dropFactor})
	})
	return p, l, err
}

// RecoveryAtMachine makes another recovery code of the account for the owner at the machine's command
// line, where the paper with it was lost. The one before opens nothing any more.
func (s *Service) RecoveryAtMachine(ctx context.Context, who actor.Actor) (code string, err error) {
	if who.Kind != actor.CommandLine {
		return "", fault.New(fault.Forbidden, "fault.forbidden")
	}
	if code, err = s.Access.NewCode(5, 5); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.PrincipalUser(ctx); err != nil {
			return db.NotFound(err)
		}
		return s.putRecovery(ctx, tx, who, code)
	})
	return code, err
}

// Network is the desk's switch for colleagues on the network.
type Network struct {
	On      bool
	Port    int64
	Version int64
}

// SetNetwork switches it; what listens is the composition root's matter.
func (s *Service) SetNetwork(ctx context.Context, who actor.Actor, n Network) error {
	if n.Port != 0 && (n.Port < 1024 || n.Port > 65535) {
		return refusedAt("port", "fault.range", "min", 1024, "max", 65535)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := s.acting(ctx, tx, who, actor.Configure, true); err != nil {
			return err
		}
		on := int64(0)
		if n.On {
			on = 1
			if err := needsPassword(ctx, tx); err != nil {
				return err
			}
		}
		rows, err := tx.SetLan(ctx, gen.SetLanParams{LanOn: on, LanPort: n.Port, Version: n.Version})
		if err == nil && rows == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		return write(ctx, tx, who, "desk_on_network", 0, map[string]any{"on": n.On, "port": n.Port})
	})
}

// Person is one user as itself, or the program, sees it.
type Person struct {
	ID                                                  int64
	PublicID, Code, Name, Email, Phone, Language, Theme string
	Role                                                actor.Role
	Version                                             int64
}

func person(u gen.User) Person {
	return Person{ID: u.ID, PublicID: u.PublicID, Code: u.Code, Name: u.Name, Email: u.Email, Phone: u.Phone, Language: u.Language, Theme: u.Theme, Role: actor.Role(u.Role), Version: u.Version}
}

// Card is what a user sees of its own account.
type Card struct {
	Person
	HasPassword, FactorOn      bool
	PasswordAt, FactorAt       string
	CodesLeft                  int64
	PendingEmail, PendingUntil string
}

// Me gives the actor's own card.
func (s *Service) Me(ctx context.Context, who actor.Actor) (c Card, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Card{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		u, err := q.UserByID(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		c.Person = person(u)
		if cred, err := q.CredentialOfUser(ctx, who.ID); err == nil {
			c.HasPassword, c.PasswordAt = true, cred.ChangedAt
		} else if !missing(err) {
			return err
		}
		if f, err := q.FactorOfUser(ctx, who.ID); err == nil && f.ConfirmedAt != nil {
			c.FactorOn, c.FactorAt = true, since(f.ConfirmedAt)
		} else if err != nil && !missing(err) {
			return err
		}
		if c.CodesLeft, err = q.CountUserRecoveryCodes(ctx, who.ID); err != nil {
			return err
		}
		if l, err := q.PendingUserEmail(ctx, gen.PendingUserEmailParams{UserID: who.ID, Now: db.Stamp(s.DB.Now())}); err == nil {
			c.PendingEmail, c.PendingUntil = l.Email, l.ExpiresAt
		} else if !missing(err) {
			return err
		}
		return nil
	})
	return c, err
}
