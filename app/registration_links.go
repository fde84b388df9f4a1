package app

import (
	"net/url"
	"strings"

	"comptoir/edge/portal"
	"comptoir/office/registration"
)

// RegistrationLink is what the firm hands out so that people register in a group: the address
// under which customers reach it, and its code. Address and code are "" while the portal is closed.
type RegistrationLink struct {
	GroupID  string `json:"groupId"`
	Group    string `json:"group"`
	Language string `json:"language"` // of the group, "" = the firm's
	URL      string `json:"url"`
	QR       string `json:"qr"`   // SVG
	Free     bool   `json:"free"` // whoever registers is a customer at once
}

// RegistrationLinks are those of all groups whose portal is open.
type RegistrationLinks struct {
	Firm  string             `json:"firm"`
	Open  bool               `json:"open"` // the portal
	Here  bool               `json:"here"` // only this computer reaches it: no phone opens the code
	Links []RegistrationLink `json:"links"`
}

// Links gives the registration links of all groups whose portal is open.
func (s *Invitations) Links() (RegistrationLinks, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return RegistrationLinks{}, err
	}
	groups, err := h.Customers.Groups(s.desk.ctx, who)
	if err != nil {
		return RegistrationLinks{}, err
	}
	firm, err := h.Company.PortalIdentity(s.desk.ctx)
	if err != nil {
		return RegistrationLinks{}, err
	}
	base := strings.TrimSuffix(h.portal.base(), "/")
	all := RegistrationLinks{Firm: firm.Name, Open: base != "", Links: []RegistrationLink{}}
	if u, err := url.Parse(base); err == nil && base != "" {
		all.Here = loopback(u.Host)
	}
	for _, g := range groups {
		if g.PortalEnabled != nil && !*g.PortalEnabled {
			continue
		}
		l := RegistrationLink{GroupID: g.PublicID, Group: g.Name, Language: g.Language, Free: g.PublicID == firm.FreeGroupID}
		if base != "" {
			l.URL = base + "/inscription/" + g.PublicID
			if l.QR, err = portal.QR(l.URL); err != nil {
				return RegistrationLinks{}, err
			}
		}
		all.Links = append(all.Links, l)
	}
	return all, nil
}

// MailLink mails the registration link of a group.
func (s *Invitations) MailLink(in registration.LinkMail, key string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Registration.MailLink(s.desk.ctx, who, key, in)
}
