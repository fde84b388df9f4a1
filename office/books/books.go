// Package books keeps the double-entry books beneath everything that is sold and paid.
//
// What lives here: posting an entry inside another room's transaction, reversing one, and
// what an accountant reads: journal, general ledger, trial balance, and the few figures of
// the owner's first page. What must not: which accounts an event moves (rules/ledger), the
// documents and payments themselves. Called by office/sales and office/payments (Post), by
// office/company (Install), by the window and the command line (the reports).
//
// An entry is balanced or it does not exist, and once posted it never changes: the file's
// own triggers refuse it too (PCG 1031-3). Period balances are kept as entries are posted,
// so that reports do not grow with the firm; office/control proves them against the lines.
package books

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// Service is the room's door for people.
type Service struct{ db *db.DB }

// New makes the room; it touches nothing.
func New(d *db.DB) *Service { return &Service{db: d} }

// Source is what an entry was written for.
type Source struct {
	Kind string // FromDocument, FromPayment, FromRefund, FromReversal
	ID   int64  // documents.id, payments.id, refunds.id, or of the reversed entry
}

// The kinds of source.
const (
	FromDocument = "document"
	FromPayment  = "payment"
	FromRefund   = "refund"
	FromReversal = "reversal"
	FromPayout   = "payout"        // gateway_payouts.id
	FromDebit    = "sepa_debit"    // sepa_debits.id: what the bank charges for one that it refused
	FromTransfer = "sepa_transfer" // sepa_transfers.id: what a customer owes of one
)

// Account is one account of the chart.
type Account struct {
	Code   string
	Label  string
	Nature string
	Role   string // "" for an account that no rule posts to
}

// Journal is one journal of the books.
type Journal struct {
	Code    string
	Label   string
	Kind    string
	Account string // code of the account behind it, "" for none
}

// Line is one line of an entry, in the firm's currency.
type Line struct {
	Account        string
	AccountLabel   string
	CustomerID     string // public id, "" when the account has no auxiliary
	CustomerNumber string
	CustomerName   string
	Label          string
	DebitMinor     int64
	CreditMinor    int64
	Currency       string // foreign currency, "" in the firm's own
	CurrencyMinor  int64  // signed, debit positive
}

// Entry is one posted entry with its lines.
type Entry struct {
	id           int64
	Number       int64
	Journal      string
	Date         civil.Date
	DocumentRef  string
	DocumentDate civil.Date
	Label        string
	SourceKind   string
	DocumentID   string // public id of the document behind it, "" when there is none
	PaymentID    string // public id of the payment behind it, "" when there is none
	Reverses     int64  // number of the entry that this one reverses, 0 for none
	ReversedBy   int64  // number of the entry that reverses this one, 0 for none; not told in pages
	TotalMinor   int64
	ValidatedAt  string
	Lines        []Line
}

// Accounts gives the chart in the order of its codes.
func (s *Service) Accounts(ctx context.Context, who actor.Actor) (all []Account, err error) {
	err = s.read(ctx, who, func(q *gen.Queries) error {
		rows, err := q.Accounts(ctx)
		all = make([]Account, 0, len(rows))
		for _, r := range rows {
			all = append(all, Account{Code: r.Code, Label: r.Label, Nature: r.Nature, Role: text(r.Role)})
		}
		return err
	})
	return all, err
}

// Journals gives the journals in the order in which they were made.
func (s *Service) Journals(ctx context.Context, who actor.Actor) (all []Journal, err error) {
	err = s.read(ctx, who, func(q *gen.Queries) error {
		rows, err := q.Journals(ctx)
		all = make([]Journal, 0, len(rows))
		for _, r := range rows {
			all = append(all, Journal{Code: r.Code, Label: r.Label, Kind: r.Kind, Account: text(r.AccountCode)})
		}
		return err
	})
	return all, err
}

// Entry gives one entry by its number.
func (s *Service) Entry(ctx context.Context, who actor.Actor, number int64) (e Entry, err error) {
	err = s.read(ctx, who, func(q *gen.Queries) error {
		e, err = entryByNumber(ctx, q, number)
		return err
	})
	return e, err
}

func entryByNumber(ctx context.Context, q *gen.Queries, number int64) (Entry, error) {
	r, err := q.EntryByNumber(ctx, number)
	if err != nil {
		return Entry{}, db.NotFound(err)
	}
	e := Entry{
		id: r.ID, Number: r.Number, Journal: r.JournalCode, Date: day(r.EntryDate), DocumentRef: r.DocumentRef, DocumentDate: day(r.DocumentDate), Label: r.Label,
		SourceKind: r.SourceKind, DocumentID: text(r.DocumentPublicID), PaymentID: text(r.PaymentPublicID), ReversedBy: whole(r.ReversedBy),
		TotalMinor: r.TotalMinor, ValidatedAt: r.ValidatedAt,
	}
	if r.ReversesID != nil {
		if e.Reverses, err = q.EntryNumberOf(ctx, *r.ReversesID); err != nil {
			return Entry{}, err
		}
	}
	lines, err := linesOf(ctx, q, []int64{r.ID})
	e.Lines = lines[r.ID]
	return e, err
}

// linesOf reads the lines of a page of entries at once.
func linesOf(ctx context.Context, q *gen.Queries, entryIDs []int64) (map[int64][]Line, error) {
	lines := make(map[int64][]Line, len(entryIDs))
	if len(entryIDs) == 0 {
		return lines, nil
	}
	rows, err := q.EntryLinesOf(ctx, entryIDs)
	for _, r := range rows {
		lines[r.EntryID] = append(lines[r.EntryID], Line{
			Account: r.Code, AccountLabel: r.AccountLabel, CustomerID: text(r.CustomerPublicID), CustomerNumber: text(r.CustomerNumber), CustomerName: text(r.CustomerName),
			Label: r.Label, DebitMinor: r.DebitMinor, CreditMinor: r.CreditMinor, Currency: r.Currency, CurrencyMinor: r.CurrencyMinor,
		})
	}
	return lines, err
}

// read is a report: for the firm's own people, on one snapshot.
func (s *Service) read(ctx context.Context, who actor.Actor, fn func(q *gen.Queries) error) error {
	if err := who.Need(actor.Look); err != nil {
		return err
	}
	return s.db.Read(ctx, fn)
}

// checkRange refuses a period that cannot be; both ends must be named.
func checkRange(from, to civil.Date) error {
	var f fault.Form
	if from.IsZero() {
		f.Add("from", "fault.required")
	}
	if to.IsZero() {
		f.Add("to", "fault.required")
	}
	if f.Empty() && to.Before(from) {
		f.Add("to", "control.range_backwards")
	}
	return f.Err()
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func whole(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// day reads a stored date; the zero Date for one that is none (control names it).
func day(s string) civil.Date {
	d, err := civil.Parse(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}
