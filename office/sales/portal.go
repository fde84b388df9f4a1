package sales

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// PortalInvoice gives one issued document of the contact's own customer; anything else is
// not found. The first opening is noted.
func (s *Service) PortalInvoice(ctx context.Context, who actor.Actor, publicID string) (d Document, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Document{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		d, err = s.buildPlain(ctx, q, row)
		return err
	})
	if err != nil {
		return Document{}, err
	}
	d.PrivateNote = "" // the firm's own
	if d.ViewedAt != "" {
		return d, nil
	}
	// A full disk is no reason to keep a customer from its invoice: it is noted next time.
	if err := s.noteViewed(ctx, who, d); err != nil && !fault.Is(err, fault.Unavailable) {
		return Document{}, err
	}
	return d, nil
}

func (s *Service) noteViewed(ctx context.Context, who actor.Actor, d Document) error {
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.SetViewed(ctx, gen.SetViewedParams{DocumentID: d.ID, At: ptr(tx.Stamp())})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed("invoices", "notifications") })
		if err := audit.Notify(ctx, tx, "invoice_viewed", map[string]any{"number": d.Number, "customer": d.Buyer.Name}, "document", d.PublicID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "invoice.viewed", ObjectKind: "document", ObjectID: d.ID})
	})
}

// PortalPDF gives the filed paper of one of the contact's own documents.
func (s *Service) PortalPDF(ctx context.Context, who actor.Actor, publicID string) (File, error) {
	d, err := s.PortalInvoice(ctx, who, publicID)
	if err != nil {
		return File{}, err
	}
	return s.paper(ctx, d.ID)
}

// pageRows is a portal page; pageMax the most that may be asked for.
const (
	pageRows = 50
	pageMax  = 100
)

func limit(n int) int {
	if n <= 0 {
		return pageRows
	}
	return min(n, pageMax)
}

// PortalInvoices gives a page of the customer's issued documents: all and paid newest
// first, open ones soonest due first.
func (s *Service) PortalInvoices(ctx context.Context, who actor.Actor, query PortalQuery) (page PortalPage, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalPage{}, err
	}
	page.Rows = []PortalRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		page, err = portalPage(ctx, q, who.CustomerID, query, today)
		return err
	})
	return page, err
}

func portalPage(ctx context.Context, q *gen.Queries, customerID int64, query PortalQuery, today civil.Date) (PortalPage, error) {
	n := limit(query.Limit)
	after, afterID, err := readCursor(query.After)
	if err != nil {
		return PortalPage{}, err
	}
	rows := []gen.PortalInvoicesRow{}
	open := query.Filter == "open"
	switch {
	case open:
		found, err := q.PortalOpenInvoices(ctx, gen.PortalOpenInvoicesParams{CustomerID: customerID, AfterDue: after, AfterID: afterID, RowLimit: int64(n + 1)})
		if err != nil {
			return PortalPage{}, err
		}
		for _, r := range found {
			rows = append(rows, gen.PortalInvoicesRow(r))
		}
	case query.Filter == "paid":
		found, err := q.PortalPaidInvoices(ctx, gen.PortalPaidInvoicesParams{CustomerID: &customerID, BeforeDate: newest(after), BeforeID: newestID(afterID), RowLimit: int64(n + 1)})
		if err != nil {
			return PortalPage{}, err
		}
		for _, r := range found {
			rows = append(rows, gen.PortalInvoicesRow(r))
		}
	default:
		if rows, err = q.PortalInvoices(ctx, gen.PortalInvoicesParams{CustomerID: &customerID, BeforeDate: newest(after), BeforeID: newestID(afterID), RowLimit: int64(n + 1)}); err != nil {
			return PortalPage{}, err
		}
	}
	page := PortalPage{Rows: make([]PortalRow, 0, min(n, len(rows)))}
	for i, r := range rows {
		if i == n {
			last := rows[n-1]
			key := last.IssueDate
			if open {
				key = last.DueDate
			}
			page.Next = cursor(key, last.ID)
			break
		}
		page.Rows = append(page.Rows, portalRow(r, today))
	}
	return page, nil
}

func portalRow(r gen.PortalInvoicesRow, today civil.Date) PortalRow {
	due := day(r.DueDate)
	return PortalRow{PublicID: r.PublicID, Number: text(r.Number), Kind: billing.Kind(r.Kind), IssueDate: day(r.IssueDate), DueDate: due, Currency: money.Currency(r.Currency),
		TotalInclMinor: r.TotalInclMinor, DueMinor: r.DueMinor, Announced: r.AnnouncedAt != nil,
		State: billing.StateOf(billing.Facts{Kind: billing.Kind(r.Kind), Issued: true, Sent: true, Viewed: r.ViewedAt != nil, DueOn: due, TotalMinor: r.DueMinor + r.PaidMinor, PaidMinor: r.PaidMinor}, today)}
}

// PortalSummary gives the customer's first page: what is due and what was last.
func (s *Service) PortalSummary(ctx context.Context, who actor.Actor) (sum PortalSummary, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return PortalSummary{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		today, err := company.Today(ctx, q, s.DB.Now())
		if err != nil {
			return err
		}
		totals, err := q.CustomerOpenTotals(ctx, gen.CustomerOpenTotalsParams{CustomerID: who.CustomerID, Today: today.String()})
		if err != nil {
			return err
		}
		for _, t := range totals {
			sum.Totals = append(sum.Totals, CurrencyTotal{Currency: money.Currency(t.Currency), Documents: t.Documents, DueMinor: t.DueMinor, OverdueMinor: t.OverdueMinor, NextDue: day(t.NextDue)})
		}
		open, err := portalPage(ctx, q, who.CustomerID, PortalQuery{Filter: "open", Limit: 5}, today)
		if err != nil {
			return err
		}
		recent, err := portalPage(ctx, q, who.CustomerID, PortalQuery{Limit: 5}, today)
		sum.Open, sum.Recent = open.Rows, recent.Rows
		return err
	})
	return sum, err
}

// A cursor is the sort key and the id of the last row shown. It is no secret: the rows
// behind it are always those of the one who asks.
func cursor(key string, id int64) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s/%d", key, id))
}

func readCursor(c string) (key string, id int64, err error) {
	if c == "" {
		return "", 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(c)
	key, n, found := strings.Cut(string(b), "/")
	if err == nil && found {
		if id, err = strconv.ParseInt(n, 10, 64); err == nil {
			return key, id, nil
		}
	}
	return "", 0, fault.New(fault.NotFound, "fault.not_found")
}

func newest(key string) string {
	if key == "" {
		return "9999"
	}
	return key
}

func newestID(id int64) int64 {
	if id == 0 {
		return 1<<62 - 1
	}
	return id
}
