package recurring

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// Companion is the room whose things some templates run: office/subscriptions. Such a template
// is changed, paused and ended by that room alone.
type Companion interface {
	// Runs tells whether a template is one of its own.
	Runs(ctx context.Context, q *gen.Queries, recurringID int64) (bool, error)
	// Compose adds to the form of a period what only this one bears.
	Compose(ctx context.Context, tx *db.Tx, recurringID int64, form *sales.Draft) error
	// Made hears of the invoice of a period, in its transaction.
	Made(ctx context.Context, tx *db.Tx, who actor.Actor, recurringID int64, made Made) error
}

// Made is a period that was invoiced.
type Made struct {
	On     civil.Date
	Period recur.Period
	Issued sales.Issued
}

// Calendar is when a tied template runs: from Start, next on Next (zero: as Start says).
type Calendar struct {
	When        recur.Choice
	Start, Next civil.Date
}

// free refuses to change by hand what another room runs.
func (s *Service) free(ctx context.Context, q *gen.Queries, id int64) error {
	if s.Companion == nil {
		return nil
	}
	tied, err := s.Companion.Runs(ctx, q, id)
	if err == nil && tied {
		err = fault.New(fault.Conflict, "fault.recurring.of_subscription")
	}
	return err
}

func (s *Service) freeOf(ctx context.Context, q *gen.Queries, publicID string) error {
	if publicID == "" {
		return nil
	}
	row, err := s.byPublicID(ctx, q, publicID)
	if err != nil {
		return err
	}
	return s.free(ctx, q, row.ID)
}

func (s *Service) compose(ctx context.Context, tx *db.Tx, id int64, form *sales.Draft) error {
	if s.Companion == nil {
		return nil
	}
	return s.Companion.Compose(ctx, tx, id, form)
}

func (s *Service) told(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, made Made) error {
	if s.Companion == nil {
		return nil
	}
	return s.Companion.Made(ctx, tx, who, id, made)
}

// StartTx makes a template that runs, in the caller's transaction; charge: its invoices are
// charged to the customer's kept method.
func (s *Service) StartTx(ctx context.Context, tx *db.Tx, who actor.Actor, form sales.Draft, c Calendar, charge bool) (gen.RecurringInvoice, error) {
	x, err := s.put(ctx, tx, who, Template{Form: form, When: c.When, Billed: recur.Ahead, StartOn: c.Start.String(), AutoSend: true, AutoCharge: charge}, true)
	if err != nil {
		return gen.RecurringInvoice{}, err
	}
	return s.again(ctx, tx, x.id)
}

func (s *Service) again(ctx context.Context, tx *db.Tx, id int64) (gen.RecurringInvoice, error) {
	tx.AfterCommit(func() { s.Changed("recurring") })
	row, err := tx.RecurringByID(ctx, id)
	return row, db.NotFound(err)
}

// RewriteTx gives a template another form for its future, and another calendar unless c is nil.
func (s *Service) RewriteTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, form sales.Draft, c *Calendar) error {
	row, err := s.again(ctx, tx, id)
	if err != nil {
		return err
	}
	t := Template{PublicID: row.PublicID, Version: row.Version, Form: form, Billed: row.Billed, StartOn: row.StartOn, AutoSend: row.AutoSend == 1}
	if t.AutoCharge = row.AutoCharge == 1; row.ChargeMethodID != nil {
		m, err := tx.KeptMethodAnyState(ctx, *row.ChargeMethodID)
		if err != nil {
			return db.NotFound(err)
		}
		if m.DeletedAt == "" {
			t.ChargeMethod = m.PublicID
		}
	}
	if row.Cycles != nil {
		t.Cycles = *row.Cycles
	}
	if c != nil {
		t.When, t.StartOn, t.NextOn = c.When, c.Start.String(), c.Next.String()
	} else {
		was, err := calendarOf(row.Rule, row.StartOn)
		if err != nil {
			return err
		}
		t.When = was.Rule.Choice()
	}
	_, err = s.put(ctx, tx, who, t, false)
	return err
}

// RunTx makes the next invoice of a template whose day has come, in the caller's transaction.
func (s *Service) RunTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) error {
	row, err := s.again(ctx, tx, id)
	if err != nil {
		return err
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	next := day(row.NextOn)
	if row.State != Active || next.After(on) {
		return fault.New(fault.Conflict, "fault.recurring.early", "date", next)
	}
	tx.AfterCommit(func() { s.Changed("invoices") })
	return s.make(ctx, tx, who, row, next)
}

// BeginTx lets a template of another room run by another calendar from c.Start, its next run on
// c.Next (zero: c.Start). Its form is neither changed nor judged, so that nothing which is
// amiss with it can refuse the money or the order that lets it begin: making the invoice
// judges it. What has ended stays.
func (s *Service) BeginTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64, c Calendar) error {
	row, err := s.again(ctx, tx, id)
	if err != nil || row.State == Ended {
		return err
	}
	rule, err := c.When.RuleOf(c.Start)
	if err != nil {
		return err
	}
	next := c.Next
	if next.IsZero() {
		next = c.Start
	}
	p := gen.UpdateRecurringParams{ID: row.ID, Version: row.Version, CustomerID: row.CustomerID, CustomerName: row.CustomerName, CustomerKey: row.CustomerKey, Form: row.Form, Currency: row.Currency, TotalMinor: row.TotalMinor,
		Rule: rule.String(), Billed: row.Billed, StartOn: c.Start.String(), NextOn: next.String(), Cycles: row.Cycles, AutoSend: row.AutoSend, AutoCharge: row.AutoCharge, ChargeMethodID: row.ChargeMethodID, ChargeSince: row.ChargeSince, UpdatedAt: tx.Stamp()}
	n, err := tx.UpdateRecurring(ctx, p)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "fault.stale")
	}
	if err != nil {
		return err
	}
	if row, err = tx.RecurringByID(ctx, id); err != nil {
		return db.NotFound(err)
	}
	return s.setState(ctx, tx, who, row, Active, next)
}

// PauseTx is Pause in the caller's transaction, as ResumeTx and EndTx are Resume and End; what
// stands so already stays.
func (s *Service) PauseTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) error {
	row, err := s.again(ctx, tx, id)
	if err != nil || row.State != Active {
		return err
	}
	return s.setState(ctx, tx, who, row, Paused, day(row.NextOn))
}

// ResumeTx lets a paused template run again, from the first period on or after today.
func (s *Service) ResumeTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) error {
	row, err := s.again(ctx, tx, id)
	if err != nil || row.State != Paused {
		return err
	}
	return s.resume(ctx, tx, who, row)
}

// EndTx ends a template for good.
func (s *Service) EndTx(ctx context.Context, tx *db.Tx, who actor.Actor, id int64) error {
	row, err := s.again(ctx, tx, id)
	if err != nil || row.State == Ended {
		return err
	}
	return s.setState(ctx, tx, who, row, Ended, civil.Date{})
}

// From gives the first run of the calendar on or after a day; zero when there is none.
func (c Calendar) From(on civil.Date) (civil.Date, error) {
	rule, err := c.When.RuleOf(c.Start)
	if err != nil {
		return civil.Date{}, err
	}
	return recur.Calendar{Rule: rule, Start: c.Start}.From(on), nil
}

// CalendarTx gives the calendar of a template as it stands.
func (s *Service) CalendarTx(ctx context.Context, tx *db.Tx, id int64) (Calendar, error) {
	row, err := tx.RecurringByID(ctx, id)
	if err != nil {
		return Calendar{}, db.NotFound(err)
	}
	c, err := calendarOf(row.Rule, row.StartOn)
	return Calendar{When: c.Rule.Choice(), Start: c.Start, Next: day(row.NextOn)}, err
}
