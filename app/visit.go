package app

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/edge/lan"
	"comptoir/office/users"
)

// Who is at the desk: by which door a request came, and what it holds of a session. No token ever
// reaches the page's script: a browser keeps it in a cookie, the window's is kept by the program.

// openMethods may be called by anybody who reaches the desk: everything else wants somebody signed in.
var openMethods = map[string]bool{"System.Status": true, "System.CanBrowse": true, "Account.Entry": true, "Account.SignIn": true, "Account.EnterCode": true, "Account.Forgotten": true,
	"Account.Recover": true, "Account.Choice": true, "Account.ChoosePassword": true, "Account.ConfirmEmail": true}

// machineMethods choose the company: for whoever sits at the machine, never for the network.
var machineMethods = map[string]bool{"System.Create": true, "System.Open": true, "System.OpenDemo": true, "System.CloseCompany": true, "System.Retry": true, "System.BrowseFolder": true}

// visit is one request's door and pocket.
type visit struct {
	from   users.From
	pocket pocket
}

// pocket is where a session's token is kept between two requests.
type pocket interface {
	token() string
	keep(s users.Session) // a session without a token is forgotten
}

type visitKey struct{}

// windowPocket is the window's: one, in memory, until the program ends.
type windowPocket struct {
	mu   sync.Mutex
	held string
}

func (p *windowPocket) token() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held
}

func (p *windowPocket) keep(s users.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held = s.Token
}

// cookiePocket is a browser's.
type cookiePocket struct {
	w      http.ResponseWriter
	r      *http.Request
	name   string
	device string // name of the cookie by which the browser is known again, "" for none
	secure bool
	fresh  *string // kept in this very request
}

func (p *cookiePocket) token() string {
	if p.fresh != nil {
		return *p.fresh
	}
	if c, err := p.r.Cookie(p.name); err == nil {
		return c.Value
	}
	return ""
}

func (p *cookiePocket) keep(s users.Session) {
	p.fresh = &s.Token
	age := 0 // until the browser is closed
	if s.Token == "" {
		age = -1
	}
	p.set(p.name, s.Token, age)
	if p.device != "" && s.Device != "" {
		p.set(p.device, s.Device, int((180 * 24 * time.Hour).Seconds()))
	}
}

func (p *cookiePocket) set(name, value string, age int) {
	http.SetCookie(p.w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: p.secure, SameSite: http.SameSiteStrictMode}) // #nosec G124 -- loopback is plain HTTP: Secure would keep the cookie away
}

// doorOf says how requests of one listener are taken; a nil jar is the window.
type doorOf struct {
	door   string
	cookie string
	device string
	secure bool
}

// enter puts a request's visit into its context.
func (a *App) enter(d doorOf, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{from: users.From{Door: d.door, UserAgent: r.UserAgent()}, pocket: &a.window}
		if d.cookie != "" {
			v.from.Address = lan.AddressOf(r.RemoteAddr)
			v.pocket = &cookiePocket{w: w, r: r, name: d.cookie, device: d.device, secure: d.secure}
			if c, err := r.Cookie(d.device); d.device != "" && err == nil {
				v.from.Device = c.Value
			}
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), visitKey{}, v)))
	})
}

// visit is the request's; what came by the window's binding is the window.
func (d *desk) visit() *visit {
	if v, ok := d.ctx.Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{from: users.From{Door: users.Window}, pocket: &d.app.window}
}

// who is at the desk of an open company: whoever signed in, or the principal where that is not asked for.
func (d *desk) who(h *House) (actor.Actor, error) {
	v := d.visit()
	if token := v.pocket.token(); token != "" {
		who, err := h.Users.Resume(d.ctx, token, v.from)
		if !errors.Is(err, users.ErrSignInNeeded) {
			return who, err
		}
	}
	if v.from.Door == users.LAN {
		return actor.Actor{}, users.ErrSignInNeeded
	}
	return h.Users.Lone(d.ctx)
}

// allowed is the gate before every call: open methods, those of the machine, or somebody signed in.
func (d *desk) allowed(method string) error {
	switch {
	case machineMethods[method]:
		if d.visit().from.Door == users.LAN {
			return fault.New(fault.Forbidden, "fault.users.here_only")
		}
		return nil
	case openMethods[method] || d.app.House() == nil:
		return nil
	}
	_, _, err := d.open()
	return err
}

// signedIn refuses files and events to whoever is not signed in.
func (a *App) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d := &desk{app: a, ctx: r.Context(), lang: locale.Parse(r.Header.Get("Accept-Language"))}
		if err := d.allowed(r.URL.Path); errors.Is(err, users.ErrSignInNeeded) {
			w.Header().Set("Cache-Control", "no-store")
			http.Error(w, d.t("fault.sign_in_needed", nil), http.StatusUnauthorized)
			return
		} else if err != nil {
			a.refuse(w, d, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// watchEvery is how often a stream looks whether its session still stands: an idle limit has no moment of its own.
const watchEvery = 30 * time.Second

// streams are the open event streams, each with how it looks at its session.
type streams struct {
	mu    sync.Mutex
	looks map[*func()]struct{}
}

func (s *streams) add(look *func()) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.looks == nil {
		s.looks = map[*func()]struct{}{}
	}
	s.looks[look] = struct{}{}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.looks, look)
	}
}

// lookAgain has every stream look at its session, soon.
func (s *streams) lookAgain() {
	s.mu.Lock()
	list := make([]*func(), 0, len(s.looks))
	for l := range s.looks {
		list = append(list, l)
	}
	s.mu.Unlock()
	go func() {
		for _, look := range list {
			(*look)()
		}
	}()
}

// events is GET /events: the stream ends with the session that opened it.
func (a *App) events(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	d := &desk{app: a, ctx: context.WithoutCancel(r.Context())}
	look := func() {
		if !d.stands() {
			cancel()
		}
	}
	remove := a.streams.add(&look)
	defer remove()
	look() // ended between the gate and here
	go func() {
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				look()
			case <-ctx.Done():
				return
			}
		}
	}()
	_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // a stream has no end; not every connection has a deadline
	a.hub.ServeHTTP(w, r.WithContext(ctx))
}

// stands tells whether whoever opened a stream may still listen, without keeping the session alive.
func (d *desk) stands() bool {
	h := d.app.House()
	if h == nil {
		return true
	}
	v := d.visit()
	if token := v.pocket.token(); token != "" && h.Users.Stands(d.ctx, token, v.from.Door) {
		return true
	}
	if v.from.Door == users.LAN {
		return false
	}
	_, err := h.Users.Lone(d.ctx)
	return !errors.Is(err, users.ErrSignInNeeded)
}
