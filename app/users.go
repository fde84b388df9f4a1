package app

import (
	"comptoir/core/actor"
	"comptoir/office/users"
)

// Users is bound to the window: the firm's people, the principal and the delegates.
type Users struct{ desk *desk }

// UserRow is one of the firm's people. The phone is its own and never among it.
type UserRow struct {
	ID            string `json:"id"`
	Code          string `json:"code"`
	Name          string `json:"name"`
	Label         string `json:"label"`
	Email         string `json:"email"`
	Language      string `json:"language"`
	Role          string `json:"role"`
	RoleLabel     string `json:"roleLabel"`
	State         string `json:"state"` // active, closed
	HasPassword   bool   `json:"hasPassword"`
	RoleBefore    string `json:"roleBefore"` // of a delegate: the role that it had, "" for none
	FactorOn      bool   `json:"factorOn"`
	Contact       string `json:"contact"` // of a customer, that it was made from
	Customer      string `json:"customer"`
	CustomerID    string `json:"customerId"`
	LastSeenAt    string `json:"lastSeenAt"`
	InvitedUntil  string `json:"invitedUntil"`
	Self          bool   `json:"self"`
	Contracts     int64  `json:"contracts"`     // not ended, that it looks after
	Conversations int64  `json:"conversations"` // open, assigned to it
	Turns         int64  `json:"turns"`         // of contracts that wait for it
	MayChange     bool   `json:"mayChange"`
	Version       int64  `json:"version"`
}

// List gives all, the active ones first.
func (s *Users) List() ([]UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Users.List(s.desk.ctx, who)
	list := make([]UserRow, 0, len(rows))
	for _, u := range rows {
		may := who.Role.May(actor.ManageUsers) && (who.Role.May(actor.ManageAdministrators) || !users.Administrator(u.Role))
		list = append(list, UserRow{ID: u.PublicID, Code: u.Code, Name: u.Name, Label: label(u.Code, u.Name), Email: u.Email, Language: u.Language, Role: string(u.Role), RoleLabel: s.desk.role(u.Role), State: u.State,
			HasPassword: u.HasPassword, FactorOn: u.HasFactor, Contact: u.Contact, Customer: u.Customer, CustomerID: u.CustomerID, LastSeenAt: until(u.SeenAt), InvitedUntil: until(u.InvitedUntil),
			RoleBefore: string(u.RoleBefore), Contracts: u.Contracts, Conversations: u.Conversations, Turns: u.Turns, Self: u.ID == who.ID, MayChange: may && u.ID != who.ID, Version: u.Version})
	}
	return list, err
}

// row gives one of them after a change.
func (s *Users) row(id string) (UserRow, error) {
	list, err := s.List()
	if err != nil {
		return UserRow{}, err
	}
	for _, u := range list {
		if u.ID == id {
			return u, nil
		}
	}
	return UserRow{}, nil
}

// UserMade is a user with what became of the invitation: mailed, or shown once.
type UserMade struct {
	User   UserRow `json:"user"`
	Mailed bool    `json:"mailed"`
	Link   string  `json:"link"` // "" where the desk is not on the network
	Token  string  `json:"token"`
	Until  string  `json:"until"`
}

func (s *Users) made(h *House, m users.Made) (v UserMade, err error) {
	v.Mailed, v.Until = m.Mailed, until(m.Until)
	if m.Link != "" {
		v.Token, v.Link = h.userLink(m.Link, "invited")
	}
	v.User, err = s.row(m.UserID)
	return v, err
}

// Create makes a user, who chooses a password by a link that opens once.
func (s *Users) Create(f users.Form, key string) (UserMade, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserMade{}, err
	}
	m, err := h.Users.Create(s.desk.ctx, who, f, key)
	if err != nil {
		return UserMade{}, err
	}
	return s.made(h, m)
}

// Save changes code, name and role.
func (s *Users) Save(f users.Form) (UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserRow{}, err
	}
	if err := h.Users.Save(s.desk.ctx, who, f); err != nil {
		return UserRow{}, err
	}
	return s.row(f.ID)
}

// Close shuts a user out at once.
func (s *Users) Close(id string, version int64) (UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserRow{}, err
	}
	if err := h.Users.Close(s.desk.ctx, who, id, version); err != nil {
		return UserRow{}, err
	}
	return s.row(id)
}

// Reopen lets a user in again.
func (s *Users) Reopen(id string, version int64) (UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserRow{}, err
	}
	if err := h.Users.Reopen(s.desk.ctx, who, id, version); err != nil {
		return UserRow{}, err
	}
	return s.row(id)
}

// Invite makes the link to a password anew.
func (s *Users) Invite(id, key string) (UserMade, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserMade{}, err
	}
	m, err := h.Users.Invite(s.desk.ctx, who, id, key)
	if err != nil {
		return UserMade{}, err
	}
	return s.made(h, m)
}

// ResetFactor takes the second factor of somebody away who lost it.
func (s *Users) ResetFactor(id string) (UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserRow{}, err
	}
	if err := h.Users.ResetFactor(s.desk.ctx, who, id); err != nil {
		return UserRow{}, err
	}
	return s.row(id)
}

// Candidate is somebody whom the principal may make a delegate.
type Candidate struct {
	Kind     string `json:"kind"` // user, contact
	ID       string `json:"id"`
	Label    string `json:"label"`
	Email    string `json:"email"`
	Customer string `json:"customer"`
	Why      string `json:"why"` // user, primary, named
}

// Candidates gives them: the firm's users, then primary contacts and those whom they named.
func (s *Users) Candidates(words string) ([]Candidate, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Users.Candidates(s.desk.ctx, who, words)
	list := make([]Candidate, 0, len(rows))
	for _, c := range rows {
		list = append(list, Candidate{Kind: c.Kind, ID: c.PublicID, Label: c.Label, Email: c.Email, Customer: c.Customer, Why: c.Why})
	}
	return list, err
}

// AddDelegate makes a candidate a delegate.
func (s *Users) AddDelegate(c users.Chosen, key string) (UserMade, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserMade{}, err
	}
	m, err := h.Users.AddDelegate(s.desk.ctx, who, c, key)
	if err != nil {
		return UserMade{}, err
	}
	return s.made(h, m)
}

// RemoveDelegate takes the administration away; then is the role that is left, or closed.
func (s *Users) RemoveDelegate(id string, version int64, then string) (UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return UserRow{}, err
	}
	if err := h.Users.RemoveDelegate(s.desk.ctx, who, id, version, then); err != nil {
		return UserRow{}, err
	}
	return s.row(id)
}

// HandOver gives the principal's role to another user.
func (s *Users) HandOver(id, password, key string) ([]UserRow, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	if err := h.Users.HandOver(s.desk.ctx, who, id, password, key); err != nil {
		return nil, err
	}
	return s.List()
}

// RoleView is a role with what it may.
type RoleView struct {
	Role  string           `json:"role"`
	Label string           `json:"label"`
	May   []PermissionView `json:"may"`
}

// PermissionView is one line of the table of permissions.
type PermissionView struct {
	Permission string `json:"permission"`
	May        bool   `json:"may"`
}

// Roles gives the table of what each role may.
func (s *Users) Roles() ([]RoleView, error) {
	list := []RoleView{}
	for _, r := range actor.Roles() {
		v := RoleView{Role: string(r), Label: s.desk.role(r), May: []PermissionView{}}
		for _, p := range actor.Permissions() {
			v.May = append(v.May, PermissionView{Permission: string(p), May: r.May(p)})
		}
		list = append(list, v)
	}
	return list, nil
}
