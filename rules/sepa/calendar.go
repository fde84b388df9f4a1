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
	easter := Easter(d.Year)
	return d != easter.AddDays(-2) && d != easter.AddDays(1)
}

// NextBusiness is d, or the first day after it on which banks settle.
func NextBusiness(d civil.Date) civil.Date {
	for !Business(d) {
		d = d.AddDays(1)
	}
	return d
}

// Easter is Easter Sunday of the Gregorian calendar (Meeus).
func Easter(year int) civil.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return civil.New(year, time.Month(n/31), n%31+1)
}
