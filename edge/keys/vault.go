package keys

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring is the system's store of passwords.
type Keyring interface {
	Set(name, secret string) error
	Get(name string) (string, error)
	Delete(name string) error
}

// Vault keeps secrets: in the keyring where there is one, else sealed with the key file.
// What Keep gives is stored in the table secrets either way.
type Vault struct {
	file *File
	ring Keyring // nil = none
}

// What stands before a stored secret says where it is.
const (
	inRing   = 'R'
	inSealed = 'S'
)

// NewVault makes the vault of a company; ring may be nil.
func NewVault(file *File, ring Keyring) *Vault { return &Vault{file: file, ring: ring} }

// Keep stores secret under name and gives what the database keeps of it.
func (v *Vault) Keep(name, secret string) ([]byte, error) {
	if v.ring != nil {
		if err := v.ring.Set(name, secret); err == nil {
			return []byte{inRing}, nil
		}
	}
	sealed, err := v.file.Seal(name, []byte(secret))
	if err != nil {
		return nil, err
	}
	return append([]byte{inSealed}, sealed...), nil
}

// Reveal gives the secret that Keep stored. A secret in a keyring that is not there (the
// file was brought to another machine) is an error: it has to be typed again.
func (v *Vault) Reveal(name string, stored []byte) (string, error) {
	switch {
	case len(stored) > 0 && stored[0] == inSealed:
		secret, err := v.file.Open(name, stored[1:])
		return string(secret), err
	case len(stored) == 1 && stored[0] == inRing && v.ring != nil:
		return v.ring.Get(name)
	}
	return "", ErrSealed
}

// Forget removes the secret from the keyring; the caller removes the row.
func (v *Vault) Forget(name string, stored []byte) {
	if len(stored) == 1 && stored[0] == inRing && v.ring != nil {
		_ = v.ring.Delete(name) // one that stays opens nothing without the company
	}
}

// systemRing is the keyring of the signed-in user. A keyring that asks its user first may
// not answer for as long as nobody is there, and a broken one never: after one answer that
// did not come in time it counts as absent until the program starts again.
type systemRing struct {
	service string
	timeout time.Duration
	gone    atomic.Bool
}

var errRingSilent = errors.New("keys: the keyring does not answer")

// System gives the keyring of this machine for a company, or nil where there is none.
// Looking for it starts nothing: the library would launch a bus of its own otherwise.
func System(company string) Keyring {
	if !reachable() {
		return nil
	}
	return &systemRing{service: "Comptoir " + company, timeout: 5 * time.Second}
}

func reachable() bool {
	switch runtime.GOOS {
	case "windows", "darwin":
		return true
	}
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") != "" {
		return true
	}
	run := os.Getenv("XDG_RUNTIME_DIR")
	if run == "" {
		run = "/run/user/" + strconv.Itoa(os.Getuid())
	}
	info, err := os.Stat(filepath.Join(run, "bus"))
	return err == nil && info.Mode()&os.ModeSocket != 0
}

func (r *systemRing) Set(name, secret string) error {
	_, err := r.ask(func() (string, error) { return "", keyring.Set(r.service, name, secret) })
	return err
}

func (r *systemRing) Get(name string) (string, error) {
	return r.ask(func() (string, error) { return keyring.Get(r.service, name) })
}

func (r *systemRing) Delete(name string) error {
	_, err := r.ask(func() (string, error) { return "", keyring.Delete(r.service, name) })
	return err
}

func (r *systemRing) ask(fn func() (string, error)) (string, error) {
	if r.gone.Load() {
		return "", errRingSilent
	}
	type answer struct {
		secret string
		err    error
	}
	done := make(chan answer, 1) // the late answer of a silent keyring goes nowhere
	go func() {
		defer func() {
			if p := recover(); p != nil { // the library trusts the shape of what the bus answers
				done <- answer{err: fmt.Errorf("keys: keyring: %v", p)}
			}
		}()
		secret, err := fn()
		done <- answer{secret, err}
	}()
	t := time.NewTimer(r.timeout)
	defer t.Stop()
	select {
	case a := <-done:
		return a.secret, a.err
	case <-t.C:
		r.gone.Store(true)
		return "", errRingSilent
	}
}
