package subscriptions

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/accepted"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/recurring"
	"comptoir/office/search"
	"comptoir/rules/subscription"
)

// ask is a plan that somebody is about to take.
type ask struct {
	taken
	planID int64
	linkID *int64
	on     civil.Date

	accepted accepted.Terms
}

// asking looks up plan and customer: by a link, or named by the firm.
func asking(ctx context.Context, q *gen.Queries, who actor.Actor, in Subscribe, on civil.Date) (x ask, err error) {
	x.on = on
	var plan gen.Plan
	if in.Token != "" {
		var link gen.PlanLink
		if link, plan, err = open(ctx, q, in.Token, on); err != nil {
			return ask{}, err
		}
		x.linkID = &link.ID
	} else {
		if err := who.Need(actor.Look); err != nil { // Subscribe asked for more
			return ask{}, err
		}
		if plan, err = q.PlanByPublicID(ctx, in.PlanID); err != nil {
			return ask{}, db.NotFound(err)
		}
		if plan.State != Open {
			return ask{}, refuse("plan_withdrawn")
		}
	}
	x.planID = plan.ID
	if x.plan, err = planOf(plan); err != nil {
		return ask{}, err
	}
	if err := x.parties(ctx, q, who, in.CustomerID); err != nil {
		return ask{}, err
	}
	x.choice, err = x.plan.fit(in.Choice)
	return x, err
}

// parties finds who takes it; nobody yet for a visitor who looks at an offer.
func (x *ask) parties(ctx context.Context, q *gen.Queries, who actor.Actor, customerID string) error {
	var c gen.Customer
	var err error
	switch {
	case who.Kind == actor.Contact:
		if c, err = q.CustomerByID(ctx, who.CustomerID); err != nil {
			return db.NotFound(err)
		}
		k, err := q.ContactByID(ctx, who.ID)
		if err != nil {
			return db.NotFound(err)
		}
		x.contact = k.PublicID
	case customerID != "":
		if c, err = q.CustomerByPublicID(ctx, customerID); fault.Is(db.NotFound(err), fault.NotFound) {
			return oneField("customerId", "fault.not_found")
		} else if err != nil {
			return err
		}
	default:
		if x.lang = who.Lang; x.lang == "" {
			x.lang = "fr"
		}
		return nil
	}
	if c.ArchivedAt != nil {
		return oneField("customerId", "fault.recurring.customer_archived", "name", c.Name)
	}
	x.customer, x.lang = &c, c.Language
	return nil
}

func (x *ask) trialUntil() civil.Date { return subscription.TrialUntil(x.on, x.plan.TrialDays) }

// quote is what taking it comes to.
func (x *ask) quote(ctx context.Context, q *gen.Queries) (Quote, error) {
	r := Quote{Currency: money.Currency(x.plan.Currency), TrialUntil: x.trialUntil(), Plan: x.plan, Choice: x.choice, When: Now, On: x.on}
	if c := x.customer; c != nil {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return Quote{}, err
		}
		r.VATUnchecked = customers.VATUnchecked(firm.Country, c.Country, c.TaxRegime, c.VatNumber)
	}
	lines := x.lines()
	if x.plan.SetupMinor > 0 {
		lines = append(lines, x.setup())
	}
	first, err := x.cost(ctx, q, x.on, lines...)
	if err != nil {
		return Quote{}, err
	}
	each, err := x.cost(ctx, q, x.on, x.lines()...)
	if err != nil {
		return Quote{}, err
	}
	r.EachMinor, r.EachTaxes, r.Taxes = each.total, each.taxes, first.taxes
	start := x.on
	if !r.TrialUntil.IsZero() {
		start = r.TrialUntil.AddDays(1)
	}
	span, err := x.span(start)
	if err != nil {
		return Quote{}, err
	}
	r.From, r.To, r.Lines = span.From, span.To, x.expand(first.lines, start, span)
	if r.NowMinor, r.TaxMinor, r.NextMinor = first.total, first.tax, r.EachMinor; start != x.on {
		r.NowMinor, r.TaxMinor, r.Taxes, r.NextMinor, r.NextOn = 0, 0, nil, first.total, start
		return r, nil
	}
	cal, err := x.calendar(start)
	r.NextOn = cal.Next(start)
	return r, err
}

// QuoteOffer gives what a choice comes to: for a contact with its own taxes, for anybody else
// (an actor of no kind) as for a customer at home.
func (s *Service) QuoteOffer(ctx context.Context, who actor.Actor, token string, c Choice) (Quote, error) {
	return s.quoteSubscribe(ctx, who, Subscribe{Token: token, Choice: c})
}

// PreviewSubscribe gives the firm what a plan comes to for a customer.
func (s *Service) PreviewSubscribe(ctx context.Context, who actor.Actor, in Subscribe) (Quote, error) {
	if err := who.Need(actor.Look); err != nil {
		return Quote{}, err
	}
	return s.quoteSubscribe(ctx, who, in)
}

func (s *Service) quoteSubscribe(ctx context.Context, who actor.Actor, in Subscribe) (r Quote, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		x, err := asking(ctx, q, who, in, on)
		if err != nil {
			return err
		}
		r, err = x.quote(ctx, q)
		return err
	})
	return r, err
}

// Subscribe takes a plan (contact: TrustPassword; or the firm). Without a trial its first
// invoice is issued at once: pay FirstID, and it is active in the transaction that pays it.
// With a trial that wants a kept method it is pending until StartTrial. The same key again
// gives the same subscription; so does a second order of the same while the first still waits
// for its payment. Faults: those of Offer, fault.subscription.plan_changed, .amount_changed,
// .terms_changed (of a contact), .seats, .extra, .pending (another choice of the same plan waits for its payment),
// .often (a contact whose customer ordered or changed ten times in a day).
func (s *Service) Subscribe(ctx context.Context, who actor.Actor, in Subscribe) (sub Subscription, err error) {
	if who.Kind == actor.Contact {
		err = who.NeedOwnHand()
	} else {
		err = who.Need(actor.Sell)
	}
	if err != nil {
		return Subscription{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, in.Key, "subscription.subscribe", in, &id, func() error {
			id, err = s.subscribe(ctx, tx, who, in)
			return err
		}); err != nil {
			return err
		}
		sub, err = s.load(ctx, tx.Queries, who, id, tx.Now)
		return err
	})
	return sub, err
}

func (s *Service) subscribe(ctx context.Context, tx *db.Tx, who actor.Actor, in Subscribe) (int64, error) {
	on, err := today(ctx, tx)
	if err != nil {
		return 0, err
	}
	x, err := asking(ctx, tx.Queries, who, in, on)
	if err != nil {
		return 0, err
	}
	if x.customer == nil {
		return 0, oneField("customerId", "fault.required")
	}
	if in.PlanVersion != x.plan.Version {
		return 0, refuse("plan_changed")
	}
	if who.Kind == actor.Contact {
		if x.accepted, err = in.Accepted.Clean(); err != nil {
			return 0, err
		}
	}
	if id, ok, err := x.waiting(ctx, tx, who); ok || err != nil {
		return id, err
	}
	q, err := x.quote(ctx, tx.Queries)
	if err != nil {
		return 0, err
	}
	if q.NowMinor != in.ShownMinor {
		return 0, refuse("amount_changed")
	}
	if who.Kind == actor.Contact && x.accepted.Changed() {
		return 0, refuse("terms_changed")
	}
	if err := often(ctx, tx, who, x.customer.ID); err != nil {
		return 0, err
	}
	return s.insert(ctx, tx, who, x)
}

// waiting finds the customer's own order of the same plan that still waits for its payment.
func (x *ask) waiting(ctx context.Context, tx *db.Tx, who actor.Actor) (id int64, ok bool, err error) {
	if who.Kind != actor.Contact {
		return 0, false, nil
	}
	row, err := tx.PendingSubscription(ctx, gen.PendingSubscriptionParams{CustomerID: x.customer.ID, PlanID: x.planID})
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return 0, false, x.already(ctx, tx.Queries)
	} else if err != nil {
		return 0, false, err
	}
	before, err := held(ctx, tx.Queries, row, x.on)
	if err != nil {
		return 0, false, err
	}
	if !before.choice.same(x.choice) || before.plan.PriceMinor != x.plan.PriceMinor {
		return 0, false, refuse("pending")
	}
	return row.ID, true, nil
}

// already refuses a customer that has the plan: a link that is opened in two tabs, paid in the
// one and confirmed in the other, is one subscription. The firm may well sell it a second one.
func (x *ask) already(ctx context.Context, q *gen.Queries) error {
	n, err := q.RunningSubscriptions(ctx, gen.RunningSubscriptionsParams{CustomerID: x.customer.ID, PlanID: x.planID, Today: x.on.String()})
	if err == nil && n > 0 {
		err = refuse("already")
	}
	return err
}

// insert writes the subscription and the template that runs it, and makes the first invoice.
func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, x ask) (int64, error) {
	start, trial := x.on, x.trialUntil()
	if !trial.IsZero() {
		start = trial.AddDays(1)
	}
	if x.plan.AutoCharge && s.Agreed != nil { // before the first invoice, which is charged at once
		if err := s.Agreed(ctx, tx, who); err != nil {
			return 0, err
		}
	}
	run, err := s.Recurring.StartTx(ctx, tx, who, x.form(x.lines()...), recurring.Calendar{When: x.when(start), Start: start}, x.plan.AutoCharge)
	if err != nil {
		return 0, err
	}
	terms, err := pack(x.plan)
	if err != nil {
		return 0, err
	}
	extras, err := pack(x.choice.Extras)
	if err != nil {
		return 0, err
	}
	p := gen.InsertSubscriptionParams{PublicID: s.IDs(), State: subscription.StoredPending, CustomerID: x.customer.ID, CustomerName: x.customer.Name, CustomerKey: search.SortKey(x.customer.Name), PlanID: x.planID, LinkID: x.linkID,
		RecurringID: run.ID, Terms: terms, Seats: x.choice.Seats, Extras: extras, Currency: x.plan.Currency, Unit: x.plan.Unit, Every: int64(x.plan.Every), SinceOn: x.on.String(), TrialUntil: trial.String(),
		SetupOwed: flag(x.plan.SetupMinor > 0), Now: tx.Stamp()}
	if p.AmountMinor, p.MonthlyMinor, err = x.each(ctx, tx.Queries, x.on); err != nil {
		return 0, err
	}
	if who.Kind == actor.Contact {
		p.ContactID = &who.ID
	}
	id, err := tx.InsertSubscription(ctx, p)
	if err != nil {
		return 0, err
	}
	s.changed(tx)
	if who.Kind == actor.Contact {
		if err := accepted.File(ctx, tx, x.customer.ID, who.ID, &id, tx.Stamp(), x.accepted); err != nil {
			return 0, err
		}
	}
	if err := event(ctx, tx, who, id, "subscribed", nil, map[string]any{"plan_fr": x.plan.NameFR, "plan_en": x.plan.NameEN, "seats": x.choice.Seats}); err != nil {
		return 0, err
	}
	if err := audit.Notify(ctx, tx, "subscription_new", map[string]any{"customer": x.customer.Name, "plan": x.plan.NameFR}, "subscription", p.PublicID); err != nil {
		return 0, err
	}
	return id, s.begin(ctx, tx, who, id)
}

// begin makes what comes first: the first invoice, or the trial.
func (s *Service) begin(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) error {
	w, err := s.work(ctx, tx, who, id)
	if err != nil {
		return err
	}
	if w.row.TrialUntil == "" {
		if err := s.Recurring.RunTx(ctx, tx, who, w.row.RecurringID); err != nil {
			return err
		}
		if w, err = s.work(ctx, tx, who, id); err != nil || w.row.State != subscription.StoredPending {
			return err
		}
		return s.Recurring.PauseTx(ctx, tx, who, w.row.RecurringID)
	}
	if w.plan.TrialMethod {
		if ok, err := w.keepsMethod(ctx); err != nil || !ok {
			return join(err, s.Recurring.PauseTx(ctx, tx, who, w.row.RecurringID))
		}
	}
	return w.startTrial(ctx)
}

// StartTrial begins the trial of a pending subscription once a method is kept; one that runs
// already stays as it is. fault.subscription.no_method while there is none.
func (s *Service) StartTrial(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	return s.do(ctx, who, publicID, 0, func(ctx context.Context, w *work) error {
		if w.row.State != subscription.StoredPending || w.row.TrialUntil == "" {
			return nil
		}
		if ok, err := w.keepsMethod(ctx); err != nil {
			return err
		} else if !ok {
			return refuse("no_method")
		}
		return w.startTrial(ctx)
	})
}
