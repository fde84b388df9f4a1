package officetest

import (
	"context"
	"slices"
	"strings"
	"time"

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

// TakenSince names all that succeeded; it keeps no time.
func (g *Gateway) TakenSince(_ context.Context, mode string, _ time.Time) (taken []payments.Event, err error) {
	leave, err := g.enter(mode)
	if err != nil {
		return nil, err
	}
	defer leave()
	for key, a := range g.Known {
		if a.State == payments.Succeeded && a.Kind != payments.IntentRefund {
			taken = append(taken, payments.Event{Mode: mode, Kind: "listed", Key: key, Ref: a.Ref})
		}
	}
	slices.SortFunc(taken, func(a, b payments.Event) int { return strings.Compare(a.Key, b.Key) })
	return taken, nil
}
