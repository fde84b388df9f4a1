package hours

import (
	"fmt"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/rules/hours"
)

// stamp writes a reading of the clock as rows keep it, so that text sorts as time does.
func stamp(l hours.Local) string {
	if l.Minute == hours.Midnight {
		l = hours.Local{Date: l.Date.AddDays(1)}
	}
	return l.Date.String() + "T" + clockOf(l.Minute)
}

// clockOf writes minutes as forms do: 09:30; 24:00 for the end of the day.
func clockOf(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

// bounds reads the beginning and the end of an event.
func bounds(starts, ends string) (start, end hours.Local, err error) {
	if start, err = reading(starts); err == nil {
		end, err = reading(ends)
	}
	return start, end, err
}

func reading(s string) (hours.Local, error) {
	day, clock, _ := strings.Cut(s, "T")
	d, err := civil.Parse(day)
	if err != nil {
		return hours.Local{}, err
	}
	m, ok := minuteOf(clock)
	if !ok {
		return hours.Local{}, fault.New(fault.Invalid, "fault.hours.time")
	}
	return hours.Local{Date: d, Minute: m}, nil
}

// minuteOf reads a time of day: 9:30, 09:30, 9h30, 9 h, 24:00.
func minuteOf(s string) (int, bool) {
	s = strings.ReplaceAll(strings.ToLower(strings.Join(strings.Fields(s), "")), "h", ":")
	hour, minute, _ := strings.Cut(s, ":")
	h, okH := number(hour)
	m, okM := number(minute)
	if minute == "" {
		m, okM = 0, true
	}
	if !okH || !okM || h > 24 || m > 59 || h == 24 && m > 0 {
		return 0, false
	}
	return h*60 + m, true
}

// number reads one or two digits.
func number(s string) (n int, ok bool) {
	for _, r := range s {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, len(s) == 1 || len(s) == 2
}
