package customers

import (
	"context"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
)

// Swap makes another contact of a customer its primary one.
type Swap struct {
	CustomerID string `json:"customerId"`
	FromID     string `json:"fromId"` // the primary contact as the window showed it, "" = none
	ToID       string `json:"toId"`
}

// SwapPlan is which of the two mails of a swap would go, for the window to say beforehand.
type SwapPlan struct {
	TellNew bool `json:"tellNew"`
	TellOld bool `json:"tellOld"`
}

// SwapPrimary makes another contact the primary one, in one step: the old one gives way, and
// each of the two is told where its group ticked it. Two people at once: the second one is
// refused, for the primary contact is no longer the one it saw (spec/access, Contacts).
func (s *Service) SwapPrimary(ctx context.Context, who actor.Actor, key string, in Swap) error {
	if err := who.Need(actor.Invite); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		done := ""
		return audit.Once(ctx, tx, key, "contact.swap", in, &done, func() error {
			done = in.ToID
			return s.swap(ctx, tx, who, in)
		})
	})
}

func (s *Service) swap(ctx context.Context, tx *db.Tx, who actor.Actor, in Swap) error {
	c, err := tx.CustomerByPublicID(ctx, in.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := contactOf(ctx, tx.Queries, c.ID, in.ToID)
	if err != nil {
		return err
	}
	before, err := byPublicID(ctx, tx.Queries, c.PublicID)
	if err != nil {
		return err
	}
	old := primaryOf(before.Contacts)
	if old.PublicID != in.FromID || old.PublicID == in.ToID {
		return fault.New(fault.Conflict, "fault.stale")
	}
	if err := mayLead(before.Contacts, to.PortalAccess == 1); err != nil {
		return err
	}
	if err := tx.ClearPrimary(ctx, gen.ClearPrimaryParams{UpdatedAt: tx.Stamp(), CustomerID: c.ID, ExceptID: to.ID}); err != nil {
		return err
	}
	n, err := tx.MakePrimary(ctx, gen.MakePrimaryParams{UpdatedAt: tx.Stamp(), ID: to.ID, CustomerID: c.ID})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	return s.swapped(ctx, tx, who, c.ID, old.ID, to.ID)
}

// mayLead refuses a primary contact without access where another one has it: the primary one
// is who invites and removes in the portal.
func mayLead(all []Contact, access bool) error {
	if !access && slices.ContainsFunc(all, func(k Contact) bool { return k.PortalAccess }) {
		return fault.New(fault.Conflict, "fault.access.primary_needs_access")
	}
	return nil
}

// primaryOf gives the primary one of these contacts, the zero one where there is none.
func primaryOf(list []Contact) Contact {
	for _, k := range list {
		if k.IsPrimary {
			return k
		}
	}
	return Contact{}
}

// swapped writes a swap into the customer's history and tells the two, each in its own
// language at its own address, where the group ticked it. One that has been put away, lost its
// access, has no address or whose group does not use the portal is not told. Both the swap and the customer's form end here.
func (s *Service) swapped(ctx context.Context, tx *db.Tx, who actor.Actor, customerID, oldID, newID int64) error {
	if err := audit.Write(ctx, tx, who, audit.Record{Action: "customer.primary_swapped", ObjectKind: "customer", ObjectID: customerID, Details: map[string]any{"from": oldID, "to": newID}}); err != nil {
		return err
	}
	plan, err := swapPlan(ctx, tx.Queries, customerID)
	if err != nil {
		return err
	}
	for _, x := range []struct {
		tell bool
		id   int64
		kind string
	}{{plan.TellNew, newID, MailNewPrimary}, {plan.TellOld, oldID, MailOldPrimary}} {
		if !x.tell || x.id == 0 {
			continue
		}
		k, err := tx.ContactByID(ctx, x.id)
		if err != nil {
			return db.NotFound(err)
		}
		in, err := tx.ContactLetIn(ctx, k.ID)
		if err != nil {
			return err
		}
		if in == 0 || k.Email == "" {
			continue
		}
		if err := s.mailContact(ctx, tx, x.kind, k, 0, nil); err != nil {
			return err
		}
	}
	return nil
}

// SwapPlanOf says which mails a swap among a customer's contacts would send.
func (s *Service) SwapPlanOf(ctx context.Context, who actor.Actor, customerID string) (plan SwapPlan, err error) {
	if err := who.Need(actor.Look); err != nil {
		return SwapPlan{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		c, err := q.CustomerByPublicID(ctx, customerID)
		if err != nil {
			return db.NotFound(err)
		}
		plan, err = swapPlan(ctx, q, c.ID)
		return err
	})
	return plan, err
}

// swapPlan: a customer without a group is told of nothing, since nobody ticked anything.
func swapPlan(ctx context.Context, q *gen.Queries, customerID int64) (SwapPlan, error) {
	g, err := q.GroupFlagsOf(ctx, customerID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return SwapPlan{}, nil
	}
	return SwapPlan{TellNew: g.TellNewPrimary == 1, TellOld: g.TellOldPrimary == 1}, err
}
