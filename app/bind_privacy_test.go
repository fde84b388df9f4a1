package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/customers"
	"comptoir/office/privacy"
)

// privacySamples are calls of the methods of personal data. The one that is erased was made for
// it: what follows needs the others.
func privacySamples(p *apptest.Program) [][]any {
	k := customers.Contact{PublicID: "none"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
		c.Name, c.Email = "Passage bref", "bref@passage.example"
		k = apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-gather-brief").Contacts[0]
	}
	return [][]any{{"Privacy.Kept"}, {"Privacy.Plan", k.PublicID}, {"Privacy.Erase", privacy.Erase{ContactID: k.PublicID, Version: k.Version, Typed: k.Name}, "key-bind-erase"}}
}
