package stripetest

import (
	"errors"
	"net/url"
	"strings"
)

// What people do: the customer on a page, the holder at the bank, the bank itself, the firm on
// Stripe's own site.

// ErrNotNow is what cannot be done as things stand: a page that is closed.
var ErrNotNow = errors.New("stripetest: not as things stand")

// at works on the records as a request would.
func (f *Fake) at(do func(c *call)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	do(&call{f: f, now: f.clock(), form: url.Values{}})
}

// of is at, in the mode of a record.
func (f *Fake) of(id string, do func(c *call, o object)) error {
	err := ErrNotNow
	f.at(func(c *call) {
		c.expirePages()
		if o := f.objects[id]; o != nil {
			c.live, _ = o["livemode"].(bool)
			err = nil
			do(c, o)
		}
	})
	return err
}

// Paid is what came of the customer's try on a page.
type Paid struct {
	Declined string // the code shown on the page, "" when it was not declined
	Holder   string // the bank's page on which the holder is to confirm, "" when it does not ask
	Intent   string // id of the payment intent or setup intent
	BackTo   string // where the browser goes then
}

// Pay is the customer on a page, typing a number.
func (f *Fake) Pay(page, number string) (p Paid, err error) {
	found := f.of(page, func(c *call, o object) {
		if o.text("status") != "open" {
			err = ErrNotNow
			return
		}
		holder, failed := c.payOn(o, number)
		p.Holder = holder
		p.Intent = o.text("payment_intent") + o.text("setup_intent")
		if failed != nil {
			p.Declined = failed.text("decline_code")
			if p.Declined == "" {
				p.Declined = failed.text("code")
			}
		} else if holder == "" {
			p.BackTo = o.text("success_url")
		}
	})
	return p, errors.Join(found, err)
}

// Holder is the holder of the card at the bank's page.
func (f *Fake) Holder(intent string, yes bool) (declined string, err error) {
	err = f.of(intent, func(c *call, _ object) { declined = c.holderSays(intent, yes).text("code") })
	return declined, err
}

// Settle lets the bank end a debit after its days: well, or as its account is.
func (f *Fake) Settle(intent string) error {
	var err error
	found := f.of(intent, func(c *call, pi object) {
		if pi.text("status") != "processing" {
			err = ErrNotNow
			return
		}
		ch, pm := f.objects[pi.text("latest_charge")], f.objects[pi.text("payment_method")]
		page := c.pageOf(intent)
		if code := f.natures[pm.text("id")].debitFails; code != "" {
			ch["status"], ch["failure_code"] = "failed", code
			pi["status"] = "requires_payment_method"
			pi["last_payment_error"] = object{"type": "card_error", "code": "payment_intent_payment_attempt_failed", "decline_code": nil, "message": code}
			c.tell("payment_intent.payment_failed", pi)
			if page != nil {
				c.tell("checkout.session.async_payment_failed", page)
			}
			return
		}
		c.succeed(pi, ch)
		if page != nil {
			page["payment_status"] = "paid"
			c.tell("checkout.session.async_payment_succeeded", page)
		}
	})
	return errors.Join(found, err)
}

// Pending lists the debits that the bank has not ended.
func (f *Fake) Pending() (intents []string) {
	f.at(func(*call) {
		for _, id := range f.order {
			if o := f.objects[id]; o.text("object") == "payment_intent" && o.text("status") == "processing" {
				intents = append(intents, id)
			}
		}
	})
	return intents
}

// RefundAtSite is the firm giving back on Stripe's own site; it gives the refund's id.
func (f *Fake) RefundAtSite(intent string, amountMinor int64) (id string, err error) {
	err = f.of(intent, func(c *call, _ object) {
		c.form = url.Values{"payment_intent": {intent}}
		if amountMinor > 0 {
			c.form.Set("amount", digits(amountMinor))
		}
		id = c.newRefund(true).body.text("id")
	})
	return id, err
}

// EndRefund ends a refund that was pending, or takes back one that had succeeded: the card is gone.
func (f *Fake) EndRefund(id string, well bool) error {
	return f.of(id, func(c *call, re object) {
		if well {
			re["status"] = "succeeded"
			c.tell("refund.updated", re)
			return
		}
		ch := f.objects[re.text("charge")]
		re["status"], re["failure_reason"] = "failed", "expired_or_canceled_card"
		ch["amount_refunded"], ch["refunded"] = ch.number("amount_refunded")-re.number("amount"), false
		c.tell("refund.failed", re)
	})
}

// Dispute is the customer's bank taking a payment back; it gives the dispute's id.
func (f *Fake) Dispute(intent, reason string) (id string, err error) {
	err = f.of(intent, func(c *call, pi object) { id = c.dispute(pi, reason).text("id") })
	return id, err
}

// EndDispute is the bank's last word.
func (f *Fake) EndDispute(id string, won bool) error {
	return f.of(id, func(c *call, d object) {
		d["status"] = "lost"
		if won {
			d["status"] = "won"
			bts, _ := d["balance_transactions"].([]any)
			d["balance_transactions"] = append(bts, c.balance("adjustment", "", d.number("amount"), 0, d.text("currency")))
			c.tell("charge.dispute.funds_reinstated", d)
		}
		c.tell("charge.dispute.closed", d)
	})
}

// Withdraw is the bank taking money of a dispute again, or for the first time, with the fee that
// Stripe keeps for it.
func (f *Fake) Withdraw(id string, minor, fee int64) error {
	return f.moveDispute(id, -minor, fee, "charge.dispute.funds_withdrawn")
}

// Reinstate is the bank giving money of a dispute again, perhaps not all, and Stripe its fee (negative).
func (f *Fake) Reinstate(id string, minor, fee int64) error {
	return f.moveDispute(id, minor, fee, "charge.dispute.funds_reinstated")
}

func (f *Fake) moveDispute(id string, minor, fee int64, kind string) error {
	return f.of(id, func(c *call, d object) {
		bts, _ := d["balance_transactions"].([]any)
		d["balance_transactions"] = append(bts, c.balance("adjustment", "", minor, fee, d.text("currency")))
		c.tell(kind, d)
	})
}

// LateFees makes Stripe tell its fees not with the success of a charge, but when TellFees is called.
func (f *Fake) LateFees() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lateFees = true
}

// TellFees shows the movements of the balance that were made since.
func (f *Fake) TellFees() {
	f.at(func(c *call) {
		for _, x := range f.untold {
			ch := f.objects[x[0]]
			c.live, _ = ch["livemode"].(bool)
			ch["balance_transaction"] = x[1]
			c.tell("charge.updated", ch)
		}
		f.untold = nil
	})
}

// ForgetCustomer deletes a customer at Stripe's own site.
func (f *Fake) ForgetCustomer(id string) error {
	return f.of(id, func(_ *call, o object) { o["deleted"] = true })
}

// Money is what was taken by one order.
type Money struct {
	Intent, Key, Currency      string
	TakenMinor, GivenBackMinor int64
}

// Taken lists every intent by which money was taken, with our key.
func (f *Fake) Taken() []Money {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := []Money{}
	for _, id := range f.order {
		pi := f.objects[id]
		if pi.text("object") != "payment_intent" || pi.text("status") != "succeeded" {
			continue
		}
		meta, _ := pi["metadata"].(map[string]any)
		key, _ := meta["key"].(string)
		ch := f.objects[pi.text("latest_charge")]
		out = append(out, Money{Intent: id, Key: key, Currency: strings.ToUpper(pi.text("currency")), TakenMinor: pi.number("amount_received"), GivenBackMinor: ch.number("amount_refunded")})
	}
	return out
}

// Pages lists the pages that are open, the oldest first.
func (f *Fake) Pages() (open []string) {
	f.at(func(c *call) {
		c.expirePages()
		for _, id := range f.order {
			if o := f.objects[id]; o.text("object") == "checkout.session" && o.text("status") == "open" {
				open = append(open, id)
			}
		}
	})
	return open
}

// Field reads a field of a record, for what a test wants to see.
func (f *Fake) Field(id, field string) any {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.objects[id][field]
}
