package portal_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/subscriptions"
)

// onFile is a contact of a customer that has no access to the portal, archived or not.
func (f *firm) onFile(email string, archived bool) {
	f.Helper()
	_, err := f.raw.Exec("INSERT INTO contacts (public_id, customer_id, name, email, language, portal_access, archived_at, created_at, updated_at) SELECT ?, customer_id, 'Odile Martin', ?, 'fr', 0, ?, created_at, updated_at FROM contacts WHERE email = 'claire@martin.example'",
		"onfile"+email, email, map[bool]any{true: "2026-01-01T00:00:00.000Z", false: nil}[archived])
	f.must(err)
}

// Whoever is on file without an access gets the pages of everybody, a mail that says so, and the
// firm one notice; nobody is left with a code that opens nothing.
func TestOnFileWithoutAccess(t *testing.T) {
	f := newFirm(t, selling)
	f.onFile("odile@martin.example", false)
	s := f.serve()
	base := "/abonnement/" + f.plans["plan-link"]
	pages := map[string]string{}
	for _, email := range []string{"odile@martin.example", "nobody@martin.example"} {
		v := f.visitor(s)
		v.get(base + "/inscription")
		for _, a := range []answer{v.post(base+"/inscription", written(email)), v.get(base + "/code"), v.post(base+"/code", "code=12"), v.post(base+"/renvoi", ""), v.get(base + "/code")} {
			pages[email] += fmt.Sprint(a.status, a.header.Get("Location"), regexp.MustCompile(`name="cle" value="[^"]*"`).ReplaceAllString(strings.ReplaceAll(a.body, email, "EMAIL"), ""))
		}
	}
	if pages["odile@martin.example"] != pages["nobody@martin.example"] {
		t.Error("the pages tell who is on file")
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'signup_on_file' AND to_address = 'odile@martin.example' AND to_name = ''"); n == 0 {
		t.Error("no mail says that the firm opens the access")
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'signup_known' AND to_address = 'odile@martin.example'"); n != 0 {
		t.Error("a mail says to sign in, which cannot be")
	}
	f.runJobs()
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'signup_on_file' AND object_kind = 'customer'"); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// An archived contact is nobody: it comes back as a new customer.
func TestArchivedContactRegistersAnew(t *testing.T) {
	f := newFirm(t, selling)
	f.onFile("odile@martin.example", true)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription")
	v.post(base+"/inscription", written("odile@martin.example"))
	if a := v.post(base+"/code", "code="+f.codeOf()); a.status != http.StatusSeeOther || v.cookie() == "" {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
}

// shownWords are the words of a page that are accepted: its sentence and what it is about.
func shownWords(t *testing.T, body, sentence string) string {
	t.Helper()
	_, details, ok := strings.Cut(body, `<details class="words">`)
	if !ok || !strings.Contains(body, sentence) {
		t.Fatal("the page shows no terms")
	}
	details, _, _ = strings.Cut(details, "</details>")
	words := []string{sentence}
	for _, m := range regexp.MustCompile(`(?s)<p class="about">(.*?)</p>`).FindAllStringSubmatch(details, -1) {
		words = append(words, html.UnescapeString(m[1]))
	}
	return strings.Join(words, "\n\n")
}

// What is recorded is what stood on the page, to the letter, at registration and when a customer
// of long standing subscribes; when the plan changes between page and button, it is shown again.
func TestTermsAreThoseOfThePage(t *testing.T) {
	f := newFirm(t, selling)
	s := f.serve()
	base := "/abonnement/" + f.plans["plan-link"]
	v := f.visitor(s)
	want := shownWords(t, v.get(base+"/inscription").body, "J’accepte les conditions de l’abonnement Panier bio et que Menuiserie Vasseur conserve ces informations pour me facturer.")
	v.post(base+"/inscription", written("zoe@lenoir.example"))
	v.post(base+"/code", "code="+f.codeOf())
	if got := dbtest.Strings(t, f.raw, "SELECT words FROM accepted_terms WHERE subscription_id IS NULL AND lang = 'fr'"); len(got) != 1 || got[0] != want {
		t.Errorf("recorded %q\nshown %q", got, want)
	}
	for _, says := range []string{"Des légumes de saison", "20,00", "Mise en service", "Pain au levain", "renouvelé de même", "le jour où le paiement arrive"} {
		if !strings.Contains(want, says) {
			t.Errorf("the terms do not say %q", says)
		}
	}
	c := f.byPassword(s)
	wide := "/abonnement/" + f.plans["wide-link"]
	a := c.get(wide + "/confirmer")
	want = shownWords(t, a.body, "En confirmant, vous acceptez ces conditions pour toute la durée de l’abonnement Panier du grand marché chez Menuiserie Vasseur.")
	form := url.Values{"cle": {"terms-key-1234"}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "places": {"1"}, "termes": {strings.Repeat("0", 64)}}
	if b := c.post(wide+"/confirmer", form.Encode()); b.status != http.StatusConflict || !strings.Contains(b.body, "Les conditions ont changé") {
		t.Errorf("other terms: %d", b.status)
	}
	form.Set("cle", "terms-key-1235")
	form.Set("termes", hiddenIn(a.body, "termes"))
	if b := c.post(wide+"/confirmer", form.Encode()); b.status != http.StatusSeeOther {
		t.Fatalf("%d %s", b.status, excerpt(b.body))
	}
	if got := dbtest.Strings(t, f.raw, "SELECT words FROM accepted_terms WHERE subscription_id IS NOT NULL"); len(got) != 1 || got[0] != want {
		t.Errorf("recorded %q\nshown %q", got, want)
	}
}

// A VAT number that a stranger types frees of nothing before the firm has checked it.
func TestVATNumberOfAStranger(t *testing.T) {
	f := newFirm(t, selling)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription")
	if a := v.post(base+"/inscription", written("max@lenoir.example", "pays", "DE", "siren", "", "tva", "DE136695976", "code-postal", "10115", "ville", "Berlin")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	v.post(base+"/code", "code="+f.codeOf())
	a := v.get(base + "/confirmer")
	for _, has := range []string{"30,00", "n’a pas encore vérifié votre numéro de TVA"} { // 20 + 5, with 20 %
		if !strings.Contains(a.body, has) {
			t.Errorf("lacks %q", has)
		}
	}
	if n := f.count("SELECT count(*) FROM notifications WHERE kind = 'vat_to_check'"); n != 1 {
		t.Errorf("%d notices", n)
	}
}

// On the link of a plan whose subscription ends, it is kept with one button; none is sold beside.
func TestLinkOfOneThatEnds(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	base, own := "/abonnement/"+f.plans["plan-link"], "/abonnements/"+f.subs["own"]
	a := v.get(own + "/annuler")
	v.post(own+"/annuler", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "raison": {"Pause"}}.Encode())
	for _, page := range []string{base, base + "/confirmer"} {
		a = v.get(page)
		if !strings.Contains(a.body, "gardez-le plutôt") || !strings.Contains(a.body, `action="`+own+`/maintenir"`) || strings.Contains(a.body, `name="montant"`) {
			t.Errorf("%s\n%s", page, excerpt(a.body))
		}
	}
	v.post(own+"/maintenir", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}}.Encode())
	if n := f.count("SELECT count(*) FROM subscriptions WHERE public_id = ? AND cancel_at = '' AND ends_on = ''", f.subs["own"]); n != 1 {
		t.Error("it still ends")
	}
}

// Who ordered by a link of one use, or by a plan that was withdrawn meanwhile, is led to the
// order; another choice beside it is told what waits.
func TestTheOwnOrderIsFoundAgain(t *testing.T) {
	f := newFirm(t, selling)
	s := f.serve()
	v := f.byPassword(s)
	wide := "/abonnement/" + f.plans["wide-link"]
	a := v.get(wide + "/confirmer")
	form := url.Values{"cle": {"order-key-123"}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "places": {"1"}, "termes": {hiddenIn(a.body, "termes")}}
	if b := v.post(wide+"/confirmer", form.Encode()); b.status != http.StatusSeeOther {
		t.Fatalf("%d", b.status)
	}
	own := dbtest.Strings(t, f.raw, "SELECT public_id FROM subscriptions WHERE state = 'pending'")[0]
	form.Set("cle", "order-key-124")
	form.Set("places", "2")
	form.Set("montant", "9600")
	if b := v.post(wide+"/confirmer", form.Encode()); b.status != http.StatusConflict || !strings.Contains(b.body, "/abonnements/"+own) || !strings.Contains(b.body, "attend déjà son paiement") {
		t.Errorf("another choice: %d %s", b.status, excerpt(b.body))
	}
	p, err := f.subscriptions.Plan(f.Context(), f.staff, f.plans["wide"])
	f.must(err)
	_, err = f.subscriptions.SetPlanState(f.Context(), f.staff, p.PublicID, p.Version, subscriptions.Withdrawn)
	f.must(err)
	for _, page := range []string{wide, wide + "/confirmer"} {
		if b := v.get(page); b.header.Get("Location") != "/abonnements/"+own {
			t.Errorf("%s: %d %s", page, b.status, b.header.Get("Location"))
		}
	}
	stranger := f.visitor(s)
	if b := stranger.get(wide); b.status != http.StatusGone || !strings.Contains(b.body, `href="`+wide+`/confirmer"`) {
		t.Errorf("a stranger: %d", b.status)
	}
}
