// Package civil holds dates without a time of day, as documents and books carry them.
//
// What lives here: the date, its arithmetic and its written form. What must not: the
// clock (a Date is made from a time and a place by the caller) and any input or output.
package civil

import (
	"encoding/json"
	"errors"
	"time"
)

// Date is a day of the Gregorian calendar. The zero Date means "none".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ErrDate is returned for text that is not a real day written YYYY-MM-DD.
var ErrDate = errors.New("civil: not a date of the form YYYY-MM-DD")

// Of gives the day that t falls on in loc.
func Of(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return Date{y, m, d}
}

// New gives the normalised day (32 January is 1 February).
func New(year int, month time.Month, day int) Date {
	return Of(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// Parse reads YYYY-MM-DD and refuses days that do not exist. Years 1900 to 2199 only:
// anything else in a back office is a slip of the finger.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2199 {
		return Date{}, ErrDate
	}
	return Of(t, time.UTC), nil
}

// MustParse is Parse for constants; it panics on a bad one.
func MustParse(s string) Date {
	d, err := Parse(s)
	if err != nil {
		panic(err.Error() + ": " + s)
	}
	return d
}

// IsZero tells whether d is "none".
func (d Date) IsZero() bool { return d == Date{} }

// Time gives midnight UTC of d.
func (d Date) Time() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// String writes YYYY-MM-DD, or nothing for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Compact writes YYYYMMDD, the form of FEC (art. A47 A-1 LPF).
func (d Date) Compact() string { return d.Time().Format("20060102") }

// Before tells whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.Time().Before(e.Time()) }

// After tells whether d is later than e.
func (d Date) After(e Date) bool { return e.Before(d) }

// AddDays gives the day n days later.
func (d Date) AddDays(n int) Date { return New(d.Year, d.Month, d.Day+n) }

// AddMonths gives the same day n months later, or the month's last day if it is shorter.
func (d Date) AddMonths(n int) Date {
	first := New(d.Year, d.Month+time.Month(n), 1)
	return Date{first.Year, first.Month, min(d.Day, first.EndOfMonth().Day)}
}

// EndOfMonth gives the last day of d's month.
func (d Date) EndOfMonth() Date { return New(d.Year, d.Month+1, 0) }

// StartOfMonth gives the first day of d's month.
func (d Date) StartOfMonth() Date { return Date{d.Year, d.Month, 1} }

// DaysSince gives the days from e to d, negative when d is earlier.
func (d Date) DaysSince(e Date) int { return int(d.Time().Sub(e.Time()).Hours() / 24) }

// Period gives YYYY-MM, the key of kept period balances.
func (d Date) Period() string { return d.Time().Format("2006-01") }

// MarshalJSON writes "YYYY-MM-DD" or "".
func (d Date) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads "YYYY-MM-DD" or "".
func (d *Date) UnmarshalJSON(b []byte) error {
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == "" {
		*d = Date{}
		return nil
	}
	p, err := Parse(s)
	if err != nil {
		return err
	}
	*d = p
	return nil
}
