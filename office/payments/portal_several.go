package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/sales"
)

// Several names payments whose receipts are handed over together: those of the list, or all that
// a query finds.
type Several struct {
	IDs   []string
	All   bool
	Query PortalQuery
}

// ReceiptRef names one receipt of several.
type ReceiptRef struct {
	PublicID string
	Name     string // of the file inside the archive
	Day      civil.Date
}

var errSeveral = fault.New(fault.Conflict, "fault.too_many_papers", "most", int64(sales.SeveralMax))

// PortalSeveral finds the payments that a contact chose among its own, the oldest first; what is
// another customer's is not found.
func (s *Service) PortalSeveral(ctx context.Context, who actor.Actor, in Several) (refs []ReceiptRef, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, err
	}
	if len(in.IDs) > sales.SeveralMax {
		return nil, errSeveral
	}
	if in.All {
		return s.allReceipts(ctx, who, in.Query)
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		for _, id := range in.IDs {
			p, err := q.PaymentOfCustomer(ctx, gen.PaymentOfCustomerParams{PublicID: id, CustomerID: who.CustomerID})
			if err != nil {
				return db.NotFound(err)
			}
			refs = append(refs, ReceiptRef{p.PublicID, sales.PaperName(p.Number), day(p.ReceivedOn)})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return refs, nil
}

func (s *Service) allReceipts(ctx context.Context, who actor.Actor, in PortalQuery) (refs []ReceiptRef, err error) {
	in.Sort, in.After = "oldest", ""
	p, err := in.page()
	if err != nil {
		return nil, err
	}
	p.Limit = sales.SeveralMax + 1
	rows, err := s.DB.CustomerPayments(ctx, in.filter(who.CustomerID), p)
	if err != nil {
		return nil, err
	}
	if len(rows) > sales.SeveralMax {
		return nil, errSeveral
	}
	for _, r := range rows {
		refs = append(refs, ReceiptRef{r.PublicID, sales.PaperName(r.Number), day(r.ReceivedOn)})
	}
	return refs, nil
}
