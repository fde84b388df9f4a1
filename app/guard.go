package app

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"sync"
)

// guard lets into the back office only a browser that once opened the address with the
// token that the program printed on this machine (spec/security, Listeners).
type guard struct {
	mu     sync.Mutex
	once   string // in the printed address; spent by its first use
	secret string // in the cookie
	cookie string // its name carries the port: cookies ignore ports
	host   string
	csrf   *http.CrossOriginProtection
}

// newGuard guards a loopback listener at addr, its real host and port.
func newGuard(addr string) *guard {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		port = "0"
	}
	return &guard{once: rand.Text(), secret: rand.Text(), cookie: "comptoir-desk-" + port, host: addr, csrf: http.NewCrossOriginProtection()}
}

// URL is the address to be opened, with a fresh token.
func (g *guard) URL() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.once == "" {
		g.once = rand.Text()
	}
	return "http://" + g.host + "/?token=" + g.once
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// deskPolicy: everything from here; styles of the components are set by script, which CSP
// counts as inline.
const deskPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; " +
	"worker-src 'self' blob:; frame-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"

// deskHeaders are on every answer of the desk, whoever asks.
func deskHeaders(h http.Header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", deskPolicy)
}

// Wrap checks Host (DNS rebinding), Origin (cross-site requests), then the cookie.
func (g *guard) Wrap(next http.Handler) http.Handler {
	next = g.csrf.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		deskHeaders(w.Header())
		if r.Host != g.host {
			http.Error(w, "wrong host", http.StatusMisdirectedRequest)
			return
		}
		if t := r.URL.Query().Get("token"); t != "" && r.Method == http.MethodGet && g.spend(t) {
			http.SetCookie(w, &http.Cookie{Name: g.cookie, Value: g.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}) // #nosec G124 -- loopback is plain HTTP: Secure would keep the cookie away
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		if c, err := r.Cookie(g.cookie); err == nil && same(c.Value, g.secret) {
			next.ServeHTTP(w, r)
			return
		}
		http.Error(w, "Ouvrez l’adresse affichée par le programme. / Open the address that the program printed.", http.StatusForbidden)
	})
}

func (g *guard) spend(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.once == "" || !same(token, g.once) {
		return false
	}
	g.once = ""
	return true
}
