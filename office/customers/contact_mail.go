package customers

import (
	"context"
	"time"

	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/outbox"
)

// wordsFor gives a message of the customer's group in the portal (Markdown), the program's own
// where the group wrote none.
func (s *Service) wordsFor(ctx context.Context, q *gen.Queries, customerID int64, field, lang string) (string, error) {
	g, err := q.GroupFlagsOf(ctx, customerID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		g, err = gen.GroupFlagsOfRow{}, nil
	}
	if err != nil {
		return "", err
	}
	texts, err := PortalTexts(ctx, q, g.GroupID, lang)
	return texts[field], err
}

// mailContact queues one of the group's six mails to a contact, in its language. linkID: what
// the mail's link opens, 0 = the portal; until: when that ends.
func (s *Service) mailContact(ctx context.Context, tx *db.Tx, kind string, k gen.Contact, linkID int64, until *time.Time) error {
	values := map[string]string{"contact.name": k.Name, "user.name": k.Email}
	if s.door != nil {
		name, err := s.door.UserNameOf(ctx, tx.Queries, k)
		if err != nil {
			return err
		}
		values["user.name"] = name
	}
	if until != nil {
		values["expires"] = ExpiresIn(k.Language, until.Sub(tx.Now))
	}
	subject, body, sender, err := AccessMail(ctx, tx.Queries, k.CustomerID, kind, k.Language, values)
	if err != nil {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.ids, outbox.Mail{Key: kind + "/" + s.ids(), Kind: outbox.Access, Lang: k.Language, ToAddress: k.Email, ToName: k.Name,
		CustomerID: k.CustomerID, ContactID: k.ID, LinkID: linkID, Args: outbox.AccessArgs(kind, subject, body, sender)})
	return err
}
