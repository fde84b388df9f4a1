// Package due holds the words in which a room tells what is late or due today: a recurring
// invoice to make, a reminder to send, a statement to mail, a charge to
// make, a contract to think of.
//
// What lives here: the shape of one such thing, nothing else. What must not: deciding or
// doing it. Written by the rooms that have dated work (office/recurring, office/reminders,
// office/statements, office/charging, office/contracts), read by office/catchup.
package due

import (
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/money"
)

// Kinds of dated work, which group the wake-up panel.
const (
	Recurring = "recurring_invoice"
	Reminder  = "reminder"
	Statement = "statement"
	// Subscription is an end, or an order that nobody paid.
	Subscription = "subscription"
	Charge       = "charge"
	Contract     = "contract" // its end asks for a decision, or a milestone is due
)

// Item is one thing that should have happened on or before today and has not.
type Item struct {
	Key         string // of its room, for ever the same: template + period, document + level, schedule + customer + period; several documents in one are joined by "+"
	Kind        string // Recurring, Reminder, Statement, Charge, Contract
	On          civil.Date
	Line        string // items of one line are done in order: a failed or held one keeps the later ones waiting; "" = alone
	Title       string // what a person calls it: the document's number, the words of the frequency
	Customer    string
	CustomerID  string // public id
	AmountMinor int64
	Currency    money.Currency
	Mails       int          // how many mails doing it queues
	Fault       *fault.Error // why the last try did not come about; nil: none
}
