package portal

import "net/http"

// level is how far somebody must be trusted to be let in.
type level int

// The levels of access. A firm that wants the password always raises byLink to byPassword.
const (
	public     level = iota // anybody
	byLink                  // a mailed link, or more
	byPassword              // a password, or more
)

type route struct {
	method  string
	pattern string
	level   level
	class   class
	do      func(*Portal, *visit) error
}

// routes is every address of the portal. Each route is in the table of rights of
// rights_test.go, or TestRights fails; its areas are in areas.go.
var routes = []route{
	{"GET", "/{$}", byLink, page, (*Portal).home},
	{"GET", "/factures", byLink, page, (*Portal).invoices},
	{"POST", "/factures/zip", byLink, costly, (*Portal).invoicesZip},
	{"POST", "/factures/pdf", byLink, costly, (*Portal).invoicesMerged},
	{"POST", "/factures/payer", byLink, page, (*Portal).choosePay},
	{"GET", "/factures/{id}", byLink, page, (*Portal).invoice},
	{"GET", "/factures/{id}/pdf", byLink, costly, (*Portal).invoicePDF},
	{"GET", "/factures/{id}/payer", byLink, page, (*Portal).pay},
	{"POST", "/factures/{id}/virement", byLink, costly, (*Portal).announce},
	{"POST", "/factures/{id}/paiement", byLink, costly, (*Portal).startPayment},
	{"POST", "/factures/{id}/question", byLink, costly, (*Portal).askInvoice},
	{"GET", "/recurrentes", byLink, page, (*Portal).recurrences},
	{"GET", "/recurrentes/{id}", byLink, page, (*Portal).recurrence},
	{"GET", "/credits", byLink, page, (*Portal).credits},
	{"POST", "/credits/zip", byLink, costly, (*Portal).creditsZip},
	{"GET", "/credits/{id}", byLink, page, (*Portal).credit},
	{"GET", "/credits/{id}/pdf", byLink, costly, (*Portal).creditPDF},
	{"POST", "/credits/{id}/question", byLink, costly, (*Portal).askCredit},
	{"GET", "/devis", byLink, page, (*Portal).quotes},
	{"POST", "/devis/zip", byLink, costly, (*Portal).quotesZip},
	{"GET", "/devis/{id}", byLink, page, (*Portal).quote},
	{"GET", "/devis/{id}/pdf", byLink, costly, (*Portal).quotePDF},
	{"POST", "/devis/{id}/approuver", byLink, costly, (*Portal).approveQuote},
	{"POST", "/devis/{id}/refuser", byLink, costly, (*Portal).refuseQuote},
	{"POST", "/devis/{id}/question", byLink, costly, (*Portal).askQuote},
	{"GET", "/payer", byLink, page, (*Portal).payMany},
	{"POST", "/payer/virement", byLink, costly, (*Portal).announceMany},
	{"POST", "/payer/paiement", byLink, costly, (*Portal).startMany},
	{"GET", "/reglement/{id}", byLink, page, (*Portal).intent},
	{"GET", "/reglement/{id}/retour", byLink, page, (*Portal).returned},
	{"POST", "/reglement/{id}", byLink, costly, (*Portal).continuePayment},
	{"GET", "/modes-de-paiement", byPassword, page, (*Portal).methods},
	{"POST", "/modes-de-paiement", byPassword, costly, (*Portal).saveMethod},
	{"GET", "/modes-de-paiement/{id}", byPassword, page, (*Portal).method},
	{"POST", "/modes-de-paiement/{id}/defaut", byPassword, page, (*Portal).defaultMethod},
	{"POST", "/modes-de-paiement/{id}/suppression", byPassword, costly, (*Portal).deleteMethod},
	{"GET", "/mandats", byPassword, page, (*Portal).mandates},
	{"GET", "/mandats/{id}", byPassword, page, (*Portal).mandate},
	{"POST", "/mandats/{id}/signature", byPassword, costly, (*Portal).signMandate},
	{"POST", "/mandats/{id}/revocation", byPassword, costly, (*Portal).revokeMandate},
	{"GET", "/paiements", byLink, page, (*Portal).payments},
	{"POST", "/paiements/zip", byLink, costly, (*Portal).receiptsZip},
	{"GET", "/paiements/{id}", byLink, page, (*Portal).payment},
	{"GET", "/paiements/{id}/recu", byLink, costly, (*Portal).receipt},
	{"GET", "/remboursements/{id}", byLink, costly, (*Portal).refundPaper},
	{"GET", "/abonnements", byLink, page, (*Portal).subscriptions},
	{"GET", "/abonnements/{id}", byLink, page, (*Portal).subscription},
	{"POST", "/abonnements/{id}/essai", byPassword, costly, (*Portal).startTrial},
	{"GET", "/abonnements/{id}/gerer", byPassword, page, (*Portal).manageForm},
	{"POST", "/abonnements/{id}/gerer", byPassword, costly, (*Portal).manage},
	{"GET", "/abonnements/{id}/annuler", byPassword, page, (*Portal).cancelForm},
	{"POST", "/abonnements/{id}/annuler", byPassword, costly, (*Portal).cancelSubscription},
	{"POST", "/abonnements/{id}/maintenir", byPassword, costly, (*Portal).keepSubscription},
	{"GET", "/releves", byLink, page, (*Portal).statements},
	{"GET", "/releves/pdf", byLink, costly, (*Portal).statementPDF},
	{"GET", "/releves/csv", byLink, costly, (*Portal).statementCSV},
	{"GET", "/documents", byLink, page, (*Portal).files},
	{"POST", "/documents", byLink, upload, (*Portal).handOver},
	{"POST", "/documents/zip", byLink, costly, (*Portal).filesZip},
	{"GET", "/documents/{id}", byLink, costly, (*Portal).file},
	{"GET", "/annonces", byLink, page, (*Portal).notices},
	{"POST", "/annonces/{id}/masquer", byLink, page, (*Portal).dismiss},
	{"GET", "/questions", byLink, page, (*Portal).faq},
	{"GET", "/contrats", byLink, page, (*Portal).contracts},
	{"GET", "/contrats/{id}", byLink, page, (*Portal).contract},
	{"GET", "/contrats/{id}/fichiers/{file}", byLink, costly, (*Portal).contractFile},
	{"GET", "/contrats/{id}/documents/{version}", byLink, costly, (*Portal).contractPaper},
	{"POST", "/contrats/{id}/approuver", byLink, costly, (*Portal).approveContract},
	{"POST", "/contrats/{id}/refuser", byLink, costly, (*Portal).refuseContract},
	{"POST", "/contrats/{id}/code", byLink, mailing, (*Portal).sendContractCode},
	{"POST", "/contrats/{id}/signer", byLink, signin, (*Portal).signContract},
	{"POST", "/contrats/{id}/message", byLink, costly, (*Portal).commentContract},
	{"GET", "/profil", byPassword, page, (*Portal).profile},
	{"GET", "/profil/coordonnees", byPassword, page, (*Portal).details},
	{"POST", "/profil/coordonnees", byPassword, page, (*Portal).changeDetails},
	{"POST", "/profil/societe", byPassword, page, (*Portal).changeCompany},
	{"POST", "/profil/courriel", byPassword, mailing, (*Portal).askEmail},
	{"POST", "/profil/courriel/code", byPassword, signin, (*Portal).confirmEmail},
	{"GET", "/profil/donnees", byPassword, page, (*Portal).ownData},
	{"POST", "/profil/donnees", byPassword, costly, (*Portal).downloadOwn},
	{"GET", "/contacts", byPassword, page, (*Portal).contacts},
	{"POST", "/contacts", byPassword, mailing, (*Portal).inviteContact},
	{"POST", "/contacts/{id}/retrait", byPassword, page, (*Portal).removeContact},
	{"POST", "/profil/langue", byPassword, page, (*Portal).profileLanguage},
	{"POST", "/profil/mot-de-passe", byPassword, signin, (*Portal).changePassword},
	{"GET", "/profil/nom-utilisateur", byPassword, page, (*Portal).userNameForm},
	{"POST", "/profil/nom-utilisateur", byPassword, signin, (*Portal).chooseUserName},
	{"GET", "/profil/second-facteur", byPassword, page, (*Portal).factor},
	{"POST", "/profil/second-facteur", byPassword, page, (*Portal).beginFactor},
	{"POST", "/profil/second-facteur/code", byPassword, signin, (*Portal).confirmFactor},
	{"POST", "/profil/second-facteur/secours", byPassword, signin, (*Portal).renewRecovery},
	{"POST", "/profil/second-facteur/fin", byPassword, signin, (*Portal).dropFactor},
	{"GET", "/conditions", byPassword, page, (*Portal).conditions},
	{"POST", "/conditions", byPassword, page, (*Portal).acceptConditions},
	{"POST", "/profil/sessions/{id}/fin", byPassword, page, (*Portal).endSession},
	{"POST", "/profil/sessions/fin", byPassword, page, (*Portal).endOthers},

	{"GET", "/connexion", public, page, (*Portal).signInForm},
	{"POST", "/connexion", public, signin, (*Portal).signIn},
	{"GET", "/connexion/code", public, page, (*Portal).enterCodeForm},
	{"POST", "/connexion/code", public, signin, (*Portal).enterCode},
	{"GET", "/nom-utilisateur/oublie", public, page, (*Portal).forgotNameForm},
	{"POST", "/nom-utilisateur/oublie", public, mailing, (*Portal).forgotName},
	{"POST", "/deconnexion", public, page, (*Portal).signOut},
	{"GET", "/mot-de-passe/oublie", public, page, (*Portal).forgotForm},
	{"POST", "/mot-de-passe/oublie", public, mailing, (*Portal).forgot},
	{"POST", "/mot-de-passe/demander", byLink, mailing, (*Portal).askPassword},
	{"GET", "/p/{token}", public, page, (*Portal).passwordLink},
	{"GET", "/mot-de-passe", public, page, (*Portal).choosePasswordForm},
	{"POST", "/mot-de-passe", public, signin, (*Portal).choosePassword},
	{"GET", "/l/{token}", public, link, (*Portal).openLink},
	{"POST", "/l/{token}", public, link, (*Portal).switchLink},
	{"GET", "/inscription/{group}", public, page, (*Portal).door},
	{"POST", "/inscription/{group}", public, asking, (*Portal).beginRequest},
	{"GET", "/inscription/r/{token}", public, link, (*Portal).comeBack},
	{"GET", "/portal/register/{group}", public, page, (*Portal).otherDoor},
	{"GET", "/demande/{step}", public, page, (*Portal).step},
	{"POST", "/demande/{step}", public, asking, (*Portal).saveStep},
	{"POST", "/demande/code", public, asking, (*Portal).proveRequest},
	{"POST", "/demande/renvoi", public, asking, (*Portal).resendRequestCode},
	{"POST", "/demande/envoi", public, asking, (*Portal).submitRequest},
	{"POST", "/demande/retrait", public, asking, (*Portal).withdrawRequest},
	{"GET", "/abonnement/{token}", public, page, (*Portal).offered},
	{"GET", "/abonnement/{token}/inscription", public, page, (*Portal).signUpForm},
	{"POST", "/abonnement/{token}/inscription", public, signin, (*Portal).signUp},
	{"GET", "/abonnement/{token}/code", public, page, (*Portal).codeForm},
	{"POST", "/abonnement/{token}/code", public, signin, (*Portal).code},
	{"POST", "/abonnement/{token}/renvoi", public, mailing, (*Portal).resendCode},
	{"GET", "/abonnement/{token}/confirmer", byPassword, page, (*Portal).confirmForm},
	{"POST", "/abonnement/{token}/confirmer", byPassword, costly, (*Portal).confirm},
	{"GET", "/au-nom/{token}", public, link, (*Portal).standIn},
	{"GET", "/c/{token}", public, link, (*Portal).guestDoor},
	{"POST", "/c/{token}", public, link, (*Portal).switchGuest},
	{"GET", "/sur-place/{token}", public, link, (*Portal).spotDoor},
	{"GET", "/montre/{token}", public, link, (*Portal).shownDocument},
	{"POST", "/lien/renouveler", public, mailing, (*Portal).renewLink},
	{"POST", "/langue", public, page, (*Portal).language},

	{"POST", "/passerelle/{gateway}", public, hook, (*Portal).hook},

	{"GET", "/confiance", public, page, (*Portal).trust},
	{"GET", "/confiance/ca.crt", public, file, (*Portal).authority},
	{"GET", "/static/{name}", public, file, (*Portal).static},
	{"GET", "/logo", public, file, (*Portal).logo},
	{"GET", "/favicon.ico", public, file, (*Portal).favicon},
	{"GET", "/robots.txt", public, file, (*Portal).robots},
}

func (p *Portal) routesMux() *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range routes {
		mux.HandleFunc(r.method+" "+r.pattern, func(w http.ResponseWriter, req *http.Request) { p.serve(visitOf(w, req), r) })
	}
	return mux
}
