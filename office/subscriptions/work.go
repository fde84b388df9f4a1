package subscriptions

import (
	"context"
	"errors"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/office/recurring"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

// subject is a subscription as it was agreed, on a day.
type subject struct {
	taken
	row     gen.Subscription
	planned *Planned
	overdue int64
	on      civil.Date
}

// held reads a subscription as it stands. A planned change whose day has come holds.
func held(ctx context.Context, q *gen.Queries, row gen.Subscription, on civil.Date) (subject, error) {
	x := subject{row: row, on: on}
	if err := unpack(row.Terms, &x.plan); err != nil {
		return subject{}, err
	}
	x.choice = Choice{Seats: row.Seats, Extras: []string{}}
	if err := unpack(row.Extras, &x.choice.Extras); err != nil {
		return subject{}, err
	}
	if row.Planned != "" {
		x.planned = &Planned{}
		if err := unpack(row.Planned, x.planned); err != nil {
			return subject{}, err
		}
	}
	c, err := q.CustomerByID(ctx, row.CustomerID)
	if err != nil {
		return subject{}, db.NotFound(err)
	}
	x.customer, x.lang = &c, c.Language
	if row.ContactID != nil {
		k, err := q.ContactByID(ctx, *row.ContactID)
		if err != nil {
			return subject{}, db.NotFound(err)
		}
		if k.ArchivedAt == nil && k.CustomerID == row.CustomerID {
			x.contact = k.PublicID
		}
	}
	x.overdue, err = q.SubscriptionOverdue(ctx, gen.SubscriptionOverdueParams{SubscriptionID: row.ID, Today: on.String()})
	return x, err
}

func (x *subject) state() subscription.State {
	return subscription.StateOf(subscription.Facts{Stored: x.row.State, TrialUntil: day(x.row.TrialUntil), EndsOn: day(x.row.EndsOn), Asked: x.row.CancelAt != "", Overdue: x.overdue > 0}, x.on)
}

// runs tells whether it can be changed: nobody asked for its end.
func (x *subject) runs() bool {
	return slices.Contains([]subscription.State{subscription.Trial, subscription.Active, subscription.PastDue}, x.state())
}

func (x *subject) period() subscription.Span {
	return subscription.Span{From: day(x.row.PeriodFrom), To: day(x.row.PeriodTo)}
}

func (x *subject) covered() subscription.Covered {
	return subscription.Covered{Span: subscription.Span{From: day(x.row.CoveredFrom), To: day(x.row.PeriodTo)}, Minor: x.row.CoveredMinor}
}

// over tells whether nothing that was invoiced reaches the day.
func (x *subject) over() bool { return x.row.PeriodTo == "" || day(x.row.PeriodTo).Before(x.on) }

func (c Choice) same(d Choice) bool { return c.Seats == d.Seats && slices.Equal(c.Extras, d.Extras) }

func (t taken) calendar(start civil.Date) (recur.Calendar, error) {
	rule, err := t.when(start).RuleOf(start)
	return recur.Calendar{Rule: rule, Start: start}, err
}

// work is one transaction about one subscription.
type work struct {
	subject
	s   *Service
	tx  *db.Tx
	who actor.Actor
}

func (s *Service) work(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) (*work, error) {
	row, err := tx.SubscriptionByID(ctx, id)
	if err != nil {
		return nil, db.NotFound(err)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return nil, err
	}
	x, err := held(ctx, tx.Queries, row, on)
	return &work{subject: x, s: s, tx: tx, who: who}, err
}

// find gives a subscription to the firm, or to a contact of its customer.
func find(ctx context.Context, q *gen.Queries, who actor.Actor, publicID string) (row gen.Subscription, err error) {
	if who.Kind == actor.Contact {
		row, err = q.SubscriptionOfCustomer(ctx, gen.SubscriptionOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
	} else {
		row, err = q.SubscriptionByPublicID(ctx, publicID)
	}
	return row, db.NotFound(err)
}

// allowed asks a contact for its trust; of the firm's people, looking (a link's trust) takes less
// than ordering.
func allowed(who actor.Actor, trust actor.Trust) error {
	if who.Kind == actor.Contact {
		if trust == actor.TrustPassword { // an order, and nobody orders in another's name
			return who.NeedSelf(trust)
		}
		return who.NeedContact(trust)
	}
	if trust == actor.TrustLink {
		return who.Need(actor.Look)
	}
	return who.Need(actor.Sell)
}

// do works on a subscription that was shown in a version (0: whichever) in one transaction.
func (s *Service) do(ctx context.Context, who actor.Actor, publicID string, version int64, fn func(context.Context, *work) error) (sub Subscription, err error) {
	if err := allowed(who, actor.TrustPassword); err != nil {
		return Subscription{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if sub, err = s.doTx(ctx, tx, who, publicID, version, fn); err != nil {
			return err
		}
		return nil
	})
	return sub, err
}

func (s *Service) doTx(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string, version int64, fn func(context.Context, *work) error) (Subscription, error) {
	row, err := find(ctx, tx.Queries, who, publicID)
	if err != nil {
		return Subscription{}, err
	}
	if version != 0 && row.Version != version {
		return Subscription{}, fault.New(fault.Conflict, "fault.stale")
	}
	w, err := s.work(ctx, tx, who, row.ID)
	if err != nil {
		return Subscription{}, err
	}
	if err := fn(ctx, w); err != nil {
		return Subscription{}, err
	}
	s.changed(tx)
	return s.load(ctx, tx.Queries, who, row.ID, tx.Now)
}

// once is do for a command with a key: the second time it only looks.
func (s *Service) once(ctx context.Context, who actor.Actor, key, command, publicID string, version int64, body any, fn func(context.Context, *work) error) (sub Subscription, err error) {
	if err := allowed(who, actor.TrustPassword); err != nil {
		return Subscription{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := find(ctx, tx.Queries, who, publicID); err != nil {
			return err
		}
		var id int64
		if err := audit.Once(ctx, tx, key, command, body, &id, func() error {
			done, err := s.doTx(ctx, tx, who, publicID, version, fn)
			id = done.ID
			return err
		}); err != nil {
			return err
		}
		sub, err = s.load(ctx, tx.Queries, who, id, tx.Now)
		return err
	})
	return sub, err
}

// put writes the row; the plan as it was agreed and the choice are taken from the subject.
func (w *work) put(ctx context.Context) error {
	r := &w.row
	var err error
	if r.Terms, err = pack(w.plan); err != nil {
		return err
	}
	if r.Extras, err = pack(w.choice.Extras); err != nil {
		return err
	}
	if r.Planned = ""; w.planned != nil {
		if r.Planned, err = pack(w.planned); err != nil {
			return err
		}
	}
	r.Seats, r.Unit, r.Every = w.choice.Seats, w.plan.Unit, int64(w.plan.Every)
	n, err := w.tx.UpdateSubscription(ctx, gen.UpdateSubscriptionParams{ID: r.ID, Version: r.Version, State: r.State, PlanID: r.PlanID, Terms: r.Terms, Seats: r.Seats, Extras: r.Extras, Unit: r.Unit, Every: r.Every,
		AmountMinor: r.AmountMinor, MonthlyMinor: r.MonthlyMinor, ActiveOn: r.ActiveOn, TrialUntil: r.TrialUntil, SetupOwed: r.SetupOwed, FirstID: r.FirstID, PeriodFrom: r.PeriodFrom, PeriodTo: r.PeriodTo,
		CoveredFrom: r.CoveredFrom, CoveredMinor: r.CoveredMinor, CancelAt: r.CancelAt, CancelReason: r.CancelReason, CancelWaits: r.CancelWaits, EndsOn: r.EndsOn, EndedOn: r.EndedOn, Planned: r.Planned, UpdatedAt: w.tx.Stamp()})
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	r.Version++
	return err
}

func (w *work) event(ctx context.Context, kind string, documentID *int64, args map[string]any) error {
	return event(ctx, w.tx, w.who, w.row.ID, kind, documentID, args)
}

func (w *work) planNames() map[string]any {
	return map[string]any{"plan_fr": w.plan.NameFR, "plan_en": w.plan.NameEN, "seats": w.choice.Seats}
}

// activate lets it run: its first invoice is paid. What is paid after its first day begins on
// the day of the payment, for as many days as were sold; the invoice says so (Compose). No form
// is judged here: money that has come is never refused for what a form lacks.
func (w *work) activate(ctx context.Context) error {
	w.row.State, w.row.ActiveOn = subscription.StoredRunning, w.on.String()
	late := w.row.PeriodFrom != "" && day(w.row.PeriodFrom).Before(w.on)
	if late {
		span, err := w.span(w.on)
		if err != nil {
			return err
		}
		w.row.PeriodFrom, w.row.PeriodTo, w.row.CoveredFrom = span.From.String(), span.To.String(), span.From.String()
	}
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.runOn(ctx, late); err != nil {
		return err
	}
	if err := w.event(ctx, "activated", w.row.FirstID, nil); err != nil {
		return err
	}
	w.s.changed(w.tx)
	return w.s.tell(ctx, w.tx, w.row.ID, outbox.Subscribed)
}

// runOn lets the template run after the first period; late: it began on another day than was
// planned, and the first invoice is about its days.
func (w *work) runOn(ctx context.Context, late bool) error {
	if !late {
		return w.s.Recurring.ResumeTx(ctx, w.tx, w.who, w.row.RecurringID)
	}
	cal, err := w.calendar(w.on)
	if err != nil {
		return err
	}
	return w.s.Recurring.BeginTx(ctx, w.tx, w.who, w.row.RecurringID, recurring.Calendar{When: w.when(w.on), Start: w.on, Next: cal.Next(w.on)})
}

// startTrial lets it run without being asked for anything yet. The days are counted from today.
func (w *work) startTrial(ctx context.Context) error {
	until := subscription.TrialUntil(w.on, w.plan.TrialDays)
	if until.String() != w.row.TrialUntil { // the method was kept later
		start := until.AddDays(1)
		if err := w.s.Recurring.BeginTx(ctx, w.tx, w.who, w.row.RecurringID, recurring.Calendar{When: w.when(start), Start: start}); err != nil {
			return err
		}
	}
	w.row.State, w.row.ActiveOn, w.row.TrialUntil = subscription.StoredRunning, w.on.String(), until.String()
	if err := w.put(ctx); err != nil {
		return err
	}
	if err := w.s.Recurring.ResumeTx(ctx, w.tx, w.who, w.row.RecurringID); err != nil {
		return err
	}
	if err := w.event(ctx, "trial", nil, map[string]any{"date": until.String()}); err != nil {
		return err
	}
	w.s.changed(w.tx)
	return w.s.tell(ctx, w.tx, w.row.ID, outbox.Subscribed)
}

// keepsMethod tells whether a method is kept that could be charged when the trial is over.
func (w *work) keepsMethod(ctx context.Context) (bool, error) {
	n, err := w.tx.SubscriptionMethods(ctx, gen.SubscriptionMethodsParams{CustomerID: w.row.CustomerID, Month: monthOf(w.on)})
	if err != nil || n == 0 || w.s.Chargeable == nil {
		return n > 0, err
	}
	return w.s.Chargeable(ctx, w.tx.Queries, w.row.CustomerID, money.Currency(w.row.Currency))
}

func monthOf(d civil.Date) int64 { return int64(d.Year)*100 + int64(d.Month) }

// ours marks the credit note that the room itself makes of an order that it takes back.
type ours struct{}

// Settled is called in the transaction in which documents become paid, or are credited until
// nothing is due: whose first invoice is among them begins; one that was credited whole ends.
func (s *Service) Settled(ctx context.Context, tx *db.Tx, documentIDs []int64) error {
	if ctx.Value(ours{}) != nil {
		return nil
	}
	for _, id := range documentIDs {
		rows, err := tx.PendingOfDocument(ctx, id)
		if err != nil {
			return err
		}
		for _, r := range rows {
			w, err := s.work(ctx, tx, actor.Machine(), r.ID)
			if err != nil {
				return err
			}
			if err := w.firstSettled(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *work) firstSettled(ctx context.Context, documentID int64) error {
	first, err := w.tx.DocumentByID(ctx, documentID)
	if err != nil {
		return db.NotFound(err)
	}
	credits, err := w.tx.CreditsOfDocument(ctx, &documentID)
	if err != nil {
		return err
	}
	given, last := int64(0), (*int64)(nil)
	for i := range credits {
		given, last = given+credits[i].TotalInclMinor, &credits[i].ID
	}
	if last == nil || given < first.TotalInclMinor {
		return w.activate(ctx)
	}
	w.s.changed(w.tx)
	return w.end(ctx, w.on, last)
}

func join(errs ...error) error { return errors.Join(errs...) }
