package payments

import (
	"context"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// RefundByGateway gives a payment back, in part or whole, through the gateway that took it.
// The refund stands in the books once the gateway says that it succeeded; until then
// Intent.State tells: Processing and Unknown settle by themselves. in.Method and in.RefundedOn
// are not used.
func (s *Service) RefundByGateway(ctx context.Context, who actor.Actor, in Refund) (Intent, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Intent{}, err
	}
	return s.begin(ctx, who, in.Key, "payment.refund_by_gateway", in, func(ctx context.Context, tx *db.Tx) (string, error) {
		return s.startRefund(ctx, tx, who, in)
	})
}

func (s *Service) startRefund(ctx context.Context, tx *db.Tx, who actor.Actor, in Refund) (string, error) {
	if in.PaymentID == "" {
		return "", fault.New(fault.Invalid, "fault.pay.not_by_gateway")
	}
	x := &refunding{in: in}
	x.in.Method, x.in.RefundedOn = "other", "" // judged; the payment's own is written
	if err := x.find(ctx, tx); err != nil {
		return "", err
	}
	p := x.rest.Payment
	g, mode, err := s.refunder(ctx, tx, p)
	if err != nil {
		return "", err
	}
	if err := x.judge(); err != nil {
		return "", err
	}
	back, err := tx.GivenBackByGateway(ctx, p.ID)
	if err != nil {
		return "", err
	}
	if left := p.AmountMinor - back; x.in.AmountMinor > left {
		return "", field("amount", "fault.settlement.more_than_left_here", "left", money.Amount{Minor: left, Currency: money.Currency(p.Currency)})
	}
	x.in.FeeMinor = 0
	return s.insert(ctx, tx, who, newIntent{kind: IntentRefund, customerID: p.CustomerID, gateway: g.Name(), mode: mode, currency: money.Currency(p.Currency), amount: x.in.AmountMinor, refundOf: &p.ID,
		details: ordered{Refund: &x.in, By: who.Name}})
}

// CanRefund tells whether a payment can be given back through its gateway now.
func (s *Service) CanRefund(ctx context.Context, who actor.Actor, paymentID string) (can bool, err error) {
	if err := who.Need(actor.Look); err != nil {
		return false, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		p, err := q.PaymentByPublicID(ctx, paymentID)
		if err != nil {
			return db.NotFound(err)
		}
		if _, _, err := s.refunderOf(ctx, q, p); err == nil {
			can = true
		} else if _, refused := fault.As(err); !refused {
			return err
		}
		return nil
	})
	return can, err
}

func (s *Service) refunder(ctx context.Context, tx *db.Tx, p gen.Payment) (Gateway, string, error) {
	return s.refunderOf(ctx, tx.Queries, p)
}

// refunderOf finds the gateway that took a payment, in the world in which it did.
func (s *Service) refunderOf(ctx context.Context, q *gen.Queries, p gen.Payment) (Gateway, string, error) {
	i, err := q.IntentOfPayment(ctx, p.ID)
	if p.Gateway == "" || fault.Is(db.NotFound(err), fault.NotFound) {
		return nil, "", fault.New(fault.Conflict, "fault.pay.not_by_gateway")
	}
	if err != nil {
		return nil, "", err
	}
	g, there := s.usableGateway(ctx, i)
	if !there || !g.Capabilities().Refund {
		return nil, "", fault.New(fault.Unavailable, "fault.pay.no_refund")
	}
	return g, i.Mode, nil
}

// refundSucceeded records what the gateway gave back: off the payment's rest, and where that
// is not enough off its invoices. The money is gone, whatever happened since it was ordered:
// what a dispute or a refund at the gateway's own site took meanwhile cannot be booked again,
// and the firm is told.
func (s *Service) refundSucceeded(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome, ref string) (done recorded, left int64, err error) {
	known, err := tx.RefundByGatewayRef(ctx, gen.RefundByGatewayRefParams{Gateway: i.Gateway, GatewayRef: ref})
	if err = db.NotFound(err); err == nil { // seen at the gateway before it answered
		return recorded{ID: known.ID}, 0, nil
	} else if !fault.Is(err, fault.NotFound) {
		return recorded{}, 0, err
	}
	in := Refund{}
	if form := orderedBy(i).Refund; form != nil {
		in = *form
	}
	in.AmountMinor, in.FeeMinor = i.AmountMinor, out.FeeMinor
	id, left, err := s.bookGone(ctx, tx, who, i.Gateway, *i.RefundOf, ref, in)
	if err == nil && left > 0 {
		err = s.notBooked(ctx, tx, i, ref, left)
	}
	return recorded{ID: id}, left, err
}

// notBooked tells the firm, once, of money that left and that nothing in the books has room for.
func (s *Service) notBooked(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, ref string, minor int64) error {
	p, err := tx.PaymentByID(ctx, *i.RefundOf)
	if err != nil {
		return db.NotFound(err)
	}
	c, err := tx.CustomerByID(ctx, p.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	return s.once(ctx, tx, "refund-unbooked/"+i.Gateway+"/"+ref, func() error {
		return audit.Notify(ctx, tx, "refund_not_booked", map[string]any{"number": p.Number, "customer": c.Name, "amount_minor": minor, "currency": p.Currency}, "payment", p.PublicID)
	})
}

// bookGone books money that left, off the payment, and where that is not enough off what of it
// came back before. It gives the first refund, and what nothing could take.
func (s *Service) bookGone(ctx context.Context, tx *db.Tx, who actor.Actor, gateway string, paymentID int64, ref string, in Refund) (refundID, left int64, err error) {
	family, err := tx.PaymentFamily(ctx, gen.PaymentFamilyParams{PaymentID: paymentID, Gateway: gateway})
	left = in.AmountMinor
	for _, p := range family {
		minor := min(left, p.LeftMinor)
		if err != nil || minor <= 0 {
			continue
		}
		part := in
		part.PaymentID, part.CreditID, part.Version, part.AmountMinor, part.FromInvoices, part.RefundedOn, part.Method = p.PublicID, "", 0, minor, true, "", p.Method
		if part.Reference == "" {
			part.Reference = clip(ref, 100)
		}
		partRef := ref
		if refundID != 0 {
			partRef, part.FeeMinor = fmt.Sprintf("%s#%d", ref, p.ID), 0
		}
		var done recorded
		if done, err = s.refund(ctx, tx, who, part, gatewayRef{gateway: gateway, ref: partRef}); err != nil {
			return 0, 0, err
		}
		if left -= minor; refundID == 0 {
			refundID = done.ID
		}
	}
	return refundID, left, err
}

// gaveBack books what the gateway says went back of a payment: refunds, whoever ordered them,
// and what the customer's bank took. Each by its own reference, exactly once.
func (s *Service) gaveBack(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, out Outcome) error {
	for _, r := range out.Refunds {
		if err := s.gaveBackOne(ctx, tx, i, r); err != nil {
			return err
		}
	}
	for _, d := range out.Disputes {
		if err := s.disputed(ctx, tx, i, d); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) gaveBackOne(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, r Refunded) error {
	own, found, err := ownRefund(ctx, tx, i, r)
	if err != nil {
		return err
	}
	if found && own.State != Succeeded {
		return s.settleTx(ctx, tx, actor.Machine(), own, Outcome{State: r.State, Ref: r.Ref, FeeMinor: r.FeeMinor}, true)
	}
	known, err := tx.RefundByGatewayRef(ctx, gen.RefundByGatewayRefParams{Gateway: i.Gateway, GatewayRef: r.Ref})
	switch err = db.NotFound(err); {
	case err == nil && r.State == Declined: // it was given back, and came back itself
		return s.once(ctx, tx, "refund-back/"+i.Gateway+"/"+r.Ref, func() error {
			gone, err := tx.GoneByRef(ctx, gen.GoneByRefParams{Gateway: i.Gateway, Ref: known.GatewayRef, Parts: r.Ref + "#*"})
			if err == nil {
				_, err = s.moneyBack(ctx, tx, i, r.Ref, gone, "refund_came_back")
			}
			return err
		})
	case err == nil || r.State != Succeeded:
		return nil
	case !fault.Is(err, fault.NotFound):
		return err
	}
	_, err = s.tookBack(ctx, tx, i, r.Ref, r.AmountMinor, r.FeeMinor, true, "refunded_at_gateway")
	return err
}

// ownRefund finds the attempt by which we ordered a refund.
func ownRefund(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, r Refunded) (gen.PaymentIntent, bool, error) {
	var own gen.PaymentIntent
	var err error
	if r.Key != "" {
		own, err = tx.IntentByKey(ctx, r.Key)
	} else {
		own, err = tx.IntentByRef(ctx, gen.IntentByRefParams{Gateway: i.Gateway, Ref: r.Ref})
	}
	if fault.Is(db.NotFound(err), fault.NotFound) || err == nil && (own.Kind != IntentRefund || own.Gateway != i.Gateway) {
		return own, false, nil
	}
	return own, err == nil, err
}

// tookBack books money that left at the gateway's own site. What was written down by hand
// already is not given back twice: the firm is told of what does not fit.
func (s *Service) tookBack(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, ref string, minor, fee int64, notify bool, notice string) (refundID int64, err error) {
	p, err := tx.PaymentByID(ctx, *i.PaymentID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	c, err := tx.CustomerByID(ctx, p.CustomerID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	args := map[string]any{"number": p.Number, "customer": c.Name, "amount_minor": minor, "currency": p.Currency}
	refundID, left, err := s.bookGone(ctx, tx, actor.Machine(), i.Gateway, p.ID, ref, Refund{AmountMinor: minor, FeeMinor: fee, Reference: clip(ref, 100), Notify: notify})
	if err != nil {
		return 0, err
	}
	if left > 0 {
		if err := s.once(ctx, tx, "refund-unbooked/"+i.Gateway+"/"+ref, func() error {
			return audit.Notify(ctx, tx, "refund_not_booked", map[string]any{"number": p.Number, "customer": c.Name, "amount_minor": left, "currency": p.Currency}, "payment", p.PublicID)
		}); err != nil {
			return 0, err
		}
	}
	if refundID == 0 {
		return 0, nil
	}
	return refundID, audit.Notify(ctx, tx, notice, args, "payment", p.PublicID)
}

// once does something a single time ever, by a key of our own making.
func (s *Service) once(ctx context.Context, tx *db.Tx, key string, fn func() error) error {
	var done bool
	return audit.Once(ctx, tx, clip(key, 100), "payment.once", key, &done, func() error {
		done = true
		return fn()
	})
}

// moneyBack records money that came back to us: a dispute that was won, a refund that could
// not be delivered. It pays again what the payment was for, as far as that is open.
func (s *Service) moneyBack(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, ref string, minor int64, notice string) (paymentID int64, err error) {
	p, err := tx.PaymentByID(ctx, *i.PaymentID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	x, err := s.receiving(ctx, tx, i.CustomerID, money.Currency(i.Currency), RecordPayment{AmountMinor: minor, Method: p.Method, Reference: clip(ref, 100), Anyway: true}, gatewayRef{gateway: i.Gateway, ref: ref + "-back"})
	if err != nil {
		return 0, err
	}
	x.rateE8 = p.RateE8
	parts, err := tx.IntentParts(ctx, i.ID)
	if err != nil {
		return 0, err
	}
	left := minor
	for _, part := range parts {
		item, err := x.sheet.Document(ctx, part.DocumentID)
		if err != nil {
			return 0, err
		}
		if take := min(part.AmountMinor, item.Due(), left); take > 0 {
			x.parts = append(x.parts, share{item, take, "amount"})
			left -= take
		}
	}
	x.meant = left
	x.notBefore()
	done, err := s.receive(ctx, tx, actor.Machine(), x)
	if err != nil {
		return 0, err
	}
	return done.ID, audit.Notify(ctx, tx, notice, map[string]any{"number": p.Number, "customer": x.sheet.Customer.Name, "amount_minor": minor, "currency": p.Currency}, "payment", p.PublicID)
}
