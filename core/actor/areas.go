package actor

import (
	"encoding/json"

	"comptoir/core/fault"
)

// Areas are parts of a customer's affairs that the firm may shut to one of its contacts
// (spec/access, Contacts). A set; nothing is shut by default.
type Areas uint16

// The areas.
const (
	AreaInvoices Areas = 1 << iota // invoices, credit notes, recurring invoices
	AreaQuotes
	AreaPayments // payments, methods, mandates; paying itself
	AreaContracts
	AreaFiles
	AreaMessages // questions about a document, and their answers
	AreaSubscriptions
	AreaStatements

	AllAreas = AreaStatements<<1 - 1
)

// AreaNames are the names of the areas, as the file and the window have them, in the order
// in which people see them.
var AreaNames = []string{"invoices", "quotes", "payments", "contracts", "files", "messages", "subscriptions", "statements"}

// ErrArea is the refusal of a part that the firm has not opened to the contact.
var ErrArea = fault.New(fault.Forbidden, "fault.access.area")

// AreasOf gives the set of these names; ok is false where one of them is none.
func AreasOf(names []string) (set Areas, ok bool) {
	for _, name := range names {
		found := false
		for i, known := range AreaNames {
			if name == known {
				set, found = set|1<<i, true
			}
		}
		if !found {
			return 0, false
		}
	}
	return set, true
}

// Names gives the names of a set, in the order of AreaNames.
func (a Areas) Names() []string {
	list := []string{}
	for i, name := range AreaNames {
		if a&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return list
}

// ShutOf gives what is shut to a contact, from the areas that its row names as open: nil is
// all of them. What cannot be read opens nothing.
func ShutOf(stored *string) Areas {
	if stored == nil {
		return 0
	}
	var names []string
	if json.Unmarshal([]byte(*stored), &names) != nil {
		return AllAreas
	}
	open, ok := AreasOf(names)
	if !ok {
		return AllAreas
	}
	return AllAreas &^ open
}

// Sees tells whether all of these areas are open to the actor.
func (a Actor) Sees(areas Areas) bool { return a.Shut&areas == 0 }

// NeedArea refuses a contact to whom one of these areas is shut.
func (a Actor) NeedArea(areas Areas) error {
	if !a.Sees(areas) {
		return ErrArea
	}
	return nil
}
