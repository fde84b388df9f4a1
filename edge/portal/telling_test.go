package portal_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"comptoir/db/dbtest"
)

// pair is one question with what is known here and with what is not.
type pair struct {
	path, form [2]string
	given      [2]func(*visitor)
	off        bool // the portal of the group of what is known is closed
}

// Who is known here, was known once, or never.
const claire, denis, gaston, nobody = "claire@martin.example", "denis@martin.example", "gaston@martin.example", "nobody@martin.example"

// pairs are all pages that take a name, an address, a number, a token or a group.
func (s *stage) pairs() map[string]pair {
	const token = "ferme"
	form := func(pairs ...string) string {
		v := url.Values{}
		for i := 0; i+1 < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v.Encode()
	}
	asked := func(company string) func(*visitor) {
		return func(v *visitor) {
			v.post("/inscription/groupofrights", "version=1&conditions=1")
			v.post("/demande/contact", steps("zoe@lenoir.example")["contact"])
			v.post("/demande/code", "code="+s.requestCode())
			v.post("/demande/societe", company)
		}
	}
	company := func(number string) string {
		return strings.Replace(steps("")["societe"], "123+456+789", number, 1)
	}
	return map[string]pair{
		"sign-in":                        {path: [2]string{"/connexion"}, form: [2]string{form("nom", claire, "mot-de-passe", "Wrong-1-password"), form("nom", nobody, "mot-de-passe", "Wrong-1-password")}},
		"sign-in without a password yet": {path: [2]string{"/connexion"}, form: [2]string{form("nom", gaston, "mot-de-passe", good), form("nom", nobody, "mot-de-passe", good)}},
		"sign-in, group closed":          {path: [2]string{"/connexion"}, form: [2]string{form("nom", claire, "mot-de-passe", good), form("nom", nobody, "mot-de-passe", good)}, off: true},
		"forgotten password":             {path: [2]string{"/mot-de-passe/oublie"}, form: [2]string{form("nom", claire), form("nom", nobody)}},
		"forgotten, group closed":        {path: [2]string{"/mot-de-passe/oublie"}, form: [2]string{form("nom", claire), form("nom", nobody)}, off: true},
		"forgotten, put away":            {path: [2]string{"/mot-de-passe/oublie"}, form: [2]string{form("nom", gaston), form("nom", nobody)}},
		"forgotten user name":            {path: [2]string{"/nom-utilisateur/oublie"}, form: [2]string{form("courriel", claire), form("courriel", nobody)}},
		"user name, group closed":        {path: [2]string{"/nom-utilisateur/oublie"}, form: [2]string{form("courriel", claire), form("courriel", nobody)}, off: true},
		"new link":                       {path: [2]string{"/lien/renouveler"}, form: [2]string{form("lien", s.fill("{old}")), form("lien", elsewhereID(s.fill("{old}")))}},
		"new link, group closed":         {path: [2]string{"/lien/renouveler"}, form: [2]string{form("lien", s.fill("{old}")), form("lien", elsewhereID(s.fill("{old}")))}, off: true},
		"door of a closed group":         {path: [2]string{"/inscription/" + token, "/inscription/" + elsewhereID(token)}},
		"begin in a closed group":        {path: [2]string{"/inscription/" + token, "/inscription/" + elsewhereID(token)}, form: [2]string{form("version", "1", "conditions", "1"), form("version", "1", "conditions", "1")}},
		"request by an address":          {path: [2]string{"/demande/contact"}, form: [2]string{steps(claire)["contact"], steps(nobody)["contact"]}, given: [2]func(*visitor){begun, begun}},
		"page after an address":          {path: [2]string{"/demande/contact"}, given: [2]func(*visitor){named(claire), named(nobody)}},
		"request by a user name":         {path: [2]string{"/demande/contact"}, form: [2]string{strings.Replace(steps(nobody)["contact"], "zoe.lenoir", "denis", 1), strings.Replace(steps(nobody)["contact"], "zoe.lenoir", "den.roy", 1)}, given: [2]func(*visitor){begun, begun}},
		"page after a number":            {path: [2]string{"/demande/societe"}, given: [2]func(*visitor){asked(company("123456789")), asked(company("987654321"))}},
		"status after a number":          {path: [2]string{"/demande/statut"}, given: [2]func(*visitor){asked(company("123456789")), asked(company("987654321"))}},
		"reference of a request":         {path: [2]string{"/inscription/r/" + elsewhereID(s.fill("{request}")), "/inscription/r/" + strings.Repeat("-", 43)}},
		"payment link, sign-up":          {path: [2]string{s.fill("/abonnement/{plan:plan-link}/inscription")}, form: [2]string{written(claire), written(nobody)}, given: [2]func(*visitor){func(v *visitor) { atPlan(s, v) }, func(v *visitor) { atPlan(s, v) }}},
		"payment link, wrong code":       {path: [2]string{s.fill("/abonnement/{plan:plan-link}/code")}, form: [2]string{"code=x", "code=x"}, given: [2]func(*visitor){signingIn(s, claire), signingIn(s, nobody)}},
	}
}

// TestPagesTellNothing asks every page that takes a name, an address, a number, a token or a group
// with what is known here and with what is not: status, headers, the shape of cookies and the page
// are the same byte for byte.
func TestPagesTellNothing(t *testing.T) {
	s := newStage(t)
	s.group("name = 'Ateliers'")
	_, err := s.raw.Exec("UPDATE contacts SET archived_at = '2026-11-01T08:00:00.000Z' WHERE email = 'gaston@martin.example'")
	s.must(err)
	s.must(s.knownNumber("123456789"))
	base := dbtest.Keep(t, s.raw)
	for name, c := range s.pairs() {
		t.Run(name, func(t *testing.T) {
			var said [2]string
			for i := range said {
				base.Put(t)
				if c.off {
					s.group("portal_enabled = 0")
				}
				v := s.visitor(s.server)
				if c.given[i] != nil {
					c.given[i](v)
				}
				path := c.path[i]
				if path == "" {
					path = c.path[0]
				}
				var a answer
				if c.form[i] != "" {
					a = v.post(path, c.form[i])
				} else {
					a = v.get(path)
				}
				id := path[strings.LastIndex(path, "/")+1:]
				said[i] = told(a, id)
				for _, w := range []string{claire, denis, gaston, nobody, "123456789", "987654321"} { // typed, and shown again
					said[i] = strings.ReplaceAll(said[i], w, "{word}")
				}
				if a.status >= 500 {
					t.Errorf("%d %s", a.status, excerpt(a.body))
				}
			}
			if diff := cmp.Diff(strings.Split(said[0], "\n"), strings.Split(said[1], "\n")); diff != "" {
				t.Errorf("known (-) and not known (+):\n%s", diff)
			}
		})
	}
}

func begun(v *visitor) { v.post("/inscription/groupofrights", "version=1&conditions=1") }

// named is a visitor who has typed an address.
func named(email string) func(*visitor) {
	return func(v *visitor) {
		begun(v)
		v.post("/demande/contact", steps(email)["contact"])
	}
}

// signingIn is a visitor of a payment link who has typed an address.
func signingIn(s *stage, email string) func(*visitor) {
	return func(v *visitor) {
		atPlan(s, v)
		v.post(s.fill("/abonnement/{plan:plan-link}/inscription"), written(email))
	}
}
