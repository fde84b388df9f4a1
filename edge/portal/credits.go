package portal

import (
	"github.com/a-h/templ"

	"comptoir/core/locale"
	"comptoir/office/sales"
)

// creditList is the list of a customer's credit notes.
var creditList = listOf{
	path: "/credits", text: "portal.credits", icon: "invoice", dates: true, search: true, sorts: moneySorts,
	states:  []choice{{"", "all"}, {"a-utiliser", "open"}},
	several: []choice{{"/credits/zip", "portal.list.zip"}},
}

func (p *Portal) credits(v *visit) error {
	a, err := v.ask(&creditList)
	if err != nil {
		return err
	}
	page, err := p.Sales.PortalCredits(v.r.Context(), v.who, documentsAsked(a))
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.credits.title"), creditsPage(v, a, page))
}

func (p *Portal) credit(v *visit) error { return p.showCredit(v, 200, "", nil) }

// askCredit puts a question about a credit note; one that was refused stands in its field.
func (p *Portal) askCredit(v *visit) error {
	err := p.askAbout(v, "/credits/")
	if fields, ok := v.fieldsOf(err); ok {
		return p.showCredit(v, 422, v.r.PostForm.Get("question"), fields)
	}
	return err
}

func (p *Portal) showCredit(v *visit, status int, typed string, fields map[string]string) error {
	d, err := p.Sales.PortalCredit(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	thread, err := p.thread(v, d.PublicID)
	if err != nil {
		return err
	}
	files, err := p.filesOn(v, d)
	if err != nil {
		return err
	}
	return v.show(status, v.docTitle(d.Kind, d.Number), templ.Join(questionSent(v), creditPage(v, d), files, conversation(v, "/credits/"+d.PublicID, thread, typed, fields)))
}

func (p *Portal) creditPDF(v *visit) error {
	return p.draw(v, func() (sales.File, error) {
		d, err := p.Sales.PortalCredit(v.r.Context(), v.who, v.r.PathValue("id"))
		if err != nil {
			return sales.File{}, err
		}
		return p.Sales.PortalPDF(v.r.Context(), v.who, d.PublicID)
	})
}

// creditBadge says whether something of a credit note is left.
func (v *visit) creditBadge(left int64) badge {
	if left > 0 {
		return badge{"info", v.T("common.state.to_use")}
	}
	return badge{"neutral", v.T("portal.state.applied")}
}

// percent writes a rate in the reader's language.
func (v *visit) percent(pcm int64) string { return locale.Rate(v.lang, pcm) }
