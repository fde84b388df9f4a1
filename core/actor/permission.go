package actor

import (
	"slices"

	"comptoir/core/fault"
)

// Role is what a user of the firm is: exactly one principal, delegates who may all that the principal may
// but add or remove administrators, and users of one trade (spec/settings, Administrateur du compte).
type Role string

// The roles of users.
const (
	Principal   Role = "principal"
	Delegate    Role = "delegate"
	Sales       Role = "sales"
	Bookkeeping Role = "bookkeeping"
	Reader      Role = "reader"
)

// Roles are all roles, the widest first.
func Roles() []Role { return []Role{Principal, Delegate, Sales, Bookkeeping, Reader} }

// Permission is something that a role may do. Every use case of the firm's people names one.
type Permission string

// The permissions.
const (
	// Look reads what the firm has: lists, documents, customers, figures.
	Look Permission = "look"
	// Sell makes and sends quotes, invoices, recurring invoices and subscriptions; customers, contacts, items and prices.
	Sell Permission = "sell"
	// Contracting makes, shares and sends contracts for approval and signature.
	Contracting Permission = "contract"
	// Collect records payments, sends reminders and statements, charges methods, makes files for the bank.
	Collect Permission = "collect"
	// Keep keeps the books: entries, periods, exports for the accountant.
	Keep Permission = "keep"
	// Answer answers customers: conversations, questions, shared files, mails sent again, announcements.
	Answer Permission = "answer"
	// Invite opens and closes the portal to people: accesses, invitations, requests, the portal as a customer.
	Invite Permission = "invite"
	// Erase exports and erases what is held about a person.
	Erase Permission = "erase"
	// Inspect reads and exports the audit log.
	Inspect Permission = "inspect"
	// Configure changes the firm's settings: identity, mail, portal, gateways, groups, numbering, policies of reminders,
	// hours, tokens of the provisioning interface; opens another company.
	Configure Permission = "configure"
	// ManageUsers makes, changes and closes users who are no administrators.
	ManageUsers Permission = "users"
	// ManageAdministrators names and removes delegates, and hands the account over: the principal alone.
	ManageAdministrators Permission = "administrators"
)

// Permissions are all permissions, as docs/permissions.md lists them.
func Permissions() []Permission {
	return []Permission{Look, Sell, Contracting, Collect, Keep, Answer, Invite, Erase, Inspect, Configure, ManageUsers, ManageAdministrators}
}

// granted is the one readable table: what each role may. The principal may everything.
var granted = map[Role][]Permission{
	Delegate:    {Look, Sell, Contracting, Collect, Keep, Answer, Invite, Erase, Inspect, Configure, ManageUsers},
	Sales:       {Look, Sell, Contracting, Collect, Answer, Invite},
	Bookkeeping: {Look, Collect, Keep, Answer, Inspect},
	Reader:      {Look},
}

// May tells whether a role has a permission; an unknown role has none.
func (r Role) May(p Permission) bool {
	if r == Principal {
		return slices.Contains(Permissions(), p)
	}
	return slices.Contains(granted[r], p)
}

// Need refuses everyone but the firm's own people whose role has p, the machine itself and its command line.
func (a Actor) Need(p Permission) error {
	if err := a.NeedStaff(); err != nil {
		return err
	}
	if a.Kind == Staff && !a.Role.May(p) {
		return fault.New(fault.Forbidden, "fault.permission."+string(p))
	}
	return nil
}
