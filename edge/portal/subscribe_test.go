package portal_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"comptoir/core/id"
	"comptoir/db"
	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/registration"
	"comptoir/office/subscriptions"
)

// selling makes a firm that has plans and subscribers.
func selling(f *firm) { f.sellsPlans = true }

// withSubscriptions makes the rooms of plans and of strangers.
func (f *firm) withSubscriptions() {
	f.subscriptions = subscriptions.New(subscriptions.Deps{DB: f.db, IDs: id.Seeded(81), Sales: f.sales, Recurring: f.recurring,
		IssueLink: func(ctx context.Context, tx *db.Tx, contactID int64) (int64, error) {
			return f.access.IssueLink(ctx, tx, contactID, 0, access.DocumentLink)
		}})
	f.recurring.Companion = f.subscriptions
	f.payments.Settled, f.sales.Settled = f.subscriptions.Settled, f.subscriptions.Settled
	f.registration = registration.New(registration.Deps{DB: f.db, IDs: id.Seeded(82), Key: []byte(strings.Repeat("r", 32)), Customers: f.people, Access: f.access})
}

// fillSubscriptions makes a plan with its links, and a subscription of Claire's and one of
// Bruno's that run.
func (f *firm) fillSubscriptions() {
	f.Helper()
	f.plans = map[string]string{}
	f.plan("wide", func(p *subscriptions.Plan) {
		p.NameFR, p.NameEN = "Panier du grand marché", "Large basket"
		p.PriceMinor, p.MayCancel, p.MayChangePlan, p.MayChangeSeats, p.SeatsMax = 4000, true, true, true, 20
	})
	plan := f.plan("plan", func(p *subscriptions.Plan) {
		p.NameFR, p.NameEN, p.AboutFR, p.AboutEN = "Panier bio", "Organic basket", "Des légumes de saison, livrés le jeudi.\n\nSans engagement.", "Vegetables of the season, delivered on Thursdays."
		p.PriceMinor, p.SetupMinor, p.SeatsMax, p.MayCancel, p.MayChangeSeats, p.MayChangePlan = 2000, 500, 20, true, true, true
		p.MoveTo = []string{f.plans["wide"]}
		p.Extras = []subscriptions.Extra{{ID: "pain", NameFR: "Pain au levain", NameEN: "Sourdough bread", PriceMinor: 350, PerSeat: true}}
	})
	f.plan("trial", func(p *subscriptions.Plan) {
		p.NameFR, p.NameEN, p.PriceMinor, p.TrialDays, p.MayCancel = "Panier à l’essai", "Basket on trial", 2500, 14, true
	})
	f.subs = map[string]string{"own": f.subscribed(f.claire, plan, 2), "foreign": f.subscribed(f.bruno, plan, 1)}
}

func (f *firm) plan(name string, fn func(*subscriptions.Plan)) subscriptions.Plan {
	f.Helper()
	p, err := f.subscriptions.Blank(f.Context(), f.staff)
	f.must(err)
	fn(&p)
	p, err = f.subscriptions.SavePlan(f.Context(), f.staff, "plan-key-"+name, p)
	f.must(err)
	f.plans[name] = p.PublicID
	f.plans[name+"-link"] = f.planLink(name, p, 0)
	return p
}

func (f *firm) planLink(name string, p subscriptions.Plan, most int64) string {
	f.Helper()
	l, err := f.subscriptions.MakeLink(f.Context(), f.staff, subscriptions.NewLink{Key: "link-key-" + name, PlanID: p.PublicID, Label: "Vitrine", Most: most})
	f.must(err)
	return l.Token
}

// subscribed is a running subscription of a customer, its first invoice paid.
func (f *firm) subscribed(c customers.Customer, p subscriptions.Plan, seats int64) string {
	f.Helper()
	in := subscriptions.Subscribe{Key: "sub-key-" + c.PublicID, PlanID: p.PublicID, CustomerID: c.PublicID, PlanVersion: p.Version, Choice: subscriptions.Choice{Seats: seats}}
	q, err := f.subscriptions.PreviewSubscribe(f.Context(), f.staff, in)
	f.must(err)
	in.ShownMinor = q.NowMinor
	s, err := f.subscriptions.Subscribe(f.Context(), f.staff, in)
	f.must(err)
	f.pay(s.FirstID, 0)
	return s.PublicID
}

func (f *firm) fillSubs(s string) string {
	if strings.Contains(s, "{subversion}") {
		s = strings.ReplaceAll(s, "{subversion}", fmt.Sprint(f.count("SELECT version FROM subscriptions WHERE public_id = ?", f.subs["own"])))
	}
	for name, v := range f.subs {
		s = strings.ReplaceAll(s, "{sub:"+name+"}", v)
	}
	for name, v := range f.plans {
		s = strings.ReplaceAll(s, "{plan:"+name+"}", v)
	}
	return s
}

// codeOf is what the newest mail of a registration says.
func (f *firm) codeOf() string {
	f.Helper()
	row := dbtest.Strings(f, f.raw, "SELECT json_extract(args,'$.registration') || '/' || json_extract(args,'$.round') FROM mails WHERE kind = 'signup_code' ORDER BY id DESC LIMIT 1")
	if len(row) == 0 {
		f.Fatal("no code was mailed")
	}
	registration, round, _ := strings.Cut(row[0], "/")
	return f.registration.Code(registration, round)
}

// wrong is a code that is not c.
func wrong(c string) string {
	if c == "000000" {
		return "000001"
	}
	return "000000"
}

// written is the form of a newcomer; pairs replace fields.
func written(email string, pairs ...string) string {
	q := url.Values{"genre": {"company"}, "societe": {"Crèmerie Lenoir"}, "siren": {"552100554"}, "nom": {"Zoé Lenoir"}, "courriel": {email}, "langue": {"fr"}, "rue": {"3 quai Vert"}, "code-postal": {"69001"}, "ville": {"Lyon"}, "pays": {"FR"},
		"mot-de-passe": {good}, "conditions": {"1"}, "places": {"1"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q.Encode()
}

// hiddenIn reads a hidden field of a page.
func hiddenIn(body, name string) string {
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if m == nil {
		return ""
	}
	return m[1]
}

// subscribeTables are the pages of a payment link and of subscriptions, for every visitor.
func subscribeTables(t map[string][]scenario) {
	base := "/abonnement/{plan:plan-link}"
	private := []string{"/abonnements", "/abonnements/{sub:own}", "/abonnements/{sub:own}/gerer", "/abonnements/{sub:own}/annuler", base + "/confirmer"}
	actions := []string{"/abonnements/{sub:own}/essai", "/abonnements/{sub:own}/gerer", "/abonnements/{sub:own}/annuler", "/abonnements/{sub:own}/maintenir", base + "/confirmer"}
	for _, w := range []string{"stranger", "expired"} {
		for _, p := range private {
			t[w] = append(t[w], signIn(p))
		}
		for _, p := range actions {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "cle=abcdefgh1234&version=1&montant=0", status: 303, to: "/connexion"})
		}
	}
	t["stranger"] = append(t["stranger"], []scenario{
		{method: "GET", path: base, status: 200, has: []string{"Panier bio", "Des légumes de saison", "24,00", "par mois", "TVA", "20", "Mise en service", "5,00", "M’inscrire et m’abonner", "J’ai déjà un accès", "Pain au levain"}, not: []string{"Claire", "Abonnements"}},
		{method: "GET", path: base + "?places=3&option=pain&option=rien&places=9", status: 200, has: []string{`value="3"`, "84,60"}},
		{method: "GET", path: base + "?places=999999999999999999999", status: 200, has: []string{"480,00"}},
		{method: "GET", path: "/abonnement/nowhere", status: 404},
		{method: "GET", path: "/abonnement/" + strings.Repeat("a", 26), status: 404},
		{method: "GET", path: "/abonnement/nowhere/inscription", status: 404},
		{method: "POST", path: "/abonnement/nowhere/inscription", form: "courriel=a", status: 404},
		{method: "POST", path: base + "/inscription", form: written("x@y.example"), status: 422, has: []string{"Votre navigateur n’a rien gardé"}, rows: "SELECT count(*) = 0 FROM registrations"},
		{method: "GET", path: base + "/code", status: 303, to: base + "/inscription"},
		{method: "POST", path: base + "/code", form: "code=123456", status: 303, to: base + "/inscription"},
		{method: "POST", path: base + "/renvoi", status: 303, to: base + "/inscription"},
		{method: "GET", path: base + "/inscription?places=2", status: 200, has: []string{"Inscription", "Nom de la société", `autocomplete="email"`}},
		{method: "POST", path: base + "/inscription", form: written("pas une adresse", "nom", "<b>Zoé</b>", "mot-de-passe", "Password1!", "conditions", "", "siren", "123456789", "code-postal", "1"), status: 422,
			has: []string{"trop courant", "Acceptez ces conditions", "&lt;b&gt;Zoé&lt;/b&gt;", "pas une adresse"}, not: []string{"<b>Zoé", "Password1!"}, rows: "SELECT count(*) = 0 FROM registrations"},
		{method: "POST", path: base + "/inscription", form: written("zoe@lenoir.example"), status: 303, to: base + "/code", mails: 1, rows: "SELECT count(*) FROM registrations WHERE known = 0 AND contact_id IS NULL"},
		{method: "POST", path: base + "/inscription", form: written("zoe@lenoir.example"), status: 303, to: base + "/code", mails: 0},
		{method: "GET", path: base + "/code", status: 200, has: []string{"zoe@lenoir.example", "10 minutes", "Encore 5 essais"}, not: []string{"Crèmerie"}},
		{method: "GET", path: base + "/inscription", status: 200, has: []string{"Crèmerie Lenoir", "3 quai Vert"}, not: []string{good}},
		{method: "POST", path: base + "/code", form: "code=abc", status: 422, has: []string{"pas le code", "Encore 4 essais"}},
		{method: "POST", path: base + "/renvoi", status: 303, to: base + "/code", mails: 0},
	}...)
	missing := func(method, path, form string) scenario {
		return scenario{method: method, path: path, form: form, status: 404, not: []string{"Panier", "basket"}}
	}
	t["other"] = append(t["other"], []scenario{
		missing("GET", "/abonnements/{sub:own}", ""),
		{method: "GET", path: "/abonnements/{sub:own}/gerer", status: 303, to: "/connexion"},
		{method: "GET", path: "/abonnements/{sub:own}/annuler", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/essai", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/gerer", form: "version=1", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/annuler", form: "version=1", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/maintenir", form: "version=1", status: 303, to: "/connexion"},
		{method: "GET", path: "/abonnements", status: 200, has: []string{"Organic basket", "{sub:foreign}", "24.00"}, not: []string{"{sub:own}"}},
	}...)
	t["link"] = append([]scenario{
		missing("GET", "/abonnements/{sub:foreign}", ""), missing("GET", "/abonnements/nowhere", ""),
		{method: "GET", path: "/", status: 200, has: []string{`href="/abonnements"`, "Panier bio"}},
		{method: "GET", path: "/abonnements", status: 200, has: []string{"Panier bio", "2 places", "48,00", "par mois", "Actif"}, not: []string{"{sub:foreign}"}},
		{method: "GET", path: "/abonnements/{sub:own}", status: 200, has: []string{"Panier bio", "Prochaine facture", "Souscription", "Factures", "Gérer la formule", "Demander l’annulation"}},
		{method: "GET", path: "/abonnements/{sub:own}/gerer", status: 303, to: "/connexion?suite="},
		{method: "GET", path: "/abonnements/{sub:own}/annuler", status: 303, to: "/connexion?suite="},
		{method: "POST", path: "/abonnements/{sub:own}/essai", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/gerer", form: "version=1", status: 303, to: "/connexion"},
		{method: "POST", path: "/abonnements/{sub:own}/annuler", form: "version=1", status: 303, to: "/connexion", rows: "SELECT count(*) = 0 FROM subscriptions WHERE cancel_at <> ''"},
		{method: "POST", path: "/abonnements/{sub:own}/maintenir", form: "version=1", status: 303, to: "/connexion"},
		{method: "GET", path: base, status: 200, has: []string{"Vous avez déjà cet abonnement", "{sub:own}"}, not: []string{"M’inscrire"}},
		{method: "GET", path: base + "/inscription", status: 303, to: base + "/confirmer"},
		{method: "GET", path: base + "/confirmer", status: 303, to: "/connexion?suite="},
	}, t["link"]...)
	t["password"] = append([]scenario{
		missing("GET", "/abonnements/{sub:foreign}/gerer", ""), missing("GET", "/abonnements/{sub:foreign}/annuler", ""),
		missing("POST", "/abonnements/{sub:foreign}/gerer", "cle=swapped-1234567&version=1&version-formule=0&montant=0&places=3"),
		missing("POST", "/abonnements/{sub:foreign}/annuler", "cle=swapped-2234567&version=2&montant=0&raison=x"),
		missing("POST", "/abonnements/{sub:foreign}/maintenir", "cle=swapped-3234567&version=2"),
		missing("POST", "/abonnements/{sub:foreign}/essai", ""),
		{method: "GET", path: base + "/confirmer", status: 200, has: []string{"Vous avez déjà cet abonnement"}, not: []string{`name="montant"`}},
		{method: "GET", path: "/abonnement/{plan:trial-link}/confirmer", status: 200, has: []string{"Panier à l’essai", "gratuit jusqu’au", "30,00", "obligation de paiement"}},
		{method: "GET", path: "/abonnements/{sub:own}/gerer", status: 200, has: []string{"Panier du grand marché", "Panier bio", `value="2"`, "Voir ce que cela change"}, not: []string{"Confirmer le changement"}},
		{method: "GET", path: "/abonnements/{sub:own}/gerer?places=3&option=pain", status: 200, has: []string{"À payer maintenant", "Changer et payer"}},
		{method: "GET", path: "/abonnements/{sub:own}/gerer?formule={plan:trial}&places=2", status: 200, not: []string{"Changer et payer"}},
		{method: "GET", path: "/abonnements/{sub:own}/annuler", status: 200, has: []string{"Pourquoi partez-vous", "s’arrête"}},
		{method: "POST", path: "/abonnements/{sub:own}/annuler", form: "cle=cancel-key-123&version=2&montant=0&raison=", status: 422, has: []string{`aria-invalid="true"`}, rows: "SELECT count(*) = 0 FROM subscriptions WHERE cancel_at <> ''"},
		{method: "POST", path: "/abonnements/{sub:own}/gerer", form: "cle=change-key-12&version=x&version-formule=0&montant=0&places=3", status: 422},
		{method: "POST", path: "/abonnements/{sub:own}/gerer", form: "cle=change-key-123&version=99&version-formule=0&montant=0&places=3", status: 409, has: []string{"Gérer la formule"}},
		{method: "POST", path: "/abonnements/{sub:own}/gerer", form: "cle=change-key-124&version={subversion}&version-formule=0&montant=1&places=3", status: 409, has: []string{"Le montant n’est plus celui", "Changer et payer"}},
		{method: "POST", path: "/abonnements/{sub:own}/maintenir", form: "cle=keep-key-1234&version=99", status: 409},
		{method: "POST", path: base + "/confirmer", form: "cle=again-key-1234&version=1&montant=2400&places=1", status: 409, rows: "SELECT count(*) FROM subscriptions s JOIN contacts c ON c.customer_id = s.customer_id WHERE c.email = 'claire@martin.example'"},
		{method: "POST", path: "/abonnement/{plan:trial-link}/confirmer", form: "cle=trial-key-1234&version=77&montant=0", status: 409, has: []string{"a changé depuis", "Panier à l’essai"}},
		{method: "POST", path: "/abonnement/{plan:trial-link}/confirmer", form: "cle=trial-key-1235&version=1&montant=1", status: 409, has: []string{"Le montant n’est plus celui"}},
		{method: "POST", path: "/abonnement/{plan:trial-link}/confirmer", form: "cle=trial-key-1236&version=x&montant=0", status: 422},
		{method: "POST", path: "/abonnements/{sub:own}/essai", status: 303, to: "/abonnements/{sub:own}"},
	}, t["password"]...)
}

// TestStrangerSubscribes walks the whole way: link, form, code, exact amount, invoice, paid.
func TestStrangerSubscribes(t *testing.T) {
	f := newFirm(t, selling)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription?places=3")
	before := f.count("SELECT count(*) FROM customers")
	if a := v.post(base+"/inscription", written("zoe@lenoir.example", "places", "3")); a.header.Get("Location") != base+"/code?places=3" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if n := f.count("SELECT count(*) FROM customers"); n != before {
		t.Errorf("a customer is made before the code: %d", n)
	}
	code := f.codeOf()
	a := v.post(base+"/code?places=3", "code="+url.QueryEscape(code[:3]+" "+code[3:]))
	if a.header.Get("Location") != base+"/confirmer?places=3" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a = v.get(a.header.Get("Location"))
	for _, has := range []string{"78,00", "72,00", "Zoé Lenoir", "M’abonner et payer", "TVA"} { // 3 × 20 + 5, with 20 %
		if !strings.Contains(a.body, has) {
			t.Errorf("the exact amount lacks %q", has)
		}
	}
	form := url.Values{"cle": {hiddenIn(a.body, "cle")}, "termes": {hiddenIn(a.body, "termes")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "places": {"3"}}.Encode()
	a = v.post(base+"/confirmer", form)
	pay := a.header.Get("Location")
	if !strings.HasPrefix(pay, "/factures/") || !strings.HasSuffix(pay, "/payer") {
		t.Fatalf("%d %s %s", a.status, pay, a.body)
	}
	if a := v.post(base+"/confirmer", form); a.header.Get("Location") != pay {
		t.Errorf("the second click: %d %s", a.status, a.header.Get("Location"))
	}
	// A second tab has another key, and ends at the same invoice.
	if a := v.post(base+"/confirmer", strings.Replace(form, "cle=", "cle=other", 1)); a.header.Get("Location") != pay {
		t.Errorf("the second tab: %d %s", a.status, a.header.Get("Location"))
	}
	invoice := strings.TrimSuffix(strings.TrimPrefix(pay, "/factures/"), "/payer")
	a = v.post("/factures/"+invoice+"/paiement", "cle=key-subscribe-1&moyen=practice&montant="+digitsOf(f, invoice))
	a = v.post(a.header.Get("Location"), "reponse=approved")
	if to := a.header.Get("Location"); !strings.HasPrefix(to, "/abonnements/") {
		t.Fatalf("after the payment: %d %s", a.status, to)
	}
	a = v.follow(a)
	for _, has := range []string{"Vous êtes abonné", "Panier bio", "Actif"} {
		if !strings.Contains(a.body, has) {
			t.Errorf("subscribed, but lacks %q\n%s", has, excerpt(a.body))
		}
	}
	if n := f.count("SELECT count(*) FROM subscriptions s JOIN customers c ON c.id = s.customer_id WHERE c.name = 'Crèmerie Lenoir' AND s.state = 'running' AND s.seats = 3"); n != 1 {
		t.Errorf("%d subscriptions", n)
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'subscription_started' AND to_address = 'zoe@lenoir.example'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	// The other tab, left open, orders no second one.
	if a := v.post(base+"/confirmer", strings.Replace(form, "cle=", "cle=third", 1)); a.status != http.StatusConflict || !strings.Contains(a.body, "déjà cet abonnement") {
		t.Errorf("after the payment: %d", a.status)
	}
	if n := f.count("SELECT count(*) FROM documents WHERE customer_id = (SELECT id FROM customers WHERE name = 'Crèmerie Lenoir')"); n != 1 {
		t.Errorf("%d invoices", n)
	}
	// And signs in with the password that was chosen.
	w := f.visitor(v.server)
	if a := w.post("/connexion", "nom=zoe%40lenoir.example&mot-de-passe="+good); a.status != http.StatusSeeOther || w.cookie() == "" {
		t.Errorf("sign in: %d", a.status)
	}
}

// TestRegistrationTellsNothing: an address that has an access gets the same pages as any
// other, and no code opens it.
func TestRegistrationTellsNothing(t *testing.T) {
	f := newFirm(t, selling)
	s := f.serve()
	base := "/abonnement/" + f.plans["plan-link"]
	pages := map[string][]string{}
	for _, email := range []string{"claire@martin.example", "nobody@martin.example"} {
		v := f.visitor(s)
		v.get(base + "/inscription")
		said := func(a answer) {
			body := strings.ReplaceAll(a.body, email, "EMAIL")
			pages[email] = append(pages[email], fmt.Sprint(a.status, a.header.Get("Location"), regexp.MustCompile(`name="cle" value="[^"]*"`).ReplaceAllString(body, "")))
		}
		said(v.post(base+"/inscription", written(email)))
		said(v.get(base + "/code"))
		for range 4 {
			said(v.post(base+"/code", "code=12"))
		}
		said(v.post(base+"/code", "code=12"))
		said(v.post(base+"/renvoi", ""))
		said(v.get(base + "/code"))
	}
	for i := range pages["claire@martin.example"] {
		if a, b := pages["claire@martin.example"][i], pages["nobody@martin.example"][i]; a != b {
			t.Errorf("step %d differs:\n%s\n---\n%s", i, excerpt(a), excerpt(b))
		}
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind = 'signup_known' AND to_address = 'claire@martin.example' AND to_name = ''"); n != 2 {
		t.Errorf("%d mails to sign in", n)
	}
	if n := f.count("SELECT count(*) FROM contacts WHERE email = 'claire@martin.example'"); n != 1 {
		t.Errorf("%d contacts", n)
	}
}

// TestCodeOfAKnownAddress: the code that would have been right opens nothing either.
func TestCodeOfAKnownAddress(t *testing.T) {
	f := newFirm(t, selling)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription")
	v.post(base+"/inscription", written("CLAIRE@martin.example"))
	ref, round, _ := strings.Cut(dbtest.Strings(t, f.raw, "SELECT public_id || '/' || round FROM registrations")[0], "/")
	a := v.post(base+"/code", "code="+f.registration.Code(ref, round))
	if a.status != http.StatusUnprocessableEntity || v.cookie() != "" {
		t.Errorf("%d, session %q", a.status, v.cookie())
	}
}

// TestCodesAreFewAndShort: five tries, ten minutes, and only the last one counts.
func TestCodesAreFewAndShort(t *testing.T) {
	f := newFirm(t, selling)
	s := f.serve()
	base := "/abonnement/" + f.plans["plan-link"]
	begin := func(email string) *visitor {
		v := f.visitor(s)
		v.get(base + "/inscription")
		v.post(base+"/inscription", written(email))
		return v
	}
	v := begin("a@lenoir.example")
	code := f.codeOf()
	var tries sync.WaitGroup
	for range 24 {
		tries.Go(func() { v.post(base+"/code", "code="+wrong(code)) })
	}
	tries.Wait()
	if n := f.count("SELECT tries FROM registrations"); n != registration.CodeMost {
		t.Errorf("%d tries", n)
	}
	if a := v.post(base+"/code", "code="+code); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "ne vaut plus") || v.cookie() != "" {
		t.Errorf("the right one after five wrong ones: %d", a.status)
	}
	if a := v.post(base+"/renvoi", ""); a.status != http.StatusSeeOther {
		t.Fatalf("a new one: %d %s", a.status, a.body)
	}
	newer := f.codeOf()
	if a := v.post(base+"/code", "code="+code); a.status != http.StatusUnprocessableEntity && code != newer {
		t.Errorf("the old one: %d", a.status)
	}
	f.turn(registration.CodeLife)
	if a := v.post(base+"/code", "code="+newer); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "ne vaut plus") {
		t.Errorf("after ten minutes: %d", a.status)
	}
	w := begin("b@lenoir.example")
	f.turn(registration.CodeLife - time.Second)
	if a := w.post(base+"/code", "code="+f.codeOf()); a.status != http.StatusSeeOther || w.cookie() == "" {
		t.Errorf("in its last second: %d %s", a.status, excerpt(a.body))
	}
	x := begin("c@lenoir.example")
	f.turn(registration.Life)
	if a := x.get(base + "/code"); a.header.Get("Location") != base+"/inscription" {
		t.Errorf("after two days: %d", a.status)
	}
}

// TestRegistrationIsThrottled: by the address of the network, and by the address of mail.
func TestRegistrationIsThrottled(t *testing.T) {
	f := newFirm(t, selling)
	s := f.serve()
	base := "/abonnement/" + f.plans["plan-link"]
	statuses := func(n int, email func(i int) string) map[int]int {
		seen := map[int]int{}
		for i := range n {
			v := f.visitor(s)
			v.get(base + "/inscription")
			seen[v.post(base+"/inscription", written(email(i))).status]++
		}
		return seen
	}
	if seen := statuses(6, func(int) string { return "one@lenoir.example" }); seen[303] != 3 || seen[429] != 3 {
		t.Errorf("to one mailbox: %v", seen)
	}
	if n := f.count("SELECT count(*) FROM mails WHERE to_address = 'one@lenoir.example'"); n != 3 {
		t.Errorf("%d mails", n)
	}
	if seen := statuses(24, func(i int) string { return fmt.Sprintf("n%d@lenoir.example", i) }); seen[429] == 0 || seen[303] > 20 {
		t.Errorf("from one address: %v", seen)
	}
	f.turn(25 * time.Hour)
	if seen := statuses(1, func(int) string { return "one@lenoir.example" }); seen[303] != 1 {
		t.Errorf("a day later: %v", seen)
	}
}

// TestManyClicksAreOneSubscription: 24 confirmations at once, of one form and of 24 tabs.
func TestManyClicksAreOneSubscription(t *testing.T) {
	for _, tabs := range []bool{false, true} {
		f := newFirm(t, selling)
		v := f.byPassword(f.serve())
		base := "/abonnement/" + f.plans["wide-link"]
		a := v.get(base + "/confirmer")
		form := func(i int) string {
			key := hiddenIn(a.body, "cle")
			if tabs {
				key = fmt.Sprintf("tab-key-%08d", i)
			}
			return url.Values{"cle": {key}, "termes": {hiddenIn(a.body, "termes")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "places": {"1"}}.Encode()
		}
		before := f.count("SELECT count(*) FROM documents")
		var clicks sync.WaitGroup
		where := sync.Map{}
		for i := range 24 {
			clicks.Go(func() {
				b := v.post(base+"/confirmer", form(i))
				where.Store(fmt.Sprint(b.status, " ", b.header.Get("Location")), true)
			})
		}
		clicks.Wait()
		ends := 0
		where.Range(func(k, _ any) bool {
			ends++
			if !strings.HasPrefix(k.(string), "303 /factures/") {
				t.Errorf("tabs %v: %v", tabs, k)
			}
			return true
		})
		if n := f.count("SELECT count(*) FROM documents") - before; ends != 1 || n != 1 {
			t.Errorf("tabs %v: %d ends, %d invoices", tabs, ends, n)
		}
		if n := f.count("SELECT count(*) FROM subscriptions WHERE plan_id = (SELECT id FROM plans WHERE public_id = ?)", f.plans["wide"]); n != 1 {
			t.Errorf("tabs %v: %d subscriptions", tabs, n)
		}
	}
}

// TestManyCodesAreOneCustomer: the right code 24 times at once.
func TestManyCodesAreOneCustomer(t *testing.T) {
	f := newFirm(t, selling)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription")
	v.post(base+"/inscription", written("zoe@lenoir.example"))
	code := f.codeOf()
	var clicks sync.WaitGroup
	for range 24 {
		clicks.Go(func() { v.post(base+"/code", "code="+code) })
	}
	clicks.Wait()
	if n := f.count("SELECT count(*) FROM contacts WHERE email = 'zoe@lenoir.example'"); n != 1 {
		t.Errorf("%d contacts", n)
	}
	if v.cookie() == "" {
		t.Error("nobody is signed in")
	}
}

var (
	_ portal.Subscriptions = (*subscriptions.Service)(nil)
	_ portal.Registration  = (*registration.Service)(nil)
)
