package db

import (
	"context"
	"database/sql"
)

// CustomerCreditRow is a credit note in its customer's list.
type CustomerCreditRow struct {
	ID, TotalInclMinor, DueMinor, PaidMinor, CreditedMinor int64
	PublicID, Number, IssueDate, Currency                  string
	PrecedingPublicID, PrecedingNumber                     *string
	SortKey                                                any
}

// CustomerCredits gives a page of a customer's issued credit notes by "issueDate" or "total"; of
// the states it knows "open". Words are looked for in their numbers and those of their invoices,
// in reasons, amounts and lines.
func (d *DB) CustomerCredits(ctx context.Context, f CustomerFilter, p Page) ([]CustomerCreditRow, error) {
	column := "d.issue_date"
	if p.Sort == "total" {
		column = "d.total_incl_minor"
	}
	query := "SELECT d.id, d.total_incl_minor, s.due_minor, s.paid_minor, s.credited_minor, d.public_id, d.number, d.issue_date, d.currency, p.public_id, p.number, " + column
	w, from := f.credits()
	return list(ctx, d, query+from+w.page(column, "d.id", p), w.args, func(rows *sql.Rows, r *CustomerCreditRow) error {
		return rows.Scan(&r.ID, &r.TotalInclMinor, &r.DueMinor, &r.PaidMinor, &r.CreditedMinor, &r.PublicID, &r.Number, &r.IssueDate, &r.Currency, &r.PrecedingPublicID, &r.PrecedingNumber, &r.SortKey)
	})
}

func (f CustomerFilter) credits() (w *where, from string) {
	w = &where{}
	w.and("d.customer_id = ? AND d.kind = 'credit_note' AND d.state = 'issued'", f.CustomerID)
	if f.State == "open" {
		w.and("s.due_minor <> 0")
	}
	if f.From != "" {
		w.and("d.issue_date >= ?", f.From)
	}
	if f.To != "" {
		w.and("d.issue_date <= ?", f.To)
	}
	w.typed(f.Words, "d.number || ' ' || d.reason || ' ' || COALESCE(p.number, '')", "d.total_incl_minor", "EXISTS (SELECT 1 FROM document_lines l WHERE l.document_id = d.id AND l.description || ' ' || l.detail GLOB ?)")
	return w, " FROM documents d CROSS JOIN document_status s ON s.document_id = d.id LEFT JOIN documents p ON p.id = d.preceding_id"
}
