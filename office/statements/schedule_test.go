package statements_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"comptoir/core/civil"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/statements"
)

func (f *firm) schedule(in statements.Schedule) string {
	f.T.Helper()
	publicID, err := f.SaveSchedule(officetest.Ctx, officetest.Staff, f.Key(), in)
	f.Must(err)
	return publicID
}

// due gives the keys of what is due today.
func (f *firm) due() (keys []string) {
	f.T.Helper()
	items, err := f.Due(officetest.Ctx, civil.Of(f.Now(), officetest.Paris))
	f.Must(err)
	for _, x := range items {
		keys = append(keys, x.Key)
	}
	return keys
}

func (f *firm) count(query string, args ...any) int64 {
	f.T.Helper()
	return dbtest.Int(f.T, dbtest.Raw(f.T, f.Path), query, args...)
}

func TestScheduleMailsEachPeriodOnce(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-01-10")
	c := f.Customer("Dupont", nil)
	f.Issue(officetest.Form(c, officetest.Line(10000)))
	f.schedule(statements.Schedule{CustomerID: c.PublicID, Kind: statements.Activity, Frequency: "monthly", OnlyOpen: true})
	if keys := f.due(); len(keys) != 0 {
		t.Fatalf("due on the day it is made: %v", keys)
	}
	f.Move("2026-02-01")
	keys := f.due()
	if len(keys) != 1 {
		t.Fatalf("due on the first: %v", keys)
	}
	for range 3 {
		f.Must(f.Do(officetest.Ctx, officetest.Staff, keys[0]))
	}
	if again := f.due(); len(again) != 0 {
		t.Errorf("due after it went: %v", again)
	}
	if mails, runs := f.count("SELECT count(*) FROM mails WHERE kind = 'statement'"), f.count("SELECT count(*) FROM statement_runs"); mails != 1 || runs != 1 {
		t.Errorf("%d mails, %d runs", mails, runs)
	}
	raw := dbtest.Strings(t, dbtest.Raw(t, f.Path), "SELECT args FROM mails WHERE kind = 'statement'")[0]
	args := map[string]string{}
	f.Must(json.Unmarshal([]byte(raw), &args))
	run := args["run"]
	delete(args, "run")
	if got := fmt.Sprint(args); got != "map[amount_minor:12000 currency:EUR from:2026-01-01 statement:activity to:2026-01-31]" {
		t.Error(got)
	}
	if n := f.count("SELECT count(*) FROM mails m JOIN portal_links l ON l.id = m.link_id JOIN contacts c ON c.id = l.contact_id WHERE m.kind = 'statement' AND l.document_id IS NULL AND c.id = m.contact_id"); n != 1 {
		t.Error("the mail has no link of its own contact")
	}
	// The paper is what it was when it first left, whatever is noted since.
	first, err := f.MailPaper(officetest.Ctx, run)
	f.Must(err)
	f.Move("2026-02-03")
	f.Issue(officetest.Form(c, officetest.Line(500)))
	f.credit(f.Issue(officetest.Form(c, officetest.Line(900))), 300)
	again, err := f.MailPaper(officetest.Ctx, run)
	f.Must(err)
	if string(again.Bytes) != string(first.Bytes) || first.Name != "releve-"+c.Number+"-2026-01-31.pdf" || again.Name != first.Name {
		t.Errorf("%s %q, then %s %q", first.Name, first.Bytes, again.Name, again.Bytes)
	}
	if _, err := f.MailPaper(officetest.Ctx, "unknown"); err == nil {
		t.Error("a paper of no run")
	}
	f.Move("2026-03-01")
	f.Must(f.Skip(officetest.Ctx, officetest.Staff, f.due()[0]))
	if n := f.count("SELECT count(*) FROM statement_runs WHERE outcome = 'skipped' AND reason = 'by_hand'"); n != 1 || len(f.due()) != 0 {
		t.Errorf("skipped: %d, still due: %v", n, f.due())
	}
	f.Sound()
}

// Nothing goes to who owes nothing, and nothing is asked again for that period.
func TestOnlyOpen(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-01-10")
	c := f.Customer("Dupont", nil)
	d := f.Issue(officetest.Form(c, officetest.Line(10000)))
	f.schedule(statements.Schedule{CustomerID: c.PublicID, Kind: statements.OpenItems, Frequency: "weekly", OnlyOpen: true})
	f.pay(d, 0)
	f.Move("2026-01-12")
	if keys := f.due(); len(keys) != 0 {
		t.Errorf("due with nothing open: %v", keys)
	}
	if next := dbtest.Strings(t, dbtest.Raw(t, f.Path), "SELECT next_on FROM statement_schedules")[0]; next != "2026-01-19" {
		t.Errorf("next on %s", next)
	}
	f.Issue(officetest.Form(c, officetest.Line(10000))) // of the new week: not on the list of the old one
	if keys := f.due(); len(keys) != 0 {
		t.Errorf("due for the week before: %v", keys)
	}
	f.Move("2026-01-19")
	keys := f.due()
	if len(keys) != 1 {
		t.Fatalf("%v", keys)
	}
	f.pay(f.Issue(officetest.Form(c, officetest.Line(10000))), 0) // after the period's end: it counts for nothing
	f.Must(f.Do(officetest.Ctx, officetest.Staff, keys[0]))
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'statement'"); n != 1 {
		t.Errorf("%d mails", n)
	}
}

// A list of what is open tells of its day: of the missed ones only the newest goes. An
// activity that was missed is made up for, week by week.
func TestMissedPeriods(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-01-10")
	c := f.Customer("Dupont", nil)
	f.Issue(officetest.Form(c, officetest.Line(10000)))
	f.schedule(statements.Schedule{CustomerID: c.PublicID, Kind: statements.OpenItems, Frequency: "weekly"})
	f.schedule(statements.Schedule{CustomerID: c.PublicID, Kind: statements.Activity, Frequency: "weekly"})
	f.Move("2026-02-04")
	if got := fmt.Sprint(f.due()); got != "[1/1/2026-02-02 2/1/2026-01-12 2/1/2026-01-19 2/1/2026-01-26 2/1/2026-02-02]" {
		t.Error(got)
	}
	items, err := f.Due(officetest.Ctx, civil.MustParse("2026-02-04"))
	f.Must(err)
	if x := items[len(items)-1]; x.Title != "Pièces ouvertes au 1er février 2026" || x.Customer != "Dupont" || x.AmountMinor != 12000 || x.Mails != 1 {
		t.Errorf("%+v", x)
	}
	for _, k := range f.due() {
		f.Must(f.Do(officetest.Ctx, officetest.Staff, k))
	}
	if got := fmt.Sprint(dbtest.Strings(t, dbtest.Raw(t, f.Path), "SELECT kind || ' ' || from_date || ' ' || to_date FROM statement_runs WHERE schedule_id = 2 ORDER BY id")); got != "[activity 2026-01-05 2026-01-11 activity 2026-01-12 2026-01-18 activity 2026-01-19 2026-01-25 activity 2026-01-26 2026-02-01]" {
		t.Error(got)
	}
}

func TestGroupSchedule(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-01-10")
	raw := dbtest.Raw(t, f.Path)
	if _, err := raw.Exec("INSERT INTO customer_groups (id, public_id, name, created_at, updated_at) VALUES (7, 'group-7', 'Régie', '', '')"); err != nil {
		t.Fatal(err)
	}
	in, out, bare := f.Customer("Dedans", nil), f.Customer("Dehors", nil), f.Customer("Sans adresse", func(c *customers.Customer) { c.Email, c.Contacts = "", nil })
	for _, c := range []customers.Customer{in, bare} {
		if _, err := raw.Exec("UPDATE customers SET group_id = 7 WHERE public_id = ?", c.PublicID); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []customers.Customer{in, out, bare} {
		f.Issue(officetest.Form(c, officetest.Line(10000)))
	}
	f.schedule(statements.Schedule{GroupID: "group-7", Kind: statements.Ageing, Frequency: "monthly", OnlyOpen: true})
	f.Move("2026-02-01")
	keys := f.due()
	if len(keys) != 2 {
		t.Fatalf("%v", keys)
	}
	for _, k := range append(keys, fmt.Sprintf("1/%d/2026-02-01", out.ID), fmt.Sprintf("1/%d/2026-01-15", in.ID), fmt.Sprintf("1/%d/2026-03-01", in.ID)) { // made-up keys do nothing
		f.Must(f.Do(officetest.Ctx, officetest.Staff, k))
	}
	if got := fmt.Sprint(dbtest.Strings(t, raw, "SELECT c.name || ' ' || r.outcome || ' ' || r.reason FROM statement_runs r JOIN customers c ON c.id = r.customer_id ORDER BY r.id")); got != "[Dedans mailed  Sans adresse skipped no_address]" {
		t.Error(got)
	}
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'statement_no_address'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	_, err := f.SaveSchedule(officetest.Ctx, officetest.Staff, f.Key(), statements.Schedule{GroupID: "nobody", Kind: statements.Ageing, Frequency: "monthly"})
	f.WantFault(err, "fault.not_found")
}

func TestScheduleForm(t *testing.T) {
	f := newFirm(t)
	f.Move("2026-01-10")
	c := f.Customer("Dupont", nil)
	good := statements.Schedule{CustomerID: c.PublicID, Kind: statements.Activity, Frequency: "monthly"}
	for path, spoil := range map[string]func(*statements.Schedule){
		"kind":       func(s *statements.Schedule) { s.Kind = "all" },
		"frequency":  func(s *statements.Schedule) { s.Frequency = "daily" },
		"customerId": func(s *statements.Schedule) { s.CustomerID = "" },
	} {
		bad := good
		spoil(&bad)
		_, err := f.SaveSchedule(officetest.Ctx, officetest.Staff, f.Key(), bad)
		key := "fault.choice"
		if path == "customerId" {
			key = "fault.required"
		}
		f.WantField(err, path, key)
	}
	key := f.Key()
	one, err := f.SaveSchedule(officetest.Ctx, officetest.Staff, key, good)
	f.Must(err)
	two, err := f.SaveSchedule(officetest.Ctx, officetest.Staff, key, good)
	f.Must(err)
	list, err := f.Schedules(officetest.Ctx, officetest.Staff)
	f.Must(err)
	if one != two || len(list) != 1 || list[0].NextOn != "2026-02-01" || list[0].Name != "Dupont" || list[0].CustomerID != c.PublicID || list[0].IsGroup {
		t.Fatalf("%s %s %+v", one, two, list)
	}
	change := list[0].Schedule
	change.Frequency = "quarterly"
	_, err = f.SaveSchedule(officetest.Ctx, officetest.Staff, f.Key(), change)
	f.Must(err)
	_, err = f.SaveSchedule(officetest.Ctx, officetest.Staff, f.Key(), change)
	f.WantFault(err, "fault.stale")
	f.Move("2026-03-30")
	list, err = f.Schedules(officetest.Ctx, officetest.Staff)
	f.Must(err)
	if list[0].NextOn != "2026-04-01" {
		t.Errorf("next on %s", list[0].NextOn)
	}
	f.Must(f.PauseSchedule(officetest.Ctx, officetest.Staff, one, list[0].Version, true))
	f.Move("2026-06-15")
	if keys := f.due(); len(keys) != 0 {
		t.Errorf("a paused one is due: %v", keys)
	}
	f.Must(f.PauseSchedule(officetest.Ctx, officetest.Staff, one, list[0].Version+1, false))
	list, err = f.Schedules(officetest.Ctx, officetest.Staff)
	f.Must(err)
	if keys := f.due(); len(keys) != 0 || list[0].NextOn != "2026-07-01" {
		t.Errorf("what fell into the pause is due: %v, next on %s", keys, list[0].NextOn)
	}
	f.WantFault(f.EndSchedule(officetest.Ctx, officetest.Staff, one, 1), "fault.stale")
	f.Must(f.EndSchedule(officetest.Ctx, officetest.Staff, one, list[0].Version))
	if list, err = f.Schedules(officetest.Ctx, officetest.Staff); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
	f.Move("2026-07-01")
	if keys := f.due(); len(keys) != 0 {
		t.Errorf("an ended one is due: %v", keys)
	}
}

func TestByHand(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Dupont", nil)
	bare := f.Customer("Sans adresse", func(c *customers.Customer) { c.Email, c.Contacts = "", nil })
	f.Issue(officetest.Form(c, officetest.Line(10000)))
	in := statements.Send{Key: f.Key(), Query: statements.Query{CustomerID: c.PublicID, Kind: statements.OpenItems}, Message: "Bonjour"}
	m, paper, err := f.Service.Draft(officetest.Ctx, officetest.Staff, in)
	f.Must(err)
	if m.ToAddress != "contact@client.example" || m.Args["message"] != "Bonjour" || len(paper.Content) == 0 || f.count("SELECT count(*) FROM mails WHERE kind = 'statement'") != 0 {
		t.Errorf("%+v", m)
	}
	for range 2 {
		f.Must(f.SendByHand(officetest.Ctx, officetest.Staff, in))
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'statement'"); n != 1 {
		t.Errorf("%d mails of one command", n)
	}
	in.Key = f.Key()
	f.Must(f.SendByHand(officetest.Ctx, officetest.Staff, in)) // a second command is a second mail
	list, err := f.Sent(officetest.Ctx, officetest.Staff, c.PublicID)
	f.Must(err)
	if len(list) != 2 || list[0].State != "queued" || list[0].Address != "contact@client.example" || list[0].Outcome != "mailed" {
		t.Errorf("%+v", list)
	}
	f.WantField(f.SendByHand(officetest.Ctx, officetest.Staff, statements.Send{Key: f.Key(), Query: statements.Query{CustomerID: bare.PublicID}}), "customer.email", "fault.statement.no_email")
	if n := f.count("SELECT count(*) FROM statement_runs"); n != 2 {
		t.Errorf("%d runs: a refused one left a trace", n)
	}
}
