package portal_test

import (
	"strings"
	"testing"

	"comptoir/db/dbtest"
)

// The ways that a customer walks, from the mail to the receipt.

func TestFirstAccess(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.visitor(s)
	a := v.get(f.linkTo(f.open)) // from the mail
	if a.status != 303 || a.header.Get("Location") != "/factures/"+f.open {
		t.Fatalf("link: %d %s", a.status, a.header.Get("Location"))
	}
	low := v.cookie()
	if a := v.follow(v.get("/profil")); !strings.Contains(a.body, "Recevoir le lien par courriel") {
		t.Fatal("no way to a first password")
	}
	v.post("/mot-de-passe/demander", "") // click 1
	path := f.passwordLink()
	a = v.get(path) // click 2, in the mail
	if a.status != 303 || a.header.Get("Location") != "/mot-de-passe" || strings.Contains(a.header.Get("Location"), path[3:]) {
		t.Fatalf("password link: %d %s", a.status, a.header.Get("Location"))
	}
	if a := v.get("/mot-de-passe"); !strings.Contains(a.body, "claire@martin.example") || !strings.Contains(a.body, "Claire Dupont") {
		t.Fatal("the page does not say for whom")
	}
	for typed, want := range map[string]string{"short": "au moins 8", "Password1%21": "trop courant", "Dupont2026%21": "votre nom"} {
		if a := v.post("/mot-de-passe", "mot-de-passe="+typed); a.status != 422 || !strings.Contains(a.body, want) || strings.Contains(a.body, typed+`"`) {
			t.Errorf("%s: %d %s", typed, a.status, excerpt(a.body))
		}
	}
	a = v.post("/mot-de-passe", "mot-de-passe="+good) // click 3
	if a.status != 303 || a.header.Get("Location") != "/" || v.cookie() == low || v.cookie() == "" {
		t.Fatalf("chosen: %d %s", a.status, a.header.Get("Location"))
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM portal_sessions"); n != 1 {
		t.Errorf("%d sessions, the one of low trust should have ended", n)
	}
	if a := v.get("/profil"); a.status != 200 {
		t.Errorf("profile: %d", a.status)
	}
	again := f.visitor(s)
	if a := again.get(path); a.status != 410 || !strings.Contains(a.body, "déjà servi") {
		t.Errorf("the link a second time: %d", a.status)
	}
	if a := again.post("/connexion", "nom=Claire%40Martin.example&mot-de-passe="+good+"&suite=%2Ffactures%3Ffiltre%3Da-payer"); a.status != 303 || a.header.Get("Location") != "/factures?filtre=a-payer" {
		t.Errorf("sign in: %d %s", a.status, a.header.Get("Location"))
	}
}

func TestLinkKeepsTheBetterSession(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	before := v.cookie()
	if a := v.get(f.linkTo(f.open)); a.header.Get("Location") != "/factures/"+f.open || v.cookie() != before {
		t.Errorf("own link: %s", a.header.Get("Location"))
	}
	foreign := f.linkTo(f.foreign)
	if a := v.get(foreign); a.status != 200 || v.cookie() != before || !strings.Contains(a.body, "Claire Dupont") || strings.Contains(a.body, "Bruno") {
		t.Errorf("a link of another customer's contact: %d %s", a.status, excerpt(a.body))
	}
	if a := v.get("/factures/" + f.open); a.status != 200 {
		t.Errorf("the better session after a stranger's link: %d", a.status)
	}
	if a := v.post(foreign, ""); a.header.Get("Location") != "/factures/"+f.foreign || v.cookie() == before {
		t.Errorf("confirmed: %s", a.header.Get("Location"))
	}
	if a := v.get("/factures/" + f.open); a.status != 404 {
		t.Errorf("two customers in one session: %d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM portal_sessions"); n != 1 {
		t.Errorf("%d sessions: the one that was replaced goes on", n)
	}
}

// The holder of a link opens it as often as he likes: one session, one line in the audit log.
func TestLinkAgainInTheSameBrowser(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	before := v.cookie()
	lines := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log")
	for range 3 {
		if a := v.get(f.linkTo(f.open)); a.header.Get("Location") != "/factures/"+f.open || v.cookie() != before {
			t.Errorf("again: %d %s", a.status, a.header.Get("Location"))
		}
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log") - lines; n != 0 {
		t.Errorf("%d lines", n)
	}
	if a := v.get(f.linkTo(f.late)); a.header.Get("Location") != "/factures/"+f.late || v.cookie() == before {
		t.Errorf("another link of the same person: %s", a.header.Get("Location"))
	}
}

// A stranger who types wrong passwords does not keep out a browser that was in before.
func TestOwnersBrowserIsKnown(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	v.post("/deconnexion", "")
	stranger := f.visitor(s) // at the same address
	status := 0
	for range 6 {
		status = stranger.post("/connexion", "nom=claire%40martin.example&mot-de-passe=Wrong-1-password").status
	}
	if status != 429 {
		t.Fatalf("the stranger: %d", status)
	}
	if a := v.post("/connexion", "nom=claire%40martin.example&mot-de-passe="+good); a.status != 303 {
		t.Errorf("the owner: %d", a.status)
	}
}

func TestExpiredLinkIsRenewed(t *testing.T) {
	f := newFirm(t)
	v := f.visitor(f.serve())
	path := f.expiredLink()
	a := v.get(path)
	if a.status != 410 || !strings.Contains(a.body, "Recevoir un nouveau lien") || strings.Contains(a.body, "claire@") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	mails := func() int64 { return dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind = 'link_renewed'") }
	genuine := v.post("/lien/renouveler", "lien="+path[3:])
	guessed := v.post("/lien/renouveler", "lien="+strings.Repeat("A", 43)+strings.Repeat("a", 26))
	again := v.post("/lien/renouveler", "lien="+path[3:])
	if genuine.body != guessed.body || genuine.body != again.body || genuine.status != 200 {
		t.Error("the answers differ")
	}
	if mails() != 1 {
		t.Errorf("%d mails", mails())
	}
	if to := dbtest.Strings(t, f.raw, "SELECT to_address FROM mails WHERE kind = 'link_renewed'")[0]; to != "claire@martin.example" {
		t.Errorf("sent to %s", to)
	}
	fresh, err := f.access.LinkPath(t.Context(), dbtest.Int(t, f.raw, "SELECT link_id FROM mails WHERE kind = 'link_renewed'"))
	f.must(err)
	if a := v.get(fresh); a.status != 303 || !strings.HasPrefix(a.header.Get("Location"), "/factures/") {
		t.Errorf("the new link: %d", a.status)
	}
}

func TestRevokedLink(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byLink(s)
	f.must(f.access.RevokeLinks(t.Context(), f.staff, f.claire.Contacts[0].ID))
	if a := v.get("/factures"); a.status != 303 || !strings.Contains(a.header.Get("Location"), "fin=1") {
		t.Errorf("the session goes on: %d", a.status)
	}
	if a := v.get(f.linkTo(f.open)); a.status != 410 || strings.Contains(a.body, "Recevoir un nouveau lien") {
		t.Errorf("%d", a.status)
	}
}

func TestPasswordAlways(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	before := f.byLink(s)
	if _, err := f.raw.Exec("UPDATE portal_settings SET password_always = 1"); err != nil {
		t.Fatal(err)
	}
	f.portal.Refresh()
	if a := before.get("/factures"); a.status != 303 {
		t.Errorf("a session from a link goes on: %d", a.status)
	}
	v := f.visitor(s)
	if a := v.get(f.linkTo(f.open)); a.status != 303 || a.header.Get("Location") != "/connexion?suite=%2Ffactures%2F"+f.open || v.cookie() != "" {
		t.Errorf("link: %d %s", a.status, a.header.Get("Location"))
	}
	member := f.byPassword(s)
	if a := member.get("/factures/" + f.open); a.status != 200 {
		t.Errorf("by password: %d", a.status)
	}
}

func TestPracticePayments(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	paid := func(document string) bool { return digitsOf(f, document) == "0" }
	start := func(key string) (document, intent string) {
		document = f.issue(f.claire, "p-"+key, 5000)
		form := "cle=click-" + key + "&moyen=practice&montant=" + digitsOf(f, document)
		a := v.post("/factures/"+document+"/paiement", form)
		b := v.post("/factures/"+document+"/paiement", form) // a double click
		if a.status != 303 || a.header.Get("Location") != b.header.Get("Location") {
			t.Fatalf("%s: %d, then %s", key, a.status, b.header.Get("Location"))
		}
		return document, a.header.Get("Location")
	}
	answer := func(intent, with string) answer { return v.follow(v.post(intent, "reponse="+with)) }

	document, intent := start("approved")
	if a := v.get(intent); !strings.Contains(a.body, "Carte d’essai") {
		t.Error("no practice cards")
	}
	if a := answer(intent, "approved"); !strings.Contains(a.body, "Merci, votre paiement est enregistré") || !paid(document) {
		t.Errorf("approved: %s", excerpt(a.body))
	}
	if a := answer(intent, "approved"); !strings.Contains(a.body, "Merci") || dbtest.Int(t, f.raw, "SELECT count(*) FROM payments WHERE method = 'practice'") != 1 {
		t.Error("approved twice: paid twice")
	}
	document, intent = start("declined")
	if a := answer(intent, "declined"); !strings.Contains(a.body, "Paiement refusé") || paid(document) {
		t.Error("declined")
	}
	document, intent = start("confirmed")
	if a := answer(intent, "second_step"); !strings.Contains(a.body, "Confirmez le paiement") || paid(document) {
		t.Error("second step")
	}
	if a := answer(intent, "confirm"); !strings.Contains(a.body, "Merci") || !paid(document) {
		t.Error("confirmed")
	}
	document, intent = start("refused")
	answer(intent, "second_step")
	if a := answer(intent, "refuse"); !strings.Contains(a.body, "Paiement refusé") || paid(document) {
		t.Error("refused")
	}
	document, intent = start("declined-later")
	if a := v.get(intent); !strings.Contains(a.body, `value="later"`) || !strings.Contains(a.body, "prélèvements suivants refusés") {
		t.Error("the card that is declined later cannot be chosen")
	}
	if a := answer(intent, "later"); !strings.Contains(a.body, "Merci") || !paid(document) {
		t.Error("declined at once")
	}
	document, intent = start("timeout")
	if a := answer(intent, "timeout"); !strings.Contains(a.body, "Réponse attendue") || paid(document) {
		t.Error("timeout")
	}
	if a := answer(intent, "ask"); !strings.Contains(a.body, "Merci") || !paid(document) {
		t.Error("asked again")
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM payments WHERE method = 'practice'"); n != 4 {
		t.Errorf("%d payments of four that went through", n)
	}
}

func TestLanguages(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.visitor(s)
	v.lang = "en-CA,en;q=0.9"
	if a := v.get("/connexion"); !strings.Contains(a.body, `<html lang="en">`) || !strings.Contains(a.body, "Sign in") {
		t.Error("a stranger's browser decides")
	}
	v.get(f.linkTo(f.open))
	if a := v.get("/"); !strings.Contains(a.body, `<html lang="fr">`) {
		t.Error("the contact's own language decides once it is known")
	}
	v.post("/langue", "langue=en&retour=%2Ffactures")
	if a := v.get("/factures"); !strings.Contains(a.body, "Invoices") || !strings.Contains(a.body, "€1,612.76") {
		t.Error("the switch decides over both")
	}
}

func TestHostileTextStaysText(t *testing.T) {
	f := newFirm(t)
	evil := `<script>alert(1)</script>" onmouseover="x`
	c := f.claire
	c, err := f.people.Get(t.Context(), f.staff, c.PublicID)
	f.must(err)
	c.Contacts[0].Name = evil
	_, err = f.people.Save(t.Context(), f.staff, "evil-name-1", c)
	f.must(err)
	v := f.byPassword(f.serve())
	for _, path := range []string{"/", "/factures", "/factures/" + f.open, "/profil"} {
		if a := v.get(path); a.status != 200 || strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, `" onmouseover`) {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

// What a firm without VAT writes about it, it owes (CGI 283-3): the page says as little as
// the paper.
func TestFranchiseWritesNoVAT(t *testing.T) {
	f := newFirm(t)
	c, err := f.company.Firm(t.Context(), f.staff)
	f.must(err)
	c.VATScheme, c.VATNumber = "franchise", ""
	_, err = f.company.Save(t.Context(), f.staff, c)
	f.must(err)
	document := f.issue(f.claire, "franchise", 5000)
	v := f.byLink(f.serve())
	a := v.get("/factures/" + document)
	if a.status != 200 || !strings.Contains(a.body, "293 B") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	said := strings.ReplaceAll(a.body, "TVA non applicable", "") // the mention that the law wants
	for _, word := range []string{"TVA", ">HT", " HT", "TTC", "%\u00a0", "0\u202f%", "0\u00a0%", "Taxe"} {
		if at := strings.Index(said, word); at >= 0 {
			t.Errorf("writes %q: …%s…", word, said[max(0, at-80):min(len(said), at+80)])
		}
	}
	if b := v.get("/factures/" + f.open); !strings.Contains(b.body, "TVA") || !strings.Contains(b.body, "TTC") {
		t.Error("an invoice of before lost its VAT")
	}
}
