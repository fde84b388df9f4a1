package payments

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// What the firm's bank did by the files that it was handed (office/sepa): each act is one
// transaction with the row that says so, which and writes.

// Collected is a direct debit that the bank credited.
type Collected struct {
	Key        string          `json:"key"`
	CustomerID int64           `json:"customerId"`
	ReceivedOn string          `json:"receivedOn"`
	Reference  string          `json:"reference"`
	Notify     bool            `json:"notify"`
	Parts      []CollectedPart `json:"parts"`
}

// CollectedPart is what was taken for one document.
type CollectedPart struct {
	DocumentID  int64 `json:"documentId"`
	AmountMinor int64 `json:"amountMinor"`
}

// Collect records a direct debit as a payment of its invoices. The money is there, whatever
// was paid meanwhile: what an invoice no longer takes stays on the customer's account. The
// same key again gives the same payment, and and is not called again.
func (s *Service) Collect(ctx context.Context, who actor.Actor, in Collected, and func(ctx context.Context, tx *db.Tx, paymentID int64) error) (p Payment, err error) {
	if err := who.NeedStaff(); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.collect", in, &done, func() error {
			if done, err = s.collect(ctx, tx, who, in); err != nil {
				return err
			}
			return and(ctx, tx, done.ID)
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

func (s *Service) collect(ctx context.Context, tx *db.Tx, who actor.Actor, in Collected) (recorded, error) {
	var sum int64
	for _, p := range in.Parts {
		sum += p.AmountMinor
	}
	return s.arrive(ctx, tx, who, in.CustomerID, money.Currency("EUR"), RecordPayment{AmountMinor: sum, ReceivedOn: in.ReceivedOn, Method: "direct_debit", Reference: in.Reference, Notify: in.Notify, Anyway: true}, in.Parts)
}

// arrive records money that is there and was meant for some documents: each takes what it
// still wants, the rest stays the customer's.
func (s *Service) arrive(ctx context.Context, tx *db.Tx, who actor.Actor, customerID int64, currency money.Currency, in RecordPayment, parts []CollectedPart) (recorded, error) {
	x, err := s.receiving(ctx, tx, customerID, currency, in, gatewayRef{announced: true})
	if err != nil {
		return recorded{}, err
	}
	for i, p := range parts {
		item, err := x.sheet.Document(ctx, p.DocumentID)
		if err != nil {
			return recorded{}, err
		}
		if i == 0 {
			x.about = &item.Row
		}
		if minor := min(p.AmountMinor, item.Due()); minor > 0 {
			x.parts = append(x.parts, share{item, minor, "amount"})
		}
	}
	return s.receive(ctx, tx, who, x)
}

// Returned is a direct debit that the customer's bank gave back or took back.
type Returned struct {
	Key        string `json:"key"`
	PaymentID  string `json:"paymentId"`
	ReturnedOn string `json:"returnedOn"` // "" = today
	Reason     string `json:"reason"`     // in words
	FeeMinor   int64  `json:"feeMinor"`   // charged by the firm's bank
}

// Return takes a collected debit off its invoices and out of the bank's account, with what
// the bank charges for it. What was given back of it already keeps it from being returned.
func (s *Service) Return(ctx context.Context, who actor.Actor, in Returned, and func(ctx context.Context, tx *db.Tx, paymentID int64) error) (Payment, error) {
	text.Each(text.Line, &in.Reason)
	var form fault.Form
	form.Need("reason", in.Reason)
	form.MaxLen("reason", in.Reason, 200)
	if in.FeeMinor < 0 {
		form.Add("fee", "fault.negative")
	}
	if err := form.Err(); err != nil {
		return Payment{}, err
	}
	return s.onPayment(ctx, who, in.Key, "payment.return", in, in.PaymentID, 0, func(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest) error {
		if r.Status.RefundedMinor > 0 {
			return fault.New(fault.Conflict, "fault.settlement.refunded", "number", r.Payment.Number)
		}
		if err := onDay(sheet, in.ReturnedOn, day(r.Payment.ReceivedOn)); err != nil {
			return err
		}
		if err := takeOff(ctx, tx, sheet, r, 0); err != nil {
			return err
		}
		if _, err := sheet.SetOwnCredits(ctx); err != nil {
			return err
		}
		r.Cancel()
		act := paymentAct(ledger.EventCancelled, r)
		act.Money = settlement.Money{Account: accountOf(r.Payment.Method, r.Payment.Gateway), AmountMinor: -r.Payment.AmountMinor, FeeMinor: in.FeeMinor, RateE8: r.Payment.RateE8}
		entryID, err := sheet.Close(ctx, act)
		if err != nil {
			return err
		}
		n, err := tx.CancelPayment(ctx, gen.CancelPaymentParams{PaymentID: r.Payment.ID, CancelledOn: sheet.On.String(), CancelReason: in.Reason, CancelEntryID: &entryID})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		return and(ctx, tx, r.Payment.ID)
	})
}

// onDay sets the day of an act: not in the future, not before since.
func onDay(sheet *settlement.Sheet, typed string, since civil.Date) error {
	if typed == "" {
		return nil
	}
	switch d, err := civil.Parse(typed); {
	case err != nil:
		return field("returnedOn", "fault.not_a_date")
	case d.After(sheet.On):
		return field("returnedOn", "fault.future")
	case d.Before(since):
		return field("returnedOn", "fault.settlement.before_payment")
	default:
		sheet.On = d
		return nil
	}
}

// RefundSent records a refund that the bank paid out by a file of transfers.
func (s *Service) RefundSent(ctx context.Context, who actor.Actor, in Refund, and func(ctx context.Context, tx *db.Tx, refundID int64) error) (r RefundDone, err error) {
	if err := who.NeedStaff(); err != nil {
		return RefundDone{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.refund_sent", in, &done, func() error {
			if done, err = s.refund(ctx, tx, who, in, gatewayRef{}); err != nil {
				return err
			}
			return and(ctx, tx, done.ID)
		}); err != nil {
			return err
		}
		r, err = loadRefund(ctx, tx.Queries, done.ID)
		return err
	})
	return r, err
}

// numbersOf joins the numbers of documents.
func numbersOf(ctx context.Context, tx *db.Tx, ids []int64) (first gen.Document, numbers string, err error) {
	var list []string
	for i, id := range ids {
		d, err := tx.DocumentByID(ctx, id)
		if err != nil {
			return gen.Document{}, "", db.NotFound(err)
		}
		if i == 0 {
			first = d
		}
		if d.Number != nil && !slices.Contains(list, *d.Number) {
			list = append(list, *d.Number)
		}
	}
	return first, strings.Join(list, ", "), nil
}
