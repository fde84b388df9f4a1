package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// SetSuspended shuts all of a customer's contacts out of the portal, or lets them in as before:
// who of them has access stays as it was. Their sessions end in the same transaction. Suspending
// a suspended customer changes nothing.
func (s *Service) SetSuspended(ctx context.Context, who actor.Actor, publicID string, suspended bool) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, publicID)
		if err != nil || (c.SuspendedAt != nil) == suspended {
			return db.NotFound(err)
		}
		p := gen.SetCustomerSuspendedParams{ID: c.ID, UpdatedAt: tx.Stamp()}
		action := "customer.resumed"
		if suspended {
			p.SuspendedAt, action = ptr(tx.Stamp()), "customer.suspended"
		}
		if err := tx.SetCustomerSuspended(ctx, p); err != nil {
			return err
		}
		if suspended {
			contacts, err := tx.ContactsOfCustomer(ctx, c.ID)
			if err != nil {
				return err
			}
			for _, k := range contacts {
				if err := s.endSessions(ctx, tx, []int64{k.ID}); err != nil {
					return err
				}
			}
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: c.ID})
	})
}
