package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/text"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Suspension says that a customer is suspended, or no longer is.
type Suspension struct {
	PublicID  string `json:"publicId"`
	Suspended bool   `json:"suspended"`
	Reason    string `json:"reason"` // for the firm's eyes: kept in the customer's history; "" = none
}

const maxReason = 500

// SetSuspended shuts all of a customer's contacts out of the portal, or lets them in as before:
// who of them has access stays as it was. Their sessions end in the same transaction. That is
// all it does: documents stay, and the firm goes on making them: what was delivered is still owed for. Suspending a
// suspended customer changes nothing.
func (s *Service) SetSuspended(ctx context.Context, who actor.Actor, in Suspension) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	var form fault.Form
	text.Each(text.Line, &in.Reason)
	form.MaxLen("reason", in.Reason, maxReason)
	if err := form.Err(); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := tx.CustomerByPublicID(ctx, in.PublicID)
		if err != nil || (c.SuspendedAt != nil) == in.Suspended {
			return db.NotFound(err)
		}
		p := gen.SetCustomerSuspendedParams{ID: c.ID, UpdatedAt: tx.Stamp()}
		action := "customer.resumed"
		if in.Suspended {
			p.SuspendedAt, action = ptr(tx.Stamp()), "customer.suspended"
		}
		if err := tx.SetCustomerSuspended(ctx, p); err != nil {
			return err
		}
		if in.Suspended {
			if err := s.endSessionsOf(ctx, tx, c.ID); err != nil {
				return err
			}
		}
		details := map[string]any{}
		if in.Reason != "" {
			if err := s.keep(ctx, tx, who, c.ID, details, []changed{{field: "suspension", after: in.Reason}}); err != nil {
				return err
			}
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action, ObjectKind: "customer", ObjectID: c.ID, Details: details})
	})
}

func (s *Service) endSessionsOf(ctx context.Context, tx *db.Tx, customerID int64) error {
	contacts, err := tx.ContactsOfCustomer(ctx, customerID)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(contacts))
	for _, k := range contacts {
		ids = append(ids, k.ID)
	}
	return s.endSessions(ctx, tx, ids)
}
