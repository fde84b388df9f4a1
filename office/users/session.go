package users

import (
	"context"
	"errors"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
)

// tokenLength is 32 bytes as base64url.
const tokenLength = 43

// Resume finds who is behind a token and moves the idle limit on, at most once a minute.
// ErrSignInNeeded when there is no session, or no longer, or one of another door.
func (s *Service) Resume(ctx context.Context, token string, from From) (actor.Actor, error) {
	r, err := s.live(ctx, token, from.Door)
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.DB.Now()
	seen, err1 := time.Parse(db.TimeFormat, r.SeenAt)
	expires, err2 := time.Parse(db.TimeFormat, r.ExpiresAt)
	if err := errors.Join(err1, err2); err != nil {
		return actor.Actor{}, err
	}
	if seen.Before(now.Add(-touchEvery)) {
		s.touch(ctx, r.ID, from.Address, expires)
	}
	return actor.Actor{Kind: actor.Staff, ID: r.UserID, Name: r.Name, Role: actor.Role(r.Role), Trust: actor.Trust(r.Trust), SessionID: r.ID, Address: from.Address, Stale: stale(r.ProvedAt, now)}, nil
}

// Stands tells whether a session still stands, without keeping it alive: for streams.
func (s *Service) Stands(ctx context.Context, token, door string) bool {
	_, err := s.live(ctx, token, door)
	return err == nil
}

// live finds the session of a token at its own door: a cookie that was read at one opens nothing at another.
func (s *Service) live(ctx context.Context, token, door string) (r gen.LiveUserSessionRow, err error) {
	if len(token) != tokenLength {
		return r, ErrSignInNeeded
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err = q.LiveUserSession(ctx, gen.LiveUserSessionParams{TokenHash: access.TokenHash(token), Now: db.Stamp(s.DB.Now())})
		return err
	})
	if missing(err) || err == nil && r.Door != door {
		return gen.LiveUserSessionRow{}, ErrSignInNeeded
	}
	return r, err
}

// Replaced ends the session that a browser held when another one was opened in its place.
func (s *Service) Replaced(ctx context.Context, token string, from From) error {
	r, err := s.live(ctx, token, from.Door)
	if errors.Is(err, ErrSignInNeeded) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.SignOut(ctx, actor.Actor{Kind: actor.Staff, ID: r.UserID, Name: r.Name, Role: actor.Role(r.Role), SessionID: r.ID, Address: from.Address})
}

// touch notes that a session is alive. A full disk must not keep anybody from reading.
func (s *Service) touch(ctx context.Context, id int64, address string, expires time.Time) {
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		until := tx.Now.Add(SessionIdle)
		if until.After(expires) {
			until = expires
		}
		return tx.TouchUserSession(ctx, gen.TouchUserSessionParams{ID: id, SeenAt: tx.Stamp(), IdleUntil: db.Stamp(until), Address: access.Plain(address, 64)})
	})
	if err != nil {
		s.Log.WarnContext(ctx, "session of a user not touched", "session", id, "err", err)
	}
}

// stale tells that a proof is too old, lies ahead (a clock once wrong), or was never given.
func stale(provedAt string, now time.Time) bool {
	at, err := time.Parse(db.TimeFormat, provedAt)
	return err != nil || now.Before(at) || !now.Before(at.Add(ProofLife))
}

// Lone gives the principal where nobody has to sign in: sign-in is not asked for on opening, and there
// is one user alone (or it is the demo company). Its password, where it has one, counts as not given.
func (s *Service) Lone(ctx context.Context) (who actor.Actor, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		asked, _, err := asks(ctx, q)
		if err != nil {
			return err
		}
		if asked {
			return ErrSignInNeeded
		}
		u, err := q.PrincipalUser(ctx)
		if err != nil {
			return db.NotFound(err)
		}
		stored, err := storedOf(ctx, q, u.ID)
		who = actor.Actor{Kind: actor.Staff, ID: u.ID, Name: u.Name, Role: actor.Role(u.Role), Stale: stored != ""}
		return err
	})
	return who, err
}

// asks tells whether sign-in is asked for, and whether that is so whatever the setting says.
func asks(ctx context.Context, q *gen.Queries) (asked, always bool, err error) {
	settings, err := q.GetDeskSettings(ctx)
	if err != nil {
		return false, false, err
	}
	firm, err := q.GetCompany(ctx)
	if err != nil {
		return false, false, db.NotFound(err)
	}
	n, err := q.CountActiveUsers(ctx)
	always = n > 1 && firm.IsDemo == 0
	return always || settings.AskPassword == 1, always, err
}

// SignOut ends the actor's own session.
func (s *Service) SignOut(ctx context.Context, who actor.Actor) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ended(tx)
		if err := tx.DeleteUserSessionByID(ctx, who.SessionID); err != nil || who.SessionID == 0 {
			return err
		}
		return write(ctx, tx, who, "signed_out", who.ID, nil)
	})
}

// OpenSession is one of a user's own sessions.
type OpenSession struct {
	PublicID, Door, UserAgent, Address, CreatedAt, SeenAt string
	Current                                               bool
}

// Sessions lists the actor's open sessions, the latest first.
func (s *Service) Sessions(ctx context.Context, who actor.Actor) (list []OpenSession, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.SessionsOfUser(ctx, gen.SessionsOfUserParams{UserID: who.ID, Now: db.Stamp(s.DB.Now())})
		list = make([]OpenSession, 0, len(rows))
		for _, r := range rows {
			list = append(list, OpenSession{PublicID: r.PublicID, Door: r.Door, UserAgent: r.UserAgent, Address: r.Address, CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, Current: r.ID == who.SessionID})
		}
		return err
	})
	return list, err
}

// EndSession ends one of the actor's sessions; somebody else's is not found.
func (s *Service) EndSession(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Look); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		s.ended(tx)
		n, err := tx.DeleteUserSession(ctx, gen.DeleteUserSessionParams{PublicID: publicID, UserID: who.ID})
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found")
		}
		if err != nil {
			return err
		}
		return write(ctx, tx, who, "session_ended", who.ID, nil)
	})
}

// EndOthers ends all of the actor's sessions but the one it acts in.
func (s *Service) EndOthers(ctx context.Context, who actor.Actor) error {
	if err := who.Need(actor.Look); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := s.endOthers(ctx, tx, who.ID, who.SessionID)
		if err != nil {
			return err
		}
		return write(ctx, tx, who, "sessions_ended", who.ID, map[string]any{"ended": n})
	})
}

// endOthers ends the sessions of a user but keep; 0: all of them.
func (s *Service) endOthers(ctx context.Context, tx *db.Tx, userID, keep int64) (int64, error) {
	s.ended(tx)
	return tx.DeleteSessionsOfUser(ctx, gen.DeleteSessionsOfUserParams{UserID: userID, KeepID: keep})
}
