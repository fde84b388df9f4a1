package portal_test

import (
	"strings"
	"testing"

	"comptoir/office/customers"
)

// hostile is what a text of a group may hold at worst: somebody at the desk pasted it.
const hostile = "Bonjour **gras** MARK\n\n- un\n- [aide](https://exemple.example/aide)\n\n<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [mal](javascript:alert(1)) ![photo](https://tracker.example/p.png) " +
	"<a href=\"data:text/html,x\" onclick=\"alert(1)\">x</a> <iframe src=https://cadre.example></iframe> <style>body{display:none}</style> <form action=https://vol.example><input name=p></form>"

// wordsOf fills every text of a group with hostile, named by its field.
func (f *firm) wordsOf(group string) {
	f.Helper()
	exec := func(q string, args ...any) {
		f.Helper()
		if _, err := f.raw.Exec(q, args...); err != nil {
			f.Fatal(err)
		}
	}
	for _, field := range customers.TextFields() {
		for _, lang := range []string{"fr", "en"} {
			exec("INSERT OR REPLACE INTO group_texts (group_id, field, lang, words) SELECT id, ?, ?, ? FROM customer_groups WHERE public_id = ?", field, lang, strings.Replace(hostile, "MARK", field+"-"+lang, 1), group)
		}
	}
	exec("INSERT INTO group_terms (group_id, version, words_fr, words_en, by_name, at) SELECT id, 2, ?, ?, 'Ana', '2026-02-01T00:00:00.000Z' FROM customer_groups WHERE public_id = ?",
		strings.Replace(hostile, "MARK", "terms-fr", 1), strings.Replace(hostile, "MARK", "terms-en", 1), group)
}

// TestWordsOfAGroupAreSanitised: each text of a group stands on its page in the visitor's language
// with its paragraphs, lists and links, and nothing else of what was typed.
func TestWordsOfAGroupAreSanitised(t *testing.T) {
	for _, lang := range []string{"fr", "en"} {
		t.Run(lang, func(t *testing.T) {
			f := newFirm(t)
			registering(f)
			s := f.serve()
			claire := f.byPassword(s)
			f.wordsOf("detail")
			v := f.visitor(s)
			v.lang = lang
			shows := func(what string, a answer, fields ...string) {
				t.Helper()
				for _, field := range fields {
					if !strings.Contains(a.body, "<p>Bonjour <strong>gras</strong> "+field+"-"+lang) {
						t.Errorf("%s (%d) lacks the text %s: %s", what, a.status, field, excerpt(a.body))
					}
				}
				for _, kept := range []string{"<li>un</li>", `<a href="https://exemple.example/aide"`} {
					if strings.Count(a.body, kept) != len(fields) {
						t.Errorf("%s: %d × %s", what, strings.Count(a.body, kept), kept)
					}
				}
				for _, gone := range []string{"<script>", "alert(", "onerror", "javascript:", "tracker.example", "data:text/html", "onclick", "cadre.example", "<style", "<iframe", "vol.example"} {
					if strings.Contains(a.body, gone) {
						t.Errorf("%s shows %s", what, gone)
					}
				}
				guarded(t, what, a)
			}
			shows("the terms", v.get("/inscription/detail"), "step_terms", "terms")
			v.post("/inscription/detail", "version=2&conditions=1")
			forms := steps("zoe@lenoir.example")
			forms["contact"] = strings.Replace(forms["contact"], "langue=fr", "langue="+lang, 1)
			shows("the contact", v.get("/demande/contact"), "step_contact")
			v.post("/demande/contact", forms["contact"])
			v.post("/demande/code", "code="+f.requestCode())
			shows("the company", v.get("/demande/societe"), "step_company")
			v.post("/demande/societe", forms["societe"])
			shows("the questions", v.get("/demande/questions"), "step_questions")
			shows("what is missing", v.get("/demande/statut"), "status_incomplete")
			v.post("/demande/questions", forms["questions"])
			if a := v.get("/demande/statut"); !strings.Contains(a.body, "status_complete-"+lang) {
				v.post("/demande/envoi", "")
			}
			shows("what happens next", v.get("/demande/statut"), "status_complete")

			if _, err := f.raw.Exec("UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = 'detail') WHERE id = ?", f.claire.ID); err != nil {
				t.Fatal(err)
			}
			claire.lang = lang
			claire.post("/profil/langue", "langue="+lang)
			shows("after a change", claire.post("/profil/coordonnees", "name=Claire+Dupont-Roy&phone="), "contact_updated")
			shows("after an invitation", claire.post("/contacts", "cle=invite-123456&nom=Denis+Roy&courriel=denis%40martin.example&langue=fr&parties=tout"), "contact_added")
			claire.post("/deconnexion", "")
			claire.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good)
			shows("terms asked again", claire.get("/conditions"), "terms")
		})
	}
}
