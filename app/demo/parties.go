package demo

import (
	"context"
	"fmt"
	"math/rand/v2"

	"comptoir/core/actor"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/office/catalog"
	"comptoir/office/customers"
	"comptoir/rules/tax"
)

// item is a thing sold, as the story needs it.
type item struct {
	id, name, detail, nature, unit string
	priceE4                        int64
}

func (m *maker) items(ctx context.Context) error {
	var rows []itemData
	if err := read("items.json", &rows); err != nil {
		return err
	}
	m.stock = map[string][]item{}
	for _, d := range rows {
		price, err := e4(d.Price)
		if err != nil {
			return err
		}
		cost, err := e4(d.Cost)
		if err != nil {
			return err
		}
		it := catalog.Item{Code: d.Code, Name: d.Name, Description: d.Description, Nature: d.Nature, Unit: d.Unit, Currency: d.Currency,
			UnitPriceE4: price, CostPriceE4: cost, Provider: d.Provider, TaxCodes: []string{d.Tax}}
		if d.Currency == "" {
			it.Currency = "EUR"
		}
		if d.Tax == "QC" {
			it.TaxCodes = []string{"QC-TPS", "QC-TVQ"}
		}
		if it, err = m.Catalog.Save(ctx, m.owner, m.key("item"), it); err != nil {
			return fmt.Errorf("item %s: %w", d.Code, err)
		}
		m.stock[d.Set] = append(m.stock[d.Set], item{it.PublicID, it.Name, it.Description, it.Nature, it.Unit, it.UnitPriceE4})
	}
	m.sum.Items = len(rows)
	return nil
}

// client is a customer, as the story needs it.
type client struct {
	id       string // public id
	name     string
	kind     string
	currency string
	lang     locale.Lang
	terms    int64
	endMonth bool
	pays     string
	books    bool
	signIn   bool
	hasMail  bool
	contact  actor.Actor
	mail     string
}

func (m *maker) parties(ctx context.Context) error {
	var rows []clientData
	if err := read("customers.json", &rows); err != nil {
		return err
	}
	var more moreData
	if err := read("more.json", &more); err != nil {
		return err
	}
	for i := range m.o.Customers {
		var d clientData
		if i < len(rows) {
			d = rows[i]
		} else {
			d = more.client(m.o.Seed, i)
		}
		if err := m.party(ctx, d, int64(i)); err != nil {
			return fmt.Errorf("customer %s: %w", d.Name, err)
		}
	}
	m.sum.Customers = m.o.Customers
	return nil
}

// client makes up one more French customer: a person or a firm.
func (w moreData) client(seed int64, i int) clientData {
	rng := rand.New(rand.NewPCG(uint64(seed), uint64(i))) // #nosec G404 G115 -- a story, not a secret
	pick := func(words []string) string { return words[rng.IntN(len(words))] }
	town := w.Towns[rng.IntN(len(w.Towns))]
	first, last := pick(w.First), pick(w.Last)
	d := clientData{Kind: "company", Line1: fmt.Sprintf("%d %s", 1+rng.IntN(120), pick(w.Streets)), Postcode: town[0], City: town[1],
		Contact: first + " " + last, Mail: fmt.Sprintf("contact-%d@clients.example", i+1), Pays: pick([]string{"prompt", "usual", "usual", "late"})}
	if rng.IntN(4) == 0 {
		d.Kind, d.Name = "person", d.Contact
		return d
	}
	d.Name, d.SIREN = pick(w.Trades)+" "+pick(w.Names), int64(i+1)
	return d
}

func (m *maker) party(ctx context.Context, d clientData, n int64) error {
	c, err := d.customer(n)
	if err != nil {
		return err
	}
	if d.Regime != "" {
		c.TaxRegime = d.Regime
	}
	saved, err := m.Customers.Save(ctx, m.owner, m.key("customer"), c)
	if err != nil {
		return err
	}
	if len(saved.Contacts) == 0 {
		return fmt.Errorf("customer %s has no contact", saved.Number)
	}
	k := saved.Contacts[0]
	m.clients = append(m.clients, client{id: saved.PublicID, name: saved.Name, kind: saved.Kind, currency: saved.Currency, lang: saved.Language, terms: saved.TermsDays,
		endMonth: saved.TermsEndOfMonth, pays: d.Pays, books: d.Books, signIn: d.SignIn, hasMail: k.Email != "", mail: k.Email,
		contact: actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: saved.ID, Trust: actor.TrustPassword, Lang: k.Language, Address: "192.0.2.10"}})
	return nil
}

// customer is the form as a clerk would fill it in.
func (d clientData) customer(n int64) (customers.Customer, error) {
	c := customers.Customer{Kind: d.Kind, Name: d.Name, Email: d.Mail, Phone: d.Phone, Language: "fr", Currency: "EUR", TermsDays: 30, TermsEndOfMonth: d.EndOfMonth,
		Line1: d.Line1, Postcode: d.Postcode, City: d.City, Region: d.Region, Country: "FR", Contacts: []customers.Contact{}}
	if d.Country != "" {
		c.Country = d.Country
	}
	if d.Lang != "" {
		c.Language = d.Lang
	}
	if c.Country == "CA" {
		c.Currency = "CAD"
	}
	if d.Terms != 0 {
		c.TermsDays = d.Terms
	}
	if d.Kind == "person" {
		c.TermsDays = 15
	}
	if c.Country == "FR" && c.Phone == "" {
		c.Phone = fmt.Sprintf("+33 1 99 00 %02d %02d", n/100%100, n%100) // Arcep keeps 01 99 00 for fiction
	}
	var err error
	switch {
	case d.SIREN != 0:
		c.SIREN = siren(d.SIREN)
		c.SIRET = siret(c.SIREN)
		if c.VATNumber, err = ident.FrenchVAT(c.SIREN); err != nil {
			return c, err
		}
	case d.VAT == "BE":
		c.VATNumber = belgianVAT(n)
	case d.VAT == "DE":
		c.VATNumber = "DE999999999"
	}
	c.TaxRegime = regimeOf(c.Country, c.Region)
	c.Contacts = append(c.Contacts, customers.Contact{Name: d.Contact, Email: d.Mail, Language: c.Language, IsPrimary: true, PortalAccess: true})
	if d.Second != "" {
		c.Contacts = append(c.Contacts, customers.Contact{Name: d.Second, Language: c.Language, PortalAccess: true})
	}
	return c, nil
}

// regimeOf is the regime under which the demo firm sells: at home in France, registered for
// the taxes of Canada as well, which rules/tax would not propose by itself.
func regimeOf(country, region string) string {
	switch {
	case country == "CA" && region == "QC":
		return tax.QuebecBuyer
	case country == "CA":
		return tax.CanadaBuyer
	case country == "FR":
		return tax.Domestic
	case ident.InUnion(country):
		return tax.Union
	}
	return tax.Abroad
}
