package users_test

import (
	"slices"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/contracts"
	"comptoir/office/customers"
)

// What a closed user looked after goes to others, and nothing new is given to it.
func TestAClosedUserLeavesNoWorkBehind(t *testing.T) {
	f := newFirm(t)
	p := f.principal()
	_, luc := f.hire(p, "Luc", actor.Sales)
	room := contracts.New(contracts.Deps{DB: f.db, IDs: id.Seeded(12)})
	c, err := f.cust.Blank(t.Context(), actor.Machine())
	f.must(err)
	c.Name, c.Kind, c.Line1, c.Postcode, c.City, c.Country = "Atelier Martin", "company", "1 rue Haute", "69001", "Lyon", "FR"
	c.Contacts = []customers.Contact{{Name: "Ann Lefort", Email: "ann@atelier.example", Language: "fr", IsPrimary: true, PortalAccess: true}}
	c, err = f.cust.Save(t.Context(), actor.Machine(), "customer-martin", c)
	f.must(err)
	form := contracts.Form{Title: "Entretien", CustomerID: c.PublicID, OwnerID: luc.PublicID, StartOn: "2026-01-01", EndOn: "2026-12-31", Renewal: "none", NoticeUnit: "month", RemindDays: 30, Currency: "EUR"}
	kept, err := room.Save(t.Context(), p, "key-contract-kept", form)
	f.must(err)
	over, err := room.Save(t.Context(), p, "key-contract-over", form)
	f.must(err)
	f.exec("UPDATE contracts SET state = 'cancelled' WHERE public_id = ?", over.PublicID)
	for _, state := range []string{"open", "closed"} {
		f.exec("INSERT INTO conversations (public_id, customer_id, contact_id, subject, state, begun, language, assigned_id, closed_at, created_at) VALUES (?, ?, ?, 'x', ?, 'live', 'fr', ?, iif(?4 = 'closed', '2026-01-01', NULL), '')",
			"cv"+state, c.ID, c.Contacts[0].ID, state, luc.ID)
	}
	before := f.user(luc.PublicID)
	if before.Contracts != 1 || before.Conversations != 1 || before.Turns != 0 {
		t.Errorf("it looks after %+v", before)
	}
	f.must(f.Close(t.Context(), p, luc.PublicID, before.Version))
	owners := dbtest.Strings(t, f.raw, "SELECT c.public_id || ' ' || u.role FROM contracts c JOIN users u ON u.id = c.owner_id ORDER BY c.id")
	if want := []string{kept.PublicID + " principal", over.PublicID + " sales"}; !slices.Equal(owners, want) {
		t.Errorf("owners %v, want %v", owners, want)
	}
	if got := dbtest.Strings(t, f.raw, "SELECT public_id FROM conversations WHERE assigned_id IS NOT NULL"); !slices.Equal(got, []string{"cvclosed"}) {
		t.Errorf("assigned to somebody gone: %v", got)
	}
	if got := f.text("SELECT details FROM audit_log WHERE action = 'user.closed' ORDER BY id DESC LIMIT 1"); got != `{"contracts":1,"conversations":1}` {
		t.Errorf("the log says %s", got)
	}
	people, err := room.Owners(t.Context(), p)
	f.must(err)
	if i := slices.IndexFunc(people, func(x contracts.Person) bool { return x.PublicID == luc.PublicID }); i < 0 || !people[i].Closed {
		t.Errorf("who still stands on a contract is named, as gone: %+v", people)
	}
	_, err = room.Save(t.Context(), p, "key-contract-gone", form)
	f.refused(err, "ownerId fault.contracts.owner_closed")
}
