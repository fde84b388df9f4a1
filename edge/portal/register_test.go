package portal_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

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
	is(phone.get("/demande/statut"), 200, "", "Votre demande est complète")
	is(phone.post("/demande/envoi", ""), 303, "/demande/statut")
	is(v.get("/demande/statut"), 200, "", "Votre demande est envoyée", "Retirer la demande")
	is(v.get("/demande/societe"), 303, "/demande/statut")
	is(v.post("/demande/societe", forms["societe"]), 303, "/demande/statut")
	is(v.post("/demande/retrait", ""), 303, "/demande/statut")
	is(v.get("/demande/statut"), 200, "", "Votre demande est retirée")
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
