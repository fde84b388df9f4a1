package portal_test

import (
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/customers"
	"comptoir/office/notices"
)

// announce tells the customers of Claire's group of something, and answers a question for them; Bruno
// is in no group.
func (f *firm) announce() {
	f.Helper()
	ctx := f.Context()
	g := customers.Group{}
	if of := dbtest.Strings(f, f.raw, "SELECT g.public_id FROM customers c JOIN customer_groups g ON g.id = c.group_id WHERE c.public_id = ?", f.claire.PublicID); len(of) > 0 {
		g.PublicID = of[0]
	} else {
		var err error
		g, err = f.people.SaveGroup(ctx, f.staff, "notices-group", customers.Group{Name: "Avertis"})
		f.must(err)
		_, err = f.raw.Exec("UPDATE customers SET group_id = (SELECT id FROM customer_groups WHERE public_id = ?) WHERE public_id = ?", g.PublicID, f.claire.PublicID)
		f.must(err)
	}
	groups := []notices.Group{{PublicID: g.PublicID, Name: g.Name}}
	a, err := f.notices.Save(ctx, f.staff, "notices-first", notices.Announcement{TitleFR: "Fermeture de l’atelier", BodyFR: "Du **24** au 26. <script>alert(1)</script>", Groups: groups, Importance: "important"})
	f.must(err)
	a, err = f.notices.Publish(ctx, f.staff, a.PublicID, a.Version)
	f.must(err)
	f.announced = a.PublicID
	_, err = f.notices.SaveQuestion(ctx, f.staff, "notices-question", notices.Question{QuestionFR: "Livrez-vous le samedi ?", AnswerFR: "Oui, en *Île-de-France*.", Groups: groups, Published: true})
	f.must(err)
}

func noticeTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		t[w] = append(t[w], signIn("/annonces"), signIn("/questions"), scenario{method: "POST", path: "/annonces/{announced}/masquer", status: 303, to: "/connexion"})
	}
	hidden := []string{"Fermeture de l’atelier", "Livrez-vous", "{announced}"}
	t["other"] = append(t["other"], scenario{method: "GET", path: "/annonces", status: 200, has: []string{"Nothing is announced"}, not: hidden}, scenario{method: "GET", path: "/questions", status: 200, has: []string{"Ask a question"}, not: hidden},
		scenario{method: "GET", path: "/questions?mots=samedi", status: 200, not: []string{"Livrez-vous"}}, scenario{method: "POST", path: "/annonces/{announced}/masquer", status: 404, not: hidden})
	seen := []scenario{
		{method: "GET", path: "/", status: 200, has: []string{"Fermeture de l’atelier", "<strong>24</strong>", "/annonces/{announced}/masquer"}, not: []string{"<script>alert"}},
		{method: "GET", path: "/annonces", status: 200, has: []string{"Fermeture de l’atelier", "Important"}, not: []string{"<script>alert"}},
		{method: "GET", path: "/questions", status: 200, has: []string{"Livrez-vous le samedi ?", "<em>Île-de-France</em>", "Poser une question", "mailto:aide@vasseur.example"}},
		{method: "GET", path: "/questions?mots=ILE", status: 200, has: []string{"Livrez-vous", "Une réponse contient"}}, {method: "GET", path: "/questions?mots=dimanche", status: 200, has: []string{"Aucune réponse"}, not: []string{"Livrez-vous"}},
		{method: "POST", path: "/annonces/nowhere/masquer", status: 404},
	}
	t["link"] = append(seen, t["link"]...)
	t["password"] = append(append(seen, scenario{method: "POST", path: "/annonces/{announced}/masquer", status: 303, to: "/"},
		scenario{method: "GET", path: "/", status: 200, not: []string{"/annonces/{announced}/masquer"}}, scenario{method: "GET", path: "/annonces", status: 200, has: []string{"Fermeture de l’atelier"}}), t["password"]...)
}

// Who sees an announcement for the first time is told that it is new; afterwards not.
func TestAnnouncementsAreNewOnce(t *testing.T) {
	f := newFirm(t)
	f.announce()
	v := f.byPassword(f.serve())
	if a := v.get("/annonces"); !strings.Contains(a.body, "Nouveau") {
		t.Error("nothing is marked as new")
	}
	if a := v.get("/annonces"); strings.Contains(a.body, "Nouveau") {
		t.Error("what was read is new again")
	}
}
