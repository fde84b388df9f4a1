package db

import (
	"context"
	"database/sql"
)

// QuoteFilter narrows the lists of quotes. Empty fields do not.
type QuoteFilter struct {
	State      string // draft, waiting, expired, approved, refused, converted, superseded
	CustomerID int64
	Issued     bool // never drafts: a customer's own list
	From, To   string
	Words      string // of MatchWords
	Typed      string // as typed, looked for among one customer's quotes
	Today      string
}

// QuoteRow is a quote in a list.
type QuoteRow struct {
	ID, Version                                   int64
	CustomerPublicID                              *string
	PublicID, State                               string
	Number                                        *string
	CustomerName                                  string
	IssueDate, ValidUntil, Currency               string
	TotalExclMinor, TotalTaxMinor, TotalInclMinor int64
	DepositPCM                                    int64
	UpdatedAt                                     string
	SentAt, ViewedAt                              *string
	Decision                                      *string
	DecidedTotalMinor                             *int64
	Superseded, Invoiced                          bool
	SortKey                                       any
}

var quoteOrders = map[string]string{
	"issueDate": byDate, "number": "d.number", "customer": "d.customer_key", "total": "d.total_incl_minor", "validUntil": "d.valid_until", "updated": "d.updated_at",
}

// quoteInvoiced is true of a quote whose invoice is issued and not taken back whole, as in the
// query QuoteInvoiced.
const quoteInvoiced = "EXISTS (SELECT 1 FROM documents i WHERE i.quote_id = d.id AND i.kind = 'invoice' AND i.state = 'issued' AND NOT" +
	" EXISTS (SELECT 1 FROM documents c WHERE c.preceding_id = i.id AND c.kind = 'credit_note' AND c.state = 'issued' GROUP BY c.preceding_id" +
	" HAVING sum(c.total_incl_minor) >= i.total_incl_minor OR (i.total_tax_minor <> 0 AND min(c.total_tax_minor) = 0 AND sum(c.total_excl_minor) + count(*) >= i.total_excl_minor)))"

const quoteFrom = " FROM documents d LEFT JOIN document_status s ON s.document_id = d.id LEFT JOIN quote_decisions q ON q.document_id = d.id AND q.undone_at IS NULL" +
	" LEFT JOIN documents n ON n.replaces_id = d.id AND n.state = 'issued'"

// Quotes gives a page of quotes: of the firm, or of one customer.
func (d *DB) Quotes(ctx context.Context, f QuoteFilter, p Page) ([]QuoteRow, error) {
	column, ok := quoteOrders[p.Sort]
	if !ok {
		column = byDate
	}
	w := f.quotes()
	if p.Sort == "number" {
		w.and("d.number IS NOT NULL") // drafts have none
	}
	query := "SELECT d.id, d.version, (SELECT c.public_id FROM customers c WHERE c.id = d.customer_id), d.public_id, d.state, d.number, d.customer_name, d.issue_date, d.valid_until, d.currency, " +
		"d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, d.deposit_pcm, d.updated_at, s.sent_at, s.viewed_at, q.decision, q.total_minor, n.id IS NOT NULL, " + quoteInvoiced + ", " + column +
		quoteFrom + w.page(column, "d.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *QuoteRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.CustomerPublicID, &r.PublicID, &r.State, &r.Number, &r.CustomerName, &r.IssueDate, &r.ValidUntil, &r.Currency,
			&r.TotalExclMinor, &r.TotalTaxMinor, &r.TotalInclMinor, &r.DepositPCM, &r.UpdatedAt, &r.SentAt, &r.ViewedAt, &r.Decision, &r.DecidedTotalMinor, &r.Superseded, &r.Invoiced, &r.SortKey)
	})
}

func (f QuoteFilter) quotes() *where {
	w := &where{}
	w.and("d.kind = 'quote'")
	if f.Issued {
		w.and("d.state = 'issued'")
	}
	switch f.State {
	case "draft":
		w.and("d.state = 'draft'")
	case "waiting":
		w.and("d.state = 'issued' AND q.id IS NULL AND n.id IS NULL AND (d.valid_until >= ? OR d.valid_until = '')", f.Today)
	case "expired":
		w.and("d.state = 'issued' AND q.id IS NULL AND n.id IS NULL AND d.valid_until < ? AND d.valid_until <> ''", f.Today)
	case "approved":
		w.and("n.id IS NULL AND q.decision = 'approved' AND NOT " + quoteInvoiced)
	case "refused":
		w.and("n.id IS NULL AND q.decision = 'refused'")
	case "converted":
		w.and("n.id IS NULL AND q.decision = 'approved' AND " + quoteInvoiced)
	case "superseded":
		w.and("n.id IS NOT NULL")
	}
	if f.CustomerID != 0 {
		w.and("d.customer_id = ?", f.CustomerID)
	}
	if f.From != "" {
		w.and("d.issue_date >= ?", f.From)
	}
	if f.To != "" {
		w.and("d.issue_date <= ? AND d.issue_date <> ''", f.To)
	}
	w.words("d.id", "document", f.Words)
	if f.Typed != "" {
		w.typed(f.Typed, "d.number || ' ' || d.order_number", "d.total_incl_minor", "EXISTS (SELECT 1 FROM document_lines l WHERE l.document_id = d.id AND l.description || ' ' || l.detail GLOB ?)")
	}
	return w
}
