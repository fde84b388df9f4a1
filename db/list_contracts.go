package db

import (
	"context"
	"database/sql"
)

// ContractFilter narrows the list of contracts. Empty fields do not.
type ContractFilter struct {
	State            string // a shown status (rules/contract), "renew" (something is to be decided about its end), "tell" (its customer is to be told of that), "late" (a milestone is)
	TypeID, OwnerID  string // public ids; "none" = without
	CustomerID       string // public id
	EndsFrom, EndsTo string // last day of the running term
	Portal           string // yes, no
	Words            string // of MatchWords
	Today            string
	TellTo           string // for State "tell": the last day to decide of what a consumer is told of today
	byCustomer       bool   // the order: customers are walked by name, each one's contracts looked up
}

// ContractRow is a contract in a list.
type ContractRow struct {
	ID, Version                                int64
	PublicID, Number, Title, State             string
	CustomerPublicID, CustomerName, CustomerOf string // CustomerOf: person, company …
	TypeName, OwnerName                        string
	StartOn, EndOn, Renewal, NoticeUnit        string
	RenewalMonths, NoticeCount, RemindDays     int64
	SignedOn, EndedOn                          string
	ValueMinor                                 int64
	Currency                                   string
	InPortal                                   bool
	UpdatedAt                                  string
	SortKey                                    any
}

// contractOver is true of a signed contract whose last day is behind the day asked for (rules/contract, Contract.On).
const contractOver = "(t.term_on <> '' AND t.term_on < ? AND (t.ended_on <> '' OR t.renewal <> 'tacit'))"

// lastTerm puts what goes on without an end last.
const (
	lastTerm   = "CASE t.term_on WHEN '' THEN '9999-12-31' ELSE t.term_on END"
	lastDecide = "CASE t.decide_on WHEN '' THEN '9999-12-31' ELSE t.decide_on END"
)

var contractOrders = map[string]string{"newest": "t.id", "number": "t.id", "title": "t.title_key", "customer": "c.name_key", "start": "t.start_on", "end": lastTerm, "notice": lastDecide, "value": "t.value_minor", "updated": "t.updated_at"}

// Contracts gives a page of the firm's contracts; without an order the newest come first.
func (d *DB) Contracts(ctx context.Context, f ContractFilter, p Page) ([]ContractRow, error) {
	column, ok := contractOrders[p.Sort]
	if !ok {
		column, p.Desc = "t.id", true
	}
	w := &where{}
	f.byCustomer = p.Sort == "customer"
	f.narrow(w)
	query := "SELECT t.id, t.version, t.public_id, t.number, t.title, t.state, c.public_id, c.name, c.kind, COALESCE((SELECT y.name FROM contract_types y WHERE y.id = t.type_id), ''), COALESCE((SELECT u.name FROM users u WHERE u.id = t.owner_id), ''), " +
		"t.start_on, t.end_on, t.renewal, t.notice_unit, t.renewal_months, t.notice_count, t.remind_days, t.signed_on, t.ended_on, t.value_minor, t.currency, t.in_portal, t.updated_at, " + column +
		" FROM contracts t JOIN customers c ON c.id = t.customer_id" + w.page(column, "t.id", p)
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *ContractRow) error {
		return rows.Scan(&r.ID, &r.Version, &r.PublicID, &r.Number, &r.Title, &r.State, &r.CustomerPublicID, &r.CustomerName, &r.CustomerOf, &r.TypeName, &r.OwnerName,
			&r.StartOn, &r.EndOn, &r.Renewal, &r.NoticeUnit, &r.RenewalMonths, &r.NoticeCount, &r.RemindDays, &r.SignedOn, &r.EndedOn, &r.ValueMinor, &r.Currency, &r.InPortal, &r.UpdatedAt, &r.SortKey)
	})
}

// ContractSum is what the contracts of one currency come to.
type ContractSum struct {
	Currency          string
	Count, ValueMinor int64
}

// ContractSums counts the contracts that a filter leaves and adds up their values, each currency
// for itself.
func (d *DB) ContractSums(ctx context.Context, f ContractFilter) ([]ContractSum, error) {
	w := &where{}
	f.narrow(w)
	query := "SELECT t.currency, count(*), sum(t.value_minor) FROM contracts t" + w.clause() + " GROUP BY t.currency ORDER BY t.currency"
	return list(ctx, d, query, w.args, func(rows *sql.Rows, r *ContractSum) error {
		return rows.Scan(&r.Currency, &r.Count, &r.ValueMinor)
	})
}

func (f ContractFilter) narrow(w *where) {
	f.status(w)
	if f.CustomerID != "" {
		w.and("t.customer_id = (SELECT id FROM customers WHERE public_id = ?)", f.CustomerID)
	}
	f.named(w, "t.type_id", "contract_types", f.TypeID)
	f.named(w, "t.owner_id", "users", f.OwnerID)
	if f.EndsFrom != "" {
		w.and(lastTerm+" >= ? AND t.term_on <> ''", f.EndsFrom)
	}
	if f.EndsTo != "" {
		w.and(lastTerm+" <= ?", f.EndsTo)
	}
	switch f.Portal {
	case "yes":
		w.and("t.in_portal = 1")
	case "no":
		w.and("t.in_portal = 0")
	}
	w.words("t.id", "contract", f.Words)
}

func (f ContractFilter) named(w *where, column, table, publicID string) {
	switch publicID {
	case "":
	case "none":
		w.and(column + " IS NULL")
	default:
		w.and(column+" = (SELECT id FROM "+table+" WHERE public_id = ?)", publicID)
	}
}

// status adds the condition of a status, as rules/contract derives it.
func (f ContractFilter) status(w *where) {
	switch f.State {
	case "draft", "in_review", "to_sign", "cancelled":
		w.and("t.state = ?", f.State)
	case "signed": // and not begun
		w.and("t.state = 'signed' AND t.start_on > ? AND NOT "+contractOver, f.Today, f.Today)
	case "active":
		if f.byCustomer { // else SQLite reads every running contract by contracts_figures and sorts them
			w.and("+t.state = 'signed' AND +t.start_on <= ? AND NOT "+contractOver, f.Today, f.Today)
			return
		}
		w.and("t.state = 'signed' AND t.start_on <= ? AND NOT "+contractOver, f.Today, f.Today)
	case "ended":
		w.and("(t.state = 'ended' OR t.state = 'signed' AND "+contractOver+")", f.Today)
	case "renew":
		w.and("t.remind_on <> '' AND t.remind_on <= ? AND t.decide_on <> '' AND "+lastDecide+" >= ? AND t.ended_on = ''", f.Today, f.Today) // only signed ones have it
	case "tell": // a consumer is to be told that it renews itself (C. conso., art. L215-1)
		w.and("t.decide_on <> '' AND t.decide_on BETWEEN ? AND ? AND t.state = 'signed' AND t.renewal = 'tacit' AND t.ended_on = '' AND EXISTS (SELECT 1 FROM customers k WHERE k.id = t.customer_id AND k.kind = 'person')"+
			" AND NOT EXISTS (SELECT 1 FROM contract_reminders r WHERE r.contract_id = t.id AND r.kind = 'customer_notice' AND r.about_on = t.decide_on)", f.Today, f.TellTo)
	case "late":
		w.and("t.state IN ('in_review', 'to_sign', 'signed') AND t.id IN (SELECT m.contract_id FROM contract_milestones m WHERE m.state = 'open' AND m.due_on <> '' AND m.due_on < ?)", f.Today)
	}
}
