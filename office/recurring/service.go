package recurring

import (
	"context"
	"encoding/json"
	"fmt"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// Deps is what the room needs of others; app passes it in.
type Deps struct {
	DB      *db.DB
	IDs     id.Source
	Sales   *sales.Service
	Changed func(topics ...string)
	// Companion is the room whose things some templates run; nil: none. It is set after both
	// are made, for it stands on this one.
	Companion Companion
	// Made is called in the transaction that makes an invoice (or a draft) of a template;
	// office/charging behind it. May be nil.
	Made func(ctx context.Context, tx *db.Tx, templateID int64, documentID string) error
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Made == nil {
		d.Made = func(context.Context, *db.Tx, int64, string) error { return nil }
	}
	return &Service{Deps: d}
}

func today(ctx context.Context, tx *db.Tx) (civil.Date, error) {
	return company.Today(ctx, tx.Queries, tx.Now)
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

func later(a, b civil.Date) civil.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b civil.Date) civil.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func oneField(path, key string, args ...any) error {
	var f fault.Form
	f.Add(path, key, args...)
	return f.Err()
}

// calendarOf reads the calendar of a stored template.
func calendarOf(rule, start string) (recur.Calendar, error) {
	r, err := recur.Parse(rule)
	if err != nil {
		return recur.Calendar{}, fmt.Errorf("recurring: stored rule: %w", err)
	}
	return recur.Calendar{Rule: r, Start: day(start)}, nil
}

func formOf(stored string) (d sales.Draft, err error) {
	if err = json.Unmarshal([]byte(stored), &d); err != nil {
		return d, fmt.Errorf("recurring: stored form: %w", err)
	}
	return d, nil
}

// texts are the places of a form whose words may speak of the period.
func texts(d *sales.Draft, each func(path string, text *string)) {
	for i := range d.Lines {
		each(fmt.Sprintf("lines.%d.description", i), &d.Lines[i].Description)
		each(fmt.Sprintf("lines.%d.detail", i), &d.Lines[i].Detail)
	}
	for i := range d.Allowances {
		each(fmt.Sprintf("allowances.%d.reason", i), &d.Allowances[i].Reason)
	}
	each("orderNumber", &d.OrderNumber)
	each("note", &d.Note)
	each("terms", &d.Terms)
	each("privateNote", &d.PrivateNote)
}

// checkWords refuses a placeholder that means nothing, with its name and place.
func checkWords(form *fault.Form, d *sales.Draft) {
	texts(d, func(path string, text *string) {
		switch p := recur.Check(*text); {
		case p == nil:
		case p.Name == "":
			form.Add(path, "fault.recurring.braces", "place", p.At)
		default:
			form.Add(path, "fault.recurring.word", "name", p.Name, "place", p.At)
		}
	})
}

// filled gives the invoice form of one period. Its day of issue is the day on which it is
// issued, whatever the period: numbers follow one another by date.
func filled(d sales.Draft, run recur.Run) sales.Draft {
	d = undated(d)
	d.Lines = append([]sales.DraftLine{}, d.Lines...)
	d.Allowances = append([]sales.DraftAllowance{}, d.Allowances...)
	lang := locale.Of(d.Language)
	texts(&d, func(_ string, text *string) { *text = recur.Expand(lang, *text, run) })
	d.DeliveryDate = run.Period.To.String()
	return d
}

// firstWords is what a person calls the template: its first line.
func firstWords(d sales.Draft) string {
	for _, l := range d.Lines {
		if l.Description != "" {
			return l.Description
		}
	}
	return ""
}

func (s *Service) byPublicID(ctx context.Context, q *gen.Queries, publicID string) (gen.RecurringInvoice, error) {
	row, err := q.RecurringByPublicID(ctx, publicID)
	return row, db.NotFound(err)
}
