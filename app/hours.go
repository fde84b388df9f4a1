package app

import (
	"time"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/hours"
)

// Hours is bound to the window: when chat is open.
type Hours struct{ desk *desk }

// HoursNow says whether it is open now, why, and until when.
type HoursNow struct {
	Open     bool   `json:"open"`
	Why      string `json:"why"` // event, custom, weekend, meal, work, none
	WhyKind  string `json:"whyKind"`
	WhyName  string `json:"whyName"`
	Sentence string `json:"sentence"`
	Next     string `json:"next"` // "" = no change in sight
	Promise  string `json:"promise"`
}

// HoursPiece is a stretch of a day on the chart, in minutes of the clock.
type HoursPiece struct {
	From     int    `json:"from"`
	To       int    `json:"to"`
	FromText string `json:"fromText"`
	ToText   string `json:"toText"`
	Open     bool   `json:"open"`
	Why      string `json:"why"`
	Name     string `json:"name"`
}

// HoursDay is one day of the chart.
type HoursDay struct {
	Date   string       `json:"date"`
	Label  string       `json:"label"`
	Today  bool         `json:"today"`
	Pieces []HoursPiece `json:"pieces"`
}

// HoursWeek is the chart of a week for service in one language.
type HoursWeek struct {
	Monday   string     `json:"monday"`
	Label    string     `json:"label"`
	Previous string     `json:"previous"`
	Next     string     `json:"next"`
	Minute   int        `json:"minute"` // of the clock now
	Zone     string     `json:"zone"`
	Now      HoursNow   `json:"now"`
	Days     []HoursDay `json:"days"`
}

// HoursDesk is what the section of settings shows at once.
type HoursDesk struct {
	Settings  hours.Settings   `json:"settings"`
	Schedules []hours.Schedule `json:"schedules"` // of the language that was asked for
	Events    []hours.Event    `json:"events"`
	Today     string           `json:"today"` // where the firm is
}

// View gives the settings, the schedules of a language and the events to come; with past, those
// that are over too.
func (s *Hours) View(lang string, past bool) (HoursDesk, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HoursDesk{}, err
	}
	f, err := h.Company.Firm(s.desk.ctx, who)
	if err != nil {
		return HoursDesk{}, err
	}
	v := HoursDesk{Today: f.Today(h.DB.Now()).String()}
	if v.Settings, err = h.Hours.Settings(s.desk.ctx, who); err != nil {
		return HoursDesk{}, err
	}
	if v.Schedules, err = h.Hours.Schedules(s.desk.ctx, who, lang); err != nil {
		return HoursDesk{}, err
	}
	v.Events, err = h.Hours.Events(s.desk.ctx, who, past)
	return v, err
}

// Settings gives the switch and the promise.
func (s *Hours) Settings() (hours.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Settings{}, err
	}
	return h.Hours.Settings(s.desk.ctx, who)
}

// SaveSettings changes them, whole or not at all.
func (s *Hours) SaveSettings(v hours.Settings) (hours.Settings, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Settings{}, err
	}
	return h.Hours.SaveSettings(s.desk.ctx, who, v)
}

// SaveSchedule makes a custom schedule or changes one.
func (s *Hours) SaveSchedule(v hours.Schedule, key string) (hours.Schedule, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Schedule{}, err
	}
	return h.Hours.SaveSchedule(s.desk.ctx, who, key, v)
}

// RemoveSchedule takes a custom schedule or the meal break away.
func (s *Hours) RemoveSchedule(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Hours.RemoveSchedule(s.desk.ctx, who, id, version)
}

// SaveEvent makes a special event or changes one.
func (s *Hours) SaveEvent(v hours.Event, key string) (hours.Event, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Event{}, err
	}
	return h.Hours.SaveEvent(s.desk.ctx, who, key, v)
}

// RemoveEvent takes a special event away.
func (s *Hours) RemoveEvent(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Hours.RemoveEvent(s.desk.ctx, who, id, version)
}

// Holidays gives the public holidays of a year; set "" is the most likely one.
func (s *Hours) Holidays(year int, set string) (hours.Year, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Year{}, err
	}
	who.Lang = s.desk.lang
	return h.Hours.Holidays(s.desk.ctx, who, year, set)
}

// AddHolidays adds those that are not there yet.
func (s *Hours) AddHolidays(year int, set string) (hours.Year, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return hours.Year{}, err
	}
	return h.Hours.AddHolidays(s.desk.ctx, who, year, set)
}

// Now tells whether service in a language is open now.
func (s *Hours) Now(lang string) (HoursNow, error) {
	w, err := s.Week(lang, "")
	return w.Now, err
}

// Week draws the week of a day, "" for this one.
func (s *Hours) Week(lang, day string) (HoursWeek, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return HoursWeek{}, err
	}
	var on civil.Date
	if day != "" {
		if on, err = civil.Parse(day); err != nil {
			return HoursWeek{}, fault.New(fault.Invalid, "fault.hours.date").With(err)
		}
	}
	w, err := h.Hours.Week(s.desk.ctx, who, lang, on)
	if err != nil {
		return HoursWeek{}, err
	}
	return s.desk.week(w), nil
}

// week writes the chart in the reader's language.
func (d *desk) week(w hours.Week) HoursWeek {
	v := HoursWeek{Monday: w.Monday.String(), Label: locale.Date(d.lang, w.Monday), Previous: w.Monday.AddDays(-7).String(), Next: w.Monday.AddDays(7).String(),
		Minute: w.Minute, Zone: w.Now.Zone.String(), Days: []HoursDay{}, Now: HoursNow{Open: w.Now.Open, Why: w.Now.Why, WhyKind: d.t("common.hours.kind."+w.Now.Why, nil),
			WhyName: w.Now.WhyName, Sentence: w.Now.Sentence(d.lang), Promise: w.Promise.Sentence(d.lang)}}
	if w.Now.Changes {
		v.Now.Next = w.Now.Next.UTC().Format(time.RFC3339)
	}
	for _, x := range w.Days {
		day := HoursDay{Date: x.Date.String(), Label: locale.Weekday(d.lang, x.Date) + " " + locale.Date(d.lang, x.Date), Today: x.Date == w.Today, Pieces: []HoursPiece{}}
		for _, p := range x.Pieces {
			day.Pieces = append(day.Pieces, HoursPiece{From: p.From, To: p.To, FromText: locale.ClockMinutes(d.lang, p.From), ToText: locale.ClockMinutes(d.lang, p.To), Open: p.Open, Why: p.Why, Name: p.Name})
		}
		v.Days = append(v.Days, day)
	}
	return v
}
