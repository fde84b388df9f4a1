package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/registration"
)

// requestSamples are calls of the methods of requests for access. Of those that wait in the demo
// one is asked for more and one let in; who was asked before is refused.
func requestSamples(p *apptest.Program) [][]any {
	approve, ask, refuse := app.Approval{RequestID: "none", Version: 1, Fields: []string{}}, app.RequestWords{RequestID: "none", Version: 1, Words: "Votre KBIS"}, app.RequestWords{RequestID: "none", Version: 1, Words: "Inconnu"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		for _, r := range apptest.Ask[registration.Queue](p, "Requests.List", "", "").Rows {
			version := apptest.Ask[registration.DeskRequest](p, "Requests.Get", r.ID).Version
			switch {
			case r.State == registration.Asked:
				refuse.RequestID, refuse.Version = r.ID, version
			case ask.RequestID == "none":
				ask.RequestID, ask.Version = r.ID, version
			default:
				approve.RequestID, approve.Version = r.ID, version
			}
		}
	}
	return [][]any{
		{"Requests.List", "sent", ""}, {"Requests.List", "", ""}, {"Requests.Get", approve.RequestID}, {"Requests.Approve", approve, "key-bind-request-approve"},
		{"Requests.AskMore", ask, "key-bind-request-ask"}, {"Requests.Refuse", refuse, "key-bind-request-refuse"},
	}
}
