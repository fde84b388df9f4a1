package app_test

import (
	"comptoir/app"
	"comptoir/app/apptest"
)

// quoteSamples are calls of the methods of quotes and questions: reading first, then deciding
// about different quotes, so that none is in the way of another.
func quoteSamples(p *apptest.Program) [][]any {
	q := app.ListQuery{Limit: 5}
	first := func(state string) string {
		for _, r := range apptest.Ask[app.QuoteList](p, "Quotes.List", app.ListQuery{State: state, Limit: 1}).Rows {
			return r.ID
		}
		return "none"
	}
	if apptest.Ask[app.Status](p, "System.Status").State != app.StateOpen {
		first = func(string) string { return "none" }
	}
	draft, waiting, approved, refused := first("draft"), first("waiting"), first("approved"), first("refused")
	hash := ""
	if waiting != "none" {
		hash = apptest.Ask[app.Quote](p, "Quotes.Get", waiting).Hash
	}
	decide := app.DecisionForm{QuoteID: waiting, Hash: hash, Name: "Léa", Options: []int{}, Reason: "Trop cher"}
	approve, refuse := decide, decide
	approve.Key, refuse.Key = "key-bind-approve", "key-bind-refuse"
	return [][]any{
		{"Quotes.List", q}, {"Quotes.Get", waiting}, {"Quotes.Edit", "", ""}, {"Quotes.Edit", draft, ""}, {"Quotes.Choose", waiting, []int{}},
		{"Questions.List", ""}, {"Questions.Thread", waiting},
		{"Quotes.Duplicate", waiting, "invoice", "key-bind-quote-copy"}, {"Questions.Answer", waiting, "Bien reçu.", "key-bind-answer"}, {"Questions.Settle", waiting},
		{"Quotes.Refuse", refuse}, {"Quotes.Undo", waiting, "key-bind-undo"}, {"Quotes.Approve", approve}, {"Quotes.Convert", approved, "key-bind-convert"}, {"Quotes.Revise", refused, "key-bind-revise"},
	}
}
