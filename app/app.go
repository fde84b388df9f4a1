// Package app is the composition root: it wires every room of an open company, and holds
// the structs that the window binds.
//
// What lives here: making and opening a company folder, the one transport (rpc), the guard
// of the back office in the browser, bound methods of a few lines each (actor → use case →
// view). What must not: rules, SQL, words for people (core/locale). Called by main, by the
// command line and by tests through apptest.
package app

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"comptoir/app/demo"
	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/office/users"
)

// Config is what a program start decides. New touches nothing: no file, no port.
type Config struct {
	Folder  string           // company folder, "" = the last one used
	Home    string           // where demo company and new companies go; "" = the user's data folder
	Recent  string           // file of recent companies; "" = the user's config folder
	Assets  fs.FS            // the built frontend
	Lang    locale.Lang      // of the machine, until a company says otherwise
	Clock   func() time.Time // nil: time.Now
	Log     *slog.Logger     // nil: discard
	Version string
	// Demo says how large a practice company the window makes; zero: the usual one.
	Demo demo.Options
	// Portal overrides the portal's stored settings: an address to listen on, "off" for none.
	Portal string
	// NoLAN keeps the desk off the network whatever the settings say.
	NoLAN bool
}

// The states of the program, as System.Status tells them.
const (
	StateOpen       = "open"
	StateFirstStart = "first_start"
	StateMissing    = "missing"
	StateLocked     = "locked"
	StateDamaged    = "damaged"
	StateNewer      = "newer"
)

// App is the program: at most one open company, and what the window asks of it.
type App struct {
	cfg    Config
	log    *slog.Logger
	hub    *hub
	recent *recentFile
	// Browse asks the person for a folder; set by the window, nil in a browser.
	Browse func(title string) (string, error)
	// Notify shows a word on the desktop that leads to a page of the window; set by the window, nil in a browser.
	Notify func(title, text, href string) error
	// OpenURL shows an address in the machine's browser; set by the window, nil in a browser,
	// whose page does it itself.
	OpenURL func(url string)

	window  windowPocket // of the window: who is signed in there
	streams streams
	network lanDesk

	opening sync.Mutex // one opening, making or closing at a time
	madeBy  string     // key of the wizard that made the open company

	mu     sync.RWMutex
	house  *House
	state  string
	reason error // why no company is open
	folder string
}

// New wires the program and touches nothing.
func New(cfg Config) *App {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	if cfg.Home == "" {
		cfg.Home = defaultHome()
	}
	if cfg.Recent == "" {
		cfg.Recent = defaultRecent()
	}
	return &App{cfg: cfg, log: cfg.Log, hub: newHub(), recent: &recentFile{path: cfg.Recent}, state: StateFirstStart}
}

func defaultHome() string {
	if d := os.Getenv("XDG_DATA_HOME"); d != "" {
		return filepath.Join(d, "comptoir")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, ".local", "share", "comptoir")
}

func defaultRecent() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		dir = defaultHome()
	}
	return filepath.Join(dir, "comptoir", "recent.json")
}

// DemoFolder is where the practice company lives.
func (a *App) DemoFolder() string { return filepath.Join(a.cfg.Home, "demo") }

// Start opens the company that the configuration names, or the last one. A company that
// cannot be opened is no error: the window then shows the recovery screen.
func (a *App) Start(ctx context.Context) {
	folder := a.cfg.Folder
	if folder == "" {
		if list := a.recent.list(); len(list) > 0 {
			folder = list[0].Folder
		}
	}
	if folder == "" {
		a.set(nil, StateFirstStart, nil, "")
		return
	}
	a.open(ctx, folder)
}

// open opens a company folder and closes the one before. The state tells what came of it.
func (a *App) open(ctx context.Context, folder string) {
	a.shut(ctx)
	known := a.recent.knows(folder)
	h, err := OpenHouse(ctx, HouseOptions{Folder: folder, Clock: a.cfg.Clock, Log: a.log, Changed: a.hub.Changed, Ended: a.streams.lookAgain})
	if err != nil {
		state := stateOf(err)
		if state == StateMissing && a.cfg.Folder == folder && !known {
			state, err = StateFirstStart, nil // a folder named on the command line that is still empty
		}
		a.set(nil, state, err, folder)
		return
	}
	made, err := h.Company.Exists(ctx)
	if err != nil || !made {
		state := StateFirstStart // a wizard that was interrupted
		if known && err == nil {
			err = db.ErrDamaged // there was a company in it
		}
		if err != nil {
			state = stateOf(err)
		}
		if cerr := h.Close(ctx); cerr != nil {
			a.log.Error("close", "error", cerr.Error())
		}
		a.set(nil, state, err, folder)
		return
	}
	a.use(ctx, h)
}

// use makes an opened house the program's company and starts its work.
func (a *App) use(ctx context.Context, h *House) {
	a.set(h, StateOpen, nil, h.Folder)
	h.Start(ctx, a.cfg.Portal)
	a.network.follow(ctx, a, h)
	if f, err := h.Company.Firm(ctx, actor.Machine()); err == nil {
		a.recent.remember(RecentCompany{Name: f.Name, Folder: h.Folder, Demo: f.IsDemo})
	}
	a.hub.Changed("*")
}

func stateOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return StateDamaged
	}
	switch f.Key {
	case "fault.folder_missing":
		return StateMissing
	case "fault.folder_locked":
		return StateLocked
	case "fault.file_newer":
		return StateNewer
	}
	return StateDamaged
}

func (a *App) set(h *House, state string, reason error, folder string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.house, a.state, a.reason, a.folder = h, state, reason, folder
}

// House gives the open company, nil when there is none.
func (a *App) House() *House {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.house
}

// shut closes the open company, if any.
func (a *App) shut(ctx context.Context) {
	a.mu.Lock()
	h := a.house
	a.house = nil
	a.mu.Unlock()
	if h == nil {
		return
	}
	a.network.close(ctx)
	a.streams.lookAgain()
	if err := h.Close(ctx); err != nil {
		a.log.Error("close company", "error", err.Error())
	}
}

// Stop ends everything in order.
func (a *App) Stop(ctx context.Context) {
	a.hub.Close()
	a.shut(ctx)
}

// Emit lets the window hear what changed, by the Wails runtime.
func (a *App) Emit(fn func(name string, data any)) {
	a.hub.mu.Lock()
	defer a.hub.mu.Unlock()
	a.hub.emit = fn
}

// Services are the structs whose TypeScript is generated; the dispatcher serves the same methods,
// and nothing else does: a method that the window bound would pass by its permission.
func (a *App) Services() []any {
	return a.services(&desk{app: a, ctx: context.Background(), lang: a.cfg.Lang})
}

func (a *App) services(d *desk) []any {
	return []any{&System{d}, &Home{d}, &Invoices{d}, &Recurring{d}, &Contracts{d}, &ContractSharing{d}, &ContractFiles{d}, &Signing{d}, &Subscriptions{d}, &CatchUp{d}, &Credits{d}, &Quotes{d}, &Questions{d}, &Customers{d}, &Invitations{d}, &Privacy{d}, &Items{d}, &PriceLists{d}, &Imports{d}, &Payments{d}, &Charging{d}, &Gateways{d}, &Sepa{d}, &Mail{d}, &Books{d}, &Portal{d}, &Shared{d}, &Settings{d}, &Reminders{d}, &Groups{d}, &Requests{d}, &Statements{d}, &ContractMoney{d}, &Account{d}, &Users{d}, &Lan{d}, &Provisioning{d}, &Hours{d}, &Conversations{d}, &Audit{d}, &Notices{d}, &BillingAccount{d}}
}

// Handler is the back office over HTTP for the window's asset server: the built frontend, the calls,
// events and files. A browser comes through a guarded listener (ServeDesk, lanDesk).
func (a *App) Handler() http.Handler { return a.handler(doorOf{door: users.Window}) }

func (a *App) handler(d doorOf) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /rpc/{method}", newDispatcher(a))
	mux.Handle("GET /events", a.signedIn(http.HandlerFunc(a.events)))
	files := http.NewServeMux()
	a.fileRoutes(files)
	guarded := a.signedIn(a.guardFiles(files))
	mux.Handle("GET /files/", guarded)
	mux.Handle("POST /files/", guarded)
	if a.cfg.Assets != nil {
		page := assets(a.cfg.Assets)
		mux.Handle(pageOfTheWindow, page)
		files.Handle(pageOfTheWindow, page)
	}
	return a.enter(d, mux)
}

// desk is one call of the owner's desk: its context and the reader's language.
type desk struct {
	app  *App
	ctx  context.Context //nolint:containedctx // a desk lives for one call; bound methods cannot take a context (facts: Wails)
	lang locale.Lang
}

// open gives the open company and who acts: whoever is signed in, or the principal where nobody has to.
func (d *desk) open() (*House, actor.Actor, error) {
	h := d.app.House()
	if h == nil {
		return nil, actor.Actor{}, noCompany()
	}
	who, err := d.who(h)
	if err != nil {
		return nil, actor.Actor{}, err
	}
	who.Lang = d.lang
	return h, who, nil
}

func noCompany() error { return fault.New(fault.Unavailable, "fault.no_company_open") }

func (d *desk) t(key string, args map[string]any) string { return locale.T(d.lang, key, args) }

// Reason tells why no company is open, nil when one is.
func (a *App) Reason() error {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.house == nil && a.reason == nil {
		return noCompany()
	}
	return a.reason
}

// Portal gives the portal's address, "" while it is closed, and why it failed to open.
func (a *App) Portal() (url string, failure error) {
	h := a.House()
	if h == nil {
		return "", nil
	}
	return h.portal.state()
}

// FolderInUse is the company folder that a start would open.
func (a *App) FolderInUse() string {
	if a.cfg.Folder != "" {
		return a.cfg.Folder
	}
	if list := a.recent.list(); len(list) > 0 {
		return list[0].Folder
	}
	return a.DemoFolder()
}
