package hours

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/holidays"
	"comptoir/rules/hours"
)

// Holiday is a public holiday that may be added, or was.
type Holiday struct {
	Name  string `json:"name"`
	Date  string `json:"date"`
	Added bool   `json:"added"`
}

// Year are the public holidays of a year where the firm is.
type Year struct {
	Year    int       `json:"year"`
	Country string    `json:"country"`
	Set     string    `json:"set"`  // "" where the holidays of the country are not known
	Sets    []string  `json:"sets"` // what can be chosen, the most likely first
	Days    []Holiday `json:"days"`
}

// Holidays gives the public holidays of a year; set "" is the most likely one of the place.
func (s *Service) Holidays(ctx context.Context, who actor.Actor, year int, set string) (v Year, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Year{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		v, err = holidaysOf(ctx, q, year, set, who.Lang)
		return err
	})
	return v, err
}

func holidaysOf(ctx context.Context, q *gen.Queries, year int, set string, lang locale.Lang) (Year, error) {
	var form fault.Form
	if year < 2000 || year > 2200 {
		form.Add("year", "fault.range", "min", 2000, "max", 2200)
		return Year{}, form.Err()
	}
	f, err := company.Get(ctx, q)
	if err != nil {
		return Year{}, err
	}
	v := Year{Year: year, Country: f.Country, Sets: []string{}, Days: []Holiday{}}
	for _, x := range holidays.Sets(f.Country, f.Postcode, f.Region) {
		v.Sets = append(v.Sets, string(x))
	}
	if len(v.Sets) == 0 {
		return v, nil
	}
	if v.Set = set; set == "" {
		v.Set = v.Sets[0]
	}
	if !slices.Contains(v.Sets, v.Set) {
		form.Add("set", "fault.choice")
		return Year{}, form.Err()
	}
	added, err := q.HoursHolidays(ctx, gen.HoursHolidaysParams{FromDay: fmt.Sprintf("%04d-01-01", year), ToDay: fmt.Sprintf("%04d-12-31", year)})
	if err != nil {
		return Year{}, err
	}
	for _, d := range holidays.Of(holidays.Set(v.Set), year) {
		name := locale.T(lang, "common.holiday."+d.Name, nil)
		if n := len(v.Days); n > 0 && v.Days[n-1].Date == d.Date.String() { // two on one day
			v.Days[n-1].Name += ", " + name
			continue
		}
		v.Days = append(v.Days, Holiday{Name: name, Date: d.Date.String(), Added: slices.Contains(added, d.Date.String())})
	}
	return v, nil
}

// called is the text's key of a public holiday by each name that the catalogue gives it, in either language.
var called = sync.OnceValue(func() map[string]string {
	keys := map[string]string{}
	for _, set := range holidays.All() {
		for _, d := range holidays.Of(set, 2026) {
			for _, lang := range []locale.Lang{locale.FR, locale.EN} {
				keys[locale.T(lang, "common.holiday."+d.Name, nil)] = "common.holiday." + d.Name
			}
		}
	}
	return keys
})

// nameFor is what a reader calls an event: a public holiday that still has the name it was added
// with, in either language, has the reader's; any other name is the firm's own.
func nameFor(lang locale.Lang, name, holiday string) string {
	if holiday == "" {
		return name
	}
	parts := strings.Split(name, ", ")
	for i, x := range parts {
		key, ok := called()[x]
		if !ok {
			return name
		}
		parts[i] = locale.T(lang, key, nil)
	}
	return strings.Join(parts, ", ")
}

// AddHolidays closes chat on the public holidays of a year, in one go; what was added before
// is left as it is.
func (s *Service) AddHolidays(ctx context.Context, who actor.Actor, year int, set string) (v Year, err error) {
	if err := who.Need(actor.Configure); err != nil {
		return Year{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err := company.Get(ctx, tx.Queries)
		if err != nil {
			return err
		}
		if v, err = holidaysOf(ctx, tx.Queries, year, set, f.Language); err != nil {
			return err
		}
		if v.Set == "" {
			return fault.New(fault.Conflict, "fault.hours.country_unknown")
		}
		count := 0
		for i, d := range v.Days {
			if d.Added {
				continue
			}
			day, err := civil.Parse(d.Date)
			if err != nil {
				return err
			}
			starts, ends := stamp(hours.Local{Date: day}), stamp(hours.Local{Date: day, Minute: hours.Midnight})
			if err := once(ctx, tx, d.Name, starts, 0); fault.Is(err, fault.Invalid) {
				v.Days[i].Added = true // typed by hand before
				continue
			} else if err != nil {
				return err
			}
			if _, err := tx.InsertHoursEvent(ctx, gen.InsertHoursEventParams{PublicID: s.ids(), Name: d.Name, Starts: starts, Ends: ends, ForFr: 1, ForEn: 1, Holiday: d.Date, Now: tx.Stamp()}); err != nil {
				return err
			}
			v.Days[i].Added = true
			count++
		}
		if count == 0 {
			return nil
		}
		tx.AfterCommit(func() { s.changed("hours") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "hours.holidays_added", ObjectKind: "hours_event", Details: map[string]any{"year": year, "set": v.Set, "count": count}})
	})
	return v, err
}
