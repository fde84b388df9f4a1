// Package gateway holds the ways to charge that stand behind payments.Gateway.
//
// What lives here: protocols of gateways. What must not: payments, intents and their
// states (office/payments). app.New passes gateways to the payments room.
package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"sync"

	"comptoir/office/payments"
)

// Practice is the gateway of the demo company: no money moves. It keeps what it was asked
// in a folder, as a real gateway would on its own machines, so that it can be asked again
// after a crash. The practice cards approve, decline, ask for a second step, and charge
// without ever answering.
type Practice struct {
	dir string
	mu  sync.Mutex
}

// NewPractice names the folder; it touches nothing.
func NewPractice(dir string) *Practice { return &Practice{dir: dir} }

// ErrNoAnswer is what a caller sees of a charge that timed out.
var ErrNoAnswer = fmt.Errorf("gateway: no answer: %w", payments.ErrUnreached)

// Name is the gateway's name in intents and payments.
func (p *Practice) Name() string { return "practice" }

// practiceCharge is one attempt as the practice gateway knows it.
type practiceCharge struct {
	Key         string `json:"key"`
	Kind        string `json:"kind"`
	AmountMinor int64  `json:"amount_minor"`
	Currency    string `json:"currency"`
	State       string `json:"state"`
	Reason      string `json:"reason"`
	Card        string `json:"card,omitempty"` // the practice card it is paid with
	Save        bool   `json:"save,omitempty"`
	CustomerRef string `json:"customer_ref,omitempty"`
	Of          string `json:"of,omitempty"` // of a refund: the key of the charge
	At          string `json:"at,omitempty"`
	Asked       int    `json:"asked,omitempty"`
}

var keyForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func (p *Practice) path(key string) (string, error) {
	if !keyForm.MatchString(key) {
		return "", fmt.Errorf("gateway: key %q", key)
	}
	return filepath.Join(p.dir, key+".json"), nil
}

func (p *Practice) read(key string) (c practiceCharge, found bool, err error) {
	path, err := p.path(key)
	if err != nil {
		return c, false, err
	}
	b, err := os.ReadFile(path) // #nosec G304 -- the key's form is checked
	if errors.Is(err, os.ErrNotExist) {
		return c, false, nil
	}
	if err != nil {
		return c, false, err
	}
	err = json.Unmarshal(b, &c)
	return c, true, err
}

// write makes the charge durable before it is answered.
func (p *Practice) write(c practiceCharge) error {
	path, err := p.path(c.Key)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	b, err := json.Marshal(c)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(p.dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(b)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	if runtime.GOOS == "windows" { // lets nobody flush a folder
		return nil
	}
	d, err := os.Open(p.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close()) // its name must last as well as its bytes
}
