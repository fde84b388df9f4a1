package portal

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/access"
)

// policy is what pages may load: our own files and nothing inline (ASVS 3.4.3, 3.4.6).
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"

// Handler is the whole portal, from the network's side: guards first, then the routes.
func (p *Portal) Handler() http.Handler {
	csrf := http.NewCrossOriginProtection()
	csrf.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visitOf(w, r).fail(fault.New(fault.Forbidden, "fault.cross_site"))
	}))
	inner := csrf.Handler(http.HandlerFunc(p.dispatch))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := newVisit(p, w, r)
		headers(w.Header(), r)
		defer func() {
			if with := recover(); with != nil {
				p.broken(v, with)
			}
		}()
		if !p.allowedHost(r) {
			v.fail(errWrongHost)
			return
		}
		if p.shut.Load() {
			v.fail(errClosed)
			return
		}
		done, ok := p.flight.take(v.address)
		if !ok {
			v.busy()
			return
		}
		v.landed = sync.OnceFunc(done)
		defer v.landed()
		if p.API != nil && p.API.Takes(r) {
			p.serveAPI(v, w, r)
			return
		}
		if v.receive(); errors.Is(v.formErr, errBodySlow) {
			v.fail(errBodySlow)
			return
		}
		select {
		case p.serving <- struct{}{}:
			v.place = true
			defer v.leave()
		default:
			v.busy()
			return
		}
		inner.ServeHTTP(w, r.WithContext(contextOf(r, v)))
	})
}

// serveAPI passes a request on to the provisioning interface, within the portal's own places.
func (p *Portal) serveAPI(v *visit, w http.ResponseWriter, r *http.Request) {
	select {
	case p.serving <- struct{}{}:
		v.place, v.written = true, true
		defer v.leave()
	default:
		v.busy()
		return
	}
	p.API.ServeHTTP(w, r)
}

func contextOf(r *http.Request, v *visit) context.Context {
	return context.WithValue(r.Context(), visitKey{}, v)
}

func headers(h http.Header, r *http.Request) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if r.TLS != nil && !loopbackName(hostOf(r)) {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// broken ends a request whose handler panicked, without ending the program or telling why.
func (p *Portal) broken(v *visit, with any) {
	if err, ok := with.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(with)
	}
	p.Log.Error("portal panic", "ref", v.reference(), "panic", fmt.Sprint(with), "stack", string(debug.Stack()))
	if !v.written {
		v.fail(errors.New("panic"))
	}
}

// The refusals of the door itself.
var (
	errWrongHost = fault.New(fault.Invalid, "fault.wrong_host")
	errClosed    = fault.New(fault.Unavailable, "fault.portal_closed")
	errNoPage    = fault.New(fault.NotFound, "fault.no_page")
	errMethod    = fault.New(fault.Invalid, "fault.method")
	errTooBig    = fault.New(fault.Invalid, "fault.form_too_big")
	errNotAForm  = fault.New(fault.Invalid, "fault.not_a_form")
)

// hostOf is the name or address that the browser asked for, without port and brackets.
func hostOf(r *http.Request) string {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
}

// loopbackName tells the names of this very machine. HSTS for one of them would shut out
// every other program that speaks plain HTTP there (RFC 6797 8.1.1 exempts addresses only).
func loopbackName(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// allowedHost turns away what is not ours: a page elsewhere whose name was made to point
// here would else be taken for the portal (DNS rebinding). An address is ours where the
// connection came in at it, or where it is among the portal's names.
func (p *Portal) allowedHost(r *http.Request) bool {
	host := hostOf(r)
	if loopbackName(host) {
		return true
	}
	if ip := net.ParseIP(host); ip != nil {
		if local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr); ok && local.IP.Equal(ip) {
			return true
		}
		host = ip.String()
	}
	return host != "" && p.answersTo(host)
}

// dispatch finds the route, or says in our own words that there is none.
func (p *Portal) dispatch(w http.ResponseWriter, r *http.Request) {
	if h, pattern := p.mux.Handler(r); pattern == "" {
		v := visitOf(w, r)
		if !p.limits.address(page, v.address) {
			v.fail(fault.New(fault.TooMany, "fault.too_many"))
			return
		}
		probe := &probeWriter{header: http.Header{}}
		h.ServeHTTP(probe, r)
		if allow := probe.header.Get("Allow"); probe.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", allow)
			v.fail(errMethod)
			return
		}
		v.fail(errNoPage)
		return
	}
	p.mux.ServeHTTP(w, r)
}

// probeWriter hears what the mux would have answered.
type probeWriter struct {
	header http.Header
	status int
}

func (w *probeWriter) Header() http.Header         { return w.header }
func (w *probeWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *probeWriter) WriteHeader(status int)      { w.status = status }

// serve asks limits, form, session and level of access, then does the route.
func (p *Portal) serve(v *visit, r route) {
	v.route = r
	v.kept = p.keptOf(v, r)
	if err := p.enter(v, r); err != nil {
		v.fail(err)
		return
	}
	if v.written { // sent elsewhere: to sign in
		return
	}
	if err := p.perform(v, r); err != nil {
		v.fail(err)
		return
	}
	if v.session != nil && !v.who.StandsIn() && !v.alone() && r.class != file {
		p.Access.Saw()
	}
}

func (p *Portal) enter(v *visit, r route) error {
	if !p.limits.address(r.class, v.address) {
		return fault.New(fault.TooMany, "fault.too_many")
	}
	if r.class == file {
		return nil
	}
	if v.formErr != nil {
		return v.formErr
	}
	if err := p.resume(v); err != nil {
		return err
	}
	if v.session != nil && !p.limits.session(v.session.PublicID) {
		return fault.New(fault.TooMany, "fault.too_many")
	}
	if err := v.mayStandIn(r); err != nil {
		return err
	}
	if err := v.mayRead(r); err != nil || v.written {
		return err
	}
	if err := v.mayVisit(r); err != nil || v.written {
		return err
	}
	if v.level() >= r.level {
		if err := v.mayEnter(r); err != nil {
			return err
		}
		return v.settle(r)
	}
	return p.askToSignIn(v, r)
}

// resume finds the session of the cookie; a dead one is taken away.
func (p *Portal) resume(v *visit) error {
	c, err := v.r.Cookie(v.cookieName(sessionCookie))
	if err != nil || c.Value == "" {
		return nil //nolint:nilerr // no cookie is no session
	}
	s, err := p.Access.Resume(v.r.Context(), c.Value, v.address)
	switch {
	case err == nil:
		v.signedIn(s)
	case errors.Is(err, access.ErrNoSession):
		v.dropCookie(sessionCookie)
		v.ended = true
	default:
		return err
	}
	return nil
}

// level is how far this visitor is trusted now.
func (v *visit) level() level {
	switch {
	case v.session == nil:
		return public
	case v.who.Trust >= actor.TrustPassword:
		return byPassword
	case v.alone(): // the firm is there, or invited it, whatever it wants of mailed links
		return byLink
	case v.identity().PasswordAlways, v.session.PasswordAlways:
		return public
	}
	return byLink
}

// askToSignIn sends to the sign-in page and back afterwards. What was typed into a form stands on
// that page, and comes along.
func (p *Portal) askToSignIn(v *visit, r route) error {
	if v.uploading() {
		p.keepUpload(v, r)
	}
	if v.kept != nil {
		return p.showSignIn(v, http.StatusForbidden, signInView{ended: v.ended})
	}
	to := "/connexion"
	q := ""
	if r.method == http.MethodGet {
		q = "?suite=" + queryEscape(v.r.URL.RequestURI())
	}
	if v.ended {
		q += sep(q) + "fin=1"
	}
	v.redirect(to + q)
	return nil
}

func sep(q string) string {
	if q == "" {
		return "?"
	}
	return "&"
}

// readForm reads the form of a POST within its limits; any other kind of body is refused.
func (v *visit) readForm(limit int64) error {
	if v.r.Method != http.MethodPost {
		return nil
	}
	kind, _, err := mime.ParseMediaType(v.r.Header.Get("Content-Type"))
	if v.r.ContentLength == 0 && v.r.Header.Get("Content-Type") == "" {
		return nil // a button without fields
	}
	if err != nil || kind != "application/x-www-form-urlencoded" {
		return errNotAForm
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, limit)
	if err := v.r.ParseForm(); err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return errTooBig
		}
		if slow(err) {
			return errBodySlow
		}
		return errNotAForm
	}
	return nil
}
