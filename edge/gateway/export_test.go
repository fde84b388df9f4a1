package gateway

import (
	"maps"
	"slices"

	"github.com/stripe/stripe-go/v85"
)

// ReasonOf gives the words of codes.
var ReasonOf = reasonOf

// StripeWords are all keys of texts that the gateway may give.
func StripeWords() []string {
	words := slices.Collect(maps.Values(stripeReasons))
	words = append(words, slices.Collect(maps.Values(stripeDisputes))...)
	words = append(words, disputeReason(""), refundReason(""), refundReason(stripe.RefundFailureReasonLostOrStolenCard), reasonOf(""), "gateway.reason.amount_step", "gateway.reason.method_not_kept", "gateway.line.payment")
	return words
}
