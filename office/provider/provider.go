// Package provider keeps the firm's own account with the provider whose services it sells: the
// statement behind the customer account number (CAN), month by month.
//
// What lives here: reading the lines of a month with what they cost on their day, the statement as
// paper and table. What must not: the reckoning (rules/provider), how it is drawn (edge/paper). Called
// by the window.
package provider

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/sales"
	"comptoir/rules/provider"
)

// Statement is a month of the account, with whose it is.
type Statement struct {
	provider.Statement
	AccountNumber string
	Firm          sales.Party
	Lang          string
	MadeAt        time.Time
}

// Year is twelve months of the account, the newest first; of the running year those that have begun.
type Year struct {
	Year          int
	Earliest      int // the year of the first invoice
	AccountNumber string
	Mode          provider.Mode // of today's month
	Months        []provider.Statement
}

// Printer draws a statement, or writes it as a table (csv, xlsx); edge/paper behind it.
type Printer interface {
	Account(ctx context.Context, s Statement, logo []byte) ([]byte, error)
	AccountTable(w io.Writer, form string, s Statement) error
}

// Deps is what the room needs of others; app.New passes it in.
type Deps struct {
	DB      *db.DB
	Printer Printer
	Logo    func(ctx context.Context) (mediaType string, image []byte, err error)
}

// Service is the room's door.
type Service struct{ Deps }

// New makes the room; it touches nothing.
func New(d Deps) *Service { return &Service{d} }

// Year gives the months of a year; 0 is the running one.
func (s *Service) Year(ctx context.Context, who actor.Actor, year int) (y Year, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Year{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		switches, err := company.Modes(ctx, q)
		if err != nil {
			return err
		}
		today := f.Today(s.DB.Now())
		if year == 0 {
			year = today.Year
		}
		if year < 1990 || year > today.Year {
			return fault.New(fault.NotFound, "fault.not_found")
		}
		y = Year{Year: year, Earliest: today.Year, AccountNumber: f.AccountNumber, Mode: provider.ModeOf(switches, provider.MonthOf(today)), Months: []provider.Statement{}}
		if first, err := q.FirstIssueDay(ctx); err != nil {
			return err
		} else if d, err := civil.Parse(first); err == nil {
			y.Earliest = min(d.Year, today.Year)
		}
		lines, err := linesOf(ctx, q, civil.New(year, time.January, 1), civil.New(year, time.December, 31))
		if err != nil {
			return err
		}
		for m := time.December; m >= time.January; m-- {
			month := provider.MonthOf(civil.New(year, m, 1))
			if month > provider.MonthOf(today) {
				continue
			}
			st, err := provider.Of(month, provider.ModeOf(switches, month), f.Money(), lines)
			if err != nil {
				return err
			}
			y.Months = append(y.Months, st)
		}
		return nil
	})
	return y, err
}

// Month gives one month ("2026-03") with the documents behind each figure.
func (s *Service) Month(ctx context.Context, who actor.Actor, month string) (st Statement, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Statement{}, err
	}
	m, ok := provider.ParseMonth(month)
	if !ok {
		return Statement{}, fault.New(fault.NotFound, "fault.not_found")
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		f, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		switches, err := company.Modes(ctx, q)
		if err != nil {
			return err
		}
		first, last := m.Days()
		lines, err := linesOf(ctx, q, first, last)
		if err != nil {
			return err
		}
		st = Statement{AccountNumber: f.AccountNumber, Firm: partyOf(f), Lang: locale.Of(who.Lang), MadeAt: s.DB.Now()}
		st.Statement, err = provider.Of(m, provider.ModeOf(switches, m), f.Money(), lines)
		return err
	})
	return st, err
}

// linesOf reads the lines of a period.
func linesOf(ctx context.Context, q *gen.Queries, from, to civil.Date) ([]provider.Line, error) {
	rows, err := q.StatementLines(ctx, gen.StatementLinesParams{FromDay: from.String(), ToDay: to.String()})
	if err != nil {
		return nil, err
	}
	lines := make([]provider.Line, 0, len(rows))
	for _, r := range rows {
		on, err := civil.Parse(r.IssueDate)
		if err != nil {
			return nil, err
		}
		l := provider.Line{DocumentID: r.PublicID, Customer: r.CustomerName, On: on, Credit: r.Kind == "credit_note", Kept: r.Kept == 1, Code: r.Code, Name: r.Name, Provider: r.Provider,
			QuantityE4: r.QuantityE4, Currency: money.Currency(r.Currency), RateE8: r.RateE8, RevenueMinor: r.RevenueMinor, CostE4: r.CostE4, CostCurrency: money.Currency(r.CostCurrency)}
		if r.Number != nil {
			l.Number = *r.Number
		}
		if !l.Kept {
			l.RevenueMinor = r.NetMinor
		}
		if r.ItemID != nil {
			l.ItemID = *r.ItemID
		} else {
			l.Name = r.Description
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func partyOf(f company.Firm) sales.Party {
	return sales.Party{Name: f.Name, LegalForm: f.LegalForm, SIREN: f.SIREN, Line1: f.Line1, Line2: f.Line2, Postcode: f.Postcode, City: f.City, Region: f.Region, Country: f.Country,
		Email: f.Email, Phone: f.Phone, Website: f.Website, Accent: f.Accent, PaperSize: f.PaperSize, AddressRight: f.AddressRight, LogoSHA256: f.LogoSHA256}
}

// maxPrinted is how many services go on paper: whoever needs more takes the table.
const maxPrinted = 5_000

// File gives a month as pdf, csv or xlsx.
func (s *Service) File(ctx context.Context, who actor.Actor, form, month string) (sales.File, error) {
	st, err := s.Month(ctx, who, month)
	if err != nil {
		return sales.File{}, err
	}
	f := sales.File{Name: locale.T(st.Lang, "pdf.account.file", map[string]any{"number": st.AccountNumber, "month": month}) + "." + form}
	switch form {
	case "pdf":
		f.MediaType = "application/pdf"
		n := 0
		for _, a := range st.Accounts {
			n += len(a.Services)
		}
		if n > maxPrinted {
			return sales.File{}, fault.New(fault.Invalid, "fault.statement.too_long", "count", strconv.Itoa(n), "max", maxPrinted)
		}
		_, logo, err := s.Logo(ctx)
		if err != nil {
			return sales.File{}, err
		}
		f.Bytes, err = s.Printer.Account(ctx, st, logo)
		return f, err
	case "csv", "xlsx":
		if f.MediaType = "text/csv; charset=utf-8"; form == "xlsx" {
			f.MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		}
		var b bytes.Buffer
		err = s.Printer.AccountTable(&b, form, st)
		f.Bytes = b.Bytes()
		return f, err
	}
	return sales.File{}, fault.New(fault.NotFound, "fault.not_found")
}
