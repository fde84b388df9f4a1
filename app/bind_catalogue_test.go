package app_test

import (
	"encoding/json"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/office/catalog"
	"comptoir/office/imports"
	"comptoir/rules/pricing"
)

const sampleFile = "Tm9tO1ZpbGxlCkR1cG9udDtMeW9uCg==" // Nom;Ville, Dupont;Lyon

// catalogueSamples are the arguments for prices and imports: of a list, a raise and a file
// that are made for it where a company is open.
func catalogueSamples(p *apptest.Program, x ids) [][]any {
	list, raise := catalog.PriceList{}, catalog.Raise{Change: pricing.Change{PCM: 1000}}
	file := app.ImportView{ID: "none", Options: imports.Options{Columns: []string{}}}
	change := "none"
	if apptest.Ask[app.Status](p, "System.Status").State == app.StateOpen {
		list = apptest.Ask[catalog.PriceList](p, "PriceLists.Save", catalog.PriceList{Name: "Échantillon", Currency: "EUR"}, "key-bind-list-0")
		file = apptest.Ask[app.ImportView](p, "Imports.Open", "customers", "x.csv", sampleFile)
		raise.Seen = apptest.Ask[catalog.RaisePreview](p, "PriceLists.PreviewRaise", raise).Seen
		if raw, refused := p.Try("PriceLists.Raise", raise, "key-bind-raise"); refused == nil {
			var done app.Done
			if json.Unmarshal(raw, &done) == nil {
				change = done.ID
			}
		}
	}
	return [][]any{
		{"PriceLists.List"}, {"PriceLists.Grid", app.ListQuery{Limit: 20}}, {"PriceLists.OfCustomer", x.customer}, {"PriceLists.RaiseForm"}, {"PriceLists.Changes"}, {"PriceLists.Margin", int64(100_000), int64(60_000), "EUR"},
		{"PriceLists.PreviewRaise", raise}, {"PriceLists.Raise", raise, "key-bind-raise"}, {"PriceLists.UndoRaise", change}, {"PriceLists.SetPrices", []catalog.PriceEdit{}, "key-bind-prices"},
		{"PriceLists.Save", list, "key-bind-list"}, {"PriceLists.SetOfCustomer", x.customer, ""}, {"PriceLists.SetArchived", list.PublicID, list.Version + 1, true},
		{"Imports.History"}, {"Imports.Open", "customers", "y.csv", sampleFile}, {"Imports.Get", file.ID}, {"Imports.Progress", file.ID}, {"Imports.Change", file.ID, file.Options},
		{"Imports.Run", file.ID, "key-bind-import"}, {"Imports.Cancel", file.ID}, {"Imports.Close", file.ID},
	}
}
