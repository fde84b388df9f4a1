package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/listing"
	"comptoir/rules/billing"
)

// CreditRow is a credit note in a customer's list.
type CreditRow struct {
	PublicID     string
	Number       string
	IssueDate    civil.Date
	Currency     money.Currency
	TotalMinor   int64
	AppliedMinor int64 // set against invoices
	BackMinor    int64 // paid back
	LeftMinor    int64 // to use
	Invoice      *DocumentRef
	State        billing.State
}

// CreditBalance is what a customer may still use in one currency.
type CreditBalance struct {
	Currency   money.Currency
	NotesMinor int64 // of credit notes
	RestsMinor int64 // of payments that no invoice takes
}

// CreditPage is a page of a customer's credits; Next is "" on the last one.
type CreditPage struct {
	Rows     []CreditRow
	Next     string
	Balances []CreditBalance
}

// PortalCredits gives a page of the customer's credit notes, newest first unless another order
// is asked for, and what is left of all credits. Filter: "all", "open".
func (s *Service) PortalCredits(ctx context.Context, who actor.Actor, query PortalQuery) (page CreditPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return CreditPage{}, err
	}
	p, err := query.byNewest().page()
	if err != nil {
		return CreditPage{}, err
	}
	found, err := s.DB.CustomerCredits(ctx, query.filter(who.CustomerID, civil.Date{}), p)
	if err != nil {
		return CreditPage{}, err
	}
	if found, page.Next, err = listing.Cut(found, p, func(r db.CustomerCreditRow) (any, int64) { return r.SortKey, r.ID }); err != nil {
		return CreditPage{}, err
	}
	page.Rows, page.Balances = make([]CreditRow, 0, len(found)), []CreditBalance{}
	for _, r := range found {
		page.Rows = append(page.Rows, creditRow(r))
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		sums, err := q.BalancesOfCustomer(ctx, who.CustomerID)
		for _, b := range sums {
			if b.CreditMinor+b.LeftMinor > 0 {
				page.Balances = append(page.Balances, CreditBalance{Currency: money.Currency(b.Currency), NotesMinor: b.CreditMinor, RestsMinor: b.LeftMinor})
			}
		}
		return err
	})
	return page, err
}

// byNewest keeps the order of what is open from being that of what is due.
func (q PortalQuery) byNewest() PortalQuery {
	if q.Sort == "" {
		q.Sort = "newest"
	}
	return q
}

func creditRow(r db.CustomerCreditRow) CreditRow {
	x := CreditRow{PublicID: r.PublicID, Number: r.Number, IssueDate: day(r.IssueDate), Currency: money.Currency(r.Currency), TotalMinor: r.TotalInclMinor,
		AppliedMinor: r.CreditedMinor, BackMinor: r.PaidMinor, LeftMinor: r.DueMinor}
	x.State = billing.StateOf(billing.Facts{Kind: billing.CreditNote, Issued: true, TotalMinor: r.TotalInclMinor, PaidMinor: r.PaidMinor, CreditedMinor: r.CreditedMinor}, civil.Date{})
	if r.PrecedingPublicID != nil {
		x.Invoice = &DocumentRef{PublicID: *r.PrecedingPublicID, Number: text(r.PrecedingNumber), Kind: billing.Invoice}
	}
	return x
}

// PortalCredit gives one of the customer's own credit notes; anything else is not found.
func (s *Service) PortalCredit(ctx context.Context, who actor.Actor, publicID string) (Document, error) {
	d, err := s.PortalInvoice(ctx, who, publicID)
	if err == nil && d.Kind != billing.CreditNote {
		return Document{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return d, err
}
