package sepa

import (
	"time"

	"comptoir/core/civil"
)

// Business tells whether banks settle on a day: not at weekends, nor on the days on which
// TARGET is closed (1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December).
func Business(d civil.Date) bool {
	if wd := d.Time().Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	switch {
	case d.Month == time.January && d.Day == 1, d.Month == time.May && d.Day == 1, d.Month == time.December && (d.Day == 25 || d.Day == 26):
		return false
	}
	easter := civil.Easter(d.Year)
	return d != easter.AddDays(-2) && d != easter.AddDays(1)
}

// NextBusiness is d, or the first day after it on which banks settle.
func NextBusiness(d civil.Date) civil.Date {
	for !Business(d) {
		d = d.AddDays(1)
	}
	return d
}
