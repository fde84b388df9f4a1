package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/listing"
)

// PortalQuery asks for a page of a customer's payments.
type PortalQuery struct {
	From, To civil.Date
	Words    string // numbers, references, amounts, numbers of documents
	Sort     string // "oldest", "largest", "smallest"; "" = the newest first
	After    string // cursor of the page before, "" = the first
	Limit    int    // at most 100; 0 = 50
}

func (q PortalQuery) page() (db.Page, error) {
	p := listing.Query{Sort: "receivedOn", Desc: q.Sort != "oldest", After: q.After, Limit: q.Limit}
	if q.Sort == "largest" || q.Sort == "smallest" {
		p.Sort, p.Desc = "amount", q.Sort == "largest"
	}
	if p.Limit <= 0 || p.Limit > 100 {
		p.Limit = 50
	}
	page, err := p.Page()
	if err != nil {
		return db.Page{}, fault.New(fault.NotFound, "fault.not_found").With(err) // a cursor is part of an address
	}
	return page, nil
}

// filter narrows to a customer; a day that is not asked for is written as nothing.
func (q PortalQuery) filter(customerID int64) db.CustomerFilter {
	return db.CustomerFilter{CustomerID: customerID, Words: q.Words, From: q.From.String(), To: q.To.String()}
}

// PortalPayments gives a page of the customer's payments with the invoices attached to each, and
// on the first page of all of them the refunds.
func (s *Service) PortalPayments(ctx context.Context, who actor.Actor, in PortalQuery) (page Page, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Page{}, err
	}
	p, err := in.page()
	if err != nil {
		return Page{}, err
	}
	found, err := s.DB.CustomerPayments(ctx, in.filter(who.CustomerID), p)
	if err != nil {
		return Page{}, err
	}
	found, next, err := listing.Cut(found, p, func(r db.CustomerPaymentRow) (any, int64) { return r.SortKey, r.ID })
	if err != nil {
		return Page{}, err
	}
	page = Page{Rows: make([]Row, 0, len(found)), Next: next}
	return page, s.DB.Read(ctx, func(q *gen.Queries) error {
		for _, r := range found {
			x := Row{PublicID: r.PublicID, Number: r.Number, Method: r.Method, ReceivedOn: day(r.ReceivedOn), AmountMinor: r.AmountMinor, Currency: money.Currency(r.Currency), Reference: r.Reference,
				LeftMinor: r.LeftMinor, Refunded: r.RefundedMinor, Cancelled: r.CancelledOn != ""}
			if x.Documents, err = parts(ctx, q, r.ID, false); err != nil {
				return err
			}
			page.Rows = append(page.Rows, x)
		}
		if in == (PortalQuery{Limit: in.Limit}) {
			page.Refunds, err = portalRefunds(ctx, q, who.CustomerID)
		}
		return err
	})
}
