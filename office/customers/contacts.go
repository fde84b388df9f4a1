package customers

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// saveContacts brings the stored contacts in line with c.Contacts: new ones are made,
// known ones changed, missing ones archived and shut out of the portal.
// Another primary one than before is a swap, and is told as one.
func (s *Service) saveContacts(ctx context.Context, tx *db.Tx, who actor.Actor, c Customer, before []Contact) error {
	for _, old := range before {
		if slices.ContainsFunc(c.Contacts, func(k Contact) bool { return k.PublicID == old.PublicID }) {
			continue
		}
		if err := s.putAway(ctx, tx, who, old.ID); err != nil {
			return err
		}
	}
	// First those that are not primary: the unique index allows one primary at a time.
	ordered := slices.Clone(c.Contacts)
	slices.SortStableFunc(ordered, func(a, b Contact) int { return int(flag(a.IsPrimary) - flag(b.IsPrimary)) })
	for _, k := range ordered {
		if err := s.saveContact(ctx, tx, c.ID, k, before); err != nil {
			return err
		}
	}
	old := primaryOf(before)
	if old.ID == 0 {
		return nil // the first one takes nobody's place
	}
	after, err := byPublicID(ctx, tx.Queries, c.PublicID)
	if err != nil {
		return err
	}
	to := primaryOf(after.Contacts)
	if err := leaderOf(c, after.Contacts, old, to); err != nil || to.ID == 0 || to.ID == old.ID {
		return err
	}
	return s.swapped(ctx, tx, who, c.ID, old.ID, to.ID)
}

// leaderOf refuses, beside the field of the form, what mayLead refuses: a new primary contact
// without access, and access taken from the one there is. One that had none before stays.
func leaderOf(c Customer, after []Contact, old, to Contact) error {
	key := "fault.access.primary_needs_access"
	if to.ID == old.ID {
		if !old.PortalAccess {
			return nil
		}
		key = "fault.access.primary_keeps"
	}
	if mayLead(after, to.PortalAccess) == nil {
		return nil
	}
	var form fault.Form
	form.Add(fmt.Sprintf("contacts.%d.portalAccess", slices.IndexFunc(c.Contacts, func(k Contact) bool { return k.IsPrimary })), key)
	return form.Err()
}

func (s *Service) saveContact(ctx context.Context, tx *db.Tx, customerID int64, k Contact, before []Contact) error {
	if k.PublicID == "" {
		id, err := tx.InsertContact(ctx, gen.InsertContactParams{PublicID: s.ids(), CustomerID: customerID, Name: k.Name, Email: k.Email, Phone: k.Phone,
			Language: k.Language, IsPrimary: flag(k.IsPrimary), PortalAccess: flag(k.PortalAccess), Now: tx.Stamp()})
		if err != nil || !k.PortalAccess || k.IsPrimary {
			return err
		}
		return arrived(ctx, tx, before, id)
	}
	i := slices.IndexFunc(before, func(old Contact) bool { return old.PublicID == k.PublicID })
	if i < 0 {
		return fault.New(fault.NotFound, "fault.not_found") // somebody else's contact
	}
	old := before[i]
	n, err := tx.UpdateContact(ctx, gen.UpdateContactParams{ID: old.ID, Name: k.Name, Email: k.Email, Phone: k.Phone, Language: k.Language,
		IsPrimary: flag(k.IsPrimary), PortalAccess: flag(k.PortalAccess), UpdatedAt: tx.Stamp(), Version: k.Version})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if k.PortalAccess && !old.PortalAccess && !k.IsPrimary {
		if err := arrived(ctx, tx, before, old.ID); err != nil {
			return err
		}
	}
	// Another address is another person, or may be: what the old one opened is shut.
	if old.PortalAccess && !k.PortalAccess || !strings.EqualFold(old.Email, k.Email) {
		return s.close(ctx, tx, old.ID)
	}
	return nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func ptr(s string) *string { return &s }
