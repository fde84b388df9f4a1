package recurring

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/due"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// mostDue bounds how many periods one template owes at a time: more than a daily invoice
// of a machine that was off for a year. The rest is told when these are done.
const mostDue = 400

// Name is the room's name among the sources of the wake-up panel.
func (s *Service) Name() string { return "recurring" }

// Key is template and period: an invoice is made of it once, whatever asks how often.
func Key(publicID string, period civil.Date) string { return publicID + "/" + period.String() }

func readKey(key string) (publicID string, period civil.Date, err error) {
	publicID, on, _ := strings.Cut(key, "/")
	if period, err = civil.Parse(on); err != nil {
		return "", civil.Date{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return publicID, period, nil
}

// Due gives every period on or before today that was neither made nor skipped, the oldest
// first. Those of one template wait for each other.
func (s *Service) Due(ctx context.Context, today civil.Date) (list []due.Item, err error) {
	list = []due.Item{}
	var rows []gen.RecurringDueRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err = q.RecurringDue(ctx, today.String())
		return err
	}); err != nil {
		return nil, err
	}
	for _, r := range rows {
		items, err := itemsOf(r, today)
		if err != nil {
			return nil, err
		}
		list = append(list, items...)
	}
	slices.SortStableFunc(list, func(a, b due.Item) int { return cmp.Compare(a.On.String(), b.On.String()) })
	return list, nil
}

func itemsOf(r gen.RecurringDueRow, today civil.Date) ([]due.Item, error) {
	c, err := calendarOf(r.Rule, r.StartOn)
	if err != nil {
		return nil, err
	}
	form, err := formOf(r.Form)
	if err != nil {
		return nil, err
	}
	most := mostDue
	if left := recur.Remaining(r.Cycles, r.CyclesDone); left >= 0 {
		most = min(most, int(left))
	}
	list := []due.Item{}
	for i, on := range c.List(day(r.NextOn), today, most) {
		run := recur.Run{On: on, Period: c.Period(on, r.Billed), Cycle: r.CyclesDone + 1 + int64(i)}
		x := due.Item{Key: Key(r.PublicID, on), Kind: due.Recurring, On: on, Line: r.PublicID, Title: recur.Expand(locale.Of(form.Language), firstWords(form), run),
			Customer: r.CustomerName, CustomerID: r.CustomerPublicID, AmountMinor: r.TotalMinor, Currency: money.Currency(r.Currency), Mails: int(r.AutoSend)}
		if i == 0 {
			x.Fault = unpackFault(r.LastFault)
		}
		list = append(list, x)
	}
	return list, nil
}

// Do makes the invoice of one period: run, invoice, mail and the next period in one
// transaction. What cannot come about is noted with its reason and told once; later
// periods of the template wait for it.
func (s *Service) Do(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, s.make)
}

// Skip passes over one period.
func (s *Service) Skip(ctx context.Context, who actor.Actor, key string) error {
	return s.settle(ctx, who, key, s.skip)
}

type settling func(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.RecurringInvoice, period civil.Date) error

func (s *Service) settle(ctx context.Context, who actor.Actor, key string, do settling) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	publicID, period, err := readKey(key)
	if err != nil {
		return err
	}
	var tried gen.RecurringInvoice
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		tried = gen.RecurringInvoice{}
		row, err := s.byPublicID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		next := day(row.NextOn)
		switch {
		case row.State != Active || period.Before(next): // over, or no longer asked for
			return nil
		case period != next:
			return fault.New(fault.Conflict, "fault.recurring.waits", "date", next)
		case period.After(on): // the clock was set back meanwhile
			return fault.New(fault.Conflict, "fault.recurring.early", "date", period)
		}
		tried = row
		tx.AfterCommit(func() { s.Changed("recurring", "invoices") })
		return do(ctx, tx, who, row, period)
	})
	if e, ok := fault.As(err); ok && tried.ID != 0 {
		if nerr := s.note(ctx, tried, period, e); nerr != nil {
			return nerr
		}
	}
	return err
}

// make issues the invoice of the period, or leaves it as a draft where a person wants to
// look at it first.
func (s *Service) make(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.RecurringInvoice, period civil.Date) error {
	c, err := calendarOf(row.Rule, row.StartOn)
	if err != nil {
		return err
	}
	form, err := formOf(row.Form)
	if err != nil {
		return err
	}
	customer, err := tx.CustomerByID(ctx, *row.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	if customer.ArchivedAt != nil {
		return oneField("customerId", "fault.recurring.customer_archived", "name", customer.Name)
	}
	about := c.Period(period, row.Billed)
	form = filled(form, recur.Run{On: period, Period: about, Cycle: row.CyclesDone + 1})
	if err := s.compose(ctx, tx, row.ID, &form); err != nil {
		return err
	}
	var done sales.Issued
	if row.AutoSend == 1 {
		done, err = s.Sales.IssueFormTx(ctx, tx, who, form, sales.ByMail)
	} else {
		done, err = s.Sales.DraftFormTx(ctx, tx, who, form)
	}
	if err != nil {
		return err
	}
	if row.AutoSend == 0 {
		if err := audit.Notify(ctx, tx, "recurring_draft", map[string]any{"customer": row.CustomerName, "amount_minor": done.TotalMinor, "currency": row.Currency}, "document", done.PublicID); err != nil {
			return err
		}
	}
	row.TotalMinor = done.TotalMinor
	if err := s.advance(ctx, tx, row, c, period, "made", &done.PublicID); err != nil {
		return err
	}
	if err := s.told(ctx, tx, who, row.ID, Made{On: period, Period: about, Issued: done}); err != nil {
		return err
	}
	return s.Made(ctx, tx, row.ID, done.PublicID)
}

func (s *Service) skip(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.RecurringInvoice, period civil.Date) error {
	c, err := calendarOf(row.Rule, row.StartOn)
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "recurring.skipped", ObjectKind: "recurring", ObjectID: row.ID, Details: map[string]any{"period": period.String()}}); err != nil {
		return err
	}
	return s.advance(ctx, tx, row, c, period, "skipped", nil)
}

// advance writes the proof that the period is done, and the next one.
func (s *Service) advance(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice, c recur.Calendar, period civil.Date, outcome string, document *string) error {
	cycle, about := row.CyclesDone+1, c.Period(period, row.Billed)
	if err := tx.InsertRecurringRun(ctx, gen.InsertRecurringRunParams{RecurringID: row.ID, PeriodOn: period.String(), FromOn: about.From.String(), ToOn: about.To.String(), Cycle: cycle, Outcome: outcome, DocumentRef: document, MadeAt: tx.Stamp()}); err != nil {
		return err
	}
	p := gen.AdvanceRecurringParams{ID: row.ID, PeriodOn: period.String(), State: Active, NextOn: c.Next(period).String(), TotalMinor: row.TotalMinor, UpdatedAt: tx.Stamp()}
	if p.NextOn == "" || recur.Remaining(row.Cycles, cycle) == 0 {
		p.State, p.NextOn = Ended, ""
	}
	n, err := tx.AdvanceRecurring(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	return err
}

// note keeps why a period did not come about, and tells people once a reason.
func (s *Service) note(ctx context.Context, row gen.RecurringInvoice, period civil.Date, e *fault.Error) error {
	packed, err := packFault(e)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		on, err := today(ctx, tx)
		if err != nil {
			return err
		}
		n, err := tx.SetRecurringFault(ctx, gen.SetRecurringFaultParams{ID: row.ID, PeriodOn: period.String(), NewFault: packed, FaultOn: on.String(), UpdatedAt: tx.Stamp()})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("recurring") })
		return audit.Notify(ctx, tx, "recurring_failed", map[string]any{"customer": row.CustomerName, "period": period.String()}, "recurring", row.PublicID)
	})
}
