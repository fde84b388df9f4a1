// Package actor says who does something, and how far they are trusted.
//
// What lives here: the actor's kinds, levels of trust and the questions a use case asks
// first. What must not: sessions, cookies, passwords (office/access, edge/portal).
package actor

import "comptoir/core/fault"

// Kind is the sort of actor.
type Kind string

// The kinds of actor, as the audit log writes them.
const (
	Staff       Kind = "staff"
	Contact     Kind = "contact"
	System      Kind = "system"
	CommandLine Kind = "command_line"
)

// Trust is how a contact's session was opened. A mailed link is low trust: read and pay.
type Trust int

// The levels of trust, from none to two factors (spec/security, Sessions).
const (
	TrustNone Trust = iota
	TrustLink
	TrustPassword
	TrustSecondFactor
)

// Actor is who acts. CustomerID is set for contacts only; every portal query names it.
type Actor struct {
	Kind       Kind
	ID         int64  // users.id or contacts.id, 0 for system and command line
	Name       string // as the audit log shows it
	CustomerID int64
	Trust      Trust
	SessionID  int64  // portal_sessions.id of a contact
	Lang       string // "fr" or "en"
	Address    string // network address of a contact, "" elsewhere
}

// Machine is the program itself: timers, workers, catch-up.
func Machine() Actor { return Actor{Kind: System, Name: "comptoir", Lang: "fr"} }

// Shell is a person at the command line of the machine.
func Shell(lang string) Actor { return Actor{Kind: CommandLine, Name: "command line", Lang: lang} }

// NeedStaff refuses everyone but the firm's own people and the machine itself.
func (a Actor) NeedStaff() error {
	if a.Kind == Staff || a.Kind == System || a.Kind == CommandLine {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}

// NeedContact refuses everyone but a contact trusted at least that far.
func (a Actor) NeedContact(at Trust) error {
	if a.Kind != Contact || a.CustomerID == 0 || a.Trust == TrustNone {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	if a.Trust < at {
		return fault.New(fault.Forbidden, "fault.password_needed")
	}
	return nil
}
