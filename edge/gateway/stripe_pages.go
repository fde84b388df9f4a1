package gateway

// StripePages are the origins of the pages to which Stripe sends customers: its Checkout, and
// the step in which a bank asks its holder. A form of the portal may lead there and nowhere else.
var StripePages = []string{"https://checkout.stripe.com", "https://hooks.stripe.com"}
