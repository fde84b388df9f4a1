// Package tax holds the dated tables of the law that a document or a payment needs: rates
// with their categories and texts, rates of late payment; and which of them a sale starts
// with.
//
// What lives here: shipped rows, each with its validity, its source and whether it was
// confirmed. What must not: amounts of documents (rules/billing), accounts (rules/ledger).
// The office copies the rows into the company's own table, where the owner may edit them.
package tax

import (
	"slices"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/rules/billing"
)

// Rate is one row of the tax table. To is the last day it applies, zero = still in force.
type Rate struct {
	Code         string // FR-20, QC-TPS: stable name; its label is the text books.tax.<code>
	Jurisdiction string // FR, FR-DOM, FR-COR (Corsica), QC, CA, CA-ON, BE, …; "" anywhere
	NameFR       string // as printed: TVA, TPS
	NameEN       string
	Category     billing.Category
	RatePCM      int64
	Mention      string // key of the text that the law wants, "" for none
	VATEX        string // BT-121
	From, To     civil.Date
	Confirmed    bool // false: not found in a primary source, to be checked by the owner
	Source       string
}

// Tax gives the row as a document freezes it, named in the document's language.
func (r Rate) Tax(lang locale.Lang) billing.Tax {
	name := r.NameFR
	if locale.Of(lang) == locale.EN {
		name = r.NameEN
	}
	return billing.Tax{Code: r.Code, Name: name, Category: r.Category, RatePCM: r.RatePCM, Mention: r.Mention, VATEX: r.VATEX}
}

// InForce tells whether the row applies on a day.
func (r Rate) InForce(on civil.Date) bool {
	return !on.Before(r.From) && (r.To.IsZero() || !on.After(r.To))
}

// Rates gives every shipped row, in the order of pick lists.
func Rates() []Rate { return slices.Clone(rates) }

// Find gives a row by its code.
func Find(code string) (Rate, bool) {
	i := slices.IndexFunc(rates, func(r Rate) bool { return r.Code == code })
	if i < 0 {
		return Rate{}, false
	}
	return rates[i], true
}

// LateRate is the yearly penalty for late payment between firms (C. com. L441-10) over a
// half-year: what applies when the firm's terms say nothing, and the least they may say.
type LateRate struct {
	Country    string
	From, To   civil.Date
	DefaultPCM int64 // ECB refinancing rate + 10 points
	FloorPCM   int64 // three times the legal rate
	Confirmed  bool
	Source     string
}

// LateRates gives the shipped rows, oldest first.
func LateRates() []LateRate { return slices.Clone(lateRates) }
