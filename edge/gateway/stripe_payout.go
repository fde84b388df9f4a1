package gateway

import (
	"context"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/core/civil"
	"comptoir/office/payments"
)

var _ payments.PayingOut = (*Stripe)(nil)

// Payout tells how a payout to the firm's bank account stands. Stripe names the day on which it
// arrives as midnight in UTC. One that was paid may fail days later: the bank sent it back.
func (s *Stripe) Payout(ctx context.Context, mode, ref string) (payments.Payout, error) {
	secret, err := s.secret(ctx, mode)
	if err != nil {
		return payments.Payout{}, err
	}
	var p stripe.Payout
	if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/payouts/%s", ref), &stripe.Params{}, &p); err != nil {
		return payments.Payout{}, err
	}
	return payments.Payout{Ref: p.ID, State: payoutState(p.Status), AmountMinor: p.Amount, Currency: stripeCurrency(p.Currency), ArrivesOn: civil.Of(time.Unix(p.ArrivalDate, 0), time.UTC),
		CreatedAt: time.Unix(p.Created, 0).UTC()}, nil
}

func payoutState(s stripe.PayoutStatus) string {
	switch s {
	case stripe.PayoutStatusPaid:
		return payments.PayoutPaid
	case stripe.PayoutStatusFailed, stripe.PayoutStatusCanceled:
		return payments.PayoutFailed
	case stripe.PayoutStatusPending, stripe.PayoutStatusInTransit:
	}
	return payments.PayoutUnderWay
}
