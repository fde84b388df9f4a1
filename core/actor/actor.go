// Package actor says who does something, and how far they are trusted.
//
// What lives here: the actor's kinds, levels of trust and the questions a use case asks
// first. What must not: sessions, cookies, passwords (office/access, edge/portal).
package actor

import (
	"slices"

	"comptoir/core/fault"
)

// Kind is the sort of actor.
type Kind string

// The kinds of actor, as the audit log writes them.
const (
	Staff       Kind = "staff"
	Contact     Kind = "contact"
	System      Kind = "system"
	CommandLine Kind = "command_line"
	// Guest is somebody who sees one contract and nothing else: invited to it by e-mail, or in
	// front of the firm's screen. Every question of a contact refuses it.
	Guest Kind = "guest"
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
	Role       Role   // of a member of staff
	Lang       string // "fr" or "en"
	Address    string // network address of a contact, "" elsewhere
	// By names the member of staff who acts in a contact's place (StandsIn); Name is the same
	// name then, so that every row that keeps a name keeps the one who did it.
	By   string
	ByID int64  // users.id of By
	For  string // whose place it is, for pages; set with By
	// Shut are the areas that the firm has closed to this contact.
	Shut Areas
	// Stale: the password was given too long ago for what asks for it again.
	Stale bool
	// Only is the public id of the one document that somebody without an account was shown
	// ("Montrer au client"): everything that does not ask NeedContactOn is closed to them.
	Only string
	// Contract is the public id of the one contract that a Guest sees; ID is its
	// contract_guests.id, 0 in front of the firm's screen.
	Contract string
	// Turn is the public id of the one turn of a round that a code on the firm's screen opened;
	// "" elsewhere. OperatorID and Operator are the member of staff who stands beside.
	Turn string
	// Reader is the contacts.id of the contact to whom a member of staff shows the whole contract
	// on its phone (Montrer au client), in whose name it is read and answered; 0 elsewhere.
	Reader     int64
	OperatorID int64
	Operator   string
}

// The refusals of an actor who is let in, but not to this.
var (
	ErrStandIn = fault.New(fault.Forbidden, "fault.stand_in")
	ErrProof   = fault.New(fault.Forbidden, "fault.proof_needed")
	ErrShown   = fault.New(fault.Forbidden, "fault.shown_only")
)

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
	if a.Shown() {
		return ErrShown
	}
	if a.Trust < at {
		return fault.New(fault.Forbidden, "fault.password_needed")
	}
	return nil
}

// Shown tells that the firm showed one document to whoever is in front of it: no account, no
// other document, no method that the customer keeps.
func (a Actor) Shown() bool { return a.Only != "" }

// NeedContactOn is NeedContact for what concerns these documents (public ids) and nothing
// else: who was shown one document gets through for that one. Another one is not found.
func (a Actor) NeedContactOn(at Trust, documents ...string) error {
	if !a.Shown() {
		return a.NeedContact(at)
	}
	if at > TrustLink || len(documents) == 0 {
		return ErrShown
	}
	if slices.ContainsFunc(documents, func(d string) bool { return d != a.Only }) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	a.Only = ""
	return a.NeedContact(at)
}

// NeedSelfOn is NeedSelf for what concerns one document, likewise.
func (a Actor) NeedSelfOn(at Trust, document string) error {
	if err := a.NeedContactOn(at, document); err != nil {
		return err
	}
	if a.StandsIn() {
		return ErrStandIn
	}
	return nil
}

// StandsIn tells that somebody of the firm acts in a contact's place. ID is 0 where the
// customer has no contact.
func (a Actor) StandsIn() bool { return a.By != "" }

// NeedSelf is NeedContact for what nobody does in another's name: signing, approving,
// agreeing to terms, saying something (spec/access, "Ouvrir le portail comme ce client").
func (a Actor) NeedSelf(at Trust) error {
	if err := a.NeedContact(at); err != nil {
		return err
	}
	if a.StandsIn() {
		return ErrStandIn
	}
	return nil
}

// NeedProof refuses a contact whose password was given too long ago (spec/security,
// Sessions: re-authentication). Staff prove nothing here: they sit at the firm's own desk.
func (a Actor) NeedProof() error {
	if a.Kind == Contact && a.Stale && !a.StandsIn() {
		return ErrProof
	}
	return nil
}

// NeedOwnHand is what a signature or an order with money wants: oneself, by password, given a
// short while ago.
func (a Actor) NeedOwnHand() error {
	if err := a.NeedSelf(TrustPassword); err != nil {
		return err
	}
	return a.NeedProof()
}

// NeedGuest refuses everyone but the guest of this contract (public id): another one is not
// found.
func (a Actor) NeedGuest(contract string) error {
	if a.Kind != Guest || a.Contract == "" {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	if a.Contract != contract {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// Beside tells that a member of staff stands beside: a code on the firm's screen opened the
// contract, or one turn of it.
func (a Actor) Beside() bool { return a.Kind == Guest && (a.Turn != "" || a.Reader != 0) }

// ContactID is the contact for a row that names one, nil where there is none.
func (a Actor) ContactID() *int64 {
	if a.Kind != Contact || a.ID == 0 {
		return nil
	}
	return &a.ID
}
