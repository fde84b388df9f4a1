package db

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Lists of the window may be sorted and filtered in many ways; one query an order would be
// a hundred queries. They are put together here, out of fixed pieces and parameters only,
// so that SQL still has one door (ADR 0007).

// Page asks for a part of a list, by key and never by offset: After is the sort key and
// AfterID the id of the last row shown.
type Page struct {
	Sort    string // one of the list's orders; unknown = its first
	Desc    bool
	HasKey  bool
	After   any
	AfterID int64
	Limit   int
}

// where gathers conditions and their parameters.
type where struct {
	conditions []string
	args       []any
}

func (w *where) and(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

// page adds the key condition and gives the tail of the statement.
func (w *where) page(column, id string, p Page) string {
	op, dir := ">", "ASC"
	if p.Desc {
		op, dir = "<", "DESC"
	}
	if p.HasKey {
		w.and("("+column+", "+id+") "+op+" (?, ?)", p.After, p.AfterID)
	}
	tail := w.clause()
	w.args = append(w.args, p.Limit)
	return tail + " ORDER BY " + column + " " + dir + ", " + id + " " + dir + " LIMIT ?"
}

// clause gives the conditions as they stand behind the tables.
func (w *where) clause() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

func list[T any](ctx context.Context, d *DB, query string, args []any, scan func(*sql.Rows, *T) error) (found []T, err error) {
	if err := d.settle(ctx); err != nil {
		return nil, err
	}
	found = []T{}
	err = d.readers.use(ctx, func(r *reader) (err error) {
		stmt, err := r.list(ctx, query) //nolint:sqlclosecheck // it stays with the connection
		if err != nil {
			return err
		}
		rows, err := stmt.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			var t T
			if err := scan(rows, &t); err != nil {
				return err
			}
			found = append(found, t)
		}
		return rows.Err()
	})
	return found, translate(err)
}

// DocumentFilter narrows the list of documents. Empty fields do not.
type DocumentFilter struct {
	Kind       string
	State      string // draft, issued, open, overdue, partial, paid, unsent, announced
	CustomerID int64
	From, To   string // issue date
	Words      string // of MatchWords
	Today      string
}

// DocumentRow is a document in the firm's list.
type DocumentRow struct {
	ID                                            int64
	Version                                       int64
	CustomerPublicID                              *string
	PublicID, Kind, State                         string
	Number                                        *string
	CustomerName, CustomerKey                     string
	IssueDate, DueDate, Currency                  string
	TotalExclMinor, TotalTaxMinor, TotalInclMinor int64
	AmountDueMinor                                int64
	UpdatedAt                                     string
	PaidMinor, DueMinor, CreditedMinor            *int64
	SentAt, ViewedAt, AnnouncedAt                 *string
	SortKey                                       any
}

// byDate is written as the index documents_by_date has it, so that it serves.
const byDate = "CASE d.state WHEN 'draft' THEN '9999-12-31' ELSE d.issue_date END"

var documentOrders = map[string]string{
	"issueDate": byDate, "number": "d.number", "customer": "d.customer_key", "total": "d.total_incl_minor", "dueDate": "d.due_date", "updated": "d.updated_at",
}

// Documents gives a page of the firm's documents. Deposit invoices stand among the invoices:
// a page of each kind is taken from its own index, then the two are merged.
func (d *DB) Documents(ctx context.Context, f DocumentFilter, p Page) ([]DocumentRow, error) {
	column, ok := documentOrders[p.Sort]
	if !ok {
		column = byDate
	}
	query, args := f.page(f.Kind, column, p)
	if f.Kind == "invoice" {
		deposits, more := f.page("deposit_invoice", column, p)
		dir := map[bool]string{true: " DESC", false: " ASC"}[p.Desc]
		query = "SELECT * FROM (" + query + ") UNION ALL SELECT * FROM (" + deposits + ") ORDER BY sort_key" + dir + ", id" + dir + " LIMIT ?"
		args = append(append(args, more...), p.Limit)
	}
	return list(ctx, d, query, args, func(rows *sql.Rows, r *DocumentRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.CustomerPublicID, &r.PublicID, &r.Kind, &r.State, &r.Number, &r.CustomerName, &r.CustomerKey, &r.IssueDate, &r.DueDate, &r.Currency, &r.TotalExclMinor, &r.TotalTaxMinor, &r.TotalInclMinor,
			&r.AmountDueMinor, &r.UpdatedAt, &r.PaidMinor, &r.DueMinor, &r.SentAt, &r.ViewedAt, &r.AnnouncedAt, &r.CreditedMinor, &r.SortKey)
	})
}

// page is the statement of a page of one kind.
func (f DocumentFilter) page(kind, column string, p Page) (query string, args []any) {
	w := &where{}
	w.and("d.kind = ?", kind)
	if p.Sort == "number" {
		w.and("d.number IS NOT NULL") // drafts have none
	}
	join := " LEFT JOIN document_status s ON s.document_id = d.id"
	if f.status(w, kind) {
		join = " JOIN document_status s ON s.document_id = d.id"
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
	if f.Words != "" {
		w.and("d.id IN (SELECT e.object_id FROM search_fts f JOIN search_entries e ON e.id = f.rowid WHERE f.words MATCH ? AND e.kind = 'document')", f.Words)
	}
	// The day shown is that on which what is left falls due: later than printed once only
	// retention money is.
	query = "SELECT d.id AS id, d.version, (SELECT c.public_id FROM customers c WHERE c.id = d.customer_id), d.public_id, d.kind, d.state, d.number, d.customer_name, d.customer_key, d.issue_date, COALESCE(s.due_date, d.due_date), d.currency, d.total_excl_minor, d.total_tax_minor, d.total_incl_minor, " +
		"d.amount_due_minor, d.updated_at, s.paid_minor, s.due_minor, s.sent_at, s.viewed_at, s.announced_at, s.credited_minor, " + column + " AS sort_key FROM documents d" + join + w.page(column, "d.id", p)
	return query, w.args
}

// status adds the condition of a state; it tells whether only issued documents can have it.
func (f DocumentFilter) status(w *where, kind string) bool {
	switch f.State {
	case "draft":
		w.and("d.state = 'draft'")
	case "issued":
		w.and("d.state = 'issued'")
	case "paid":
		w.and("d.state = 'issued' AND s.due_minor = 0")
	case "open":
		w.and("s.due_minor <> 0 AND s.kind = ?", kind)
	case "overdue":
		w.and("s.due_minor <> 0 AND s.kind = ? AND s.due_date < ?", kind, f.Today)
	case "partial":
		w.and("s.due_minor <> 0 AND s.paid_minor + s.credited_minor <> 0")
	case "unsent":
		w.and("s.due_minor <> 0 AND s.kind = ? AND s.sent_at IS NULL", kind)
	case "announced":
		w.and("s.due_minor <> 0 AND s.kind = ? AND s.announced_at IS NOT NULL", kind)
	}
	return f.State == "open" || f.State == "overdue" || f.State == "partial" || f.State == "unsent" || f.State == "announced"
}

// PartyFilter narrows the lists of customers and items.
type PartyFilter struct {
	Archived      bool
	WithoutAccess bool // customers of whom nobody has chosen a password for the portal
	Suspended     bool // customers that are suspended
	Words         string
}

// CustomerRow is a customer in the firm's list, with what it owes in its own currency.
type CustomerRow struct {
	ID                                                    int64
	PublicID, Number, Kind, Name, City, Country, Currency string
	Email                                                 string
	Suspended                                             bool
	DueMinor, OverdueMinor                                int64
	Version                                               int64
	SortKey                                               any
}

var customerOrders = map[string]string{"name": "c.name_key", "number": "c.number", "city": "c.city", "updated": "c.updated_at"}

// Customers gives a page of the customers; what they owe counts documents in their currency.
func (d *DB) Customers(ctx context.Context, f PartyFilter, today string, p Page) ([]CustomerRow, error) {
	column, ok := customerOrders[p.Sort]
	if !ok {
		column = "c.name_key"
	}
	w := &where{}
	w.archived("c", f.Archived)
	w.words("c.id", "customer", f.Words)
	if f.WithoutAccess { // as query CustomersWithoutAccess says
		w.and("NOT EXISTS (SELECT 1 FROM contacts k JOIN contact_credentials cc ON cc.contact_id = k.id WHERE k.customer_id = c.id AND k.archived_at IS NULL AND k.portal_access = 1)")
	}
	if f.Suspended {
		w.and("c.suspended_at IS NOT NULL")
	}
	const (
		of   = " FROM document_status s WHERE s.customer_id = c.id AND s.due_minor <> 0 AND s.kind IN ('invoice', 'deposit_invoice') AND s.currency = c.currency"
		open = "(SELECT COALESCE(sum(s.due_minor), 0)" + of
		// less what may still be held back (billing.Asked)
		late = "(SELECT COALESCE(sum(s.due_minor - CASE WHEN s.due_minor > s.retained_minor AND s.retained_until >= ? THEN s.retained_minor ELSE 0 END), 0)" + of + " AND s.due_date < ?"
	)
	query := "SELECT c.id, c.public_id, c.number, c.kind, c.name, c.city, c.country, c.currency, c.email, c.suspended_at IS NOT NULL, " + open + "), " + late + "), c.version, " + column + " FROM customers c"
	tail := w.page(column, "c.id", p)
	return list(ctx, d, query+tail, append([]any{today, today}, w.args...), func(rows *sql.Rows, r *CustomerRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Number, &r.Kind, &r.Name, &r.City, &r.Country, &r.Currency, &r.Email, &r.Suspended, &r.DueMinor, &r.OverdueMinor, &r.Version, &r.SortKey)
	})
}

func (w *where) archived(table string, archived bool) {
	if archived {
		w.and(table + ".archived_at IS NOT NULL")
	} else {
		w.and(table + ".archived_at IS NULL")
	}
}

func (w *where) words(id, kind, words string) {
	if words != "" {
		w.and(id+" IN (SELECT e.object_id FROM search_fts f JOIN search_entries e ON e.id = f.rowid WHERE f.words MATCH ? AND e.kind = ?)", words, kind)
	}
}

// ItemRow is an item in the firm's list.
type ItemRow struct {
	ID                                           int64
	PublicID, Code, Name, Nature, Unit, Currency string
	UnitPriceE4, CostPriceE4                     int64
	Version                                      int64
	Description, Provider                        string
	TaxCodes                                     string // with commas between
	TaxPCM                                       int64  // of all of them
	SortKey                                      any
}

const itemTaxes = " FROM item_taxes x JOIN taxes t ON t.id = x.tax_id WHERE x.item_id = i.id"

var itemOrders = map[string]string{"name": "i.name_key", "code": "i.code", "price": "i.unit_price_e4", "updated": "i.updated_at"}

// Items gives a page of the catalogue.
func (d *DB) Items(ctx context.Context, f PartyFilter, p Page) ([]ItemRow, error) {
	column, ok := itemOrders[p.Sort]
	if !ok {
		column = "i.name_key"
	}
	w := &where{}
	w.archived("i", f.Archived)
	w.words("i.id", "item", f.Words)
	query := "SELECT i.id, i.public_id, i.code, i.name, i.nature, i.unit, i.currency, i.unit_price_e4, i.cost_price_e4, i.version, i.description, i.provider, " +
		"COALESCE((SELECT group_concat(code, ', ') FROM (SELECT t.code" + itemTaxes + " ORDER BY x.position)), ''), COALESCE((SELECT sum(t.rate_pcm)" + itemTaxes + "), 0), " + column + " FROM items i" + w.page(column, "i.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *ItemRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Code, &r.Name, &r.Nature, &r.Unit, &r.Currency, &r.UnitPriceE4, &r.CostPriceE4, &r.Version, &r.Description, &r.Provider, &r.TaxCodes, &r.TaxPCM, &r.SortKey)
	})
}

// PaymentFilter narrows the list of payments.
type PaymentFilter struct {
	CustomerID int64
	Method     string
	Is         string // unapplied, refunded, cancelled
	From, To   string
	Words      string
}

// paymentsThat narrows payments by what became of them.
var paymentsThat = map[string]string{"unapplied": "s.left_minor > 0", "refunded": "s.refunded_minor > 0", "cancelled": "s.cancelled_on <> ''"}

// PaymentRow is a payment in the firm's list.
type PaymentRow struct {
	ID                                                                 int64
	PublicID, Number, CustomerPublicID, CustomerName, Method, Currency string
	ReceivedOn, Reference                                              string
	AmountMinor                                                        int64
	Documents                                                          string // numbers it went to
	Gateway, Mode                                                      string // mode of the gateway: test, live
	LeftMinor, RefundedMinor                                           int64
	Cancelled                                                          bool
	SortKey                                                            any
}

var paymentOrders = map[string]string{"receivedOn": "p.received_on", "number": "p.number", "amount": "p.amount_minor", "customer": "c.name_key"}

// Payments gives a page of the payments received.
func (d *DB) Payments(ctx context.Context, f PaymentFilter, p Page) ([]PaymentRow, error) {
	column, ok := paymentOrders[p.Sort]
	if !ok {
		column = "p.received_on"
	}
	w := &where{}
	if f.CustomerID != 0 {
		w.and("p.customer_id = ?", f.CustomerID)
	}
	if f.Method != "" {
		w.and("p.method = ?", f.Method)
	}
	if f.From != "" {
		w.and("p.received_on >= ?", f.From)
	}
	if f.To != "" {
		w.and("p.received_on <= ?", f.To)
	}
	if that, ok := paymentsThat[f.Is]; ok {
		w.and(that)
	}
	w.words("p.id", "payment", f.Words)
	query := "SELECT p.id, p.public_id, p.number, c.public_id, c.name, p.method, p.currency, p.received_on, p.reference, p.amount_minor, " +
		"COALESCE((SELECT group_concat(number, ', ') FROM (SELECT x.number FROM allocations a JOIN documents x ON x.id = a.document_id WHERE a.payment_id = p.id GROUP BY x.id HAVING sum(a.amount_minor) > 0 ORDER BY min(a.id))), ''), " +
		"p.gateway, COALESCE((SELECT i.mode FROM payment_intents i WHERE i.payment_id = p.id LIMIT 1), ''), s.left_minor, s.refunded_minor, s.cancelled_on <> '', " + column + " FROM payments p JOIN customers c ON c.id = p.customer_id JOIN payment_status s ON s.payment_id = p.id" + w.page(column, "p.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *PaymentRow) error {
		return rows.Scan(&r.ID, &r.PublicID, &r.Number, &r.CustomerPublicID, &r.CustomerName, &r.Method, &r.Currency, &r.ReceivedOn, &r.Reference, &r.AmountMinor, &r.Documents, &r.Gateway, &r.Mode, &r.LeftMinor, &r.RefundedMinor, &r.Cancelled, &r.SortKey)
	})
}
