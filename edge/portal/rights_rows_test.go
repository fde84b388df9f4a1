package portal_test

import (
	"encoding/base32"
	"html"
	"slices"
	"strings"
	"time"

	"comptoir/db/dbtest"
)

// right is one route as the table of rights asks for it: with real ids of Claire's company, and
// with the form that would do it.
type right struct {
	route string
	path  string                        // "" is the route's own, its holes filled by fills
	form  string                        //
	page  string                        // as Claire sees it: the form there is sent, form after it
	first func(*stage, *visitor) string // what the visitor tries before; gives more of the form
	send  func(*visitor, string) answer // another way than a plain form
	still bool                          // done, it changes nothing in the file
	holes map[string]string             // what stands for {id}, {token}, … in the route
}

// hole says what stands for the {…} of a route that has no path of its own.
func hole(name, fill string) map[string]string { return map[string]string{name: fill} }

const (
	anIBAN  = "titulaire=Atelier+Martin&adresse=&code-postal=69001&ville=Lyon&pays=FR&iban=FR7610107001011234567890129&signataire=Claire+Dupont&accord=oui"
	newPass = "Chouette-43-bleue"
)

// rights lists every route but the static files, which ask nobody who comes.
func rights() []right {
	return slices.Concat(rightsOfPapers(), rightsOfTalks(), rightsOfPaying(), rightsOfContracts(), rightsOfPeople(), rightsOfDoors())
}

func rightsOfContracts() []right {
	deal, lease := hole("{id}", "{deal}"), hole("{id}", "{to-sign}")
	return []right{
		{route: "GET /contrats"}, {route: "GET /contrats/{id}", holes: lease},
		{route: "GET /contrats/{id}/fichiers/{file}", holes: map[string]string{"{id}": "{deal}", "{file}": "{plan-file}"}},
		{route: "GET /contrats/{id}/documents/{version}", holes: map[string]string{"{id}": "{to-sign}", "{version}": "{lease}"}},
		{route: "POST /contrats/{id}/approuver", holes: deal, form: "{approval}"}, {route: "POST /contrats/{id}/refuser", holes: deal, form: "{approval}&motif=Trop+cher"},
		{route: "POST /contrats/{id}/code", holes: lease, form: "{signature}"},
		{route: "POST /contrats/{id}/signer", holes: lease, form: "{signature}&methode=password&mot-de-passe=" + good + "&nom=Claire+Dupont&accord=1&accord-langue=fr&accord-version={consent}"},
		{route: "POST /contrats/{id}/message", holes: lease, form: "cle=rights-message&message=Bonjour"},
		{route: "GET /c/{token}", holes: hole("{token}", "{guest}")}, {route: "POST /c/{token}", holes: hole("{token}", "{guest}")}, {route: "GET /sur-place/{token}", holes: hole("{token}", "{spot}")},
	}
}

func rightsOfPapers() []right {
	credit, quote, sub := hole("{id}", "{c:claire}"), hole("{id}", "{q:quote}"), hole("{id}", "{sub:own}")
	id := hole("{id}", "{open}")
	return []right{
		{route: "GET /{$}", path: "/"},
		{route: "GET /factures"}, {route: "GET /factures/{id}", holes: id}, {route: "GET /factures/{id}/pdf", holes: id},
		{route: "POST /factures/zip", form: "id={open}"}, {route: "POST /factures/pdf", form: "id={open}&id={late}"},
		{route: "POST /factures/{id}/question", holes: id, form: "question=Quand&cle=rights-question"},
		{route: "GET /recurrentes"}, {route: "GET /recurrentes/{id}", holes: hole("{id}", "{r:own}")},
		{route: "GET /credits"}, {route: "GET /credits/{id}", holes: credit}, {route: "GET /credits/{id}/pdf", holes: credit}, {route: "POST /credits/zip", form: "id={c:claire}"},
		{route: "POST /credits/{id}/question", holes: credit, form: "question=Quand&cle=rights-question"},
		{route: "GET /devis"}, {route: "GET /devis/{id}", holes: quote}, {route: "GET /devis/{id}/pdf", holes: quote}, {route: "POST /devis/zip", form: "id={q:quote}"},
		{route: "POST /devis/{id}/approuver", holes: quote, form: "nom=Claire+Dupont&empreinte={h:quote}"},
		{route: "POST /devis/{id}/refuser", holes: quote, form: "motif=Trop+cher&empreinte={h:quote}"},
		{route: "POST /devis/{id}/question", holes: quote, form: "question=Quand&cle=rights-question"},
		{route: "GET /releves"}, {route: "GET /releves/pdf"}, {route: "GET /releves/csv"},
		{route: "GET /documents"}, {route: "GET /documents/{id}", holes: hole("{id}", "{file}")}, {route: "POST /documents/zip", form: "id={file}"},
		{route: "POST /documents", send: func(v *visitor, to string) answer {
			return v.uploadTo(to, map[string]string{"cle": "rights-upload-1"}, "plan.pdf", "%PDF-1.7 plan")
		}},
		{route: "GET /abonnements"}, {route: "GET /abonnements/{id}", holes: sub},
		{route: "POST /abonnements/{id}/essai", holes: sub, still: true},
		{route: "GET /abonnements/{id}/gerer", holes: sub}, {route: "POST /abonnements/{id}/gerer", holes: sub, page: "/abonnements/{sub:own}/gerer?places=3"},
		{route: "GET /abonnements/{id}/annuler", holes: sub}, {route: "POST /abonnements/{id}/annuler", holes: sub, page: "/abonnements/{sub:own}/annuler", form: "raison=assez"},
		{route: "POST /abonnements/{id}/maintenir", holes: sub, first: cancelled, form: "cle=rights-keep-1"},
		{route: "GET /abonnement/{token}/confirmer", holes: hole("{token}", "{plan:trial-link}")},
		{route: "POST /abonnement/{token}/confirmer", holes: hole("{token}", "{plan:trial-link}"), page: "/abonnement/{plan:trial-link}/confirmer"},
	}
}

func rightsOfTalks() []right {
	chat := hole("{id}", "{chat}")
	return []right{
		{route: "GET /chat"}, {route: "GET /chat/nouveau"}, {route: "POST /chat", form: "cle=rights-chat-1&message=Bonjour"},
		{route: "GET /chat/flux", send: func(v *visitor, to string) answer { return v.listen(to) }},
		{route: "GET /chat/{id}", holes: chat}, {route: "POST /chat/{id}", holes: chat, form: "cle=rights-say-1&message=Bonjour"}, {route: "GET /chat/{id}/suite", holes: chat},
		{route: "POST /chat/{id}/fichiers", holes: chat, send: func(v *visitor, to string) answer {
			return v.uploadTo(to, map[string]string{"cle": "rights-chat-upload"}, "plan.pdf", "%PDF-1.7 plan")
		}},
		{route: "GET /chat/{id}/fichiers/{file}", holes: map[string]string{"{id}": "{chat}", "{file}": "{chat-file}"}},
		{route: "POST /chat/{id}/transcription", holes: chat, form: "cle=rights-mail-1"},
	}
}

func rightsOfPaying() []right {
	id, intent, kept, mandate := hole("{id}", "{open}"), hole("{id}", "{intent}"), hole("{id}", "{kept}"), hole("{id}", "{m:own}")
	return []right{
		{route: "POST /factures/payer", form: "id={open}&id={part}", still: true},
		{route: "GET /factures/{id}/payer", holes: id}, {route: "POST /factures/{id}/virement", holes: id, form: "cle=rights-announce"},
		{route: "POST /factures/{id}/paiement", holes: id, form: "cle=rights-payment&moyen=practice&montant={due}"},
		{route: "GET /payer", path: "/payer?f={open}"}, {route: "POST /payer/virement", form: "cle=rights-announce&f={open}&vu={due}&part={due}"},
		{route: "POST /payer/paiement", form: "cle=rights-payment&moyen=practice&f={open}&vu={due}&part={due}"},
		{route: "GET /reglement/{id}", holes: intent}, {route: "GET /reglement/{id}/retour", holes: intent}, {route: "POST /reglement/{id}", holes: intent, form: "reponse=approved"},
		{route: "GET /modes-de-paiement"}, {route: "POST /modes-de-paiement", form: "cle=rights-method-1&moyen=practice"}, {route: "GET /modes-de-paiement/{id}", holes: kept},
		{route: "POST /modes-de-paiement/{id}/defaut", holes: kept}, {route: "POST /modes-de-paiement/{id}/suppression", holes: kept},
		{route: "GET /mandats"}, {route: "GET /mandats/{id}", holes: mandate}, {route: "POST /mandats/{id}/signature", holes: mandate, form: anIBAN + "&empreinte={mh:own}"},
		{route: "POST /mandats/{id}/revocation", holes: hole("{id}", "{m:b2b}")},
		{route: "GET /paiements"}, {route: "POST /paiements/zip", form: "id={payment}", still: true}, {route: "GET /paiements/{id}", holes: hole("{id}", "{payment}")},
		{route: "GET /paiements/{id}/recu", holes: hole("{id}", "{payment}")}, {route: "GET /remboursements/{id}", holes: hole("{id}", "{refund}")},
	}
}

func rightsOfPeople() []right {
	return []right{
		{route: "GET /annonces"}, {route: "POST /annonces/{id}/masquer", holes: hole("{id}", "{announced}")}, {route: "GET /questions"},
		{route: "GET /contacts"}, {route: "POST /contacts", form: "cle=rights-invite-1&nom=Eve+Roy&courriel=eve%40martin.example&langue=fr&parties=tout"},
		{route: "POST /contacts/{id}/retrait", holes: hole("{id}", "{third}")},
		{route: "GET /profil/donnees"}, {route: "POST /profil/donnees"},
		{route: "GET /profil"}, {route: "POST /profil/langue", form: "langue=en"}, {route: "POST /profil/mot-de-passe", form: "ancien=" + good + "&mot-de-passe=" + newPass},
		{route: "GET /profil/nom-utilisateur"}, {route: "POST /profil/nom-utilisateur", form: "nom=nom.choisi"},
		{route: "POST /profil/sessions/{id}/fin", holes: hole("{id}", "{session}")}, {route: "POST /profil/sessions/fin"},
		{route: "GET /profil/coordonnees"}, {route: "POST /profil/coordonnees", form: "name=Autre+Nom&phone="},
		{route: "POST /profil/societe", form: "name=Atelier+Martin&email=&phone=&line1=3+rue+Neuve&line2=&postcode=69003&city=Lyon&region="},
		{route: "POST /profil/courriel", form: "email=autre%40neuve.example"}, {route: "POST /profil/courriel/code", first: anotherAddress},
		{route: "GET /profil/second-facteur"}, {route: "POST /profil/second-facteur"}, {route: "POST /profil/second-facteur/code", first: begunFactor},
		{route: "POST /profil/second-facteur/secours", first: withFactor}, {route: "POST /profil/second-facteur/fin", first: withFactor, form: "ancien=" + good},
		{route: "GET /conditions", still: true}, {route: "POST /conditions", form: "termes=x&accord=1", still: true},
		{route: "POST /mot-de-passe/demander"}, {route: "POST /deconnexion"},
	}
}

// rightsOfDoors are the pages for everybody.
func rightsOfDoors() []right {
	plan := hole("{token}", "{plan:plan-link}")
	return []right{
		{route: "GET /connexion"}, {route: "POST /connexion", form: "nom=claire%40martin.example&mot-de-passe=" + good},
		{route: "GET /connexion/code"}, {route: "POST /connexion/code", first: aCode},
		{route: "GET /nom-utilisateur/oublie"}, {route: "POST /nom-utilisateur/oublie", form: "courriel=claire%40martin.example"},
		{route: "GET /mot-de-passe/oublie"}, {route: "POST /mot-de-passe/oublie", form: "nom=claire%40martin.example"},
		{route: "GET /p/{token}", holes: hole("{token}", "{password}"), still: true}, {route: "GET /mot-de-passe", first: atPassword}, {route: "POST /mot-de-passe", first: atPassword, form: "mot-de-passe=" + newPass},
		{route: "GET /l/{token}", holes: hole("{token}", "{link}")}, {route: "POST /l/{token}", holes: hole("{token}", "{link}")}, {route: "POST /lien/renouveler", form: "lien={old}"},
		{route: "GET /inscription/{group}", holes: hole("{group}", "groupofrights")}, {route: "POST /inscription/{group}", holes: hole("{group}", "groupofrights"), form: "version=1&conditions=1"},
		{route: "GET /portal/register/{group}", holes: hole("{group}", "groupofrights")},
		{route: "GET /inscription/r/{token}", holes: hole("{token}", "{request}")}, {route: "GET /demande/{step}", path: "/demande/contact", first: atRequest},
		{route: "POST /demande/{step}", path: "/demande/contact", first: atRequest, form: steps("zoe@lenoir.example")["contact"] + "&telephone=0478000000"}, {route: "POST /demande/code", first: atRequest, form: "code={code}"},
		{route: "POST /demande/renvoi", first: atRequest, still: true}, {route: "POST /demande/envoi", first: atRequest, still: true}, {route: "POST /demande/retrait", first: atRequest},
		{route: "GET /abonnement/{token}", holes: plan}, {route: "GET /abonnement/{token}/inscription", holes: plan},
		{route: "POST /abonnement/{token}/inscription", holes: plan, first: atPlan, form: written("zoe@lenoir.example")},
		{route: "GET /abonnement/{token}/code", holes: plan, first: atPlanCode}, {route: "POST /abonnement/{token}/code", holes: plan, first: atPlanCode, form: "code=000000", still: true},
		{route: "POST /abonnement/{token}/renvoi", holes: plan, first: atPlanCode, still: true},
		{route: "GET /au-nom/{token}", holes: hole("{token}", "{as}")}, {route: "GET /montre/{token}", holes: hole("{token}", "{shown}")},
		{route: "POST /langue", form: "langue=en&retour=%2F", still: true}, {route: "POST /passerelle/{gateway}", holes: hole("{gateway}", "practice"), form: "id=evt_1"}, {route: "GET /confiance"},
	}
}

// What a visitor tries first. None of it may fail the test: it is refused to many.

// cancelled has Claire cancel the subscription.
func cancelled(s *stage, _ *visitor) string {
	s.claires.post(s.fill("/abonnements/{sub:own}/annuler"), s.forms["POST /abonnements/{id}/annuler"]+"&raison=assez")
	return s.fill("version={subversion}")
}

func anotherAddress(s *stage, v *visitor) string {
	v.post("/profil/courriel", "email=autre%40neuve.example")
	row := dbtest.Strings(s, s.raw, "SELECT public_id || '/' || round FROM contact_emails")
	if len(row) == 0 {
		return "code=000000"
	}
	change, round, _ := strings.Cut(row[0], "/")
	return "code=" + s.access.EmailCode(change, round)
}

// begunFactor reads the key of the page, as an authenticator would, and gives its first code.
func begunFactor(s *stage, v *visitor) string {
	v.post("/profil/second-facteur", "")
	m := typedKey.FindStringSubmatch(html.UnescapeString(v.get("/profil/second-facteur").body))
	if m == nil {
		return "code=000000"
	}
	secret, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(m[1], " ", ""))
	s.must(err)
	s.secret = secret
	return "code=" + totp(secret, s.clock())
}

// withFactor sets a second factor up and gives the code after the one that was used.
func withFactor(s *stage, v *visitor) string {
	s.secret = nil
	form := begunFactor(s, v)
	if s.secret == nil {
		return form
	}
	v.post("/profil/second-facteur/code", form)
	return "code=" + s.nextCode()
}

// aCode is what the authenticator of somebody half signed in shows.
func aCode(s *stage, _ *visitor) string {
	if s.secret == nil {
		return "code=000000"
	}
	return "code=" + s.nextCode()
}

func atPassword(s *stage, v *visitor) string { v.get(s.fill("/p/{password}")); return "" }
func atRequest(s *stage, v *visitor) string  { v.get(s.fill("/inscription/r/{request}")); return "" }
func atPlan(s *stage, v *visitor) string {
	v.get(s.fill("/abonnement/{plan:plan-link}/inscription"))
	return ""
}

func atPlanCode(s *stage, v *visitor) string {
	atPlan(s, v)
	v.post(s.fill("/abonnement/{plan:plan-link}/inscription"), written("zoe@lenoir.example"))
	return ""
}

// nextCode is what the authenticator shows half a minute later.
func (s *stage) nextCode() string {
	s.turn(30 * time.Second)
	return totp(s.secret, s.clock())
}
