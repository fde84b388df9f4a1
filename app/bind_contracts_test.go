package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// contractSamples are calls of the methods of contracts: one is made, goes through its life and is
// left signed, another is given up.
func contractSamples(p *apptest.Program, x ids) [][]any {
	one, other := "none", "none"
	milestone, version := "none", int64(1)
	spare, spareVersion := "none", int64(1)
	typeID, unused := "none", "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen && len(apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 1}).Rows) > 0 {
		form := app.ContractForm{Title: "Entretien annuel", CustomerID: x.customer, StartOn: "2026-01-01", EndOn: "2026-12-31", Renewal: "express", RenewalMonths: 12, NoticeCount: 3, NoticeUnit: "month", RemindDays: 30, ValueMinor: 120_000, Currency: "EUR"}
		one = apptest.Ask[app.Saved](p, "Contracts.Save", form, "key-bind-contract-one").ID
		form.Title = "Essai"
		other = apptest.Ask[app.Saved](p, "Contracts.Save", form, "key-bind-contract-other").ID
		m := apptest.Ask[[]app.ContractMilestone](p, "Contracts.SaveMilestone", one, app.ContractMilestone{Title: "Mise en service", DueOn: "2026-02-01"}, "key-bind-milestone-one")[0]
		milestone, version = m.ID, m.Version
		m = apptest.Ask[[]app.ContractMilestone](p, "Contracts.SaveMilestone", one, app.ContractMilestone{Title: "De trop"}, "key-bind-milestone-spare")[1]
		spare, spareVersion = m.ID, m.Version
		typeID = apptest.Ask[[]app.ContractType](p, "Contracts.Types")[0].ID
		for _, t := range apptest.Ask[[]app.ContractType](p, "Contracts.SaveType", app.ContractType{Name: "Mandat"}, "key-bind-type-spare") {
			if t.Name == "Mandat" {
				unused = t.ID
			}
		}
	}
	act := func(id, on, reason string) app.ContractAct {
		return app.ContractAct{ID: id, On: on, Reason: reason}
	}
	return [][]any{
		{"Contracts.List", app.ContractQuery{Limit: 20}}, {"Contracts.Get", one}, {"Contracts.Edit", one, ""}, {"Contracts.Edit", "", x.customer}, {"Contracts.Preview", app.ContractForm{Title: "x", CustomerID: x.customer}},
		{"Contracts.Calendar", "", "", ""}, {"Contracts.Calendar", "2026-12", x.customer, ""}, {"Contracts.History", one, ""}, {"Contracts.Milestones", one}, {"Contracts.Types"}, {"Contracts.Owners"}, {"Contracts.Settings"},
		{"Contracts.Save", app.ContractForm{Title: "Bail", CustomerID: x.customer}, "key-bind-contract-three"}, {"Contracts.Duplicate", one, "key-bind-contract-copy"},
		{"Contracts.SaveMilestone", one, app.ContractMilestone{Title: "Recette"}, "key-bind-milestone-two"}, {"Contracts.OrderMilestones", one, []string{milestone}}, {"Contracts.ShowMilestone", one, milestone, false}, {"Contracts.ShowMilestones", one, []string{milestone}, true},
		{"Contracts.CancelMilestone", one, spare, spareVersion, true}, {"Contracts.MilestoneDone", one, milestone, version + 1, true, ""}, {"Contracts.DeleteMilestone", one, spare, spareVersion + 1},
		{"Contracts.ToReview", act(one, "", ""), "key-bind-contract-review"}, {"Contracts.ToBeSigned", act(one, "", ""), "key-bind-contract-to-sign"}, {"Contracts.Reopen", act(one, "", ""), "key-bind-contract-reopen"},
		{"Contracts.MarkSigned", act(one, "2026-01-02", ""), "key-bind-contract-signed"}, {"Contracts.RenewLook", one, ""}, {"Contracts.Renew", act(one, "2099-12-31", ""), "key-bind-contract-renew"}, {"Contracts.EndLook", one},
		{"Contracts.End", act(one, "2099-06-30", "D’un commun accord"), "key-bind-contract-end"}, {"Contracts.Keep", act(one, "", ""), "key-bind-contract-keep"}, {"Contracts.TellRenewal", one, "key-bind-contract-tell"},
		{"Contracts.Cancel", act(other, "", "Sans suite"), "key-bind-contract-cancel"},
		{"Contracts.SaveType", app.ContractType{Name: "Assurance"}, "key-bind-contract-type"}, {"Contracts.ArchiveType", typeID, int64(1), true}, {"Contracts.DeleteType", unused, int64(1)}, {"Contracts.OrderTypes", []string{typeID}},
		{"Contracts.SaveSettings", app.ContractSettings{Version: 1, FileMaxMB: 60}},
	}
}
