package stripetest

import "strings"

// nature is what comes of charging a method.
type nature struct {
	code, decline string // declined with
	holder        string // "always": the bank wants the holder each time; "once": until it was kept with the holder there
	kept          bool   // with the holder there
	debit         bool   // it takes days
	debitFails    string // and then fails with this code
	disputed      bool
}

type instrument struct {
	kind, brand, country, last4 string
	nature                      nature
}

// Numbers that Stripe publishes for trials, as the customer types them.
const (
	Card            = "4242 4242 4242 4242"
	CardMastercard  = "5555 5555 5555 4444"
	CardDeclined    = "4000 0000 0000 0002"
	CardNoFunds     = "4000 0000 0000 9995"
	CardLost        = "4000 0000 0000 9987"
	CardExpired     = "4000 0000 0000 0069"
	CardWrongCode   = "4000 0000 0000 0127"
	CardBankDown    = "4000 0000 0000 0119"
	CardHolderOnce  = "4000 0025 0000 3155" // the holder is wanted until it was kept with the holder there
	CardHolder      = "4000 0027 6000 3184" // the holder is wanted each time
	CardFailsLater  = "4000 0000 0000 0341" // can be kept, and is declined when it is charged
	CardDisputed    = "4000 0000 0000 0259"
	Account         = "DE89 3704 0044 0532 0130 00"
	AccountFrench   = "FR14 2004 1010 0505 0001 3M02 606"
	AccountNoFunds  = "DE62 3704 0044 0532 0130 01"
	AccountRefuses  = "FR84 2004 1010 0505 0001 3M02 607"
	unknownInTables = "4000 0000 0000 0000"
)

var instruments = map[string]instrument{
	Card: {kind: "card", brand: "visa"}, CardMastercard: {kind: "card", brand: "mastercard"},
	CardDeclined:   {kind: "card", brand: "visa", nature: nature{code: "card_declined", decline: "generic_decline"}},
	CardNoFunds:    {kind: "card", brand: "visa", nature: nature{code: "card_declined", decline: "insufficient_funds"}},
	CardLost:       {kind: "card", brand: "visa", nature: nature{code: "card_declined", decline: "lost_card"}},
	CardExpired:    {kind: "card", brand: "visa", nature: nature{code: "expired_card", decline: "expired_card"}},
	CardWrongCode:  {kind: "card", brand: "visa", nature: nature{code: "incorrect_cvc", decline: "incorrect_cvc"}},
	CardBankDown:   {kind: "card", brand: "visa", nature: nature{code: "processing_error", decline: "processing_error"}},
	CardHolderOnce: {kind: "card", brand: "visa", nature: nature{holder: "once"}}, CardHolder: {kind: "card", brand: "visa", nature: nature{holder: "always"}},
	CardFailsLater:  {kind: "card", brand: "visa", nature: nature{code: "card_declined", decline: "generic_decline"}},
	CardDisputed:    {kind: "card", brand: "visa", nature: nature{disputed: true}},
	Account:         {kind: "sepa_debit", country: "DE", nature: nature{debit: true}},
	AccountFrench:   {kind: "sepa_debit", country: "FR", nature: nature{debit: true}},
	AccountNoFunds:  {kind: "sepa_debit", country: "DE", nature: nature{debit: true, debitFails: "insufficient_funds"}},
	AccountRefuses:  {kind: "sepa_debit", country: "FR", nature: nature{debit: true, debitFails: "debit_not_authorized"}},
	unknownInTables: {kind: "card", brand: "visa", nature: nature{code: "incorrect_number", decline: "incorrect_number"}},
}

func compact(number string) string { return strings.ToUpper(strings.Join(strings.Fields(number), "")) }

// instrumentOf knows a number however it is spaced; of another one only the end is used.
func instrumentOf(number string) instrument {
	n := compact(number)
	in := instruments[unknownInTables]
	for known, x := range instruments {
		if compact(known) == n {
			in = x
		}
	}
	in.last4 = n
	if len(n) > 4 {
		in.last4 = n[len(n)-4:]
	}
	return in
}

// method makes the record of what the customer pays with; the number itself is nowhere in it.
func (c *call) method(number, customer string) object {
	in := instrumentOf(number)
	fields := object{"type": in.kind, "customer": nil, "metadata": map[string]any{}, "billing_details": object{"name": "Claire Imitation", "email": nil}}
	if customer != "" {
		fields["customer"] = customer
	}
	if in.kind == "card" {
		fields["card"] = object{"brand": in.brand, "display_brand": in.brand, "last4": in.last4, "exp_month": 12, "exp_year": c.now.Year() + 3, "country": "FR", "funding": "credit"}
	} else {
		fields["sepa_debit"] = object{"last4": in.last4, "country": in.country, "bank_code": "37040044"}
	}
	pm := c.make("pm", "payment_method", fields)
	c.f.natures[pm.text("id")] = in.nature
	return pm
}
