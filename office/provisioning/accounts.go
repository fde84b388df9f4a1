package provisioning

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/customers"
)

// Account is a customer as third-party programs know it: by its external code.
type Account struct {
	ExternalCode      string    `json:"externalCode"`
	Number            string    `json:"number"`
	State             string    `json:"state"` // active, suspended, archived
	Kind              string    `json:"kind"`
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
	TaxRegime         string    `json:"taxRegime"`
	PaymentTerms      Terms     `json:"paymentTerms"`
	Address           Address   `json:"address"`
	DeliveryAddress   ShipTo    `json:"deliveryAddress"`
	Contacts          []Contact `json:"contacts"`
	Version           int64     `json:"version"`
	UpdatedAt         string    `json:"updatedAt"`
}

// Terms are when an account pays.
type Terms struct {
	Days       int64 `json:"days"`
	EndOfMonth bool  `json:"endOfMonth"`
}

// Address is where an account is.
type Address struct {
	Line1    string `json:"line1"`
	Line2    string `json:"line2"`
	Postcode string `json:"postcode"`
	City     string `json:"city"`
	Region   string `json:"region"`
	Country  string `json:"country"`
}

// ShipTo is where goods go, blank where it is the same address.
type ShipTo struct {
	Name string `json:"name"`
	Address
}

// Contact is a person of an account.
type Contact struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Phone        string `json:"phone"`
	Language     string `json:"language"`
	Primary      bool   `json:"primary"`
	PortalAccess bool   `json:"portalAccess"`
}

// Change is what a call says of an account; what is nil is not said.
type Change struct {
	ExternalCode      *string          `json:"externalCode,omitempty"`
	Kind              *string          `json:"kind,omitempty"`
	Name              *string          `json:"name,omitempty"`
	SIREN             *string          `json:"siren,omitempty"`
	SIRET             *string          `json:"siret,omitempty"`
	VATNumber         *string          `json:"vatNumber,omitempty"`
	GSTNumber         *string          `json:"gstNumber,omitempty"`
	ElectronicAddress *string          `json:"electronicAddress,omitempty"`
	Email             *string          `json:"email,omitempty"`
	Phone             *string          `json:"phone,omitempty"`
	Language          *string          `json:"language,omitempty"`
	Currency          *string          `json:"currency,omitempty"`
	TaxRegime         *string          `json:"taxRegime,omitempty"`
	PaymentTerms      *TermsChange     `json:"paymentTerms,omitempty"`
	Address           *AddressChange   `json:"address,omitempty"`
	DeliveryAddress   *DeliveryChange  `json:"deliveryAddress,omitempty"`
	Contacts          *[]ContactChange `json:"contacts,omitempty"`
}

// TermsChange is what a call says of when an account pays.
type TermsChange struct {
	Days       *int64 `json:"days,omitempty"`
	EndOfMonth *bool  `json:"endOfMonth,omitempty"`
}

// AddressChange is what a call says of an address.
type AddressChange struct {
	Line1    *string `json:"line1,omitempty"`
	Line2    *string `json:"line2,omitempty"`
	Postcode *string `json:"postcode,omitempty"`
	City     *string `json:"city,omitempty"`
	Region   *string `json:"region,omitempty"`
	Country  *string `json:"country,omitempty"`
}

// DeliveryChange is what a call says of where goods go.
type DeliveryChange struct {
	Name     *string `json:"name,omitempty"`
	Line1    *string `json:"line1,omitempty"`
	Line2    *string `json:"line2,omitempty"`
	Postcode *string `json:"postcode,omitempty"`
	City     *string `json:"city,omitempty"`
	Region   *string `json:"region,omitempty"`
	Country  *string `json:"country,omitempty"`
}

// ContactChange is one person of the list that a call gives: the one with that id, else the one
// with that e-mail address, else a new one.
type ContactChange struct {
	ID           *string `json:"id,omitempty"`
	Name         *string `json:"name,omitempty"`
	Email        *string `json:"email,omitempty"`
	Phone        *string `json:"phone,omitempty"`
	Language     *string `json:"language,omitempty"`
	Primary      *bool   `json:"primary,omitempty"`
	PortalAccess *bool   `json:"portalAccess,omitempty"`
}

func set[T any](field *T, said *T) {
	if said != nil {
		*field = *said
	}
}

// on lays what is said over a customer.
func (in Change) on(c customers.Customer) customers.Customer {
	for field, said := range map[*string]*string{&c.ExternalCode: in.ExternalCode, &c.Kind: in.Kind, &c.Name: in.Name, &c.SIREN: in.SIREN, &c.SIRET: in.SIRET, &c.VATNumber: in.VATNumber,
		&c.GSTNumber: in.GSTNumber, &c.ElectronicAddress: in.ElectronicAddress, &c.Email: in.Email, &c.Phone: in.Phone, &c.Language: in.Language, &c.Currency: in.Currency, &c.TaxRegime: in.TaxRegime} {
		set(field, said)
	}
	if t := in.PaymentTerms; t != nil {
		set(&c.TermsDays, t.Days)
		set(&c.TermsEndOfMonth, t.EndOfMonth)
	}
	if a := in.Address; a != nil {
		for field, said := range map[*string]*string{&c.Line1: a.Line1, &c.Line2: a.Line2, &c.Postcode: a.Postcode, &c.City: a.City, &c.Region: a.Region, &c.Country: a.Country} {
			set(field, said)
		}
	}
	if d := in.DeliveryAddress; d != nil {
		for field, said := range map[*string]*string{&c.ShipName: d.Name, &c.ShipLine1: d.Line1, &c.ShipLine2: d.Line2, &c.ShipPostcode: d.Postcode, &c.ShipCity: d.City, &c.ShipRegion: d.Region, &c.ShipCountry: d.Country} {
			set(field, said)
		}
	}
	if in.Contacts != nil {
		c.Contacts = people(c, *in.Contacts)
	}
	return c
}

func people(c customers.Customer, said []ContactChange) []customers.Contact {
	list := make([]customers.Contact, 0, len(said))
	for _, x := range said {
		k := customers.Contact{Language: c.Language, PortalAccess: true}
		if i := slices.IndexFunc(c.Contacts, func(old customers.Contact) bool {
			return x.ID != nil && *x.ID == old.PublicID || x.ID == nil && x.Email != nil && *x.Email != "" && strings.EqualFold(strings.TrimSpace(*x.Email), old.Email)
		}); i >= 0 {
			k = c.Contacts[i]
		}
		set(&k.PublicID, x.ID) // an id that is nobody's of theirs is not found
		set(&k.Name, x.Name)
		set(&k.Email, x.Email)
		set(&k.Phone, x.Phone)
		set(&k.Language, x.Language)
		set(&k.IsPrimary, x.Primary)
		set(&k.PortalAccess, x.PortalAccess)
		list = append(list, k)
	}
	return list
}

// CreateAccount makes an account. It is made once: the same code with the same body gives the
// account again (made is false), with another body a refusal.
func (s *Service) CreateAccount(ctx context.Context, c Caller, key string, in Change) (a Account, made bool, err error) {
	if err := c.Need(AccountsWrite); err != nil {
		return Account{}, false, err
	}
	code, err := codeOf(in.ExternalCode)
	if err != nil {
		return Account{}, false, err
	}
	if err := s.noteKey(ctx, c, key, "POST accounts", in); err != nil {
		return Account{}, false, err
	}
	_, err = s.byCode(ctx, code)
	if made = fault.Is(err, fault.NotFound); err != nil && !made {
		return Account{}, false, err
	}
	blank, err := s.Customers.Blank(ctx, c.actor())
	if err != nil {
		return Account{}, false, err
	}
	saved, err := s.Customers.Save(ctx, c.actor(), "api-account-"+hashOf(strings.ToLower(code)), in.on(blank))
	switch {
	case fault.HasField(err, "externalCode"), fault.Is(err, fault.Conflict):
		return Account{}, false, fault.New(fault.Conflict, "fault.api.account_exists", "code", code).With(err)
	case err != nil:
		return Account{}, false, err
	}
	s.Changed("customers")
	a, err = s.account(ctx, c, saved.ExternalCode)
	return a, made, err
}

func codeOf(said *string) (string, error) {
	var form fault.Form
	if said == nil {
		form.Add("externalCode", "fault.required")
		return "", form.Err()
	}
	code, err := customers.CheckExternalCode(*said)
	if err != nil {
		form.Add("externalCode", cmp.Or(keyOf(err), "fault.choice"))
	} else {
		form.Need("externalCode", code)
	}
	return code, form.Err()
}

func keyOf(err error) string {
	if f, ok := fault.As(err); ok {
		return f.Key
	}
	return ""
}

// Account gives an account.
func (s *Service) Account(ctx context.Context, c Caller, code string) (Account, error) {
	if err := c.Need(AccountsRead); err != nil {
		return Account{}, err
	}
	return s.account(ctx, c, code)
}

func (s *Service) account(ctx context.Context, c Caller, code string) (Account, error) {
	row, err := s.byCode(ctx, code)
	if err != nil {
		return Account{}, err
	}
	return s.describe(ctx, c.actor(), row)
}

func (s *Service) describe(ctx context.Context, who actor.Actor, row gen.Customer) (Account, error) {
	x, err := s.Customers.Get(ctx, who, row.PublicID)
	if err != nil {
		return Account{}, err
	}
	return accountOf(x, row), nil
}

func (s *Service) byCode(ctx context.Context, code string) (row gen.Customer, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.CustomerByExternalCode(ctx, code)
		return db.NotFound(err)
	})
	return row, err
}

func accountOf(x customers.Customer, row gen.Customer) Account {
	a := Account{ExternalCode: row.ExternalCode, Number: x.Number, State: "active", Kind: x.Kind, Name: x.Name, SIREN: x.SIREN, SIRET: x.SIRET, VATNumber: x.VATNumber, GSTNumber: x.GSTNumber,
		ElectronicAddress: x.ElectronicAddress, Email: x.Email, Phone: x.Phone, Language: x.Language, Currency: x.Currency, TaxRegime: x.TaxRegime,
		PaymentTerms: Terms{x.TermsDays, x.TermsEndOfMonth}, Address: Address{x.Line1, x.Line2, x.Postcode, x.City, x.Region, x.Country},
		DeliveryAddress: ShipTo{x.ShipName, Address{x.ShipLine1, x.ShipLine2, x.ShipPostcode, x.ShipCity, x.ShipRegion, x.ShipCountry}},
		Contacts:        []Contact{}, Version: x.Version, UpdatedAt: row.UpdatedAt}
	switch {
	case x.Archived:
		a.State = "archived"
	case row.SuspendedAt != nil:
		a.State = "suspended"
	}
	for _, k := range x.Contacts {
		a.Contacts = append(a.Contacts, Contact{ID: k.PublicID, Name: k.Name, Email: k.Email, Phone: k.Phone, Language: k.Language, Primary: k.IsPrimary, PortalAccess: k.PortalAccess})
	}
	return a
}

// Update says how an account is changed: whole, or in the parts that are named.
type Update struct {
	Code    string
	Whole   bool  // what is not said gets its default; contacts that are not said stay
	Version int64 // that the caller read; 0 = whatever it is
	Change  Change
}

// ErrStale is for an account that changed since the caller read it.
var ErrStale = fault.New(fault.Conflict, "fault.api.stale")

// UpdateAccount changes an account. Repeating it changes nothing more.
func (s *Service) UpdateAccount(ctx context.Context, c Caller, in Update) (Account, error) {
	if err := c.Need(AccountsWrite); err != nil {
		return Account{}, err
	}
	row, err := s.byCode(ctx, in.Code)
	if err != nil {
		return Account{}, err
	}
	now, err := s.Customers.Get(ctx, c.actor(), row.PublicID)
	if err != nil {
		return Account{}, err
	}
	if in.Version != 0 && in.Version != now.Version {
		return Account{}, ErrStale
	}
	base := now
	if in.Whole {
		if base, err = s.Customers.Blank(ctx, c.actor()); err != nil {
			return Account{}, err
		}
		base.PublicID, base.Number, base.Version, base.Archived, base.Contacts = now.PublicID, now.Number, now.Version, now.Archived, now.Contacts
		base.GroupID, base.Notes, base.RemindersExempt, base.ExternalCode = now.GroupID, now.Notes, now.RemindersExempt, now.ExternalCode
	}
	saved, err := s.Customers.Save(ctx, c.actor(), "", in.Change.on(base))
	if f, ok := fault.As(err); ok && f.Key == "fault.stale" && len(f.Fields) == 0 {
		return Account{}, ErrStale.With(err)
	}
	if err != nil {
		return Account{}, err
	}
	s.Changed("customers")
	return s.account(ctx, c, saved.ExternalCode)
}

// Suspension says that an account is suspended, or let in again.
type Suspension struct {
	Code      string
	Suspended bool
	Reason    string // for the firm's eyes; "" = none
}

// SuspendAccount shuts an account's contacts out of the portal, or lets them in again.
func (s *Service) SuspendAccount(ctx context.Context, c Caller, in Suspension) (Account, error) {
	if err := c.Need(AccountsWrite); err != nil {
		return Account{}, err
	}
	row, err := s.byCode(ctx, in.Code)
	if err != nil {
		return Account{}, err
	}
	if err := s.Customers.SetSuspended(ctx, c.actor(), customers.Suspension{PublicID: row.PublicID, Suspended: in.Suspended, Reason: in.Reason}); err != nil {
		return Account{}, err
	}
	s.Changed("customers")
	return s.account(ctx, c, in.Code)
}

// AccountsQuery asks for a page of the accounts, the one changed longest ago first.
type AccountsQuery struct {
	Since string // instant: changed then or later
	After string // cursor of the page before
	Limit int    // 1 to 200; 0 = 50
}

// Accounts gives a page of the accounts; next is "" on the last one.
func (s *Service) Accounts(ctx context.Context, c Caller, in AccountsQuery) (list []Account, next string, err error) {
	if err := c.Need(AccountsRead); err != nil {
		return nil, "", err
	}
	p, err := in.page()
	if err != nil {
		return nil, "", err
	}
	var rows []gen.AccountsPageRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err = q.AccountsPage(ctx, p)
		return err
	}); err != nil {
		return nil, "", err
	}
	more := int64(len(rows)) == p.RowLimit
	if more {
		rows = rows[:len(rows)-1]
	}
	list = make([]Account, 0, len(rows))
	for _, r := range rows {
		x, err := s.Customers.Get(ctx, c.actor(), r.PublicID)
		if err != nil {
			return nil, "", err
		}
		a, err := s.account(ctx, c, x.ExternalCode)
		if err != nil {
			return nil, "", err
		}
		list = append(list, a)
	}
	if more {
		last := rows[len(rows)-1]
		next = cursor{At: last.UpdatedAt, ID: last.ID}.String()
	}
	return list, next, nil
}
