package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// creditSamples are calls of the methods of credit notes and deposits.
func creditSamples(p *apptest.Program, x ids) [][]any {
	quote := "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		for _, r := range apptest.Ask[app.QuoteList](p, "Quotes.List", app.ListQuery{State: "approved", Limit: 1}).Rows {
			quote = r.ID
		}
	}
	form := app.CreditForm{Key: "key-bind-credit", InvoiceID: x.open, How: "amount", AmountMinor: 100, Reason: "Geste"}
	draft := form
	draft.Key = "key-bind-credit-draft"
	return [][]any{
		{"Credits.List", app.ListQuery{Limit: 5}}, {"Credits.List", app.ListQuery{State: "open", Limit: 5}}, {"Credits.Creditable", x.issued}, {"Credits.Preview", form},
		{"Credits.Edit", "", x.customer}, {"Credits.EditDeposit", "", x.customer}, {"Credits.Deposits", x.customer, "EUR"}, {"Credits.Billing", quote},
		{"Credits.Deposit", app.DepositForm{Key: "key-bind-deposit", QuoteID: quote, PCM: 30_000}}, {"Credits.Draft", draft}, {"Credits.Issue", form},
	}
}
