package app_test

import (
	"encoding/json"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/statements"
)

// statementSamples are the arguments for statements; the schedule is the demo company's own.
func statementSamples(p *apptest.Program, x ids) [][]any {
	first := statements.ScheduleRow{Schedule: statements.Schedule{PublicID: "x", Version: 1}}
	if raw, refused := p.Try("Statements.Schedules"); refused == nil {
		var list app.ScheduleList
		if json.Unmarshal(raw, &list) == nil && len(list.Rows) > 0 {
			first = list.Rows[0]
		}
	}
	q := app.StatementQuery{CustomerID: x.customer, Kind: "activity", Preset: "all"}
	return [][]any{
		{"Statements.View", q}, {"Statements.View", app.StatementQuery{CustomerID: x.customer, Kind: "open_items", All: true}}, {"Statements.Preview", q, "Bonjour"}, {"Statements.Send", q, "", "key-bind-statement"},
		{"Statements.Sent", x.customer}, {"Statements.Schedules"}, {"Statements.SaveSchedule", statements.Schedule{CustomerID: x.customer, Kind: "ageing", Frequency: "weekly"}, "key-bind-schedule"},
		{"Statements.PauseSchedule", first.PublicID, first.Version, true}, {"Statements.EndSchedule", first.PublicID, first.Version + 1},
		{"Statements.Ageing", ""}, {"Statements.AgeingItems", app.AgeingQuery{On: "2026-06-30", Currency: "EUR"}},
	}
}
