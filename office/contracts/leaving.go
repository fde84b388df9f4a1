package contracts

import (
	"context"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/customers"
)

// leavingMost bounds the contracts that are named one by one when a contact leaves.
const leavingMost = 500

// Leaving tells on which contracts of its customer a contact is named or which it sees, the newest
// first. With TakeOff it is customers.Contracts.
func (s *Service) Leaving(ctx context.Context, q *gen.Queries, contactID int64) ([]customers.Losing, error) {
	rows, err := q.ContractsNaming(ctx, gen.ContractsNamingParams{ContactID: contactID, RowLimit: leavingMost})
	list := make([]customers.Losing, 0, len(rows))
	for _, r := range rows {
		list = append(list, customers.Losing{ID: r.PublicID, Number: r.Number, Title: r.Title, Requester: r.Requester == 1, Watcher: r.Watcher == 1, Sees: r.Sees == 1, Party: r.Party == 1, Awaited: r.Awaited == 1})
	}
	return list, err
}

// Renamed has the contracts of a customer found by its new name.
func (s *Service) Renamed(ctx context.Context, tx *db.Tx, customerID int64, name string) error {
	rows, err := tx.ContractsOfCustomerToFind(ctx, customerID)
	for _, r := range rows {
		if err := index(ctx, tx, r.ID, r.PublicID, r.Number, r.Title, name); err != nil {
			return err
		}
	}
	return err
}

// TakeOff takes a contact that leaves its customer, or is archived, off the requesters and watchers
// of all contracts; what it decided in rounds stands, and what it still owes is shown as blocked.
// Where the firm was not told before (said), a contract that loses its requester is a notice.
func (s *Service) TakeOff(ctx context.Context, tx *db.Tx, who actor.Actor, contactID int64, said bool) error {
	ids, err := tx.ContractsNamedOn(ctx, &contactID)
	if err != nil || len(ids) == 0 {
		return err
	}
	for _, id := range ids {
		if err := s.takeOff(ctx, tx, who, id, contactID, said); err != nil {
			return err
		}
	}
	tx.AfterCommit(func() { s.Changed(topic) })
	return nil
}

func (s *Service) takeOff(ctx context.Context, tx *db.Tx, who actor.Actor, contractID, contactID int64, said bool) error {
	asked, err := tx.TakeOffRequester(ctx, gen.TakeOffRequesterParams{Now: tx.Stamp(), ID: contractID, ContactID: &contactID})
	if err != nil {
		return err
	}
	if err := tx.DeleteWatcher(ctx, gen.DeleteWatcherParams{ContractID: contractID, ContactID: contactID}); err != nil {
		return err
	}
	if err := tx.DeleteTold(ctx, gen.DeleteToldParams{ContractID: contractID, ContactID: contactID}); err != nil {
		return err
	}
	c, err := tx.ContractByID(ctx, contractID)
	if err != nil {
		return db.NotFound(err)
	}
	if asked == 1 && c.InPortal == 1 && !said {
		k, err := tx.ContactByID(ctx, contactID)
		if err != nil {
			return db.NotFound(err)
		}
		if err := audit.Notify(ctx, tx, "contract_requester_left", map[string]any{"number": c.Number, "title": c.Title, "name": k.Name}, objectKind, c.PublicID); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "contract.contact_left", ObjectKind: "contract", ObjectID: contractID, Details: map[string]any{"contact": contactID, "requester": asked == 1}})
}
