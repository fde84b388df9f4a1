package app

import (
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/edge/portal"
	"comptoir/office/access"
)

// Portal is bound to the window: the portal card.
type Portal struct{ desk *desk }

// PortalAddress is an address under which the portal answers.
type PortalAddress struct {
	URL   string `json:"url"`
	Label string `json:"label"`
}

// PortalSession is a contact that is signed in.
type PortalSession struct {
	ID       string `json:"id"`
	Contact  string `json:"contact"`
	Customer string `json:"customer"`
	SeenAt   string `json:"seenAt"`
	Address  string `json:"address"`
}

// PortalView is the portal card.
type PortalView struct {
	On          bool            `json:"on"`
	State       string          `json:"state"` // open, closed, failed
	Message     string          `json:"message"`
	Addresses   []PortalAddress `json:"addresses"`
	QR          string          `json:"qr"` // SVG of the first address
	Transport   string          `json:"transport"`
	Fingerprint string          `json:"fingerprint"`
	TrustURL    string          `json:"trustUrl"` // page on how to trust the certificate, "" without one
	Sessions    []PortalSession `json:"sessions"`
	VisitsToday int64           `json:"visitsToday"`
	ViewsToday  int64           `json:"viewsToday"`
}

// View tells whether the portal is open, where, and who is there.
func (s *Portal) View() (PortalView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PortalView{}, err
	}
	v := PortalView{State: "closed", Addresses: []PortalAddress{}, Sessions: []PortalSession{}}
	settings, err := h.Company.PortalSettings(s.desk.ctx, who)
	if err != nil {
		return PortalView{}, err
	}
	v.On = settings.Enabled
	url, failure := h.portal.state()
	switch {
	case failure != nil:
		v.State, v.Message = "failed", show(s.desk.ctx, s.desk.app.log, s.desk.lang, "portal", failure).Message
	case url != "":
		if err := s.fill(h, &v); err != nil {
			return PortalView{}, err
		}
	}
	present, err := h.Access.PresentNow(s.desk.ctx, who)
	for _, p := range present {
		v.Sessions = append(v.Sessions, PortalSession{ID: p.PublicID, Contact: p.Contact, Customer: p.Customer, SeenAt: p.SeenAt, Address: p.Address})
	}
	return v, err
}

func (s *Portal) fill(h *House, v *PortalView) error {
	st := h.portal.portal.State(s.desk.ctx)
	v.State, v.On, v.Transport, v.Fingerprint = "open", true, st.Transport, st.Fingerprint
	v.VisitsToday, v.ViewsToday = st.Sessions, st.Views
	for _, a := range st.Addresses {
		v.Addresses = append(v.Addresses, PortalAddress{URL: a, Label: a})
	}
	if len(st.Addresses) == 0 {
		return nil
	}
	if bare, ok := strings.CutPrefix(st.URL, "https://"); ok {
		v.TrustURL = "http://" + bare + "/confiance" // plain: whoever must read it is being warned of https
	}
	svg, err := portal.QR(st.Addresses[0])
	v.QR = svg
	return err
}

// SetOn switches the portal on or off, at once.
func (s *Portal) SetOn(on bool) (PortalView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return PortalView{}, err
	}
	if err := who.Need(actor.Configure); err != nil { // opening the door anew is no use case's
		return PortalView{}, err
	}
	p, err := h.Company.PortalSettings(s.desk.ctx, who)
	if err != nil {
		return PortalView{}, err
	}
	if p.Enabled != on {
		p.Enabled = on
		if err := h.Company.SavePortalSettings(s.desk.ctx, who, p); err != nil {
			return PortalView{}, err
		}
	}
	h.portal.follow(on)
	h.portal.restart(s.desk.ctx, h)
	s.desk.app.hub.Changed("portal")
	return s.View()
}

// OpenAs opens the portal as a customer (contactID "": its primary contact, or the customer
// itself where it has none) in the machine's own browser. It gives the address for a page that
// has to open it itself, good for one minute and once; "" where the window has opened it. The
// address is never shown or drawn: whoever has it within the minute stands in the customer's
// place.
func (s *Portal) OpenAs(customerID, contactID string) (string, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return "", err
	}
	base := h.portal.here(s.desk.ctx)
	if base == "" {
		return "", fault.New(fault.Conflict, "fault.portal_off")
	}
	path, err := h.Access.StandInPath(s.desk.ctx, who, access.StandIn{CustomerID: customerID, ContactID: contactID})
	if err != nil {
		return "", err
	}
	if s.desk.app.OpenURL != nil {
		s.desk.app.OpenURL(base + path)
		return "", nil
	}
	return base + path, nil
}

// QR draws an address as a code to scan, in SVG.
func (s *Portal) QR(address string) (string, error) {
	if len(address) > maxQR {
		return "", fault.New(fault.Invalid, "fault.too_long", "max", maxQR, "count", len(address))
	}
	return portal.QR(address)
}

// maxQR is more than any address, and still easy to scan.
const maxQR = 500
