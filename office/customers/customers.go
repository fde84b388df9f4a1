// Package customers keeps whom the firm bills, and their people.
//
// What lives here: customers and contacts, their checks and their search. What must not:
// how a contact signs in (office/access), what a customer owes (office/sales). Called by
// the window and the command line.
package customers

import (
	"context"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/search"
)

// Customer is a company or a person that the firm bills.
type Customer struct {
	ID                int64     `json:"-"`
	PublicID          string    `json:"publicId"`
	Number            string    `json:"number"`
	ExternalCode      string    `json:"externalCode"` // by which a third-party program knows it; "" = none
	Kind              string    `json:"kind"`         // company, person, public_body
	Name              string    `json:"name"`
	SIREN             string    `json:"siren"`
	SIRET             string    `json:"siret"`
	VATNumber         string    `json:"vatNumber"`
	GSTNumber         string    `json:"gstNumber"`
	ElectronicAddress string    `json:"electronicAddress"`
	Email             string    `json:"email"`
	Phone             string    `json:"phone"`
	Language          string    `json:"language"`
	Currency          string    `json:"currency"`
	TaxRegime         string    `json:"taxRegime"` // domestic, eu, export, quebec, canada, reverse_charge, exempt
	TermsDays         int64     `json:"termsDays"`
	TermsEndOfMonth   bool      `json:"termsEndOfMonth"`
	Line1             string    `json:"line1"`
	Line2             string    `json:"line2"`
	Postcode          string    `json:"postcode"`
	City              string    `json:"city"`
	Region            string    `json:"region"`
	Country           string    `json:"country"`
	ShipName          string    `json:"shipName"`
	ShipLine1         string    `json:"shipLine1"`
	ShipLine2         string    `json:"shipLine2"`
	ShipPostcode      string    `json:"shipPostcode"`
	ShipCity          string    `json:"shipCity"`
	ShipRegion        string    `json:"shipRegion"`
	ShipCountry       string    `json:"shipCountry"`
	Notes             string    `json:"notes"`
	GroupID           string    `json:"groupId"` // public id of its group, "" = none
	RemindersExempt   bool      `json:"remindersExempt"`
	Archived          bool      `json:"archived"`
	Suspended         bool      `json:"suspended"` // set by SetSuspended only
	Version           int64     `json:"version"`
	Contacts          []Contact `json:"contacts"`

	groupName string // read with it, for its history
}

// Contact is a person of one customer.
type Contact struct {
	ID           int64  `json:"-"`
	PublicID     string `json:"publicId"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	Language     string `json:"language"`
	IsPrimary    bool   `json:"isPrimary"`
	PortalAccess bool   `json:"portalAccess"`
	Version      int64  `json:"version"`
}

// Closer ends a contact's sessions and links when it loses access; office/access behind it.
type Closer func(ctx context.Context, tx *db.Tx, contactID int64) error

// Service is the room's door.
type Service struct {
	db    *db.DB
	ids   id.Source
	close Closer
	door  Door // nil: contacts change nothing themselves
	end   Closer

	contracts Contracts // nil: there are none
}

// Ending has end end a contact's sessions and nothing else (access.EndSessions), where its group
// leaves the portal. Set once, while the program is put together.
func (s *Service) Ending(end Closer) *Service {
	s.end = end
	return s
}

// New makes the room; it touches nothing.
func New(d *db.DB, ids id.Source, closer Closer) *Service {
	return &Service{db: d, ids: ids, close: closer}
}

// Get gives a customer with its contacts.
func (s *Service) Get(ctx context.Context, who actor.Actor, publicID string) (c Customer, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Customer{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err = byPublicID(ctx, q, publicID)
		return err
	})
	return c, err
}

func byPublicID(ctx context.Context, q *gen.Queries, publicID string) (Customer, error) {
	row, err := q.CustomerByPublicID(ctx, publicID)
	if err != nil {
		return Customer{}, db.NotFound(err)
	}
	c := fromRow(row)
	if row.GroupID != nil {
		g, err := q.CustomerGroupByID(ctx, *row.GroupID)
		if err != nil {
			return Customer{}, db.NotFound(err)
		}
		c.GroupID, c.groupName = g.PublicID, g.Name
	}
	contacts, err := q.ContactsOfCustomer(ctx, row.ID)
	if err != nil {
		return Customer{}, err
	}
	for _, x := range contacts {
		c.Contacts = append(c.Contacts, Contact{ID: x.ID, PublicID: x.PublicID, Name: x.Name, Email: x.Email, Phone: x.Phone, Language: x.Language,
			IsPrimary: x.IsPrimary == 1, PortalAccess: x.PortalAccess == 1, Version: x.Version})
	}
	return c, nil
}

// Blank gives a new customer with the defaults of the firm and of the default group, for
// the form.
func (s *Service) Blank(ctx context.Context, who actor.Actor) (c Customer, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Customer{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		g, err := defaultGroup(ctx, q)
		if err != nil {
			return err
		}
		c, err = blank(ctx, q, g)
		return err
	})
	return c, err
}

// Save makes a customer (no PublicID) or changes it and its contacts, all or nothing.
// Contacts left out of c.Contacts are archived. key makes a repeat of a creation harmless.
func (s *Service) Save(ctx context.Context, who actor.Actor, key string, c Customer) (saved Customer, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Customer{}, err
	}
	if c, err = Check(c); err != nil {
		return Customer{}, err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		publicID := c.PublicID
		if c.PublicID == "" {
			if err := audit.Once(ctx, tx, key, "customer.create", c, &publicID, func() error {
				publicID, err = s.create(ctx, tx, who, c)
				return err
			}); err != nil {
				return err
			}
		} else if err := s.change(ctx, tx, who, c); err != nil {
			return err
		}
		saved, err = byPublicID(ctx, tx.Queries, publicID)
		return err
	})
	return saved, err
}

func (s *Service) create(ctx context.Context, tx *db.Tx, who actor.Actor, c Customer) (string, error) {
	f, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return "", err
	}
	number, err := company.TakeNumber(ctx, tx, "customer", f.Today(tx.Now))
	if err != nil {
		return "", err
	}
	c.PublicID, c.Number = s.ids(), number.Text
	p := toInsert(c)
	p.Now = tx.Stamp()
	if c.ID, err = tx.InsertCustomer(ctx, p); err != nil {
		return "", err
	}
	if err := saveRules(ctx, tx, c); err != nil {
		return "", err
	}
	if err := saveExternalCode(ctx, tx, c, ""); err != nil {
		return "", err
	}
	c.Contacts = withItself(c)
	if err := s.saveContacts(ctx, tx, who, c, nil); err != nil {
		return "", err
	}
	if err := index(ctx, tx, c); err != nil {
		return "", err
	}
	return c.PublicID, audit.Write(ctx, tx, who, audit.Record{Action: "customer.created", ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"number": c.Number}})
}

// withItself makes the customer's own address its contact while nobody else is known: the
// links in mails, and the portal behind them, are a contact's.
func withItself(c Customer) []Contact {
	if len(c.Contacts) > 0 || c.Email == "" {
		return c.Contacts
	}
	return []Contact{{Name: c.Name, Email: c.Email, Phone: c.Phone, Language: c.Language, IsPrimary: true, PortalAccess: true}}
}

func (s *Service) change(ctx context.Context, tx *db.Tx, who actor.Actor, c Customer) error {
	before, err := byPublicID(ctx, tx.Queries, c.PublicID)
	if err != nil {
		return err
	}
	c.ID, c.Number = before.ID, before.Number
	p := toUpdate(c)
	p.UpdatedAt = tx.Stamp()
	n, err := tx.UpdateCustomer(ctx, p)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if err := saveRules(ctx, tx, c); err != nil {
		return err
	}
	if err := saveExternalCode(ctx, tx, c, before.ExternalCode); err != nil {
		return err
	}
	if before.GroupID != c.GroupID {
		s.atOnce(tx)
		if err := s.shutOut(ctx, tx, before.Contacts); err != nil {
			return err
		}
	}
	known, err := tx.CountContactsEver(ctx, c.ID)
	if err != nil {
		return err
	}
	if known == 0 { // somebody who was taken away does not come back by itself
		c.Contacts = withItself(c)
	}
	if err := s.saveContacts(ctx, tx, who, c, before.Contacts); err != nil {
		return err
	}
	if err := index(ctx, tx, c); err != nil {
		return err
	}
	if before.Name != c.Name && s.contracts != nil {
		if err := s.contracts.Renamed(ctx, tx, c.ID, c.Name); err != nil {
			return err
		}
	}
	after, err := byPublicID(ctx, tx.Queries, c.PublicID)
	if err != nil {
		return err
	}
	details := map[string]any{}
	if err := s.keep(ctx, tx, who, c.ID, details, differences(before, after)); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "customer.changed", ObjectKind: "customer", ObjectID: c.ID, Details: details})
}

// SetArchived hides a customer from lists and pickers, or brings it back.
func (s *Service) SetArchived(ctx context.Context, who actor.Actor, publicID string, version int64, archived bool) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		p := gen.SetCustomerArchivedParams{ID: c.ID, Version: version, UpdatedAt: tx.Stamp()}
		action := "customer.restored"
		if archived {
			now := tx.Stamp()
			p.ArchivedAt, action = &now, "customer.archived"
		}
		n, err := tx.SetCustomerArchived(ctx, p)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.stale")
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: c.ID})
	})
}

// Pick finds customers for the invoice form while the person types; without text it gives
// those last worked with.
func (s *Service) Pick(ctx context.Context, who actor.Actor, typed string, limit int) (found []Customer, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	found = []Customer{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		words := db.MatchWords(typed)
		if words == "" {
			rows, err := q.RecentCustomers(ctx, int64(limit))
			for _, r := range rows {
				found = append(found, Customer{PublicID: r.PublicID, Number: r.Number, Name: r.Name, City: r.City, Country: r.Country, Currency: r.Currency, Language: r.Language, Suspended: r.SuspendedAt != nil, Contacts: []Contact{}})
			}
			return err
		}
		rows, err := q.CustomersByWords(ctx, gen.CustomersByWordsParams{Words: words, RowLimit: int64(limit)})
		for _, r := range rows {
			found = append(found, Customer{PublicID: r.PublicID, Number: r.Number, Name: r.Name, City: r.City, Country: r.Country, Currency: r.Currency, Language: r.Language, Suspended: r.SuspendedAt != nil, Contacts: []Contact{}})
		}
		return err
	})
	return found, err
}

// index keeps the words under which the customer is found.
func index(ctx context.Context, tx *db.Tx, c Customer) error {
	words := []string{c.ExternalCode, c.SIREN, c.SIRET, c.VATNumber, c.Email, c.Phone}
	for _, k := range c.Contacts {
		words = append(words, k.Name, k.Email)
	}
	return search.Index(ctx, tx, search.Entry{Kind: "customer", ObjectID: c.ID, PublicID: c.PublicID, Title: c.Name, Subtitle: strings.TrimSpace(c.Number + " · " + c.City), Words: words})
}

// Reindex sets the customer's words of the search anew, in the caller's transaction.
func Reindex(ctx context.Context, tx *db.Tx, publicID string) error {
	c, err := byPublicID(ctx, tx.Queries, publicID)
	if err != nil {
		return err
	}
	return index(ctx, tx, c)
}

func validCurrency(code string) bool { return money.Currency(code).Valid() }
