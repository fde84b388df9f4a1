package contracts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db/dbtest"
	"comptoir/office/company"
	"comptoir/office/contracts"
	"comptoir/office/officetest"
	"comptoir/rules/contract"
)

// round does all that is due, as office/catchup does.
func (e *engine) round() (done []string) {
	e.T.Helper()
	items, err := e.room.Source().Due(ctx, e.today())
	e.Must(err)
	for _, x := range items {
		e.Must(e.room.Source().Do(ctx, actor.Machine(), x.Key))
		done = append(done, x.On.String()+" "+x.Title)
	}
	return done
}

func (e *engine) mails() []string {
	return e.strings("SELECT kind || ' ' || to_address || ' ' || COALESCE(json_extract(args, '$.about_kind'), '') || ' ' || COALESCE(json_extract(args, '$.due_date'), '') FROM mails ORDER BY id")
}

func TestAReminderComesOnceATerm(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-01-10")
	v := e.signed(yearly(e.company), "2026-01-05")
	got := []string{}
	for on := civil.MustParse("2026-01-10"); on.Before(civil.MustParse("2029-01-01")); on = on.AddDays(3) {
		e.Move(on.String())
		if done := e.round(); len(done) > 0 {
			got = append(got, on.String())
		}
		if again := e.round(); len(again) > 0 {
			t.Fatalf("%s: twice", on)
		}
	}
	// Notice by 30 September, thirty days before, looked at every third day.
	if len(got) != 3 || !strings.HasPrefix(got[0], "2026-08-31") && !strings.HasPrefix(got[0], "2026-09-0") || !strings.HasPrefix(got[1], "2027-08-31") && !strings.HasPrefix(got[1], "2027-09-0") {
		t.Errorf("reminded on %v", got)
	}
	if m := e.mails(); len(m) != 3 || m[0] != "contract_due atelier@bois.example notice 2026-09-30" || m[2] != "contract_due atelier@bois.example notice 2028-09-30" {
		t.Errorf("%v", m)
	}
	if n := e.strings("SELECT kind || ' ' || object_id FROM notifications WHERE kind = 'contract_due'"); len(n) != 3 || n[0] != "contract_due "+v.PublicID {
		t.Errorf("%v", n)
	}
	if seen, err := e.room.Get(ctx, clerk, v.PublicID); err != nil || seen.Standing.Term.N != 4 && seen.Standing.Term.N != 3 {
		t.Errorf("term %d, %v", seen.Standing.Term.N, err)
	}
}

func TestRemindersAreOwedToWhoLooksAfterIt(t *testing.T) {
	e := newEngine(t)
	e.exec("UPDATE users SET email = 'marie@bois.example', language = 'en'")
	e.Move("2026-01-10")
	f := yearly(e.company)
	f.OwnerID = e.strings("SELECT public_id FROM users")[0]
	e.signed(f, "2026-01-05")
	f.Renewal, f.RenewalMonths, f.NoticeCount, f.EndOn = "none", 0, 0, "2026-03-31"
	e.signed(f, "2026-01-05")
	e.Move("2026-03-01")
	e.round()
	e.Move("2026-08-31")
	e.round()
	if m := e.mails(); !slices.Equal(m, []string{"contract_due marie@bois.example end 2026-03-31", "contract_due marie@bois.example notice 2026-09-30"}) {
		t.Errorf("%v", m)
	}
}

// A clock that went ahead and came back leaves nothing wrong behind and asks for nothing twice.
func TestAClockThatJumped(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-01")
	v := e.signed(yearly(e.company), "2026-01-05")
	e.Move("2031-06-01")
	_, err := e.room.Source().Due(ctx, e.today())
	e.Must(err)
	if got := e.strings("SELECT term_on || ' ' || decide_on FROM contracts"); got[0] != "2031-12-31 2031-09-30" {
		t.Errorf("%v", got)
	}
	e.Move("2026-06-02")
	if done := e.round(); len(done) != 0 {
		t.Errorf("%v", done)
	}
	if got := e.strings("SELECT term_on || ' ' || decide_on || ' ' || remind_on || ' ' || reminded FROM contracts"); got[0] != "2026-12-31 2026-09-30 2026-08-31 0" {
		t.Errorf("%v", got)
	}
	e.Move("2026-09-15") // asleep meanwhile
	items, err := e.room.Source().Due(ctx, e.today())
	if err != nil || len(items) != 1 || items[0].On.String() != "2026-08-31" || items[0].Mails != 1 {
		t.Fatalf("%+v, %v", items, err)
	}
	e.Must(e.room.Source().Skip(ctx, actor.Machine(), items[0].Key))
	if done := e.round(); len(done) != 0 || len(e.mails()) != 0 {
		t.Errorf("skipped, and yet %v %v", done, e.mails())
	}
	if seen, err := e.room.Get(ctx, clerk, v.PublicID); err != nil || !seen.Near {
		t.Error("it is still to be decided", err)
	}
}

// What is arranged after its day of reminder is not late: it is told of on that very day.
func TestALateSignatureIsNotOverdue(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-09-10")
	e.signed(yearly(e.company), "2026-01-05")
	if done := e.round(); len(done) != 1 || !strings.HasPrefix(done[0], "2026-09-10 ") {
		t.Errorf("%v", done)
	}
	e.Move("2026-10-05")
	e.signed(yearly(e.company), "2026-01-05") // the day of notice is over: nothing to decide this year
	if done := e.round(); len(done) != 0 {
		t.Errorf("%v", done)
	}
	_, err := e.room.Save(ctx, clerk, e.Key(), yearly(e.company)) // a draft reminds of nothing
	e.Must(err)
	e.Move("2027-08-31")
	if done := e.round(); len(done) != 2 {
		t.Errorf("next year: %v", done)
	}
}

func TestMilestonesAreRemindedOf(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-01-10")
	v := e.signed(yearly(e.company), "2026-01-05")
	add := func(title, due string) []contracts.Milestone {
		list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: title, DueOn: due})
		e.Must(err)
		return list
	}
	add("Passé", "2026-01-02")
	add("Sans date", "")
	add("Recette", "2026-02-01")
	list := add("Fait", "2026-02-01")
	_, err := e.room.MilestoneDone(ctx, clerk, v.PublicID, list[3].PublicID, list[3].Version, true, civil.Date{})
	e.Must(err)
	if done := e.round(); len(done) != 0 {
		t.Errorf("%v", done)
	}
	e.Move("2026-02-01")
	if done := e.round(); len(done) != 1 || !strings.HasSuffix(done[0], "Recette") {
		t.Errorf("%v", done)
	}
	c, err := e.room.Counts(ctx, clerk)
	if err != nil || c.Late != 1 { // what was late already
		t.Errorf("%+v, %v", c, err)
	}
	list[2].DueOn = "2026-03-01"
	_, err = e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, list[2])
	e.Must(err)
	e.Move("2026-03-05")
	if done := e.round(); len(done) != 1 {
		t.Errorf("put off: %v", done)
	}
	if late := e.all(contracts.ListQuery{State: "late"}); len(late) != 1 {
		t.Errorf("%d late", len(late))
	}
}

func TestTheLifeOfMilestones(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-01-10")
	v := e.save(yearly(e.company))
	for name, m := range map[string]contracts.Milestone{"title": {}, "dueOn": {Title: "x", DueOn: "2026-02-30"}, "amountMinor": {Title: "x", AmountMinor: -1}, "bill": {Title: "x", Bill: "cheque"}} {
		if _, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, m); !fault.HasField(err, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	key := e.Key()
	for range 2 { // clicked twice
		_, err := e.room.SaveMilestone(ctx, clerk, key, v.PublicID, contracts.Milestone{Title: "Un", DueOn: "2026-02-01"})
		e.Must(err)
	}
	list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Deux"})
	e.Must(err)
	if len(list) != 2 || !list[0].InPortal || list[0].Bill != contracts.BillInvoice {
		t.Fatalf("%+v", list)
	}
	one := list[0]
	if list, err = e.room.OrderMilestones(ctx, clerk, v.PublicID, []string{list[1].PublicID, one.PublicID}); err != nil || list[0].Title != "Deux" {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = e.room.MilestoneDone(ctx, clerk, v.PublicID, one.PublicID, one.Version, true, civil.MustParse("2026-01-11"))
	e.WantField(err, "doneOn", "fault.contracts.done_ahead")
	list, err = e.room.MilestoneDone(ctx, clerk, v.PublicID, one.PublicID, one.Version, true, civil.Date{})
	if err != nil || list[1].State != contracts.MilestoneDone || list[1].DoneOn != "2026-01-10" {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = e.room.MilestoneDone(ctx, clerk, v.PublicID, one.PublicID, one.Version, false, civil.Date{})
	e.WantFault(err, "fault.stale")
	list, err = e.room.ShowMilestone(ctx, clerk, v.PublicID, one.PublicID, false)
	if err != nil || list[1].InPortal {
		t.Errorf("%+v, %v", list, err)
	}
	both := []string{list[0].PublicID, one.PublicID}
	for range 2 { // twice is once
		list, err = e.room.ShowMilestones(ctx, clerk, v.PublicID, both, true)
		if err != nil || !list[0].InPortal || !list[1].InPortal {
			t.Errorf("%+v, %v", list, err)
		}
	}
	_, err = e.room.ShowMilestones(ctx, clerk, v.PublicID, append(both, "none"), false)
	e.WantFault(err, "fault.not_found")
	if list, err = e.room.Milestones(ctx, clerk, v.PublicID); err != nil || !list[0].InPortal || !list[1].InPortal {
		t.Errorf("hidden by half: %+v, %v", list, err)
	}
	if n := dbtest.Int(t, dbtest.Raw(t, e.Path), "SELECT count(*) FROM audit_log WHERE action = 'contract.milestone_shown'"); n != 1 {
		t.Errorf("%d entries", n)
	}
	list, err = e.room.DeleteMilestone(ctx, clerk, v.PublicID, list[0].PublicID, list[0].Version)
	if err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	other := e.save(yearly(e.company))
	_, err = e.room.ShowMilestone(ctx, clerk, other.PublicID, one.PublicID, true)
	e.WantFault(err, "fault.not_found")
}

func TestTypesAreSeededOnce(t *testing.T) {
	e := newEngine(t)
	acts := []func() error{}
	for range 4 {
		acts = append(acts, func() error { _, err := e.room.Types(ctx, clerk); return err })
	}
	if errs := officetest.AtOnce(acts...); officetest.Won(errs) != 4 {
		t.Fatal(errs)
	}
	types, err := e.room.Types(ctx, clerk)
	if err != nil || len(types) != 7 || types[0].Name != locale.T(locale.FR, "common.contracts.type.services", nil) || types[0].FilesShown {
		t.Fatalf("%+v, %v", types, err)
	}
	e.WantField(e.room.SaveType(ctx, clerk, e.Key(), contracts.Type{Name: strings.ToUpper(types[1].Name)}), "name", "fault.contracts.type_exists")
	e.WantField(e.room.SaveType(ctx, clerk, e.Key(), contracts.Type{Name: strings.Repeat("x", 81)}), "name", "fault.too_long")
	f := yearly(e.company)
	f.TypeID = types[0].PublicID
	e.save(f)
	e.WantFault(e.room.DeleteType(ctx, clerk, types[0].PublicID, types[0].Version), "fault.contracts.type_used")
	e.Must(e.room.DeleteType(ctx, clerk, types[6].PublicID, types[6].Version))
	types[1].FilesShown = true
	e.Must(e.room.SaveType(ctx, clerk, e.Key(), types[1]))
	e.WantFault(e.room.SaveType(ctx, clerk, e.Key(), types[1]), "fault.stale")
	f.TypeID = types[1].PublicID
	if v := e.save(f); !v.FilesShown {
		t.Error("attachments of this type are visible when it is shared")
	}
	e.Must(e.room.OrderTypes(ctx, clerk, []string{types[3].PublicID, types[1].PublicID}))
	if now, err := e.room.Types(ctx, clerk); err != nil || len(now) != 6 || now[0].PublicID != types[3].PublicID || now[1].Contracts+now[2].Contracts < 1 {
		t.Errorf("%+v, %v", now, err)
	}
	e.WantField(e.room.SaveSettings(ctx, clerk, contracts.Settings{Version: 1, FileMaxMB: 501}), "fileMaxMb", "fault.range")
	e.Must(e.room.SaveSettings(ctx, clerk, contracts.Settings{Version: 1, FileMaxMB: 80}))
	e.WantFault(e.room.SaveSettings(ctx, clerk, contracts.Settings{Version: 1, FileMaxMB: 90}), "fault.stale")
}

// The calendar of any month names just what the rules say for each of its days.
func TestTheCalendarMissesNothing(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	made := []contracts.View{}
	rapid.Check(t, func(rt *rapid.T) {
		if len(made) < 12 {
			start := civil.MustParse("2024-01-01").AddDays(rapid.IntRange(0, 900).Draw(rt, "start"))
			f := contracts.Form{Title: "Essai", CustomerID: e.company.PublicID, StartOn: start.String(), EndOn: start.AddDays(rapid.IntRange(0, 500).Draw(rt, "days")).String(), Renewal: rapid.SampledFrom([]string{"none", "tacit", "express"}).Draw(rt, "renewal"),
				RenewalMonths: rapid.SampledFrom([]int64{1, 2, 3, 6, 12, 24, 36}).Draw(rt, "months"), NoticeCount: int64(rapid.IntRange(0, 5).Draw(rt, "notice")), NoticeUnit: rapid.SampledFrom([]string{"month", "day"}).Draw(rt, "unit"), Currency: "EUR"}
			if f.NoticeUnit == "day" {
				f.NoticeCount *= 17
			}
			made = append(made, e.signed(f, "2024-01-01"))
		}
		year, month := rapid.IntRange(2024, 2032).Draw(rt, "year"), time.Month(rapid.IntRange(1, 12).Draw(rt, "month"))
		c, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{Year: year, Month: month})
		if err != nil || c.From.Time().Weekday() != time.Monday || c.To.Time().Weekday() != time.Sunday || c.From.After(c.Month) || c.To.Before(c.Month.EndOfMonth()) {
			rt.Fatalf("%v to %v, %v", c.From, c.To, err)
		}
		want := []string{}
		for _, v := range made {
			x := contract.Contract{State: contract.Signed, Terms: v.Terms}
			for _, f := range x.Falls(c.From, c.To) {
				want = append(want, fmt.Sprintf("%s %s %s", f.On, f.Kind, v.Number))
			}
			if !v.Terms.Start.Before(c.From) && !v.Terms.Start.After(c.To) {
				want = append(want, fmt.Sprintf("%s %s %s", v.Terms.Start, contracts.CalStart, v.Number))
			}
		}
		got := []string{}
		for _, x := range c.Events {
			got = append(got, fmt.Sprintf("%s %s %s", x.On, x.Kind, x.Number))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			rt.Fatalf("%d-%02d:\n%v\nwant\n%v", year, month, got, want)
		}
	})
}

func TestTheCalendarHasMilestonesAndWhoseTheyAre(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-05")
	_, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Recette", DueOn: "2026-06-03"})
	e.Must(err)
	c, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{CustomerID: e.company.PublicID})
	if err != nil || len(c.Events) != 1 || c.Events[0].Kind != contracts.CalMilestone || c.Events[0].What != "Recette" || !c.Events[0].Late || c.Month != civil.MustParse("2026-06-01") {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err := e.room.Calendar(ctx, clerk, contracts.CalendarQuery{CustomerID: e.person.PublicID}); err != nil || len(c.Events) != 0 {
		t.Errorf("%+v, %v", c.Events, err)
	}
	_, err = e.room.Calendar(ctx, clerk, contracts.CalendarQuery{Year: 2026, Month: 13})
	e.WantFault(err, "fault.not_a_date")
}

// The last moment of a day counts where the firm is, not in Greenwich.
func TestTheDayIsTheFirms(t *testing.T) {
	e := newEngine(t)
	e.Change(func(c *company.Firm) { c.TimeZone = "America/Toronto" })
	e.MoveTo(time.Date(2027, 1, 1, 4, 30, 0, 0, time.UTC)) // 31 December, 23:30 in Montréal
	f := yearly(e.company)
	f.Renewal, f.RenewalMonths = "none", 0
	v := e.signed(f, "2026-01-05")
	if v.Status != contract.Active {
		t.Error(v.Status)
	}
	e.MoveTo(time.Date(2027, 1, 1, 5, 30, 0, 0, time.UTC))
	if v, err := e.room.Get(ctx, clerk, v.PublicID); err != nil || v.Status != contract.Ended {
		t.Error(v.Status, err)
	}
}

func TestAConsumerIsToldOnceATerm(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.person), "2026-01-05")
	firm := e.signed(yearly(e.company), "2026-01-05")
	count := func(want int64) {
		t.Helper()
		c, err := e.room.Counts(ctx, clerk)
		if rows := e.all(contracts.ListQuery{State: "tell"}); err != nil || c.Tell != want || int64(len(rows)) != want {
			t.Errorf("%d counted, %d listed, want %d, %v", c.Tell, len(rows), want, err)
		}
	}
	count(0) // from 30 June to 30 August
	_, err := e.room.TellRenewal(ctx, clerk, e.act(v, "", ""))
	e.WantFault(err, "fault.contracts.nothing_to_tell")
	e.Move("2026-07-01")
	count(1)
	_, err = e.room.TellRenewal(ctx, clerk, e.act(firm, "", ""))
	e.WantFault(err, "fault.contracts.nothing_to_tell")
	for range 2 {
		told, err := e.room.TellRenewal(ctx, clerk, e.act(v, "", ""))
		if err != nil || told.NoticeSent != civil.MustParse("2026-07-01") || told.NoticeDue == nil {
			t.Fatalf("%+v, %v", told.NoticeDue, err)
		}
	}
	count(0)
	if m := e.strings("SELECT kind || ' ' || to_address || ' ' || json_extract(args, '$.refuse_by') || ' ' || COALESCE(link_id, 0) FROM mails"); len(m) != 1 || m[0] != "contract_renews contact@client.example 2026-09-30 0" {
		t.Errorf("%v", m) // without a link: they do not see it in the portal
	}
	e.Move("2027-07-02")
	e.round()
	count(1)
	e.exec("UPDATE contracts SET in_portal = 1, requester_id = ? WHERE public_id = ?", e.person.Contacts[0].ID, v.PublicID)
	_, err = e.room.TellRenewal(ctx, clerk, e.act(v, "", ""))
	e.Must(err)
	if m := e.strings("SELECT link_id IS NOT NULL FROM mails WHERE kind = 'contract_renews' ORDER BY id DESC LIMIT 1"); m[0] != "1" {
		t.Error("who sees the contract gets a link to it")
	}
}

// Milestones of contracts that have run out are not reminded of, however many: they keep nobody else's reminder back.
func TestMilestonesOfOverContractsKeepNothingBack(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-03-01")
	over := yearly(e.company)
	over.Renewal, over.RenewalMonths, over.EndOn = "none", 0, "2026-05-31"
	old, runs := e.signed(over, "2026-03-01"), e.signed(yearly(e.company), "2026-03-01")
	e.exec("WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 600) INSERT INTO contract_milestones (public_id, contract_id, position, title, due_on, created_at) SELECT 'old' || n, (SELECT id FROM contracts WHERE public_id = ?), n, 'x', '2026-05-01', '2026-03-01T00:00:00.000Z' FROM i", old.PublicID)
	e.exec("INSERT INTO contract_milestones (public_id, contract_id, position, title, due_on, created_at) SELECT 'one', id, 1, 'Visite', '2026-06-10', '2026-03-01T00:00:00.000Z' FROM contracts WHERE public_id = ?", runs.PublicID)
	e.Move("2026-06-15")
	list, err := e.room.Source().Due(ctx, e.today())
	e.Must(err)
	for _, item := range list {
		if strings.Contains(item.Title, "Visite") {
			return
		}
	}
	t.Errorf("%d due, not the one that is", len(list))
}
