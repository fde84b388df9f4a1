package registration

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// The code that proves a mailbox: one mechanism for who came by a payment link and for who asks
// for access. It is derived from the key file, lives ten minutes, and five tries end it.
const (
	CodeLife = 10 * time.Minute
	CodeMost = 5 // tries at one code
	again    = 30 * time.Second
)

// NewToken gives the reference under which a visitor's form is kept: 256 random bits.
func (s *Service) NewToken() (string, error) {
	var b [32]byte
	if _, err := io.ReadFull(s.Random, b[:]); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b[:]), nil
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Code derives the six digits of a round from the key file; of is the public id of a registration
// or of a request.
func (s *Service) Code(of, round string) string {
	m := hmac.New(sha256.New, s.Key)
	_, _ = fmt.Fprintf(m, "%s/%s", of, round) // a hash never fails
	return fmt.Sprintf("%06d", binary.BigEndian.Uint64(m.Sum(nil))%1_000_000)
}

// pending is a code that was mailed: of whom, which round, how often it was tried before, until when.
type pending struct {
	of           string
	round, tries int64
	until        string
}

func codeOf(row gen.Registration) pending {
	return pending{of: row.PublicID, round: row.Round, tries: row.Tries, until: row.CodeUntil}
}

// young tells whether the code left a moment ago: another click is the same one.
func (c pending) young(now time.Time) bool { return c.until > db.Stamp(now.Add(CodeLife-again)) }

// try compares what was typed; counted: the try was written down, which the caller does first.
// opens: a right code opens something. It gives nil, ErrWrong or ErrDead.
func (s *Service) try(c pending, typed string, counted, opens bool, now time.Time) error {
	if !counted || c.until <= db.Stamp(now) {
		return ErrDead
	}
	right := s.Code(c.of, strconv.FormatInt(c.round, 10))
	if subtle.ConstantTimeCompare([]byte(digits(typed)), []byte(right)) == 1 && opens {
		return nil
	}
	if c.tries+1 >= CodeMost {
		return ErrDead
	}
	return ErrWrong
}

// mayMail counts a mail that a stranger at an address of the network sends to an address of mail, or
// refuses it for a while.
func (s *Service) mayMail(ctx context.Context, tx *db.Tx, email, address string) (refused, err error) {
	if rests, err := s.Access.TakeMail(ctx, tx, address); err != nil || rests {
		return fault.New(fault.TooMany, "fault.too_many"), err
	}
	wait, err := s.Access.TakeCode(ctx, tx, strings.ToLower(email))
	if err == nil && wait > 0 {
		refused = fault.New(fault.TooMany, "fault.signup.wait", "minutes", int64(math.Ceil(wait.Minutes())))
	}
	return refused, err
}

// mayBegin counts what an address of the network begins, or refuses it for a while.
func (s *Service) mayBegin(ctx context.Context, tx *db.Tx, address string) (refused, err error) {
	rests, err := s.Access.TakeStart(ctx, tx, address)
	if err == nil && rests {
		refused = fault.New(fault.TooMany, "fault.too_many")
	}
	return refused, err
}

// digits is a code as it is typed or pasted: with spaces, in the middle of words.
func digits(s string) string {
	if len(s) > 40 {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
