package subscriptions

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/search"
	"comptoir/rules/subscription"
)

// Get gives one subscription to the firm.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	if err := who.Need(actor.Look); err != nil {
		return Subscription{}, err
	}
	return s.get(ctx, who, publicID)
}

// OfTemplate gives the public id of the subscription that a template runs, "" where it runs none.
func (s *Service) OfTemplate(ctx context.Context, who actor.Actor, recurringID string) (publicID string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return "", err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		publicID, err = q.SubscriptionOfTemplate(ctx, recurringID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		return err
	})
	return publicID, err
}

// PortalGet gives one of a contact's own.
func (s *Service) PortalGet(ctx context.Context, who actor.Actor, publicID string) (Subscription, error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Subscription{}, err
	}
	return s.get(ctx, who, publicID)
}

func (s *Service) get(ctx context.Context, who actor.Actor, publicID string) (sub Subscription, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := find(ctx, q, who, publicID)
		if err != nil {
			return err
		}
		sub, err = s.load(ctx, q, who, row.ID, s.DB.Now())
		return err
	})
	return sub, err
}

// load puts a subscription together, with what who may do with it.
func (s *Service) load(ctx context.Context, q *gen.Queries, who actor.Actor, id int64, now time.Time) (Subscription, error) {
	row, err := q.SubscriptionByID(ctx, id)
	if err != nil {
		return Subscription{}, db.NotFound(err)
	}
	on, err := company.Today(ctx, q, now)
	if err != nil {
		return Subscription{}, err
	}
	x, err := held(ctx, q, row, on)
	if err != nil {
		return Subscription{}, err
	}
	v := Subscription{ID: row.ID, PublicID: row.PublicID, Version: row.Version, State: x.state(), CustomerID: x.customer.PublicID, CustomerName: x.customer.Name, ContactID: x.contact, Plan: x.plan, Choice: x.choice,
		Currency: money.Currency(row.Currency), AmountMinor: row.AmountMinor, MonthlyMinor: row.MonthlyMinor, Since: day(row.SinceOn), TrialUntil: day(row.TrialUntil), PaidFrom: day(row.PeriodFrom), PaidTo: day(row.PeriodTo),
		OverdueMinor: x.overdue, CancelAsked: row.CancelAt, CancelReason: row.CancelReason, EndsOn: day(row.EndsOn), EndedOn: day(row.EndedOn), Planned: x.planned, MoveTo: []Plan{}, CreatedAt: row.CreatedAt}
	if v.CancelWaits = row.CancelWaits == 1; v.State == subscription.Ended {
		v.CancelWaits = false
		if v.EndedOn.IsZero() {
			v.EndedOn = v.EndsOn
		}
	}
	if err := v.fillRun(ctx, q, &x); err != nil {
		return Subscription{}, err
	}
	if err := v.fillPlan(ctx, q, row); err != nil {
		return Subscription{}, err
	}
	if row.ContactID != nil {
		k, err := q.ContactByID(ctx, *row.ContactID)
		if err != nil {
			return Subscription{}, db.NotFound(err)
		}
		v.ContactName = k.Name
	}
	if err := v.fillPapers(ctx, q, row); err != nil {
		return Subscription{}, err
	}
	a, err := q.AcceptedTermsOfSubscription(ctx, &row.ID)
	if err = db.NotFound(err); err == nil {
		v.Accepted = &Accepted{At: a.At, Name: a.Name, Lang: a.Lang, Words: a.Words}
	} else if !fault.Is(err, fault.NotFound) {
		return Subscription{}, err
	}
	v.May = mayOf(&x, who, len(v.MoveTo) > 0)
	v.May.Pay = v.FirstDue > 0 && x.row.State == subscription.StoredPending
	err = v.fillHistory(ctx, q, row.ID, who.Lang)
	return v, err
}

// fillRun tells when the next invoice comes, and what it will be.
func (v *Subscription) fillRun(ctx context.Context, q *gen.Queries, x *subject) error {
	run, err := q.RecurringByID(ctx, x.row.RecurringID)
	if err != nil {
		return db.NotFound(err)
	}
	if v.RecurringID = run.PublicID; run.State != "active" {
		return nil
	}
	v.NextOn, v.NextMinor = day(run.NextOn), x.row.AmountMinor
	if v.Planned != nil {
		v.NextMinor = run.TotalMinor
		return nil
	}
	next, err := x.next(ctx, q, x.taken, x.row.AmountMinor)
	if _, refused := fault.As(err); err != nil && !refused { // what a form lacks is told where it is made
		return err
	} else if err == nil {
		v.NextMinor = next
	}
	return nil
}

// next is what the next invoice of what is taken comes to: each, and the set-up fee where that
// is still owed.
func (x *subject) next(ctx context.Context, q *gen.Queries, t taken, each int64) (int64, error) {
	if x.row.SetupOwed == 0 || t.plan.SetupMinor == 0 {
		return each, nil
	}
	k, err := t.cost(ctx, q, x.on, append(t.lines(), t.setup())...)
	return k.total, err
}

// fillPlan tells what became of the plan, and which others may be taken instead.
func (v *Subscription) fillPlan(ctx context.Context, q *gen.Queries, row gen.Subscription) error {
	own, err := q.PlanByID(ctx, row.PlanID)
	if err != nil {
		return db.NotFound(err)
	}
	v.PlanID, v.PlanState = own.PublicID, own.State
	for _, id := range v.Plan.MoveTo {
		other, err := q.PlanByPublicID(ctx, id)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return err
		}
		p, err := planOf(other)
		if err != nil {
			return err
		}
		if other.State == Open && other.ID != own.ID && p.Currency == v.Plan.Currency && p.PricesInclTax == v.Plan.PricesInclTax {
			v.MoveTo = append(v.MoveTo, p)
		}
	}
	return nil
}

func (v *Subscription) fillPapers(ctx context.Context, q *gen.Queries, row gen.Subscription) error {
	v.Documents = []Paper{}
	rows, err := q.SubscriptionPapers(ctx, row.ID)
	for _, r := range rows {
		p := Paper{PublicID: r.PublicID, Kind: r.Kind, IssueDate: day(r.IssueDate), From: day(r.FromOn), To: day(r.ToOn), Role: r.Role, TotalMinor: r.TotalInclMinor, DueMinor: r.DueMinor, Currency: money.Currency(r.Currency)}
		if r.Number != nil {
			p.Number = *r.Number
		}
		if row.FirstID != nil && *row.FirstID == r.DocumentID {
			v.FirstID, v.FirstDue = r.PublicID, r.DueMinor
		}
		v.Documents = append(v.Documents, p)
	}
	return err
}

// fillHistory reads what happened; a plan is named in the reader's language.
func (v *Subscription) fillHistory(ctx context.Context, q *gen.Queries, id int64, lang string) error {
	v.History = []Event{}
	rows, err := q.SubscriptionEvents(ctx, id)
	for _, r := range rows {
		e := Event{At: r.At, Kind: r.Kind, Who: r.Who, Name: r.WhoName, Args: map[string]any{}}
		if err := unpack(r.Args, &e.Args); err != nil {
			return err
		}
		for name, n := range e.Args {
			if f, ok := n.(float64); ok { // JSON has no whole numbers
				e.Args[name] = int64(f)
			}
		}
		fr, _ := e.Args["plan_fr"].(string)
		en, _ := e.Args["plan_en"].(string)
		if name := either(lang, fr, en); name != "" {
			e.Args["plan"] = name
		}
		if r.Number != nil {
			e.Number = *r.Number
		}
		v.History = append(v.History, e)
	}
	return err
}

// mayOf tells what can be done now: by a customer as the plan was agreed, by the firm anything.
func mayOf(x *subject, who actor.Actor, moves bool) May {
	state, staff := x.state(), who.Kind != actor.Contact
	if who.StandsIn() { // orders are the customer's own; the firm has its screen for them
		return May{}
	}
	free := x.runs() && x.planned == nil
	m := May{
		StartTrial:  state == subscription.Pending && x.row.TrialUntil != "",
		Cancel:      state == subscription.Pending || state != subscription.Ended && state != subscription.Cancelling && (staff || x.plan.MayCancel),
		TakeBack:    state == subscription.Cancelling || x.planned != nil && x.runs(),
		ChangePlan:  free && (staff || x.plan.MayChangePlan && moves),
		ChangeSeats: free && (staff || x.plan.MayChangeSeats) && (x.plan.BySeat() || len(x.plan.Extras) > 0),
	}
	if staff {
		m.Pause, m.Resume = x.runs(), state == subscription.Paused
		m.ResumeBills = m.Resume && !subscription.Reaches(x.period(), day(x.row.TrialUntil), x.on)
		m.CancelNow = state != subscription.Ended
		m.CancelNowCredit = m.CancelNow && !x.over() && state != subscription.Pending
		m.Cancel = m.Cancel || x.row.CancelWaits == 1 && state == subscription.Cancelling
	}
	return m
}

// rowOf reads a row of a list.
func rowOf(r db.SubscriptionRow, on civil.Date) Row {
	x := Row{PublicID: r.PublicID, Version: r.Version, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, PlanID: r.PlanPublicID, PlanFR: r.PlanFR, PlanEN: r.PlanEN, Unit: r.Unit, Every: int(r.Every), Seats: r.Seats, BySeat: r.SeatsMax > 1,
		Currency: money.Currency(r.Currency), AmountMinor: r.AmountMinor, MonthlyMinor: r.MonthlyMinor, Since: day(r.SinceOn), TrialUntil: day(r.TrialUntil), EndsOn: day(r.EndsOn), EndedOn: day(r.EndedOn)}
	x.State = subscription.StateOf(subscription.Facts{Stored: r.State, TrialUntil: x.TrialUntil, EndsOn: x.EndsOn, Asked: r.CancelAt != "", Overdue: r.Overdue}, on)
	if r.RunState == "active" {
		x.NextOn = day(r.NextOn)
	}
	x.Waits = r.CancelWaits && x.State == subscription.Cancelling
	return x
}

// List gives a page of subscriptions and the cursor of the next.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (list []Row, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	f := db.SubscriptionFilter{State: query.State, PlanID: query.PlanID, CustomerID: query.CustomerID, Name: search.SortKey(query.Search)}
	return s.page(ctx, f, query.Query)
}

// PortalList gives a contact's own, those that run first.
func (s *Service) PortalList(ctx context.Context, who actor.Actor) (list []Row, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	list, _, err = s.page(ctx, db.SubscriptionFilter{Owner: who.CustomerID}, listing.Query{Sort: "state", Limit: 200})
	return list, err
}

func (s *Service) page(ctx context.Context, f db.SubscriptionFilter, query listing.Query) (list []Row, next string, err error) {
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	var on civil.Date
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err = s.today(ctx, q)
		return err
	}); err != nil {
		return nil, "", err
	}
	f.Today = on.String()
	rows, err := s.DB.Subscriptions(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	rows, next, err = listing.Cut(rows, p, func(r db.SubscriptionRow) (any, int64) { return r.SortKey, r.ID })
	list = []Row{}
	for _, r := range rows {
		list = append(list, rowOf(r, on))
	}
	return list, next, err
}

// Figures counts what runs, what it brings in a month, and what this month has lost.
func (s *Service) Figures(ctx context.Context, who actor.Actor) (f Figures, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Figures{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := s.today(ctx, q)
		if err != nil {
			return err
		}
		month := on.StartOfMonth()
		n, err := q.SubscriptionFigures(ctx, gen.SubscriptionFiguresParams{Today: on.String(), Month: month.String()})
		if err != nil {
			return err
		}
		f = Figures{Active: n.Active, Trials: n.Trial, Pending: n.Pending, Cancelling: n.Cancelling, PastDue: n.PastDue, Paused: n.Paused, Ended: n.Ended, Waiting: n.Waiting, Money: []MoneyFigure{}, Month: month,
			Began: n.Began, Joined: n.Joined, Lost: n.Lost}
		if f.ChurnPCM, err = subscription.ChurnPCM(n.Began, n.Lost); err != nil {
			return err
		}
		rows, err := q.SubscriptionMoney(ctx, gen.SubscriptionMoneyParams{Today: on.String(), Month: month.String()})
		for _, r := range rows {
			f.Money = append(f.Money, MoneyFigure{Currency: money.Currency(r.Currency), MRRMinor: r.MrrMinor, LostMinor: r.LostMinor})
		}
		return err
	})
	return f, err
}
