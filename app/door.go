package app

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/edge/gateway"
	"comptoir/edge/lan"
	"comptoir/edge/mail"
	"comptoir/edge/pdf"
	"comptoir/edge/portal"
	"comptoir/office/company"
	"comptoir/office/sales"
)

// PortalOff as the override of the portal's settings keeps it closed.
const PortalOff = "off"

// portalDoor is the portal's listener of one company: opened and closed as the settings, or
// the command line, say.
type portalDoor struct {
	mu       sync.Mutex
	override string
	portal   *portal.Portal
	url      string
	err      error
	hush     context.CancelFunc // ends the announcement on the network
	ca       *lan.Authority
	caFor    string                 // the chosen host name it was opened with
	chosen   atomic.Pointer[string] // host name of the settings; requests ask for it
}

// url and failure, for whoever asks what became of it.
func (p *portalDoor) state() (url string, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.url, p.err
}

// base is the address that links in mails begin with, "" while the portal is closed.
func (p *portalDoor) base() string {
	url, _ := p.state()
	return url
}

// here is the address for a browser on this machine: by loopback where the portal listens
// there, so that what it asks for stays off the network; "" while the portal is closed.
func (p *portalDoor) here(ctx context.Context) string {
	if p.base() == "" {
		return ""
	}
	list := p.portal.State(ctx).Addresses
	for _, a := range list {
		if u, err := url.Parse(a); err == nil && loopback(u.Host) {
			return a
		}
	}
	return p.base()
}

// start opens the portal where it is switched on. A failure is no reason not to start the
// program: the portal card tells it.
func (p *portalDoor) start(ctx context.Context, h *House, override string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.override = override
	p.url, p.err = p.open(ctx, h)
	if p.err != nil {
		h.log.Error("portal", "error", p.err.Error())
	}
}

// follow lets the settings rule again where the command line had kept the portal shut.
func (p *portalDoor) follow(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if on && p.override == PortalOff || !on {
		p.override = ""
	}
}

func (p *portalDoor) restart(ctx context.Context, h *House) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.url, p.err = "", p.close(ctx)
	if p.err == nil {
		p.url, p.err = p.open(ctx, h)
	}
	if p.err != nil {
		h.log.Error("portal", "error", p.err.Error())
	}
}

func (p *portalDoor) open(ctx context.Context, h *House) (string, error) {
	addr, s, err := p.place(ctx, h)
	if err != nil || addr == "" {
		return "", err
	}
	p.chosen.Store(&s.HostName)
	if p.portal == nil {
		p.portal = portal.New(portal.Deps{Notices: h.Notices, Sales: h.Sales, Payments: h.Payments, Recurring: h.Recurring, Sepa: h.Sepa, Charging: h.Charging, MethodPays: h.methodPays, PayOrigins: gateway.StripePages, Subscriptions: h.Subscriptions, Registration: h.Registration, Statements: h.Statements, Reminders: h.Reminders, Chat: h.Chat, API: h.API, Talks: h.Chat, ChatHours: h.chatHours, Files: h.Attachments, Company: h.Company, Access: h.Access, Contacts: h.Customers, Privacy: h.Privacy, Contracts: h.Contracts, Comments: h.Contracts, Signing: h.Signing, ContractMoney: h.Schedule, Markdown: mail.HTML, Log: h.log, Changed: h.changed, Clock: h.DB.Now,
			Names:        func() []string { return lan.Names(p.hostName()) },
			Chosen:       p.hostName,
			Merge:        pdf.Merge,
			Certificates: func(ctx context.Context) (portal.Certificates, error) { return p.authority(ctx, h) },
			Listen:       p.listen})
	}
	url, err := p.portal.Start(ctx, addr, s.Transport)
	if f, ok := fault.As(err); ok && f.Key == "fault.port_taken" && p.override == "" && loopback(addr) {
		// Nobody outside was told this port: any free one serves as well (the demo beside a
		// second demo). On the network the owner has to decide.
		h.log.Warn("portal: port taken, a free one instead", "address", addr)
		host, _, _ := net.SplitHostPort(addr) // place split it before
		url, err = p.portal.Start(ctx, net.JoinHostPort(host, "0"), s.Transport)
	}
	if err != nil {
		return "", err
	}
	p.announce(h, addr, s.Transport, url)
	return url, nil
}

// place decides where to listen, "" for nowhere. Plain HTTP is for this machine alone
// unless the owner chose it; the command line's address follows the same rule.
func (p *portalDoor) place(ctx context.Context, h *House) (string, company.Portal, error) {
	s, err := h.Company.PortalSettings(ctx, actor.Machine())
	if err != nil || p.override == PortalOff {
		return "", s, err
	}
	addr := p.override
	if addr == "" {
		if !s.Enabled {
			return "", s, nil
		}
		addr = net.JoinHostPort(s.Address, strconv.FormatInt(s.Port, 10))
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", s, fault.New(fault.Invalid, "fault.portal_address", "address", addr).With(err)
	}
	switch {
	case host != "" && loopback(addr):
		s.Transport = lan.HTTP
	case p.override != "":
		s.Transport = lan.HTTPS // plain HTTP on a network is the owner's explicit choice in the settings, never a flag's side effect
	}
	return addr, s, nil
}

// everywhere tells whether an address is every one of this machine.
func everywhere(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "" || (ip != nil && ip.IsUnspecified()))
}

// loopback tells whether an address is this machine's alone.
func loopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || (ip != nil && ip.IsLoopback()))
}

// hostName is the one that the owner chose for links, "" for none.
func (p *portalDoor) hostName() string {
	if name := p.chosen.Load(); name != nil {
		return *name
	}
	return ""
}

func (p *portalDoor) authority(ctx context.Context, h *House) (*lan.Authority, error) {
	if p.ca != nil && p.caFor == p.hostName() {
		return p.ca, nil
	}
	firm, err := h.Company.Firm(ctx, actor.Machine())
	if err != nil {
		return nil, err
	}
	ca, err := lan.OpenAuthority(ctx, lan.Config{Store: company.NewSecrets(h.DB), Sealer: h.Keys, Firm: firm.Name, Names: func() []string { return lan.Names(p.hostName()) },
		Chosen: p.hostName(), Clock: h.DB.Now, Log: h.log})
	if err != nil {
		return nil, err
	}
	p.ca, p.caFor = ca, p.hostName()
	return ca, nil
}

func (p *portalDoor) listen(addr, transport string, plain http.Handler) (net.Listener, error) {
	o := lan.Options{Transport: transport, Plain: plain}
	if transport == lan.HTTPS {
		o.TLS = p.ca.TLS()
	}
	return lan.Listen(addr, o)
}

// announce makes the portal known by name on the network; loopback is nobody's business.
func (p *portalDoor) announce(h *House, addr, transport, url string) {
	st := p.portal.State(context.Background())
	if !everywhere(addr) { // bound to one address: it is told as it is
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	p.hush = cancel
	firm, err := h.Company.Firm(ctx, actor.Machine())
	if err != nil || url == "" {
		return
	}
	lan.Announce(ctx, h.log, firm.Name, transport, st.Port)
}

func (p *portalDoor) close(ctx context.Context) error {
	if p.hush != nil {
		p.hush()
		p.hush = nil
	}
	if p.portal == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	return p.portal.Stop(ctx)
}

func (p *portalDoor) stop(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.url = ""
	return p.close(ctx)
}

// documentLink gives the address under which the customer's contact opens a document, ""
// while the portal is closed or nobody was sent one.
func (h *House) documentLink(ctx context.Context, who actor.Actor, d sales.Document) (string, error) {
	base := h.portal.base()
	if base == "" || d.Draft {
		return "", nil
	}
	linkID, err := h.Sales.LinkOf(ctx, who, d.PublicID)
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return h.Access.LinkURL(ctx, base, linkID)
}
