package gateway

import (
	"context"
	"net/http"
	"strings"

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
	return payments.Found{Outcome: out, Key: pi.Metadata[metaKey], Customer: pi.Metadata[metaCustomer], AmountMinor: pi.Amount, Currency: stripeCurrency(pi.Currency)}, err
}
