package reminders_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	. "comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// paper is a document as the reference knows it.
type paper struct {
	doc        sales.Document
	due        civil.Date
	paidOn     civil.Date // from the end of that day nothing is owed
	announced  civil.Date
	paid, told bool          // done, whatever the clock says afterwards
	exempt     [2]civil.Date // from, to
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
			f := New(t)
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
				happen(f, papers, today(f))
				for _, p := range papers {
					p.wake(today(f))
				}
				lookTwice(f)
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
func year(f *Firm, rng *rand.Rand) []*paper {
	papers := []*paper{}
	for i := range 24 {
		c := f.Customer(fmt.Sprintf("Client %02d", i), nil)
		f.Move(civil.MustParse("2026-01-02").AddDays(i * 9).String())
		d := f.Issue(Form(c, Line(10_000+int64(i)*100)))
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
func happen(f *Firm, papers []*paper, today civil.Date) {
	for i, p := range papers {
		switch i % 5 {
		case 1:
			if p.paid || today.Before(p.paidOn) {
				continue
			}
			_, err := f.Payments.Record(Ctx, Staff, payments.Record{Key: f.Key(), DocumentID: p.doc.PublicID, Method: "transfer"})
			f.Must(err)
			p.paidOn, p.paid = today, true
		case 2:
			if p.told || today.Before(p.announced) {
				continue
			}
			c, err := f.Customers.Get(Ctx, Staff, p.doc.Customer.PublicID)
			f.Must(err)
			f.Must(f.Payments.AnnounceTransfer(Ctx, Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: p.doc.PublicID}))
			p.announced, p.told = today, true
		case 3:
			inside := !today.Before(p.exempt[0]) && today.Before(p.exempt[1])
			f.Must(f.Reminders.SetNoReminders(Ctx, Staff, p.doc.PublicID, inside))
		}
	}
}

// lookTwice is the scheduler of two programs at the same moment.
func lookTwice(f *Firm) {
	src := f.Reminders.Source()
	items, err := src.Due(Ctx, today(f))
	f.Must(err)
	if len(items) == 0 {
		return
	}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range 2 {
		both.Go(func() {
			for _, i := range items {
				if err := src.Do(Ctx, actor.Machine(), i.Key); err != nil {
					errs[n] = err
				}
			}
		})
	}
	both.Wait()
	f.Must(errs[0])
	f.Must(errs[1])
}

func compare(f *Firm, papers []*paper) {
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

// The same by a clock of its own (testing/synctest): a timer an hour, a year in a moment.
// Awake all the time, every level goes on its very day, daylight saving or not.
func TestAwakeAllYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		levels := rulesOf(fiveLevels...)
		type sent struct {
			due civil.Date
			at  []civil.Date
		}
		docs := []*sent{}
		for i := range 200 {
			docs = append(docs, &sent{due: civil.MustParse("2000-01-05").AddDays(i)})
		}
		tick := time.NewTicker(time.Hour) // the bubble's clock begins on 2000-01-01
		defer tick.Stop()
		for range 366 * 24 {
			<-tick.C
			day := civil.Of(time.Now(), paris)
			for _, d := range docs {
				if n := len(d.at); next(levels, d.due, n, d.at, day) {
					d.at = append(d.at, day)
				}
			}
		}
		for _, d := range docs {
			for i, days := range fiveLevels {
				if want := d.due.AddDays(days); i >= len(d.at) || d.at[i] != want {
					t.Fatalf("due %s: level %d on %v, want %s", d.due, i+1, d.at, want)
				}
			}
		}
	})
}

func rulesOf(days ...int) []billing.Level {
	list := []billing.Level{}
	for i, d := range days {
		list = append(list, billing.Level{Position: i + 1, Days: d})
	}
	return list
}

// next tells whether a document whose first n levels were mailed gets its next one.
func next(levels []billing.Level, due civil.Date, n int, at []civil.Date, day civil.Date) bool {
	done := []billing.Reminded{}
	for i := range n {
		done = append(done, billing.Reminded{Level: i + 1, On: at[i], Mailed: true})
	}
	step, ok := billing.NextReminder(levels, due, done, day)
	return ok && step.Level.Position == n+1
}
