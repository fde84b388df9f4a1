package db

import (
	"context"
	"database/sql"
)

// AttemptFilter narrows the list of attempts with gateways.
type AttemptFilter struct {
	CustomerID int64
	Is         string // open, unknown, processing, waiting, declined, succeeded, cancelled, refunds, disputed
	From, To   string // instants, To not included
	Words      string // as typed
}

// attemptsThat narrows attempts by what became of them.
var attemptsThat = map[string]string{
	"open": "i.state IN ('created','needs_action','processing','unknown')", "unknown": "i.state = 'unknown'", "processing": "i.state = 'processing'",
	"declined": "i.state = 'declined'", "succeeded": "i.state = 'succeeded'", "cancelled": "i.state = 'cancelled'", "refunds": "i.kind = 'refund'",
	"disputed": "EXISTS (SELECT 1 FROM gateway_disputes g WHERE g.payment_id = i.payment_id AND g.state = 'open')",
}

// AttemptRow is an attempt in the firm's list.
type AttemptRow struct {
	ID                                               int64
	PublicID, Kind, CustomerPublicID, CustomerName   string
	Gateway, Mode, State, Reason, Ref, Currency      string
	Documents                                        string // numbers
	AmountMinor                                      int64
	PaymentPublicID, PaymentNumber, RefundedPublicID *string
	CreatedAt, AskedAt                               string
	SortKey                                          any
}

var attemptOrders = map[string]string{"createdAt": "i.created_at", "amount": "i.amount_minor", "customer": "c.name_key"}

// Attempts gives a page of the attempts with gateways.
func (d *DB) Attempts(ctx context.Context, f AttemptFilter, p Page) ([]AttemptRow, error) {
	column, ok := attemptOrders[p.Sort]
	if !ok {
		column = "i.created_at"
	}
	w := &where{}
	if f.CustomerID != 0 {
		w.and("i.customer_id = ?", f.CustomerID)
	}
	if f.From != "" {
		w.and("i.created_at >= ?", f.From)
	}
	if f.To != "" {
		w.and("i.created_at < ?", f.To)
	}
	if that, ok := attemptsThat[f.Is]; ok {
		w.and(that)
	}
	w.typed(f.Words, "c.name || ' ' || i.gateway_ref || ' ' || COALESCE(p.number, '')", "i.amount_minor", "EXISTS (SELECT 1 FROM payment_intent_parts x JOIN documents d ON d.id = x.document_id WHERE x.intent_id = i.id AND d.number GLOB ?)")
	query := "SELECT i.id, i.public_id, i.kind, c.public_id, c.name, i.gateway, i.mode, i.state, i.reason, i.gateway_ref, i.currency, " +
		"COALESCE((SELECT group_concat(number, ', ') FROM (SELECT d.number FROM payment_intent_parts x JOIN documents d ON d.id = x.document_id WHERE x.intent_id = i.id ORDER BY d.due_date, d.id)), ''), " +
		"i.amount_minor, p.public_id, p.number, r.public_id, i.created_at, i.asked_at, " + column +
		" FROM payment_intents i JOIN customers c ON c.id = i.customer_id LEFT JOIN payments p ON p.id = COALESCE(i.payment_id, i.refund_of) LEFT JOIN refunds r ON r.id = i.refund_id" + w.page(column, "i.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *AttemptRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Kind, &r.CustomerPublicID, &r.CustomerName, &r.Gateway, &r.Mode, &r.State, &r.Reason, &r.Ref, &r.Currency, &r.Documents,
			&r.AmountMinor, &r.PaymentPublicID, &r.PaymentNumber, &r.RefundedPublicID, &r.CreatedAt, &r.AskedAt, &r.SortKey)
	})
}
