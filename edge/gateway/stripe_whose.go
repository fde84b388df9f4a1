package gateway

import (
	"context"
	"net/http"

	"github.com/stripe/stripe-go/v85"
)

// Whose tells the id of the account that a key opens, before the key is in force.
func (s *Stripe) Whose(ctx context.Context, key string) (string, error) {
	var a stripe.Account
	if err := s.call(ctx, key, http.MethodGet, "/v1/account", &stripe.Params{}, &a); err != nil {
		return "", err
	}
	return a.ID, nil
}
