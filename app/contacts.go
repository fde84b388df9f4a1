package app

import (
	"strconv"
	"strings"

	"comptoir/core/civil"
	"comptoir/core/locale"
	"comptoir/office/customers"
)

// ContactAreas is what a contact may see in the portal: all of it, or some areas.
type ContactAreas struct {
	CustomerID string   `json:"customerId"`
	ContactID  string   `json:"contactId"`
	Version    int64    `json:"version"`
	All        bool     `json:"all"`
	Areas      []string `json:"areas"`
}

// People gives a customer's contacts with what they may see and how they come in.
func (s *Customers) People(customerID string) ([]customers.Person, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Customers.People(s.desk.ctx, who, customerID)
}

// SwapPlan says which mails another primary contact would send.
func (s *Customers) SwapPlan(customerID string) (customers.SwapPlan, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.SwapPlan{}, err
	}
	return h.Customers.SwapPlanOf(s.desk.ctx, who, customerID)
}

// SwapPrimary makes another contact the primary one and tells both where their group ticked it.
func (s *Customers) SwapPrimary(in customers.Swap, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.SwapPrimary(s.desk.ctx, who, key, in)
}

// SetAreas limits a contact to some areas of the portal, or opens all of them.
func (s *Customers) SetAreas(in ContactAreas) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.SetAreas(s.desk.ctx, who, in.CustomerID, in.ContactID, in.Version, in.All, in.Areas)
}

// SetAccess gives a contact the portal or takes it away.
func (s *Customers) SetAccess(customerID, contactID string, version int64, on bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.SetAccess(s.desk.ctx, who, customerID, contactID, version, on)
}

// ResetFactor takes a lost second factor off a contact: it signs in with its password alone and
// may set up another one.
func (s *Customers) ResetFactor(customerID, contactID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	k, err := s.contact(h, who, customerID, contactID)
	if err != nil {
		return err
	}
	return h.Access.ResetFactor(s.desk.ctx, who, k.PublicID)
}

// Proposals gives what contacts of a customer want changed and waits for the firm.
func (s *Customers) Proposals(customerID string) ([]customers.Proposal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Customers.Proposals(s.desk.ctx, who, customerID)
}

// Decide accepts or refuses one proposed field.
func (s *Customers) Decide(d customers.Decision) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	defer h.CatchUp.Poke() // an address that was missing may be there now
	return h.Customers.Decide(s.desk.ctx, who, d)
}

// CustomerEvent is one thing that was done to a customer, its contacts or their portal. Changes
// are the fields that it gave another value.
type CustomerEvent struct {
	ID      string             `json:"id"`
	At      string             `json:"at"`
	Kind    string             `json:"kind"`
	Text    string             `json:"text"`
	Changes []customers.Change `json:"changes"`
}

// CustomerHistory is a page of a customer's history.
type CustomerHistory struct {
	Rows []CustomerEvent `json:"rows"`
	Next string          `json:"next"`
}

// History gives a page of a customer's history, the newest first.
func (s *Customers) History(customerID, cursor string) (CustomerHistory, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return CustomerHistory{}, err
	}
	list, next, err := h.Customers.History(s.desk.ctx, who, customerID, cursor)
	v := CustomerHistory{Rows: []CustomerEvent{}, Next: next}
	for _, x := range list {
		key := "history." + x.Action
		if !locale.Has(s.desk.lang, key) {
			continue
		}
		by := s.desk.actorName(x.Actor)
		if x.InPlaceOf != "" {
			by = s.desk.t("history.in_place_of", map[string]any{"actor": by, "contact": x.InPlaceOf})
		}
		text := s.desk.t(key, map[string]any{"actor": by, "contact": x.Contact, "other": x.Other, "number": x.Number, "of": x.Of, "on": dated(x.On)})
		if x.Number != "" && !strings.Contains(text, x.Number) {
			text += " · " + x.Number // on the document's own page the same words need none
		}
		v.Rows = append(v.Rows, CustomerEvent{ID: strconv.FormatInt(x.ID, 10), At: x.At, Kind: x.Action, Text: text, Changes: x.Changes})
	}
	return v, err
}

// dated is a day as an argument of a text: nothing where there is none.
func dated(iso string) any {
	if on, err := civil.Parse(iso); err == nil {
		return on
	}
	return ""
}
