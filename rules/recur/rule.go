package recur

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"comptoir/core/civil"
	"comptoir/core/fault"
)

// Rule is a checked RFC 5545 recurrence rule over civil dates. How often and until when it
// runs is no part of it: remaining cycles are counted by the template.
type Rule struct {
	text string
	opt  rrule.ROption
}

// longest is how long a rule's text may be; the longest that a person needs has some fifty
// characters.
const longest = 200

// intervals are the longest steps. They keep a rule that never comes round from being
// searched for through ten thousand years.
var intervals = map[rrule.Frequency]int{rrule.DAILY: 366, rrule.WEEKLY: 104, rrule.MONTHLY: 120, rrule.YEARLY: 10}

// Parse checks a rule: frequencies from daily to yearly, no times of day, no COUNT and no
// UNTIL. Whether it comes round depends on its beginning: see Calendar.Check.
func Parse(text string) (Rule, error) {
	text = strings.TrimPrefix(strings.ToUpper(strings.Join(strings.Fields(text), "")), "RRULE:")
	if text == "" {
		return Rule{}, fault.New(fault.Invalid, "fault.required")
	}
	if len(text) > longest {
		return Rule{}, fault.New(fault.Invalid, "fault.too_long", "max", longest, "count", len(text))
	}
	if err := parts(text); err != nil {
		return Rule{}, err
	}
	opt, err := rrule.StrToROption(text)
	if err != nil {
		return Rule{}, fault.New(fault.Invalid, "fault.recur.unreadable", "rule", text).With(err)
	}
	r := Rule{text: text, opt: *opt}
	if err := r.sane(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// known are the parts of a rule that make sense for days.
var known = []string{"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}

func parts(text string) error {
	seen := map[string]bool{}
	for _, part := range strings.Split(text, ";") {
		name, value, ok := strings.Cut(part, "=")
		switch {
		case !ok || value == "":
			return fault.New(fault.Invalid, "fault.recur.unreadable", "rule", text)
		case name == "COUNT" || name == "UNTIL":
			return fault.New(fault.Invalid, "fault.recur.count", "part", name)
		case !slices.Contains(known, name):
			return fault.New(fault.Invalid, "fault.recur.part", "part", name)
		case seen[name]:
			return fault.New(fault.Invalid, "fault.recur.twice", "part", name)
		}
		seen[name] = true
	}
	if !seen["FREQ"] {
		return fault.New(fault.Invalid, "fault.recur.part_missing", "part", "FREQ")
	}
	return nil
}

func (r *Rule) sane() error {
	o := &r.opt
	most, ok := intervals[o.Freq]
	if !ok {
		return fault.New(fault.Invalid, "fault.recur.frequency")
	}
	if o.Interval == 0 {
		o.Interval = 1
	}
	if strings.Contains(r.text, "INTERVAL=0") || o.Interval < 1 || o.Interval > most {
		return fault.New(fault.Invalid, "fault.recur.interval", "max", most)
	}
	if len(o.Bysetpos) > 0 && (o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY || len(o.Bymonthday) == 0 && len(o.Byweekday) == 0) {
		return fault.New(fault.Invalid, "fault.recur.part", "part", "BYSETPOS")
	}
	if slices.ContainsFunc(o.Byweekday, func(d rrule.Weekday) bool { return d.N() != 0 }) && o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY {
		return fault.New(fault.Invalid, "fault.recur.part", "part", "BYDAY")
	}
	if o.Freq == rrule.WEEKLY && len(o.Bymonthday) > 0 { // RFC 5545, 3.3.10: must not
		return fault.New(fault.Invalid, "fault.recur.part", "part", "BYMONTHDAY")
	}
	if !r.dayExists() {
		return fault.New(fault.Invalid, "fault.recur.never")
	}
	if _, err := rrule.NewRRule(*o); err != nil {
		return fault.New(fault.Invalid, "fault.recur.unreadable", "rule", r.text).With(err)
	}
	return nil
}

// dayExists refuses the 30th of February before anybody searches for it.
func (r *Rule) dayExists() bool {
	if len(r.opt.Bymonth) == 0 || len(r.opt.Bymonthday) == 0 {
		return true
	}
	for _, m := range r.opt.Bymonth {
		days := civil.New(2024, time.Month(m), 1).EndOfMonth().Day
		for _, d := range r.opt.Bymonthday {
			if d >= -days && d <= days {
				return true
			}
		}
	}
	return false
}

// String gives the rule as it is stored.
func (r Rule) String() string { return r.text }

// Units of a choice.
const (
	Day   = "day"
	Week  = "week"
	Month = "month"
	Year  = "year"
	Free  = "free" // an RRULE of the person's own
)

// LastDay is the day of a monthly choice that always falls on the month's last day.
const LastDay = -1

// Choice is a rule as a form asks for it. The 29th to the 31st fall on the last day of the
// months that lack them; 29 February on the 28th of common years.
type Choice struct {
	Unit  string     `json:"unit"`  // Day, Week, Month, Year, Free
	Every int        `json:"every"` // 1 = each, 3 with Month = quarterly
	Day   int        `json:"day"`   // of the month, 1 to 31 or LastDay; of a week, 1 = Monday to 7
	Month time.Month `json:"month"` // of a year
	Rule  string     `json:"rule"`  // of Free
}

// RuleOf writes the choice as a rule. Day and Month left at 0 are those of start.
func (c Choice) RuleOf(start civil.Date) (Rule, error) {
	if c.Unit == Free {
		return Parse(c.Rule)
	}
	freq := map[string]string{Day: "DAILY", Week: "WEEKLY", Month: "MONTHLY", Year: "YEARLY"}[c.Unit]
	if freq == "" {
		return Rule{}, fault.New(fault.Invalid, "fault.choice")
	}
	text := "FREQ=" + freq
	if c.Every != 1 {
		text += fmt.Sprintf(";INTERVAL=%d", c.Every)
	}
	if c.Month == 0 {
		c.Month = start.Month
	}
	switch c.Unit {
	case Week:
		if c.Day == 0 {
			c.Day = isoDay(start)
		}
		if c.Day < 1 || c.Day > 7 {
			return Rule{}, fault.New(fault.Invalid, "fault.choice")
		}
		text += ";BYDAY=" + weekdays[c.Day-1].String()
	case Month, Year:
		if c.Day == 0 {
			c.Day = start.Day
		}
		if c.Day < LastDay || c.Day > 31 {
			return Rule{}, fault.New(fault.Invalid, "fault.choice")
		}
		if c.Unit == Year {
			text += fmt.Sprintf(";BYMONTH=%d", c.Month)
		}
		text += monthDay(c.Day)
	}
	return Parse(text)
}

var weekdays = []rrule.Weekday{rrule.MO, rrule.TU, rrule.WE, rrule.TH, rrule.FR, rrule.SA, rrule.SU}

func isoDay(d civil.Date) int { return (int(d.Time().Weekday())+6)%7 + 1 }

// monthDay writes a day of the month: the first that exists of it and of the last day.
func monthDay(day int) string {
	if day > 28 {
		return fmt.Sprintf(";BYMONTHDAY=%d,-1;BYSETPOS=1", day)
	}
	return fmt.Sprintf(";BYMONTHDAY=%d", day)
}

// Choice gives the form of a rule; one that no form can hold is Free.
func (r Rule) Choice() Choice {
	free := Choice{Unit: Free, Every: 1, Rule: r.text}
	o := r.opt
	c := Choice{Every: o.Interval, Rule: r.text}
	switch o.Freq {
	case rrule.DAILY:
		c.Unit = Day
	case rrule.WEEKLY:
		c.Unit = Week
		if len(o.Byweekday) == 1 {
			c.Day = o.Byweekday[0].Day() + 1
		}
	case rrule.MONTHLY:
		c.Unit = Month
		c.Day = dayOf(o.Bymonthday)
	case rrule.YEARLY:
		c.Unit = Year
		c.Day = dayOf(o.Bymonthday)
		if len(o.Bymonth) == 1 {
			c.Month = time.Month(o.Bymonth[0])
		}
	default: // Parse takes no shorter ones
		return free
	}
	if again, err := c.RuleOf(civil.New(2024, 1, 1)); err != nil || again.text != r.text {
		return free
	}
	return c
}

func dayOf(days []int) int {
	if len(days) == 0 {
		return 0
	}
	return days[0]
}

// monthEnd tells whether every run falls on the last day of its month.
func (r Rule) monthEnd() bool {
	o := r.opt
	if o.Freq != rrule.MONTHLY && o.Freq != rrule.YEARLY || len(o.Byweekday) > 0 {
		return false
	}
	return slices.Equal(o.Bymonthday, []int{-1}) || slices.Equal(o.Bymonthday, []int{31, -1}) && slices.Equal(o.Bysetpos, []int{1})
}
