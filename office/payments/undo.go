package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/books"
	"comptoir/office/settlement"
	"comptoir/rules/ledger"
)

// Allocate sets what a payment left against invoices.
type Allocate struct {
	Key       string      `json:"key"`
	PaymentID string      `json:"paymentId"`
	Version   int64       `json:"version"` // the payment as it was shown; 0 = whatever it is
	Parts     []SplitPart `json:"parts"`
}

// AllocatePayment sets the rest of a payment against invoices (Affecter).
func (s *Service) AllocatePayment(ctx context.Context, who actor.Actor, in Allocate) (Payment, error) {
	return s.onPayment(ctx, who, in.Key, "payment.allocate", in, in.PaymentID, in.Version, func(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest) error {
		var form fault.Form
		parts, err := shares(ctx, tx, sheet, in.Parts, &form)
		if err != nil {
			return err
		}
		if err := form.Err(); err != nil {
			return err
		}
		if len(parts) == 0 {
			return field("parts.0.amount", "fault.required")
		}
		for _, p := range parts {
			if p.minor > r.Free() {
				return field(p.path, "fault.settlement.more_than_left_here", "left", money.Amount{Minor: r.Free(), Currency: sheet.Currency})
			}
			if err := sheet.Pay(r, p.item, p.minor); err != nil {
				return err
			}
			if err := closeAnnounced(ctx, tx, r.Payment.Method, p.item, r.Payment.ID); err != nil {
				return err
			}
		}
		_, err = sheet.Close(ctx, paymentAct(ledger.EventAllocation, r))
		return err
	})
}

func paymentAct(event string, r *settlement.Rest) settlement.Act {
	return settlement.Act{Event: event, Number: r.Payment.Number, Source: books.Source{Kind: books.FromPayment, ID: r.Payment.ID}}
}

// onPayment runs one act of the firm on a payment, once for a key.
func (s *Service) onPayment(ctx context.Context, who actor.Actor, key, action string, body any, publicID string, version int64,
	fn func(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest) error,
) (p Payment, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, key, action, body, &done, func() error {
			row, err := tx.PaymentByPublicID(ctx, publicID)
			if err != nil {
				return db.NotFound(err)
			}
			sheet, err := settlement.OpenCustomer(ctx, tx, row.CustomerID, money.Currency(row.Currency), civil.Date{})
			if err != nil {
				return err
			}
			r, err := sheet.Payment(ctx, row.ID)
			if err != nil {
				return err
			}
			if version != 0 && version != r.Status.Version {
				return fault.New(fault.Conflict, "fault.stale")
			}
			if err := fn(ctx, tx, sheet, r); err != nil {
				return err
			}
			if err := s.settledHook(ctx, tx, sheet); err != nil {
				return err
			}
			done.ID = row.ID
			s.changed(tx)
			return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "payment", ObjectID: row.ID, Details: map[string]any{"number": row.Number}})
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

// UseCredits sets credit notes and rests of payments of a customer against invoices,
// without any money.
type UseCredits struct {
	Key        string       `json:"key"`
	CustomerID string       `json:"customerId"`
	Currency   string       `json:"currency"`
	Parts      []SplitPart  `json:"parts"`
	Credits    []UsedCredit `json:"credits"`
}

// ApplyCredit sets credit notes, whole or in part, against one or several invoices.
func (s *Service) ApplyCredit(ctx context.Context, who actor.Actor, in UseCredits) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "credit.apply", in, &done, func() error {
			done = true
			return s.applyCredits(ctx, tx, who, in)
		})
	})
}

func (s *Service) applyCredits(ctx context.Context, tx *db.Tx, who actor.Actor, in UseCredits) error {
	customer, currency, err := customerOf(ctx, tx.Queries, in.CustomerID, in.Currency)
	if err != nil {
		return err
	}
	sheet, err := settlement.OpenCustomer(ctx, tx, customer.ID, currency, civil.Date{})
	if err != nil {
		return err
	}
	var form fault.Form
	parts, err := shares(ctx, tx, sheet, in.Parts, &form)
	if err != nil {
		return err
	}
	if len(parts) == 0 && form.Err() == nil {
		form.Add("parts.0.amount", "fault.required")
	}
	if err := form.Err(); err != nil {
		return err
	}
	left, err := s.useCredits(ctx, tx, sheet.On, customer.ID, currency, in.Credits, parts)
	if err != nil {
		return err
	}
	for i, minor := range left {
		if minor > 0 {
			return field(parts[i].path, "fault.settlement.credits_too_small", "lacking", money.Amount{Minor: minor, Currency: currency})
		}
	}
	s.changed(tx)
	for _, p := range parts {
		if err := audit.Write(ctx, tx, who, audit.Record{Action: "credit.applied", ObjectKind: "document", ObjectID: p.item.Row.ID,
			Details: map[string]any{"number": *p.item.Row.Number, "amount_minor": p.minor, "currency": string(currency)}}); err != nil {
			return err
		}
	}
	return nil
}

// Unallocate takes a payment, or a credit note, off an invoice again.
type Unallocate struct {
	Key        string `json:"key"`
	PaymentID  string `json:"paymentId"` // or
	CreditID   string `json:"creditId"`
	DocumentID string `json:"documentId"`
}

// Unallocate opens the invoice again for as much; the tax that was due waits again.
func (s *Service) Unallocate(ctx context.Context, who actor.Actor, in Unallocate) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, in.Key, "payment.unallocate", in, &done, func() error {
			done = true
			return s.unallocate(ctx, tx, who, in)
		})
	})
}

func (s *Service) unallocate(ctx context.Context, tx *db.Tx, who actor.Actor, in Unallocate) error {
	doc, err := tx.DocumentByPublicID(ctx, in.DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	sheet, _, err := settlement.OpenFor(ctx, tx, doc.ID, civil.Date{})
	if err != nil {
		return err
	}
	act, live, err := between(ctx, tx, in, doc.ID)
	if err != nil {
		return err
	}
	if len(live) == 0 {
		return fault.New(fault.Conflict, "fault.settlement.undone")
	}
	var sum int64
	for _, id := range live {
		minor, err := sheet.TakeBack(ctx, id)
		if err != nil {
			return err
		}
		sum += minor
	}
	if _, err := sheet.SetOwnCredits(ctx); err != nil {
		return err
	}
	if _, err := sheet.Close(ctx, act); err != nil {
		return err
	}
	s.changed(tx)
	return audit.Write(ctx, tx, who, audit.Record{Action: "payment.unallocated", ObjectKind: "document", ObjectID: doc.ID,
		Details: map[string]any{"number": *doc.Number, "of": act.Number, "amount_minor": sum, "currency": doc.Currency}})
}

// between finds the allocations that stand between a payment or a credit note and an invoice.
func between(ctx context.Context, tx *db.Tx, in Unallocate, documentID int64) (act settlement.Act, live []int64, err error) {
	act.Event = ledger.EventTakenBack
	if in.PaymentID != "" {
		p, err := tx.PaymentByPublicID(ctx, in.PaymentID)
		if err != nil {
			return act, nil, db.NotFound(err)
		}
		act.Number, act.Source = p.Number, books.Source{Kind: books.FromPayment, ID: p.ID}
		rows, err := tx.LiveAllocationsOfPayment(ctx, p.ID)
		for _, a := range rows {
			if a.DocumentID == documentID {
				live = append(live, a.ID)
			}
		}
		return act, live, err
	}
	c, err := tx.DocumentByPublicID(ctx, in.CreditID)
	if err != nil {
		return act, nil, db.NotFound(err)
	}
	if c.Number == nil {
		return act, nil, fault.New(fault.Conflict, "fault.still_draft")
	}
	if c.PrecedingID != nil && *c.PrecedingID == documentID { // it gives that very invoice back
		of, err := tx.DocumentByID(ctx, documentID)
		if err != nil {
			return act, nil, db.NotFound(err)
		}
		return act, nil, fault.New(fault.Conflict, "fault.settlement.own_credit", "credit", *c.Number, "number", *of.Number)
	}
	act.Number, act.Source = *c.Number, books.Source{Kind: books.FromDocument, ID: c.ID}
	rows, err := tx.LiveAllocationsOfCredit(ctx, c.ID)
	for _, a := range rows {
		if a.DocumentID == documentID {
			live = append(live, a.ID)
		}
	}
	return act, live, err
}

// Cancel asks to strike a payment that never was: a bounced cheque, a mistake.
type Cancel struct {
	Key       string `json:"key"`
	PaymentID string `json:"paymentId"`
	Version   int64  `json:"version"`
	Reason    string `json:"reason"`
}

// CancelPayment takes a payment off its invoices and out of the books; they are open
// again. Its receipt is not sent again. What was given back of it stays given back: such a
// payment is not cancelled, nor one that a gateway took.
func (s *Service) CancelPayment(ctx context.Context, who actor.Actor, in Cancel) (Payment, error) {
	text.Each(text.Line, &in.Reason)
	var form fault.Form
	form.Need("reason", in.Reason)
	form.MaxLen("reason", in.Reason, 200)
	if err := form.Err(); err != nil {
		return Payment{}, err
	}
	return s.onPayment(ctx, who, in.Key, "payment.cancel", in, in.PaymentID, in.Version, func(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest) error {
		switch {
		case r.Status.RefundedMinor > 0:
			return fault.New(fault.Conflict, "fault.settlement.refunded", "number", r.Payment.Number)
		case r.Payment.Gateway != "":
			return fault.New(fault.Conflict, "fault.settlement.gateway", "number", r.Payment.Number)
		case r.Held() > 0:
			return fault.New(fault.Conflict, "fault.sepa.decided", "number", r.Payment.Number)
		}
		pristine, err := pristine(ctx, tx, r.Payment)
		if err != nil {
			return err
		}
		if err := takeOff(ctx, tx, sheet, r, 0); err != nil {
			return err
		}
		moved, err := sheet.SetOwnCredits(ctx)
		if err != nil {
			return err
		}
		pristine = pristine && !moved
		r.Cancel()
		entryID, err := strike(ctx, tx, sheet, r, pristine, in.Reason)
		if err != nil {
			return err
		}
		n, err := tx.CancelPayment(ctx, gen.CancelPaymentParams{PaymentID: r.Payment.ID, CancelledOn: sheet.On.String(), CancelReason: in.Reason, CancelEntryID: &entryID})
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "fault.stale")
		}
		return err
	})
}

// strike undoes the payment's entry: by its mirror where nothing moved since, else by what
// its documents stand at now.
func strike(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest, pristine bool, reason string) (entryID int64, err error) {
	if !pristine {
		act := paymentAct(ledger.EventCancelled, r)
		act.Money = settlement.Money{Account: accountOf(r.Payment.Method, r.Payment.Gateway), AmountMinor: -r.Payment.AmountMinor, FeeMinor: -r.Payment.FeeMinor, RateE8: r.Payment.RateE8}
		return sheet.Close(ctx, act)
	}
	if _, err := books.Undo(ctx, tx, r.Payment.EntryID, sheet.On, sheet.Firm.Language, reason); err != nil {
		return 0, err
	}
	if entryID, err = tx.EntryReversing(ctx, &r.Payment.EntryID); err != nil {
		return 0, err
	}
	return entryID, sheet.CloseUnposted(ctx, entryID)
}

// pristine tells whether nothing has moved since the payment was recorded, neither on it
// nor on what it paid: its entry turned round is then exactly what cancelling it means.
func pristine(ctx context.Context, tx *db.Tx, p gen.Payment) (bool, error) {
	rows, err := tx.HistoryOfPayment(ctx, p.ID)
	if err != nil {
		return false, err
	}
	var last int64 // of the payment's own allocations: they were written in one go
	for _, a := range rows {
		if a.UndoesID != nil || a.EntryID != nil || a.CreatedAt != p.CreatedAt || last != 0 && a.ID != last+1 {
			return false, nil
		}
		last = a.ID
	}
	n, err := tx.MovedSince(ctx, gen.MovedSinceParams{LastID: last, PaymentID: p.ID})
	return n == 0, err
}

// takeOff takes a payment off its invoices, the newest first, until no more than keep of
// it stands on them. What it takes back too much of one is set against it again.
func takeOff(ctx context.Context, tx *db.Tx, sheet *settlement.Sheet, r *settlement.Rest, keep int64) error {
	live, err := tx.LiveAllocationsOfPayment(ctx, r.Payment.ID)
	if err != nil {
		return err
	}
	var standing int64
	for _, a := range live {
		standing += a.AmountMinor
	}
	for i := len(live) - 1; i >= 0 && standing > keep; i-- {
		minor, err := sheet.TakeBack(ctx, live[i].ID)
		if err != nil {
			return err
		}
		if standing -= minor; standing >= keep {
			continue
		}
		item, err := sheet.Document(ctx, live[i].DocumentID)
		if err != nil {
			return err
		}
		if err := sheet.Pay(r, item, keep-standing); err != nil {
			return err
		}
		standing = keep
	}
	return nil
}
