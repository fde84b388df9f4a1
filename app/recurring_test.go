package app_test

import (
	"testing"
	"time"

	"comptoir/app"
	"comptoir/app/apptest"
)

func at(day string) func() time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return t.Add(9 * time.Hour) }
}

// monthlyOf activates a monthly template that goes on from an invoice, as three clicks do.
func monthlyOf(t *testing.T, p *apptest.Program) app.RecurringView {
	t.Helper()
	for _, r := range apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "open", Limit: 50}).Rows {
		if r.Kind != "invoice" || r.Currency != "EUR" {
			continue
		}
		e := apptest.Ask[app.RecurringEditor](p, "Recurring.Edit", "", r.ID, "")
		if e.Customer == nil || e.Customer.Email == "" {
			continue
		}
		e.Form.When.Day, e.Form.StartOn = 24, "2026-11-24"
		e.Form.Draft.Lines[0].Description = "Entretien {{mois}}"
		done := apptest.Ask[app.Done](p, "Recurring.Activate", e.Form, "recurring-key-1")
		return apptest.Ask[app.RecurringView](p, "Recurring.Get", done.ID)
	}
	t.Fatal("no invoice to go on from")
	return app.RecurringView{}
}

// The calendar lives with the open company: what is due is made at the next start, what is
// old waits in the panel until somebody says what to do with it.
func TestTheCalendarRunsWithTheCompany(t *testing.T) {
	home := t.TempDir()
	p := apptest.Demo(t, apptest.Options{Home: home})
	v := monthlyOf(t, p)
	if v.NextOn != "2026-11-24" || v.State != "active" || len(v.Coming) == 0 || v.Coming[0].Text != "Entretien novembre" {
		t.Fatalf("%s", apptest.JSON(v))
	}
	get := func() app.RecurringView { return apptest.Ask[app.RecurringView](p, "Recurring.Get", v.ID) }
	folder := status(p).Folder
	p.Stop()

	p = apptest.Start(t, apptest.Options{Home: home, Folder: folder, Clock: at("2026-11-25")})
	p.Until("the invoice of November", func() bool { return len(get().Runs) == 1 })
	run := get().Runs[0]
	invoice := apptest.Ask[app.Invoice](p, "Invoices.Get", run.InvoiceID)
	if run.On != "2026-11-24" || run.IssueDate != "2026-11-25" || invoice.Lines[0].Description != "Entretien novembre" || len(invoice.Mails) != 1 {
		t.Errorf("%s %s", apptest.JSON(run), apptest.JSON(invoice.Mails))
	}
	if from := apptest.Ask[app.RecurringRow](p, "Recurring.SourceOf", run.InvoiceID); from.ID != v.ID {
		t.Errorf("made from %s", apptest.JSON(from))
	}
	p.Stop()

	p = apptest.Start(t, apptest.Options{Home: home, Folder: folder, Clock: at("2027-02-20")})
	panel := func() app.CatchUpView { return apptest.Ask[app.CatchUpView](p, "CatchUp.View") }
	mine := func() (ids []string) {
		for _, x := range panel().Items {
			if x.Title == "Entretien décembre" || x.Title == "Entretien janvier" {
				ids = append(ids, x.ID)
			}
		}
		return ids
	}
	p.Until("the panel", func() bool { return len(mine()) == 2 })
	if n := len(get().Runs); n != 1 {
		t.Errorf("%d made unasked", n)
	}
	tile := int64(0)
	for _, x := range apptest.Ask[app.HomeView](p, "Home.View").Todo {
		if x.Kind == "catch_up" {
			tile = x.Count
		}
	}
	if tile != int64(len(panel().Items)) {
		t.Errorf("the first page tells of %d", tile)
	}
	p.Stop()

	p = apptest.Start(t, apptest.Options{Home: home, Folder: folder, Clock: at("2027-02-20")}) // held through a restart
	p.Until("the panel again", func() bool { return len(mine()) == 2 })
	ids := mine()
	p.Do("CatchUp.Skip", ids[:1])
	p.Until("one skipped", func() bool { return !panel().Progress.Running && len(mine()) == 1 })
	p.Do("CatchUp.Do", ids)
	p.Until("the other made", func() bool { return !panel().Progress.Running && len(mine()) == 0 })
	runs := get().Runs
	if len(runs) != 3 || runs[0].On != "2027-01-24" || runs[0].Skipped || !runs[1].Skipped || panel().Progress.Failed != 0 {
		t.Errorf("%s", apptest.JSON(runs))
	}
}
