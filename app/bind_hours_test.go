package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/hours"
)

// hoursSamples are arguments for the hours of chat: a schedule and an event are made, changed
// and taken away again.
func hoursSamples(p *apptest.Program) [][]any {
	schedule := hours.Schedule{PublicID: "none", Language: "fr", Name: "Bind", Days: []int{2}, Start: "18:00", End: "20:00", Open: true}
	event := hours.Event{PublicID: "none", Name: "Bind", StartDate: "2027-01-04", StartTime: "10:00", EndDate: "2027-01-04", EndTime: "24:00", French: true, English: true}
	settings := hours.Settings{Enabled: true, PromiseMinutes: 240, SameHours: true, Version: 1}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		settings = apptest.Ask[hours.Settings](p, "Hours.Settings")
		schedule.PublicID, event.PublicID = "", ""
		schedule = apptest.Ask[hours.Schedule](p, "Hours.SaveSchedule", schedule, "key-bind-hours-0")
		event = apptest.Ask[hours.Event](p, "Hours.SaveEvent", event, "key-bind-hours-1")
	}
	return [][]any{{"Hours.View", "fr", true}, {"Hours.Settings"}, {"Hours.SaveSettings", settings}, {"Hours.Now", "en"}, {"Hours.Week", "fr", ""}, {"Hours.Holidays", 2027, ""}, {"Hours.AddHolidays", 2027, ""},
		{"Hours.SaveSchedule", schedule, "key-bind-hours-2"}, {"Hours.SaveEvent", event, "key-bind-hours-3"}, {"Hours.RemoveSchedule", schedule.PublicID, schedule.Version + 1}, {"Hours.RemoveEvent", event.PublicID, event.Version + 1}}
}
