package hours

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/hours"
)

// Event is a special event as the form shows it: dates as days, times as HH:MM.
type Event struct {
	ID        int64  `json:"-"`
	PublicID  string `json:"publicId"`
	Name      string `json:"name"`
	StartDate string `json:"startDate"`
	StartTime string `json:"startTime"`
	EndDate   string `json:"endDate"`
	EndTime   string `json:"endTime"` // 24:00 where it ends with the day
	Open      bool   `json:"open"`
	French    bool   `json:"french"` // holds for service in French
	English   bool   `json:"english"`
	Holiday   bool   `json:"holiday"` // read only: a public holiday
	Version   int64  `json:"version"`
}

// mostEvents is how many events that are not over a firm may have; the list shows them all.
const mostEvents = 500

// Events gives the events that are not over, the next one first; with past, those of the last
// two years too.
func (s *Service) Events(ctx context.Context, who actor.Actor, past bool) (list []Event, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		after, err := s.dayIn(ctx, q)
		if err != nil {
			return err
		}
		if past {
			after = after.AddMonths(-24)
		}
		rows, err := q.HoursEvents(ctx, stamp(hours.Local{Date: after}))
		if err != nil {
			return err
		}
		list = make([]Event, 0, len(rows))
		for _, r := range rows {
			v, err := eventOf(gen.HoursEventByPublicIDRow(r), who.Lang)
			if err != nil {
				return err
			}
			list = append(list, v)
		}
		return nil
	})
	return list, err
}

func eventOf(r gen.HoursEventByPublicIDRow, lang locale.Lang) (Event, error) {
	start, end, err := bounds(r.Starts, r.Ends)
	if end.Minute == 0 { // people say that it ends with the day before
		end = hours.Local{Date: end.Date.AddDays(-1), Minute: hours.Midnight}
	}
	return Event{ID: r.ID, PublicID: r.PublicID, Name: nameFor(lang, r.Name, r.Holiday), StartDate: start.Date.String(), StartTime: clockOf(start.Minute), EndDate: end.Date.String(), EndTime: clockOf(end.Minute),
		Open: r.IsOpen == 1, French: r.ForFr == 1, English: r.ForEn == 1, Holiday: r.Holiday != "", Version: r.Version}, err
}

// checkEvent gives the beginning and the end as rows keep them.
func checkEvent(v Event) (checked Event, starts, ends string, err error) {
	var form fault.Form
	v.Name = text.Line(v.Name)
	form.Need("name", v.Name)
	form.MaxLen("name", v.Name, 80)
	local := func(day, clock, dayPath, clockPath string) hours.Local {
		d, err := civil.Parse(day)
		if err != nil || d.Year < 2000 || d.Year > 2200 {
			form.Add(dayPath, "fault.hours.date")
		}
		m, ok := minuteOf(clock)
		if !ok {
			form.Add(clockPath, "fault.hours.time")
		}
		return hours.Local{Date: d, Minute: m}
	}
	start, end := local(v.StartDate, v.StartTime, "startDate", "startTime"), local(v.EndDate, v.EndTime, "endDate", "endTime")
	if form.Empty() && !start.Before(end) {
		path := "endTime"
		if end.Date.Before(start.Date) {
			path = "endDate"
		}
		form.Add(path, "fault.hours.ends_first")
	}
	if !v.French && !v.English {
		form.Add("languages", "fault.hours.no_language")
	}
	return v, stamp(start), stamp(end), form.Err()
}

// SaveEvent makes an event (no PublicID) or changes one. key makes a repeat harmless.
func (s *Service) SaveEvent(ctx context.Context, who actor.Actor, key string, v Event) (saved Event, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Event{}, err
	}
	v, starts, ends, err := checkEvent(v)
	if err != nil {
		return Event{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := v.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "hours.event", v, &publicID, func() error {
				publicID, err = s.addEvent(ctx, tx, who, v, starts, ends, "")
				return err
			}); err != nil {
				return err
			}
		} else if err := s.changeEvent(ctx, tx, who, v, starts, ends); err != nil {
			return err
		}
		r, err := tx.HoursEventByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		tx.AfterCommit(func() { s.changed("hours") })
		saved, err = eventOf(r, who.Lang)
		return err
	})
	return saved, err
}

// once refuses an event that another one repeats: one name, one beginning.
func once(ctx context.Context, tx *db.Tx, name, starts string, except int64) error {
	var form fault.Form
	switch _, err := tx.HoursEventLike(ctx, gen.HoursEventLikeParams{Name: name, Starts: starts, ExceptID: except}); {
	case err == nil:
		form.Add("name", "fault.hours.event_twice")
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	return form.Err()
}

func (s *Service) addEvent(ctx context.Context, tx *db.Tx, who actor.Actor, v Event, starts, ends, holiday string) (string, error) {
	if err := once(ctx, tx, v.Name, starts, 0); err != nil {
		return "", err
	}
	today, err := s.dayIn(ctx, tx.Queries)
	if err != nil {
		return "", err
	}
	if n, err := tx.CountHoursEvents(ctx, stamp(hours.Local{Date: today})); err != nil {
		return "", err
	} else if n >= mostEvents {
		return "", fault.New(fault.Conflict, "fault.hours.too_many", "max", mostEvents)
	}
	publicID := s.ids()
	id, err := tx.InsertHoursEvent(ctx, gen.InsertHoursEventParams{PublicID: publicID, Name: v.Name, Starts: starts, Ends: ends, IsOpen: flag(v.Open), ForFr: flag(v.French), ForEn: flag(v.English), Holiday: holiday, Now: tx.Stamp()})
	if err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "hours.event_added", ObjectKind: "hours_event", ObjectID: id})
}

func (s *Service) changeEvent(ctx context.Context, tx *db.Tx, who actor.Actor, v Event, starts, ends string) error {
	was, err := tx.HoursEventByPublicID(ctx, v.PublicID)
	if err != nil {
		return db.NotFound(err)
	}
	if v.Name == nameFor(who.Lang, was.Name, was.Holiday) { // as this reader saw it: nothing was typed
		v.Name = was.Name
	}
	if err := once(ctx, tx, v.Name, starts, was.ID); err != nil {
		return err
	}
	n, err := tx.UpdateHoursEvent(ctx, gen.UpdateHoursEventParams{ID: was.ID, Version: v.Version, Name: v.Name, Starts: starts, Ends: ends, IsOpen: flag(v.Open), ForFr: flag(v.French), ForEn: flag(v.English), Now: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "hours.event_changed", ObjectKind: "hours_event", ObjectID: was.ID, Details: fieldsOf(
		field{"name", was.Name != v.Name}, field{"start", was.Starts != starts}, field{"end", was.Ends != ends}, field{"open", was.IsOpen != flag(v.Open)},
		field{"languages", was.ForFr != flag(v.French) || was.ForEn != flag(v.English)})})
}

// RemoveEvent takes an event away.
func (s *Service) RemoveEvent(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := tx.HoursEventByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.DeleteHoursEvent(ctx, gen.DeleteHoursEventParams{ID: r.ID, Version: version})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(func() { s.changed("hours") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "hours.event_removed", ObjectKind: "hours_event", ObjectID: r.ID, Details: map[string]any{"name": r.Name}})
	})
}
