package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/office/payments"
)

// practiceCards are the cards of the practice page: what the gateway keeps of each when asked to.
var practiceCards = map[string]payments.KeptMethod{
	"approved":    {Kind: payments.KindCard, Brand: "visa", Last4: "4242", ExpMonth: 12},
	"declined":    {Kind: payments.KindCard, Brand: "visa", Last4: "0002", ExpMonth: 12},
	"second_step": {Kind: payments.KindCard, Brand: "mastercard", Last4: "3155", ExpMonth: 12},
	"timeout":     {Kind: payments.KindCard, Brand: "mastercard", Last4: "0119", ExpMonth: 12},
	"later":       {Kind: payments.KindCard, Brand: "visa", Last4: "0341", ExpMonth: 12}, // kept gladly, declined ever after
	"debit":       {Kind: payments.KindDebit, Brand: "Banque d'essai", Last4: "3000"},
}

// pageLasts is how long the practice page can be paid on.
const pageLasts = 24 * time.Hour

// Capabilities are everything a gateway can do.
func (p *Practice) Capabilities() payments.Capabilities {
	return payments.Capabilities{Hosted: true, Save: true, Charge: true, Refund: true, Kinds: []string{payments.KindCard, payments.KindDebit}}
}

// Ready is always so, and never in earnest.
func (p *Practice) Ready(context.Context) (string, bool) { return payments.ModeTest, true }

// Takes any currency.
func (p *Practice) Takes(money.Currency) bool { return true }

// Checkout opens the portal's own page.
func (p *Practice) Checkout(_ context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	return p.order(o.Order, practiceCharge{Kind: payments.IntentPay, State: payments.NeedsAction, Save: o.Save})
}

// Save opens the same page to keep a card only.
func (p *Practice) Save(_ context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	return p.order(o.Order, practiceCharge{Kind: payments.IntentSave, State: payments.NeedsAction, Save: true})
}

// Charge charges a kept card: it does as the card does on the page.
func (p *Practice) Charge(_ context.Context, o payments.ChargeOrder) (payments.Outcome, error) {
	card, _, _ := strings.Cut(strings.TrimPrefix(o.Method.Token, "practice-card-"), "-")
	c := practiceCharge{Kind: payments.IntentCharge, Card: card}
	c.State, c.Reason = first(card)
	if card == "later" {
		c.State, c.Reason = payments.Declined, "gateway.reason.declined"
	}
	if c.State == payments.NeedsAction && o.OffSession {
		c.State, c.Reason = payments.Declined, "gateway.reason.authentication"
	}
	out, err := p.order(o.Order, c)
	if err == nil && card == "timeout" {
		return payments.Outcome{}, ErrNoAnswer
	}
	return out, err
}

// Refund gives a charge back, never more than it took.
func (p *Practice) Refund(_ context.Context, o payments.RefundOrder) (payments.Outcome, error) {
	of := strings.TrimPrefix(o.ChargeRef, "practice-")
	p.mu.Lock()
	defer p.mu.Unlock()
	charge, found, err := p.read(of)
	if err != nil {
		return payments.Outcome{}, err
	}
	back, err := p.refunds(of)
	if err != nil {
		return payments.Outcome{}, err
	}
	left := charge.AmountMinor
	for _, r := range back {
		if r.Key != o.Key {
			left -= r.AmountMinor
		}
	}
	c := practiceCharge{Kind: payments.IntentRefund, State: payments.Succeeded, Of: of}
	if !found || charge.State != payments.Succeeded || o.AmountMinor > left {
		c.State, c.Reason = payments.Declined, "gateway.reason.refund"
	}
	return p.orderLocked(o.Order, c)
}

// order notes a new attempt; a known key is the same attempt.
func (p *Practice) order(o payments.Order, c practiceCharge) (payments.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.orderLocked(o, c)
}

func (p *Practice) orderLocked(o payments.Order, c practiceCharge) (payments.Outcome, error) {
	if o.Mode != payments.ModeTest {
		return payments.Outcome{}, payments.ErrOtherMode
	}
	known, found, err := p.read(o.Key)
	if err != nil {
		return payments.Outcome{}, err
	}
	if found {
		if known.AmountMinor != o.AmountMinor || known.Currency != string(o.Currency) || known.Kind != c.Kind {
			return payments.Outcome{}, fmt.Errorf("gateway: key %s came with another order", o.Key)
		}
		return p.outcome(known)
	}
	c.Key, c.AmountMinor, c.Currency, c.At = o.Key, o.AmountMinor, string(o.Currency), time.Now().UTC().Format(time.RFC3339)
	if c.CustomerRef = o.Customer.Ref; c.CustomerRef == "" {
		c.CustomerRef = "practice-customer-" + o.Customer.PublicID
	}
	if err := p.write(c); err != nil {
		return payments.Outcome{}, err
	}
	return p.outcome(c)
}

// Answer does what was chosen on the page.
func (p *Practice) Answer(_ context.Context, a payments.Attempt, answer string) (payments.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, found, err := p.read(a.Key)
	switch {
	case err != nil:
		return payments.Outcome{}, err
	case !found:
		return payments.Outcome{State: payments.Cancelled}, nil
	case c.State != payments.NeedsAction:
		return p.outcome(c)
	}
	before := c
	switch {
	case answer == "leave":
		c.State = payments.Cancelled
	case c.Card == "second_step":
		c.State, c.Reason = second(answer)
	default:
		c.Card = answer
		if c.State, c.Reason = first(answer); c.Kind == payments.IntentSave && c.State == payments.Processing {
			c.State = payments.Succeeded // to keep an account takes no days
		}
	}
	if c != before {
		if err := p.write(c); err != nil {
			return payments.Outcome{}, err
		}
	}
	if answer == "timeout" {
		return payments.Outcome{}, ErrNoAnswer // charged, but the caller never hears of it
	}
	return p.outcome(c)
}

func first(card string) (state, reason string) {
	switch card {
	case "approved", "timeout", "later":
		return payments.Succeeded, ""
	case "second_step":
		return payments.NeedsAction, ""
	case "debit":
		return payments.Processing, ""
	}
	return payments.Declined, "gateway.reason.declined"
}

func second(answer string) (state, reason string) {
	switch answer {
	case "confirm":
		return payments.Succeeded, ""
	case "refuse":
		return payments.Declined, "gateway.reason.second_step_refused"
	}
	return payments.NeedsAction, ""
}

// Ask tells what became of an attempt; one never heard of is cancelled. A debit is under way
// until it was asked about twice.
func (p *Practice) Ask(_ context.Context, a payments.Attempt) (payments.Outcome, error) {
	if a.Mode != payments.ModeTest {
		return payments.Outcome{}, payments.ErrOtherMode
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c, found, err := p.read(a.Key)
	if err != nil {
		return payments.Outcome{}, err
	}
	if !found {
		return payments.Outcome{State: payments.Cancelled}, nil
	}
	if c.State == payments.Processing {
		if c.Asked++; c.Asked >= 2 {
			c.State = payments.Succeeded
		}
		if err := p.write(c); err != nil {
			return payments.Outcome{}, err
		}
	}
	return p.outcome(c)
}

// Cancel closes the page, unless it was paid on.
func (p *Practice) Cancel(_ context.Context, a payments.Attempt) (payments.Outcome, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, found, err := p.read(a.Key)
	if err != nil {
		return payments.Outcome{}, err
	}
	if !found {
		return payments.Outcome{State: payments.Cancelled}, nil
	}
	if c.State == payments.NeedsAction {
		c.State = payments.Cancelled
		if err := p.write(c); err != nil {
			return payments.Outcome{}, err
		}
	}
	return p.outcome(c)
}

// Detach forgets a card: there is nothing to forget.
func (p *Practice) Detach(context.Context, payments.KeptRef) error { return nil }

// Hear hears nothing: the practice gateway calls nobody.
func (p *Practice) Hear(context.Context, []byte, string) (payments.Event, error) {
	return payments.Event{}, fault.New(fault.Invalid, "fault.invalid")
}

// News are none.
func (p *Practice) News(_ context.Context, _, cursor string) ([]payments.Event, string, error) {
	return nil, cursor, nil
}

// Test always goes well.
func (p *Practice) Test(context.Context, string) (payments.Account, error) {
	return payments.Account{Name: "Practice", Mode: payments.ModeTest, Charges: true, Payouts: true, Kinds: p.Capabilities().Kinds}, nil
}

// outcome tells how an attempt stands, with what was given back of it.
func (p *Practice) outcome(c practiceCharge) (payments.Outcome, error) {
	out := payments.Outcome{State: c.State, Ref: "practice-" + c.Key, Reason: c.Reason, CustomerRef: c.CustomerRef, Kind: practiceCards[c.Card].Kind}
	if c.State == payments.NeedsAction {
		if out.Step = payments.StepChoose; c.Card == "second_step" {
			out.Step = payments.StepConfirm // the other face of the page
		}
		if at, err := time.Parse(time.RFC3339, c.At); err == nil {
			out.ExpiresAt = at.Add(pageLasts)
		}
	}
	if c.Save && (c.State == payments.Succeeded || c.State == payments.Processing) {
		out.Kept = keptCard(c)
	}
	if c.Kind != payments.IntentPay && c.Kind != payments.IntentCharge && c.Kind != "" {
		return out, nil
	}
	back, err := p.refunds(c.Key)
	for _, r := range back {
		out.Refunds = append(out.Refunds, payments.Refunded{Ref: "practice-" + r.Key, Key: r.Key, State: payments.Succeeded, AmountMinor: r.AmountMinor})
	}
	return out, err
}

// keptCard is the card of the page, kept under a name of its own.
func keptCard(c practiceCharge) *payments.KeptMethod {
	k := practiceCards[c.Card]
	k.Token, k.CustomerRef = "practice-card-"+c.Card+"-"+c.Key, c.CustomerRef
	if k.ExpMonth != 0 {
		k.ExpYear = 2028
		if at, err := time.Parse(time.RFC3339, c.At); err == nil {
			k.ExpYear = at.Year() + 2
		}
	}
	return &k
}

// refunds are what was given back of a charge, the oldest first.
func (p *Practice) refunds(of string) ([]practiceCharge, error) {
	names, err := filepath.Glob(filepath.Join(p.dir, "refund-*.json"))
	if err != nil {
		return nil, err
	}
	var list []practiceCharge
	for _, name := range names {
		b, err := os.ReadFile(name) // #nosec G304 -- of our own folder
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		var c practiceCharge
		if err == nil {
			err = json.Unmarshal(b, &c)
		}
		if err != nil {
			return nil, err
		}
		if c.Of == of && c.State == payments.Succeeded {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b practiceCharge) int { return strings.Compare(a.At+a.Key, b.At+b.Key) })
	return list, nil
}
