package sales

import (
	"context"
	"encoding/json"
	"strconv"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/core/money"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/rules/billing"
)

// Release issues a draft and sends it as asked; an invoice that was issued already is sent
// again, or marked sent. It is what the buttons Envoyer par courriel and Marquer envoyée do.
func (s *Service) Release(ctx context.Context, who actor.Actor, in Issue) (Document, error) {
	if err := who.Need(actor.Sell); err != nil {
		return Document{}, err
	}
	d, err := s.Get(ctx, who, in.PublicID)
	if err != nil {
		return Document{}, err
	}
	// A repeat of the issuing command finds the document issued: Issue answers it by its key.
	if d.Draft || d.Version == in.Version+1 {
		return s.Issue(ctx, who, in)
	}
	if d.Version != in.Version {
		return Document{}, fault.New(fault.Conflict, "fault.already_issued", "number", d.Number)
	}
	if in.How == ByMail {
		err = s.Send(ctx, who, in.Key, in.PublicID, in.Message)
	} else {
		err = s.MarkSent(ctx, who, in.PublicID)
	}
	if err != nil {
		return Document{}, err
	}
	return s.Get(ctx, who, in.PublicID)
}

// Counts are how many invoices lie behind each filter of the list.
type Counts struct {
	Draft, Unsent, Open, Overdue, Announced int64
}

// Counts counts what is open: it reads what is unsettled, never the whole list.
func (s *Service) Counts(ctx context.Context, who actor.Actor) (c Counts, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Counts{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		for _, kind := range []billing.Kind{billing.Invoice, billing.DepositInvoice} {
			n, err := q.CountDrafts(ctx, string(kind))
			if err != nil {
				return err
			}
			c.Draft += n
		}
		open, err := q.OpenCounts(ctx, firm.Today(s.DB.Now()).String())
		c.Open, c.Overdue, c.Unsent, c.Announced = open.Open, open.Overdue, open.Unsent, open.Announced
		return err
	})
	return c, err
}

// HistoryRow is one thing that was done with a document.
type HistoryRow struct {
	ID          string
	At          string
	Action      string
	Actor       string
	AmountMinor int64
}

// History gives what the audit log tells of a document, newest first.
func (s *Service) History(ctx context.Context, who actor.Actor, publicID string) (list []HistoryRow, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	list = []HistoryRow{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		records, err := q.AuditOfDocument(ctx, row.ID)
		if err != nil {
			return err
		}
		for _, r := range records {
			var details struct {
				AmountMinor int64 `json:"amount_minor"`
			}
			if err := json.Unmarshal([]byte(r.Details), &details); err != nil {
				return damaged(row, err)
			}
			list = append(list, HistoryRow{ID: strconv.FormatInt(r.ID, 10), At: r.At, Action: r.Action, Actor: r.ActorName, AmountMinor: details.AmountMinor})
		}
		return nil
	})
	return list, err
}

// OpenTotal is what customers owe in one currency.
type OpenTotal struct {
	Currency         money.Currency
	Documents        int64
	DueMinor         int64
	OverdueMinor     int64
	OverdueDocuments int64
}

// OpenTotals gives what is to be received, by currency.
func (s *Service) OpenTotals(ctx context.Context, who actor.Actor) (list []OpenTotal, err error) {
	if err := who.Need(actor.Look); err != nil {
		return nil, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		firm, err := company.Get(ctx, q)
		if err != nil {
			return err
		}
		rows, err := q.OpenTotals(ctx, firm.Today(s.DB.Now()).String())
		for _, r := range rows {
			list = append(list, OpenTotal{Currency: money.Currency(r.Currency), Documents: r.Documents, DueMinor: r.DueMinor, OverdueMinor: r.OverdueMinor, OverdueDocuments: r.OverdueDocuments})
		}
		return err
	})
	return list, err
}

// LinkOf gives the newest link that was mailed for a document and still opens it, 0 when
// there is none.
func (s *Service) LinkOf(ctx context.Context, who actor.Actor, publicID string) (linkID int64, err error) {
	if err := who.Need(actor.Look); err != nil {
		return 0, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		linkID, err = q.OpenLinkOfDocument(ctx, gen.OpenLinkOfDocumentParams{DocumentID: &row.ID, Now: db.Stamp(s.DB.Now())})
		return db.NotFound(err)
	})
	return linkID, err
}
