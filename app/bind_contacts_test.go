package app_test

import (
	"context"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
)

// contactSamples are calls of the methods of a customer's contacts. The one that acts was made
// for it: what it changes is no concern of the other samples.
func contactSamples(p *apptest.Program) [][]any {
	customer, proposal := "none", "none"
	first, second := customers.Person{PublicID: "none"}, customers.Person{PublicID: "none"}
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
		group := apptest.Ask[customers.Group](p, "Groups.Save", customers.Group{Name: "À qui l’on demande"}, "key-gather-proposing")
		portal := apptest.Ask[customers.GroupPortal](p, "Groups.Portal", group.PublicID)
		portal.Proposals = true
		p.Do("Groups.SavePortal", portal, "key-gather-proposals")
		c.Name, c.GroupID = "Maison de passage", group.PublicID
		for i, name := range []string{"Une", "Deux"} {
			c.Contacts = append(c.Contacts, customers.Contact{Name: name, Email: name + "@passage.example", Language: "fr", IsPrimary: i == 0, PortalAccess: true})
		}
		customer = apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-gather-people").PublicID
		list := apptest.Ask[[]customers.Person](p, "Customers.People", customer)
		first, second = list[0], list[1]
		proposal = proposed(p, customer)
		first.PublicID = withFactor(p, first.PublicID) // taking access takes the factor too: not of the second
	}
	return [][]any{
		{"Customers.People", customer}, {"Customers.SwapPlan", customer}, {"Customers.Proposals", customer},
		{"Customers.SetAreas", app.ContactAreas{CustomerID: customer, ContactID: second.PublicID, Version: second.Version, Areas: actor.AreaNames[:2]}},
		{"Customers.SetAccess", customer, second.PublicID, second.Version + 1, false}, {"Customers.SetAccess", customer, second.PublicID, second.Version + 2, true},
		{"Customers.SwapPrimary", customers.Swap{CustomerID: customer, FromID: first.PublicID, ToID: second.PublicID}, "key-bind-swap"},
		{"Customers.Decide", customers.Decision{ProposalID: proposal, Words: "Le nom reste"}}, {"Customers.ResetFactor", customer, first.PublicID},
		{"Customers.SetSuspended", customers.Suspension{PublicID: customer, Suspended: true, Reason: "Impayés"}}, {"Customers.SetSuspended", customers.Suspension{PublicID: customer}},
		{"Customers.History", customer, ""},
	}
}

// proposed has a contact of a customer ask for another name in the portal; "none" where it may not.
func proposed(p *apptest.Program, customer string) string {
	h, ctx := p.App.House(), context.Background()
	c, err := h.Customers.Get(ctx, actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Bureau"}, customer)
	if err != nil || len(c.Contacts) == 0 {
		return "none"
	}
	k := c.Contacts[0]
	who := actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: c.ID, Trust: actor.TrustPassword, Lang: "fr"}
	if _, err := h.Customers.ChangeOwn(ctx, who, customers.OwnChange{Name: "Une autre"}); err != nil {
		return "none"
	}
	for _, x := range apptest.Ask[[]customers.Proposal](p, "Customers.Proposals", customer) {
		return x.PublicID
	}
	return "none"
}

// withFactor gives a contact a second factor, as a phone would that is lost afterwards.
func withFactor(p *apptest.Program, contact string) string {
	h := p.App.House()
	err := h.DB.Write(context.Background(), func(ctx context.Context, tx *db.Tx) error {
		k, err := tx.ContactByPublicID(ctx, contact)
		if err != nil {
			return err
		}
		at := tx.Stamp()
		if _, err := tx.PutFactor(ctx, gen.PutFactorParams{ContactID: k.ID, Secret: []byte("lost"), CreatedAt: at}); err != nil {
			return err
		}
		_, err = tx.ConfirmFactor(ctx, gen.ConfirmFactorParams{At: &at, Step: 1, ContactID: k.ID, Secret: []byte("lost")})
		return err
	})
	if err != nil {
		return "none"
	}
	return contact
}
