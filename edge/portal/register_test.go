package portal_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
)

// registering makes a group that people may ask to get into, with terms and one question.
func registering(f *firm) {
	f.Helper()
	for _, q := range []string{
		"INSERT INTO customer_groups (public_id, name, portal_enabled, email_help_url, created_at, updated_at) VALUES ('detail', 'Détaillants', 1, 'https://aide.example/courriel', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'), ('ferme', 'Fermé', 0, '', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z')",
		"INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 1, 'Nos **conditions**', 'Our terms', 'Ana', '2026-01-01T00:00:00.000Z' FROM customer_groups WHERE public_id = 'detail'",
		"INSERT INTO group_texts (group_id, field, lang, words) SELECT id, 'step_company', 'fr', 'Votre numéro est sur l’avis.' FROM customer_groups WHERE public_id = 'detail'",
		"INSERT INTO group_questions (public_id, group_id, position, kind, label_fr, label_en, mandatory) SELECT 'facture', id, 1, 'text', 'Dernière facture', 'Last invoice', 1 FROM customer_groups WHERE public_id = 'detail'",
	} {
		if _, err := f.raw.Exec(q); err != nil {
			f.Fatalf("%s: %v", q, err)
		}
	}
}

// steps are the forms of a request for access.
func steps(email string) map[string]string {
	return map[string]string{
		"contact":   url.Values{"nom": {"Zoé Lenoir"}, "courriel": {email}, "langue": {"fr"}, "identifiant": {"zoe.lenoir"}}.Encode(),
		"societe":   url.Values{"societe": {"Crèmerie Lenoir"}, "numero": {"123 456 789"}, "rue": {"3 quai Vert"}, "code-postal": {"69001"}, "ville": {"Lyon"}, "pays": {"FR"}}.Encode(),
		"questions": "q-facture=FA-2026-0001",
	}
}

func registerTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		t[w] = append(t[w],
			scenario{method: "GET", path: "/inscription/nulle-part", status: 404},
			scenario{method: "GET", path: "/portal/register/nulle-part", status: 303, to: "/inscription/nulle-part"},
			scenario{method: "POST", path: "/inscription/nulle-part", form: "conditions=1&version=1", status: 404},
			scenario{method: "GET", path: "/inscription/r/" + strings.Repeat("a", 43), status: 404, has: []string{"Aucune demande en cours ici"}, pattern: "GET /inscription/r/{token}"},
			scenario{method: "GET", path: "/demande/statut", status: 404, has: []string{"Aucune demande en cours ici"}},
			scenario{method: "GET", path: "/demande/rien", status: 404, has: []string{"Page introuvable"}},
			scenario{method: "POST", path: "/demande/contact", form: steps("zoe@lenoir.example")["contact"], status: 404, mails: 0, rows: "SELECT count(*) = 0 FROM access_requests"},
			scenario{method: "POST", path: "/demande/code", form: "code=123456", status: 404},
			scenario{method: "POST", path: "/demande/renvoi", status: 404, mails: 0},
			scenario{method: "POST", path: "/demande/envoi", status: 404, mails: 0},
			scenario{method: "POST", path: "/demande/retrait", status: 404})
	}
}

func (f *firm) requestCode() string {
	f.Helper()
	row := dbtest.Strings(f, f.raw, "SELECT public_id || '/' || round FROM access_requests ORDER BY id DESC LIMIT 1")
	of, round, _ := strings.Cut(row[0], "/")
	return f.registration.Code(of, round)
}

// TestStrangerRegisters walks the five steps, comes back by the mailed link, and sends.
func TestStrangerRegisters(t *testing.T) {
	f := newFirm(t)
	registering(f)
	s := f.serve()
	v := f.visitor(s)
	is := func(a answer, status int, to string, has ...string) {
		t.Helper()
		if a.status != status || a.header.Get("Location") != to {
			t.Fatalf("%d %q, want %d %q: %s", a.status, a.header.Get("Location"), status, to, excerpt(a.body))
		}
		for _, h := range has {
			if !strings.Contains(a.body, h) {
				t.Errorf("lacks %q", h)
			}
		}
	}
	is(v.get("/inscription/ferme"), 404, "")
	is(v.get("/portal/register/detail"), 303, "/inscription/detail")
	is(v.get("/portal/register/"+url.PathEscape("//ailleurs.example")), 303, "/inscription/%2F%2Failleurs.example")
	is(v.get("/inscription/detail"), 200, "", "Demande d’accès", "conditions", `name="version" value="1"`)
	is(v.post("/inscription/detail", "version=1"), 422, "", "Acceptez ces conditions")
	is(v.post("/inscription/detail", "version=1&conditions=1"), 303, "/demande/contact")
	is(v.get("/inscription/detail"), 303, "/demande/contact")
	is(v.get("/demande/contact"), 200, "", "https://aide.example/courriel")
	forms := steps("zoe@lenoir.example")
	is(v.post("/demande/contact", forms["contact"]), 303, "/demande/contact")
	is(v.post("/demande/contact", "nom=%3Cb%3E&courriel=pas+une+adresse&langue=fr"), 422, "", "&lt;b&gt;", "pas une adresse", `aria-invalid="true"`)
	is(v.get("/demande/contact"), 200, "", "Recopiez le code", "zoe@lenoir.example")
	is(v.post("/demande/code", "code=12"), 422, "", "aria-invalid")
	is(v.post("/demande/code", "code="+f.requestCode()), 303, "/demande/societe")
	is(v.get("/demande/societe"), 200, "", "Votre numéro est sur l’avis.", `data-mask="xxxxxxxxx"`)
	is(v.post("/demande/societe", strings.Replace(forms["societe"], "123+456+789", "12", 1)), 422, "", `value="12"`, "Crèmerie Lenoir")
	is(v.post("/demande/societe", forms["societe"]), 303, "/demande/questions")
	is(v.post("/demande/envoi", ""), 303, "/demande/statut")
	is(v.get("/demande/statut"), 200, "", "Votre demande est incomplète", "Répondre aux questions obligatoires")
	is(v.post("/demande/questions", "q-facture="), 422, "")

	token := f.registration.RequestToken(dbtest.Strings(f, f.raw, "SELECT public_id FROM access_requests")[0])
	phone := f.visitor(s)
	is(phone.get("/inscription/r/"+token), 303, "/demande/questions")
	is(phone.post("/demande/questions", forms["questions"]), 303, "/demande/statut")
	is(phone.get("/demande/statut"), 200, "", "Votre demande est complète", "Crèmerie Lenoir")
	is(phone.post("/demande/envoi", ""), 303, "/demande/statut")
	is(v.get("/demande/statut"), 200, "", "Votre demande est envoyée", "Retirer la demande")
	is(v.get("/demande/societe"), 303, "/demande/statut")
	is(v.post("/demande/societe", forms["societe"]), 303, "/demande/statut")
	is(v.post("/demande/retrait", ""), 303, "/demande/statut?fait=retrait")
	is(v.get("/demande/statut"), 200, "", "Votre demande est retirée")
	is(v.get("/inscription/detail"), 200, "", "J’accepte et je continue") // another one may be made
}

// TestRequestInFewClicks: the last step that is missing sends the request, new terms are asked for
// again, a group without questions asks none, and a draft that is taken back is gone.
func TestRequestInFewClicks(t *testing.T) {
	f := newFirm(t)
	registering(f)
	v := f.visitor(f.serve())
	forms := steps("zoe@lenoir.example")
	goes := func(path, form, to string) {
		t.Helper()
		if a := v.post(path, form); a.status != 303 || a.header.Get("Location") != to {
			t.Fatalf("%s: %d %q, want %q: %s", path, a.status, a.header.Get("Location"), to, excerpt(a.body))
		}
	}
	shows := func(path string, has ...string) {
		t.Helper()
		a := v.get(path)
		for _, h := range has {
			if !strings.Contains(a.body, h) {
				t.Errorf("%s (%d) lacks %q: %s", path, a.status, h, excerpt(a.body))
			}
		}
	}
	sql := func(q string) {
		t.Helper()
		_, err := f.raw.Exec(q)
		f.must(err)
	}
	goes("/inscription/detail", "version=1&conditions=1", "/demande/contact")
	goes("/demande/retrait", "", "/demande/statut?fait=retrait")
	shows("/demande/statut?fait=retrait", "Votre demande est retirée", "Ce que vous aviez écrit est effacé")
	if n := f.count("SELECT count(*) FROM access_requests"); n != 0 {
		t.Errorf("%d drafts are left", n)
	}
	goes("/inscription/detail", "version=1&conditions=1", "/demande/contact")
	goes("/demande/contact", forms["contact"], "/demande/contact")
	shows("/demande/contact", `autocomplete="one-time-code"`, `inputmode="numeric"`, "Corriger mes informations")
	goes("/demande/code", "code="+url.QueryEscape("Votre code : "+f.requestCode()[:3]+" "+f.requestCode()[3:]), "/demande/societe")
	goes("/demande/societe", forms["societe"]+"&envoi=1", "/demande/statut") // the questions are missing: nothing is sent
	if n := f.count("SELECT count(*) FROM access_requests WHERE state <> 'draft'"); n != 0 {
		t.Error("sent though it is incomplete")
	}
	sql("INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 2, 'Nouvelles conditions', 'New terms', 'Ana', '2026-01-02T00:00:00.000Z' FROM customer_groups WHERE public_id = 'detail'")
	goes("/demande/questions", forms["questions"]+"&envoi=1", "/demande/statut")
	shows("/demande/statut", "Votre demande est incomplète", "Accepter les conditions générales")
	shows("/demande/conditions", "Ces conditions ont changé depuis que vous les avez acceptées.", "Nouvelles conditions")
	if a := v.post("/demande/conditions", "version=1&conditions=1"); a.status != 422 || !strings.Contains(a.body, "Les conditions ont changé") {
		t.Errorf("old terms: %d %s", a.status, excerpt(a.body))
	}
	goes("/demande/conditions", "version=2&conditions=1", "/demande/contact")
	shows("/demande/conditions", "Vous avez accepté ces conditions le")
	shows("/demande/questions", `name="envoi" value="1"`)
	goes("/demande/questions", forms["questions"]+"&envoi=1", "/demande/statut")
	shows("/demande/statut", "Votre demande est envoyée", "Votre demande est complète et nous est parvenue")
	sql("UPDATE group_questions SET archived_at = '2026-01-03T00:00:00.000Z'")
	v = f.visitor(f.serve())
	goes("/inscription/detail", "version=2&conditions=1", "/demande/contact")
	goes("/demande/societe", forms["societe"], "/demande/statut")
}

// TestRequestsTellNothing: a known address, number and user name give the same bytes and as many mails.
func TestRequestsTellNothing(t *testing.T) {
	f := newFirm(t)
	registering(f)
	f.must(f.knownNumber("123456789"))
	s := f.serve()
	pages := map[string]string{}
	for _, email := range []string{"claire@martin.example", "nobody@martin.example"} {
		v := f.visitor(s)
		forms := steps(email)
		if email[0] == 'n' {
			forms["societe"] = strings.Replace(forms["societe"], "123+456+789", "987+654+321", 1)
		}
		before := f.count("SELECT count(*) FROM mails")
		said := func(a answer) {
			body := strings.NewReplacer(email, "EMAIL", "987654321", "NUMBER", "123456789", "NUMBER").Replace(a.body)
			pages[email] += fmt.Sprintln(a.status, a.header.Get("Location"), body)
		}
		said(v.post("/inscription/detail", "version=1&conditions=1"))
		for _, step := range []string{"contact", "societe", "questions"} {
			said(v.post("/demande/"+step, forms[step]))
			said(v.get("/demande/" + step))
		}
		said(v.post("/demande/code", "code="+f.requestCode()))
		said(v.post("/demande/envoi", ""))
		said(v.get("/demande/statut"))
		pages[email] += fmt.Sprint(f.count("SELECT count(*) FROM mails") - before)
	}
	if pages["claire@martin.example"] != pages["nobody@martin.example"] {
		t.Errorf("%s\n---\n%s", pages["claire@martin.example"], pages["nobody@martin.example"])
	}
	if n := f.count("SELECT count(*) FROM access_requests WHERE state = 'sent'"); n != 2 {
		t.Errorf("%d sent", n)
	}
}

// knownNumber gives Claire's company a number.
func (f *firm) knownNumber(number string) error {
	_, err := f.raw.Exec("UPDATE customers SET siren = ? WHERE id = (SELECT customer_id FROM contacts WHERE email = 'claire@martin.example')", number)
	return err
}

// TestFreeRegistration walks the whole way: the settings name the group, the sign-in page shows its
// door and nothing else, a stranger registers, chooses a password and is a customer of the group.
func TestFreeRegistration(t *testing.T) {
	f := newFirm(t)
	registering(f)
	s := f.serve()
	v := f.visitor(s)
	before := v.get("/connexion").body
	if strings.Contains(before, "/inscription/") {
		t.Error("a door is shown though nobody opened one")
	}
	set, err := f.company.PortalSettings(f.Context(), f.staff)
	f.must(err)
	set.FreeGroupID = "detail"
	f.must(f.company.SavePortalSettings(f.Context(), f.staff, set))
	f.turn(2 * time.Second) // what the portal knows of the firm is a second old at most
	if a := v.get("/connexion"); !strings.Contains(a.body, `Pas encore client ? <a href="/inscription/detail">Créer un accès</a>`) {
		t.Errorf("no door: %s", excerpt(a.body))
	} else if without := strings.Replace(a.body, `<p>Pas encore client ? <a href="/inscription/detail">Créer un accès</a></p>`, "", 1); without != before {
		t.Error("more than the door is shown")
	}
	f.registers(v, "neuf@lenoir.example")
	if a := v.get("/demande/statut"); a.status != 200 || strings.Contains(a.body, "Retirer") || strings.Contains(a.body, "Nous la vérifions") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	if _, err := f.raw.Exec("INSERT INTO group_texts (group_id, field, lang, words) SELECT id, 'status_complete', 'fr', 'Merci, à **bientôt**.' FROM customer_groups WHERE public_id = 'detail'"); err != nil {
		t.Fatal(err)
	}
	if a := v.get("/demande/statut"); !strings.Contains(a.body, "Merci, à <strong>bientôt</strong>.") {
		t.Errorf("the group's Récapitulatif complet is not shown: %s", excerpt(a.body))
	}
	if got := dbtest.Strings(f, f.raw, "SELECT c.name || ', ' || g.name || ', ' || k.email FROM customers c JOIN customer_groups g ON g.id = c.group_id JOIN contacts k ON k.customer_id = c.id WHERE k.portal_access = 1 AND g.public_id = 'detail'"); len(got) != 1 || got[0] != "Crèmerie Lenoir, Détaillants, neuf@lenoir.example" {
		t.Fatalf("%q", got)
	}
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'customer_opened'"); n != 1 {
		t.Errorf("the firm is told %d times", n)
	}
	phone := f.visitor(s)
	phone.follow(phone.get(f.passwordLink()))
	a := phone.post("/mot-de-passe", "mot-de-passe="+good)
	if a = phone.follow(a); a.status != 200 {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	if a := phone.get("/"); a.status != 200 || !strings.Contains(a.body, `<span class="who">Zoé Lenoir</span>`) {
		t.Errorf("not in: %d %s", a.status, excerpt(a.body))
	}
	f.must(f.closeGroup("detail"))
	f.turn(2 * time.Second)
	if a := f.visitor(s).get("/connexion"); strings.Contains(a.body, "/inscription/") {
		t.Error("the door of a closed group is shown")
	}
}

// registers sends a complete request.
func (f *firm) registers(v *visitor, email string) {
	f.Helper()
	v.post("/inscription/detail", "version=1&conditions=1")
	forms := steps(email)
	v.post("/demande/contact", forms["contact"])
	v.post("/demande/code", "code="+f.requestCode())
	v.post("/demande/societe", forms["societe"])
	v.post("/demande/questions", forms["questions"])
	if a := v.post("/demande/envoi", ""); a.status != 303 {
		f.Fatalf("%d %s", a.status, excerpt(a.body))
	}
}

// closeGroup closes the portal of a group as the window does.
func (f *firm) closeGroup(id string) error {
	g, err := f.people.Group(f.Context(), f.staff, id)
	f.must(err)
	off := false
	g.PortalEnabled = &off
	_, err = f.people.SaveGroup(f.Context(), f.staff, "key-close-"+id, g)
	return err
}
