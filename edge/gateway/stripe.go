package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/core/money"
	"comptoir/office/payments"
)

// Stripe charges cards and SEPA debits by Stripe's own pages and library. It holds no
// number of a card or an account, only Stripe's names for them.
type Stripe struct {
	o       StripeOptions
	backend stripe.Backend
	clock   stripeClock
}

// StripeOptions is what the gateway needs of the program.
type StripeOptions struct {
	// Mode is the world that the firm switched on: payments.ModeTest, payments.ModeLive, "" = neither.
	Mode func(ctx context.Context) string
	// Keys takes the keys of a mode out of the vault; the zero value where there are none.
	Keys  func(ctx context.Context, mode string) (StripeKeys, error)
	Clock func() time.Time
	// URL is Stripe's address; "" = the real one. Only tests have another.
	URL string
	// Transport carries the requests; nil = the system's.
	Transport http.RoundTripper
}

// StripeKeys are the keys of one mode. They are never written out: not by %v, not as JSON.
type StripeKeys struct {
	Secret string   `json:"-"` // sk_… or rk_…
	Hooks  []string `json:"-"` // whsec_…: several while one is being replaced
}

// String keeps the keys out of logs.
func (StripeKeys) String() string { return "gateway.StripeKeys(hidden)" }

// GoString keeps them out of %#v too.
func (k StripeKeys) GoString() string { return k.String() }

// StripeMode tells by its prefix which world a key belongs to; "" for what is no secret key.
func StripeMode(secret string) string {
	for _, kind := range []string{"sk_", "rk_"} {
		switch {
		case strings.HasPrefix(secret, kind+"test_"):
			return payments.ModeTest
		case strings.HasPrefix(secret, kind+"live_"):
			return payments.ModeLive
		}
	}
	return ""
}

// HookSecrets reads the secrets of webhooks as they were typed: one, or while one is being
// replaced both, with a space or a comma between.
func HookSecrets(typed string) []string {
	return strings.FieldsFunc(typed, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
}

// KeyMode tells which world a key belongs to.
func (s *Stripe) KeyMode(key string) string { return StripeMode(key) }

// HookForm tells whether these look like secrets of webhooks.
func (s *Stripe) HookForm(typed string) bool {
	secrets := HookSecrets(typed)
	for _, secret := range secrets {
		if !strings.HasPrefix(secret, "whsec_") || len(secret) < 12 {
			return false
		}
	}
	return len(secrets) > 0
}

// NewStripe makes the gateway; it asks nobody.
func NewStripe(o StripeOptions) *Stripe {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	s := &Stripe{o: o, clock: stripeClock{now: o.Clock}}
	s.backend = s.newBackend()
	return s
}

var (
	_ payments.Gateway = (*Stripe)(nil)
	_ payments.Keyed   = (*Stripe)(nil)
	_ payments.Clocked = (*Stripe)(nil)
)

// Name is the gateway's name in intents and payments.
func (s *Stripe) Name() string { return "stripe" }

// Capabilities tells what it can do: everything. Its fees stand on the movement of its balance,
// which with asynchronous capture is made some time after the success.
func (s *Stripe) Capabilities() payments.Capabilities {
	return payments.Capabilities{Hosted: true, Save: true, Charge: true, Refund: true, Fees: true, Kinds: []string{payments.KindCard, payments.KindDebit}}
}

// Ready tells the mode that is switched on, and whether its key is there.
func (s *Stripe) Ready(ctx context.Context) (mode string, ok bool) {
	mode = s.o.Mode(ctx)
	if mode == "" {
		return "", false
	}
	_, err := s.secret(ctx, mode)
	return mode, err == nil
}

// Takes tells whether Stripe charges in c: in all currencies of the program.
func (s *Stripe) Takes(c money.Currency) bool { return c.Valid() }

// secret gives the key of a mode. A key of the other world is no key: what was begun in one
// is never asked about in the other.
func (s *Stripe) secret(ctx context.Context, mode string) (string, error) {
	k, err := s.o.Keys(ctx, mode)
	if err != nil {
		return "", errors.Join(payments.ErrNotSent, err)
	}
	if k.Secret == "" || StripeMode(k.Secret) != mode {
		return "", errors.Join(payments.ErrNotSent, payments.ErrOtherMode)
	}
	return k.Secret, nil
}
