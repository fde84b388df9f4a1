package payments

import (
	"context"
	"errors"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
)

// gatewayPatience is how long a gateway may take to answer.
const gatewayPatience = time.Minute

// ContinuePayment is the customer's return from the gateway's page: the gateway is asked how
// the attempt stands. A page of the portal's own (the practice gateway) brings the customer's
// answer with it. Before each call that may move money the intent is durably unknown: a call
// that fails, never answers or dies with the program is asked about again, never guessed. A
// double click waits its turn.
func (s *Service) ContinuePayment(ctx context.Context, who actor.Actor, c ContinuePayment) (Intent, error) {
	if err := s.mayFollow(ctx, who, c.IntentID); err != nil {
		return Intent{}, err
	}
	if c.Answer == "" {
		c.Answer = "ask"
	}
	return s.drive(ctx, who, c.IntentID, c.Answer)
}

// AskAbout asks the gateway about an attempt now (Vérifier), for the firm.
func (s *Service) AskAbout(ctx context.Context, who actor.Actor, intentID string) (Intent, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Intent{}, err
	}
	return s.drive(ctx, who, intentID, "ask")
}

// drive takes an attempt as far as it goes now: what was not sent is sent, what is unknown is
// asked about, an answer of the customer is carried to a page of our own. "ask" asks also
// about what waits for the customer.
func (s *Service) drive(ctx context.Context, who actor.Actor, publicID, answer string) (Intent, error) {
	release := s.turns.take(publicID)
	defer release()
	// A customer who closes the page in the middle must not leave a charge without its
	// payment: from here on the work goes to its end. The program itself stops with its
	// company: what it was about is durable, and asked about at the next start.
	if who.Kind != actor.System {
		ctx = context.WithoutCancel(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, gatewayPatience)
	defer cancel()
	row, err := s.intentRow(ctx, who, publicID)
	if err != nil {
		return Intent{}, err
	}
	g, there := s.usableGateway(ctx, row)
	if !there && (row.State == Created || open(row.State) && answer != "") {
		return Intent{}, fault.New(fault.Unavailable, "fault.gateway_gone")
	}
	if row.State == Created {
		if err := s.send(ctx, who, g, row); err != nil {
			return Intent{}, err
		}
		if row, err = s.intentRow(ctx, who, publicID); err != nil {
			return Intent{}, err
		}
	} else if there && row.State == Unknown {
		if err := s.askOne(ctx, who, g, row); err != nil {
			return Intent{}, err
		}
		answer = ""
	}
	if there && answer != "" {
		if err := s.goOn(ctx, who, g, row, answer); err != nil {
			return Intent{}, err
		}
	}
	return s.tell(ctx, who, publicID)
}

// goOn carries the customer's answer to a page of our own, or asks.
func (s *Service) goOn(ctx context.Context, who actor.Actor, g Gateway, row gen.PaymentIntent, answer string) error {
	hosting, own := g.(Hosting)
	switch {
	case row.State == NeedsAction && own && answer != "ask":
		return s.answer(ctx, who, hosting, row, answer)
	case row.State == Cancelled && row.Watched == 1 && own && answer != "ask": // given up while the customer looked at it
		return errors.Join(s.askOne(ctx, who, g, row), s.DB.Read(ctx, func(q *gen.Queries) error { return stillWanted(ctx, q, row) }))
	case row.State == NeedsAction, row.State == Processing, row.State == Unknown, row.State == Cancelled && row.Watched == 1:
		return s.askOne(ctx, who, g, row)
	}
	return nil
}

// tell gives the attempt as it stands to whoever asked.
func (s *Service) tell(ctx context.Context, who actor.Actor, publicID string) (i Intent, err error) {
	if who.Kind == actor.Contact {
		return s.Intent(ctx, who, publicID)
	}
	return s.StaffIntent(ctx, who, publicID)
}

// intentRow finds an attempt: a contact's own, or for the firm any.
func (s *Service) intentRow(ctx context.Context, who actor.Actor, publicID string) (row gen.PaymentIntent, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if who.Kind == actor.Contact {
			row, err = q.IntentOfCustomer(ctx, gen.IntentOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		} else {
			row, err = q.IntentByPublicID(ctx, publicID)
		}
		return db.NotFound(err)
	})
	return row, err
}

// usableGateway gives the gateway of an attempt where it has keys of the attempt's own world,
// whichever is switched on: what was begun in one goes on with its keys, and a live attempt is
// never asked about with test keys.
func (s *Service) usableGateway(ctx context.Context, row gen.PaymentIntent) (Gateway, bool) {
	g, ok := s.gateway(ctx, row.Gateway)
	if !ok {
		return nil, false
	}
	return g, s.reaches(ctx, g, row.Mode)
}

// send makes the call of an attempt that no gateway knows yet.
func (s *Service) send(ctx context.Context, who actor.Actor, g Gateway, row gen.PaymentIntent) error {
	if err := s.closeOlder(ctx, row); err != nil {
		if fault.Is(err, fault.Conflict) { // its money comes by an older one
			err = errors.Join(s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.giveUp(ctx, tx, row) }), err)
		}
		return err
	}
	if err := s.underWay(ctx, row); err != nil {
		return err
	}
	out, err := s.order(ctx, g, row)
	if err != nil {
		missed(ctx, row.Gateway, err)
		s.failed(ctx, row, err)
		out = lost(err, Outcome{State: Cancelled, Reason: reasonOf(err)})
	}
	return s.settle(ctx, who, row.ID, out)
}

// answer carries what the customer did on a page of our own.
func (s *Service) answer(ctx context.Context, who actor.Actor, g Hosting, row gen.PaymentIntent, answer string) error {
	a, err := s.attempt(ctx, row)
	if err != nil {
		return err
	}
	if err := s.underWay(ctx, row); err != nil {
		return err
	}
	out, err := g.Answer(ctx, a, answer)
	if err != nil {
		s.failed(ctx, row, err)
		out = lost(err, Outcome{State: NeedsAction})
	}
	return s.settle(ctx, who, row.ID, out)
}

// lost is what a failed call says: nothing certain, unless it surely never left.
func lost(err error, never Outcome) Outcome {
	if errors.Is(err, ErrNotSent) || errors.Is(err, ErrOtherMode) {
		return never
	}
	return Outcome{State: Unknown}
}

// underWay makes the attempt durably unknown before its call, unless what is due changed since
// the customer was shown it: then it is over, and nothing was charged.
func (s *Service) underWay(ctx context.Context, row gen.PaymentIntent) error {
	var refusal error
	err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		m := moving(row)
		m.State, m.Watched, m.UpdatedAt = Unknown, 1, tx.Stamp()
		if refusal = stillWanted(ctx, tx.Queries, row); refusal != nil {
			if _, ok := fault.As(refusal); !ok {
				return refusal
			}
			if m.State = Cancelled; row.State == Created {
				m.Watched = 0
			}
		}
		n, err := tx.MoveIntent(ctx, m)
		if err == nil && n == 0 { // settled or cancelled meanwhile: no charge
			err = fault.New(fault.Conflict, "fault.conflict")
		}
		return err
	})
	if err != nil {
		return err
	}
	return refusal
}

// stillWanted refuses an attempt that its documents no longer take.
func stillWanted(ctx context.Context, q *gen.Queries, row gen.PaymentIntent) error {
	parts, err := q.IntentParts(ctx, row.ID)
	if err != nil {
		return err
	}
	paid := 0
	var changed error
	for _, p := range parts {
		st, err := q.Status(ctx, p.DocumentID)
		if err != nil {
			return db.NotFound(err)
		}
		if st.DueMinor == 0 {
			paid++
		}
		if p.AmountMinor > st.DueMinor {
			changed = fault.New(fault.Conflict, "fault.amount_changed")
		}
	}
	if paid > 0 && paid == len(parts) {
		return fault.New(fault.Conflict, "fault.already_paid", "number", *parts[0].Number)
	}
	return changed
}

// order makes the call.
func (s *Service) order(ctx context.Context, g Gateway, row gen.PaymentIntent) (Outcome, error) {
	o, kept, charge, err := s.orderOf(ctx, row)
	if err != nil {
		return Outcome{}, errors.Join(ErrNotSent, err)
	}
	kinds, err := s.orderable(ctx, g, row)
	if err != nil {
		return Outcome{}, errors.Join(ErrNotSent, err)
	}
	switch row.Kind {
	case IntentSave:
		return g.Save(ctx, SaveOrder{Order: o, Kinds: kinds})
	case IntentCharge:
		return g.Charge(ctx, ChargeOrder{Order: o, Method: kept, OffSession: orderedBy(row).OffSession})
	case IntentRefund:
		return g.Refund(ctx, RefundOrder{Order: o, ChargeRef: charge})
	}
	return g.Checkout(ctx, CheckoutOrder{Order: o, Save: row.SaveMethod == 1, Kinds: kinds})
}

// orderOf reads what every order carries, the method that is charged, and the charge that is
// given back.
func (s *Service) orderOf(ctx context.Context, row gen.PaymentIntent) (o Order, kept KeptRef, charge string, err error) {
	by := orderedBy(row)
	o = Order{Key: row.IdempotencyKey, Mode: row.Mode, IntentID: row.PublicID, AmountMinor: row.AmountMinor, Currency: money.Currency(row.Currency), Lang: locale.Of(by.Lang),
		ReturnURL: strings.ReplaceAll(by.Return, "{id}", row.PublicID)}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByID(ctx, row.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		o.Customer = Payer{PublicID: c.PublicID, Name: c.Name, Email: c.Email}
		if o.Customer.Ref, err = customerRef(ctx, q, row); err != nil {
			return err
		}
		parts, err := q.IntentParts(ctx, row.ID)
		if err != nil {
			return err
		}
		for i, p := range parts {
			if i > 0 {
				o.Description += ", "
			}
			o.Description += *p.Number
		}
		if row.MethodID != nil {
			m, err := q.KeptMethodByID(ctx, *row.MethodID)
			if err != nil {
				return db.NotFound(err)
			}
			kept = KeptRef{Mode: m.Mode, Token: m.Token, CustomerRef: m.CustomerRef, Kind: m.Kind}
		}
		if row.RefundOf != nil {
			p, err := q.PaymentByID(ctx, *row.RefundOf)
			if err != nil {
				return db.NotFound(err)
			}
			charge, o.Description = p.GatewayRef, p.Number
		}
		return nil
	})
	return o, kept, charge, err
}

func customerRef(ctx context.Context, q *gen.Queries, i gen.PaymentIntent) (string, error) {
	ref, err := q.GatewayCustomer(ctx, gen.GatewayCustomerParams{CustomerID: i.CustomerID, Gateway: i.Gateway, Mode: i.Mode})
	if fault.Is(db.NotFound(err), fault.NotFound) {
		return "", nil
	}
	return ref, err
}

// askOne asks about one attempt; a page that was given up, or that nobody can pay on any
// more, is closed. No answer changes nothing.
func (s *Service) askOne(ctx context.Context, who actor.Actor, g Gateway, row gen.PaymentIntent) error {
	a, err := s.attempt(ctx, row)
	if err != nil {
		return err
	}
	ask := g.Ask
	if row.State == Cancelled || row.State == NeedsAction && past(row.ExpiresAt, s.DB.Now()) {
		ask = g.Cancel
	}
	out, err := ask(ctx, a)
	if err != nil { // still as it was: it is asked about again later, never guessed
		if missed(ctx, row.Gateway, err); errors.Is(ctx.Err(), context.Canceled) { // the program ends
			return nil
		}
		s.complain(row.Gateway, row.Mode, row.PublicID, err)
		if errors.Is(err, ErrMissing) && row.GatewayRef != "" {
			return s.missing(ctx, row)
		}
		return s.asked(ctx, row)
	}
	if err := s.settle(ctx, who, row.ID, out); err != nil {
		s.complain(row.Gateway, row.Mode, row.PublicID, err)
		return err
	}
	return nil
}

// asked notes that an attempt was asked about.
func (s *Service) asked(ctx context.Context, row gen.PaymentIntent) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return tx.IntentAsked(ctx, gen.IntentAskedParams{ID: row.ID, AskedAt: tx.Stamp()})
	})
}

// past tells an instant that is behind; none is not.
func past(at string, now time.Time) bool {
	t, err := time.Parse(time.RFC3339, at)
	return err == nil && now.After(t)
}
