package portal

import (
	"net/http"
	"strings"
	"time"

	"comptoir/core/actor"
	"comptoir/office/access"
)

// shownRoutes is every address of whoever was shown one document: that document, paying it,
// approving it where it is a quote. What is not here is closed to them, a new route too; the
// use cases ask again (actor.NeedContactOn). Not here, on purpose: everything else of the
// customer, its conversations and files, methods that it keeps, passwords.
var shownRoutes = map[string]bool{
	"GET /factures/{id}": true, "GET /factures/{id}/pdf": true, "GET /factures/{id}/payer": true, "POST /factures/{id}/paiement": true,
	"GET /reglement/{id}": true, "GET /reglement/{id}/retour": true, "POST /reglement/{id}": true,
	"GET /devis/{id}": true, "GET /devis/{id}/pdf": true, "POST /devis/{id}/approuver": true,
	"GET /montre/{token}": true, "GET /l/{token}": true, "GET /connexion": true, "POST /connexion": true, "POST /deconnexion": true, "POST /langue": true, "GET /confiance": true,
}

// mayRead refuses what was not shown. The first page leads to the document.
func (v *visit) mayRead(r route) error {
	if v.session == nil || !v.who.Shown() {
		return nil
	}
	at := r.method + " " + r.pattern
	switch {
	case at == "GET /{$}":
		v.redirect(v.session.Home)
		return nil
	case !shownRoutes[at]:
		return actor.ErrShown
	case strings.HasPrefix(r.pattern, "/factures/{id}") || strings.HasPrefix(r.pattern, "/devis/{id}"):
		return v.who.NeedContactOn(actor.TrustLink, v.r.PathValue("id"))
	}
	return nil
}

// shownDocument opens the one document whose code was scanned, and goes on under its address.
func (p *Portal) shownDocument(v *visit) error {
	if v.r.Method == http.MethodHead || strings.Contains(v.r.Header.Get("Sec-Purpose"), "prefetch") { // what looks ahead must not use it up
		v.write(http.StatusOK, nil)
		return nil
	}
	s, to, err := p.Access.OpenShown(v.r.Context(), v.r.PathValue("token"), v.address)
	if err != nil {
		return p.linkRefused(v, err, "")
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect(to)
	return nil
}

// shown tells whether the page is for whoever was shown one document.
func (v *visit) shown() bool { return v.session != nil && v.who.Shown() }

// hour is an instant of today in the firm's time.
func (v *visit) hour(t time.Time) string { return t.In(v.identity().zone).Format("15:04") }

// shownBy is who showed the document, and until when it can be read.
func (v *visit) shownBy(s *access.Session) string {
	return v.T("portal.shown.who", "by", s.ShownBy, "time", v.hour(s.ExpiresAt))
}
