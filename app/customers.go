package app

import (
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

// List gives a page of the customers; state "archived" gives those put away.
func (s *Customers) List(q ListQuery) (CustomerList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CustomerList{}, err
	}
	rows, next, err := h.Customers.List(s.desk.ctx, who, customers.ListQuery{Query: q.listing(), Archived: q.State == "archived"})
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
	return h.Customers.Save(s.desk.ctx, who, key, c)
}

// SetArchived puts a customer away or brings it back.
func (s *Customers) SetArchived(id string, version int64, archived bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.SetArchived(s.desk.ctx, who, id, version, archived)
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

// PortalLink makes the address of a customer's document, to be handed over by other means.
func (s *Customers) PortalLink(invoiceID string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	d, err := h.Sales.Get(s.desk.ctx, who, invoiceID)
	if err != nil {
		return "", err
	}
	return h.documentLink(s.desk.ctx, who, d)
}
