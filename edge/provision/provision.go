// Package provision is the provisioning interface over HTTP: /api/v1.
//
// What lives here: its routes, tokens in headers, limits, strict JSON in and out, refusals as
// RFC 9457 problems, the OpenAPI file and its page, the carrier of webhooks. What must not:
// rules, SQL, cookies (none is read). Called by edge/portal and by the loopback listener, which
// pass on what comes in under /api/.
package provision

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/office/company"
	"comptoir/office/provisioning"
	"comptoir/office/sales"
)

// Office is what the interface asks of office/provisioning.
type Office interface {
	On(ctx context.Context) bool
	Authenticate(ctx context.Context, token, address, lang string) (provisioning.Caller, error)
	CheckSPID(ctx context.Context, named string) error
	CreateAccount(ctx context.Context, c provisioning.Caller, key string, in provisioning.Change) (provisioning.Account, bool, error)
	Account(ctx context.Context, c provisioning.Caller, code string) (provisioning.Account, error)
	UpdateAccount(ctx context.Context, c provisioning.Caller, in provisioning.Update) (provisioning.Account, error)
	SuspendAccount(ctx context.Context, c provisioning.Caller, in provisioning.Suspension) (provisioning.Account, error)
	Accounts(ctx context.Context, c provisioning.Caller, in provisioning.AccountsQuery) ([]provisioning.Account, string, error)
	Documents(ctx context.Context, c provisioning.Caller, in provisioning.DocumentsQuery) ([]provisioning.Document, string, error)
	Document(ctx context.Context, c provisioning.Caller, number string) (provisioning.Document, error)
	PDF(ctx context.Context, c provisioning.Caller, number string) (sales.File, error)
	Payments(ctx context.Context, c provisioning.Caller, in provisioning.PaymentsQuery) ([]provisioning.Payment, string, error)
	SetPhoneSystem(ctx context.Context, c provisioning.Caller, key string, in company.PhoneSystem) (company.PhoneSystem, error)
}

// Deps is what the interface needs.
type Deps struct {
	Office Office
	Clock  func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: discard
	Limits Limits           // zero values: the usual ones
}

// API answers what comes in under /api/.
type API struct {
	Deps
	mux     *http.ServeMux
	limits  *limits
	drawing chan struct{} // papers on their way at the same moment
	ids     id.Source
}

// New makes the interface; it touches nothing.
func New(d Deps) *API {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	d.Limits = d.Limits.withDefaults()
	a := &API{Deps: d, limits: newLimits(d.Clock), drawing: make(chan struct{}, d.Limits.Drawing), ids: id.Random()}
	a.mux = http.NewServeMux()
	for _, r := range routes {
		a.mux.HandleFunc(r.method+" "+Base+r.pattern, func(w http.ResponseWriter, req *http.Request) { a.perform(callOf(req), r) })
	}
	return a
}

// Base begins every address of the interface.
const Base = "/api/v1"

// Takes tells whether an address is the interface's, and the interface is on: off, it is not
// there at all, and whoever passes requests on answers as for any other address.
func (a *API) Takes(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") && a.Office.On(r.Context())
}

// call is one request on its way.
type call struct {
	api     *API
	w       http.ResponseWriter
	r       *http.Request
	lang    locale.Lang
	address string
	who     provisioning.Caller
	written bool
}

type callKey struct{}

func callOf(r *http.Request) *call {
	c, _ := r.Context().Value(callKey{}).(*call)
	return c
}

// ServeHTTP answers one request: limits, then who it is, then which route.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{api: a, w: w, lang: locale.FR, address: addressOf(r.RemoteAddr)}
	if accept := r.Header.Get("Accept-Language"); accept != "" {
		c.lang = locale.Parse(accept[:min(len(accept), 200)])
	}
	c.r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Authorization, Accept-Language")
	h.Set("Content-Language", c.lang)
	defer func() {
		if with := recover(); with != nil {
			a.broken(c, with)
		}
	}()
	if !a.limits.take("address "+c.address, a.Limits.Address) {
		c.fail(errTooMany)
		return
	}
	if a.open(c) {
		return
	}
	if err := a.enter(c); err != nil {
		c.fail(err)
		return
	}
	handler, pattern := a.mux.Handler(c.r)
	if pattern == "" {
		probe := &probeWriter{header: http.Header{}}
		handler.ServeHTTP(probe, c.r)
		if probe.status == http.StatusMethodNotAllowed {
			h.Set("Allow", probe.header.Get("Allow"))
			c.fail(errMethod)
			return
		}
		c.fail(errNoPage)
		return
	}
	a.mux.ServeHTTP(w, c.r)
}

// open answers the two addresses that want no token: they say nothing of the firm.
func (a *API) open(c *call) bool {
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return false
	}
	switch c.r.URL.Path {
	case Base + "/openapi.json":
		c.hand("application/json", openAPI)
	case Base + "/docs":
		c.docs()
	default:
		return false
	}
	return true
}

// enter finds whom the token stands for. Whatever is wrong with it, the answer is the same; who
// guesses is slowed down, who shows a good token is not.
func (a *API) enter(c *call) (err error) {
	scheme, token, _ := strings.Cut(c.r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	c.who, err = a.Office.Authenticate(c.r.Context(), strings.TrimSpace(token), c.address, c.lang)
	if errors.Is(err, provisioning.ErrNobody) {
		if !a.limits.take("guess "+c.address, a.Limits.Guess) {
			return errTooMany
		}
		c.w.Header().Set("WWW-Authenticate", `Bearer realm="Comptoir"`)
		return err
	}
	if err != nil {
		return err
	}
	if !a.limits.take("token "+c.who.Token, a.Limits.Token) {
		return errTooMany
	}
	return a.Office.CheckSPID(c.r.Context(), c.r.Header.Get("Comptoir-SPID"))
}

func (a *API) perform(c *call, r route) {
	if r.scope != "" {
		if err := c.who.Need(r.scope); err != nil {
			c.fail(err)
			return
		}
	}
	if err := r.do(c); err != nil {
		c.fail(err)
	}
}

// broken ends a call whose handler panicked, without ending the program or telling why.
func (a *API) broken(c *call, with any) {
	if err, ok := with.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(with)
	}
	a.Log.Error("api panic", "panic", fmt.Sprint(with), "stack", string(debug.Stack()))
	if !c.written {
		c.fail(errors.New("panic"))
	}
}

// addressOf takes the port off; IPv6 is counted by its network of 64 bits, since one device has all of it
// (as edge/lan does).
func addressOf(remote string) string {
	at, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	ip := at.Addr().Unmap().WithZone("")
	if net64, err := ip.Prefix(64); err == nil && ip.Is6() && !ip.IsLoopback() {
		return net64.Addr().String()
	}
	return ip.String()
}

// probeWriter hears what the mux would have answered.
type probeWriter struct {
	header http.Header
	status int
}

// Header gives the headers heard.
func (w *probeWriter) Header() http.Header { return w.header }

// Write hears nothing.
func (w *probeWriter) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader hears the status.
func (w *probeWriter) WriteHeader(status int) { w.status = status }

// The refusals of the door itself.
var (
	errTooMany = fault.New(fault.TooMany, "fault.api.too_many")
	errMethod  = fault.New(fault.Invalid, "fault.method")
	errNoPage  = fault.New(fault.NotFound, "fault.api.no_route")
	errTooBig  = fault.New(fault.Invalid, "fault.api.too_big")
	errNotJSON = fault.New(fault.Invalid, "fault.api.not_json")
	errBroken  = fault.New(fault.Invalid, "fault.api.malformed")
	errMatch   = fault.New(fault.Invalid, "fault.api.if_match")
)
