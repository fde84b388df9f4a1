package statement

import (
	"time"

	"comptoir/core/civil"
)

// Period is the days of a statement, both included. A zero From is from the beginning.
type Period struct {
	From civil.Date
	To   civil.Date
}

// Preset is a period by name, counted from today.
type Preset string

// The preset periods.
const (
	ThisMonth    Preset = "this_month"
	LastMonth    Preset = "last_month"
	ThisQuarter  Preset = "this_quarter"
	LastQuarter  Preset = "last_quarter"
	ThisYear     Preset = "this_year"
	LastYear     Preset = "last_year"
	LastTwelve   Preset = "last_12_months"
	Always       Preset = "all"
	monthsInYear        = 12
)

// PeriodOf gives the days of a preset. What is not over yet ends today: a statement never
// speaks of days to come.
func PeriodOf(p Preset, today civil.Date) (Period, bool) {
	month, quarter, year := today.StartOfMonth(), startOfQuarter(today), civil.New(today.Year, time.January, 1)
	switch p {
	case ThisMonth:
		return Period{month, today}, true
	case LastMonth:
		return Period{month.AddMonths(-1), month.AddDays(-1)}, true
	case ThisQuarter:
		return Period{quarter, today}, true
	case LastQuarter:
		return Period{quarter.AddMonths(-3), quarter.AddDays(-1)}, true
	case ThisYear:
		return Period{year, today}, true
	case LastYear:
		return Period{year.AddMonths(-monthsInYear), year.AddDays(-1)}, true
	case LastTwelve:
		return Period{today.AddMonths(-monthsInYear).AddDays(1), today}, true
	case Always:
		return Period{civil.Date{}, today}, true
	}
	return Period{}, false
}

func startOfQuarter(d civil.Date) civil.Date { return civil.New(d.Year, (d.Month-1)/3*3+1, 1) }

// Frequency is how often a statement is mailed.
type Frequency string

// The frequencies of a schedule: a week ends on Sunday, a month and a quarter on their last day.
const (
	Weekly    Frequency = "weekly"
	Monthly   Frequency = "monthly"
	Quarterly Frequency = "quarterly"
)

// Valid tells whether f is one of them.
func (f Frequency) Valid() bool { return f == Weekly || f == Monthly || f == Quarterly }

// Next gives the first day on or after d on which a statement of that frequency is mailed:
// a Monday, the first of a month, the first of a quarter.
func (f Frequency) Next(d civil.Date) civil.Date {
	at := f.start(d)
	if at == d {
		return d
	}
	return f.After(at)
}

// After gives the mailing day that follows a mailing day.
func (f Frequency) After(d civil.Date) civil.Date {
	switch f {
	case Weekly:
		return d.AddDays(7)
	case Quarterly:
		return d.AddMonths(3)
	case Monthly:
	}
	return d.AddMonths(1)
}

// Covers gives the period that the statement of a mailing day speaks of: the week, month
// or quarter that ended the day before.
func (f Frequency) Covers(on civil.Date) Period {
	end := on.AddDays(-1)
	return Period{f.start(end), end}
}

func (f Frequency) start(d civil.Date) civil.Date {
	switch f {
	case Weekly:
		return d.AddDays(-(int(d.Time().Weekday()) + 6) % 7)
	case Quarterly:
		return startOfQuarter(d)
	case Monthly:
	}
	return d.StartOfMonth()
}
