package portal

import (
	"net/http"

	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/access"
)

type profileView struct {
	access.Profile
	sessions []access.OpenSession
	refused  map[string]string // beside the fields of the password form
	done     string
}

func (p *Portal) profile(v *visit) error {
	return p.showProfile(v, http.StatusOK, nil)
}

func (p *Portal) showProfile(v *visit, status int, refused map[string]string) error {
	card, err := p.Access.Profile(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	open, err := p.Access.Sessions(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	return v.show(status, v.T("portal.profile.title"), profilePage(v, profileView{card, open, refused, v.notice("langue", "mot-de-passe", "nom", "session", "sessions")}))
}

func (p *Portal) profileLanguage(v *visit) error {
	lang := v.r.PostForm.Get("langue")
	if lang != locale.FR && lang != locale.EN {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	if err := p.Access.SetLanguage(v.r.Context(), v.who, lang); err != nil {
		return err
	}
	v.setCookie(langCookie, lang, 365*24*3600)
	v.redirect("/profil?fait=langue")
	return nil
}

func (p *Portal) changePassword(v *visit) error {
	f := v.r.PostForm
	s, err := p.Access.ChangePassword(v.r.Context(), v.who, f.Get("ancien"), f.Get("mot-de-passe"), f.Get("code"), v.r.UserAgent())
	if fields, ok := v.fieldsOf(err); ok {
		return p.showProfile(v, http.StatusUnprocessableEntity, fields)
	}
	if err != nil {
		return err
	}
	v.session = nil // all of them ended with the old password
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect("/profil?fait=mot-de-passe")
	return nil
}

func (p *Portal) endSession(v *visit) error {
	id := v.r.PathValue("id")
	own := v.session.PublicID == id
	if err := p.Access.EndSession(v.r.Context(), v.who, id); err != nil {
		return err
	}
	p.Changed("portal")
	if own {
		v.dropCookie(sessionCookie)
		v.redirect("/connexion?fait=sortie")
		return nil
	}
	v.redirect("/profil?fait=session")
	return nil
}

func (p *Portal) endOthers(v *visit) error {
	if _, err := p.Access.EndOtherSessions(v.r.Context(), v.who); err != nil {
		return err
	}
	p.Changed("portal")
	v.redirect("/profil?fait=sessions")
	return nil
}

// trust is the page that explains how to trust the firm's certificate, the same over plain
// HTTP and over TLS.
func (p *Portal) trust(v *visit) error {
	p.mu.Lock()
	ca := p.ca
	p.mu.Unlock()
	if ca == nil {
		return errNoPage
	}
	return v.show(http.StatusOK, v.T("portal.trust.title"), trustPage(v, ca.Fingerprint()))
}

// trustable tells whether there is a certificate of the firm's own to be trusted.
func (v *visit) trustable() bool {
	v.p.mu.Lock()
	defer v.p.mu.Unlock()
	return v.p.ca != nil && v.p.transport == "https"
}

func (p *Portal) authority(v *visit) error {
	p.mu.Lock()
	ca := p.ca
	p.mu.Unlock()
	if ca == nil {
		return errNoPage
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/x-x509-ca-cert")
	h.Set("Content-Disposition", `attachment; filename="comptoir-ca.crt"`)
	v.write(http.StatusOK, ca.Certificate())
	return nil
}

// plainAllowed names all that plain HTTP on the TLS port may show: nothing of a customer, and
// no cookie goes over it.
func plainAllowed(path string) bool {
	return path == "/confiance" || path == "/confiance/ca.crt" || (len(path) > 8 && path[:8] == "/static/")
}

// servePlain answers plain HTTP that came to the TLS port: the page of trust, else the way
// to the real address. Cookies that a browser sends along are not read.
func (p *Portal) servePlain(w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Cookie")
	v := newVisit(p, w, r)
	v.plain = true
	headers(w.Header(), r)
	defer func() {
		if with := recover(); with != nil {
			p.broken(v, with)
		}
	}()
	switch {
	case !p.allowedHost(r):
		v.fail(errWrongHost)
	case (r.Method == http.MethodGet || r.Method == http.MethodHead) && plainAllowed(r.URL.Path):
		v.r = r.WithContext(contextOf(r, v))
		p.dispatch(w, v.r)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		w.Header().Set("Connection", "close")
		http.Redirect(w, r, "https://"+r.Host+r.URL.RequestURI(), http.StatusPermanentRedirect) // #nosec G710 -- allowedHost has checked the name: it is this portal's own
	default:
		v.fail(errPlain)
	}
}

var errPlain = fault.New(fault.Forbidden, "fault.plain_http")
