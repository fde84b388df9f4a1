package contracts

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/search"
)

// SharePlan is the window *Afficher dans le portail client*: who may be chosen and why others may
// not, and what the choice would do.
type SharePlan struct {
	ContractID      string        `json:"contractId"`
	Number          string        `json:"number"`
	Title           string        `json:"title"`
	Version         int64         `json:"version"`
	CustomerID      string        `json:"customerId"`
	CustomerName    string        `json:"customerName"`
	InPortal        bool          `json:"inPortal"` // it is shown now
	Before          bool          `json:"before"`   // it was shown once
	RequesterID     string        `json:"requesterId"`
	WatcherIDs      []string      `json:"watcherIds"`
	AllFiles        bool          `json:"allFiles"` // the box as it stands: the type's word before the first time
	People          []SharePerson `json:"people"`
	SeeEachOther    bool          `json:"seeEachOther"` // the customer's contacts see each other's contracts
	Tells           []string      `json:"tells"`        // names of those who would be mailed
	Silent          []string      `json:"silent"`       // chosen, without an address to write to
	ToldBefore      []string      `json:"toldBefore"`   // chosen, told before: mailed again only on demand
	Files           int64         `json:"files"`
	FilesShown      int64         `json:"filesShown"`
	Milestones      int64         `json:"milestones"`
	MilestonesShown int64         `json:"milestonesShown"`
	Rounds          int64         `json:"rounds"` // open ones: while it is hidden, people outside cannot answer
}

// SharePerson is somebody who may be chosen, or not.
type SharePerson struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Primary      bool   `json:"primary"`
	Told         bool   `json:"told"`
	Sees         bool   `json:"sees"`   // the contract as it stands now
	Barred       string `json:"barred"` // "" = may be chosen; no_access, closed, area, other_customer
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
}

// ShareLook says what a sharing would do, without doing it. Without a requester it gives the
// sharing as it stands, or for a contract that nobody was named on, its customer's primary contact.
func (s *Service) ShareLook(ctx context.Context, who actor.Actor, in Share) (p SharePlan, err error) {
	if err := who.Need(actor.Look); err != nil {
		return SharePlan{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := byPublicID(ctx, q, in.ContractID)
		if err != nil {
			return err
		}
		of, err := q.CustomerByID(ctx, c.CustomerID)
		if err != nil {
			return db.NotFound(err)
		}
		people, err := q.ContractFellows(ctx, c.ID)
		if err != nil {
			return err
		}
		counts, err := q.ContractShownCounts(ctx, c.ID)
		if err != nil {
			return err
		}
		p = SharePlan{ContractID: c.PublicID, Number: c.Number, Title: c.Title, Version: c.Version, CustomerID: of.PublicID, CustomerName: of.Name, InPortal: c.InPortal == 1, Before: c.SharedAt != nil,
			AllFiles: in.AllFiles, RequesterID: in.RequesterID, WatcherIDs: in.WatcherIDs, SeeEachOther: of.SeeEachOther == 1,
			Files: counts.Files, FilesShown: counts.FilesShown, Milestones: counts.Milestones, MilestonesShown: counts.MilestonesShown, Rounds: counts.Rounds}
		if in.RequesterID == "" && len(in.WatcherIDs) == 0 {
			p.standing(c, people)
		}
		p.outcome(of, people, in.Again)
		return nil
	})
	return p, err
}

// standing fills in the choice as the file has it.
func (p *SharePlan) standing(c gen.Contract, people []gen.ContractFellowsRow) {
	p.AllFiles, p.WatcherIDs = c.FilesShown == 1, []string{}
	for _, k := range people {
		if k.Requester == 1 {
			p.RequesterID = k.PublicID
		}
		if k.Watcher == 1 {
			p.WatcherIDs = append(p.WatcherIDs, k.PublicID)
		}
	}
	if p.RequesterID == "" && !p.Before {
		if i := slices.IndexFunc(people, func(k gen.ContractFellowsRow) bool { return barred(k) == "" }); i >= 0 {
			p.RequesterID = people[i].PublicID // the primary one comes first
		}
	}
}

// outcome says who would be written to.
func (p *SharePlan) outcome(of gen.Customer, people []gen.ContractFellowsRow, again bool) {
	p.People, p.Tells, p.Silent, p.ToldBefore = []SharePerson{}, []string{}, []string{}, []string{}
	if p.WatcherIDs == nil {
		p.WatcherIDs = []string{}
	}
	for _, k := range people {
		x := SharePerson{ID: k.PublicID, Name: k.Name, Email: k.Email, Primary: k.IsPrimary == 1, Told: k.Told == 1, Sees: k.Sees == 1, Barred: barred(k), CustomerID: of.PublicID, CustomerName: of.Name}
		p.People = append(p.People, x)
		if k.PublicID != p.RequesterID && !slices.Contains(p.WatcherIDs, k.PublicID) || x.Barred != "" {
			continue
		}
		switch {
		case due(k, again):
			p.Tells = append(p.Tells, k.Name)
		case k.Email == "":
			p.Silent = append(p.Silent, k.Name)
		default:
			p.ToldBefore = append(p.ToldBefore, k.Name)
		}
	}
}

// What a search for people of other customers looks at, and gives.
const (
	elsewhereLooked = 200
	elsewhereMost   = 5
)

// ShareElsewhere finds people of other customers by their name or address: they cannot be chosen,
// and the window says why and where that is changed.
func (s *Service) ShareElsewhere(ctx context.Context, who actor.Actor, contractID, typed string) (list []SharePerson, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []SharePerson{}
	words := db.MatchWords(typed)
	if words == "" {
		return list, nil
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := byPublicID(ctx, q, contractID)
		if err != nil {
			return err
		}
		rows, err := q.ContactsElsewhere(ctx, gen.ContactsElsewhereParams{Words: words, CustomerID: c.CustomerID, RowLimit: elsewhereLooked})
		for _, r := range rows {
			if len(list) < elsewhereMost && search.Says(r.Name+" "+r.Email, typed) {
				list = append(list, SharePerson{ID: r.PublicID, Name: r.Name, Email: r.Email, Barred: "other_customer", CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName})
			}
		}
		return err
	})
	return list, err
}
