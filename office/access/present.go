package access

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
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
	if err := who.Need(actor.Look); err != nil {
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

// Invite mails a contact the way to its first password, from the firm.
func (s *Service) Invite(ctx context.Context, who actor.Actor, contactID int64) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.ContactByID(ctx, contactID)
		if err != nil {
			return db.NotFound(err)
		}
		in, err := tx.ContactLetIn(ctx, contactID)
		if err != nil {
			return err
		}
		switch {
		case c.ArchivedAt != nil || c.PortalAccess == 0:
			return fault.New(fault.Conflict, "fault.no_portal_access", "name", c.Name)
		case in == 0:
			return groupOff(c.Name)
		case c.Email == "":
			return fault.New(fault.Invalid, "fault.email_needed", "name", c.Name)
		}
		if err := s.InvitePassword(ctx, tx, contactID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "contact.invited", ObjectKind: "contact", ObjectID: contactID})
	})
}
