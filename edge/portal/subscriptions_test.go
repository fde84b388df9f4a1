package portal_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/subscriptions"
)

// TestLinksThatAreOver: withdrawn while the page was open, used up, expired.
func TestLinksThatAreOver(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	base := "/abonnement/" + f.plans["trial-link"]
	a := v.get(base + "/confirmer")
	p, err := f.subscriptions.Plan(f.Context(), f.staff, f.plans["trial"])
	f.must(err)
	_, err = f.subscriptions.SetPlanState(f.Context(), f.staff, p.PublicID, p.Version, subscriptions.Withdrawn)
	f.must(err)
	form := url.Values{"cle": {hiddenIn(a.body, "cle")}, "termes": {hiddenIn(a.body, "termes")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}}.Encode()
	for _, a := range []answer{v.post(base+"/confirmer", form), v.get(base), v.get(base + "/confirmer"), f.visitor(v.server).get(base + "/inscription")} {
		if a.status != http.StatusGone || !strings.Contains(a.body, "Cette formule n’est plus proposée") {
			t.Errorf("withdrawn: %d %s", a.status, excerpt(a.body))
		}
	}
	if n := f.count("SELECT count(*) FROM subscriptions"); n != 2 {
		t.Errorf("%d subscriptions", n)
	}
	wide, err := f.subscriptions.Plan(f.Context(), f.staff, f.plans["wide"])
	f.must(err)
	once := "/abonnement/" + f.planLink("once", wide, 1)
	a = v.get(once + "/confirmer")
	v.post(once+"/confirmer", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "termes": {hiddenIn(a.body, "termes")}, "places": {"1"}}.Encode())
	if a := f.visitor(v.server).get(once); a.status != http.StatusGone || !strings.Contains(a.body, "autant de fois") {
		t.Errorf("used up: %d %s", a.status, excerpt(a.body))
	}
}

// TestSeatsAndCancellation: what a change comes to is said first; a cancellation can be taken back.
func TestSeatsAndCancellation(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	base := "/abonnements/" + f.subs["own"]
	a := v.get(base + "/gerer?places=5")
	form := url.Values{}
	for _, name := range []string{"cle", "version", "version-formule", "montant", "places"} {
		form.Set(name, hiddenIn(a.body, name))
	}
	a = v.post(base+"/gerer", form.Encode())
	if to := a.header.Get("Location"); !strings.HasPrefix(to, "/factures/") {
		t.Fatalf("change: %d %s %s", a.status, to, excerpt(a.body))
	}
	if b := v.post(base+"/gerer", form.Encode()); b.header.Get("Location") != a.header.Get("Location") {
		t.Errorf("the second click: %d %s", b.status, b.header.Get("Location"))
	}
	if n := f.count("SELECT seats FROM subscriptions WHERE public_id = ?", f.subs["own"]); n != 5 {
		t.Errorf("%d seats", n)
	}
	a = v.get(base + "/annuler")
	a = v.post(base+"/annuler", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "raison": {"Nous <b>partons</b>"}}.Encode())
	if to := a.header.Get("Location"); !strings.HasPrefix(to, base+"?fait=annul") {
		t.Fatalf("cancel: %d %s %s", a.status, to, excerpt(a.body))
	}
	a = v.follow(a)
	if !strings.Contains(a.body, "s’arrête le") || !strings.Contains(a.body, "Garder l’abonnement") {
		t.Errorf("cancelled: %s", excerpt(a.body))
	}
	if n := f.count("SELECT count(*) FROM mails WHERE kind LIKE 'subscription_cancel%'"); n != 1 {
		t.Errorf("%d mails", n)
	}
	a = v.post(base+"/maintenir", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}}.Encode())
	if a = v.follow(a); !strings.Contains(a.body, "votre abonnement continue") {
		t.Errorf("kept: %d %s", a.status, excerpt(a.body))
	}
}

// TestTrialsAreTold: three days before, once.
func TestTrialsAreTold(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	base := "/abonnement/" + f.plans["trial-link"]
	a := v.get(base + "/confirmer")
	a = v.post(base+"/confirmer", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "termes": {hiddenIn(a.body, "termes")}}.Encode())
	if a = v.follow(a); !strings.Contains(a.body, "Votre essai a commencé") {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	told := func() int64 {
		f.must(f.subscriptions.TellTrials(f.Context()))
		return f.count("SELECT count(*) FROM mails WHERE kind = 'subscription_trial'")
	}
	for _, x := range []struct {
		days int
		want int64
	}{{0, 0}, {9, 0}, {1, 1}, {0, 1}, {1, 1}, {10, 1}} {
		f.turn(time.Duration(x.days) * 24 * time.Hour)
		if n := told(); n != x.want {
			t.Errorf("%d days on: %d mails, want %d", x.days, n, x.want)
		}
	}
}

// Codes and passwords of strangers stand nowhere in the file in clear.
func TestCodesAreNotKept(t *testing.T) {
	f := newFirm(t, selling)
	v := f.visitor(f.serve())
	base := "/abonnement/" + f.plans["plan-link"]
	v.get(base + "/inscription")
	v.post(base+"/inscription", written("zoe@lenoir.example"))
	code := f.codeOf()
	for _, query := range []string{"SELECT group_concat(args) FROM mails WHERE kind LIKE 'signup%'", "SELECT group_concat(form || password_hash || token_hash || email) FROM registrations"} {
		for _, s := range dbtest.Strings(t, f.raw, query) {
			if strings.Contains(s, `"`+code+`"`) || strings.Contains(s, good) {
				t.Errorf("%s holds a secret", query)
			}
		}
	}
	if strings.Contains(f.log.String(), code) || strings.Contains(f.log.String(), "zoe@lenoir") {
		t.Error("the log holds a secret")
	}
}

// TestSubscriptionPagesInChromium opens the pages of a payment link and of subscriptions as
// TestPagesInChromium opens the others.
func TestSubscriptionPagesInChromium(t *testing.T) {
	modules, chromium := browserOf(t)
	f := newFirm(t, selling)
	s := f.serve()
	base, trial := "/abonnement/"+f.plans["plan-link"], "/abonnement/"+f.plans["trial-link"]
	member, fresh, begun := f.byPassword(s), f.visitor(s), f.visitor(s)
	fresh.get(base + "/inscription")
	begun.get(base + "/inscription")
	begun.post(base+"/inscription", written("zoe@lenoir.example"))
	begun.post(base+"/code", "code=1")
	other := f.visitor(s)
	other.get(f.newPasswordLink(f.bruno))
	other.post("/mot-de-passe", "mot-de-passe="+good)
	sub := "/abonnements/" + f.subs["own"]
	a := member.get(trial + "/confirmer")
	a = member.post(trial+"/confirmer", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "termes": {hiddenIn(a.body, "termes")}}.Encode())
	onTrial := a.header.Get("Location")
	a = member.get("/abonnement/" + f.plans["wide-link"] + "/confirmer")
	a = member.post("/abonnement/"+f.plans["wide-link"]+"/confirmer", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "termes": {hiddenIn(a.body, "termes")}, "places": {"1"}}.Encode())
	firstPay := a.header.Get("Location")
	waiting := "/abonnements/" + dbtest.Strings(t, f.raw, "SELECT public_id FROM subscriptions WHERE state = 'pending'")[0]
	a = other.get("/abonnements/" + f.subs["foreign"] + "/annuler")
	other.post("/abonnements/"+f.subs["foreign"]+"/annuler", url.Values{"cle": {hiddenIn(a.body, "cle")}, "version": {hiddenIn(a.body, "version")}, "montant": {hiddenIn(a.body, "montant")}, "raison": {"Nous partons"}}.Encode())
	p, err := f.subscriptions.Plan(t.Context(), f.staff, f.plans["wide"])
	f.must(err)
	once := "/abonnement/" + f.planLink("gone", p, 1)
	links, err := f.subscriptions.Links(t.Context(), f.staff, p.PublicID)
	f.must(err)
	f.must(f.subscriptions.WithdrawLink(t.Context(), f.staff, links[0].PublicID))
	pages := []shot{
		{"offer", base, "stranger", 200, false}, {"offer-trial", trial, "stranger", 200, false}, {"offer-mine", base, "member", 200, false}, {"offer-gone", once, "stranger", 410, false},
		{"signup", base + "/inscription?places=2&option=pain", "fresh", 200, false}, {"signup-again", base + "/inscription", "begun", 200, false}, {"signup-code", base + "/code", "begun", 200, false},
		{"confirm", "/abonnement/" + f.plans["wide-link"] + "/confirmer?places=2", "other", 200, false}, {"confirm-trial", trial + "/confirmer", "other", 200, false},
		{"subscriptions", "/abonnements", "member", 200, false}, {"subscription", sub, "member", 200, true}, {"subscription-begun", sub + "?fait=abonne", "member", 200, false},
		{"subscription-trial", onTrial, "member", 200, false}, {"subscription-waits", waiting, "member", 200, false}, {"subscription-ends", "/abonnements/" + f.subs["foreign"], "other", 200, false},
		{"subscription-manage", sub + "/gerer", "member", 200, false}, {"subscription-count", sub + "/gerer?places=4&option=pain", "member", 200, false},
		{"subscription-less", sub + "/gerer?places=1", "member", 200, false}, {"subscription-plan", sub + "/gerer?formule=" + f.plans["wide"] + "&places=2", "member", 200, false},
		{"subscription-cancel", sub + "/annuler", "member", 200, false}, {"subscription-home", "/", "member", 200, false}, {"subscription-pay", firstPay, "member", 200, true},
	}
	ways := []way{{"fr", "light", 1280, 800, true}, {"en", "dark", 390, 844, true}, {"fr", "light", 390, 844, false}, {"en", "dark", 1280, 800, false}}
	browse(t, map[string]any{"base": s.URL, "modules": modules, "chromium": chromium, "shots": os.Getenv("COMPTOIR_SHOTS"), "ways": ways, "pages": pages,
		"sessions": map[string]any{"member": map[string]string{"portail": member.cookie()}, "other": map[string]string{"portail": other.cookie()}, "stranger": nil,
			"fresh": map[string]string{"inscription": fresh.named("inscription")}, "begun": map[string]string{"inscription": begun.named("inscription")}}}, len(pages)*len(ways), 2*len(pages))
}
