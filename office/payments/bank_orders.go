package payments

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/company"
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
	if err := who.Need(actor.Collect); err != nil {
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

// ReturnedWith writes what comes with a return, in its transaction: owedMinor is what the bank
// took back beyond what was left of the payment.
type ReturnedWith func(ctx context.Context, tx *db.Tx, owedMinor int64) error

// Return takes a collected debit off its invoices and out of the bank's account, with what
// the bank charges for it. What was given back of it already stays given back: the bank takes
// the whole all the same, so the customer owes as much. A payment that was cancelled by hand
// is off the books already: only the charge is posted.
func (s *Service) Return(ctx context.Context, who actor.Actor, in Returned, and ReturnedWith) (Payment, error) {
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
	cancelled := false
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		p, err := q.PaymentByPublicID(ctx, in.PaymentID)
		if err != nil {
			return db.NotFound(err)
		}
		st, err := q.PaymentStatus(ctx, p.ID)
		cancelled = st.CancelledOn != ""
		return db.NotFound(err)
	}); err != nil {
		return Payment{}, err
	}
	if cancelled { // or this very return, said twice
		return s.returnCancelled(ctx, who, in, and)
	}
	return s.onPayment(ctx, who, in.Key, "payment.return", in, in.PaymentID, 0, func(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest) error {
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
		owed := r.Status.RefundedMinor
		sheet.Owe(r.Payment.Number, owed, r.Payment.RateE8)
		act := paymentAct(ledger.EventCancelled, r)
		act.Money = settlement.Money{Account: accountOf(r.Payment.Method, r.Payment.Gateway), AmountMinor: -r.Payment.AmountMinor, FeeMinor: in.FeeMinor, RateE8: r.Payment.RateE8}
		entryID, err := sheet.Close(ctx, act)
		if err != nil {
			return err
		}
		n, err := tx.CancelPayment(ctx, gen.CancelPaymentParams{PaymentID: r.Payment.ID, CancelledOn: sheet.On.String(), CancelReason: in.Reason, CancelEntryID: &entryID, RefundedMinor: owed})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		if err != nil {
			return err
		}
		if owed > 0 {
			if err := s.noticeOwed(ctx, tx, sheet, r.Payment.Number, owed, "payment", r.Payment.PublicID); err != nil {
				return err
			}
		}
		return and(ctx, tx, owed)
	})
}

// returnCancelled notes the return of a debit whose payment was struck before.
func (s *Service) returnCancelled(ctx context.Context, who actor.Actor, in Returned, and ReturnedWith) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, in.Key, "payment.return", in, &done, func() error {
			row, err := tx.PaymentByPublicID(ctx, in.PaymentID)
			if err != nil {
				return db.NotFound(err)
			}
			sheet, err := settlement.OpenCustomer(ctx, tx, row.CustomerID, money.Currency(row.Currency), civil.Date{})
			if err != nil {
				return err
			}
			if err := onDay(sheet, in.ReturnedOn, day(row.ReceivedOn)); err != nil {
				return err
			}
			done.ID = row.ID
			if in.FeeMinor > 0 {
				if err := bankFee(ctx, tx, sheet.Firm, row.Number, sheet.On, in.FeeMinor, books.Source{Kind: books.FromPayment, ID: row.ID}); err != nil {
					return err
				}
			}
			s.changed(tx)
			if err := and(ctx, tx, 0); err != nil {
				return err
			}
			return audit.Write(ctx, tx, who, audit.Record{Action: "payment.return", ObjectKind: "payment", ObjectID: row.ID, Details: map[string]any{"number": row.Number}})
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

// BankFee posts what the bank charges for an order that brought nothing, in the caller's
// transaction: ref is the order's own number, debitID its row. fee is in cents, above zero; on
// is the day on the bank's statement.
func (s *Service) BankFee(ctx context.Context, tx *db.Tx, ref string, on civil.Date, fee, debitID int64) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	s.changed(tx)
	return bankFee(ctx, tx, firm, ref, on, fee, books.Source{Kind: books.FromDebit, ID: debitID})
}

func bankFee(ctx context.Context, tx *db.Tx, firm company.Firm, ref string, on civil.Date, fee int64, from books.Source) error {
	p, err := ledger.BankFee(ref, on, fee, firm.Money(), locale.Of(firm.Language))
	if err != nil {
		return err
	}
	_, err = books.Post(ctx, tx, p, from)
	return err
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

// Sent is a refund that the bank paid out by a file of transfers.
type Sent struct {
	Refund
	TransferID int64  `json:"transferId"` // of the row that ordered it
	Ref        string `json:"ref"`        // its number at the bank
}

// SentWith writes what comes with it, in its transaction: the refund, nil where nothing was
// left to give back, and what the customer owes of the transfer.
type SentWith func(ctx context.Context, tx *db.Tx, refundID *int64, owedMinor int64) error

type sent struct {
	RefundID *int64
	Owed     int64
}

// RefundSent records a refund that the bank paid out by a file of transfers. The money is
// gone, whatever happened since it was decided: what can no longer be given back of the
// payment or of the credit note is owed by the customer, and the firm is told. The same key
// again changes nothing.
func (s *Service) RefundSent(ctx context.Context, who actor.Actor, in Sent, and SentWith) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done sent
		return audit.Once(ctx, tx, in.Key, "payment.refund_sent", in, &done, func() (err error) {
			if done, err = s.refundSent(ctx, tx, who, in); err != nil {
				return err
			}
			return and(ctx, tx, done.RefundID, done.Owed)
		})
	})
}

func (s *Service) refundSent(ctx context.Context, tx *db.Tx, who actor.Actor, in Sent) (done sent, err error) {
	x := &refunding{in: in.Refund, sent: true}
	err = x.find(ctx, tx)
	if f, refused := fault.As(err); err != nil && (!refused || f.Key != "fault.settlement.cancelled") {
		return done, err
	}
	var left int64
	if err == nil {
		left = min(in.AmountMinor, x.left())
	}
	if done.Owed = in.AmountMinor - left; left == 0 {
		return done, s.owe(ctx, tx, who, x.sheet, in, ledger.EventOwed, done.Owed, x.rateE8)
	}
	y := &refunding{in: in.Refund, sent: true, owed: done.Owed}
	if y.in.AmountMinor = left; day(in.RefundedOn).Before(x.since) {
		y.in.RefundedOn = x.since.String()
	}
	r, err := s.giveBack(ctx, tx, who, y)
	if err != nil {
		return done, err
	}
	done.RefundID = &r.ID
	if done.Owed > 0 {
		err = s.noticeOwed(ctx, tx, y.sheet, y.of(), done.Owed, "customer", y.sheet.Customer.PublicID)
	}
	return done, err
}

// owe posts money that left for a customer to whom nothing was owed (or, by ledger.EventOwedBack
// and below zero, that came back).
func (s *Service) owe(ctx context.Context, tx *db.Tx, who actor.Actor, sheet *settlement.Sheet, in Sent, event string, minor, otherwise int64) error {
	if on := day(in.RefundedOn); !on.IsZero() && !on.After(sheet.On) {
		sheet.On = on
	}
	rate, err := sheet.RateOf(ctx, otherwise)
	if err != nil {
		return err
	}
	sheet.Owe(in.Ref, minor, rate)
	if _, err := sheet.Close(ctx, settlement.Act{Event: event, Number: in.Ref, Source: books.Source{Kind: books.FromTransfer, ID: in.TransferID},
		Money: settlement.Money{Account: accountOf("transfer", ""), AmountMinor: -minor, RateE8: rate}}); err != nil {
		return err
	}
	s.changed(tx)
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "payment." + event, ObjectKind: "customer", ObjectID: sheet.Customer.ID, Details: map[string]any{"number": in.Ref, "amount_minor": minor}}); err != nil || minor < 0 {
		return err
	}
	return s.noticeOwed(ctx, tx, sheet, in.Ref, minor, "customer", sheet.Customer.PublicID)
}

// noticeOwed tells the firm that a customer has money which it must give back.
func (s *Service) noticeOwed(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, number string, minor int64, kind, id string) error {
	return audit.Notify(ctx, tx, "customer_owes", map[string]any{"customer": sheet.Customer.Name, "number": number, "amount_minor": minor, "currency": string(sheet.Currency)}, kind, id)
}

// CameBack is a transfer that the bank did and that came back: the account was closed.
type CameBack struct {
	Key         string `json:"key"`
	CustomerID  int64  `json:"customerId"`
	TransferID  int64  `json:"transferId"`
	Ref         string `json:"ref"`
	ReceivedOn  string `json:"receivedOn"`  // "" = today
	AmountMinor int64  `json:"amountMinor"` // of the transfer
	OwedMinor   int64  `json:"owedMinor"`   // of it, what the customer owed (Sent)
	Note        string `json:"note"`
}

// RefundCameBack records money that came back of a transfer as the customer's own: the refund
// stands in the books as it went, and what came back waits on the account to be given back
// again, or used. What was owed of the transfer is owed no longer. and gets the payment, nil
// where all of it was owed. The same key again changes nothing.
func (s *Service) RefundCameBack(ctx context.Context, who actor.Actor, in CameBack, and func(ctx context.Context, tx *db.Tx, paymentID *int64) error) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		return audit.Once(ctx, tx, in.Key, "payment.refund_back", in, &done, func() (err error) {
			rate, err := rateOfTransfer(ctx, tx, in.TransferID)
			if err != nil {
				return err
			}
			if in.OwedMinor > 0 {
				sheet, err := settlement.OpenCustomer(ctx, tx, in.CustomerID, money.Currency("EUR"), civil.Date{})
				if err != nil {
					return err
				}
				if err := s.owe(ctx, tx, who, sheet, Sent{Refund: Refund{RefundedOn: in.ReceivedOn}, TransferID: in.TransferID, Ref: in.Ref}, ledger.EventOwedBack, -in.OwedMinor, rate); err != nil {
					return err
				}
			}
			if in.AmountMinor == in.OwedMinor {
				return and(ctx, tx, nil)
			}
			x, err := s.receiving(ctx, tx, in.CustomerID, money.Currency("EUR"), RecordPayment{AmountMinor: in.AmountMinor - in.OwedMinor, ReceivedOn: in.ReceivedOn, Method: "transfer", Reference: in.Ref, Note: in.Note, Anyway: true}, gatewayRef{})
			if err != nil {
				return err
			}
			x.rateE8 = rate
			if done, err = s.receive(ctx, tx, who, x); err != nil {
				return err
			}
			return and(ctx, tx, &done.ID)
		})
	})
}

// rateOfTransfer is the rate of what a transfer gave back, where none is noted for its day.
func rateOfTransfer(ctx context.Context, tx *db.Tx, id int64) (int64, error) {
	t, err := tx.TransferByID(ctx, id)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if t.PaymentID != nil {
		p, err := tx.PaymentByID(ctx, *t.PaymentID)
		return p.RateE8, db.NotFound(err)
	}
	d, err := tx.DocumentByID(ctx, *t.CreditID)
	return d.RateE8, db.NotFound(err)
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
