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

// portalRows is a portal page; portalMax the most that may be asked for.
const (
	portalRows = 50
	portalMax  = 100
)

// PortalCountMax is how far a customer's documents are counted.
const PortalCountMax = 500

// portalOrders are the orders of a customer's list: column and direction.
var portalOrders = map[string]struct {
	column string
	desc   bool
}{"newest": {"issueDate", true}, "oldest": {"issueDate", false}, "due": {"dueDate", false}, "largest": {"total", true}, "smallest": {"total", false}}

// page turns the request into a page of the database, in the order that fits the filter.
func (q PortalQuery) page() (db.Page, error) {
	order, known := portalOrders[q.Sort]
	if !known {
		order = portalOrders["newest"]
		if q.Filter == "open" || q.Filter == "overdue" {
			order = portalOrders["due"]
		}
	}
	n := q.Limit
	if n <= 0 {
		n = portalRows
	}
	p, err := listing.Query{Sort: order.column, Desc: order.desc, After: q.After, Limit: min(n, portalMax)}.Page()
	if err != nil {
		return db.Page{}, fault.New(fault.NotFound, "fault.not_found").With(err) // a cursor is part of an address
	}
	return p, nil
}

func (q PortalQuery) filter(customerID int64, today civil.Date) db.CustomerFilter {
	f := db.CustomerFilter{CustomerID: customerID, State: q.Filter, Words: q.Words, Today: today.String()}
	if !q.From.IsZero() {
		f.From = q.From.String()
	}
	if !q.To.IsZero() {
		f.To = q.To.String()
	}
	return f
}

// PortalInvoices gives a page of the customer's issued invoices: what is open soonest due
// first, everything else newest first, unless another order is asked for.
func (s *Service) PortalInvoices(ctx context.Context, who actor.Actor, query PortalQuery) (page PortalPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalPage{}, err
	}
	today, err := s.todayOf(ctx)
	if err != nil {
		return PortalPage{}, err
	}
	if page, err = s.portalPage(ctx, who.CustomerID, query, today); err != nil {
		return PortalPage{}, err
	}
	if page.Count = len(page.Rows); query.After != "" || page.Next != "" {
		page.Count, err = s.DB.CountCustomerInvoices(ctx, query.filter(who.CustomerID, today), PortalCountMax)
	}
	return page, err
}

func (s *Service) todayOf(ctx context.Context) (today civil.Date, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err = company.Today(ctx, q, s.DB.Now())
		return err
	})
	return today, err
}

func (s *Service) portalPage(ctx context.Context, customerID int64, query PortalQuery, today civil.Date) (PortalPage, error) {
	p, err := query.page()
	if err != nil {
		return PortalPage{}, err
	}
	found, err := s.DB.CustomerInvoices(ctx, query.filter(customerID, today), p)
	if err != nil {
		return PortalPage{}, err
	}
	found, next, err := listing.Cut(found, p, func(r db.CustomerDocumentRow) (any, int64) { return r.SortKey, r.ID })
	page := PortalPage{Rows: make([]PortalRow, 0, len(found)), Next: next}
	for _, r := range found {
		page.Rows = append(page.Rows, portalRow(r, today))
	}
	return page, err
}

func portalRow(r db.CustomerDocumentRow, today civil.Date) PortalRow {
	due := day(r.DueDate)
	return PortalRow{PublicID: r.PublicID, Number: r.Number, Kind: billing.Kind(r.Kind), IssueDate: day(r.IssueDate), DueDate: due, Currency: money.Currency(r.Currency),
		TotalInclMinor: r.TotalInclMinor, DueMinor: r.DueMinor, AskedMinor: billing.Asked(r.DueMinor, r.RetainedMinor, day(r.RetainedUntil), today), Announced: r.AnnouncedAt != nil,
		State: billing.StateOf(billing.Facts{Kind: billing.Kind(r.Kind), Issued: true, Sent: true, Viewed: r.ViewedAt != nil, DueOn: due,
			TotalMinor: r.DueMinor + r.PaidMinor + r.CreditedMinor, PaidMinor: r.PaidMinor, CreditedMinor: r.CreditedMinor}, today)}
}

// PortalSummary gives the customer's first page: what is due and what was last.
func (s *Service) PortalSummary(ctx context.Context, who actor.Actor) (sum PortalSummary, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalSummary{}, err
	}
	var today civil.Date
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if today, err = company.Today(ctx, q, s.DB.Now()); err != nil {
			return err
		}
		totals, err := q.CustomerOpenTotals(ctx, gen.CustomerOpenTotalsParams{CustomerID: who.CustomerID, Today: today.String()})
		for _, t := range totals {
			sum.Totals = append(sum.Totals, CurrencyTotal{Currency: money.Currency(t.Currency), Documents: t.Documents, DueMinor: t.DueMinor, AskedMinor: t.AskedMinor, OverdueMinor: t.OverdueMinor, NextDue: day(t.NextDue)})
		}
		return err
	})
	if err != nil {
		return PortalSummary{}, err
	}
	open, err := s.portalPage(ctx, who.CustomerID, PortalQuery{Filter: "open", Limit: 5}, today)
	if err != nil {
		return PortalSummary{}, err
	}
	recent, err := s.portalPage(ctx, who.CustomerID, PortalQuery{Limit: 5}, today)
	sum.Open, sum.Recent = open.Rows, recent.Rows
	return sum, err
}
