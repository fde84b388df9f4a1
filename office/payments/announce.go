package payments

import (
	"context"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/office/outbox"
)

// AnnounceTransfer notes the customer's word that a transfer is under way, for one document
// or several; the firm confirms it when the money is there. A repeat changes nothing.
func (s *Service) AnnounceTransfer(ctx context.Context, who actor.Actor, a AnnounceTransfer) error {
	if err := who.NeedSelf(actor.TrustLink); err != nil {
		return err
	}
	if len(a.Parts) > OfferMax {
		return fault.New(fault.Invalid, "fault.pay.too_many", "most", OfferMax)
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, a.Key, "transfer.announce", a, &done, func() error {
			done = true
			return s.announce(ctx, tx, who, a)
		})
	})
}

// announced is a transfer that was just said, by document.
type announced struct {
	id     int64
	row    gen.Document
	amount int64
}

func (s *Service) announce(ctx context.Context, tx *db.Tx, who actor.Actor, a AnnounceTransfer) error {
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	today := firm.Today(tx.Now)
	if a.OrderedOn.IsZero() || a.OrderedOn.After(today) || a.OrderedOn.Before(today.AddDays(-90)) {
		a.OrderedOn = today
	}
	if len(a.Parts) == 0 {
		a.Parts = []PayPart{{DocumentID: a.DocumentID, AmountMinor: a.AmountMinor, ShownMinor: a.AmountMinor}}
	}
	var said []announced
	for _, p := range a.Parts {
		one, err := s.announceOne(ctx, tx, who, a, p, firm)
		if err != nil {
			return err
		}
		if one.id != 0 {
			said = append(said, one)
		}
	}
	if len(said) == 0 { // all of it was said already
		return nil
	}
	if len(said) > 1 { // one transfer, of one name: confirmed and dismissed as one
		transfer := s.IDs()
		for _, one := range said {
			if err := tx.SetAnnouncementTransfer(ctx, gen.SetAnnouncementTransferParams{ID: one.id, Transfer: transfer}); err != nil {
				return err
			}
		}
	}
	return s.tellAnnounced(ctx, tx, firm, who, said)
}

// announceOne notes it for one document; nothing where it was said already.
func (s *Service) announceOne(ctx context.Context, tx *db.Tx, who actor.Actor, a AnnounceTransfer, p PayPart, firm company.Firm) (announced, error) {
	row, st, err := ownOpen(ctx, tx, who, p.DocumentID)
	if err != nil {
		return announced{}, err
	}
	if _, err := tx.OpenAnnouncementOfDocument(ctx, row.ID); err == nil {
		return announced{}, nil
	} else if !fault.Is(db.NotFound(err), fault.NotFound) {
		return announced{}, err
	}
	if err := notDebited(ctx, tx.Queries, row); err != nil {
		return announced{}, err
	}
	today := firm.Today(tx.Now)
	if p.ShownMinor == 0 {
		p.ShownMinor = asked(st, today)
	}
	most, err := amountOf(st, p.ShownMinor, today)
	if err != nil {
		return announced{}, err
	}
	if p.AmountMinor == 0 {
		p.AmountMinor = most
	}
	if p.AmountMinor < 0 || p.AmountMinor > most {
		return announced{}, fault.New(fault.Conflict, "fault.amount_changed")
	}
	id, err := tx.InsertAnnouncement(ctx, gen.InsertAnnouncementParams{PublicID: s.IDs(), DocumentID: row.ID, CustomerID: who.CustomerID, ContactID: &who.ID,
		AmountMinor: p.AmountMinor, Currency: row.Currency, AnnouncedOn: a.OrderedOn.String(), CreatedAt: tx.Stamp()})
	if err != nil {
		return announced{}, err
	}
	at := tx.Stamp()
	if err := tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: row.ID, At: &at}); err != nil {
		return announced{}, err
	}
	return announced{id, row, p.AmountMinor}, audit.Write(ctx, tx, who, audit.Record{Action: "transfer.announced", ObjectKind: "document", ObjectID: row.ID, Details: map[string]any{"amount_minor": p.AmountMinor}})
}

// tellAnnounced tells the firm once, however many documents the transfer is for.
func (s *Service) tellAnnounced(ctx context.Context, tx *db.Tx, firm company.Firm, who actor.Actor, said []announced) error {
	first, sum, numbers := said[0], int64(0), []string{}
	for _, one := range said {
		if one.row.Currency != first.row.Currency {
			return fault.New(fault.Invalid, "fault.pay.one_currency")
		}
		sum += one.amount
		numbers = append(numbers, *one.row.Number)
	}
	number := strings.Join(numbers, ", ")
	args := map[string]any{"number": number, "customer": first.row.CustomerName, "amount_minor": sum, "currency": first.row.Currency}
	if err := audit.Notify(ctx, tx, "transfer_announced", args, "document", first.row.PublicID); err != nil {
		return err
	}
	tx.AfterCommit(func() { s.Changed("invoices", "payments", "notifications") })
	if firm.Email == "" {
		return nil
	}
	_, err := outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "announced/" + strconv.FormatInt(first.id, 10), Kind: outbox.TransferAnnounced, Lang: firm.Language, ToAddress: firm.Email, ToName: firm.Name,
		CustomerID: who.CustomerID, DocumentID: first.row.ID, Args: map[string]string{"customer": first.row.CustomerName, "number": number, "amount_minor": strconv.FormatInt(sum, 10), "currency": first.row.Currency, "contact": who.Name}})
	return err
}
