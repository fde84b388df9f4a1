package statements_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/catchup"
	"comptoir/office/files"
	"comptoir/office/officetest"
	"comptoir/office/sales"
	"comptoir/office/statements"
	"comptoir/rules/statement"
)

type program struct {
	db      *db.DB
	catchup *catchup.Service
}

func start(t testing.TB, path string, w *officetest.Wall, seed uint64) *program {
	t.Helper()
	d, err := db.Open(officetest.Ctx, path, db.Options{Clock: w.Now})
	if err != nil {
		t.Fatal(err)
	}
	ids := id.Seeded(seed)
	s := sales.New(sales.Deps{DB: d, IDs: ids, Files: files.New(filepath.Join(filepath.Dir(path), "files"), true), Printer: officetest.Printer{}})
	p := &program{d, catchup.New(catchup.Deps{DB: d, Sources: []catchup.Source{statements.New(statements.Deps{DB: d, IDs: ids, Sales: s, Printer: plain{}})}, Steady: time.Now})}
	p.catchup.Start(officetest.Ctx)
	return p
}

func (p *program) stop(t testing.TB) {
	t.Helper()
	p.catchup.Stop()
	if err := p.db.Close(); err != nil {
		t.Fatal(err)
	}
}

// settle has everything done that waits for a word, as a person at the panel would.
func (p *program) settle(t testing.TB) {
	t.Helper()
	held, err := p.catchup.Held(officetest.Ctx, officetest.Staff)
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, x := range held {
		list = append(list, x.ID())
	}
	if len(list) == 0 {
		return
	}
	if err := p.catchup.Settle(officetest.Ctx, officetest.Staff, list, false); err != nil {
		t.Fatal(err)
	}
	for {
		synctest.Wait()
		progress, err := p.catchup.Progress(officetest.Staff)
		if err != nil {
			t.Fatal(err)
		}
		if !progress.Running {
			return
		}
		<-time.After(time.Millisecond)
	}
}

// lay makes a firm with a customer that owes, and a schedule of each frequency and kind.
func lay(t testing.TB) string {
	t.Helper()
	f := newFirm(t)
	c := f.Customer("Dupont", nil)
	f.Issue(officetest.Form(c, officetest.Line(10000)))
	for _, kind := range []string{statements.Activity, statements.OpenItems} {
		for _, often := range []string{"weekly", "monthly", "quarterly"} {
			f.schedule(statements.Schedule{CustomerID: c.PublicID, Kind: kind, Frequency: often, OnlyOpen: true})
		}
	}
	f.Must(f.DB.Close())
	return f.Path
}

// prove compares the runs with the days that counting gives: of the activity every period
// once and in order, of what is open none twice and the last one among them.
func prove(t testing.TB, path string, from, to civil.Date) {
	t.Helper()
	raw := dbtest.Raw(t, path)
	for i, often := range []statement.Frequency{"weekly", "monthly", "quarterly"} {
		want := []string{}
		for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
			if d.Day == 1 && (often == "monthly" || often == "quarterly" && (d.Month-1)%3 == 0) || often == "weekly" && d.Time().Weekday() == time.Monday {
				want = append(want, d.String())
			}
		}
		got := dbtest.Strings(t, raw, "SELECT period_on FROM statement_runs WHERE schedule_id = ? AND outcome = 'mailed' ORDER BY id", i+1)
		if !slices.Equal(got, want) {
			t.Errorf("%s: mailed on\n%v\nby counting\n%v", often, got, want)
		}
		open := dbtest.Strings(t, raw, "SELECT period_on FROM statement_runs WHERE schedule_id = ? AND outcome = 'mailed' ORDER BY id", i+4)
		for _, on := range open {
			if !slices.Contains(want, on) {
				t.Errorf("%s: what is open was mailed on %s", often, on)
			}
		}
		if len(want) > 0 && (len(open) == 0 || !slices.Contains(open, want[len(want)-1])) {
			t.Errorf("%s: the last list of what is open was not mailed: %v", often, open)
		}
	}
	for query, want := range map[string]int64{
		"SELECT count(*) FROM statement_runs WHERE mail_id IS NULL": 0, "SELECT count(*) FROM catchup_held": 0,
		"SELECT count(*) - count(DISTINCT mail_id) FROM statement_runs":                                               0,
		"SELECT count(*) - (SELECT count(*) FROM mails WHERE kind = 'statement') FROM statement_runs":                 0,
		"SELECT count(*) - count(DISTINCT schedule_id || '/' || customer_id || '/' || period_on) FROM statement_runs": 0,
	} {
		if n := dbtest.Int(t, raw, query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
}

var began = civil.MustParse("2026-11-21")

// A year in which the program sees each midnight, the last month (with the long night) with it always on: each
// statement on its own day, whatever the hour of Paris did.
func TestYearWithoutTrouble(t *testing.T) {
	t.Parallel()
	path := lay(t)
	synctest.Test(t, func(t *testing.T) {
		w := &officetest.Wall{Clock: time.Now}
		w.Shift(time.Date(2026, 11, 21, 20, 0, 0, 0, officetest.Paris).Sub(w.Now()))
		p := start(t, path, w, 1)
		end := time.Date(2027, 11, 30, 0, 1, 0, 0, officetest.Paris)
		w.PassNights(end.AddDate(0, -1, 0))
		<-time.After(end.Sub(w.Now()))
		synctest.Wait()
		p.stop(t)
		prove(t, path, began, civil.Of(end, officetest.Paris))
		if late := dbtest.Int(t, dbtest.Raw(t, path), "SELECT count(*) FROM statement_runs WHERE strftime('%H:%M', created_at) NOT IN ('22:00', '23:00')"); late != 0 {
			t.Errorf("%d were not mailed within a minute of midnight in Paris", late)
		}
	})
}

// A year with everything that happens to a machine: it sleeps, it is off, its clock is set
// back, and years ahead for a while.
func TestYearOfTrouble(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			path := lay(t)
			synctest.Test(t, func(t *testing.T) { trouble(t, path, seed) })
		})
	}
}

func trouble(t *testing.T, path string, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 9))
	w := &officetest.Wall{Clock: time.Now}
	w.Shift(time.Date(2026, 11, 21, 20, 0, 0, 0, officetest.Paris).Sub(w.Now()))
	p := start(t, path, w, 100*seed+1)
	hours := func(n int) time.Duration { return time.Duration(1+r.IntN(n*60)) * time.Minute }
	on := func(d time.Duration) { // the first day awake, then its nights
		<-time.After(min(d, 24*time.Hour))
		w.PassNights(w.Now().Add(d - min(d, 24*time.Hour)))
	}
	end := time.Date(2027, 12, 20, 0, 1, 0, 0, officetest.Paris)
	happened := map[string]int{}
	for i := uint64(2); w.Now().Before(end.Add(-40 * 24 * time.Hour)); i++ {
		what := []string{"on", "on", "asleep", "off", "back", "years", "panel"}[r.IntN(7)]
		happened[what]++
		switch what {
		case "on":
			on(hours(10 * 24))
		case "asleep":
			w.Shift(hours(12 * 24))
			on(2 * time.Minute)
		case "off":
			p.stop(t)
			w.Shift(hours(30 * 24))
			p = start(t, path, w, 100*seed+i)
			on(time.Minute)
		case "back":
			d := hours(20 * 24)
			w.Shift(-d)
			on(hours(24))
			w.Shift(d)
		case "years": // nobody confirms what a clock of another year says is due
			d := 3*365*24*time.Hour + hours(24)
			w.Shift(d)
			on(2 * time.Minute)
			w.Shift(-d)
			on(2 * time.Minute)
		case "panel":
			p.settle(t)
		}
	}
	w.PassNights(end)
	p.settle(t)
	on(2 * time.Hour)
	p.settle(t)
	p.stop(t)
	prove(t, path, began, civil.Of(w.Now(), officetest.Paris))
	for _, what := range []string{"asleep", "off", "back", "years", "panel"} {
		if happened[what] == 0 && seed == 0 {
			t.Errorf("%s never happened: %v", what, happened)
		}
	}
}
