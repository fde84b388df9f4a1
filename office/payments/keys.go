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

	mu     sync.Mutex
	open   map[string]string             // what was taken out already: a keyring is slow, and asked at every page
	modes  map[string]string             // by gateway, as they are stored
	worlds map[string][]gen.GatewayWorld // likewise: they name the secrets in force
}

// NewKeys makes the drawer; it touches nothing.
func NewKeys(d *db.DB, v Vault) *Keys {
	return &Keys{db: d, vault: v, open: map[string]string{}, modes: map[string]string{}, worlds: map[string][]gen.GatewayWorld{}}
}

// Keyed is a gateway that works with keys of the firm's own account.
type Keyed interface {
	// KeyMode tells which of the gateway's worlds a key opens, "" for what is no key of it.
	KeyMode(key string) string
	// HookForm tells whether this looks like the secret of a webhook.
	HookForm(secret string) bool
	// Whose asks the gateway which account a key opens, as the gateway calls it. The key need not
	// be in force. An error: nobody answered, or the key is refused (ErrKeysRefused).
	Whose(ctx context.Context, key string) (account string, err error)
}

// keyName begins the name of a secret: what follows tells the one in force from those before it.
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

// changed makes the drawer look again at what is in force of a gateway.
func (k *Keys) changed(gateway string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.modes, gateway)
	delete(k.worlds, gateway)
}

// Take gives the secret key of a mode and the secret of its webhook, "" where there is none.
// An error: it lies in a keyring that is not here, and has to be typed again.
func (k *Keys) Take(ctx context.Context, gateway, mode string) (key, hook string, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	w, err := k.world(ctx, gateway, mode)
	if err != nil {
		return "", "", err
	}
	if key, err = k.reveal(ctx, w.KeySlot); err != nil {
		return "", "", err
	}
	hook, err = k.reveal(ctx, w.HookSlot)
	return key, hook, err
}

// world finds what is in force of a gateway's world; the drawer is held.
func (k *Keys) world(ctx context.Context, gateway, mode string) (gen.GatewayWorld, error) {
	rows, ok := k.worlds[gateway]
	if !ok {
		if err := k.db.Read(ctx, func(q *gen.Queries) (err error) {
			rows, err = q.GatewayWorlds(ctx, gateway)
			return err
		}); err != nil {
			return gen.GatewayWorld{}, err
		}
		k.worlds[gateway] = rows
	}
	for _, w := range rows {
		if w.Mode == mode {
			return w, nil
		}
	}
	return gen.GatewayWorld{}, nil
}

// reveal takes a secret out; the drawer is held.
func (k *Keys) reveal(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	if secret, ok := k.open[name]; ok {
		return secret, nil
	}
	var stored []byte
	if err := k.db.Read(ctx, func(q *gen.Queries) (err error) {
		stored, err = q.GetSecret(ctx, name)
		return db.NotFound(err)
	}); err != nil {
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
