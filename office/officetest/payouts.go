package officetest

import (
	"context"
	"fmt"
	"time"

	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/office/payments"
)

// PayOut sends money to the firm's bank account, and tells of it among the news when it is
// there; it gives the payout's reference.
func (g *Gateway) PayOut(minor int64, c money.Currency, on civil.Date, made time.Time) (ref string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Payouts == nil {
		g.Payouts = map[string]*payments.Payout{}
	}
	ref = fmt.Sprintf("po-%d", len(g.Payouts)+1)
	g.Payouts[ref] = &payments.Payout{Ref: ref, State: payments.PayoutPaid, AmountMinor: minor, Currency: c, ArrivesOn: on, CreatedAt: made}
	g.Stories = append(g.Stories, payments.Event{ID: "paid-" + ref, Mode: g.world(), Kind: payments.EventPayout + "paid", Ref: ref})
	return ref
}

// FailPayout is the bank that sends a payout back.
func (g *Gateway) FailPayout(ref string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Payouts[ref].State == payments.PayoutFailed {
		return
	}
	g.Payouts[ref].State = payments.PayoutFailed
	g.Stories = append(g.Stories, payments.Event{ID: "failed-" + ref, Mode: g.world(), Kind: payments.EventPayout + "failed", Ref: ref})
}

// PaidOut is what it sent, and did not get back.
func (g *Gateway) PaidOut() (minor int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, p := range g.Payouts {
		if p.State == payments.PayoutPaid {
			minor += p.AmountMinor
		}
	}
	return minor
}

// world is the one that is switched on.
func (g *Gateway) world() string {
	mode, _ := g.Ready(Ctx)
	return mode
}

// Payout tells how one stands.
func (g *Gateway) Payout(_ context.Context, mode, ref string) (payments.Payout, error) {
	leave, err := g.enter(mode)
	if err != nil {
		return payments.Payout{}, err
	}
	defer leave()
	if p, known := g.Payouts[ref]; known {
		return *p, nil
	}
	return payments.Payout{}, payments.ErrMissing
}

// PayoutsSince names all that were made since.
func (g *Gateway) PayoutsSince(_ context.Context, mode string, since time.Time) (refs []string, err error) {
	leave, err := g.enter(mode)
	if err != nil {
		return nil, err
	}
	defer leave()
	for n := range len(g.Payouts) {
		if ref := fmt.Sprintf("po-%d", n+1); !g.Payouts[ref].CreatedAt.Before(since) {
			refs = append(refs, ref)
		}
	}
	return refs, nil
}
