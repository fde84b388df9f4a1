// Package gateway holds the ways to charge that stand behind payments.Gateway.
//
// What lives here: protocols of gateways. What must not: payments, intents and their
// states (office/payments). app.New passes gateways to the payments room.
package gateway

import (
	"context"
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
var ErrNoAnswer = errors.New("gateway: no answer")

// Name is the gateway's name in intents and payments.
func (p *Practice) Name() string { return "practice" }

type practiceCharge struct {
	Key         string `json:"key"`
	AmountMinor int64  `json:"amount_minor"`
	Currency    string `json:"currency"`
	State       string `json:"state"`
	Reason      string `json:"reason"`
}

func (c practiceCharge) outcome() payments.Outcome {
	return payments.Outcome{State: c.State, Ref: "practice-" + c.Key, Reason: c.Reason}
}

// Charge charges, declines or asks for a second step by the practice card in c.Answer. The
// same key is the same charge.
func (p *Practice) Charge(_ context.Context, c payments.Charge) (payments.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known, found, err := p.read(c.Key)
	if err != nil {
		return payments.Outcome{}, err
	}
	if found && (known.AmountMinor != c.AmountMinor || known.Currency != string(c.Currency)) {
		return payments.Outcome{}, fmt.Errorf("gateway: key %s came with another amount", c.Key)
	}
	switch {
	case !found:
		known = practiceCharge{Key: c.Key, AmountMinor: c.AmountMinor, Currency: string(c.Currency)}
		known.State, known.Reason = first(c.Answer)
	case known.State == payments.NeedsAction:
		known.State, known.Reason = second(c.Answer)
	default:
		return known.outcome(), nil
	}
	if err := p.write(known); err != nil {
		return payments.Outcome{}, err
	}
	if c.Answer == "timeout" {
		return payments.Outcome{}, ErrNoAnswer // charged, but the caller never hears of it
	}
	return known.outcome(), nil
}

func first(card string) (state, reason string) {
	switch card {
	case "approved", "timeout":
		return payments.Succeeded, ""
	case "second_step":
		return payments.NeedsAction, ""
	}
	return payments.Declined, "gateway.reason.declined"
}

func second(answer string) (state, reason string) {
	switch answer {
	case "confirm":
		return payments.Succeeded, ""
	case "refuse":
		return payments.Declined, "gateway.reason.second_step_refused"
	}
	return payments.NeedsAction, ""
}

// Ask tells what became of a charge; one never heard of is cancelled.
func (p *Practice) Ask(_ context.Context, key string) (payments.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known, found, err := p.read(key)
	if err != nil {
		return payments.Outcome{}, err
	}
	if !found {
		return payments.Outcome{State: payments.Cancelled}, nil
	}
	return known.outcome(), nil
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
