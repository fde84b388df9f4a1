package app

import (
	"comptoir/edge/mail"
	"comptoir/edge/portal"
	"comptoir/office/customers"
)

// PortalOff says whom closing the portal for a group would touch.
func (s *Groups) PortalOff(id string) (customers.PortalOff, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.PortalOff{}, err
	}
	return h.Customers.PortalOff(s.desk.ctx, who, id)
}

// Portal gives the tab Configuration portail of a group.
func (s *Groups) Portal(id string) (customers.GroupPortal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.GroupPortal{}, err
	}
	return h.Customers.GroupPortalOf(s.desk.ctx, who, id)
}

// SavePortal saves that tab, all of it or nothing.
func (s *Groups) SavePortal(p customers.GroupPortal, key string) (customers.GroupPortal, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.GroupPortal{}, err
	}
	return h.Customers.SaveGroupPortal(s.desk.ctx, who, key, p)
}

// Mails gives the tab Courriels portail of a group.
func (s *Groups) Mails(id string) (customers.GroupMails, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.GroupMails{}, err
	}
	return h.Customers.GroupMailsOf(s.desk.ctx, who, id)
}

// SaveMails saves that tab, all of it or nothing.
func (s *Groups) SaveMails(m customers.GroupMails, key string) (customers.GroupMails, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return customers.GroupMails{}, err
	}
	return h.Customers.SaveGroupMails(s.desk.ctx, who, key, m)
}

// Accepted lists who accepted a version of a group's terms, when, from where.
func (s *Groups) Accepted(id string, version int64) ([]customers.TermsAccepted, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	return h.Customers.TermsAcceptedBy(s.desk.ctx, who, id, version)
}

// TaxTried says how a number would be kept.
type TaxTried struct {
	Written string `json:"written"`
}

// TryTax tries a tax number in a format, as a visitor would type it.
func (s *Groups) TryTax(t customers.TaxTry) (TaxTried, error) {
	if _, _, err := s.desk.open(); err != nil {
		return TaxTried{}, err
	}
	written, err := customers.TryTaxNumber(t)
	return TaxTried{Written: written}, err
}

// TextSample asks how a text of the portal would look.
type TextSample struct {
	GroupID string `json:"groupId"`
	Field   string `json:"field"`
	Lang    string `json:"lang"`
	Words   string `json:"words"`
}

// TextLook is such a text as a contact sees it: a page that needs nothing from outside.
type TextLook struct {
	HTML string `json:"html"`
}

// LookText renders a text as a contact will see it.
func (s *Groups) LookText(t TextSample) (TextLook, error) {
	h, _, err := s.desk.open()
	if err != nil {
		return TextLook{}, err
	}
	firm, err := h.Company.PortalIdentity(s.desk.ctx)
	if err != nil {
		return TextLook{}, err
	}
	html, err := portal.Look(s.desk.ctx, portal.TextLook{Firm: firm.Name, Accent: firm.Accent, Lang: t.Lang, Field: t.Field, Words: t.Words}, mail.HTML)
	return TextLook{HTML: html}, err
}

// LookMail gives one of the six mails as it would go to a contact.
func (s *Groups) LookMail(in customers.MailSample) (MailLook, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return MailLook{}, err
	}
	m, err := h.Customers.LookMail(s.desk.ctx, who, in)
	if err != nil {
		return MailLook{}, err
	}
	p, err := h.Outbox.Preview(s.desk.ctx, who, m, h.portal.base(), nil)
	return MailLook{From: p.From, To: p.To, Subject: p.Subject, HTML: p.HTML, Text: p.Text}, err
}

// Tried says where a sample went.
type Tried struct {
	Message string `json:"message"`
}

// TryMail sends one of the six mails to the signed-in user.
func (s *Groups) TryMail(in customers.MailSample, key string) (Tried, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return Tried{}, err
	}
	to, err := h.Customers.TryMail(s.desk.ctx, who, key, in)
	return Tried{Message: s.desk.t("mail.access.tried", map[string]any{"to": to})}, err
}
