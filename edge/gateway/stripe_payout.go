package gateway

import (
	"context"
	"net/http"
	"slices"
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

// PayoutsSince names the payouts that were made since an instant, the oldest first.
func (s *Stripe) PayoutsSince(ctx context.Context, mode string, since time.Time) (refs []string, err error) {
	secret, err := s.secret(ctx, mode)
	if err != nil {
		return nil, err
	}
	err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
		var page stripe.PayoutList
		err = s.list(ctx, secret, "/v1/payouts", &stripe.PayoutListParams{ListParams: p, CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: since.Unix()}}, &page)
		for _, x := range page.Data {
			last, refs = x.ID, append(refs, x.ID)
		}
		return last, page.HasMore, err
	})
	slices.Reverse(refs)
	return refs, err
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
