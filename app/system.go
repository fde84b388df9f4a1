package app

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/locale"
	"comptoir/core/money"
	"comptoir/office/company"
	"comptoir/office/users"
)

// System is bound to the window: the program itself, which company is open, search.
type System struct{ desk *desk }

// CompanyMark names the open company.
type CompanyMark struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Demo     bool   `json:"demo"`
	Country  string `json:"country"`
	Currency string `json:"currency"`
	Language string `json:"language"` // of the window's user
	Theme    string `json:"theme"`
	PortalOn bool   `json:"portalOn"`
	Accent   string `json:"accent"`
}

// Status tells which company is open, or why none is.
type Status struct {
	State   string          `json:"state"`
	Message string          `json:"message"`
	Folder  string          `json:"folder"`
	Version string          `json:"version"`
	Company *CompanyMark    `json:"company"`
	Recent  []RecentCompany `json:"recent"`
	// Role is that of whoever sits here, "" where no company is open, and Permissions what it may:
	// the window hides or disables the rest, and the program refuses it.
	Role        string   `json:"role"`
	Permissions []string `json:"permissions"`
	// SignInNeeded: the company is open, and nobody is signed in at this door.
	SignInNeeded bool      `json:"signInNeeded"`
	User         *UserMark `json:"user"` // who acts
	Door         string    `json:"door"` // window, browser, lan
}

// Status gives it.
func (s *System) Status() (Status, error) {
	a := s.desk.app
	a.mu.RLock()
	st := Status{State: a.state, Folder: a.folder, Version: a.cfg.Version, Permissions: []string{}}
	reason := a.reason
	a.mu.RUnlock()
	st.Recent = a.recent.list()
	if reason != nil {
		st.Message = show(s.desk.ctx, a.log, s.desk.lang, "open", reason).Message
	}
	visit := s.desk.visit()
	if st.Door = visit.from.Door; st.Door == users.LAN {
		st.Recent, st.Folder = []RecentCompany{}, ""
	}
	h, who, err := s.desk.open()
	switch {
	case errors.Is(err, users.ErrSignInNeeded):
		return s.closed(st)
	case err != nil:
		return st, nil //nolint:nilerr // no company open is one of the states
	}
	st.Role = string(who.Role)
	for _, p := range actor.Permissions() {
		if who.Role.May(p) {
			st.Permissions = append(st.Permissions, string(p))
		}
	}
	f, err := h.Company.Firm(s.desk.ctx, actor.Machine()) // its name stands above every page
	if err != nil {
		return Status{}, err
	}
	me, err := h.Users.Me(s.desk.ctx, who)
	st.User = s.desk.mark(me.Person)
	st.Company = &CompanyMark{ID: f.PublicID, Name: f.Name, Demo: f.IsDemo, Country: f.Country, Currency: f.Currency, Language: me.Language, Theme: me.Theme, Accent: f.Accent,
		PortalOn: h.portal.base() != ""}
	return st, err
}

// closed is the status while somebody has to sign in first: what the sign-in page shows, and no more.
func (s *System) closed(st Status) (Status, error) {
	st.SignInNeeded = true
	if st.Door == users.LAN { // which defects it may have is nobody's business there
		st.Version = ""
	}
	h := s.desk.app.House()
	if h == nil {
		return st, nil
	}
	f, err := h.Company.Firm(s.desk.ctx, actor.Machine())
	if err != nil {
		return Status{}, err
	}
	st.Company = &CompanyMark{Name: f.Name, Demo: f.IsDemo, Language: f.Language, Theme: "auto", Accent: f.Accent}
	return st, nil
}

// NewCompany are the four answers of the first-start wizard.
type NewCompany struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	Country  string `json:"country"`
	Language string `json:"language"`
	Email    string `json:"email"`
}

// Create makes a company in a folder of its own and opens it. A second click finds it made
// and opens it.
func (s *System) Create(n NewCompany) (Status, error) {
	a := s.desk.app
	a.opening.Lock()
	defer a.opening.Unlock()
	if h := a.House(); h != nil && a.madeBy == n.Key && n.Key != "" {
		return s.Status()
	}
	if err := company.CheckCreate(company.Create{Name: n.Name, Country: n.Country, Language: n.Language, Email: n.Email}); err != nil {
		return Status{}, err
	}
	folder := a.newFolder(n.Name)
	ctx := context.WithoutCancel(s.desk.ctx) // a company half made is worse than a slow answer
	h, err := OpenHouse(ctx, HouseOptions{Folder: folder, Create: true, Clock: a.cfg.Clock, Log: a.log, Changed: a.hub.Changed, Ended: a.streams.lookAgain})
	if err != nil {
		return Status{}, err
	}
	who := actor.Actor{Kind: actor.Staff, Name: n.Name, Lang: s.desk.lang}
	if err := h.Company.Create(ctx, who, company.Create{Name: n.Name, Country: n.Country, Language: n.Language, Email: n.Email}); err != nil {
		if cerr := h.Close(ctx); cerr != nil {
			a.log.Error("close", "error", cerr.Error())
		}
		return Status{}, err
	}
	a.shut(ctx)
	a.use(ctx, h)
	a.madeBy = n.Key
	return s.Status()
}

// newFolder gives the folder of a new company: the one that the program was started on
// while it is empty, else one named after the firm.
func (a *App) newFolder(name string) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.state == StateFirstStart && a.folder != "" {
		return a.folder
	}
	slug := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, strings.ToLower(company.PlainName(name)))
	slug = strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' }), "-")
	if len(slug) > 40 {
		slug = slug[:40]
	}
	return filepath.Join(a.cfg.Home, "companies", strings.Trim(slug+"-"+id.Random()()[:6], "-"))
}

// OpenDemo opens the practice company, making it first where there is none.
func (s *System) OpenDemo() (Status, error) {
	a := s.desk.app
	a.opening.Lock()
	defer a.opening.Unlock()
	ctx := context.WithoutCancel(s.desk.ctx)
	if h := a.House(); h != nil && h.Folder == a.DemoFolder() {
		return s.Status()
	}
	if err := a.makeDemo(ctx, s.desk.lang); err != nil {
		return Status{}, err
	}
	a.open(ctx, a.DemoFolder())
	return s.Status()
}

// Open opens the company in a folder.
func (s *System) Open(folder string) (Status, error) {
	a := s.desk.app
	a.opening.Lock()
	defer a.opening.Unlock()
	if strings.TrimSpace(folder) == "" {
		return Status{}, fault.New(fault.Invalid, "fault.folder_missing")
	}
	a.open(context.WithoutCancel(s.desk.ctx), filepath.Clean(folder))
	return s.Status()
}

// Retry opens again what could not be opened.
func (s *System) Retry() (Status, error) {
	a := s.desk.app
	a.opening.Lock()
	defer a.opening.Unlock()
	a.mu.RLock()
	folder := a.folder
	a.mu.RUnlock()
	if folder != "" && a.House() == nil {
		a.open(context.WithoutCancel(s.desk.ctx), folder)
	}
	return s.Status()
}

// CloseCompany closes the open company and shows the start page.
func (s *System) CloseCompany() (Status, error) {
	a := s.desk.app
	a.opening.Lock()
	defer a.opening.Unlock()
	a.shut(context.WithoutCancel(s.desk.ctx))
	a.set(nil, StateFirstStart, nil, "")
	a.hub.Changed("*")
	return s.Status()
}

// CanBrowse tells whether there is a native dialog to choose a folder with.
func (s *System) CanBrowse() (bool, error) { return s.desk.app.Browse != nil, nil }

// BrowseFolder asks for a folder by the system's own dialog; "" when it was cancelled.
func (s *System) BrowseFolder() (string, error) {
	if s.desk.app.Browse == nil {
		return "", fault.New(fault.Unavailable, "fault.no_dialog")
	}
	return s.desk.app.Browse(s.desk.t("window.start.browse_title", nil))
}

// SetPreferences keeps the language and the theme of the window's user.
func (s *System) SetPreferences(language, theme string) error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Company.SetPreferences(s.desk.ctx, who, language, theme)
}

// Found is one thing that search found.
type Found struct {
	Kind     string `json:"kind"`
	ID       string `json:"id"`
	Title    string `json:"title"`
	Subtitle string `json:"subtitle"`
	Href     string `json:"href"`
}

// places are the pages of what can be found.
var places = map[string]string{"document": "/invoices/", "quote": "/quotes/", "customer": "/customers/", "item": "/items/", "payment": "/payments/", "recurring": "/recurring/", "subscription": "/subscriptions/", "access_request": "/requests/", "contract": "/contracts/", "conversation": "/inbox/chat/"}

// Search finds documents, customers, items and payments while the person types.
func (s *System) Search(words string) ([]Found, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	hits, err := h.Search.Find(s.desk.ctx, who, words, 12)
	list := make([]Found, 0, len(hits))
	for _, x := range hits {
		list = append(list, Found{Kind: x.Kind, ID: x.PublicID, Title: x.Title, Subtitle: x.Subtitle, Href: places[x.Kind] + x.PublicID})
	}
	if err != nil {
		return nil, err
	}
	said, err := s.desk.conversationsFound(h, who, words)
	return append(list, said...), err
}

// Notification is a word to the firm's people inside the program.
type Notification struct {
	ID   string `json:"id"`
	At   string `json:"at"`
	Kind string `json:"kind"`
	Text string `json:"text"`
	Href string `json:"href"`
	Read bool   `json:"read"`
}

// Notifications gives the newest, whatever was read.
func (s *System) Notifications() ([]Notification, error) {
	h, who, err := s.desk.open()
	if err != nil {
		return nil, err
	}
	rows, err := h.Company.Notifications(s.desk.ctx, who, 50)
	list := make([]Notification, 0, len(rows))
	for _, r := range rows {
		n := Notification{ID: strconv.FormatInt(r.ID, 10), At: r.At, Kind: r.Kind, Text: s.desk.notice(r.Kind, r.Args), Href: noticeHref(r.ObjectKind, r.ObjectID), Read: r.Read}
		list = append(list, n)
	}
	return list, err
}

// noticeHref is the page that shows what a notification is about.
func noticeHref(kind, publicID string) string {
	switch kind {
	case "mail":
		return "/mail?state=failed"
	case "catch_up":
		return "/catch-up"
	case "mail_settings":
		return "/settings/mail"
	case "gateway":
		return "/settings/payments"
	case "payment_intent":
		return "/payments/attempts?open=" + publicID
	case "payout":
		return "/payments/payouts"
	}
	if place, known := places[kind]; known && publicID != "" {
		return place + publicID
	}
	return ""
}

// notice writes a notification; amounts are kept as figures beside their currency.
func (d *desk) notice(kind, args string) string {
	m := map[string]any{}
	if err := json.Unmarshal([]byte(args), &m); err != nil {
		m = map[string]any{}
	}
	currency, _ := m["currency"].(string)
	if minor, ok := m["amount_minor"].(float64); ok {
		m["amount"] = money.Amount{Minor: int64(minor), Currency: money.Currency(currency)}
	}
	if key := "notice." + kind; locale.Has(d.lang, key) {
		return d.t(key, m)
	}
	return d.t("notice.other", m)
}

// MarkNotificationsRead notes that all of them were seen.
func (s *System) MarkNotificationsRead() error {
	h, who, err := s.desk.open()
	if err != nil {
		return err
	}
	return h.Company.MarkNotificationsRead(s.desk.ctx, who)
}
