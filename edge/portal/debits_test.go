package portal_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/office/sepa"
	rules "comptoir/rules/sepa"
)

// debited has Claire's bank asked to debit an invoice.
func (f *firm) debited(doc string) (on civil.Date) {
	f.Helper()
	who := actor.Actor{Kind: actor.Contact, ID: f.claire.Contacts[0].ID, Name: "Claire Dupont", CustomerID: f.claire.ID, Trust: actor.TrustPassword, Lang: "fr", Address: "192.0.2.7"}
	form, err := f.sepa.PortalMandate(f.Context(), who, f.mandates["own"])
	f.must(err)
	in := sepa.Sign{PublicID: f.mandates["own"], Hash: form.Hash, Debtor: form.Debtor, SignedBy: "Claire Dupont", Agree: true, Agent: "x"}
	in.Name, in.City, in.Country, in.IBAN = "Atelier Martin", "Lyon", "FR", "FR7610107001011234567890129"
	f.must(f.sepa.SignMandate(f.Context(), who, in))
	on = rules.NextBusiness(civil.Of(f.clock(), time.UTC).AddDays(40)) // the mandate's notice is over, and the invoice is due
	_, err = f.sepa.MakeDebits(f.Context(), f.staff, sepa.MakeDebits{Key: "debits-123456", Scheme: rules.Core, On: on.String(), Documents: []string{doc}})
	f.must(err)
	return on
}

// What is debited is told on the invoice and on the page to pay; who wants to pay all the same
// is asked first, on the page and by the server; and no transfer can be announced beside.
func TestAnInvoiceThatIsDebited(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	doc := f.issue(f.claire, "debited-123456", 9_000)
	page := "/factures/" + doc
	open := v.get(page + "/payer").body // before the file was made
	on := f.debited(doc)
	if a := v.get(page); !strings.Contains(a.body, "Prélèvement prévu le") || strings.Contains(a.body, "Virement annoncé") {
		t.Errorf("the invoice: %s", excerpt(a.body))
	}
	a := v.get(page + "/payer")
	for _, want := range []string{"Prélèvement prévu le", "vous n’avez rien à faire", "Payer quand même"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("no %q on the page: %s", want, excerpt(a.body))
		}
	}
	if strings.Contains(a.body, `name="moyen"`) || strings.Contains(a.body, "/virement") {
		t.Error("it can be paid without a question")
	}
	old := formOf(t, open, page+"/paiement")
	if a := v.post(page+"/paiement", old.Encode()); a.status != 409 || !strings.Contains(a.body, "va être prélevée") {
		t.Errorf("an old page: %d %s", a.status, excerpt(a.body))
	}
	if a := v.post(page+"/virement", url.Values{"cle": {"announce-debited"}}.Encode()); a.status != 409 {
		t.Errorf("a transfer beside: %d", a.status)
	}
	asked := v.get(page + "/payer?malgre=1")
	if strings.Contains(asked.body, "/virement\"") || !strings.Contains(asked.body, "payée deux fois") {
		t.Errorf("asked: %s", excerpt(asked.body))
	}
	if a := v.post(page+"/paiement", formOf(t, asked.body, page+"/paiement").Encode()); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/reglement/") {
		t.Errorf("paid all the same: %d %s %s", a.status, a.header.Get("Location"), excerpt(a.body))
	}
	f.turn(time.Duration(on.DaysSince(civil.Of(f.clock(), time.UTC))+1) * 24 * time.Hour)
	v = f.byPassword(f.serve())
	if a := v.get(page); !strings.Contains(a.body, "Prélèvement en cours") {
		t.Errorf("after the day: %s", excerpt(a.body))
	}
}
