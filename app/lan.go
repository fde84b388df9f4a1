package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/edge/lan"
	"comptoir/edge/portal"
	"comptoir/office/users"
)

// The desk for a colleague's browser on the network: an explicit switch, HTTPS alone, sign-in always
// (spec/security, Listeners).

// Limits of the network's door. A colleague's browser has some ten connections; its calls on their way
// at one moment, the stream of events among them, stay far below.
const (
	lanPerAddress = 24
	lanTotal      = 256
	lanFlight     = 24
	namesFor      = 10 * time.Second
)

// lanDesk is the listener of one company: opened and closed as the settings say.
type lanDesk struct {
	mu     sync.Mutex
	server *http.Server
	port   string
	err    error
}

// follow opens or closes the door as the settings of the open company say. A failure is no reason not to
// start the program: the settings tell it.
func (l *lanDesk) follow(ctx context.Context, a *App, h *House) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shut(ctx)
	h.desk.Store(nil)
	d, err := h.Users.Desk(ctx)
	if err == nil && d.LANOn && !a.cfg.NoLAN {
		err = l.open(ctx, a, h, d.LANPort)
	}
	if l.err = err; err != nil {
		a.log.Error("desk on the network", "error", err.Error())
	}
}

func (l *lanDesk) open(ctx context.Context, a *App, h *House, port int64) error {
	ca, err := h.portal.certificates(ctx, h)
	if err != nil {
		return err
	}
	g := &lanGuard{names: func() []string { return lan.Names(h.portal.hostName()) }, csrf: http.NewCrossOriginProtection(), flight: map[string]int{}}
	g.next = g.csrf.Handler(a.handler(doorOf{door: users.LAN, cookie: "__Host-comptoir-user", device: "__Host-comptoir-device", secure: true}))
	ln, err := lan.Listen(net.JoinHostPort("", strconv.FormatInt(port, 10)), lan.Options{Transport: lan.HTTPS, TLS: h.deskTLS(ca), Plain: g.plain(h), PerAddress: lanPerAddress, Total: lanTotal})
	if err != nil {
		return err
	}
	_, l.port, _ = net.SplitHostPort(ln.Addr().String()) // the listener's own
	g.port = l.port
	l.server = &http.Server{Handler: g, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: time.Minute, WriteTimeout: 2 * time.Minute, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: lanFlight}, ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)}
	if list := l.addresses(h); len(list) > 0 {
		h.desk.Store(&list[0])
	}
	go func(s *http.Server) {
		if err := s.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("desk on the network ended", "error", err.Error())
		}
	}(l.server)
	a.log.InfoContext(ctx, "desk open on the network", "port", l.port)
	return nil
}

// KeepOffNetwork keeps the desk off the network whatever the settings say; called before Start.
func (a *App) KeepOffNetwork(off bool) { a.cfg.NoLAN = off }

// OnNetwork is the desk's address on the network, "" while it is closed.
func (a *App) OnNetwork() string {
	if h := a.House(); h != nil {
		if address := h.desk.Load(); address != nil {
			return *address
		}
	}
	return ""
}

// deskTLS serves the leaf of the company's authority, whichever that is now: the portal makes it anew when
// its host name changes.
func (h *House) deskTLS(now *lan.Authority) *tls.Config {
	c := now.TLS()
	c.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		ca, err := h.portal.certificates(hello.Context(), h)
		if err != nil {
			return nil, err
		}
		return ca.TLS().GetCertificate(hello)
	}
	return c
}

// certificates gives the company's authority, with the portal open or closed.
func (p *portalDoor) certificates(ctx context.Context, h *House) (*lan.Authority, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.chosen.Load() == nil {
		s, err := h.Company.PortalSettings(ctx, actor.Machine())
		if err != nil {
			return nil, err
		}
		p.chosen.Store(&s.HostName)
	}
	return p.authority(ctx, h)
}

// addresses are what a colleague types, the best one first.
func (l *lanDesk) addresses(h *House) []string {
	var own, names []string
	chosen := h.portal.hostName()
	for _, n := range lan.Names(chosen) {
		ip := net.ParseIP(n)
		switch {
		case n == chosen || ip != nil && !ip.IsLoopback():
			own = append(own, n)
		case ip == nil && strings.Contains(n, "."):
			names = append(names, n)
		}
	}
	list := []string{}
	for _, n := range append(own, names...) {
		list = append(list, "https://"+net.JoinHostPort(n, l.port))
	}
	if len(list) == 0 { // no network: this machine alone can come
		list = append(list, "https://localhost:"+l.port)
	}
	return list
}

func (l *lanDesk) shut(ctx context.Context) {
	if l.server == nil {
		return
	}
	server := l.server
	l.server, l.port = nil, ""
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		_ = server.Close() // streams have no end of their own
	}
}

func (l *lanDesk) close(ctx context.Context) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shut(ctx)
}

// lanGuard checks Host (DNS rebinding) and how much one address asks for at a time; Origin is checked behind it.
type lanGuard struct {
	port  string
	names func() []string
	csrf  *http.CrossOriginProtection
	next  http.Handler

	mu     sync.Mutex
	known  []string
	asked  time.Time
	flight map[string]int
}

// answersTo tells whether a Host header is this machine's; its names are asked for again now and then.
func (g *lanGuard) answersTo(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil || port != g.port {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if now := time.Now(); now.Sub(g.asked) > namesFor || g.known == nil {
		g.known, g.asked = g.names(), now
	}
	return slices.Contains(g.known, strings.ToLower(name))
}

// take counts a request of an address that is on its way.
func (g *lanGuard) take(address string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.flight[address] >= lanFlight {
		return false
	}
	g.flight[address]++
	return true
}

func (g *lanGuard) give(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.flight[address]--; g.flight[address] <= 0 {
		delete(g.flight, address)
	}
}

// ServeHTTP guards the desk on the network.
func (g *lanGuard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	deskHeaders(w.Header())
	w.Header().Set("Strict-Transport-Security", "max-age=31536000")
	if !g.answersTo(r.Host) {
		http.Error(w, "wrong host", http.StatusMisdirectedRequest)
		return
	}
	from := lan.AddressOf(r.RemoteAddr)
	if !g.take(from) {
		w.Header().Set("Retry-After", "2")
		http.Error(w, "too many at a time", http.StatusServiceUnavailable)
		return
	}
	defer g.give(from)
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	g.next.ServeHTTP(w, r)
}

// maxUpload bounds any body; calls and uploads have closer limits of their own.
const maxUpload = 128 << 20

// plain answers plain HTTP on the same port: the authority's certificate to be trusted, else the way to HTTPS.
func (g *lanGuard) plain(h *House) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deskHeaders(w.Header())
		if !g.answersTo(r.Host) {
			http.Error(w, "wrong host", http.StatusMisdirectedRequest)
			return
		}
		if r.URL.Path == trustPath && r.Method == http.MethodGet {
			ca, err := h.portal.certificates(r.Context(), h)
			if err != nil {
				http.Error(w, "unavailable", http.StatusServiceUnavailable)
				return
			}
			w.Header().Set("Content-Type", "application/x-x509-ca-cert")
			w.Header().Set("Content-Disposition", `attachment; filename="comptoir.crt"`)
			_, _ = w.Write(ca.Certificate()) // the reader may be gone
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead { // nothing that was sent in clear is taken
			http.Error(w, "https", http.StatusForbidden)
			return
		}
		http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusTemporaryRedirect) // #nosec G710 -- the host was found among our own names
	})
}

const trustPath = "/autorite.crt"

// userLink gives the token of a link to one of the firm's users, and the link itself where the desk can be
// reached by one. The token stands behind #: it reaches no log.
func (h *House) userLink(publicID, what string) (token, url string) {
	token = h.Users.Token(publicID)
	base := h.desk.Load()
	if base == nil {
		return token, ""
	}
	if what == "email" {
		return token, *base + "/confirm#" + token
	}
	return token, *base + "/choose#" + token
}

// Lan is bound to the window: the desk for colleagues on the network.
type Lan struct{ desk *desk }

// LanView tells whether the desk is open to the network, and where.
type LanView struct {
	On          bool            `json:"on"`
	State       string          `json:"state"` // open, closed, failed
	Message     string          `json:"message"`
	Port        int64           `json:"port"`
	Addresses   []PortalAddress `json:"addresses"`
	QR          string          `json:"qr"` // SVG of the first address
	Fingerprint string          `json:"fingerprint"`
	TrustURL    string          `json:"trustUrl"` // the certificate of the company's authority, to be installed
	Version     int64           `json:"version"`
}

// View gives it.
func (s *Lan) View() (LanView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return LanView{}, err
	}
	if err := who.Need(actor.Configure); err != nil {
		return LanView{}, err
	}
	d, err := h.Users.Desk(s.desk.ctx)
	if err != nil {
		return LanView{}, err
	}
	v := LanView{On: d.LANOn, State: "closed", Port: d.LANPort, Addresses: []PortalAddress{}, Version: d.Version}
	l := &s.desk.app.network
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.err != nil:
		v.State, v.Message = "failed", show(s.desk.ctx, s.desk.app.log, s.desk.lang, "lan", l.err).Message
		return v, nil
	case l.server == nil:
		return v, nil
	}
	v.State = "open"
	for _, a := range l.addresses(h) {
		v.Addresses = append(v.Addresses, PortalAddress{URL: a, Label: a})
	}
	ca, err := h.portal.certificates(s.desk.ctx, h)
	if err != nil {
		return LanView{}, err
	}
	v.Fingerprint = ca.Fingerprint()
	v.TrustURL = "http://" + strings.TrimPrefix(v.Addresses[0].URL, "https://") + trustPath
	v.QR, err = portal.QR(v.Addresses[0].URL)
	return v, err
}

// LanForm is what is changed of it.
type LanForm struct {
	On      bool  `json:"on"`
	Port    int64 `json:"port"` // 0 = any free one
	Version int64 `json:"version"`
}

// Save switches the desk on or off for the network, at once.
func (s *Lan) Save(f LanForm) (LanView, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return LanView{}, err
	}
	if s.desk.visit().from.Door == users.LAN { // whoever came by it would cut the branch
		return LanView{}, fault.New(fault.Forbidden, "fault.users.here_only")
	}
	if err := h.Users.SetNetwork(s.desk.ctx, who, users.Network{On: f.On, Port: f.Port, Version: f.Version}); err != nil {
		return LanView{}, err
	}
	s.desk.app.network.follow(context.WithoutCancel(s.desk.ctx), s.desk.app, h)
	s.desk.app.hub.Changed("lan")
	return s.View()
}
