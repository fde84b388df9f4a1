package portal_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/edge/gateway"
	"comptoir/edge/keys"
	"comptoir/edge/mail"
	"comptoir/edge/paper"
	"comptoir/edge/pdf"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/attachments"
	"comptoir/office/books"
	"comptoir/office/chat"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/notices"
	"comptoir/office/payments"
	"comptoir/office/recurring"
	"comptoir/office/registration"
	"comptoir/office/reminders"
	"comptoir/office/sales"
	"comptoir/office/sepa"
	"comptoir/office/statements"
	"comptoir/office/subscriptions"
)

// firm is a whole company behind a portal: real rooms on a real file. Claire is a contact
// of Atelier Martin, Bruno of Boulange, which Claire must never see.
type firm struct {
	testing.TB
	contracting
	hasContracts  bool
	talkID        string // a conversation of Claire's, and a file in it
	talkFile      string
	chats, away   bool // the firm chats; nobody is there
	mu            sync.Mutex
	now           time.Time
	db            *db.DB
	raw           *sql.DB
	staff         actor.Actor
	company       *company.Service
	people        *customers.Service
	sales         *sales.Service
	files         *attachments.Service
	payments      *payments.Service
	statements    *statements.Service
	recurring     *recurring.Service
	subscriptions *subscriptions.Service
	registration  *registration.Service
	sellsPlans    bool
	notices       *notices.Service
	announced     string
	plans, subs   map[string]string
	sepa          *sepa.Service
	reminders     *reminders.Service
	access        *access.Service
	chat          *chat.Service
	portal        *portal.Portal
	log           *lines
	names         []string
	limits        portal.Limits

	claire, bruno customers.Customer
	// Claire's invoices by what has become of them, and one of Bruno's.
	open, late, part, paid, told, draft, foreign string
	payment, foreignPayment                      string
	quotes                                       map[string]sales.Document
	notes                                        map[string]sales.Document
	recurrences                                  map[string]string
	mandates                                     map[string]string
	file, foreignFile, hiddenFile, removedFile   string // shared with Claire, with Bruno, the firm's own, taken away
}

// lines is a log that several goroutines may write.
type lines struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (f *firm) logger() *slog.Logger { return slog.New(slog.NewTextHandler(f.log, nil)) }

func (f *firm) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *firm) turn(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
}

func (f *firm) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

const good = "Noisette-42-verte"

// newFirm makes the company; options change the portal before it is made.
func newFirm(t testing.TB, options ...func(*firm)) *firm {
	t.Helper()
	return newFirmOn(t, "", options...)
}

// newFirmOn makes it on a file behind another driver of database/sql.
func newFirmOn(t testing.TB, driver string, options ...func(*firm)) *firm {
	t.Helper()
	f := &firm{TB: t, now: dbtest.Instant, staff: actor.Machine(), log: &lines{}, limits: portal.Unlimited()}
	dir := t.TempDir()
	path := dbtest.File(t)
	f.db = dbtest.Open(t, path, db.Options{Clock: f.clock, Driver: driver})
	f.raw = dbtest.Raw(t, path)
	ids := id.Seeded(42)
	store := files.New(filepath.Join(dir, "files"), true)
	f.company = company.New(f.db, ids, books.Install, store)
	f.access = access.New(access.Deps{DB: f.db, IDs: ids, Key: []byte(strings.Repeat("k", 32)), Hashing: 4, Seal: keys.Seeded("portal")})
	f.people = customers.New(f.db, ids, f.access.CloseContact).Ending(f.access.EndSessions)
	f.people.At(f.access)
	printer := paper.New()
	f.sales = sales.New(sales.Deps{DB: f.db, IDs: ids, Files: store, Printer: printer, IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return f.access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}})
	f.payments = payments.New(payments.Deps{DB: f.db, IDs: ids, Sales: f.sales, Printer: printer, Logo: f.company.Logo,
		Gateways: []payments.Gateway{gateway.NewPractice(filepath.Join(dir, "practice"))}})
	f.chat = chat.New(chat.Deps{DB: f.db, IDs: ids, Sales: f.sales, Files: store, Stager: attachments.New(attachments.Deps{DB: f.db, IDs: ids, Files: store}),
		Enabled: func(context.Context, *gen.Queries) (bool, error) { return f.chats, nil },
		OpenAt:  func(context.Context, *gen.Queries, string, time.Time) (bool, error) { return !f.away, nil }, IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
			return f.access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
		}})
	f.reminders = reminders.New(reminders.Deps{DB: f.db, IDs: ids, Sales: f.sales, IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return f.access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}})
	f.withRecurring()
	f.withSubscriptions()
	f.withSepa(store)
	f.statements = statements.New(statements.Deps{DB: f.db, IDs: ids, Files: store, Sales: f.sales, Printer: printer})
	f.files = attachments.New(attachments.Deps{DB: f.db, IDs: ids, Files: store})
	f.withContracts(store)
	f.notices = notices.New(notices.Deps{DB: f.db, IDs: id.Seeded(91)})
	for _, o := range options {
		o(f)
	}
	f.portal = portal.New(portal.Deps{Notices: f.notices, Sales: f.sales, Contracts: f.contracts, Comments: f.contracts, Signing: f.signing, ContractMoney: f.schedule, Payments: f.payments, Recurring: f.recurring, Subscriptions: f.subscriptions, Registration: f.registration, Sepa: f.sepa, Statements: f.statements, Reminders: f.reminders, Chat: f.chat, Talks: f.chat, ChatHours: f.chatHours, Files: f.files, Company: f.company, Access: f.access, Contacts: f.people, Privacy: f.privacy(store), Clock: f.clock, Limits: f.limits, Merge: pdf.Merge,
		Log: f.logger(), Markdown: mail.HTML, Names: func() []string { return append([]string{"portail.test"}, f.names...) }})
	f.fill()
	f.fillRecurring()
	if f.sellsPlans {
		f.fillSubscriptions()
	}
	f.askMandates()
	if f.hasContracts {
		f.fillContracts()
	}
	return f
}

func (f *firm) fill() {
	f.Helper()
	ctx := f.Context()
	f.must(f.company.Create(ctx, f.staff, company.Create{Name: "Menuiserie Vasseur", Country: "FR", Language: "fr", Email: "bonjour@vasseur.example", Demo: true}))
	c, err := f.company.Firm(ctx, f.staff)
	f.must(err)
	c.LegalForm, c.SIREN, c.SIRET, c.VATNumber, c.Registry = "SARL", "732829320", "73282932000074", "FR44732829320", "RCS Lyon"
	capital := int64(1000000)
	c.ShareCapital, c.Line1, c.Postcode, c.City = &capital, "12 rue des Copeaux", "69002", "Lyon"
	c.IBAN, c.BIC, c.BankName, c.SupportEmail, c.SupportPhone, c.SupportHoursFR, c.SupportHoursEN = "FR7630006000011234567890189", "AGRIFRPPXXX", "Banque d’exemple", "aide@vasseur.example", "+33 4 72 00 00 00", "du lundi au vendredi, de 9 h à 17 h", "Monday to Friday, 9 am to 5 pm"
	_, err = f.company.Save(ctx, f.staff, c)
	f.must(err)
	f.claire = f.customer("Atelier Martin", "Claire Dupont", "claire@martin.example", "fr")
	f.bruno = f.customer("Boulange", "Bruno Petit", "bruno@boulange.example", "en")
	day := 24 * time.Hour
	f.now = dbtest.Instant.Add(-80 * day)
	f.paid = f.issue(f.claire, "paid", 32000)
	f.late = f.issue(f.claire, "late", 125050)
	f.turn(70 * day)
	f.payment = f.pay(f.paid, 0)
	f.part = f.issue(f.claire, "part", 240000)
	f.pay(f.part, 60000)
	f.open = f.issue(f.claire, "open", 99999)
	f.told = f.issue(f.claire, "told", 4200)
	f.foreign = f.issue(f.bruno, "foreign", 7700)
	other := f.issue(f.bruno, "foreign2", 7700)
	f.foreignPayment = f.pay(other, 0)
	f.draft = f.newDraft(f.claire, "draft", 1000).PublicID
	f.now = dbtest.Instant
	f.file = f.share(f.claire, "plan-salon.pdf", "%PDF-1.7 plan of the room", true)
	f.foreignFile = f.share(f.bruno, "four.pdf", "%PDF-1.7 oven", true)
	f.hiddenFile = f.share(f.claire, "marge.csv", "poste;marge\nbois;40", false)
	f.removedFile = f.share(f.claire, "ancien.pdf", "%PDF-1.7 old plan", true)
	f.must(f.files.Remove(ctx, f.staff, f.removedFile))
	who := actor.Actor{Kind: actor.Contact, ID: f.claire.Contacts[0].ID, Name: "Claire Dupont", CustomerID: f.claire.ID, Trust: actor.TrustLink, Lang: "fr"}
	f.must(f.payments.AnnounceTransfer(ctx, who, payments.AnnounceTransfer{Key: "fixture-told", DocumentID: f.told}))
}

// share puts a file of the firm beside a customer.
func (f *firm) share(c customers.Customer, name, content string, inPortal bool) string {
	f.Helper()
	staged, err := f.files.Stage(f.Context(), f.staff, name, strings.NewReader(content))
	f.must(err)
	list, err := f.files.Share(f.Context(), f.staff, attachments.Share{Key: fmt.Sprintf("share-key-%.40x", name), CustomerID: c.PublicID, InPortal: inPortal, Files: []attachments.Staged{staged}})
	f.must(err)
	return list[0].PublicID
}

func (f *firm) customer(name, contact, email, lang string) customers.Customer {
	f.Helper()
	c, err := f.people.Blank(f.Context(), f.staff)
	f.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country, c.Language, c.SIREN = name, "company", "1 rue Haute", "69001", "Lyon", "FR", lang, "552100554"
	c.Contacts = []customers.Contact{{Name: contact, Email: email, Language: lang, IsPrimary: true, PortalAccess: true}}
	c, err = f.people.Save(f.Context(), f.staff, "customer-"+name[:4], c)
	f.must(err)
	return c
}

func (f *firm) newDraft(c customers.Customer, key string, cents int64) sales.Document {
	f.Helper()
	d, problems, err := f.sales.SaveDraft(f.Context(), f.staff, "draft-key-"+key, sales.Draft{CustomerID: c.PublicID, Currency: "EUR", Language: c.Language, TermsDays: 30,
		Note: "Merci de votre confiance.\nÀ bientôt.", Lines: []sales.DraftLine{
			{Description: "Pose d’étagères en chêne", Detail: "Salon, mur nord", Nature: "services", QuantityE4: 30000, Unit: "HUR", UnitPriceE4: 520000},
			{Description: "Chêne massif", Nature: "goods", QuantityE4: 10000, Unit: "C62", UnitPriceE4: cents * 100, DiscountPCM: 5000},
		}})
	f.must(err)
	if len(problems) > 0 {
		f.Fatalf("draft: %v", problems)
	}
	return d
}

func (f *firm) issue(c customers.Customer, key string, cents int64) string {
	f.Helper()
	d := f.newDraft(c, key, cents)
	_, err := f.sales.Issue(f.Context(), f.staff, sales.Issue{Key: "issue-key-" + key, PublicID: d.PublicID, Version: d.Version, How: sales.ByMail})
	f.must(err)
	return d.PublicID
}

func (f *firm) pay(document string, cents int64) string {
	f.Helper()
	p, err := f.payments.Record(f.Context(), f.staff, payments.Record{Key: "pay-key-" + document, DocumentID: document, AmountMinor: cents, Method: "transfer", Reference: "VIR 4471"})
	f.must(err)
	return p.PublicID
}

// linkTo is the path of the mailed link of a document.
func (f *firm) linkTo(document string) string {
	f.Helper()
	n := dbtest.Int(f, f.raw, "SELECT l.id FROM portal_links l JOIN documents d ON d.id = l.document_id WHERE d.public_id = ? ORDER BY l.id LIMIT 1", document)
	path, err := f.access.LinkPath(f.Context(), n)
	f.must(err)
	return path
}

// passwordLink is the path of the newest password link.
func (f *firm) passwordLink() string {
	f.Helper()
	path, err := f.access.LinkPath(f.Context(), dbtest.Int(f, f.raw, "SELECT max(id) FROM portal_links WHERE kind = 'password'"))
	f.must(err)
	return path
}

func (f *firm) newPasswordLink(c customers.Customer) string {
	f.Helper()
	f.must(f.db.Write(f.Context(), func(ctx context.Context, tx *db.Tx) error { return f.access.InvitePassword(ctx, tx, c.Contacts[0].ID) }))
	return f.passwordLink()
}

// visitor is a browser in front of the portal.
type visitor struct {
	*firm
	server *httptest.Server
	client *http.Client
	lang   string
}

func (f *firm) serve() *httptest.Server {
	f.Helper()
	s := httptest.NewServer(f.portal.Handler())
	f.Cleanup(s.Close)
	return s
}

func (f *firm) visitor(s *httptest.Server) *visitor {
	f.Helper()
	jar, err := cookiejar.New(nil)
	f.must(err)
	return &visitor{firm: f, server: s, lang: "fr", client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (v *visitor) do(r *http.Request) answer {
	v.Helper()
	r.Header.Set("Accept-Language", v.lang)
	res, err := v.client.Do(r)
	v.must(err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	v.must(err)
	return answer{res.StatusCode, res.Header, string(body)}
}

func (v *visitor) get(path string) answer {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodGet, v.server.URL+path, http.NoBody)
	v.must(err)
	return v.do(r)
}

func (v *visitor) post(path, form string) answer {
	v.Helper()
	r, err := http.NewRequestWithContext(v.Context(), http.MethodPost, v.server.URL+path, strings.NewReader(form))
	v.must(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", v.server.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.do(r)
}

// follow goes on along redirects with GET.
func (v *visitor) follow(a answer) answer {
	v.Helper()
	for range 5 {
		to := a.header.Get("Location")
		if to == "" {
			return a
		}
		a = v.get(to)
	}
	v.Fatal("redirected in circles")
	return a
}

func (v *visitor) jar() []*http.Cookie {
	u, err := url.Parse(v.server.URL)
	v.must(err)
	return v.client.Jar.Cookies(u)
}

// cookie is the value of the visitor's session cookie, "" when signed out.
func (v *visitor) cookie() string { return v.named("portail") }

// named is the value of one of the portal's cookies; over plain HTTP they carry the port.
func (v *visitor) named(name string) string {
	for _, c := range v.jar() {
		if strings.HasPrefix(c.Name, name+"-") {
			return c.Value
		}
	}
	return ""
}

// The actors of the scenarios.

func (f *firm) stranger(s *httptest.Server) *visitor { return f.visitor(s) }

func (f *firm) byLink(s *httptest.Server) *visitor {
	f.Helper()
	v := f.visitor(s)
	v.get(f.linkTo(f.open))
	return v
}

func (f *firm) brunoByLink(s *httptest.Server) *visitor {
	f.Helper()
	v := f.visitor(s)
	v.get(f.linkTo(f.foreign))
	return v
}

func (f *firm) byPassword(s *httptest.Server) *visitor {
	f.Helper()
	v := f.visitor(s)
	v.get(f.newPasswordLink(f.claire))
	if a := v.post("/mot-de-passe", "mot-de-passe="+good); a.status != http.StatusSeeOther {
		f.Fatalf("choose password: %d %s", a.status, a.body)
	}
	return v
}

func (f *firm) expired(s *httptest.Server) *visitor {
	f.Helper()
	v := f.byLink(s)
	f.turn(access.LinkAbsolute)
	return v
}
