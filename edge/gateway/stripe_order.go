package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/payments"
)

// pageLife is how long a page can be paid on. Not longer: what is due may change meanwhile.
const pageLife = time.Hour

// longestName is what Stripe takes as the name of a line.
const longestName = 250

// The names under which Stripe's records carry ours: what was lost is found again by them.
const (
	metaKey      = "key"
	metaIntent   = "intent"
	metaCustomer = "customer"
)

func stripeCurrency(c stripe.Currency) money.Currency {
	return money.Currency(strings.ToUpper(string(c)))
}

func declined(reason string) payments.Outcome {
	return payments.Outcome{State: payments.Declined, Reason: reason}
}

func metadata(o payments.Order) map[string]string {
	return map[string]string{metaKey: o.Key, metaIntent: o.IntentID, metaCustomer: o.Customer.PublicID}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// lineName is what the customer reads on the page and on the account statement; a payment
// ahead is for no invoice yet.
func lineName(o payments.Order) string {
	if o.Description == "" {
		return locale.T(locale.Of(o.Lang), "gateway.line.payment", nil)
	}
	if r := []rune(o.Description); len(r) > longestName {
		return string(r[:longestName-1]) + "…"
	}
	return o.Description
}

func currencyOf(c money.Currency) *string { return stripe.String(strings.ToLower(string(c))) }

// kindsFor gives what the page offers: a SEPA debit is in euros.
func kindsFor(asked []string, c money.Currency) []*string {
	if len(asked) == 0 {
		asked = []string{payments.KindCard, payments.KindDebit}
	}
	var kinds []*string
	for _, k := range asked {
		if k == payments.KindCard || k == payments.KindDebit && c == "EUR" {
			kinds = append(kinds, stripe.String(k))
		}
	}
	return kinds
}

// Checkout opens Stripe's page on which the customer pays.
func (s *Stripe) Checkout(ctx context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	if reason := stripeAmount(o.AmountMinor, o.Currency); reason != "" {
		return declined(reason), nil
	}
	p, ok := s.page(o.Order, o.Kinds)
	if !ok {
		return declined("gateway.reason.currency_not_supported"), nil
	}
	p.Mode = stripe.String(string(stripe.CheckoutSessionModePayment))
	p.SubmitType = stripe.String("pay")
	// The customer pays what was asked for, in the currency that it was asked in.
	p.AdaptivePricing = &switchForm{Enabled: stripe.Bool(false)}
	p.LineItems = []*lineForm{{Quantity: stripe.Int64(1), PriceData: &priceForm{Currency: currencyOf(o.Currency), UnitAmount: stripe.Int64(o.AmountMinor),
		ProductData: &productForm{Name: stripe.String(lineName(o.Order))}}}}
	p.PaymentIntentData = &innerForm{Description: stripe.String(lineName(o.Order)), Metadata: metadata(o.Order)}
	if o.Save {
		p.PaymentIntentData.SetupFutureUsage = stripe.String(string(stripe.PaymentIntentSetupFutureUsageOffSession))
	}
	return s.open(ctx, o.Order, payments.IntentPay, o.Save, p)
}

// Save opens Stripe's page that only keeps a method.
func (s *Stripe) Save(ctx context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	p, ok := s.page(o.Order, o.Kinds)
	if !ok {
		return declined("gateway.reason.currency_not_supported"), nil
	}
	p.Mode = stripe.String(string(stripe.CheckoutSessionModeSetup))
	p.SetupIntentData = &innerForm{Description: optional(o.Description), Metadata: metadata(o.Order)}
	return s.open(ctx, o.Order, payments.IntentSave, true, p)
}

func (s *Stripe) page(o payments.Order, asked []string) (*pageForm, bool) {
	kinds := kindsFor(asked, o.Currency)
	lang := locale.Of(o.Lang) // Stripe's pages speak both
	return &pageForm{form: form{Metadata: metadata(o)}, UIMode: stripe.String(string(stripe.CheckoutSessionUIModeHostedPage)), Locale: &lang, ClientReferenceID: optional(o.IntentID),
		SuccessURL: &o.ReturnURL, CancelURL: &o.ReturnURL, PaymentMethodTypes: kinds, ExpiresAt: stripe.Int64(s.o.Clock().Add(pageLife).Unix())}, len(kinds) > 0
}

// open makes the page. A customer that Stripe does not know yet is made only where a method
// is to be kept for it; one that Stripe lost, or knew in another account, is made anew. A kind
// that is not switched on in the account (any more) is left out, so that cards can be paid with
// all the same. Either is the same order under a key of its own, made of ours: Stripe refused the
// one before, so that no two pages come of it, and the page bears our own key in any case.
func (s *Stripe) open(ctx context.Context, o payments.Order, kind string, keeps bool, p *pageForm) (payments.Outcome, error) {
	secret, err := s.secret(ctx, o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	ref := o.Customer.Ref
	if ref == "" && keeps {
		if ref, err = s.newCustomer(ctx, secret, o); err != nil {
			return payments.Outcome{}, err
		}
	}
	key := o.Key
	out, err := s.openFor(ctx, secret, o, kind, key, ref, p)
	if r, is := refused(err); is && r.noCustomer() {
		if ref, err = s.newCustomer(ctx, secret, o); err != nil {
			return payments.Outcome{}, err
		}
		key += "-anew"
		out, err = s.openFor(ctx, secret, o, kind, key, ref, p)
	}
	if r, is := refused(err); is && r.kindOff() {
		p.PaymentMethodTypes = []*string{stripe.String(payments.KindCard)}
		return s.openFor(ctx, secret, o, kind, key+"-card", ref, p)
	}
	return out, err
}

func (s *Stripe) openFor(ctx context.Context, secret string, o payments.Order, kind, key, ref string, p *pageForm) (payments.Outcome, error) {
	p.Customer, p.CustomerEmail = optional(ref), nil
	if ref == "" {
		p.CustomerEmail = optional(o.Customer.Email)
	}
	p.IdempotencyKey = &key
	var made pageSeen
	err := s.call(ctx, secret, http.MethodPost, "/v1/checkout/sessions", p, &made)
	if r, is := refused(err); is {
		if r.noCustomer() || r.kindOff() && len(p.PaymentMethodTypes) > 1 {
			return payments.Outcome{}, err
		}
		if r.keyTaken() { // sent before, with another hour of expiry: that page is the page
			return s.Ask(ctx, payments.Attempt{Kind: kind, Key: o.Key, Mode: o.Mode, AmountMinor: o.AmountMinor, Currency: o.Currency, CreatedAt: s.o.Clock().Add(-keyLife)})
		}
		return r.outcome(err)
	}
	if err != nil {
		return payments.Outcome{}, err
	}
	return payments.Outcome{State: payments.NeedsAction, Ref: made.ID, URL: made.URL, ExpiresAt: time.Unix(made.ExpiresAt, 0).UTC(), CustomerRef: ref}, nil
}

func (s *Stripe) newCustomer(ctx context.Context, secret string, o payments.Order) (string, error) {
	p := &customerForm{form: form{Metadata: map[string]string{metaCustomer: o.Customer.PublicID}}, Name: optional(o.Customer.Name), Email: optional(o.Customer.Email),
		PreferredLocales: []*string{stripe.String(locale.Of(o.Lang))}}
	p.IdempotencyKey = stripe.String(o.Key + "-customer")
	var made stripe.Customer
	if err := s.call(ctx, secret, http.MethodPost, "/v1/customers", p, &made); err != nil {
		return "", err
	}
	return made.ID, nil
}

// Charge charges a kept method. A bank that wants its holder gets a page for that, of the
// same charge: it is never ordered a second time.
func (s *Stripe) Charge(ctx context.Context, o payments.ChargeOrder) (payments.Outcome, error) {
	if reason := stripeAmount(o.AmountMinor, o.Currency); reason != "" {
		return declined(reason), nil
	}
	if o.Method.Kind == payments.KindDebit && o.Currency != "EUR" {
		return declined("gateway.reason.currency_not_supported"), nil
	}
	secret, err := s.secret(ctx, o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	p := &intentForm{form: form{Metadata: metadata(o.Order), Expand: expand(intentParts, "")}, Amount: stripe.Int64(o.AmountMinor), Currency: currencyOf(o.Currency), Customer: optional(o.Method.CustomerRef), PaymentMethod: &o.Method.Token,
		PaymentMethodTypes: []*string{&o.Method.Kind}, Confirm: stripe.Bool(true), Description: stripe.String(lineName(o.Order))}
	if o.OffSession {
		p.OffSession = stripe.Bool(true)
	} else {
		p.ReturnURL = &o.ReturnURL
	}
	p.IdempotencyKey = &o.Key
	if done, out, err := s.chargedBefore(ctx, secret, o); done || err != nil {
		return out, err
	}
	var made stripe.PaymentIntent
	err = s.call(ctx, secret, http.MethodPost, "/v1/payment_intents", p, &made)
	r, is := refused(err)
	switch {
	case is && r.keyTaken():
		return s.Ask(ctx, payments.Attempt{Kind: payments.IntentCharge, Key: o.Key, Mode: o.Mode, AmountMinor: o.AmountMinor, Currency: o.Currency, CustomerRef: o.Method.CustomerRef, CreatedAt: s.o.Clock().Add(-keyLife)})
	case is && r.wantsHolder() && r.intent != nil && o.ReturnURL != "":
		return s.askHolder(ctx, secret, o, r.intent.ID)
	case is && r.wantsHolder() && r.intent != nil:
		_, _ = s.endCharge(ctx, secret, r.intent.ID) // it is declined already; open it could only be paid beside the next try
		return r.outcome(err)
	case is:
		return r.outcome(err)
	case err != nil:
		return payments.Outcome{}, err
	}
	return s.chargeOutcome(ctx, secret, &made), nil
}

// chargedBefore looks for a charge that nobody is there for before it is ordered: a file that was
// put back to an older state orders again what it does not know that it did, by the same key, of
// which Stripe remembers nothing after a day.
func (s *Stripe) chargedBefore(ctx context.Context, secret string, o payments.ChargeOrder) (done bool, out payments.Outcome, err error) {
	if !o.OffSession || o.Method.CustomerRef == "" {
		return false, out, nil
	}
	found, err := s.seekIntent(ctx, secret, o.Key, &stripe.PaymentIntentListParams{Customer: &o.Method.CustomerRef})
	if r, is := refused(err); is && r.missing() { // a customer who is not there is the order's own trouble
		return false, out, nil
	}
	if err != nil { // nothing was ordered yet
		return false, out, errors.Join(payments.ErrNotSent, err)
	}
	if found == "" {
		return false, out, nil
	}
	out, err = s.askCharge(ctx, secret, payments.Attempt{Key: o.Key, Ref: found, Currency: o.Currency})
	return true, out, err
}

// askHolder goes on with a charge that the bank wants confirmed by the holder of the card.
func (s *Stripe) askHolder(ctx context.Context, secret string, o payments.ChargeOrder, id string) (payments.Outcome, error) {
	p := &intentForm{form: form{Expand: expand(intentParts, "")}, PaymentMethod: &o.Method.Token, ReturnURL: &o.ReturnURL, OffSession: stripe.Bool(false)}
	p.IdempotencyKey = stripe.String(o.Key + "-holder")
	var pi stripe.PaymentIntent
	err := s.call(ctx, secret, http.MethodPost, stripe.FormatURLPath("/v1/payment_intents/%s/confirm", id), p, &pi)
	if r, is := refused(err); is && r.intent != nil {
		return r.outcome(err)
	}
	if err != nil { // not sent or not answered: the charge itself was, and was declined so far
		return s.askCharge(ctx, secret, payments.Attempt{Key: o.Key, Ref: id, Currency: o.Currency})
	}
	return s.chargeOutcome(ctx, secret, &pi), nil
}

// Refund gives money back.
func (s *Stripe) Refund(ctx context.Context, o payments.RefundOrder) (payments.Outcome, error) {
	secret, err := s.secret(ctx, o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	p := &stripe.RefundParams{Amount: stripe.Int64(o.AmountMinor), Metadata: map[string]string{metaKey: o.Key, metaIntent: o.IntentID}, Expand: []*string{stripe.String("balance_transaction")}}
	if strings.HasPrefix(o.ChargeRef, "ch_") {
		p.Charge = &o.ChargeRef
	} else {
		p.PaymentIntent = &o.ChargeRef
	}
	p.IdempotencyKey = &o.Key
	var made stripe.Refund
	err = s.call(ctx, secret, http.MethodPost, "/v1/refunds", p, &made)
	if r, is := refused(err); is {
		if r.keyTaken() {
			return s.Ask(ctx, payments.Attempt{Kind: payments.IntentRefund, Key: o.Key, ChargeRef: o.ChargeRef, Mode: o.Mode, AmountMinor: o.AmountMinor, Currency: o.Currency})
		}
		return r.outcome(err)
	}
	if err != nil {
		return payments.Outcome{}, err
	}
	return refundOutcome(&made), nil
}

// Detach forgets a kept method.
func (s *Stripe) Detach(ctx context.Context, k payments.KeptRef) error {
	secret, err := s.secret(ctx, k.Mode)
	if err != nil {
		return err
	}
	var pm stripe.PaymentMethod
	err = s.call(ctx, secret, http.MethodPost, stripe.FormatURLPath("/v1/payment_methods/%s/detach", k.Token), &stripe.Params{}, &pm)
	r, is := refused(err)
	if !is || r.missing() {
		if is {
			err = nil
		}
		return err
	}
	// Stripe has no word of its own for one that is detached already.
	if asked := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/payment_methods/%s", k.Token), &stripe.Params{}, &pm); asked != nil {
		if r, is := refused(asked); is && r.missing() {
			return nil
		}
		return err
	}
	if pm.Customer == nil {
		return nil
	}
	return err
}
