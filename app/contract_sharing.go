package app

import (
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/listing"
)

// ContractSharing is bound to the window: who sees a contract in the portal, and the contacts of all
// customers (*Gérer les clients*).
type ContractSharing struct{ desk *desk }

// ContractShare is how a contract is to be shown.
type ContractShare struct {
	ContractID  string   `json:"contractId"`
	Version     int64    `json:"version"`
	RequesterID string   `json:"requesterId"` // "" when asking: as it stands
	WatcherIDs  []string `json:"watcherIds"`
	AllFiles    bool     `json:"allFiles"`
	Again       bool     `json:"again"` // write also to those who were told before
}

func (in ContractShare) wish(key string) contracts.Share {
	return contracts.Share{Key: key, ContractID: in.ContractID, Version: in.Version, RequesterID: in.RequesterID, WatcherIDs: in.WatcherIDs, AllFiles: in.AllFiles, Again: in.Again}
}

// Look says who may be chosen and what sharing so would do.
func (s *ContractSharing) Look(in ContractShare) (contracts.SharePlan, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return contracts.SharePlan{}, err
	}
	return h.Contracts.ShareLook(s.desk.ctx, who, in.wish(""))
}

// Elsewhere finds people of other customers, who cannot be chosen.
func (s *ContractSharing) Elsewhere(contractID, words string) ([]contracts.SharePerson, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Contracts.ShareElsewhere(s.desk.ctx, who, contractID, words)
}

// Share shows a contract in the portal and mails those who are new.
func (s *ContractSharing) Share(in ContractShare, key string) (contracts.Shared, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return contracts.Shared{}, err
	}
	return h.Contracts.ShareContract(s.desk.ctx, who, in.wish(key))
}

// Hide takes a contract out of the portal, at once.
func (s *ContractSharing) Hide(contractID string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Contracts.HideContract(s.desk.ctx, who, contractID)
}

// ContactQuery asks for a page of the contacts of all customers.
type ContactQuery struct {
	Words      string `json:"words"`
	CustomerID string `json:"customerId"`
	Access     string `json:"access"` // in, out, unused
	Sort       string `json:"sort"`   // customer, name
	Desc       bool   `json:"desc"`
	Cursor     string `json:"cursor"`
	Limit      int    `json:"limit"`
}

// ContactList is a page of them.
type ContactList struct {
	Rows []customers.DirectoryRow `json:"rows"`
	Next string                   `json:"next"`
}

// Contacts gives a page of the contacts of all customers.
func (s *ContractSharing) Contacts(q ContactQuery) (ContactList, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ContactList{}, err
	}
	rows, next, err := h.Customers.Directory(s.desk.ctx, who, customers.DirectoryQuery{CustomerID: q.CustomerID, Access: q.Access,
		Query: listing.Query{Search: q.Words, Sort: q.Sort, Desc: q.Desc, After: q.Cursor, Limit: q.Limit}})
	return ContactList{Rows: rows, Next: next}, err
}

// SaveContact changes a contact's own details.
func (s *ContractSharing) SaveContact(in customers.ContactCard) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	defer h.CatchUp.Poke() // an address that was missing may be there now
	return h.Customers.SaveCard(s.desk.ctx, who, in)
}

// MoveLook says what a contact would lose at its customer; with another customer, also what
// becomes of it there.
func (s *ContractSharing) MoveLook(contactID, customerID string) (customers.MovePlan, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.MovePlan{}, err
	}
	return h.Customers.MoveLook(s.desk.ctx, who, contactID, customerID)
}

// Move takes a contact to another customer.
func (s *ContractSharing) Move(in customers.Move, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.MoveContact(s.desk.ctx, who, key, in)
}

// SeeEachOther tells whether the contacts of a customer see each other's contracts.
func (s *ContractSharing) SeeEachOther(customerID string) (bool, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return false, err
	}
	return h.Customers.SeeEachOther(s.desk.ctx, who, customerID)
}

// SetSeeEachOther has them see those, or not.
func (s *ContractSharing) SetSeeEachOther(customerID string, on bool) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.SetSeeEachOther(s.desk.ctx, who, customerID, on)
}
