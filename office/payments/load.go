package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
)

func load(ctx context.Context, q *gen.Queries, id int64) (Payment, error) {
	row, err := q.PaymentByID(ctx, id)
	if err != nil {
		return Payment{}, db.NotFound(err)
	}
	return build(ctx, q, row)
}

func build(ctx context.Context, q *gen.Queries, row gen.Payment) (Payment, error) {
	c, err := q.CustomerByID(ctx, row.CustomerID)
	if err != nil {
		return Payment{}, db.NotFound(err)
	}
	st, err := q.PaymentStatus(ctx, row.ID)
	if err != nil {
		return Payment{}, db.NotFound(err)
	}
	p := Payment{ID: row.ID, PublicID: row.PublicID, Number: row.Number, CustomerID: c.PublicID, CustomerName: c.Name, Method: row.Method, Gateway: row.Gateway, ReceivedOn: day(row.ReceivedOn),
		AmountMinor: row.AmountMinor, FeeMinor: row.FeeMinor, Currency: money.Currency(row.Currency), Reference: row.Reference, Note: row.Note, CreatedAt: row.CreatedAt,
		LeftMinor: st.LeftMinor, RefundedMinor: st.RefundedMinor, CancelledOn: day(st.CancelledOn), CancelReason: st.CancelReason, Version: st.Version}
	if p.Parts, err = parts(ctx, q, row.ID, true); err != nil {
		return Payment{}, err
	}
	refunds, err := q.RefundsOfPayment(ctx, row.ID)
	if err != nil {
		return Payment{}, err
	}
	p.Refunds = make([]RefundDone, 0, len(refunds))
	for _, r := range refunds {
		p.Refunds = append(p.Refunds, refundOf(r, c, row.PublicID, "", row.Number))
	}
	moves, err := q.HistoryOfPayment(ctx, row.ID)
	p.History = make([]Moved, 0, len(moves))
	for _, m := range moves {
		p.History = append(p.History, Moved{On: day(m.OnDate), DocumentID: m.PublicID, Number: *m.Number, AmountMinor: m.AmountMinor})
	}
	return p, err
}

// parts gives what stands of a payment on documents; several allocations to one are one part.
func parts(ctx context.Context, q *gen.Queries, id int64, credits bool) ([]Part, error) {
	rows, err := q.LiveAllocationsOfPayment(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]Part, 0, len(rows))
	at := map[int64]int{}
	for _, r := range rows {
		if i, known := at[r.DocumentID]; known {
			list[i].AmountMinor += r.AmountMinor
			continue
		}
		at[r.DocumentID] = len(list)
		x := Part{DocumentID: r.PublicID, Kind: r.Kind, Number: *r.Number, IssueDate: day(r.IssueDate), AmountMinor: r.AmountMinor, TotalMinor: r.TotalInclMinor}
		if credits {
			if x.Credits, err = creditsOn(ctx, q, r.DocumentID); err != nil {
				return nil, err
			}
		}
		list = append(list, x)
	}
	return list, nil
}

// creditsOn gives the credit notes that stand against a document.
func creditsOn(ctx context.Context, q *gen.Queries, documentID int64) ([]CreditUsed, error) {
	rows, err := q.SettlementsOfDocument(ctx, documentID)
	var list []CreditUsed
	for _, r := range rows {
		if r.CreditPublicID != nil && r.CreditNumber != nil {
			list = append(list, CreditUsed{CreditID: *r.CreditPublicID, Number: *r.CreditNumber, AmountMinor: r.AmountMinor})
		}
	}
	return list, err
}

func refundOf(r gen.Refund, c gen.Customer, paymentID, creditID, of string) RefundDone {
	return RefundDone{ID: r.ID, PublicID: r.PublicID, Number: r.Number, CustomerID: c.PublicID, CustomerName: c.Name, PaymentID: paymentID, CreditID: creditID, Of: of, Method: r.Method,
		RefundedOn: day(r.RefundedOn), AmountMinor: r.AmountMinor, FeeMinor: r.FeeMinor, Currency: money.Currency(r.Currency), Reference: r.Reference, Note: r.Note, CreatedAt: r.CreatedAt}
}

func loadRefund(ctx context.Context, q *gen.Queries, id int64) (RefundDone, error) {
	r, err := q.RefundByID(ctx, id)
	if err != nil {
		return RefundDone{}, db.NotFound(err)
	}
	return buildRefund(ctx, q, r)
}

func buildRefund(ctx context.Context, q *gen.Queries, r gen.Refund) (RefundDone, error) {
	c, err := q.CustomerByID(ctx, r.CustomerID)
	if err != nil {
		return RefundDone{}, db.NotFound(err)
	}
	if r.PaymentID != nil {
		p, err := q.PaymentByID(ctx, *r.PaymentID)
		if err != nil {
			return RefundDone{}, db.NotFound(err)
		}
		return refundOf(r, c, p.PublicID, "", p.Number), nil
	}
	d, err := q.DocumentByID(ctx, *r.CreditID)
	if err != nil {
		return RefundDone{}, db.NotFound(err)
	}
	return refundOf(r, c, "", d.PublicID, *d.Number), nil
}

func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}

// Get gives one payment to the firm's own people.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (p Payment, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Payment{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PaymentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		p, err = build(ctx, q, row)
		return err
	})
	return p, err
}

// ListQuery asks for a page of the payments.
type ListQuery struct {
	listing.Query
	CustomerID string `json:"customerId"`
	Method     string `json:"method"`
	Is         string `json:"is"` // "", unapplied, refunded, cancelled
	From       string `json:"from"`
	To         string `json:"to"`
}

// ListRow is a payment in the firm's list.
type ListRow struct {
	PublicID     string `json:"publicId"`
	Number       string `json:"number"`
	CustomerID   string `json:"customerId"`
	CustomerName string `json:"customerName"`
	Method       string `json:"method"`
	ReceivedOn   string `json:"receivedOn"`
	AmountMinor  int64  `json:"amountMinor"`
	Currency     string `json:"currency"`
	Reference    string `json:"reference"`
	Documents    string `json:"documents"` // numbers of the invoices attached
	Gateway      string `json:"gateway"`
	Mode         string `json:"mode"` // test, live: of the gateway
	LeftMinor    int64  `json:"leftMinor"`
	Refunded     int64  `json:"refundedMinor"`
	Cancelled    bool   `json:"cancelled"`
}

// List gives a page of the payments; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []ListRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	f := db.PaymentFilter{Method: query.Method, Is: query.Is, From: query.From, To: query.To, Words: db.MatchWords(query.Search)}
	if query.CustomerID != "" {
		if err := s.DB.Read(ctx, func(q *gen.Queries) error {
			c, err := q.CustomerByPublicID(ctx, query.CustomerID)
			f.CustomerID = c.ID
			return db.NotFound(err)
		}); err != nil {
			return nil, "", err
		}
	}
	found, err := s.DB.Payments(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err = listing.Cut(found, p, func(r db.PaymentRow) (any, int64) { return r.SortKey, r.ID })
	rows = make([]ListRow, 0, len(found))
	for _, r := range found {
		rows = append(rows, ListRow{PublicID: r.PublicID, Number: r.Number, CustomerID: r.CustomerPublicID, CustomerName: r.CustomerName, Method: r.Method,
			ReceivedOn: r.ReceivedOn, AmountMinor: r.AmountMinor, Currency: r.Currency, Reference: r.Reference, Documents: r.Documents, Gateway: r.Gateway, Mode: r.Mode,
			LeftMinor: r.LeftMinor, Refunded: r.RefundedMinor, Cancelled: r.Cancelled})
	}
	return rows, next, err
}

// PortalPayment gives one of the customer's own payments; anything else is not found.
func (s *Service) PortalPayment(ctx context.Context, who actor.Actor, publicID string) (p Payment, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Payment{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PaymentOfCustomer(ctx, gen.PaymentOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		p, err = build(ctx, q, row)
		p.hideOwn()
		return err
	})
	return p, err
}

// ReceivedByMonth gives what was received in each of the last months, in one currency.
func (s *Service) ReceivedByMonth(ctx context.Context, who actor.Actor, months int, currency money.Currency) (sums map[string]int64, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	sums = map[string]int64{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		rows, err := q.ReceivedByMonth(ctx, f.Today(s.DB.Now()).StartOfMonth().AddMonths(1-months).String())
		for _, r := range rows {
			if r.Currency == string(currency) {
				sums[r.Month] = r.AmountMinor
			}
		}
		return err
	})
	return sums, err
}
