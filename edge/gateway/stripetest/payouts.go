package stripetest

import "time"

// payoutTakes is how long a payout is on its way to the bank.
const payoutTakes = 2 * 24 * time.Hour

// PayOut sends money of the balance to the firm's bank account; below zero it is taken from
// there. It is on its way until EndPayout.
func (f *Fake) PayOut(minor int64, currency string) (id string) {
	f.at(func(c *call) {
		for _, id := range f.order { // in the mode of what was paid last
			if o := f.objects[id]; o.text("object") == "payment_intent" {
				c.live, _ = o["livemode"].(bool)
			}
		}
		arrives := c.now.Add(payoutTakes).UTC().Truncate(24 * time.Hour)
		o := c.make("po", "payout", object{"amount": minor, "currency": currency, "arrival_date": arrives.Unix(), "status": "pending", "automatic": true, "method": "standard", "type": "bank_account"})
		c.tell("payout.created", o)
		id = o.text("id")
	})
	return id
}

// EndPayout lets it arrive, or fail: also one that had arrived, when the bank sends it back.
func (f *Fake) EndPayout(id string, well bool) error {
	return f.of(id, func(c *call, o object) {
		o["status"] = "failed"
		if well {
			o["status"] = "paid"
		}
		c.tell("payout."+o.text("status"), o)
	})
}
