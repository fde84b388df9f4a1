package subscriptions_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/catchup"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/office/subscriptions"
	"comptoir/rules/recur"
	"comptoir/rules/subscription"
)

// A year by the scheduler itself, with nights, ten days of sleep, a week with the clock set back,
// and a new start of the program every week: each period is invoiced once, in order, none after
// the end; whoever asked in June to leave is not asked for anything from July on.
func TestAYearByTheScheduler(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-12-01")
	at := func(name string, p subscriptions.Plan) subscriptions.Subscription {
		c := f.Customer(name, func(c *customers.Customer) { c.SIREN = "732829320" })
		return f.begun(officetest.Contact(c), p, subscriptions.Choice{})
	}
	monthly := at("Mensuel", f.plan(nil))
	weekly := at("Hebdo", f.plan(func(p *subscriptions.Plan) { p.Unit = recur.Week }))
	leaves := at("Part", f.plan(nil))
	trial := officetest.Contact(f.Customer("Essai", func(c *customers.Customer) { c.SIREN = "732829320" }))
	tried := f.subscribe(trial, f.plan(func(p *subscriptions.Plan) { p.TrialDays = 30 }), subscriptions.Choice{})
	end := civil.MustParse("2027-12-01")
	synctest.Test(t, func(t *testing.T) {
		var offset atomic.Int64
		offset.Store(int64(time.Until(time.Date(2026, 12, 1, 8, 0, 0, 0, time.UTC))))
		wall := func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
		slept, back, asked := false, false, false
		for day := civil.Of(wall(), time.UTC); day.Before(end); day = civil.Of(wall(), time.UTC) {
			d, err := db.Open(officetest.Ctx, f.Path, db.Options{Clock: wall})
			f.Must(err)
			sold := sales.New(f.Sales.Deps)
			sold.DB = d
			runs := recurring.New(recurring.Deps{DB: d, IDs: id.Random(), Sales: sold})
			s := subscriptions.New(subscriptions.Deps{DB: d, IDs: id.Random(), Sales: sold, Recurring: runs})
			runs.Companion = s
			c := catchup.New(catchup.Deps{DB: d, Sources: []catchup.Source{s, runs}, Steady: time.Now})
			c.Start(officetest.Ctx)
			<-time.After(7 * 24 * time.Hour)
			switch {
			case !slept && day.After(civil.MustParse("2027-03-20")): // it slept through the change of the hour
				slept = true
				offset.Add(int64(10 * 24 * time.Hour))
				<-time.After(time.Hour)
			case !back && day.After(civil.MustParse("2027-05-10")):
				back = true
				offset.Add(-int64(7 * 24 * time.Hour))
				<-time.After(8 * 24 * time.Hour)
			case !asked && day.After(civil.MustParse("2027-06-07")):
				asked = true
				x, err := s.Get(officetest.Ctx, staff, leaves.PublicID)
				f.Must(err)
				_, err = s.Cancel(officetest.Ctx, staff, subscriptions.Cancel{Key: f.Key(), PublicID: x.PublicID, Version: x.Version, How: subscriptions.AtPeriodEnd})
				f.Must(err)
			}
			held, err := c.Held(officetest.Ctx, staff)
			f.Must(err)
			if len(held) > 0 { // what would send many mails at once waits for a word
				list := []string{}
				for _, x := range held {
					list = append(list, x.ID())
				}
				f.Must(c.Settle(officetest.Ctx, staff, list, false))
				synctest.Wait()
			}
			c.Stop()
			f.Must(d.Close())
		}
	})
	f.MoveTo(end.Time().Add(7 * time.Hour))
	for _, x := range []struct {
		sub        subscriptions.Subscription
		least, all int64
		state      subscription.State
		last       string
	}{{monthly, 12, 13, subscription.PastDue, ""}, {weekly, 51, 54, subscription.PastDue, ""}, {tried, 11, 12, subscription.PastDue, ""}, {leaves, 7, 7, subscription.Ended, "2027-06-30"}} {
		s := f.get(x.sub)
		if n := int64(len(s.Documents)); n < x.least || n > x.all || s.State != x.state || s.EndedOn.String() != x.last && x.last != "" {
			t.Errorf("%s: %d invoices, %s, ended %s", s.CustomerName, n, s.State, s.EndedOn)
		}
		for i := 1; i < len(s.Documents); i++ { // the newest first
			if s.Documents[i].To.AddDays(1) != s.Documents[i-1].From {
				t.Errorf("%s: %s to %s, then from %s", s.CustomerName, s.Documents[i].From, s.Documents[i].To, s.Documents[i-1].From)
			}
		}
	}
	f.Sound()
}

// Whatever instruction of the program is the last one, a subscription and its invoice are there
// whole or not at all: the write that subscribes is one transaction.
func TestAnOrderIsWholeOrNotAtAll(t *testing.T) {
	f := newFirm(t)
	_, who := f.contact()
	in := f.order(who, f.plan(func(p *subscriptions.Plan) { p.SetupMinor = 100 }), subscriptions.Choice{})
	raw := dbtest.Raw(t, f.Path)
	for _, table := range []string{"recurring_invoices", "subscriptions", "subscription_events", "documents", "document_lines", "entries", "entry_lines", "recurring_runs", "subscription_papers", "outbox_jobs", "mails", "audit_log", "notifications"} {
		var there int
		f.Must(raw.QueryRow("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?", table).Scan(&there))
		if there == 0 {
			continue
		}
		_, err := raw.Exec("CREATE TRIGGER killed BEFORE INSERT ON " + table + " BEGIN SELECT RAISE(ABORT, 'killed'); END")
		f.Must(err)
		if _, err := f.Subscribe(ctx, who, in); err == nil {
			t.Errorf("it went on without %s", table)
		}
		_, err = raw.Exec("DROP TRIGGER killed")
		f.Must(err)
		if n := f.count("SELECT (SELECT count(*) FROM subscriptions) + (SELECT count(*) FROM recurring_invoices) + (SELECT count(*) FROM documents) + (SELECT count(*) FROM entries) + (SELECT count(*) FROM mails)"); n != 0 {
			t.Errorf("killed at %s, %d rows stayed", table, n)
		}
	}
	s, err := f.Subscribe(ctx, who, in) // with the same key: nothing was answered yet
	f.Must(err)
	f.want(s, subscription.Pending)
	f.Sound()
}
