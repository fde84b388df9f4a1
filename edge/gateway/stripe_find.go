package gateway

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/office/payments"
)

// Find tells of a payment that Stripe names, with what we wrote on it: for a file that does
// not know of it.
func (s *Stripe) Find(ctx context.Context, mode, ref string) (payments.Found, error) {
	secret, err := s.secret(ctx, mode)
	if err != nil {
		return payments.Found{}, err
	}
	if strings.HasPrefix(ref, "cs_") {
		var page pageSeen
		if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/checkout/sessions/%s", ref), &form{Expand: []*string{stripe.String("payment_intent")}}, &page); err != nil {
			return payments.Found{}, err
		}
		if page.PaymentIntent == nil {
			return payments.Found{}, nil
		}
		ref = page.PaymentIntent.ID
	}
	if !strings.HasPrefix(ref, "pi_") {
		return payments.Found{}, nil
	}
	var pi stripe.PaymentIntent
	if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/payment_intents/%s", ref), &form{Expand: expand(intentParts, "")}, &pi); err != nil {
		return payments.Found{}, err
	}
	out, err := s.withAftermath(ctx, secret, intentOutcome(&pi))
	return payments.Found{Outcome: out, Key: pi.Metadata[metaKey], Customer: pi.Metadata[metaCustomer], AmountMinor: pi.Amount, Currency: stripeCurrency(pi.Currency),
		CreatedAt: time.Unix(pi.Created, 0).UTC()}, err
}

// TakenSince names the payments of ours that were made since an instant and succeeded, the oldest
// first. What another program takes with the account is not among them.
func (s *Stripe) TakenSince(ctx context.Context, mode string, since time.Time) (taken []payments.Event, err error) {
	secret, err := s.secret(ctx, mode)
	if err != nil {
		return nil, err
	}
	err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
		var page stripe.PaymentIntentList
		err = s.list(ctx, secret, "/v1/payment_intents", &stripe.PaymentIntentListParams{ListParams: p, CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Add(-clockSlack).Unix()}}, &page)
		for _, x := range page.Data {
			if last = x.ID; x.Metadata[metaKey] != "" && x.Status == stripe.PaymentIntentStatusSucceeded {
				taken = append(taken, payments.Event{Mode: mode, Kind: "payment_intent.listed", Key: x.Metadata[metaKey], Ref: x.ID})
			}
		}
		return last, page.HasMore, err
	})
	slices.Reverse(taken)
	return taken, err
}
