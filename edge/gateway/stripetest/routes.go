package stripetest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// answer does what a request asks for.
func (c *call) answer(method, path string) answer {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(path, "/v1/"), "/"), "/")
	if parts[0] == "checkout" && len(parts) > 1 {
		parts = append([]string{"checkout/sessions"}, parts[2:]...)
	}
	if method == http.MethodGet {
		return c.read(path, parts)
	}
	return c.order(parts)
}

// eventsLast is how long events are listed.
const eventsLast = 30 * 24 * time.Hour

// kinds are the records that can be read by their id.
var kinds = map[string]string{"customers": "customer", "checkout/sessions": "checkout.session", "payment_intents": "payment_intent", "setup_intents": "setup_intent", "payment_methods": "payment_method",
	"refunds": "refund", "disputes": "dispute", "charges": "charge", "events": "event", "balance_transactions": "balance_transaction", "payouts": "payout"}

// mostTypes is how many kinds of events can be asked for at once, as Stripe's reference has it.
const mostTypes = 20

func (c *call) read(path string, parts []string) answer {
	if path == "/v1/account" {
		return c.done(c.f.account)
	}
	kind, ok := kinds[parts[0]]
	switch {
	case !ok:
		return notFound(path)
	case len(parts) == 1 && kind == "event":
		types := c.list("types")
		if len(types) > mostTypes {
			return badRequest("", "types", "Array must have at most 20 elements")
		}
		return c.page(kind, path, func(o object) bool {
			kept := c.now.Sub(time.Unix(o.number("created"), 0)) <= eventsLast
			return kept && (len(types) == 0 || slices.Contains(types, o.text("type")))
		})
	case len(parts) == 1:
		c.expirePages()
		return c.page(kind, path, c.same("customer", "payment_intent", "charge"))
	case len(parts) != 2:
		return notFound(path)
	}
	c.expirePages()
	o, ok := c.find(parts[1], kind)
	if !ok {
		return notFound(parts[1])
	}
	return c.done(o)
}

func (c *call) order(parts []string) answer {
	verb := ""
	if len(parts) == 3 {
		verb = parts[2]
	}
	if len(parts) == 1 {
		switch parts[0] {
		case "customers":
			return c.done(c.make("cus", "customer", object{"name": c.get("name"), "email": c.get("email"), "metadata": c.under("metadata")}))
		case "checkout/sessions":
			return c.newPage()
		case "payment_intents":
			return c.newIntent()
		case "refunds":
			return c.newRefund(false)
		}
		return notFound(parts[0])
	}
	o, ok := c.find(parts[1], kinds[parts[0]])
	if !ok {
		return notFound(parts[1])
	}
	switch parts[0] + " " + verb {
	case "customers ", "payment_intents ":
		kept, _ := o["metadata"].(map[string]any)
		for k, v := range c.under("metadata") {
			kept[k] = v
		}
		return c.done(o)
	case "checkout/sessions expire":
		return c.closePage(o)
	case "payment_intents confirm":
		return c.confirm(o)
	case "payment_intents cancel":
		return c.cancelIntent(o)
	case "payment_methods detach":
		if o["customer"] == nil {
			return badRequest("", "", "The payment method you provided is not attached to a customer so detachment is impossible.")
		}
		o["customer"] = nil
		c.tell("payment_method.detached", o)
		return c.done(o)
	}
	return notFound(verb)
}
