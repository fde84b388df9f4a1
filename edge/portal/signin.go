package portal

import (
	"errors"
	"net/http"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/office/access"
)

// signInView is the sign-in page with what was typed and what was refused.
type signInView struct {
	name, next, refused string
	ended, changed      bool
	late                bool // the code of the second factor came too late
	byLink              bool // came by a link: a password may be asked for by mail
	hasPassword         bool
}

func (p *Portal) signInForm(v *visit) error {
	q := v.r.URL.Query()
	if v.level() == byPassword {
		v.redirect(p.next(q.Get("suite")))
		return nil
	}
	return p.showSignIn(v, http.StatusOK, signInView{next: q.Get("suite"), ended: q.Get("fin") != "", changed: v.notice("sortie") != "", late: v.notice("code") != ""})
}

func (p *Portal) showSignIn(v *visit, status int, s signInView) error {
	s.next = p.next(s.next)
	if v.session != nil && v.who.Trust == actor.TrustLink && !v.shown() {
		has, err := p.Access.HasPassword(v.r.Context(), v.who)
		if err != nil {
			return err
		}
		s.byLink, s.hasPassword = true, has
	}
	return v.show(status, v.T("portal.signin.title"), signInPage(v, s))
}

func (p *Portal) signIn(v *visit) error {
	f := v.r.PostForm
	s, err := p.Access.SignIn(v.r.Context(), f.Get("nom"), f.Get("mot-de-passe"), v.browser())
	if errors.Is(err, access.ErrSignIn) {
		return p.showSignIn(v, http.StatusUnprocessableEntity, signInView{name: cut(f.Get("nom"), 320), next: f.Get("suite"), refused: v.T("fault.sign_in")})
	}
	if errors.Is(err, access.ErrSuspended) {
		return p.showSignIn(v, http.StatusForbidden, signInView{name: cut(f.Get("nom"), 320), next: f.Get("suite"), refused: v.T("fault.sign_in_suspended")})
	}
	if err != nil {
		return err
	}
	if s.Half != "" {
		return v.askCode(s.Half, p.next(f.Get("suite")))
	}
	return p.cameIn(v, s, p.next(f.Get("suite")))
}

func (p *Portal) signOut(v *visit) error {
	if v.session != nil {
		if err := v.leavePortal(); err != nil {
			return err
		}
		p.Changed("portal")
	}
	v.dropCookie(sessionCookie)
	v.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	v.redirect("/connexion?fait=sortie")
	return nil
}

func (p *Portal) forgotForm(v *visit) error {
	return v.show(http.StatusOK, v.T("portal.forgot.title"), forgotPage(v, false))
}

// forgot answers the same whether or not anybody has that name.
func (p *Portal) forgot(v *visit) error {
	if err := p.Access.ForgotPassword(v.r.Context(), v.r.PostForm.Get("nom")); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.forgot.title"), forgotPage(v, true))
}

// askPassword mails the visitor of a link its way to a password.
func (p *Portal) askPassword(v *visit) error {
	if err := p.Access.AskPassword(v.r.Context(), v.who); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.forgot.title"), forgotPage(v, true))
}

// passwordLink takes the token out of the address into a cookie of half an hour: an
// address stays in histories and is read over shoulders.
func (p *Portal) passwordLink(v *visit) error {
	token := v.r.PathValue("token")
	if _, err := p.Access.PasswordLinkOf(v.r.Context(), token); err != nil {
		return p.linkRefused(v, err, "")
	}
	v.setCookie(passwordCookie, token, int(access.PasswordLinkLife.Seconds()))
	v.redirect("/mot-de-passe")
	return nil
}

func (v *visit) passwordToken() string {
	c, err := v.r.Cookie(v.cookieName(passwordCookie))
	if err != nil {
		return ""
	}
	return c.Value
}

func (p *Portal) choosePasswordForm(v *visit) error {
	return p.showChoose(v, http.StatusOK, nil)
}

func (p *Portal) showChoose(v *visit, status int, refused map[string]string) error {
	c, err := p.Access.PasswordLinkOf(v.r.Context(), v.passwordToken())
	if err != nil {
		return p.linkRefused(v, err, "")
	}
	if _, err := v.r.Cookie(v.cookieName(langCookie)); err != nil {
		v.lang = locale.Of(c.Lang)
	}
	return v.show(status, v.T("portal.choose.title"), choosePage(v, c, refused))
}

func (p *Portal) choosePassword(v *visit) error {
	s, err := p.Access.ChoosePassword(v.r.Context(), v.passwordToken(), v.r.PostForm.Get("mot-de-passe"), v.address, v.r.UserAgent())
	if fields, ok := v.fieldsOf(err); ok {
		return p.showChoose(v, http.StatusUnprocessableEntity, fields)
	}
	if err != nil {
		return p.linkRefused(v, err, "")
	}
	v.dropCookie(passwordCookie)
	if v.session != nil && v.who.ID == s.Actor.ID {
		v.session = nil // it ended with the new password
	}
	if s.Half != "" {
		return v.askCode(s.Half, "/")
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect("/")
	return nil
}

// openLink is where a mail's button leads: a session, and on to the document under an
// address without the token.
func (p *Portal) openLink(v *visit) error {
	if v.r.Method == http.MethodHead { // mail scanners; a session is for people
		v.write(http.StatusOK, nil)
		return nil
	}
	token := v.r.PathValue("token")
	if v.session != nil {
		t, err := p.Access.LinkTarget(v.r.Context(), token)
		switch {
		case err != nil: // told below, in the words of OpenLink
		case t.ContactID == v.who.ID && (v.level() == byPassword || t.LinkID == v.session.LinkID):
			v.redirect(targetPath(t))
			return nil
		case t.ContactID != v.who.ID && v.who.Trust >= actor.TrustPassword:
			// A link that somebody else placed must not put a stranger's account in the place of one's own.
			return v.show(http.StatusOK, v.T("portal.switch.title"), switchPage(v, path("/l/", token)))
		}
	}
	return p.enterByLink(v, token)
}

// switchLink opens a link in the place of another contact's session, when the person says so.
func (p *Portal) switchLink(v *visit) error { return p.enterByLink(v, v.r.PathValue("token")) }

func (p *Portal) enterByLink(v *visit, token string) error {
	s, to, err := p.Access.OpenLink(v.r.Context(), token, v.address, v.r.UserAgent())
	if errors.Is(err, access.ErrPasswordAlways) {
		v.redirect("/connexion?suite=" + queryEscape(targetPath(to)))
		return nil
	}
	if err != nil {
		return p.linkRefused(v, err, token)
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect(targetPath(to))
	return nil
}

// targetPath is where a link leads: its contract, its document or the first page.
func targetPath(t access.Target) string {
	switch {
	case t.ContractID != "":
		return "/contrats/" + t.ContractID
	case t.DocumentID != "":
		return "/factures/" + t.DocumentID
	}
	return "/"
}

// linkRefused shows why a link does not open. Only who holds a genuine one is told more
// than "not found"; an expired document link may be asked for again.
func (p *Portal) linkRefused(v *visit, err error, token string) error {
	e, ok := fault.As(err)
	switch {
	case !ok:
		return err
	case errors.Is(err, access.ErrLinkExpired), errors.Is(err, access.ErrLinkUsed), errors.Is(err, access.ErrLinkRevoked):
		v.log(http.StatusGone, e, err)
		if errors.Is(err, access.ErrLinkRevoked) {
			token = ""
		}
		return v.show(http.StatusGone, v.T("portal.link.title"), linkPage(v, v.T(e.Key), token))
	}
	return err
}

// renewLink says the same whatever became of it.
func (p *Portal) renewLink(v *visit) error {
	if err := p.Access.RenewLink(v.r.Context(), cut(v.r.PostForm.Get("lien"), 300)); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.link.sent_title"), renewedPage(v))
}

// language switches the pages; whoever signed in with a password is written to in it too.
func (p *Portal) language(v *visit) error {
	lang := v.r.PostForm.Get("langue")
	if lang != locale.FR && lang != locale.EN {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	v.setCookie(langCookie, lang, 365*24*3600)
	v.redirect(backPath(v.r.PostForm.Get("retour")))
	return nil
}

// backPath allows a plain path of ours, nothing that leads elsewhere.
func backPath(s string) string {
	if !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") || strings.ContainsAny(s, "\\\r\n\t") || len(s) > 500 || strings.HasPrefix(s, "/l/") || strings.HasPrefix(s, "/p/") {
		return "/"
	}
	return s
}

func cut(s string, limit int) string {
	if r := []rune(s); len(r) > limit {
		return string(r[:limit])
	}
	return s
}
