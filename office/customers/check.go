package customers

import (
	"fmt"
	"slices"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/text"
	"comptoir/office/company"
)

// Check normalises a customer's form and refuses, beside each field, what cannot be. What
// the law wants on an invoice is asked for when one is issued (billing.Missing).
func Check(c Customer) (Customer, error) {
	var form fault.Form
	text.Each(text.Clean, &c.Notes)
	text.Each(text.Line, &c.Name, &c.Line1, &c.Line2, &c.City, &c.Region, &c.ShipName, &c.ShipLine1, &c.ShipLine2, &c.ShipPostcode, &c.ShipCity, &c.ShipRegion, &c.ElectronicAddress)
	form.Need("name", c.Name)
	for _, x := range []struct {
		path, value string
		limit       int
	}{
		{"name", c.Name, 100}, {"line1", c.Line1, 100}, {"line2", c.Line2, 100}, {"city", c.City, 80}, {"region", c.Region, 80},
		{"shipName", c.ShipName, 100}, {"shipLine1", c.ShipLine1, 100}, {"shipLine2", c.ShipLine2, 100}, {"shipCity", c.ShipCity, 80},
		{"shipRegion", c.ShipRegion, 80}, {"shipPostcode", c.ShipPostcode, 20}, {"electronicAddress", c.ElectronicAddress, 125}, {"notes", c.Notes, 4000},
	} {
		form.MaxLen(x.path, x.value, x.limit)
	}
	form.Need("country", c.Country)
	company.Field(&form, "country", &c.Country, ident.CheckCountry)
	company.Field(&form, "shipCountry", &c.ShipCountry, ident.CheckCountry)
	company.Field(&form, "externalCode", &c.ExternalCode, CheckExternalCode)
	company.Field(&form, "siren", &c.SIREN, ident.CheckSIREN)
	company.Field(&form, "siret", &c.SIRET, ident.CheckSIRET)
	company.Field(&form, "vatNumber", &c.VATNumber, ident.CheckVAT)
	company.Field(&form, "gstNumber", &c.GSTNumber, ident.CheckGST)
	company.Field(&form, "email", &c.Email, ident.CheckEmail)
	company.Field(&form, "phone", &c.Phone, ident.CheckPhone)
	c.Phone = ident.WritePhone(c.Country, c.Phone)
	company.Field(&form, "postcode", &c.Postcode, func(s string) (string, error) { return ident.CheckPostalCode(c.Country, s) })
	if form.Empty() && c.SIREN == "" && c.SIRET != "" {
		c.SIREN = c.SIRET[:9] // a SIRET is its firm's SIREN and five digits
	}
	if form.Empty() && c.SIRET != "" && !strings.HasPrefix(c.SIRET, c.SIREN) {
		form.Add("siret", "fault.siret_of_other")
	}
	checkChoices(&form, &c)
	c.Contacts = slices.Clone(c.Contacts)
	checkContacts(&form, c.Country, c.Contacts)
	return c, form.Err()
}

func checkChoices(form *fault.Form, c *Customer) {
	choice := func(path, value string, allowed ...string) {
		for _, a := range allowed {
			if a == value {
				return
			}
		}
		form.Add(path, "fault.choice")
	}
	choice("kind", c.Kind, "company", "person", "public_body")
	choice("language", c.Language, "fr", "en")
	checkRegime(form, c.TaxRegime)
	if !validCurrency(c.Currency) {
		form.Add("currency", "fault.choice")
	}
	if c.TermsDays < 0 || c.TermsDays > 365 {
		form.Add("termsDays", "fault.range", "min", 0, "max", 365)
	}
}

func checkRegime(form *fault.Form, regime string) {
	if !slices.Contains([]string{"domestic", "eu", "export", "quebec", "canada", "reverse_charge", "exempt"}, regime) {
		form.Add("taxRegime", "fault.choice")
	}
}

// maxContacts is far above any customer's people.
const maxContacts = 100

func checkContacts(form *fault.Form, country string, contacts []Contact) {
	if len(contacts) > maxContacts {
		form.Add("contacts", "fault.range", "min", 0, "max", maxContacts)
		return
	}
	primaries := 0
	for i := range contacts {
		k := &contacts[i]
		path := fmt.Sprintf("contacts.%d.", i)
		text.Each(text.Line, &k.Name)
		form.Need(path+"name", k.Name)
		form.MaxLen(path+"name", k.Name, 100)
		company.Field(form, path+"email", &k.Email, ident.CheckEmail)
		company.Field(form, path+"phone", &k.Phone, ident.CheckPhone)
		k.Phone = ident.WritePhone(country, k.Phone)
		if k.Language != "fr" && k.Language != "en" {
			form.Add(path+"language", "fault.choice")
		}
		if k.IsPrimary {
			primaries++
		}
	}
	if primaries > 1 {
		form.Add("contacts", "fault.one_primary")
	}
	if primaries == 0 && len(contacts) > 0 {
		contacts[0].IsPrimary = true // exactly one per customer that has contacts (spec/access)
	}
}
