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

// QuoteRow is a quote in a list, of the firm or of its customer.
type QuoteRow struct {
	PublicID       string
	Version        int64
	Number         string
	CustomerID     string
	CustomerName   string
	State          billing.State
	IssueDate      civil.Date
	ValidUntil     civil.Date
	Currency       money.Currency
	TotalExclMinor int64
	TotalTaxMinor  int64
	TotalInclMinor int64 // of what was approved, else without options
	DepositPCM     int64
	SentAt         string
	UpdatedAt      string
}

// QuoteQuery asks for a page of the firm's quotes.
type QuoteQuery struct {
	listing.Query
	State      string // "", draft, waiting, expired, approved, refused, converted, superseded
	CustomerID string
	From, To   string
}

// Quotes gives a page of the firm's quotes; next is "" on the last one.
func (s *Service) Quotes(ctx context.Context, who actor.Actor, query QuoteQuery) (rows []QuoteRow, next string, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, "", err
	}
	p, err := query.Page()
	if err != nil {
		return nil, "", err
	}
	for path, d := range map[string]string{"from": query.From, "to": query.To} {
		if _, err := civil.Parse(d); d != "" && err != nil {
			return nil, "", oneField(path, "fault.not_a_date")
		}
	}
	f := db.QuoteFilter{State: query.State, From: query.From, To: query.To, Words: db.MatchWords(query.Search)}
	if query.CustomerID != "" {
		if err := s.DB.Read(ctx, func(q *gen.Queries) error {
			c, err := q.CustomerByPublicID(ctx, query.CustomerID)
			f.CustomerID = c.ID
			return db.NotFound(err)
		}); err != nil {
			return nil, "", err
		}
	}
	return s.quotes(ctx, f, p)
}

func (s *Service) quotes(ctx context.Context, f db.QuoteFilter, p db.Page) ([]QuoteRow, string, error) {
	today, err := s.todayOf(ctx)
	if err != nil {
		return nil, "", err
	}
	f.Today = today.String()
	found, err := s.DB.Quotes(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	found, next, err := listing.Cut(found, p, func(r db.QuoteRow) (any, int64) { return r.SortKey, r.ID })
	rows := make([]QuoteRow, 0, len(found))
	for _, r := range found {
		rows = append(rows, quoteRow(r, today))
	}
	return rows, next, err
}

func quoteRow(r db.QuoteRow, today civil.Date) QuoteRow {
	x := QuoteRow{PublicID: r.PublicID, Version: r.Version, Number: text(r.Number), CustomerID: text(r.CustomerPublicID), CustomerName: r.CustomerName, IssueDate: day(r.IssueDate),
		ValidUntil: day(r.ValidUntil), Currency: money.Currency(r.Currency), TotalExclMinor: r.TotalExclMinor, TotalTaxMinor: r.TotalTaxMinor, TotalInclMinor: r.TotalInclMinor,
		DepositPCM: r.DepositPCM, SentAt: text(r.SentAt), UpdatedAt: r.UpdatedAt}
	f := billing.QuoteFacts{Issued: r.State == "issued", Sent: r.SentAt != nil, Viewed: r.ViewedAt != nil, ValidUntil: x.ValidUntil, Superseded: r.Superseded, Invoiced: r.Invoiced,
		Decision: billing.Decision(text(r.Decision))}
	if f.Decision == billing.Approved && r.DecidedTotalMinor != nil {
		x.TotalInclMinor = *r.DecidedTotalMinor
	}
	x.State = billing.QuoteState(f, today)
	return x
}

// QuoteCounts are how many quotes lie behind the filters that want something done.
type QuoteCounts struct {
	Draft, Waiting, Expired, Approved int64
}

// QuoteCounts counts them.
func (s *Service) QuoteCounts(ctx context.Context, who actor.Actor) (c QuoteCounts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return QuoteCounts{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		if c.Draft, err = q.CountDrafts(ctx, string(billing.Quote)); err != nil {
			return err
		}
		n, err := q.QuoteCounts(ctx, s.today(ctx, q).String())
		if err != nil {
			return err
		}
		c.Waiting, c.Expired = n.Waiting, n.Expired
		c.Approved, err = q.ApprovedToInvoice(ctx)
		return err
	})
	return c, err
}

// quotePortalOrders turn the words of the portal's lists into orders of quotes.
var quotePortalOrders = map[string]listing.Query{"": {Sort: "issueDate", Desc: true}, "oldest": {Sort: "issueDate"}, "due": {Sort: "validUntil"}, "largest": {Sort: "total", Desc: true}, "smallest": {Sort: "total"}}

// PortalQuotes gives a page of the customer's quotes, newest first; next is "" on the last one.
func (s *Service) PortalQuotes(ctx context.Context, who actor.Actor, query PortalQuery) (rows []QuoteRow, next string, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return nil, "", err
	}
	order := quotePortalOrders[query.Sort]
	order.After, order.Limit = query.After, portalRows
	if query.Limit > 0 {
		order.Limit = min(query.Limit, portalMax)
	}
	p, err := order.Page()
	if err != nil {
		return nil, "", fault.New(fault.NotFound, "fault.not_found").With(err)
	}
	return s.quotes(ctx, query.quoteFilter(who.CustomerID, civil.Date{}), p)
}

func (q PortalQuery) quoteFilter(customerID int64, today civil.Date) db.QuoteFilter {
	f := q.filter(customerID, today)
	if f.State == "all" {
		f.State = ""
	}
	return db.QuoteFilter{State: f.State, CustomerID: customerID, Issued: true, Typed: f.Words, From: f.From, To: f.To, Today: f.Today}
}

// PortalQuote gives one of the contact's own quotes; the first opening is noted.
func (s *Service) PortalQuote(ctx context.Context, who actor.Actor, publicID string) (x Quote, err error) {
	if err := who.NeedContactOn(actor.TrustLink, publicID); err != nil {
		return Quote{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		if err := needQuote(row); err != nil {
			return err
		}
		if x.Document, err = s.buildPlain(ctx, q, row); err != nil {
			return err
		}
		return s.buildQuote(ctx, q, row, &x)
	})
	if err != nil {
		return Quote{}, err
	}
	x.PrivateNote = "" // the firm's own
	if x.ViewedAt != "" {
		return x, nil
	}
	if err := s.noteViewed(ctx, who, x.Document); err != nil && !fault.Is(err, fault.Unavailable) {
		return Quote{}, err
	}
	return x, nil
}

// PortalQuotePDF gives the filed paper of one of the contact's own quotes.
func (s *Service) PortalQuotePDF(ctx context.Context, who actor.Actor, publicID string) (File, error) {
	x, err := s.PortalQuote(ctx, who, publicID)
	if err != nil {
		return File{}, err
	}
	return s.paper(ctx, x.ID)
}
