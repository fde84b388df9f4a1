// Package portal serves the customers' pages on the local network.
//
// What lives here: routes, sessions' cookies, limits, pages (templ) and their stylesheet,
// forms turned into the words of the use cases. What must not: SQL, rules, arithmetic on
// money, permissions beyond a route's level of access (the use cases ask again). Called by
// the composition root, which passes the office rooms in.
package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"comptoir/core/actor"
	"comptoir/office/access"
	"comptoir/office/chat"
	"comptoir/office/company"
	"comptoir/office/payments"
	"comptoir/office/sales"
)

// Sales is what the portal asks of office/sales.
type Sales interface {
	PortalSummary(ctx context.Context, who actor.Actor) (sales.PortalSummary, error)
	PortalInvoices(ctx context.Context, who actor.Actor, q sales.PortalQuery) (sales.PortalPage, error)
	PortalInvoice(ctx context.Context, who actor.Actor, publicID string) (sales.Document, error)
	PortalPDF(ctx context.Context, who actor.Actor, publicID string) (sales.File, error)
	PortalCredits(ctx context.Context, who actor.Actor, q sales.PortalQuery) (sales.CreditPage, error)
	PortalCredit(ctx context.Context, who actor.Actor, publicID string) (sales.Document, error)
	PortalQuotes(ctx context.Context, who actor.Actor, q sales.PortalQuery) ([]sales.QuoteRow, string, error)
	PortalQuote(ctx context.Context, who actor.Actor, publicID string) (sales.Quote, error)
	PortalQuotePDF(ctx context.Context, who actor.Actor, publicID string) (sales.File, error)
	ApproveQuote(ctx context.Context, who actor.Actor, a sales.Approval) (sales.Outcome, error)
	RefuseQuote(ctx context.Context, who actor.Actor, r sales.Refusal) (sales.Outcome, error)
	PortalSeveral(ctx context.Context, who actor.Actor, in sales.Several) ([]sales.PaperRef, error)
	PortalPaper(ctx context.Context, who actor.Actor, ref sales.PaperRef) (sales.File, error)
}

// Payments is what the portal asks of office/payments.
type Payments interface {
	PortalPayments(ctx context.Context, who actor.Actor, q payments.PortalQuery) (payments.Page, error)
	PortalPayment(ctx context.Context, who actor.Actor, publicID string) (payments.Payment, error)
	PortalReceipt(ctx context.Context, who actor.Actor, publicID string) (sales.File, error)
	PortalSeveral(ctx context.Context, who actor.Actor, in payments.Several) ([]payments.ReceiptRef, error)
	PortalRefundPaper(ctx context.Context, who actor.Actor, publicID string) (sales.File, error)
	PortalOffer(ctx context.Context, who actor.Actor, in payments.PayAsk) (payments.Offer, error)
	PortalTerms(ctx context.Context) (payments.PortalTerms, error)
	AnnounceTransfer(ctx context.Context, who actor.Actor, a payments.AnnounceTransfer) error
	StartPayment(ctx context.Context, who actor.Actor, p payments.StartPayment) (payments.Intent, error)
	Intent(ctx context.Context, who actor.Actor, intentID string) (payments.Intent, error)
	ContinuePayment(ctx context.Context, who actor.Actor, c payments.ContinuePayment) (payments.Intent, error)
	LeavePayment(ctx context.Context, who actor.Actor, intentID string) (payments.Intent, error)
	Hear(ctx context.Context, gateway string, payload []byte, signature string) error
	KeptMethods(ctx context.Context, who actor.Actor, customerID string) ([]payments.Kept, error)
	SaveMethod(ctx context.Context, who actor.Actor, in payments.SaveMethod) (payments.Intent, error)
	MakeDefault(ctx context.Context, who actor.Actor, methodID string) error
	DeleteMethod(ctx context.Context, who actor.Actor, methodID string) error
}

// Chat is what the portal asks of office/chat.
type Chat interface {
	Ask(ctx context.Context, who actor.Actor, in chat.Question) (chat.Message, error)
	PortalThread(ctx context.Context, who actor.Actor, documentID string) ([]chat.Message, error)
	PortalUnread(ctx context.Context, who actor.Actor) ([]chat.Unread, error)
}

// Company is what the portal shows of the firm.
type Company interface {
	PortalIdentity(ctx context.Context) (company.PortalIdentity, error)
	Logo(ctx context.Context) (mediaType string, image []byte, err error)
}

// Access is what the portal asks of office/access.
type Access interface {
	OpenLink(ctx context.Context, token, address, userAgent string) (access.Session, access.Target, error)
	LinkTarget(ctx context.Context, token string) (access.Target, error)
	RenewLink(ctx context.Context, token string) error
	Resume(ctx context.Context, token, address string) (access.Session, error)
	SignIn(ctx context.Context, name, password string, from access.Browser) (access.Session, error)
	SignOut(ctx context.Context, who actor.Actor) error
	Prove(ctx context.Context, who actor.Actor, password, code string) (actor.Actor, error)
	EnterCode(ctx context.Context, half, code string, from access.Browser) (access.Session, error)
	Factor(ctx context.Context, who actor.Actor) (access.Factor, error)
	BeginFactor(ctx context.Context, who actor.Actor) error
	ConfirmFactor(ctx context.Context, who actor.Actor, code, userAgent string) (access.Session, []string, error)
	RenewRecovery(ctx context.Context, who actor.Actor) ([]string, error)
	DropFactor(ctx context.Context, who actor.Actor, password, code, userAgent string) (access.Session, error)
	TermsOwed(ctx context.Context, who actor.Actor) (access.Terms, error)
	AcceptTerms(ctx context.Context, who actor.Actor, shown string) error
	ForgotUserName(ctx context.Context, email string) error
	ChooseUserName(ctx context.Context, who actor.Actor, name string) error
	OpenStandIn(ctx context.Context, token, address string) (access.Session, error)
	OpenShown(ctx context.Context, token, address string) (session access.Session, path string, err error)
	LeaveShown(ctx context.Context, session access.Session) error
	OpenGuest(ctx context.Context, token, address, userAgent string) (access.Session, error)
	OpenHandOff(ctx context.Context, token, address, userAgent string) (access.Session, error)
	LeaveContract(ctx context.Context, session access.Session) error
	EndStandIn(ctx context.Context, session access.Session) error
	ForgotPassword(ctx context.Context, name string) error
	AskPassword(ctx context.Context, who actor.Actor) error
	PasswordLinkOf(ctx context.Context, token string) (access.PasswordChoice, error)
	ChoosePassword(ctx context.Context, token, password, address, userAgent string) (access.Session, error)
	ChangePassword(ctx context.Context, who actor.Actor, old, password, code, userAgent string) (access.Session, error)
	Profile(ctx context.Context, who actor.Actor) (access.Profile, error)
	HasPassword(ctx context.Context, who actor.Actor) (bool, error)
	SetLanguage(ctx context.Context, who actor.Actor, lang string) error
	Sessions(ctx context.Context, who actor.Actor) ([]access.OpenSession, error)
	EndSession(ctx context.Context, who actor.Actor, publicID string) error
	EndOtherSessions(ctx context.Context, who actor.Actor) (int64, error)
	Visits(ctx context.Context) (access.Visits, error)
	Saw()
	Peek(ctx context.Context, token string) (actor.Actor, error)
}

// Certificates is the local authority whose certificate a device may trust; edge/lan
// behind it. Nil where the portal speaks plain HTTP only.
type Certificates interface {
	Certificate() []byte
	Fingerprint() string
}

// API is the provisioning interface: it has no cookie and no form, its own words for refusals,
// and is not there at all while the firm has it switched off.
type API interface {
	http.Handler
	Takes(r *http.Request) bool
}

// Deps is what the portal needs. Listen opens the port: it gives TLS connections for
// https and answers plain HTTP with the handler (edge/lan behind it).
type Deps struct {
	Sales         Sales
	Payments      Payments
	Recurring     Recurring
	Charging      Charging // nil: nothing is charged by itself
	Subscriptions Subscriptions
	Registration  Registration
	Sepa          Sepa // mandates of direct debits
	Statements    Statements
	Reminders     Reminders // nil: no late fees are shown
	Chat          Chat
	Talks         Talks                                                     // nil: no conversations
	ChatHours     func(ctx context.Context, lang string) (ChatHours, error) // nil: the firm does not chat
	Files         Files
	Contracts     Contracts
	Comments      Comments
	Signing       Signing
	ContractMoney ContractMoney
	Company       Company
	Access        Access
	Privacy       Privacy
	Notices       Notices                                         // nil: nothing is announced on the dashboard
	Contacts      Contacts                                        // nil: contacts change nothing themselves
	Markdown      func(markdown string) string                    // renders what the firm wrote, sanitised
	Certificates  func(ctx context.Context) (Certificates, error) // nil: no https
	Listen        func(addr, transport string, plain http.Handler) (net.Listener, error)
	// MethodPays names what a kept method of the customer pays by itself, in words for the
	// customer; nil: nothing.
	MethodPays func(ctx context.Context, who actor.Actor, methodID string) ([]string, error)
	// PayOrigins are the pages of gateways that a form may lead to, as origins.
	PayOrigins []string
	// Merge binds papers into one (edge/pdf behind it).
	Merge func(w io.Writer, papers [][]byte) error
	// Names are the host names and addresses that the portal answers to.
	Names func() []string
	// API answers what comes in under /api/ (edge/provision); nil: there is none.
	API API
	// Chosen is the host name that the owner chose for links, "" for none.
	Chosen func() string
	Clock  func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: discard
	// Changed is called when somebody came in or went, so that the window looks again.
	Changed func(topics ...string)
	Limits  Limits // zero values: the usual ones
}

// Portal is the customers' side of the program.
type Portal struct {
	Deps
	assets  *assets
	mux     *http.ServeMux
	routes  []route
	limits  *limits
	drawing chan struct{} // papers on their way at the same moment
	zipping chan struct{} // archives on their way at the same moment
	calling chan struct{} // calls of gateways on their way at the same moment
	hearing chan struct{} // words of gateways coming in at the same moment
	zips    *flight       // those of one visitor
	uploads *flight       // uploads of one address
	// uploadsAll are those of all.
	uploadsAll chan struct{}
	streams    *streaming
	serving    chan struct{} // requests on their way at the same moment
	flight     *flight       // those of one address
	shut       atomic.Bool
	known      atomic.Pointer[identity]
	answers    atomic.Pointer[names]

	mu        sync.Mutex
	server    *http.Server
	transport string
	address   string // as the listener says
	ca        Certificates
}

// New makes the portal; it touches nothing.
func New(d Deps) *Portal {
	if d.Clock == nil {
		d.Clock = time.Now
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Changed == nil {
		d.Changed = func(...string) {}
	}
	if d.Names == nil {
		d.Names = func() []string { return nil }
	}
	if d.Chosen == nil {
		d.Chosen = func() string { return "" }
	}
	d.Limits = d.Limits.withDefaults()
	p := &Portal{Deps: d, routes: routes, assets: loadAssets(), limits: newLimits(d.Limits, d.Clock),
		drawing: make(chan struct{}, d.Limits.Drawing), zipping: make(chan struct{}, d.Limits.Zipping), calling: make(chan struct{}, d.Limits.Calling), hearing: make(chan struct{}, d.Limits.Hearing), zips: newFlight(2), uploads: newFlight(2), uploadsAll: make(chan struct{}, d.Limits.Uploads), serving: make(chan struct{}, d.Limits.Serving), flight: newFlight(d.Limits.Flight)}
	p.streams = newStreaming(d.Limits)
	p.mux = p.routesMux()
	return p
}

// Start opens the portal at addr (host:port; an empty host is every address). It gives the
// address to be told to people. A portal that is open already is closed first.
func (p *Portal) Start(ctx context.Context, addr, transport string) (url string, err error) {
	if err := p.Stop(ctx); err != nil {
		return "", err
	}
	var ca Certificates
	if transport == "https" {
		if p.Certificates == nil {
			return "", errors.New("portal: no certificates")
		}
		if ca, err = p.Certificates(ctx); err != nil {
			return "", err
		}
	}
	l, err := p.Listen(addr, transport, http.HandlerFunc(p.servePlain))
	if err != nil {
		return "", err
	}
	server := &http.Server{
		Handler: p.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 60 * time.Second,
		MaxHeaderBytes: 16 << 10, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: streams}, ErrorLog: slog.NewLogLogger(p.Log.Handler(), slog.LevelDebug),
	}
	p.mu.Lock()
	p.server, p.transport, p.address, p.ca = server, transport, l.Addr().String(), ca
	p.mu.Unlock()
	p.shut.Store(false)
	go func() {
		if err := server.Serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
			p.Log.Error("portal ended", "err", err)
		}
	}()
	p.Log.InfoContext(ctx, "portal open", "address", l.Addr().String(), "transport", transport)
	return p.State(ctx).URL, nil
}

// Stop lets what is on its way end, for as long as ctx allows, then closes.
func (p *Portal) Stop(ctx context.Context) error {
	p.mu.Lock()
	server := p.server
	p.server = nil
	p.mu.Unlock()
	if server == nil {
		return nil
	}
	p.streams.end()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = server.Close()
	}
	p.Log.InfoContext(ctx, "portal closed")
	return err
}

// Pause shows everybody the closed page with 503 while the listener stays: for a restore,
// or while the company file is changed.
func (p *Portal) Pause(closed bool) {
	p.shut.Store(closed)
	if closed {
		p.streams.end()
	}
}

// State is what the portal card of the window shows.
type State struct {
	Open      bool
	Transport string
	Addresses []string // whole addresses, the best one first
	URL       string   // the first of them
	Port      int
	// Fingerprint is that of the local authority, "" without https.
	Fingerprint string
	access.Visits
}

// State tells whether the portal is open, where, and who is there.
func (p *Portal) State(ctx context.Context) State {
	p.mu.Lock()
	s := State{Open: p.server != nil, Transport: p.transport}
	address := p.address
	if p.ca != nil {
		s.Fingerprint = p.ca.Fingerprint()
	}
	p.mu.Unlock()
	if v, err := p.Access.Visits(ctx); err == nil {
		s.Visits = v
	} else {
		p.Log.WarnContext(ctx, "portal visits", "err", err)
	}
	if !s.Open {
		return s
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return s
	}
	s.Port, _ = strconv.Atoi(port) // what the system gave is a number
	for _, h := range p.hosts(host) {
		s.Addresses = append(s.Addresses, s.Transport+"://"+net.JoinHostPort(h, port))
	}
	s.URL = s.Addresses[0]
	return s
}

// hosts turns the listener's host into what people can type: the name that the owner chose
// first, unless nobody outside can come; on every address, those of the network come next,
// then names, then loopback.
func (p *Portal) hosts(bound string) []string {
	all := p.reached(bound)
	chosen := strings.ToLower(p.Chosen())
	if chosen == "" || loopbackName(bound) {
		return all
	}
	return append([]string{chosen}, slices.DeleteFunc(all, func(h string) bool { return h == chosen })...)
}

func (p *Portal) reached(bound string) []string {
	ip := net.ParseIP(bound)
	if ip != nil && !ip.IsUnspecified() {
		return []string{bound}
	}
	var lan, names []string
	for _, n := range p.Names() {
		parsed := net.ParseIP(n)
		switch {
		case parsed == nil && n != "localhost" && strings.Contains(n, "."):
			names = append(names, n)
		case parsed != nil && !parsed.IsLoopback():
			lan = append(lan, n)
		}
	}
	if len(lan) == 0 { // no network: a name that only mDNS knows leads nowhere
		return append([]string{"localhost"}, names...)
	}
	return append(append(lan, names...), "localhost")
}

// names are what the portal answers to, asked of the machine again every ten seconds: the
// answer lists every network interface.
type names struct {
	list []string
	at   time.Time
}

func (p *Portal) answersTo(host string) bool {
	now := p.Clock()
	known := p.answers.Load()
	if known == nil || now.Sub(known.at) > 10*time.Second || now.Before(known.at) {
		known = &names{p.Names(), now}
		p.answers.Store(known)
	}
	return slices.Contains(known.list, host)
}

// newKey is the hidden key of a form: what makes a second click the same click.
func newKey() string { return rand.Text() }
