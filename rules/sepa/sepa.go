// Package sepa judges SEPA orders: direct debits with their mandates, credit transfers.
//
// What lives here: the characters that banks take, the days on which they work, which
// sequence a debit has, how long a mandate holds, what a returned debit means, and the shape
// of an order with its checks (EPC rulebooks and customer-to-bank guidelines 2025). What must
// not: XML (edge/sepa), rows, money on its way to books (office/sepa, office/payments).
package sepa

import (
	"slices"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/ident"
)

// Schemes of direct debits: of anybody, or among firms only.
const (
	Core = "CORE"
	B2B  = "B2B"
)

// Schemes are the schemes there are.
func Schemes() []string { return []string{Core, B2B} }

// Sequences of a debit under its mandate.
const (
	First     = "FRST"
	Recurring = "RCUR"
	OneOff    = "OOFF"
	Final     = "FNAL"
)

var sequences = []string{First, Recurring, OneOff, Final}

// Currency is the only currency of SEPA.
const Currency = "EUR"

// Lengths that banks take.
const (
	maxID      = 35
	maxMessage = 26 // a message's id, so that what is appended to it fits
	maxName    = 70
	maxAbout   = 140
	maxAmount  = 999_999_999_99
)

// Address is a structured address. Since 2026-11-15 banks refuse free ones: town and country
// at least, or none at all.
type Address struct {
	Street, Building, PostCode, Town, Country string
}

// Given tells whether an address can be written: half of one is worse than none.
func (a Address) Given() bool { return Text(a.Town, 35) != "" && ident.IsCountry(a.Country) }

// Party is somebody with an account.
type Party struct {
	Name    string
	Address Address
	IBAN    string
	BIC     string // "" where the bank finds it by the IBAN
}

// Debit is one direct debit.
type Debit struct {
	EndToEnd    string
	Mandate     string // RUM
	SignedOn    civil.Date
	Sequence    string
	AmountMinor int64
	Debtor      Party
	About       string   // what the debtor reads on its statement
	Was         Identity // the creditor as the mandate was known until now; empty = as it is
}

// Collection is a message of direct debits of one scheme and one day: banks take no mixture.
type Collection struct {
	MessageID string
	CreatedAt string // RFC 3339
	Creditor  Party
	ICS       string
	Scheme    string
	On        civil.Date
	Debits    []Debit
}

// Transfer is one credit transfer.
type Transfer struct {
	EndToEnd    string // "" = none
	AmountMinor int64
	Creditor    Party
	About       string
	Reference   string // ISO 11649, instead of About
}

// Orders is a message of credit transfers of one day.
type Orders struct {
	MessageID string
	CreatedAt string
	Debtor    Party
	On        civil.Date
	Transfers []Transfer
}

// Check tells why a bank would refuse the message; nil when it would not for its shape.
func (c Collection) Check() error {
	if err := checkMessage(c.MessageID, c.CreatedAt, c.On, c.Creditor, len(c.Debits)); err != nil {
		return err
	}
	if _, err := ident.CheckICS(c.ICS); err != nil {
		return err
	}
	if !slices.Contains(Schemes(), c.Scheme) {
		return bad("scheme")
	}
	for _, d := range c.Debits {
		switch {
		case !IsID(d.Mandate):
			return bad("rum")
		case d.SignedOn.IsZero() || !d.SignedOn.Before(c.On):
			return bad("signed")
		case !slices.Contains(sequences, d.Sequence):
			return bad("sequence")
		case d.Was.Name != "" && Name(d.Was.Name) == "":
			return bad("name")
		}
		if d.Was.ICS != "" {
			if _, err := ident.CheckICS(d.Was.ICS); err != nil {
				return err
			}
		}
		if err := checkOrder(d.EndToEnd, d.AmountMinor, d.Debtor); err != nil {
			return err
		}
	}
	return nil
}

// Check tells why a bank would refuse the message.
func (o Orders) Check() error {
	if err := checkMessage(o.MessageID, o.CreatedAt, o.On, o.Debtor, len(o.Transfers)); err != nil {
		return err
	}
	for _, t := range o.Transfers {
		if t.EndToEnd != "" && !IsID(t.EndToEnd) {
			return bad("id")
		}
		if t.Reference != "" {
			if _, err := ident.CheckRF(t.Reference); err != nil {
				return err
			}
		}
		if err := checkOrder("NOTPROVIDED", t.AmountMinor, t.Creditor); err != nil {
			return err
		}
	}
	return nil
}

func checkMessage(id, createdAt string, on civil.Date, own Party, orders int) error {
	switch {
	case !IsID(id) || len(id) > maxMessage:
		return bad("id")
	case createdAt == "":
		return bad("created")
	case !Business(on):
		return bad("day")
	case orders == 0:
		return bad("empty")
	}
	return checkParty(own)
}

func checkOrder(id string, minor int64, other Party) error {
	switch {
	case !IsID(id):
		return bad("id")
	case minor < 1 || minor > maxAmount:
		return bad("amount")
	}
	return checkParty(other)
}

func checkParty(p Party) error {
	if Name(p.Name) == "" {
		return bad("name")
	}
	if _, err := ident.CheckIBAN(p.IBAN); err != nil {
		return err
	}
	if p.BIC == "" {
		return nil
	}
	_, err := ident.CheckBIC(p.BIC)
	return err
}

func bad(key string, args ...any) error { return fault.New(fault.Invalid, "fault.sepa."+key, args...) }
