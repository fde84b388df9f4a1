package sales

import (
	"context"
	"strconv"

	"comptoir/core/actor"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
	"comptoir/rules/billing"
)

// tellApproved tells the customer what it agreed to and what follows, and the firm when the
// customer decided by itself.
func (s *Service) tellApproved(ctx context.Context, tx *db.Tx, who actor.Actor, a approved, made *issue) error {
	if err := s.confirmApproval(ctx, tx, who, a, made); err != nil || who.Kind != actor.Contact {
		return err
	}
	args := map[string]any{"number": text(a.row.Number), "customer": a.row.CustomerName, "name": a.in.Name, "amount_minor": a.totals.TotalInclTax, "currency": a.row.Currency}
	if err := audit.Notify(ctx, tx, "quote_approved", args, "quote", a.row.PublicID); err != nil {
		return err
	}
	mail := map[string]string{"customer": a.row.CustomerName, "number": text(a.row.Number), "amount_minor": strconv.FormatInt(a.totals.TotalInclTax, 10), "currency": a.row.Currency, "by": a.in.Name}
	if made != nil && made.number.Text != "" {
		mail["invoice"] = made.number.Text
	}
	if a.in.OrderNumber != "" {
		mail["order"] = a.in.OrderNumber
	}
	return s.mailFirm(ctx, tx, who, a.row, outbox.QuoteApproved, mail)
}

// confirmApproval mails the customer a confirmation with the way to the invoice.
func (s *Service) confirmApproval(ctx context.Context, tx *db.Tx, who actor.Actor, a approved, made *issue) error {
	about := a.row
	if made != nil && made.number.Text != "" {
		about = made.row
	}
	row := a.row
	if id := who.ContactID(); id != nil {
		row.ContactID = id // the one who approved
	}
	x := issue{row: row}
	to, err := s.Addressee(ctx, tx, x.row)
	if err != nil {
		return nil //nolint:nilerr // nobody to write to: the approval counts all the same
	}
	m := outbox.Mail{Key: "quote-confirmed/" + row.PublicID + "/" + tx.Stamp(), Kind: outbox.QuoteConfirmed, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name,
		CustomerID: *row.CustomerID, ContactID: to.ContactID, DocumentID: about.ID,
		Args: map[string]string{"number": text(row.Number), "amount_minor": strconv.FormatInt(a.totals.TotalInclTax, 10), "currency": row.Currency, "by": a.in.Name}}
	if made != nil && made.number.Text != "" {
		m.Args["invoice"], m.Args["due_minor"], m.Args["due_date"] = made.number.Text, strconv.FormatInt(made.totals.AmountDue, 10), made.due.String()
	}
	if to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID, about.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

func (s *Service) tellRefused(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, in Refusal) error {
	if who.Kind != actor.Contact {
		return nil
	}
	if err := audit.Notify(ctx, tx, "quote_refused", map[string]any{"number": text(row.Number), "customer": row.CustomerName, "name": in.Name, "reason": in.Reason}, "quote", row.PublicID); err != nil {
		return err
	}
	return s.mailFirm(ctx, tx, who, row, outbox.QuoteRefused, map[string]string{"customer": row.CustomerName, "number": text(row.Number),
		"amount_minor": strconv.FormatInt(row.TotalInclMinor, 10), "currency": row.Currency, "by": in.Name, "reason": in.Reason})
}

// mailFirm writes to the firm's own address, where there is one.
func (s *Service) mailFirm(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, kind outbox.Kind, args map[string]string) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil || firm.Email == "" {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: string(kind) + "/" + row.PublicID + "/" + tx.Stamp(), Kind: kind, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name,
		CustomerID: who.CustomerID, DocumentID: row.ID, Args: args})
	return err
}

// quoteFault refuses to send a quote that a newer version replaced.
func quoteFault(ctx context.Context, tx *db.Tx, row gen.Document) error {
	if row.Kind != string(billing.Quote) {
		return nil
	}
	f, _, err := quoteFacts(ctx, tx.Queries, row)
	if err != nil || !f.Superseded {
		return err
	}
	return billing.ReviseQuote(f)
}
