package portal_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"comptoir/db/dbtest"
	"comptoir/office/access"
)

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// proofForm reads the page that asks for the password again: what was typed, and where it goes.
func proofForm(t *testing.T, a answer, to string) url.Values {
	t.Helper()
	if a.status != http.StatusForbidden && a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Confirmez que c’est vous") {
		t.Fatalf("%d, the password is not asked for: %s", a.status, excerpt(a.body))
	}
	return hiddenFields(t, a.body, to)
}

// hiddenFields are those of the last form that goes there.
func hiddenFields(t *testing.T, body, to string) url.Values {
	t.Helper()
	at := strings.LastIndex(body, `action="`+to+`"`) // one before may only look
	if at < 0 {
		t.Fatalf("no form goes to %s: %s", to, excerpt(body))
	}
	form, _, _ := strings.Cut(body[at:], "</form>")
	values := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
		values.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return values
}

// Each act that is one's own and weighs asks for the password again when it was given too long
// ago, does nothing before, and keeps what was typed.
func TestPasswordIsAskedForAgain(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	kept := f.keep(v, "save-proof-123", "approved")
	f.keep(v, "save-proof-124", "second_step")
	const account = "titulaire=Atelier+Martin&adresse=&code-postal=69001&ville=Lyon&pays=FR&iban=FR7610107001011234567890129&signataire=Claire+Dupont&accord=oui"
	const methods, mandates = "SELECT count(*) * 10 + sum(is_default) FROM kept_methods WHERE deleted_at = ''", "SELECT count(*) FROM mandates WHERE state IN ('signed','revoked','active')"
	for _, act := range []struct {
		name, path, form, to, rows string
	}{
		{"sign", "/mandats/{m:own}/signature", account + "&empreinte={mh:own}", "/mandats/{m:own}?fait=signe", mandates},
		{"revoke", "/mandats/{m:own}/revocation", "", "/mandats/{m:own}?fait=revoque", "SELECT count(*) FROM mandates WHERE state = 'revoked'"},
		{"default", "/modes-de-paiement/" + dbtest.Strings(t, f.raw, "SELECT public_id FROM kept_methods ORDER BY id DESC LIMIT 1")[0] + "/defaut", "", "/modes-de-paiement?fait=defaut", "SELECT max(id * is_default) FROM kept_methods"},
		{"delete", "/modes-de-paiement/" + kept + "/suppression", "", "/modes-de-paiement?fait=retire", methods},
		{"add", "/modes-de-paiement", "cle=save-proof-125&moyen=practice", "/reglement/", "SELECT count(*) FROM payment_intents"},
		{"pay and keep", "/factures/{open}/paiement", "cle=save-proof-126&moyen=practice&garder=1&montant=" + digitsOf(f, f.open), "/reglement/", "SELECT count(*) FROM payment_intents"},
	} {
		t.Run(act.name, func(t *testing.T) {
			path, form := f.fillIn(act.path), f.fillIn(act.form)
			before := dbtest.Int(t, f.raw, act.rows)
			f.turn(access.ProofLife)
			a := v.post(path, form)
			values := proofForm(t, a, path)
			typed, err := url.ParseQuery(form)
			f.must(err)
			if values.Encode() != typed.Encode() {
				t.Errorf("kept %v of %v", values, typed)
			}
			values.Set("preuve", "Wrong-1-password")
			a = v.post(path, values.Encode())
			if !strings.Contains(a.body, "Le mot de passe actuel n’est pas le bon") || strings.Contains(a.body, "Wrong-1") {
				t.Errorf("a wrong one: %s", excerpt(a.body))
			}
			values = proofForm(t, a, path)
			if values.Encode() != typed.Encode() {
				t.Errorf("kept %v of %v after a wrong one", values, typed)
			}
			if n := dbtest.Int(t, f.raw, act.rows); n != before {
				t.Errorf("done before the proof: %d to %d", before, n)
			}
			values.Set("preuve", good)
			a = v.post(path, values.Encode())
			if to := a.header.Get("Location"); a.status != http.StatusSeeOther || !strings.HasPrefix(to, f.fillIn(act.to)) {
				t.Errorf("%d leads to %q %s", a.status, to, excerpt(a.body))
			}
			if n := dbtest.Int(t, f.raw, act.rows); n == before {
				t.Error("not done after the proof")
			}
			if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM commands WHERE result LIKE '%Noisette%'") + dbtest.Int(t, f.raw, "SELECT count(*) FROM audit_log WHERE details LIKE '%Noisette%'"); n != 0 {
				t.Error("the password lies in the file")
			}
		})
	}
}

// Within its quarter of an hour nothing is asked, and looking and paying never ask.
func TestPasswordIsNotAskedForWithoutNeed(t *testing.T) {
	f := newFirm(t)
	v := f.byPassword(f.serve())
	id := f.keep(v, "save-proof-223", "approved")
	f.turn(access.ProofLife - time.Second)
	if a := v.post("/modes-de-paiement/"+id+"/defaut", ""); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	f.turn(time.Hour)
	for _, path := range []string{"/", "/factures/" + f.open, "/modes-de-paiement", "/modes-de-paiement/" + id, "/mandats", "/profil"} {
		if a := v.get(path); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	form := formOf(t, v.get("/factures/"+f.open+"/payer").body, "/factures/"+f.open+"/paiement")
	if a := v.post("/factures/"+f.open+"/paiement", form.Encode()); !strings.HasPrefix(a.header.Get("Location"), "/paiements/") {
		t.Errorf("paying with what is kept: %d %s", a.status, excerpt(a.body))
	}
}

// Orders that cost: a change of plan, and a new subscription.
func TestPasswordIsAskedForBeforeAnOrder(t *testing.T) {
	f := newFirm(t, selling)
	v := f.byPassword(f.serve())
	f.turn(access.ProofLife)
	for _, path := range []string{"/abonnements/{sub:own}/gerer"} {
		a := v.post(f.fillIn(path), "cle=proof-order-12&version=1&montant=0&places=2&formule=&version-formule=1")
		if a.status != http.StatusForbidden || !strings.Contains(a.body, "Confirmez que c’est vous") {
			t.Errorf("%s: %d %s", path, a.status, excerpt(a.body))
		}
	}
}
