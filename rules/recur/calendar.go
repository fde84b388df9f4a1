package recur

import (
	"time"

	"github.com/teambition/rrule-go"

	"comptoir/core/civil"
	"comptoir/core/fault"
)

// Calendar is a rule that begins on a day. Start need not be one of its days: the first run
// is the first day of the rule on or after it.
type Calendar struct {
	Rule  Rule
	Start civil.Date
}

// lookAhead is how far a rule must come round; it is longer than the eight years that may
// lie between two days of 29 February.
const lookAhead = 12

// Check refuses a rule that does not come round twice from its beginning.
func (c Calendar) Check() error {
	if years := lookAhead * c.Rule.opt.Interval; len(c.List(c.Start, civil.New(min(c.Start.Year+years, 9000), 12, 31), 2)) < 2 {
		return fault.New(fault.Invalid, "fault.recur.never")
	}
	return nil
}

// rule builds the library's rule, begun on start: at midnight UTC, where no hour is ever
// changed. Days that RFC 5545 takes from the beginning are taken from the calendar's own
// Start, so that a beginning moved back gives the same days.
func (c Calendar) rule(start civil.Date) *rrule.RRule {
	o := c.Rule.opt
	o.Dtstart = start.Time()
	if len(o.Bymonthday) == 0 && len(o.Byweekday) == 0 {
		switch o.Freq {
		case rrule.WEEKLY:
			o.Byweekday = []rrule.Weekday{weekdays[isoDay(c.Start)-1]}
		case rrule.YEARLY:
			if len(o.Bymonth) == 0 {
				o.Bymonth = []int{int(c.Start.Month)}
			}
			o.Bymonthday = []int{c.Start.Day}
		case rrule.MONTHLY:
			o.Bymonthday = []int{c.Start.Day}
		default: // every day is every day
		}
	}
	r, err := rrule.NewRRule(o)
	if err != nil {
		panic("recur: a checked rule does not build: " + err.Error())
	}
	return r
}

func day(t time.Time) civil.Date {
	if t.IsZero() {
		return civil.Date{}
	}
	return civil.Of(t, time.UTC)
}

// Next gives the first run after that day; zero when there is none.
func (c Calendar) Next(after civil.Date) civil.Date {
	return day(c.rule(c.near(after)).After(after.Time(), false))
}

// From gives the first run on or after that day; zero when there is none.
func (c Calendar) From(on civil.Date) civil.Date {
	return day(c.rule(c.near(on)).After(on.Time(), true))
}

// On tells whether the calendar runs on that day.
func (c Calendar) On(d civil.Date) bool { return c.From(d) == d && !d.IsZero() }

// List gives the runs from one day to another, both included, at most that many.
func (c Calendar) List(from, to civil.Date, most int) []civil.Date {
	list := []civil.Date{}
	next := c.rule(c.near(from)).Iterator()
	for len(list) < most {
		t, ok := next()
		if !ok || t.After(to.Time()) {
			break
		}
		if d := day(t); !d.Before(from) {
			list = append(list, d)
		}
	}
	return list
}

// before gives the run before that day, if need be one that would have been before Start.
func (c Calendar) before(on civil.Date) civil.Date {
	for _, start := range []civil.Date{c.near(on), c.Start, c.earlier()} {
		if d := day(c.rule(start).Before(on.Time(), false)); !d.IsZero() {
			return d
		}
	}
	return civil.Date{}
}

// near moves the beginning forward by whole steps to shortly before a day: the library
// counts from the beginning, which would cost a daily rule of ten years its ten years.
func (c Calendar) near(on civil.Date) civil.Date {
	n := c.Rule.opt.Interval
	switch days := on.DaysSince(c.Start); c.Rule.opt.Freq {
	case rrule.DAILY:
		if k := days/n - 1; k > 0 {
			return c.Start.AddDays(n * k)
		}
	case rrule.WEEKLY:
		if k := days/(7*n) - 1; k > 0 {
			return c.Start.AddDays(7 * n * k)
		}
	case rrule.MONTHLY:
		if k := days/(31*n) - 1; k > 0 {
			return c.Start.StartOfMonth().AddMonths(n * k)
		}
	case rrule.YEARLY:
		if k := days/(366*n) - 1; k > 0 {
			return civil.New(c.Start.Year+n*k, time.January, 1)
		}
	default: // Parse takes no shorter ones
	}
	return c.Start
}

// earlier moves the beginning back by whole steps, so that the runs stay where they are.
func (c Calendar) earlier() civil.Date {
	n := c.Rule.opt.Interval
	switch c.Rule.opt.Freq {
	case rrule.DAILY:
		return c.Start.AddDays(-n * (2000/n + 1))
	case rrule.WEEKLY:
		return c.Start.AddDays(-7 * n * 60)
	case rrule.MONTHLY:
		return c.Start.StartOfMonth().AddMonths(-n * 120)
	default:
		return civil.New(c.Start.Year-n*12, time.January, 1)
	}
}

// Which period the invoice of a run is about.
const (
	Ahead  = "ahead"  // the one that begins (à échoir): a rent, a subscription
	Behind = "behind" // the one that ends (échue): hours, consumption
)

// Period is the time of service that a run is about, both days included.
type Period struct{ From, To civil.Date }

// Period gives the period of a run. Runs on the last day of a month belong to that month:
// the month ends with them and the next one begins the day after.
func (c Calendar) Period(on civil.Date, which string) Period {
	shift := 0
	if c.Rule.monthEnd() {
		shift = 1
	}
	if which == Behind {
		prev := c.before(on)
		if prev.IsZero() {
			prev = on.AddDays(-1)
		}
		return Period{From: prev.AddDays(shift), To: on.AddDays(shift - 1)}
	}
	next := c.Next(on)
	if next.IsZero() {
		next = on.AddDays(1)
	}
	return Period{From: on.AddDays(shift), To: next.AddDays(shift - 1)}
}

// Remaining counts the cycles left of cycles; -1 is without end.
func Remaining(cycles *int64, done int64) int64 {
	if cycles == nil {
		return -1
	}
	return max(*cycles-done, 0)
}
