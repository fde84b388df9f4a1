package portal

import (
	"github.com/a-h/templ"

	"comptoir/core/actor"
	"comptoir/office/attachments"
	"comptoir/office/sales"
)

// part is a section of the dashboard; it gives nil where it has nothing to say.
type part = func(*Portal, *visit) (templ.Component, error)

// homeTop is what the firm announces, above everything; homeParts are what waits for an answer, right below what is due; homeNews is what is new, below
// the open invoices. What another part of the portal wants on the dashboard is one more line here.
var (
	homeTop   = []part{(*Portal).homeNotices}
	homeParts = []part{(*Portal).homeArrivals, (*Portal).homeQuotes, (*Portal).homeContracts, (*Portal).homeMandates}
	homeNews  = []part{(*Portal).homeSubscriptions, (*Portal).homeFiles}
)

func (p *Portal) home(v *visit) error {
	var sum sales.PortalSummary
	if v.sees(actor.AreaInvoices) {
		var err error
		if sum, err = p.Sales.PortalSummary(v.r.Context(), v.who); err != nil {
			return err
		}
	}
	top, err := p.parts(v, homeTop)
	if err != nil {
		return err
	}
	parts, err := p.parts(v, homeParts)
	if err != nil {
		return err
	}
	news, err := p.parts(v, homeNews)
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.home.title"), homePage(v, sum, top, parts, news))
}

func (p *Portal) parts(v *visit, all []part) (shown []templ.Component, err error) {
	for _, f := range all {
		c, err := f(p, v)
		if err != nil {
			return nil, err
		}
		if c != nil {
			shown = append(shown, c)
		}
	}
	return shown, nil
}

// homeFiles shows what the firm shared and nobody opened yet, five of them.
func (p *Portal) homeFiles(v *visit) (templ.Component, error) {
	if !v.sees(actor.AreaFiles) {
		return nil, nil //nolint:nilnil // a part with nothing to say
	}
	n, err := p.Files.PortalNew(v.r.Context(), v.who)
	if err != nil || n == 0 {
		return nil, err
	}
	page, err := p.Files.PortalFiles(v.r.Context(), v.who, attachments.PortalQuery{Filter: "new", Limit: 5})
	if err != nil || len(page.Rows) == 0 {
		return nil, err
	}
	return newFiles(v, v.files(page.Rows), n), nil
}
