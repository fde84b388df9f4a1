package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/customers"
	"comptoir/office/registration"
)

// groupSamples are arguments for what a customer group says in the portal and in its mails.
func groupSamples(p *apptest.Program, open bool) [][]any {
	group := customers.Group{PublicID: "none"}
	var portal customers.GroupPortal
	var mails customers.GroupMails
	if open {
		group = apptest.Ask[customers.Group](p, "Groups.Save", customers.Group{Name: "Au portail"}, "key-gather-portal-group")
		portal = apptest.Ask[customers.GroupPortal](p, "Groups.Portal", group.PublicID)
		portal.TermsFR, portal.TermsEN = "Conditions", "Terms"
	}
	sample := customers.MailSample{GroupID: group.PublicID, Kind: customers.MailInvited, Lang: "fr"}
	list := [][]any{{"Groups.PortalOff", group.PublicID}, {"Groups.Portal", group.PublicID}, {"Groups.Mails", group.PublicID},
		{"Groups.Accepted", group.PublicID, int64(1)}, {"Groups.TryTax", customers.TaxTry{Format: "siren", Value: "732829320"}}, {"Groups.LookText", app.TextSample{GroupID: group.PublicID, Field: "step_terms", Lang: "fr", Words: "**Lisez**"}}, {"Groups.LookMail", sample}, {"Groups.TryMail", sample, "key-bind-try-access"},
		{"Groups.SavePortal", portal, "key-bind-group-portal"}}
	if open {
		mails = apptest.Ask[customers.GroupMails](p, "Groups.Mails", group.PublicID)
		mails.Version++ // the tab before was saved first
	}
	return append(list, []any{"Groups.SaveMails", mails, "key-bind-group-mails"}, []any{"Invitations.Links"},
		[]any{"Invitations.MailLink", registration.LinkMail{GroupID: group.PublicID, To: "neuf@example.org", Language: "fr"}, "key-bind-mail-link"})
}
