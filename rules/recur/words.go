package recur

import (
	"fmt"
	"strings"
	"time"

	"comptoir/core/civil"
	"comptoir/core/locale"
)

// Words tells a rule as a person would: « chaque mois, le dernier jour ». A rule of a
// person's own that no form can hold is told as it is written.
func (r Rule) Words(lang locale.Lang) string {
	c := r.Choice()
	args := map[string]any{"n": c.Every}
	switch c.Unit {
	case Day:
		return locale.T(lang, "common.recur.daily", args)
	case Week:
		args["day"] = locale.T(lang, fmt.Sprintf("common.recur.weekday.%d", c.Day), nil)
		return locale.T(lang, "common.recur.weekly", args)
	case Month:
		args["day"] = dayWords(lang, c.Day)
		if c.Every%12 == 0 {
			args["n"] = c.Every / 12
			return locale.T(lang, "common.recur.yearly_day", args)
		}
		if c.Every == 3 {
			return locale.T(lang, "common.recur.quarterly", args)
		}
		return locale.T(lang, "common.recur.monthly", args)
	case Year:
		args["day"] = monthDayWords(lang, c.Month, c.Day)
		return locale.T(lang, "common.recur.yearly", args)
	}
	return locale.T(lang, "common.recur.free", map[string]any{"rule": r.text})
}

func dayWords(lang locale.Lang, day int) string {
	switch {
	case day == LastDay:
		return locale.T(lang, "common.recur.last_day", nil)
	case day > 28:
		return locale.T(lang, "common.recur.late_day", map[string]any{"day": day})
	case day == 1:
		return locale.T(lang, "common.recur.first_day", nil)
	}
	return locale.T(lang, "common.recur.some_day", map[string]any{"day": day})
}

func monthDayWords(lang locale.Lang, month time.Month, day int) string {
	name := monthName(lang, month)
	switch {
	case day == LastDay:
		return locale.T(lang, "common.recur.last_of", map[string]any{"month": name})
	case day == 1:
		return locale.T(lang, "common.recur.first_of", map[string]any{"month": name})
	case day == 29 && month == time.February:
		return locale.T(lang, "common.recur.leap_day", nil)
	}
	return locale.T(lang, "common.recur.day_of", map[string]any{"day": day, "month": name})
}

// monthName is written out: dates are short in English, sentences are not.
func monthName(lang locale.Lang, m time.Month) string {
	return locale.T(lang, fmt.Sprintf("common.recur.month.%02d", int(m)), nil)
}

// words tells a period: novembre 2026; 4e trimestre 2026; 2026; else from day to day.
func (p Period) words(lang locale.Lang) string {
	months := (p.To.Year-p.From.Year)*12 + int(p.To.Month) - int(p.From.Month) + 1
	whole := p.From.Day == 1 && p.To == p.To.EndOfMonth()
	switch {
	case p.From == p.To:
		return locale.Date(lang, p.From)
	case whole && months == 1:
		return fmt.Sprintf("%s %d", monthName(lang, p.From.Month), p.From.Year)
	case whole && months == 3 && p.From.Month%3 == 1:
		return quarter(lang, p.From)
	case whole && months == 12 && p.From.Month == 1:
		return fmt.Sprint(p.From.Year)
	case whole:
		return locale.T(lang, "common.recur.months", map[string]any{"from": monthYear(lang, p.From), "to": monthYear(lang, p.To)})
	}
	return locale.T(lang, "common.recur.days", map[string]any{"from": locale.Date(lang, p.From), "to": locale.Date(lang, p.To)})
}

func monthYear(lang locale.Lang, d civil.Date) string {
	return fmt.Sprintf("%s %d", monthName(lang, d.Month), d.Year)
}

func quarter(lang locale.Lang, d civil.Date) string {
	n := (int(d.Month)-1)/3 + 1
	return locale.T(lang, "common.recur.quarter", map[string]any{"n": fmt.Sprint(n), "ending": locale.T(lang, fmt.Sprintf("common.recur.quarter.%d", n), nil), "year": fmt.Sprint(d.Year)})
}

// Run is what the words of an invoice may speak of.
type Run struct {
	On     civil.Date // the day of the run by the calendar, also where the invoice comes later
	Period Period
	Cycle  int64 // 1 = the first
}

// names are the words between braces, in both languages, with and without accents.
var names = map[string]func(locale.Lang, Run) string{
	"period":  func(l locale.Lang, r Run) string { return r.Period.words(l) },
	"month":   func(l locale.Lang, r Run) string { return monthName(l, r.Period.From.Month) },
	"year":    func(_ locale.Lang, r Run) string { return fmt.Sprint(r.Period.From.Year) },
	"quarter": func(l locale.Lang, r Run) string { return quarter(l, r.Period.From) },
	"start":   func(l locale.Lang, r Run) string { return locale.Date(l, r.Period.From) },
	"end":     func(l locale.Lang, r Run) string { return locale.Date(l, r.Period.To) },
	"date":    func(l locale.Lang, r Run) string { return locale.Date(l, r.On) },
	"number":  func(_ locale.Lang, r Run) string { return fmt.Sprint(r.Cycle) },
}

var french = map[string]string{"période": "period", "periode": "period", "mois": "month", "année": "year", "annee": "year", "trimestre": "quarter",
	"début": "start", "debut": "start", "fin": "end", "numéro": "number", "numero": "number"}

func lookUp(name string) (func(locale.Lang, Run) string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if n, ok := french[name]; ok {
		name = n
	}
	f, ok := names[name]
	return f, ok
}

// Problem is a placeholder that means nothing.
type Problem struct {
	Name string // as it was typed; "" = the braces are never closed
	At   int    // which character of the text it begins with, 1 = the first
}

// Check gives the first placeholder of a text that means nothing, nil when all is well.
func Check(text string) *Problem {
	var found *Problem
	walk(text, func(string) {}, func(name string, at int, closed bool) {
		if _, ok := lookUp(name); found == nil && (!ok || !closed) {
			found = &Problem{At: at}
			if closed {
				found.Name = strings.TrimSpace(name)
			}
		}
	})
	return found
}

// Expand puts the words of a run into a text. \{{ stands for two braces; what means nothing
// stays as it is typed (it was refused when the text was saved).
func Expand(lang locale.Lang, text string, run Run) string {
	var b strings.Builder
	walk(text, func(plain string) { b.WriteString(plain) }, func(name string, _ int, closed bool) {
		f, ok := lookUp(name)
		switch {
		case ok && closed:
			b.WriteString(f(lang, run))
		case closed:
			b.WriteString("{{" + name + "}}")
		default:
			b.WriteString("{{" + name)
		}
	})
	return b.String()
}

// walk takes a text apart. What a placeholder gives is never looked at again, so words of a
// period cannot become placeholders themselves.
func walk(text string, plain func(string), placeholder func(name string, at int, closed bool)) {
	place := 1
	for text != "" {
		i := strings.Index(text, "{{")
		if i < 0 {
			plain(text)
			return
		}
		if i > 0 && text[i-1] == '\\' {
			plain(text[:i-1] + "{{")
			place += len([]rune(text[:i+2]))
			text = text[i+2:]
			continue
		}
		plain(text[:i])
		at := place + len([]rune(text[:i]))
		name, rest, closed := strings.Cut(text[i+2:], "}}")
		placeholder(name, at, closed)
		place = at + 4 + len([]rune(name))
		text = rest
	}
}
