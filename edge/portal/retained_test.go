package portal_test

import (
	"strings"
	"testing"

	"comptoir/office/sales"
)

// The pages ask for what is to be paid now, and let who wants to pay the retained part too.
func TestRetainedPartOnThePages(t *testing.T) {
	f := newFirm(t)
	own := f.byPassword(f.serve())
	draft, _, err := f.sales.SaveDraft(f.Context(), f.staff, "retained-draft", sales.Draft{Kind: "invoice", CustomerID: f.claire.PublicID, Currency: "EUR", Language: "fr", RetentionPCM: 5_000, RetentionUntil: "2027-09-30",
		Lines: []sales.DraftLine{{Description: "Escalier", Nature: "services", QuantityE4: 10000, Unit: "C62", UnitPriceE4: 10_000_000}}})
	f.must(err)
	d, err := f.sales.Issue(f.Context(), f.staff, sales.Issue{Key: "retained-issue", PublicID: draft.PublicID, Version: draft.Version, How: sales.ByHand})
	f.must(err)
	fill := func(s string) string { return strings.ReplaceAll(f.fillIn(s), "{held}", d.PublicID) }
	const asked, whole = `name="montant" value="114000"`, `name="montant" value="120000"`
	for _, c := range []scenario{
		{method: "GET", path: "/factures/{held}", status: 200, has: []string{`class="figure">1` + "\u202f140,00", "Hors retenue de garantie de 60,00"}},
		{method: "GET", path: "/factures/{held}/payer", status: 200, has: []string{asked, "/factures/{held}/payer?tout=1", "Hors retenue de garantie de 60,00"}, not: []string{whole}},
		{method: "GET", path: "/factures/{held}/payer?tout=1", status: 200, has: []string{whole, "Dont 60,00", "Régler seulement"}, not: []string{asked}},
		{method: "GET", path: "/", status: 200, has: []string{"Hors retenue de garantie de 60,00"}},
		{method: "POST", path: "/factures/{held}/paiement", form: "moyen=practice&montant=115000&cle=retained-pay-1", status: 409},
		{method: "POST", path: "/factures/{held}/virement", form: "montant=beaucoup&cle=retained-say-1", status: 422},
		{method: "POST", path: "/factures/{held}/virement", form: "montant=120000&cle=retained-say-2", status: 303, to: "/factures/{held}?fait=virement", mails: 1},
	} {
		f.walk(t, own, c, fill)
	}
	if n := f.count("SELECT amount_minor FROM transfer_announcements ORDER BY id DESC LIMIT 1"); n != 120_000 {
		t.Errorf("announced %d", n)
	}
}
