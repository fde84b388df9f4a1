package portal

import (
	"context"

	"comptoir/core/actor"
	"comptoir/office/reminders"
)

// Reminders is what the portal shows of office/reminders.
type Reminders interface {
	PortalClaimed(ctx context.Context, who actor.Actor, publicID string) (reminders.Claimed, error)
}

// claimed gives the fees claimed so far on a document; the page shows them and asks nothing:
// what is to be paid is the document.
func (p *Portal) claimed(v *visit, publicID string) (reminders.Claimed, error) {
	if p.Reminders == nil {
		return reminders.Claimed{}, nil
	}
	return p.Reminders.PortalClaimed(v.r.Context(), v.who, publicID)
}
