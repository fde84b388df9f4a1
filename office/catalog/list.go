package catalog

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/office/listing"
)

// ListQuery asks for a page of the catalogue.
type ListQuery struct {
	listing.Query
	Archived bool `json:"archived"`
}

// Row is an item in the list. Prices scaled 10^4.
type Row struct {
	PublicID    string `json:"publicId"`
	Code        string `json:"code"`
	Name        string `json:"name"`
	Nature      string `json:"nature"`
	Unit        string `json:"unit"`
	Currency    string `json:"currency"`
	UnitPriceE4 int64  `json:"unitPriceE4"`
	CostPriceE4 int64  `json:"costPriceE4"`
	Version     int64  `json:"version"`
	Description string `json:"-"` // for files: no list on a screen shows them
	Provider    string `json:"-"`
	TaxCodes    string `json:"-"` // with commas between
	TaxPCM      int64  `json:"-"` // of all of them
	id          int64
}

// List gives a page of the catalogue; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []Row, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	found, err := s.db.Items(ctx, db.PartyFilter{Archived: query.Archived, Words: db.MatchWords(query.Search)}, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.ItemRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]Row, 0, len(found))
	for _, r := range found {
		rows = append(rows, Row{PublicID: r.PublicID, Code: r.Code, Name: r.Name, Nature: r.Nature, Unit: r.Unit, Currency: r.Currency,
			UnitPriceE4: r.UnitPriceE4, CostPriceE4: r.CostPriceE4, Version: r.Version, Description: r.Description, Provider: r.Provider, TaxCodes: r.TaxCodes, TaxPCM: r.TaxPCM, id: r.ID})
	}
	return rows, next, err
}
