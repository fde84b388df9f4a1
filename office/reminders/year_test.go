package reminders_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/db"
	"comptoir/office/catchup"
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
)

// paper is a document as the reference knows it.
type paper struct {
	doc        sales.Document
	due        civil.Date
	paidOn     civil.Date // from the end of that day nothing is owed
	announced  civil.Date
	paid, told bool          // done, whatever the clock says afterwards
	exempt     [2]civil.Date // from, to
	silenced   bool          // what the file holds of it
	top        int           // highest level behind it
	lastMailed civil.Date
	want       []string // "level day outcome"
}

var fiveLevels = []int{-3, 0, 7, 15, 30}

// wake is the reference: what one look at the calendar does to a document, written apart
// from the rules.
func (p *paper) wake(today civil.Date) {
	switch {
	case p.paid:
		return
	case p.told && today.Before(p.announced.AddDays(10)):
		return
	case !p.exempt[0].IsZero() && !today.Before(p.exempt[0]) && today.Before(p.exempt[1]):
		return
	case today.Before(p.doc.IssueDate):
		return
	}
	level := 0
	for i, d := range fiveLevels {
		if i+1 > p.top && today.DaysSince(p.due) >= d {
			level = i + 1
		}
	}
	if level == 0 {
		return
	}
	if !p.lastMailed.IsZero() {
		gap := 5
		if level > 1 {
			gap = min(gap, fiveLevels[level-1]-fiveLevels[level-2])
		}
		if today.DaysSince(p.lastMailed) < gap {
			return
		}
	}
	for l := p.top + 1; l < level; l++ {
		p.want = append(p.want, fmt.Sprintf("%d %s skipped", l, today))
	}
	p.want = append(p.want, fmt.Sprintf("%d %s mailed", level, today))
	p.top, p.lastMailed = level, today
}

// A year by the clock of Paris, hour by hour, over both changes of the hour: the machine
// sleeps for weeks, its clock is set back, the program starts anew, two of them look at
// once. Each level of each document goes once at most, and exactly those that the reference
// says, on its days.
func TestAYearOfReminders(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			f := officetest.New(t)
			policy(f, true, fiveLevels...)
			rng := rand.New(rand.NewPCG(seed, 7))
			f.Move("2026-01-02")
			papers := year(f, rng)
			paris, err := time.LoadLocation("Europe/Paris")
			f.Must(err)
			now := time.Date(2026, 1, 2, 0, 30, 0, 0, paris)
			end := now.AddDate(1, 0, 0)
			for now.Before(end) {
				f.MoveTo(now)
				on := today(f)
				happen(f, papers, on)
				for _, p := range papers {
					p.wake(on)
				}
				lookTwice(f, on)
				switch n := rng.IntN(100); {
				case n < 3:
					now = now.AddDate(0, 0, 5+rng.IntN(25)) // sleep
				case n < 5:
					now = now.AddDate(0, 0, -rng.IntN(4)) // the clock is set back; the reference looks again too
				case n < 8:
					f.Reminders = reminders.New(f.Reminders.Deps) // a new start
				}
				now = now.Add(time.Duration(5+rng.IntN(14)) * time.Hour)
			}
			compare(f, papers)
			f.Sound()
		})
	}
}

// year issues a document every nine days or so, and settles what happens to each.
func year(f *officetest.Firm, rng *rand.Rand) []*paper {
	papers := []*paper{}
	for i := range 24 {
		c := f.Customer(fmt.Sprintf("Client %02d", i), nil)
		f.Move(civil.MustParse("2026-01-02").AddDays(i * 9).String())
		d := f.Issue(officetest.Form(c, officetest.Line(10_000+int64(i)*100)))
		p := &paper{doc: d, due: d.DueDate}
		on := func(from, to int) civil.Date { return d.DueDate.AddDays(from + rng.IntN(to-from)) }
		switch i % 5 {
		case 1:
			p.paidOn = on(-5, 45)
		case 2:
			p.announced = on(-2, 25)
		case 3:
			from := on(-10, 20)
			p.exempt = [2]civil.Date{from, from.AddDays(20)}
		}
		papers = append(papers, p)
	}
	return papers
}

// happen does what the days up to today bring: payments, announcements, exemptions. Each is
// done when the machine first wakes after it, and the reference moves it to that day.
func happen(f *officetest.Firm, papers []*paper, today civil.Date) {
	for i, p := range papers {
		switch i % 5 {
		case 1:
			if p.paid || today.Before(p.paidOn) {
				continue
			}
			_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: p.doc.PublicID, Method: "transfer"})
			f.Must(err)
			p.paidOn, p.paid = today, true
		case 2:
			if p.told || today.Before(p.announced) {
				continue
			}
			c, err := f.Customers.Get(officetest.Ctx, officetest.Staff, p.doc.Customer.PublicID)
			f.Must(err)
			f.Must(f.Payments.AnnounceTransfer(officetest.Ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: p.doc.PublicID}))
			p.announced, p.told = today, true
		case 3:
			inside := !today.Before(p.exempt[0]) && today.Before(p.exempt[1])
			if inside != p.silenced {
				f.Must(f.Reminders.SetNoReminders(officetest.Ctx, officetest.Staff, p.doc.PublicID, inside))
				p.silenced = inside
			}
		}
	}
}

// lookTwice is the scheduler of two programs at the same moment.
func lookTwice(f *officetest.Firm, on civil.Date) {
	src := f.Reminders.Source()
	items, err := src.Due(officetest.Ctx, on)
	f.Must(err)
	if len(items) == 0 {
		return
	}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range 2 {
		both.Go(func() {
			for _, i := range items {
				if err := src.Do(officetest.Ctx, actor.Machine(), i.Key); err != nil {
					errs[n] = err
				}
			}
		})
	}
	both.Wait()
	f.Must(errs[0])
	f.Must(errs[1])
}

func compare(f *officetest.Firm, papers []*paper) {
	f.T.Helper()
	total := 0
	for _, p := range papers {
		got := []string{}
		for _, r := range past(f, p.doc) {
			outcome := "skipped"
			if r.Mailed {
				outcome = "mailed"
				total++
			}
			got = append(got, fmt.Sprintf("%d %s %s", r.Level, r.On, outcome))
		}
		if !slices.Equal(got, p.want) {
			f.T.Errorf("%s, due %s, paid %s, announced %s, exempt %s:\n got %v\nwant %v", p.doc.Number, p.due, p.paidOn, p.announced, p.exempt, got, p.want)
		}
	}
	if n := len(mails(f)); n != total || total < 40 {
		f.T.Errorf("%d mails for %d reminders", n, total)
	}
}

// The same by the scheduler itself and a clock of its own (testing/synctest): awake all
// year but for one night's new start a week, every level goes on its very day, over both
// changes of the hour; after ten days of sleep what is late waits for a person's word.
func TestAYearByTheScheduler(t *testing.T) {
	t.Parallel()
	f := officetest.New(t)
	policy(f, true, fiveLevels...)
	papers := []*paper{}
	for i := range 20 {
		c := f.Customer(fmt.Sprintf("Client %02d", i), nil)
		f.Move(civil.MustParse("2026-11-30").AddDays(i * 14).String())
		d := f.Issue(officetest.Form(c, officetest.Line(10_000)))
		papers = append(papers, &paper{doc: d, due: d.DueDate})
	}
	sleep := civil.MustParse("2027-06-01")
	synctest.Test(t, func(t *testing.T) {
		var offset atomic.Int64 // the scheduler reads it while the machine falls asleep
		offset.Store(int64(time.Until(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))))
		wall := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
		for day := civil.Of(wall(), time.UTC); day.Before(civil.MustParse("2027-12-01")); day = civil.Of(wall(), time.UTC) {
			d, err := db.Open(officetest.Ctx, f.Path, db.Options{Clock: wall})
			f.Must(err)
			s := reminders.New(f.Reminders.Deps)
			s.DB = d
			c := catchup.New(catchup.Deps{DB: d, Sources: []catchup.Source{s.Source()}, Steady: time.Now})
			c.Start(officetest.Ctx)
			<-time.After(7 * 24 * time.Hour)
			if day.Before(sleep) && !day.AddDays(7).Before(sleep) {
				offset.Add(int64(10 * 24 * time.Hour)) // the machine slept: the wall clock went on without the timers
				<-time.After(time.Hour)
				held, err := c.Held(officetest.Ctx, officetest.Staff)
				f.Must(err)
				if len(held) == 0 {
					t.Error("nothing waits for a word after ten days of sleep")
				}
				list := []string{}
				for _, x := range held {
					list = append(list, x.ID())
				}
				f.Must(c.Settle(officetest.Ctx, officetest.Staff, list, false))
				synctest.Wait()
			}
			c.Stop()
			f.Must(d.Close())
		}
	})
	for _, p := range papers {
		got := map[int]civil.Date{}
		for _, r := range past(f, p.doc) {
			got[r.Level] = r.On
		}
		for i, days := range fiveLevels {
			want := p.due.AddDays(days)
			if slept := !want.Before(sleep.AddDays(-7)) && want.Before(sleep.AddDays(25)); slept || !want.Before(civil.MustParse("2027-12-01")) || want.Before(civil.MustParse("2026-12-01")) {
				continue // passed over, or later than its day: the year above compares these
			}
			if got[i+1] != want {
				t.Errorf("%s due %s: level %d on %s, want %s", p.doc.Number, p.due, i+1, got[i+1], want)
			}
		}
	}
}
