package customers

import (
	"context"
	"slices"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/tax"
)

// What office/registration needs to let somebody in whose request for access was approved.

// CreateOf makes the customer of a request in its group, with c's name, identifiers and
// address and k as its primary contact with access; the rest is by the group's rules. It
// gives the customer as it stands. A VAT number frees nothing of VAT here: the firm sets
// the regime when it has checked it (Directive 2006/112/EC art. 138(1)).
func (s *Service) CreateOf(ctx context.Context, tx *db.Tx, who actor.Actor, groupID string, c Customer, k Contact) (Customer, error) {
	g, err := tx.CustomerGroupByPublicID(ctx, groupID)
	if err != nil {
		return Customer{}, db.NotFound(err)
	}
	made, err := blank(ctx, tx.Queries, &g)
	if err != nil {
		return Customer{}, err
	}
	firm, err := tx.GetCompany(ctx)
	if err != nil {
		return Customer{}, db.NotFound(err)
	}
	made.Kind, made.Name, made.SIREN, made.SIRET, made.VATNumber, made.Email, made.Phone, made.Language = c.Kind, c.Name, c.SIREN, c.SIRET, c.VATNumber, c.Email, c.Phone, k.Language
	made.Line1, made.Line2, made.Postcode, made.City, made.Region, made.Country, made.Notes = c.Line1, c.Line2, c.Postcode, c.City, c.Region, c.Country, c.Notes
	if g.TaxRegime == "" {
		made.TaxRegime = tax.RegimeOf(firm.Country, c.Country, c.Region, c.Kind == "company", false)
	}
	k.IsPrimary, k.PortalAccess = true, true
	made.Contacts = []Contact{k}
	if made, err = Check(made); err != nil {
		return Customer{}, err
	}
	publicID, err := s.create(ctx, tx, who, made)
	if err != nil {
		return Customer{}, err
	}
	return byPublicID(ctx, tx.Queries, publicID)
}

// Admission lets a person into an existing customer's portal.
type Admission struct {
	CustomerID string            // public id
	Contact    Contact           // as the person gave it; the address is proved
	ContactID  string            // public id: which of several contacts with the address; "" = the one with access, else the first
	Fields     map[string]string // fields of the customer that change, by their JSON names: see Takeable
	Named      []string          // of "name", "phone", "language": what a known contact takes over from Contact
}

// Takeable are the fields of a customer that an admission may change.
func Takeable() []string {
	return []string{"name", "siren", "siret", "vatNumber", "line1", "line2", "postcode", "city", "region", "country", "phone", "email"}
}

// Admit makes the person a contact with access of an existing customer, or gives access to
// the contact that has its address already, and changes the fields that were chosen. It
// gives the customer as it stands and the contact.
func (s *Service) Admit(ctx context.Context, tx *db.Tx, who actor.Actor, a Admission) (Customer, Contact, error) {
	c, err := byPublicID(ctx, tx.Queries, a.CustomerID)
	if err != nil {
		return Customer{}, Contact{}, err
	}
	if c.Archived {
		return Customer{}, Contact{}, fault.New(fault.Conflict, "fault.requests.archived", "customer", c.Name)
	}
	if err := take(&c, a.Fields); err != nil {
		return Customer{}, Contact{}, err
	}
	known, err := whichOf(c, a)
	if err != nil {
		return Customer{}, Contact{}, err
	}
	if known < 0 {
		a.Contact.PublicID, a.Contact.PortalAccess, a.Contact.IsPrimary = "", true, len(c.Contacts) == 0
		c.Contacts = append(c.Contacts, a.Contact)
	} else {
		renamed(&c.Contacts[known], a)
	}
	if len(a.Fields) > 0 { // who is only let in does not have to mend an old card first
		if c, err = Check(c); err != nil {
			return Customer{}, Contact{}, err
		}
	} else {
		var form fault.Form
		checkContacts(&form, c.Country, c.Contacts)
		if err := form.Err(); err != nil {
			return Customer{}, Contact{}, err
		}
	}
	if err := s.change(ctx, tx, who, c); err != nil {
		return Customer{}, Contact{}, err
	}
	if c, err = byPublicID(ctx, tx.Queries, a.CustomerID); err != nil {
		return Customer{}, Contact{}, err
	}
	if known, err = whichOf(c, a); err != nil {
		return Customer{}, Contact{}, err
	}
	k := c.Contacts[known]
	return c, k, audit.Write(ctx, tx, who, audit.Record{Action: "contact.let_in", ObjectKind: "customer", ObjectID: c.ID, Details: map[string]any{"contact": k.ID, "fields": len(a.Fields)}})
}

// whichOf finds the contact that gets the access, -1 for a new one. Nobody else of an address gets in
// beside who is in already.
func whichOf(c Customer, a Admission) (int, error) {
	known := ContactOf(c, a.Contact.Email)
	if a.ContactID == "" || known >= 0 && c.Contacts[known].PublicID == a.ContactID {
		return known, nil
	}
	i := slices.IndexFunc(c.Contacts, func(k Contact) bool { return k.PublicID == a.ContactID && ident.SameEmail(k.Email, a.Contact.Email) })
	if i < 0 || c.Contacts[known].PortalAccess {
		return -1, fault.New(fault.Conflict, "fault.requests.changed")
	}
	return i, nil
}

// renamed gives a known contact its access, and what was chosen of its card.
func renamed(k *Contact, a Admission) {
	k.PortalAccess = true
	for _, field := range a.Named {
		switch field {
		case "name":
			k.Name = a.Contact.Name
		case "phone":
			k.Phone = a.Contact.Phone
		case "language":
			k.Language = a.Contact.Language
		}
	}
}

// ContactOf finds a customer's contact by its address, those with access first; -1 for none.
func ContactOf(c Customer, email string) int {
	same := func(access bool) func(Contact) bool {
		return func(k Contact) bool { return k.PortalAccess == access && ident.SameEmail(k.Email, email) }
	}
	if i := slices.IndexFunc(c.Contacts, same(true)); i >= 0 {
		return i
	}
	return slices.IndexFunc(c.Contacts, same(false))
}

// take writes the chosen fields into a customer.
func take(c *Customer, fields map[string]string) error {
	into := cells(c)
	for name, value := range fields {
		cell, known := into[name]
		if !known {
			return fault.New(fault.Invalid, "fault.invalid")
		}
		*cell = value
	}
	return nil
}

// FieldOf gives one of the Takeable fields of a customer.
func FieldOf(c Customer, name string) string {
	if cell, known := cells(&c)[name]; known {
		return *cell
	}
	return ""
}

func cells(c *Customer) map[string]*string {
	return map[string]*string{"name": &c.Name, "siren": &c.SIREN, "siret": &c.SIRET, "vatNumber": &c.VATNumber, "line1": &c.Line1, "line2": &c.Line2, "postcode": &c.Postcode,
		"city": &c.City, "region": &c.Region, "country": &c.Country, "phone": &c.Phone, "email": &c.Email}
}

// ByID gives a customer with its contacts, inside the caller's reading.
func ByID(ctx context.Context, q *gen.Queries, id int64) (Customer, error) {
	row, err := q.CustomerByID(ctx, id)
	if err != nil {
		return Customer{}, db.NotFound(err)
	}
	return byPublicID(ctx, q, row.PublicID)
}

// MailAccess mails a contact one of the group's six mails with a link that opens until then,
// in the caller's transaction.
func (s *Service) MailAccess(ctx context.Context, tx *db.Tx, kind string, contactID, linkID int64, until time.Time) error {
	k, err := tx.ContactByID(ctx, contactID)
	if err != nil {
		return db.NotFound(err)
	}
	return s.mailContact(ctx, tx, kind, k, linkID, &until)
}
