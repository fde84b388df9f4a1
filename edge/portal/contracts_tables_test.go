package portal_test

import (
	"slices"
	"strings"

	"comptoir/office/signing"
)

// contractTables are what each visitor may and may not do with contracts.
func contractTables(t map[string][]scenario) {
	pages := []string{"/contrats/{to-sign}", "/contrats/{to-sign}/fichiers/{lease-file}", "/contrats/{to-sign}/documents/{lease}"}
	acts := []struct {
		path, form, to string
		mails          int64
	}{
		{"/contrats/{deal}/approuver", "{approval}", "/contrats/{deal}?fait=approuve", 3}, // the firm, and both whose turn to sign comes
		{"/contrats/{to-sign}/message", "cle=message-claire&message=Bonjour", "/contrats/{to-sign}?fait=message", 1},
		{"/contrats/{to-sign}/code", "{signature}", "/contrats/{to-sign}?fait=code", 1},
	}
	refuse := scenario{method: "POST", path: "/contrats/{to-sign}/refuser", form: "{signature}&motif=", status: 422, has: []string{"motif-faute"}}
	for _, w := range []string{"stranger", "expired"} {
		t[w] = append(t[w], signIn("/contrats"))
		for _, p := range pages {
			t[w] = append(t[w], signIn(p))
		}
		for _, a := range acts {
			t[w] = append(t[w], scenario{method: "POST", path: a.path, form: a.form, status: 303, to: "/connexion"})
		}
		t[w] = append(t[w], scenario{method: "POST", path: "/contrats/{to-sign}/signer", form: "{signature}", status: 303, to: "/connexion"}, scenario{method: "POST", path: refuse.path, form: refuse.form, status: 303, to: "/connexion"})
	}
	t["stranger"] = append(t["stranger"], scenario{method: "GET", path: "/c/none", status: 404}, scenario{method: "POST", path: "/c/none", status: 404}, scenario{method: "GET", path: "/sur-place/none", status: 404})
	t["other"] = append(t["other"], scenario{method: "GET", path: "/contrats", status: 200, has: []string{"Fourniture du four"}, not: []string{"Entretien des menuiseries", "Avenant"}})
	for _, p := range pages {
		t["other"] = append(t["other"], scenario{method: "GET", path: p, status: 404})
	}
	for _, a := range acts {
		t["other"] = append(t["other"], scenario{method: "POST", path: a.path, form: a.form, status: 404})
	}
	t["other"] = append(t["other"], scenario{method: "POST", path: "/contrats/{to-sign}/signer", form: signed, status: 404}, scenario{method: "POST", path: refuse.path, form: "{signature}&motif=Non", status: 404})
	last := map[string]scenario{
		"link":     {method: "POST", path: "/contrats/{to-sign}/signer", form: signed, status: 422, has: []string{"code"}},
		"password": {method: "POST", path: "/contrats/{to-sign}/signer", form: signed, status: 303, to: "/contrats/{to-sign}?fait=signe", rows: "SELECT count(*) FROM contract_signatures"},
	}
	for _, w := range []string{"link", "password"} {
		list := append([]scenario{}, scenario{method: "GET", path: "/contrats", status: 200, has: []string{"Entretien des menuiseries", "Location de l’atelier"}, not: []string{"Avenant", "Fourniture"}},
			scenario{method: "GET", path: "/contrats?filtre=autre", status: 404}, scenario{method: "GET", path: "/contrats/{hidden-deal}", status: 404}, scenario{method: "GET", path: "/contrats/{foreign-deal}", status: 404})
		for _, p := range pages {
			list = append(list, scenario{method: "GET", path: p, status: 200})
		}
		list = append(list, refuse)
		for _, a := range acts {
			list = append(list, scenario{method: "POST", path: a.path, form: a.form, status: 303, to: a.to, mails: a.mails})
		}
		t[w] = append(append(list, last[w]), t[w]...) // before the table that ends the session
	}
}

const signed = "{signature}&methode=password&mot-de-passe=" + good + "&nom=Claire+Dupont&accord=1&accord-langue=fr&accord-version={consent}"

// fillContractsIn puts what contracts have for holes.
func (f *firm) fillContractsIn(s string) string {
	holes := []string{"{deal}", "{to-sign}", "{hidden-deal}", "{foreign-deal}", "{lease", "{approval}", "{signature}"}
	if !f.hasContracts || !slices.ContainsFunc(holes, func(hole string) bool { return strings.Contains(s, hole) }) {
		return s
	}
	approval, signature := f.round(f.asClaire(), signing.Approval), f.roundOf(f.asClaire(), f.toSign, signing.Signature)
	return strings.NewReplacer("{deal}", f.deal, "{to-sign}", f.toSign, "{hidden-deal}", f.hiddenDeal, "{foreign-deal}", f.foreignDeal, "{lease-file}", f.leasePaper, "{lease}", signature.Documents[0].VersionID,
		"{approval}", answerForm(approval, "tables-approve"), "{signature}", answerForm(signature, "tables-sign-1"), "{consent}", signature.Consent.Version).Replace(s)
}
