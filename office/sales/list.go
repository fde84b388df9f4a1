package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/rules/billing"
)

// ListQuery asks for a page of the firm's invoices.
type ListQuery struct {
	listing.Query
	Kind       string `json:"kind"`  // "" = invoice
	State      string `json:"state"` // "", draft, open, overdue, partial, paid, unsent, announced
	CustomerID string `json:"customerId"`
	From       string `json:"from"` // issue date, YYYY-MM-DD
	To         string `json:"to"`
}

// ListRow is an invoice in the firm's list.
type ListRow struct {
	PublicID       string
	Kind           billing.Kind
	Version        int64
	Number         string
	CustomerID     string
	State          billing.State
	CustomerName   string
	IssueDate      civil.Date
	DueDate        civil.Date
	Currency       money.Currency
	TotalExclMinor int64
	TotalTaxMinor  int64
	TotalInclMinor int64
	DueMinor       int64
	DaysLate       int
	SentAt         string
	Announced      bool
	UpdatedAt      string
}

// List gives a page of the firm's invoices; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []ListRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	f := db.DocumentFilter{Kind: string(Draft{Kind: query.Kind}.kind()), State: query.State, From: query.From, To: query.To, Words: db.MatchWords(query.Search)}
	var today civil.Date
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		today = firm.Today(s.DB.Now())
		if query.CustomerID == "" {
			return nil
		}
		c, err := q.CustomerByPublicID(ctx, query.CustomerID)
		f.CustomerID = c.ID
		return db.NotFound(err)
	}); err != nil {
		return nil, "", err
	}
	for path, d := range map[string]string{"from": query.From, "to": query.To} {
		if _, err := civil.Parse(d); d != "" && err != nil {
			return nil, "", oneField(path, "fault.not_a_date")
		}
	}
	f.Today = today.String()
	found, err := s.DB.Documents(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.DocumentRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]ListRow, 0, len(found))
	for _, r := range found {
		rows = append(rows, listRow(r, today))
	}
	return rows, next, err
}

func listRow(r db.DocumentRow, today civil.Date) ListRow {
	facts := billing.Facts{Kind: billing.Kind(r.Kind), Issued: r.State == "issued", Sent: r.SentAt != nil, Viewed: r.ViewedAt != nil, DueOn: day(r.DueDate), TotalMinor: r.AmountDueMinor}
	x := ListRow{PublicID: r.PublicID, Kind: facts.Kind, Version: r.Version, Number: text(r.Number), CustomerID: text(r.CustomerPublicID), CustomerName: r.CustomerName, IssueDate: day(r.IssueDate), DueDate: day(r.DueDate), Currency: money.Currency(r.Currency),
		TotalExclMinor: r.TotalExclMinor, TotalTaxMinor: r.TotalTaxMinor, TotalInclMinor: r.TotalInclMinor, SentAt: text(r.SentAt), Announced: r.AnnouncedAt != nil, UpdatedAt: r.UpdatedAt}
	if r.PaidMinor != nil && r.DueMinor != nil {
		facts.PaidMinor, facts.CreditedMinor, x.DueMinor = *r.PaidMinor, whole(r.CreditedMinor), *r.DueMinor
	}
	x.State, x.DaysLate = billing.StateOf(facts, today), billing.DaysLate(facts, today)
	return x
}

// MarkSent notes that an issued invoice was handed over by other means.
func (s *Service) MarkSent(ctx context.Context, who actor.Actor, publicID string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if row.State == "draft" {
			return fault.New(fault.Conflict, "fault.still_draft")
		}
		tx.AfterCommit(func() { s.Changed(topic(billing.Kind(row.Kind))) })
		return tx.SetSent(ctx, gen.SetSentParams{DocumentID: row.ID, At: ptr(tx.Stamp())})
	})
}
