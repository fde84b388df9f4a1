package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/rules/contract"
)

// ListQuery asks for a page of contracts. Sort: newest, number, title, customer, start, end,
// notice, value, updated.
type ListQuery struct {
	listing.Query
	State            string // a status, "renew" (its end asks for a decision now), "tell" (a consumer is to be told of its renewal), "late" (a milestone is late), "" = all
	TypeID, OwnerID  string // public ids, "none" = without
	CustomerID       string
	EndsFrom, EndsTo string // last day of the running term
	Portal           string // yes, no
}

func (q ListQuery) filter(on civil.Date) db.ContractFilter {
	return db.ContractFilter{State: q.State, TypeID: q.TypeID, OwnerID: q.OwnerID, CustomerID: q.CustomerID, EndsFrom: q.EndsFrom, EndsTo: q.EndsTo, Portal: q.Portal, Words: db.MatchWords(q.Search), Today: on.String(), TellTo: contract.TellTo(on).String()}
}

// Row is a contract in a list.
type Row struct {
	PublicID, Number, Title  string
	Version                  int64
	CustomerID, CustomerName string
	CustomerKind             string
	TypeName, OwnerName      string
	Status                   contract.Status
	Terms                    contract.Terms
	Standing                 contract.Standing
	Near                     bool // its end asks for a decision now
	SignedOn                 civil.Date
	ValueMinor               int64
	Currency                 money.Currency
	InPortal                 bool
	UpdatedAt                string
}

func rowOf(r db.ContractRow, on civil.Date) Row {
	c := contract.Contract{State: contract.Status(r.State), SignedOn: day(r.SignedOn), EndedOn: day(r.EndedOn), Terms: contract.Terms{Start: day(r.StartOn), End: day(r.EndOn), Renewal: contract.Renewal(r.Renewal),
		RenewalMonths: int(r.RenewalMonths), NoticeCount: int(r.NoticeCount), NoticeUnit: r.NoticeUnit, RemindDays: int(r.RemindDays)}}
	return Row{PublicID: r.PublicID, Number: r.Number, Title: r.Title, Version: r.Version, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, CustomerKind: r.CustomerOf, TypeName: r.TypeName, OwnerName: r.OwnerName,
		Status: c.On(on), Terms: c.Terms, Standing: c.Standing(on), Near: near(c, on), SignedOn: c.SignedOn, ValueMinor: r.ValueMinor, Currency: money.Currency(r.Currency), InPortal: r.InPortal, UpdatedAt: r.UpdatedAt}
}

// List gives a page of contracts.
func (s *Service) List(ctx context.Context, who actor.Actor, q ListQuery) (rows []Row, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := q.Page()
	if err != nil {
		return nil, "", err
	}
	on, err := s.today(ctx)
	if err != nil {
		return nil, "", err
	}
	found, err := s.DB.Contracts(ctx, q.filter(on), p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.ContractRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]Row, 0, len(found))
	for _, r := range found {
		rows = append(rows, rowOf(r, on))
	}
	return rows, next, err
}

func (s *Service) today(ctx context.Context) (on civil.Date, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err = company.Today(ctx, q, s.DB.Now())
		return err
	})
	return on, err
}

// Counts are the figures beside the filters of the list.
type Counts struct {
	Draft, InReview, ToSign, Signed, Active, Ended, Cancelled int64
	Renew                                                     int64 // contracts whose end asks for a decision now
	Tell                                                      int64 // whose customer is to be told that it renews itself
	Late                                                      int64 // milestones that are late
}

func (c *Counts) add(r gen.CountContractsRow) {
	switch contract.Status(r.State) {
	case contract.Draft:
		c.Draft = r.N
	case contract.InReview:
		c.InReview = r.N
	case contract.ToSign:
		c.ToSign = r.N
	case contract.Cancelled:
		c.Cancelled = r.N
	case contract.Ended:
		c.Ended += r.N
	default: // signed: what it is today is derived
		c.Signed, c.Active = r.Coming, r.N-r.RunOut-r.Coming
		c.Ended += r.RunOut
	}
}

// Counts counts all contracts by status.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (c Counts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Counts{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		on, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		rows, err := q.CountContracts(ctx, on.String())
		if err != nil {
			return err
		}
		for _, r := range rows {
			c.add(r)
		}
		if c.Renew, err = q.CountContractsToDecide(ctx, on.String()); err != nil {
			return err
		}
		if c.Tell, err = q.CountContractsToTell(ctx, gen.CountContractsToTellParams{Today: on.String(), TellTo: contract.TellTo(on).String()}); err != nil {
			return err
		}
		c.Late, err = q.CountLateMilestones(ctx, on.String())
		return err
	})
	return c, err
}

// Sum is what the contracts of one currency come to.
type Sum struct {
	Currency          money.Currency
	Count, ValueMinor int64
}

// Sums counts what a query leaves, on all its pages, and adds up the values of each currency.
func (s *Service) Sums(ctx context.Context, who actor.Actor, q ListQuery) ([]Sum, error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	on, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	found, err := s.DB.ContractSums(ctx, q.filter(on))
	sums := make([]Sum, 0, len(found))
	for _, x := range found {
		sums = append(sums, Sum{Currency: money.Currency(x.Currency), Count: x.Count, ValueMinor: x.ValueMinor})
	}
	return sums, err
}
