package portal

import (
	"github.com/a-h/templ"

	"comptoir/core/locale"
	"comptoir/office/sales"
)

// creditList is the list of a customer's credit notes.
var creditList = listOf{path: "/credits", text: "portal.credits", icon: "invoice", states: []choice{{"", "all"}, {"a-utiliser", "open"}}}

func (p *Portal) credits(v *visit) error {
	a, err := v.ask(&creditList)
	if err != nil {
		return err
	}
	page, err := p.Sales.PortalCredits(v.r.Context(), v.who, sales.PortalQuery{Filter: a.State(), After: a.After})
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.credits.title"), creditsPage(v, a, page))
}

func (p *Portal) credit(v *visit) error {
	d, err := p.Sales.PortalCredit(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	thread, err := p.Chat.PortalThread(v.r.Context(), v.who, d.PublicID)
	if err != nil {
		return err
	}
	return v.show(200, v.docTitle(d.Kind, d.Number), templ.Join(creditPage(v, d), conversation(v, "/factures/"+d.PublicID, thread, "", nil)))
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
