package sepa

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/payments"
)

// NotDone is a transfer that the bank did not do, or that came back after it did.
type NotDone struct {
	Key    string `json:"key"`
	LineID string `json:"lineId"`
	On     string `json:"on"`    // on the bank's statement, "" = today
	Note   string `json:"note"`  // in the bank's words
	Again  bool   `json:"again"` // it is decided anew, for another file
	IBAN   string `json:"iban"`  // of another account for it, "" = the same
	BIC    string `json:"bic"`
}

// TransferNotDone notes that the bank did not do one transfer of a file: before the file is
// confirmed nothing was recorded, and the others go their way; after it the money that came
// back is recorded as the customer's own (payments.RefundCameBack). Once for a key.
func (s *Service) TransferNotDone(ctx context.Context, who actor.Actor, in NotDone) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	if err := in.check(); err != nil {
		return err
	}
	var t gen.SepaTransfer
	var b gen.SepaBatch
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if t, err = q.TransferByPublicID(ctx, in.LineID); err != nil {
			return db.NotFound(err)
		}
		if t.BatchID == nil {
			return fault.New(fault.Conflict, "fault.sepa.changed")
		}
		b, err = q.BatchByID(ctx, *t.BatchID)
		return db.NotFound(err)
	}); err != nil {
		return err
	}
	if t.RefundID != nil || t.OwedMinor > 0 { // or this very word, said twice
		return s.cameBack(ctx, who, b, t, in)
	}
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "sepa.not_done", in, &done, func() error {
			done = true
			return s.notDone(ctx, tx, who, b, t, in, nil)
		})
	}); err != nil {
		return err
	}
	return s.goOn(ctx, who, b.ID)
}

func (in *NotDone) check() error {
	var form fault.Form
	text.Each(text.Line, &in.Note)
	form.MaxLen("note", in.Note, 200)
	if !in.Again {
		in.IBAN, in.BIC = "", ""
	}
	if in.IBAN = strings.TrimSpace(in.IBAN); in.IBAN != "" {
		company.Field(&form, "iban", &in.IBAN, ident.CheckIBAN)
	}
	if in.BIC = strings.TrimSpace(in.BIC); in.BIC != "" {
		company.Field(&form, "bic", &in.BIC, ident.CheckBIC)
	}
	if err := form.Err(); err != nil || in.IBAN == "" {
		return err
	}
	return reach(in.IBAN, in.BIC)
}

// cameBack notes a transfer that was recorded as done.
func (s *Service) cameBack(ctx context.Context, who actor.Actor, b gen.SepaBatch, t gen.SepaTransfer, in NotDone) error {
	if on := day(in.On); in.On != "" && on.Before(day(b.ConfirmedOn)) {
		return oneField("on", "fault.sepa.before_file", "on", day(b.ConfirmedOn))
	}
	return s.Payments.RefundCameBack(ctx, who, payments.CameBack{Key: in.Key, CustomerID: t.CustomerID, TransferID: t.ID, Ref: t.EndToEnd, ReceivedOn: in.On, AmountMinor: t.AmountMinor, OwedMinor: t.OwedMinor, Note: in.Note},
		func(ctx context.Context, tx *db.Tx, paymentID *int64) error {
			return s.notDone(ctx, tx, who, b, t, in, paymentID)
		})
}

// notDone marks the line, and decides anew. back is the payment that the money which came
// back is now: of it the next transfer gives back, once there is one.
func (s *Service) notDone(ctx context.Context, tx *db.Tx, who actor.Actor, b gen.SepaBatch, t gen.SepaTransfer, in NotDone, back *int64) error {
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	on := today
	if in.On != "" {
		if on, err = civil.Parse(in.On); err != nil || on.After(today) {
			return oneField("on", "fault.not_a_date")
		}
	}
	now, err := tx.TransferByID(ctx, t.ID)
	if err != nil {
		return db.NotFound(err)
	}
	n := int64(0)
	if now.State == t.State { // else confirmed since it was looked at
		if n, err = tx.TransferRefused(ctx, gen.TransferRefusedParams{ID: t.ID, RefusedOn: on.String(), RefusedNote: in.Note, BackPaymentID: back}); err != nil {
			return err
		}
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.sepa.changed")
	}
	if in.Again && (t.State == "made" || back != nil) {
		if err := s.decideAnew(ctx, tx, who, t, in, back); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Changed("sepa", "payments") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.transfer_refused", ObjectKind: "sepa_transfer", ObjectID: t.ID, Details: map[string]any{"number": b.Number, "of": t.About, "amount_minor": t.AmountMinor, "note": in.Note}})
}

func (s *Service) decideAnew(ctx context.Context, tx *db.Tx, who actor.Actor, t gen.SepaTransfer, in NotDone, back *int64) error {
	p := gen.InsertTransferParams{PublicID: s.IDs(), CustomerID: t.CustomerID, PaymentID: t.PaymentID, CreditID: t.CreditID, AmountMinor: t.AmountMinor, FromInvoices: t.FromInvoices, CreditorName: t.CreditorName, Iban: t.Iban, Bic: t.Bic,
		About: t.About, Note: t.Note, Thank: t.Thank, DecidedBy: who.Name, CreatedAt: tx.Stamp()}
	if back != nil {
		x, err := tx.PaymentByID(ctx, *back)
		if err != nil {
			return db.NotFound(err)
		}
		p.PaymentID, p.CreditID, p.AmountMinor, p.FromInvoices, p.About = back, nil, x.AmountMinor, 0, x.Number
	}
	if in.IBAN != "" {
		p.Iban, p.Bic = in.IBAN, in.BIC
	}
	_, err := tx.InsertTransfer(ctx, p)
	return err
}
