package reminders

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	typed "comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// Level is one step of a policy as the form shows it. A text left "" is the shipped one.
type Level struct {
	Days      int    `json:"days"`
	Interest  bool   `json:"interest"`
	Indemnity bool   `json:"indemnity"`
	Formal    bool   `json:"formal"`
	SubjectFR string `json:"subjectFr"`
	BodyFR    string `json:"bodyFr"`
	SubjectEN string `json:"subjectEn"`
	BodyEN    string `json:"bodyEn"`
	Tone      string `json:"tone"` // read only: which shipped text it has
}

// Policy is when and how a customer is reminded.
type Policy struct {
	ID        int64   `json:"-"`
	PublicID  string  `json:"publicId"`
	Name      string  `json:"name"`
	IsDefault bool    `json:"isDefault"`
	Automatic bool    `json:"automatic"` // what is due goes by itself
	Levels    []Level `json:"levels"`
	Groups    int64   `json:"groups"` // read only: how many groups of customers have it
	Version   int64   `json:"version"`
}

// rules gives the levels as the rules read them.
func (p Policy) rules() []billing.Level {
	list := make([]billing.Level, 0, len(p.Levels))
	for i, l := range p.Levels {
		list = append(list, billing.Level{Position: i + 1, Days: l.Days, Interest: l.Interest, Indemnity: l.Indemnity, Formal: l.Formal})
	}
	return list
}

// words gives a level's texts in a language: its own, else the shipped ones.
func (p Policy) words(position int, lang locale.Lang) (subject, body string) {
	l := p.Levels[position-1]
	subject, body = l.SubjectFR, l.BodyFR
	if locale.Of(lang) == locale.EN {
		subject, body = l.SubjectEN, l.BodyEN
	}
	s, b := ShippedText(lang, Shipped(p.rules(), position-1))
	if subject == "" {
		subject = s
	}
	if body == "" {
		body = b
	}
	return subject, body
}

// Policies gives all policies, the default one first.
func (s *Service) Policies(ctx context.Context, who actor.Actor) (list []Policy, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		list, err = policies(ctx, q)
		return err
	})
	return list, err
}

func policies(ctx context.Context, q *gen.Queries) ([]Policy, error) {
	rows, err := q.ReminderPolicies(ctx)
	if err != nil {
		return nil, err
	}
	levels, err := q.ReminderLevels(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Policy, 0, len(rows))
	for _, r := range rows {
		p := Policy{ID: r.ID, PublicID: r.PublicID, Name: r.Name, IsDefault: r.IsDefault == 1, Automatic: r.Automatic == 1, Groups: r.UsedBy, Version: r.Version, Levels: []Level{}}
		for _, l := range levels {
			if l.PolicyID == r.ID {
				p.Levels = append(p.Levels, Level{Days: int(l.Days), Interest: l.ClaimInterest == 1, Indemnity: l.ClaimIndemnity == 1, Formal: l.Formal == 1,
					SubjectFR: l.SubjectFr, BodyFR: l.BodyFr, SubjectEN: l.SubjectEn, BodyEN: l.BodyEn})
			}
		}
		for i := range p.Levels {
			p.Levels[i].Tone = Shipped(p.rules(), i)
		}
		list = append(list, p)
	}
	return list, nil
}

// Limits of a policy; the table says the same.
const (
	mostLevels = 9
	firstDay   = -60
	lastDay    = 365
	maxBody    = 8000
)

func checkPolicy(p Policy) (Policy, error) {
	var form fault.Form
	p.Name = typed.Line(p.Name)
	form.Need("name", p.Name)
	form.MaxLen("name", p.Name, 80)
	p.Levels = slices.Clone(p.Levels)
	if len(p.Levels) == 0 || len(p.Levels) > mostLevels {
		form.Add("levels", "fault.range", "min", 1, "max", mostLevels)
	}
	for i := range p.Levels {
		l := &p.Levels[i]
		path := fmt.Sprintf("levels.%d.", i)
		typed.Each(typed.Line, &l.SubjectFR, &l.SubjectEN)
		typed.Each(func(s string) string { return strings.TrimSpace(typed.Clean(s)) }, &l.BodyFR, &l.BodyEN)
		if l.Days < firstDay || l.Days > lastDay {
			form.Add(path+"days", "fault.range", "min", firstDay, "max", lastDay)
		} else if i > 0 && l.Days <= p.Levels[i-1].Days {
			form.Add(path+"days", "fault.reminder.days_order")
		}
		if l.Days <= 0 && (l.Interest || l.Indemnity || l.Formal) {
			form.Add(path+"days", "fault.reminder.claims_early")
		}
		for _, x := range []struct {
			path, text string
			subject    bool
		}{{"subjectFr", l.SubjectFR, true}, {"bodyFr", l.BodyFR, false}, {"subjectEn", l.SubjectEN, true}, {"bodyEn", l.BodyEN, false}} {
			limit := maxBody
			if x.subject {
				limit = 150
			}
			form.MaxLen(path+x.path, x.text, limit)
			known.Check(&form, path+x.path, x.text, x.subject)
		}
	}
	return p, form.Err()
}

// SavePolicy makes a policy (no PublicID) or changes it, whole or not at all. key makes a
// repeat harmless. One policy is the default one, always.
func (s *Service) SavePolicy(ctx context.Context, who actor.Actor, key string, p Policy) (saved Policy, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Policy{}, err
	}
	if p, err = checkPolicy(p); err != nil {
		return Policy{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := p.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "policy.create", p, &publicID, func() error {
				publicID, err = s.putPolicy(ctx, tx, who, p)
				return err
			}); err != nil {
				return err
			}
		} else if _, err := s.putPolicy(ctx, tx, who, p); err != nil {
			return err
		}
		saved, err = policyOf(ctx, tx.Queries, publicID)
		tx.AfterCommit(func() { s.Changed("reminders") })
		return err
	})
	return saved, err
}

func policyOf(ctx context.Context, q *gen.Queries, publicID string) (Policy, error) {
	list, err := policies(ctx, q)
	if err != nil {
		return Policy{}, err
	}
	for _, p := range list {
		if p.PublicID == publicID {
			return p, nil
		}
	}
	return Policy{}, fault.New(fault.NotFound, "fault.not_found")
}

func (s *Service) putPolicy(ctx context.Context, tx *db.Tx, who actor.Actor, p Policy) (string, error) {
	action, details := "policy.created", map[string]any{"levels": len(p.Levels), "automatic": p.Automatic}
	if p.PublicID != "" {
		old, err := policyOf(ctx, tx.Queries, p.PublicID)
		if err != nil {
			return "", err
		}
		p.ID, action = old.ID, "policy.changed"
		p.IsDefault = p.IsDefault || old.IsDefault // it gives way to another one only
		p.Groups = old.Groups
		details["fields"] = audit.Changed(old, p)
	}
	other, err := tx.ReminderPolicyNamed(ctx, p.Name)
	if err = db.NotFound(err); err == nil && other != p.ID {
		var form fault.Form
		form.Add("name", "fault.reminder.name_taken")
		return "", form.Err()
	} else if err != nil && !fault.Is(err, fault.NotFound) {
		return "", err
	}
	if p.IsDefault {
		if err := tx.ClearDefaultPolicy(ctx, gen.ClearDefaultPolicyParams{UpdatedAt: tx.Stamp(), ExceptID: p.ID}); err != nil {
			return "", err
		}
	}
	if p.ID == 0 {
		p.PublicID = s.IDs()
		if p.ID, err = tx.InsertReminderPolicy(ctx, gen.InsertReminderPolicyParams{PublicID: p.PublicID, Name: p.Name, IsDefault: flag(p.IsDefault), Automatic: flag(p.Automatic), Now: tx.Stamp()}); err != nil {
			return "", err
		}
	} else {
		n, err := tx.UpdateReminderPolicy(ctx, gen.UpdateReminderPolicyParams{ID: p.ID, Version: p.Version, Name: p.Name, IsDefault: flag(p.IsDefault), Automatic: flag(p.Automatic), UpdatedAt: tx.Stamp()})
		if err != nil {
			return "", err
		}
		if n == 0 {
			return "", fault.New(fault.Conflict, "fault.stale")
		}
		if err := tx.DeleteReminderLevels(ctx, p.ID); err != nil {
			return "", err
		}
	}
	for i, l := range p.Levels {
		if err := tx.InsertReminderLevel(ctx, gen.InsertReminderLevelParams{PolicyID: p.ID, Position: int64(i + 1), Days: int64(l.Days), SubjectFr: l.SubjectFR, BodyFr: l.BodyFR,
			SubjectEn: l.SubjectEN, BodyEn: l.BodyEN, ClaimInterest: flag(l.Interest), ClaimIndemnity: flag(l.Indemnity), Formal: flag(l.Formal)}); err != nil {
			return "", err
		}
	}
	return p.PublicID, audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "reminder_policy", ObjectID: p.ID, Details: details})
}

// DeletePolicy takes a policy away that no group has; the default one stays.
func (s *Service) DeletePolicy(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		p, err := policyOf(ctx, tx.Queries, publicID)
		switch {
		case err != nil:
			return err
		case p.IsDefault:
			return fault.New(fault.Conflict, "fault.reminder.default_stays")
		case p.Groups > 0:
			return fault.New(fault.Conflict, "fault.reminder.policy_in_use", "count", p.Groups)
		case p.Version != version:
			return fault.New(fault.Conflict, "fault.stale")
		}
		if err := tx.DeleteReminderLevels(ctx, p.ID); err != nil {
			return err
		}
		if _, err := tx.DeleteReminderPolicy(ctx, gen.DeleteReminderPolicyParams{ID: p.ID, Version: version}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "policy.deleted", ObjectKind: "reminder_policy", ObjectID: p.ID, Details: map[string]any{"name": p.Name}})
	})
}
