// Package keys holds the company's key file and what is sealed with it.
//
// What lives here: the key file beside the data, keys derived from it by purpose, sealing,
// the keyring of the system where there is one. What must not: SQL, sessions, passwords of
// people (argon2id, office/access). Called by app.New, which hands the derived keys to the
// rooms and the Vault to whoever keeps a password.
//
// A stolen database opens nothing: mail and gateway passwords in it are sealed, document
// links in it are hashes. The key file is part of the backup (encrypted), not of exports.
package keys

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"

	"comptoir/core/fault"
)

// Name is the file's name in the company folder.
const Name = "key"

// What a person is told of when the file is not as it should be.
var (
	ErrMissing = fault.New(fault.Unavailable, "mail.fault.key_missing")
	ErrDamaged = fault.New(fault.Unavailable, "mail.fault.key_damaged")
)

// ErrSealed is given for a sealed secret that this key does not open.
var ErrSealed = errors.New("keys: sealed with another key, or damaged")

// The purposes that keys are derived for. A new purpose is a new word, never a reused one.
const (
	Links   = "links"   // HMAC of document links
	secrets = "secrets" // Seal and Open
	SignIn  = "sign-in" // HMAC of names in sign_in_failures and the like
)

const (
	size   = 32
	header = "comptoir-key-1 " // version of the file's form
)

// File is an open key file.
type File struct{ secret [size]byte }

// Create writes a new key file into dir; one that is there is never overwritten.
func Create(dir string) (*File, error) {
	var secret [size]byte
	_, _ = rand.Read(secret[:]) // never fails
	path := filepath.Join(dir, Name)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	_, err = f.WriteString(header + hex.EncodeToString(secret[:]) + "\n")
	// On the disk before anything is sealed with it.
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("keys: %w", err), os.Remove(path))
	}
	return &File{secret: secret}, nil
}

// Open reads the key file of dir. A missing or damaged one is a fault in words; it is
// never replaced silently, since that would lose every sealed secret and mailed link.
func Open(dir string) (*File, error) {
	path := filepath.Join(dir, Name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, ErrMissing.With(err)
	case err != nil:
		return nil, ErrDamaged.With(err)
	case !info.Mode().IsRegular() || info.Size() > 1024:
		return nil, ErrDamaged
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, ErrDamaged.With(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, ErrDamaged.With(err)
	}
	text, ok := strings.CutPrefix(strings.TrimSpace(string(b)), header)
	raw, err := hex.DecodeString(text)
	if !ok || err != nil || len(raw) != size {
		return nil, ErrDamaged
	}
	return &File{secret: [size]byte(raw)}, nil
}

// Seeded is a key without a file, the same for the same seed: for tests only.
func Seeded(seed string) *File { return &File{secret: sha256.Sum256([]byte("test key " + seed))} }

// Subkey derives the 32-byte key of a purpose (HKDF-SHA256, RFC 5869).
func (f *File) Subkey(purpose string) []byte {
	k, err := hkdf.Key(sha256.New, f.secret[:], nil, "comptoir/1/"+purpose, size)
	if err != nil {
		panic("keys: " + err.Error()) // only for a length beyond 255 hashes
	}
	return k
}

// Seal encrypts secret (XChaCha20-Poly1305); name is bound to it, so that one sealed
// secret cannot be put in another's place.
func (f *File) Seal(name string, secret []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(f.Subkey(secrets))
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	nonce := make([]byte, aead.NonceSize(), aead.NonceSize()+len(secret)+aead.Overhead())
	_, _ = rand.Read(nonce) // never fails
	return aead.Seal(nonce, nonce, secret, []byte(name)), nil
}

// Open decrypts what Seal made for the same name.
func (f *File) Open(name string, sealed []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(f.Subkey(secrets))
	if err != nil {
		return nil, fmt.Errorf("keys: %w", err)
	}
	if len(sealed) < aead.NonceSize() {
		return nil, ErrSealed
	}
	nonce, text := sealed[:aead.NonceSize()], sealed[aead.NonceSize():]
	secret, err := aead.Open(nil, nonce, text, []byte(name))
	if err != nil {
		return nil, ErrSealed
	}
	return secret, nil
}

// String keeps the key out of logs.
func (f *File) String() string { return "keys.File(hidden)" }

// GoString keeps it out of %#v too.
func (f *File) GoString() string { return f.String() }
