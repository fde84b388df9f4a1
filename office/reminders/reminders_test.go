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
	"comptoir/office/officetest"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
)

// today gives the firm's day.
func today(f *officetest.Firm) civil.Date {
	c, err := f.Company.Firm(officetest.Ctx, officetest.Staff)
	f.Must(err)
	return c.Today(f.Now())
}

// mail is a reminder in the outbox.
type mail struct {
	key, to string
	args    map[string]string
}

func mails(f *officetest.Firm) []mail {
	list := []mail{}
	f.Must(f.DB.Read(officetest.Ctx, func(q *gen.Queries) error {
		rows, err := q.MailsPage(officetest.Ctx, gen.MailsPageParams{BeforeID: 1 << 60, RowLimit: 1000})
		for i := len(rows) - 1; i >= 0; i-- {
			if rows[i].Kind != "reminder" {
				continue
			}
			full, err := q.GetMail(officetest.Ctx, rows[i].PublicID)
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
func policy(f *officetest.Firm, automatic bool, days ...int) reminders.Policy {
	list, err := f.Reminders.Policies(officetest.Ctx, officetest.Staff)
	f.Must(err)
	p := list[0]
	p.Automatic, p.Levels = automatic, nil
	for i, d := range days {
		p.Levels = append(p.Levels, reminders.Level{Days: d, Interest: d > 10, Indemnity: d > 10, Formal: i == len(days)-1 && d > 0})
	}
	p, err = f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, "", p)
	f.Must(err)
	return p
}

// run does what the scheduler does on the firm's day: everything that is due.
func run(f *officetest.Firm) []due.Item {
	src := f.Reminders.Source()
	items, err := src.Due(officetest.Ctx, today(f))
	f.Must(err)
	for _, i := range items {
		f.Must(src.Do(officetest.Ctx, actor.Machine(), i.Key))
	}
	return items
}

func issueOn(f *officetest.Firm, c customers.Customer, day string, cents int64) sales.Document {
	f.Move(day)
	return f.Issue(officetest.Form(c, officetest.Line(cents)))
}

// errText gives all that a refusal says, in an order that does not change.
func errText(err error) string {
	e, ok := fault.As(err)
	if !ok {
		return ""
	}
	return fmt.Sprint(e.Fields)
}

func past(f *officetest.Firm, d sales.Document) []reminders.Past {
	st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
	f.Must(err)
	return st.Past
}

func TestOneMailForAllOfACustomer(t *testing.T) {
	f := officetest.New(t)
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
	f := officetest.New(t)
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
		make func(f *officetest.Firm) sales.Document
		why  string
	}{
		{"the customer is exempt", func(f *officetest.Firm) sales.Document {
			return issueOn(f, f.Customer("X", func(c *customers.Customer) { c.RemindersExempt = true }), "2026-01-02", 1000)
		}, "customer_exempt"},
		{"the invoice is exempt", func(f *officetest.Firm) sales.Document {
			d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
			f.Must(f.Reminders.SetNoReminders(officetest.Ctx, officetest.Staff, d.PublicID, true))
			return d
		}, "document_exempt"},
		{"a transfer is announced", func(f *officetest.Firm) sales.Document {
			c := f.Customer("X", nil)
			d := issueOn(f, c, "2026-01-02", 1000)
			f.Move("2026-02-17")
			f.Must(f.Payments.AnnounceTransfer(officetest.Ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}))
			return d
		}, "announced"},
		{"a question waits", func(f *officetest.Firm) sales.Document {
			c := f.Customer("X", nil)
			d := issueOn(f, c, "2026-01-02", 1000)
			_, err := dbtest.Raw(f.T, f.Path).ExecContext(officetest.Ctx, "INSERT INTO document_messages (public_id, document_id, customer_id, contact_id, author_name, body, created_at) VALUES ('m1', ?, ?, ?, 'X', 'Pourquoi ?', '2026-02-01T00:00:00.000Z')", d.ID, c.ID, c.Contacts[0].ID)
			f.Must(err)
			return d
		}, "disputed"},
		{"it never left", func(f *officetest.Firm) sales.Document {
			f.Move("2026-01-02")
			draft := f.Draft(officetest.Form(f.Customer("X", nil), officetest.Line(1000)))
			d, err := f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: draft.PublicID, Version: draft.Version, How: sales.NoSend})
			f.Must(err)
			return d
		}, "unsent"},
		{"it is paid", func(f *officetest.Firm) sales.Document {
			d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
			_, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "transfer"})
			f.Must(err)
			return d
		}, "settled"},
		{"it is not late", func(f *officetest.Firm) sales.Document { return issueOn(f, f.Customer("X", nil), "2026-02-17", 1000) }, "not_late"},
		{"nobody to write to", func(f *officetest.Firm) sales.Document {
			return issueOn(f, f.Customer("X", func(c *customers.Customer) { c.Email, c.Contacts = "", nil }), "2026-01-02", 1000)
		}, "no_address"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := officetest.New(t)
			policy(f, true, 5, 15, 30)
			d := c.make(f)
			f.Move("2026-02-18")
			p, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{Documents: []string{d.PublicID}})
			f.Must(err)
			if len(p.Mails) != 0 || len(p.Exempt) != 1 || p.Exempt[0].Reason != c.why {
				t.Errorf("%+v, want %s", p, c.why)
			}
			run(f)
			if n := len(mails(f)); n != 0 {
				t.Errorf("%d mails", n)
			}
			_, err = f.Reminders.Send(officetest.Ctx, officetest.Staff, f.Key(), []reminders.Chosen{{DocumentID: d.PublicID, Level: 2}})
			if err == nil {
				t.Error("it went by hand all the same")
			}
		})
	}
}

// An announced transfer holds back for ten days, or until the firm says that it never came.
func TestAnAnnouncementPausesAndResumes(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15, 30)
	c := f.Customer("X", nil)
	a, b := issueOn(f, c, "2026-01-02", 1000), issueOn(f, c, "2026-01-02", 2000) // due 1 February
	f.Move("2026-02-05")
	for _, d := range []sales.Document{a, b} {
		f.Must(f.Payments.AnnounceTransfer(officetest.Ctx, officetest.Contact(c), payments.AnnounceTransfer{Key: f.Key(), DocumentID: d.PublicID}))
	}
	f.Move("2026-02-10")
	if run(f); len(mails(f)) != 0 {
		t.Fatal("reminded of an announced transfer")
	}
	list, err := f.Payments.Announcements(officetest.Ctx, officetest.Staff)
	f.Must(err)
	for _, x := range list {
		if x.DocumentID == a.PublicID {
			f.Must(f.Payments.DismissTransfer(officetest.Ctx, officetest.Staff, x.PublicID, ""))
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
	f := officetest.New(t)
	policy(f, false, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	a, b := issueOn(f, c, "2026-01-02", 140_000), issueOn(f, c, "2026-01-10", 50_000)
	f.Move("2026-02-17")
	if items := run(f); len(items) != 0 {
		t.Fatalf("a policy by hand sent by itself: %+v", items)
	}
	p, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Mails) != 1 || len(p.Mails[0].Documents) != 2 || p.Mails[0].Level != 2 || p.Mails[0].Documents[0].PublicID != a.PublicID {
		t.Fatalf("%+v", p)
	}
	chosen := []reminders.Chosen{{DocumentID: a.PublicID, Level: 2}, {DocumentID: b.PublicID, Level: 1}}
	_, err = f.Reminders.Send(officetest.Ctx, officetest.Staff, f.Key(), []reminders.Chosen{chosen[0], chosen[0]})
	f.WantFault(err, "fault.invalid") // the same debt twice in one mail
	key := f.Key()
	for range 2 { // the repeat of the command gives the same answer
		sent, err := f.Reminders.Send(officetest.Ctx, officetest.Staff, key, chosen)
		f.Must(err)
		if sent.Mails != 1 || sent.Documents != 2 || len(mails(f)) != 1 {
			t.Fatalf("%+v", sent)
		}
	}
	_, err = f.Reminders.Send(officetest.Ctx, officetest.Staff, f.Key(), chosen)
	f.WantFault(err, "fault.reminder.changed")
	p, err = f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Mails) != 0 || len(p.Exempt) != 2 || p.Exempt[0].Reason != "recent" {
		t.Errorf("once more at once: %+v", p)
	}
	n, err := f.Reminders.Counts(officetest.Ctx, officetest.Staff)
	if err != nil || n.Documents != 0 {
		t.Errorf("%+v %v", n, err)
	}
	p, err = f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{Documents: []string{b.PublicID}, AtMost: 1})
	if err != nil || len(p.Mails) != 0 || p.Exempt[0].Reason != "all_done" {
		t.Errorf("no level above the first: %+v %v", p, err)
	}
}

func TestSkippedIsNeverDone(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15)
	d := issueOn(f, f.Customer("X", nil), "2026-01-02", 1000)
	f.Move("2026-02-08")
	src := f.Reminders.Source()
	items, err := src.Due(officetest.Ctx, today(f))
	f.Must(err)
	for range 2 {
		f.Must(src.Skip(officetest.Ctx, officetest.Staff, items[0].Key))
		f.Must(src.Do(officetest.Ctx, officetest.Staff, items[0].Key))
	}
	if p := past(f, d); len(p) != 1 || p[0].Mailed || len(mails(f)) != 0 {
		t.Errorf("%+v", p)
	}
	f.Move("2026-02-16")
	if run(f); len(mails(f)) != 1 {
		t.Error("the next level does not come")
	}
	if err := src.Do(officetest.Ctx, officetest.Staff, "x"); err == nil {
		t.Error("a key that is none")
	}
}

func TestLateFeesBecomeAnInvoice(t *testing.T) {
	f := officetest.New(t)
	policy(f, false, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	d := issueOn(f, c, "2026-01-02", 140_000)
	f.Move("2026-02-17") // 16 days: RF 4.4
	key := f.Key()
	id, err := f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, key, d.PublicID)
	f.Must(err)
	if again, err := f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, key, d.PublicID); err != nil || again != id {
		t.Errorf("the repeat gave %s %v", again, err)
	}
	draft, err := f.Sales.Get(officetest.Ctx, officetest.Staff, id)
	f.Must(err)
	if draft.Totals.TotalInclTax != 4895 || draft.Totals.TotalTax != 0 || len(draft.Lines) != 2 || !strings.Contains(draft.Lines[0].Detail, "16 jours") {
		t.Fatalf("%+v", draft)
	}
	_, err = f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, f.Key(), d.PublicID)
	f.WantFault(err, "fault.reminder.no_fees")
	issued, err := f.Sales.Issue(officetest.Ctx, officetest.Staff, sales.Issue{Key: f.Key(), PublicID: id, Version: draft.Version, How: sales.ByHand})
	f.Must(err)
	f.Move("2026-02-27") // ten days more: 16.80 × … on the capital only, no second indemnity
	st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
	f.Must(err)
	if st.Fees.InterestMinor != 1454-895 || st.Fees.IndemnityMinor != 0 || len(st.Invoiced) != 1 || st.Invoiced[0].Number != issued.Number {
		t.Errorf("%+v", st)
	}
	f.Move("2026-05-30")
	if st, err = f.Reminders.StateOf(officetest.Ctx, officetest.Staff, issued.PublicID); err != nil || st.Fees.InterestMinor+st.Fees.IndemnityMinor != 0 {
		t.Errorf("fees earn fees: %+v %v", st.Fees, err)
	}
	f.Sound()
}

func TestADeletedDraftOfFeesFreesThem(t *testing.T) {
	f := officetest.New(t)
	d := issueOn(f, f.Customer("Dupont", nil), "2026-01-02", 140_000)
	f.Move("2026-02-17")
	for range 2 {
		id, err := f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, f.Key(), d.PublicID)
		f.Must(err)
		draft, err := f.Sales.Get(officetest.Ctx, officetest.Staff, id)
		f.Must(err)
		f.Must(f.Sales.Delete(officetest.Ctx, officetest.Staff, id, draft.Version))
	}
}

func TestARateThatNobodyNoted(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15, 30)
	c := f.Customer("Dupont", nil)
	d := issueOn(f, c, "2026-06-15", 140_000) // due 15 July
	f.Move("2026-07-31")
	_, err := f.Reminders.InvoiceFees(officetest.Ctx, officetest.Staff, f.Key(), d.PublicID)
	f.WantFault(err, "fault.reminder.no_rate")
	p, err := f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{})
	f.Must(err)
	if len(p.Missing) != 1 || p.Mails[0].InterestMinor != 0 || p.Mails[0].IndemnityMinor != 4000 {
		t.Fatalf("%+v", p)
	}
	if n, err := f.Reminders.Counts(officetest.Ctx, officetest.Staff); err != nil || !n.NoRate {
		t.Errorf("%+v %v", n, err)
	}
	_, err = f.Reminders.SaveRate(officetest.Ctx, officetest.Staff, reminders.Rate{From: "x", RatePCM: 0})
	f.WantField(err, "from", "fault.not_a_date")
	f.WantField(err, "ratePcm", "fault.reminder.rate")
	r, err := f.Reminders.SaveRate(officetest.Ctx, officetest.Staff, reminders.Rate{From: "2026-07-01", RatePCM: 12_150, FloorPCM: 7_860, Source: "Banque de France"})
	f.Must(err)
	if r.Missing != "" || r.Rows[0].From != "2026-07-01" || r.Rows[0].Shipped {
		t.Errorf("%+v", r)
	}
	if p, err = f.Reminders.PlanByHand(officetest.Ctx, officetest.Staff, reminders.PlanQuery{}); err != nil || len(p.Missing) != 0 || p.Mails[0].InterestMinor != 895 {
		t.Errorf("%+v %v", p, err)
	}
	r, err = f.Reminders.DeleteRate(officetest.Ctx, officetest.Staff, "2026-07-01")
	if err != nil || r.Missing != "2026-07-01" {
		t.Errorf("%+v %v", r, err)
	}
}

func TestAPersonOwesInterestFromTheNotice(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15, 30, 50)
	list, err := f.Reminders.Policies(officetest.Ctx, officetest.Staff)
	f.Must(err)
	list[0].Levels[2].Formal = true // on the thirtieth day
	_, err = f.Reminders.SavePolicy(officetest.Ctx, officetest.Staff, "", list[0])
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

// What the customer holds back by contract (loi 71-584) is neither late nor reminded of
// before its own day; then all levels count anew from that day.
func TestRetainedMoneyIsNotLate(t *testing.T) {
	f := officetest.New(t)
	policy(f, true, 5, 15)
	f.Move("2026-01-02")
	form := officetest.Form(f.Customer("Chantier", nil), officetest.Line(100_000))
	form.RetentionPCM, form.RetentionUntil = 5_000, "2026-06-30"
	d := f.Issue(form) // 1 200.00, of which 60.00 are held back; due 1 February
	f.Move("2026-02-06")
	run(f)
	if p := past(f, d); len(p) != 1 || p[0].DueMinor != 114_000 {
		t.Fatalf("reminded of what is held back: %+v", p)
	}
	if _, err := f.Payments.Record(officetest.Ctx, officetest.Staff, payments.Record{Key: f.Key(), DocumentID: d.PublicID, Method: "transfer", AmountMinor: 114_000}); err != nil {
		t.Fatal(err)
	}
	f.Move("2026-06-20")
	if run(f); len(mails(f)) != 1 {
		t.Fatal("reminded before the day of what is held back")
	}
	st, err := f.Reminders.StateOf(officetest.Ctx, officetest.Staff, d.PublicID)
	if err != nil || st.Next != civil.MustParse("2026-07-05") || st.Level != 1 {
		t.Errorf("%+v %v", st, err)
	}
	for _, day := range []string{"2026-07-04", "2026-07-05", "2026-07-14", "2026-07-15"} {
		f.Move(day)
		run(f)
	}
	if p := past(f, d); len(p) != 3 || p[1].On != civil.MustParse("2026-07-05") || p[1].DueMinor != 6_000 || p[1].DaysLate != 5 || p[2].DaysLate != 15 || p[0].Retained || !p[1].Retained || !p[2].Retained || len(mails(f)) != 3 {
		t.Errorf("%+v", p)
	}
}
