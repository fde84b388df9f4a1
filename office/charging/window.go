package charging

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// Attempt is a charge of an invoice as the firm sees it.
type Attempt struct {
	Number    int64
	State     string
	Reason    string // key of a text, "" = none
	On        civil.Date
	At        string // when it came to its state
	NotBefore string // of one that is let go: the gateway is called then
	ByHand    bool
	Method    *Method // charged, or chosen
}

// Method is a kept method as far as a charge names it.
type Method struct {
	PublicID, Kind, Brand, Last4 string
	Last                         civil.Date // the day up to which it can be charged; zero = it does not end
	Gone                         bool
}

// Charges are the attempts at one invoice, the newest first.
type Charges struct {
	Attempts []Attempt
	Open     bool // one is planned or under way
	CanRetry bool
	CanStop  bool
	DueMinor int64 // what would be charged now
	Currency money.Currency
}

// OfInvoice gives the charges of an invoice; none for one that is not charged by itself.
func (s *Service) OfInvoice(ctx context.Context, who actor.Actor, documentID string) (c Charges, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Charges{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return db.NotFound(err)
		}
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		c, err = chargesOf(ctx, q, row.ID, on)
		return err
	})
	return c, err
}

func chargesOf(ctx context.Context, q *gen.Queries, documentID int64, on civil.Date) (Charges, error) {
	c := Charges{Attempts: []Attempt{}}
	rows, err := q.ChargesOfDocument(ctx, documentID)
	if err != nil || len(rows) == 0 {
		return c, err
	}
	d, err := q.ChargeDocument(ctx, documentID)
	if err != nil {
		return c, db.NotFound(err)
	}
	for i, a := range rows {
		if i > 0 && a.State == Unreached { // another one took its place
			continue
		}
		x := Attempt{Number: a.Number, State: a.State, Reason: a.Reason, On: day(a.DueOn), At: a.UpdatedAt, NotBefore: a.NotBefore, ByHand: a.ByHand == 1}
		if x.Method, err = methodShown(ctx, q, a); err != nil {
			return c, err
		}
		c.Attempts = append(c.Attempts, x)
	}
	last := rows[0]
	c.DueMinor, c.Currency = max(0, asked(d, on)), money.Currency(d.Currency)
	c.Open = !closed(last.State)
	waiting := last.State == Planned || last.State == Ready
	c.CanStop = waiting
	c.CanRetry = c.DueMinor > 0 && (waiting || !c.Open && last.State != Succeeded)
	return c, nil
}

func methodShown(ctx context.Context, q *gen.Queries, a gen.ChargeAttempt) (*Method, error) {
	id := a.MethodID
	if a.IntentID != nil {
		i, err := q.IntentByID(ctx, *a.IntentID)
		if err != nil {
			return nil, db.NotFound(err)
		}
		if i.MethodID != nil {
			id = i.MethodID
		}
	}
	if id == nil && !closed(a.State) {
		k, err := q.DefaultKeptOf(ctx, a.CustomerID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil //nolint:nilnil // the customer has none
		}
		return methodView(k), err
	}
	if id == nil {
		return nil, nil //nolint:nilnil // none was there to be charged
	}
	k, err := q.KeptMethodAnyState(ctx, *id)
	return methodView(k), db.NotFound(err)
}

func methodView(k gen.KeptMethod) *Method {
	return &Method{PublicID: k.PublicID, Kind: k.Kind, Brand: k.Brand, Last4: k.Last4, Last: lastDay(int(k.ExpYear), int(k.ExpMonth)), Gone: k.DeletedAt != ""}
}

// RetryNow charges an invoice at once: what was planned is brought forward, else one more try
// is made. It comes back when the gateway has answered, or has not within its patience.
func (s *Service) RetryNow(ctx context.Context, who actor.Actor, key, documentID string) (Charges, error) {
	if err := who.Need(actor.Collect); err != nil {
		return Charges{}, err
	}
	var id int64
	if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "charging.retry", documentID, &id, func() (err error) {
			id, err = s.retry(ctx, tx, who, documentID)
			return err
		})
	}); err != nil {
		return Charges{}, err
	}
	if err := s.charge(ctx, id); err != nil {
		return Charges{}, err
	}
	return s.OfInvoice(ctx, who, documentID)
}

func (s *Service) retry(ctx context.Context, tx *db.Tx, who actor.Actor, documentID string) (int64, error) {
	row, err := tx.DocumentByPublicID(ctx, documentID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return 0, err
	}
	last, err := tx.LastCharge(ctx, row.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return 0, err
	}
	d, err := tx.ChargeDocument(ctx, row.ID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if err := s.mayRetry(ctx, tx, last, d, on); err != nil {
		return 0, err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: retriedKind, ObjectKind: "document", ObjectID: d.ID, Details: map[string]any{"attempt": last.Number}}); err != nil {
		return 0, err
	}
	if last.State == Planned || last.State == Ready {
		m := moving(tx, last)
		m.State, m.Reason, m.ByHand, m.ReadyOn, m.NotBefore = Ready, "", 1, on.String(), tx.Stamp()
		_, err := s.move(ctx, tx, m)
		return last.ID, err
	}
	p, err := policy(ctx, tx.Queries)
	if err != nil {
		return 0, err
	}
	a, err := s.insert(ctx, tx, order{document: d, number: last.Number + 1, step: int64(len(p.RetryDays)), method: last.MethodID, first: on, due: on, state: Ready, byHand: true, readyOn: on, notBefore: tx.Stamp()})
	return a.ID, err
}

// mayRetry refuses what could take money twice, or take it without need.
func (s *Service) mayRetry(ctx context.Context, tx *db.Tx, last gen.ChargeAttempt, d gen.ChargeDocumentRow, on civil.Date) error {
	if asked(d, on) <= 0 {
		return fault.New(fault.Conflict, "fault.already_paid", "number", text(d.Number))
	}
	switch last.State {
	case Calling, Unknown, Processing:
		return fault.New(fault.Conflict, "fault.charging.under_way")
	}
	debit, err := sales.DebitOn(ctx, tx.Queries, d.ID)
	if err != nil {
		return err
	}
	if !debit.IsZero() {
		return fault.New(fault.Conflict, "fault.charging.debited", "on", debit)
	}
	until, err := announcedUntil(ctx, tx, d)
	if err == nil && until.After(on) {
		return fault.New(fault.Conflict, "fault.charging.announced")
	}
	return err
}

// Stop ends what is planned for an invoice: nothing more is charged by itself.
func (s *Service) Stop(ctx context.Context, who actor.Actor, documentID string) (c Charges, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Charges{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.DocumentByPublicID(ctx, documentID)
		if err != nil {
			return db.NotFound(err)
		}
		a, err := tx.OpenCharge(ctx, row.ID)
		switch {
		case errors.Is(err, sql.ErrNoRows): // over meanwhile
		case err != nil:
			return err
		case a.State != Planned && a.State != Ready:
			return fault.New(fault.Conflict, "fault.charging.under_way")
		default:
			if err := s.stop(ctx, tx, who, a, whyStopped); err != nil {
				return err
			}
		}
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		c, err = chargesOf(ctx, tx.Queries, row.ID, on)
		return err
	})
	return c, err
}

// Failures counts the invoices whose last charge failed and that are still due, for the first page.
func (s *Service) Failures(ctx context.Context, who actor.Actor) (n int64, err error) {
	if err := who.Need(actor.Look); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		n, err = q.ChargeFailures(ctx)
		return err
	})
	return n, err
}

// Template is how a recurring invoice is charged.
type Template struct {
	On      bool
	Chosen  bool // a certain method; else the customer's default one at that time
	AtIssue bool // else on the due date
	Method  *Method
	Why     string // key of a text: why nothing could be charged today; "" = it could
	Consent Consent
	Ends    bool // the method ends within the next days (see Warned)
}

// Warned is how many days before its end a method is called "expires soon".
const Warned = 30

// OfTemplate tells how a recurring invoice is charged.
func (s *Service) OfTemplate(ctx context.Context, who actor.Actor, publicID string) (t Template, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Template{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.RecurringByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		t, err = s.ofTemplate(ctx, q, row.AutoCharge, row.CustomerID, row.ChargeMethodID, row.Currency)
		return err
	})
	return t, err
}

// ofTemplate reads how a template is charged.
func (s *Service) ofTemplate(ctx context.Context, q *gen.Queries, auto int64, customerID, methodID *int64, currency string) (Template, error) {
	t := Template{On: auto == 1, Chosen: methodID != nil}
	if !t.On || customerID == nil {
		return t, nil
	}
	p, err := policy(ctx, q)
	if err != nil {
		return t, err
	}
	t.AtIssue = p.AtIssue
	on, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return t, err
	}
	if t.Why, err = s.unusable(ctx, q, gen.ChargeDocumentRow{CustomerID: customerID, Currency: currency}, methodID, on); err != nil {
		return t, err
	}
	var k gen.KeptMethod
	if methodID != nil {
		k, err = q.KeptMethodAnyState(ctx, *methodID)
	} else {
		k, err = q.DefaultKeptOf(ctx, *customerID)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.Method = methodView(k)
	t.Ends = t.Why == "" && !t.Method.Last.IsZero() && !on.AddDays(Warned).Before(t.Method.Last)
	t.Consent, err = consentOf(ctx, q, k.ID)
	return t, err
}

// Choice is a method that a recurring invoice may be charged to.
type Choice struct {
	Method
	Default bool
	Expired bool
	Ends    bool // soon
	Consent Consent
}

// Choices are the methods of a customer with what it agreed to, the default first.
func (s *Service) Choices(ctx context.Context, who actor.Actor, customerID string) ([]Choice, error) {
	kept, err := s.Payments.KeptMethods(ctx, who, customerID)
	if err != nil {
		return nil, err
	}
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list := make([]Choice, 0, len(kept))
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		for _, k := range kept {
			last := lastDay(k.ExpYear, k.ExpMonth)
			c := Choice{Method: Method{PublicID: k.PublicID, Kind: k.Kind, Brand: k.Brand, Last4: k.Last4, Last: last}, Default: k.Default, Expired: expired(k.ExpYear, k.ExpMonth, on)}
			c.Ends = !c.Expired && !last.IsZero() && !on.AddDays(Warned).Before(last)
			if c.Consent, err = consentOf(ctx, q, k.ID); err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	return list, err
}

// PolicyOf gives the policy in force, for the words of the window.
func (s *Service) PolicyOf(ctx context.Context, who actor.Actor) (p billing.ChargePolicy, err error) {
	if err := who.Need(actor.Look); err != nil {
		return p, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		p, err = policy(ctx, q)
		return err
	})
	return p, err
}
