package hours_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/hours"
	"comptoir/office/officetest"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
)

type desk struct {
	*officetest.Firm
	*hours.Service
	changed []string
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{Firm: officetest.New(t)}
	d.Service = hours.New(d.DB, id.Seeded(9), func(topics ...string) { d.changed = append(d.changed, topics...) })
	return d
}

// Now is the firm's clock; the room's own Now is asked as d.Service.Now.
func (d *desk) Now() time.Time { return d.Firm.Now() }

func (d *desk) schedule(lang, kind string) hours.Schedule {
	d.T.Helper()
	list, err := d.Schedules(ctx, staff, lang)
	d.Must(err)
	i := slices.IndexFunc(list, func(s hours.Schedule) bool { return s.Kind == kind })
	if i < 0 {
		return hours.Schedule{}
	}
	return list[i]
}

func (d *desk) at(day string, hour, minute int) {
	d.T.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	d.Must(err)
	x := civil.MustParse(day)
	d.MoveTo(time.Date(x.Year, x.Month, x.Day, hour, minute, 0, 0, paris))
}

func (d *desk) says(lang, want string) {
	d.T.Helper()
	a, err := d.Service.Now(ctx, lang)
	d.Must(err)
	if got := strings.ReplaceAll(a.Sentence(lang), "\u00a0", " "); got != want {
		d.T.Errorf("%s: %q, not %q", lang, got, want)
	}
}

// What a company begins with: chat off, En semaine and Weekend in both languages.
func TestMadeWithTheCompany(t *testing.T) {
	d := open(t)
	set, err := d.Settings(ctx, staff)
	d.Must(err)
	if set.Enabled || set.PromiseMinutes != 0 || !set.SameHours {
		t.Errorf("%+v", set)
	}
	for _, lang := range []string{"fr", "en"} {
		list, err := d.Schedules(ctx, staff, lang)
		d.Must(err)
		const name = "En semaine" // to who reads in French
		if len(list) != 2 || list[0].Kind != "weekend" || list[0].Open || !list[0].AllDay || list[1].Name != name || !slices.Equal(list[1].Days, []int{1, 2, 3, 4, 5}) || list[1].MealBreak {
			t.Errorf("%s: %+v", lang, list)
		}
		for _, s := range list {
			d.WantFault(d.RemoveSchedule(ctx, staff, s.PublicID, s.Version), "fault.hours.stays")
		}
	}
}

// The words of the portal, and what is promised, over an evening and a weekend.
func TestSentences(t *testing.T) {
	d := open(t)
	d.at("2026-11-25", 10, 0) // a Wednesday
	d.says("fr", "Ouvert jusqu’à 17 h.")
	d.says("en", "Open until 17:00.")
	d.at("2026-11-25", 8, 0)
	d.says("fr", "Ouvre aujourd’hui à 9 h.")
	d.at("2026-11-25", 18, 0)
	d.says("fr", "Ouvre demain à 9 h.")
	d.at("2026-11-27", 18, 0)
	d.says("fr", "Ouvre lundi à 9 h.")
	d.says("en", "Opens Monday at 9:00.")
	_, err := d.SaveSettings(ctx, staff, hours.Settings{Enabled: true, PromiseMinutes: 240, SameHours: true, Version: 1})
	d.Must(err)
	st, err := d.Chat(ctx, "fr")
	d.Must(err)
	if got := strings.ReplaceAll(st.Promise.Sentence("fr"), "\u00a0", " "); !st.Enabled || got != "Nous répondons en moins de 4 heures d’ouverture : lundi à 13 h au plus tard." {
		t.Errorf("%q", got)
	}
	_, err = d.SaveEvent(ctx, staff, d.Key(), hours.Event{Name: "Travaux", StartDate: "2026-11-01", StartTime: "0:00", EndDate: "2028-12-31", EndTime: "24:00", French: true})
	d.Must(err)
	d.says("fr", "Aucune ouverture n’est prévue pour le moment.")
	d.says("en", "Opens Monday at 9:00.")
	if st, err = d.Chat(ctx, "fr"); err != nil || st.Promise.Known || st.Promise.Sentence("fr") != "" {
		t.Errorf("nothing can be promised: %+v, %v", st.Promise, err)
	}
}

// Other hours in English, once they are no longer the same; the meal break is made by its tick.
func TestLanguagesAndMealBreak(t *testing.T) {
	d := open(t)
	work := d.schedule("fr", "work")
	work.MealBreak = true
	saved, err := d.SaveSchedule(ctx, staff, "", work)
	d.Must(err)
	meal := d.schedule("fr", "meal")
	if !saved.MealBreak || meal.Name != "Pause-repas" || meal.Start != "12:00" || meal.End != "13:00" || !slices.Equal(meal.Days, work.Days) || meal.Open {
		t.Fatalf("%+v, %+v", saved, meal)
	}
	meal.Start, meal.Open = "11h45", true // it stays closed: that is what it is
	meal, err = d.SaveSchedule(ctx, staff, "", meal)
	d.Must(err)
	d.at("2026-11-25", 12, 30)
	a, err := d.Service.Now(ctx, "en")
	d.Must(err)
	if a.Open || a.Why != "meal" || a.WhyName != "Meal break" || meal.Open {
		t.Errorf("%+v", a)
	}
	_, err = d.SaveSettings(ctx, staff, hours.Settings{Version: 1})
	d.Must(err)
	if a, err = d.Service.Now(ctx, "en"); err != nil || !a.Open || a.WhyName != "Weekdays" {
		t.Errorf("English follows its own: %+v, %v", a, err)
	}
	saved.MealBreak = false
	_, err = d.SaveSchedule(ctx, staff, "", saved)
	d.Must(err)
	if left := d.schedule("fr", "meal"); left.PublicID != "" {
		t.Errorf("the tick taken away leaves %+v", left)
	}
}

// What a schedule was made with is called in the reader's language until the firm renames it; whoever saves it unchanged
// renames nothing.
func TestNamesThatSchedulesAreMadeWith(t *testing.T) {
	d := open(t)
	english := staff
	english.Lang = "en"
	named := func(who actor.Actor, want string) hours.Schedule {
		t.Helper()
		list, err := d.Schedules(ctx, who, "fr")
		d.Must(err)
		i := slices.IndexFunc(list, func(s hours.Schedule) bool { return s.Kind == "work" })
		if list[i].Name != want {
			t.Errorf("%s reads %q, want %q", who.Lang, list[i].Name, want)
		}
		return list[i]
	}
	s := named(english, "Weekdays")
	s.End = "18:00"
	saved, err := d.SaveSchedule(ctx, english, "", s)
	d.Must(err)
	if saved.Name != "Weekdays" {
		t.Error(saved.Name)
	}
	s = named(staff, "En semaine")
	_, err = d.SaveSchedule(ctx, staff, d.Key(), hours.Schedule{Language: "fr", Name: "weekdays", Days: []int{2}, Start: "17:00", End: "19:00", Open: true})
	d.WantField(err, "name", "fault.hours.name_taken") // two would have one name in English
	s.Name = "Atelier"
	_, err = d.SaveSchedule(ctx, staff, "", s)
	d.Must(err)
	named(english, "Atelier")
}

func TestImpossibleSchedules(t *testing.T) {
	d := open(t)
	good := hours.Schedule{Language: "fr", Name: "Nocturne", Days: []int{2}, Start: "17:00", End: "0:00", Open: true}
	key := d.Key()
	first, err := d.SaveSchedule(ctx, staff, key, good)
	d.Must(err)
	again, err := d.SaveSchedule(ctx, staff, key, good)
	d.Must(err)
	if first.PublicID != again.PublicID || first.End != "24:00" || first.Kind != "custom" {
		t.Errorf("a repeat, and midnight at the end: %+v, %+v", first, again)
	}
	for _, x := range []struct {
		change    func(*hours.Schedule)
		path, key string
	}{
		{func(s *hours.Schedule) { s.Name = " " }, "name", "fault.required"},
		{func(s *hours.Schedule) { s.Name = "NOCTURNE" }, "name", "fault.hours.name_taken"},
		{func(s *hours.Schedule) { s.Name = "en semaine" }, "name", "fault.hours.name_taken"},
		{func(s *hours.Schedule) { s.Days = nil }, "days", "fault.hours.no_day"},
		{func(s *hours.Schedule) { s.Days = []int{8} }, "days", "fault.choice"},
		{func(s *hours.Schedule) { s.Start, s.End = "17:00", "9:00" }, "end", "fault.hours.end_first"},
		{func(s *hours.Schedule) { s.Start, s.End = "9:00", "9:00" }, "end", "fault.hours.end_first"},
		{func(s *hours.Schedule) { s.Start = "25:00" }, "start", "fault.hours.time"},
		{func(s *hours.Schedule) { s.Start = "24:00" }, "start", "fault.hours.time"},
		{func(s *hours.Schedule) { s.End = "soir" }, "end", "fault.hours.time"},
		{func(s *hours.Schedule) { s.Language = "de" }, "language", "fault.choice"},
	} {
		s := good
		s.Name = "Autre"
		x.change(&s)
		_, err := d.SaveSchedule(ctx, staff, d.Key(), s)
		d.WantField(err, x.path, x.key)
	}
	wrong := good // all that is wrong at once
	wrong.Days, wrong.End = nil, "9:00"
	_, err = d.SaveSchedule(ctx, staff, d.Key(), wrong)
	d.WantField(err, "name", "fault.hours.name_taken")
	d.WantField(err, "days", "fault.hours.no_day")
	d.WantField(err, "end", "fault.hours.end_first")
	english := good
	english.Language = "en" // another language has names of its own
	_, err = d.SaveSchedule(ctx, staff, d.Key(), english)
	d.Must(err)
	first.Version = 7
	_, err = d.SaveSchedule(ctx, staff, "", first)
	d.WantFault(err, "fault.stale")
	d.WantFault(d.RemoveSchedule(ctx, staff, first.PublicID, 7), "fault.stale")
	d.Must(d.RemoveSchedule(ctx, staff, first.PublicID, 1))
	d.WantFault(d.RemoveSchedule(ctx, staff, first.PublicID, 1), "fault.not_found")
}

func TestEvents(t *testing.T) {
	d := open(t)
	d.at("2026-11-25", 10, 0)
	good := hours.Event{Name: "Portes ouvertes", StartDate: "2026-11-28", StartTime: "10 h", EndDate: "2026-11-28", EndTime: "24:00", Open: true, French: true, English: true}
	e, err := d.SaveEvent(ctx, staff, d.Key(), good)
	d.Must(err)
	if e.EndDate != "2026-11-28" || e.EndTime != "24:00" || e.StartTime != "10:00" || e.Holiday {
		t.Errorf("%+v", e)
	}
	for _, x := range []struct {
		change    func(*hours.Event)
		path, key string
	}{
		{func(e *hours.Event) { e.Name = "" }, "name", "fault.required"},
		{func(*hours.Event) {}, "name", "fault.hours.event_twice"},
		{func(e *hours.Event) { e.EndDate = "2026-11-27" }, "endDate", "fault.hours.ends_first"},
		{func(e *hours.Event) { e.EndTime = "10:00" }, "endTime", "fault.hours.ends_first"},
		{func(e *hours.Event) { e.StartDate = "" }, "startDate", "fault.hours.date"},
		{func(e *hours.Event) { e.EndTime = "9:60" }, "endTime", "fault.hours.time"},
		{func(e *hours.Event) { e.French, e.English = false, false }, "languages", "fault.hours.no_language"},
	} {
		v := good
		x.change(&v)
		_, err := d.SaveEvent(ctx, staff, d.Key(), v)
		d.WantField(err, x.path, x.key)
	}
	e.English = false
	e, err = d.SaveEvent(ctx, staff, "", e)
	d.Must(err)
	d.at("2026-11-28", 11, 0)
	d.says("fr", "Ouvert jusqu’à minuit.")
	d.says("en", "Opens Monday at 9:00.")
	d.at("2026-12-05", 11, 0)
	for past, want := range map[bool]int{false: 0, true: 1} {
		if list, err := d.Events(ctx, staff, past); err != nil || len(list) != want {
			t.Errorf("past %v: %+v, %v", past, list, err)
		}
	}
	d.WantFault(d.RemoveEvent(ctx, staff, e.PublicID, 1), "fault.stale")
	d.Must(d.RemoveEvent(ctx, staff, e.PublicID, 2))
}

// Public holidays of a year in one click; a second click, another list and a day typed by
// hand double nothing.
func TestHolidays(t *testing.T) {
	d := open(t)
	_, err := d.SaveEvent(ctx, staff, d.Key(), hours.Event{Name: "Noël", StartDate: "2027-12-25", StartTime: "0:00", EndDate: "2027-12-25", EndTime: "24:00", French: true, English: true})
	d.Must(err)
	for _, set := range []string{"", "FR", "FR-AM"} {
		_, err = d.AddHolidays(ctx, staff, 2027, set)
		d.Must(err)
	}
	list, err := d.Events(ctx, staff, true)
	d.Must(err)
	if len(list) != 13 {
		t.Errorf("%d events: %+v", len(list), list)
	}
	year, err := d.Holidays(ctx, staff, 2027, "FR-AM")
	d.Must(err)
	if n := len(year.Days); n != 13 || year.Set != "FR-AM" || !slices.Equal(year.Sets, []string{"FR", "FR-AM"}) || !year.Days[0].Added {
		t.Errorf("%+v", year)
	}
	d.at("2027-07-14", 10, 0)
	d.says("fr", "Ouvre demain à 9 h.")
	d.readInEnglish(list)
	_, err = d.Holidays(ctx, staff, 2027, "CA-QC")
	d.WantField(err, "set", "fault.choice")
	_, err = d.Holidays(ctx, staff, 1, "")
	d.WantField(err, "year", "fault.range")
	d.Change(func(c *company.Firm) {
		c.Country, c.Postcode, c.SIREN, c.SIRET, c.VATNumber = "DE", "10115", "", "", ""
	})
	if year, err = d.Holidays(ctx, staff, 2027, ""); err != nil || year.Set != "" || len(year.Days) != 0 {
		t.Errorf("of an unknown country: %+v, %v", year, err)
	}
	_, err = d.AddHolidays(ctx, staff, 2027, "")
	d.WantFault(err, "fault.hours.country_unknown")
}

// Who reads in English has the English names of public holidays, and leaves the stored ones alone by
// saving them; what the firm called by itself keeps its name.
func (d *desk) readInEnglish(french []hours.Event) {
	d.T.Helper()
	english := staff
	english.Lang = "en"
	list, err := d.Events(ctx, english, true)
	d.Must(err)
	names := []string{}
	for _, e := range list {
		names = append(names, e.Name)
	}
	if want := []string{"New Year’s Day", "Good Friday", "Easter Monday", "Labour Day", "Ascension Day", "Victory in Europe Day", "Whit Monday", "Bastille Day", "Assumption", "All Saints’ Day", "Armistice Day", "Noël", "Boxing Day"}; !slices.Equal(names, want) {
		d.T.Errorf("%q", names)
	}
	i := slices.IndexFunc(list, func(e hours.Event) bool { return e.Name == "Bastille Day" })
	_, err = d.SaveEvent(ctx, english, d.Key(), list[i])
	d.Must(err)
	again, err := d.Events(ctx, staff, true)
	d.Must(err)
	if again[i].Name != french[i].Name || again[i].Name != "Fête nationale" {
		d.T.Errorf("saved in English it is called %q", again[i].Name)
	}
	week, err := d.Week(ctx, english, "en", civil.MustParse("2027-07-14"))
	d.Must(err)
	if p := week.Days[2].Pieces; len(p) != 1 || p[0].Name != "Bastille Day" {
		d.T.Errorf("%+v", p)
	}
}

// Every change leaves a row of the audit log with the names of the fields, never their
// values, and tells the window.
func TestAuditAndRights(t *testing.T) {
	d := open(t)
	_, err := d.SaveSettings(ctx, staff, hours.Settings{Enabled: true, PromiseMinutes: 60, SameHours: true, Version: 1})
	d.Must(err)
	_, err = d.SaveSettings(ctx, staff, hours.Settings{Version: 1})
	d.WantFault(err, "fault.stale")
	_, err = d.SaveSettings(ctx, staff, hours.Settings{PromiseMinutes: 6001, Version: 2})
	d.WantField(err, "promiseMinutes", "fault.range")
	work := d.schedule("fr", "work")
	work.Start = "8:30"
	_, err = d.SaveSchedule(ctx, staff, "", work)
	d.Must(err)
	var log []string
	d.Must(d.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.AuditPage(ctx, gen.AuditPageParams{AfterID: 0, RowLimit: 1000})
		for _, r := range rows {
			if strings.HasPrefix(r.Action, "hours.") {
				log = append(log, r.Action+" "+r.Details)
			}
		}
		return err
	}))
	if want := []string{`hours.settings_changed {"fields":["enabled","promise_minutes"]}`, `hours.schedule_changed {"fields":["start"]}`}; !slices.Equal(log, want) {
		t.Errorf("%q", log)
	}
	if !slices.Equal(d.changed, []string{"hours", "hours"}) {
		t.Errorf("told %q", d.changed)
	}
	reader, customer := actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Reader}, actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustPassword}
	for name, act := range map[string]func(context.Context, actor.Actor) error{
		"settings": func(ctx context.Context, w actor.Actor) error {
			_, err := d.SaveSettings(ctx, w, hours.Settings{Version: 2})
			return err
		},
		"schedule": func(ctx context.Context, w actor.Actor) error { _, err := d.SaveSchedule(ctx, w, "", work); return err },
		"remove":   func(ctx context.Context, w actor.Actor) error { return d.RemoveSchedule(ctx, w, work.PublicID, 2) },
		"event": func(ctx context.Context, w actor.Actor) error {
			_, err := d.SaveEvent(ctx, w, "", hours.Event{})
			return err
		},
		"forget":   func(ctx context.Context, w actor.Actor) error { return d.RemoveEvent(ctx, w, "x", 1) },
		"holidays": func(ctx context.Context, w actor.Actor) error { _, err := d.AddHolidays(ctx, w, 2027, ""); return err },
	} {
		t.Run(name, func(*testing.T) {
			d.WantFault(act(ctx, reader), "fault.permission.configure")
			d.WantFault(act(ctx, customer), "fault.forbidden")
		})
	}
	_, err = d.Week(ctx, reader, "fr", civil.Date{})
	d.Must(err)
	_, err = d.Week(ctx, customer, "fr", civil.Date{})
	d.WantFault(err, "fault.forbidden")
}

// The chart covers each day whole and without a gap, the days on which clocks change too.
func TestWeek(t *testing.T) {
	d := open(t)
	d.at("2026-11-25", 10, 30)
	for _, day := range []string{"", "2026-03-29", "2026-10-25"} {
		var on civil.Date
		if day != "" {
			on = civil.MustParse(day)
		}
		w, err := d.Week(ctx, staff, "fr", on)
		d.Must(err)
		if len(w.Days) != 7 || w.Monday.Time().Weekday() != time.Monday || w.Minute != 630 || w.Today.String() != "2026-11-25" {
			t.Fatalf("%s: %+v", day, w)
		}
		for _, x := range w.Days {
			at := 0
			for _, p := range x.Pieces {
				if p.From != at || p.To <= p.From {
					t.Errorf("%s: %+v", x.Date, x.Pieces)
				}
				at = p.To
			}
			if at != 24*60 {
				t.Errorf("%s ends at %d", x.Date, at)
			}
		}
		if monday := w.Days[0].Pieces; len(monday) != 3 || !monday[1].Open || monday[1].From != 540 || monday[1].To != 1020 || monday[1].Name != "En semaine" {
			t.Errorf("%+v", monday)
		}
	}
}
