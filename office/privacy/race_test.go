package privacy_test

import (
	"testing"

	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/office/privacy"
)

// The firm erases a contact while somebody else makes it the primary one: either it leads and is
// still there, or it is gone and the other one leads. Nobody is led by an erased name.
func TestErasedWhileMadePrimary(t *testing.T) {
	for range 3 {
		r := open(t)
		c, contact := r.everywhere()
		p, err := r.Plan(officetest.Ctx, officetest.Staff, contact)
		r.Must(err)
		from := ""
		for _, k := range c.Contacts {
			if k.IsPrimary {
				from = k.PublicID
			}
		}
		keys := []string{r.Key(), r.Key()}
		errs := officetest.AtOnce(func() error {
			_, err := r.Erase(officetest.Ctx, officetest.Staff, keys[0], privacy.Erase{ContactID: contact, Version: p.Version, Typed: itsName})
			return err
		}, func() error {
			return r.Customers.SwapPrimary(officetest.Ctx, officetest.Staff, keys[1], customers.Swap{CustomerID: c.PublicID, FromID: from, ToID: contact})
		})
		officetest.RefusedOnly(t, errs)
		if officetest.Won(errs) != 1 {
			t.Errorf("erased: %v, swapped: %v", errs[0], errs[1])
		}
		list, err := r.Customers.People(officetest.Ctx, officetest.Staff, c.PublicID)
		r.Must(err)
		leaders := 0
		for _, k := range list {
			if k.IsPrimary && k.PortalAccess {
				leaders++
			}
		}
		if leaders != 1 {
			t.Errorf("%d lead", leaders)
		}
	}
}
