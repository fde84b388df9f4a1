package portal_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/access"
)

// show makes the code of one document, as the window does.
func (f *firm) show(document string) (path string, shown access.Shown) {
	f.Helper()
	shown, err := f.access.ShowDocument(f.Context(), f.marie("fr"), access.Show{DocumentID: document})
	f.must(err)
	return shown.Path, shown
}

// scan is a phone that has scanned the code of a document.
func (f *firm) scan(v *visitor, document string) *visitor {
	f.Helper()
	path, _ := f.show(document)
	if a := v.get(path); a.status != http.StatusSeeOther || !strings.HasSuffix(a.header.Get("Location"), document) {
		f.Fatalf("%d %s %s", a.status, a.header.Get("Location"), excerpt(a.body))
	}
	return v
}

// Another document of the same customer is not found, nor is its payment; the first page leads
// back. What else is closed stands in the table of rights (TestRights).
func TestShownIsOneDocument(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	intent := f.intentThat(f.byPassword(s), "")
	v := f.scan(f.visitor(s), f.open)
	count := func() int64 {
		return dbtest.Int(t, f.raw, "SELECT (SELECT count(*) FROM audit_log) + (SELECT count(*) FROM mails) + (SELECT count(*) FROM commands) + (SELECT count(*) FROM payment_intents)")
	}
	before := count()
	for _, path := range []string{"/factures/" + f.late, "/factures/" + f.late + "/pdf", "/factures/" + f.late + "/payer", "/factures/" + f.foreign, "/devis/" + f.late, "/reglement/" + intent, "/reglement/" + intent + "/retour"} {
		if a := v.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, a.status, excerpt(a.body))
		}
	}
	for _, path := range []string{"/factures/" + f.late + "/paiement", "/reglement/" + intent, "/devis/" + f.late + "/approuver"} {
		if a := v.post(path, "reponse=approved&cle=shown-12345678&nom=x&moyen=practice&montant=100"); a.status != http.StatusNotFound {
			t.Errorf("POST %s: %d %s", path, a.status, excerpt(a.body))
		}
	}
	if a := v.get("/"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/factures/"+f.open {
		t.Errorf("the first page: %d %s", a.status, a.header.Get("Location"))
	}
	if n := count(); n != before {
		t.Errorf("%d rows more", n-before)
	}
}

// The document is read and paid, without a word of anything else of the customer.
func TestShownInvoiceIsReadAndPaid(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	path, shown := f.show(f.open)
	v := f.visitor(s)
	if a := v.get(path); a.status != http.StatusSeeOther {
		t.Fatal(a.status, excerpt(a.body))
	}
	a := v.get("/factures/" + f.open)
	if a.status != 200 || !strings.Contains(a.body, "Marie Vasseur vous montre ce document") || !strings.Contains(a.body, "/factures/"+f.open+"/payer") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	for _, not := range []string{`href="/factures"`, `href="/paiements"`, `href="/profil"`, `href="/documents"`, "Claire Dupont", "conversation"} {
		if strings.Contains(a.body, not) {
			t.Errorf("the page of a shown invoice says %q", not)
		}
	}
	if x, err := f.access.Shown(t.Context(), f.marie("fr"), shown.PublicID); err != nil || x.State != "open" {
		t.Fatalf("%+v %v", x, err)
	}
	if a := f.visitor(s).get(path); a.status != http.StatusGone {
		t.Errorf("the code opens twice: %d", a.status)
	}
	a = v.get("/factures/" + f.open + "/payer")
	if a.status != 200 || strings.Contains(a.body, "/virement") || strings.Contains(a.body, `name="methode"`) || strings.Contains(a.body, `name="garder"`) {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	f.must(f.access.EndShown(t.Context(), f.marie("fr"), shown.PublicID))
	if a := v.get("/factures/" + f.open); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/connexion") {
		t.Errorf("after its end: %d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log WHERE action IN ('invoice.shown','invoice.shown_opened','shown.ended')"); n != 3 {
		t.Errorf("%d rows of the audit log", n)
	}
}

// A code is good for ten minutes, what it opens for half an hour; another code of the same
// document ends one that nobody opened, and looking ahead uses nothing up.
func TestShownEnds(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	first, _ := f.show(f.open)
	second, _ := f.show(f.open)
	if a := f.visitor(s).get(first); a.status != http.StatusGone {
		t.Errorf("a code that another one replaced: %d", a.status)
	}
	v := f.visitor(s)
	if a := v.get(second); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	f.turn(access.ShownReading + time.Second)
	if a := v.get("/factures/" + f.open); a.status != http.StatusSeeOther {
		t.Errorf("after half an hour: %d", a.status)
	}
	late, _ := f.show(f.open)
	f.turn(access.ShownToken + time.Second)
	if a := v.get(late); a.status != http.StatusGone {
		t.Errorf("after ten minutes: %d", a.status)
	}
	for _, id := range []string{f.draft, f.paid + "x"} {
		if _, err := f.access.ShowDocument(t.Context(), f.marie("fr"), access.Show{DocumentID: id}); err == nil {
			t.Errorf("%s was shown", id)
		}
	}
}

// The person in front approves the quote under the name that was typed; its invoice is
// another document and stays closed.
func TestShownQuoteIsApproved(t *testing.T) {
	f := newFirm(t)
	q := f.offer(f.claire, "shown-quote-1", nil)
	v := f.scan(f.visitor(f.serve()), q.PublicID)
	a := v.post("/devis/"+q.PublicID+"/approuver", "empreinte="+q.Hash+"&nom=Paul+Martin")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/devis/"+q.PublicID+"?fait=approuve" {
		t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), excerpt(a.body))
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM quote_decisions WHERE name = 'Paul Martin' AND contact_id IS NULL"); n != 1 {
		t.Errorf("%d decisions under the typed name alone", n)
	}
	if a := v.get("/devis/" + q.PublicID); a.status != 200 || strings.Contains(a.body, `href="/factures/`) {
		t.Errorf("%d: the invoice is led to", a.status)
	}
}
