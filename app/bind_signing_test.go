package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/signing"
)

// withoutRound is how many calls are about a round, a turn, a file or a folder of a contract: those want
// a document, and a document comes by a form and by no call (office/signing tries them).
const withoutRound = 26

// signingSamples are calls of the centres of approval and signature: a user is asked, taken off
// again, and what names no round is refused.
func signingSamples(p *apptest.Program, x ids) [][]any {
	contract, user := "none", "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen && len(apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 1}).Rows) > 0 {
		contract = apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "À signer", CustomerID: x.customer, Currency: "EUR"}, "key-bind-contract-sign").ID
		for _, c := range apptest.Ask[[]signing.Candidate](p, "Signing.Candidates", contract) {
			if c.Type == "user" {
				user = c.ID
			}
		}
	}
	party := signing.PartyForm{ContractID: contract, Kind: signing.Signature, Type: "user", PersonID: user}
	guest := signing.PartyForm{ContractID: contract, Kind: signing.Approval, Type: "guest", Name: "Me Aubry", Email: "aubry@conseil.example", Language: "fr"}
	return [][]any{
		{"Signing.Centre", contract, signing.Approval}, {"Signing.Candidates", contract}, {"Signing.AddParty", party, "key-bind-party-user"}, {"Signing.AddParty", guest, "key-bind-party-guest"},
		{"Signing.SaveCentre", signing.CentreForm{ContractID: contract, Kind: signing.Signature, Version: 1, Ordered: true, DueOn: "2026-12-31", Message: "Merci.", FileIDs: []string{}}},
		{"Signing.StartLook", contract, signing.Signature}, {"Signing.Start", signing.StartForm{ContractID: contract, Kind: signing.Signature}, "key-bind-round-start"}, {"Signing.OrderParties", contract, signing.Signature, []string{}},
		{"Signing.ChangeParty", signing.PartyChange{ID: "none"}}, {"Signing.RemoveParty", "none", false}, {"Signing.ReplaceParty", "none", guest, "key-bind-party-replace"},
		{"Signing.CancelRound", "none", "key-bind-round-cancel"}, {"Signing.RemindTurn", "none", "key-bind-turn-remind"}, {"Signing.RetrySeal", "none"}, {"Signing.Evidence", "none"}, {"Signing.VerifyPaper", "none"},
		{"Signing.Approve", app.TurnAct{TurnID: "none"}, "key-bind-turn-approve"}, {"Signing.Refuse", app.TurnAct{TurnID: "none", Reason: "Non"}, "key-bind-turn-refuse"}, {"Signing.SignLook", "none"}, {"Signing.RefuseHere", app.TurnAct{TurnID: "none", Reason: "Non"}, "key-bind-turn-here"},
		{"Signing.SignHere", app.SignForm{TurnID: "none", Method: signing.AtDesk, Consent: true, ConsentVersion: signing.ConsentVersion, Language: "fr", TypedName: "Camille"}, "key-bind-turn-sign"},
		{"Signing.HandOff", "none"}, {"Signing.ShowContract", "none", "none"}, {"Signing.HandOffState", "none"}, {"Signing.EndHandOff", "none"},
		{"Contracts.Comments", contract}, {"Contracts.Comment", contract, "Bonjour.", "key-bind-comment-one"},
	}
}
