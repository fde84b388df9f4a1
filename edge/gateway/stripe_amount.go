package gateway

import (
	"github.com/stripe/stripe-go/v85"

	"comptoir/core/money"
)

// Stripe counts in minor units as we do, none for JPY, XOF, XAF and XPF, thousandths for TND.

// The least that Stripe charges, in minor units. Where the account is kept in another
// currency Stripe converts the least of that one: it then refuses by itself.
var stripeLeast = map[money.Currency]int64{
	"EUR": 50, "CAD": 50, "USD": 50, "CHF": 50, "GBP": 30, "AUD": 50, "NZD": 50, "SEK": 300, "NOK": 300, "DKK": 250,
	"PLN": 200, "CZK": 1500, "HUF": 17500, "RON": 200, "JPY": 50,
}

// stripeMost is the largest amount in any currency: eight digits.
const stripeMost = 99_999_999

// stripeAmount tells why an amount cannot be charged, as the key of a text; "" when it can.
func stripeAmount(minor int64, c money.Currency) (reason string) {
	switch {
	case !c.Valid():
		return "gateway.reason.currency_not_supported"
	case minor < max(1, stripeLeast[c]):
		return "gateway.reason.amount_too_small"
	case minor > stripeMost:
		return "gateway.reason.amount_too_large"
	case c.Digits() == 3 && minor%10 != 0: // thousandths, but the last one must be 0
		return "gateway.reason.amount_step"
	}
	return ""
}

// ours gives part of a balance movement in the currency that was charged: the balance may be
// kept in another one, whole being there what the charge was here.
func ours(part int64, bt *stripe.BalanceTransaction, charged int64, c money.Currency) int64 {
	if bt == nil || part == 0 {
		return 0
	}
	if stripeCurrency(bt.Currency) == c {
		return part
	}
	whole := bt.Amount
	if whole < 0 {
		whole = -whole
	}
	if whole == 0 {
		return 0
	}
	n, err := money.MulDiv(part, charged, whole)
	if err != nil {
		return 0
	}
	return n
}
