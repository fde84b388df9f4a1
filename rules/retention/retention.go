// Package retention says how long the law has a firm keep what names a person, and by which text.
//
// What lives here: periods and their sources (facts/rules-france, 9; CNIL, "Les durées de
// conservation"; Revenu Québec and the ARC on records). What must not: the file, what is
// erased (office/privacy). Called by office/privacy, for the plan of an erasure and for the
// page that explains it.
package retention

import "comptoir/core/civil"

// Kind is a sort of record that outlives the wish to be forgotten (GDPR 17-3 b and e).
type Kind string

// The kinds, from what is kept longest.
const (
	Books     Kind = "books"     // invoices, credit notes, payments, entries and what proves them
	Trace     Kind = "trace"     // the chained log of what was done: it makes the books provable
	Contracts Kind = "contracts" // quotes that were decided, mandates, subscriptions
	Consents  Kind = "consents"  // terms accepted, leave to charge
)

// Kinds lists them in order.
func Kinds() []Kind { return []Kind{Books, Trace, Contracts, Consents} }

// Rule is how long one kind is kept in one place.
type Rule struct {
	Kind     Kind
	Place    string // fr, ca, other: whose law; the source is told by its text
	Years    int
	FromYear bool // counted from the end of the fiscal year, not from the day
}

// PlaceOf gives whose law holds for a firm of that country (ISO 3166).
func PlaceOf(country string) string {
	switch country {
	case "FR", "GP", "MQ", "GF", "RE", "YT":
		return "fr"
	case "CA":
		return "ca"
	}
	return "other"
}

// Of gives the rule of a kind for a firm of that country.
//
// France: books and vouchers 10 years from the end of the fiscal year (C. com. L123-22; the tax
// office's 6 of LPF L102 B lie within), a decided quote and a mandate are vouchers and, made
// online with a consumer, contracts to be kept 10 years (C. conso. L213-1, D213-2); consents
// while they can be disputed, 5 years (C. civ. 2224). Canada: 6 years from the end of the year
// (LIR 230(4), LAF 35.1), consents 3 years (C.c.Q. 2925). Elsewhere the longest of these, since
// too early cannot be made good.
func Of(kind Kind, country string) Rule {
	r := Rule{Kind: kind, Place: PlaceOf(country), Years: 10, FromYear: kind != Consents}
	switch {
	case r.Place == "ca" && kind == Consents:
		r.Years = 3
	case r.Place == "ca":
		r.Years = 6
	case kind == Consents:
		r.Years = 5
	}
	return r
}

// Until is the last day on which something of that day must be kept. firstMonth is the month
// in which the firm's fiscal year begins, 1 to 12.
func (r Rule) Until(day civil.Date, firstMonth int) civil.Date {
	if r.FromYear {
		day = yearEnd(day, firstMonth)
		return day.StartOfMonth().AddMonths(12 * r.Years).EndOfMonth()
	}
	return day.AddMonths(12 * r.Years)
}

func yearEnd(day civil.Date, firstMonth int) civil.Date {
	last := (firstMonth+10)%12 + 1 // the month before the first
	end := civil.New(day.Year, 1, 1)
	end = end.AddMonths(last - 1).EndOfMonth()
	if end.Before(day) {
		end = end.StartOfMonth().AddMonths(12).EndOfMonth()
	}
	return end
}
