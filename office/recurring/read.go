package recurring

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/sales"
	"comptoir/office/search"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

// Get gives one template.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (v View, err error) {
	if err := who.Need(actor.Look); err != nil {
		return View{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := s.byPublicID(ctx, q, publicID)
		if err != nil {
			return err
		}
		v, err = s.view(ctx, q, row, s.DB.Now())
		return err
	})
	return v, err
}

func (s *Service) view(ctx context.Context, q *gen.Queries, row gen.RecurringInvoice, now time.Time) (View, error) {
	on, err := company.Today(ctx, q, now)
	if err != nil {
		return View{}, err
	}
	c, err := calendarOf(row.Rule, row.StartOn)
	if err != nil {
		return View{}, err
	}
	form, err := formOf(row.Form)
	if err != nil {
		return View{}, err
	}
	last, err := q.LastRecurringRun(ctx, row.ID)
	if err != nil {
		return View{}, err
	}
	v := View{State: row.State, Rule: c.Rule, Next: day(row.NextOn), CyclesDone: row.CyclesDone, Remaining: recur.Remaining(row.Cycles, row.CyclesDone), TotalMinor: row.TotalMinor,
		Title: titleOf(form, c, row.Billed, day(row.NextOn), row.CyclesDone), Fault: unpackFault(row.LastFault), LastRun: day(last), UpdatedAt: row.UpdatedAt,
		Template: Template{PublicID: row.PublicID, Version: row.Version, Form: form, When: c.Rule.Choice(), Billed: row.Billed, StartOn: row.StartOn, NextOn: row.NextOn, AutoSend: row.AutoSend == 1, AutoCharge: row.AutoCharge == 1}}
	if row.ChargeMethodID != nil {
		m, err := q.KeptMethodAnyState(ctx, *row.ChargeMethodID)
		if err != nil {
			return View{}, err
		}
		v.ChargeMethod = m.PublicID
	}
	v.NextLines = filled(form, nextRun(c, row.Billed, v.Next, row.CyclesDone)).Lines
	if row.Cycles != nil {
		v.Cycles = *row.Cycles
	}
	if row.State == Active {
		v.Waiting = len(c.List(v.Next, on, mostDue))
		if v.Remaining >= 0 {
			v.Waiting = min(v.Waiting, int(v.Remaining))
		}
	}
	if row.CustomerID != nil {
		k, err := q.CustomerByID(ctx, *row.CustomerID)
		if err != nil {
			return View{}, err
		}
		v.Customer = &sales.CustomerRef{PublicID: k.PublicID, Number: k.Number, Name: k.Name}
	}
	if row.State != Ended { // the amount of today's taxes, not of the day on which it was saved
		sample := filled(form, recur.Run{On: on, Period: recur.Period{From: on, To: on}, Cycle: row.CyclesDone + 1})
		if x, err := sales.CheckForm(ctx, q, sample, on); err == nil && len(x.Problems) == 0 {
			v.TotalMinor = x.TotalMinor
		}
	}
	return v, nil
}

// Coming gives the next periods of a running template.
func (s *Service) Coming(v View, most int) ([]Coming, error) {
	if v.State != Active && v.State != Paused {
		return []Coming{}, nil
	}
	if v.Remaining >= 0 {
		most = min(most, int(v.Remaining))
	}
	c, err := calendarOf(v.Rule.String(), v.StartOn)
	if err != nil {
		return nil, err
	}
	return comingOf(c, v.Billed, v.Form, v.Next, v.CyclesDone+1, most), nil
}

// ListQuery asks for a page of the templates.
type ListQuery struct {
	listing.Query
	State      string // "", draft, active, paused, ended, faulty
	CustomerID string
	From, To   string // of the next period
	Own        bool   // without those that run a subscription
}

// List gives a page of the templates; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []Row, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	f := db.RecurringFilter{State: query.State, Own: query.Own, From: query.From, To: query.To, Name: search.SortKey(query.Search)}
	for path, d := range map[string]string{"from": query.From, "to": query.To} {
		if _, err := civil.Parse(d); d != "" && err != nil {
			return nil, "", oneField(path, "fault.not_a_date")
		}
	}
	if query.CustomerID != "" {
		if err := s.DB.Read(ctx, func(q *gen.Queries) error {
			c, err := q.CustomerByPublicID(ctx, query.CustomerID)
			f.CustomerID = c.ID
			return db.NotFound(err)
		}); err != nil {
			return nil, "", err
		}
	}
	found, err := s.DB.Recurring(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.RecurringRow) (any, int64) { return r.SortKey, r.ID })
	if err != nil {
		return nil, "", err
	}
	rows = make([]Row, 0, len(found))
	for _, r := range found {
		x, err := rowOf(r)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, x)
	}
	return rows, next, nil
}

func rowOf(r db.RecurringRow) (Row, error) {
	rule, err := recur.Parse(r.Rule)
	if err != nil {
		return Row{}, err
	}
	form, err := formOf(r.Form)
	if err != nil {
		return Row{}, err
	}
	x := Row{PublicID: r.PublicID, Version: r.Version, State: r.State, CustomerName: r.CustomerName, Title: titleOf(form, recur.Calendar{Rule: rule, Start: day(r.StartOn)}, r.Billed, day(r.NextOn), r.CyclesDone), Rule: rule, Start: day(r.StartOn), Next: day(r.NextOn),
		Remaining: recur.Remaining(r.Cycles, r.CyclesDone), TotalMinor: r.TotalMinor, Currency: money.Currency(r.Currency), AutoSend: r.AutoSend, AutoCharge: r.AutoCharge, Fault: unpackFault(r.LastFault)}
	if r.CustomerPublicID != nil {
		x.CustomerID = *r.CustomerPublicID
	}
	return x, nil
}

// titleOf is what a person calls a template: the words of its first line as they would be
// in the next invoice.
func titleOf(form sales.Draft, c recur.Calendar, billed string, next civil.Date, done int64) string {
	return recur.Expand(locale.Of(form.Language), firstWords(form), nextRun(c, billed, next, done))
}

// nextRun is the run that comes next, or would if none does.
func nextRun(c recur.Calendar, billed string, next civil.Date, done int64) recur.Run {
	if next.IsZero() {
		next = c.From(c.Start)
	}
	return recur.Run{On: next, Period: c.Period(next, billed), Cycle: done + 1}
}

// Counts gives how many templates there are of each state.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (c Counts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Counts{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.CountRecurring(ctx)
		c = Counts{Draft: r.Draft, Active: r.Active, Paused: r.Paused, Ended: r.Ended, Faulty: r.Faulty}
		return err
	})
	return c, err
}

// mostRuns are shown of a template's history at a time.
const mostRuns = 100

// Runs gives what was made of a template, the newest first; before is the last one shown.
func (s *Service) Runs(ctx context.Context, who actor.Actor, publicID string, before civil.Date) (list []Run, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Run{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := s.byPublicID(ctx, q, publicID)
		if err != nil {
			return err
		}
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		key := "9999-12-31"
		if !before.IsZero() {
			key = before.String()
		}
		found, err := q.RecurringRuns(ctx, gen.RecurringRunsParams{RecurringID: row.ID, Before: key, RowLimit: mostRuns})
		for _, r := range found {
			list = append(list, runOf(r, on))
		}
		return err
	})
	return list, err
}

func runOf(r gen.RecurringRunsRow, today civil.Date) Run {
	x := Run{On: day(r.PeriodOn), Period: recur.Period{From: day(r.FromOn), To: day(r.ToOn)}, Cycle: r.Cycle, Skipped: r.Outcome == "skipped", MadeAt: r.MadeAt}
	if r.DocumentRef == nil || r.State == nil {
		return x
	}
	x.PublicID, x.Draft, x.Currency, x.Total = *r.DocumentRef, *r.State == "draft", money.Currency(text(r.Currency)), number(r.TotalInclMinor)
	x.Number, x.IssueDate, x.Due = text(r.Number), day(text(r.IssueDate)), number(r.DueMinor)
	x.State = billing.StateOf(billing.Facts{Kind: billing.Invoice, Issued: !x.Draft, Sent: r.SentAt != nil, Viewed: r.ViewedAt != nil, DueOn: day(text(r.DueDate)),
		TotalMinor: number(r.AmountDueMinor), PaidMinor: number(r.PaidMinor), CreditedMinor: number(r.CreditedMinor)}, today)
	return x
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// Source tells which template an invoice was made from; ok is false for any other invoice.
func (s *Service) Source(ctx context.Context, who actor.Actor, documentPublicID string) (publicID string, rule recur.Rule, ok bool, err error) {
	if err := who.Need(actor.Look); err != nil {
		return "", recur.Rule{}, false, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		r, err := q.RecurringOfDocument(ctx, &documentPublicID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		publicID, ok = r.PublicID, true
		rule, err = recur.Parse(r.Rule)
		return err
	})
	return publicID, rule, ok, err
}

// FromInvoice gives the form of a monthly template that goes on from an invoice: the same
// lines, from the month after its own.
func (s *Service) FromInvoice(ctx context.Context, who actor.Actor, publicID string) (Template, error) {
	d, err := s.Sales.Get(ctx, who, publicID)
	if err != nil {
		return Template{}, err
	}
	if d.Kind != billing.Invoice {
		return Template{}, fault.New(fault.Conflict, "fault.recurring.not_invoice")
	}
	var on civil.Date
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err = company.Today(ctx, q, s.DB.Now())
		return err
	}); err != nil {
		return Template{}, err
	}
	t := Template{Form: sales.DraftOf(d), When: recur.Choice{Unit: recur.Month, Every: 1, Day: on.Day}, Billed: recur.Ahead, AutoSend: true}
	t.Form = undated(t.Form)
	start := on
	if !d.IssueDate.IsZero() {
		t.When.Day = d.IssueDate.Day
		start = later(d.IssueDate.AddDays(1), on)
	}
	r, err := t.When.RuleOf(start)
	if err != nil {
		return Template{}, err
	}
	t.StartOn = recur.Calendar{Rule: r, Start: start}.From(start).String()
	return t, nil
}

// Upcoming gives the templates that run next.
func (s *Service) Upcoming(ctx context.Context, who actor.Actor, most int) (list []Row, err error) {
	list, _, err = s.List(ctx, who, ListQuery{Query: listing.Query{Sort: "next", Limit: most}, State: Active})
	return list, err
}
