package customers_test

import (
	"testing"

	"comptoir/db/gen"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

// Who of a customer is written to: whom it concerns, else the primary contact, else the
// customer's own address; nobody only where there is none of them.
func TestAddressee(t *testing.T) {
	person := func(name, email string, primary, access bool) customers.Contact {
		return customers.Contact{Name: name, Email: email, Language: "fr", IsPrimary: primary, PortalAccess: access}
	}
	for _, c := range []struct {
		name    string
		own     string
		people  []customers.Contact
		about   int // of the contacts, 1 = the first; 0 = none in particular
		archive bool
		email   string
		link    bool
	}{
		{"the one it concerns", "own@x.example", []customers.Contact{person("A", "a@x.example", true, true), person("B", "b@x.example", false, true)}, 2, false, "b@x.example", true},
		{"who was archived is passed over", "own@x.example", []customers.Contact{person("A", "a@x.example", true, true), person("B", "b@x.example", false, true)}, 2, true, "a@x.example", true},
		{"without an address too", "own@x.example", []customers.Contact{person("A", "a@x.example", true, true), person("B", "", false, false)}, 2, false, "a@x.example", true},
		{"the primary one", "own@x.example", []customers.Contact{person("A", "a@x.example", true, false), person("B", "b@x.example", false, true)}, 0, false, "a@x.example", false},
		{"the firm itself", "own@x.example", []customers.Contact{person("A", "", true, false)}, 1, false, "own@x.example", false},
		{"nobody", "", []customers.Contact{person("A", "", true, false)}, 0, false, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := officetest.New(t)
			x := f.Customer("Cafe Bleu", func(in *customers.Customer) { in.Email, in.Contacts = c.own, c.people })
			if c.archive {
				kept := x
				kept.Contacts = append([]customers.Contact{}, x.Contacts[:c.about-1]...)
				_, err := f.Customers.Save(officetest.Ctx, officetest.Staff, f.Key(), kept)
				f.Must(err)
			}
			var to customers.Addressee
			f.Must(f.DB.Read(officetest.Ctx, func(q *gen.Queries) error {
				row, err := q.CustomerByPublicID(officetest.Ctx, x.PublicID)
				if err != nil {
					return err
				}
				var about *int64
				if c.about > 0 {
					about = &x.Contacts[c.about-1].ID
				}
				to, err = customers.AddresseeOf(officetest.Ctx, q, row, about)
				return err
			}))
			if to.Email != c.email || (to.ContactID != 0) != c.link {
				t.Errorf("%+v", to)
			}
		})
	}
}
