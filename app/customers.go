package app

import (
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/customers"
	"comptoir/rules/tax"
)

// Customers is bound to the window: whom the firm bills.
type Customers struct{ desk *desk }

// CustomerList is a page of customers.
type CustomerList struct {
	Rows []customers.Row `json:"rows"`
	Next string          `json:"next"`
}

// List gives a page of the customers; state "archived" gives those put away,
// "no_access" those of whom nobody signs in to the portal, "suspended" those that are suspended.
func (s *Customers) List(q ListQuery) (CustomerList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CustomerList{}, err
	}
	rows, next, err := h.Customers.List(s.desk.ctx, who, customers.ListQuery{Query: q.listing(), Archived: q.State == "archived", WithoutAccess: q.State == "no_access", Suspended: q.State == "suspended"})
	return CustomerList{Rows: rows, Next: next}, err
}

// found is how many a pick list shows.
const found = 8

// Find gives customers for the invoice form while the person types.
func (s *Customers) Find(words string) ([]CustomerMark, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	list, err := h.Customers.Pick(s.desk.ctx, who, words, found)
	marks := make([]CustomerMark, 0, len(list))
	for _, c := range list {
		marks = append(marks, customerMark(c))
	}
	return marks, err
}

// Get gives one customer; id "" gives a blank form with the firm's defaults.
func (s *Customers) Get(id string) (customers.Customer, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.Customer{}, err
	}
	if id == "" {
		return h.Customers.Blank(s.desk.ctx, who)
	}
	return h.Customers.Get(s.desk.ctx, who, id)
}

// Save makes or changes a customer with its contacts.
func (s *Customers) Save(c customers.Customer, key string) (customers.Customer, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.Customer{}, err
	}
	defer h.CatchUp.Poke() // what lacked something of the customer may be made now
	return h.Customers.Save(s.desk.ctx, who, key, c)
}

// SetArchived puts a customer away or brings it back.
func (s *Customers) SetArchived(id string, version int64, archived bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	defer h.CatchUp.Poke()
	return h.Customers.SetArchived(s.desk.ctx, who, id, version, archived)
}

// SetSuspended shuts a customer's contacts out of the portal, or lets them in again.
func (s *Customers) SetSuspended(in customers.Suspension) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	defer ring(h.hooked) // webhooks hear of it at once
	return h.Customers.SetSuspended(s.desk.ctx, who, in)
}

// Regime proposes the tax regime of a customer by where it is.
func (s *Customers) Regime(country, region, kind, vatNumber string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	f, err := h.Company.Firm(s.desk.ctx, who)
	return tax.RegimeOf(f.Country, country, region, kind != "person", vatNumber != ""), err
}

// contact finds a contact of a customer by its public id.
func (s *Customers) contact(h *House, who actor.Actor, customerID, contactID string) (customers.Contact, error) {
	c, err := h.Customers.Get(s.desk.ctx, who, customerID)
	if err != nil {
		return customers.Contact{}, err
	}
	i := slices.IndexFunc(c.Contacts, func(k customers.Contact) bool { return k.PublicID == contactID })
	if i < 0 {
		return customers.Contact{}, fault.New(fault.NotFound, "fault.not_found")
	}
	return c.Contacts[i], nil
}

// Invite mails a contact the way to its first password of the portal.
func (s *Customers) Invite(customerID, contactID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	k, err := s.contact(h, who, customerID, contactID)
	if err != nil {
		return err
	}
	return h.Access.Invite(s.desk.ctx, who, k.ID)
}

// RevokeLinks withdraws the links that were mailed to a contact and ends its sessions.
func (s *Customers) RevokeLinks(customerID, contactID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	k, err := s.contact(h, who, customerID, contactID)
	if err != nil {
		return err
	}
	return h.Access.RevokeLinks(s.desk.ctx, who, k.ID)
}
