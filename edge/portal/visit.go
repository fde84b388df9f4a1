package portal

import (
	"bytes"
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/office/access"
	"comptoir/office/company"
	"comptoir/office/payments"
)

// visit is one request on its way through the portal: who, in which language, and the
// means to answer.
type visit struct {
	p       *Portal
	w       http.ResponseWriter
	r       *http.Request
	route   route
	address string
	lang    locale.Lang
	session *access.Session
	who     actor.Actor
	ended   bool // came with the cookie of a session that is no more
	written bool
	place   bool   // holds one of the places of all
	landed  func() // counts the request out of those of its address
	formErr error  // why the form could not be read
	kept    *kept  // what was typed, to be given back
	word    word   // of a gateway
	ref     string
	ident   *identity
	title   string
	plain   bool // plain HTTP on the TLS port: only the page of trust
}

type visitKey struct{}

func newVisit(p *Portal, w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{p: p, w: w, r: r, address: addressOf(r.RemoteAddr)}
	if c, err := r.Cookie(v.cookieName(langCookie)); err == nil && (c.Value == locale.FR || c.Value == locale.EN) {
		v.lang = c.Value
	} else if accept := r.Header.Get("Accept-Language"); accept != "" {
		v.lang = locale.Parse(accept[:min(len(accept), 200)])
	} else {
		v.lang = locale.FR
	}
	return v
}

// visitOf finds the visit that Handler made.
func visitOf(w http.ResponseWriter, r *http.Request) *visit {
	v, _ := r.Context().Value(visitKey{}).(*visit)
	v.w, v.r = w, r
	return v
}

// addressOf is the visitor's address without port; IPv6 by its network, which is one home.
func addressOf(remote string) string {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := ap.Addr().Unmap().WithZone("")
	if ip.Is6() && !ip.IsLoopback() {
		if p, err := ip.Prefix(64); err == nil {
			return p.Addr().String()
		}
	}
	return ip.String()
}

// identity is what the portal knows of the firm, read again every second.
type identity struct {
	company.PortalIdentity
	theme string // version of /static/theme.css
	zone  *time.Location
	terms payments.PortalTerms // what may be chosen when paying, where methods can be kept
	chats bool                 // the firm talks with its customers
	at    time.Time
}

func (v *visit) identity() *identity {
	if v.ident != nil {
		return v.ident
	}
	now := v.p.Clock()
	if known := v.p.known.Load(); known != nil && now.Sub(known.at) < time.Second && now.Sub(known.at) >= 0 {
		v.ident = known
		return known
	}
	read, err := v.p.Company.PortalIdentity(v.r.Context())
	if err != nil {
		// An error page must come out even then; it only lacks the firm's name.
		v.p.Log.Error("portal identity", "ref", v.reference(), "err", err)
		v.ident = &identity{zone: time.UTC}
		return v.ident
	}
	id := &identity{PortalIdentity: read, theme: version([]byte(themeCSS(read.Accent))), at: now, zone: time.UTC}
	if loc, err := time.LoadLocation(read.TimeZone); err == nil {
		id.zone = loc
	}
	if id.terms, err = v.p.Payments.PortalTerms(v.r.Context()); err != nil {
		v.p.Log.Error("portal terms", "ref", v.reference(), "err", err) // pages come out without what hangs on them
	}
	if v.p.ChatHours != nil {
		h, err := v.p.ChatHours(v.r.Context(), v.lang)
		if err != nil {
			v.p.Log.Error("portal hours", "ref", v.reference(), "err", err)
		}
		id.chats = err == nil && h.Enabled
	}
	v.p.known.Store(id)
	v.ident = id
	return id
}

// Refresh forgets what the portal knows of the firm, after its settings changed.
func (p *Portal) Refresh() { p.known.Store(nil) }

func (v *visit) signedIn(s access.Session) {
	v.session, v.who = &s, s.Actor
	if _, err := v.r.Cookie(v.cookieName(langCookie)); err != nil {
		v.lang = locale.Of(s.Actor.Lang)
	}
	v.who.Lang, v.who.Address = v.lang, v.address
}

// Cookies. Over TLS they carry the __Host- prefix; over plain HTTP, which loopback and an
// owner's explicit choice allow, the port, since cookies ignore ports.
const (
	sessionCookie  = "portail"
	langCookie     = "langue"
	passwordCookie = "mot-de-passe"
	deviceCookie   = "appareil" // opens nothing: see access.Browser
)

func (v *visit) cookieName(name string) string {
	if v.r.TLS != nil {
		return "__Host-" + name
	}
	if local, ok := v.r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, port, err := net.SplitHostPort(local.String()); err == nil {
			return name + "-" + port
		}
	}
	return name
}

func (v *visit) setCookie(name, value string, maxAge int) {
	http.SetCookie(v.w, &http.Cookie{Name: v.cookieName(name), Value: value, Path: "/", MaxAge: maxAge, Secure: v.r.TLS != nil, HttpOnly: true, SameSite: http.SameSiteLaxMode}) // #nosec G124 -- Secure wherever there is TLS; loopback has none
}

func (v *visit) dropCookie(name string) { v.setCookie(name, "", -1) }

// come puts a fresh session into the browser and ends the one that was there.
func (v *visit) come(s access.Session) error {
	if v.session != nil {
		if err := v.leavePortal(); err != nil {
			return err
		}
	}
	v.setCookie(sessionCookie, s.Token, 0)
	if s.Device != "" {
		v.setCookie(deviceCookie, s.Device, int(access.DeviceLife.Seconds()))
	}
	v.p.Changed("portal")
	return nil
}

// browser is where the request comes from, for a sign-in.
func (v *visit) browser() access.Browser {
	b := access.Browser{Address: v.address, UserAgent: v.r.UserAgent()}
	if c, err := v.r.Cookie(v.cookieName(deviceCookie)); err == nil {
		b.Device = c.Value
	}
	return b
}

// reference is what a person tells the firm of a trouble, and the log has beside it.
func (v *visit) reference() string {
	if v.ref == "" {
		v.ref = rand.Text()[:8]
	}
	return v.ref
}

// T gives a text in the visitor's language.
func (v *visit) T(key string, args ...any) string {
	if len(args) == 0 {
		return locale.T(v.lang, key, nil)
	}
	m := make(map[string]any, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		m[args[i].(string)] = args[i+1] // a literal of this package; anything else is a defect
	}
	return locale.T(v.lang, key, m)
}

var buffers = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 64<<10)) }}

// show renders a page whole before the first byte leaves, so that a fault in the middle is
// an error page and not half of one.
func (v *visit) show(status int, title string, body templ.Component) error {
	v.title = title
	buf, _ := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	defer func() {
		if buf.Cap() <= 1<<20 {
			buffers.Put(buf)
		}
	}()
	if err := layout(v, body).Render(context.WithoutCancel(v.r.Context()), buf); err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", v.lang)
	h.Set("Vary", "Cookie, Accept-Language")
	v.write(status, buf.Bytes())
	return nil
}

// leave gives the place back: before the answer goes out, since a client may take its time
// to read it.
func (v *visit) leave() {
	if v.place {
		v.place = false
		<-v.p.serving
	}
}

func (v *visit) write(status int, body []byte) {
	v.written = true
	v.leave()
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(body) // a visitor who left is no fault of ours
	}
}

// redirect sends the browser on with GET. to is always a path of the portal.
func (v *visit) redirect(to string) {
	v.written = true
	http.Redirect(v.w, v.r, to, http.StatusSeeOther) // #nosec G710 -- what came from outside went through next or backPath
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// next is where to go after signing in: a page of the portal for people, never elsewhere
// (ASVS 3.7.2).
func (p *Portal) next(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(raw, "/") || strings.HasPrefix(raw, "//") || strings.ContainsAny(raw, "\\\r\n\t") || len(raw) > 500 {
		return "/"
	}
	probe := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: u.Path}, Host: ""}
	_, pattern := p.mux.Handler(probe)
	for _, r := range p.routes {
		if r.method+" "+r.pattern == pattern && r.level > public && r.class == page {
			return u.RequestURI()
		}
	}
	return "/"
}
