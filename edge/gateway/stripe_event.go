package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"
	"github.com/stripe/stripe-go/v85/webhook"

	"comptoir/core/fault"
	"comptoir/office/payments"
)

// What Stripe tells of its own accord only says what to ask about: nothing of an event but
// its names is believed. So the version of the interface that an event was written for, and
// the order in which events come, do not matter.

// mostNews is how many kinds of events Stripe takes in one question ("up to 20 strings").
const mostNews = 20

// stripeNews are the kinds of events that are about something of ours.
var stripeNews = []string{
	"checkout.session.completed", "checkout.session.expired", "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed",
	"payment_intent.succeeded", "payment_intent.processing", "payment_intent.payment_failed", "payment_intent.canceled", "payment_intent.requires_action",
	"setup_intent.succeeded", "setup_intent.setup_failed",
	"charge.updated", "charge.refunded", "refund.created", "refund.updated", "refund.failed",
	"charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated",
	"payout.paid", "payout.failed", "payout.canceled",
}

const (
	hookTolerance = 5 * time.Minute // as Stripe's own libraries have it
	newsOverlap   = 10 * time.Minute
	firstNews     = 3 * 24 * time.Hour
)

var errSignature = fault.New(fault.Invalid, "fault.stripe_signature")

// Hear checks a webhook's signature by each secret of each mode and tells what it is about.
func (s *Stripe) Hear(ctx context.Context, payload []byte, signature string) (payments.Event, error) {
	mode, ok := s.signedBy(ctx, payload, signature)
	if !ok {
		return payments.Event{}, errSignature
	}
	if err := s.fresh(signature); err != nil {
		return payments.Event{}, errSignature.With(err)
	}
	var e stripe.Event
	if err := json.Unmarshal(payload, &e); err != nil || e.ID == "" || e.Object != "event" {
		return payments.Event{}, errSignature.With(errors.New("stripe: a signed webhook that is no event"))
	}
	if modeOf(e.Livemode) != mode {
		return payments.Event{}, errSignature.With(errors.New("stripe: an event of the other mode"))
	}
	return eventOf(&e), nil
}

func (s *Stripe) signedBy(ctx context.Context, payload []byte, signature string) (mode string, ok bool) {
	for _, mode := range []string{payments.ModeTest, payments.ModeLive} {
		keys, err := s.o.Keys(ctx, mode)
		if err != nil {
			continue
		}
		for _, secret := range keys.Hooks {
			if secret != "" && webhook.ValidatePayloadIgnoringTolerance(payload, signature, secret) == nil {
				return mode, true
			}
		}
	}
	return "", false
}

// fresh refuses a signature that is old, or from a future that no clock is that far in: an
// event that somebody recorded is not heard again. The library asks the machine's clock and
// knows only one direction. A head with more than one time is refused: the library signs with
// the last, and nobody else must judge another one by its age. (The parts are cut as the library
// cuts them.)
func (s *Stripe) fresh(signature string) error {
	var stamps []string
	for part := range strings.SplitSeq(signature, ",") {
		if name, stamp, _ := strings.Cut(part, "="); name == "t" {
			stamps = append(stamps, stamp)
		}
	}
	if len(stamps) != 1 {
		return fmt.Errorf("stripe: a signature with %d times", len(stamps))
	}
	sec, err := strconv.ParseInt(stamps[0], 10, 64)
	if err != nil {
		return errors.New("stripe: a signature without a time")
	}
	if off := s.o.Clock().Sub(time.Unix(sec, 0)); off.Abs() > hookTolerance {
		return fmt.Errorf("stripe: a signed webhook of %s ago: %w", off.Round(time.Second), payments.ErrClock)
	}
	return nil
}

func modeOf(live bool) string {
	if live {
		return payments.ModeLive
	}
	return payments.ModeTest
}

// eventOf reads the names in an event: of the record, of the payment intent that it belongs
// to, and our own key.
func eventOf(e *stripe.Event) payments.Event {
	out := payments.Event{ID: e.ID, Mode: modeOf(e.Livemode), Kind: string(e.Type)}
	if e.Data == nil {
		return out
	}
	var about struct {
		ID            string                `json:"id"`
		Object        string                `json:"object"`
		Metadata      map[string]string     `json:"metadata"`
		PaymentIntent *stripe.PaymentIntent `json:"payment_intent"` // an id, or the whole
	}
	if json.Unmarshal(e.Data.Raw, &about) != nil {
		return out
	}
	out.Key, out.Ref = about.Metadata[metaKey], about.ID
	if about.PaymentIntent != nil && about.Object != "checkout.session" {
		out.Ref = about.PaymentIntent.ID
	}
	return out
}

// News lists what happened after the cursor, which is the time of the last event. It starts a
// little before: events of one second come in no order, and each is heard once by its id.
func (s *Stripe) News(ctx context.Context, mode, cursor string) (events []payments.Event, next string, err error) {
	secret, err := s.secret(ctx, mode)
	if err != nil {
		return nil, cursor, err
	}
	off, _ := s.ClockOff() // our clock may be a year ahead: by it nothing would ever have happened
	from := s.o.Clock().Add(-off - firstNews).Unix()
	newest := int64(0)
	if at, err := strconv.ParseInt(cursor, 10, 64); err == nil {
		from, newest = at-int64(newsOverlap/time.Second), at
	}
	var found []*stripe.Event
	for types := range slices.Chunk(stripeNews, mostNews) {
		err = eachPage(func(p stripe.ListParams) (last string, more bool, err error) {
			var page stripe.EventList
			err = s.list(ctx, secret, "/v1/events", &stripe.EventListParams{ListParams: p, CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: from}, Types: expand(types, "")}, &page)
			for _, e := range page.Data {
				last, newest = e.ID, max(newest, e.Created)
			}
			found = append(found, page.Data...)
			return last, page.HasMore, err
		})
		if err != nil {
			return nil, cursor, err
		}
	}
	slices.Reverse(found)
	slices.SortStableFunc(found, func(a, b *stripe.Event) int { return cmp.Compare(a.Created, b.Created) })
	for _, e := range found {
		events = append(events, eventOf(e))
	}
	if newest == 0 { // nothing ever happened: what does is read from now on, however long that takes
		off, known := s.ClockOff()
		if !known {
			return events, cursor, nil
		}
		newest = s.o.Clock().Add(-off).Unix()
	}
	return events, strconv.FormatInt(newest, 10), nil
}

// Test asks Stripe who we are.
func (s *Stripe) Test(ctx context.Context, mode string) (payments.Account, error) {
	keys, err := s.o.Keys(ctx, mode)
	switch {
	case err != nil:
		return payments.Account{}, err
	case keys.Secret == "":
		return payments.Account{}, fault.New(fault.Invalid, "fault.stripe_key_missing")
	case StripeMode(keys.Secret) == "":
		return payments.Account{}, fault.New(fault.Invalid, "fault.stripe_key_form")
	case StripeMode(keys.Secret) != mode:
		return payments.Account{}, fault.New(fault.Invalid, "fault.stripe_key_mode")
	}
	var a stripe.Account
	err = s.call(ctx, keys.Secret, http.MethodGet, "/v1/account", &stripe.Params{}, &a)
	if r, is := refused(err); is {
		switch r.status {
		case http.StatusUnauthorized:
			return payments.Account{}, fault.New(fault.Invalid, "fault.stripe_key_refused").With(err)
		case http.StatusForbidden:
			return payments.Account{}, fault.New(fault.Invalid, "fault.stripe_key_rights").With(err)
		}
	}
	if err != nil {
		return payments.Account{}, fault.New(fault.Unavailable, "fault.stripe_unreached").With(err)
	}
	out := payments.Account{ID: a.ID, Name: accountName(&a), Mode: mode, Country: a.Country, Charges: a.ChargesEnabled, Payouts: a.PayoutsEnabled, Kinds: []string{}}
	if c := a.Capabilities; c != nil {
		if c.CardPayments == stripe.AccountCapabilityStatusActive {
			out.Kinds = append(out.Kinds, payments.KindCard)
		}
		if c.SEPADebitPayments == stripe.AccountCapabilityStatusActive {
			out.Kinds = append(out.Kinds, payments.KindDebit)
		}
	}
	out.Mute, err = s.mute(ctx, keys.Secret)
	out.ClockOff, _ = s.ClockOff()
	return out, err
}

// mute tells whether a key may not read events: a restricted one that was made without that right.
func (s *Stripe) mute(ctx context.Context, secret string) (bool, error) {
	var page stripe.EventList
	err := s.list(ctx, secret, "/v1/events", &stripe.EventListParams{ListParams: stripe.ListParams{Limit: stripe.Int64(1)}}, &page)
	if errors.Is(err, payments.ErrKeysRefused) {
		return true, nil
	}
	if err != nil {
		return false, fault.New(fault.Unavailable, "fault.stripe_unreached").With(err)
	}
	return false, nil
}

func accountName(a *stripe.Account) string {
	switch {
	case a.Settings != nil && a.Settings.Dashboard != nil && a.Settings.Dashboard.DisplayName != "":
		return a.Settings.Dashboard.DisplayName
	case a.BusinessProfile != nil && a.BusinessProfile.Name != "":
		return a.BusinessProfile.Name
	}
	return a.ID
}
