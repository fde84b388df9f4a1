package payments

import (
	"context"
	"fmt"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
	"comptoir/rules/ledger"
)

// disputed notes a payment that the customer's bank asks about, and books what moved since it was
// heeded last: what the gateway says is gone now, and keeps for it now, less what it said then.
// Money may go, come back in parts, and go again; the fee may be told after the money, and be
// given back. Each step has a reference of its own.
func (s *Service) disputed(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, d Dispute) error {
	row, err := tx.DisputeByRef(ctx, gen.DisputeByRefParams{Gateway: i.Gateway, Ref: d.Ref})
	switch err = db.NotFound(err); {
	case fault.Is(err, fault.NotFound):
		if row, err = s.newDispute(ctx, tx, i, d); err != nil {
			return err
		}
	case err != nil:
		return err
	}
	was := row
	row.State = disputeState(d.State)
	more, fee := max(0, d.WithdrawnMinor)-row.GoneMinor, d.FeeMinor-row.FeeMinor
	switch {
	case more > 0:
		fee, err = s.disputeTook(ctx, tx, i, &row, more, fee)
	case more < 0:
		err = s.disputeGave(ctx, tx, i, &row, -more)
	}
	if err == nil && fee != 0 {
		err = s.disputeFee(ctx, tx, i, fee)
	}
	if err != nil {
		return err
	}
	row.GoneMinor, row.FeeMinor = max(0, d.WithdrawnMinor), d.FeeMinor
	if row == was {
		return nil
	}
	return tx.MoveDispute(ctx, gen.MoveDisputeParams{ID: row.ID, State: row.State, GoneMinor: row.GoneMinor, FeeMinor: row.FeeMinor, Steps: row.Steps, RefundID: row.RefundID, BackPaymentID: row.BackPaymentID,
		AnswerBy: row.AnswerBy, UpdatedAt: tx.Stamp()})
}

// disputeStep names the next movement of a dispute: the first bears the dispute's own reference.
func disputeStep(row *gen.GatewayDispute) string {
	if row.Steps++; row.Steps == 1 {
		return row.Ref
	}
	return fmt.Sprintf("%s/%d", row.Ref, row.Steps)
}

// disputeTook books money that the customer's bank took, with the fee where it comes with it; it
// gives what of the fee is still to be booked.
func (s *Service) disputeTook(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, row *gen.GatewayDispute, minor, fee int64) (int64, error) {
	with := max(0, fee)
	id, err := s.tookBack(ctx, tx, i, disputeStep(row), minor, with, false, "dispute_money_gone")
	if err != nil || id == 0 { // all of it was written down by hand: the fee was not
		return fee, err
	}
	if row.RefundID == nil {
		row.RefundID = &id
	}
	return fee - with, nil
}

// disputeGave books money that came back: never more than stands in the books as gone, which
// is less than what went where a part was written down by hand.
func (s *Service) disputeGave(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, row *gen.GatewayDispute, minor int64) error {
	gone, err := tx.GoneByDispute(ctx, gen.GoneByDisputeParams{Gateway: i.Gateway, Ref: row.Ref})
	if err != nil {
		return err
	}
	if minor = min(minor, gone); minor <= 0 {
		return nil
	}
	notice := "dispute_won"
	if row.State != DisputeWon {
		notice = "dispute_money_back"
	}
	id, err := s.moneyBack(ctx, tx, i, disputeStep(row), minor, notice)
	if err == nil {
		row.BackPaymentID = &id
	}
	return err
}

// disputeFee books what the gateway keeps for a dispute and told beside the money, or gave back
// of it (negative).
func (s *Service) disputeFee(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, fee int64) error {
	p, err := tx.PaymentByID(ctx, *i.PaymentID)
	if err != nil {
		return db.NotFound(err)
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	posting, err := ledger.GatewayFee(p.Number, firm.Today(tx.Now), fee, ledger.Rate{Currency: money.Currency(p.Currency), Firm: firm.Money(), E8: p.RateE8}, locale.Of(firm.Language))
	if err != nil {
		return err
	}
	_, err = books.Post(ctx, tx, posting, books.Source{Kind: books.FromPayment, ID: p.ID})
	return err
}

func disputeState(state string) string {
	if state == DisputeWon || state == DisputeLost {
		return state
	}
	return DisputeOpen
}

func (s *Service) newDispute(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, d Dispute) (row gen.GatewayDispute, err error) {
	p, err := tx.PaymentByID(ctx, *i.PaymentID)
	if err != nil {
		return row, db.NotFound(err)
	}
	c, err := tx.CustomerByID(ctx, p.CustomerID)
	if err != nil {
		return row, db.NotFound(err)
	}
	in := gen.InsertDisputeParams{Gateway: i.Gateway, Ref: d.Ref, PaymentID: p.ID, State: disputeState(d.State), AmountMinor: max(1, d.AmountMinor), Reason: d.Reason, Now: tx.Stamp()}
	if !d.AnswerBy.IsZero() {
		in.AnswerBy = db.Stamp(d.AnswerBy)
	}
	id, err := tx.InsertDispute(ctx, in)
	if err != nil {
		return row, err
	}
	if err := audit.Notify(ctx, tx, "payment_disputed", map[string]any{"number": p.Number, "customer": c.Name, "amount_minor": d.AmountMinor, "currency": p.Currency}, "payment", p.PublicID); err != nil {
		return row, err
	}
	if err := audit.Write(ctx, tx, actor.Machine(), audit.Record{Action: "payment.disputed", ObjectKind: "payment", ObjectID: p.ID, Details: map[string]any{"number": p.Number, "amount_minor": d.AmountMinor}}); err != nil {
		return row, err
	}
	return gen.GatewayDispute{ID: id, Ref: d.Ref, State: in.State, AnswerBy: in.AnswerBy}, nil
}
