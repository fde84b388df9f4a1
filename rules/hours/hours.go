// Package hours tells when a service is open.
//
// What lives here: weekly schedules and special events, which of them decides where they
// overlap, whether it is open at an instant and when that changes, the pieces of a week for
// a chart, and the instant by which so many minutes of open time have passed. What must
// not: stored rows, words, the clock. Called by office/hours.
//
// The priority is the source's (spec/settings, Clavardage), highest first: special events,
// custom weekly schedules, weekend, meal break, working hours. Outside of every schedule it
// is closed. Ties inside one kind are ADR 0026's.
package hours

import (
	"time"

	"comptoir/core/civil"
)

// Kind is what sort of schedule decides.
type Kind string

// The kinds, highest priority first; None is no schedule at all: closed.
const (
	Special Kind = "event"
	Custom  Kind = "custom"
	Weekend Kind = "weekend"
	Meal    Kind = "meal"
	Work    Kind = "work"
	None    Kind = "none"
)

// Kinds are the kinds of schedule, the highest priority first.
func Kinds() []Kind { return []Kind{Special, Custom, Weekend, Meal, Work} }

// rank is the place of a kind in the order of priority; 0 is the highest.
func (k Kind) rank() int {
	for i, x := range Kinds() {
		if x == k {
			return i
		}
	}
	return len(Kinds())
}

// Days are days of the week, one bit each from Monday (1) to Sunday (64).
type Days uint8

// Sets of days.
const (
	Monday Days = 1 << iota
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
	Sunday
	Weekdays    = Monday | Tuesday | Wednesday | Thursday | Friday
	WeekendDays = Saturday | Sunday
	EveryDay    = Weekdays | WeekendDays
)

// On is the bit of a date's day of the week.
func On(d civil.Date) Days { return 1 << ((int(d.Time().Weekday()) + 6) % 7) }

// Has tells whether a date falls on one of the days.
func (d Days) Has(on civil.Date) bool { return d&On(on) != 0 }

// Midnight is the end of a day in minutes.
const Midnight = 24 * 60

// Weekly is a schedule that comes back every week: from Start to End, in minutes of the
// clock on the wall, on each of Days. Start < End ≤ Midnight.
type Weekly struct {
	ID, Name   string
	Kind       Kind // Custom, Weekend, Meal or Work
	Days       Days
	Start, End int
	Open       bool
}

// Local is a reading of the clock on the wall: a date and a minute of it, 0 to Midnight.
type Local struct {
	Date   civil.Date
	Minute int
}

// Before tells whether l is read before m; the end of a day is the beginning of the next.
func (l Local) Before(m Local) bool { return l.naive().Before(m.naive()) }

// naive is the reading taken as if it were UTC.
func (l Local) naive() time.Time { return l.Date.Time().Add(time.Duration(l.Minute) * time.Minute) }

// Event is something that happens once: a public holiday, a fair. Start before End.
type Event struct {
	ID, Name   string
	Start, End Local
	Open       bool
}

// Plan is all that decides about one service in one place.
type Plan struct {
	Zone   *time.Location
	Weekly []Weekly
	Events []Event
}

// Horizon is how many days are looked ahead for a change: more than the year that somebody
// may close for. Beyond it the answer is that none is in sight.
const Horizon = 400

// Answer says whether it is open, by which schedule, and when that changes.
type Answer struct {
	Open     bool
	Why      Kind // None where no schedule covers the instant
	ID, Name string
	Until    time.Time // the first instant at which Open is otherwise; zero: none within Horizon
}

// At answers for an instant. Open alone counts as a change: a schedule that follows another
// one without a gap (22:00 to midnight, midnight to 02:00) goes on.
func (p Plan) At(t time.Time) Answer {
	now := p.decide(p.spans(t, t.Add(time.Second)), t)
	a := Answer{Open: now.open, Why: now.kind, ID: now.id, Name: now.name}
	p.walk(t, func(s Segment) bool {
		if s.Open != a.Open {
			a.Until = s.From
			return false
		}
		return true
	})
	return a
}

// Due is the first instant by which so many minutes of open time have passed since t; ok is
// false where they do not pass within Horizon. It is t itself for none.
func (p Plan) Due(t time.Time, minutes int) (due time.Time, ok bool) {
	left := time.Duration(minutes) * time.Minute
	if left <= 0 {
		return t, true
	}
	p.walk(t, func(s Segment) bool {
		if !s.Open {
			return true
		}
		if have := s.To.Sub(s.From); have < left {
			left -= have
			return true
		}
		due, ok = s.From.Add(left), true
		return false
	})
	return due, ok
}

// Segment is a stretch of time that one schedule decides.
type Segment struct {
	From, To time.Time
	Open     bool
	Why      Kind
	ID, Name string
}

// Segments cuts [from, to) where the deciding schedule changes.
func (p Plan) Segments(from, to time.Time) []Segment {
	list := []Segment{}
	spans := p.spans(from, to)
	cuts := cutsOf(spans, from, to)
	for i := 0; i+1 < len(cuts); i++ {
		d := p.decide(spans, cuts[i])
		s := Segment{From: cuts[i], To: cuts[i+1], Open: d.open, Why: d.kind, ID: d.id, Name: d.name}
		if n := len(list); n > 0 && list[n-1].ID == s.ID && list[n-1].Why == s.Why {
			list[n-1].To = s.To
			continue
		}
		list = append(list, s)
	}
	return list
}

// walk shows the segments from t on, in pieces of a week, until show says enough or the
// horizon is reached.
func (p Plan) walk(t time.Time, show func(Segment) bool) {
	const piece = 8
	for day := 0; day < Horizon; day += piece {
		from := t.Add(time.Duration(day) * 24 * time.Hour)
		for _, s := range p.Segments(from, from.Add(piece*24*time.Hour)) {
			if !show(s) {
				return
			}
		}
	}
}
