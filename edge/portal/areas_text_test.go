package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
)

// No page of a contact to whom an area is shut holds the number of a document of that area, nor
// leads to one: not its lists, not the pages of what hangs on it (subscriptions, payments, files).
func TestShutAreasLeaveNoNumber(t *testing.T) {
	for i, name := range actor.AreaNames {
		t.Run(name, func(t *testing.T) {
			shut := actor.Areas(1) << i
			f := newFirm(t, selling)
			own := dbtest.Strings(t, f.raw, "SELECT number FROM documents WHERE number <> '' AND customer_id = (SELECT customer_id FROM contacts WHERE email = 'claire@martin.example')")
			paid := dbtest.Strings(t, f.raw, "SELECT number FROM payments WHERE customer_id = (SELECT customer_id FROM contacts WHERE email = 'claire@martin.example')")
			v := f.byPassword(f.serve())
			c, err := f.people.People(t.Context(), f.staff, f.claire.PublicID)
			f.must(err)
			f.must(f.people.SetAreas(t.Context(), f.staff, f.claire.PublicID, c[0].PublicID, c[0].Version, false, (actor.AllAreas &^ shut).Names()))
			hidden := []string{}
			switch shut {
			case actor.AreaInvoices:
				hidden = append(own, `href="/factures/`, `href="/recurrentes/`, `href="/credits/`)
			case actor.AreaPayments:
				hidden = append(paid, `href="/paiements/`, "/payer")
			case actor.AreaQuotes:
				hidden = append(hidden, `href="/devis/`)
			case actor.AreaFiles:
				hidden = append(hidden, `href="/documents/`)
			case actor.AreaSubscriptions:
				hidden = append(hidden, `href="/abonnements/`)
			}
			if shut&(actor.AreaInvoices|actor.AreaPayments) != 0 && len(hidden) < 5 {
				t.Fatalf("the fixture has only %v", hidden)
			}
			read := 0
			for _, path := range f.everyPage(t) {
				a := v.get(path)
				if a.status == http.StatusOK {
					read++
				}
				for _, h := range hidden {
					if strings.Contains(a.body, h) && (a.status == http.StatusOK || h != "/payer") { // a refusal names the address it refuses
						t.Errorf("%s (%d) holds %s", path, a.status, h)
					}
				}
			}
			if read < 12 {
				t.Errorf("only %d pages were read", read)
			}
		})
	}
}

// everyPage gives every address that is read, with each own object that fits its place.
func (f *firm) everyPage(t *testing.T) (list []string) {
	t.Helper()
	objects := map[string][]string{"/factures/": {f.open, f.paid, f.late}, "/paiements/": {f.payment}, "/documents/": {f.file}, "/abonnements/": {}}
	for _, id := range f.subs {
		objects["/abonnements/"] = append(objects["/abonnements/"], id)
	}
	for _, r := range portal.Routes() {
		path, get := strings.CutPrefix(r.Pattern, "GET ")
		if !get || strings.Contains(path, "{token}") {
			continue
		}
		path = strings.NewReplacer("{$}", "", "{name}", "portal.css", "{group}", "x", "{step}", "conditions").Replace(path)
		if !strings.Contains(path, "{id}") {
			list = append(list, path)
			continue
		}
		for prefix, ids := range objects {
			for _, id := range ids {
				if strings.HasPrefix(path, prefix) {
					list = append(list, strings.Replace(path, "{id}", id, 1))
				}
			}
		}
	}
	return list
}
