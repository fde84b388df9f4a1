package payments

import (
	"context"
	"errors"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
)

// The states of an intent, as they are stored.
const (
	Created     = "created"
	NeedsAction = "needs_action"
	Succeeded   = "succeeded"
	Declined    = "declined"
	Unknown     = "unknown"
	Cancelled   = "cancelled"
	Processing  = "processing"
)

// StartPayment opens an intent for what is asked for now, or for all that is due. The row with its key is durable before
// any gateway is called, so that a crash never charges twice and never loses a charge.
func (s *Service) StartPayment(ctx context.Context, who actor.Actor, p StartPayment) (i Intent, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Intent{}, err
	}
	g, ok := s.gateway(ctx, p.Gateway)
	if !ok {
		return Intent{}, fault.New(fault.NotFound, "fault.not_found")
	}
	mode, ok := g.Ready(ctx)
	if !ok {
		return Intent{}, fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var publicID string
		if err := audit.Once(ctx, tx, p.Key, "payment.start", p, &publicID, func() error {
			publicID, err = s.start(ctx, tx, who, p, mode)
			return err
		}); err != nil {
			return err
		}
		i, err = ownIntent(ctx, tx.Queries, who, publicID)
		return err
	})
	return i, err
}

func (s *Service) start(ctx context.Context, tx *db.Tx, who actor.Actor, p StartPayment, mode string) (string, error) {
	row, st, err := ownOpen(ctx, tx, who, p.DocumentID)
	if err != nil {
		return "", err
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return "", err
	}
	amount, err := amountOf(st, p.ExpectMinor, today)
	if err != nil {
		return "", err
	}
	if open, err := takeUp(ctx, tx, row.ID, amount); err != nil || open != "" {
		return open, err
	}
	publicID := s.IDs()
	id, err := tx.InsertIntent(ctx, gen.InsertIntentParams{PublicID: publicID, Kind: IntentPay, CustomerID: who.CustomerID, ContactID: &who.ID, DocumentID: &row.ID, Gateway: p.Gateway, Mode: mode,
		IdempotencyKey: "intent-" + publicID, AmountMinor: amount, Currency: row.Currency, Details: "{}", Now: tx.Stamp()})
	if err != nil {
		return "", err
	}
	if err := tx.InsertIntentPart(ctx, gen.InsertIntentPartParams{IntentID: id, DocumentID: row.ID, AmountMinor: amount}); err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "payment.started", ObjectKind: "payment_intent", ObjectID: id, Details: map[string]any{"document": *row.Number, "amount_minor": amount, "gateway": p.Gateway}})
}

// takeUp gives an unsettled attempt for the same amount, to be gone on with: two of them
// could both succeed. One that no gateway was ever asked about gives way to a new amount.
func takeUp(ctx context.Context, tx *db.Tx, documentID, due int64) (publicID string, err error) {
	list, err := tx.OpenIntentsOfDocument(ctx, documentID)
	if err != nil || len(list) == 0 {
		return "", err
	}
	open := list[0]
	switch {
	case open.AmountMinor == due:
		return open.PublicID, nil
	case open.State == Unknown:
		return "", fault.New(fault.Conflict, "fault.payment_under_way")
	}
	_, err = move(ctx, tx, open, Outcome{State: Cancelled})
	return "", err
}

func move(ctx context.Context, tx *db.Tx, i gen.PaymentIntent, out Outcome) (int64, error) {
	return tx.MoveIntent(ctx, gen.MoveIntentParams{ID: i.ID, FromState: i.State, State: out.State, GatewayRef: out.Ref, ChargeRef: out.Ref, Reason: out.Reason, PaymentID: i.PaymentID, Watched: 1, UpdatedAt: tx.Stamp()})
}

// Intent gives one of the contact's own attempts; anything else is not found.
func (s *Service) Intent(ctx context.Context, who actor.Actor, intentID string) (i Intent, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Intent{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		i, err = ownIntent(ctx, q, who, intentID)
		return err
	})
	return i, err
}

func ownIntent(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (Intent, error) {
	r, err := q.IntentOfCustomer(ctx, gen.IntentOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
	if err != nil {
		return Intent{}, db.NotFound(err)
	}
	return intentOf(ctx, q, r)
}

func intentOf(ctx context.Context, q *gen.Queries, r gen.PaymentIntent) (Intent, error) {
	d, err := q.DocumentByID(ctx, *r.DocumentID)
	if err != nil {
		return Intent{}, db.NotFound(err)
	}
	i := Intent{PublicID: r.PublicID, DocumentID: d.PublicID, Gateway: r.Gateway, State: r.State, Reason: r.Reason, AmountMinor: r.AmountMinor, Currency: money.Currency(r.Currency)}
	if d.Number != nil {
		i.Number = *d.Number
	}
	if r.PaymentID != nil {
		p, err := q.PaymentByID(ctx, *r.PaymentID)
		if err != nil {
			return Intent{}, db.NotFound(err)
		}
		i.PaymentID = p.PublicID
	}
	return i, nil
}

// gatewayPatience is how long a gateway may take to answer.
const gatewayPatience = time.Minute

// ContinuePayment calls the gateway with what the customer chose and notes what it says.
// Before the call the intent is durably unknown: a call that fails, never answers or dies
// with the program is asked about again, never guessed. A double click waits its turn.
func (s *Service) ContinuePayment(ctx context.Context, who actor.Actor, c ContinuePayment) (Intent, error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Intent{}, err
	}
	release := s.turns.take(c.IntentID)
	defer release()
	// A customer who closes the page in the middle must not leave a charge without its
	// payment: from here on the work goes to its end.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), gatewayPatience)
	defer cancel()
	row, err := s.ownIntentRow(ctx, who, c.IntentID)
	if err != nil {
		return Intent{}, err
	}
	g, ok := s.gateway(ctx, row.Gateway)
	if !ok {
		return Intent{}, fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	switch row.State {
	case Created, NeedsAction:
		err = s.charge(ctx, who, g, row, c.Answer)
	case Unknown:
		err = s.askAgain(ctx, who, g, row.ID, row.IdempotencyKey)
	}
	if err != nil {
		return Intent{}, err
	}
	return s.Intent(ctx, who, c.IntentID)
}

func (s *Service) ownIntentRow(ctx context.Context, who actor.Actor, publicID string) (row gen.PaymentIntent, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.IntentOfCustomer(ctx, gen.IntentOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		return db.NotFound(err)
	})
	return row, err
}

// charge calls the gateway, unless what is due changed since the customer was shown it.
func (s *Service) charge(ctx context.Context, who actor.Actor, g Gateway, row gen.PaymentIntent, answer string) error {
	changed := false
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		st, err := tx.Status(ctx, *row.DocumentID)
		if err != nil {
			return db.NotFound(err)
		}
		today, err := company.Today(ctx, tx.Queries, tx.Now)
		if err != nil {
			return err
		}
		p := Outcome{State: Unknown, Ref: row.GatewayRef}
		if _, err := amountOf(st, row.AmountMinor, today); err != nil {
			p.State, changed = Cancelled, true
		}
		n, err := move(ctx, tx, row, p)
		if err == nil && n == 0 { // settled or cancelled meanwhile: no charge
			err = fault.New(fault.Conflict, "fault.conflict")
		}
		return err
	})
	if err != nil {
		return err
	}
	if changed {
		return fault.New(fault.Conflict, "fault.amount_changed")
	}
	hosting, ok := g.(Hosting)
	if !ok {
		return fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	out, err := hosting.Answer(ctx, attemptOf(row), answer)
	if err != nil {
		out = Outcome{State: Unknown}
	}
	return s.settle(ctx, who, row.ID, out)
}

func (s *Service) askAgain(ctx context.Context, who actor.Actor, g Gateway, id int64, key string) error {
	var row gen.PaymentIntent
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		row, err = q.IntentByKey(ctx, key)
		return db.NotFound(err)
	}); err != nil {
		return err
	}
	out, err := g.Ask(ctx, attemptOf(row))
	if err != nil {
		return nil //nolint:nilerr // still unknown: it is asked about again later, never guessed
	}
	return s.settle(ctx, who, id, out)
}

// settle moves an intent by what the gateway said; a success records the payment in the
// same transaction. An intent that is settled already stays as it is.
func (s *Service) settle(ctx context.Context, who actor.Actor, id int64, out Outcome) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		intent, err := tx.IntentByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		if intent.State != Created && intent.State != NeedsAction && intent.State != Unknown {
			return nil
		}
		if out.State == Succeeded {
			paid, err := s.chargeSucceeded(ctx, tx, who, intent, out)
			if err != nil {
				return err
			}
			intent.PaymentID = &paid.ID
		}
		if _, err := move(ctx, tx, intent, out); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("payments", "invoices") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "payment.intent_" + out.State, ObjectKind: "payment_intent", ObjectID: id})
	})
}

// chargeSucceeded records what the gateway took. The charge is real even when the invoice
// was paid another way meanwhile: the money then stays on the customer's account, and the
// firm is told. An intent is for one document; receive takes several, should one ever be.
func (s *Service) chargeSucceeded(ctx context.Context, tx *db.Tx, who actor.Actor, i gen.PaymentIntent, out Outcome) (recorded, error) {
	row, err := tx.DocumentByID(ctx, *i.DocumentID)
	if err != nil {
		return recorded{}, db.NotFound(err)
	}
	return s.record(ctx, tx, who, row, Record{AmountMinor: i.AmountMinor, Method: methodOf(i.Gateway), Reference: out.Ref, Notify: true}, gatewayRef{gateway: i.Gateway, ref: out.Ref})
}

func methodOf(gateway string) string {
	if gateway == "practice" {
		return "practice"
	}
	return "card"
}

// AskOpen asks the gateways about every intent that has no certain end; the worker calls it
// at start and from time to time.
func (s *Service) AskOpen(ctx context.Context) error {
	var open []gen.PaymentIntent
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		open, err = q.WatchedIntents(ctx, 200)
		return err
	}); err != nil {
		return err
	}
	var errs []error // one that cannot be settled must not hold up those behind it
	for _, i := range open {
		g, ok := s.gateway(ctx, i.Gateway)
		if !ok || i.State != Unknown { // the others wait for the customer
			continue
		}
		release := s.turns.take(i.PublicID)
		err := s.askAgain(ctx, actor.Machine(), g, i.ID, i.IdempotencyKey)
		release()
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func attemptOf(i gen.PaymentIntent) Attempt {
	a := Attempt{Kind: i.Kind, Key: i.IdempotencyKey, Ref: i.GatewayRef, ChargeRef: i.ChargeRef, Mode: i.Mode, AmountMinor: i.AmountMinor, Currency: money.Currency(i.Currency)}
	if at, err := time.Parse(time.RFC3339, i.CreatedAt); err == nil {
		a.CreatedAt = at
	}
	return a
}
