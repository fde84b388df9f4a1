package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// CodeTime is how long a right password waits for the code of the second factor.
const CodeTime = 10 * time.Minute

// freeCodeTries are the wrong codes of all addresses together before each has to wait: who
// tries them knows the password already, and three codes in a million are right.
const freeCodeTries = 20

// ErrHalf refuses what a right password gave: it is out of time, or was for another password.
var ErrHalf = fault.New(fault.Forbidden, "fault.half_signed_in")

// factorKey is a key of its own, derived from that of the links.
func factorKey(links []byte) []byte {
	m := hmac.New(sha256.New, links)
	m.Write([]byte("second factor")) // hash.Hash never fails
	return m.Sum(nil)
}

// half is what a browser holds between password and code: whose password was right, and until
// when. It opens nothing without a code, and nothing after a new password or a new factor.
func (s *Service) half(publicID, passwordHash, factorSince string, until time.Time) string {
	said := publicID + "." + strconv.FormatInt(until.Unix(), 36)
	return said + "." + base64.RawURLEncoding.EncodeToString(s.halfMAC(said, passwordHash, factorSince))
}

func (s *Service) halfMAC(said, passwordHash, factorSince string) []byte {
	m := hmac.New(sha256.New, s.factor)
	m.Write([]byte("half\x00" + said + "\x00" + passwordHash + "\x00" + factorSince)) // hash.Hash never fails
	return m.Sum(nil)
}

// halfOf finds whose half a token is; a guess, one out of time or of another password is ErrHalf.
func (s *Service) halfOf(ctx context.Context, q *gen.Queries, token string, now time.Time) (gen.HalfSignedInRow, error) {
	at := strings.LastIndexByte(token, '.')
	if at < 0 || len(token) > 200 {
		return gen.HalfSignedInRow{}, ErrHalf
	}
	id, end, _ := strings.Cut(token[:at], ".")
	until, err := strconv.ParseInt(end, 36, 64)
	if err != nil || now.Unix() >= until || time.Unix(until, 0).After(now.Add(CodeTime+time.Minute)) {
		return gen.HalfSignedInRow{}, ErrHalf
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(token[at+1:])
	if err != nil {
		return gen.HalfSignedInRow{}, ErrHalf
	}
	r, err := q.HalfSignedIn(ctx, id)
	if missing(err) {
		return gen.HalfSignedInRow{}, ErrHalf
	}
	if err != nil {
		return gen.HalfSignedInRow{}, err
	}
	if !hmac.Equal(given, s.halfMAC(token[:at], r.PasswordHash, r.CreatedAt)) {
		return gen.HalfSignedInRow{}, ErrHalf
	}
	return r, nil
}

// owesCode gives the half of a contact with a second factor, "" for one without: then the
// password alone opens a session.
func (s *Service) owesCode(ctx context.Context, tx *db.Tx, contactID int64) (string, error) {
	f, err := tx.FactorOfContact(ctx, contactID)
	if missing(err) || (err == nil && f.ConfirmedAt == nil) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	c, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return "", err
	}
	cred, err := tx.CredentialOfContact(ctx, contactID)
	if err != nil {
		return "", err
	}
	return s.half(c.PublicID, cred.PasswordHash, f.CreatedAt, tx.Now.Add(CodeTime)), nil
}

// EnterCode opens the session of two factors: half is Session.Half of a right password, code one
// of the app or of recovery. A wrong code gives fault.factor_code at the field "code", one that
// was used fault.factor_used; too many fault.too_many; ErrHalf: the password is asked for again.
func (s *Service) EnterCode(ctx context.Context, half, code string, from Browser) (session Session, err error) {
	var refused error
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		refused = nil // what was counted stays in the file, so it is no error of the transaction
		r, err := s.halfOf(ctx, tx.Queries, half, tx.Now)
		if err != nil {
			return err
		}
		t := try{near: "code:" + hashOf(strconv.FormatInt(r.ID, 10)+"\x00"+from.Address), name: "code:" + hashOf(strconv.FormatInt(r.ID, 10))}
		if device, ok := s.deviceOf(from.Device, r.ID, tx.Now); ok {
			t.near, t.name = "code-device:"+hashOf(device), ""
		}
		if rests, err := s.takeCode(ctx, tx, t); err != nil || rests {
			refused = fault.New(fault.TooMany, "fault.too_many")
			return err
		}
		by, why, err := s.useCode(ctx, tx, r.ID, gen.ContactFactor{ContactID: r.ID, Secret: r.Secret, LastStep: r.LastStep}, code)
		if err != nil {
			return err
		}
		if why != "" {
			refused = codeRefused(why)
			return nil
		}
		if err := s.giveBack(ctx, tx, t); err != nil {
			return err
		}
		session, err = s.open(ctx, tx, opening{contactID: r.ID, customerID: r.CustomerID, name: r.Name, lang: r.Language, trust: actor.TrustSecondFactor, address: from.Address, userAgent: from.UserAgent})
		if err != nil || by != byRecovery {
			return err
		}
		return s.factorTold(ctx, tx, session.Actor, r.ID, "recovery")
	})
	if err == nil && refused != nil {
		s.log.WarnContext(ctx, "portal second factor refused", "err", refused)
		return Session{}, refused
	}
	return session, err
}

// takeCode counts a code before it is looked at, or tells that the contact must rest here.
func (s *Service) takeCode(ctx context.Context, tx *db.Tx, t try) (rests bool, err error) {
	if rests, err = s.rests(ctx, tx, t.near, freeNear); err != nil || rests {
		return rests, err
	}
	if t.name != "" {
		if rests, err = s.rests(ctx, tx, t.name, freeCodeTries); err != nil || rests {
			return rests, err
		}
		if err := s.count(ctx, tx, t.name); err != nil {
			return false, err
		}
	}
	return false, s.count(ctx, tx, t.near)
}

// How a code was made.
const (
	byApp      = "app"
	byRecovery = "recovery"
)

// useCode uses a code up. why is the key of the refusal, "" where it was right.
func (s *Service) useCode(ctx context.Context, tx *db.Tx, contactID int64, f gen.ContactFactor, code string) (by, why string, err error) {
	if typed := digits(code); len(typed) == totpDigits {
		secret, err := s.sealer.Open(sealName(contactID), f.Secret)
		if err != nil {
			return "", "", err
		}
		step, ok := totpOf(secret, typed, tx.Now)
		if !ok {
			return "", "fault.factor_code", nil
		}
		n, err := tx.UseFactorStep(ctx, gen.UseFactorStepParams{ContactID: contactID, Step: step})
		if err == nil && n == 0 {
			return "", "fault.factor_used", nil
		}
		return byApp, "", err
	}
	if len(code) > 100 {
		return "", "fault.factor_code", nil
	}
	n, err := tx.UseRecoveryCode(ctx, gen.UseRecoveryCodeParams{ContactID: contactID, CodeHash: s.recoveryHash(contactID, code), At: ptr(tx.Stamp())})
	if err == nil && n == 0 {
		return "", "fault.factor_code", nil
	}
	return byRecovery, "", err
}

func codeRefused(key string) error {
	var f fault.Form
	f.Add("code", key)
	return f.Err()
}

// digits takes the spaces out that people and apps put into codes.
func digits(code string) string {
	return strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "\t", "").Replace(code)
}

func ownKey(contactID int64) string {
	return "own-code:" + hashOf(strconv.FormatInt(contactID, 10))
}

// tryOwn counts a code that somebody signed in types, so that a session left open is no oracle.
func (s *Service) tryOwn(ctx context.Context, who actor.Actor) error {
	resting := false
	err := s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		resting, err = s.resting(ctx, tx, ownKey(who.ID))
		return err
	})
	if err == nil && resting {
		err = fault.New(fault.TooMany, "fault.too_many")
	}
	return err
}

// useOwnCode uses a code of somebody signed in up; it was counted by tryOwn.
func (s *Service) useOwnCode(ctx context.Context, tx *db.Tx, who actor.Actor, code string) error {
	f, err := tx.FactorOfContact(ctx, who.ID)
	if missing(err) || (err == nil && f.ConfirmedAt == nil) {
		return ErrFactorOff
	}
	if err != nil {
		return err
	}
	_, why, err := s.useCode(ctx, tx, who.ID, f, code)
	if err != nil {
		return err
	}
	if why != "" {
		return codeRefused(why)
	}
	return tx.DeleteFailure(ctx, ownKey(who.ID))
}
