package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// PortalOff is what closing the portal for a group touches.
type PortalOff struct {
	Contacts int64 `json:"contacts"` // who get in now
	Sessions int64 `json:"sessions"` // of theirs, open now
	Free     bool  `json:"free"`     // anybody may register in this group: that ends with it
}

// PortalOff says whom closing the portal for a group would touch. It changes nothing.
func (s *Service) PortalOff(ctx context.Context, who actor.Actor, groupID string) (off PortalOff, err error) {
	if err := who.Need(actor.Look); err != nil {
		return PortalOff{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		g, err := q.CustomerGroupByPublicID(ctx, groupID)
		if err != nil {
			return db.NotFound(err)
		}
		off, err = portalOff(ctx, q, g.ID, db.Stamp(s.db.Now()))
		return err
	})
	return off, err
}

func portalOff(ctx context.Context, q *gen.Queries, groupID int64, now string) (off PortalOff, err error) {
	if off.Contacts, err = q.CountGroupContacts(ctx, &groupID); err != nil {
		return off, err
	}
	if off.Sessions, err = q.CountGroupSessions(ctx, gen.CountGroupSessionsParams{GroupID: &groupID, Now: now}); err != nil {
		return off, err
	}
	free, err := q.FreeGroup(ctx)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return off, nil
	}
	off.Free = free.ID == groupID
	return off, err
}

// putPortalSwitch opens or closes the portal for a group. Closing ends the sessions of its
// contacts in the same transaction and deletes nothing else: passwords and links are as they
// were when it opens again.
func (s *Service) putPortalSwitch(ctx context.Context, tx *db.Tx, who actor.Actor, c checked) error {
	if c.PortalEnabled == nil {
		return nil
	}
	g, err := tx.CustomerGroupByID(ctx, c.ID)
	if err != nil || (g.PortalEnabled == 1) == *c.PortalEnabled {
		return db.NotFound(err)
	}
	if err := tx.SetGroupPortalEnabled(ctx, gen.SetGroupPortalEnabledParams{ID: c.ID, PortalEnabled: flag(*c.PortalEnabled)}); err != nil {
		return err
	}
	if *c.PortalEnabled {
		return audit.Write(ctx, tx, who, audit.Record{Action: "group.portal_opened", ObjectKind: "customer_group", ObjectID: c.ID})
	}
	off, err := portalOff(ctx, tx.Queries, c.ID, tx.Stamp())
	if err != nil {
		return err
	}
	if _, err := tx.DeleteStandInsOfGroup(ctx, &c.ID); err != nil { // nobody of the firm stays in their place
		return err
	}
	inside, err := tx.GroupContactsInside(ctx, &c.ID)
	if err != nil {
		return err
	}
	if err := s.endSessions(ctx, tx, inside); err != nil {
		return err
	}
	if err := endFree(ctx, tx, who, c.ID); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "group.portal_closed", ObjectKind: "customer_group", ObjectID: c.ID, Details: map[string]any{"contacts": off.Contacts, "sessions": off.Sessions}})
}

// endFree ends free registration where it is in this group. Opening the group's portal again does
// not bring it back: whoever wants that says so in the settings.
func endFree(ctx context.Context, tx *db.Tx, who actor.Actor, groupID int64) error {
	n, err := tx.EndFreeRegistration(ctx, &groupID)
	if err != nil || n == 0 {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "group.free_registration_off", ObjectKind: "customer_group", ObjectID: groupID})
}

func (s *Service) endSessions(ctx context.Context, tx *db.Tx, contacts []int64) error {
	if s.end == nil {
		return nil
	}
	for _, id := range contacts {
		if err := s.end(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// shutOut ends the sessions of those of list whom their group does not let in any more.
func (s *Service) shutOut(ctx context.Context, tx *db.Tx, list []Contact) error {
	for _, k := range list {
		in, err := tx.ContactLetIn(ctx, k.ID)
		if err != nil {
			return err
		}
		if in == 1 {
			continue
		}
		if err := s.endSessions(ctx, tx, []int64{k.ID}); err != nil {
			return err
		}
	}
	return nil
}
