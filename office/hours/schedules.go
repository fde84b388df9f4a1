package hours

import (
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/hours"
)

// Schedule is a weekly schedule as the form shows it.
type Schedule struct {
	ID        int64  `json:"-"`
	PublicID  string `json:"publicId"`
	Language  string `json:"language"` // of the service: fr, en
	Kind      string `json:"kind"`     // custom, weekend, meal, work
	Name      string `json:"name"`
	Days      []int  `json:"days"` // 1 Monday to 7 Sunday
	AllDay    bool   `json:"allDay"`
	Start     string `json:"start"` // HH:MM
	End       string `json:"end"`   // 24:00 is the end of the day
	Open      bool   `json:"open"`
	MealBreak bool   `json:"mealBreak"` // of the working hours: there is a schedule for the meal break
	Version   int64  `json:"version"`
}

// row is a schedule as it was checked.
type row struct {
	Schedule
	days       hours.Days
	start, end int
}

// Schedules gives the weekly schedules of a language in the order of their priority.
func (s *Service) Schedules(ctx context.Context, who actor.Actor, lang locale.Lang) (list []Schedule, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		list, err = schedules(ctx, q, locale.Of(lang))
		return err
	})
	for i, v := range list {
		list[i].Name = madeName(who.Lang, v.Kind, v.Name)
	}
	return list, err
}

// madeKeys are the names that schedules are made with, by kind.
var madeKeys = map[string]string{string(hours.Work): "common.hours.work_name", string(hours.Weekend): "common.hours.weekend_name", string(hours.Meal): "common.hours.meal_name"}

// madeName is what a reader calls a schedule that still has the name it was made with, in either
// language; any other name is the firm's own.
func madeName(lang locale.Lang, kind, name string) string {
	if key := madeKeys[kind]; key != "" && (name == locale.T(locale.FR, key, nil) || name == locale.T(locale.EN, key, nil)) {
		return locale.T(lang, key, nil)
	}
	return name
}

func schedules(ctx context.Context, q *gen.Queries, lang string) ([]Schedule, error) {
	rows, err := q.HoursSchedules(ctx, lang)
	if err != nil {
		return nil, err
	}
	meal := slices.ContainsFunc(rows, func(r gen.HoursSchedulesRow) bool { return r.Kind == string(hours.Meal) })
	list := make([]Schedule, 0, len(rows))
	for _, r := range rows {
		v := Schedule{ID: r.ID, PublicID: r.PublicID, Language: r.Language, Kind: r.Kind, Name: r.Name, Days: dayNumbers(days(r.Days)), AllDay: r.StartMinute == 0 && r.EndMinute == hours.Midnight,
			Start: clockOf(int(r.StartMinute)), End: clockOf(int(r.EndMinute)), Open: r.IsOpen == 1, Version: r.Version}
		v.MealBreak = meal && r.Kind == string(hours.Work)
		list = append(list, v)
	}
	return list, nil
}

func dayNumbers(d hours.Days) []int {
	list := []int{}
	for n := range 7 {
		if d&(1<<n) != 0 {
			list = append(list, n+1)
		}
	}
	return list
}

// mostCustom is how many custom schedules a language may have; the list shows them all.
const mostCustom = 50

// check normalises what was typed and refuses, beside each field, what cannot be.
func check(v Schedule) (r row, form fault.Form) {
	r = row{Schedule: v}
	r.Name = text.Line(v.Name)
	form.Need("name", r.Name)
	form.MaxLen("name", r.Name, 60)
	for _, n := range v.Days {
		if n < 1 || n > 7 {
			form.Add("days", "fault.choice")
			break
		}
		r.days |= 1 << (n - 1)
	}
	if len(v.Days) == 0 {
		form.Add("days", "fault.hours.no_day")
	}
	if r.start, r.end = 0, hours.Midnight; !v.AllDay {
		r.start, r.end = times(&form, v.Start, v.End)
	}
	if v.Language != locale.FR && v.Language != locale.EN {
		form.Add("language", "fault.choice")
	}
	return r, form
}

// times reads a beginning and an end on one day. An end at 0:00 is the midnight that ends it.
func times(form *fault.Form, from, to string) (start, end int) {
	start, okStart := minuteOf(from)
	end, okEnd := minuteOf(to)
	if end == 0 {
		end = hours.Midnight
	}
	switch {
	case !okStart || start == hours.Midnight:
		form.Add("start", "fault.hours.time")
	case !okEnd:
		form.Add("end", "fault.hours.time")
	case end <= start:
		form.Add("end", "fault.hours.end_first")
	}
	return start, end
}

// SaveSchedule makes a custom schedule (no PublicID) or changes one. On the working hours the
// tick of the meal break makes that schedule, or takes it away. key makes a repeat harmless.
func (s *Service) SaveSchedule(ctx context.Context, who actor.Actor, key string, v Schedule) (saved Schedule, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Schedule{}, err
	}
	if v.PublicID == "" {
		v.Kind = string(hours.Custom)
	}
	r, form := check(v)
	if form.Err() != nil {
		return Schedule{}, s.allWrong(ctx, r, &form)
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := v.PublicID
		if publicID == "" {
			if err := audit.Once(ctx, tx, key, "hours.schedule", v, &publicID, func() error {
				publicID, err = s.addSchedule(ctx, tx, who, r)
				return err
			}); err != nil {
				return err
			}
		} else if err := s.changeSchedule(ctx, tx, who, r); err != nil {
			return err
		}
		saved, err = scheduleOf(ctx, tx.Queries, publicID)
		saved.Name = madeName(who.Lang, saved.Kind, saved.Name)
		tx.AfterCommit(func() { s.changed("hours") })
		return err
	})
	return saved, err
}

// allWrong tells of a name that is taken together with what else is wrong.
func (s *Service) allWrong(ctx context.Context, r row, form *fault.Form) error {
	if err := s.db.Read(ctx, func(q *gen.Queries) error {
		list, err := schedules(ctx, q, r.Language)
		list = slices.DeleteFunc(list, func(x Schedule) bool { return x.PublicID == r.PublicID })
		taken(form, list, "name", r.Name, 0)
		return err
	}); err != nil {
		return err
	}
	return form.Err()
}

func scheduleOf(ctx context.Context, q *gen.Queries, publicID string) (Schedule, error) {
	r, err := q.HoursScheduleByPublicID(ctx, publicID)
	if err != nil {
		return Schedule{}, db.NotFound(err)
	}
	list, err := schedules(ctx, q, r.Language)
	if err != nil {
		return Schedule{}, err
	}
	if i := slices.IndexFunc(list, func(v Schedule) bool { return v.ID == r.ID }); i >= 0 {
		return list[i], nil
	}
	return Schedule{}, fault.New(fault.NotFound, "fault.not_found")
}

// taken tells beside the field of a name that another schedule of the language has.
func taken(form *fault.Form, list []Schedule, path, name string, except int64) {
	if slices.ContainsFunc(list, func(x Schedule) bool {
		return x.ID != except && (strings.EqualFold(x.Name, name) || strings.EqualFold(madeName(locale.FR, x.Kind, x.Name), name) || strings.EqualFold(madeName(locale.EN, x.Kind, x.Name), name))
	}) {
		form.Add(path, "fault.hours.name_taken")
	}
}

// free refuses a name that another schedule of the language has.
func free(list []Schedule, path, name string, except int64) error {
	var form fault.Form
	taken(&form, list, path, name, except)
	return form.Err()
}

func (s *Service) addSchedule(ctx context.Context, tx *db.Tx, who actor.Actor, r row) (string, error) {
	list, err := schedules(ctx, tx.Queries, r.Language)
	if err != nil {
		return "", err
	}
	if err := free(list, "name", r.Name, 0); err != nil {
		return "", err
	}
	if len(list) >= mostCustom {
		return "", fault.New(fault.Conflict, "fault.hours.too_many", "max", mostCustom)
	}
	return s.insert(ctx, tx, who, r)
}

func (s *Service) insert(ctx context.Context, tx *db.Tx, who actor.Actor, r row) (string, error) {
	publicID := s.ids()
	id, err := tx.InsertHoursSchedule(ctx, gen.InsertHoursScheduleParams{PublicID: publicID, Language: r.Language, Kind: r.Kind, Name: r.Name, Days: int64(r.days),
		StartMinute: int64(r.start), EndMinute: int64(r.end), IsOpen: flag(r.Open), Now: tx.Stamp()})
	if err != nil {
		return "", err
	}
	return publicID, audit.Write(ctx, tx, who, audit.Record{Action: "hours.schedule_added", ObjectKind: "hours_schedule", ObjectID: id})
}

func (s *Service) changeSchedule(ctx context.Context, tx *db.Tx, who actor.Actor, r row) error {
	was, err := scheduleOf(ctx, tx.Queries, r.PublicID)
	if err != nil {
		return err
	}
	r.Kind, r.Language = was.Kind, was.Language                               // these stay what they were
	if kind := hours.Kind(r.Kind); kind == hours.Work || kind == hours.Meal { // open or closed by what they are
		r.Open = kind == hours.Work
	}
	if r.Name == madeName(who.Lang, was.Kind, was.Name) { // as this reader saw it: nothing was typed
		r.Name = was.Name
	}
	list, err := schedules(ctx, tx.Queries, r.Language)
	if err != nil {
		return err
	}
	if err := free(list, "name", r.Name, was.ID); err != nil {
		return err
	}
	n, err := tx.UpdateHoursSchedule(ctx, gen.UpdateHoursScheduleParams{ID: was.ID, Version: r.Version, Name: r.Name, Days: int64(r.days), StartMinute: int64(r.start), EndMinute: int64(r.end), IsOpen: flag(r.Open), Now: tx.Stamp()})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "hours.schedule_changed", ObjectKind: "hours_schedule", ObjectID: was.ID, Details: fieldsOf(
		field{"name", was.Name != r.Name}, field{"days", !slices.Equal(was.Days, dayNumbers(r.days))}, field{"start", was.Start != clockOf(r.start)}, field{"end", was.End != clockOf(r.end)}, field{"open", was.Open != r.Open})}); err != nil {
		return err
	}
	if r.Kind != string(hours.Work) || r.MealBreak == was.MealBreak {
		return nil
	}
	return s.tickMeal(ctx, tx, who, r, list)
}

// The meal break as it is made, until it is edited.
const (
	mealStart = 12 * 60
	mealEnd   = 13 * 60
)

// tickMeal makes the schedule of the meal break on the days of the working hours, or takes it
// away again.
func (s *Service) tickMeal(ctx context.Context, tx *db.Tx, who actor.Actor, work row, list []Schedule) error {
	if !work.MealBreak {
		i := slices.IndexFunc(list, func(v Schedule) bool { return v.Kind == string(hours.Meal) })
		return s.remove(ctx, tx, who, list[i])
	}
	meal := row{days: work.days, start: mealStart, end: mealEnd}
	meal.Language, meal.Kind, meal.Name = work.Language, string(hours.Meal), locale.T(work.Language, "common.hours.meal_name", nil)
	if err := free(list, "mealBreak", meal.Name, 0); err != nil {
		return err
	}
	_, err := s.insert(ctx, tx, who, meal)
	return err
}

// RemoveSchedule takes a custom schedule or the meal break away; the two that were made with
// the company stay.
func (s *Service) RemoveSchedule(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Configure); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		v, err := scheduleOf(ctx, tx.Queries, publicID)
		switch {
		case err != nil:
			return err
		case v.Kind == string(hours.Work), v.Kind == string(hours.Weekend):
			return fault.New(fault.Conflict, "fault.hours.stays")
		case v.Version != version:
			return fault.New(fault.Conflict, "fault.stale")
		}
		tx.AfterCommit(func() { s.changed("hours") })
		return s.remove(ctx, tx, who, v)
	})
}

func (s *Service) remove(ctx context.Context, tx *db.Tx, who actor.Actor, v Schedule) error {
	if _, err := tx.DeleteHoursSchedule(ctx, gen.DeleteHoursScheduleParams{ID: v.ID, Version: v.Version}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "hours.schedule_removed", ObjectKind: "hours_schedule", ObjectID: v.ID, Details: map[string]any{"name": v.Name}})
}
