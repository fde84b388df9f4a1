package officetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/office/payments"
)

// Gateway does as it is told. Known is what it knows, by key: it tells that when it is asked.
type Gateway struct {
	mu        sync.Mutex
	Known     map[string]*Attempt
	Next      []Said
	Before    func()             // called while an order is under way; may be nil
	Charges   []payments.Attempt // every answer of a customer and every charge of a kept method that reached it
	Refunds   []payments.RefundOrder
	Asked     int    // how often it was asked
	Down      bool   // nothing reaches it
	Mode      string // "" = live
	Both      bool   // it is reached in both worlds, whichever it is switched to
	Off       bool   // no keys
	Fails     error  // every call fails so
	NewsFails error
	Only      money.Currency
	Gone      []string // tokens that were detached
	Stories   []payments.Event
	Expires   time.Time                   // of pages; zero: never
	Payouts   map[string]*payments.Payout // by their reference
	tokens    int
}

// Attempt is an attempt as the gateway knows it: the truth.
type Attempt struct {
	payments.Outcome
	Kind        string
	AmountMinor int64
	Save        bool
	Customer    string
	Intent      string
}

// Said is one answer to an order. Silent: it is carried out, the answer is lost.
type Said struct {
	State, Reason string
	Silent        bool
	FeeMinor      int64
}

// ErrSilent is what a caller sees of an order without an answer.
var ErrSilent = fmt.Errorf("gateway: no answer")

var errDown = errors.Join(payments.ErrNotSent, errors.New("gateway: down"))

// NewGateway gives one that knows nothing.
func NewGateway() *Gateway { return &Gateway{Known: map[string]*Attempt{}} }

// Name is "practice", so that the method of its payments is one that the file knows.
func (*Gateway) Name() string { return "practice" }

// Set changes what the gateway is while callers may be at work with it.
func (g *Gateway) Set(change func(*Gateway)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(g)
}

// Capabilities are all that there are.
func (*Gateway) Capabilities() payments.Capabilities {
	return payments.Capabilities{Hosted: true, Save: true, Charge: true, Refund: true, Kinds: []string{payments.KindCard, payments.KindDebit}}
}

// Ready unless it is Off.
func (g *Gateway) Ready(context.Context) (string, bool) {
	if g.Mode == "" {
		return payments.ModeLive, !g.Off
	}
	return g.Mode, !g.Off
}

// Takes every currency, or the Only one.
func (g *Gateway) Takes(c money.Currency) bool { return g.Only == "" || g.Only == c }

// lock is held through an order; Before runs outside of it.
func (g *Gateway) enter(mode string) (func(), error) {
	if have, _ := g.Ready(Ctx); have != mode && !g.Both {
		return nil, payments.ErrOtherMode
	}
	g.mu.Lock()
	if g.Fails != nil {
		defer g.mu.Unlock()
		return nil, g.Fails
	}
	if g.Down {
		g.mu.Unlock()
		return nil, errDown
	}
	return g.mu.Unlock, nil
}

func (g *Gateway) said() Said {
	if len(g.Next) == 0 {
		return Said{State: payments.Succeeded}
	}
	s := g.Next[0]
	g.Next = g.Next[1:]
	return s
}

// page opens a page; a Next of state "lost" or "page" is about the opening itself.
func (g *Gateway) page(o payments.Order, kind string, save bool) (payments.Outcome, error) {
	leave, err := g.enter(o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	defer leave()
	if a, known := g.Known[o.Key]; known {
		return a.tell(), nil
	}
	a := &Attempt{Kind: kind, AmountMinor: o.AmountMinor, Save: save, Customer: o.Customer.PublicID, Intent: o.IntentID,
		Outcome: payments.Outcome{State: payments.NeedsAction, Ref: "ref-" + o.Key, Step: payments.StepChoose, ExpiresAt: g.Expires, CustomerRef: "cus-" + o.Customer.PublicID}}
	if len(g.Next) > 0 && strings.HasPrefix(g.Next[0].State, "page ") {
		said := g.said()
		if said.State == "page lost" { // it never came
			return payments.Outcome{}, ErrSilent
		}
		g.Known[o.Key] = a
		return payments.Outcome{}, ErrSilent // "page silent": it is open, nobody knows
	}
	g.Known[o.Key] = a
	return a.tell(), nil
}

// tell is what the gateway says of an attempt: its own lists, not shared.
func (a *Attempt) tell() payments.Outcome {
	out := a.Outcome
	out.Refunds, out.Disputes = slices.Clone(out.Refunds), slices.Clone(out.Disputes)
	return out
}

// Checkout opens a page.
func (g *Gateway) Checkout(_ context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	return g.page(o.Order, payments.IntentPay, o.Save)
}

// Save opens a page.
func (g *Gateway) Save(_ context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	return g.page(o.Order, payments.IntentSave, true)
}

// Answer gives the next answer.
func (g *Gateway) Answer(_ context.Context, x payments.Attempt, _ string) (payments.Outcome, error) {
	leave, err := g.enter(x.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	defer leave()
	g.Charges = append(g.Charges, x)
	a, known := g.Known[x.Key]
	if !known {
		return payments.Outcome{State: payments.Cancelled}, nil
	}
	if a.State != payments.NeedsAction {
		return a.tell(), nil
	}
	if g.Before != nil {
		g.Before()
	}
	return g.carryOut(a, g.said())
}

func (g *Gateway) carryOut(a *Attempt, said Said) (payments.Outcome, error) {
	a.State, a.Reason, a.FeeMinor = said.State, said.Reason, said.FeeMinor
	if a.State == payments.Succeeded {
		g.keep(a)
	}
	if said.Silent {
		return payments.Outcome{}, ErrSilent
	}
	return a.tell(), nil
}

func (g *Gateway) keep(a *Attempt) {
	if a.Save && a.Kept == nil {
		g.tokens++
		a.Kept = &payments.KeptMethod{Token: fmt.Sprintf("tok-%d", g.tokens), CustomerRef: a.CustomerRef, Kind: payments.KindCard, Brand: "visa", Last4: "4242", ExpMonth: 12, ExpYear: 2028}
	}
}

// Charge charges a kept method with the next answer.
func (g *Gateway) Charge(_ context.Context, o payments.ChargeOrder) (payments.Outcome, error) {
	leave, err := g.enter(o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	defer leave()
	g.Charges = append(g.Charges, payments.Attempt{Kind: payments.IntentCharge, Key: o.Key, AmountMinor: o.AmountMinor, Currency: o.Currency})
	if a, known := g.Known[o.Key]; known {
		return a.tell(), nil
	}
	if g.Before != nil {
		g.Before()
	}
	a := &Attempt{Kind: payments.IntentCharge, AmountMinor: o.AmountMinor, Outcome: payments.Outcome{Ref: "ref-" + o.Key, Kind: o.Method.Kind, Step: payments.StepConfirm}}
	g.Known[o.Key] = a
	return g.carryOut(a, g.said())
}

// Refund gives back, unless the next answer says otherwise; never more than was taken.
func (g *Gateway) Refund(_ context.Context, o payments.RefundOrder) (payments.Outcome, error) {
	leave, err := g.enter(o.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	defer leave()
	if a, known := g.Known[o.Key]; known {
		return a.tell(), nil
	}
	g.Refunds = append(g.Refunds, o)
	a := &Attempt{Kind: payments.IntentRefund, AmountMinor: o.AmountMinor, Outcome: payments.Outcome{Ref: "ref-" + o.Key}}
	g.Known[o.Key] = a
	said := g.said()
	if said.State == payments.NeedsAction { // nobody is asked anything
		said.State = payments.Processing
	}
	of := g.charge(o.ChargeRef)
	if of == nil || of.State != payments.Succeeded || of.left() < o.AmountMinor {
		said = Said{State: payments.Declined, Reason: "gateway.reason.refund"}
	}
	if said.State == payments.Succeeded || said.State == payments.Processing {
		of.Outcome.Refunds = append(of.Outcome.Refunds, payments.Refunded{Ref: a.Ref, Key: o.Key, State: said.State, AmountMinor: o.AmountMinor})
	}
	return g.carryOut(a, said)
}

func (g *Gateway) charge(ref string) *Attempt {
	for _, a := range g.Known {
		if a.Ref == ref && a.Kind != payments.IntentRefund {
			return a
		}
	}
	return nil
}

func (a *Attempt) left() int64 {
	left := a.AmountMinor
	for _, r := range a.Outcome.Refunds {
		left -= r.AmountMinor
	}
	for _, d := range a.Disputes {
		left -= d.WithdrawnMinor
	}
	return left
}

// Ask tells what became of an attempt.
func (g *Gateway) Ask(_ context.Context, x payments.Attempt) (payments.Outcome, error) {
	leave, err := g.enter(x.Mode)
	if err != nil {
		return payments.Outcome{}, err
	}
	defer leave()
	g.Asked++
	if a, known := g.Known[x.Key]; known {
		return a.tell(), nil
	}
	return payments.Outcome{State: payments.Cancelled}, nil
}

// Cancel closes a page.
func (g *Gateway) Cancel(ctx context.Context, x payments.Attempt) (payments.Outcome, error) {
	g.End(x.Key, payments.NeedsAction, payments.Cancelled)
	return g.Ask(ctx, x)
}

// End moves an attempt at the gateway's own side: the customer, or the bank, did something.
func (g *Gateway) End(key, from, to string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	a, known := g.Known[key]
	if g.Down || !known || a.State != from {
		return false
	}
	if a.State = to; to == payments.Succeeded {
		g.keep(a)
	}
	for _, of := range g.Known { // of a refund: what its charge tells of it
		of.Outcome.Refunds = slices.DeleteFunc(of.Outcome.Refunds, func(r payments.Refunded) bool { return r.Key == key && to != payments.Succeeded })
		for i := range of.Outcome.Refunds {
			if of.Outcome.Refunds[i].Key == key {
				of.Outcome.Refunds[i].State = to
			}
		}
	}
	return true
}

// GiveBack refunds at the gateway's own site.
func (g *Gateway) GiveBack(key string, minor int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	a, known := g.Known[key]
	if !known || a.State != payments.Succeeded || a.left() < minor {
		return false
	}
	a.Outcome.Refunds = append(a.Outcome.Refunds, payments.Refunded{Ref: fmt.Sprintf("own-%s-%d", key, len(a.Outcome.Refunds)), State: payments.Succeeded, AmountMinor: minor})
	return true
}

// Dispute opens a dispute over all that is left, or moves the one there is.
func (g *Gateway) Dispute(key, state string, withdrawn bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	a, known := g.Known[key]
	if !known || a.State != payments.Succeeded {
		return false
	}
	if len(a.Disputes) == 0 {
		if a.left() == 0 {
			return false
		}
		a.Disputes = []payments.Dispute{{Ref: "dispute-" + key, AmountMinor: a.left()}}
	}
	d := &a.Disputes[0]
	if d.State == payments.DisputeWon || d.State == payments.DisputeLost { // it is over
		return false
	}
	d.State, d.WithdrawnMinor = state, 0
	if withdrawn {
		d.WithdrawnMinor = d.AmountMinor
	}
	return true
}

// DisputeMoves sets what of a dispute is gone, what is kept for it and how it stands; it opens one
// over all that is left where there is none.
func (g *Gateway) DisputeMoves(key, state string, gone, fee int64) bool {
	if !g.Dispute(key, payments.DisputeOpen, false) {
		g.mu.Lock()
		a, known := g.Known[key]
		g.mu.Unlock()
		if !known || len(a.Disputes) == 0 {
			return false
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	d := &g.Known[key].Disputes[0]
	d.State, d.WithdrawnMinor, d.FeeMinor = state, min(gone, d.AmountMinor), fee
	return true
}

// Holds is the money that stands with the gateway: taken, and neither given nor taken back.
func (g *Gateway) Holds() (minor int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, a := range g.Known {
		if a.State != payments.Succeeded || a.Kind == payments.IntentRefund || a.Kind == payments.IntentSave {
			continue
		}
		minor += a.AmountMinor
		for _, r := range a.Outcome.Refunds {
			if r.State == payments.Succeeded {
				minor -= r.AmountMinor
			}
		}
		for _, d := range a.Disputes {
			minor -= d.WithdrawnMinor
		}
	}
	return minor
}

// Detach forgets a method.
func (g *Gateway) Detach(_ context.Context, k payments.KeptRef) error {
	leave, err := g.enter(k.Mode)
	if err != nil {
		return err
	}
	defer leave()
	g.Gone = append(g.Gone, k.Token)
	return nil
}

// Hear reads "id key ref", signed "good".
func (g *Gateway) Hear(_ context.Context, payload []byte, signature string) (payments.Event, error) {
	mode, _ := g.Ready(Ctx)
	e := payments.Event{Mode: mode, Kind: "moved"}
	words := strings.Split(string(payload), " ")
	if signature != "good" || len(words) != 3 {
		return e, fault.New(fault.Invalid, "fault.invalid")
	}
	e.ID, e.Key, e.Ref = words[0], words[1], words[2]
	if strings.HasPrefix(e.Key, payments.EventPayout) { // "id payout.paid ref"
		e.Kind, e.Key = e.Key, ""
	}
	return e, nil
}

// News gives the Stories after the cursor.
func (g *Gateway) News(_ context.Context, mode, cursor string) ([]payments.Event, string, error) {
	leave, err := g.enter(mode)
	if err != nil {
		return nil, "", err
	}
	defer leave()
	if g.NewsFails != nil {
		return nil, "", g.NewsFails
	}
	from := 0
	for i, e := range g.Stories {
		if e.ID == cursor {
			from = i + 1
		}
	}
	list := slices.Clone(g.Stories[from:])
	if len(list) > 0 {
		cursor = list[len(list)-1].ID
	}
	return list, cursor, nil
}

// Test tells who it is.
func (g *Gateway) Test(_ context.Context, mode string) (payments.Account, error) {
	return payments.Account{Name: "Practice", Mode: mode, Charges: true}, nil
}
