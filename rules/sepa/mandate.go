package sepa

import (
	"strings"

	"comptoir/core/civil"
)

// lapseMonths is after how many months without a debit a mandate is void (EPC016, 4.1).
const lapseMonths = 36

// Notice is how many days before a debit its debtor must be told, unless fewer are agreed.
const Notice = 14

// Mandate is what the rules must know of a mandate.
type Mandate struct {
	Scheme     string
	OneOff     bool
	Ends       bool // its next debit is the last
	Signed     bool
	SignedOn   civil.Date
	Registered bool // among firms: the debtor's bank knows of it
	Revoked    bool
	Blocked    bool // its last debit came back with a reason that another one would meet too
	Closed     bool // a debit was made as its last one
	Uses       int  // debits made under it, here or before, but for those refused before they were collected
	LastOn     civil.Date
	NoticeDays int // agreed
}

// States of a mandate.
const (
	Asked   = "asked"
	Signed  = "signed" // by its debtor; not used yet, or its bank still has to be told
	Active  = "active"
	Revoked = "revoked"
	Lapsed  = "lapsed"
	Spent   = "spent" // for one debit, or with its last one, which was made
)

// State derives the state on a day.
func (m Mandate) State(today civil.Date) string {
	switch {
	case m.Revoked:
		return Revoked
	case !m.Signed:
		return Asked
	case m.OneOff && m.Uses > 0, m.Closed:
		return Spent
	case today.After(m.LapsesOn()):
		return Lapsed
	case m.Uses > 0, m.Registered:
		return Active
	}
	return Signed
}

// LapsesOn is the last day on which a signed mandate holds: 36 months after its last debit, or
// its signature.
func (m Mandate) LapsesOn() civil.Date {
	last := m.SignedOn
	if m.LastOn.After(last) {
		last = m.LastOn
	}
	return last.AddMonths(lapseMonths)
}

// Why tells what keeps a mandate from being debited on a day, when its debtor hears of it
// today; "" for nothing.
func (m Mandate) Why(today, on civil.Date) string {
	switch m.State(on) {
	case Asked, Revoked, Lapsed, Spent:
		return m.State(on)
	}
	switch {
	case m.Blocked:
		return "blocked"
	case m.Scheme == B2B && !m.Registered && m.Uses == 0:
		return "not_registered"
	case !m.SignedOn.Before(on):
		return "signed_later"
	case on.Before(m.Earliest(today)):
		return "notice"
	}
	return ""
}

// Earliest is the first day on which the mandate can be debited when its debtor is told today.
func (m Mandate) Earliest(today civil.Date) civil.Date {
	return NextBusiness(today.AddDays(max(1, m.NoticeDays)))
}

// Sequence is the sequence of the next debit.
func (m Mandate) Sequence() string {
	switch {
	case m.OneOff:
		return OneOff
	case m.Ends:
		return Final
	case m.Uses == 0:
		return First
	}
	return Recurring
}

// countries are those whose accounts SEPA reaches (EPC409, 2025).
const countries = " AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA "

// Reaches tells whether SEPA reaches the accounts of a country, by its code.
func Reaches(country string) bool {
	return len(country) == 2 && strings.Contains(countries, " "+country+" ")
}

// outsideEEA are the countries of SEPA outside the European Economic Area: the rulebooks want the
// BIC and the address of a debtor there (EPC016, DS-03: AT-P004 and AT-D002).
const outsideEEA = " AD AL CH GB GG IM JE MC MD ME MK RS SM VA "

// OutsideEEA tells whether a country's accounts want a BIC and an address beside the IBAN.
func OutsideEEA(country string) bool {
	return len(country) == 2 && strings.Contains(outsideEEA, " "+country+" ")
}

// Countries are the codes of those countries, in order.
func Countries() []string { return strings.Fields(countries) }

// Identity is whom the debtor's bank knows as the creditor of a mandate.
type Identity struct {
	ICS  string
	Name string // "" = not known
}

// SameCreditor tells whether two creditor identifiers name one creditor: characters 5 to 7,
// the business code, are not part of it (EPC262, 1.3).
func SameCreditor(a, b string) bool { return bare(a) == bare(b) }

func bare(ics string) string {
	if len(ics) < 8 {
		return ics
	}
	return ics[:4] + ics[7:]
}

// Amended is what the next debit must say of the mandate's former creditor: its identifier
// and its name, where they are others now (EPC130, AT-T018). It is empty where nothing changed.
func Amended(known, now Identity) (was Identity) {
	if !SameCreditor(known.ICS, now.ICS) {
		was.ICS = known.ICS
	}
	if known.Name != "" && Name(known.Name) != Name(now.Name) {
		was.Name = known.Name
	}
	return was
}
