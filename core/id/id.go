// Package id makes the identifiers that people and programs see outside: public ids in
// addresses of the portal and the window, names of mails.
//
// What lives here: the source of such identifiers, random or (for the demo and tests)
// repeatable. What must not: secrets. A token that opens something comes from
// crypto/rand or from the key file (edge/keys), never from a Source, which may be seeded.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	mrand "math/rand/v2"
	"strings"
	"sync"
)

// Source gives a new identifier at each call: 26 characters of a-z and 2-7, 130 bits.
// It may be called from several goroutines.
type Source func() string

// Random is the source of a running company.
func Random() Source { return func() string { return strings.ToLower(rand.Text()) } }

// Seeded gives the same identifiers in the same order for the same seed: for the demo
// company and for tests only.
func Seeded(seed uint64) Source {
	var key [32]byte
	binary.BigEndian.PutUint64(key[:], seed)
	stream := mrand.NewChaCha8(key)
	var mu sync.Mutex
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		var b [17]byte
		_, _ = stream.Read(b[:]) // never fails
		return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b[:])[:26])
	}
}
