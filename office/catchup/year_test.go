package catchup_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/catchup"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// program is one start of the program on a file.
type program struct {
	db        *db.DB
	recurring *recurring.Service
	catchup   *catchup.Service
}

func start(t testing.TB, path string, w *officetest.Wall, seed uint64) *program {
	t.Helper()
	p := &program{}
	var err error
	if p.db, err = db.Open(ctx, path, db.Options{Clock: w.Now}); err != nil {
		t.Fatal(err)
	}
	ids := id.Seeded(seed)
	door := access.New(access.Deps{DB: p.db, IDs: ids, Key: []byte("0123456789abcdef0123456789abcdef")})
	s := sales.New(sales.Deps{DB: p.db, IDs: ids, Files: files.New(filepath.Join(filepath.Dir(path), "files"), true), Printer: officetest.Printer{}, IssueLink: linkOf(door)})
	p.recurring = recurring.New(recurring.Deps{DB: p.db, IDs: ids, Sales: s})
	p.catchup = catchup.New(catchup.Deps{DB: p.db, Sources: []catchup.Source{p.recurring}, Steady: time.Now})
	p.catchup.Start(ctx)
	return p
}

func (p *program) stop(t testing.TB) {
	t.Helper()
	p.catchup.Stop()
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
}

// settle does everything that is held, as a person at the panel would.
func (p *program) settle(t testing.TB) {
	t.Helper()
	if list := ids(t, p.catchup); len(list) > 0 {
		if err := p.catchup.Settle(ctx, staff, list, false); err != nil {
			t.Fatal(err)
		}
		finish(t, p.catchup)
	}
}

// plan is a template with the days that counting gives for it, written from the words.
type plan struct {
	name  string
	when  recur.Choice
	start string
	on    func(start, d civil.Date) bool
}

func last(d civil.Date) int { return d.EndOfMonth().Day }

func monthlyOn(day, every int) func(start, d civil.Date) bool {
	return func(start, d civil.Date) bool {
		n := (d.Year-start.Year)*12 + int(d.Month) - int(start.Month)
		return n%every == 0 && d.Day == min(day, last(d))
	}
}

func everyDays(n int) func(start, d civil.Date) bool {
	return func(start, d civil.Date) bool { return d.DaysSince(start)%n == 0 }
}

var plans = []plan{
	{"daily", recur.Choice{Unit: recur.Day, Every: 1}, "2026-11-25", everyDays(1)},
	{"every ten days", recur.Choice{Unit: recur.Day, Every: 10}, "2026-11-25", everyDays(10)},
	{"weekly", recur.Choice{Unit: recur.Week, Every: 1}, "2026-11-27", everyDays(7)},
	{"every other week", recur.Choice{Unit: recur.Week, Every: 2}, "2026-11-30", everyDays(14)},
	{"the first", recur.Choice{Unit: recur.Month, Every: 1}, "2026-12-01", monthlyOn(1, 1)},
	{"the fifteenth", recur.Choice{Unit: recur.Month, Every: 1}, "2026-12-15", monthlyOn(15, 1)},
	{"the 29th", recur.Choice{Unit: recur.Month, Every: 1}, "2026-11-29", monthlyOn(29, 1)},
	{"the 30th", recur.Choice{Unit: recur.Month, Every: 1}, "2026-11-30", monthlyOn(30, 1)},
	{"the 31st", recur.Choice{Unit: recur.Month, Every: 1, Day: 31}, "2026-11-30", monthlyOn(31, 1)},
	{"month end", recur.Choice{Unit: recur.Month, Every: 1, Day: recur.LastDay}, "2026-11-25", monthlyOn(31, 1)},
	{"every two months", recur.Choice{Unit: recur.Month, Every: 2}, "2026-12-31", monthlyOn(31, 2)},
	{"quarterly", recur.Choice{Unit: recur.Month, Every: 3}, "2026-11-30", monthlyOn(30, 3)},
	{"yearly", recur.Choice{Unit: recur.Year, Every: 1}, "2027-03-28", func(start, d civil.Date) bool { return d.Month == 3 && d.Day == 28 }},
	{"29 February", recur.Choice{Unit: recur.Year, Every: 1, Month: 2, Day: 29}, "2027-01-01", func(_, d civil.Date) bool { return d.Month == 2 && d.Day == min(29, last(d)) }},
	{"first Monday", recur.Choice{Unit: recur.Free, Rule: "FREQ=MONTHLY;BYDAY=1MO"}, "2026-11-25", func(_, d civil.Date) bool { return d.Day <= 7 && d.Time().Weekday() == time.Monday }},
	{"the day of the long night", recur.Choice{Unit: recur.Free, Rule: "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU"}, "2026-11-25", func(_, d civil.Date) bool {
		return (d.Month == 3 || d.Month == 10) && d.Time().Weekday() == time.Sunday && d.Day+7 > last(d)
	}},
}

// days counts the days of a plan, one by one.
func (p plan) days(to civil.Date) (list []string) {
	from := civil.MustParse(p.start)
	for d := from; !d.After(to); d = d.AddDays(1) {
		if p.on(from, d) {
			list = append(list, d.String())
		}
	}
	return list
}

// lay makes a firm with one template a plan, and gives its file and the templates by name.
func lay(t testing.TB) (path string, templates map[string]string) {
	t.Helper()
	f := officetest.New(t)
	r := recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(99), Sales: f.Sales})
	templates = map[string]string{}
	for _, p := range plans {
		c := f.Customer(p.name, func(c *customers.Customer) { c.SIREN = "100000009" })
		l := officetest.Line(1000)
		l.Description = p.name + " {{début}}"
		v, err := r.Activate(ctx, staff, f.Key(), recurring.Template{Form: officetest.Form(c, l), When: p.when, Billed: recur.Ahead, StartOn: p.start, AutoSend: true})
		if err != nil {
			t.Fatalf("%s: %v", p.name, err)
		}
		templates[p.name] = v.PublicID
	}
	f.Must(f.DB.Close())
	return f.Path, templates
}

// prove compares what the file holds with the days that counting gives.
func prove(t testing.TB, path string, templates map[string]string, to civil.Date) {
	t.Helper()
	raw := dbtest.Raw(t, path)
	made := 0
	for _, p := range plans {
		want := p.days(to)
		made += len(want)
		rows, err := raw.Query("SELECT r.period_on FROM recurring_runs r JOIN recurring_invoices t ON t.id = r.recurring_id JOIN documents d ON d.public_id = r.document_ref JOIN document_lines l ON l.document_id = d.id WHERE t.public_id = ? AND r.outcome = 'made' AND d.state = 'issued' ORDER BY d.series_year, d.series_number", templates[p.name])
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for rows.Next() {
			var day string
			if err := rows.Scan(&day); err != nil {
				t.Fatal(err)
			}
			got = append(got, day)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, want) { // in the order of their numbers
			t.Errorf("%s: %d made, %d by counting\n%v\n%v", p.name, len(got), len(want), got, want)
		}
	}
	for query, want := range map[string]int64{
		"SELECT count(*) FROM documents": int64(made), "SELECT count(*) FROM mails WHERE kind = 'invoice'": int64(made), "SELECT count(DISTINCT document_ref) FROM recurring_runs": int64(made),
		"SELECT count(*) FROM entries": int64(made), "SELECT count(*) FROM catchup_held": 0, "SELECT count(*) FROM recurring_invoices WHERE last_fault <> ''": 0,
		"SELECT count(*) FROM documents a JOIN documents b ON b.kind = a.kind AND (b.series_year, b.series_number) > (a.series_year, a.series_number) AND b.issue_date < a.issue_date": 0,
	} {
		if n := dbtest.Int(t, raw, query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

// A year in which the program sees each midnight, the last month (with the long night) with it always on: each
// invoice on its own day, whatever the hour of Paris did.
func TestYearWithoutTrouble(t *testing.T) {
	t.Parallel()
	path, templates := lay(t)
	synctest.Test(t, func(t *testing.T) {
		w := &officetest.Wall{Clock: time.Now}
		w.Set(time.Date(2026, 11, 21, 20, 0, 0, 0, officetest.Paris))
		p := start(t, path, w, 1)
		end := time.Date(2027, 11, 30, 0, 1, 0, 0, officetest.Paris)
		w.PassNights(end.AddDate(0, -1, 0))
		<-time.After(end.Sub(w.Now()))
		synctest.Wait()
		p.stop(t)
		prove(t, path, templates, civil.Of(end, officetest.Paris))
		raw := dbtest.Raw(t, path)
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM recurring_runs r JOIN documents d ON d.public_id = r.document_ref WHERE d.issue_date <> r.period_on"); n != 0 {
			t.Errorf("%d invoices of another day than their own", n)
		}
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM recurring_runs WHERE strftime('%H:%M', made_at) NOT IN ('22:00', '23:00')"); n != 0 {
			t.Errorf("%d were not made within a minute of midnight in Paris", n)
		}
	})
}

// Years with everything that happens to a machine: it sleeps, it is off, it is killed
// between two things, its clock is set back, ahead, and years ahead, two programs look at
// the same moment. What comes of it is what counting the days gives, each once, in order.
// One year is always the same and knows everything; another, up to the spring, is drawn anew
// at each run. Its seed is its name.
func TestYearsOfTrouble(t *testing.T) {
	for seed, end := range map[uint64]string{0: "2027-12-20", 1 + rand.Uint64N(1_000_000): "2027-05-20"} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			path, templates := lay(t)
			synctest.Test(t, func(t *testing.T) { trouble(t, path, templates, seed, civil.MustParse(end)) })
		})
	}
}

func trouble(t *testing.T, path string, templates map[string]string, seed uint64, until civil.Date) {
	rng := rand.New(rand.NewPCG(seed, 4))
	happened := map[string]int{}
	w := &officetest.Wall{Clock: time.Now}
	w.Set(time.Date(2026, 11, 21, 20, 0, 0, 0, officetest.Paris))
	p := start(t, path, w, 1000*seed+1)
	hours := func(n int) time.Duration { return time.Duration(1+rng.IntN(n*60)) * time.Minute }
	on := func(d time.Duration) { // the first day awake, then its nights
		<-time.After(min(d, 24*time.Hour))
		w.PassNights(w.Now().Add(d - min(d, 24*time.Hour)))
	}
	end := time.Date(until.Year, until.Month, until.Day, 0, 1, 0, 0, officetest.Paris)
	for i := uint64(2); w.Now().Before(end.Add(-45 * 24 * time.Hour)); i++ {
		what := []string{"on", "on", "asleep", "asleep", "off", "back", "ahead", "years", "two", "panel"}[rng.IntN(10)]
		happened[what]++
		switch what {
		case "on":
			on(hours(10 * 24))
		case "asleep": // the steady clock stands still
			w.Shift(hours(12 * 24))
			on(2 * time.Minute)
		case "off":
			p.stop(t)
			w.Shift(hours(30 * 24))
			p = start(t, path, w, 1000*seed+i)
			on(time.Minute)
		case "back":
			d := hours(20 * 24)
			w.Shift(-d)
			on(hours(24))
			w.Shift(d)
		case "ahead": // by less than a day: what it makes too early is made, once
			d := hours(20)
			w.Shift(d)
			on(hours(2))
			w.Shift(-d)
			on(hours(24))
		case "years": // nobody presses the button while the year is wrong
			d := time.Duration(1+rng.IntN(5)) * 366 * 24 * time.Hour
			w.Shift(d)
			w.PassNights(w.Now().Add(hours(40))) // a look at years of periods takes its time
			if rng.IntN(2) == 0 {
				p.stop(t)
				p = start(t, path, w, 1000*seed+i)
				on(time.Minute)
			}
			w.Shift(-d)
			on(time.Minute)
		case "two": // a second program on the same file, which the lock of the folder forbids
			q := start(t, path, w, 1000*seed+500+i)
			on(hours(3 * 24))
			q.stop(t)
		case "panel":
			p.settle(t)
		}
	}
	w.PassNights(end)
	p.settle(t)
	<-time.After(2 * time.Hour)
	synctest.Wait()
	p.settle(t)
	p.stop(t)
	prove(t, path, templates, civil.Of(w.Now(), officetest.Paris))
	t.Log(happened)
	for _, what := range []string{"asleep", "off", "back", "ahead", "years", "two", "panel"} {
		if happened[what] == 0 && seed == 0 {
			t.Errorf("%s never happened: %v", what, slices.Sorted(maps.Keys(happened)))
		}
	}
}

// Work of the day is done at once after a long sleep only where nothing has to be asked;
// here everything is: the panel has it all, grouped by nothing but its day.
func TestLongSleepAsks(t *testing.T) {
	path, templates := lay(t)
	synctest.Test(t, func(t *testing.T) {
		w := &officetest.Wall{Clock: time.Now}
		w.Set(time.Date(2026, 11, 24, 20, 0, 0, 0, officetest.Paris))
		p := start(t, path, w, 1)
		<-time.After(time.Minute)
		w.Shift(8 * 24 * time.Hour)
		<-time.After(2 * time.Minute)
		synctest.Wait()
		raw := dbtest.Raw(t, path)
		if n := dbtest.Int(t, raw, "SELECT count(*) FROM documents"); n != 0 {
			t.Errorf("%d went out unasked", n)
		}
		held, err := p.catchup.Held(ctx, staff)
		if err != nil || len(held) == 0 || held[0].On.String() != "2026-11-25" || !strings.HasPrefix(held[0].Title, held[0].Customer) {
			t.Errorf("%v %v", held, err)
		}
		p.settle(t)
		p.stop(t)
		prove(t, path, templates, civil.Of(w.Now(), officetest.Paris))
	})
}
