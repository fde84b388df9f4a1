package charging

import (
	"context"
	"fmt"
	"strconv"

	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/office/payments"
)

// tellFailed writes to the customer why a charge did not come about, with a link to pay and
// the day of the next try (zero: none), and tells the firm. Once an attempt.
func (s *Service) tellFailed(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, next civil.Date) error {
	args := map[string]string{"reason": a.Reason}
	kind := "charge_failed"
	if !next.IsZero() {
		args["retry_on"] = next.String()
		kind = "charge_retried"
	}
	if err := s.write(ctx, tx, a, d, outbox.ChargeFailed, args); err != nil {
		return err
	}
	return s.notify(ctx, tx, a, d, kind, next)
}

// tellAction writes to the customer that its bank wants it to confirm the charge.
func (s *Service) tellAction(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow) error {
	if err := s.write(ctx, tx, a, d, outbox.ChargeAction, map[string]string{}); err != nil {
		return err
	}
	return s.notify(ctx, tx, a, d, "charge_action", civil.Date{})
}

func (s *Service) notify(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, kind string, next civil.Date) error {
	c, err := tx.CustomerByID(ctx, a.CustomerID)
	if err != nil {
		return db.NotFound(err)
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	args := map[string]any{"customer": c.Name, "number": text(d.Number), "amount_minor": asked(d, on), "currency": d.Currency}
	if !next.IsZero() {
		args["date"] = next.String()
	}
	return audit.Notify(ctx, tx, kind, args, "document", d.PublicID)
}

// write queues a mail about an attempt. Who has no address is told by nobody; the firm is.
func (s *Service) write(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, d gen.ChargeDocumentRow, kind outbox.Kind, args map[string]string) error {
	row, err := tx.DocumentByID(ctx, d.ID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := s.Sales.AddresseeOf(ctx, tx.Queries, row)
	if fault.Is(err, fault.Invalid) {
		return nil
	}
	if err != nil {
		return err
	}
	on, err := today(ctx, tx)
	if err != nil {
		return err
	}
	args["number"], args["amount_minor"], args["currency"], args["due_date"] = text(d.Number), strconv.FormatInt(asked(d, on), 10), d.Currency, d.DueDate
	if args["reason"] != "" {
		args["reason"] = locale.T(to.Lang, args["reason"], nil)
	}
	if args["method"], err = s.methodOf(ctx, tx, a, to.Lang); err != nil {
		return err
	}
	m := outbox.Mail{Key: fmt.Sprintf("%s/%s", a.Key, kind), Kind: kind, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: a.CustomerID, ContactID: to.ContactID, DocumentID: d.ID, Args: args}
	if to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID, d.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// methodOf names the method of an attempt: the one that was charged, else the one chosen; ""
// for neither.
func (s *Service) methodOf(ctx context.Context, tx *db.Tx, a gen.ChargeAttempt, lang string) (string, error) {
	id := a.MethodID
	if a.IntentID != nil {
		i, err := tx.IntentByID(ctx, *a.IntentID)
		if err != nil {
			return "", db.NotFound(err)
		}
		if i.MethodID != nil {
			id = i.MethodID
		}
	}
	if id == nil {
		return "", nil
	}
	k, err := tx.KeptMethodAnyState(ctx, *id)
	return payments.MethodWords(lang, k.Kind, k.Brand, k.Last4), db.NotFound(err)
}
