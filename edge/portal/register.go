package portal

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"comptoir/core/fault"
	"comptoir/core/ident"
	"comptoir/core/locale"
	"comptoir/office/registration"
)

// A request for access in five steps (spec/access, Registration). The reference of what was typed is
// in a cookie, and comes back by the mailed link; no address on the way names it.

// Requests is what the portal asks of office/registration for requests for access.
type Requests interface {
	Door(ctx context.Context, groupID string, lang locale.Lang) (registration.Request, error)
	BeginRequest(ctx context.Context, groupID string, in registration.Typed) (token string, err error)
	LoadRequest(ctx context.Context, token string, lang locale.Lang, step registration.Step) (registration.Request, error)
	SaveStep(ctx context.Context, token string, step registration.Step, in registration.Typed) error
	SendCode(ctx context.Context, token string) error
	ProveCode(ctx context.Context, token, code string) error
	Reply(ctx context.Context, token, words string) error
	Submit(ctx context.Context, token string) error
	Withdraw(ctx context.Context, token string) error
}

// requestCookie is the reference of a request.
const requestCookie = "demande"

// stepPaths are the steps as addresses say them.
var stepPaths = map[registration.Step]string{registration.StepTerms: "conditions", registration.StepContact: "contact", registration.StepCompany: "societe",
	registration.StepQuestions: "questions", registration.StepStatus: "statut"}

func stepAddress(s registration.Step) string { return "/demande/" + stepPaths[s] }

// stepOf is the step that an address names.
func stepOf(path string) (registration.Step, error) {
	for s, p := range stepPaths {
		if p == path {
			return s, nil
		}
	}
	return "", errNoPage
}

// stepAfter is the next of the steps.
func stepAfter(s registration.Step) registration.Step {
	all := registration.Steps()
	for i := range all[:len(all)-1] {
		if all[i] == s {
			return all[i+1]
		}
	}
	return registration.StepStatus
}

// requestView is a step with what was typed and what was refused of it.
type requestView struct {
	registration.Request
	step    registration.Step
	action  string // where the form goes
	begun   bool
	refused map[string]string
	said    string // why nothing was done
	sent    bool   // a new code is on its way
}

// asksCode tells whether the step waits for the code that was mailed.
func (r requestView) asksCode() bool {
	return r.Form.Email != "" && !r.EmailProved && len(r.refused) == 0 || r.refused["code"] != ""
}

// ends tells whether nothing but this step is missing: then its button sends the request at once.
// One that the firm gave back is sent from the status, where the firm's words are.
func (r requestView) ends() bool {
	if r.State != registration.Draft || r.step == registration.StepTerms || r.step == registration.StepContact && !r.EmailProved {
		return false
	}
	for _, m := range r.Missing {
		if m.Step != r.step {
			return false
		}
	}
	return true
}

// place is the step's number, from 1.
func (r requestView) place() int {
	for i, s := range registration.Steps() {
		if s == r.step {
			return i + 1
		}
	}
	return len(registration.Steps())
}

func (r requestView) lacks(s registration.Step) bool {
	for _, m := range r.Missing {
		if m.Step == s {
			return true
		}
	}
	return false
}

func (v *visit) requestToken() string {
	c, err := v.r.Cookie(v.cookieName(requestCookie))
	if err != nil || len(c.Value) != 43 {
		return ""
	}
	return c.Value
}

// door is the first step of a group, before anything is kept.
func (p *Portal) door(v *visit) error {
	if token := v.requestToken(); token != "" {
		r, err := p.Registration.LoadRequest(v.r.Context(), token, v.lang, registration.StepStatus)
		if err == nil && r.GroupID == v.r.PathValue("group") && r.State != registration.Withdrawn && r.State != registration.Refused { // after those another may be made
			v.redirect(stepAddress(goesOn(r)))
			return nil
		}
		if err != nil && !errors.Is(err, registration.ErrNoRequest) {
			return err
		}
	}
	return p.showDoor(v, http.StatusOK, nil, "")
}

// otherDoor leads from the address of the specification to the one that is handed out. It looks
// nothing up: whether there is such a group is said behind it.
func (p *Portal) otherDoor(v *visit) error {
	v.redirect("/inscription/" + url.PathEscape(v.r.PathValue("group")))
	return nil
}

// goesOn is the step at which somebody who comes back goes on.
func goesOn(r registration.Request) registration.Step {
	if r.Editable() && len(r.Missing) > 0 {
		return r.Missing[0].Step
	}
	return registration.StepStatus
}

func (p *Portal) showDoor(v *visit, status int, refused map[string]string, said string) error {
	r, err := p.Registration.Door(v.r.Context(), v.r.PathValue("group"), v.lang)
	if err != nil {
		return err
	}
	return v.show(status, v.T("portal.register.title"), requestPage(v, requestView{Request: r, step: registration.StepTerms, action: "/inscription/" + url.PathEscape(r.GroupID), refused: refused, said: said}))
}

func (v *visit) typedRequest(r registration.Request) registration.Typed {
	f := v.r.PostForm
	field := func(name string, limit int) string { return cut(f.Get(name), limit) }
	in := registration.Typed{Lang: v.lang, Address: v.address, Accepted: f.Get("conditions") == "1", Answers: map[string]string{}}
	in.TermsVersion, _ = strconv.ParseInt(field("version", 12), 10, 64) // 0 is no version
	in.Form = registration.RequestForm{Name: field("nom", 200), Email: field("courriel", 320), Phone: field("telephone", 40), Language: field("langue", 2), UserName: field("identifiant", 100),
		Company: field("societe", 200), TaxID: field("numero", 100), Line1: field("rue", 200), Line2: field("complement", 200), Postcode: field("code-postal", 20), City: field("ville", 200), Region: field("region", 100), Country: field("pays", 2)}
	for _, q := range r.Questions {
		in.Answers[q.ID] = field("q-"+q.ID, 2001)
	}
	return in
}

// busyOr tells what has to wait in its own words; any other error goes on.
func (v *visit) busyOr(err error) (said string, rest error) {
	e, ok := fault.As(err)
	if !ok || e.Code != fault.TooMany {
		return "", err
	}
	v.log(http.StatusTooManyRequests, e, err)
	v.w.Header().Set("Retry-After", "60")
	said, _ = locale.FaultText(v.lang, e)
	return said, nil
}

func (p *Portal) beginRequest(v *visit) error {
	token, err := p.Registration.BeginRequest(v.r.Context(), v.r.PathValue("group"), v.typedRequest(registration.Request{}))
	if fields, ok := v.fieldsOf(err); ok {
		return p.showDoor(v, http.StatusUnprocessableEntity, fields, "")
	}
	if said, rest := v.busyOr(err); said != "" {
		return p.showDoor(v, http.StatusTooManyRequests, nil, said)
	} else if rest != nil {
		return rest
	}
	v.setCookie(requestCookie, token, int(registration.RequestLife.Seconds()))
	v.redirect(stepAddress(registration.StepContact))
	return nil
}

// comeBack takes the reference of a mailed link out of the address into the cookie.
func (p *Portal) comeBack(v *visit) error {
	token := v.r.PathValue("token")
	r, err := p.Registration.LoadRequest(v.r.Context(), token, v.lang, registration.StepStatus)
	if errors.Is(err, registration.ErrNoRequest) {
		return p.noRequest(v)
	}
	if err != nil {
		return err
	}
	v.setCookie(requestCookie, token, int(registration.RequestLife.Seconds()))
	v.redirect(stepAddress(goesOn(r)))
	return nil
}

// noRequest says the same of a request that never was, that is over, and of a cookie that was refused.
func (p *Portal) noRequest(v *visit) error {
	if v.notice("retrait") != "" {
		return v.show(http.StatusOK, v.T("portal.register.title"), noRequestPage(v, "withdrawn"))
	}
	return v.show(http.StatusNotFound, v.T("portal.register.title"), noRequestPage(v, "none"))
}

func (p *Portal) step(v *visit) error {
	s, err := stepOf(v.r.PathValue("step"))
	if err != nil {
		return err
	}
	return p.showStep(v, http.StatusOK, requestView{step: s, sent: v.notice("renvoi") != ""}, nil)
}

// showStep shows a step of the visitor's request; typed is put in the place of what is kept.
func (p *Portal) showStep(v *visit, status int, r requestView, typed *registration.Typed) (err error) {
	r.Request, err = p.Registration.LoadRequest(v.r.Context(), v.requestToken(), v.lang, r.step)
	if errors.Is(err, registration.ErrNoRequest) {
		return p.noRequest(v)
	}
	if err != nil {
		return err
	}
	if !r.Editable() && r.step != registration.StepStatus {
		v.redirect(stepAddress(registration.StepStatus))
		return nil
	}
	r.begun, r.action = true, stepAddress(r.step)
	if r.Form.Country == "" {
		r.Form.Country = v.identity().Country
	}
	if typed != nil {
		r.Form = typed.Form
		for i := range r.Questions {
			r.Questions[i].Answer = typed.Answers[r.Questions[i].ID]
		}
	}
	return v.show(status, v.T("portal.register.title"), requestPage(v, r))
}

func (p *Portal) saveStep(v *visit) error {
	s, err := stepOf(v.r.PathValue("step"))
	if err != nil || s == registration.StepStatus {
		return errNoPage
	}
	token := v.requestToken()
	known, err := p.Registration.LoadRequest(v.r.Context(), token, v.lang, s)
	if errors.Is(err, registration.ErrNoRequest) {
		return p.noRequest(v)
	}
	if err != nil {
		return err
	}
	in := v.typedRequest(known)
	err = p.Registration.SaveStep(v.r.Context(), token, s, in)
	if fields, ok := v.fieldsOf(err); ok {
		return p.showStep(v, http.StatusUnprocessableEntity, requestView{step: s, refused: fields}, &in)
	}
	if said, rest := v.busyOr(err); said != "" {
		return p.showStep(v, http.StatusTooManyRequests, requestView{step: s, said: said}, nil)
	} else if rest != nil {
		return p.settled(v, rest)
	}
	if s == registration.StepContact && (!known.EmailProved || !ident.SameEmail(known.Form.Email, strings.TrimSpace(in.Form.Email))) {
		v.redirect(stepAddress(s)) // the code is asked for there
		return nil
	}
	if v.r.PostForm.Get("envoi") == "1" {
		return p.submitRequest(v)
	}
	next := stepAfter(s)
	if next == registration.StepQuestions && len(known.Questions) == 0 {
		next = registration.StepStatus
	}
	v.redirect(stepAddress(next))
	return nil
}

// settled leads to the status of a request that cannot be changed any more.
func (p *Portal) settled(v *visit, err error) error {
	switch {
	case errors.Is(err, registration.ErrNoRequest):
		return p.noRequest(v)
	case errors.Is(err, registration.ErrSettled), errors.Is(err, registration.ErrIncomplete):
		v.redirect(stepAddress(registration.StepStatus))
		return nil
	}
	return err
}

func (p *Portal) proveRequest(v *visit) error {
	err := p.Registration.ProveCode(v.r.Context(), v.requestToken(), v.r.PostForm.Get("code"))
	if e, ok := fault.As(err); ok && (e.Key == registration.ErrWrong.Key || e.Key == registration.ErrDead.Key) {
		return p.showStep(v, http.StatusUnprocessableEntity, requestView{step: registration.StepContact, refused: map[string]string{"code": v.T(e.Key)}}, nil)
	}
	if err != nil {
		return p.settled(v, err)
	}
	v.redirect(stepAddress(registration.StepCompany))
	return nil
}

func (p *Portal) resendRequestCode(v *visit) error {
	said, err := v.busyOr(p.Registration.SendCode(v.r.Context(), v.requestToken()))
	if said != "" {
		return p.showStep(v, http.StatusTooManyRequests, requestView{step: registration.StepContact, said: said}, nil)
	}
	if err != nil {
		return p.settled(v, err)
	}
	v.redirect(stepAddress(registration.StepContact) + "?fait=renvoi")
	return nil
}

func (p *Portal) submitRequest(v *visit) error {
	var err error
	if words, says := v.r.PostForm["reponse"]; says {
		err = p.Registration.Reply(v.r.Context(), v.requestToken(), words[0])
	}
	if err == nil {
		err = p.Registration.Submit(v.r.Context(), v.requestToken())
	}
	if fields, ok := v.fieldsOf(err); ok {
		return p.showStep(v, http.StatusUnprocessableEntity, requestView{step: registration.StepStatus, refused: fields}, nil)
	}
	if err != nil {
		return p.settled(v, err)
	}
	v.redirect(stepAddress(registration.StepStatus))
	return nil
}

func (p *Portal) withdrawRequest(v *visit) error {
	if err := p.Registration.Withdraw(v.r.Context(), v.requestToken()); err != nil {
		return p.settled(v, err)
	}
	v.redirect(stepAddress(registration.StepStatus) + "?fait=retrait")
	return nil
}

// wished is the label of a question, with a word where it may be left open.
func (v *visit) wished(q registration.Question) string {
	if q.Mandatory {
		return q.Label
	}
	return v.T("portal.register.optional", "label", q.Label)
}

// requestState names the texts of the status. Where the group takes everybody, an access that is open
// and a request that the firm looks at read the same: the mail tells which it is.
func (v *visit) requestState(r requestView) string {
	switch {
	case r.Free && (r.State == registration.Sent || r.State == registration.Approved):
		return "free"
	case r.State == registration.Draft && len(r.Missing) > 0:
		return "incomplete"
	case r.State == registration.Draft:
		return "complete"
	}
	return r.State
}
