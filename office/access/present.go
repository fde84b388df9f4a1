package access

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// Present is a contact with an open session, for the portal card of the window.
type Present struct {
	PublicID string
	Contact  string
	Customer string
	Trust    actor.Trust
	Address  string
	SeenAt   string
}

// PresentNow lists who is in the portal, the latest first.
func (s *Service) PresentNow(ctx context.Context, who actor.Actor) (list []Present, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	list = []Present{}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.PresentSessions(ctx, db.Stamp(s.db.Now()))
		for _, r := range rows {
			list = append(list, Present{PublicID: r.PublicID, Contact: r.ContactName, Customer: r.CustomerName, Trust: actor.Trust(r.Trust), Address: r.Address, SeenAt: r.SeenAt})
		}
		return err
	})
	return list, err
}
