package contracts

import (
	"context"
	"time"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// SeenBy gives a contract (public id) to a contact, a guest or whoever stands before the firm's
// screen, as far as they see it (rules/contract.Sees, in SQL). What they do not see is not found,
// like what never was. Everything of a contract in the portal begins here: pages, files,
// comments, approving and signing; what these need beyond reading they ask of the actor first.
// now is when it is asked: invitations end.
func SeenBy(ctx context.Context, q *gen.Queries, now time.Time, who actor.Actor, contractID string) (c gen.Contract, err error) {
	if err := MaySee(who, contractID); err != nil {
		return gen.Contract{}, err
	}
	switch {
	case who.Kind == actor.Contact:
		c, err = q.ContractSeenByContact(ctx, gen.ContractSeenByContactParams{PublicID: contractID, CustomerID: who.CustomerID, ContactID: who.ID})
	case who.Reader != 0: // on the spot, as this contact would see it by itself
		c, err = q.ContractSeenByContact(ctx, gen.ContractSeenByContactParams{PublicID: contractID, CustomerID: who.CustomerID, ContactID: who.Reader})
	case who.Turn != "":
		c, err = q.ContractSeenInTurn(ctx, gen.ContractSeenInTurnParams{PublicID: contractID, TurnID: who.Turn, Now: db.Stamp(now)})
	default:
		c, err = q.ContractSeenByGuest(ctx, gen.ContractSeenByGuestParams{PublicID: contractID, GuestID: who.ID, Now: db.Stamp(now)})
	}
	return c, db.NotFound(err)
}

// MaySee is the part of SeenBy that needs no file: a contact with its contracts open, by a link at
// least, or the guest of this very contract. Staff see contracts in the window, not here.
func MaySee(who actor.Actor, contractID string) error {
	if who.Kind == actor.Guest {
		return who.NeedGuest(contractID)
	}
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return err
	}
	if contractID == "" {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return who.NeedArea(actor.AreaContracts)
}

// SeenID is SeenBy as of now, for rooms that need no more of the contract than its id.
func (s *Service) SeenID(ctx context.Context, q *gen.Queries, who actor.Actor, contractID string) (int64, error) {
	row, err := SeenBy(ctx, q, s.DB.Now(), who, contractID)
	return row.ID, err
}
