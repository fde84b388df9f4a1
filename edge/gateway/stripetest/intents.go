package stripetest

import (
	"net/http"
	"slices"
)

// newIntent takes an order to pay.
func (c *call) newIntent() answer {
	switch {
	case c.amount("amount") <= 0:
		return badRequest("parameter_invalid_integer", "amount", "Invalid positive integer")
	case c.get("currency") == "":
		return badRequest("parameter_missing", "currency", "Missing required param: currency.")
	case c.get("currency") == "eur" && c.amount("amount") < 50:
		return badRequest("amount_too_small", "amount", "Amount must be at least €0.50 eur")
	}
	if cus := c.get("customer"); cus != "" {
		if _, ok := c.find(cus, "customer"); !ok {
			return noSuch("customer", cus)
		}
	}
	pm, ok := c.find(c.get("payment_method"), "payment_method")
	if c.get("payment_method") != "" && !ok {
		return noSuch("payment_method", c.get("payment_method"))
	}
	for _, k := range c.list("payment_method_types") {
		if !c.switchedOn(k) {
			return badRequest("", "payment_method_types", "The payment method type \""+k+"\" is invalid. Please ensure the provided type is activated in your dashboard")
		}
	}
	if ok && pm["customer"] != c.get("customer") {
		a := badRequest("", "payment_method", "The payment method is not of this customer")
		a.kept = true
		return a
	}
	pi := c.intent(object{"amount": c.amount("amount"), "currency": c.get("currency"), "customer": orNil(c.get("customer")), "description": orNil(c.get("description")),
		"metadata": c.under("metadata"), "payment_method_types": c.list("payment_method_types")})
	c.tell("payment_intent.created", pi)
	if c.get("confirm") != "true" {
		return c.done(pi)
	}
	return c.tried(pi, c.try(pi, pm, c.get("off_session") == "true", c.get("return_url")))
}

func (c *call) intent(fields object) object {
	pi := c.make("pi", "payment_intent", object{"status": "requires_payment_method", "amount_received": int64(0), "last_payment_error": nil, "latest_charge": nil, "payment_method": nil,
		"next_action": nil, "setup_future_usage": nil, "capture_method": "automatic_async", "client_secret": "pi_secret_imitation"})
	for k, v := range fields {
		pi[k] = v
	}
	return pi
}

func orNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// try charges a method for an intent; nil when it did not fail.
func (c *call) try(pi, pm object, offSession bool, returnURL string) object {
	n := c.f.natures[pm.text("id")]
	pi["payment_method"], pi["last_payment_error"], pi["next_action"], pi["return_url"] = pm.text("id"), nil, nil, returnURL
	wants := n.holder == "always" || n.holder == "once" && !n.kept
	switch {
	case wants && offSession:
		return c.fail(pi, pm, "authentication_required", "authentication_required")
	case wants:
		pi["status"] = "requires_action"
		pi["next_action"] = object{"type": "redirect_to_url", "redirect_to_url": object{"url": c.f.URL + "/holder/" + pi.text("id"), "return_url": returnURL}}
		if returnURL == "" { // for a page with Stripe's script on it: there is nowhere to send the holder to
			pi["next_action"] = object{"type": "use_stripe_sdk", "use_stripe_sdk": object{}}
		}
		c.tell("payment_intent.requires_action", pi)
		return nil
	}
	return c.pay(pi, pm, n)
}

// pay moves the money, or declines.
func (c *call) pay(pi, pm object, n nature) object {
	if n.code != "" {
		return c.fail(pi, pm, n.code, n.decline)
	}
	pi["next_action"] = nil
	ch := c.charge(pi, pm, "succeeded", "")
	if n.debit {
		ch["status"], ch["paid"] = "pending", false
		pi["status"] = "processing"
		c.tell("charge.pending", ch)
		c.tell("payment_intent.processing", pi)
		return nil
	}
	c.succeed(pi, ch)
	if n.disputed {
		c.dispute(pi, "fraudulent")
	}
	return nil
}

func (c *call) charge(pi, pm object, status, failureCode string) object {
	ch := c.make("ch", "charge", object{"amount": pi.number("amount"), "amount_refunded": int64(0), "currency": pi["currency"], "customer": pi["customer"], "payment_intent": pi.text("id"),
		"payment_method": pm.text("id"), "status": status, "paid": status == "succeeded", "captured": true, "disputed": false, "refunded": false, "failure_code": orNil(failureCode),
		"metadata": pi["metadata"], "balance_transaction": nil})
	pi["latest_charge"] = ch.text("id")
	return ch
}

func (c *call) succeed(pi, ch object) {
	amount := pi.number("amount")
	fee := amount*15/1000 + 25
	if pm := c.f.objects[pi.text("payment_method")]; pm.text("type") == "sepa_debit" {
		fee = 35
	}
	bt := c.balance("charge", ch.text("id"), amount, fee, pi.text("currency"))
	ch["status"], ch["paid"] = "succeeded", true
	if c.f.lateFees { // asynchronous capture: the balance moves some time after
		c.f.untold = append(c.f.untold, [2]string{ch.text("id"), bt.text("id")})
	} else {
		ch["balance_transaction"] = bt.text("id")
	}
	pi["status"], pi["amount_received"], pi["last_payment_error"] = "succeeded", amount, nil
	c.tell("charge.succeeded", ch)
	c.tell("payment_intent.succeeded", pi)
}

func (c *call) balance(kind, source string, amount, fee int64, currency string) object {
	return c.make("txn", "balance_transaction", object{"type": kind, "source": source, "amount": amount, "fee": fee, "net": amount - fee, "currency": currency, "status": "pending"})
}

// fail declines an attempt to charge; it gives the error that goes with it.
func (c *call) fail(pi, pm object, code, decline string) object {
	c.charge(pi, pm, "failed", code)
	e := object{"type": "card_error", "code": code, "decline_code": orNil(decline), "message": "Your card was declined. (" + code + ")", "payment_method": object{"id": pm.text("id"), "object": "payment_method", "type": pm.text("type")}}
	pi["status"], pi["next_action"], pi["last_payment_error"] = "requires_payment_method", nil, e
	c.tell("payment_intent.payment_failed", pi)
	return e
}

// tried answers an intent, or 402 with the intent within.
func (c *call) tried(pi, failed object) answer {
	if failed == nil {
		return c.done(pi)
	}
	e := object{}
	for k, v := range failed {
		e[k] = v
	}
	e["payment_intent"] = pi
	a := c.done(object{"error": e})
	a.status = http.StatusPaymentRequired
	return a
}

func (c *call) confirm(pi object) answer {
	if !slices.Contains([]string{"requires_payment_method", "requires_confirmation", "requires_action"}, pi.text("status")) {
		return c.unexpected(pi)
	}
	pm, ok := c.find(c.get("payment_method"), "payment_method")
	if !ok {
		return noSuch("payment_method", c.get("payment_method"))
	}
	return c.tried(pi, c.try(pi, pm, c.get("off_session") == "true", c.get("return_url")))
}

func (c *call) unexpected(pi object) answer {
	a := badRequest("payment_intent_unexpected_state", "", "This PaymentIntent's status is "+pi.text("status"))
	a.body["error"].(object)["payment_intent"] = pi //nolint:forcetypeassert // badRequest just made it
	a.kept = true
	return a
}

func (c *call) cancelIntent(pi object) answer {
	if s := pi.text("status"); s == "succeeded" || s == "canceled" || s == "processing" {
		return c.unexpected(pi)
	}
	pi["status"], pi["next_action"] = "canceled", nil
	c.tell("payment_intent.canceled", pi)
	return c.done(pi)
}

// newRefund gives back of an intent; by hand: at Stripe's own site.
func (c *call) newRefund(byHand bool) answer {
	pi, ok := c.find(c.get("payment_intent"), "payment_intent")
	if !ok {
		return noSuch("payment_intent", c.get("payment_intent"))
	}
	ch := c.f.objects[pi.text("latest_charge")]
	left := ch.number("amount") - ch.number("amount_refunded")
	amount := c.amount("amount")
	if amount == 0 {
		amount = left
	}
	var refusal answer
	switch {
	case ch == nil || ch["paid"] != true:
		refusal = badRequest("charge_not_refundable", "", "nothing was charged")
	case ch["disputed"] == true:
		refusal = badRequest("charge_disputed", "", "the charge is disputed")
	case left == 0:
		refusal = badRequest("charge_already_refunded", "", "Charge has already been refunded.")
	case amount > left:
		refusal = badRequest("", "amount", "Refund amount is greater than unrefunded amount on charge")
	}
	if refusal.body != nil {
		refusal.kept = true
		return refusal
	}
	re := c.make("re", "refund", object{"amount": amount, "currency": ch["currency"], "charge": ch.text("id"), "payment_intent": pi.text("id"), "status": "succeeded",
		"metadata": c.under("metadata"), "reason": nil, "failure_reason": nil, "by_hand": byHand})
	if pm := c.f.objects[pi.text("payment_method")]; pm.text("type") == "sepa_debit" {
		re["status"] = "pending"
	}
	re["balance_transaction"] = c.balance("refund", re.text("id"), -amount, 0, ch.text("currency")).text("id")
	ch["amount_refunded"], ch["refunded"] = ch.number("amount_refunded")+amount, left == amount
	c.tell("refund.created", re)
	c.tell("charge.refunded", ch)
	return c.done(re)
}

func (c *call) dispute(pi object, reason string) object {
	ch := c.f.objects[pi.text("latest_charge")]
	left := ch.number("amount") - ch.number("amount_refunded")
	bt := c.balance("adjustment", "", -left, 2000, ch.text("currency"))
	ch["disputed"] = true
	d := c.make("du", "dispute", object{"amount": left, "currency": ch["currency"], "charge": ch.text("id"), "payment_intent": pi.text("id"), "reason": reason, "status": "needs_response",
		"balance_transactions": []any{bt}, "evidence_details": object{"due_by": c.now.AddDate(0, 0, 10).Unix()}, "metadata": map[string]any{}})
	c.tell("charge.dispute.created", d)
	c.tell("charge.dispute.funds_withdrawn", d)
	return d
}
