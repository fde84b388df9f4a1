package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/customers"
)

// chatSamples are calls of the methods of the inbox. The conversation that acts was made for it,
// with a contact of its own.
func chatSamples(p *apptest.Program) [][]any {
	customer, contact, talk, canned, document := "none", "none", "none", "none", "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		c := apptest.Ask[customers.Customer](p, "Customers.Get", "")
		c.Name = "Maison qui écrit"
		c.Contacts = []customers.Contact{{Name: "Ana", Email: "ana@ecrit.example", Language: "en", IsPrimary: true}}
		c = apptest.Ask[customers.Customer](p, "Customers.Save", c, "key-gather-chat-customer")
		customer, contact = c.PublicID, c.Contacts[0].PublicID
		talk = apptest.Ask[string](p, "Conversations.Start", app.ConversationStart{CustomerID: customer, ContactID: contact, Subject: "Livraison", Text: "Bonjour"}, "key-gather-chat-start")
		for _, r := range apptest.Ask[app.InvoiceList](p, "Invoices.List", app.ListQuery{State: "issued", Limit: 1}).Rows {
			document = r.ID
		}
		canned = apptest.Ask[string](p, "Conversations.SaveCanned", app.CannedReply{Shortcut: "salut", Title: "Salut", BodyFr: "Bonjour {name}"}, "key-gather-chat-canned")
	}
	version := func(n int64) int64 { return n }
	if talk != "none" {
		now := apptest.Ask[app.ConversationHead](p, "Conversations.Get", talk).Version
		version = func(n int64) int64 { return now + n }
	}
	return [][]any{
		{"Conversations.List", app.InboxQuery{View: "to_answer"}}, {"Conversations.List", app.InboxQuery{View: "all", Words: "livraison"}}, {"Conversations.Pulse"}, {"Conversations.People"}, {"Conversations.Canned"},
		{"Conversations.Get", talk}, {"Conversations.Messages", talk, int64(0)}, {"Conversations.Question", document}, {"Conversations.Fill", canned, talk}, {"Conversations.MarkRead", talk, int64(1)},
		{"Conversations.Assign", talk, version(0), ""}, {"Conversations.Settle", talk, version(0)}, {"Conversations.Transcript", talk, "key-bind-chat-transcript"},
		{"Conversations.Write", talk, "Et jeudi ?", "key-bind-chat-write"}, {"Conversations.Close", talk, version(2), false}, {"Conversations.Reopen", talk, version(3)},
		{"Conversations.Start", app.ConversationStart{CustomerID: customer, ContactID: contact, Subject: "Pose", Text: "Bonjour"}, "key-bind-chat-start"},
		{"Conversations.SaveCanned", app.CannedReply{Shortcut: "merci", Title: "Merci", BodyFr: "Merci {name}", BodyEn: "Thank you {name}"}, "key-bind-chat-canned"}, {"Conversations.RemoveCanned", canned, int64(1)},
		{"Conversations.Alert", "Comptoir", "", "/inbox"},
	}
}
