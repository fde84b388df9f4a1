package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// UndoQuote takes back the decision about a quote as long as nothing was paid: what it made
// is cancelled by a credit note over the whole, in the same transaction; a draft is thrown away.
func (s *Service) UndoQuote(ctx context.Context, who actor.Actor, key, publicID string) (x Quote, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Quote{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done bool
		return audit.Once(ctx, tx, key, "quote.undo", publicID, &done, func() error {
			done = true
			return s.undoQuote(ctx, tx, who, publicID)
		})
	})
	if err != nil {
		return Quote{}, err
	}
	return s.GetQuote(ctx, who, publicID)
}

func (s *Service) undoQuote(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) error {
	row, err := tx.DocumentByPublicID(ctx, publicID)
	if err != nil {
		return db.NotFound(err)
	}
	if err := needQuote(row); err != nil {
		return err
	}
	facts, decision, err := quoteFacts(ctx, tx.Queries, row)
	if err != nil {
		return err
	}
	var made []gen.MadeFromQuoteRow
	if facts.Decision == billing.Approved { // a refusal made nothing: what the firm made by hand stays
		if made, err = tx.MadeFromQuote(ctx, &row.ID); err != nil {
			return err
		}
	}
	stands, final, err := standing(ctx, tx.Queries, made)
	if err != nil {
		return err
	}
	var received int64
	for _, m := range stands {
		received += whole(m.PaidMinor)
	}
	if err := billing.UndoQuote(facts, received); err != nil {
		return err
	}
	if final {
		return fault.New(fault.Conflict, "fault.quote_final")
	}
	for _, m := range stands {
		if err := s.takeBack(ctx, tx, who, row, m); err != nil {
			return err
		}
	}
	n, err := tx.UndoDecision(ctx, gen.UndoDecisionParams{ID: decision.ID, UndoneAt: ptr(tx.Stamp()), UndoneBy: who.Name})
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.Conflict, "fault.conflict")
	}
	tx.AfterCommit(func() { s.Changed("quotes", "invoices", "credits") })
	return audit.Write(ctx, tx, who, audit.Record{Action: action(billing.Quote, "undone"), ObjectKind: "document", ObjectID: row.ID, Details: map[string]any{"decision": decision.ID, "was": decision.Kind}})
}

// standing leaves out what was taken back already, and the deposits that an invoice took off
// which was: its credit notes gave their money back too. final tells whether such an invoice
// stands; then the deposits belong to it, and what is wrong is put right on that invoice.
func standing(ctx context.Context, q *gen.Queries, made []gen.MadeFromQuoteRow) (list []gen.MadeFromQuoteRow, final bool, err error) {
	for _, m := range made {
		if m.TakenBack || m.State == "issued" && m.TotalInclMinor == 0 { // or there is nothing to take back
			continue
		}
		if m.Kind == string(billing.DepositInvoice) {
			of, err := q.FinalOfDeposit(ctx, m.ID)
			switch err = db.NotFound(err); {
			case err == nil && of.TakenBack:
				continue
			case err == nil:
				final = true
			case !fault.Is(err, fault.NotFound):
				return nil, false, err
			}
		}
		list = append(list, m)
	}
	return list, final, nil
}

// takeBack cancels one document that a quote made.
func (s *Service) takeBack(ctx context.Context, tx *db.Tx, who actor.Actor, quote gen.Document, m gen.MadeFromQuoteRow) error {
	if m.State == "draft" {
		row, err := tx.DocumentByID(ctx, m.ID)
		if err != nil {
			return db.NotFound(err)
		}
		return s.deleteDraft(ctx, tx, who, row, row.Version)
	}
	firm, err := company.Get(ctx, tx.Queries)
	if err != nil {
		return err
	}
	_, _, err = s.cancelInvoice(ctx, tx, who, m.PublicID, locale.T(locale.Of(firm.Language), "paper.quote_undone", map[string]any{"number": text(quote.Number)}))
	return err
}

// ReviseQuote opens a new version of a quote that was sent: a draft with its lines, which
// takes the old one's place when it is issued, under the same number with -2, -3 … behind it.
// A version that is being written already is given again.
func (s *Service) ReviseQuote(ctx context.Context, who actor.Actor, key, publicID string) (d Document, err error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var id int64
		if err := audit.Once(ctx, tx, key, "quote.revise", publicID, &id, func() error {
			id, err = s.reviseQuote(ctx, tx, who, publicID)
			return err
		}); err != nil {
			return err
		}
		d, err = s.load(ctx, tx.Queries, id)
		return err
	})
	return d, err
}

func (s *Service) reviseQuote(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (int64, error) {
	row, err := tx.DocumentByPublicID(ctx, publicID)
	if err != nil {
		return 0, db.NotFound(err)
	}
	if err := needQuote(row); err != nil {
		return 0, err
	}
	facts, _, err := quoteFacts(ctx, tx.Queries, row)
	if err != nil {
		return 0, err
	}
	if err := billing.ReviseQuote(facts); err != nil {
		return 0, err
	}
	open, err := tx.DraftSuccessorOfQuote(ctx, &row.ID)
	if err == nil {
		return open.ID, nil
	}
	if err = db.NotFound(err); !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	old, err := s.build(ctx, tx.Queries, row)
	if err != nil {
		return 0, err
	}
	form := DraftOf(old)
	form.PublicID, form.Version, form.IssueDate, form.ValidUntil, form.RateE8 = "", 0, "", "", 0
	form.origin = origin{replacesID: row.ID, revision: row.Revision + 1}
	draft, err := s.insertForm(ctx, tx, who, form)
	if err != nil {
		return 0, err
	}
	tx.AfterCommit(func() { s.Changed("quotes") })
	return draft.ID, nil
}

// judgeVersion refuses to issue a new version of a quote that was agreed to, or replaced,
// while it was being written.
func (x *issue) judgeVersion(ctx context.Context, tx *db.Tx) error {
	if x.row.ReplacesID == nil {
		return nil
	}
	old, err := tx.DocumentByID(ctx, *x.row.ReplacesID)
	if err != nil {
		return db.NotFound(err)
	}
	facts, _, err := quoteFacts(ctx, tx.Queries, old)
	if err != nil {
		return err
	}
	return billing.ReviseQuote(facts)
}

// ConvertQuote makes the draft of the invoice of an approved quote: with what was agreed to,
// less the deposits that were invoiced. A draft that waits already is given again.
func (s *Service) ConvertQuote(ctx context.Context, who actor.Actor, key, publicID string) (Document, error) {
	x, err := s.GetQuote(ctx, who, publicID)
	if err != nil {
		return Document{}, err
	}
	for _, m := range x.Made {
		if m.Draft && m.Kind == billing.Invoice {
			return s.Get(ctx, who, m.PublicID)
		}
	}
	f := billing.QuoteFacts{Issued: !x.Draft, Superseded: x.Successor != nil, Invoiced: x.State == billing.StateConverted}
	if x.Decision != nil {
		f.Decision = x.Decision.Kind
	}
	if err := billing.ConvertQuote(f); err != nil {
		return Document{}, err
	}
	return s.DraftFinal(ctx, who, key, publicID)
}
