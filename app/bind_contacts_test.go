package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/customers"
)

// contactSamples are calls of the methods of a customer's contacts. The one that acts was made
// for it: what it changes is no concern of the other samples.
func contactSamples(p *apptest.Program) [][]any {
	customer, first, second := "none", customers.Person{PublicID: "none"}, customers.Person{PublicID: "none"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
		c.Name = "Maison de passage"
		for i, name := range []string{"Une", "Deux"} {
			c.Contacts = append(c.Contacts, customers.Contact{Name: name, Email: name + "@passage.example", Language: "fr", IsPrimary: i == 0, PortalAccess: true})
		}
		customer = apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-gather-people").PublicID
		list := apptest.Ask[[]customers.Person](p, "Customers.People", customer)
		first, second = list[0], list[1]
	}
	return [][]any{
		{"Customers.People", customer}, {"Customers.SwapPlan", customer}, {"Customers.Proposals", customer},
		{"Customers.SetAreas", app.ContactAreas{CustomerID: customer, ContactID: second.PublicID, Version: second.Version, Areas: actor.AreaNames[:2]}},
		{"Customers.SetAccess", customer, second.PublicID, second.Version + 1, false}, {"Customers.SetAccess", customer, second.PublicID, second.Version + 2, true},
		{"Customers.SwapPrimary", customers.Swap{CustomerID: customer, FromID: first.PublicID, ToID: second.PublicID}, "key-bind-swap"},
		{"Customers.Decide", customers.Decision{ProposalID: "none"}}, {"Customers.ResetFactor", customer, second.PublicID},
		{"Customers.History", customer, ""},
	}
}
