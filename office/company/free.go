package company

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Inscription libre (spec/access): one group takes anybody whose mailbox is proved as a new
// customer, without a decision of the firm. Off unless a group was chosen, and a group whose portal
// is closed takes nobody.

// freeGroup gives the public id of the group that anybody may register in, "" for none.
func freeGroup(ctx context.Context, q *gen.Queries) (string, error) {
	g, err := q.FreeGroup(ctx)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return g.PublicID, err
}

// putFree checks the group that is to take anybody and gives its id; nil for none. Switching free
// registration on or off, or to another group, is an act of its own in the log.
func (s *Service) putFree(ctx context.Context, tx *db.Tx, who actor.Actor, groupID string) (*int64, error) {
	before, err := freeGroup(ctx, tx.Queries)
	if err != nil {
		return nil, err
	}
	if groupID == "" {
		if before != "" {
			err = audit.Write(ctx, tx, who, audit.Record{Action: "group.free_registration_off", ObjectKind: "company", ObjectID: 1})
		}
		return nil, err
	}
	var form fault.Form
	g, err := tx.CustomerGroupByPublicID(ctx, groupID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		form.Add("freeGroupId", "fault.choice")
		return nil, form.Err()
	}
	if err != nil {
		return nil, err
	}
	if g.PortalEnabled != 1 {
		form.Add("freeGroupId", "fault.register.group_closed", "group", g.Name)
		return nil, form.Err()
	}
	if groupID != before {
		err = audit.Write(ctx, tx, who, audit.Record{Action: "group.free_registration_on", ObjectKind: "customer_group", ObjectID: g.ID})
	}
	return &g.ID, err
}
