// Package officetest gives the tests of the office rooms a firm at work.
//
// What lives here: a company on a real file with every room of sales wired, customers and
// drafts by a line of code, a clock that a test moves. What must not: doubles of rooms or
// of the database; only what lies outside of the office is stood in for (a printer that
// writes plain text, a gateway that does as it is told). Called by tests only.
package officetest

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/books"
	"comptoir/office/catalog"
	"comptoir/office/company"
	"comptoir/office/control"
	"comptoir/office/customers"
	"comptoir/office/files"
	"comptoir/office/payments"
	"comptoir/office/reminders"
	"comptoir/office/sales"
)

// Ctx is the context of every test.
var Ctx = context.Background()

// Staff is the owner at the window.
var Staff = actor.Actor{Kind: actor.Staff, ID: 1, Role: actor.Principal, Name: "Camille", Lang: "fr"}

// Firm is a French firm with its books, a bank account and everything that the law wants.
type Firm struct {
	T         testing.TB
	Path      string
	DB        *db.DB
	Company   *company.Service
	Customers *customers.Service
	Catalog   *catalog.Service
	Books     *books.Service
	Access    *access.Service
	Sales     *sales.Service
	Payments  *payments.Service
	Reminders *reminders.Service
	Files     *files.Store
	Gateway   *Gateway

	mu   sync.Mutex
	now  time.Time
	keys atomic.Int64
}

// New makes the firm; its clock stands at dbtest.Instant.
func New(t testing.TB) *Firm {
	t.Helper()
	f := &Firm{T: t, Path: dbtest.File(t), now: dbtest.Instant, Gateway: NewGateway()}
	f.DB = dbtest.Open(t, f.Path, db.Options{Clock: f.Now})
	f.wire(id.Seeded(1))
	f.Must(f.Company.Create(Ctx, Staff, company.Create{Name: "Atelier Bois", Country: "FR", Language: "fr", Email: "atelier@bois.example"}))
	f.Change(func(c *company.Firm) {
		c.SIREN, c.SIRET, c.VATNumber, c.LegalForm, c.Registry = "100000009", "10000000900017", "FR88100000009", "SARL", "RCS Lyon"
		c.Line1, c.Postcode, c.City, c.IBAN, c.BIC = "1 rue du Bois", "69001", "Lyon", "FR7630006000011234567890189", "ATEBFRPP"
	})
	return f
}

func (f *Firm) wire(ids id.Source) {
	f.Files = files.New(f.T.TempDir(), true)
	f.Company = company.New(f.DB, ids, books.Install, f.Files)
	f.Books = books.New(f.DB)
	f.Access = access.New(access.Deps{DB: f.DB, IDs: ids, Key: []byte("0123456789abcdef0123456789abcdef")})
	f.Customers = customers.New(f.DB, ids, f.Access.CloseContact).Ending(f.Access.EndSessions)
	f.Catalog = catalog.New(f.DB, ids)
	f.Sales = sales.New(sales.Deps{DB: f.DB, IDs: ids, Files: f.Files, Printer: Printer{},
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
			return f.Access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
		}})
	f.Reminders = reminders.New(reminders.Deps{DB: f.DB, IDs: ids, Sales: f.Sales, IssueLink: func(ctx context.Context, tx *db.Tx, contactID, documentID int64) (int64, error) {
		return f.Access.IssueLink(ctx, tx, contactID, documentID, access.DocumentLink)
	}})
	f.Payments = payments.New(payments.Deps{DB: f.DB, IDs: ids, Sales: f.Sales, Printer: Printer{}, Logo: f.Company.Logo, Gateways: []payments.Gateway{f.Gateway},
		Wake: func() { f.Must(f.Payments.Heed(Ctx)) }}) // a worker that is there at once
}

// Now is the firm's clock.
func (f *Firm) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// Move sets the clock to a day, at nine in Paris in summer.
func (f *Firm) Move(day string) {
	t, err := time.Parse(time.DateOnly, day)
	f.Must(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t.Add(7 * time.Hour)
}

// MoveTo sets the clock to an instant.
func (f *Firm) MoveTo(t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = t
}

// Must ends the test on an error.
func (f *Firm) Must(err error) {
	f.T.Helper()
	if err != nil {
		f.T.Fatal(err)
	}
}

// Key gives the key of a new command.
func (f *Firm) Key() string { return fmt.Sprintf("command-%06d", f.keys.Add(1)) }

// Change changes the firm's identity.
func (f *Firm) Change(fn func(*company.Firm)) {
	f.T.Helper()
	c, err := f.Company.Firm(Ctx, Staff)
	f.Must(err)
	fn(&c)
	_, err = f.Company.Save(Ctx, Staff, c)
	f.Must(err)
}

// Customer makes a French company with one contact; fn may change the form.
func (f *Firm) Customer(name string, fn func(*customers.Customer)) customers.Customer {
	f.T.Helper()
	c := customers.Customer{Kind: "company", Name: name, Email: "compta@client.example", Language: "fr", Currency: "EUR", TaxRegime: "domestic", TermsDays: 30,
		Line1: "2 rue du Client", Postcode: "69002", City: "Lyon", Country: "FR",
		Contacts: []customers.Contact{{Name: name + " Contact", Email: "contact@client.example", Language: "fr", IsPrimary: true, PortalAccess: true}}}
	if fn != nil {
		fn(&c)
	}
	saved, err := f.Customers.Save(Ctx, Staff, f.Key(), c)
	f.Must(err)
	return saved
}

// Contact is a customer's first contact, signed in with a password.
func Contact(c customers.Customer) actor.Actor {
	k := c.Contacts[0]
	return actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: c.ID, Trust: actor.TrustPassword, Lang: k.Language, Address: "192.0.2.1"}
}

// Line is a service of that price before tax, in cents; 20 % tax unless codes say otherwise.
func Line(cents int64, codes ...string) sales.DraftLine {
	return sales.DraftLine{Description: "Pose", Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: cents * 100, TaxCodes: codes}
}

// Goods is Line for goods.
func Goods(cents int64, codes ...string) sales.DraftLine {
	l := Line(cents, codes...)
	l.Description, l.Nature = "Table", "goods"
	return l
}

// Form is the invoice form for a customer.
func Form(c customers.Customer, lines ...sales.DraftLine) sales.Draft {
	return sales.Draft{CustomerID: c.PublicID, Currency: c.Currency, Language: c.Language, TermsDays: c.TermsDays, Lines: lines, Allowances: []sales.DraftAllowance{}}
}

// Draft saves a form.
func (f *Firm) Draft(d sales.Draft) sales.Document {
	f.T.Helper()
	doc, _, err := f.Sales.SaveDraft(Ctx, Staff, f.Key(), d)
	f.Must(err)
	return doc
}

// Issue issues a form by hand.
func (f *Firm) Issue(d sales.Draft) sales.Document {
	f.T.Helper()
	draft := f.Draft(d)
	doc, err := f.Sales.Issue(Ctx, Staff, sales.Issue{Key: f.Key(), PublicID: draft.PublicID, Version: draft.Version, How: sales.ByHand})
	f.Must(err)
	return doc
}

// Sound proves the whole company; the test fails on any fault.
func (f *Firm) Sound() {
	f.T.Helper()
	r, err := control.New(f.DB, sales.Hash, f.Files).Check(Ctx, Staff, nil)
	f.Must(err)
	for _, x := range r.Faults {
		f.T.Errorf("%s %s %v", x.Area, x.Key, x.Args)
	}
}

// WantFault fails unless err is a fault of that key.
func (f *Firm) WantFault(err error, key string) {
	f.T.Helper()
	if e, ok := fault.As(err); !ok || e.Key != key {
		f.T.Errorf("%v, want %s", err, key)
	}
}

// WantField fails unless err has a refusal beside path.
func (f *Firm) WantField(err error, path, key string) {
	f.T.Helper()
	if e, ok := fault.As(err); ok {
		for _, x := range e.Fields {
			if x.Path == path && x.Key == key {
				return
			}
		}
	}
	f.T.Errorf("%v, want %s beside %s", err, key, path)
}

// Printer stands for edge/paper: everything it is given, as text.
type Printer struct{}

// Document prints a document.
func (Printer) Document(_ context.Context, d sales.Document, logo []byte) ([]byte, error) {
	return json.Marshal([]any{d, logo})
}

// Receipt prints a receipt.
func (Printer) Receipt(_ context.Context, r payments.Receipt, logo []byte) ([]byte, error) {
	return json.Marshal([]any{r, logo})
}
