package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/contracts"
	"comptoir/office/customers"
)

// sharingSamples are calls of the methods of sharing: a contract of its own is shown to the primary
// contact of a customer of the demo, and a contact who leads nobody goes to that customer.
func sharingSamples(p *apptest.Program, x ids) [][]any {
	move := customers.Move{ContactID: "none", Version: 1, CustomerID: x.customer}
	share, card := app.ContractShare{ContractID: "none", WatcherIDs: []string{}}, customers.ContactCard{ID: "none", Name: "Personne", Language: "fr"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen && x.customer != "" && x.customer != "none" {
		share.ContractID = apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "Partagé", CustomerID: x.customer}, "key-bind-contract-shared").ID
		look := apptest.Ask[contracts.SharePlan](p, "ContractSharing.Look", share)
		share.Version, share.RequesterID = look.Version, look.RequesterID
		for _, r := range apptest.Ask[app.ContactList](p, "ContractSharing.Contacts", app.ContactQuery{Limit: 500}).Rows {
			if !r.IsPrimary && r.CustomerID != x.customer {
				move.ContactID, move.Version = r.ID, r.Version
			}
		}
		if rows := apptest.Ask[app.ContactList](p, "ContractSharing.Contacts", app.ContactQuery{CustomerID: x.customer, Limit: 1}).Rows; len(rows) > 0 {
			r := rows[0]
			card = customers.ContactCard{ID: r.ID, Version: r.Version, Name: r.Name, Email: r.Email, Phone: r.Phone, Language: r.Language}
		}
	}
	return [][]any{
		{"ContractSharing.Look", share}, {"ContractSharing.Elsewhere", share.ContractID, "a"}, {"ContractSharing.Share", share, "key-bind-sharing"}, {"ContractSharing.Hide", share.ContractID},
		{"ContractSharing.Contacts", app.ContactQuery{Words: "a", Sort: "name", Desc: true, Access: "in", Limit: 5}}, {"ContractSharing.SaveContact", card}, {"ContractSharing.MoveLook", card.ID, ""},
		{"ContractSharing.Move", move, "key-bind-move"}, {"ContractSharing.SeeEachOther", x.customer}, {"ContractSharing.SetSeeEachOther", x.customer, true},
	}
}
