package company

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/search"
)

// Notification is a word to the firm's people inside the program; Args is JSON, ObjectID a
// public id.
type Notification struct {
	ID         int64
	At         string
	Kind       string
	Args       string
	ObjectKind string
	ObjectID   string
	Read       bool
}

// Notifications gives the newest ones.
func (s *Service) Notifications(ctx context.Context, who actor.Actor, limit int) (list []Notification, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []Notification{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.Notifications(ctx, gen.NotificationsParams{BeforeID: 1<<62 - 1, RowLimit: int64(limit)})
		for _, r := range rows {
			list = append(list, Notification{ID: r.ID, At: r.At, Kind: r.Kind, Args: r.Args, ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Read: r.ReadAt != nil})
		}
		return err
	})
	return list, err
}

// MarkNotificationsRead notes that all up to now were seen.
func (s *Service) MarkNotificationsRead(ctx context.Context, who actor.Actor) error {
	if err := who.NeedStaff(); err != nil { // what one has seen is no permission of a trade
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		now := tx.Stamp()
		return tx.MarkNotificationsRead(ctx, gen.MarkNotificationsReadParams{ReadAt: &now, UpToID: 1<<62 - 1})
	})
}

// YearStart is the first day of the financial year that day lies in.
func (f Firm) YearStart(day civil.Date) civil.Date {
	start := civil.New(day.Year, time.Month(f.FiscalYearStarts), 1)
	if day.Before(start) {
		return start.AddMonths(-12)
	}
	return start
}

// PlainName is a name without accents and case, for the name of a folder.
func PlainName(name string) string { return search.SortKey(name) }
