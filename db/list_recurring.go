package db

import (
	"context"
	"database/sql"
)

// RecurringFilter narrows the list of recurring invoices. Empty fields do not.
type RecurringFilter struct {
	State      string // draft, active, paused, ended, faulty
	CustomerID int64
	Own        bool   // without those that run a subscription
	From, To   string // the next period
	Name       string // beginning of a customer's name, as a sort key
}

// RecurringRow is a recurring invoice in the firm's list.
type RecurringRow struct {
	ID                                 int64
	Version                            int64
	PublicID, State                    string
	CustomerPublicID                   *string
	CustomerName, Currency             string
	TotalMinor                         int64
	Rule, StartOn, NextOn              string
	Cycles                             *int64
	CyclesDone                         int64
	AutoSend, AutoCharge               bool
	Form, LastFault, UpdatedAt, Billed string
	SortKey                            any
}

// nextRun puts what has no next period last.
const nextRun = "CASE t.next_on WHEN '' THEN '9999-12-31' ELSE t.next_on END"

var recurringOrders = map[string]string{"next": nextRun, "customer": "t.customer_key", "total": "t.total_minor", "updated": "t.updated_at"}

// Recurring gives a page of the firm's recurring invoices.
func (d *DB) Recurring(ctx context.Context, f RecurringFilter, p Page) ([]RecurringRow, error) {
	column, ok := recurringOrders[p.Sort]
	if !ok {
		column = nextRun
	}
	w := &where{}
	switch f.State {
	case "draft", "active", "paused", "ended":
		w.and("t.state = ?", f.State)
	case "faulty":
		w.and("t.state = 'active' AND t.last_fault <> ''")
	}
	if f.CustomerID != 0 {
		w.and("t.customer_id = ?", f.CustomerID)
	}
	if f.Own {
		w.and("NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.recurring_id = t.id)")
	}
	if f.From != "" {
		w.and("t.next_on >= ?", f.From)
	}
	if f.To != "" {
		w.and("t.next_on <= ? AND t.next_on <> ''", f.To)
	}
	if f.Name != "" {
		w.and("instr(t.customer_key, ?) > 0", f.Name)
	}
	query := "SELECT t.id, t.version, t.public_id, t.state, (SELECT c.public_id FROM customers c WHERE c.id = t.customer_id), t.customer_name, t.currency, t.total_minor, t.rule, t.start_on, t.next_on, t.cycles, t.cycles_done, t.auto_send, t.auto_charge, " +
		"t.form, t.last_fault, t.updated_at, t.billed, " + column + " FROM recurring_invoices t" + w.page(column, "t.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *RecurringRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.PublicID, &r.State, &r.CustomerPublicID, &r.CustomerName, &r.Currency, &r.TotalMinor, &r.Rule, &r.StartOn, &r.NextOn, &r.Cycles, &r.CyclesDone, &r.AutoSend, &r.AutoCharge,
			&r.Form, &r.LastFault, &r.UpdatedAt, &r.Billed, &r.SortKey)
	})
}

// CustomerRecurringRow is a recurring invoice in its customer's list.
type CustomerRecurringRow struct {
	ID, TotalMinor, CyclesDone                    int64
	PublicID, State, Currency, Rule, Billed, Form string
	StartOn, NextOn                               string
	Cycles                                        *int64
	SortKey                                       any
}

// CustomerRecurring gives a page of a customer's recurring invoices of one state, "active" or
// "ended" (drafts and paused ones are the firm's own), by "next", "start" or "total". Days are
// those of the next period, of an ended one of the first. Words are looked for in the lines and
// amounts.
func (d *DB) CustomerRecurring(ctx context.Context, f CustomerFilter, p Page) ([]CustomerRecurringRow, error) {
	column, ok := map[string]string{"start": "t.start_on", "total": "t.total_minor", "next": nextRun}[p.Sort]
	if !ok {
		column = nextRun
	}
	w, when := &where{}, "t.next_on"
	if f.State == "ended" {
		when = "t.start_on"
		w.and("t.customer_id = ? AND t.state = 'ended'", f.CustomerID)
	} else {
		w.and("t.customer_id = ? AND t.state = 'active'", f.CustomerID)
	}
	if f.From != "" {
		w.and(when+" >= ?", f.From)
	}
	if f.To != "" {
		w.and(when+" <= ?", f.To)
	}
	w.typed(f.Words, "''", "t.total_minor", "EXISTS (SELECT 1 FROM json_each(t.form, '$.lines') l WHERE COALESCE(json_extract(l.value, '$.description'), '') || ' ' || COALESCE(json_extract(l.value, '$.detail'), '') GLOB ?)")
	query := "SELECT t.id, t.total_minor, t.cycles_done, t.public_id, t.state, t.currency, t.rule, t.billed, t.form, t.start_on, t.next_on, t.cycles, " + column + " FROM recurring_invoices t" + w.page(column, "t.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *CustomerRecurringRow) error {
		return rows.Scan(&r.ID, &r.TotalMinor, &r.CyclesDone, &r.PublicID, &r.State, &r.Currency, &r.Rule, &r.Billed, &r.Form, &r.StartOn, &r.NextOn, &r.Cycles, &r.SortKey)
	})
}
