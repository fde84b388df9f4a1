package portal_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/office/contracts"
	"comptoir/office/signing"
)

// postsAtOnce sends forms at the same moment and gives the answers in their order.
func postsAtOnce(path string, forms ...func() (*visitor, string)) []answer {
	answers := make([]answer, len(forms))
	begin, all := make(chan struct{}), sync.WaitGroup{}
	for i, form := range forms {
		v, body := form()
		all.Go(func() {
			<-begin
			answers[i] = v.post(path, body)
		})
	}
	close(begin)
	all.Wait()
	return answers
}

// signForm is what Claire's page of a contract sends when she signs by password.
func (f *firm) signForm(contractID, key string) string {
	f.Helper()
	r := f.roundOf(f.asClaire(), contractID, signing.Signature)
	return answerForm(r, key) + "&" + url.Values{"methode": {"password"}, "nom": {"Claire Dupont"}, "accord": {"1"}, "accord-version": {r.Consent.Version}, "accord-langue": {"fr"}, "mot-de-passe": {good}}.Encode()
}

// guestForm is what Me Aubry's page sends when he signs with the code that came by mail.
func (f *firm) guestForm(v *visitor, contractID, key string) string {
	f.Helper()
	turn := dbtest.Strings(f, f.raw, "SELECT t.public_id FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id WHERE c.public_id = ? AND r.kind = 'signature' AND r.state = 'open' AND t.name = 'Me Aubry'", contractID)[0]
	r := f.roundOf(f.asClaire(), contractID, signing.Signature)
	r.TurnID = turn
	if a := v.post("/contrats/"+contractID+"/code", answerForm(r, "code-"+key)); a.header.Get("Location") != "/contrats/"+contractID+"?fait=code" {
		f.Errorf("%d %s", a.status, excerpt(a.body))
	}
	var args map[string]string
	f.must(json.Unmarshal([]byte(dbtest.Strings(f, f.raw, "SELECT args FROM mails WHERE kind = 'contract_code' ORDER BY id DESC LIMIT 1")[0]), &args))
	return answerForm(r, key) + "&" + url.Values{"methode": {"mail_code"}, "nom": {"Me Aubry"}, "accord": {"1"}, "accord-version": {r.Consent.Version}, "accord-langue": {"fr"}, "code": {f.signing.Code(args["code_of"], args["round"])}}.Encode()
}

// Two people sign at the same moment, each with two clicks and once more from another tab: everybody
// is told that it is done, each signature is there once, and the contract is signed.
func TestTwoSignAtOnceInThePortal(t *testing.T) {
	f := newFirm(t, contractsToo)
	claire := f.byPassword(f.serve())
	aubry := f.visitor(claire.server)
	leads(t, aubry.get(f.signer), "/contrats/"+f.toSign)
	path := "/contrats/" + f.toSign + "/signer"
	hers, other, his := f.signForm(f.toSign, "sign-claire-1"), f.signForm(f.toSign, "sign-claire-2"), f.guestForm(aubry, f.toSign, "sign-aubry-1")
	send := func(v *visitor, form string) func() (*visitor, string) {
		return func() (*visitor, string) { return v, form }
	}
	for _, a := range postsAtOnce(path, send(claire, hers), send(aubry, his), send(claire, hers), send(aubry, his), send(claire, other)) {
		leads(t, a, "/contrats/"+f.toSign+"?fait=signe")
	}
	leads(t, claire.post(path, hers), "/contrats/"+f.toSign+"?fait=signe") // and the page that was kept open
	if n := f.count("SELECT count(*) FROM contract_signatures"); n != 2 || f.count("SELECT count(*) FROM contract_evidence WHERE kind = 'signed'") != 2 || f.count("SELECT count(*) FROM contract_evidence WHERE kind = 'completed'") != 1 ||
		f.count("SELECT count(*) FROM contracts WHERE public_id = ? AND state = 'signed'", f.toSign) != 1 || f.count("SELECT count(*) FROM jobs WHERE kind = 'contract.seal'") != 1 {
		t.Errorf("%d signatures", n)
	}
	for _, v := range []*visitor{claire, aubry} {
		shows(t, v.get("/contrats/"+f.toSign+"?fait=signe"), "Vous avez signé", "Claire Dupont", "Me Aubry")
	}
}

// A signature on a page of before the document changed is refused and says where to go on; nothing
// of it stays, and the password was not asked for nothing: it counts no try.
func TestAStaleSignature(t *testing.T) {
	f := newFirm(t, contractsToo)
	v := f.byPassword(f.serve())
	form := f.signForm(f.toSign, "sign-claire-1")
	staged, err := f.contracts.StageFile(t.Context(), f.staff, "bail.pdf", strings.NewReader("%PDF-1.7 another"))
	f.must(err)
	_, err = f.contracts.AddVersion(t.Context(), f.staff, contracts.AddVersion{Key: "version-1", ContractID: f.toSign, FileID: f.leasePaper, File: staged})
	f.must(err)
	for _, form := range []string{form, strings.Replace(form, good, "faux-faux-42", 1)} {
		a := v.post("/contrats/"+f.toSign+"/signer", form)
		if a.status != http.StatusConflict {
			t.Errorf("%d %s", a.status, excerpt(a.body))
		}
		shows(t, a, "Rien n’a été enregistré", `href="/contrats/`+f.toSign)
	}
	if n := f.count("SELECT count(*) FROM contract_signatures"); n != 0 || f.count("SELECT count(*) FROM contract_evidence WHERE kind = 'password_bad'") != 0 {
		t.Errorf("%d signatures", n)
	}
}

// Who lost its access between the page and the click signs and reads nothing, and is told as if
// there never was a contract, or to sign in.
func TestSignedAfterTheAccessWasLost(t *testing.T) {
	for name, c := range map[string]struct {
		loss   string
		guest  bool
		status int
	}{
		"hidden":             {loss: "UPDATE contracts SET in_portal = 0", status: http.StatusNotFound},
		"no area":            {loss: `UPDATE contacts SET areas = '["invoices"]' WHERE name = 'Claire Dupont'`, status: http.StatusForbidden},
		"no access":          {loss: "UPDATE contacts SET portal_access = 0 WHERE name = 'Claire Dupont'", status: http.StatusSeeOther},
		"archived":           {loss: "UPDATE contacts SET archived_at = '2026-01-01' WHERE name = 'Claire Dupont'", status: http.StatusSeeOther},
		"the guest: hidden":  {loss: "UPDATE contracts SET in_portal = 0", guest: true, status: http.StatusNotFound},
		"the guest: revoked": {loss: "UPDATE contract_guests SET revoked_at = '2026-01-01T00:00:00.000Z'", guest: true, status: http.StatusSeeOther},
		"the guest: expired": {loss: "UPDATE contract_guests SET expires_at = '2020-01-01T00:00:00.000Z'", guest: true, status: http.StatusSeeOther},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t, contractsToo)
			v := f.byPassword(f.serve())
			var form string
			if c.guest {
				v = f.visitor(v.server)
				leads(t, v.get(f.signer), "/contrats/"+f.toSign)
				form = f.guestForm(v, f.toSign, "sign-aubry-1")
			} else {
				form = f.signForm(f.toSign, "sign-claire-1")
			}
			if _, err := f.raw.Exec(c.loss); err != nil {
				t.Fatal(err)
			}
			before := f.count("SELECT count(*) FROM contract_evidence")
			a := v.post("/contrats/"+f.toSign+"/signer", form)
			if a.status != c.status || strings.Contains(a.header.Get("Location"), "fait=signe") {
				t.Errorf("%d to %q: %s", a.status, a.header.Get("Location"), excerpt(a.body))
			}
			if f.count("SELECT count(*) FROM contract_signatures") != 0 || f.count("SELECT count(*) FROM contract_evidence") != before {
				t.Error("something of it stayed")
			}
			if a := v.get("/contrats/" + f.toSign); a.status == http.StatusOK {
				t.Error("still to be read")
			}
		})
	}
}

// The phone beside the firm's screen: the code opens one phone of two that scan it at once, for
// one signature or one refusal, which ends the visit with words of its own.
func TestAPhoneOnTheSpotOnce(t *testing.T) {
	f := newFirm(t, contractsToo)
	s := f.serve()
	r := f.roundOf(f.asClaire(), f.toSign, signing.Signature)
	path := f.handOff(r.TurnID)
	var phones []*visitor
	scans := make([]answer, 3)
	begin, all := make(chan struct{}), sync.WaitGroup{}
	for i := range scans {
		phones = append(phones, f.visitor(s))
		all.Go(func() {
			<-begin
			scans[i] = phones[i].get(path)
		})
	}
	close(begin)
	all.Wait()
	var phone *visitor
	for i, a := range scans {
		switch {
		case a.status == http.StatusSeeOther && phone == nil:
			phone = phones[i]
		case a.status != http.StatusGone:
			t.Errorf("scan %d: %d", i, a.status)
		}
	}
	if phone == nil {
		t.Fatal("no phone was opened")
	}
	form := answerForm(r, "sign-spot-1") + "&methode=in_person_phone&nom=Claire+Dupont&accord=1&accord-version=" + r.Consent.Version + "&accord-langue=fr"
	shows(t, phone.post("/contrats/"+f.toSign+"/signer", form), "Merci")
	leads(t, phone.post("/contrats/"+f.toSign+"/signer", form), "/connexion") // the code was for one act
	if n := f.count("SELECT count(*) FROM contract_signatures"); n != 1 {
		t.Errorf("%d signatures", n)
	}
	path = f.handOff(f.turnOf("Me Aubry"))
	other := f.visitor(s)
	leads(t, other.get(path), "/contrats/"+f.toSign)
	r.TurnID = f.turnOf("Me Aubry")
	if a := other.post("/contrats/"+f.toSign+"/refuser", answerForm(r, "refuse-spot-1")+"&motif="); a.status != http.StatusUnprocessableEntity {
		t.Errorf("refused without a word: %d", a.status)
	}
	if a := other.post("/contrats/"+f.toSign+"/refuser", strings.Replace(answerForm(r, "refuse-spot-3"), r.Digest, "0", 1)+"&motif=Non."); a.status != http.StatusConflict {
		t.Errorf("refused what was not shown: %d", a.status)
	}
	for line := range strings.Lines(f.log.String()) {
		if strings.Contains(line, "/contrats/{id}/refuser") && (strings.Contains(line, "contact=") || !strings.Contains(line, "contract="+f.toSign)) {
			t.Error(line) // a guest's number is no contact's
		}
	}
	if !strings.Contains(f.log.String(), "/contrats/{id}/refuser") {
		t.Error("no refusal in the log")
	}
	shows(t, other.post("/contrats/"+f.toSign+"/refuser", answerForm(r, "refuse-spot-2")+"&motif=Le+loyer."), "Votre refus est enregistré", "en est informé")
	if a := other.get("/contrats/" + f.toSign); a.status != http.StatusSeeOther {
		t.Errorf("open after the refusal: %d", a.status)
	}
	if n := f.count("SELECT count(*) FROM contract_turns WHERE decision = 'refused' AND reason = 'Le loyer.'"); n != 1 {
		t.Errorf("%d refusals", n)
	}
}

func (f *firm) turnOf(name string) string {
	f.Helper()
	return dbtest.Strings(f, f.raw, "SELECT t.public_id FROM contract_turns t JOIN contract_rounds r ON r.id = t.round_id JOIN contracts c ON c.id = r.contract_id WHERE c.public_id = ? AND t.name = ?", f.toSign, name)[0]
}
