package app

import "comptoir/office/customers"

// Groups is bound to the window: groups of customers and their rules.
type Groups struct{ desk *desk }

// List gives all groups, the default one first.
func (s *Groups) List() ([]customers.Group, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Customers.Groups(s.desk.ctx, who)
}

// Get gives one group; id "" a blank form.
func (s *Groups) Get(id string) (customers.Group, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.Group{}, err
	}
	return h.Customers.Group(s.desk.ctx, who, id)
}

// Save makes or changes a group.
func (s *Groups) Save(g customers.Group, key string) (customers.Group, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.Group{}, err
	}
	return h.Customers.SaveGroup(s.desk.ctx, who, key, g)
}

// Delete takes an empty group away.
func (s *Groups) Delete(id string, version int64) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.DeleteGroup(s.desk.ctx, who, id, version)
}

// Rules gives a new customer's form with the rules of a group.
func (s *Groups) Rules(id string) (customers.Customer, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.Customer{}, err
	}
	if id == "" {
		return h.Customers.Blank(s.desk.ctx, who)
	}
	return h.Customers.BlankOf(s.desk.ctx, who, id)
}

// PriceLists gives the price lists that a group may have.
func (s *Groups) PriceLists() ([]Choice, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	lists, err := h.Catalog.PriceLists(s.desk.ctx, who)
	all := make([]Choice, 0, len(lists))
	for _, l := range lists {
		if !l.Archived {
			all = append(all, Choice{Code: l.PublicID, Label: l.Name})
		}
	}
	return all, err
}
