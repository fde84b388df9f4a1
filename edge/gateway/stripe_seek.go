package gateway

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/office/payments"
)

// An order whose answer was lost is found again by our key, which stands on Stripe's record
// of it. Stripe's lists are complete at once; its search is not, so it is not used.

const (
	pageSize  = 100
	mostPages = 50
	// keyLife is how long Stripe remembers an idempotency key.
	keyLife = 24 * time.Hour
	// clockSlack is how far this machine's clock may be from Stripe's.
	clockSlack = 15 * time.Minute
)

var errTooMany = fmt.Errorf("stripe: too many records to look through: %w", payments.ErrTooMuch)

// since is the earliest time at which an attempt can be on Stripe's records.
func since(a payments.Attempt) *stripe.RangeQueryParams {
	if a.CreatedAt.IsZero() {
		return nil
	}
	return &stripe.RangeQueryParams{GreaterThanOrEqual: a.CreatedAt.Add(-clockSlack).Unix()}
}

// eachPage reads a list to its end; read gives the last id of a page and whether more follow.
func eachPage(read func(p stripe.ListParams) (last string, more bool, err error)) error {
	p := stripe.ListParams{Limit: stripe.Int64(pageSize)}
	for range mostPages {
		last, more, err := read(p)
		if err != nil || !more || last == "" {
			return err
		}
		p.StartingAfter = &last
	}
	return errTooMany
}

func (s *Stripe) seekPage(ctx context.Context, secret string, a payments.Attempt) (ref string, err error) {
	err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
		var page pagesSeen
		err = s.list(ctx, secret, "/v1/checkout/sessions", &stripe.CheckoutSessionListParams{ListParams: p, CreatedRange: since(a)}, &page)
		for _, x := range page.Data {
			if last = x.ID; x.Metadata[metaKey] == a.Key {
				ref = x.ID
			}
		}
		return last, page.HasMore && ref == "", err
	})
	return ref, err
}

// seekCharge looks among all charges of the customer, whenever they were made: our clock may have
// been ahead when the attempt was written. Then among those of that time of any customer: it may
// bear another name at Stripe by now.
func (s *Stripe) seekCharge(ctx context.Context, secret string, a payments.Attempt) (ref string, err error) {
	if a.CustomerRef != "" {
		ref, err = s.seekIntent(ctx, secret, a.Key, &stripe.PaymentIntentListParams{Customer: &a.CustomerRef})
	}
	if r, is := refused(err); ref != "" || err != nil && (!is || !r.missing()) {
		return ref, err
	}
	return s.seekIntent(ctx, secret, a.Key, &stripe.PaymentIntentListParams{CreatedRange: since(a)})
}

func (s *Stripe) seekIntent(ctx context.Context, secret, key string, among *stripe.PaymentIntentListParams) (ref string, err error) {
	err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
		var page stripe.PaymentIntentList
		among.ListParams = p
		err = s.list(ctx, secret, "/v1/payment_intents", among, &page)
		for _, x := range page.Data {
			if last = x.ID; x.Metadata[metaKey] == key {
				ref = x.ID
			}
		}
		return last, page.HasMore && ref == "", err
	})
	return ref, err
}

func (s *Stripe) refundsOf(ctx context.Context, secret, intent string) (all []*stripe.Refund, err error) {
	err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
		var page stripe.RefundList
		params := &stripe.RefundListParams{ListParams: p, PaymentIntent: &intent, Expand: []*string{stripe.String("data.balance_transaction")}}
		err = s.list(ctx, secret, "/v1/refunds", params, &page)
		for _, x := range page.Data {
			last, all = x.ID, append(all, x)
		}
		return last, page.HasMore, err
	})
	return all, err
}

func (s *Stripe) seekRefund(ctx context.Context, secret string, a payments.Attempt) (string, error) {
	all, err := s.refundsOf(ctx, secret, a.ChargeRef)
	if err != nil {
		return "", err
	}
	for _, r := range all {
		if r.Metadata[metaKey] == a.Key {
			return r.ID, nil
		}
	}
	return "", nil
}

// settleUnheard says of an order that would move money, and that Stripe's lists do not show,
// that it never will: it may still be on its way. Its idempotency key is spent on a note on
// the record it is about, which changes nothing; from then on Stripe refuses the order itself
// when it arrives late. Where the key turns out to be taken the order came first, and is
// looked for once more.
func (s *Stripe) settleUnheard(ctx context.Context, secret string, a payments.Attempt, seek func(context.Context, string, payments.Attempt) (string, error), about, ref string) (found string, out payments.Outcome, err error) {
	unknown := payments.Outcome{State: payments.Unknown}
	if found, err = seek(ctx, secret, a); err != nil || found != "" {
		return found, unknown, err
	}
	if ref == "" {
		return "", unknown, nil
	}
	p := &form{Metadata: map[string]string{"asked": a.Key}}
	p.IdempotencyKey = &a.Key
	err = s.call(ctx, secret, http.MethodPost, about, p, &noted{})
	r, is := refused(err)
	switch {
	case err == nil:
		return "", payments.Outcome{State: payments.Cancelled}, nil
	case !is || !r.keyTaken():
		return "", unknown, err
	}
	if found, err = seek(ctx, secret, a); err != nil || found != "" {
		return found, unknown, err
	}
	return "", payments.Outcome{State: payments.Cancelled}, nil // it came, and was refused
}

// noted is an answer of which nothing is read.
type noted struct{ stripe.APIResource }
