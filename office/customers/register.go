package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/tax"
)

// Newcomer is a customer as a stranger writes it down, with the person who does: what the
// portal asks for before it sells something.
type Newcomer struct {
	Kind      string `json:"kind"`    // company, person
	Company   string `json:"company"` // name of the company; "" for a person
	Name      string `json:"name"`    // of who writes
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Language  string `json:"language"`
	SIREN     string `json:"siren"`
	VATNumber string `json:"vatNumber"`
	Line1     string `json:"line1"`
	Line2     string `json:"line2"`
	Postcode  string `json:"postcode"`
	City      string `json:"city"`
	Region    string `json:"region"`
	Country   string `json:"country"`
	Currency  string `json:"currency"` // of what is sold
}

// CheckNewcomer normalises what was typed and refuses beside each field what cannot be, by
// the rules of the customer that would be made of it.
func (s *Service) CheckNewcomer(ctx context.Context, q *gen.Queries, n Newcomer) (Newcomer, error) {
	c, form, err := newcomer(ctx, q, n)
	if err != nil {
		return n, err
	}
	k := c.Contacts[0]
	n.Name, n.Email, n.Phone = k.Name, k.Email, k.Phone
	n.SIREN, n.VATNumber, n.Line1, n.Line2, n.Postcode, n.City, n.Region, n.Country = c.SIREN, c.VATNumber, c.Line1, c.Line2, c.Postcode, c.City, c.Region, c.Country
	if n.Kind == "company" {
		n.Company = c.Name
	}
	return n, form
}

// Register makes the customer and its primary contact in the caller's transaction, in the
// group of new customers.
func (s *Service) Register(ctx context.Context, tx *db.Tx, n Newcomer) (Customer, error) {
	c, form, err := newcomer(ctx, tx.Queries, n)
	if err == nil {
		err = form
	}
	if err != nil {
		return Customer{}, err
	}
	publicID, err := s.create(ctx, tx, actor.Machine(), c)
	if err != nil {
		return Customer{}, err
	}
	return byPublicID(ctx, tx.Queries, publicID)
}

// VATUnchecked tells whether a customer has a VAT number of another member state which the firm
// has not taken at its word yet: VAT is charged as at home until it sets the regime.
func VATUnchecked(home, country, regime, number string) bool {
	return number != "" && regime == tax.Domestic && tax.RegimeOf(home, country, "", true, true) == tax.Union
}

// newcomer is the customer that n would make; form is what is refused of it.
func newcomer(ctx context.Context, q *gen.Queries, n Newcomer) (c Customer, form, err error) {
	g, err := defaultGroup(ctx, q)
	if err != nil {
		return c, nil, err
	}
	f, err := company.Get(ctx, q)
	if err != nil {
		return c, nil, err
	}
	if c, err = blank(ctx, q, g); err != nil {
		return c, nil, err
	}
	if n.Kind != "company" {
		n.Kind, n.Company, n.SIREN, n.VATNumber = "person", n.Name, "", ""
	}
	c.Kind, c.Name, c.SIREN, c.VATNumber, c.Email, c.Phone, c.Language = n.Kind, n.Company, n.SIREN, n.VATNumber, n.Email, n.Phone, n.Language
	c.Line1, c.Line2, c.Postcode, c.City, c.Region, c.Country = n.Line1, n.Line2, n.Postcode, n.City, n.Region, n.Country
	if n.Currency != "" {
		c.Currency = n.Currency
	}
	if g == nil || g.TaxRegime == "" {
		// A number that a stranger typed frees nothing of VAT: the firm checks it first and sets the
		// regime (Directive 2006/112/EC art. 138(1): the buyer is identified in another member state).
		c.TaxRegime = tax.RegimeOf(f.Country, n.Country, n.Region, n.Kind == "company", false)
	}
	c.Contacts = []Contact{{Name: n.Name, Email: n.Email, Phone: n.Phone, Language: n.Language, IsPrimary: true, PortalAccess: true}}
	c, form = Check(c)
	return c, wanted(c, f.Country, form), nil
}

// wanted adds what an invoice to the newcomer will want, and puts every refusal beside the
// field of the newcomer's own form.
func wanted(c Customer, home string, refused error) error {
	var form, mine fault.Form
	form.Merge("", refused)
	k := c.Contacts[0]
	form.Need("contacts.0.email", k.Email)
	form.Need("line1", c.Line1)
	form.Need("city", c.City)
	if c.Kind == "company" && c.Country == "FR" && home == "FR" {
		form.Need("siren", c.SIREN)
	}
	own := map[string]string{"contacts.0.name": "name", "contacts.0.email": "email", "contacts.0.phone": "phone", "name": "company"}
	if c.Kind == "person" {
		own["name"] = "name"
	}
	e, ok := fault.As(form.Err())
	if !ok {
		return nil
	}
	said := map[string]bool{}
	for _, f := range e.Fields {
		if to := own[f.Path]; to != "" {
			f.Path = to
		}
		if !said[f.Path] {
			said[f.Path] = true
			mine.Merge("", &fault.Error{Code: fault.Invalid, Fields: []fault.Field{f}})
		}
	}
	return mine.Err()
}
