package statements

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/statement"
)

// Schedule says that a customer, or every customer of a group, is mailed a statement each
// week, month or quarter, on the day after its end.
type Schedule struct {
	PublicID   string `json:"publicId"` // "" = a new one
	CustomerID string `json:"customerId"`
	GroupID    string `json:"groupId"` // exactly one of the two, public ids
	Kind       string `json:"kind"`
	Frequency  string `json:"frequency"`
	OnlyOpen   bool   `json:"onlyOpen"` // nothing is mailed to who owes nothing
	Version    int64  `json:"version"`
}

// ScheduleRow is a schedule in the list.
type ScheduleRow struct {
	Schedule
	Name    string `json:"name"` // of the customer or group
	IsGroup bool   `json:"isGroup"`
	NextOn  string `json:"nextOn"`
	Paused  bool   `json:"paused"`
	LastOn  string `json:"lastOn"` // day of the last mailing, "" = none yet
	Mailed  int64  `json:"mailed"` // statements so far
}

// maxSchedules is more than any firm has.
const maxSchedules = 1000

// Schedules lists the schedules: the next to go first, paused ones last.
func (s *Service) Schedules(ctx context.Context, who actor.Actor) (list []ScheduleRow, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []ScheduleRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.StatementSchedules(ctx, maxSchedules)
		for _, r := range rows {
			x := ScheduleRow{Schedule: Schedule{PublicID: r.PublicID, Kind: r.Kind, Frequency: r.Frequency, OnlyOpen: r.OnlyOpen == 1, Version: r.Version},
				Name: r.ForName, IsGroup: r.GroupID != nil, NextOn: r.NextOn, Paused: r.Paused == 1, LastOn: r.LastOn, Mailed: r.Mailed}
			if x.IsGroup {
				x.GroupID = r.ForPublicID
			} else {
				x.CustomerID = r.ForPublicID
			}
			list = append(list, x)
		}
		return err
	})
	return list, err
}

// Group names a group of customers for the form of a schedule.
type Group struct {
	PublicID string `json:"publicId"`
	Name     string `json:"name"`
}

// Groups lists the groups that a schedule may be for.
func (s *Service) Groups(ctx context.Context, who actor.Actor) (list []Group, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Group{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.StatementGroups(ctx, maxSchedules)
		for _, r := range rows {
			list = append(list, Group{r.PublicID, r.Name})
		}
		return err
	})
	return list, err
}

// target is whom a schedule is for: exactly one of the two.
type target struct{ customer, group *int64 }

// SaveSchedule makes or changes a schedule. The first mailing is on the next Monday, first
// of the month or of the quarter after today: what is over is mailed by hand.
func (s *Service) SaveSchedule(ctx context.Context, who actor.Actor, key string, in Schedule) (publicID string, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "statement.schedule", in, &publicID, func() error {
			for_, err := checkSchedule(ctx, tx.Queries, in)
			if err != nil {
				return err
			}
			today, err := company.Today(ctx, tx.Queries, tx.Now)
			if err != nil {
				return err
			}
			tx.AfterCommit(func() { s.Changed("statements") })
			if in.PublicID == "" {
				publicID, err = s.newSchedule(ctx, tx, who, in, for_, today)
				return err
			}
			publicID = in.PublicID
			return s.changeSchedule(ctx, tx, who, in, for_, today)
		})
	})
	return publicID, err
}

func checkSchedule(ctx context.Context, q *gen.Queries, in Schedule) (t target, err error) {
	var form fault.Form
	if !slices.Contains(Kinds(), in.Kind) {
		form.Add("kind", "fault.choice")
	}
	if !statement.Frequency(in.Frequency).Valid() {
		form.Add("frequency", "fault.choice")
	}
	switch {
	case in.CustomerID != "" && in.GroupID == "":
		c, err := q.CustomerByPublicID(ctx, in.CustomerID)
		if err != nil {
			return target{}, db.NotFound(err)
		}
		t.customer = &c.ID
	case in.GroupID != "" && in.CustomerID == "":
		id, err := q.StatementGroupByPublicID(ctx, in.GroupID)
		if err != nil {
			return target{}, db.NotFound(err)
		}
		t.group = &id
	default:
		form.Add("customerId", "fault.required")
	}
	return t, form.Err()
}

func (s *Service) newSchedule(ctx context.Context, tx *db.Tx, who actor.Actor, in Schedule, t target, today civil.Date) (string, error) {
	next := statement.Frequency(in.Frequency).Next(today.AddDays(1))
	publicID := s.IDs()
	id, err := tx.InsertStatementSchedule(ctx, gen.InsertStatementScheduleParams{PublicID: publicID, CustomerID: t.customer, GroupID: t.group, Kind: in.Kind, Frequency: in.Frequency,
		OnlyOpen: flag(in.OnlyOpen), NextOn: next.String(), Now: tx.Stamp()})
	if err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "statement_schedule.made", ObjectKind: "statement_schedule", ObjectID: id, Details: map[string]any{"kind": in.Kind, "frequency": in.Frequency}})
}

// changeSchedule keeps the next day unless the frequency changed; then it is counted anew.
func (s *Service) changeSchedule(ctx context.Context, tx *db.Tx, who actor.Actor, in Schedule, t target, today civil.Date) error {
	old, err := tx.StatementScheduleByPublicID(ctx, in.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	next := old.NextOn
	if old.Frequency != in.Frequency {
		next = statement.Frequency(in.Frequency).Next(today.AddDays(1)).String()
	}
	n, err := tx.UpdateStatementSchedule(ctx, gen.UpdateStatementScheduleParams{CustomerID: t.customer, GroupID: t.group, Kind: in.Kind, Frequency: in.Frequency, OnlyOpen: flag(in.OnlyOpen),
		NextOn: next, UpdatedAt: tx.Stamp(), ID: old.ID, Version: in.Version})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "statement_schedule.changed", ObjectKind: "statement_schedule", ObjectID: old.ID, Details: map[string]any{"kind": in.Kind, "frequency": in.Frequency}})
}

// PauseSchedule holds a schedule back or lets it go on. What fell into the pause is not
// made up for: it goes on with the next period.
func (s *Service) PauseSchedule(ctx context.Context, who actor.Actor, publicID string, version int64, paused bool) error {
	return s.alter(ctx, who, publicID, "statement_schedule.paused", func(ctx context.Context, tx *db.Tx, old gen.StatementSchedule) (int64, error) {
		next := old.NextOn
		if !paused {
			today, err := company.Today(ctx, tx.Queries, tx.Now)
			if err != nil {
				return 0, err
			}
			if day(next).Before(today) {
				next = statement.Frequency(old.Frequency).Next(today).String()
			}
		}
		return tx.SetStatementSchedulePaused(ctx, gen.SetStatementSchedulePausedParams{Paused: flag(paused), NextOn: next, UpdatedAt: tx.Stamp(), ID: old.ID, Version: version})
	})
}

// EndSchedule ends a schedule for good; what it mailed stays known.
func (s *Service) EndSchedule(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	return s.alter(ctx, who, publicID, "statement_schedule.ended", func(ctx context.Context, tx *db.Tx, old gen.StatementSchedule) (int64, error) {
		at := tx.Stamp()
		return tx.EndStatementSchedule(ctx, gen.EndStatementScheduleParams{ArchivedAt: &at, ID: old.ID, Version: version})
	})
}

func (s *Service) alter(ctx context.Context, who actor.Actor, publicID, action string, change func(context.Context, *db.Tx, gen.StatementSchedule) (int64, error)) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		old, err := tx.StatementScheduleByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := change(ctx, tx, old)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(func() { s.Changed("statements") })
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "statement_schedule", ObjectID: old.ID})
	})
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// RunRow is a statement that was mailed to a customer.
type RunRow struct {
	On      string `json:"on"`
	Kind    string `json:"kind"`
	From    string `json:"from"`
	To      string `json:"to"`
	Outcome string `json:"outcome"` // mailed, skipped
	Reason  string `json:"reason"`  // of a skipped one
	MailID  string `json:"mailId"`  // public id, "" = none
	State   string `json:"state"`   // of the mail
	Address string `json:"address"`
}

// Sent lists the newest statements of a customer that were mailed or passed over.
func (s *Service) Sent(ctx context.Context, who actor.Actor, customerID string) (list []RunRow, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []RunRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		rows, err := q.StatementRunsOfCustomer(ctx, gen.StatementRunsOfCustomerParams{CustomerID: c.ID, RowLimit: 20})
		for _, r := range rows {
			list = append(list, RunRow{On: r.PeriodOn, Kind: r.Kind, From: r.FromDate, To: r.ToDate, Outcome: r.Outcome, Reason: r.Reason, MailID: str(r.MailPublicID), State: str(r.MailState), Address: str(r.ToAddress)})
		}
		return err
	})
	return list, err
}
