package portal

import (
	"errors"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/office/access"
)

// halfCookie holds what a right password gave until the code of the second factor is there: see
// access.Session.Half. It opens nothing.
const halfCookie = "moitie"

// factorPath is the page of the second factor.
const factorPath = "/profil/second-facteur"

type factorCodeView struct{ next, refused string }

type factorView struct {
	access.Factor
	code    string // QR of the secret, SVG
	refused map[string]string
	owed    bool
	done    string
}

// askCode goes on to the code after a right password.
func (v *visit) askCode(half, next string) error {
	v.setCookie(halfCookie, half, int(access.CodeTime.Seconds()))
	if v.kept != nil {
		return v.show(http.StatusOK, v.T("portal.factor.code_title"), enterCodePage(v, factorCodeView{next: next}))
	}
	to := "/connexion/code"
	if next != "/" {
		to += "?suite=" + queryEscape(next)
	}
	v.redirect(to)
	return nil
}

func (v *visit) half() string {
	c, err := v.r.Cookie(v.cookieName(halfCookie))
	if err != nil {
		return ""
	}
	return c.Value
}

func (p *Portal) enterCodeForm(v *visit) error {
	next := p.next(v.r.URL.Query().Get("suite"))
	switch {
	case v.level() == byPassword:
		v.redirect(next)
		return nil
	case v.half() == "":
		v.redirect("/connexion")
		return nil
	}
	return v.show(http.StatusOK, v.T("portal.factor.code_title"), enterCodePage(v, factorCodeView{next: next}))
}

// enterCode opens the session of two factors. Whoever waited too long begins with the password.
func (p *Portal) enterCode(v *visit) error {
	f := v.r.PostForm
	next := p.next(f.Get("suite"))
	s, err := p.Access.EnterCode(v.r.Context(), v.half(), f.Get("code"), v.browser())
	if fields, ok := v.fieldsOf(err); ok {
		return v.show(http.StatusUnprocessableEntity, v.T("portal.factor.code_title"), enterCodePage(v, factorCodeView{next, fields["code"]}))
	}
	if errors.Is(err, access.ErrHalf) {
		v.dropCookie(halfCookie)
		if v.kept != nil {
			return p.showSignIn(v, http.StatusForbidden, signInView{next: next, late: true})
		}
		v.redirect("/connexion?fait=code&suite=" + queryEscape(next))
		return nil
	}
	if err != nil {
		return err
	}
	v.dropCookie(halfCookie)
	return p.cameIn(v, s, next)
}

func (p *Portal) factor(v *visit) error { return p.showFactor(v, http.StatusOK, factorView{}) }

func (p *Portal) showFactor(v *visit, status int, x factorView) error {
	var err error
	if x.Factor, err = p.Access.Factor(v.r.Context(), v.who); err != nil {
		return err
	}
	if x.URI != "" {
		if x.code, err = QR(x.URI); err != nil {
			return err
		}
	}
	x.owed = v.session.Owes == access.OwesFactor
	x.done = v.notice("arret")
	return v.show(status, v.T("portal.factor.title"), factorPage(v, x))
}

func (p *Portal) beginFactor(v *visit) error {
	if err := p.Access.BeginFactor(v.r.Context(), v.who); err != nil {
		return err
	}
	v.redirect(factorPath)
	return nil
}

// confirmFactor shows the codes of recovery in its answer: there is no address that shows them again.
func (p *Portal) confirmFactor(v *visit) error {
	s, recovery, err := p.Access.ConfirmFactor(v.r.Context(), v.who, v.r.PostForm.Get("code"), v.r.UserAgent())
	if fields, ok := v.fieldsOf(err); ok {
		return p.showFactor(v, http.StatusUnprocessableEntity, factorView{refused: fields})
	}
	if errors.Is(err, access.ErrFactorShown) || errors.Is(err, access.ErrFactorOn) {
		v.redirect(factorPath)
		return nil
	}
	if err != nil {
		return err
	}
	v.session = nil // all of them ended
	if err := v.come(s); err != nil {
		return err
	}
	v.signedIn(s)
	return v.show(http.StatusOK, v.T("portal.factor.codes_title"), recoveryPage(v, recovery, true))
}

func (p *Portal) renewRecovery(v *visit) error {
	recovery, err := p.Access.RenewRecovery(v.r.Context(), v.who)
	if errors.Is(err, access.ErrFactorOff) {
		v.redirect(factorPath)
		return nil
	}
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.factor.codes_title"), recoveryPage(v, recovery, false))
}

func (p *Portal) dropFactor(v *visit) error {
	f := v.r.PostForm
	s, err := p.Access.DropFactor(v.r.Context(), v.who, f.Get("ancien"), f.Get("code"), v.r.UserAgent())
	if fields, ok := v.fieldsOf(err); ok {
		return p.showFactor(v, http.StatusUnprocessableEntity, factorView{refused: fields})
	}
	if err != nil {
		return err
	}
	v.session = nil
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect(factorPath + "?fait=arret")
	return nil
}

// twoFactors tells whether two factors opened this session.
func (v *visit) twoFactors() bool { return v.who.Trust >= actor.TrustSecondFactor }

// What a session may do while it owes something: settle it, leave, change the language. Pages
// that anybody sees are no matter.
var owing = map[access.Owing][]string{
	access.OwesTerms:  {"GET /conditions", "POST /conditions"},
	access.OwesFactor: {"GET " + factorPath, "POST " + factorPath, "POST " + factorPath + "/code"},
}

// settle sends whoever signed in with a password and owes something there first, with what was
// typed.
func (v *visit) settle(r route) error {
	if v.session == nil || v.session.Owes == access.OwesNothing || r.level == public {
		return nil
	}
	for _, allowed := range owing[v.session.Owes] {
		if allowed == r.method+" "+r.pattern {
			return nil
		}
	}
	if v.kept != nil {
		return v.p.keptOn(v, http.StatusForbidden)
	}
	to := "/conditions"
	if v.session.Owes == access.OwesFactor {
		to = factorPath
	}
	if r.method == http.MethodGet && r.class == page && r.pattern != "/{$}" && v.session.Owes == access.OwesTerms {
		to += "?suite=" + queryEscape(v.r.URL.RequestURI())
	}
	v.redirect(to)
	return nil
}

// conditions shows the group's terms that were not accepted yet.
func (p *Portal) conditions(v *visit) error {
	next := p.next(v.r.URL.Query().Get("suite"))
	t, err := p.Access.TermsOwed(v.r.Context(), v.who)
	if fault.Is(err, fault.NotFound) {
		v.redirect(next)
		return nil
	}
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.conditions.title"), conditionsPage(v, t, next))
}

// acceptConditions takes the words that the page showed; others are shown first.
func (p *Portal) acceptConditions(v *visit) error {
	next := p.next(v.r.PostForm.Get("suite"))
	again := func() error {
		if v.kept != nil {
			return p.keptOn(v, http.StatusOK)
		}
		v.redirect("/conditions?suite=" + queryEscape(next))
		return nil
	}
	if v.r.PostForm.Get("accord") == "" {
		return again()
	}
	err := p.Access.AcceptTerms(v.r.Context(), v.who, cut(v.r.PostForm.Get("termes"), 64))
	if fault.Is(err, fault.Conflict) {
		return again()
	}
	if err != nil {
		return err
	}
	if v.kept != nil {
		v.session.Owes = access.OwesNothing
		return p.keptOn(v, http.StatusOK)
	}
	v.redirect(next)
	return nil
}

// markdown gives the words of the firm as a page may show them.
func (p *Portal) markdown(words string) string {
	if p.Markdown == nil {
		return "<p>" + templ.EscapeString(words) + "</p>"
	}
	return p.Markdown(words)
}

// inFours puts a long secret into groups of four, to be typed.
func inFours(secret string) string {
	var b strings.Builder
	for i, r := range secret {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func (p *Portal) forgotNameForm(v *visit) error {
	return v.show(http.StatusOK, v.T("portal.forgot_name.title"), forgotNamePage(v, false))
}

// forgotName answers the same whether or not anybody has that address.
func (p *Portal) forgotName(v *visit) error {
	if err := p.Access.ForgotUserName(v.r.Context(), v.r.PostForm.Get("courriel")); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.forgot_name.title"), forgotNamePage(v, true))
}

type userNameView struct{ name, typed, refused string }

func (p *Portal) userNameForm(v *visit) error {
	return p.showUserName(v, http.StatusOK, "", "")
}

func (p *Portal) showUserName(v *visit, status int, typed, refused string) error {
	card, err := p.Access.Profile(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	if refused == "" {
		typed = card.UserName
	}
	return v.show(status, v.T("portal.choose.user_name"), userNamePage(v, userNameView{card.UserName, typed, refused}))
}

func (p *Portal) chooseUserName(v *visit) error {
	name := cut(v.r.PostForm.Get("nom"), 320)
	err := p.Access.ChooseUserName(v.r.Context(), v.who, name)
	if fields, ok := v.fieldsOf(err); ok {
		return p.showUserName(v, http.StatusUnprocessableEntity, name, fields["user_name"])
	}
	if err != nil {
		return err
	}
	v.redirect("/profil?fait=nom")
	return nil
}
