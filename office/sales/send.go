package sales

import (
	"context"
	"slices"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/customers"
	"comptoir/office/outbox"
	"comptoir/rules/billing"
)

// queueDocumentMail puts the mail of an issued document into the outbox. occasion makes the
// key: the issuing mail goes once, a reminder by hand once a command.
func (s *Service) queueDocumentMail(ctx context.Context, tx *db.Tx, documentID int64, occasion, message string) error {
	row, err := tx.DocumentByID(ctx, documentID)
	if err != nil {
		return db.NotFound(err)
	}
	st, err := tx.Status(ctx, documentID)
	if err != nil {
		return db.NotFound(err)
	}
	today, err := company.Today(ctx, tx.Queries, tx.Now)
	if err != nil {
		return err
	}
	to, err := s.Addressee(ctx, tx, row)
	if err != nil {
		return err
	}
	m := outbox.Mail{Key: row.Kind + "/" + row.PublicID + "/" + occasion, Kind: mailKind(billing.Kind(row.Kind)), Lang: to.Lang, ToAddress: to.Email, ToName: to.Name,
		CustomerID: *row.CustomerID, ContactID: to.ContactID, DocumentID: row.ID,
		Args: mailArgs(row, st, today)}
	if row.PrecedingID != nil {
		about, err := tx.DocumentByID(ctx, *row.PrecedingID)
		if err != nil {
			return db.NotFound(err)
		}
		m.Args["invoice"] = text(about.Number)
	}
	if message != "" {
		m.Args["message"] = message
	}
	if to.ContactID != 0 {
		if m.LinkID, err = s.IssueLink(ctx, tx, to.ContactID, row.ID); err != nil {
			return err
		}
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, m)
	return err
}

// mailArgs are what the texts of a document's mail speak of.
func mailArgs(row gen.Document, st gen.DocumentStatus, today civil.Date) map[string]string {
	args := map[string]string{"number": text(row.Number), "currency": row.Currency}
	switch billing.Kind(row.Kind) {
	case billing.Quote:
		args["amount_minor"], args["valid_until"] = strconv.FormatInt(row.TotalInclMinor, 10), row.ValidUntil
	case billing.CreditNote:
		args["amount_minor"], args["left_minor"], args["reason"] = strconv.FormatInt(row.TotalInclMinor, 10), strconv.FormatInt(st.DueMinor, 10), row.Reason
	default:
		asked := billing.Asked(st.DueMinor, st.RetainedMinor, day(st.RetainedUntil), today)
		args["amount_minor"], args["due_date"] = strconv.FormatInt(asked, 10), st.DueDate
	}
	return args
}

// mailKind is the mail that a kind of document goes out with.
func mailKind(kind billing.Kind) outbox.Kind {
	switch kind {
	case billing.Quote:
		return outbox.Quote
	case billing.CreditNote:
		return outbox.CreditNote
	case billing.Invoice, billing.DepositInvoice:
	}
	return outbox.Invoice
}

// Addressee is whom a mail about a document goes to.
type Addressee = customers.Addressee

// Addressee finds whom a document goes to: its contact, else the customer's primary one,
// else the customer's own address; a fault beside the missing address.
func (s *Service) Addressee(ctx context.Context, tx *db.Tx, row gen.Document) (Addressee, error) {
	return s.AddresseeOf(ctx, tx.Queries, row)
}

// AddresseeOf is Addressee for who only looks.
func (s *Service) AddresseeOf(ctx context.Context, q *gen.Queries, row gen.Document) (Addressee, error) {
	x := issue{row: row}
	var err error
	if x.customer, err = q.CustomerByID(ctx, *row.CustomerID); err != nil {
		return Addressee{}, db.NotFound(err)
	}
	reader := x.customer
	reader.Language = row.Language // its own address gets the mail in the language of the paper
	to, err := customers.AddresseeOf(ctx, q, reader, row.ContactID)
	if err != nil || to.Email != "" {
		return to, err
	}
	if err := x.findContact(ctx, q); err != nil {
		return Addressee{}, err
	}
	return Addressee{}, x.needAddress()
}

// Send mails an issued invoice again, with what is left to pay now.
func (s *Service) Send(ctx context.Context, who actor.Actor, key, publicID, message string) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, key, "document.send", []string{publicID, message}, &done, func() error {
			done = true
			row, err := tx.DocumentByPublicID(ctx, publicID)
			if err != nil {
				return db.NotFound(err)
			}
			if row.State == "draft" {
				return fault.New(fault.Conflict, "fault.still_draft")
			}
			if err := quoteFault(ctx, tx, row); err != nil {
				return err
			}
			if err := s.queueDocumentMail(ctx, tx, row.ID, key, message); err != nil {
				return err
			}
			if err := tx.SetSent(ctx, gen.SetSentParams{DocumentID: row.ID, At: ptr(tx.Stamp())}); err != nil {
				return err
			}
			tx.AfterCommit(func() { s.Changed(topic(billing.Kind(row.Kind)), "mails") })
			return audit.Write(ctx, tx, who, audit.Record{Action: action(billing.Kind(row.Kind), "mailed"), ObjectKind: "document", ObjectID: row.ID})
		})
	})
}

func ptr(s string) *string { return &s }

// Delete takes a draft away; an issued document is refused (it is corrected by a credit note).
func (s *Service) Delete(ctx context.Context, who actor.Actor, publicID string, version int64) error {
	if err := who.Need(actor.Sell); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		row, err := tx.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if row.State != "draft" {
			return fault.New(fault.Conflict, "fault.already_issued", "number", text(row.Number))
		}
		return s.deleteDraft(ctx, tx, who, row, version)
	})
}

// deleteDraft takes a draft away inside the caller's transaction.
func (s *Service) deleteDraft(ctx context.Context, tx *db.Tx, who actor.Actor, row gen.Document, version int64) error {
	if err := tx.DeleteDraftLines(ctx, row.ID); err != nil {
		return err
	}
	if err := tx.DeleteDraftAllowances(ctx, row.ID); err != nil {
		return err
	}
	if err := tx.DeleteDraftDeposits(ctx, row.ID); err != nil {
		return err
	}
	n, err := tx.DeleteDraft(ctx, gen.DeleteDraftParams{ID: row.ID, Version: version})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.stale")
	}
	tx.AfterCommit(func() { s.Changed(topic(billing.Kind(row.Kind))) })
	return audit.Write(ctx, tx, who, audit.Record{Action: action(billing.Kind(row.Kind), "draft_deleted"), ObjectKind: "document", ObjectID: row.ID, Details: map[string]any{"total_minor": row.TotalInclMinor}})
}

// Duplicate makes a new draft with the same customer and lines, dated by its own issue.
func (s *Service) Duplicate(ctx context.Context, who actor.Actor, key, publicID string) (d Document, err error) {
	return s.DuplicateAs(ctx, who, key, publicID, "")
}

// DuplicateAs is Duplicate as a document of another kind, "" = the same. Options of a quote
// are left out of anything else.
func (s *Service) DuplicateAs(ctx context.Context, who actor.Actor, key, publicID string, kind billing.Kind) (d Document, err error) {
	source, err := s.Get(ctx, who, publicID)
	if err != nil {
		return Document{}, err
	}
	if err := source.repeatable(kind); err != nil {
		return Document{}, err
	}
	draft := DraftOf(source)
	if kind != "" && kind != source.Kind {
		draft.become(kind)
	}
	draft.PublicID, draft.Version = "", 0
	draft.IssueDate, draft.DueDate, draft.DeliveryDate, draft.RateE8 = "", "", "", 0
	draft.ValidUntil, draft.RetentionUntil = "", ""
	d, _, err = s.SaveDraft(ctx, who, key, draft)
	return d, err
}

// repeatable refuses a copy of what only stands with another document: a credit note is of its
// invoice, a deposit of its quote, and both are made from there, within what is left.
func (d Document) repeatable(kind billing.Kind) error {
	if kind != "" && kind != d.Kind {
		return nil
	}
	switch {
	case d.Kind == billing.CreditNote && d.Preceding != nil:
		return fault.New(fault.Conflict, "fault.credit.duplicate", "of", d.Preceding.Number)
	case d.Kind == billing.DepositInvoice && d.Quote != nil:
		return fault.New(fault.Conflict, "fault.deposit.duplicate", "of", d.Quote.Number)
	}
	return nil
}

// become turns a form into one of another kind; what that kind does not have goes.
func (d *Draft) become(kind billing.Kind) {
	d.Kind, d.ValidUntil, d.DepositPCM, d.Reason, d.RetentionPCM, d.RetentionUntil = string(kind), "", 0, "", 0, ""
	if kind == billing.Quote {
		return
	}
	d.Lines = slices.DeleteFunc(d.Lines, func(l DraftLine) bool { return l.Optional })
}

// DraftOf gives the form of a document.
func DraftOf(d Document) Draft {
	f := Draft{PublicID: d.PublicID, Kind: string(d.Kind), Version: d.Version, ContactID: d.ContactID, IssueDate: d.IssueDate.String(), DueDate: d.DueDate.String(),
		DeliveryDate: d.DeliveryDate.String(), OrderNumber: d.OrderNumber, Currency: string(d.Currency), RateE8: d.RateE8, Language: d.Lang, PricesInclTax: d.PricesInclTax,
		TermsDays: int64(d.Terms.Days), TermsEndOfMonth: d.Terms.EndOfMonth, Note: d.Note, PrivateNote: d.PrivateNote, Terms: d.TermsText,
		ValidUntil: d.ValidUntil.String(), DepositPCM: d.DepositPCM, Reason: d.Reason, RetentionPCM: d.RetentionPCM, RetentionUntil: d.RetainedUntil.String(),
		Lines: []DraftLine{}, Allowances: []DraftAllowance{}}
	if d.Customer != nil {
		f.CustomerID = d.Customer.PublicID
	}
	for _, l := range d.Lines {
		x := DraftLine{ItemID: l.ItemID, Description: l.Description, Detail: l.Detail, Nature: string(l.Nature), QuantityE4: l.QuantityE4, Unit: l.Unit,
			UnitPriceE4: l.UnitPriceE4, DiscountPCM: l.DiscountPCM, DiscountMinor: l.DiscountMinor, Optional: l.Optional, TaxCodes: []string{}}
		for _, t := range l.Taxes {
			x.TaxCodes = append(x.TaxCodes, t.Code)
		}
		f.Lines = append(f.Lines, x)
	}
	for _, a := range d.Allowances {
		x := DraftAllowance{Charge: a.Charge, Reason: a.Reason, PCM: a.PCM, AmountMinor: a.AmountMinor, TaxCodes: []string{}}
		for _, t := range a.Taxes {
			x.TaxCodes = append(x.TaxCodes, t.Code)
		}
		f.Allowances = append(f.Allowances, x)
	}
	return f
}
