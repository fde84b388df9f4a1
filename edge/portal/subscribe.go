package portal

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/office/access"
	"comptoir/office/customers"
	"comptoir/office/registration"
	"comptoir/office/subscriptions"
	"comptoir/rules/subscription"
)

// A payment link: what is offered, signing in or up, the exact amount, then the first invoice
// and the page to pay it. It hangs on a wall as a code to scan, so every page stands on a
// telephone and without a script.

// Registration is what the portal asks of office/registration.
type Registration interface {
	NewToken() (string, error)
	Begin(ctx context.Context, in registration.Start) error
	Get(ctx context.Context, token string) (registration.View, error)
	Resend(ctx context.Context, token, what string) error
	Confirm(ctx context.Context, token, code string, from access.Browser) (access.Session, error)
	Requests
}

// signupCookie is the reference under which what a stranger types is kept.
const signupCookie = "inscription"

// offerView is a payment link with what was chosen of it.
type offerView struct {
	subscriptions.Offer
	choice  subscriptions.Choice
	quote   subscriptions.Quote
	mine    string            // public id of the customer's own subscription to this plan, "" = none
	pending bool              // it waits for its first payment
	ending  subscriptions.Row // it is cancelled and runs to its last day; zero = it is not
	refused map[string]string
	said    string // why what was shown has changed
	key     string
}

// address is a page of this link with what was chosen.
func (o offerView) address(page string) string {
	to := "/abonnement/" + url.PathEscape(o.Token)
	if page != "" {
		to += "/" + page
	}
	q := url.Values{}
	if o.Plan.BySeat() && o.choice.Seats > o.Plan.SeatsMin {
		q.Set("places", strconv.FormatInt(o.choice.Seats, 10))
	}
	for _, x := range o.choice.Extras {
		q.Add("option", x)
	}
	if len(q) == 0 {
		return to
	}
	return to + "?" + q.Encode()
}

// choiceOf reads seats and extras of an address or a form; what the plan does not know is
// left out, and refused by the use case where it counts.
func choiceOf(p subscriptions.Plan, q url.Values) subscriptions.Choice {
	c := subscriptions.Choice{Seats: p.SeatsMin, Extras: []string{}}
	if n, err := strconv.ParseInt(strings.TrimSpace(cut(q.Get("places"), 12)), 10, 64); err == nil && p.BySeat() {
		c.Seats = min(max(n, p.SeatsMin), p.SeatsMax)
	}
	for _, id := range q["option"] {
		if _, ok := p.Extra(id); ok && !slices.Contains(c.Extras, id) {
			c.Extras = append(c.Extras, id)
		}
	}
	return c
}

// offer reads the link of the address, what was chosen, and what it comes to for this visitor.
func (p *Portal) offerOf(v *visit, q url.Values) (o offerView, err error) {
	ctx := v.r.Context()
	if o.Offer, err = p.Subscriptions.Offer(ctx, v.r.PathValue("token")); err != nil {
		return o, err
	}
	o.Token, o.choice, o.key = v.r.PathValue("token"), choiceOf(o.Plan, q), newKey()
	nobody := actor.Actor{Lang: v.lang}
	who := nobody
	if v.level() >= byLink {
		who = v.who
		rows, err := p.Subscriptions.PortalList(ctx, v.who)
		if err != nil {
			return o, err
		}
		for _, r := range rows {
			if r.PlanID != o.Plan.PublicID || r.State == subscription.Ended || o.mine != "" {
				continue
			}
			if o.mine, o.pending = r.PublicID, r.State == subscription.Pending; r.State == subscription.Cancelling {
				o.ending = r
			}
		}
	}
	o.quote, err = p.Subscriptions.QuoteOffer(ctx, who, o.Token, o.choice)
	if fields, ok := v.fieldsOf(err); ok { // what this customer's card lacks is told when it matters
		o.refused = fields
		o.quote, err = p.Subscriptions.QuoteOffer(ctx, nobody, o.Token, o.choice)
	}
	return o, err
}

// offerRefused shows why a link leads to nothing any more; whoever ordered by it and has not
// paid yet is led to that order. An unknown link is no page.
func (p *Portal) offerRefused(v *visit, err error) error {
	e, ok := fault.As(err)
	if !ok || e.Code != fault.Conflict {
		return err
	}
	if v.level() >= byLink {
		own, err := p.Subscriptions.PortalPending(v.r.Context(), v.who, v.r.PathValue("token"))
		if err != nil {
			return err
		}
		if own != "" {
			v.redirect("/abonnements/" + own)
			return nil
		}
	}
	v.log(http.StatusGone, e, err)
	text, _ := locale.FaultText(v.lang, e)
	return v.show(http.StatusGone, v.T("portal.subscribe.closed"), closedOffer(v, text, offerView{Offer: subscriptions.Offer{Token: v.r.PathValue("token")}}.address("confirmer")))
}

func (p *Portal) offered(v *visit) error {
	o, err := p.offerOf(v, v.r.URL.Query())
	if err != nil {
		return p.offerRefused(v, err)
	}
	return v.show(http.StatusOK, o.Plan.Name(v.lang), offerPage(v, o))
}

// signupView is the form with what was typed and what was refused of it.
type signupView struct {
	offerView
	form     customers.Newcomer
	accepted bool
	refused  map[string]string
	fault    string
}

// signupToken is the visitor's reference, "" while there is none.
func (v *visit) signupToken() string {
	c, err := v.r.Cookie(v.cookieName(signupCookie))
	if err != nil || len(c.Value) != 43 {
		return ""
	}
	return c.Value
}

// signUpForm shows the form, filled with what was typed before. The reference is given here,
// so that two clicks on its button are one registration.
func (p *Portal) signUpForm(v *visit) error {
	o, err := p.offerOf(v, v.r.URL.Query())
	if err != nil {
		return p.offerRefused(v, err)
	}
	if v.level() >= byLink { // somebody who is known here has nothing to register
		v.redirect(o.address("confirmer"))
		return nil
	}
	s := signupView{offerView: o, form: customers.Newcomer{Kind: "company", Language: v.lang, Country: v.identity().Country}}
	if token := v.signupToken(); token != "" {
		r, err := p.Registration.Get(v.r.Context(), token)
		switch {
		case err == nil && !r.Done:
			s.form = r.Form
		case err == nil:
			if err := p.newSignup(v); err != nil {
				return err
			}
		case !errors.Is(err, registration.ErrNone):
			return err
		}
	} else if err := p.newSignup(v); err != nil {
		return err
	}
	return v.show(http.StatusOK, v.T("portal.signup.title"), signUpPage(v, s))
}

func (p *Portal) newSignup(v *visit) error {
	token, err := p.Registration.NewToken()
	if err == nil {
		v.setCookie(signupCookie, token, int(registration.Life.Seconds()))
	}
	return err
}

// signUp takes the form and leads to the code. It answers the same for an address that has
// an access: the mail tells its owner.
func (p *Portal) signUp(v *visit) error {
	f := v.r.PostForm
	o, err := p.offerOf(v, f)
	if err != nil {
		return p.offerRefused(v, err)
	}
	token := v.signupToken()
	if token == "" { // cookies are refused, or two days went by
		return v.show(http.StatusUnprocessableEntity, v.T("portal.signup.title"), noCookie(v, o))
	}
	field := func(name string, limit int) string { return cut(f.Get(name), limit) }
	n := customers.Newcomer{Kind: field("genre", 10), Company: field("societe", 200), Name: field("nom", 200), Email: field("courriel", 320), Phone: field("telephone", 40), Language: field("langue", 2),
		SIREN: field("siren", 40), VATNumber: field("tva", 40), Line1: field("rue", 200), Line2: field("complement", 200), Postcode: field("code-postal", 20), City: field("ville", 200), Region: field("region", 100),
		Country: field("pays", 2), Currency: o.Plan.Currency}
	if n.Kind != "person" {
		n.Kind = "company"
	}
	err = p.Registration.Begin(v.r.Context(), registration.Start{Token: token, CameBy: o.Token, For: o.Plan.Name(n.Language), Form: n, Password: f.Get("mot-de-passe"), Accepted: f.Get("conditions") == "1",
		Terms: v.accepts(v.terms(o.Plan, true))})
	s := signupView{offerView: o, form: n, accepted: f.Get("conditions") == "1"}
	if fields, ok := v.fieldsOf(err); ok {
		s.refused = fields
		return v.show(http.StatusUnprocessableEntity, v.T("portal.signup.title"), signUpPage(v, s))
	}
	if e, ok := fault.As(err); ok && e.Code == fault.TooMany {
		s.fault, _ = locale.FaultText(v.lang, e)
		v.log(http.StatusTooManyRequests, e, err)
		v.w.Header().Set("Retry-After", "60")
		return v.show(http.StatusTooManyRequests, v.T("portal.signup.title"), signUpPage(v, s))
	}
	if err != nil {
		return err
	}
	v.redirect(o.address("code"))
	return nil
}

// codeView is the page of the code.
type codeView struct {
	offerView
	registration.View
	refused string
	sent    bool
	dead    bool
}

func (p *Portal) codeForm(v *visit) error {
	return p.showCode(v, http.StatusOK, "", v.notice("renvoi") != "")
}

func (p *Portal) showCode(v *visit, status int, refused string, sent bool) error {
	o, err := p.offerOf(v, v.r.URL.Query())
	if err != nil {
		return p.offerRefused(v, err)
	}
	if v.level() == byPassword {
		v.redirect(o.address("confirmer"))
		return nil
	}
	r, err := p.Registration.Get(v.r.Context(), v.signupToken())
	if errors.Is(err, registration.ErrNone) {
		v.redirect(o.address("inscription"))
		return nil
	}
	if err != nil {
		return err
	}
	c := codeView{offerView: o, View: r, refused: refused, sent: sent}
	c.dead = r.Tries == 0 || !p.Clock().Before(r.Until)
	return v.show(status, v.T("portal.signup.code_title"), codePage(v, c))
}

// code takes the six digits. The right ones open a session that is as good as a password's:
// the mailbox is proved, and the password was chosen on the page before.
func (p *Portal) code(v *visit) error {
	token := v.signupToken()
	if token == "" {
		v.redirect("/abonnement/" + url.PathEscape(v.r.PathValue("token")) + "/inscription")
		return nil
	}
	s, err := p.Registration.Confirm(v.r.Context(), token, v.r.PostForm.Get("code"), v.browser())
	if e, ok := fault.As(err); ok {
		switch e.Key {
		case registration.ErrWrong.Key, registration.ErrDead.Key:
			return p.showCode(v, http.StatusUnprocessableEntity, v.T(e.Key), false)
		case registration.ErrKnown.Key:
			v.log(http.StatusConflict, e, err)
			return v.show(http.StatusConflict, v.T("portal.signup.title"), knownPage(v, v.T(e.Key), "/abonnement/"+url.PathEscape(v.r.PathValue("token"))+"/confirmer"))
		case registration.ErrNone.Key:
			v.redirect("/abonnement/" + url.PathEscape(v.r.PathValue("token")) + "/inscription")
			return nil
		}
	}
	if err != nil {
		return err
	}
	to := "/abonnement/" + url.PathEscape(v.r.PathValue("token")) + "/confirmer"
	if q := v.r.URL.RawQuery; q != "" && len(q) < 1000 {
		to += "?" + q
	}
	if s.Half != "" {
		return v.askCode(s.Half, to)
	}
	if err := v.come(s); err != nil {
		return err
	}
	v.redirect(to)
	return nil
}

func (p *Portal) resendCode(v *visit) error {
	o, err := p.offerOf(v, v.r.URL.Query())
	if err != nil {
		return p.offerRefused(v, err)
	}
	err = p.Registration.Resend(v.r.Context(), v.signupToken(), o.Plan.Name(v.lang))
	if errors.Is(err, registration.ErrNone) {
		v.redirect(o.address("inscription"))
		return nil
	}
	if e, ok := fault.As(err); ok && e.Code == fault.TooMany {
		text, _ := locale.FaultText(v.lang, e)
		v.log(http.StatusTooManyRequests, e, err)
		v.w.Header().Set("Retry-After", "60")
		return p.showCode(v, http.StatusTooManyRequests, text, false)
	}
	if err != nil {
		return err
	}
	to := o.address("code")
	if strings.Contains(to, "?") {
		to += "&fait=renvoi"
	} else {
		to += "?fait=renvoi"
	}
	v.redirect(to)
	return nil
}

// confirmForm says the exact amount: now, then what and when.
func (p *Portal) confirmForm(v *visit) error {
	return p.showConfirm(v, http.StatusOK, v.r.URL.Query(), nil)
}

func (p *Portal) showConfirm(v *visit, status int, q url.Values, said error) error {
	o, err := p.offerOf(v, q)
	if err != nil {
		return p.offerRefused(v, err)
	}
	if e, ok := fault.As(said); ok {
		o.said, _ = locale.FaultText(v.lang, e)
		if fields, ok := v.fieldsOf(said); ok {
			o.said = strings.Join(slices.Sorted(mapValues(fields)), " ")
		}
		v.log(status, e, said)
	}
	return v.show(status, v.T("portal.subscribe.confirm_title"), confirmPage(v, o))
}

func mapValues(m map[string]string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, s := range m {
			if !yield(s) {
				return
			}
		}
	}
}

// confirm subscribes. What was shown goes back with it: another plan or another amount is
// shown again before anything is taken.
func (p *Portal) confirm(v *visit) error {
	f := v.r.PostForm
	shown, err := minorOf(f.Get("montant"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil {
		return fault.New(fault.Invalid, "fault.invalid")
	}
	choice := subscriptions.Choice{Extras: f["option"]}
	if choice.Seats, err = minorOf(f.Get("places")); err != nil {
		return err
	}
	o, err := p.Subscriptions.Offer(v.r.Context(), v.r.PathValue("token"))
	if _, closed := fault.As(err); err != nil && !closed { // a second click is answered as the first, whatever closed since
		return err
	}
	s, err := p.Subscriptions.Subscribe(v.r.Context(), v.who, subscriptions.Subscribe{Key: v.key(), Token: v.r.PathValue("token"), PlanVersion: version, Choice: choice, ShownMinor: shown, Accepted: v.accepts(v.terms(o.Plan, false))})
	if e, ok := fault.As(err); ok {
		switch {
		case slices.Contains([]string{"fault.subscription.plan_changed", "fault.subscription.amount_changed", "fault.subscription.already", "fault.subscription.terms_changed", "fault.subscription.pending"}, e.Key):
			return p.showConfirm(v, http.StatusConflict, f, err)
		case e.Code == fault.Invalid && len(e.Fields) > 0:
			return p.showConfirm(v, http.StatusUnprocessableEntity, f, err)
		case e.Code == fault.Conflict:
			return p.offerRefused(v, err)
		}
	}
	if err != nil {
		return err
	}
	p.Changed("subscriptions")
	v.dropCookie(signupCookie)
	if s.Plan.AutoCharge && s.FirstDue > 0 {
		method, err := p.defaultMethodOf(v)
		if err != nil {
			return err
		}
		if method != "" { // it is charged by itself
			v.redirect("/abonnements/" + s.PublicID + "?fait=debit")
			return nil
		}
	}
	v.redirect(v.afterSubscribing(s))
	return nil
}

// afterSubscribing is where a subscription goes on: to its first invoice, to a method of
// payment for its trial, or it has begun.
func (v *visit) afterSubscribing(s subscriptions.Subscription) string {
	switch {
	case s.State == subscription.Pending && s.FirstID != "" && s.FirstDue > 0 && v.sees(toPay):
		return "/factures/" + s.FirstID + "/payer"
	case s.State == subscription.Pending && s.FirstID == "":
		return "/abonnements/" + s.PublicID + "?fait=methode"
	}
	return "/abonnements/" + s.PublicID + "?fait=abonne"
}

// bare takes the accents off the names of countries, which have few.
var bare = strings.NewReplacer("É", "E", "Î", "I", "Å", "A", "é", "e", "è", "e", "ê", "e", "ë", "e", "ï", "i", "î", "i", "ô", "o", "ã", "a", "ç", "c", "ü", "u", "’", " ", "-", " ")

// country is one line of a choice of countries.
type country struct{ code, name string }

// countries lists them by name in the visitor's language, the firm's own first.
func (v *visit) countries(first string) []country {
	all := []country{}
	for _, code := range ident.Countries() {
		if code != first {
			all = append(all, country{code, v.T("country." + code)})
		}
	}
	slices.SortFunc(all, func(a, b country) int {
		return cmp.Or(strings.Compare(bare.Replace(a.name), bare.Replace(b.name)), cmp.Compare(a.code, b.code))
	})
	if first != "" {
		all = append([]country{{first, v.T("country." + first)}}, all...)
	}
	return all
}
