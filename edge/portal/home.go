package portal

import (
	"github.com/a-h/templ"

	"comptoir/office/attachments"
)

// homeParts are the sections of the dashboard below what is due, in the order in which they are
// shown. Each gives nil where it has nothing to say. What another part of the portal wants on the
// dashboard is one more line here.
var homeParts = []func(*Portal, *visit) (templ.Component, error){
	(*Portal).homeFiles,
}

func (p *Portal) home(v *visit) error {
	sum, err := p.Sales.PortalSummary(v.r.Context(), v.who)
	if err != nil {
		return err
	}
	parts := []templ.Component{}
	for _, part := range homeParts {
		shown, err := part(p, v)
		if err != nil {
			return err
		}
		if shown != nil {
			parts = append(parts, shown)
		}
	}
	return v.show(200, v.T("portal.home.title"), homePage(v, sum, parts))
}

// homeFiles shows what the firm shared and nobody opened yet, five of them.
func (p *Portal) homeFiles(v *visit) (templ.Component, error) {
	n, err := p.Files.PortalNew(v.r.Context(), v.who)
	if err != nil || n == 0 {
		return nil, err
	}
	page, err := p.Files.PortalFiles(v.r.Context(), v.who, attachments.PortalQuery{Filter: "new", Limit: 5})
	if err != nil || len(page.Rows) == 0 {
		return nil, err
	}
	return newFiles(v, page.Rows, n), nil
}
