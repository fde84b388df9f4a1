package charging

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// Settings is the firm's policy of charges.
type Settings struct {
	AtIssue   bool   `json:"atIssue"`   // else on the due date
	RetryDays string `json:"retryDays"` // "1, 3, 5, 7": days after the first charge; "" = never again
	Version   int64  `json:"version"`
}

func policy(ctx context.Context, q *gen.Queries) (billing.ChargePolicy, error) {
	r, err := q.ChargeSettings(ctx)
	if err != nil {
		return billing.ChargePolicy{}, err
	}
	days, err := billing.ParseRetryDays(r.RetryDays)
	return billing.ChargePolicy{AtIssue: r.AtIssue == 1, RetryDays: days}, err
}

// Settings gives the policy.
func (s *Service) Settings(ctx context.Context, who actor.Actor) (v Settings, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Settings{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		v, err = settings(ctx, q)
		return err
	})
	return v, err
}

func settings(ctx context.Context, q *gen.Queries) (Settings, error) {
	r, err := q.ChargeSettings(ctx)
	if err != nil {
		return Settings{}, err
	}
	days, err := billing.ParseRetryDays(r.RetryDays)
	return Settings{AtIssue: r.AtIssue == 1, RetryDays: billing.RetryDaysText(days, ", "), Version: r.Version}, err
}

// SaveSettings changes the policy. What is planned already keeps its day.
func (s *Service) SaveSettings(ctx context.Context, who actor.Actor, in Settings) (v Settings, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Settings{}, err
	}
	days, err := billing.ParseRetryDays(in.RetryDays)
	if e, ok := fault.As(err); ok {
		var form fault.Form
		form.Merge("", &fault.Error{Fields: []fault.Field{{Path: "retryDays", Key: e.Key, Args: e.Args}}})
		return Settings{}, form.Err()
	}
	if err != nil {
		return Settings{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		before, err := settings(ctx, tx.Queries)
		if err != nil {
			return err
		}
		n, err := tx.SetChargeSettings(ctx, gen.SetChargeSettingsParams{AtIssue: flag(in.AtIssue), RetryDays: billing.RetryDaysText(days, ","), Version: in.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(func() { s.Changed("settings") })
		if v, err = settings(ctx, tx.Queries); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: settingsKind, ObjectKind: "charge_settings", ObjectID: 1, Details: map[string]any{"fields": audit.Changed(before, v)}})
	})
	return v, err
}
