package gateway

import (
	"github.com/stripe/stripe-go/v85"

	"comptoir/office/payments"
)

// Stripe's codes in plain words: the keys of texts that a customer reads. A card that its bank
// calls lost, stolen or fraudulent is declined without saying so, as Stripe asks for; only the
// key differs, so that it is not charged again. A code without a line here gets the general words.

const (
	reasonDeclined  = "gateway.reason.declined"
	reasonForGood   = "gateway.reason.declined_for_good" // the same words: who holds the card learns nothing, and it is not charged again
	reasonHolder    = "gateway.reason.authentication_required"
	reasonTryLater  = "gateway.reason.try_later"
	reasonCallBank  = "gateway.reason.call_bank"
	reasonRevoked   = "gateway.reason.revoked"
	reasonUnusable  = "gateway.reason.method_unusable"
	reasonNoDebit   = "gateway.reason.debit_not_authorized"
	reasonNoAccount = "gateway.reason.account_closed"
	reasonBadIBAN   = "gateway.reason.account_invalid"
)

var stripeReasons = map[string]string{
	"authentication_required":               reasonHolder,
	"authentication_not_handled":            reasonHolder,
	"payment_intent_authentication_failure": "gateway.reason.second_step_refused",
	"setup_intent_authentication_failure":   "gateway.reason.second_step_refused",

	"stolen_card": reasonForGood, "lost_card": reasonForGood, "pickup_card": reasonForGood, "restricted_card": reasonForGood, "fraudulent": reasonForGood, "merchant_blacklist": reasonForGood, "highest_risk_level": reasonForGood,

	"insufficient_funds": "gateway.reason.insufficient_funds",
	"expired_card":       "gateway.reason.expired_card", "invalid_expiry_month": "gateway.reason.expired_card", "invalid_expiry_year": "gateway.reason.expired_card",
	"incorrect_cvc": "gateway.reason.incorrect_cvc", "invalid_cvc": "gateway.reason.incorrect_cvc",
	"incorrect_number": "gateway.reason.incorrect_number", "invalid_number": "gateway.reason.incorrect_number", "invalid_account": "gateway.reason.incorrect_number",
	"incorrect_zip": "gateway.reason.incorrect_address", "incorrect_address": "gateway.reason.incorrect_address",
	"card_not_supported": "gateway.reason.card_not_supported", "transaction_not_allowed": "gateway.reason.card_not_supported", "service_not_allowed": "gateway.reason.card_not_supported",
	"currency_not_supported": "gateway.reason.currency_not_supported",
	"card_velocity_exceeded": "gateway.reason.limit_exceeded", "withdrawal_count_limit_exceeded": "gateway.reason.limit_exceeded", "charge_exceeds_source_limit": "gateway.reason.limit_exceeded",
	"charge_exceeds_transaction_limit": "gateway.reason.limit_exceeded", "card_decline_rate_limit_exceeded": "gateway.reason.limit_exceeded",
	"duplicate_transaction": "gateway.reason.duplicate",
	"call_issuer":           reasonCallBank, "do_not_honor": reasonCallBank, "not_permitted": reasonCallBank, "approve_with_id": reasonCallBank, "no_action_taken": reasonCallBank, "security_violation": reasonCallBank,
	"issuer_not_available": reasonTryLater, "processing_error": reasonTryLater, "reenter_transaction": reasonTryLater, "try_again_later": reasonTryLater, "payment_method_provider_timeout": reasonTryLater,
	"stop_payment_order": reasonRevoked, "do_not_try_again": reasonRevoked, "revocation_of_authorization": reasonRevoked, "revocation_of_all_authorizations": reasonRevoked,
	"testmode_decline": "gateway.reason.test_card", "test_mode_live_card": "gateway.reason.live_card", "live_mode_test_card": "gateway.reason.test_card",

	"debit_not_authorized": reasonNoDebit, "charge_disputed_by_customer": reasonNoDebit, "mandate_invalid": reasonNoDebit, "payment_intent_mandate_invalid": reasonNoDebit,
	"account_closed": reasonNoAccount, "bank_account_restricted": reasonNoAccount, "bank_ownership_changed": reasonNoAccount, "account_frozen": reasonNoAccount,
	"incorrect_account_holder_name": reasonBadIBAN, "invalid_bank_account_iban": reasonBadIBAN, "invalid_account_number": reasonBadIBAN, "no_account": reasonBadIBAN,
	"bank_account_bad_routing_numbers": reasonBadIBAN, "bank_account_unusable": reasonBadIBAN, "account_number_invalid": reasonBadIBAN, "iban_invalid": reasonBadIBAN,

	"amount_too_small": "gateway.reason.amount_too_small", "amount_too_large": "gateway.reason.amount_too_large", "invalid_charge_amount": "gateway.reason.amount_too_small",
	"payment_method_unactivated": "gateway.reason.kind_off", "payment_method_invalid_parameter": reasonUnusable, "payment_method_not_available": reasonTryLater,
	"payment_method_customer_decline": "gateway.reason.second_step_refused", "payment_method_currency_mismatch": "gateway.reason.currency_not_supported",
	"payment_method_unexpected_state": reasonUnusable, "payment_method_provider_decline": reasonCallBank,

	"charge_already_refunded": "gateway.reason.refunded_already", "refund_disputed_payment": "gateway.reason.refund_disputed", "charge_disputed": "gateway.reason.refund_disputed",
	"balance_insufficient": "gateway.reason.refund_balance", "insufficient_balance": "gateway.reason.refund_balance", "charge_not_refundable": "gateway.reason.refund_failed",
}

// reasonOf gives the words of the more exact code that has some.
func reasonOf(codes ...string) string {
	for _, c := range codes {
		if key, ok := stripeReasons[c]; ok {
			return key
		}
	}
	return reasonDeclined
}

func errorReason(e *stripe.Error) string {
	if e == nil {
		return reasonDeclined
	}
	return reasonOf(string(e.DeclineCode), string(e.Code))
}

// intentReason tells why an intent was not paid: the bank's word on the last charge of a
// debit stands on the charge.
func intentReason(pi *stripe.PaymentIntent) string {
	codes := []string{}
	if e := pi.LastPaymentError; e != nil {
		codes = append(codes, string(e.DeclineCode), string(e.Code))
	}
	if c := pi.LatestCharge; c != nil {
		codes = append(codes, c.FailureCode)
	}
	return reasonOf(codes...)
}

func refundReason(r stripe.RefundFailureReason) string {
	switch r {
	case stripe.RefundFailureReasonExpiredOrCanceledCard, stripe.RefundFailureReasonLostOrStolenCard:
		return "gateway.reason.refund_card_gone"
	case stripe.RefundFailureReasonUnknown:
	}
	return "gateway.reason.refund_failed"
}

var stripeDisputes = map[stripe.DisputeReason]string{
	stripe.DisputeReasonFraudulent: "gateway.dispute.fraudulent", stripe.DisputeReasonUnrecognized: "gateway.dispute.unrecognized", stripe.DisputeReasonDuplicate: "gateway.dispute.duplicate",
	stripe.DisputeReasonProductNotReceived: "gateway.dispute.not_received", stripe.DisputeReasonProductUnacceptable: "gateway.dispute.unacceptable",
	stripe.DisputeReasonSubscriptionCanceled: "gateway.dispute.subscription_cancelled", stripe.DisputeReasonCreditNotProcessed: "gateway.dispute.credit_missing",
	stripe.DisputeReasonDebitNotAuthorized: "gateway.dispute.debit_not_authorized", stripe.DisputeReasonInsufficientFunds: "gateway.dispute.insufficient_funds",
}

func disputeReason(r stripe.DisputeReason) string {
	if key, ok := stripeDisputes[r]; ok {
		return key
	}
	return "gateway.dispute.general"
}

// wantsHolder: the bank would take it, were the holder of the card there.
func (r *refusal) wantsHolder() bool {
	return r.code == "authentication_required" || r.decline == "authentication_required"
}

// outcome gives what a refused order comes to: a decline in words, or the error where the
// order itself, the keys or Stripe are at fault.
func (r *refusal) outcome(err error) (payments.Outcome, error) {
	_, known := stripeReasons[r.code]
	switch {
	case r.kind == string(stripe.ErrorTypeCard):
		out := declined(reasonOf(r.decline, r.code))
		if r.intent != nil {
			out.Ref = r.intent.ID
		}
		return out, nil
	case r.kindOff():
		return declined("gateway.reason.kind_off"), nil
	case known && r.nothingDone():
		return declined(reasonOf(r.decline, r.code)), nil
	case r.nothingDone() && r.param == "payment_method", r.missing() && r.param == "customer": // detached, or of another account
		return declined(reasonUnusable), nil
	}
	return payments.Outcome{}, err
}
