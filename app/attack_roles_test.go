package app_test

import (
	"bufio"
	"io"
	"net/http"
	"testing"

	"comptoir/app"
	"comptoir/app/apptest"
	"comptoir/core/actor"
	"comptoir/office/users"
)

// What the principal takes away is gone for a browser that is open far away: with the next call, and the
// stream of a user who was closed ends.
func TestRightsAreTakenFromOpenSessions(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	c := openToNetwork(t, p)
	made := apptest.Ask[app.UserMade](p, "Users.Create", users.Form{Name: "Léa", Email: "lea@lambert.example", Language: "fr", Role: actor.Sales}, "key-second-user")
	if made.Token == "" {
		t.Fatal("no link is shown though no mail goes")
	}
	if key, _ := c.call("Account.ChoosePassword", made.Token, demoPassword, demoPassword); key != "" {
		t.Fatal(key)
	}
	if key, _ := c.call("Items.Save", map[string]any{}, "key-item-attack"); key == "fault.permission.sell" {
		t.Error("sales may not sell")
	}
	list := apptest.Ask[[]app.UserRow](p, "Users.List")
	var lea app.UserRow
	for _, u := range list {
		if u.Name == "Léa" {
			lea = u
		}
	}
	p.Do("Users.Save", users.Form{ID: lea.ID, Code: lea.Code, Name: lea.Name, Email: lea.Email, Language: "fr", Role: actor.Reader, Version: lea.Version})
	if key, _ := c.call("Items.Save", map[string]any{}, "key-item-attack"); key != "fault.permission.sell" {
		t.Errorf("a reader saves an item: %q", key)
	}
	for path, status := range map[string]int{"/files/lists/audit.csv": http.StatusForbidden, "/files/lists/audit.csv?x=1": http.StatusForbidden, "/files/lists/AUDIT.csv": http.StatusNotFound, "/files/lists/audit.CSV": http.StatusNotFound,
		"//files/lists/audit.csv": http.StatusTemporaryRedirect, "/files/./lists/audit.csv": http.StatusTemporaryRedirect, "/files/x/../lists/audit.csv": http.StatusTemporaryRedirect, "/files/lists/items.csv": http.StatusOK} {
		if resp, body := c.send("GET", path, "", nil); resp.StatusCode != status {
			t.Errorf("%s as a reader: %s %.80q", path, resp.Status, body)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.base+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the stream was only listened to
	lines := bufio.NewReader(resp.Body)
	if first, err := lines.ReadString('\n'); err != nil || first != ": open\n" {
		t.Fatalf("%q %v", first, err)
	}
	p.Do("Users.Close", lea.ID, lea.Version+1)
	if _, err := io.ReadAll(lines); err != nil { // ends, or the client's minute does
		t.Errorf("the stream of a closed user: %v", err)
	}
	if key, _ := c.call("Home.View"); key != "fault.sign_in_needed" {
		t.Errorf("a closed user: %q", key)
	}
	if key, _ := c.call("Account.SignIn", "lea@lambert.example", demoPassword); key != "fault.sign_in" {
		t.Errorf("a closed user signs in: %q", key)
	}
}

// The address by which a customer opens an invoice is shown to who may let people into the portal; by it any other
// role would be the customer there.
func TestTheCustomersLinkIsForWhoLetsPeopleIn(t *testing.T) {
	p := apptest.Fresh(t, apptest.Options{})
	identity(p)
	draft := twoLines(t, p, customer(p, "Hôtel du Vieux Port", "anne@vieux-port.example"))
	linked := apptest.Ask[app.Done](p, "Invoices.Send", draft.ID, draft.Version, "key-send-linked").ID
	for _, role := range actor.Roles() {
		seat(t, p, role)
		if link := apptest.Ask[app.Invoice](p, "Invoices.Get", linked).Link; (link != "") != role.May(actor.Invite) {
			t.Errorf("%s sees %q", role, link)
		}
	}
}
