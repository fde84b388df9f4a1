package gateway

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v85"

	"comptoir/office/payments"
)

// What is read with a payment intent, so that one answer tells everything about it.
var intentParts = []string{"payment_method", "latest_charge.balance_transaction"}

func expand(parts []string, below string) []*string {
	list := make([]*string, 0, len(parts))
	for _, p := range parts {
		list = append(list, stripe.String(below+p))
	}
	return list
}

// Ask tells how an attempt stands.
func (s *Stripe) Ask(ctx context.Context, a payments.Attempt) (payments.Outcome, error) {
	secret, err := s.secret(ctx, a.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	switch a.Kind {
	case payments.IntentPay, payments.IntentSave:
		return s.askPage(ctx, secret, a)
	case payments.IntentCharge:
		return s.askCharge(ctx, secret, a)
	case payments.IntentRefund:
		return s.askRefund(ctx, secret, a)
	}
	return payments.Outcome{}, fmt.Errorf("gateway: attempt of kind %q", a.Kind)
}

func (s *Stripe) askPage(ctx context.Context, secret string, a payments.Attempt) (payments.Outcome, error) {
	if a.Ref == "" {
		found, err := s.seekPage(ctx, secret, a)
		if err != nil {
			return payments.Outcome{}, err
		}
		if found == "" { // a page that opens late has an address that nobody knows: it is never paid on
			return payments.Outcome{State: payments.Cancelled}, nil
		}
		a.Ref = found
	}
	p := &form{Expand: append(expand(intentParts, "payment_intent."), stripe.String("payment_intent"), stripe.String("setup_intent.payment_method"))}
	var page pageSeen
	if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/checkout/sessions/%s", a.Ref), p, &page); err != nil {
		return payments.Outcome{}, err
	}
	if err := same(a, page.Metadata[metaKey], page.Currency); err != nil {
		return payments.Outcome{}, err
	}
	out := payments.Outcome{State: payments.Unknown}
	switch page.Status {
	case stripe.CheckoutSessionStatusOpen:
		out = payments.Outcome{State: payments.NeedsAction, URL: page.URL, ExpiresAt: time.Unix(page.ExpiresAt, 0).UTC()}
	case stripe.CheckoutSessionStatusExpired:
		out = payments.Outcome{State: payments.Cancelled}
	case stripe.CheckoutSessionStatusComplete:
		if page.Mode == stripe.CheckoutSessionModeSetup {
			out = setupOutcome(page.SetupIntent)
		} else if page.PaymentIntent != nil {
			out = intentOutcome(page.PaymentIntent)
		}
	}
	if page.Customer != nil {
		out.CustomerRef = page.Customer.ID
	}
	out.Ref = page.ID
	return s.withAftermath(ctx, secret, out)
}

func (s *Stripe) askCharge(ctx context.Context, secret string, a payments.Attempt) (payments.Outcome, error) {
	if a.Ref == "" {
		found, out, err := s.settleUnheard(ctx, secret, a, s.seekCharge, "/v1/customers/"+a.CustomerRef, a.CustomerRef)
		if found == "" {
			return out, err
		}
		a.Ref = found
	}
	var pi stripe.PaymentIntent
	if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/payment_intents/%s", a.Ref), &form{Expand: expand(intentParts, "")}, &pi); err != nil {
		return payments.Outcome{}, err
	}
	if err := same(a, pi.Metadata[metaKey], pi.Currency); err != nil {
		return payments.Outcome{}, err
	}
	return s.withAftermath(ctx, secret, s.chargeOutcome(ctx, secret, &pi))
}

func (s *Stripe) askRefund(ctx context.Context, secret string, a payments.Attempt) (payments.Outcome, error) {
	if a.Ref == "" {
		found, out, err := s.settleUnheard(ctx, secret, a, s.seekRefund, "/v1/payment_intents/"+a.ChargeRef, a.ChargeRef)
		if found == "" {
			return out, err
		}
		a.Ref = found
	}
	var r stripe.Refund
	p := &form{Expand: []*string{stripe.String("balance_transaction")}}
	if err := s.call(ctx, secret, http.MethodGet, stripe.FormatURLPath("/v1/refunds/%s", a.Ref), p, &r); err != nil {
		return payments.Outcome{}, err
	}
	if err := same(a, r.Metadata[metaKey], r.Currency); err != nil {
		return payments.Outcome{}, err
	}
	return refundOutcome(&r), nil
}

// same: what was asked about is what was answered about. Anything else is never booked.
func same(a payments.Attempt, key string, c stripe.Currency) error {
	if a.Key != "" && key != a.Key {
		return fmt.Errorf("gateway: asked about %s, answered about %q", a.Key, key)
	}
	if c != "" && a.Currency != "" && stripeCurrency(c) != a.Currency {
		return fmt.Errorf("gateway: %s is in %s, not in %s", a.Key, c, a.Currency)
	}
	return nil
}

// Cancel closes what waits for the customer, and tells how it stands then.
func (s *Stripe) Cancel(ctx context.Context, a payments.Attempt) (payments.Outcome, error) {
	out, err := s.Ask(ctx, a)
	if err != nil || out.State != payments.NeedsAction {
		return out, err
	}
	secret, err := s.secret(ctx, a.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	a.Ref = out.Ref
	if a.Kind == payments.IntentCharge {
		var pi stripe.PaymentIntent
		err = s.call(ctx, secret, http.MethodPost, stripe.FormatURLPath("/v1/payment_intents/%s/cancel", a.Ref), &stripe.Params{}, &pi)
	} else {
		var page pageSeen
		err = s.call(ctx, secret, http.MethodPost, stripe.FormatURLPath("/v1/checkout/sessions/%s/expire", a.Ref), &stripe.Params{}, &page)
	}
	if _, is := refused(err); err != nil && !is {
		return payments.Outcome{}, err
	}
	return s.Ask(ctx, a) // the customer may have been quicker
}

// intentOutcome reads a payment intent.
func intentOutcome(pi *stripe.PaymentIntent) payments.Outcome {
	out := payments.Outcome{State: payments.Unknown, Ref: pi.ID, ChargeRef: pi.ID, Kind: kindOf(pi.PaymentMethod)}
	if pi.Customer != nil {
		out.CustomerRef = pi.Customer.ID
	}
	switch pi.Status {
	case stripe.PaymentIntentStatusSucceeded:
		out.State, out.TookMinor = payments.Succeeded, pi.AmountReceived
		if pi.LatestCharge != nil && pi.LatestCharge.BalanceTransaction != nil {
			bt := pi.LatestCharge.BalanceTransaction
			out.FeeMinor = max(0, ours(bt.Fee, bt, pi.Amount, stripeCurrency(pi.Currency)))
		}
	case stripe.PaymentIntentStatusProcessing:
		out.State = payments.Processing
	case stripe.PaymentIntentStatusRequiresAction:
		out.State = payments.NeedsAction
		if n := pi.NextAction; n != nil && n.RedirectToURL != nil {
			out.URL = n.RedirectToURL.URL
		}
	case stripe.PaymentIntentStatusRequiresPaymentMethod, stripe.PaymentIntentStatusRequiresConfirmation:
		out.State, out.Reason = payments.Declined, intentReason(pi)
	case stripe.PaymentIntentStatusCanceled:
		out.State = payments.Cancelled
	case stripe.PaymentIntentStatusRequiresCapture: // never ordered
	}
	if pi.SetupFutureUsage == stripe.PaymentIntentSetupFutureUsageOffSession && (out.State == payments.Succeeded || out.State == payments.Processing) {
		out.Kept = keptOf(pi.PaymentMethod)
	}
	return out
}

// chargeOutcome reads the charge of a kept method. Where the bank wants the holder, and there is
// no page to send the holder to, nobody could ever end it: it is ended here, and is a decline.
// Until that is certain it is unknown, and asked about again.
func (s *Stripe) chargeOutcome(ctx context.Context, secret string, pi *stripe.PaymentIntent) payments.Outcome {
	out := intentOutcome(pi)
	if out.State != payments.NeedsAction || out.URL != "" {
		return out
	}
	ended, err := s.endCharge(ctx, secret, pi.ID)
	if err != nil {
		return payments.Outcome{State: payments.Unknown, Ref: pi.ID, ChargeRef: pi.ID}
	}
	if out = intentOutcome(ended); out.State == payments.Cancelled {
		out.State, out.Reason = payments.Declined, reasonHolder
	}
	return out
}

// endCharge cancels a payment intent, and gives it as it is then.
func (s *Stripe) endCharge(ctx context.Context, secret, id string) (*stripe.PaymentIntent, error) {
	var ended stripe.PaymentIntent
	p := &form{Expand: expand(intentParts, "")}
	err := s.call(ctx, secret, http.MethodPost, stripe.FormatURLPath("/v1/payment_intents/%s/cancel", id), p, &ended)
	return &ended, err
}

func setupOutcome(si *stripe.SetupIntent) payments.Outcome {
	if si == nil {
		return payments.Outcome{State: payments.Unknown}
	}
	switch si.Status {
	case stripe.SetupIntentStatusSucceeded:
		if k := keptOf(si.PaymentMethod); k != nil {
			return payments.Outcome{State: payments.Succeeded, Kind: k.Kind, Kept: k}
		}
		return declined("gateway.reason.method_not_kept")
	case stripe.SetupIntentStatusProcessing:
		return payments.Outcome{State: payments.Processing}
	case stripe.SetupIntentStatusRequiresPaymentMethod:
		return declined(errorReason(si.LastSetupError))
	case stripe.SetupIntentStatusCanceled:
		return payments.Outcome{State: payments.Cancelled}
	case stripe.SetupIntentStatusRequiresAction, stripe.SetupIntentStatusRequiresConfirmation: // not on a page that is complete
	}
	return payments.Outcome{State: payments.Unknown}
}

func kindOf(pm *stripe.PaymentMethod) string {
	switch {
	case pm == nil:
		return ""
	case pm.Type == stripe.PaymentMethodTypeCard, pm.Type == stripe.PaymentMethodTypeLink:
		return payments.KindCard
	case pm.Type == stripe.PaymentMethodTypeSEPADebit:
		return payments.KindDebit
	}
	return ""
}

// keptOf gives what may be shown of a method that Stripe keeps for a customer; nil where it
// keeps none that can be charged again.
func keptOf(pm *stripe.PaymentMethod) *payments.KeptMethod {
	if pm == nil || pm.Customer == nil {
		return nil
	}
	k := payments.KeptMethod{Token: pm.ID, CustomerRef: pm.Customer.ID}
	switch {
	case pm.Type == stripe.PaymentMethodTypeCard && pm.Card != nil:
		k.Kind, k.Brand, k.Last4, k.ExpMonth, k.ExpYear = payments.KindCard, string(pm.Card.Brand), pm.Card.Last4, int(pm.Card.ExpMonth), int(pm.Card.ExpYear)
	case pm.Type == stripe.PaymentMethodTypeSEPADebit && pm.SEPADebit != nil:
		k.Kind, k.Brand, k.Last4 = payments.KindDebit, strings.ToUpper(pm.SEPADebit.Country), strings.ToUpper(pm.SEPADebit.Last4)
	default:
		return nil
	}
	return &k
}

func refundOutcome(r *stripe.Refund) payments.Outcome {
	out := payments.Outcome{State: refundState(r.Status), Ref: r.ID, TookMinor: r.Amount}
	if r.PaymentIntent != nil {
		out.ChargeRef = r.PaymentIntent.ID
	}
	if bt := r.BalanceTransaction; bt != nil {
		out.FeeMinor = max(0, ours(bt.Fee, bt, r.Amount, stripeCurrency(r.Currency)))
	}
	if out.State == payments.Declined {
		out.Reason = refundReason(r.FailureReason)
	}
	return out
}

func refundState(s stripe.RefundStatus) string {
	switch s {
	case stripe.RefundStatusSucceeded:
		return payments.Succeeded
	case stripe.RefundStatusPending, stripe.RefundStatusRequiresAction:
		return payments.Processing
	case stripe.RefundStatusFailed, stripe.RefundStatusCanceled:
		return payments.Declined
	}
	return payments.Unknown
}

// withAftermath adds to a payment what was given back since, by whomever, and what the
// customer's bank wants back.
func (s *Stripe) withAftermath(ctx context.Context, secret string, out payments.Outcome) (payments.Outcome, error) {
	if out.State != payments.Succeeded || !strings.HasPrefix(out.ChargeRef, "pi_") {
		return out, nil
	}
	refunds, err := s.refundsOf(ctx, secret, out.ChargeRef)
	if err != nil {
		return payments.Outcome{}, err
	}
	for _, r := range refunds {
		o := refundOutcome(r)
		out.Refunds = append(out.Refunds, payments.Refunded{Ref: r.ID, Key: r.Metadata[metaKey], State: o.State, AmountMinor: r.Amount, FeeMinor: o.FeeMinor})
	}
	var disputes stripe.DisputeList
	if err := s.list(ctx, secret, "/v1/disputes", &stripe.DisputeListParams{PaymentIntent: &out.ChargeRef, ListParams: stripe.ListParams{Limit: stripe.Int64(pageSize)}}, &disputes); err != nil {
		return payments.Outcome{}, err
	}
	for _, d := range disputes.Data {
		out.Disputes = append(out.Disputes, disputeOf(d))
	}
	return out, nil
}

func disputeOf(d *stripe.Dispute) payments.Dispute {
	out := payments.Dispute{Ref: d.ID, State: payments.DisputeOpen, AmountMinor: d.Amount, Reason: disputeReason(d.Reason)}
	switch d.Status {
	case stripe.DisputeStatusWon, stripe.DisputeStatusWarningClosed, stripe.DisputeStatusPrevented:
		out.State = payments.DisputeWon
	case stripe.DisputeStatusLost:
		out.State = payments.DisputeLost
	case stripe.DisputeStatusNeedsResponse, stripe.DisputeStatusUnderReview, stripe.DisputeStatusWarningNeedsResponse, stripe.DisputeStatusWarningUnderReview:
	}
	if d.EvidenceDetails != nil && d.EvidenceDetails.DueBy > 0 {
		out.AnswerBy = time.Unix(d.EvidenceDetails.DueBy, 0).UTC()
	}
	out.WithdrawnMinor, out.FeeMinor = moved(d)
	return out
}

// moved adds up what a dispute took from our balance, and gave again, perhaps several times: the
// sum that is gone, and the fees that are kept. In another currency than the charge's the first
// time that money went tells what the disputed amount is there; who won has all of it again,
// whatever the rate of that day.
func moved(d *stripe.Dispute) (gone, fees int64) {
	var first *stripe.BalanceTransaction
	for _, bt := range d.BalanceTransactions {
		if bt.Amount < 0 && (first == nil || bt.Created < first.Created) {
			first = bt
		}
	}
	c := stripeCurrency(d.Currency)
	for _, bt := range d.BalanceTransactions {
		whole := bt
		if first != nil && bt.Currency == first.Currency {
			whole = first
		}
		gone -= withSign(bt.Amount, ours(abs(bt.Amount), whole, d.Amount, c))
		fees += withSign(bt.Fee, ours(abs(bt.Fee), whole, d.Amount, c))
	}
	if d.Status == stripe.DisputeStatusWon && first != nil && stripeCurrency(first.Currency) != c {
		gone = 0
	}
	return max(0, gone), fees
}

func abs(n int64) int64 { return max(n, -n) }

func withSign(of, n int64) int64 {
	if of < 0 {
		return -n
	}
	return n
}
