package contracts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/db/gen"
	"comptoir/office/access"
	"comptoir/office/contracts"
	"comptoir/office/customers"
	"comptoir/office/officetest"
	"comptoir/rules/contract"
)

// house is a firm with two customers: Lenoir has Ann (who leads), Bob, Cleo, Dan without access and
// Eve to whom the contracts are shut; Autre has Zed.
type house struct {
	*officetest.Firm
	room   *contracts.Service
	lenoir customers.Customer
	autre  customers.Customer
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{Firm: officetest.New(t)}
	h.room = contracts.New(contracts.Deps{DB: h.DB, IDs: id.Seeded(5), IssueLink: h.Access.IssueContractLink})
	h.Customers.At(h.Access)
	h.Customers.Sharing(h.room)
	person := func(name string, access bool) customers.Contact {
		return customers.Contact{Name: name, Email: strings.ToLower(name) + "@client.example", Language: "fr", PortalAccess: access}
	}
	h.lenoir = h.Customer("Lenoir", func(c *customers.Customer) {
		c.Contacts = []customers.Contact{person("Ann", true), person("Bob", true), person("Cleo", true), person("Dan", false), person("Eve", true)}
		c.Contacts[0].IsPrimary, c.Contacts[1].Language = true, "en"
	})
	h.autre = h.Customer("Autre", func(c *customers.Customer) { c.Contacts = []customers.Contact{person("Zed", true)} })
	h.Must(h.Customers.SetAreas(ctx, clerk, h.lenoir.PublicID, h.of("Eve").PublicID, h.of("Eve").Version, false, []string{"quotes"}))
	return h
}

// of gives a contact by its name.
func (h *house) of(name string) gen.Contact {
	h.T.Helper()
	var k gen.Contact
	h.Must(h.DB.Read(ctx, func(q *gen.Queries) (err error) {
		for _, of := range []customers.Customer{h.lenoir, h.autre} {
			for _, c := range of.Contacts {
				if c.Name == name {
					k, err = q.ContactByID(ctx, c.ID)
				}
			}
		}
		return err
	}))
	return k
}

func (h *house) ids(names ...string) []string {
	list := []string{}
	for _, n := range names {
		list = append(list, h.of(n).PublicID)
	}
	return list
}

// make makes a contract of Lenoir.
func (h *house) make(title string) contracts.View {
	h.T.Helper()
	v, err := h.room.Save(ctx, clerk, h.Key(), contracts.Form{Title: title, CustomerID: h.lenoir.PublicID, Currency: "EUR"})
	h.Must(err)
	return v
}

func (h *house) wish(of, requester string, watchers ...string) contracts.Share {
	h.T.Helper()
	v, err := h.room.Get(ctx, clerk, of)
	h.Must(err)
	return contracts.Share{Key: h.Key(), ContractID: of, Version: v.Version, RequesterID: h.ids(requester)[0], WatcherIDs: h.ids(watchers...)}
}

// show shares and gives who is written to.
func (h *house) show(in contracts.Share) string {
	h.T.Helper()
	done, err := h.room.ShareContract(ctx, clerk, in)
	h.Must(err)
	return strings.Join(done.Told, " ")
}

func (h *house) count(query string, args ...any) int64 {
	h.T.Helper()
	return dbtest.Int(h.T, dbtest.Raw(h.T, h.Path), query, args...)
}

func (h *house) exec(query string, args ...any) {
	h.T.Helper()
	_, err := dbtest.Raw(h.T, h.Path).Exec(query, args...)
	h.Must(err)
}

// as is a contact in the portal.
func (h *house) as(name string, trust actor.Trust) actor.Actor {
	k := h.of(name)
	return actor.Actor{Kind: actor.Contact, ID: k.ID, Name: k.Name, CustomerID: k.CustomerID, Trust: trust, Lang: "fr", Shut: actor.ShutOf(k.Areas)}
}

// asks begins an open round on a contract and asks a contact or a guest in it; it gives the turn.
func (h *house) asks(contractID int64, kind string, contactID, guestID any) string {
	h.T.Helper()
	ref := fmt.Sprintf("%s-%d-%v-%v", kind, contractID, contactID, guestID)
	h.exec(`INSERT INTO contract_rounds (public_id, contract_id, kind, n, ordered, digest, state, started_by, started_at) VALUES (?, ?, ?, 1, 0, ?, 'open', 'Camille', '2026-01-01T00:00:00.000Z') ON CONFLICT DO NOTHING`,
		ref, contractID, kind, strings.Repeat("a", 64))
	h.exec(`INSERT INTO contract_parties (public_id, contract_id, kind, position, contact_id, guest_id, created_at) VALUES (?, ?, ?, 1, ?, ?, '2026-01-01T00:00:00.000Z')`, ref, contractID, kind, contactID, guestID)
	h.exec(`INSERT INTO contract_turns (public_id, round_id, party_id, position, name) SELECT ?, r.id, p.id, 1, 'X' FROM contract_rounds r JOIN contract_parties p ON p.public_id = ? WHERE r.contract_id = ? AND r.kind = ?`, ref, ref, contractID, kind)
	return ref
}

func (h *house) guest(contractID int64, name string) int64 {
	h.T.Helper()
	h.exec(`INSERT INTO contract_guests (public_id, contract_id, name, email, language, token_hash, expires_at, created_at) VALUES (?, ?, ?, ?, 'fr', ?, '2099-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')`,
		name, contractID, name, name+"@dehors.example", fmt.Sprintf("%064s", name))
	return h.count("SELECT id FROM contract_guests WHERE public_id = ?", name)
}

// sees tells what a visitor gets of a contract: "yes", or how it is refused.
func (h *house) sees(who actor.Actor, contractID string) string {
	h.T.Helper()
	var err error
	h.Must(h.DB.Read(ctx, func(q *gen.Queries) error {
		var c gen.Contract
		if c, err = contracts.SeenBy(ctx, q, h.Now(), who, contractID); err == nil && c.PublicID != contractID {
			h.T.Fatal("another contract came")
		}
		return nil
	}))
	if e, ok := fault.As(err); ok {
		return string(e.Code)
	}
	h.Must(err)
	return "yes"
}

// TestWhoSees is the table of who sees a contract in the portal: every kind of visitor, in every
// state of the sharing. The list of a contact holds what it can open, and nothing else.
func TestWhoSees(t *testing.T) {
	h := newHouse(t)
	c, other := h.make("Bail"), h.make("Autre bail")
	h.show(h.wish(c.PublicID, "Ann", "Bob"))
	guest, stranger := h.guest(c.ID, "maitre"), h.guest(other.ID, "ailleurs")
	turn := h.asks(c.ID, "approval", nil, guest)
	h.asks(other.ID, "approval", nil, stranger)
	inGuest := func(id int64, of contracts.View) actor.Actor {
		return actor.Actor{Kind: actor.Guest, ID: id, Name: "Me Aubry", Contract: of.PublicID, Trust: actor.TrustLink}
	}
	instead := h.as("Ann", actor.TrustPassword)
	instead.By, instead.ByID, instead.For = "Camille", 1, "Ann"
	nobody := instead
	nobody.ID = 0
	shown := h.as("Ann", actor.TrustPassword)
	shown.Only = "invoice"
	visitors := map[string]actor.Actor{
		"requester": h.as("Ann", actor.TrustPassword), "watcher": h.as("Bob", actor.TrustPassword), "other contact": h.as("Cleo", actor.TrustPassword), "no access": h.as("Dan", actor.TrustPassword),
		"area shut": h.as("Eve", actor.TrustPassword), "other customer": h.as("Zed", actor.TrustPassword), "link": h.as("Ann", actor.TrustLink), "no session": h.as("Ann", actor.TrustNone),
		"stand-in": instead, "stand-in for nobody": nobody, "shown": shown, "staff": clerk,
		"guest": inGuest(guest, c), "guest of another": inGuest(stranger, other), "guest with that id": inGuest(stranger, c),
		"phone": {Kind: actor.Guest, Contract: c.PublicID, Turn: turn, Operator: "Camille"}, "phone, other turn": {Kind: actor.Guest, Contract: c.PublicID, Turn: "none"},
	}
	base := map[string]string{"requester": "yes", "watcher": "yes", "other contact": "not_found", "no access": "not_found", "area shut": "forbidden", "other customer": "not_found", "link": "yes", "no session": "forbidden",
		"stand-in": "yes", "stand-in for nobody": "not_found", "shown": "forbidden", "staff": "forbidden", "guest": "yes", "guest of another": "not_found", "guest with that id": "not_found", "phone": "yes", "phone, other turn": "not_found"}
	check := func(when string, differs map[string]string) {
		t.Helper()
		for name, who := range visitors {
			want := base[name]
			if d, ok := differs[name]; ok {
				want = d
			}
			if got := h.sees(who, c.PublicID); got != want {
				t.Errorf("%s: the %s gets %q, want %q", when, name, got, want)
			}
		}
	}
	check("shared", nil)
	h.Must(h.Customers.SetSeeEachOther(ctx, clerk, h.lenoir.PublicID, true))
	check("they see each other's", map[string]string{"other contact": "yes"})
	h.Must(h.Customers.SetSeeEachOther(ctx, clerk, h.lenoir.PublicID, false))

	asked := h.asks(c.ID, "signature", h.of("Cleo").ID, nil)
	check("asked in a round", map[string]string{"other contact": "yes"})
	h.exec("UPDATE contract_parties SET removed_at = '2026-01-02T00:00:00.000Z' WHERE public_id = ?", asked)
	check("taken off the round", nil)

	hidden := map[string]string{}
	for name, v := range base {
		if hidden[name] = v; v == "yes" {
			hidden[name] = "not_found"
		}
	}
	h.Must(h.Customers.SetSeeEachOther(ctx, clerk, h.lenoir.PublicID, true))
	h.Must(h.room.HideContract(ctx, clerk, c.PublicID))
	check("hidden", hidden)
	h.Must(h.room.HideContract(ctx, clerk, c.PublicID))
	if n := h.count("SELECT count(*) FROM audit_log WHERE action = 'contract.hidden'"); n != 1 {
		t.Errorf("hidden %d times", n)
	}
	h.Must(h.Customers.SetSeeEachOther(ctx, clerk, h.lenoir.PublicID, false))
	h.show(h.wish(c.PublicID, "Ann", "Bob"))
	check("shown again", nil)

	h.exec("UPDATE contract_guests SET revoked_at = '2026-01-02T00:00:00.000Z' WHERE id = ?", guest)
	check("the invitation was taken back", map[string]string{"guest": "not_found", "phone": "not_found"})
	h.exec("UPDATE contract_guests SET revoked_at = NULL, expires_at = ? WHERE id = ?", db.Stamp(h.Now().Add(-time.Minute)), guest)
	check("the invitation ran out", map[string]string{"guest": "not_found", "phone": "not_found"})
	h.exec("UPDATE contract_guests SET expires_at = '2099-01-01T00:00:00.000Z' WHERE id = ?", guest)
	h.Must(h.Customers.SetAccess(ctx, clerk, h.lenoir.PublicID, h.of("Bob").PublicID, h.of("Bob").Version, false))
	check("access taken", map[string]string{"watcher": "not_found"})
	h.Must(h.Customers.SetAccess(ctx, clerk, h.lenoir.PublicID, h.of("Bob").PublicID, h.of("Bob").Version, true))
	check("access given back", nil)
	h.Must(h.archive("Ann"))
	check("archived", map[string]string{"requester": "not_found", "link": "not_found", "stand-in": "not_found"})
}

// TestRuleAndViewAgree holds the condition in Go and the one in SQL together, over all ways in
// which a contact of the customer may stand to a contract, let in or not.
func TestRuleAndViewAgree(t *testing.T) {
	h := newHouse(t)
	c := h.make("Bail")
	h.show(h.wish(c.PublicID, "Ann"))
	cleo := h.of("Cleo")
	h.asks(c.ID, "approval", cleo.ID, nil)
	for n := range 64 {
		bit := func(i int) bool { return n>>i&1 == 1 }
		r := contract.Reader{Customer: true, Requester: bit(0), Watcher: bit(1), Asked: bit(2), Fellows: bit(3), Admitted: bit(4)}
		inPortal := bit(5)
		h.exec("DELETE FROM contract_watchers")
		h.exec("UPDATE contract_parties SET removed_at = CASE WHEN ? THEN NULL ELSE '2026-01-02T00:00:00.000Z' END", r.Asked)
		h.exec("UPDATE contracts SET in_portal = ?, requester_id = CASE WHEN ? THEN ? END WHERE id = ?", inPortal, r.Requester, cleo.ID, c.ID)
		h.exec("UPDATE customers SET see_each_other = ? WHERE id = ?", r.Fellows, cleo.CustomerID)
		h.exec("UPDATE contacts SET portal_access = ? WHERE id = ?", r.Admitted, cleo.ID)
		if r.Watcher {
			h.exec("INSERT INTO contract_watchers (contract_id, contact_id, added_at) VALUES (?, ?, '')", c.ID, cleo.ID)
		}
		if got, want := h.sees(h.as("Cleo", actor.TrustPassword), c.PublicID) == "yes", contract.Sees(inPortal, r); got != want {
			t.Errorf("%+v, in the portal %v: SQL %v, Go %v", r, inPortal, got, want)
		}
	}
}

// TestSharingWritesToWhoIsNew: requester and watchers get a mail, each once; again only those who
// are new, or all of them where it is asked; a repeat of the command mails nobody.
func TestSharingWritesToWhoIsNew(t *testing.T) {
	h := newHouse(t)
	c := h.make("Bail").PublicID
	first := h.wish(c, "Ann", "Bob", "Ann") // the requester among the watchers is left out
	if got := h.show(first); got != "Ann Bob" {
		t.Errorf("first: %s", got)
	}
	if got := h.show(first); got != "Ann Bob" || h.count("SELECT count(*) FROM mails WHERE kind = 'contract_shared'") != 2 {
		t.Errorf("a repeat: %s", got)
	}
	mails := dbtest.Strings(t, dbtest.Raw(t, h.Path), "SELECT m.to_address || ' ' || m.language || ' ' || json_extract(m.args, '$.role') || ' ' || (m.contract_id = l.contract_id) FROM mails m JOIN portal_links l ON l.id = m.link_id ORDER BY m.id")
	if want := []string{"ann@client.example fr requester 1", "bob@client.example en watcher 1"}; !slices.Equal(mails, want) {
		t.Errorf("%q", mails)
	}
	if got := h.show(h.wish(c, "Ann", "Bob")); got != "" {
		t.Errorf("shared again: %q", got)
	}
	if got := h.show(h.wish(c, "Bob", "Ann", "Cleo")); got != "Cleo" {
		t.Errorf("another requester and a new watcher: %q", got)
	}
	h.Must(h.room.HideContract(ctx, clerk, c))
	if got := h.show(h.wish(c, "Bob", "Ann", "Cleo")); got != "" {
		t.Errorf("after hiding: %q", got)
	}
	all := h.wish(c, "Bob", "Ann", "Cleo")
	all.Again = true
	if got := h.show(all); got != "Bob Ann Cleo" {
		t.Errorf("all of them anew: %q", got)
	}
	h.show(h.wish(c, "Bob", "Ann"))
	if got := h.show(h.wish(c, "Bob", "Ann", "Cleo")); got != "Cleo" {
		t.Errorf("taken off and named again: %q", got)
	}
	stale := h.wish(c, "Bob")
	h.show(h.wish(c, "Ann"))
	if _, err := h.room.ShareContract(ctx, clerk, stale); !fault.Is(err, fault.Conflict) {
		t.Errorf("a stale window: %v", err)
	}
}

// TestWhoCannotBeChosen: others than living contacts of the customer who get in are refused beside
// the field, with the reason; the dialog says it beforehand.
func TestWhoCannotBeChosen(t *testing.T) {
	h := newHouse(t)
	c := h.make("Bail").PublicID
	gone := h.of("Cleo").PublicID
	h.Must(h.archive("Cleo"))
	for name, x := range map[string]struct {
		id, key string
	}{
		"another customer": {h.of("Zed").PublicID, "fault.contracts.share_other_customer"}, "archived": {gone, "fault.contracts.share_archived"}, "without access": {h.of("Dan").PublicID, "fault.contracts.share_no_access"},
		"area shut": {h.of("Eve").PublicID, "fault.contracts.share_area"}, "nobody": {"none", "fault.choice"},
	} {
		for _, path := range []string{"requesterId", "watcherIds"} {
			in := h.wish(c, "Ann")
			if in.WatcherIDs = []string{x.id}; path == "requesterId" {
				in.RequesterID, in.WatcherIDs = x.id, nil
			}
			_, err := h.room.ShareContract(ctx, clerk, in)
			e, _ := fault.As(err)
			if e == nil || len(e.Fields) != 1 || e.Fields[0].Path != path || e.Fields[0].Key != x.key {
				t.Errorf("%s as %s: %v", name, path, err)
			}
		}
	}
	if n := h.count("SELECT count(*) FROM mails") + h.count("SELECT count(*) FROM contracts WHERE in_portal = 1"); n != 0 {
		t.Error("something of what was refused is there")
	}
	p, err := h.room.ShareLook(ctx, clerk, contracts.Share{ContractID: c})
	h.Must(err)
	said := []string{}
	for _, x := range p.People {
		said = append(said, x.Name+":"+x.Barred)
	}
	if got := strings.Join(said, " "); got != "Ann: Bob: Dan:no_access Eve:area" || p.RequesterID != h.of("Ann").PublicID || strings.Join(p.Tells, " ") != "Ann" {
		t.Errorf("%s, %+v", got, p)
	}
	others, err := h.room.ShareElsewhere(ctx, clerk, c, "zé")
	h.Must(err)
	if len(others) != 1 || others[0].Barred != "other_customer" || others[0].CustomerName != "Autre" {
		t.Errorf("%+v", others)
	}
	if _, err := h.room.ShareContract(ctx, h.as("Ann", actor.TrustPassword), h.wish(c, "Ann")); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a contact shares: %v", err)
	}
}

// archive takes a contact off the customer's form.
func (h *house) archive(name string) error {
	of, err := h.Customers.Get(ctx, clerk, h.lenoir.PublicID)
	h.Must(err)
	of.Contacts = slices.DeleteFunc(of.Contacts, func(k customers.Contact) bool { return k.Name == name })
	_, err = h.Customers.Save(ctx, clerk, h.Key(), of)
	return err
}

// TestLeaving: who goes to another customer, or is archived, is off all contracts in the same
// transaction; what it loses is said first, and one primary contact leads on both sides.
func TestLeaving(t *testing.T) {
	h := newHouse(t)
	asked, watched, signs, without := h.make("Demandé"), h.make("Observé"), h.make("À signer"), h.make("Sans lui")
	h.show(h.wish(asked.PublicID, "Ann", "Bob"))
	h.show(h.wish(watched.PublicID, "Cleo", "Ann"))
	h.show(h.wish(signs.PublicID, "Bob"))
	h.show(h.wish(without.PublicID, "Bob"))
	h.asks(signs.ID, "signature", h.of("Ann").ID, nil)
	link := h.count("SELECT id FROM portal_links WHERE contact_id = ? ORDER BY id LIMIT 1", h.of("Ann").ID)

	p, err := h.Customers.MoveLook(ctx, clerk, h.of("Ann").PublicID, h.autre.PublicID)
	h.Must(err)
	said := []string{}
	for _, x := range p.Contracts {
		said = append(said, fmt.Sprintf("%s %v %v %v", x.Title, x.Requester, x.Watcher, x.Awaited))
	}
	if want := []string{"À signer false false true", "Observé false true false", "Demandé true false false"}; !slices.Equal(said, want) || !p.Primary || p.BecomesPrimary || len(p.Successors) != 3 {
		t.Errorf("%q %+v", said, p)
	}
	move := customers.Move{ContactID: p.ContactID, Version: p.Version, CustomerID: h.autre.PublicID}
	refused := func(what string, change func(*customers.Move), path string) {
		t.Helper()
		m := move
		change(&m)
		e, _ := fault.As(h.Customers.MoveContact(ctx, clerk, h.Key(), m))
		if e == nil || path == "" && e.Code != fault.Conflict || path != "" && (len(e.Fields) == 0 || e.Fields[0].Path != path) {
			t.Errorf("%s: %v", what, e)
		}
	}
	refused("without a next primary contact", func(*customers.Move) {}, "successorId")
	refused("a next one without access", func(m *customers.Move) { m.SuccessorID = h.of("Dan").PublicID }, "successorId")
	refused("where it is", func(m *customers.Move) { m.CustomerID = h.lenoir.PublicID }, "customerId")
	refused("seen long ago", func(m *customers.Move) { m.Version-- }, "")
	move.SuccessorID = h.of("Bob").PublicID
	h.Must(h.Customers.MoveContact(ctx, clerk, "move-key-1", move))
	h.Must(h.Customers.MoveContact(ctx, clerk, "move-key-1", move))
	ann := h.of("Ann")
	if ann.CustomerID != h.autre.ID || ann.IsPrimary != 0 || h.of("Bob").IsPrimary != 1 || h.of("Zed").IsPrimary != 1 {
		t.Errorf("%+v", ann)
	}
	for _, x := range []contracts.View{asked, watched, signs, without} {
		if got := h.sees(h.as("Ann", actor.TrustPassword), x.PublicID); got != "not_found" {
			t.Errorf("%s after the move: %s", x.Title, got)
		}
		was := h.as("Ann", actor.TrustPassword)
		was.CustomerID = h.lenoir.ID // a session that was not ended
		if got := h.sees(was, x.PublicID); got != "not_found" {
			t.Errorf("%s with the old customer: %s", x.Title, got)
		}
	}
	if n := h.count("SELECT count(*) FROM contracts WHERE requester_id = ?", ann.ID) + h.count("SELECT count(*) FROM contract_watchers WHERE contact_id = ?", ann.ID); n != 0 {
		t.Errorf("still named on %d", n)
	}
	if n := h.count("SELECT count(*) FROM contract_parties WHERE contact_id = ? AND removed_at IS NULL", ann.ID); n != 1 {
		t.Errorf("%d parties: the round keeps whom it asked", n)
	}
	if n := h.count("SELECT count(*) FROM portal_links WHERE id = ? AND revoked_at IS NOT NULL", link); n != 1 {
		t.Error("the link of before opens")
	}
	if n := h.count("SELECT count(*) FROM notifications WHERE kind = 'contract_requester_left'"); n != 0 {
		t.Error("what was said before is a notice")
	}
	refused("an address that is there", func(m *customers.Move) {
		h.exec("UPDATE contacts SET email = 'zed@client.example' WHERE id = ?", h.of("Cleo").ID)
		m.ContactID, m.Version = h.of("Cleo").PublicID, h.of("Cleo").Version
	}, "customerId")

	h.Must(h.archive("Cleo")) // requester of what she shared with Ann
	if n := h.count("SELECT count(*) FROM notifications WHERE kind = 'contract_requester_left'"); n != 1 {
		t.Errorf("%d notices", n)
	}
	if n := h.count("SELECT count(*) FROM audit_log WHERE action = 'contract.contact_left'"); n != 3 {
		t.Errorf("%d lines of the log", n)
	}
	if _, err := dbtest.Raw(t, h.Path).Exec("UPDATE contacts SET customer_id = ? WHERE name = 'Bob'", h.autre.ID); err == nil {
		t.Error("the file lets a requester go")
	}
}

// TestLinkOfAContract: the mail's link leads to the contract; renewed only while it is shown.
func TestLinkOfAContract(t *testing.T) {
	h := newHouse(t)
	c := h.make("Bail").PublicID
	h.show(h.wish(c, "Ann"))
	var path string
	id := h.count("SELECT link_id FROM mails WHERE kind = 'contract_shared'")
	path, err := h.Access.LinkPath(ctx, id)
	h.Must(err)
	token := strings.TrimPrefix(path, "/l/")
	_, to, err := h.Access.OpenLink(ctx, token, "192.0.2.1", "")
	if err != nil || to.ContractID != c || to.DocumentID != "" {
		t.Fatalf("%+v %v", to, err)
	}
	h.MoveTo(h.Now().AddDate(0, 6, 0))
	if _, _, err := h.Access.OpenLink(ctx, token, "192.0.2.1", ""); err != access.ErrLinkExpired {
		t.Fatal(err)
	}
	h.Must(h.Access.RenewLink(ctx, token))
	if n := h.count("SELECT count(*) FROM mails m JOIN portal_links l ON l.id = m.link_id WHERE m.kind = 'link_renewed' AND l.contract_id IS NOT NULL"); n != 1 {
		t.Errorf("%d renewed", n)
	}
	h.Must(h.room.HideContract(ctx, clerk, c))
	h.MoveTo(h.Now().Add(24 * time.Hour))
	h.Must(h.Access.RenewLink(ctx, token))
	if n := h.count("SELECT count(*) FROM mails WHERE kind = 'link_renewed'"); n != 1 {
		t.Error("a link to what is hidden is mailed")
	}
}
