// Package provider reckons the firm's own account with the provider whose services it sells: what
// they cost where the firm bills its customers itself, what is due to the firm where the provider
// bills them (spec/settings, Facturation CAN and Mode de facturation).
//
// What lives here: pure functions over the lines of issued invoices and credit notes. What must not:
// the catalogue of today (a line carries what it cost on its day), the database, words for people.
// Called by office/provider.
package provider

import (
	"cmp"
	"fmt"
	"slices"

	"comptoir/core/civil"
	"comptoir/core/money"
)

// Mode says who bills the customers.
type Mode string

// The modes. Direct: the firm bills them and owes the provider the cost of the services sold.
// Indirect: the provider bills them and owes the firm its net revenue, the price less the cost.
const (
	Direct   Mode = "direct"
	Indirect Mode = "indirect"
)

// Month is a month of the firm's calendar, "2026-03".
type Month string

// MonthOf is the month of a day.
func MonthOf(d civil.Date) Month { return Month(fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))) }

// ParseMonth reads "2026-03".
func ParseMonth(s string) (Month, bool) {
	d, err := civil.Parse(s + "-01")
	return Month(s), err == nil && MonthOf(d) == Month(s)
}

// Days are its first and its last day.
func (m Month) Days() (first, last civil.Date) {
	first = civil.MustParse(string(m) + "-01")
	return first, first.AddMonths(1).AddDays(-1)
}

// Switch is one choice of the mode, from a month on; of several in one month the last counts.
type Switch struct {
	From Month
	Mode Mode
}

// ModeOf is the mode of a month: switches are in the order in which they were made, and never
// reach back. Before the first one a firm bills directly.
func ModeOf(switches []Switch, m Month) Mode {
	mode := Direct
	for _, s := range switches {
		if s.From <= m {
			mode = s.Mode
		}
	}
	return mode
}

// Line is one line of an issued invoice or credit note, with what it cost on the day of issue.
type Line struct {
	DocumentID   string // public id
	Number       string
	Customer     string
	On           civil.Date
	Credit       bool   // of a credit note: it takes back
	Kept         bool   // false: issued before costs were kept
	ItemID       int64  // 0: typed by hand, no item of the catalogue
	Code, Name   string // of the item on that day, or the words of the line
	Provider     string
	QuantityE4   int64
	Currency     money.Currency // of the document
	RateE8       int64          // firm's currency for one unit of it
	RevenueMinor int64          // before tax, after every discount
	CostE4       *int64         // of one unit; nil: the catalogue named none
	CostCurrency money.Currency
}

// Reason says why a line is in no total. Nothing is guessed.
type Reason string

// The reasons.
const (
	NotKept Reason = "not_kept" // issued before costs were kept
	NoItem  Reason = "no_item"  // not of the catalogue
	NoCost  Reason = "no_cost"  // the item named no cost on that day
	NoRate  Reason = "no_rate"  // sold in one currency, bought in another, without a rate between them
)

// Entry is a line with what it adds to the account.
type Entry struct {
	Line
	AmountMinor int64 // in the account's currency: cost, or price less cost
	SoldMinor   int64 // the price in the account's currency; 0 in the direct mode where it cannot be told
	CostMinor   int64
}

// Service is what one item of one provider came to in a month.
type Service struct {
	ItemID      int64
	Code, Name  string
	Provider    string
	QuantityE4  int64
	SoldMinor   int64
	CostMinor   int64
	AmountMinor int64
	Entries     []Entry
}

// Account is the month in one currency; currencies are never added up.
type Account struct {
	Currency    money.Currency
	SoldMinor   int64
	CostMinor   int64
	AmountMinor int64 // the total of the statement
	Services    []Service
}

// LeftOut are the lines that are in no total, by reason and currency of the documents.
type LeftOut struct {
	Reason    Reason
	Currency  money.Currency
	SoldMinor int64
	Lines     []Line
}

// Statement is one month.
type Statement struct {
	Month    Month
	Mode     Mode
	Accounts []Account
	LeftOut  []LeftOut
}

// Of reckons a month from its lines; firm is the currency that rates are in. Lines of other months
// are passed over.
func Of(m Month, mode Mode, firm money.Currency, lines []Line) (Statement, error) {
	b := builder{mode: mode, firm: firm, accounts: map[money.Currency]*Account{}}
	for _, l := range lines {
		if MonthOf(l.On) != m {
			continue
		}
		if err := b.take(l); err != nil {
			return Statement{}, err
		}
	}
	s := Statement{Month: m, Mode: mode, Accounts: []Account{}, LeftOut: b.left}
	for _, a := range b.accounts {
		slices.SortFunc(a.Services, func(x, y Service) int {
			return cmp.Or(cmp.Compare(x.Provider, y.Provider), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Name, y.Name), cmp.Compare(x.ItemID, y.ItemID))
		})
		s.Accounts = append(s.Accounts, *a)
	}
	ownFirst := func(x, y money.Currency) int { // the firm's own currency first
		if (x == firm) != (y == firm) {
			return map[bool]int{true: -1, false: 1}[x == firm]
		}
		return cmp.Compare(x, y)
	}
	slices.SortFunc(s.Accounts, func(x, y Account) int { return ownFirst(x.Currency, y.Currency) })
	slices.SortFunc(s.LeftOut, func(x, y LeftOut) int {
		return cmp.Or(cmp.Compare(x.Reason, y.Reason), ownFirst(x.Currency, y.Currency))
	})
	return s, nil
}

type builder struct {
	mode     Mode
	firm     money.Currency
	accounts map[money.Currency]*Account
	left     []LeftOut
}

func (b *builder) take(l Line) error {
	e, why, err := b.entry(l)
	if err != nil {
		return err
	}
	if why != "" {
		return b.leave(l, why)
	}
	a := b.accounts[l.CostCurrency]
	if a == nil {
		a = &Account{Currency: l.CostCurrency}
		b.accounts[l.CostCurrency] = a
	}
	i := slices.IndexFunc(a.Services, func(s Service) bool { return s.ItemID == l.ItemID && s.Provider == l.Provider })
	if i < 0 {
		i = len(a.Services)
		a.Services = append(a.Services, Service{ItemID: l.ItemID, Code: l.Code, Name: l.Name, Provider: l.Provider})
	}
	s := &a.Services[i]
	s.Code, s.Name, s.Entries = l.Code, l.Name, append(s.Entries, e) // the newest name of what was renamed
	quantity := l.QuantityE4
	if l.Credit {
		quantity = -quantity
	}
	for _, x := range []struct {
		to    *int64
		minor int64
	}{{&s.QuantityE4, quantity}, {&s.SoldMinor, e.SoldMinor}, {&s.CostMinor, e.CostMinor}, {&s.AmountMinor, e.AmountMinor},
		{&a.SoldMinor, e.SoldMinor}, {&a.CostMinor, e.CostMinor}, {&a.AmountMinor, e.AmountMinor}} {
		if *x.to, err = money.Add(*x.to, x.minor); err != nil {
			return err
		}
	}
	return nil
}

// entry reckons one line; why says that it cannot be told.
func (b *builder) entry(l Line) (e Entry, why Reason, err error) {
	switch {
	case !l.Kept:
		return e, NotKept, nil
	case l.ItemID == 0:
		return e, NoItem, nil
	case l.CostE4 == nil:
		return e, NoCost, nil
	}
	e.Line = l
	if e.CostMinor, err = money.MulDiv(l.QuantityE4, *l.CostE4, money.Scale*money.Scale/l.CostCurrency.Unit()); err != nil {
		return e, "", err
	}
	sold, told, err := b.sold(l)
	if err != nil {
		return e, "", err
	}
	if !told && b.mode == Indirect {
		return e, NoRate, nil
	}
	e.SoldMinor = sold
	if l.Credit {
		e.SoldMinor, e.CostMinor = -e.SoldMinor, -e.CostMinor
	}
	if e.AmountMinor = e.CostMinor; b.mode == Indirect {
		e.AmountMinor = e.SoldMinor - e.CostMinor
	}
	return e, "", nil
}

// sold is the price of a line in the currency of its cost, by the rate that its document keeps.
func (b *builder) sold(l Line) (minor int64, told bool, err error) {
	if l.Currency == l.CostCurrency {
		return l.RevenueMinor, true, nil
	}
	if l.CostCurrency != b.firm || l.RateE8 <= 0 {
		return 0, false, nil
	}
	// from the document's minor units to the firm's, rounded once; a rate has eight decimals
	minor, err = money.MulDiv(l.RevenueMinor, l.RateE8*b.firm.Unit(), 100_000_000*l.Currency.Unit())
	return minor, err == nil, err
}

func (b *builder) leave(l Line, why Reason) error {
	i := slices.IndexFunc(b.left, func(x LeftOut) bool { return x.Reason == why && x.Currency == l.Currency })
	if i < 0 {
		i = len(b.left)
		b.left = append(b.left, LeftOut{Reason: why, Currency: l.Currency})
	}
	x := &b.left[i]
	sold := l.RevenueMinor
	if l.Credit {
		sold = -sold
	}
	var err error
	x.SoldMinor, err = money.Add(x.SoldMinor, sold)
	x.Lines = append(x.Lines, l)
	return err
}
