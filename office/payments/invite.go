package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/office/audit"
	"comptoir/office/outbox"
)

// Asked tells whom a mail was queued for.
type Asked struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// AskForMethod mails a customer the way to keep a method of payment in the portal. The firm
// never types a card: it could not be grepped away again.
func (s *Service) AskForMethod(ctx context.Context, who actor.Actor, key, customerID string) (done Asked, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return Asked{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		return audit.Once(ctx, tx, key, "method.ask", customerID, &done, func() error {
			done, err = s.askForMethod(ctx, tx, who, key, customerID)
			return err
		})
	})
	return done, err
}

func (s *Service) askForMethod(ctx context.Context, tx *db.Tx, who actor.Actor, key, customerID string) (Asked, error) {
	c, err := tx.CustomerByPublicID(ctx, customerID)
	if err != nil {
		return Asked{}, db.NotFound(err)
	}
	to, err := s.addressee(ctx, tx, c, nil)
	if err != nil {
		return Asked{}, err
	}
	if to.Email == "" || to.ContactID == 0 {
		return Asked{}, fault.New(fault.Conflict, "fault.gateways.no_address")
	}
	link, err := s.Sales.IssueLink(ctx, tx, to.ContactID, 0)
	if err != nil {
		return Asked{}, err
	}
	if _, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "method/" + key, Kind: outbox.MethodAsked, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: c.ID, ContactID: to.ContactID, LinkID: link}); err != nil {
		return Asked{}, err
	}
	return Asked{to.Name, to.Email}, audit.Write(ctx, tx, who, audit.Record{Action: "method.asked", ObjectKind: "customer", ObjectID: c.ID})
}
