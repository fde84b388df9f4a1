package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// sharedSamples are calls of the methods of shared files.
func sharedSamples(p *apptest.Program, x ids) [][]any {
	customer, file := x.customer, "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		for _, c := range apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 50}).Rows {
			for _, f := range apptest.Ask[app.SharedList](p, "Shared.OfCustomer", c.PublicID, "").Rows {
				customer, file = c.PublicID, f.ID
			}
		}
	}
	return [][]any{
		{"Shared.OfCustomer", customer, ""}, {"Shared.OfDocument", x.issued}, {"Shared.Waiting"}, {"Shared.UploadsAllowed"}, {"Shared.FilePaper", x.issued},
		{"Shared.AllowUploads", true}, {"Shared.Change", file, "Pour mémoire", true, false}, {"Shared.Tell", customer, []string{file}, "key-bind-tell"}, {"Shared.Remove", file},
	}
}
