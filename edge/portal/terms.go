package portal

import (
	"strings"

	"comptoir/office/accepted"
	"comptoir/office/subscriptions"
)

// shownTerms are the words that are accepted: the sentence beside the button, and what it is
// about. The page shows them and the record holds them, from here and from nowhere else.
type shownTerms struct {
	accept string
	text   []string
}

func (t shownTerms) words() string { return t.accept + "\n\n" + strings.Join(t.text, "\n\n") }

func (t shownTerms) hash() string { return accepted.Terms{Words: t.words()}.Hash() }

// terms are those of an offer in the visitor's language; signup: with what is said of the data
// that a newcomer leaves.
func (v *visit) terms(p subscriptions.Plan, signup bool) shownTerms {
	t := shownTerms{accept: v.T("portal.subscribe.accept", "firm", v.firm(), "plan", p.Name(v.lang))}
	if signup {
		t.accept = v.T("portal.signup.accept", "firm", v.firm(), "plan", p.Name(v.lang))
	}
	t.text = append(t.text, paragraphs(p.About(v.lang))...)
	t.text = append(t.text, v.T("portal.subscribe.price_of", "price", v.planPrice(p, p.PriceMinor)+" "+v.per(p.Unit, p.Every)))
	if p.SetupMinor > 0 {
		t.text = append(t.text, v.T("portal.subscribe.setup_of", "price", v.setup(p)))
	}
	for _, x := range p.Extras {
		t.text = append(t.text, v.T("portal.subscribe.extra_of", "name", x.Name(v.lang), "price", v.extraPrice(p, x)))
	}
	t.text = append(t.text, v.T("portal.subscribe.renews", "per", v.per(p.Unit, p.Every)))
	switch {
	case p.TrialDays > 0 && p.TrialMethod:
		t.text = append(t.text, v.T("portal.subscribe.trial_method", "n", p.TrialDays))
	case p.TrialDays > 0:
		t.text = append(t.text, v.T("portal.subscribe.trial_free", "n", p.TrialDays))
	default:
		t.text = append(t.text, v.T("portal.subscribe.begins"))
	}
	if p.AutoCharge {
		t.text = append(t.text, v.T("portal.subscribe.auto"))
	}
	t.text = append(append(t.text, v.cancelRule(p)), paragraphs(v.identity().Terms)...)
	if signup {
		t.text = append(t.text, v.T("portal.signup.data", "firm", v.firm()))
	}
	return t
}

// accepts is what a form says was accepted of these words.
func (v *visit) accepts(t shownTerms) accepted.Terms {
	return accepted.Terms{Words: t.words(), Lang: v.lang, Address: v.address, Shown: cut(v.r.PostForm.Get("termes"), 64)}
}
