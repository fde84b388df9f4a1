package reminders_test

import (
	"fmt"
	"runtime"
	"testing"

	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/office/catchup"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

// After three weeks of sleep nobody answers the panel. On the days that follow further
// documents of the same customers fall due and the next levels of those that are held: the
// mails become others, none of them goes unasked. A customer of whom nothing is held has
// his at once. Once a person says so, everything that is held goes.
func TestWhatIsHeldStaysHeld(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15, 20)
	c := catchup.New(catchup.Deps{DB: f.DB, Sources: []catchup.Source{f.Reminders.Source()}})
	clients := []customers.Customer{}
	for i := range 7 {
		clients = append(clients, f.Customer(fmt.Sprintf("Client %d", i), func(k *customers.Customer) { k.Contacts[0].Email = fmt.Sprintf("c%d@client.example", i) }))
		issueOn(f, clients[i], "2026-01-02", 10_000) // due 1 February, reminded of on the 6th, 16th and 21st
	}
	for _, k := range clients {
		issueOn(f, k, "2026-01-20", 20_000) // due 19 February, reminded of on the 24th
	}
	fresh := issueOn(f, f.Customer("Neuf", func(k *customers.Customer) { k.Contacts[0].Email = "neuf@client.example" }), "2026-01-21", 30_000) // of whom nothing is late yet
	f.Move("2026-01-26")
	f.Must(c.Pass(officetest.Ctx))
	f.Move("2026-02-17") // three weeks later
	f.Must(c.Pass(officetest.Ctx))
	held := func() int {
		list, err := c.Held(officetest.Ctx, officetest.Staff)
		f.Must(err)
		n, err := c.Count(officetest.Ctx, officetest.Staff)
		f.Must(err)
		if n != len(list) {
			t.Errorf("%s: %d counted, %d shown", today(f), n, len(list))
		}
		return len(list)
	}
	if n := held(); n != 7 || len(mails(f)) != 0 {
		t.Fatalf("%d held, %d mails", n, len(mails(f)))
	}
	for day := civil.MustParse("2026-02-18"); !day.After(civil.MustParse("2026-02-27")); day = day.AddDays(1) {
		f.Move(day.String())
		f.Must(c.Pass(officetest.Ctx))
		if n := held(); n != 7 {
			t.Fatalf("%s: %d held", day, n)
		}
	}
	if list := mails(f); len(list) != 1 || list[0].to != "neuf@client.example" || len(past(f, fresh)) != 1 {
		t.Errorf("%d went out: %+v", len(list), list)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, f.Path), "SELECT count(*) FROM notifications WHERE kind = 'catch_up'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	list, err := c.Held(officetest.Ctx, officetest.Staff)
	f.Must(err)
	ids := []string{}
	for _, x := range list {
		ids = append(ids, x.ID())
	}
	f.Must(c.Settle(officetest.Ctx, officetest.Staff, ids, false))
	for p := (catchup.Progress{Running: true}); p.Running; runtime.Gosched() {
		p, err = c.Progress(officetest.Staff)
		f.Must(err)
	}
	f.Must(c.Pass(officetest.Ctx))
	if n := held(); n != 0 || len(mails(f)) != 8 {
		t.Errorf("%d held, %d mails", n, len(mails(f)))
	}
}
