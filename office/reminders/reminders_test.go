package reminders_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/due"
	. "comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
)

// today gives the firm's day.
func today(f *Firm) civil.Date {
	c, err := f.Company.Firm(Ctx, Staff)
	f.Must(err)
	return c.Today(f.Now())
}

// mail is a reminder in the outbox.
type mail struct {
	key, to string
	args    map[string]string
}

func mails(f *Firm) []mail {
	list := []mail{}
	f.Must(f.DB.Read(Ctx, func(q *gen.Queries) error {
		rows, err := q.MailsPage(Ctx, gen.MailsPageParams{BeforeID: 1 << 60, RowLimit: 1000})
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i].Kind != "reminder" {
				continue
			}
			full, err := q.GetMail(Ctx, rows[i].PublicID)
			if err != nil {
				return err
			}
			m := mail{key: full.Key, to: full.ToAddress}
			if err := json.Unmarshal([]byte(full.Args), &m.args); err != nil {
				return err
			}
			list = append(list, m)
		}
		return err
	}))
	return list
}

// policy replaces the shipped policy's levels by days; the last one is a formal notice,
// claims begin with the second after the due date.
func policy(f *Firm, automatic bool, days ...int) reminders.Policy {
	list, err := f.Reminders.Policies(Ctx, Staff)
	f.Must(err)
	p := list[0]
	p.Automatic, p.Levels = automatic, nil
	for i, d := range days {
		p.Levels = append(p.Levels, reminders.Level{Days: d, Interest: d > 10, Indemnity: d > 10, Formal: i == len(days)-1 && d > 0})
	}
	p, err = f.Reminders.SavePolicy(Ctx, Staff, "", p)
	f.Must(err)
	return p
}

// run does what the scheduler does on the firm's day: everything that is due.
func run(f *Firm) []due.Item {
	src := f.Reminders.Source()
	items, err := src.Due(Ctx, today(f))
	f.Must(err)
	for _, i := range items {
		f.Must(src.Do(Ctx, actor.Machine(), i.Key))
	}
	return items
}

func issueOn(f *Firm, c customers.Customer, day string, cents int64) sales.Document {
	f.Move(day)
	return f.Issue(Form(c, Line(cents)))
}

// errText gives all that a refusal says, in an order that does not change.
func errText(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return ""
	}
	return fmt.Sprint(e.Fields)
}

func past(f *Firm, d sales.Document) []reminders.Past {
	st, err := f.Reminders.StateOf(Ctx, Staff, d.PublicID)
	f.Must(err)
	return st.Past
}

func TestOneMailForAllOfACustomer(t *testing.T) {
	f := New(t)
	policy(f, true, 5, 15, 30)
	dupont, other := f.Customer("Dupont", nil), f.Customer("Zinc", func(c *customers.Customer) { c.Contacts[0].Email = "autre@client.example" })
	a := issueOn(f, dupont, "2026-01-02", 140_000) // due 1 February
	b := issueOn(f, dupont, "2026-01-12", 10_000)  // due 11 February
	c := issueOn(f, other, "2026-01-12", 20_000)
	f.Move("2026-02-06")
	if items := run(f); len(items) != 1 || items[0].Mails != 1 || items[0].Kind != due.Reminder || items[0].On != civil.MustParse("2026-02-06") {
		t.Fatalf("five days late: %+v", items)
	}
	f.Move("2026-02-16")
	run(f)
	list := mails(f)
	if len(list) != 3 {
		t.Fatalf("%d mails, want 3: %+v", len(list), list)
	}
	second := list[1]
	if second.args["count"] != "2" || second.args["amount_minor"] != "180000" || !strings.HasPrefix(second.args["subject"], "Deuxième rappel") || second.to != "contact@client.example" {
		t.Errorf("one mail with the text of the highest level: %+v", second)
	}
	for _, d := range []sales.Document{a, b} {
		if !strings.Contains(second.args["body"], strings.ReplaceAll(d.Number, "-", `\-`)) {
			t.Errorf("the mail does not name %s:\n%s", d.Number, second.args["body"])
		}
	}
	if list[2].to != "autre@client.example" || list[2].args["count"] != "1" {
		t.Errorf("the other customer has a mail of its own: %+v", list[2])
	}
	// 15 days at 12.15 % on 1 680.00 = 8.39, and 40.00, on the older one only: the other is at its first level.
	if pa, pb := past(f, a), past(f, b); len(pa) != 2 || pa[1].InterestMinor != 839 || pa[1].IndemnityMinor != 4000 || len(pb) != 1 || pb[0].InterestMinor != 0 {
		t.Errorf("%+v\n%+v", pa, pb)
	}
	if run(f); len(mails(f)) != 3 {
		t.Error("the same day again sent more")
	}
	if p := past(f, c); len(p) != 1 || !p[0].Mailed || p[0].Level != 1 {
		t.Errorf("%+v", p)
	}
	f.Sound()
}

func TestASleepPassesLevelsOver(t *testing.T) {
	f := New(t)
	policy(f, true, -3, 0, 7, 15, 30)
	d := issueOn(f, f.Customer("Dupont", nil), "2026-01-02", 100_000) // due 1 February
	f.Move("2026-01-29")
	run(f)
	f.Move("2026-02-20") // three weeks of sleep
	items := run(f)
	if len(items) != 1 || items[0].On != civil.MustParse("2026-02-16") {
		t.Fatalf("%+v, want one item that was due on the 16th", items)
	}
	want := []struct {
		level  int
		mailed bool
	}{{1, true}, {2, false}, {3, false}, {4, true}}
	got := past(f, d)
	if len(got) != len(want) || len(mails(f)) != 2 {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if got[i].Level != w.level || got[i].Mailed != w.mailed {
			t.Errorf("%+v, want %+v", got[i], w)
		}
	}
}

func TestWhatIsNotRemindedOfAndWhy(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(f *Firm) sales.Document
		why  string
	}{
		{"the customer is exempt", func(f *Firm) sales.Document {
			return issueOn(f, f.Customer("X", func(c *customers.Customer) { c.RemindersExempt = true }), "2026-01-02", 1000)
		}, "customer_exempt"},
		{"the invoice is exempt", func(f *Firm) sales.Document {
			d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
			f.Must(f.Reminders.SetNoReminders(Ctx, Staff, d.PublicID, true))
			return d
		}, "document_exempt"},
		{"a transfer is announced", func(f *Firm) sales.Document {
			c := f.Customer("X", nil)
			d := issueOn(f, c, "2026-01-02", 1000)
			f.Move("2026-02-17")
			f.Must(f.Payments.AnnounceTransfer(Ctx, Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}))
			return d
		}, "announced"},
		{"a question waits", func(f *Firm) sales.Document {
			c := f.Customer("X", nil)
			d := issueOn(f, c, "2026-01-02", 1000)
			_, err := dbtest.Raw(f.T, f.Path).ExecContext(Ctx, "INSERT INTO document_messages (public_id, document_id, customer_id, contact_id, author_name, body, created_at) VALUES ('m1', ?, ?, ?, 'X', 'Pourquoi ?', '2026-02-01T00:00:00.000Z')", d.ID, c.ID, c.Contacts[0].ID)
			f.Must(err)
			return d
		}, "disputed"},
		{"it never left", func(f *Firm) sales.Document {
			f.Move("2026-01-02")
			draft := f.Draft(Form(f.Customer("X", nil), Line(1000)))
			d, err := f.Sales.Issue(Ctx, Staff, sales.Issue{Key: f.Key(), PublicID: draft.PublicID, Version: draft.Version, How: sales.NoSend})
			f.Must(err)
			return d
		}, "unsent"},
		{"it is paid", func(f *Firm) sales.Document {
			d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
			_, err := f.Payments.Record(Ctx, Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "transfer"})
			f.Must(err)
			return d
		}, "settled"},
		{"it is not late", func(f *Firm) sales.Document { return issueOn(f, f.Customer("X", nil), "2026-02-17", 1000) }, "not_late"},
		{"nobody to write to", func(f *Firm) sales.Document {
			return issueOn(f, f.Customer("X", func(c *customers.Customer) { c.Email, c.Contacts = "", nil }), "2026-01-02", 1000)
		}, "no_address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := New(t)
			policy(f, true, 5, 15, 30)
			d := c.make(f)
			f.Move("2026-02-18")
			p, err := f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{Documents: []string{d.PublicID}})
			f.Must(err)
			if len(p.Mails) != 0 || len(p.Exempt) != 1 || p.Exempt[0].Reason != c.why {
				t.Errorf("%+v, want %s", p, c.why)
			}
			run(f)
			if n := len(mails(f)); n != 0 {
				t.Errorf("%d mails", n)
			}
			_, err = f.Reminders.Send(Ctx, Staff, f.Key(), []reminders.Chosen{{DocumentID: d.PublicID, Level: 2}})
			if err == nil {
				t.Error("it went by hand all the same")
			}
		})
	}
}

// An announced transfer holds back for ten days, or until the firm says that it never came.
func TestAnAnnouncementPausesAndResumes(t *testing.T) {
	f := New(t)
	policy(f, true, 5, 15, 30)
	c := f.Customer("X", nil)
	a, b := issueOn(f, c, "2026-01-02", 1000), issueOn(f, c, "2026-01-02", 2000) // due 1 February
	f.Move("2026-02-05")
	for _, d := range []sales.Document{a, b} {
		f.Must(f.Payments.AnnounceTransfer(Ctx, Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}))
	}
	f.Move("2026-02-10")
	if run(f); len(mails(f)) != 0 {
		t.Fatal("reminded of an announced transfer")
	}
	list, err := f.Payments.Announcements(Ctx, Staff)
	f.Must(err)
	for _, x := range list {
		if x.DocumentID == a.PublicID {
			f.Must(f.Payments.Dismiss(Ctx, Staff, x.PublicID))
		}
	}
	if run(f); len(mails(f)) != 1 || len(past(f, a)) != 1 || len(past(f, b)) != 0 {
		t.Fatal("the dismissed one is not reminded of, or the other one is")
	}
	f.Move("2026-02-15")
	if run(f); len(past(f, b)) != 1 {
		t.Error("after ten days the announcement does not hold any more")
	}
}

func TestByHandInTwoSteps(t *testing.T) {
	f := New(t)
	policy(f, false, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	a, b := issueOn(f, c, "2026-01-02", 140_000), issueOn(f, c, "2026-01-10", 50_000)
	f.Move("2026-02-17")
	if items := run(f); len(items) != 0 {
		t.Fatalf("a policy by hand sent by itself: %+v", items)
	}
	p, err := f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Mails) != 1 || len(p.Mails[0].Documents) != 2 || p.Mails[0].Level != 2 || p.Mails[0].Documents[0].PublicID != a.PublicID {
		t.Fatalf("%+v", p)
	}
	chosen := []reminders.Chosen{{DocumentID: a.PublicID, Level: 2}, {DocumentID: b.PublicID, Level: 1}}
	key := f.Key()
	for range 2 { // the repeat of the command gives the same answer
		sent, err := f.Reminders.Send(Ctx, Staff, key, chosen)
		f.Must(err)
		if sent.Mails != 1 || sent.Documents != 2 || len(mails(f)) != 1 {
			t.Fatalf("%+v", sent)
		}
	}
	_, err = f.Reminders.Send(Ctx, Staff, f.Key(), chosen)
	f.WantFault(err, "fault.reminder.changed")
	p, err = f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Mails) != 0 || len(p.Exempt) != 2 || p.Exempt[0].Reason != "recent" {
		t.Errorf("once more at once: %+v", p)
	}
	n, err := f.Reminders.Counts(Ctx, Staff)
	if err != nil || n.Documents != 0 {
		t.Errorf("%+v %v", n, err)
	}
	p, err = f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{Documents: []string{b.PublicID}, AtMost: 1})
	if err != nil || len(p.Mails) != 0 || p.Exempt[0].Reason != "all_done" {
		t.Errorf("no level above the first: %+v %v", p, err)
	}
}

func TestSkippedIsNeverDone(t *testing.T) {
	f := New(t)
	policy(f, true, 5, 15)
	d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
	f.Move("2026-02-08")
	src := f.Reminders.Source()
	items, err := src.Due(Ctx, today(f))
	f.Must(err)
	for range 2 {
		f.Must(src.Skip(Ctx, Staff, items[0].Key))
		f.Must(src.Do(Ctx, Staff, items[0].Key))
	}
	if p := past(f, d); len(p) != 1 || p[0].Mailed || len(mails(f)) != 0 {
		t.Errorf("%+v", p)
	}
	f.Move("2026-02-16")
	if run(f); len(mails(f)) != 1 {
		t.Error("the next level does not come")
	}
	if err := src.Do(Ctx, Staff, "x"); err == nil {
		t.Error("a key that is none")
	}
}

func TestLateFeesBecomeAnInvoice(t *testing.T) {
	f := New(t)
	policy(f, false, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	d := issueOn(f, c, "2026-01-02", 140_000)
	f.Move("2026-02-17") // 16 days: RF 4.4
	key := f.Key()
	id, err := f.Reminders.InvoiceFees(Ctx, Staff, key, d.PublicID)
	f.Must(err)
	if again, err := f.Reminders.InvoiceFees(Ctx, Staff, key, d.PublicID); err != nil || again != id {
		t.Errorf("the repeat gave %s %v", again, err)
	}
	draft, err := f.Sales.Get(Ctx, Staff, id)
	f.Must(err)
	if draft.Totals.TotalInclTax != 4895 || draft.Totals.TotalTax != 0 || len(draft.Lines) != 2 || !strings.Contains(draft.Lines[0].Detail, "16 jours") {
		t.Fatalf("%+v", draft)
	}
	_, err = f.Reminders.InvoiceFees(Ctx, Staff, f.Key(), d.PublicID)
	f.WantFault(err, "fault.reminder.no_fees")
	issued, err := f.Sales.Issue(Ctx, Staff, sales.Issue{Key: f.Key(), PublicID: id, Version: draft.Version, How: sales.ByHand})
	f.Must(err)
	f.Move("2026-02-27") // ten days more: 16.80 × … on the capital only, no second indemnity
	st, err := f.Reminders.StateOf(Ctx, Staff, d.PublicID)
	f.Must(err)
	if st.Fees.InterestMinor != 1454-895 || st.Fees.IndemnityMinor != 0 || len(st.Invoiced) != 1 || st.Invoiced[0].Number != issued.Number {
		t.Errorf("%+v", st)
	}
	f.Move("2026-05-30")
	if st, err = f.Reminders.StateOf(Ctx, Staff, issued.PublicID); err != nil || st.Fees.InterestMinor+st.Fees.IndemnityMinor != 0 {
		t.Errorf("fees earn fees: %+v %v", st.Fees, err)
	}
	f.Sound()
}

func TestADeletedDraftOfFeesFreesThem(t *testing.T) {
	f := New(t)
	d := issueOn(f, f.Customer("Dupont", nil), "2026-01-02", 140_000)
	f.Move("2026-02-17")
	for range 2 {
		id, err := f.Reminders.InvoiceFees(Ctx, Staff, f.Key(), d.PublicID)
		f.Must(err)
		draft, err := f.Sales.Get(Ctx, Staff, id)
		f.Must(err)
		f.Must(f.Sales.Delete(Ctx, Staff, id, draft.Version))
	}
}

func TestARateThatNobodyNoted(t *testing.T) {
	f := New(t)
	policy(f, true, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	d := issueOn(f, c, "2026-06-15", 140_000) // due 15 July
	f.Move("2026-07-31")
	_, err := f.Reminders.InvoiceFees(Ctx, Staff, f.Key(), d.PublicID)
	f.WantFault(err, "fault.reminder.no_rate")
	p, err := f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Missing) != 1 || p.Mails[0].InterestMinor != 0 || p.Mails[0].IndemnityMinor != 4000 {
		t.Fatalf("%+v", p)
	}
	if n, err := f.Reminders.Counts(Ctx, Staff); err != nil || !n.NoRate {
		t.Errorf("%+v %v", n, err)
	}
	_, err = f.Reminders.SaveRate(Ctx, Staff, reminders.Rate{From: "x", RatePCM: 0})
	f.WantField(err, "from", "fault.not_a_date")
	f.WantField(err, "ratePcm", "fault.reminder.rate")
	r, err := f.Reminders.SaveRate(Ctx, Staff, reminders.Rate{From: "2026-07-01", RatePCM: 12_150, FloorPCM: 7_860, Source: "Banque de France"})
	f.Must(err)
	if r.Missing != "" || r.Rows[0].From != "2026-07-01" || r.Rows[0].Shipped {
		t.Errorf("%+v", r)
	}
	if p, err = f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{}); err != nil || len(p.Missing) != 0 || p.Mails[0].InterestMinor != 895 {
		t.Errorf("%+v %v", p, err)
	}
	r, err = f.Reminders.DeleteRate(Ctx, Staff, "2026-07-01")
	if err != nil || r.Missing != "2026-07-01" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAPersonOwesInterestFromTheNotice(t *testing.T) {
	f := New(t)
	policy(f, true, 5, 15, 30, 50)
	list, err := f.Reminders.Policies(Ctx, Staff)
	f.Must(err)
	list[0].Levels[2].Formal = true // on the thirtieth day
	_, err = f.Reminders.SavePolicy(Ctx, Staff, "", list[0])
	f.Must(err)
	f.Change(func(c *company.Firm) { c.Mediator = "Médiateur" })
	d := issueOn(f, f.Customer("Mme Durand", func(c *customers.Customer) { c.Kind = "person" }), "2026-01-02", 304_167) // 3 650.00, due 1 February
	for day := civil.MustParse("2026-02-01"); day.Before(civil.MustParse("2026-03-25")); day = day.AddDays(1) {
		f.Move(day.String())
		run(f)
	}
	got := past(f, d)
	if len(got) != 4 || got[1].InterestMinor+got[1].IndemnityMinor != 0 || got[2].InterestMinor != 0 || !got[2].Formal {
		t.Fatalf("before the notice nothing: %+v", got)
	}
	if got[3].InterestMinor != 550 || got[3].IndemnityMinor != 0 { // 21 days from the notice, 2.62 % of 3 650.00
		t.Errorf("%+v", got[3])
	}
}

func TestPolicies(t *testing.T) {
	f := New(t)
	list, err := f.Reminders.Policies(Ctx, Staff)
	f.Must(err)
	if len(list) != 1 || !list[0].IsDefault || !list[0].Automatic || len(list[0].Levels) != 3 || list[0].Levels[2].Tone != "notice" || list[0].Levels[0].Tone != "friendly" {
		t.Fatalf("a new company has the shipped policy: %+v", list)
	}
	bad := reminders.Policy{Name: " ", Levels: []reminders.Level{{Days: 5, SubjectFR: "Relance {{invoices}}", BodyFR: "Bonjour,\nvoici {{facture.numero}}"}, {Days: 5, BodyEN: "open {{invoice.number"}, {Days: -1, Formal: true}}}
	_, err = f.Reminders.SavePolicy(Ctx, Staff, f.Key(), bad)
	f.WantField(err, "name", "fault.required")
	f.WantField(err, "levels.0.subjectFr", "fault.reminder.placeholder")
	f.WantField(err, "levels.0.bodyFr", "fault.reminder.placeholder")
	f.WantField(err, "levels.1.days", "fault.reminder.days_order")
	f.WantField(err, "levels.1.bodyEn", "fault.reminder.placeholder_open")
	f.WantField(err, "levels.2.days", "fault.reminder.days_order")
	if !strings.Contains(errText(err), "facture.numero") || !strings.Contains(errText(err), "column:7 line:2 ") {
		t.Errorf("the placeholder's name and place: %s", errText(err))
	}
	soft, err := f.Reminders.SavePolicy(Ctx, Staff, f.Key(), reminders.Policy{Name: "Douce", Levels: []reminders.Level{{Days: 10}}})
	f.Must(err)
	_, err = f.Reminders.SavePolicy(Ctx, Staff, f.Key(), reminders.Policy{Name: "douce", Levels: []reminders.Level{{Days: 10}}})
	f.WantField(err, "name", "fault.reminder.name_taken")
	g, err := f.Customers.SaveGroup(Ctx, Staff, f.Key(), customers.Group{Name: "Associations", PolicyID: soft.PublicID})
	f.Must(err)
	f.WantFault(f.Reminders.DeletePolicy(Ctx, Staff, soft.PublicID, soft.Version), "fault.reminder.policy_in_use")
	f.WantFault(f.Reminders.DeletePolicy(Ctx, Staff, list[0].PublicID, list[0].Version), "fault.reminder.default_stays")
	c := f.Customer("Chorale", func(c *customers.Customer) { c.GroupID = g.PublicID })
	d := issueOn(f, c, "2026-01-02", 1000)
	f.Move("2026-02-06")
	p, err := f.Reminders.PlanByHand(Ctx, Staff, reminders.PlanQuery{Documents: []string{d.PublicID}})
	if err != nil || len(p.Mails) != 1 || p.Mails[0].Policy.Name != "Douce" || !p.Mails[0].Documents[0].Early {
		t.Errorf("its group's policy: %+v %v", p, err)
	}
	soft.IsDefault = true
	soft, err = f.Reminders.SavePolicy(Ctx, Staff, "", soft)
	f.Must(err)
	if list, err = f.Reminders.Policies(Ctx, Staff); err != nil || !list[0].IsDefault || list[0].Name != "Douce" || list[1].IsDefault {
		t.Errorf("%+v %v", list, err)
	}
}

func TestGroupsGiveANewCustomerItsRules(t *testing.T) {
	f := New(t)
	days := int64(45)
	g, err := f.Customers.SaveGroup(Ctx, Staff, f.Key(), customers.Group{Name: "Grandes surfaces", IsDefault: true, TermsDays: &days, TermsEndOfMonth: true, TaxRegime: "exempt", Language: "en"})
	f.Must(err)
	blank, err := f.Customers.Blank(Ctx, Staff)
	if err != nil || blank.GroupID != g.PublicID || blank.TermsDays != 45 || !blank.TermsEndOfMonth || blank.TaxRegime != "exempt" || blank.Language != "en" {
		t.Errorf("%+v %v", blank, err)
	}
	_, err = f.Customers.SaveGroup(Ctx, Staff, f.Key(), customers.Group{Name: "grandes surfaces"})
	f.WantField(err, "name", "fault.group_name_taken")
	_, err = f.Customers.SaveGroup(Ctx, Staff, f.Key(), customers.Group{Name: "X", TaxRegime: "?", PolicyID: "nowhere", Language: "de"})
	f.WantField(err, "taxRegime", "fault.choice")
	f.WantField(err, "policyId", "fault.choice")
	f.WantField(err, "language", "fault.choice")
	second, err := f.Customers.SaveGroup(Ctx, Staff, f.Key(), customers.Group{Name: "Artisans", IsDefault: true})
	f.Must(err)
	list, err := f.Customers.Groups(Ctx, Staff)
	if err != nil || len(list) != 2 || list[0].PublicID != second.PublicID || list[1].IsDefault {
		t.Errorf("one default group: %+v %v", list, err)
	}
	c := f.Customer("Dupont", func(c *customers.Customer) { c.GroupID, c.RemindersExempt = g.PublicID, true })
	if c.GroupID != g.PublicID || !c.RemindersExempt {
		t.Errorf("%+v", c)
	}
	f.WantFault(f.Customers.DeleteGroup(Ctx, Staff, g.PublicID, list[1].Version), "fault.group_in_use")
	f.Must(f.Customers.DeleteGroup(Ctx, Staff, second.PublicID, second.Version))
	_, err = f.Customers.Save(Ctx, Staff, f.Key(), customers.Customer{Kind: "company", Name: "Y", Language: "fr", Currency: "EUR", TaxRegime: "domestic", Country: "FR", GroupID: "nowhere"})
	f.WantField(err, "groupId", "fault.choice")
}

func TestSampleOnARealInvoice(t *testing.T) {
	f := New(t)
	p := policy(f, false, 5, 15, 30)
	p.Levels[0].BodyFR = "Cher {{customer.name}}, {{invoice.number}} : {{invoice.amount}} ({{link}})"
	s, err := f.Reminders.Sample(Ctx, Staff, reminders.Sample{Policy: p, Level: 1, Lang: "fr"})
	if err != nil || s.Number == "" || !strings.Contains(s.Mail.Args["body"], "Client exemple") {
		t.Errorf("without any invoice an invented one: %+v %v", s, err)
	}
	d := issueOn(f, f.Customer("*Dupont*", nil), "2026-01-02", 140_000)
	f.Move("2026-02-17")
	s, err = f.Reminders.Sample(Ctx, Staff, reminders.Sample{Policy: p, Level: 1, Lang: "fr"})
	if err != nil || s.Number != d.Number || !strings.HasPrefix(s.Mail.Args["body"], `Cher \*Dupont\*, FA\-2026\-0001`) || !strings.Contains(s.Mail.Args["body"], "{{link}}") {
		t.Errorf("%+v %v", s, err)
	}
	if s, err = f.Reminders.Sample(Ctx, Staff, reminders.Sample{Policy: p, Level: 3, Lang: "en"}); err != nil || !strings.HasPrefix(s.Mail.Args["subject"], "Formal notice") || !strings.Contains(s.Mail.Args["body"], "recovery costs") {
		t.Errorf("%+v %v", s, err)
	}
	to, err := f.Reminders.Try(Ctx, Staff, f.Key(), reminders.Sample{Policy: p, Level: 2, Lang: "fr"})
	f.Must(err)
	if list := mails(f); len(list) != 1 || list[0].to != to || !strings.HasPrefix(list[0].args["subject"], "[Essai] ") {
		t.Errorf("%+v", list)
	}
	if got := past(f, d); len(got) != 0 {
		t.Errorf("a trial was noted: %+v", got)
	}
}

func TestThePortalShowsWhatWasClaimed(t *testing.T) {
	f := New(t)
	policy(f, true, 15)
	c, stranger := f.Customer("Dupont", nil), f.Customer("Autre", nil)
	d := issueOn(f, c, "2026-01-02", 140_000)
	f.Move("2026-02-16")
	run(f)
	got, err := f.Reminders.PortalClaimed(Ctx, Contact(c), d.PublicID)
	if err != nil || got.InterestMinor != 839 || got.IndemnityMinor != 4000 || got.On != civil.MustParse("2026-02-16") {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = f.Reminders.PortalClaimed(Ctx, Contact(stranger), d.PublicID); err != nil || got != (reminders.Claimed{}) {
		t.Errorf("a stranger sees %+v %v", got, err)
	}
}

func TestOnlyTheFirmsPeople(t *testing.T) {
	f := New(t)
	c := f.Customer("Dupont", nil)
	who := Contact(c)
	for name, call := range map[string]func() error{
		"policies": func() error { _, err := f.Reminders.Policies(Ctx, who); return err },
		"plan":     func() error { _, err := f.Reminders.PlanByHand(Ctx, who, reminders.PlanQuery{}); return err },
		"send":     func() error { _, err := f.Reminders.Send(Ctx, who, f.Key(), nil); return err },
		"fees":     func() error { _, err := f.Reminders.InvoiceFees(Ctx, who, f.Key(), "x"); return err },
		"do":       func() error { return f.Reminders.Source().Do(Ctx, who, "1:1") },
		"skip":     func() error { return f.Reminders.Source().Skip(Ctx, who, "1:1") },
		"groups":   func() error { _, err := f.Customers.Groups(Ctx, who); return err },
		"rates":    func() error { _, err := f.Reminders.Rates(Ctx, who); return err },
		"state":    func() error { _, err := f.Reminders.StateOf(Ctx, who, "x"); return err },
		"exempt":   func() error { return f.Reminders.SetNoReminders(Ctx, who, "x", true) },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), "fault.forbidden") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
