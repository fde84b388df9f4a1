package customers_test

import (
	"database/sql"
	"encoding/json"
	"slices"
	"testing"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db/dbtest"
	"comptoir/office/access"
	"comptoir/office/customers"
)

// inviting gives the room the portal's door, which makes the links.
func (w *world) inviting() {
	w.At(access.New(access.Deps{DB: w.db, IDs: id.Seeded(9), Key: make([]byte, 32)}))
}

func (w *world) exec(raw *sql.DB, statement string) {
	w.t.Helper()
	_, err := raw.ExecContext(ctx, statement)
	w.must(err)
}

func (w *world) person(name, email string, change func(*customers.Customer)) customers.Customer {
	w.t.Helper()
	c, err := w.Blank(ctx, staff)
	w.must(err)
	c.Name, c.Email = name, email
	if change != nil {
		change(&c)
	}
	c, err = w.Save(ctx, staff, w.key(), c)
	w.must(err)
	return c
}

// Whom a run writes to and whom not, and why; taken up again it writes to nobody twice.
func TestInvitationResults(t *testing.T) {
	w := newWorld(t)
	w.inviting()
	raw := dbtest.Raw(t, w.path)
	plain := w.person("Boulangerie Petit", "petit@example.org", nil)
	mute := w.person("Sans courriel", "", nil)
	shut := w.person("Fermé", "", func(c *customers.Customer) {
		c.Contacts = []customers.Contact{{Name: "Zoé", Email: "zoe@example.org", Language: "fr", IsPrimary: true}}
	})
	known := w.person("Connu", "connu@example.org", nil)
	w.exec(raw, "INSERT INTO contact_credentials (contact_id, user_name, password_hash, changed_at) SELECT id, 'connu', 'x', '2026-01-01T00:00:00.000Z' FROM contacts WHERE email = 'connu@example.org'")
	gone := w.person("Parti", "parti@example.org", nil)
	w.must(w.SetArchived(ctx, staff, gone.PublicID, gone.Version, true))
	want := map[string]string{plain.PublicID: "mailed", mute.PublicID: "no_address", shut.PublicID: "no_access", known.PublicID: "has_access", gone.PublicID: "archived"}
	q := customers.InviteQuery{}
	for id := range want {
		q.IDs = append(q.IDs, id, id)
	}
	rows, err := w.LookInvitations(ctx, staff, q)
	w.must(err)
	if len(rows) != len(want) {
		t.Fatalf("%d rows of %d customers", len(rows), len(want))
	}
	key := w.key()
	run, err := w.StartInvitations(ctx, staff, key, q)
	w.must(err)
	if again, err := w.StartInvitations(ctx, staff, key, q); err != nil || again != run {
		t.Fatalf("a repeat makes %s: %v", again, err)
	}
	payload := json.RawMessage(dbtest.Strings(t, raw, "SELECT payload FROM jobs WHERE kind = 'customers.invite'")[0])
	for range 2 { // the job may be taken up after its work was done
		w.must(w.RunInvitations(ctx, payload))
	}
	done, err := w.InvitationRun(ctx, staff, run)
	w.must(err)
	if done.Running || done.Done != done.Total || done.Total != int64(len(want)) {
		t.Errorf("%+v", done)
	}
	for _, x := range done.Rows {
		if x.Result != want[x.CustomerID] || (x.MailID != "") != (x.Result == "mailed") {
			t.Errorf("%s: %s, want %s", x.Customer, x.Result, want[x.CustomerID])
		}
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails"); n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM audit_log WHERE action IN ('customers.invited','contact.invited')"); n != 2 {
		t.Errorf("%d rows of the audit log", n)
	}
	if got := dbtest.Strings(t, raw, "SELECT actor_kind || ' ' || actor_name FROM audit_log WHERE action = 'contact.invited'"); !slices.Equal(got, []string{"staff Camille"}) {
		t.Errorf("the history names %q", got)
	}
}

// A group that is off, or that does not write to who has not registered; a run that is
// cancelled sends nothing more; and all of it is for the firm's own people.
func TestInvitationsHeedTheGroup(t *testing.T) {
	w := newWorld(t)
	w.inviting()
	raw := dbtest.Raw(t, w.path)
	c := w.person("Boulangerie Petit", "petit@example.org", nil)
	g, err := w.SaveGroup(ctx, staff, w.key(), customers.Group{Name: "Passage", Language: "fr", TaxRegime: "domestic"})
	w.must(err)
	w.exec(raw, "UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = '"+g.PublicID+"')")
	for column, want := range map[string]string{"portal_enabled": "portal_off", "invite_others": "not_wanted"} {
		w.exec(raw, "UPDATE customer_groups SET "+column+" = 0")
		rows, err := w.LookInvitations(ctx, staff, customers.InviteQuery{All: true})
		w.must(err)
		if len(rows) != 1 || rows[0].Result != want {
			t.Errorf("%s: %+v", column, rows)
		}
		w.exec(raw, "UPDATE customer_groups SET "+column+" = 1")
	}
	run, err := w.StartInvitations(ctx, staff, w.key(), customers.InviteQuery{IDs: []string{c.PublicID}})
	w.must(err)
	w.must(w.CancelInvitations(ctx, staff, run))
	payload, _ := json.Marshal(map[string]string{"run": run})
	w.must(w.RunInvitations(ctx, payload))
	if x, err := w.InvitationRun(ctx, staff, ""); err != nil || x.Rows[0].Result != "cancelled" || x.Running {
		t.Errorf("%+v %v", x, err)
	}
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM mails"); n != 0 {
		t.Errorf("%d mails of a cancelled run", n)
	}
	stranger := actor.Actor{Kind: actor.Contact, ID: 1, CustomerID: 1, Trust: actor.TrustPassword}
	if _, err := w.StartInvitations(ctx, stranger, w.key(), customers.InviteQuery{All: true}); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact invites: %v", err)
	}
	if _, err := w.StartInvitations(ctx, staff, w.key(), customers.InviteQuery{}); !fault.Is(err, fault.Invalid) {
		t.Errorf("nobody is invited: %v", err)
	}
}

// What became of each mail is the invitation's result; a customer without a contact is invited by its
// own address, which becomes its contact; and who signs in drops out of the list of those without.
func TestInvitationsFollowTheirMails(t *testing.T) {
	w := newWorld(t)
	w.inviting()
	raw := dbtest.Raw(t, w.path)
	for _, name := range []string{"ana", "ben", "cleo", "dan"} {
		w.person(name, name+"@example.org", nil)
	}
	w.exec(raw, "DELETE FROM contacts WHERE email = 'dan@example.org'")
	rows, err := w.LookInvitations(ctx, staff, customers.InviteQuery{All: true})
	w.must(err)
	if len(rows) != 4 || rows[3].Email != "dan@example.org" || rows[3].Result != "waiting" {
		t.Fatalf("%+v", rows)
	}
	run, err := w.StartInvitations(ctx, staff, w.key(), customers.InviteQuery{All: true})
	w.must(err)
	payload, _ := json.Marshal(map[string]string{"run": run})
	w.must(w.RunInvitations(ctx, payload))
	if n := dbtest.Int(t, raw, "SELECT count(*) FROM contacts WHERE email = 'dan@example.org' AND is_primary = 1 AND portal_access = 1"); n != 1 {
		t.Errorf("%d contacts", n)
	}
	for name, state := range map[string]string{"ana": "sent", "ben": "failed", "cleo": "cancelled"} {
		w.exec(raw, "UPDATE mails SET state = '"+state+"', last_answer = '550 no such mailbox' WHERE to_address = '"+name+"@example.org'")
	}
	done, err := w.InvitationRun(ctx, staff, run)
	w.must(err)
	got := ""
	for _, x := range done.Rows {
		got += x.Customer + " " + x.Result + " " + x.Reply.Detail + ", "
	}
	if got != "ana sent , ben refused 550 no such mailbox, cleo cancelled , dan mailed , " || !done.Underway || done.Running {
		t.Errorf("%s %+v", got, done)
	}
	w.exec(raw, "INSERT INTO contact_credentials (contact_id, user_name, password_hash, changed_at) SELECT id, 'ana', 'x', '2026-01-01T00:00:00.000Z' FROM contacts WHERE email = 'ana@example.org'")
	without, _, err := w.List(ctx, staff, customers.ListQuery{WithoutAccess: true})
	w.must(err)
	if len(without) != 3 || without[0].Name != "ben" {
		t.Errorf("%+v", without)
	}
}
