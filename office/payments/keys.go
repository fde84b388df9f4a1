package payments

import (
	"context"
	"sync"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Vault keeps secrets: in the keyring of the system, else sealed; edge/keys behind it.
type Vault interface {
	Keep(name, secret string) (stored []byte, err error)
	Reveal(name string, stored []byte) (string, error)
	Forget(name string, stored []byte)
}

// Keys is the drawer of the gateways' keys: who may take money in the firm's name. A key is
// typed once and never shown again but for its last characters.
type Keys struct {
	db    *db.DB
	vault Vault

	mu    sync.Mutex
	open  map[string]string // what was taken out already: a keyring is slow, and asked at every page
	modes map[string]string // by gateway, as they are stored
}

// NewKeys makes the drawer; it touches nothing.
func NewKeys(d *db.DB, v Vault) *Keys {
	return &Keys{db: d, vault: v, open: map[string]string{}, modes: map[string]string{}}
}

// Keyed is a gateway that works with keys of the firm's own account.
type Keyed interface {
	// KeyMode tells which of the gateway's worlds a key opens, "" for what is no key of it.
	KeyMode(key string) string
	// HookForm tells whether this looks like the secret of a webhook.
	HookForm(secret string) bool
}

func keyName(gateway, mode, which string) string {
	return "gateway." + gateway + "." + mode + "." + which
}

// Mode is the world of a gateway that the firm switched on; "" while it has no account with it.
func (k *Keys) Mode(ctx context.Context, gateway string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if mode, ok := k.modes[gateway]; ok {
		return mode
	}
	mode := ""
	err := k.db.Read(ctx, func(q *gen.Queries) error {
		a, err := q.GatewayAccount(ctx, gateway)
		mode = a.Mode
		return db.NotFound(err)
	})
	if err == nil || fault.Is(err, fault.NotFound) {
		k.modes[gateway] = mode
	}
	return mode
}

// changed makes the drawer look again at a gateway's mode.
func (k *Keys) changed(gateway string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.modes, gateway)
}

// Take gives the secret key of a mode and the secret of its webhook, "" where there is none.
// An error: it lies in a keyring that is not here, and has to be typed again.
func (k *Keys) Take(ctx context.Context, gateway, mode string) (key, hook string, err error) {
	if key, err = k.reveal(ctx, keyName(gateway, mode, "key")); err != nil {
		return "", "", err
	}
	hook, err = k.reveal(ctx, keyName(gateway, mode, "hook"))
	return key, hook, err
}

func (k *Keys) reveal(ctx context.Context, name string) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if secret, ok := k.open[name]; ok {
		return secret, nil
	}
	var stored []byte
	err := k.db.Read(ctx, func(q *gen.Queries) (err error) {
		stored, err = q.GetSecret(ctx, name)
		return db.NotFound(err)
	})
	switch {
	case fault.Is(err, fault.NotFound):
		k.open[name] = ""
		return "", nil
	case err != nil:
		return "", err
	}
	secret, err := k.vault.Reveal(name, stored)
	if err == nil {
		k.open[name] = secret
	}
	return secret, err
}

func (k *Keys) close(name string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.open, name)
}

// reaches tells whether a gateway can be asked about its world mode now, whichever of its
// worlds is switched on.
func (s *Service) reaches(ctx context.Context, g Gateway, mode string) bool {
	if _, keyed := g.(Keyed); keyed && s.Keys != nil {
		key, _, err := s.Keys.Take(ctx, g.Name(), mode)
		return err == nil && key != ""
	}
	now, ready := g.Ready(ctx)
	return ready && now == mode
}

// warm asks every gateway whether it is ready, outside of any transaction: a keyring may be
// slow, and what it tells is remembered.
func (s *Service) warm(ctx context.Context) {
	for _, g := range s.Gateways {
		if s.Allowed(ctx, g.Name()) {
			g.Ready(ctx)
		}
	}
}
