package recurring

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// move does one step of a template's life in one transaction.
func (s *Service) move(ctx context.Context, who actor.Actor, publicID string, version int64, step func(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) error) (v View, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return View{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := s.byPublicID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		if row.Version != version {
			return fault.New(fault.Conflict, "fault.stale")
		}
		if err := s.free(ctx, tx.Queries, row.ID); err != nil {
			return err
		}
		if err := step(ctx, tx, row); err != nil {
			return err
		}
		if row, err = tx.RecurringByID(ctx, row.ID); err != nil {
			return db.NotFound(err)
		}
		tx.AfterCommit(func() { s.Changed("recurring") })
		v, err = s.view(ctx, tx.Queries, row, tx.Now)
		return err
	})
	return v, err
}

func (s *Service) setState(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.RecurringInvoice, state string, next civil.Date) error {
	n, err := tx.SetRecurringState(ctx, gen.SetRecurringStateParams{ID: row.ID, Version: row.Version, State: state, NextOn: next.String(), UpdatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "recurring." + state, ObjectKind: "recurring", ObjectID: row.ID})
}

// Pause stops the template until it is resumed. Periods of the time between are not made
// up: who pauses does not want them.
func (s *Service) Pause(ctx context.Context, who actor.Actor, publicID string, version int64) (View, error) {
	return s.move(ctx, who, publicID, version, func(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) error {
		if row.State != Active {
			return fault.New(fault.Conflict, "fault.recurring.not_active")
		}
		return s.setState(ctx, tx, who, row, Paused, day(row.NextOn))
	})
}

// Resume lets a paused template run again, from the first period on or after today.
func (s *Service) Resume(ctx context.Context, who actor.Actor, publicID string, version int64) (View, error) {
	return s.move(ctx, who, publicID, version, func(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) error {
		if row.State != Paused {
			return fault.New(fault.Conflict, "fault.recurring.not_paused")
		}
		return s.resume(ctx, tx, who, row)
	})
}

func (s *Service) resume(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.RecurringInvoice) error {
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	c, err := calendarOf(row.Rule, row.StartOn)
	if err != nil {
		return err
	}
	next := day(row.NextOn)
	if next.Before(on) {
		next = c.From(on)
	}
	return s.setState(ctx, tx, who, row, Active, next)
}

// End ends the template for good; its history stays.
func (s *Service) End(ctx context.Context, who actor.Actor, publicID string, version int64) (View, error) {
	return s.move(ctx, who, publicID, version, func(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) error {
		if row.State != Active && row.State != Paused {
			return fault.New(fault.Conflict, "fault.recurring.not_active")
		}
		return s.setState(ctx, tx, who, row, Ended, civil.Date{})
	})
}

// SkipNext passes over the next period: no invoice is made of it, and it counts as a cycle.
func (s *Service) SkipNext(ctx context.Context, who actor.Actor, publicID string, version int64) (View, error) {
	return s.move(ctx, who, publicID, version, func(ctx context.Context, tx *db.Tx, row gen.RecurringInvoice) error {
		if row.State != Active {
			return fault.New(fault.Conflict, "fault.recurring.not_active")
		}
		return s.skip(ctx, tx, who, row, day(row.NextOn))
	})
}

// Delete takes a draft away; what ran once is ended, never deleted.
func (s *Service) Delete(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := s.byPublicID(ctx, tx.Queries, publicID)
		if err != nil {
			return err
		}
		if row.State != Draft {
			return fault.New(fault.Conflict, "fault.recurring.not_draft")
		}
		n, err := tx.DeleteRecurringDraft(ctx, gen.DeleteRecurringDraftParams{ID: row.ID, Version: version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(func() { s.Changed("recurring") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "recurring.deleted", ObjectKind: "recurring", ObjectID: row.ID})
	})
}

// Duplicate makes a draft with the same form and calendar, begun anew.
func (s *Service) Duplicate(ctx context.Context, who actor.Actor, key, publicID string) (View, error) {
	v, err := s.Get(ctx, who, publicID)
	if err != nil {
		return View{}, err
	}
	t := v.Template
	t.PublicID, t.Version, t.StartOn, t.NextOn = "", 0, "", ""
	v, _, err = s.Save(ctx, who, key, t)
	return v, err
}
