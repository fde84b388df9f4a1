package portal

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/office/recurring"
)

// Recurring is what the portal asks of office/recurring.
type Recurring interface {
	PortalList(ctx context.Context, who actor.Actor, q recurring.PortalQuery) (recurring.PortalPage, error)
	PortalOne(ctx context.Context, who actor.Actor, publicID string) (recurring.PortalView, error)
}

// recurrenceList is the list of what is invoiced by a calendar.
var recurrenceList = listOf{
	path: "/recurrentes", text: "portal.recurring", icon: "invoice", dates: true, search: true, sorts: moneySorts,
	states: []choice{{"", "active"}, {"terminees", "ended"}},
}

// recurrences lists what is invoiced by a calendar.
func (p *Portal) recurrences(v *visit) error {
	a, err := v.ask(&recurrenceList)
	if err != nil {
		return err
	}
	page, err := p.Recurring.PortalList(v.r.Context(), v.who, recurring.PortalQuery{Filter: a.State(), From: a.From, To: a.To, Words: a.Words, Sort: a.Sort(), After: a.After})
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.recurring.title"), recurrencesPage(v, a, page))
}

// recurrence shows one of them with the invoices made of it.
func (p *Portal) recurrence(v *visit) error {
	x, err := p.Recurring.PortalOne(v.r.Context(), v.who, v.r.PathValue("id"))
	if err != nil {
		return err
	}
	c, err := p.charged(v, x.PublicID)
	if err != nil {
		return err
	}
	return v.show(200, v.T("portal.recurring.title"), recurrencePage(v, x, c))
}

func (v *visit) often(r recurring.PortalRow) string { return r.Rule.Words(locale.Of(v.lang)) }

func (v *visit) cyclesLeft(r recurring.PortalRow) string {
	if r.Ended {
		return v.T("portal.recurring.ended")
	}
	if r.Remaining < 0 {
		return v.T("portal.recurring.endless")
	}
	return v.T("portal.recurring.cycles", "n", r.Remaining)
}
