package books

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
)

// LedgerQuery asks for a page of one account of the general ledger.
type LedgerQuery struct {
	Account  string // code
	From, To civil.Date
	After    string // Next of the page before, "" for the first
	Limit    int    // at most 200; 0 = 50
}

// LedgerLine is one line of an account with the balance that it leaves.
type LedgerLine struct {
	Entry          int64 // number
	Journal        string
	Date           civil.Date
	DocumentRef    string
	Label          string
	CustomerID     string // public id, "" when there is no auxiliary
	CustomerNumber string
	CustomerName   string
	DebitMinor     int64
	CreditMinor    int64
	BalanceMinor   int64 // debit positive
	Currency       string
	CurrencyMinor  int64
}

// LedgerPage is a page of an account; the four figures are of the whole period.
type LedgerPage struct {
	Account      Account
	OpeningMinor int64 // debit positive, as the other balances
	DebitMinor   int64
	CreditMinor  int64
	ClosingMinor int64
	Lines        []LedgerLine
	Next         string
}

// GeneralLedger gives a page of an account, in the order of dates. Revenue and expense
// accounts start the financial year at nothing.
func (s *Service) GeneralLedger(ctx context.Context, who actor.Actor, l LedgerQuery) (page LedgerPage, err error) {
	if err := who.Need(actor.Look); err != nil {
		return LedgerPage{}, err
	}
	if err := checkRange(l.From, l.To); err != nil {
		return LedgerPage{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		a, err := q.AccountByCode(ctx, l.Account)
		if err != nil {
			return db.NotFound(err)
		}
		page = LedgerPage{Account: Account{Code: a.Code, Label: a.Label, Nature: a.Nature, Role: text(a.Role)}}
		if err := page.figures(ctx, q, a, l); err != nil {
			return err
		}
		at := lineKey{entryKey: entryKey{date: l.From.String()}, balance: page.OpeningMinor}
		if l.After != "" {
			if at, err = parseLineKey(l.After); err != nil {
				return err
			}
		}
		return page.lines(ctx, q, a.ID, l, at)
	})
	return page, err
}

// figures fills the period's opening, movements and closing. An opening entry in the
// period is a line like any other here, so the balances before it are left out.
func (p *LedgerPage) figures(ctx context.Context, q *gen.Queries, a gen.Account, l LedgerQuery) error {
	firm, err := company.Get(ctx, q)
	if err != nil {
		return err
	}
	start := yearStart(l.From, firm.FiscalYearStarts)
	add := adder{q: q}
	since := civil.Date{}
	if isResult(a.Nature) || len(add.openings(ctx, start, earlier(l.To, start.AddMonths(12).AddDays(-1)))) > 0 {
		since = start
	}
	p.OpeningMinor = add.sums(ctx, since, l.From.AddDays(-1))[a.ID].net()
	m := add.sums(ctx, l.From, l.To)[a.ID]
	p.DebitMinor, p.CreditMinor, p.ClosingMinor = m.debit, m.credit, p.OpeningMinor+m.net()
	return add.err
}

// fewLines is how many lines of an account are still sorted faster than the days are
// walked through in order.
const fewLines = 2000

func (p *LedgerPage) lines(ctx context.Context, q *gen.Queries, accountID int64, l LedgerQuery, at lineKey) error {
	n, err := q.CountAccountLines(ctx, gen.CountAccountLinesParams{AccountID: accountID, RowLimit: fewLines})
	if err != nil {
		return err
	}
	limit := pageSize(l.Limit)
	var rows []gen.AccountLinesManyRow
	if n < fewLines {
		few, errFew := q.AccountLinesFew(ctx, gen.AccountLinesFewParams{AccountID: accountID, ToDate: l.To.String(), AfterDate: at.date, AfterNumber: at.number, AfterPosition: at.position, RowLimit: limit + 1})
		rows, err = same(few, func(r gen.AccountLinesFewRow) gen.AccountLinesManyRow { return gen.AccountLinesManyRow(r) }), errFew
	} else {
		rows, err = q.AccountLinesMany(ctx, gen.AccountLinesManyParams{AccountID: accountID, ToDate: l.To.String(), AfterDate: at.date, AfterNumber: at.number, AfterPosition: at.position, RowLimit: limit + 1})
	}
	if err != nil {
		return err
	}
	more := len(rows) > int(limit)
	if more {
		rows = rows[:limit]
	}
	balance := at.balance
	p.Lines = make([]LedgerLine, 0, len(rows))
	for _, r := range rows {
		balance += r.DebitMinor - r.CreditMinor
		p.Lines = append(p.Lines, LedgerLine{
			Entry: r.Number, Journal: r.JournalCode, Date: day(r.EntryDate), DocumentRef: r.DocumentRef, Label: r.Label,
			CustomerID: text(r.CustomerPublicID), CustomerNumber: text(r.CustomerNumber), CustomerName: text(r.CustomerName),
			DebitMinor: r.DebitMinor, CreditMinor: r.CreditMinor, BalanceMinor: balance, Currency: r.Currency, CurrencyMinor: r.CurrencyMinor,
		})
	}
	if more {
		last := rows[len(rows)-1]
		p.Next = lineKey{entryKey{last.EntryDate, last.Number}, last.Position, balance}.String()
	}
	return nil
}

// lineKey is a place in an account, with the balance reached there.
type lineKey struct {
	entryKey
	position int64
	balance  int64
}

func (k lineKey) String() string { return fmt.Sprintf("%s.%d.%d", k.entryKey, k.position, k.balance) }

func parseLineKey(s string) (k lineKey, err error) {
	parts := strings.Split(s, ".")
	if len(parts) != 4 || !digits(parts[2], &k.position) {
		return lineKey{}, fault.New(fault.Invalid, "fault.invalid")
	}
	if k.balance, err = strconv.ParseInt(parts[3], 10, 64); err != nil {
		return lineKey{}, fault.New(fault.Invalid, "fault.invalid")
	}
	k.entryKey, err = parseEntryKey(parts[0] + "." + parts[1])
	return k, err
}

func digits(s string, n *int64) bool {
	v, err := strconv.ParseUint(s, 10, 53)
	*n = int64(v)
	return err == nil
}
