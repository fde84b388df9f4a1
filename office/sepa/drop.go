package sepa

import (
	"context"
	"strconv"
	"strings"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/outbox"
	"comptoir/office/sales"
	rules "comptoir/rules/sepa"
)

// File gives a file as it was made, as often as it is wanted. That it was is remembered: it
// may be at the bank since (DropBatch).
func (s *Service) File(ctx context.Context, who actor.Actor, publicID string) (f sales.File, err error) {
	if err := who.Need(actor.Collect); err != nil {
		return sales.File{}, err
	}
	var b gen.SepaBatch
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		b, err = q.BatchByPublicID(ctx, publicID)
		return db.NotFound(err)
	}); err != nil {
		return sales.File{}, err
	}
	if b.DownloadedAt == "" {
		if err := s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error { return s.downloaded(ctx, tx, who, b) }); err != nil {
			return sales.File{}, err
		}
	}
	return sales.File{Name: b.Number + ".xml", MediaType: "application/xml", Bytes: []byte(b.Content)}, nil
}

func (s *Service) downloaded(ctx context.Context, tx *db.Tx, who actor.Actor, b gen.SepaBatch) error {
	n, err := tx.BatchDownloaded(ctx, gen.BatchDownloadedParams{ID: b.ID, At: tx.Stamp()})
	if err != nil || n == 0 {
		return err
	}
	tx.AfterCommit(func() { s.Changed("sepa") })
	return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.file_downloaded", ObjectKind: "sepa_batch", ObjectID: b.ID, Details: map[string]any{"number": b.Number, "sha256": b.Sha256}})
}

// Drop gives up a file.
type Drop struct {
	BatchID string `json:"batchId"`
	NotSent bool   `json:"notSent"` // it was downloaded, and is not at the bank for all that
}

// DropBatch gives up a file that was not handed to the bank: its invoices, or its refunds,
// can go into another one. One that was downloaded is given up only by who says that the bank
// does not have it: its debits would be taken twice. Who was told of a debit is told that it
// will not be. The file itself stays to be seen.
func (s *Service) DropBatch(ctx context.Context, who actor.Actor, in Drop) error {
	if err := who.Need(actor.Collect); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, err := tx.BatchByPublicID(ctx, in.BatchID)
		if err != nil {
			return db.NotFound(err)
		}
		switch {
		case b.State != "made" || b.ConfirmedOn != "":
			return fault.New(fault.Conflict, "fault.sepa.confirmed", "number", b.Number)
		case b.DownloadedAt != "" && !in.NotSent:
			return fault.New(fault.Conflict, "fault.sepa.downloaded", "number", b.Number, "amount", money.Amount{Minor: b.AmountMinor, Currency: rules.Currency})
		}
		lines, err := openLines(ctx, tx.Queries, b)
		if err != nil {
			return err
		}
		for _, id := range lines {
			if err := s.release(ctx, tx, b, id); err != nil {
				return err
			}
		}
		if err := tx.DropDebits(ctx, b.ID); err != nil {
			return err
		}
		if _, err := tx.CloseBatch(ctx, gen.CloseBatchParams{ID: b.ID, State: "dropped"}); err != nil {
			return err
		}
		tx.AfterCommit(func() { s.Changed("sepa", "invoices", "mails") })
		return audit.Write(ctx, tx, who, audit.Record{Action: "sepa.file_dropped", ObjectKind: "sepa_batch", ObjectID: b.ID, Details: map[string]any{"number": b.Number, "downloaded_at": b.DownloadedAt}})
	})
}

func (s *Service) release(ctx context.Context, tx *db.Tx, b gen.SepaBatch, line int64) error {
	if b.Kind == "transfer" {
		_, err := tx.TransferBack(ctx, line)
		return err
	}
	d, err := tx.DebitByID(ctx, line)
	if err != nil {
		return db.NotFound(err)
	}
	m, err := tx.MandateByID(ctx, d.MandateID)
	if err != nil {
		return db.NotFound(err)
	}
	// The notice that still waits to go is of no more use: then nobody has to be told.
	if n, err := tx.UnsendMail(ctx, noticeKey(b.Number, m.PublicID)); err != nil || n > 0 {
		return err
	}
	parts, err := tx.DebitPartsOf(ctx, d.ID)
	if err != nil {
		return err
	}
	return s.mailDropped(ctx, tx, d, m, parts)
}

// noticeKey names the mail before a debit.
func noticeKey(file, mandate string) string { return "debit/" + file + "/" + mandate }

// mailDropped tells a debtor that the debit that it was told of will not be made.
func (s *Service) mailDropped(ctx context.Context, tx *db.Tx, d gen.SepaDebit, m gen.Mandate, parts []gen.DebitPartsOfRow) error {
	doc, err := tx.DocumentByID(ctx, parts[0].DocumentID)
	if err != nil {
		return db.NotFound(err)
	}
	to, err := s.Sales.Addressee(ctx, tx, doc)
	if fault.Is(err, fault.Invalid) || err == nil && to.Email == "" {
		return nil // nobody to write to
	}
	if err != nil {
		return err
	}
	_, err = outbox.QueueMail(ctx, tx, s.IDs, outbox.Mail{Key: "debit-dropped/" + d.PublicID, Kind: outbox.DebitDropped, Lang: to.Lang, ToAddress: to.Email, ToName: to.Name, CustomerID: d.CustomerID, ContactID: to.ContactID, DocumentID: doc.ID,
		Args: map[string]string{"invoices": strings.Join(partNumbers(parts), ", "), "amount_minor": strconv.FormatInt(d.AmountMinor, 10), "currency": rules.Currency, "collect_on": d.OnDate, "rum": m.Rum}})
	return err
}

func partNumbers(parts []gen.DebitPartsOfRow) []string {
	numbers := make([]string, 0, len(parts))
	for _, p := range parts {
		numbers = append(numbers, *p.Number)
	}
	return numbers
}
