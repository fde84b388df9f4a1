package db

import (
	"context"
	"database/sql"
)

// SubscriptionFilter narrows the list of subscriptions. Empty fields do not.
type SubscriptionFilter struct {
	State      string // pending, trial, active, past_due, cancelling, paused, ended, waiting
	PlanID     string // public ids
	CustomerID string
	Owner      int64 // customers.id: the portal
	Name       string
	Today      string
}

// SubscriptionRow is a subscription in a list.
type SubscriptionRow struct {
	ID, Version, Seats, SeatsMax, Every, AmountMinor, MonthlyMinor        int64
	PublicID, State, CustomerPublicID, CustomerName, PlanPublicID         string
	PlanFR, PlanEN, Unit, Currency, SinceOn, TrialUntil, RunState, NextOn string
	EndsOn, EndedOn, CancelAt                                             string
	CancelWaits, Overdue                                                  bool
	SortKey                                                               any
}

const (
	subscriptionOverdue = "EXISTS (SELECT 1 FROM subscription_papers p JOIN document_status d ON d.document_id = p.document_id WHERE p.subscription_id = s.id AND p.role <> 'credit' AND d.due_minor > 0 AND d.due_date < ?)"
	subscriptionNext    = "CASE WHEN r.state = 'active' AND r.next_on <> '' THEN r.next_on ELSE '9999-12-31' END"
)

var subscriptionOrders = map[string]string{"newest": "s.id", "next": subscriptionNext, "customer": "s.customer_key", "amount": "s.amount_minor", "monthly": "s.monthly_minor", "since": "s.since_on",
	"state": "CASE s.state WHEN 'pending' THEN 0 WHEN 'running' THEN 1 WHEN 'paused' THEN 2 ELSE 3 END"}

// Subscriptions gives a page of subscriptions.
func (d *DB) Subscriptions(ctx context.Context, f SubscriptionFilter, p Page) ([]SubscriptionRow, error) {
	column, ok := subscriptionOrders[p.Sort]
	if !ok {
		column = "s.id"
		p.Desc = true
	}
	w := &where{args: []any{f.Today}} // the first is of the column that tells who is late
	f.state(w)
	if f.PlanID != "" {
		w.and("pl.public_id = ?", f.PlanID)
	}
	if f.CustomerID != "" {
		w.and("c.public_id = ?", f.CustomerID)
	}
	if f.Owner != 0 {
		w.and("s.customer_id = ?", f.Owner)
	}
	if f.Name != "" {
		w.and("instr(s.customer_key, ?) > 0", f.Name)
	}
	query := "SELECT s.id, s.version, s.public_id, s.state, c.public_id, s.customer_name, pl.public_id, COALESCE(json_extract(s.terms, '$.nameFr'), ''), COALESCE(json_extract(s.terms, '$.nameEn'), ''), CAST(COALESCE(json_extract(s.terms, '$.seatsMax'), 1) AS INTEGER), " +
		"s.unit, s.every, s.seats, s.currency, s.amount_minor, s.monthly_minor, s.since_on, s.trial_until, s.ends_on, s.ended_on, s.cancel_at, s.cancel_waits, r.state, r.next_on, " + subscriptionOverdue + ", " + column +
		" FROM subscriptions s JOIN customers c ON c.id = s.customer_id JOIN plans pl ON pl.id = s.plan_id JOIN recurring_invoices r ON r.id = s.recurring_id" + w.page(column, "s.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *SubscriptionRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.PublicID, &r.State, &r.CustomerPublicID, &r.CustomerName, &r.PlanPublicID, &r.PlanFR, &r.PlanEN, &r.SeatsMax,
			&r.Unit, &r.Every, &r.Seats, &r.Currency, &r.AmountMinor, &r.MonthlyMinor, &r.SinceOn, &r.TrialUntil, &r.EndsOn, &r.EndedOn, &r.CancelAt, &r.CancelWaits, &r.RunState, &r.NextOn, &r.Overdue, &r.SortKey)
	})
}

// state narrows to one derived state, as rules/subscription derives it.
func (f SubscriptionFilter) state(w *where) {
	over := "s.ends_on <> '' AND s.ends_on < ?"
	running := "s.state = 'running' AND s.cancel_at = '' AND s.ends_on = '' AND "
	switch f.State {
	case "pending":
		w.and("s.state = 'pending'")
	case "paused":
		w.and("s.state = 'paused' AND s.cancel_at = '' AND s.ends_on = ''")
	case "ended":
		w.and("(s.state = 'ended' OR s.state <> 'pending' AND "+over+")", f.Today)
	case "cancelling":
		w.and("s.state IN ('running','paused') AND (s.cancel_at <> '' OR s.ends_on <> '') AND NOT ("+over+")", f.Today)
	case "waiting":
		w.and("s.state IN ('running','paused') AND s.cancel_waits = 1 AND NOT ("+over+")", f.Today)
	case "past_due":
		w.and(running+subscriptionOverdue, f.Today)
	case "trial":
		w.and(running+"s.trial_until >= ? AND NOT "+subscriptionOverdue, f.Today, f.Today)
	case "active":
		w.and(running+"s.trial_until < ? AND NOT "+subscriptionOverdue, f.Today, f.Today)
	case "running": // whatever is not pending and not over
		w.and("s.state IN ('running','paused') AND NOT ("+over+")", f.Today)
	}
}
