package portal_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"comptoir/db/dbtest"
	"comptoir/edge/portal"
	"comptoir/office/access"
	"comptoir/office/outbox"
	"comptoir/office/registration"
	"comptoir/office/sales"
)

// scenario is one request of one visitor and everything it must and must not do.
type scenario struct {
	method, path string // {open}, {late}, … stand for ids
	form         string
	status       int
	to           string   // where it redirects, as a prefix
	has          []string // texts present
	not          []string // texts absent
	mails        int64    // mails queued by it
	rows         string   // a query that must give 1 afterwards
	pattern      string   // set where the route is not told by the path alone
}

// who names the visitors of a table in the order in which it is walked.
var who = []string{"stranger", "expired", "other", "link", "password"}

func (f *firm) fillIn(s string) string {
	s = strings.NewReplacer("{chat}", f.talkID, "{chat-file}", f.talkFile).Replace(s)
	s = f.fillSubs(f.fillContractsIn(f.fillMandates(f.fillCredits(f.fillRecurrences(f.fillQuotes(s))))))
	return strings.NewReplacer("{announced}", f.announced, "{open}", f.open, "{late}", f.late, "{part}", f.part, "{paid}", f.paid, "{told}", f.told, "{draft}", f.draft, "{foreign}", f.foreign,
		"{file}", f.file, "{foreignFile}", f.foreignFile, "{hiddenFile}", f.hiddenFile, "{removedFile}", f.removedFile, "{payment}", f.payment, "{foreignPayment}", f.foreignPayment).Replace(s)
}

func signIn(path string) scenario {
	return scenario{method: "GET", path: path, status: 303, to: "/connexion"}
}

// tables are what each visitor may and may not do. A new route without a line here fails
// TestEveryRouteIsTried.
func tables() map[string][]scenario {
	private := []string{"/", "/factures", "/factures/{open}", "/factures/{open}/pdf", "/factures/{open}/payer", "/paiements", "/paiements/{payment}", "/paiements/{payment}/recu", "/releves", "/releves/pdf", "/releves/csv", "/remboursements/x", "/documents", "/documents/{file}", "/profil"}
	actions := []string{"/factures/zip", "/documents", "/factures/{open}/virement", "/factures/{open}/paiement", "/reglement/x", "/profil/langue", "/profil/mot-de-passe", "/profil/sessions/x/fin", "/profil/sessions/fin", "/mot-de-passe/demander"}
	t := map[string][]scenario{}
	for _, p := range private {
		t["stranger"] = append(t["stranger"], signIn(p))
		t["expired"] = append(t["expired"], signIn(p))
	}
	for _, p := range actions {
		for _, w := range []string{"stranger", "expired"} {
			t[w] = append(t[w], scenario{method: "POST", path: p, form: "cle=abcdefgh1234&langue=en", status: 303, to: "/connexion"})
		}
	}
	t["stranger"] = append(t["stranger"], strangers()...)
	t["other"] = others()
	t["link"] = links()
	t["password"] = passwords()
	quoteTables(t)
	recurringTables(t)
	noticeTables(t)
	creditTables(t)
	listTables(t)
	chatTables(t)
	payTables(t)
	mandateTables(t)
	subscribeTables(t)
	registerTables(t)
	contactTables(t)
	privacyTables(t)
	factorTables(t)
	contractTables(t)
	return t
}

func strangers() []scenario {
	return []scenario{
		{method: "GET", path: "/connexion", status: 200, has: []string{"Connexion", "Première visite ou mot de passe oublié"}, not: []string{"Se déconnecter", "Tableau de bord"}},
		{method: "POST", path: "/connexion", form: "nom=claire%40martin.example&mot-de-passe=Wrong-1-password", status: 422, has: []string{"inexact", `value="claire@martin.example"`}, not: []string{"Wrong-1-password"}},
		{method: "POST", path: "/connexion", form: "nom=nobody%40nowhere.example&mot-de-passe=Wrong-1-password", status: 422, has: []string{"inexact"}},
		{method: "POST", path: "/connexion", form: "", status: 422, has: []string{"inexact"}},
		{method: "POST", path: "/deconnexion", status: 303, to: "/connexion?fait=sortie"},
		{method: "GET", path: "/mot-de-passe/oublie", status: 200, has: []string{"Envoyer le lien"}},
		{method: "POST", path: "/mot-de-passe/oublie", form: "nom=nobody%40nowhere.example", status: 200, has: []string{"Si cette adresse est connue ici"}},
		{method: "POST", path: "/mot-de-passe/oublie", form: "nom=claire%40martin.example", status: 200, has: []string{"Si cette adresse est connue ici"}, mails: 1},
		{method: "GET", path: "/mot-de-passe", status: 404},
		{method: "POST", path: "/mot-de-passe", form: "mot-de-passe=Noisette-42-verte", status: 404},
		{method: "GET", path: "/l/" + strings.Repeat("A", 43) + strings.Repeat("a", 26), status: 404, not: []string{"Recevoir un nouveau lien"}, pattern: "GET /l/{token}"},
		{method: "POST", path: "/l/" + strings.Repeat("A", 43) + strings.Repeat("a", 26), status: 404, pattern: "POST /l/{token}"},
		{method: "GET", path: "/p/" + strings.Repeat("A", 43) + strings.Repeat("a", 26), status: 404, pattern: "GET /p/{token}"},
		{method: "GET", path: "/au-nom/" + strings.Repeat("A", 43), status: 404, not: []string{"à la place de"}, pattern: "GET /au-nom/{token}"},
		{method: "GET", path: "/montre/" + strings.Repeat("A", 43), status: 404, not: []string{"vous montre"}, pattern: "GET /montre/{token}"},
		{method: "POST", path: "/lien/renouveler", form: "lien=nonsense", status: 200, has: []string{"Un nouveau lien est envoyé"}},
		{method: "POST", path: "/langue", form: "langue=fr&retour=%2Fconnexion", status: 303, to: "/connexion"},
		{method: "POST", path: "/langue", form: "langue=fr&retour=https%3A%2F%2Fevil.example", status: 303, to: "/"},
		{method: "POST", path: "/langue", form: "langue=fr&retour=%2F%2Fevil.example", status: 303, to: "/"},
		{method: "POST", path: "/langue", form: "langue=de", status: 422},
		{method: "GET", path: "/confiance", status: 404},
		{method: "GET", path: "/confiance/ca.crt", status: 404},
		{method: "GET", path: "/static/portal.css", status: 200, has: []string{"--accent"}},
		{method: "GET", path: "/static/theme.css", status: 200},
		{method: "GET", path: "/static/..%2fportal.go", status: 404},
		{method: "GET", path: "/static/nothing.css", status: 404},
		{method: "GET", path: "/logo", status: 404},
		{method: "GET", path: "/favicon.ico", status: 200, has: []string{"<svg"}},
		{method: "GET", path: "/robots.txt", status: 200, has: []string{"Disallow: /"}},
		{method: "GET", path: "/.git/config", status: 404, has: []string{"Page introuvable"}},
		{method: "GET", path: "/factures/{open}/../../etc/passwd", status: 404},
		{method: "DELETE", path: "/factures/{open}", status: 405, has: []string{"Action impossible"}},
		{method: "TRACE", path: "/", status: 405},
		{method: "PUT", path: "/profil", status: 405},
		{method: "GET", path: "/deconnexion", status: 405},
		{method: "GET", path: "/connexion?suite=https://evil.example/", status: 200, not: []string{`value="https://evil`, `value="//evil`}},
		{method: "GET", path: "/connexion?suite=//evil.example/", status: 200, not: []string{`value="https://evil`, `value="//evil`}},
		{method: "GET", path: "/connexion?suite=/deconnexion", status: 200, not: []string{`value="/deconnexion"`}},
	}
}

// others is Bruno: everything of Claire's is not found for him.
func others() []scenario {
	missing := func(method, path, form string) scenario {
		return scenario{method: method, path: path, form: form, status: 404, has: []string{"Page not found"}, not: []string{"Claire", "Atelier Martin", "FA-2026-0002"}}
	}
	return []scenario{
		missing("GET", "/factures/{open}", ""), missing("GET", "/factures/{draft}", ""), missing("GET", "/factures/{open}/pdf", ""), missing("GET", "/factures/{open}/payer", ""),
		missing("POST", "/factures/{open}/virement", "cle=other-key-1234"), missing("POST", "/factures/{open}/paiement", "cle=other-key-1235&moyen=practice&montant=100"),
		missing("GET", "/paiements/{payment}", ""), missing("GET", "/paiements/{payment}/recu", ""), missing("GET", "/remboursements/x", ""), missing("GET", "/reglement/{intent}", ""), missing("POST", "/reglement/{intent}", "reponse=approved"),
		{method: "GET", path: "/factures", status: 200, has: []string{"Invoices"}, not: []string{"{open}", "{late}"}},
		{method: "GET", path: "/factures?q=FA-2026-0004", status: 200, has: []string{"No results"}, not: []string{"{open}"}},
		{method: "POST", path: "/factures/zip", form: "id={open}", status: 404, not: []string{"PK"}},
		{method: "POST", path: "/factures/zip", form: "id={foreign}&id={open}", status: 404, not: []string{"PK"}},
		missing("GET", "/documents/{file}", ""),
		{method: "GET", path: "/documents", status: 200, has: []string{"four.pdf"}, not: []string{"{file}", "plan-salon"}},
		{method: "GET", path: "/documents?q=plan", status: 200, has: []string{"No results"}, not: []string{"{file}"}},
		{method: "GET", path: "/", status: 200, not: []string{"Claire", "{open}"}},
		{method: "GET", path: "/releves?periode=tout", status: 200, has: []string{"Statements", "Invoice FA-2026-0006"}, not: []string{"Claire", "Atelier Martin", "FA-2026-0002", "{open}"}},
		{method: "GET", path: "/releves/csv?periode=tout", status: 200, has: []string{"FA-2026-0006"}, not: []string{"FA-2026-0002", "Atelier Martin"}},
	}
}

func links() []scenario {
	return []scenario{
		{method: "GET", path: "/", status: 200, has: []string{"À payer", "en retard", "Payer FA-2026-0002", "Société de démonstration"}},
		{method: "GET", path: "/factures", status: 200, has: []string{"FA-2026-0001", "Payée en partie", "Paiement annoncé", "En retard", "Payée"}, not: []string{"{draft}", "{foreign}", "Boulange"}},
		{method: "GET", path: "/factures?filtre=payees", status: 200, has: []string{"FA-2026-0001"}, not: []string{"FA-2026-0002"}},
		{method: "GET", path: "/factures?filtre=a-payer", status: 200, has: []string{"FA-2026-0002"}, not: []string{"FA-2026-0001"}},
		{method: "GET", path: "/factures?filtre=brouillons", status: 404},
		{method: "GET", path: "/factures?tri=hasard", status: 404},
		{method: "GET", path: "/factures?filtre=en-retard", status: 200, has: []string{"FA-2026-0002", "1 facture"}, not: []string{"FA-2026-0001", "FA-2026-0004"}},
		{method: "GET", path: "/factures?q=etageres+chene", status: 200, has: []string{"FA-2026-0001", `value="etageres chene"`}},
		{method: "GET", path: "/factures?q=fa-2026-0004", status: 200, has: []string{"FA-2026-0004"}, not: []string{"FA-2026-0001"}},
		{method: "GET", path: "/factures?q=553", status: 200, has: []string{"Aucun résultat", "Tout afficher"}},
		{method: "GET", path: "/factures?q=552", status: 200, has: []string{"FA-2026-0001"}, not: []string{"FA-2026-0002"}},
		{method: "GET", path: "/factures?q=1+327,19", status: 200, has: []string{"FA-2026-0004"}, not: []string{"FA-2026-0001"}},
		{method: "GET", path: "/factures?q=%27+OR+1%3D1+--", status: 200, has: []string{"Aucun résultat"}},
		{method: "GET", path: "/factures?q=Merci+de+votre", status: 200, has: []string{"Aucun résultat"}},
		{method: "GET", path: "/factures?du=2026-11-01&au=2026-12-31", status: 200, has: []string{"FA-2026-0004", `value="2026-11-01"`}, not: []string{"FA-2026-0001"}},
		{method: "GET", path: "/factures?du=hier", status: 200, has: []string{"n’existe pas", "aria-invalid"}},
		{method: "GET", path: "/factures?tri=montant", status: 200, has: []string{"FA-2026-0001"}},
		{method: "POST", path: "/factures/zip", form: "filtre=payees", status: 303, to: "/factures?filtre=payees&fait=rien-choisi"},
		{method: "GET", path: "/factures?fait=rien-choisi", status: 200, has: []string{"Rien n’est choisi"}},
		{method: "POST", path: "/factures/zip", form: "id={draft}", status: 404},
		{method: "POST", path: "/factures/zip", form: "id={foreign}", status: 404},
		{method: "POST", path: "/factures/zip", form: "id={open}&id={late}&id={open}", status: 200, has: []string{"PK\x03\x04", "FA-2026-0002.pdf", "FA-2026-0004.pdf"}, not: []string{"FA-2026-0001.pdf"},
			rows: "SELECT count(*) FROM audit_log WHERE action = 'invoice.several_handed' AND json_extract(details, '$.documents') = 2"},
		{method: "POST", path: "/factures/zip", form: "tout=1&filtre=payees", status: 200, has: []string{"FA-2026-0001.pdf"}, not: []string{"FA-2026-0002.pdf"}},
		{method: "POST", path: "/factures/zip", form: "tout=1&filtre=brouillons", status: 404},
		{method: "GET", path: "/documents", status: 200, has: []string{"plan-salon.pdf", "Nouveau", "1 fichier"}, not: []string{"marge.csv", "ancien.pdf", "four.pdf", "Déposer des fichiers"}},
		{method: "GET", path: "/documents?filtre=deposes", status: 200, has: []string{"Rien de déposé"}},
		{method: "GET", path: "/documents?filtre=tous", status: 404},
		{method: "GET", path: "/documents?apres=rubbish", status: 404},
		{method: "GET", path: "/documents?q=PLAN+salon", status: 200, has: []string{"plan-salon.pdf"}},
		{method: "GET", path: "/documents/{foreignFile}", status: 404},
		{method: "GET", path: "/documents/{hiddenFile}", status: 404},
		{method: "GET", path: "/documents/{removedFile}", status: 404},
		{method: "GET", path: "/documents/..%2f..%2fetc%2fpasswd", status: 404},
		{method: "GET", path: "/documents/{file}", status: 200, has: []string{"%PDF-1.7 plan"}, rows: "SELECT count(*) FROM shared_files WHERE name = 'plan-salon.pdf' AND seen_at IS NOT NULL"},
		{method: "POST", path: "/documents", form: "fichier=x", status: 415},
		{method: "GET", path: "/factures?apres=rubbish", status: 404},
		{method: "GET", path: "/factures/{draft}", status: 404},
		{method: "GET", path: "/factures/{foreign}", status: 404},
		{method: "GET", path: "/factures/{foreign}/payer", status: 404},
		{method: "GET", path: "/paiements/{foreignPayment}", status: 404},
		{method: "GET", path: "/factures/1", status: 404},
		{method: "GET", path: "/factures/' OR 1=1", status: 404},
		{method: "GET", path: "/factures/{open}", status: 200, has: []string{"Facture FA-2026-0004", "Pose d’étagères en chêne", "Merci de votre confiance."}, not: []string{"⟦", "Note privée"},
			rows: "SELECT count(*) FROM document_status s JOIN documents d ON d.id = s.document_id WHERE d.number = 'FA-2026-0004' AND s.viewed_at IS NOT NULL"},
		{method: "GET", path: "/factures/{open}/pdf", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/factures/{late}/payer", status: 200, has: []string{"FR76 3000 6000 0112 3456 7890 189", "J’ai fait le virement", "<svg", "Payer par carte d’essai"}},
		{method: "GET", path: "/factures/{paid}/payer", status: 303, to: "/factures/{paid}"},
		{method: "POST", path: "/factures/{late}/virement", form: "cle=announce-1234&date=never", status: 422},
		{method: "POST", path: "/factures/{late}/virement", form: "cle=announce-1234", status: 303, to: "/factures/{late}?fait=virement", mails: 1, rows: "SELECT count(*) FROM transfer_announcements t JOIN documents d ON d.id = t.document_id WHERE d.number = 'FA-2026-0002'"},
		{method: "POST", path: "/factures/{late}/virement", form: "cle=announce-1234", status: 303, to: "/factures/{late}?fait=virement", mails: 0, rows: "SELECT count(*) FROM transfer_announcements t JOIN documents d ON d.id = t.document_id WHERE d.number = 'FA-2026-0002'"},
		{method: "POST", path: "/factures/{paid}/virement", form: "cle=announce-5678", status: 409, has: []string{"Déjà fait"}},
		{method: "POST", path: "/factures/{open}/paiement", form: "cle=start-123456&moyen=practice&montant=1", status: 409},
		{method: "POST", path: "/factures/{open}/paiement", form: "cle=start-123457&moyen=stripe&montant=132719", status: 404},
		{method: "POST", path: "/factures/{open}/paiement", form: "cle=start-123458&moyen=practice&montant=9999999999999999999999", status: 422},
		{method: "POST", path: "/factures/{open}/paiement", form: "cle=&moyen=practice&montant=132719", status: 303, to: "/reglement/"},
		{method: "GET", path: "/reglement/unknown", status: 404},
		{method: "POST", path: "/reglement/unknown", form: "reponse=approved", status: 404},
		{method: "POST", path: "/reglement/unknown", form: "reponse=give-me-all", status: 422},
		{method: "GET", path: "/releves", status: 200, has: []string{"Relevés", "Solde à payer", "Facture FA-2026-0001", "Paiement RE-2026-0001", "/releves/pdf?periode=annee-derniere", "Le mois dernier"}, not: []string{"⟦", "{foreign}", "Boulange", "{draft}"}},
		{method: "GET", path: "/releves?type=ouvert", status: 200, has: []string{"1 à 30 jours", "FA-2026-0002", "Aujourd’hui", "jours de retard"}, not: []string{"FA-2026-0001", "{foreign}", "{draft}"}},
		{method: "GET", path: "/releves?type=echeances&periode=annee-derniere", status: 200, has: []string{"Rien sur cette période"}, not: []string{"FA-2026-0002"}},
		{method: "GET", path: "/releves?du=2026-11-01&au=2026-11-30", status: 200, has: []string{"Solde au 1er novembre 2026"}},
		{method: "GET", path: "/releves?du=never&au=2026-11-30", status: 422, has: []string{"du-erreur"}},
		{method: "GET", path: "/releves?du=2026-11-02&au=2026-11-01", status: 422, has: []string{"Le début est après la fin"}},
		{method: "GET", path: "/releves?type=tout", status: 404},
		{method: "GET", path: "/releves?periode=demain", status: 404},
		{method: "GET", path: "/releves?page=0", status: 404},
		{method: "GET", path: "/releves?page=-1%20OR%201=1", status: 404},
		{method: "GET", path: "/releves/pdf?type=ouvert", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/releves/csv?periode=ce-mois", status: 200, has: []string{"Date;Nature;Numéro"}, not: []string{"{foreign}"}},
		{method: "GET", path: "/releves/pdf?du=2026-11-02&au=2026-11-01", status: 422},
		{method: "GET", path: "/releves/xlsx", status: 404},
		{method: "GET", path: "/paiements", status: 200, has: []string{"RE-2026-0001", "FA-2026-0001"}, not: []string{"RE-2026-0003"}},
		{method: "GET", path: "/paiements?apres=rubbish", status: 404},
		{method: "GET", path: "/paiements?q=FA-2026-0001", status: 200, has: []string{"RE-2026-0001"}, not: []string{"RE-2026-0002"}},
		{method: "GET", path: "/paiements?q=600&tri=montant", status: 200, has: []string{"RE-2026-0002"}, not: []string{"RE-2026-0001"}},
		{method: "GET", path: "/paiements?q=RE-2026-0003", status: 200, has: []string{"Aucun résultat"}},
		{method: "GET", path: "/paiements?au=2020-01-01", status: 200, has: []string{"Aucun résultat"}},
		{method: "GET", path: "/paiements?tri=hasard", status: 404},
		{method: "GET", path: "/paiements/{payment}", status: 200, has: []string{"552,00", "VIR 4471"}},
		{method: "GET", path: "/paiements/{payment}/recu", status: 200, has: []string{"%PDF-"}},
		{method: "GET", path: "/remboursements/unknown", status: 404},
		{method: "GET", path: "/profil", status: 303, to: "/connexion?suite=%2Fprofil"},
		{method: "POST", path: "/profil/langue", form: "langue=en", status: 303, to: "/connexion"},
		{method: "POST", path: "/profil/mot-de-passe", form: "ancien=a&mot-de-passe=b", status: 303, to: "/connexion"},
		{method: "GET", path: "/connexion?suite=/profil", status: 200, has: []string{"Recevoir le lien par courriel"}, not: []string{`name="mot-de-passe"`}},
		{method: "POST", path: "/mot-de-passe/demander", status: 200, has: []string{"Regardez vos courriels"}, mails: 1},
		{method: "POST", path: "/mot-de-passe/demander", status: 200, has: []string{"Regardez vos courriels"}, mails: 0},
		{method: "POST", path: "/deconnexion", status: 303, to: "/connexion", rows: "SELECT count(*) = 0 FROM portal_sessions WHERE trust = 1 AND contact_id = (SELECT id FROM contacts WHERE email = 'claire@martin.example') AND id > {before}"},
		{method: "GET", path: "/factures", status: 303, to: "/connexion"},
	}
}

func passwords() []scenario {
	return []scenario{
		{method: "GET", path: "/profil", status: 200, has: []string{"claire@martin.example", "Cette session", "Sessions ouvertes"}},
		{method: "POST", path: "/profil/langue", form: "langue=de", status: 422},
		{method: "POST", path: "/profil/langue", form: "langue=en", status: 303, to: "/profil?fait=langue", rows: "SELECT count(*) FROM contacts WHERE email = 'claire@martin.example' AND language = 'en'"},
		{method: "POST", path: "/profil/langue", form: "langue=fr", status: 303, to: "/profil"},
		{method: "POST", path: "/profil/mot-de-passe", form: "ancien=Wrong-1-password&mot-de-passe=Chouette-43-bleue", status: 422, has: []string{"actuel"}, not: []string{"Chouette-43"}},
		{method: "POST", path: "/profil/mot-de-passe", form: "ancien=Noisette-42-verte&mot-de-passe=Password1!", status: 422, has: []string{"trop courant"}},
		{method: "POST", path: "/profil/sessions/unknown/fin", status: 404},
		{method: "POST", path: "/profil/sessions/{brunos}/fin", status: 404, rows: "SELECT count(*) FROM portal_sessions WHERE public_id = '{brunos}'"},
		{method: "POST", path: "/profil/sessions/fin", status: 303, to: "/profil?fait=sessions", rows: "SELECT count(*) FROM portal_sessions WHERE contact_id = (SELECT id FROM contacts WHERE email = 'claire@martin.example')"},
		{method: "GET", path: "/connexion?suite=/factures", status: 303, to: "/factures"},
		{method: "POST", path: "/profil/mot-de-passe", form: "ancien=Noisette-42-verte&mot-de-passe=Chouette-43-bleue", status: 303, to: "/profil?fait=mot-de-passe"},
		{method: "GET", path: "/profil?fait=mot-de-passe", status: 200, has: []string{"Mot de passe changé"}},
		{method: "GET", path: "/profil?fait=<script>", status: 200, not: []string{"=<script>"}},
		{method: "GET", path: "/", status: 200},
	}
}

func TestScenarios(t *testing.T) {
	for _, name := range who {
		t.Run(name, func(t *testing.T) {
			f := newFirm(t, selling, contractsToo, chatting)
			f.talkID, f.talkFile = f.talk()
			f.offers()
			f.credits()
			f.announce()
			s := f.serve()
			intent := f.intentThat(f.byPassword(s), "")
			var v *visitor
			switch name {
			case "stranger":
				v = f.stranger(s)
			case "expired":
				v = f.expired(s)
			case "other":
				v = f.brunoByLink(s)
				v.lang = "en"
			case "link":
				if _, err := f.raw.Exec("DELETE FROM contact_credentials"); err != nil {
					t.Fatal(err)
				}
				v = f.byLink(s)
			case "password":
				v = f.byPassword(s)
			}
			before := dbtest.Int(t, f.raw, "SELECT max(id) - 1 FROM portal_sessions")
			f.brunoByLink(s)
			brunosID := dbtest.Strings(t, f.raw, "SELECT public_id FROM portal_sessions ORDER BY id DESC LIMIT 1")[0]
			for _, c := range tables()[name] {
				fill := strings.NewReplacer("{intent}", intent, "{before}", fmt.Sprint(before), "{brunos}", brunosID, "{clairesContact}", dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'claire@martin.example'")[0], "{brunosContact}", dbtest.Strings(t, f.raw, "SELECT public_id FROM contacts WHERE email = 'bruno@boulange.example'")[0])
				f.walk(t, v, c, func(s string) string { return f.fillIn(fill.Replace(s)) })
			}
		})
	}
}

func (f *firm) walk(t *testing.T, v *visitor, c scenario, fill func(string) string) {
	t.Helper()
	name := c.method + " " + c.path
	if c.form != "" {
		name += " " + c.form
	}
	mails := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails")
	var a answer
	if c.method == "POST" {
		a = v.post(fill(c.path), fill(c.form))
	} else {
		r, err := http.NewRequestWithContext(t.Context(), c.method, v.server.URL+strings.ReplaceAll(fill(c.path), " ", "%20"), http.NoBody)
		f.must(err)
		r.Header.Set("Origin", v.server.URL)
		a = v.do(r)
	}
	if c.to == "/connexion" && keepsWords(fill(c.path), fill(c.form)) { // what was typed comes along
		c.status, c.to, c.has = http.StatusForbidden, "", append([]string{`id="garde-`}, c.has...)
	}
	if a.status != c.status {
		t.Errorf("%s: status %d, want %d\n%s", name, a.status, c.status, excerpt(a.body))
	}
	if to := a.header.Get("Location"); !strings.HasPrefix(to, fill(c.to)) {
		t.Errorf("%s: leads to %q, want %q", name, to, fill(c.to))
	}
	for _, text := range c.has {
		if !strings.Contains(a.body, fill(text)) {
			t.Errorf("%s: lacks %q\n%s", name, fill(text), excerpt(a.body))
		}
	}
	for _, text := range append(c.not, "⟦", "sql:", "panic") {
		if strings.Contains(a.body, fill(text)) && !strings.HasPrefix(a.body, "%PDF") {
			t.Errorf("%s: shows %q", name, fill(text))
		}
	}
	f.runJobs()
	if n := dbtest.Int(t, f.raw, "SELECT count(*) FROM mails") - mails; n != c.mails {
		t.Errorf("%s: %d mails, want %d", name, n, c.mails)
	}
	if c.rows != "" && dbtest.Int(t, f.raw, fill(c.rows)) != 1 {
		t.Errorf("%s: %s is not 1", name, fill(c.rows))
	}
	guarded(t, name, a)
}

// runJobs does what requests left to be done after them: whose name was forgotten is looked up.
func (f *firm) runJobs() {
	f.Helper()
	w := outbox.NewWorker(outbox.Config{DB: f.db})
	w.Handle(access.JobForgotten, f.access.RunForgotten)
	w.Handle(registration.JobOnFile, f.registration.RunOnFile)
	w.Handle(sales.JobFilePDF, f.sales.FilePDF)
	_, err := w.RunJobs(f.Context())
	f.must(err)
}

func excerpt(s string) string { return s[:min(len(s), 3000)] }

// guarded are the headers without which nothing leaves the portal.
func guarded(t *testing.T, name string, a answer) {
	t.Helper()
	for header, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY"} {
		if a.header.Get(header) != want {
			t.Errorf("%s: %s is %q", name, header, a.header.Get(header))
		}
	}
	policy := a.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || (strings.Contains(policy, "unsafe-inline") && !strings.Contains(policy, "sandbox")) {
		t.Errorf("%s: policy %q", name, policy)
	}
	if strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		if a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be kept: %q", name, a.header.Get("Cache-Control"))
		}
		for _, inline := range []string{"<style", " style=", "onclick=", "javascript:", "<script>"} {
			if strings.Contains(a.body, inline) {
				t.Errorf("%s: has %s inside", name, inline)
			}
		}
	}
}

// TestEveryRouteIsTried holds that every route is in the tables of a stranger, and every
// route with an id or a session in those of another customer or a lower trust.
func TestEveryRouteIsTried(t *testing.T) {
	all := tables()
	tried := func(visitors ...string) map[string]bool {
		found := map[string]bool{}
		for _, w := range visitors {
			for _, c := range all[w] {
				if c.pattern != "" {
					found[c.pattern] = true
					continue
				}
				path, _, _ := strings.Cut(c.path, "?")
				found[portal.PatternOf(c.method, strings.NewReplacer("{", "", "}", "", " ", "").Replace(path))] = true
			}
		}
		return found
	}
	everybody, strangers, others, members := tried(who...), tried("stranger"), tried("other"), tried("link", "password")
	for _, r := range portal.Routes() {
		if !everybody[r.Pattern] {
			t.Errorf("%s is in no table", r.Pattern)
		}
		if r.Private && !strangers[r.Pattern] && !strings.Contains(r.Pattern, "/reglement/") {
			t.Errorf("%s is not tried by a stranger", r.Pattern)
		}
		if r.Private && strings.Contains(r.Pattern, "{id}") && !strings.Contains(r.Pattern, "/sessions/") && !others[r.Pattern] {
			t.Errorf("%s is not tried with another customer's id", r.Pattern)
		}
		if r.Private && !members[r.Pattern] {
			t.Errorf("%s is not tried by who may", r.Pattern)
		}
	}
}
