package stripetest

import "time"

// newPage opens a page to pay on, or to keep a method.
func (c *call) newPage() answer {
	mode, expires := c.get("mode"), c.amount("expires_at")
	switch {
	case mode != "payment" && mode != "setup":
		return badRequest("parameter_missing", "mode", "Missing required param: mode.")
	case c.get("success_url") == "":
		return badRequest("parameter_missing", "success_url", "Missing required param: success_url.")
	case mode == "payment" && (c.amount("line_items[0][price_data][unit_amount]") <= 0 || c.get("line_items[0][price_data][product_data][name]") == ""):
		return badRequest("parameter_missing", "line_items", "Missing required param: line_items.")
	case expires != 0 && (expires < c.now.Add(30*time.Minute).Unix() || expires > c.now.Add(24*time.Hour).Unix()):
		return badRequest("", "expires_at", "The `expires_at` timestamp must be at least 30 minutes and at most 24 hours from Checkout Session creation.")
	}
	if cus := c.get("customer"); cus != "" {
		if _, ok := c.find(cus, "customer"); !ok {
			return noSuch("customer", cus)
		}
	}
	if expires == 0 {
		expires = c.now.Add(24 * time.Hour).Unix()
	}
	kinds := c.list("payment_method_types")
	for _, k := range kinds {
		if !c.switchedOn(k) {
			return badRequest("", "payment_method_types", "The payment method type provided: "+k+" is invalid. Please ensure the provided type is activated in your dashboard")
		}
		if k == "sepa_debit" && mode == "payment" && c.get("line_items[0][price_data][currency]") != "eur" {
			return badRequest("", "payment_method_types", "The currency provided is invalid for sepa_debit")
		}
	}
	page := c.make("cs", "checkout.session", object{"mode": mode, "status": "open", "payment_status": "unpaid", "customer": orNil(c.get("customer")), "customer_email": orNil(c.get("customer_email")),
		"client_reference_id": orNil(c.get("client_reference_id")), "metadata": c.under("metadata"), "success_url": c.get("success_url"), "cancel_url": c.get("cancel_url"), "locale": c.get("locale"),
		"expires_at": expires, "payment_intent": nil, "setup_intent": nil, "payment_method_types": kinds, "currency": orNil(c.get("line_items[0][price_data][currency]")),
		"amount_total": c.amount("line_items[0][price_data][unit_amount]"), "name": c.get("line_items[0][price_data][product_data][name]"),
		"keeps": mode == "setup" || c.get("payment_intent_data[setup_future_usage]") == "off_session",
		"inner": c.under(map[string]string{"payment": "payment_intent_data[metadata]", "setup": "setup_intent_data[metadata]"}[mode])})
	page["url"] = c.f.URL + "/pay/" + page.text("id")
	return c.done(page)
}

// switchedOn tells whether the account may take a kind.
func (c *call) switchedOn(kind string) bool {
	var state any
	switch can := c.f.account["capabilities"].(type) {
	case object:
		state = can[kind+"_payments"]
	case map[string]any:
		state = can[kind+"_payments"]
	}
	return state == "active"
}

// expirePages closes what was open too long.
func (c *call) expirePages() {
	for _, id := range c.f.order {
		if o := c.f.objects[id]; o.text("object") == "checkout.session" && o.text("status") == "open" && o.number("expires_at") <= c.now.Unix() {
			c.expire(o)
		}
	}
}

func (c *call) expire(page object) {
	page["status"], page["url"] = "expired", nil
	if pi := c.f.objects[page.text("payment_intent")]; pi != nil {
		pi["status"], pi["next_action"] = "canceled", nil
	}
	c.tell("checkout.session.expired", page)
}

func (c *call) closePage(page object) answer {
	c.expirePages()
	if page.text("status") != "open" {
		a := badRequest("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
		a.kept = true
		return a
	}
	c.expire(page)
	return c.done(page)
}

// payOn is the customer on a page, with a number. holder: the address to which the bank sends
// the customer, "" when it does not; failed: the error that the page shows.
func (c *call) payOn(page object, number string) (holder string, failed object) {
	customer := ""
	if page["keeps"] == true {
		customer = page.text("customer")
	}
	pm := c.method(number, customer)
	if page.text("mode") == "setup" {
		return c.keepOn(page, pm)
	}
	pi := c.f.objects[page.text("payment_intent")]
	if pi == nil {
		pi = c.intent(object{"amount": page.number("amount_total"), "currency": page["currency"], "customer": page["customer"], "metadata": page["inner"], "description": page["name"], "payment_method_types": page["payment_method_types"]})
		if page["keeps"] == true {
			pi["setup_future_usage"] = "off_session"
		}
		page["payment_intent"] = pi.text("id")
		c.tell("payment_intent.created", pi)
	}
	if failed = c.try(pi, pm, false, page.text("success_url")); failed != nil {
		return "", failed
	}
	if pi.text("status") == "requires_action" {
		return c.f.URL + "/holder/" + pi.text("id"), nil
	}
	c.complete(page, pi)
	return "", nil
}

func (c *call) keepOn(page, pm object) (holder string, failed object) {
	n := c.f.natures[pm.text("id")]
	si := c.make("seti", "setup_intent", object{"status": "succeeded", "customer": page["customer"], "payment_method": pm.text("id"), "metadata": page["inner"], "usage": "off_session", "last_setup_error": nil, "next_action": nil})
	page["setup_intent"] = si.text("id")
	switch {
	case n.code != "" && instrumentOf(CardFailsLater).last4 != cardEnd(pm):
		si["status"] = "requires_payment_method"
		return "", object{"code": n.code, "decline_code": n.decline}
	case n.holder != "":
		si["status"] = "requires_action"
		return c.f.URL + "/holder/" + si.text("id"), nil
	}
	c.finishKeeping(page, si)
	return "", nil
}

func cardEnd(pm object) string {
	card, _ := pm["card"].(object)
	return card.text("last4")
}

func (c *call) finishKeeping(page, si object) {
	n := c.f.natures[si.text("payment_method")]
	n.kept = true
	c.f.natures[si.text("payment_method")] = n
	si["status"] = "succeeded"
	page["status"], page["payment_status"], page["url"] = "complete", "no_payment_required", nil
	c.tell("setup_intent.succeeded", si)
	c.tell("checkout.session.completed", page)
}

func (c *call) complete(page, pi object) {
	page["status"], page["url"] = "complete", nil
	if pi.text("status") == "succeeded" {
		page["payment_status"] = "paid"
	}
	if page["keeps"] == true {
		n := c.f.natures[pi.text("payment_method")]
		n.kept = true
		c.f.natures[pi.text("payment_method")] = n
	}
	c.tell("checkout.session.completed", page)
}

// holderSays is the holder of the card at the bank's page.
func (c *call) holderSays(id string, yes bool) (failed object) {
	o := c.f.objects[id]
	if o == nil || o.text("status") != "requires_action" {
		return object{"code": "payment_intent_unexpected_state"}
	}
	page := c.pageOf(id)
	if o.text("object") == "setup_intent" {
		if !yes {
			o["status"] = "requires_payment_method"
			return object{"code": "setup_intent_authentication_failure"}
		}
		c.finishKeeping(page, o)
		return nil
	}
	pm := c.f.objects[o.text("payment_method")]
	if !yes {
		return c.fail(o, pm, "payment_intent_authentication_failure", "")
	}
	if failed = c.pay(o, pm, c.f.natures[pm.text("id")]); failed == nil && page != nil {
		c.complete(page, o)
	}
	return failed
}

// pageOf finds the page that an intent belongs to.
func (c *call) pageOf(intent string) object {
	for _, id := range c.f.order {
		if o := c.f.objects[id]; o.text("object") == "checkout.session" && (o.text("payment_intent") == intent || o.text("setup_intent") == intent) {
			return o
		}
	}
	return nil
}
