package hours

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/hours"
)

// Piece is a stretch of one day that one schedule decides. From and To are readings of the
// clock; where clocks are changed a day has more or fewer minutes than its readings say.
type Piece struct {
	From, To int // minutes of the day on the wall
	Open     bool
	Why      string
	Name     string
}

// Day is one day of the chart.
type Day struct {
	Date   civil.Date
	Pieces []Piece
}

// Week is the chart of seven days from a Monday, with what holds now.
type Week struct {
	Monday  civil.Date
	Today   civil.Date
	Now     Answer
	Minute  int // of the clock now
	Days    []Day
	Promise Promise
}

// Week draws the week of a day (zero: this week) for service in a language.
func (s *Service) Week(ctx context.Context, who actor.Actor, lang locale.Lang, day civil.Date) (w Week, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Week{}, err
	}
	if !day.IsZero() && (day.Year < 2000 || day.Year > 2200) {
		return Week{}, fault.New(fault.Invalid, "fault.hours.date")
	}
	now := s.db.Now()
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		st, err := StateAt(ctx, q, lang, now)
		if err != nil {
			return err
		}
		here := now.In(st.Answer.Zone)
		w = Week{Today: civil.Of(now, st.Answer.Zone), Now: st.Answer, Minute: here.Hour()*60 + here.Minute(), Promise: st.Promise}
		if day.IsZero() {
			day = w.Today
		}
		w.Monday = day.AddDays(-(int(day.Time().Weekday()) + 6) % 7)
		plan, err := planOf(ctx, q, lang, w.Monday.Time())
		if err != nil {
			return err
		}
		for i := range 7 {
			d := w.Monday.AddDays(i)
			w.Days = append(w.Days, Day{Date: d, Pieces: pieces(plan, d)})
		}
		return nil
	})
	return w, err
}

// pieces cuts a day. A piece that begins and ends at one reading (clocks put back) is kept as
// long as it lasts, so that nothing is drawn backwards.
func pieces(plan hours.Plan, d civil.Date) []Piece {
	start := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, plan.Zone)
	end := time.Date(d.Year, d.Month, d.Day+1, 0, 0, 0, 0, plan.Zone)
	minute := func(t time.Time) int {
		if !t.Before(end) {
			return hours.Midnight
		}
		t = t.In(plan.Zone)
		return t.Hour()*60 + t.Minute()
	}
	list := []Piece{}
	for _, s := range plan.Segments(start, end) {
		p := Piece{From: minute(s.From), To: minute(s.To), Open: s.Open, Why: string(s.Why), Name: s.Name}
		if n := len(list); n > 0 {
			p.From = max(p.From, list[n-1].To)
		} else {
			p.From = 0
		}
		if p.To > p.From {
			list = append(list, p)
		}
	}
	return list
}

// dayIn is the firm's day.
func (s *Service) dayIn(ctx context.Context, q *gen.Queries) (civil.Date, error) {
	return company.Today(ctx, q, s.db.Now())
}
