package portal

import (
	"net/http"

	"comptoir/core/actor"
)

// standIns is every address that somebody of the firm may use in a customer's place: to see
// what the customer sees, to pay, to add and give up methods of payment. What is not here is
// closed to them, a new route too; the use cases ask again (actor.NeedSelf). Not here, on
// purpose: signatures, approvals, orders and their terms, messages and files in the customer's
// name, its profile with the addresses it signs in from, its passwords.
var standIns = map[string]bool{
	"GET /{$}": true, "GET /factures": true, "GET /factures/{id}": true, "GET /factures/{id}/pdf": true, "POST /factures/zip": true, "POST /factures/pdf": true,
	"POST /factures/payer": true, "GET /factures/{id}/payer": true, "POST /factures/{id}/paiement": true, "GET /payer": true, "POST /payer/paiement": true,
	"GET /reglement/{id}": true, "GET /reglement/{id}/retour": true, "POST /reglement/{id}": true,
	"GET /modes-de-paiement": true, "POST /modes-de-paiement": true, "GET /modes-de-paiement/{id}": true, "POST /modes-de-paiement/{id}/defaut": true, "POST /modes-de-paiement/{id}/suppression": true,
	"GET /recurrentes": true, "GET /recurrentes/{id}": true, "GET /credits": true, "POST /credits/zip": true, "GET /credits/{id}": true, "GET /credits/{id}/pdf": true,
	"GET /devis": true, "POST /devis/zip": true, "GET /devis/{id}": true, "GET /devis/{id}/pdf": true,
	"GET /mandats": true, "GET /mandats/{id}": true, "GET /paiements": true, "POST /paiements/zip": true, "GET /paiements/{id}": true, "GET /paiements/{id}/recu": true, "GET /remboursements/{id}": true,
	"GET /abonnements": true, "GET /abonnements/{id}": true, "GET /releves": true, "GET /releves/pdf": true, "GET /releves/csv": true,
	"GET /documents": true, "POST /documents/zip": true, "GET /documents/{id}": true,
	"GET /contrats": true, "GET /contrats/{id}": true, "GET /contrats/{id}/fichiers/{file}": true,
	"GET /chat": true, "GET /chat/{id}": true, "GET /chat/{id}/fichiers/{file}": true,
	"GET /connexion": true, "POST /deconnexion": true, "GET /au-nom/{token}": true, "POST /langue": true, "GET /confiance": true,
}

// mayStandIn refuses what nobody does in a customer's place.
func (v *visit) mayStandIn(r route) error {
	if v.session != nil && v.who.StandsIn() && !standIns[r.method+" "+r.pattern] {
		return actor.ErrStandIn
	}
	return nil
}

// standIn opens the portal in a customer's place with the token that the window made a moment
// ago, and goes on under an address without it.
func (p *Portal) standIn(v *visit) error {
	if v.r.Method == http.MethodHead { // what looks ahead must not use it up
		v.write(http.StatusOK, nil)
		return nil
	}
	s, err := p.Access.OpenStandIn(v.r.Context(), v.r.PathValue("token"), v.address)
	if err != nil {
		return p.linkRefused(v, err, "")
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect("/")
	return nil
}

// leavePortal ends the session of whoever is there.
func (v *visit) leavePortal() error {
	if v.who.StandsIn() {
		return v.p.Access.EndStandIn(v.r.Context(), *v.session)
	}
	if v.shown() {
		return v.p.Access.LeaveShown(v.r.Context(), *v.session)
	}
	if v.outside() {
		return v.p.Access.LeaveContract(v.r.Context(), *v.session)
	}
	return v.p.Access.SignOut(v.r.Context(), v.who)
}

// shownName is who is greeted: the contact, or the one in whose place somebody acts.
func (v *visit) shownName() string {
	if v.who.StandsIn() {
		return v.who.For
	}
	return v.who.Name
}
