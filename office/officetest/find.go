package officetest

import (
	"context"

	"comptoir/office/payments"
)

// Find tells of a payment by its reference.
func (g *Gateway) Find(_ context.Context, mode, ref string) (payments.Found, error) {
	leave, err := g.enter(mode)
	if err != nil {
		return payments.Found{}, err
	}
	defer leave()
	for key, a := range g.Known {
		if a.Ref == ref {
			return payments.Found{Outcome: a.tell(), Key: key, Customer: a.Customer, AmountMinor: a.AmountMinor, Currency: "EUR"}, nil
		}
	}
	return payments.Found{}, payments.ErrMissing
}
