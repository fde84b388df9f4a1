// Package statements makes statements of a customer's account and mails them, by hand and
// by schedule.
//
// What lives here: reading one customer's dated rows, what a statement shows to the firm
// and to the customer, schedules and what they mailed, the firm's aged receivables. What
// must not: the arithmetic (rules/statement), pages and files (edge/paper), SQL. Called by
// the window, the portal, office/catchup (which asks what is due) and the outbox (which
// asks for the paper of a mail).
package statements

import (
	"context"
	"io"
	"time"

	"comptoir/core/civil"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/office/files"
	"comptoir/office/sales"
	"comptoir/rules/statement"
)

// The kinds of statement.
const (
	Activity  = "activity"
	OpenItems = "open_items"
	Ageing    = "ageing"
)

// Kinds lists them.
func Kinds() []string { return []string{Activity, OpenItems, Ageing} }

// Query asks for a statement. A preset goes before From and To; with neither, the kind's
// usual period is taken.
type Query struct {
	CustomerID string // public id; the portal leaves it out: a contact has one customer
	Kind       string
	Preset     string
	From, To   string // YYYY-MM-DD; From "" = from the beginning, To "" = today
}

// Statement is everything that a statement shows.
type Statement struct {
	Kind       string
	Customer   sales.CustomerRef
	Preset     string // "" for a free period
	Period     statement.Period
	Today      civil.Date
	Lang       string
	Seller     sales.Party
	Buyer      sales.Party
	Activities []statement.Activity // of an activity statement
	Accounts   []statement.Account  // of the other kinds: what is open at the end of the period
	EPC        string               // code of a transfer of the whole balance, where there can be one
	EPCMinor   int64                // the balance that it pays
	Reference  string               // what the transfer says
	MadeAt     time.Time
}

// Balance is what the account comes to in one currency.
type Balance struct {
	Currency money.Currency
	Minor    int64
}

// Balances gives the closing balances, a currency at a time.
func (s Statement) Balances() []Balance {
	list := []Balance{}
	for _, a := range s.Activities {
		list = append(list, Balance{a.Currency, a.ClosingMinor})
	}
	for _, a := range s.Accounts {
		list = append(list, Balance{a.Currency, a.TotalMinor})
	}
	return list
}

// Empty tells whether there is nothing to show.
func (s Statement) Empty() bool { return len(s.Activities) == 0 && len(s.Accounts) == 0 }

// Printer draws statements and writes them as tables; edge/paper behind it. It must give
// the same bytes for the same statement.
type Printer interface {
	Statement(ctx context.Context, s Statement, logo []byte) ([]byte, error)
	Ageing(ctx context.Context, r Report, logo []byte) ([]byte, error)
	// StatementTable and AgeingTable write csv or xlsx, row by row.
	StatementTable(w io.Writer, form, lang string, s Statement) error
	AgeingTable(w io.Writer, form, lang string, r Report) error
}

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB      *db.DB
	IDs     id.Source
	Files   *files.Store
	Sales   *sales.Service
	Printer Printer
	// IssueLink makes the mailed link that opens the portal; office/access behind it.
	IssueLink func(ctx context.Context, tx *db.Tx, contactID int64) (linkID int64, err error)
	// Changed is called after a commit with what changed.
	Changed func(topics ...string)
}

// Service is the room's door.
type Service struct {
	Deps
	drawing chan struct{} // papers drawn at the same moment: a long one takes memory
}

// maxDrawing papers are drawn at the same moment.
const maxDrawing = 2

// New makes the room; it touches nothing.
func New(d Deps) *Service {
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	return &Service{Deps: d, drawing: make(chan struct{}, maxDrawing)}
}
