package portal_test

import (
	"slices"
	"strings"

	"comptoir/office/customers"
	"comptoir/office/sales"
)

// note issues a credit note of no invoice (goodwill).
func (f *firm) note(c customers.Customer, key, reason string) sales.Document {
	f.Helper()
	d, _, err := f.sales.SaveDraft(f.Context(), f.staff, "credit-key-"+key, sales.Draft{Kind: "credit_note", CustomerID: c.PublicID, Currency: "EUR", Language: c.Language, Reason: reason, PrivateNote: "Note privée",
		Lines: []sales.DraftLine{{Description: "Geste commercial", Nature: "services", QuantityE4: 10000, Unit: "C62", UnitPriceE4: 1_000_000}}})
	f.must(err)
	d, err = f.sales.Issue(f.Context(), f.staff, sales.Issue{Key: "credit-issue-" + key, PublicID: d.PublicID, Version: d.Version, How: sales.ByHand})
	f.must(err)
	return d
}

// credits gives Claire and Bruno a credit note each.
func (f *firm) credits() {
	f.Helper()
	f.notes = map[string]sales.Document{"claire": f.note(f.claire, "claire", "Retard de <livraison>"), "bruno": f.note(f.bruno, "bruno", "Secret de Bruno")}
}

func (f *firm) fillCredits(s string) string {
	for name, d := range f.notes {
		s = strings.ReplaceAll(s, "{c:"+name+"}", d.PublicID)
	}
	return s
}

func creditTables(t map[string][]scenario) {
	paths := []string{"/credits", "/credits/{c:claire}", "/credits/{c:claire}/pdf"}
	for _, w := range []string{"stranger", "expired"} {
		for _, p := range paths {
			t[w] = append(t[w], signIn(p))
		}
		t[w] = append(t[w], scenario{method: "POST", path: "/credits/{c:claire}/question", form: "question=Pourquoi&cle=credit-ask-0001", status: 303, to: "/connexion"})
	}
	missing := func(path string) scenario {
		return scenario{method: "GET", path: path, status: 404, has: []string{"Page not found"}, not: []string{"Retard", "AV-2026-0001"}}
	}
	t["other"] = append(t["other"],
		scenario{method: "GET", path: "/credits", status: 200, has: []string{"{c:bruno}", "Credit available"}, not: []string{"{c:claire}", "AV-2026-0001"}},
		scenario{method: "POST", path: "/credits/{c:claire}/question", form: "question=Pourquoi&cle=credit-ask-0002", status: 404, not: []string{"Retard"}},
		missing("/credits/{c:claire}"), missing("/credits/{c:claire}/pdf"), missing("/factures/{c:claire}"))
	t["link"] = append([]scenario{
		{method: "GET", path: "/credits", status: 200, has: []string{"{c:claire}", "AV-2026-0001", "À utiliser", "Crédit disponible", "120,00"}, not: []string{"{c:bruno}", "⟦"}},
		{method: "GET", path: "/credits?filtre=a-utiliser", status: 200, has: []string{"AV-2026-0001"}},
		{method: "GET", path: "/credits?filtre=brouillons", status: 404},
		{method: "GET", path: "/credits?apres=rubbish", status: 404},
		{method: "GET", path: "/credits/{c:claire}", status: 200, has: []string{"Avoir AV-2026-0001", "Retard de &lt;livraison&gt;", "Il reste"}, not: []string{"Note privée", "<livraison>", "/payer"},
			rows: "SELECT count(*) FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.public_id = '{c:claire}' AND s.viewed_at IS NOT NULL"},
		{method: "GET", path: "/credits/{c:claire}/pdf", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/factures/{c:claire}", status: 303, to: "/credits/{c:claire}"}, // where a mailed link leads
		{method: "GET", path: "/credits/{open}", status: 404},
		{method: "GET", path: "/credits/{open}/pdf", status: 404},
		{method: "GET", path: "/credits/{c:bruno}", status: 404, not: []string{"Secret"}},
	}, t["link"]...)
	out := slices.IndexFunc(t["link"], func(x scenario) bool { return x.path == "/deconnexion" })
	t["link"] = slices.Insert(t["link"], out, []scenario{
		{method: "POST", path: "/credits/{c:claire}/question", form: "question=&cle=credit-ask-0003", status: 422, has: []string{"aria-invalid", "AV-2026-0001"}},
		{method: "POST", path: "/credits/{c:claire}/question", form: "question=Sur+quelle+facture&cle=credit-ask-0004", status: 303, to: "/credits/{c:claire}?fait=question", mails: 1},
		{method: "GET", path: "/credits/{c:claire}?fait=question", status: 200, has: []string{"Sur quelle facture", "Votre message est envoyé"}},
		{method: "POST", path: "/credits/{c:bruno}/question", form: "question=Secret&cle=credit-ask-0005", status: 404},
	}...)
	t["password"] = append(t["password"], scenario{method: "GET", path: "/credits", status: 200, has: []string{"AV-2026-0001"}})
}
