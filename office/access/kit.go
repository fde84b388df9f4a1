package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"comptoir/db"
)

// What this file has is shared with the room of the firm's own users (office/users): one hasher with one
// limit of work, one way of counting tries, one kind of one-time code. Nothing here knows whose they are.

// HashPassword gives what is stored of a password; a queue that is full gives fault.busy.
func (s *Service) HashPassword(ctx context.Context, password string) (string, error) {
	return s.hasher.hash(ctx, password)
}

// FitsPassword tells whether password made stored; stored "" is nobody's and costs the same.
func (s *Service) FitsPassword(ctx context.Context, password, stored string) (bool, error) {
	nobody := stored == ""
	if nobody {
		stored = s.hasher.dummy
	}
	fits, err := s.hasher.verify(ctx, password, stored)
	return fits && !nobody, err
}

// NewToken gives 256 random bits for a cookie or a link; TokenHash is what is stored of them.
func (s *Service) NewToken() (string, error) { return s.newToken() }

// TokenHash is what the file keeps of a token.
func TokenHash(token string) string { return hashOf(token) }

// Derived makes a token that no file holds out of a public id; purpose keeps two uses apart.
func (s *Service) Derived(purpose, publicID string) string {
	m := hmac.New(sha256.New, s.key)
	m.Write([]byte(purpose + "\x00" + publicID)) // hash.Hash never fails
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

// Tries are the keys under which one try is counted, with how many each has free; a key of "" is left out.
type Tries []Try

// Try is one of them.
type Try struct {
	Key  string
	Free int64
}

// What is free of one place at a name, of a name from everywhere (of its six digits, which are fewer than
// passwords), of one address at all names.
const (
	FreeNear    = int64(freeNear)
	FreeName    = int64(freeName)
	FreeCode    = int64(freeCodeTries)
	FreeAddress = int64(30)
)

// NameKey is a name as it is counted.
func NameKey(prefix string, parts ...string) string {
	return prefix + ":" + hashOf(strings.ToLower(strings.Join(parts, "\x00")))
}

// Take counts a try under every key before anything is looked at, or tells that one of them rests.
func (s *Service) Take(ctx context.Context, tx *db.Tx, t Tries) (rests bool, err error) {
	for _, x := range t {
		if rests, err = s.rests(ctx, tx, x.Key, x.Free); err != nil || rests {
			return rests, err
		}
	}
	for _, x := range t {
		if err := s.count(ctx, tx, x.Key); err != nil {
			return false, err
		}
	}
	return false, nil
}

// GiveBack takes a try that succeeded off the counts: the first key begins anew, the others lose this try only.
func (s *Service) GiveBack(ctx context.Context, tx *db.Tx, t Tries) error {
	for i, x := range t {
		rest := try{near: x.Key}
		if i > 0 {
			rest = try{name: x.Key}
		}
		if err := s.giveBack(ctx, tx, rest); err != nil {
			return err
		}
	}
	return nil
}

// Seldom tells whether a mail under this key may go now, and counts it: the time between two doubles.
func (s *Service) Seldom(ctx context.Context, tx *db.Tx, key string) (bool, error) {
	return s.seldom(ctx, tx, key)
}

// Once tells whether key was free for that long, and takes it.
func (s *Service) Once(ctx context.Context, tx *db.Tx, key string, every time.Duration) (bool, error) {
	return s.onceIn(ctx, tx, key, every)
}

// NewSecret makes the secret of a second factor, sealed under name.
func (s *Service) NewSecret(name string) ([]byte, error) {
	secret := make([]byte, totpSecret)
	if _, err := io.ReadFull(s.random, secret); err != nil {
		return nil, err
	}
	return s.sealer.Seal(name, secret)
}

// ReadSecret gives a secret to type and as the address of a QR code.
func (s *Service) ReadSecret(name string, sealed []byte, firm, user string) (typed, uri string, err error) {
	secret, err := s.sealer.Open(name, sealed)
	if err != nil {
		return "", "", err
	}
	return b32.EncodeToString(secret), totpURI(secret, firm, user), nil
}

// StepOf finds the step near now whose code was typed; ok is false for a wrong one.
func (s *Service) StepOf(name string, sealed []byte, code string, now time.Time) (step int64, ok bool, err error) {
	secret, err := s.sealer.Open(name, sealed)
	if err != nil {
		return 0, false, err
	}
	step, ok = totpOf(secret, digits(code), now)
	return step, ok, nil
}

// IsTotp tells whether what was typed has the form of the app's codes.
func IsTotp(code string) bool { return len(digits(code)) == totpDigits }

// NewCodes gives ten codes of recovery for owner with what is stored of each.
func (s *Service) NewCodes(owner string) (codes, hashes []string, err error) {
	for range recoveryCount {
		code, err := s.NewCode(recoveryLength/2, 2)
		if err != nil {
			return nil, nil, err
		}
		codes, hashes = append(codes, code), append(hashes, s.CodeHash(owner, code))
	}
	return codes, hashes, nil
}

// NewCode gives a code to write down: groups of letters that are not taken for one another, 5 bits each.
func (s *Service) NewCode(group, groups int) (string, error) {
	b := make([]byte, group*groups)
	if _, err := io.ReadFull(s.random, b); err != nil {
		return "", err
	}
	var out strings.Builder
	for i, x := range b {
		if i > 0 && i%group == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(recoveryLetters[x&31])
	}
	return out.String(), nil
}

// CodeHash is what the file keeps of a code of owner, however it was typed.
func (s *Service) CodeHash(owner, code string) string {
	m := hmac.New(sha256.New, s.factor)
	m.Write([]byte("recovery\x00" + owner + "\x00" + recoveryTyped.Replace(strings.ToLower(code)))) // hash.Hash never fails
	return hex.EncodeToString(m.Sum(nil))
}

// HalfMAC signs what a browser holds between password and code.
func (s *Service) HalfMAC(said, passwordHash, factorSince string) []byte {
	return s.halfMAC("user\x00"+said, passwordHash, factorSince)
}

// Plain keeps a header that somebody sent printable and short.
func Plain(header string, limit int) string { return plain(header, limit) }

// Device gives what a browser keeps to be known again at a sign-in; owner tells whose.
func (s *Service) Device(owner int64, now time.Time) (string, error) { return s.newDevice(owner, now) }

// KnownDevice gives the id of a device that is known for owner.
func (s *Service) KnownDevice(token string, owner int64, now time.Time) (id string, ok bool) {
	return s.deviceOf(token, owner, now)
}
