package contracts

import (
	"context"
	"errors"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/contract"
)

// TellRenewal writes to a consumer that the contract renews itself and until when they may refuse
// it (C. conso., art. L215-1), once a term. It goes to the requester, else as every mail to the
// customer; with a link to the contract where who gets it sees it in the portal.
func (s *Service) TellRenewal(ctx context.Context, who actor.Actor, a Act) (v View, err error) {
	if err := who.Need(actor.Contracting); err != nil {
		return View{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := byPublicID(ctx, tx.Queries, a.ContractID)
		if err != nil {
			return err
		}
		var done int64
		if err := audit.Once(ctx, tx, a.Key, "contract.tell_renewal", a, &done, func() error {
			done = row.ID
			return s.tellRenewal(ctx, tx, who, row)
		}); err != nil {
			return err
		}
		v, err = s.written(ctx, tx, row.ID)
		return err
	})
	return v, err
}

func (s *Service) tellRenewal(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Contract) error {
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	customer, err := tx.CustomerByID(ctx, row.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	c := Ruled(row)
	n, ok := c.CustomerNotice(on)
	if !ok || customer.Kind != person || on.Before(n.From) || on.After(n.About) {
		return fault.New(fault.Conflict, "fault.contracts.nothing_to_tell")
	}
	fresh, err := tx.InsertContractReminder(ctx, gen.InsertContractReminderParams{ContractID: row.ID, Kind: contract.KindCustomerNotice, AboutOn: n.About.String(), SentAt: tx.Stamp()})
	if err != nil || fresh == 0 { // told already
		return err
	}
	to, err := customers.AddresseeOf(ctx, tx.Queries, customer, row.RequesterID)
	if err != nil {
		return err
	}
	if to.Email == "" {
		return fault.New(fault.Invalid, "fault.contracts.no_address", "name", customer.Name)
	}
	m := outbox.Mail{Key: "contract_renews/" + row.PublicID + "/" + n.About.String(), Kind: outbox.ContractRenews, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: customer.ID, ContactID: to.ContactID, ContractID: row.ID,
		Args: map[string]string{"number": row.Number, "title": row.Title, "refuse_by": n.About.String(), "term_end": n.TermEnd.String(), "months": strconv.FormatInt(row.RenewalMonths, 10)}}
	if m.LinkID, err = s.linkFor(ctx, tx, to.ContactID, row); err != nil {
		return err
	}
	if _, err := outbox.QueueMail(ctx, tx, s.IDs, m); err != nil {
		return err
	}
	return audit.Write(ctx, tx, who, audit.Record{Action: "contract.customer_told", ObjectKind: "contract", ObjectID: row.ID, Details: map[string]any{"on": n.About.String()}})
}

// linkFor makes the link to a contract for a contact who sees it; 0 for who does not.
func (s *Service) linkFor(ctx context.Context, tx *db.Tx, contactID int64, row gen.Contract) (int64, error) {
	if s.IssueLink == nil || contactID == 0 {
		return 0, nil
	}
	_, err := tx.ContractSeenByContact(ctx, gen.ContractSeenByContactParams{PublicID: row.PublicID, CustomerID: row.CustomerID, ContactID: contactID})
	var e *fault.Error
	if err = db.NotFound(err); errors.As(err, &e) && e.Code == fault.NotFound {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return s.IssueLink(ctx, tx, contactID, row.ID)
}
