package contracts_test

import (
	"slices"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/listing"
	"comptoir/office/officetest"
	"comptoir/rules/contract"
)

// engine is a firm with the room and two customers: a company and a consumer.
type engine struct {
	*officetest.Firm
	room            *contracts.Service
	company, person customers.Customer
}

func newEngine(t testing.TB) *engine {
	t.Helper()
	e := &engine{Firm: officetest.New(t)}
	e.room = contracts.New(contracts.Deps{DB: e.DB, IDs: id.Seeded(11), IssueLink: e.Access.IssueContractLink})
	e.company = e.Customer("Moulin", nil)
	e.person = e.Customer("Lucie Hamel", func(c *customers.Customer) { c.Kind = "person" })
	return e
}

func yearly(of customers.Customer) contracts.Form {
	return contracts.Form{Title: "Entretien de l’ascenseur", CustomerID: of.PublicID, StartOn: "2026-01-01", EndOn: "2026-12-31", Renewal: "tacit", RenewalMonths: 12, NoticeCount: 3, NoticeUnit: "month", RemindDays: 30, ValueMinor: 120_000, Currency: "EUR"}
}

func (e *engine) save(f contracts.Form) contracts.View {
	e.T.Helper()
	v, err := e.room.Save(ctx, clerk, e.Key(), f)
	e.Must(err)
	return v
}

// signed makes a contract that was signed on a day.
func (e *engine) signed(f contracts.Form, on string) contracts.View {
	e.T.Helper()
	v := e.save(f)
	v, err := e.room.MarkSigned(ctx, clerk, e.act(v, on, ""))
	e.Must(err)
	return v
}

func (e *engine) act(v contracts.View, on, reason string) contracts.Act {
	d, err := civil.Parse(on)
	if on != "" {
		e.Must(err)
	}
	return contracts.Act{Key: e.Key(), ContractID: v.PublicID, Version: v.Version, On: d, Reason: reason}
}

func (e *engine) strings(query string, args ...any) []string {
	return dbtest.Strings(e.T, dbtest.Raw(e.T, e.Path), query, args...)
}

func (e *engine) exec(query string, args ...any) {
	e.T.Helper()
	_, err := dbtest.Raw(e.T, e.Path).Exec(query, args...)
	e.Must(err)
}

func (e *engine) actions() []string {
	return e.strings("SELECT action FROM audit_log WHERE object_kind = 'contract' ORDER BY id")
}

func TestAContractIsMadeOnce(t *testing.T) {
	e := newEngine(t)
	form, key := yearly(e.company), e.Key()
	v, err := e.room.Save(ctx, clerk, key, form)
	e.Must(err)
	again, err := e.room.Save(ctx, clerk, key, form)
	if err != nil || again.PublicID != v.PublicID || !strings.HasPrefix(v.Number, "CT-") || !strings.HasSuffix(v.Number, "-0001") || v.Status != contract.Draft {
		t.Fatalf("%s %s, then %s, %v", v.Number, v.Status, again.Number, err)
	}
	form.Title = "Autre"
	_, err = e.room.Save(ctx, clerk, key, form)
	e.WantFault(err, "fault.command_reused")
	if next := e.save(yearly(e.person)); !strings.HasSuffix(next.Number, "-0002") {
		t.Errorf("the next is %s", next.Number)
	}
	if got := e.actions(); !slices.Equal(got, []string{"contract.created", "contract.created"}) {
		t.Errorf("%v", got)
	}
	if hits := e.strings("SELECT title || ' / ' || subtitle FROM search_entries WHERE kind = 'contract' ORDER BY id"); len(hits) != 2 || hits[0] != v.Number+" · Entretien de l’ascenseur / Moulin" {
		t.Errorf("search: %q", hits)
	}
}

func TestNumbersHaveNoGap(t *testing.T) {
	e := newEngine(t)
	acts := []func() error{}
	for range 8 {
		key := e.Key()
		acts = append(acts, func() error { _, err := e.room.Save(ctx, clerk, key, yearly(e.company)); return err })
	}
	if errs := officetest.AtOnce(acts...); officetest.Won(errs) != 8 {
		t.Fatal(errs)
	}
	bad := yearly(e.company)
	bad.Title = ""
	_, err := e.room.Save(ctx, clerk, e.Key(), bad)
	e.WantField(err, "title", "fault.required")
	numbers := e.strings("SELECT substr(number, -4) FROM contracts ORDER BY number")
	if strings.Join(numbers, " ") != "0001 0002 0003 0004 0005 0006 0007 0008" || !strings.HasSuffix(e.save(yearly(e.company)).Number, "0009") {
		t.Errorf("%v", numbers)
	}
}

func TestTheFormIsJudged(t *testing.T) {
	e := newEngine(t)
	types, err := e.room.Types(ctx, clerk)
	e.Must(err)
	e.Must(e.room.ArchiveType(ctx, clerk, types[0].PublicID, types[0].Version, true))
	gone := e.Customer("Parti", nil)
	e.Must(e.Customers.SetArchived(ctx, clerk, gone.PublicID, gone.Version, true))
	for name, c := range map[string]struct {
		change    func(*contracts.Form)
		path, key string
	}{
		"no title":         {func(f *contracts.Form) { f.Title = " \u200b" }, "title", "fault.required"},
		"a long title":     {func(f *contracts.Form) { f.Title = strings.Repeat("é", 201) }, "title", "fault.too_long"},
		"a long text":      {func(f *contracts.Form) { f.Description = strings.Repeat("é", 20_001) }, "description", "fault.too_long"},
		"no customer":      {func(f *contracts.Form) { f.CustomerID = "" }, "customerId", "fault.required"},
		"nobody":           {func(f *contracts.Form) { f.CustomerID = "nobody" }, "customerId", "fault.choice"},
		"archived":         {func(f *contracts.Form) { f.CustomerID = gone.PublicID }, "customerId", "fault.contracts.customer_archived"},
		"no such type":     {func(f *contracts.Form) { f.TypeID = "none" }, "typeId", "fault.choice"},
		"an archived type": {func(f *contracts.Form) { f.TypeID = types[0].PublicID }, "typeId", "fault.contracts.type_archived"},
		"no such owner":    {func(f *contracts.Form) { f.OwnerID = "none" }, "ownerId", "fault.choice"},
		"no date":          {func(f *contracts.Form) { f.StartOn = "2026-02-30" }, "startOn", "fault.not_a_date"},
		"turned round":     {func(f *contracts.Form) { f.EndOn = "2025-12-31" }, "endOn", "fault.contracts.ends_before_start"},
		"no months":        {func(f *contracts.Form) { f.RenewalMonths = 0 }, "renewalMonths", "fault.required"},
		"a debt":           {func(f *contracts.Form) { f.ValueMinor = -1 }, "valueMinor", "fault.contracts.value"},
		"too much":         {func(f *contracts.Form) { f.ValueMinor = 1_000_000_000_000_000 }, "valueMinor", "fault.contracts.value"},
		"no such currency": {func(f *contracts.Form) { f.Currency = "XXX" }, "currency", "fault.choice"},
	} {
		f := yearly(e.company)
		c.change(&f)
		_, err := e.room.Save(ctx, clerk, e.Key(), f)
		if !fault.HasField(err, c.path) || !strings.Contains(err.Error(), c.path+"="+c.key) {
			t.Errorf("%s: %v", name, err)
		}
		if _, _, look := e.room.Look(ctx, clerk, f); !fault.HasField(look, c.path) {
			t.Errorf("%s, looked at: %v", name, look)
		}
	}
	f := yearly(e.company)
	f.Currency, f.Renewal, f.NoticeUnit = "", "", ""
	if v := e.save(f); v.Currency != "EUR" || v.Renewal != "none" || v.RenewalMonths != 0 || v.NoticeUnit != "month" {
		t.Errorf("defaults: %+v", v.Form)
	}
}

func TestAChangeSaysWhatChanged(t *testing.T) {
	e := newEngine(t)
	v := e.save(yearly(e.company))
	f := v.Form
	f.Title, f.EndOn, f.Notes = "Entretien", "2027-06-30", "À revoir"
	changed := e.save(f)
	if changed.Version != v.Version+1 || changed.Number != v.Number || changed.Standing.Term.To != civil.MustParse("2027-06-30") {
		t.Errorf("%+v", changed)
	}
	_, err := e.room.Save(ctx, clerk, e.Key(), f)
	e.WantFault(err, "fault.stale")
	if same := e.save(changed.Form); same.Version != changed.Version {
		t.Error("what changes nothing is no change")
	}
	if got := e.strings("SELECT json_extract(details, '$.fields') FROM audit_log WHERE action = 'contract.changed'"); len(got) != 1 || got[0] != `["title","end","notes"]` {
		t.Errorf("%v", got)
	}
	list, next, err := e.room.History(ctx, clerk, v.PublicID, "")
	if err != nil || next != "" || len(list) != 2 || list[0].Action != "contract.changed" || list[1].Action != "contract.created" || list[0].By == "" {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTheCustomerStands(t *testing.T) {
	e := newEngine(t)
	v := e.save(yearly(e.company))
	f := v.Form
	f.CustomerID = e.person.PublicID
	v = e.save(f)
	if v.CustomerName != "Lucie Hamel" {
		t.Error(v.CustomerName)
	}
	e.exec("UPDATE contracts SET requester_id = ? WHERE public_id = ?", e.person.Contacts[0].ID, v.PublicID)
	f = v.Form
	f.CustomerID = e.company.PublicID
	_, err := e.room.Save(ctx, clerk, e.Key(), f)
	e.WantField(err, "customerId", "fault.contracts.customer_shared")
	e.exec("UPDATE contracts SET requester_id = NULL")
	v, err = e.room.MarkSigned(ctx, clerk, e.act(v, "2026-01-05", ""))
	e.Must(err)
	f = v.Form
	f.CustomerID = e.company.PublicID
	_, err = e.room.Save(ctx, clerk, e.Key(), f)
	e.WantField(err, "customerId", "fault.contracts.customer_stands")
}

func TestTheLifeOfAContract(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	f := yearly(e.company)
	f.Renewal, f.OwnerID = "express", e.strings("SELECT public_id FROM users")[0]
	v := e.save(f)
	step := func(do func() (contracts.View, error), want contract.Status) {
		t.Helper()
		var err error
		if v, err = do(); err != nil || v.Status != want {
			t.Fatalf("%s, %v", v.Status, err)
		}
	}
	step(func() (contracts.View, error) { return e.room.ToReview(ctx, clerk, e.act(v, "", "")) }, contract.InReview)
	step(func() (contracts.View, error) { return e.room.ToBeSigned(ctx, clerk, e.act(v, "", "")) }, contract.ToSign)
	step(func() (contracts.View, error) { return e.room.BackToDraft(ctx, clerk, e.act(v, "", "")) }, contract.Draft)
	sign := e.act(v, "2026-06-14", "")
	step(func() (contracts.View, error) { return e.room.MarkSigned(ctx, clerk, sign) }, contract.Active)
	step(func() (contracts.View, error) { return e.room.MarkSigned(ctx, clerk, sign) }, contract.Active) // clicked twice
	stale := e.act(v, "", "")
	stale.Version--
	_, err := e.room.Cancel(ctx, clerk, stale)
	e.WantFault(err, "fault.stale")
	_, err = e.room.Cancel(ctx, clerk, e.act(v, "", "Trop tard"))
	e.WantFault(err, "fault.contracts.step")
	p, err := e.room.RenewLook(ctx, clerk, v.PublicID, civil.Date{})
	if err != nil || p.From != civil.MustParse("2027-01-01") || p.On != civil.MustParse("2027-12-31") {
		t.Errorf("%+v, %v", p, err)
	}
	step(func() (contracts.View, error) { return e.room.Renew(ctx, clerk, e.act(v, p.On.String(), "")) }, contract.Active)
	_, err = e.room.End(ctx, clerk, e.act(v, "2026-12-31", ""))
	e.WantField(err, "reason", "fault.required")
	step(func() (contracts.View, error) {
		return e.room.End(ctx, clerk, e.act(v, "2026-12-31", "D’un commun accord"))
	}, contract.Active)
	if v.EndReason == "" || v.Standing.Term.To != civil.MustParse("2026-12-31") || !v.Can.Keep {
		t.Errorf("%+v", v)
	}
	step(func() (contracts.View, error) { return e.room.Keep(ctx, clerk, e.act(v, "", "")) }, contract.Active)
	step(func() (contracts.View, error) { return e.room.End(ctx, clerk, e.act(v, "2026-06-14", "Faillite")) }, contract.Ended)
	f = v.Form
	f.Title = "Après coup"
	_, err = e.room.Save(ctx, clerk, e.Key(), f)
	e.WantFault(err, "fault.contracts.closed")
	if got := strings.Join(e.actions(), " "); got != "contract.created contract.to_review contract.to_sign contract.reopened contract.signed_on_paper contract.renewed contract.ended contract.kept contract.ended" {
		t.Error(got)
	}
}

func TestTwoAtOnceDecideOnce(t *testing.T) {
	e := newEngine(t)
	v := e.save(yearly(e.company))
	one, other := e.act(v, "2026-01-01", ""), e.act(v, "2026-01-01", "")
	errs := officetest.AtOnce(func() error { _, err := e.room.MarkSigned(ctx, clerk, one); return err }, func() error { _, err := e.room.Cancel(ctx, clerk, other); return err })
	officetest.RefusedOnly(t, errs)
	if officetest.Won(errs) != 1 {
		t.Error(errs)
	}
}

func TestANewContractOutOfOne(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-01")
	_, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Visite", DueOn: "2026-03-01", AmountMinor: 10_000, Bill: contracts.BillInvoice})
	e.Must(err)
	list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Abandonnée", DueOn: "2026-04-01"})
	e.Must(err)
	_, err = e.room.CancelMilestone(ctx, clerk, v.PublicID, list[1].PublicID, list[1].Version, true)
	e.Must(err)
	key := e.Key()
	next, err := e.room.Duplicate(ctx, clerk, key, v.PublicID)
	e.Must(err)
	again, err := e.room.Duplicate(ctx, clerk, key, v.PublicID)
	if err != nil || again.PublicID != next.PublicID || next.Number == v.Number || next.Status != contract.Draft || next.StartOn != "2027-01-01" || next.EndOn != "2027-12-31" || next.Title != v.Title || next.ValueMinor != v.ValueMinor {
		t.Errorf("%+v, %v", next, err)
	}
	steps, err := e.room.Milestones(ctx, clerk, next.PublicID)
	if err != nil || len(steps) != 1 || steps[0].DueOn != "2027-03-01" || steps[0].State != contracts.MilestoneOpen || steps[0].AmountMinor != 10_000 {
		t.Errorf("%+v, %v", steps, err)
	}
}

// Every door of the room is the staff's.
func TestOnlyStaffComesIn(t *testing.T) {
	e := newEngine(t)
	v := e.save(yearly(e.company))
	for name, who := range map[string]actor.Actor{"contact": officetest.Contact(e.company), "guest": {Kind: actor.Guest, ID: 1, Contract: v.PublicID}, "nobody": {}} {
		for door, do := range map[string]func() error{
			"save":   func() error { _, err := e.room.Save(ctx, who, e.Key(), yearly(e.company)); return err },
			"get":    func() error { _, err := e.room.Get(ctx, who, v.PublicID); return err },
			"list":   func() error { _, _, err := e.room.List(ctx, who, contracts.ListQuery{}); return err },
			"counts": func() error { _, err := e.room.Counts(ctx, who); return err },
			"sums":   func() error { _, err := e.room.Sums(ctx, who, contracts.ListQuery{}); return err },
			"look":   func() error { _, _, err := e.room.Look(ctx, who, yearly(e.company)); return err },
			"blank":  func() error { _, err := e.room.Blank(ctx, who); return err },
			"owners": func() error { _, err := e.room.Owners(ctx, who); return err },
			"copy":   func() error { _, err := e.room.Duplicate(ctx, who, e.Key(), v.PublicID); return err },
			"cancel": func() error { _, err := e.room.Cancel(ctx, who, e.act(v, "", "")); return err },
			"end":    func() error { _, err := e.room.End(ctx, who, e.act(v, "2026-12-31", "Fin")); return err },
			"renew":  func() error { _, err := e.room.RenewLook(ctx, who, v.PublicID, civil.Date{}); return err },
			"tell":   func() error { _, err := e.room.TellRenewal(ctx, who, e.act(v, "", "")); return err },
			"types":  func() error { _, err := e.room.Types(ctx, who); return err },
			"settings": func() error {
				return e.room.SaveSettings(ctx, who, contracts.Settings{Version: 1, FileMaxMB: 50})
			},
			"milestone": func() error {
				_, err := e.room.SaveMilestone(ctx, who, e.Key(), v.PublicID, contracts.Milestone{Title: "x"})
				return err
			},
			"calendar": func() error { _, err := e.room.Calendar(ctx, who, contracts.CalendarQuery{}); return err },
			"history":  func() error { _, _, err := e.room.History(ctx, who, v.PublicID, ""); return err },
			"remind":   func() error { return e.room.Source().Do(ctx, who, "term/x/2026-01-01") },
		} {
			if err := do(); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s, %s: %v", name, door, err)
			}
		}
	}
}

// The log is for ever: it holds ids and days, no words that may name people. The history shows
// titles as they are now.
func TestTheLogHoldsNoWords(t *testing.T) {
	e := newEngine(t)
	e.Move("2026-06-15")
	v := e.signed(yearly(e.company), "2026-01-01")
	list, err := e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, contracts.Milestone{Title: "Visite chez Zoé"})
	e.Must(err)
	_, err = e.room.End(ctx, clerk, e.act(v, "2026-12-31", "Zoé déménage"))
	e.Must(err)
	if words := e.strings("SELECT action || details FROM audit_log WHERE details LIKE '%Zo%'"); len(words) > 0 {
		t.Errorf("%v", words)
	}
	list[0].Title = "Visite"
	_, err = e.room.SaveMilestone(ctx, clerk, e.Key(), v.PublicID, list[0])
	e.Must(err)
	rows, _, err := e.room.History(ctx, clerk, v.PublicID, "")
	if err != nil || len(rows) != 5 || rows[0].Details["milestone"] != "Visite" || rows[2].Details["milestone"] != "Visite" || rows[1].Details["on"] != "2026-12-31" {
		t.Errorf("%+v, %v", rows, err)
	}
	of, _, err := e.Customers.History(ctx, clerk, e.company.PublicID, "")
	if err != nil || len(of) < 3 || of[0].Action != "contract.ended" || of[0].Number != v.Number || of[0].On != "2026-12-31" || of[2].Action != "contract.created" {
		t.Errorf("%+v, %v", of, err)
	}
}

func TestAContractIsFoundByItsCustomersNewName(t *testing.T) {
	e := newEngine(t)
	e.Customers.Sharing(e.room)
	v := e.save(yearly(e.company))
	c, err := e.Customers.Get(ctx, clerk, e.company.PublicID)
	e.Must(err)
	c.Name = "Minoterie Bellon"
	_, err = e.Customers.Save(ctx, clerk, e.Key(), c)
	e.Must(err)
	if got := e.all(contracts.ListQuery{Query: listing.Query{Search: "minoterie"}}); len(got) != 1 || got[0].PublicID != v.PublicID {
		t.Errorf("%+v", got)
	}
}
