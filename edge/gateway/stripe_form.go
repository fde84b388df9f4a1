package gateway

import "github.com/stripe/stripe-go/v85"

// The forms that orders fill in, and of the answers what is read. The library has each with
// everything that Stripe can do, and each would bring some hundred types into the program,
// which is to stay small; its encoder, its intents and its errors are used as they are.

type form struct {
	stripe.Params `form:"*"`
	Expand        []*string         `form:"expand"`
	Metadata      map[string]string `form:"metadata"`
}

type pageForm struct {
	form               `form:"*"`
	Mode               *string     `form:"mode"`
	UIMode             *string     `form:"ui_mode"`
	SubmitType         *string     `form:"submit_type"`
	Locale             *string     `form:"locale"`
	ClientReferenceID  *string     `form:"client_reference_id"`
	Customer           *string     `form:"customer"`
	CustomerEmail      *string     `form:"customer_email"`
	SuccessURL         *string     `form:"success_url"`
	CancelURL          *string     `form:"cancel_url"`
	ExpiresAt          *int64      `form:"expires_at"`
	PaymentMethodTypes []*string   `form:"payment_method_types"`
	AdaptivePricing    *switchForm `form:"adaptive_pricing"`
	LineItems          []*lineForm `form:"line_items"`
	PaymentIntentData  *innerForm  `form:"payment_intent_data"`
	SetupIntentData    *innerForm  `form:"setup_intent_data"`
}

type switchForm struct {
	Enabled *bool `form:"enabled"`
}

type lineForm struct {
	Quantity  *int64     `form:"quantity"`
	PriceData *priceForm `form:"price_data"`
}

type priceForm struct {
	Currency    *string      `form:"currency"`
	UnitAmount  *int64       `form:"unit_amount"`
	ProductData *productForm `form:"product_data"`
}

type productForm struct {
	Name *string `form:"name"`
}

type innerForm struct {
	Description      *string           `form:"description"`
	Metadata         map[string]string `form:"metadata"`
	SetupFutureUsage *string           `form:"setup_future_usage"`
}

type intentForm struct {
	form               `form:"*"`
	Amount             *int64    `form:"amount"`
	Currency           *string   `form:"currency"`
	Customer           *string   `form:"customer"`
	PaymentMethod      *string   `form:"payment_method"`
	PaymentMethodTypes []*string `form:"payment_method_types"`
	Confirm            *bool     `form:"confirm"`
	OffSession         *bool     `form:"off_session"`
	ReturnURL          *string   `form:"return_url"`
	Description        *string   `form:"description"`
}

type customerForm struct {
	form             `form:"*"`
	Name             *string   `form:"name"`
	Email            *string   `form:"email"`
	PreferredLocales []*string `form:"preferred_locales"`
}

// pageSeen is what is read of a checkout session.
type pageSeen struct {
	stripe.APIResource
	ID            string                       `json:"id"`
	Mode          stripe.CheckoutSessionMode   `json:"mode"`
	Status        stripe.CheckoutSessionStatus `json:"status"`
	URL           string                       `json:"url"`
	ExpiresAt     int64                        `json:"expires_at"`
	Currency      stripe.Currency              `json:"currency"`
	Metadata      map[string]string            `json:"metadata"`
	Customer      *stripe.Customer             `json:"customer"`
	PaymentIntent *stripe.PaymentIntent        `json:"payment_intent"`
	SetupIntent   *stripe.SetupIntent          `json:"setup_intent"`
}

type pagesSeen struct {
	stripe.APIResource
	stripe.ListMeta
	Data []*pageSeen `json:"data"`
}
