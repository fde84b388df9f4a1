package app_test

import (
	"encoding/base64"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/payments"
	"comptoir/office/sepa"
)

// sepaSamples are arguments for the methods of mandates and files for the bank: in the demo
// company a mandate, a file and a refund that were made for it.
func sepaSamples(p *apptest.Program, x ids) [][]any {
	who := x.customer
	if x.open != "none" {
		who = apptest.Ask[app.Invoice](p, "Invoices.Get", x.open).CustomerID
	}
	const iban = "FR7610107001011234567890129"
	paper := app.PaperMandate{Key: "key-bind-mandate-2", CustomerID: who, Scheme: "CORE", SignedOn: "2026-01-15", Name: "Maison", City: "Lyon", Country: "FR", IBAN: iban, FileName: "mandat.pdf", File: base64.StdEncoding.EncodeToString([]byte("%PDF-1.7 mandate"))}
	refund := sepa.Decide{Key: "key-bind-decide", PaymentID: x.payment, AmountMinor: 1, FromInvoices: true, IBAN: iban}
	settings, mandate, file, line, decided, dropped, undone := sepa.Settings{NoticeDays: 14, Version: 1}, "none", "none", "none", "none", "none", "none"
	make := sepa.MakeDebits{Key: "key-bind-debits", Scheme: "CORE", On: "2027-01-15", Documents: []string{x.open}}
	if x.open != "none" {
		settings = apptest.Ask[sepa.Settings](p, "Sepa.Settings")
		settings.ICS = "FR72ZZZ123456"
		settings = apptest.Ask[sepa.Settings](p, "Sepa.SaveSettings", settings)
		mandate = apptest.Ask[app.Done](p, "Sepa.RecordPaper", paper).ID
		plan := apptest.Ask[sepa.Proposal](p, "Sepa.Propose", sepa.Plan{Scheme: "CORE"})
		if make.On, make.Documents = plan.On, nil; len(plan.Taken) > 0 {
			make.Documents = append(make.Documents, plan.Taken[0].DocumentID)
			file = apptest.Ask[app.Done](p, "Sepa.MakeDebits", make).ID
			line = apptest.Ask[app.BankFile](p, "Sepa.File", file).Lines[0].PublicID
		}
		if _, refused := p.Try("Sepa.DecideRefund", refund); refused == nil {
			decided = lastDecided(p)
		}
		undone = sentTransfer(p, who, iban)
		decideRest(p, who, "dropped", iban)
		dropped = lastDecided(p)
	}
	return [][]any{
		{"Sepa.Settings"}, {"Sepa.SaveSettings", settings}, {"Sepa.Mandates", ""}, {"Sepa.OfCustomer", who}, {"Sepa.Ask", sepa.Ask{Key: "key-bind-mandate-1", CustomerID: who, Scheme: "CORE"}},
		{"Sepa.RecordPaper", paper}, {"Sepa.Mandate", mandate}, {"Sepa.Propose", sepa.Plan{Scheme: "CORE"}}, {"Sepa.MakeDebits", make}, {"Sepa.Files", ""}, {"Sepa.File", file}, {"Sepa.Reasons"},
		{"Sepa.Change", sepa.Change{PublicID: mandate, Version: 2, Ends: true}}, {"Sepa.Confirm", sepa.Confirm{BatchID: file}}, {"Sepa.Return", sepa.Return{Key: "key-bind-return", DebitID: line, Code: "AM04"}}, {"Sepa.Drop", sepa.Drop{BatchID: file}}, {"Sepa.NotDone", sepa.NotDone{Key: "key-bind-not-done", LineID: undone}},
		{"Sepa.Revoke", mandate, ""}, {"Sepa.DecideRefund", refund}, {"Sepa.Refunds"}, {"Sepa.DropRefund", dropped}, {"Sepa.MakeTransfers", sepa.MakeTransfers{Key: "key-bind-transfers", IDs: []string{decided}}},
	}
}

// decideRest takes money of a customer's and decides to give some of it back by transfer.
func decideRest(p *apptest.Program, customer, name, iban string) {
	payment := apptest.Ask[app.Done](p, "Payments.Record", payments.RecordPayment{Key: "key-gather-rest-" + name, CustomerID: customer, AmountMinor: 300, Method: "transfer"}).ID
	p.Do("Sepa.DecideRefund", sepa.Decide{Key: "key-gather-decide-" + name, PaymentID: payment, AmountMinor: 100, IBAN: iban})
}

// lastDecided is the refund that was decided last.
func lastDecided(p *apptest.Program) string {
	list := apptest.Ask[[]sepa.Decided](p, "Sepa.Refunds")
	return list[len(list)-1].PublicID
}

// sentTransfer is the line of a file for the bank with one refund in it.
func sentTransfer(p *apptest.Program, customer, iban string) string {
	decideRest(p, customer, "sent", iban)
	file := apptest.Ask[app.Done](p, "Sepa.MakeTransfers", sepa.MakeTransfers{Key: "key-gather-transfers", IDs: []string{lastDecided(p)}}).ID
	return apptest.Ask[app.BankFile](p, "Sepa.File", file).Lines[0].PublicID
}
