package access

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"comptoir/core/fault"
)

// argon2id as OWASP and RFC 9106 advise for an interactive sign-in; written into each
// hash, so that a later change reads the old ones.
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
	argonSalt    = 16
)

// waitingMax is how many sign-ins may queue for the hasher; more are turned away rather
// than kept waiting behind an attack.
const waitingMax = 32

// hasher does the costly work of passwords, a few at a time.
type hasher struct {
	slots   chan struct{}
	waiting atomic.Int64
	count   atomic.Int64 // hashes computed, for tests of same work
	random  io.Reader
	dummy   string // a hash of nothing: what an unknown name is checked against
}

func newHasher(slots int, random io.Reader) *hasher {
	h := &hasher{slots: make(chan struct{}, slots), random: random}
	// A PHC string of right shape: any password is compared with it at full cost, none fits.
	h.dummy = phc(make([]byte, argonSalt), make([]byte, argonKey), argonMemory, argonTime, argonThreads)
	return h
}

func phc(salt, key []byte, memory, time uint32, threads uint8) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, time, threads, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func (h *hasher) enter(ctx context.Context) error {
	if h.waiting.Add(1) > waitingMax {
		h.waiting.Add(-1)
		return fault.New(fault.Unavailable, "fault.busy")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
		h.count.Add(1)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// hash gives the PHC string of a password, taken exactly as typed.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", err
	}
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer func() { <-h.slots }()
	return phc(salt, argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonThreads, argonKey), argonMemory, argonTime, argonThreads), nil
}

var errHash = errors.New("access: stored hash is not of the form in use")

// verify tells whether password made stored. It costs the same either way.
func (h *hasher) verify(ctx context.Context, password, stored string) (bool, error) {
	var version int
	var memory, time uint32
	var threads uint8
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || memory > 1<<20 || time > 16 || time == 0 || threads == 0 {
		return false, errHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(want) < 16 {
		return false, errHash
	}
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer func() { <-h.slots }()
	got := argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
