package hours

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Settings are the switch of chat and what the firm promises.
type Settings struct {
	Enabled        bool  `json:"enabled"`
	PromiseMinutes int   `json:"promiseMinutes"` // of open time; 0 = nothing promised
	SameHours      bool  `json:"sameHours"`      // the French weekly schedules hold for English too
	Version        int64 `json:"version"`
}

// mostPromised is a hundred hours; the table says the same.
const mostPromised = 6000

// Settings gives them.
func (s *Service) Settings(ctx context.Context, who actor.Actor) (v Settings, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Settings{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		v, err = settings(ctx, q)
		return err
	})
	return v, err
}

func settings(ctx context.Context, q *gen.Queries) (Settings, error) {
	r, err := q.HoursSettings(ctx)
	return Settings{Enabled: r.Enabled == 1, PromiseMinutes: int(r.PromiseMinutes), SameHours: r.SameHours == 1, Version: r.Version}, db.NotFound(err)
}

// SaveSettings changes them, whole or not at all; v.Version is the one that was read.
func (s *Service) SaveSettings(ctx context.Context, who actor.Actor, v Settings) (saved Settings, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Settings{}, err
	}
	var form fault.Form
	if v.PromiseMinutes < 0 || v.PromiseMinutes > mostPromised {
		form.Add("promiseMinutes", "fault.range", "min", 0, "max", mostPromised)
	}
	if err := form.Err(); err != nil {
		return Settings{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := settings(ctx, tx.Queries)
		if err != nil {
			return err
		}
		n, err := tx.UpdateHoursSettings(ctx, gen.UpdateHoursSettingsParams{Enabled: flag(v.Enabled), PromiseMinutes: int64(v.PromiseMinutes), SameHours: flag(v.SameHours), Version: v.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		if saved, err = settings(ctx, tx.Queries); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.changed("hours") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "hours.settings_changed", ObjectKind: "hours_settings", ObjectID: 1, Details: fieldsOf(
			field{"enabled", before.Enabled != saved.Enabled}, field{"promise_minutes", before.PromiseMinutes != saved.PromiseMinutes}, field{"same_hours", before.SameHours != saved.SameHours})})
	})
	return saved, err
}

// field is the name of something that can change, and whether it did.
type field struct {
	name    string
	changed bool
}

// fieldsOf are the details of an audit row: which fields changed, never their values.
func fieldsOf(all ...field) map[string]any {
	names := []string{}
	for _, f := range all {
		if f.changed {
			names = append(names, f.name)
		}
	}
	return map[string]any{"fields": names}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
