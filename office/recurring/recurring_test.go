package recurring_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/billing"
	"comptoir/rules/recur"
)

var (
	ctx   = officetest.Ctx
	staff = officetest.Staff
	line  = officetest.Line
)

// firm is a firm with the room of recurring invoices.
type firm struct {
	*officetest.Firm
	*recurring.Service
}

func newFirm(t testing.TB) firm {
	f := officetest.New(t)
	f.Move("2026-11-21")
	return firm{f, recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(7), Sales: f.Sales})}
}

// monthly is a rent on the first of each month.
func monthly(c customers.Customer, start string) recurring.Template {
	l := line(100_000)
	l.Description = "Loyer {{mois}} {{année}}"
	return recurring.Template{Form: officetest.Form(c, l), When: recur.Choice{Unit: recur.Month, Every: 1}, Billed: recur.Ahead, StartOn: start, AutoSend: true}
}

func (f firm) activate(t recurring.Template) recurring.View {
	f.T.Helper()
	v, err := f.Service.Activate(ctx, staff, f.Key(), t)
	f.Must(err)
	return v
}

// pass does everything that is due, in order, and gives the first refusal.
func (f firm) pass() error {
	f.T.Helper()
	items, err := f.Due(ctx, f.today())
	f.Must(err)
	stuck := map[string]bool{}
	for _, x := range items {
		if stuck[x.Line] {
			continue
		}
		if e := f.Do(ctx, actor.Machine(), x.Key); e != nil {
			stuck[x.Line], err = true, errors.Join(err, e)
		}
	}
	return err
}

func (f firm) today() civil.Date { return civil.Of(f.Now(), time.UTC) }

func (f firm) get(id string) recurring.View {
	f.T.Helper()
	v, err := f.Get(ctx, staff, id)
	f.Must(err)
	return v
}

func (f firm) runs(id string) []recurring.Run {
	f.T.Helper()
	list, err := f.Runs(ctx, staff, id, civil.Date{})
	f.Must(err)
	return list
}

func (f firm) count(query string) int64 { return dbtest.Int(f.T, dbtest.Raw(f.T, f.Path), query) }

// A template runs: the invoice, its words, its mail and the next period, all or nothing.
func TestRun(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	v := f.activate(monthly(c, "2026-12-01"))
	if v.State != recurring.Active || v.Next.String() != "2026-12-01" || v.Remaining != -1 || v.TotalMinor != 120_000 {
		t.Fatalf("%+v", v)
	}
	f.Must(f.pass())
	if n := f.count("SELECT count(*) FROM documents"); n != 0 {
		t.Fatalf("%d made before the day", n)
	}
	f.Move("2026-12-01")
	f.Must(f.pass())
	f.Must(f.pass())
	runs := f.runs(v.PublicID)
	if len(runs) != 1 || runs[0].Number != "FA-2026-0001" || runs[0].Total != 120_000 || runs[0].Period.To.String() != "2026-12-31" {
		t.Fatalf("%+v", runs)
	}
	doc, err := f.Sales.Get(ctx, staff, runs[0].PublicID)
	f.Must(err)
	if doc.Lines[0].Description != "Loyer décembre 2026" || doc.IssueDate.String() != "2026-12-01" || doc.DeliveryDate.String() != "2026-12-31" || doc.DueDate.String() != "2026-12-31" {
		t.Errorf("%q of %s, delivered %s, due %s", doc.Lines[0].Description, doc.IssueDate, doc.DeliveryDate, doc.DueDate)
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'invoice'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if next := f.get(v.PublicID).Next.String(); next != "2027-01-01" {
		t.Errorf("next %s", next)
	}
	source, _, ok, err := f.Source(ctx, staff, runs[0].PublicID)
	if err != nil || !ok || source != v.PublicID {
		t.Errorf("source %s %v %v", source, ok, err)
	}
	f.Sound()
}

// An invoice that a credit note took back is cancelled in the history and in the portal, as it
// is on its own page; it was not paid.
func TestHistoryTellsWhatWasCancelled(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	v := f.activate(monthly(c, "2026-12-01"))
	f.Move("2026-12-01")
	f.Must(f.pass())
	_, err := f.Sales.CreditInvoice(ctx, staff, sales.Credit{Key: f.Key(), InvoiceID: f.runs(v.PublicID)[0].PublicID, How: sales.CreditAll, Reason: "Erreur"})
	f.Must(err)
	portal, err := f.PortalOne(ctx, officetest.Contact(c), v.PublicID)
	f.Must(err)
	if got := f.runs(v.PublicID)[0].State; got != billing.StateCancelled || portal.Invoices[0].State != got {
		t.Errorf("history %s, portal %s", got, portal.Invoices[0].State)
	}
}

// Missed periods are made up in order; the invoice is of today, its words of the period.
func TestMissedPeriods(t *testing.T) {
	f := newFirm(t)
	v := f.activate(monthly(f.Customer("Client", nil), "2026-12-01"))
	f.Move("2027-03-10")
	if w := f.get(v.PublicID).Waiting; w != 4 {
		t.Errorf("%d waiting", w)
	}
	later := recurring.Key(v.PublicID, civil.MustParse("2027-02-01"))
	f.WantFault(f.Do(ctx, staff, later), "fault.recurring.waits")
	f.Must(f.pass())
	var words []string
	runs := f.runs(v.PublicID)
	for i := len(runs) - 1; i >= 0; i-- {
		d, err := f.Sales.Get(ctx, staff, runs[i].PublicID)
		f.Must(err)
		words = append(words, d.Number+" "+d.IssueDate.String()+" "+d.Lines[0].Description)
	}
	want := "FA-2027-0001 2027-03-10 Loyer décembre 2026\nFA-2027-0002 2027-03-10 Loyer janvier 2027\nFA-2027-0003 2027-03-10 Loyer février 2027\nFA-2027-0004 2027-03-10 Loyer mars 2027"
	if got := strings.Join(words, "\n"); got != want {
		t.Errorf("%s", got)
	}
	f.Must(f.Do(ctx, staff, later)) // over: nothing happens
	f.Must(f.Skip(ctx, staff, later))
	if n := f.count("SELECT count(*) FROM documents"); n != 4 {
		t.Errorf("%d documents", n)
	}
	f.Sound()
}

// The clock set back makes nothing twice and loses nothing.
func TestClockSetBack(t *testing.T) {
	f := newFirm(t)
	v := f.activate(monthly(f.Customer("Client", nil), "2026-12-01"))
	f.Move("2027-01-01")
	f.Must(f.pass())
	f.Move("2026-11-25")
	f.Must(f.pass())
	f.WantFault(f.Do(ctx, staff, recurring.Key(v.PublicID, civil.MustParse("2027-02-01"))), "fault.recurring.early")
	f.Move("2027-02-01")
	f.Must(f.pass())
	if runs := f.runs(v.PublicID); len(runs) != 3 || runs[0].On.String() != "2027-02-01" {
		t.Errorf("%+v", runs)
	}
	f.Sound()
}

// What cannot come about keeps its reason, is told once, and goes on once it is mended.
func TestRefusedRun(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	v := f.activate(monthly(c, "2026-12-01"))
	f.Must(f.Customers.SetArchived(ctx, staff, c.PublicID, c.Version, true))
	f.Move("2027-01-05")
	for range 3 {
		if err := f.pass(); !fault.HasField(err, "customerId") {
			t.Fatalf("%v", err)
		}
	}
	got := f.get(v.PublicID)
	if got.Fault == nil || got.Fault.Fields[0].Key != "fault.recurring.customer_archived" || got.Next.String() != "2026-12-01" {
		t.Errorf("%+v", got.Fault)
	}
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'recurring_failed'"); n != 1 {
		t.Errorf("told %d times", n)
	}
	items, err := f.Due(ctx, f.today())
	f.Must(err)
	if len(items) != 2 || items[0].Fault == nil || items[1].Fault != nil {
		t.Errorf("%+v", items)
	}
	if n := f.count("SELECT count(*) FROM documents") + f.count("SELECT count(*) FROM recurring_runs"); n != 0 {
		t.Errorf("%d rows of what did not come about", n)
	}
	again, err := f.Customers.Get(ctx, staff, c.PublicID)
	f.Must(err)
	f.Must(f.Customers.SetArchived(ctx, staff, c.PublicID, again.Version, false))
	f.Must(f.pass())
	if got := f.get(v.PublicID); got.Fault != nil || len(f.runs(v.PublicID)) != 2 {
		t.Errorf("%+v", got)
	}
	f.Sound()
}

// A rate that is missing is told beside its field, and noted rates let the run go on.
func TestMissingRate(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", func(c *customers.Customer) { c.Currency = "CAD" })
	v := f.activate(monthly(c, "2026-12-01"))
	f.Move("2026-12-01")
	if err := f.pass(); !fault.HasField(err, "rateE8") {
		t.Fatalf("%v", err)
	}
	d := officetest.Form(c, line(100))
	d.RateE8 = 66_000_000
	f.Issue(d)
	f.Must(f.pass())
	if len(f.runs(v.PublicID)) != 1 {
		t.Error("not made")
	}
	f.Sound()
}

func TestCyclesEnd(t *testing.T) {
	f := newFirm(t)
	x := monthly(f.Customer("Client", nil), "2026-12-01")
	x.Cycles = 3
	v := f.activate(x)
	if v.Remaining != 3 {
		t.Errorf("%d remain", v.Remaining)
	}
	v, err := f.SkipNext(ctx, staff, v.PublicID, v.Version)
	f.Must(err)
	if v.Next.String() != "2027-01-01" || v.Remaining != 2 {
		t.Errorf("next %s, %d remain", v.Next, v.Remaining)
	}
	f.Move("2027-06-01")
	f.Must(f.pass())
	v = f.get(v.PublicID)
	runs := f.runs(v.PublicID)
	if v.State != recurring.Ended || len(runs) != 3 || !runs[2].Skipped || runs[0].On.String() != "2027-02-01" || !v.Next.IsZero() {
		t.Errorf("%s %+v", v.State, runs)
	}
	_, err = f.Service.Activate(ctx, staff, f.Key(), v.Template)
	f.WantFault(err, "fault.recurring.ended")
	f.Sound()
}

// What is missed while it is paused is not made up.
func TestPause(t *testing.T) {
	f := newFirm(t)
	v := f.activate(monthly(f.Customer("Client", nil), "2026-12-01"))
	v, err := f.Pause(ctx, staff, v.PublicID, v.Version)
	f.Must(err)
	f.Move("2027-03-15")
	f.Must(f.pass())
	f.Must(f.Do(ctx, staff, recurring.Key(v.PublicID, civil.MustParse("2026-12-01"))))
	if n := len(f.runs(v.PublicID)); n != 0 {
		t.Fatalf("%d made while it was paused", n)
	}
	_, err = f.Pause(ctx, staff, v.PublicID, v.Version)
	f.WantFault(err, "fault.recurring.not_active")
	v, err = f.Resume(ctx, staff, v.PublicID, v.Version)
	f.Must(err)
	if v.Next.String() != "2027-04-01" || v.State != recurring.Active {
		t.Errorf("%s next %s", v.State, v.Next)
	}
	_, err = f.End(ctx, staff, v.PublicID, v.Version-1)
	f.WantFault(err, "fault.stale")
	v, err = f.End(ctx, staff, v.PublicID, v.Version)
	f.Must(err)
	f.Move("2027-06-01")
	f.Must(f.pass())
	if v.State != recurring.Ended || len(f.runs(v.PublicID)) != 0 {
		t.Errorf("%+v", v)
	}
}

// Edits are for the future: what was made stays, what was due stays due, and no period of
// the past comes back.
func TestEdit(t *testing.T) {
	f := newFirm(t)
	v := f.activate(monthly(f.Customer("Client", nil), "2026-12-01"))
	f.Move("2026-12-10")
	f.Must(f.pass())
	first := f.runs(v.PublicID)[0]

	x := f.get(v.PublicID).Template
	x.Form.Lines[0].UnitPriceE4 *= 2
	v, problems, err := f.Save(ctx, staff, f.Key(), x)
	f.Must(err)
	if len(problems) != 0 || v.TotalMinor != 240_000 || v.Next.String() != "2027-01-01" {
		t.Errorf("%v %d next %s", problems, v.TotalMinor, v.Next)
	}
	if doc, err := f.Sales.Get(ctx, staff, first.PublicID); err != nil || doc.Totals.TotalInclTax != 120_000 {
		t.Errorf("the invoice that was made changed: %v", err)
	}

	x = v.Template
	x.When.Day = 5 // this month's 5th is past and its invoice made on the 1st
	v, _, err = f.Save(ctx, staff, f.Key(), x)
	f.Must(err)
	if v.Next.String() != "2027-01-05" {
		t.Errorf("next %s", v.Next)
	}
	if again := f.runs(v.PublicID)[0]; again.Period != first.Period {
		t.Errorf("the history tells another period than it did: %v, it was %v", again.Period, first.Period)
	}
	x = v.Template
	x.NextOn = "2027-02-02"
	v, _, err = f.Save(ctx, staff, f.Key(), x)
	f.Must(err)
	if v.Next.String() != "2027-02-05" {
		t.Errorf("next %s", v.Next)
	}
	x = v.Template
	x.NextOn = "2026-12-09"
	_, _, err = f.Save(ctx, staff, f.Key(), x)
	f.WantField(err, "nextOn", "fault.recurring.next_past")
	x = v.Template
	x.Cycles = 1
	_, _, err = f.Save(ctx, staff, f.Key(), x)
	f.WantField(err, "cycles", "fault.recurring.cycles_done")
	x = v.Template
	x.Form.Lines = nil
	_, _, err = f.Save(ctx, staff, f.Key(), x)
	f.WantField(err, "lines", "fault.billing.no_lines")

	f.Move("2027-02-20") // due and not made: another day of the month leaves it due
	x = f.get(v.PublicID).Template
	x.When.Day = 10
	v, _, err = f.Save(ctx, staff, f.Key(), x)
	f.Must(err)
	if v.Next.String() != "2027-02-10" {
		t.Errorf("what was due was lost: next %s", v.Next)
	}
	f.Must(f.pass())
	f.Sound()
}

// A draft of a template may be incomplete, but it does not run.
func TestDraftTemplate(t *testing.T) {
	f := newFirm(t)
	x := recurring.Template{Form: sales.Draft{Currency: "EUR", Language: "fr"}, When: recur.Choice{Unit: recur.Month, Every: 1}, Billed: recur.Ahead, AutoSend: true}
	v, _, err := f.Save(ctx, staff, "same-template", x)
	f.Must(err)
	again, _, err := f.Save(ctx, staff, "same-template", x)
	f.Must(err)
	if v.PublicID != again.PublicID || v.State != recurring.Draft || !v.Next.IsZero() {
		t.Errorf("%+v", v)
	}
	_, err = f.Service.Activate(ctx, staff, f.Key(), v.Template)
	f.WantField(err, "customerId", "fault.required")
	f.WantField(err, "lines", "fault.billing.no_lines")
	c := f.Customer("Sans courriel", func(c *customers.Customer) { c.Email, c.Contacts = "", nil })
	x = monthly(c, "2026-12-01")
	_, err = f.Service.Activate(ctx, staff, f.Key(), x)
	f.WantField(err, "autoSend", "fault.recurring.no_address")
	x.AutoSend = false
	f.activate(x)
	x.StartOn = "2026-11-20"
	_, err = f.Service.Activate(ctx, staff, f.Key(), x)
	f.WantField(err, "startOn", "fault.recurring.start_past")
	f.Must(f.Service.Delete(ctx, staff, v.PublicID, v.Version))
	_, err = f.Get(ctx, staff, v.PublicID)
	f.WantFault(err, "fault.not_found")
}

// Left to a person: a draft invoice and a notice; deleting the draft does not undo the run.
func TestLeftAsDraft(t *testing.T) {
	f := newFirm(t)
	x := monthly(f.Customer("Client", nil), "2026-12-01")
	x.AutoSend = false
	v := f.activate(x)
	f.Move("2026-12-01")
	f.Must(f.pass())
	run := f.runs(v.PublicID)[0]
	doc, err := f.Sales.Get(ctx, staff, run.PublicID)
	f.Must(err)
	if !doc.Draft || !run.Draft || doc.Lines[0].Description != "Loyer décembre 2026" || f.count("SELECT count(*) FROM mails") != 0 ||
		f.count("SELECT count(*) FROM notifications WHERE kind = 'recurring_draft'") != 1 {
		t.Errorf("%+v", run)
	}
	f.Must(f.Sales.Delete(ctx, staff, doc.PublicID, doc.Version))
	f.Must(f.pass())
	if runs := f.runs(v.PublicID); len(runs) != 1 || runs[0].PublicID != "" || runs[0].Skipped || f.count("SELECT count(*) FROM documents") != 0 {
		t.Errorf("%+v", runs)
	}
	f.Sound()
}

// Words of a customer or an item never become placeholders, and what is escaped stays.
func TestWordsAreNotFilledTwice(t *testing.T) {
	f := newFirm(t)
	x := monthly(f.Customer("Client", nil), "2026-12-01")
	x.Form.Lines[0].Description, x.Form.Note = `\{{mois}} <b>{{mois}}</b>`, "{{début}} → {{fin}}"
	v := f.activate(x)
	f.Move("2026-12-01")
	f.Must(f.pass())
	d, err := f.Sales.Get(ctx, staff, f.runs(v.PublicID)[0].PublicID)
	f.Must(err)
	if d.Lines[0].Description != "{{mois}} <b>décembre</b>" || d.Note != "1er décembre 2026 → 31 décembre 2026" {
		t.Errorf("%q %q", d.Lines[0].Description, d.Note)
	}
}

func TestFromInvoice(t *testing.T) {
	f := newFirm(t)
	c := f.Customer("Client", nil)
	d := officetest.Form(c, line(5000))
	d.IssueDate = "2026-11-15"
	doc := f.Issue(d)
	x, err := f.FromInvoice(ctx, staff, doc.PublicID)
	f.Must(err)
	if x.StartOn != "2026-12-15" || x.When.Day != 15 || x.Form.CustomerID != c.PublicID || x.Form.IssueDate != "" || x.Form.PublicID != "" || !x.AutoSend {
		t.Errorf("%+v", x)
	}
	v := f.activate(x)
	if v.Next.String() != "2026-12-15" || v.Rule.String() != "FREQ=MONTHLY;BYMONTHDAY=15" {
		t.Errorf("%s %s", v.Next, v.Rule)
	}
	w, err := f.Duplicate(ctx, staff, f.Key(), v.PublicID)
	f.Must(err)
	if w.State != recurring.Draft || w.PublicID == v.PublicID || w.Form.Lines[0].UnitPriceE4 != x.Form.Lines[0].UnitPriceE4 {
		t.Errorf("%+v", w)
	}
}

// Look shows beforehand what will be made, without keeping anything.
func TestLook(t *testing.T) {
	f := newFirm(t)
	x := monthly(f.Customer("Client", nil), "2027-01-31")
	x.When.Day, x.Cycles, x.Billed = 31, 3, recur.Behind
	total, rule, coming, problems, err := f.Look(ctx, staff, x, 6)
	f.Must(err)
	if total != 120_000 || len(problems) != 0 || len(coming) != 3 || coming[1].On.String() != "2027-02-28" || coming[1].First != "Loyer février 2027" || rule.Choice().Day != 31 {
		t.Errorf("%d %v %+v", total, problems, coming)
	}
	if n := f.count("SELECT count(*) FROM recurring_invoices"); n != 0 {
		t.Error("kept")
	}
}

// Two schedulers on one file: one run.
func TestTwoAtOnce(t *testing.T) {
	f := newFirm(t)
	v := f.activate(monthly(f.Customer("Client", nil), "2026-12-01"))
	other := recurring.New(recurring.Deps{DB: f.DB, IDs: id.Seeded(8), Sales: f.Sales})
	f.Move("2027-03-01")
	items, err := f.Due(ctx, f.today())
	f.Must(err)
	var wg sync.WaitGroup
	for _, s := range []*recurring.Service{f.Service, other, f.Service, other} {
		wg.Go(func() {
			for _, x := range items {
				if err := s.Do(ctx, actor.Machine(), x.Key); err != nil && !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	f.Must(f.pass())
	if n := len(f.runs(v.PublicID)); n != 4 || f.count("SELECT count(*) FROM documents") != 4 || f.count("SELECT count(*) FROM mails") != 4 {
		t.Errorf("%d runs", n)
	}
	f.Sound()
}

func TestDamagedKeys(t *testing.T) {
	f := newFirm(t)
	for _, key := range []string{"", "x", "x/y", "nobody/2026-12-01"} {
		if err := f.Do(ctx, staff, key); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: %v", key, err)
		}
	}
}
