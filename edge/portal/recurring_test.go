package portal_test

import (
	"strings"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/edge/portal"
	"comptoir/office/customers"
	"comptoir/office/recurring"
	"comptoir/office/sales"
	"comptoir/rules/recur"
)

// fillRecurring makes a running template of Claire's, one of Bruno's, and what no customer
// sees: a draft and a paused one. Nothing is made of them yet.
func (f *firm) fillRecurring() {
	f.Helper()
	f.recurrences = map[string]string{
		"own": f.template("own", f.claire, "Entretien {{mois}} {{année}}", true).PublicID, "foreign": f.template("foreign", f.bruno, "Oven rental {{month}} {{year}}", true).PublicID,
		"draft": f.template("draft", f.claire, "Brouillon secret", false).PublicID,
	}
	paused := f.template("paused", f.claire, "Pause secrète", true)
	_, err := f.recurring.Pause(f.Context(), f.staff, paused.PublicID, paused.Version)
	f.must(err)
	f.recurrences["paused"] = paused.PublicID
}

func (f *firm) template(key string, c customers.Customer, words string, runs bool) recurring.View {
	f.Helper()
	t := recurring.Template{When: recur.Choice{Unit: recur.Month, Every: 1, Day: 31}, Billed: recur.Behind, StartOn: "2026-11-30", Cycles: 12, AutoSend: true,
		Form: sales.Draft{CustomerID: c.PublicID, Currency: "EUR", Language: c.Language, TermsDays: 30, Lines: []sales.DraftLine{{Description: words, Nature: "services", QuantityE4: 10_000, Unit: "C62", UnitPriceE4: 150_0000}}}}
	if runs {
		v, err := f.recurring.Activate(f.Context(), f.staff, "recurring-"+key, t)
		f.must(err)
		return v
	}
	v, _, err := f.recurring.Save(f.Context(), f.staff, "recurring-"+key, t)
	f.must(err)
	return v
}

func (f *firm) withRecurring() {
	f.recurring = recurring.New(recurring.Deps{DB: f.db, IDs: id.Seeded(77), Sales: f.sales})
}

func (f *firm) fillRecurrences(s string) string {
	for name, publicID := range f.recurrences {
		s = strings.ReplaceAll(s, "{r:"+name+"}", publicID)
	}
	return s
}

func recurringTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		t[w] = append(t[w], signIn("/recurrentes"), signIn("/recurrentes/{r:own}"))
	}
	missing := func(path string) scenario {
		return scenario{method: "GET", path: path, status: 404, not: []string{"Entretien", "Oven", "secret"}}
	}
	t["other"] = append(t["other"], missing("/recurrentes/{r:own}"), missing("/recurrentes/{r:draft}"),
		scenario{method: "GET", path: "/recurrentes", status: 200, has: []string{"Oven rental November 2026", "every month, on day 31 or the last day"}, not: []string{"{r:own}", "Entretien", "Claire"}})
	t["link"] = append([]scenario{missing("/recurrentes/{r:foreign}"), missing("/recurrentes/{r:draft}"), missing("/recurrentes/{r:paused}"), missing("/recurrentes/nowhere"),
		{method: "GET", path: "/recurrentes", status: 200, has: []string{"Entretien novembre 2026", "chaque mois, le 31 ou le dernier jour", "30 novembre 2026", "12 échéances", "180,00", "{r:own}"}, not: []string{"secret", "Oven", "{r:paused}"}},
		{method: "GET", path: "/recurrentes/{r:own}", status: 200, has: []string{"Entretien novembre 2026", "Aucune facture pour l’instant", "30 novembre 2026"}}}, t["link"]...)
	t["password"] = append(t["password"], scenario{method: "GET", path: "/recurrentes/{r:own}", status: 200, has: []string{"180,00"}})
}

// What was made of a template is listed behind Afficher, with its state, and each opens.
func TestInvoicesOfARecurringOne(t *testing.T) {
	f := newFirm(t)
	for _, day := range []string{"2026-11-30", "2026-12-31"} {
		on, err := time.Parse(time.DateOnly, day)
		f.must(err)
		f.turn(on.Add(9 * time.Hour).Sub(f.clock()))
		f.must(f.recurring.Do(f.Context(), f.staff, f.recurrences["own"]+"/"+day))
	}
	f.must(f.recurring.Do(f.Context(), f.staff, f.recurrences["foreign"]+"/2026-11-30"))
	s := f.serve()
	own, other := f.byPassword(s), f.brunoByLink(s)
	f.walk(t, own, scenario{method: "GET", path: "/recurrentes", status: 200, has: []string{"Entretien janvier 2027", "31 janvier 2027", "10 échéances"}}, f.fillIn)
	a := own.get("/recurrentes/" + f.recurrences["own"])
	first, second := strings.Index(a.body, "FA-2026-0009"), strings.Index(a.body, "FA-2026-0008")
	if a.status != 200 || first < 0 || second < first || strings.Contains(a.body, "FA-2026-0010") {
		t.Errorf("%d: the newest first, and nobody else's: %d %d", a.status, first, second)
	}
	f.walk(t, other, scenario{method: "GET", path: "/recurrentes/{r:own}", status: 404, not: []string{"FA-2026-0009"}}, f.fillIn)
	f.walk(t, other, scenario{method: "GET", path: "/recurrentes/{r:foreign}", status: 200, has: []string{"FA-2026-0010"}, not: []string{"FA-2026-0009"}}, f.fillIn)
}

// Of a template whose invoices are looked at before they leave nobody promises the day on
// which one will be sent.
func TestRecurringOneThatWaitsForThePerson(t *testing.T) {
	f := newFirm(t)
	v, err := f.recurring.Get(f.Context(), f.staff, f.recurrences["own"])
	f.must(err)
	v.AutoSend = false
	_, _, err = f.recurring.Save(f.Context(), f.staff, "recurring-by-hand", v.Template)
	f.must(err)
	own := f.byPassword(f.serve())
	promise := []string{"nvoi le", "Prochain envoi", "sera envoyée"}
	f.walk(t, own, scenario{method: "GET", path: "/recurrentes", status: 200, has: []string{"Entretien novembre 2026", "Prochaine facture", "prochaine facture le 30 novembre 2026"}, not: promise}, f.fillIn)
	f.walk(t, own, scenario{method: "GET", path: "/recurrentes/{r:own}", status: 200, has: []string{"La première est prévue le 30 novembre 2026"}, not: promise}, f.fillIn)
}

var _ portal.Recurring = (*recurring.Service)(nil)
