package app

import (
	"comptoir/core/fault"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/customers"
)

// Invitations is bound to the window: access opened by the firm, for many customers at once.
type Invitations struct{ desk *desk }

// Look tells who would get an invitation, and who would not and why.
func (s *Invitations) Look(in customers.InviteQuery) ([]customers.Invited, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Customers.LookInvitations(s.desk.ctx, who, in)
}

// Send begins a run and gives its id.
func (s *Invitations) Send(in customers.InviteQuery, key string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	return h.Customers.StartInvitations(s.desk.ctx, who, key, in)
}

// Run gives a run with its results so far; id "" the newest one.
func (s *Invitations) Run(id string) (customers.InviteRun, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.InviteRun{}, err
	}
	run, err := h.Customers.InvitationRun(s.desk.ctx, who, id)
	for i := range run.Rows {
		run.Rows[i].Answer = s.desk.answer(run.Rows[i].Reply)
	}
	return run, err
}

// Cancel stops a run: what waits is not sent.
func (s *Invitations) Cancel(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Customers.CancelInvitations(s.desk.ctx, who, id)
}

// ShownDocument is one document on its way to a customer's phone.
type ShownDocument struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Until string `json:"until"`
	QR    string `json:"qr"` // SVG of the code
}

// Show makes the code of one invoice or quote (Montrer au client), for the contact of its
// customer who stands in front, "" for nobody in particular. Its address is drawn and never
// written out: it opens once, within ten minutes.
func (s *Portal) Show(documentID, contactID string) (ShownDocument, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return ShownDocument{}, err
	}
	base := h.portal.base()
	if base == "" {
		return ShownDocument{}, fault.New(fault.Conflict, "fault.portal_off")
	}
	shown, err := h.Access.ShowDocument(s.desk.ctx, who, access.Show{DocumentID: documentID, ContactID: contactID})
	if err != nil {
		return ShownDocument{}, err
	}
	svg, err := portal.QR(base + shown.Path)
	return ShownDocument{ID: shown.PublicID, State: shown.State, Until: shown.Until, QR: svg}, err
}

// Shown tells how a shown document stands.
func (s *Portal) Shown(id string) (access.Shown, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return access.Shown{}, err
	}
	return h.Access.Shown(s.desk.ctx, who, id)
}

// EndShown ends what is shown, at once.
func (s *Portal) EndShown(id string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Access.EndShown(s.desk.ctx, who, id)
}
