package portal_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/payments"
)

func payTables(t map[string][]scenario) {
	for _, w := range []string{"stranger", "expired"} {
		for _, p := range []string{"/payer", "/payer?tous=1", "/reglement/{intent}/retour", "/modes-de-paiement", "/modes-de-paiement/x"} {
			t[w] = append(t[w], signIn(p))
		}
		for _, p := range []string{"/factures/payer", "/payer/virement", "/payer/paiement", "/modes-de-paiement", "/modes-de-paiement/x/defaut", "/modes-de-paiement/x/suppression"} {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "cle=abcdefgh1234&f={open}&vu=1&part=1&moyen=practice", status: 303, to: "/connexion"})
		}
	}
	t["stranger"] = append(t["stranger"],
		scenario{method: "POST", path: "/passerelle/stripe", status: 404, not: []string{"<html", "stripe"}},
		scenario{method: "POST", path: "/passerelle/nowhere", status: 404, not: []string{"<html"}},
		scenario{method: "POST", path: "/passerelle/practice", form: "id=evt_1", status: 400, not: []string{"<html", "signature"}, rows: "SELECT count(*) = 0 FROM gateway_events"},
		scenario{method: "GET", path: "/passerelle/practice", status: 405})
	gone := func(method, path, form string) scenario {
		return scenario{method: method, path: path, form: form, status: 404, has: []string{"Page not found"}, not: []string{"Claire", "Atelier Martin", "FA-2026-0002"}}
	}
	t["other"] = append(t["other"],
		gone("GET", "/payer?f={open}&f={late}", ""), gone("GET", "/payer?f={foreign}&f={open}", ""), gone("GET", "/payer?f={draft}&f={foreign}", ""),
		gone("POST", "/payer/virement", "cle=other-key-2234&f={open}&vu=132719&part=132719"), gone("POST", "/payer/paiement", "cle=other-key-2235&moyen=practice&f={open}&vu=132719&part=132719"),
		gone("POST", "/payer/paiement", "cle=other-key-2236&moyen=practice&f={open}&vu=132719&part=132719&f={foreign}&vu=100&part=100"), gone("GET", "/reglement/{intent}/retour", ""),
		scenario{method: "GET", path: "/payer?tous=1", status: 200, has: []string{"FA-2026-0006"}, not: []string{"FA-2026-0002", "Claire"}},
		scenario{method: "GET", path: "/modes-de-paiement/x", status: 303, to: "/connexion?suite=%2Fmodes-de-paiement%2Fx"},
		scenario{method: "POST", path: "/modes-de-paiement/x/defaut", form: "cle=a", status: 303, to: "/connexion"},
		scenario{method: "POST", path: "/modes-de-paiement/x/suppression", form: "cle=a", status: 303, to: "/connexion"})
	t["link"] = append(payByLink(), t["link"]...)
	t["password"] = append(payByPassword(), t["password"]...)
}

func payByLink() []scenario {
	return []scenario{
		{method: "POST", path: "/factures/payer", form: "filtre=a-payer", status: 303, to: "/factures?filtre=a-payer&fait=rien-choisi"},
		{method: "POST", path: "/factures/payer", form: "tout=1", status: 303, to: "/payer?tous=1"},
		{method: "POST", path: "/factures/payer", form: "filtre=brouillons", status: 404},
		{method: "POST", path: "/factures/payer", form: "id={open}&id={part}", status: 303, to: "/payer?f={open}&f={part}"},
		{method: "GET", path: "/payer", status: 303, to: "/factures?filtre=a-payer"}, // nothing ahead unless the firm wants it
		{method: "GET", path: "/payer?f={open}", status: 303, to: "/factures/{open}/payer"},
		{method: "GET", path: "/payer?f={open}&f={part}", status: 200, has: []string{"2 factures", "FA-2026-0003", "FA-2026-0004", "Factures payées ensemble", "FA-2026-0003 FA-2026-0004", "<svg", "J’ai fait le virement", "Payer avec une carte enregistrée"}, not: []string{"FA-2026-0001", "Garder ce mode", "Payer un autre montant"}},
		{method: "GET", path: "/payer?f={open}&f={part}&f={open}&f={paid}", status: 200, has: []string{"2 factures", "FA-2026-0001 est déjà réglée"}},
		{method: "GET", path: "/payer?f={paid}&f={paid}", status: 200, has: []string{"Rien à payer", "FA-2026-0001 est déjà réglée"}},
		{method: "GET", path: "/payer?tous=1", status: 200, has: []string{"FA-2026-0003", "FA-2026-0004", "FA-2026-0005"}, not: []string{"FA-2026-0001", "{foreign}"}},
		{method: "GET", path: "/payer?tous=1&devise=CAD", status: 200, has: []string{"Rien à payer"}},
		{method: "GET", path: "/payer?f={foreign}&f={open}", status: 404},
		{method: "GET", path: "/payer?f={draft}&f={open}", status: 404},
		{method: "GET", path: "/payer?f=1&f=2", status: 404},
		{method: "GET", path: "/payer?tous=1&montant=5", status: 422, has: []string{"ne peut pas être inférieur", `value="5"`, `aria-invalid="true"`}},
		{method: "GET", path: "/payer?tous=1&montant=beaucoup", status: 422, has: []string{`value="beaucoup"`}},
		{method: "GET", path: "/payer?tous=1&montant=-5", status: 422, has: []string{`value="-5"`}},
		{method: "GET", path: "/payer?tous=1&montant=%3Cscript%3E", status: 422, not: []string{"<script>"}},
		{method: "GET", path: "/factures/{open}/payer?montant=99999999", status: 422, has: []string{"ne peut pas dépasser"}},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0001&moyen=practice", status: 422},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0002&moyen=practice&avance=5000", status: 409, has: []string{"Le paiement n’a pas commencé"}},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0003&moyen=practice&f={open}&vu=1&part=1", status: 409, has: []string{"Le paiement n’a pas commencé", "Revoir ce qui est à payer"}},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0004&moyen=practice&f={open}&vu=132719&part=1", status: 409, has: []string{"ne peut pas être inférieur"}},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0005&moyen=practice&f={open}&vu=132719", status: 422},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0006&moyen=stripe&f={open}&vu=132719&part=132719", status: 404},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0007&moyen=practice&f={foreign}&vu=132719&part=132719", status: 404},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0008&moyen=practice&f={paid}&vu=132719&part=132719", status: 409, has: []string{"déjà réglée"}},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0009&moyen=practice&garder=1&f={part}&vu=1&part=1", status: 303, to: "/connexion?suite="},
		{method: "POST", path: "/payer/paiement", form: "cle=many-key-0010&moyen=practice&methode=x&f={part}&vu=1&part=1", status: 303, to: "/connexion?suite="},
		{method: "POST", path: "/payer/virement", form: "cle=many-key-0011", status: 422},
		{method: "POST", path: "/payer/virement", form: "cle=many-key-0012&f={foreign}&vu=100&part=100", status: 404},
		{method: "GET", path: "/reglement/unknown/retour", status: 404},
		{method: "GET", path: "/modes-de-paiement", status: 303, to: "/connexion?suite=%2Fmodes-de-paiement"},
		{method: "GET", path: "/modes-de-paiement/x", status: 303, to: "/connexion?suite=%2Fmodes-de-paiement%2Fx"},
		{method: "POST", path: "/modes-de-paiement", form: "cle=a&moyen=practice", status: 303, to: "/connexion"},
	}
}

func payByPassword() []scenario {
	return []scenario{
		{method: "GET", path: "/modes-de-paiement", status: 200, has: []string{"Aucun mode de paiement enregistré", "Ajouter une carte d’essai"}},
		{method: "GET", path: "/modes-de-paiement/unknown", status: 404},
		{method: "POST", path: "/modes-de-paiement", form: "cle=save-key-0001&moyen=stripe", status: 404},
		{method: "POST", path: "/modes-de-paiement/unknown/defaut", form: "cle=a", status: 404},
		{method: "POST", path: "/modes-de-paiement/unknown/suppression", form: "cle=a", status: 404},
		{method: "POST", path: "/modes-de-paiement", form: "cle=save-key-0002&moyen=practice", status: 303, to: "/reglement/"},
		{method: "GET", path: "/payer?f={open}&f={part}", status: 200, has: []string{"Garder ce mode de paiement"}, not: []string{"Payer avec une carte enregistrée"}},
		{method: "POST", path: "/payer/virement", form: "cle=many-key-1011&f={open}&vu=132719&part=132719&f={late}&vu=1&part=1", status: 409},
		{method: "GET", path: "/factures?fait=virement", status: 200, has: []string{"suivies comme réglées par virement"}},
	}
}

// allowAmounts lets customers choose, as the firm's settings would.
func (f *firm) allowAmounts(less, more, ahead int, least int64) {
	f.Helper()
	if _, err := f.raw.Exec("UPDATE pay_settings SET less = ?, more = ?, ahead = ?, least_minor = ?", less, more, ahead, least); err != nil {
		f.Fatal(err)
	}
	f.portal.Refresh()
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([a-z]+)" value="([^"]*)"`)

// formOf reads the hidden fields of the first form that posts to an address.
func formOf(t testing.TB, page, action string) url.Values {
	t.Helper()
	at := strings.Index(page, `action="`+action+`"`)
	if at < 0 {
		t.Fatalf("no form to %s\n%s", action, excerpt(page))
	}
	form, _, _ := strings.Cut(page[at:], "</form>")
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		values.Add(m[1], m[2])
	}
	return values
}

func (f *firm) charged() int64 { // by the practice gateway
	return dbtest.Int(f, f.raw, "SELECT count(*) FROM payments WHERE method = 'practice'")
}

// Several invoices are one charge, one payment, one receipt.
func TestSeveralInvoicesAtOnce(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	a := v.get("/")
	if !strings.Contains(a.body, `href="/payer?tous=1&amp;devise=EUR"`) {
		t.Fatal("no way to pay all of it from the dashboard")
	}
	form := formOf(t, v.get("/payer?tous=1&devise=EUR").body, "/payer/paiement")
	if len(form["f"]) != 3 { // without the one whose transfer is announced
		t.Fatalf("%v", form)
	}
	a = v.post("/payer/paiement", form.Encode())
	b := v.post("/payer/paiement", form.Encode())
	if a.status != 303 || a.header.Get("Location") != b.header.Get("Location") {
		t.Fatalf("%d %s, then %s", a.status, a.header.Get("Location"), b.header.Get("Location"))
	}
	a = v.follow(v.post(a.header.Get("Location"), "reponse=approved"))
	for _, number := range []string{"Merci", "FA-2026-0002", "FA-2026-0003", "FA-2026-0004"} {
		if !strings.Contains(a.body, number) {
			t.Errorf("the receipt's page lacks %s", number)
		}
	}
	if f.charged() != 1 || dbtest.Int(t, f.raw, "SELECT sum(due_minor) FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.customer_id = ? AND d.kind = 'invoice'", f.claire.ID) != 23508 {
		t.Errorf("%d payments", f.charged())
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails WHERE kind = 'payment_received' AND payment_id = (SELECT max(id) FROM payments)"); n != 1 {
		t.Errorf("%d receipts", n)
	}
	if a := v.get("/payer?tous=1&devise=EUR"); !strings.Contains(a.body, "Rien à payer") || !strings.Contains(a.body, "FA-2026-0005 a déjà un paiement en cours") {
		t.Error("still asks")
	}
}

// One transfer of several invoices is said once, with one reference, and the firm told once.
func TestTransferOfSeveral(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	at := "/payer?f=" + f.open + "&f=" + f.part
	form := formOf(t, v.get(at).body, "/payer/virement")
	mails := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails")
	for range 2 {
		if a := v.post("/payer/virement", form.Encode()); a.header.Get("Location") != "/factures?filtre=a-payer&fait=virement" {
			t.Fatalf("%d %s", a.status, excerpt(a.body))
		}
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails") - mails; n != 1 {
		t.Errorf("%d mails", n)
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM transfer_announcements WHERE transfer <> ''"); n != 2 {
		t.Errorf("%d announcements", n)
	}
	if a := v.get(at); !strings.Contains(a.body, "Virement annoncé") || strings.Contains(a.body, "J’ai fait le virement") {
		t.Error("asks again")
	}
}

func TestChosenAmount(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	f.allowAmounts(1, 1, 1, 2000)
	at := "/factures/" + f.late + "/payer"
	for typed, want := range map[string]string{"19,99": "Le plus petit montant accepté", "0": "supérieur à zéro", "abc": "nombre", "1,005": "décimales"} {
		if a := v.get(at + "?montant=" + typed); a.status != 422 || !strings.Contains(a.body, `value="`+typed+`"`) || !strings.Contains(a.body, `id="montant-faux"`) {
			t.Errorf("%s (%s): %d %s", typed, want, a.status, excerpt(a.body))
		}
	}
	a := v.get(at + "?montant=500")
	if a.status != 200 || !strings.Contains(a.body, "EUR500.00") && !strings.Contains(a.body, "500,00") {
		t.Fatalf("%d", a.status)
	}
	form := formOf(t, a.body, "/factures/"+f.late+"/paiement")
	a = v.post("/factures/"+f.late+"/paiement", form.Encode())
	a = v.follow(v.post(a.header.Get("Location"), "reponse=approved"))
	if !strings.Contains(a.body, "Merci") || digitsOf(f, f.late) != "111276" { // 1 612.76 without 500
		t.Errorf("left %s\n%s", digitsOf(f, f.late), excerpt(a.body))
	}
	// More than is asked for stays on the customer's account.
	form = formOf(t, v.get(at+"?montant=1200").body, "/factures/"+f.late+"/paiement")
	a = v.post("/factures/"+f.late+"/paiement", form.Encode())
	v.post(a.header.Get("Location"), "reponse=approved")
	if left := dbtest.Int(t, f.raw, "SELECT left_minor FROM payment_status WHERE payment_id = (SELECT max(id) FROM payments)"); digitsOf(f, f.late) != "0" || left == 0 {
		t.Errorf("due %s, left %d", digitsOf(f, f.late), left)
	}
	// Over several: what is due first is paid first.
	a = v.get("/payer?f=" + f.open + "&f=" + f.part + "&montant=2500")
	form = formOf(t, a.body, "/payer/paiement")
	if len(form["part"]) != 2 || form["part"][0] == "0" || form["part"][1] == "0" {
		t.Fatalf("%v", form)
	}
	// A rest below the least of a part is nothing to refuse: the sum counts.
	form = formOf(t, v.get("/payer?f="+f.open+"&f="+f.part+"&montant=2330").body, "/payer/paiement")
	if a := v.post("/payer/paiement", form.Encode()); a.status != 303 || form["part"][1] != "680" {
		t.Errorf("%d %v %s", a.status, form["part"], excerpt(a.body))
	}
}

func TestPayAhead(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	f.allowAmounts(0, 0, 1, 0)
	if a := v.get("/paiements"); !strings.Contains(a.body, `href="/payer"`) {
		t.Error("nothing leads to it")
	}
	if a := v.get("/payer"); a.status != 200 || !strings.Contains(a.body, "Montant à payer d’avance") || strings.Contains(a.body, "/payer/paiement") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	form := formOf(t, v.get("/payer?montant=250").body, "/payer/paiement")
	a := v.post("/payer/paiement", form.Encode())
	a = v.follow(v.post(a.header.Get("Location"), "reponse=approved"))
	if !strings.Contains(a.body, "Merci") || dbtest.Int(t, f.raw, "SELECT amount_minor FROM payments ORDER BY id DESC LIMIT 1") != 25000 {
		t.Errorf("%s", excerpt(a.body))
	}
}

// Whatever changes between the page and the click: nothing is charged by what was shown.
func TestAmountsThatChange(t *testing.T) {
	f := newFirm(t)
	v := f.byLink(f.serve())
	at := "/payer?f=" + f.open + "&f=" + f.part
	form := formOf(t, v.get(at).body, "/payer/paiement")
	f.pay(f.open, 1000) // a part of it comes by the bank
	if a := v.post("/payer/paiement", form.Encode()); a.status != 409 || !strings.Contains(a.body, "a changé") || !strings.Contains(a.body, "Revoir ce qui est à payer") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	// Paid by somebody else while the gateway's page is open: its answer charges nothing.
	form = formOf(t, v.get("/factures/"+f.told+"/payer").body, "/factures/"+f.told+"/paiement")
	intent := v.post("/factures/"+f.told+"/paiement", form.Encode()).header.Get("Location")
	if _, err := f.payments.Record(t.Context(), f.staff, payments.Record{Key: "pay-told-told", DocumentID: f.told, Method: "transfer", Anyway: true}); err != nil {
		t.Fatal(err)
	}
	if a := v.post(intent, "reponse=approved"); a.status != 409 || !strings.Contains(a.body, "déjà réglée") {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	if f.charged() != 0 {
		t.Errorf("%d charges", f.charged())
	}
	// Two tabs: the second order takes the first one's place, and only one is ever charged.
	one := formOf(t, v.get("/factures/"+f.late+"/payer").body, "/factures/"+f.late+"/paiement")
	two := formOf(t, v.get("/payer?f="+f.late+"&f="+f.part).body, "/payer/paiement")
	first := v.post("/factures/"+f.late+"/paiement", one.Encode()).header.Get("Location")
	second := v.post("/payer/paiement", two.Encode()).header.Get("Location")
	if first == second {
		t.Fatal("the same attempt for two orders")
	}
	v.post(second, "reponse=approved")
	v.post(first, "reponse=approved")
	if f.charged() != 1 {
		t.Errorf("%d charges of two tabs", f.charged())
	}
}
