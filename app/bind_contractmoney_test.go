package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// contractMoneySamples are calls of the methods that go from a contract to its invoices: one is billed, its draft is taken
// off the contract and put back.
func contractMoneySamples(p *apptest.Program, x ids) [][]any {
	one, paper := "none", "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen && len(apptest.Ask[app.CustomerList](p, "Customers.List", app.ListQuery{Limit: 1}).Rows) > 0 {
		one = apptest.Ask[app.Saved](p, "Contracts.Save", app.ContractForm{Title: "Rénovation", CustomerID: x.customer, ValueMinor: 500_000, Currency: "EUR"}, "key-bind-money-contract").ID
		paper = apptest.Ask[app.ContractMade](p, "ContractMoney.Bill", app.ContractBill{ContractID: one, Milestones: []string{}, As: "quote"}, "key-bind-money-quote").ID
	}
	return [][]any{
		{"ContractMoney.Get", one}, {"ContractMoney.Of", paper}, {"ContractMoney.Detach", one, paper}, {"ContractMoney.Attach", one, paper},
		{"ContractMoney.Bill", app.ContractBill{ContractID: one, Milestones: []string{}, As: "quote"}, "key-bind-money-quote"},
	}
}
