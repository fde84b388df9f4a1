package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"comptoir/core/actor"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/officetest"
	"comptoir/office/payments"
)

// keep lets a visitor keep a practice card, and gives its id.
func (f *firm) keep(v *visitor, key, card string) string {
	f.Helper()
	a := v.post("/modes-de-paiement", "cle="+key+"&moyen=practice")
	if a.status != http.StatusSeeOther {
		f.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	v.post(a.header.Get("Location"), "reponse="+card)
	if card == "second_step" {
		v.post(a.header.Get("Location"), "reponse=confirm")
	}
	return dbtest.Strings(f, f.raw, "SELECT public_id FROM kept_methods ORDER BY id DESC LIMIT 1")[0]
}

func (f *firm) brunoByPassword(v *visitor) *visitor {
	f.Helper()
	v.get(f.newPasswordLink(f.bruno))
	if a := v.post("/mot-de-passe", "mot-de-passe="+good); a.status != http.StatusSeeOther {
		f.Fatalf("%d %s", a.status, a.body)
	}
	return v
}

func TestKeptMethods(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	a := v.post("/modes-de-paiement", "cle=save-1-123456&moyen=practice")
	page := v.get(a.header.Get("Location"))
	if !strings.Contains(page.body, "Enregistrer une carte d’essai") || strings.Contains(page.body, "Carte d’essai</h1>") {
		t.Errorf("%s", excerpt(page.body))
	}
	a = v.follow(v.post(a.header.Get("Location"), "reponse=approved"))
	for _, text := range []string{"Le mode de paiement est enregistré", "Visa", "4242", "Par défaut", "12/"} {
		if !strings.Contains(a.body, text) {
			t.Errorf("lacks %s", text)
		}
	}
	first := dbtest.Strings(t, f.raw, "SELECT public_id FROM kept_methods")[0]
	second := f.keep(v, "save-2-123456", "second_step")
	if a := v.get("/modes-de-paiement/" + second); a.status != 200 || !strings.Contains(a.body, "Mastercard") || !strings.Contains(a.body, "Choisir par défaut") || !strings.Contains(a.body, "ne servira plus") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	// Somebody else's is not found, whatever is done to it, with a password as well.
	bruno := f.brunoByPassword(f.visitor(s))
	for _, at := range []string{"", "/defaut", "/suppression"} {
		a := bruno.get("/modes-de-paiement/" + second)
		if at != "" {
			a = bruno.post("/modes-de-paiement/"+second+at, "cle=x")
		}
		if a.status != 404 || strings.Contains(a.body, "3155") {
			t.Errorf("Bruno at %s: %d", at, a.status)
		}
	}
	if a := bruno.post("/factures/"+f.foreign+"/paiement", "cle=bruno-1-12345&moyen=practice&methode="+second+"&montant="+digitsOf(f, f.foreign)); a.status != 404 {
		t.Errorf("paid with somebody else's card: %d", a.status)
	}
	if a := v.post("/modes-de-paiement/"+second+"/defaut", ""); a.header.Get("Location") != "/modes-de-paiement?fait=defaut" {
		t.Errorf("%d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM kept_methods WHERE is_default = 1 AND public_id = ?", second); n != 1 {
		t.Error("not the default")
	}
	for range 2 { // a second click says the same
		if a := v.post("/modes-de-paiement/"+first+"/suppression", ""); a.header.Get("Location") != "/modes-de-paiement?fait=retire" {
			t.Errorf("%d %s", a.status, excerpt(a.body))
		}
	}
	if a := v.get("/modes-de-paiement/" + first); a.status != 404 {
		t.Errorf("deleted: %d", a.status)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind IN ('method_added','method_removed')"); n != 3 {
		t.Errorf("%d mails about two added and one removed", n)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log WHERE action IN ('method.kept','method.deleted','method.made_default')"); n != 4 {
		t.Errorf("%d lines in the log", n)
	}
}

// A kept card pays with one click, for whoever gave the password; a link sees none of it.
func TestOneClick(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v, low := f.byPassword(s), f.byLink(s)
	id := f.keep(v, "save-3-123456", "approved")
	at := "/factures/" + f.open + "/payer"
	if a := low.get(at); strings.Contains(a.body, "4242") || strings.Contains(a.body, id) || !strings.Contains(a.body, "Payer avec une carte enregistrée") {
		t.Error("a link sees the card")
	}
	a := v.get(at)
	form := formOf(t, a.body, "/factures/"+f.open+"/paiement")
	if form.Get("methode") != id || !strings.Contains(a.body, "Payer avec une autre carte") {
		t.Fatalf("%v", form)
	}
	a = v.post("/factures/"+f.open+"/paiement", form.Encode())
	if to := a.header.Get("Location"); !strings.HasPrefix(to, "/paiements/") {
		t.Fatalf("one click leads to %s %s", to, excerpt(a.body))
	}
	if digitsOf(f, f.open) != "0" || f.charged() != 1 {
		t.Error("not paid once")
	}
	// A card that asks for a second step, and one that is declined.
	f.keep(v, "save-4-123456", "second_step")
	second := dbtest.Strings(t, f.raw, "SELECT public_id FROM kept_methods ORDER BY id DESC LIMIT 1")[0]
	a = v.post("/factures/"+f.late+"/paiement", "cle=click-4-12345&moyen=practice&methode="+second+"&montant="+digitsOf(f, f.late))
	if page := v.get(a.header.Get("Location")); !strings.Contains(page.body, "Confirmez le paiement") {
		t.Fatalf("%s %s", a.header.Get("Location"), excerpt(page.body))
	}
	if page := v.follow(v.post(a.header.Get("Location"), "reponse=refuse")); !strings.Contains(page.body, "Paiement refusé") || !strings.Contains(page.body, "Rien n’a été débité") {
		t.Errorf("%s", excerpt(page.body))
	}
}

func TestManyClicksAtOnce(t *testing.T) {
	f := newFirm(t)
	s := f.serve()
	v := f.byPassword(s)
	f.keep(v, "save-5-123456", "approved")
	form := formOf(t, v.get("/payer?tous=1").body, "/payer/paiement").Encode()
	var group sync.WaitGroup
	seen := make([]string, 24)
	for i := range seen {
		group.Go(func() {
			r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL+"/payer/paiement", strings.NewReader(form))
			if err != nil {
				seen[i] = err.Error()
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := v.client.Do(r)
			if err != nil {
				seen[i] = err.Error()
				return
			}
			_ = res.Body.Close()
			seen[i] = fmt.Sprint(res.StatusCode, " ", res.Header.Get("Location"))
		})
	}
	group.Wait()
	for _, got := range seen {
		if !strings.HasPrefix(got, "303 /paiements/") || got != seen[0] {
			t.Errorf("a click gave %s, another %s", got, seen[0])
		}
	}
	if f.charged() != 1 {
		t.Errorf("%d charges of %d clicks", f.charged(), len(seen))
	}
}

// hosted is a gateway with a page of its own, elsewhere.
type hosted struct{ *officetest.Gateway }

func (hosted) Name() string { return "stripe" }

func elsewherePage(out payments.Outcome, err error) (payments.Outcome, error) {
	if out.State == payments.NeedsAction {
		out.URL = "https://pay.example/c/" + out.Ref
	}
	return out, err
}

func (h hosted) Checkout(ctx context.Context, o payments.CheckoutOrder) (payments.Outcome, error) {
	return elsewherePage(h.Gateway.Checkout(ctx, o))
}

func (h hosted) Save(ctx context.Context, o payments.SaveOrder) (payments.Outcome, error) {
	return elsewherePage(h.Gateway.Save(ctx, o))
}

func (h hosted) Ask(ctx context.Context, a payments.Attempt) (payments.Outcome, error) {
	return elsewherePage(h.Gateway.Ask(ctx, a))
}

func (h hosted) Charge(ctx context.Context, o payments.ChargeOrder) (payments.Outcome, error) {
	return elsewherePage(h.Gateway.Charge(ctx, o))
}

// elsewhere gives a firm whose gateway is hosted.
func elsewhere(t *testing.T) (*firm, *officetest.Gateway, *visitor) {
	t.Helper()
	g := officetest.NewGateway()
	f := newFirm(t, func(f *firm) { f.payments.Gateways = []payments.Gateway{hosted{g}} })
	f.portal.PayOrigins = []string{"https://pay.example"}
	return f, g, f.byPassword(f.serve())
}

func keyOf(f *firm) string {
	return dbtest.Strings(f, f.raw, "SELECT idempotency_key FROM payment_intents ORDER BY id DESC LIMIT 1")[0]
}

func TestHostedPage(t *testing.T) {
	f, g, v := elsewhere(t)
	page := v.get("/factures/" + f.open + "/payer")
	if policy := page.header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https://pay.example;") || strings.Count(policy, "https:") != 1 {
		t.Errorf("policy %q", policy)
	}
	if policy := v.get("/").header.Get("Content-Security-Policy"); strings.Contains(policy, "pay.example") {
		t.Error("every page may lead there")
	}
	if strings.Contains(page.body, "Mode d’essai") || strings.Contains(page.body, "https://") {
		t.Error("said to be a trial, or something is loaded from elsewhere")
	}
	g.Set(func(g *officetest.Gateway) { g.Mode = payments.ModeTest })
	if trial := v.get("/factures/" + f.open + "/payer"); !strings.Contains(trial.body, "Mode d’essai") {
		t.Error("the test mode is not said in the demo")
	}
	if _, err := f.raw.Exec("UPDATE company SET is_demo = 0"); err != nil {
		t.Fatal(err)
	}
	if trial := v.get("/factures/" + f.open + "/payer"); strings.Contains(trial.body, "/factures/"+f.open+"/paiement") {
		t.Error("a trial is offered to a customer")
	}
	g.Set(func(g *officetest.Gateway) { g.Mode = payments.ModeLive })
	form := formOf(t, page.body, "/factures/"+f.open+"/paiement")
	a := v.post("/factures/"+f.open+"/paiement", form.Encode())
	if to := a.header.Get("Location"); a.status != 303 || !strings.HasPrefix(to, "https://pay.example/c/") {
		t.Fatalf("%d %s %s", a.status, to, excerpt(a.body))
	}
	intent := "/reglement/" + dbtest.Strings(t, f.raw, "SELECT public_id FROM payment_intents ORDER BY id DESC LIMIT 1")[0]
	// Back without an end: nothing is said that the gateway did not say.
	a = v.follow(v.get(intent + "/retour"))
	if !strings.Contains(a.body, "Le paiement n’est pas terminé") || !strings.Contains(a.body, "https://pay.example/c/") || digitsOf(f, f.open) == "0" {
		t.Errorf("%s", excerpt(a.body))
	}
	g.End(keyOf(f), payments.NeedsAction, payments.Succeeded)
	if a = v.follow(v.get(intent + "/retour")); !strings.Contains(a.body, "Merci") || digitsOf(f, f.open) != "0" {
		t.Errorf("%s", excerpt(a.body))
	}
	if a = v.follow(v.get(intent + "/retour")); !strings.Contains(a.body, "Merci") {
		t.Error("come back a second time")
	}
}

func TestWhatGoesWrong(t *testing.T) {
	f, g, v := elsewhere(t)
	start := func(key string) (document string, a answer) {
		document = f.issue(f.claire, "w-"+key, 5000)
		return document, v.post("/factures/"+document+"/paiement", "cle=wrong-"+key+"-1234&moyen=stripe&montant="+digitsOf(f, document))
	}
	intent := func() string {
		return "/reglement/" + dbtest.Strings(t, f.raw, "SELECT public_id FROM payment_intents ORDER BY id DESC LIMIT 1")[0]
	}
	g.Down = true
	_, a := start("down")
	if a = v.follow(a); !strings.Contains(a.body, "Le paiement n’a pas pu partir") || !strings.Contains(a.body, "Rien n’a été débité") || !strings.Contains(a.body, "Payer autrement ou réessayer") {
		t.Errorf("down: %s", excerpt(a.body))
	}
	g.Down = false
	g.Next = []officetest.Said{{State: "page lost"}}
	_, a = start("lost")
	if a = v.follow(a); !strings.Contains(a.body, "Réponse attendue") || !strings.Contains(a.body, "Ne payez pas une deuxième fois") {
		t.Errorf("lost: %s", excerpt(a.body))
	}
	if a = v.follow(v.post(intent(), "reponse=ask")); !strings.Contains(a.body, "Paiement abandonné") {
		t.Errorf("asked: %s", excerpt(a.body))
	}
	start("debit")
	g.End(keyOf(f), payments.NeedsAction, payments.Processing)
	if a = v.follow(v.get(intent() + "/retour")); !strings.Contains(a.body, "Prélèvement en cours") || !strings.Contains(a.body, "quelques jours") {
		t.Errorf("debit: %s", excerpt(a.body))
	}
	document, _ := start("left")
	if a = v.follow(v.post(intent(), "reponse=leave")); !strings.Contains(a.body, "Paiement abandonné") || !strings.Contains(a.body, "Rien n’a été débité") || digitsOf(f, document) == "0" {
		t.Errorf("left: %s", excerpt(a.body))
	}
	start("declined")
	g.Known[keyOf(f)].State, g.Known[keyOf(f)].Reason = payments.Declined, "gateway.reason.insufficient_funds"
	if a = v.follow(v.get(intent() + "/retour")); !strings.Contains(a.body, "Paiement refusé") || !strings.Contains(a.body, "pas assez approvisionné") {
		t.Errorf("declined: %s", excerpt(a.body))
	}
	g.Only = "CAD"
	if a = v.get("/factures/" + document + "/payer"); !strings.Contains(a.body, "ne prend pas les paiements dans cette devise (EUR)") || !strings.Contains(a.body, "FR76") {
		t.Errorf("currency: %s", excerpt(a.body))
	}
	g.Only = ""
	if _, err := f.raw.Exec("UPDATE pay_ways SET least_minor = 5000000, most_minor = 9000000 WHERE way = 'stripe'"); err != nil {
		t.Fatal(err)
	}
	if a = v.get("/factures/" + document + "/payer"); !strings.Contains(a.body, "ne prend pas moins de 50") || !strings.Contains(a.body, "De 50") {
		t.Errorf("limits: %s", excerpt(a.body))
	}
	if _, a = start("limit"); a.status != 409 || !strings.Contains(a.body, "ne prend rien en dessous de 50") {
		t.Errorf("over the limit: %d %s", a.status, excerpt(a.body))
	}
	g.Off = true
	if a = v.get("/factures/" + document + "/payer"); strings.Contains(a.body, "carte ou prélèvement") || !strings.Contains(a.body, "FR76") {
		t.Errorf("off: %s", excerpt(a.body))
	}
}

// What a gateway tells is heard once, by its signature, whoever brings it; strangers learn nothing.
func TestWebhook(t *testing.T) {
	f, g, v := elsewhere(t)
	form := formOf(t, v.get("/factures/"+f.open+"/payer").body, "/factures/"+f.open+"/paiement")
	v.post("/factures/"+f.open+"/paiement", form.Encode())
	key := keyOf(f)
	tell := func(body, signature string) int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, v.server.URL+"/passerelle/stripe", strings.NewReader(body))
		f.must(err)
		r.Header.Set("Content-Type", "application/json")
		if signature != "" {
			r.Header.Set("Stripe-Signature", signature)
		}
		res, err := http.DefaultClient.Do(r)
		f.must(err)
		_ = res.Body.Close()
		if res.ContentLength > 0 || len(res.Cookies()) > 0 {
			t.Errorf("answers %d bytes, %d cookies", res.ContentLength, len(res.Cookies()))
		}
		return res.StatusCode
	}
	g.End(key, payments.NeedsAction, payments.Succeeded)
	for _, bad := range []string{"", "bad"} {
		if got := tell("evt_1 "+key+" -", bad); got != 400 {
			t.Errorf("signature %q: %d", bad, got)
		}
	}
	if dbtest.Int(t, f.raw, "SELECT count(*) FROM gateway_events") != 0 || digitsOf(f, f.open) == "0" {
		t.Fatal("believed")
	}
	for range 3 {
		if got := tell("evt_1 "+key+" -", "good"); got != 204 {
			t.Errorf("%d", got)
		}
	}
	if asked := g.Asked; digitsOf(f, f.open) == "0" {
		t.Errorf("asked %d times while the gateway waited", asked)
	}
	f.must(f.payments.Heed(t.Context()))
	if dbtest.Int(t, f.raw, "SELECT count(*) FROM gateway_events") != 1 || digitsOf(f, f.open) != "0" || dbtest.Int(t, f.raw, "SELECT count(*) FROM payments WHERE gateway = 'stripe'") != 1 {
		t.Error("not heard, or heard twice")
	}
	if got := tell(strings.Repeat("x", 300<<10), "good"); got != 413 {
		t.Errorf("too big: %d", got)
	}
	g.Off = true
	if got := tell("evt_2 "+key+" -", "good"); got != 204 && got != 404 {
		t.Errorf("off: %d", got)
	}
}

// So many words of a gateway and no more, from one address.
func TestWebhookLimit(t *testing.T) {
	f := newFirm(t, func(f *firm) { f.limits = portal.Limits{} })
	v := f.visitor(f.serve())
	last := 0
	for range 120 {
		last = v.post("/passerelle/stripe", "").status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d", last)
	}
}

// What a method pays by itself is said before it is given up.
func TestMethodSaysWhatItPays(t *testing.T) {
	f := newFirm(t)
	f.portal.MethodPays = func(_ context.Context, who actor.Actor, _ string) ([]string, error) {
		if who.CustomerID != f.claire.ID {
			return nil, nil
		}
		return []string{"Entretien mensuel <FR>"}, nil
	}
	v := f.byPassword(f.serve())
	a := v.get("/modes-de-paiement/" + f.keep(v, "save-6-123456", "approved"))
	if strings.Count(a.body, "Entretien mensuel &lt;FR&gt;") != 2 || !strings.Contains(a.body, "ne sera plus payé automatiquement") {
		t.Errorf("%s", excerpt(a.body))
	}
}

// waysInSight offers every way with words, a limit, and all the choices.
func (f *firm) waysInSight() {
	f.Helper()
	f.allowAmounts(1, 1, 1, 1000)
	if _, err := f.raw.Exec("UPDATE pay_ways SET enabled = 1, words_fr = 'Merci d’écrire lisiblement.', words_en = 'Please write clearly.' WHERE way IN ('cheque','cash')"); err != nil {
		f.Fatal(err)
	}
}

// endsSoon makes a kept card one that ends this month.
func (f *firm) endsSoon(id string) {
	f.Helper()
	if _, err := f.raw.Exec("UPDATE kept_methods SET exp_month = ?, exp_year = ? WHERE public_id = ?", int(f.clock().Month()), f.clock().Year(), id); err != nil {
		f.Fatal(err)
	}
}
