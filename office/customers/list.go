package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
)

// ListQuery asks for a page of the customers.
type ListQuery struct {
	listing.Query
	Archived      bool `json:"archived"`
	WithoutAccess bool `json:"withoutAccess"` // nobody of theirs has a password for the portal
	Suspended     bool `json:"suspended"`
}

// Row is a customer in the list, with what it owes in its own currency, in minor units.
type Row struct {
	PublicID     string `json:"publicId"`
	Number       string `json:"number"`
	Kind         string `json:"kind"`
	Name         string `json:"name"`
	City         string `json:"city"`
	Country      string `json:"country"`
	Email        string `json:"email"`
	Currency     string `json:"currency"`
	DueMinor     int64  `json:"dueMinor"`
	OverdueMinor int64  `json:"overdueMinor"`
	Suspended    bool   `json:"suspended"`
	Version      int64  `json:"version"`
}

// List gives a page of the customers; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []Row, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	var today string
	if err := s.db.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		today = f.Today(s.db.Now()).String()
		return err
	}); err != nil {
		return nil, "", err
	}
	found, err := s.db.Customers(ctx, db.PartyFilter{Archived: query.Archived, WithoutAccess: query.WithoutAccess, Suspended: query.Suspended, Words: db.MatchWords(query.Search)}, today, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.CustomerRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]Row, 0, len(found))
	for _, r := range found {
		rows = append(rows, Row{PublicID: r.PublicID, Number: r.Number, Kind: r.Kind, Name: r.Name, City: r.City, Country: r.Country, Email: r.Email,
			Currency: r.Currency, DueMinor: r.DueMinor, OverdueMinor: r.OverdueMinor, Suspended: r.Suspended, Version: r.Version})
	}
	return rows, next, err
}
