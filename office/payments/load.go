package payments

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/listing"
	"comptoir/office/sales"
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
	p := Payment{ID: row.ID, PublicID: row.PublicID, Number: row.Number, CustomerID: c.PublicID, CustomerName: c.Name, Method: row.Method, ReceivedOn: day(row.ReceivedOn),
		AmountMinor: row.AmountMinor, Currency: money.Currency(row.Currency), Reference: row.Reference, Note: row.Note, CreatedAt: row.CreatedAt, LeftMinor: row.AmountMinor}
	if p.Parts, err = parts(ctx, q, row.ID); err != nil {
		return Payment{}, err
	}
	for _, x := range p.Parts {
		p.LeftMinor -= x.AmountMinor
	}
	return p, nil
}

func parts(ctx context.Context, q *gen.Queries, id int64) ([]Part, error) {
	rows, err := q.AllocationsOfPayment(ctx, id)
	if err != nil {
		return nil, err
	}
	list := make([]Part, 0, len(rows))
	for _, r := range rows {
		x := Part{DocumentID: r.PublicID, IssueDate: day(r.IssueDate), AmountMinor: r.AmountMinor, TotalMinor: r.TotalInclMinor}
		if r.Number != nil {
			x.Number = *r.Number
		}
		list = append(list, x)
	}
	return list, nil
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
	if err := who.NeedStaff(); err != nil {
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
}

// List gives a page of the payments; next is "" on the last one.
func (s *Service) List(ctx context.Context, who actor.Actor, query ListQuery) (rows []ListRow, next string, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	f := db.PaymentFilter{Method: query.Method, From: query.From, To: query.To, Words: db.MatchWords(query.Search)}
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
			ReceivedOn: r.ReceivedOn, AmountMinor: r.AmountMinor, Currency: r.Currency, Reference: r.Reference, Documents: r.Documents})
	}
	return rows, next, err
}

// PortalPayments gives a page of the customer's payments with the invoices attached to each.
func (s *Service) PortalPayments(ctx context.Context, who actor.Actor, after string, limit int) (page Page, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Page{}, err
	}
	if limit <= 0 || limit > 100 {
		limit = 50
	}
	p := gen.PortalPaymentsParams{CustomerID: who.CustomerID, BeforeDate: "9999", BeforeID: 1<<62 - 1, RowLimit: int64(limit + 1)}
	if after != "" {
		b, err := base64.RawURLEncoding.DecodeString(after)
		date, id, found := strings.Cut(string(b), "/")
		n, err2 := strconv.ParseInt(id, 10, 64)
		if err != nil || err2 != nil || !found {
			return Page{}, fault.New(fault.NotFound, "fault.not_found")
		}
		p.BeforeDate, p.BeforeID = date, n
	}
	page.Rows = []Row{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PortalPayments(ctx, p)
		if err != nil {
			return err
		}
		for i, r := range rows {
			if i == limit {
				page.Next = base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s/%d", rows[i-1].ReceivedOn, rows[i-1].ID))
				break
			}
			x := Row{PublicID: r.PublicID, Number: r.Number, Method: r.Method, ReceivedOn: day(r.ReceivedOn), AmountMinor: r.AmountMinor, Currency: money.Currency(r.Currency), Reference: r.Reference}
			if x.Documents, err = parts(ctx, q, r.ID); err != nil {
				return err
			}
			page.Rows = append(page.Rows, x)
		}
		return nil
	})
	return page, err
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
		p.Note = "" // the firm's own
		return err
	})
	return p, err
}

// PortalReceipt gives the receipt of one of the customer's own payments.
func (s *Service) PortalReceipt(ctx context.Context, who actor.Actor, publicID string) (sales.File, error) {
	p, err := s.PortalPayment(ctx, who, publicID)
	if err != nil {
		return sales.File{}, err
	}
	return s.receipt(ctx, p.ID, who.Lang)
}

// Receipt gives the receipt of a payment to the firm.
func (s *Service) Receipt(ctx context.Context, who actor.Actor, publicID string) (sales.File, error) {
	p, err := s.Get(ctx, who, publicID)
	if err != nil {
		return sales.File{}, err
	}
	return s.receipt(ctx, p.ID, "")
}

// MailReceipt gives the receipt that goes with a mail; for the outbox only.
func (s *Service) MailReceipt(ctx context.Context, paymentID int64) (sales.File, error) {
	return s.receipt(ctx, paymentID, "")
}

func (s *Service) receipt(ctx context.Context, id int64, lang string) (sales.File, error) {
	var r Receipt
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		var err error
		if r.Payment, err = load(ctx, q, id); err != nil {
			return err
		}
		r.Seller, r.Buyer, r.Lang, err = s.Sales.Parties(ctx, q, r.Payment.CustomerID)
		return err
	})
	if err != nil {
		return sales.File{}, err
	}
	if lang != "" {
		r.Lang = lang
	}
	_, logo, err := s.Logo(ctx)
	if err != nil {
		return sales.File{}, err
	}
	b, err := s.Printer.Receipt(ctx, r, logo)
	return sales.File{Name: locale.T(locale.Of(r.Lang), "pdf.receipt_file", map[string]any{"number": r.Payment.Number}) + ".pdf", MediaType: "application/pdf", Bytes: b}, err
}

// ReceivedByMonth gives what was received in each of the last months, in one currency.
func (s *Service) ReceivedByMonth(ctx context.Context, who actor.Actor, months int, currency money.Currency) (sums map[string]int64, err error) {
	if err := who.NeedStaff(); err != nil {
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
