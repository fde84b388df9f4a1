package sepa

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/office/payments"
	rules "comptoir/rules/sepa"
)

// Confirm says that the bank did what a file asked.
type Confirm struct {
	BatchID string `json:"batchId"`
	On      string `json:"on"`    // on the bank's statement, "" = the day asked
	Thank   bool   `json:"thank"` // mail each debtor its receipt
}

// ConfirmBatch records what the bank did: each debit is a payment, each transfer a refund, in
// a transaction of its own with the row that says so. The word is durable before the first:
// stopped in the middle, it is gone on with (Finish), and nothing is recorded twice. What was
// returned before is left out.
func (s *Service) ConfirmBatch(ctx context.Context, who actor.Actor, in Confirm) (Batch, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Batch{}, err
	}
	var id int64
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := tx.BatchByPublicID(ctx, in.BatchID)
		if err != nil {
			return db.NotFound(err)
		}
		if id = b.ID; b.State != "made" || b.ConfirmedOn != "" { // said already: gone on with
			return nil
		}
		today, err := company.Today(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		on := day(in.On)
		switch {
		case in.On != "" && on.IsZero():
			return oneField("on", "fault.not_a_date")
		case in.On == "":
			on = day(b.OnDate)
		}
		switch {
		case on.After(today):
			return fault.New(fault.Conflict, "fault.sepa.too_early", "on", on)
		case on.Before(day(b.OnDate).AddDays(-5)):
			return oneField("on", "fault.sepa.before_file", "on", day(b.OnDate))
		}
		if made, err := s.madeOn(ctx, tx.Queries, b); err != nil {
			return err
		} else if on.Before(made) {
			return oneField("on", "fault.sepa.before_made", "on", made)
		}
		if _, err := tx.ConfirmBatch(ctx, gen.ConfirmBatchParams{ID: id, ConfirmedOn: on.String(), Thank: flag(in.Thank)}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.file_confirmed", ObjectKind: "sepa_batch", ObjectID: id, Details: map[string]any{"number": b.Number, "on": on.String()}})
	})
	if err != nil {
		return Batch{}, err
	}
	if err := s.settle(ctx, who, id); err != nil {
		return Batch{}, err
	}
	return s.Batch(ctx, who, in.BatchID)
}

// madeOn is the firm's day on which a file was made: no bank did it before.
func (s *Service) madeOn(ctx context.Context, q *gen.Queries, b gen.SepaBatch) (civil.Date, error) {
	at, err := time.Parse(time.RFC3339, b.CreatedAt)
	if err != nil {
		return civil.Date{}, err
	}
	firm, err := company.Get(ctx, q)
	return firm.Today(at), err
}

// Finish goes on with files whose confirming was cut short; the house calls it at its start.
func (s *Service) Finish(ctx context.Context) error {
	var ids []int64
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		ids, err = q.BatchesBegun(ctx)
		return err
	}); err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, s.settle(ctx, actor.Machine(), id))
	}
	return errors.Join(errs...)
}

// settle records every line that is still open, then closes the file. One line that is
// refused does not hold up the others: the file stays open with it, and says so.
func (s *Service) settle(ctx context.Context, who actor.Actor, id int64) error {
	var b gen.SepaBatch
	var open []int64
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if b, err = q.BatchByID(ctx, id); err != nil {
			return db.NotFound(err)
		}
		open, err = openLines(ctx, q, b)
		return err
	}); err != nil || b.State != "made" {
		return err
	}
	var first error
	for _, line := range open {
		err := s.record(ctx, who, b, line)
		if err != nil && !fault.Is(err, fault.Conflict) && !fault.Is(err, fault.Invalid) {
			return err
		}
		if first == nil {
			first = err
		}
	}
	if first != nil {
		return first
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.CloseBatch(ctx, gen.CloseBatchParams{ID: id, State: "confirmed"})
		tx.AfterCommit(func() { s.Changed("sepa") })
		return err
	})
}

func openLines(ctx context.Context, q *gen.Queries, b gen.SepaBatch) (ids []int64, err error) {
	if b.Kind == "debit" {
		rows, err := q.DebitsOfBatch(ctx, b.ID)
		for _, r := range rows {
			if r.State == "made" {
				ids = append(ids, r.ID)
			}
		}
		return ids, err
	}
	rows, err := q.TransfersOfBatch(ctx, b.ID)
	for _, r := range rows {
		if r.State == "made" {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

func (s *Service) record(ctx context.Context, who actor.Actor, b gen.SepaBatch, line int64) error {
	if b.Kind == "transfer" {
		return s.paidOut(ctx, who, b, line)
	}
	var d gen.SepaDebit
	var parts []gen.DebitPartsOfRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if d, err = q.DebitByID(ctx, line); err != nil {
			return db.NotFound(err)
		}
		parts, err = q.DebitPartsOf(ctx, line)
		return err
	}); err != nil {
		return err
	}
	in := payments.Collected{Key: "debit-" + d.PublicID, CustomerID: d.CustomerID, ReceivedOn: b.ConfirmedOn, Reference: d.EndToEnd, Notify: b.Thank == 1}
	for _, p := range parts {
		in.Parts = append(in.Parts, payments.CollectedPart{DocumentID: p.DocumentID, AmountMinor: p.AmountMinor})
	}
	_, err := s.Payments.Collect(ctx, who, in, func(ctx context.Context, tx *db.Tx, paymentID int64) error {
		n, err := tx.DebitCollected(ctx, gen.DebitCollectedParams{ID: line, PaymentID: &paymentID})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.conflict")
		}
		return err
	})
	return err
}

// Return is a debit that came back.
type Return struct {
	Key      string `json:"key"`
	DebitID  string `json:"debitId"`
	Code     string `json:"code"` // as the bank says it
	On       string `json:"on"`   // "" = today
	FeeMinor int64  `json:"feeMinor"`
	Tell     bool   `json:"tell"` // mail the debtor
}

// ReturnDebit notes a debit that the bank refused, or took back after it was collected: its
// payment is undone with its entries, the bank's charge stands beside, the invoices are open
// again; what was given back of it before is owed by the customer. A reason that would meet the next debit too stops the mandate until somebody looked.
func (s *Service) ReturnDebit(ctx context.Context, who actor.Actor, in Return) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	if !rules.IsReason(in.Code) {
		return oneField("code", "fault.choice")
	}
	var d gen.SepaDebit
	var paymentID, lang string
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if d, err = q.DebitByPublicID(ctx, in.DebitID); err != nil {
			return db.NotFound(err)
		}
		firm, err := company.Get(ctx, q)
		if err != nil || d.PaymentID == nil {
			return err
		}
		lang = firm.Language
		p, err := q.PaymentByID(ctx, *d.PaymentID)
		paymentID = p.PublicID
		return db.NotFound(err)
	}); err != nil {
		return err
	}
	if in.FeeMinor < 0 {
		return oneField("fee", "fault.negative")
	}
	if paymentID == "" {
		return s.refusedBefore(ctx, who, d, in)
	}
	reason := in.Code + " – " + strings.TrimSuffix(locale.T(lang, "common.sepa.reason."+in.Code, nil), ".")
	_, err := s.Payments.Return(ctx, who, payments.Returned{Key: in.Key, PaymentID: paymentID, ReturnedOn: in.On, Reason: reason, FeeMinor: in.FeeMinor},
		func(ctx context.Context, tx *db.Tx, owed int64) error { return s.returned(ctx, tx, who, d, in, owed) })
	return err
}

// refusedBefore notes a debit that the bank refused before it was collected: there is nothing
// to undo, what the bank charges for it is posted alone. It may be the last that a file which
// is being confirmed waits for.
func (s *Service) refusedBefore(ctx context.Context, who actor.Actor, d gen.SepaDebit, in Return) error {
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "sepa.return", in, &done, func() error {
			done = true
			if err := s.returned(ctx, tx, who, d, in, 0); err != nil || in.FeeMinor == 0 {
				return err
			}
			row, err := tx.DebitByID(ctx, d.ID)
			if err != nil {
				return db.NotFound(err)
			}
			return s.Payments.BankFee(ctx, tx, d.EndToEnd, day(row.ReturnedOn), in.FeeMinor, d.ID)
		})
	}); err != nil {
		return err
	}
	return s.goOn(ctx, who, d.BatchID)
}

// goOn goes on with a file that is being confirmed; one that waits for its confirming is left.
func (s *Service) goOn(ctx context.Context, who actor.Actor, batchID int64) error {
	var b gen.SepaBatch
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		b, err = q.BatchByID(ctx, batchID)
		return db.NotFound(err)
	}); err != nil || b.State != "made" || b.ConfirmedOn == "" {
		return err
	}
	return s.settle(ctx, who, batchID)
}

// returned writes what comes with a return, in the transaction that undid its payment.
func (s *Service) returned(ctx context.Context, tx *db.Tx, who actor.Actor, d gen.SepaDebit, in Return, owed int64) error {
	now, err := tx.DebitByID(ctx, d.ID)
	if err != nil {
		return db.NotFound(err)
	}
	if (now.PaymentID == nil) != (d.PaymentID == nil) { // collected since it was looked at
		return fault.New(fault.Conflict, "fault.conflict")
	}
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
	n, err := tx.DebitReturned(ctx, gen.DebitReturnedParams{ID: d.ID, ReturnedOn: on.String(), ReturnCode: in.Code, FeeMinor: in.FeeMinor, OwedMinor: owed})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.conflict")
	}
	if err != nil {
		return err
	}
	parts, err := tx.DebitPartsOf(ctx, d.ID)
	if err != nil {
		return err
	}
	m, err := tx.MandateByID(ctx, d.MandateID)
	if err != nil {
		return db.NotFound(err)
	}
	if rules.Stops(in.Code) {
		if err := tx.BlockMandate(ctx, gen.BlockMandateParams{ID: m.ID, Code: in.Code}); err != nil {
			return err
		}
	}
	if in.Tell {
		if err := s.mailReturned(ctx, tx, d, parts, in.Code); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Changed("sepa", "invoices", "payments", "mails") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.debit_returned", ObjectKind: "mandate", ObjectID: m.ID, Details: map[string]any{"rum": m.Rum, "code": in.Code, "amount_minor": d.AmountMinor}})
}

func (s *Service) mailReturned(ctx context.Context, tx *db.Tx, d gen.SepaDebit, parts []gen.DebitPartsOfRow, code string) error {
	doc, err := tx.DocumentByID(ctx, parts[0].DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := s.Sales.Addressee(ctx, tx, doc)
	if fault.Is(err, fault.Invalid) {
		return nil // nobody to write to
	}
	if err != nil {
		return err
	}
	m := outbox.Mail{Key: "debit-returned/" + d.PublicID, Kind: outbox.DebitReturned, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: d.CustomerID, ContactID: to.ContactID, DocumentID: doc.ID,
		Args: map[string]string{"invoices": strings.Join(partNumbers(parts), ", "), "amount_minor": strconv.FormatInt(d.AmountMinor, 10), "currency": rules.Currency, "code": code}}
	if to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}
