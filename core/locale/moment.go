package locale

import (
	"fmt"
	"strconv"
	"time"

	"comptoir/core/civil"
)

// Clock writes a time of day as it is in loc: 9 h, 9 h 30; 9:00, 9:30.
func Clock(lang Lang, t time.Time, loc *time.Location) string {
	t = t.In(loc)
	return ClockMinutes(lang, t.Hour()*60+t.Minute())
}

// ClockMinutes writes a time of day that is given in minutes; 1440 is 24 h.
func ClockMinutes(lang Lang, minutes int) string {
	hour, minute := minutes/60, minutes%60
	switch {
	case Of(lang) == EN:
		return fmt.Sprintf("%d:%02d", hour, minute)
	case minute == 0:
		return strconv.Itoa(hour) + "\u00a0h"
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", hour, minute)
}

// Moment tells when something near begins, seen from now: aujourd’hui à 14 h, demain à 9 h,
// lundi à 9 h within a week, then le lundi 5 janvier 2027 à 9 h.
func Moment(lang Lang, t, now time.Time, loc *time.Location) string {
	return moment(lang, "date.moment.", t, now, loc)
}

// Until tells until when something goes on: jusqu’à 17 h, jusqu’à lundi 9 h. Midnight belongs
// to the day that it ends.
func Until(lang Lang, t, now time.Time, loc *time.Location) string {
	return moment(lang, "date.until.", t, now, loc)
}

func moment(lang Lang, form string, t, now time.Time, loc *time.Location) string {
	day, clock := civil.Of(t, loc), Clock(lang, t, loc)
	if at := t.In(loc); form == "date.until." && at.Hour() == 0 && at.Minute() == 0 {
		day, clock = day.AddDays(-1), T(lang, "date.midnight", nil)
	}
	how := "day"
	switch away := day.DaysSince(civil.Of(now, loc)); {
	case away == 0:
		how = "today"
	case away == 1:
		how = "tomorrow"
	case away > 1 && away < 7:
		how = "weekday"
	}
	return T(lang, form+how, map[string]any{"time": clock, "day": Weekday(lang, day), "date": Date(lang, day)})
}

// Weekday is the name of a date's day of the week: lundi; Monday.
func Weekday(lang Lang, d civil.Date) string {
	return T(lang, fmt.Sprintf("date.weekday.%d", (int(d.Time().Weekday())+6)%7+1), nil)
}
