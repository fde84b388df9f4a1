package customers

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
)

// Arrivals are secondary contacts that the firm let in and the primary one was not shown yet, with
// *Contact supplementaire* of its group, Markdown. None: the zero one.
type Arrivals struct {
	Names []string
	Words string
}

// Arrivals gives the primary contact who came in beside it by the firm's hand (spec/access, *Contact
// supplementaire*); another contact is told nothing.
func (s *Service) Arrivals(ctx context.Context, who actor.Actor) (a Arrivals, err error) {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return Arrivals{}, err
	}
	err = s.db.Read(ctx, func(q *gen.Queries) error {
		names, err := q.ContactArrivals(ctx, gen.ContactArrivalsParams{PrimaryID: who.ID, CustomerID: who.CustomerID})
		if err != nil || len(names) == 0 {
			return err
		}
		a.Names = names
		a.Words, err = s.wordsFor(ctx, q, who.CustomerID, "contact_added", who.Lang)
		return err
	})
	return a, err
}

// ArrivalsSeen ends that telling: the primary contact itself has the list of contacts before it.
func (s *Service) ArrivalsSeen(ctx context.Context, who actor.Actor) error {
	if err := who.NeedSelf(actor.TrustPassword); err != nil {
		return err
	}
	return s.db.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := primary(ctx, tx.Queries, who); err != nil {
			return err
		}
		return tx.DeleteArrivals(ctx, who.CustomerID)
	})
}

// arrived keeps, for the primary contact, that the firm let another one in. Where nobody leads with
// access, there is nobody to tell.
func arrived(ctx context.Context, tx *db.Tx, before []Contact, contactID int64) error {
	if lead := primaryOf(before); !lead.PortalAccess || lead.ID == contactID {
		return nil
	}
	return tx.ContactArrived(ctx, gen.ContactArrivedParams{ContactID: contactID, At: tx.Stamp()})
}
