package portal_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/customers"
)

// contactTables are what each visitor may and may not do with contacts and details.
func contactTables(t map[string][]scenario) {
	for _, p := range []string{"/contacts", "/profil/coordonnees"} {
		for _, w := range []string{"stranger", "expired", "link"} {
			if w == "link" {
				t[w] = append([]scenario{signIn(p)}, t[w]...)
				continue
			}
			t[w] = append(t[w], signIn(p))
		}
	}
	for _, p := range []string{"/contacts", "/contacts/x/retrait", "/profil/coordonnees", "/profil/societe", "/profil/courriel", "/profil/courriel/code"} {
		for _, w := range []string{"stranger", "expired"} {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "nom=x", status: 303, to: "/connexion"})
		}
	}
	t["other"] = append(t["other"], scenario{method: "POST", path: "/contacts/{clairesContact}/retrait", status: 303, to: "/connexion", rows: "SELECT count(*) FROM contacts WHERE email = 'claire@martin.example' AND archived_at IS NULL"})
	t["password"] = append(t["password"],
		scenario{method: "GET", path: "/contacts", status: 200, has: []string{"Claire Dupont", "Contact principal", "Inviter un contact"}, not: []string{"Bruno"}},
		scenario{method: "GET", path: "/profil/coordonnees", status: 200, has: []string{"Coordonnées", "Société", "Nouvelle adresse"}},
		scenario{method: "POST", path: "/contacts", form: "cle=invite-123456&nom=&courriel=pas-une-adresse&langue=fr&parties=tout", status: 422, has: []string{`value="pas-une-adresse"`}},
		scenario{method: "POST", path: "/contacts", form: "cle=invite-123457&nom=Denis+Roy&courriel=denis%40martin.example&langue=fr&parties=choix&partie=quotes", status: 200, has: []string{"Denis Roy", "Invitation envoyée", "Devis"}, mails: 1,
			rows: `SELECT count(*) FROM contacts WHERE email = 'denis@martin.example' AND is_primary = 0 AND areas = '["quotes"]' AND invited_by = (SELECT id FROM contacts WHERE email = 'claire@martin.example')`},
		scenario{method: "POST", path: "/contacts", form: "cle=invite-123457&nom=Denis+Roy&courriel=denis%40martin.example&langue=fr&parties=choix&partie=quotes", status: 200, mails: 0},
		scenario{method: "POST", path: "/contacts", form: "cle=invite-123458&nom=Denis&courriel=DENIS%40martin.example&langue=fr&parties=tout", status: 422, has: []string{"déjà cette adresse"}},
		scenario{method: "POST", path: "/contacts/unknown/retrait", status: 404},
		scenario{method: "POST", path: "/contacts/{brunosContact}/retrait", status: 404, rows: "SELECT count(*) FROM contacts WHERE email = 'bruno@boulange.example' AND archived_at IS NULL"},
		scenario{method: "POST", path: "/profil/coordonnees", form: "name=&phone=", status: 422},
		scenario{method: "POST", path: "/profil/coordonnees", form: "name=Claire+Dupont-Roy&phone=", status: 200, has: []string{"Modification enregistrée"}, rows: "SELECT count(*) FROM contacts WHERE name = 'Claire Dupont-Roy'"},
		scenario{method: "POST", path: "/profil/societe", form: "name=Atelier+Martin&email=&phone=&line1=3+rue+Neuve&line2=&postcode=69003&city=Lyon&region=", status: 200, has: []string{"3 rue Neuve"}, rows: "SELECT count(*) FROM customers WHERE line1 = '3 rue Neuve'"},
		scenario{method: "POST", path: "/profil/courriel", form: "email=claire%40neuve.example", status: 303, to: "/profil/coordonnees?fait=code", mails: 1, rows: "SELECT count(*) FROM contacts WHERE email = 'claire@martin.example'"},
		scenario{method: "POST", path: "/profil/courriel/code", form: "code=12", status: 422, has: []string{"pas le code"}, rows: "SELECT count(*) FROM contacts WHERE email = 'claire@martin.example'"},
	)
}

// Every address says which areas it is about, and none is said that is no address.
func TestEveryRouteHasItsAreas(t *testing.T) {
	areas := portal.RouteAreas()
	known := map[string]bool{}
	for _, r := range portal.Routes() {
		known[r.Pattern] = true
		if _, ok := areas[r.Pattern]; !ok {
			t.Errorf("%s: nobody said which areas it is about", r.Pattern)
		}
	}
	for pattern := range areas {
		if !known[pattern] {
			t.Errorf("%s is no address", pattern)
		}
	}
}

// A contact to whom an area is shut meets a refusal at each of its addresses, and at none of
// the others; its pages do not offer what is shut.
func TestShutAreas(t *testing.T) {
	for i, name := range actor.AreaNames {
		t.Run(name, func(t *testing.T) {
			shut := actor.Areas(1) << i
			f := newFirm(t, selling)
			v := f.byPassword(f.serve())
			open := strings.Join((actor.AllAreas &^ shut).Names(), `","`)
			c, err := f.people.People(t.Context(), f.staff, f.claire.PublicID)
			f.must(err)
			f.must(f.people.SetAreas(t.Context(), f.staff, f.claire.PublicID, c[0].PublicID, c[0].Version, false, (actor.AllAreas &^ shut).Names()))
			if got := dbtest.Strings(t, f.raw, "SELECT areas FROM contacts WHERE email = 'claire@martin.example'")[0]; got != `["`+open+`"]` {
				t.Fatal(got)
			}
			ids := strings.NewReplacer("{id}", f.open, "{token}", strings.Repeat("A", 43), "{name}", "portal.css", "{gateway}", "practice", "{$}", "")
			for pattern, areas := range portal.RouteAreas() {
				if areas&shut == 0 {
					continue
				}
				method, path, _ := strings.Cut(ids.Replace(pattern), " ")
				var a answer
				if method == http.MethodPost {
					a = v.post(path, "cle=shut-areas-12345")
				} else {
					a = v.get(path)
				}
				if a.status != http.StatusForbidden || !strings.Contains(a.body, "ne vous est pas ouverte") {
					t.Errorf("%s: %d %s", pattern, a.status, excerpt(a.body))
				}
			}
			if a := v.get("/"); a.status != http.StatusOK || shut == actor.AreaInvoices && (strings.Contains(a.body, "FA-2026") || strings.Contains(a.body, `href="/factures"`)) {
				t.Errorf("home: %d %s", a.status, excerpt(a.body))
			}
		})
	}
}

// A secondary contact sees itself and the primary one, invites nobody, removes nobody; once
// removed, its session and its links are dead.
func TestSecondContact(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	a := v.post("/contacts", url.Values{"cle": {"second-123456"}, "nom": {"Denis Roy"}, "courriel": {"denis@martin.example"}, "langue": {"fr"}, "parties": {"tout"}}.Encode())
	if a.status != http.StatusOK {
		t.Fatal(a.status, excerpt(a.body))
	}
	link := dbtest.Int(t, f.raw, "SELECT link_id FROM mails ORDER BY id DESC LIMIT 1")
	path, err := f.access.LinkPath(t.Context(), link)
	f.must(err)
	f.turn(24 * time.Hour) // an invitation lives longer than a forgotten password
	d := f.visitor(s)
	d.get(path)
	if a := d.post("/mot-de-passe", "mot-de-passe="+good); a.status != http.StatusSeeOther {
		t.Fatal(a.status, excerpt(a.body))
	}
	if a := d.get("/contacts"); a.status != 200 || strings.Contains(a.body, "Inviter un contact") || !strings.Contains(a.body, "Claire Dupont") {
		t.Error(a.status, excerpt(a.body))
	}
	claire := dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'claire@martin.example'")[0]
	denis := dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'denis@martin.example'")[0]
	for path, form := range map[string]string{"/contacts": "cle=second-654321&nom=Eve&courriel=eve%40martin.example&langue=fr&parties=tout", "/contacts/" + claire + "/retrait": "", "/profil/societe": "name=Pirate"} {
		if a := d.post(path, form); a.status != http.StatusForbidden {
			t.Error(path, a.status, excerpt(a.body))
		}
	}
	v = f.byPassword(s)
	f.staffAdds("Fay Blanc", false)
	f.staffAdds("Gil Vert", true)
	page := v.get("/contacts").body
	for name, want := range map[string]string{"Denis Roy": "Voit tout", "Fay Blanc": "Sans accès", "Gil Vert": "Voit tout"} {
		_, row, _ := strings.Cut(page, "<strong>"+name)
		row, _, _ = strings.Cut(row, "</li>")
		if !strings.Contains(row, name+" n’entrera plus dans l’espace client") {
			t.Errorf("%s is removed without being asked about: %s", name, row)
		}
		if !strings.Contains(row, want) || strings.Contains(row, "Invitation envoyée") || want == "Sans accès" && strings.Contains(row, "Voit") {
			t.Errorf("%s: %s", name, row)
		}
	}
	if a := v.post("/contacts/"+claire+"/retrait", ""); a.status != http.StatusConflict {
		t.Error("the primary contact removed itself", a.status)
	}
	if a := v.post("/contacts/"+denis+"/retrait", ""); a.status != http.StatusSeeOther {
		t.Error(a.status, excerpt(a.body))
	}
	if a := d.get("/contacts"); a.status != http.StatusSeeOther {
		t.Error("a removed contact goes on", a.status)
	}
}

// Whom the firm lets in is told to the primary contact at its next visit, until it has opened the list
// of contacts itself; nobody else is told, nor who looks in its place.
func TestSecondByTheFirmIsTold(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	told := func(v *visitor, path string, names string) {
		t.Helper()
		a := v.get(path)
		_, said, found := strings.Cut(a.body, "a ouvert l’espace client de votre société à\u00a0: ")
		said, _, _ = strings.Cut(said, "</strong>")
		if a.status != http.StatusOK || said != names || found != (names != "") || found && !strings.Contains(a.body, "Cette personne entre avec un lien") {
			t.Errorf("%s: %d %q, want %q", path, a.status, said, names)
		}
	}
	told(v, "/", "")
	f.staffAdds("Fay Blanc", false)
	told(v, "/", "")
	f.staffAdds("Gil Vert", true)
	people, err := f.people.People(t.Context(), f.staff, f.claire.PublicID)
	f.must(err)
	fay := people[len(people)-2]
	f.must(f.people.SetAccess(t.Context(), f.staff, f.claire.PublicID, fay.PublicID, fay.Version, true))
	told(v, "/", "Fay Blanc, Gil Vert")
	told(v, "/", "Fay Blanc, Gil Vert")
	told(f.standIn(f.visitor(s), f.claire), "/", "")
	gil := people[len(people)-1]
	f.must(f.people.SetAccess(t.Context(), f.staff, f.claire.PublicID, gil.PublicID, gil.Version, false))
	told(v, "/contacts", "Fay Blanc")
	told(v, "/contacts", "")
	told(v, "/", "")
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM contact_arrivals"); n != 0 {
		t.Errorf("%d arrivals are still told", n)
	}
}

// staffAdds gives Claire's company one more contact, by the firm.
func (f *firm) staffAdds(name string, access bool) {
	f.Helper()
	c, err := f.people.Get(f.Context(), f.staff, f.claire.PublicID)
	f.must(err)
	first, _, _ := strings.Cut(name, " ")
	c.Contacts = append(c.Contacts, customers.Contact{Name: name, Email: first + "@martin.example", Language: "fr", PortalAccess: access})
	_, err = f.people.Save(f.Context(), f.staff, "staff-adds-"+first, c)
	f.must(err)
}

// What the firm changed while the page was open stays: only fields that were typed in are sent on.
func TestCompanyChangedMeanwhile(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	read := func(body string) url.Values {
		form := hiddenFields(t, body, "/profil/societe")
		for _, n := range []string{"name", "email", "phone", "line1", "line2", "postcode", "city", "region"} {
			form.Set(n, form.Get("vu-"+n))
		}
		return form
	}
	form := read(v.get("/profil/coordonnees").body)
	c, err := f.people.Get(t.Context(), f.staff, f.claire.PublicID)
	f.must(err)
	c.Line1, c.Postcode = "9 quai du Soir", "69009"
	_, err = f.people.Save(t.Context(), f.staff, "meanwhile-1", c)
	f.must(err)
	form.Set("city", "Villeurbanne")
	form.Set("email", "nobody") // refused: what was seen is kept with what was typed
	a := v.post("/profil/societe", form.Encode())
	if a.status != http.StatusUnprocessableEntity {
		t.Fatal(a.status, excerpt(a.body))
	}
	if again := hiddenFields(t, a.body, "/profil/societe"); again.Get("vu-line1") != "1 rue Haute" || again.Get("vu-city") != "Lyon" {
		t.Errorf("%v", again)
	}
	form.Set("email", form.Get("vu-email"))
	if a := v.post("/profil/societe", form.Encode()); a.status != http.StatusOK {
		t.Fatal(a.status, excerpt(a.body))
	}
	if got := dbtest.Strings(t, f.raw, "SELECT line1 || ', ' || postcode || ' ' || city FROM customers WHERE public_id = ?", f.claire.PublicID)[0]; got != "9 quai du Soir, 69009 Villeurbanne" {
		t.Error(got)
	}
}

// So it is with a contact's own details: its new name does not put back the number that the firm
// has corrected since the page was opened, nor the other way round after a refusal.
func TestPersonChangedMeanwhile(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	form := hiddenFields(t, v.get("/profil/coordonnees").body, "/profil/coordonnees")
	form.Set("phone", form.Get("vu-phone"))
	c, err := f.people.Get(t.Context(), f.staff, f.claire.PublicID)
	f.must(err)
	c.Contacts[0].Phone = "+33 4 72 00 00 09"
	_, err = f.people.Save(t.Context(), f.staff, "meanwhile-2", c)
	f.must(err)
	form.Set("name", "") // refused: what was seen is kept with what was typed
	a := v.post("/profil/coordonnees", form.Encode())
	if a.status != http.StatusUnprocessableEntity {
		t.Fatal(a.status, excerpt(a.body))
	}
	again := hiddenFields(t, a.body, "/profil/coordonnees")
	if again.Get("vu-name") != "Claire Dupont" || again.Get("vu-phone") != "" || hiddenFields(t, a.body, "/profil/societe").Get("vu-name") != "Atelier Martin" {
		t.Errorf("%v", again)
	}
	again.Set("name", "Claire Roy")
	again.Set("phone", "")
	if a := v.post("/profil/coordonnees", again.Encode()); a.status != http.StatusOK {
		t.Fatal(a.status, excerpt(a.body))
	}
	if got := dbtest.Strings(t, f.raw, "SELECT name || ' ' || phone FROM contacts WHERE id = ?", f.claire.Contacts[0].ID)[0]; got != "Claire Roy +33 4 72 00 00 09" {
		t.Error(got)
	}
}

// The group's *Lien d'aide courriel* stands beside the form for another address, where it has one.
func TestHelpWithAnAddress(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	const link = `<a href="https://aide.example/courriel" rel="noopener noreferrer">Aide pour créer une adresse courriel</a>`
	if a := v.get("/profil/coordonnees"); a.status != http.StatusOK || strings.Contains(a.body, "aide.example") {
		t.Error(a.status, excerpt(a.body))
	}
	for _, q := range []string{"INSERT INTO customer_groups (public_id, name, email_help_url, created_at, updated_at) VALUES ('g', 'Syndics', 'https://aide.example/courriel', '', '')",
		"UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'g')"} {
		if _, err := f.raw.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	if a := v.get("/profil/coordonnees"); !strings.Contains(a.body, link) {
		t.Error(a.status, excerpt(a.body))
	}
}
