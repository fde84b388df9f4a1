package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Trace is what a gateway has to do with a payment.
type Trace struct {
	Gateway   string // "" = none
	Mode      string
	Reference string // the money that moved, as the gateway calls it
	CanRefund bool   // the gateway gives back, and can be reached with its keys
	Refunds   []TraceRefund
	Disputes  []TraceDispute
}

// TraceRefund is money that was to go back through the gateway and is not in the books (yet).
type TraceRefund struct {
	IntentID    string // public id
	State       string
	Reason      string // key of a text
	AmountMinor int64
	CreatedAt   string
}

// TraceDispute is a payment that the customer's bank took back, or asks about.
type TraceDispute struct {
	State       string // DisputeOpen, DisputeWon, DisputeLost
	AmountMinor int64
	Reason      string
	AnswerBy    string
	Withdrawn   bool // the money left
	CreatedAt   string
}

// Trace tells what a gateway has to do with a payment.
func (s *Service) Trace(ctx context.Context, who actor.Actor, paymentID string) (t Trace, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Trace{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		p, err := q.PaymentByPublicID(ctx, paymentID)
		if err != nil {
			return db.NotFound(err)
		}
		t = Trace{Gateway: p.Gateway, Reference: p.GatewayRef, Refunds: []TraceRefund{}, Disputes: []TraceDispute{}}
		if p.Gateway == "" {
			return nil
		}
		return t.fill(ctx, q, p.ID)
	})
	if err != nil || t.Gateway == "" {
		return t, err
	}
	if g, there := s.gateway(ctx, t.Gateway); there {
		t.CanRefund = g.Capabilities().Refund && s.reaches(ctx, g, t.Mode)
	}
	return t, nil
}

func (t *Trace) fill(ctx context.Context, q *gen.Queries, paymentID int64) error {
	i, err := q.IntentOfPayment(ctx, paymentID)
	if err = db.NotFound(err); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	t.Mode = i.Mode
	refunds, err := q.RefundIntentsOfPayment(ctx, paymentID)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		if r.State != Succeeded { // those stand among the refunds
			t.Refunds = append(t.Refunds, TraceRefund{IntentID: r.PublicID, State: r.State, Reason: r.Reason, AmountMinor: r.AmountMinor, CreatedAt: r.CreatedAt})
		}
	}
	disputes, err := q.DisputesOfPayment(ctx, paymentID)
	for _, d := range disputes {
		t.Disputes = append(t.Disputes, TraceDispute{State: d.State, AmountMinor: d.AmountMinor, Reason: d.Reason, AnswerBy: d.AnswerBy, Withdrawn: d.GoneMinor > 0, CreatedAt: d.CreatedAt})
	}
	return err
}
