package users

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/access"
)

// The doors of the desk.
const (
	Window  = "window"
	Browser = "browser"
	LAN     = "lan"
)

// From is what a request tells of where it comes from.
type From struct {
	Door      string
	Address   string
	UserAgent string
	Device    string // what Session.Device gave this browser earlier
}

// Session is an open session. Token is there only where it was just opened.
type Session struct {
	Token     string
	Actor     actor.Actor
	ExpiresAt time.Time
	Device    string
	// Half is there instead of a Token where the code of the second factor is still owed.
	Half string
}

// SignIn opens a session with an e-mail address and a password. Known and unknown addresses cost the
// same: one durable write, one hash, one row in the log. access.ErrSignIn is the one answer.
func (s *Service) SignIn(ctx context.Context, email, password string, from From) (session Session, err error) {
	email = strings.TrimSpace(email)
	if email == "" || password == "" || len(email) > maxTyped || len([]rune(password)) > access.PasswordMax {
		return Session{}, access.ErrSignIn
	}
	var found gen.UserNamedRow
	var tries access.Tries
	rests := false
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.UserNamed(ctx, email)
		if err != nil && !missing(err) {
			return err
		}
		found = row
		tries = s.triesOf("user", email, -row.ID, from, tx.Now, access.FreeName)
		rests, err = s.Access.Take(ctx, tx, tries)
		return err
	})
	if err == nil && rests {
		err = fault.New(fault.TooMany, "fault.too_many")
	}
	if err != nil {
		return Session{}, err
	}
	fits, err := s.Access.FitsPassword(ctx, password, found.PasswordHash)
	if err != nil {
		return Session{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if !fits { // how many of these rows there can be is bounded by what may be tried
			return write(ctx, tx, stranger(from), "sign_in_failed", found.ID, map[string]any{"door": from.Door})
		}
		if now, err := storedOf(ctx, tx.Queries, found.ID); err != nil || now != found.PasswordHash {
			return access.ErrSignIn // chosen anew while it was being checked
		}
		if err := s.Access.GiveBack(ctx, tx, tries); err != nil {
			return err
		}
		session, err = s.open(ctx, tx, found.ID, actor.TrustPassword, from)
		return err
	})
	if err == nil && !fits {
		err = access.ErrSignIn
	}
	return session, err
}

// stranger is who tries to sign in: nobody yet. The address stands in the log, the name that was typed does not.
func stranger(from From) actor.Actor {
	return actor.Actor{Kind: actor.System, Name: access.Plain(from.Address, 64), Address: from.Address}
}

// triesOf are the keys of one try: of this device or place at the name, of the name (free from everywhere
// together), of the address.
func (s *Service) triesOf(prefix, name string, owner int64, from From, now time.Time, free int64) access.Tries {
	if id, ok := s.Access.KnownDevice(from.Device, owner, now); ok && owner != 0 {
		return access.Tries{{Key: access.NameKey(prefix+"-device", name, id), Free: access.FreeNear}}
	}
	t := access.Tries{{Key: access.NameKey(prefix, name, from.Door, from.Address), Free: access.FreeNear}}
	if from.Door == LAN { // at the machine itself there is one address, and the owner sits at it
		t = append(t, access.Try{Key: access.NameKey(prefix, name), Free: free})
	}
	return append(t, access.Try{Key: access.NameKey(prefix+"-address", from.Door, from.Address), Free: access.FreeAddress})
}

// open makes a session, or gives Session.Half where a second factor is on and trust is the password's.
func (s *Service) open(ctx context.Context, tx *db.Tx, userID int64, trust actor.Trust, from From) (Session, error) {
	u, err := tx.UserByID(ctx, userID)
	if missing(err) || err == nil && u.State != Active {
		return Session{}, access.ErrSignIn
	}
	if err != nil {
		return Session{}, err
	}
	who := actor.Actor{Kind: actor.Staff, ID: u.ID, Name: u.Name, Role: actor.Role(u.Role), Trust: trust, Address: from.Address, Lang: u.Language}
	if trust < actor.TrustSecondFactor {
		half, err := s.half(ctx, tx, u)
		if err != nil || half != "" {
			return Session{Half: half, Actor: who}, err
		}
	}
	token, err := s.Access.NewToken()
	if err != nil {
		return Session{}, err
	}
	if err := tx.DeleteDeadUserSessions(ctx, tx.Stamp()); err != nil {
		return Session{}, err
	}
	session := Session{Token: token, ExpiresAt: tx.Now.Add(SessionAbsolute)}
	who.SessionID, err = tx.InsertUserSession(ctx, gen.InsertUserSessionParams{TokenHash: access.TokenHash(token), PublicID: s.IDs(), UserID: u.ID, Trust: int64(trust), Door: from.Door,
		UserAgent: access.Plain(from.UserAgent, maxAgent), Address: access.Plain(from.Address, 64), Now: tx.Stamp(), IdleUntil: db.Stamp(tx.Now.Add(SessionIdle)), ExpiresAt: db.Stamp(session.ExpiresAt)})
	if err != nil {
		return Session{}, err
	}
	if err := tx.DeleteUserSessionsBeyond(ctx, gen.DeleteUserSessionsBeyondParams{UserID: u.ID, Keep: sessionsKept}); err != nil {
		return Session{}, err
	}
	if session.Device, err = s.Access.Device(-u.ID, tx.Now); err != nil {
		return Session{}, err
	}
	session.Actor = who
	s.ended(tx)
	return session, write(ctx, tx, who, "signed_in", u.ID, map[string]any{"door": from.Door})
}

// half gives what a browser holds between password and code, "" for a user without a second factor.
func (s *Service) half(ctx context.Context, tx *db.Tx, u gen.User) (string, error) {
	f, err := tx.FactorOfUser(ctx, u.ID)
	if missing(err) || err == nil && f.ConfirmedAt == nil {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	stored, err := storedOf(ctx, tx.Queries, u.ID)
	if err != nil {
		return "", err
	}
	said := u.PublicID + "." + strconv.FormatInt(tx.Now.Add(access.CodeTime).Unix(), 36)
	return said + "." + base64.RawURLEncoding.EncodeToString(s.Access.HalfMAC(said, stored, f.CreatedAt)), nil
}

// halfOf finds whose half a token is; access.ErrHalf for a guess, one out of time or of another password.
func (s *Service) halfOf(ctx context.Context, tx *db.Tx, token string) (u gen.User, f gen.UserFactor, err error) {
	at := strings.LastIndexByte(token, '.')
	if at < 0 || len(token) > 200 {
		return u, f, access.ErrHalf
	}
	id, end, _ := strings.Cut(token[:at], ".")
	until, err := strconv.ParseInt(end, 36, 64)
	if err != nil || tx.Now.Unix() >= until || time.Unix(until, 0).After(tx.Now.Add(access.CodeTime+time.Minute)) {
		return u, f, access.ErrHalf
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(token[at+1:])
	if err != nil {
		return u, f, access.ErrHalf
	}
	if u, err = tx.UserByPublicID(ctx, id); missing(err) {
		return u, f, access.ErrHalf
	} else if err != nil {
		return u, f, err
	}
	if f, err = tx.FactorOfUser(ctx, u.ID); missing(err) {
		return u, f, access.ErrHalf
	} else if err != nil {
		return u, f, err
	}
	stored, err := storedOf(ctx, tx.Queries, u.ID)
	if err != nil {
		return u, f, err
	}
	if f.ConfirmedAt == nil || !hmac.Equal(given, s.Access.HalfMAC(token[:at], stored, f.CreatedAt)) {
		return u, f, access.ErrHalf
	}
	return u, f, nil
}

// EnterCode opens the session of two factors: half is Session.Half, code one of the app or of recovery.
// A wrong one gives fault.factor_code at the field "code", one that was used fault.factor_used.
func (s *Service) EnterCode(ctx context.Context, half, code string, from From) (session Session, err error) {
	var refused error
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil // what was counted stays in the file, so it is no error of the transaction
		u, f, err := s.halfOf(ctx, tx, half)
		if err != nil {
			return err
		}
		tries := s.triesOf("user-code", u.PublicID, -u.ID, from, tx.Now, access.FreeCode)
		if rests, err := s.Access.Take(ctx, tx, tries); err != nil || rests {
			refused = fault.New(fault.TooMany, "fault.too_many")
			return err
		}
		byRecovery, why, err := s.useCode(ctx, tx, f, code)
		if err != nil {
			return err
		}
		if why != "" {
			refused = refusedAt("code", why)
			return write(ctx, tx, stranger(from), "sign_in_failed", u.ID, map[string]any{"door": from.Door, "factor": true})
		}
		if err := s.Access.GiveBack(ctx, tx, tries); err != nil {
			return err
		}
		session, err = s.open(ctx, tx, u.ID, actor.TrustSecondFactor, from)
		if err != nil || !byRecovery {
			return err
		}
		return write(ctx, tx, session.Actor, "recovery_code_used", u.ID, nil)
	})
	if err == nil {
		err = refused
	}
	return session, err
}

// refusedAt is a form with one refusal.
func refusedAt(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}
