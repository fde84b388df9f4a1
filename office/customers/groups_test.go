package customers_test

import (
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/officetest"
)

// A group that statements were scheduled for is not taken away, and the person is told why.
func TestAGroupWithSchedulesStays(t *testing.T) {
	f := officetest.New(t)
	g, err := f.Customers.SaveGroup(officetest.Ctx, officetest.Staff, f.Key(), customers.Group{Name: "Syndics"})
	f.Must(err)
	raw := dbtest.Raw(t, f.Path)
	if _, err := raw.Exec("INSERT INTO statement_schedules (public_id, group_id, kind, frequency, next_on, archived_at, created_at, updated_at) SELECT 's', id, 'open_items', 'monthly', '2026-12-01', '2026-11-21', '', '' FROM customer_groups WHERE public_id = ?", g.PublicID); err != nil {
		t.Fatal(err)
	}
	f.WantFault(f.Customers.DeleteGroup(officetest.Ctx, officetest.Staff, g.PublicID, g.Version), "fault.group_scheduled")
	list, err := f.Customers.Groups(officetest.Ctx, officetest.Staff)
	if err != nil || len(list) != 1 {
		t.Errorf("%+v %v", list, err)
	}
}
