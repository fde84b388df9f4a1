package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// settle moves an attempt by what the gateway said; money that moved is recorded in the same
// transaction. It has arrived, whatever else is wrong: where the fee of the way cannot be
// invoiced it is recorded without that, and where another room cannot do what follows from a
// payment, without this. The firm is told of both.
func (s *Service) settle(ctx context.Context, who actor.Actor, id int64, out Outcome) error {
	ctx = context.WithoutCancel(ctx) // an answer that came is not thrown away
	err := s.settleOnce(ctx, who, id, out, true)
	if err == nil || out.State != Succeeded {
		return err
	}
	var row gen.PaymentIntent
	if failed := s.DB.Read(ctx, func(q *gen.Queries) (err error) { row, err = q.IntentByID(ctx, id); return err }); failed != nil {
		return err
	}
	if row.ExtraMinor > 0 && s.settleOnce(ctx, who, id, out, false) == nil {
		return nil
	}
	if row.Kind != IntentPay && row.Kind != IntentCharge || s.settleOnce(context.WithValue(ctx, alone{}, true), who, id, out, row.ExtraMinor == 0) != nil {
		return err
	}
	return nil
}

// alone marks a transaction in which other rooms are not told what was paid: they could not
// take it.
type alone struct{}

func (s *Service) settleOnce(ctx context.Context, who actor.Actor, id int64, out Outcome, invoiceFee bool) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := tx.IntentByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		return s.settleTx(ctx, tx, who, i, out, invoiceFee)
	})
}

// settleTx is settle in the caller's transaction.
func (s *Service) settleTx(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome, invoiceFee bool) error {
	out, err := s.onlyTrial(ctx, tx, i, out)
	if err != nil {
		return err
	}
	m := moving(i)
	m.State, m.UpdatedAt = next(i.State, out.State), tx.Stamp()
	refs(&m, out)
	if err := s.knows(ctx, tx, i, out); err != nil {
		return err
	}
	if m.State == Succeeded {
		if err := s.keepMethod(ctx, tx, who, i, out, &m); err != nil {
			return err
		}
	}
	if m.State == Succeeded && i.State != Succeeded {
		if err := s.moneyMoved(ctx, tx, who, i, out, &m, invoiceFee); err != nil {
			return err
		}
		if now, err := tx.IntentByID(ctx, i.ID); err != nil { // its own payment gives up its page, as every other would
			return err
		} else if now.State == Cancelled {
			m.FromState = Cancelled
		}
	} else if m.State == Succeeded {
		if err := s.laterFee(ctx, tx, i, out, &m); err != nil {
			return err
		}
	}
	late, err := tooLateFor(ctx, tx, i, &m)
	if err != nil {
		return err
	}
	m.Watched = watch(i, out, m.State, s.fees(ctx, i))
	if n, err := tx.MoveIntent(ctx, m); err != nil || n == 0 {
		return either(err, fault.New(fault.Conflict, "fault.conflict"))
	}
	if err := tx.IntentAsked(ctx, gen.IntentAskedParams{ID: i.ID, AskedAt: tx.Stamp()}); err != nil {
		return err
	}
	if err := tx.IntentFound(ctx, i.ID); err != nil {
		return err
	}
	if late {
		if err := tx.ForgetAsks(ctx, i.ID); err != nil {
			return err
		}
	}
	if m.State != i.State {
		tx.AfterCommit(func() { s.Changed("payments", "invoices") })
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "payment.intent_" + m.State, ObjectKind: "payment_intent", ObjectID: i.ID, Details: map[string]any{"kind": i.Kind, "was": i.State}}); err != nil {
			return err
		}
	}
	if (m.State == Declined || m.State == Cancelled) && m.State != i.State && i.Kind == IntentRefund {
		return s.tellDeclined(ctx, tx, i)
	}
	if m.PaymentID == nil {
		return nil
	}
	i.State, i.PaymentID, i.FeeMinor, i.ChargeRef = m.State, m.PaymentID, m.FeeMinor, m.ChargeRef
	return s.gaveBack(ctx, tx, i, out)
}

// tooLateFor gives up a page of which is heard only now, and that its documents do not want
// any more: they were paid another way, or credited, while it was opened.
func tooLateFor(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, m *gen.MoveIntentParams) (bool, error) {
	if m.State != NeedsAction || i.State == NeedsAction || i.Kind != IntentPay && i.Kind != IntentCharge {
		return false, nil
	}
	refusal := stillWanted(ctx, tx.Queries, i)
	if refusal == nil {
		return false, nil
	}
	if _, ok := fault.As(refusal); !ok {
		return false, refusal
	}
	m.State, m.Reason = Cancelled, "gateway.reason.changed"
	return true, nil
}

// tellDeclined tells the firm of a refund that the gateway did not make: it may say so days
// after it was ordered.
func (s *Service) tellDeclined(ctx context.Context, tx *db.Tx, i gen.PaymentIntent) error {
	p, err := tx.PaymentByID(ctx, *i.RefundOf)
	if err != nil {
		return db.NotFound(err)
	}
	c, err := tx.CustomerByID(ctx, p.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	return audit.Notify(ctx, tx, "refund_declined", map[string]any{"number": p.Number, "customer": c.Name, "amount_minor": i.AmountMinor, "currency": i.Currency}, "payment", p.PublicID)
}

func either(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// refs takes over what the gateway calls things; what it does not repeat stays.
func refs(m *gen.MoveIntentParams, out Outcome) {
	done := m.FromState == Succeeded // what is recorded bears the name that it had then
	if out.Ref != "" && !done {
		m.GatewayRef = out.Ref
	}
	switch {
	case out.ChargeRef != "" && !done:
		m.ChargeRef = out.ChargeRef
	case m.ChargeRef == "":
		m.ChargeRef = m.GatewayRef
	}
	if m.State == NeedsAction {
		switch {
		case out.URL != "":
			m.Url = out.URL
		case out.Step != "":
			m.Url = ownPage + out.Step
		}
		if !out.ExpiresAt.IsZero() {
			m.ExpiresAt = db.Stamp(out.ExpiresAt)
		}
	}
	switch {
	case done: // told again: what could not be booked of it still cannot
	case m.State != Declined && m.State != Cancelled:
		m.Reason = ""
	case out.Reason != "":
		m.Reason = out.Reason
	}
}

// watch tells whether a gateway is to be asked about the attempt again.
func watch(i gen.PaymentIntent, out Outcome, state string, fees bool) int64 {
	switch {
	case open(state):
		return 1
	case state == Cancelled && out.State != Cancelled && out.State != Declined: // its page may still be paid on
		return i.Watched
	case state == Succeeded && fees && i.FeeMinor == 0 && out.FeeMinor == 0 && i.Asks < 20: // its fee is told later
		return 1
	}
	return 0
}

// fees tells whether the gateway tells its fees.
func (s *Service) fees(ctx context.Context, i gen.PaymentIntent) bool {
	g, ok := s.gateway(ctx, i.Gateway)
	return ok && i.Kind != IntentSave && i.Kind != IntentRefund && g.Capabilities().Fees
}

// knows notes who the customer is at the gateway.
func (s *Service) knows(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, out Outcome) error {
	ref := out.CustomerRef
	if ref == "" && out.Kept != nil {
		ref = out.Kept.CustomerRef
	}
	if ref == "" || number.MatchString(ref) {
		return nil
	}
	return tx.PutGatewayCustomer(ctx, gen.PutGatewayCustomerParams{CustomerID: i.CustomerID, Gateway: i.Gateway, Mode: i.Mode, Ref: ref})
}

// moneyMoved records what an attempt that succeeded did.
func (s *Service) moneyMoved(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome, m *gen.MoveIntentParams, invoiceFee bool) error {
	switch i.Kind {
	case IntentPay, IntentCharge:
		m.FeeMinor = out.FeeMinor
		done, err := s.received(ctx, tx, who, i, out, m.ChargeRef, invoiceFee)
		m.PaymentID = &done.ID
		return err
	case IntentRefund:
		done, left, err := s.refundSucceeded(ctx, tx, who, i, out, m.GatewayRef)
		if done.ID != 0 {
			m.RefundID = &done.ID
		}
		if left > 0 {
			m.Reason = "gateway.reason.not_booked"
		}
		return err
	}
	return nil
}

// received records what the gateway took. The charge is real even when the invoices were paid
// another way meanwhile: the money then stays on the customer's account, and the firm is told.
func (s *Service) received(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome, ref string, invoiceFee bool) (recorded, error) {
	took := i.AmountMinor
	if out.TookMinor > 0 {
		took = out.TookMinor
	}
	rows, err := tx.IntentParts(ctx, i.ID)
	if err != nil {
		return recorded{}, err
	}
	var feeDoc int64
	if i.ExtraMinor > 0 && invoiceFee {
		if feeDoc, err = s.invoiceFee(ctx, tx, i); err != nil {
			return recorded{}, err
		}
	}
	x, err := s.receiving(ctx, tx, i.CustomerID, money.Currency(i.Currency), RecordPayment{AmountMinor: took, FeeMinor: min(out.FeeMinor, took), Method: methodOf(i.Gateway, out.Kind),
		Reference: clip(ref, 100), Notify: true, Anyway: true}, gatewayRef{gateway: i.Gateway, ref: ref})
	if err != nil {
		return recorded{}, err
	}
	left, wanted := took, int64(0)
	take := func(documentID, minor int64) error {
		item, err := x.sheet.Document(ctx, documentID)
		if err != nil {
			return err
		}
		wanted += minor
		if x.about == nil {
			x.about = &item.Row
		}
		if minor = min(minor, item.Due(), left); minor > 0 {
			x.parts = append(x.parts, share{item, minor, "amount"})
			left -= minor
		}
		return nil
	}
	for _, p := range rows {
		if err := take(p.DocumentID, p.AmountMinor); err != nil {
			return recorded{}, err
		}
	}
	if feeDoc != 0 {
		if err := take(feeDoc, i.ExtraMinor); err != nil {
			return recorded{}, err
		}
	}
	if x.meant = max(0, took-wanted); feeDoc == 0 { // a fee without its invoice is too much: the firm is told
		x.meant = max(0, x.meant-i.ExtraMinor)
	}
	x.notBefore()
	done, err := s.receive(ctx, tx, who, x)
	if err != nil {
		return recorded{}, err
	}
	return done, tellReceived(ctx, tx, x, i, done.ID)
}

// tellReceived tells the firm of money that came through a gateway, whoever noticed it: the
// customer's own return, a webhook, the answer about a debit days later.
func tellReceived(ctx context.Context, tx *db.Tx, x *receiving, i gen.PaymentIntent, paymentID int64) error {
	args := map[string]any{"customer": x.sheet.Customer.Name, "amount_minor": x.in.AmountMinor, "currency": string(x.sheet.Currency)}
	if x.about != nil {
		args["number"] = *x.about.Number
		return audit.Notify(ctx, tx, "payment_received", args, "document", x.about.PublicID)
	}
	p, err := tx.PaymentByID(ctx, paymentID)
	if err != nil {
		return db.NotFound(err)
	}
	args["number"] = p.Number
	if orderedBy(i).Adopted {
		args["key"] = i.IdempotencyKey
		return audit.Notify(ctx, tx, "payment_adopted", args, "payment", p.PublicID)
	}
	return audit.Notify(ctx, tx, "payment_ahead", args, "payment", p.PublicID)
}

// notBefore moves the day of receipt where the clock was set back behind a document: what is
// paid was issued before.
func (x *receiving) notBefore() {
	for _, p := range x.parts {
		if d := day(p.item.Row.IssueDate); x.sheet.On.Before(d) {
			x.sheet.On = d
		}
	}
}

func clip(text string, most int) string {
	if len(text) > most {
		return text[:most]
	}
	return text
}

// methodOf is how a payment through a gateway is called.
func methodOf(gateway, kind string) string {
	switch {
	case gateway == "practice":
		return "practice"
	case kind == KindDebit:
		return "direct_debit"
	}
	return "card"
}

// laterFee posts what the gateway kept, where it tells that only after the success.
func (s *Service) laterFee(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, out Outcome, m *gen.MoveIntentParams) error {
	more := out.FeeMinor - i.FeeMinor
	if more <= 0 || i.PaymentID == nil {
		return nil
	}
	p, err := tx.PaymentByID(ctx, *i.PaymentID)
	if err != nil {
		return db.NotFound(err)
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	posting, err := ledger.GatewayFee(p.Number, firm.Today(tx.Now), more, ledger.Rate{Currency: money.Currency(p.Currency), Firm: firm.Money(), E8: p.RateE8}, locale.Of(firm.Language))
	if err != nil {
		return err
	}
	if _, err := books.Post(ctx, tx, posting, books.Source{Kind: books.FromPayment, ID: p.ID}); err != nil {
		return err
	}
	m.FeeMinor = out.FeeMinor
	return nil
}

// settledHook tells the other rooms which documents this act has paid.
func (s *Service) settledHook(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet) error {
	ids := sheet.Settled()
	if len(ids) == 0 {
		return nil
	}
	if ctx.Value(alone{}) == nil {
		return s.Settled(ctx, tx, ids)
	}
	d, err := tx.DocumentByID(ctx, ids[0])
	if err != nil {
		return db.NotFound(err)
	}
	return audit.Notify(ctx, tx, "paid_unheard", map[string]any{"number": *d.Number, "customer": d.CustomerName}, "document", d.PublicID)
}
