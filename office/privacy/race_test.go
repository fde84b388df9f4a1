package privacy_test

import (
	"sync"
	"testing"

	"comptoir/core/fault"
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
		begin := make(chan struct{})
		var erased, swapped error
		var wg sync.WaitGroup
		keys := []string{r.Key(), r.Key()}
		wg.Go(func() {
			<-begin
			_, erased = r.Erase(officetest.Ctx, officetest.Staff, keys[0], privacy.Erase{ContactID: contact, Version: p.Version, Typed: itsName})
		})
		wg.Go(func() {
			<-begin
			swapped = r.Customers.SwapPrimary(officetest.Ctx, officetest.Staff, keys[1], customers.Swap{CustomerID: c.PublicID, FromID: from, ToID: contact})
		})
		close(begin)
		wg.Wait()
		for _, err := range []error{erased, swapped} {
			if _, ok := fault.As(err); err != nil && !ok {
				t.Errorf("%v", err)
			}
		}
		if (erased == nil) == (swapped == nil) {
			t.Errorf("erased: %v, swapped: %v", erased, swapped)
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
