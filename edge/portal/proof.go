package portal

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
)

// proofField is where the form of a sensitive act carries the password once it was asked for
// again; what was typed travels beside it, so that nothing is typed twice.
const proofField = "preuve"

// proofCode carries the code of the second factor beside it, where the session has one.
const proofCode = "preuve-code"

// proofView is the page that asks for the password again.
type proofView struct {
	to      string // the address of the act
	fields  [][2]string
	refused string
	code    string // the refusal of the code
}

// prove takes the password that came with a form, before the form is done. It gives false
// where it was refused and the page stands.
func (p *Portal) prove(v *visit) (bool, error) {
	if v.r.Method != http.MethodPost || !v.r.PostForm.Has(proofField) || v.session == nil {
		return true, nil
	}
	password, code := v.r.PostForm.Get(proofField), v.r.PostForm.Get(proofCode)
	for _, name := range []string{proofField, proofCode} {
		v.r.PostForm.Del(name)
		v.r.Form.Del(name)
	}
	if !p.limits.address(signin, v.address) {
		return false, fault.New(fault.TooMany, "fault.too_many")
	}
	who, err := p.Access.Prove(v.r.Context(), v.who, password, code)
	if fields, ok := v.fieldsOf(err); ok {
		return false, p.askProof(v, http.StatusUnprocessableEntity, fields)
	}
	v.who = who
	return err == nil, err
}

// askProof shows the page that asks for the password again and keeps what was typed.
func (p *Portal) askProof(v *visit, status int, refused map[string]string) error {
	view := proofView{to: v.r.URL.RequestURI(), refused: refused["old"], code: refused["code"]}
	for name, values := range v.r.PostForm {
		for _, value := range values {
			view.fields = append(view.fields, [2]string{name, value})
		}
	}
	slices.SortStableFunc(view.fields, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	var leads []string
	for _, w := range v.identity().terms.Saves {
		leads = append(leads, w.Way)
	}
	v.mayLeaveFor(leads) // a method is kept on a page of the gateway
	return v.show(status, v.T("portal.proof.title"), proofPage(v, view))
}

// perform does a route, and asks for the password again where the use case wants it.
func (p *Portal) perform(v *visit, r route) error {
	if ok, err := p.prove(v); !ok || err != nil {
		return err
	}
	err := r.do(p, v)
	if errors.Is(err, actor.ErrProof) && v.r.Method == http.MethodPost && !v.written {
		v.log(http.StatusForbidden, actor.ErrProof, err)
		return p.askProof(v, http.StatusForbidden, nil)
	}
	return err
}
