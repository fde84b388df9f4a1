package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// recurringSamples are arguments for the methods of the calendar: each step of a template's
// life on another of the open company's, so that all may be answered.
func recurringSamples(p *apptest.Program, x ids, d app.Draft) [][]any {
	rows := []app.RecurringRow{{ID: "none"}, {ID: "none"}, {ID: "none"}}
	paused, draft := app.RecurringRow{ID: "none"}, app.Saved{ID: "none"}
	form := app.RecurringForm{Draft: d, When: app.RecurringWhen{Unit: "month", Every: 1, Day: 31}, Billed: "ahead", StartOn: "2027-01-31", AutoSend: false}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		if active := apptest.Ask[app.RecurringList](p, "Recurring.List", app.ListQuery{State: "active", Limit: 10}).Rows; len(active) >= len(rows) {
			rows = active
		}
		for _, r := range apptest.Ask[app.RecurringList](p, "Recurring.List", app.ListQuery{State: "paused", Limit: 1}).Rows {
			paused = r
		}
		draft = apptest.Ask[app.Saved](p, "Recurring.Save", form, "key-bind-recurring-0")
	}
	return [][]any{
		{"Recurring.List", app.ListQuery{Limit: 20}}, {"Recurring.Get", rows[0].ID}, {"Recurring.Runs", rows[0].ID, "2026-11-21"}, {"Recurring.Edit", rows[0].ID, "", ""}, {"Recurring.Edit", "", x.issued, ""},
		{"Recurring.Compute", form}, {"Recurring.SourceOf", x.issued}, {"CatchUp.View"},
		{"Recurring.Save", form, "key-bind-recurring-1"}, {"Recurring.Activate", form, "key-bind-recurring-2"}, {"Recurring.Duplicate", rows[0].ID, "key-bind-recurring-3"}, {"Recurring.DeleteDraft", draft.ID, draft.Version},
		{"Recurring.Pause", rows[0].ID, rows[0].Version}, {"Recurring.SkipNext", rows[1].ID, rows[1].Version}, {"Recurring.End", rows[2].ID, rows[2].Version}, {"Recurring.Resume", paused.ID, paused.Version},
		{"CatchUp.Do", []string{}}, {"CatchUp.Skip", []string{}}, {"CatchUp.Cancel"},
	}
}
