package portal

import (
	"comptoir/core/actor"
	"comptoir/office/attachments"
	"comptoir/office/chat"
	"comptoir/office/subscriptions"
	"comptoir/rules/billing"
)

// routeAreas says of every address which areas of the customer's affairs it shows or touches:
// a contact needs all of them. none: it is about nothing that is shut to anybody. An address that
// is missing here is closed to contacts to whom anything is shut, and TestEveryRouteHasItsAreas
// fails (spec/access, Contacts).
var routeAreas = map[string]actor.Areas{
	"GET /{$}": none, // its parts ask one by one

	"GET /factures": actor.AreaInvoices, "POST /factures/zip": actor.AreaInvoices, "POST /factures/pdf": actor.AreaInvoices, "POST /factures/payer": toPay,
	"GET /factures/{id}": actor.AreaInvoices, "GET /factures/{id}/pdf": actor.AreaInvoices, "GET /factures/{id}/payer": toPay, "POST /factures/{id}/virement": toPay,
	"POST /factures/{id}/paiement": toPay, "POST /factures/{id}/question": actor.AreaInvoices | actor.AreaMessages,
	"GET /recurrentes": actor.AreaInvoices, "GET /recurrentes/{id}": actor.AreaInvoices,
	"GET /credits": actor.AreaInvoices, "POST /credits/zip": actor.AreaInvoices, "GET /credits/{id}": actor.AreaInvoices, "GET /credits/{id}/pdf": actor.AreaInvoices,
	"POST /credits/{id}/question": actor.AreaInvoices | actor.AreaMessages,
	"GET /devis":                  actor.AreaQuotes, "POST /devis/zip": actor.AreaQuotes, "GET /devis/{id}": actor.AreaQuotes, "GET /devis/{id}/pdf": actor.AreaQuotes, "POST /devis/{id}/approuver": actor.AreaQuotes,
	"POST /devis/{id}/refuser": actor.AreaQuotes, "POST /devis/{id}/question": actor.AreaQuotes | actor.AreaMessages,
	"GET /payer": toPay, "POST /payer/virement": toPay, "POST /payer/paiement": toPay,
	"GET /reglement/{id}": actor.AreaPayments, "GET /reglement/{id}/retour": actor.AreaPayments, "POST /reglement/{id}": actor.AreaPayments,
	"GET /modes-de-paiement": actor.AreaPayments, "POST /modes-de-paiement": actor.AreaPayments, "GET /modes-de-paiement/{id}": actor.AreaPayments,
	"POST /modes-de-paiement/{id}/defaut": actor.AreaPayments, "POST /modes-de-paiement/{id}/suppression": actor.AreaPayments,
	"GET /mandats": actor.AreaPayments, "GET /mandats/{id}": actor.AreaPayments, "POST /mandats/{id}/signature": actor.AreaPayments, "POST /mandats/{id}/revocation": actor.AreaPayments,
	"GET /paiements": actor.AreaPayments, "POST /paiements/zip": toPay, "GET /paiements/{id}": actor.AreaPayments, "GET /paiements/{id}/recu": toPay,
	"GET /remboursements/{id}": actor.AreaPayments,
	"GET /abonnements":         actor.AreaSubscriptions, "GET /abonnements/{id}": actor.AreaSubscriptions, "POST /abonnements/{id}/essai": actor.AreaSubscriptions,
	"GET /abonnements/{id}/gerer": actor.AreaSubscriptions, "POST /abonnements/{id}/gerer": actor.AreaSubscriptions, "GET /abonnements/{id}/annuler": actor.AreaSubscriptions,
	"POST /abonnements/{id}/annuler": actor.AreaSubscriptions, "POST /abonnements/{id}/maintenir": actor.AreaSubscriptions,
	"GET /abonnement/{token}/confirmer": actor.AreaSubscriptions, "POST /abonnement/{token}/confirmer": actor.AreaSubscriptions,
	"GET /releves": onStatement, "GET /releves/pdf": onStatement, "GET /releves/csv": onStatement,
	"GET /documents": actor.AreaFiles, "POST /documents": actor.AreaFiles, "POST /documents/zip": actor.AreaFiles, "GET /documents/{id}": actor.AreaFiles,

	"GET /chat": actor.AreaMessages, "POST /chat": actor.AreaMessages, "GET /chat/nouveau": actor.AreaMessages, "GET /chat/flux": actor.AreaMessages, "GET /chat/{id}": actor.AreaMessages, "POST /chat/{id}": actor.AreaMessages,
	"GET /chat/{id}/suite": actor.AreaMessages, "POST /chat/{id}/fichiers": actor.AreaMessages, "GET /chat/{id}/fichiers/{file}": actor.AreaMessages, "POST /chat/{id}/transcription": actor.AreaMessages,

	"GET /contrats": actor.AreaContracts, "GET /contrats/{id}": actor.AreaContracts, "GET /contrats/{id}/fichiers/{file}": actor.AreaContracts, "GET /contrats/{id}/documents/{version}": actor.AreaContracts,
	"POST /contrats/{id}/approuver": actor.AreaContracts, "POST /contrats/{id}/refuser": actor.AreaContracts, "POST /contrats/{id}/code": actor.AreaContracts, "POST /contrats/{id}/signer": actor.AreaContracts,
	"POST /contrats/{id}/message": actor.AreaContracts, "GET /c/{token}": none, "POST /c/{token}": none, "GET /sur-place/{token}": none,

	"GET /annonces": none, "POST /annonces/{id}/masquer": none, "GET /questions": none, // for the customer as a whole

	"GET /contacts": none, "POST /contacts": none, "POST /contacts/{id}/retrait": none,
	"GET /portal/register/{group}": none, "GET /inscription/{group}": none, "POST /inscription/{group}": none, "GET /inscription/r/{token}": none, "GET /demande/{step}": none, "POST /demande/{step}": none,
	"POST /demande/code": none, "POST /demande/renvoi": none, "POST /demande/envoi": none, "POST /demande/retrait": none,
	"GET /montre/{token}": none, "GET /profil/nom-utilisateur": none, "POST /profil/nom-utilisateur": none, "GET /profil/second-facteur": none, "POST /profil/second-facteur": none,
	"POST /profil/second-facteur/code": none, "POST /profil/second-facteur/secours": none, "POST /profil/second-facteur/fin": none, "GET /conditions": none, "POST /conditions": none,
	"GET /connexion/code": none, "POST /connexion/code": none, "GET /nom-utilisateur/oublie": none, "POST /nom-utilisateur/oublie": none,
	"GET /profil/donnees": none, "POST /profil/donnees": none, // what is shut is left out of the archive
	"GET /profil": none, "POST /profil/langue": none, "POST /profil/mot-de-passe": none, "POST /profil/sessions/{id}/fin": none, "POST /profil/sessions/fin": none,
	"GET /profil/coordonnees": none, "POST /profil/coordonnees": none, "POST /profil/societe": none, "POST /profil/courriel": none, "POST /profil/courriel/code": none,
	"GET /connexion": none, "POST /connexion": none, "POST /deconnexion": none, "GET /mot-de-passe/oublie": none, "POST /mot-de-passe/oublie": none, "POST /mot-de-passe/demander": none,
	"GET /p/{token}": none, "GET /mot-de-passe": none, "POST /mot-de-passe": none, "GET /l/{token}": none, "POST /l/{token}": none,
	"GET /abonnement/{token}": none, "GET /abonnement/{token}/inscription": none, "POST /abonnement/{token}/inscription": none, "GET /abonnement/{token}/code": none,
	"POST /abonnement/{token}/code": none, "POST /abonnement/{token}/renvoi": none, "GET /au-nom/{token}": none, "POST /lien/renouveler": none, "POST /langue": none,
	"POST /passerelle/{gateway}": none, "GET /confiance": none, "GET /confiance/ca.crt": none, "GET /static/{name}": none, "GET /logo": none, "GET /favicon.ico": none, "GET /robots.txt": none,
}

const (
	none        actor.Areas = 0
	toPay                   = actor.AreaInvoices | actor.AreaPayments // what is paid is seen; a receipt names it
	onStatement             = actor.AreaStatements | toPay            // a statement lists invoices and payments
)

// mayEnter refuses a contact what the firm has shut to it. A payment page of a deposit or a
// quote asks for the same as any other.
func (v *visit) mayEnter(r route) error {
	if v.session == nil || v.who.Shut == 0 {
		return nil
	}
	areas, known := routeAreas[r.method+" "+r.pattern]
	if !known {
		return actor.ErrArea
	}
	return v.who.NeedArea(areas)
}

// sees tells a page whether to offer what leads to an area, or to show a part of it.
func (v *visit) sees(areas actor.Areas) bool { return v.who.Sees(areas) }

// takesSeveral tells whether rows of a list can be chosen: what is done with them is open to the
// contact.
func (v *visit) takesSeveral(a asked) bool {
	return len(a.of.several) > 0 && v.sees(routeAreas["POST "+a.of.several[0].address])
}

// documentArea is the area of a document by its kind.
func documentArea(kind billing.Kind) actor.Areas {
	if kind == billing.Quote {
		return actor.AreaQuotes
	}
	return actor.AreaInvoices
}

// subscription leaves out of a subscription the invoices that are shut to the contact.
func (v *visit) subscription(s subscriptions.Subscription, err error) (subscriptions.Subscription, error) {
	if !v.sees(actor.AreaInvoices) {
		s.Documents, s.FirstID, s.FirstDue = nil, "", 0
	}
	return s, err
}

// files leaves the names of documents that are shut to the contact off the files beside them.
func (v *visit) files(list []attachments.File) []attachments.File {
	for i, f := range list {
		if f.DocumentID != "" && !v.sees(documentArea(billing.Kind(f.DocumentKind))) {
			list[i].DocumentID, list[i].DocumentNumber, list[i].DocumentKind = "", "", ""
		}
	}
	return list
}

// thread is what was said about a document; nothing where messages are shut to the contact.
func (p *Portal) thread(v *visit, documentID string) ([]chat.Message, error) {
	if !v.sees(actor.AreaMessages) {
		return nil, nil
	}
	return p.Chat.PortalThread(v.r.Context(), v.who, documentID)
}
