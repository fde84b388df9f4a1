package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"comptoir/db/dbtest"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// The customer's way: from the list to a signature, in three clicks and on one page.
func TestAContractIsApprovedAndSigned(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	shows(t, v.get("/contrats"), "Entretien des menuiseries", "À traiter")
	page := v.get("/contrats/" + f.deal)
	shows(t, page, "Votre approbation est demandée", "contrat.pdf", "plan.pdf", "Commande", "12 000,00", "<em>entretien</em>")
	hides(t, page, "prix.pdf", "Contrôle interne", "marge", f.secretPaper)
	a := v.post("/contrats/"+f.deal+"/approuver", answerForm(f.round(f.asClaire(), signing.Approval), "approve-deal-1"))
	leads(t, a, "/contrats/"+f.deal+"?fait=approuve")
	page = v.get("/contrats/" + f.deal + "?fait=approuve")
	shows(t, page, "Vous avez approuvé ces documents", "Votre signature est demandée", "Votre mot de passe", `name="accord"`)
	r := f.round(f.asClaire(), signing.Signature)
	sign := answerForm(r, "sign-deal-1") + "&methode=password&nom=Claire+Dupont&accord-version=" + r.Consent.Version + "&accord-langue=" + r.Consent.Language + "&fuseau=Europe/Paris"
	for _, c := range []struct{ form, says string }{
		{sign + "&mot-de-passe=" + good, `name="accord"`}, // without the box
		{sign + "&accord=1&mot-de-passe=faux-faux-42", "mot-de-passe-faute-"},
		{strings.Replace(sign, "nom=Claire+Dupont", "nom=", 1) + "&accord=1&mot-de-passe=" + good, "nom-faute"},
	} {
		if a := v.post("/contrats/"+f.deal+"/signer", c.form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.says) || strings.Contains(a.body, good) {
			t.Errorf("%d, wanted %s in\n%s", a.status, c.says, excerpt(a.body))
		}
	}
	leads(t, v.post("/contrats/"+f.deal+"/signer", sign+"&accord=1&mot-de-passe="+good), "/contrats/"+f.deal+"?fait=signe")
	shows(t, v.get("/contrats/"+f.deal+"?fait=signe"), "Vous avez signé", "Me Aubry", "En attente")
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM contract_signatures WHERE method = 'password' AND typed_name = 'Claire Dupont' AND address <> ''"); n != 1 {
		t.Errorf("%d signatures", n)
	}
}

// A page that shows what has changed since does nothing, and says so.
func TestAStalePageSignsNothing(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	old := answerForm(f.round(f.asClaire(), signing.Approval), "approve-deal-1")
	staged, err := f.contracts.StageFile(t.Context(), f.staff, "contrat.pdf", strings.NewReader("%PDF-1.7 another"))
	f.must(err)
	_, err = f.contracts.AddVersion(t.Context(), f.staff, contracts.AddVersion{Key: "version-1", ContractID: f.deal, FileID: f.askedPaper, File: staged})
	f.must(err)
	a := v.post("/contrats/"+f.deal+"/approuver", old)
	if a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, excerpt(a.body))
	}
	shows(t, a, "Rien n’a été enregistré", `href="/contrats/`+f.deal)
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM contract_turns WHERE decision IS NOT NULL"); n != 0 {
		t.Errorf("%d decided", n)
	}
}

// Me Aubry sees one contract and nothing else, without amounts, and signs with a code that came by mail.
func TestAGuestSeesOneContract(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.visitor(f.serve())
	leads(t, v.get(f.guest), "/contrats/"+f.deal)
	leads(t, v.get("/"), "/contrats/"+f.deal)
	page := v.get("/contrats/" + f.deal)
	shows(t, page, "Vous êtes invité à ce contrat en tant que Me Aubry", "contrat.pdf", "Commande")
	hides(t, page, "12 000,00", "4 000,00", "Montant HT", "prix.pdf", `href="/factures"`)
	elsewhere := v.get("/factures")
	shows(t, elsewhere, "Revenir au document") // there is no dashboard to go to
	hides(t, elsewhere, "tableau de bord")
	for _, path := range []string{"/contrats", "/factures", "/factures/" + f.open, "/contrats/" + f.foreignDeal, "/contrats/" + f.hiddenDeal, "/profil", "/documents"} {
		if a := v.get(path); a.status == http.StatusOK {
			t.Errorf("%s is open to a guest", path)
		}
	}
	leads(t, v.post("/deconnexion", ""), "/connexion?fait=sortie")
	if a := v.get("/contrats/" + f.deal); a.status == http.StatusOK {
		t.Error("open after leaving")
	}
}

// The customer reads by how much a contract renews itself, and the notice of one that has no end.
func TestWhatTheDatesOfAContractAre(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	for sql, want := range map[string]string{
		"end_on = '2027-10-31', renewal = 'tacit', renewal_months = 12, notice_count = 0":                       "Tacite reconduction, par 12 mois",
		"end_on = '', renewal = 'none', renewal_months = 0, notice_count = 3, notice_unit = 'month'":            "3 mois, à tout moment",
		"end_on = '', renewal = 'none', renewal_months = 0, notice_count = 1, notice_unit = 'day'":              "1 jour, à tout moment",
		"end_on = '2027-10-31', renewal = 'express', renewal_months = 0, notice_count = 0, notice_unit = 'day'": "Renouvellement",
	} {
		_, err := f.raw.Exec("UPDATE contracts SET "+sql+" WHERE public_id = ?", f.deal)
		f.must(err)
		a := v.get("/contrats/" + f.deal)
		shows(t, a, want)
		if away := strings.Contains(want, "tout moment"); away != strings.Contains(a.body, ">Préavis<") {
			t.Errorf("%s: notice of a contract without an end: %v", sql, !away)
		}
	}
}

// An invitation that was taken back or is over says so, to whoever has its link; a session that it opened is closed, and
// one that never was is a page that is not found, the same for every guess.
func TestAnInvitationEnds(t *testing.T) {
	for name, ended := range map[string]string{"taken back": "revoked_at = '2026-01-01T00:00:00.000Z'", "over": "expires_at = '2020-01-01T00:00:00.000Z'"} {
		f := newFirm(t, contractsToo)
		server := f.serve()
		v, stranger := f.visitor(server), f.visitor(server)
		leads(t, v.get(f.guest), "/contrats/"+f.deal)
		_, err := f.raw.Exec("UPDATE contract_guests SET " + ended)
		f.must(err)
		if a := v.get("/contrats/" + f.deal); a.status == http.StatusOK || strings.Contains(a.body, "Entretien") {
			t.Errorf("%s: the open page is %d", name, a.status)
		}
		a := stranger.get(f.guest)
		if a.status != http.StatusGone {
			t.Errorf("%s: %d", name, a.status)
		}
		shows(t, a, "Cette invitation a pris fin")
		hides(t, a, "Entretien", "Aubry", "Claire", "Atelier Martin")
		guess := f.guest[:len(f.guest)-3] + "___"
		bent, never := stranger.get(guess), stranger.get("/c/never")
		if bent.status != http.StatusNotFound || told(bent, guess) != told(never, "/c/never") {
			t.Errorf("%s: a guess is %d, %d", name, bent.status, never.status)
		}
	}
}

// An invitation that is opened again and again keeps its newest sessions only, as an account does.
func TestAnInvitationKeepsItsNewestSessions(t *testing.T) {
	f := newFirm(t, contractsToo)
	first := f.visitor(f.serve())
	leads(t, first.get(f.guest), "/contrats/"+f.deal)
	for range 20 {
		_, err := f.access.OpenGuest(t.Context(), strings.TrimPrefix(f.guest, "/c/"), "192.168.1.9", "")
		f.must(err)
	}
	last := f.visitor(first.server)
	leads(t, last.get(f.guest), "/contrats/"+f.deal)
	if a := last.get("/contrats/" + f.deal); a.status != http.StatusOK {
		t.Errorf("the newest is %d", a.status)
	}
	if a := first.get("/contrats/" + f.deal); a.status == http.StatusOK {
		t.Error("the first of twenty-two is still open")
	}
	if n := dbtest.Int(f, f.raw, "SELECT count(*) FROM contract_sessions WHERE guest_id IS NOT NULL AND ended_at IS NULL"); n != 20 {
		t.Errorf("%d sessions", n)
	}
}

// The code on the firm's screen opens one turn on one phone, once; the page closes with the signature.
func TestAPhoneSignsOnTheSpot(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	v.post("/contrats/"+f.deal+"/approuver", answerForm(f.round(f.asClaire(), signing.Approval), "approve-deal-1"))
	r := f.round(f.asClaire(), signing.Signature)
	path := f.handOff(r.TurnID)
	phone, second := f.visitor(v.server), f.visitor(v.server)
	leads(t, phone.get(path), "/contrats/"+f.deal)
	if a := second.get(path); a.status != http.StatusGone {
		t.Errorf("a second phone: %d", a.status)
	}
	shows(t, phone.get("/contrats/"+f.deal), "Marie", "Vous signez en tant que Claire Dupont")
	sign := answerForm(r, "sign-spot-1") + "&methode=in_person_phone&nom=Claire+Dupont&accord=1&accord-version=" + r.Consent.Version + "&accord-langue=fr"
	a := phone.post("/contrats/"+f.deal+"/signer", sign)
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, excerpt(a.body))
	}
	shows(t, a, "Merci")
	if a := phone.get("/contrats/" + f.deal); a.status == http.StatusOK {
		t.Error("open after the signature")
	}
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM contract_signatures WHERE method = 'in_person_phone' AND operator_name <> ''"); n != 1 {
		t.Errorf("%d signatures", n)
	}
}

// A whole contract on the phone of who stands before the firm: it opens once, is approved and signed on one page, and is
// gone with the contract's hiding.
func TestAContractIsShownOnAPhone(t *testing.T) {
	f := newFirm(t, contractsToo)
	server := f.serve()
	path := f.showContract(f.deal, 0)
	phone, second := f.visitor(server), f.visitor(server)
	ahead, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.URL+path, http.NoBody)
	f.must(err)
	if a := second.do(ahead); a.status != http.StatusOK { // what looks ahead uses nothing up
		t.Errorf("HEAD: %d", a.status)
	}
	leads(t, phone.get(path), "/contrats/"+f.deal)
	shows(t, second.get(path), "Ce code a déjà servi")
	a := phone.get("/contrats/" + f.deal)
	shows(t, a, "Marie", "Vous lisez ce contrat en tant que Claire Dupont", "000,00", "Approuver", "plan.pdf")
	hides(t, a, "prix.pdf", "Écrire à", "name=\"message\"")
	r := f.round(f.asClaire(), signing.Approval)
	leads(t, phone.post("/contrats/"+f.deal+"/approuver", answerForm(r, "shown-approve")), "/contrats/"+f.deal+"?fait=approuve")
	r = f.round(f.asClaire(), signing.Signature)
	shows(t, phone.get("/contrats/"+f.deal), "Marie Vasseur est à côté de vous")
	leads(t, phone.post("/contrats/"+f.deal+"/signer", answerForm(r, "shown-sign-1")+"&methode=in_person_phone&nom=Claire+Dupont&accord=1&accord-version="+r.Consent.Version+"&accord-langue=fr"), "/contrats/"+f.deal+"?fait=signe")
	for _, elsewhere := range []string{"/contrats", "/contrats/" + f.toSign, "/factures", "/profil"} {
		if a := phone.get(elsewhere); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
			t.Errorf("%s: %d", elsewhere, a.status)
		}
	}
	for _, act := range []string{"message", "code"} {
		if a := phone.post("/contrats/"+f.deal+"/"+act, "cle=shown-said-"+act+"&message=Bonjour"); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", act, a.status)
		}
	}
	f.must(f.contracts.HideContract(f.Context(), f.staff, f.deal))
	if a, never := phone.get("/contrats/"+f.deal), phone.get("/contrats/none"); a.status != http.StatusNotFound || a.status != never.status {
		t.Errorf("hidden: %d", a.status)
	}
}

// Attachments: the shown one as a download with a policy of its own, the one that is asked about to those who are asked;
// what is hidden, another customer's, of a hidden contract or was never there is the same not found.
func TestContractPapers(t *testing.T) {
	f := newFirm(t, contractsToo)
	s := f.serve()
	v := f.byPassword(s)
	a := v.get("/contrats/" + f.deal + "/fichiers/" + f.shownPaper)
	if a.status != http.StatusOK || a.header.Get("Content-Disposition") != `attachment; filename=plan.pdf` || a.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", a.status, a.header)
	}
	asked := f.round(f.asClaire(), signing.Approval).Documents[0].VersionID
	if a := v.get("/contrats/" + f.deal + "/documents/" + asked + "?lire"); a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Disposition"), "inline") ||
		a.header.Get("Content-Security-Policy") != "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'" || a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %v", a.status, a.header)
	}
	missing := "/contrats/" + f.deal + "/fichiers/aaaaaaaaaaaaaaaaaaaaaaaaaa"
	none := told(v.get(missing), missing)
	for name, path := range map[string]string{"hidden": "/contrats/" + f.deal + "/fichiers/" + f.secretPaper, "asked, as a file": "/contrats/" + f.deal + "/fichiers/" + f.askedPaper, "foreign": "/contrats/" + f.deal + "/fichiers/" + f.foreignPaper,
		"foreign contract": "/contrats/" + f.foreignDeal + "/fichiers/" + f.foreignPaper, "a file as a document": "/contrats/" + f.deal + "/documents/" + f.shownPaper} {
		a := v.get(path)
		if a.status != http.StatusNotFound || told(a, path) != none {
			t.Errorf("%s: %d\n%s", name, a.status, cmp.Diff(none, told(a, path)))
		}
	}
	f.must(f.contracts.HideContract(t.Context(), f.staff, f.deal))
	for _, path := range []string{"/contrats/" + f.deal, "/contrats/" + f.deal + "/fichiers/" + f.shownPaper, "/contrats/" + f.deal + "/documents/" + asked} {
		if a := v.get(path); a.status != http.StatusNotFound {
			t.Errorf("%s after hiding: %d", path, a.status)
		}
	}
	guest := f.visitor(s)
	if a := guest.get(f.guest); a.status != http.StatusNotFound {
		t.Errorf("the guest's link after hiding: %d", a.status)
	}
	hides(t, v.get("/contrats"), "Entretien des menuiseries")
}

func shows(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%d does not show %q:\n%s", a.status, text, excerpt(a.body))
		}
	}
}

func hides(t *testing.T, a answer, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			t.Errorf("shows %q", text)
		}
	}
}

func leads(t *testing.T, a answer, to string) {
	t.Helper()
	if a.status != http.StatusSeeOther || a.header.Get("Location") != to {
		t.Errorf("%d to %q, want %q: %s", a.status, a.header.Get("Location"), to, excerpt(a.body))
	}
}
