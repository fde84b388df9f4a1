package sales

import (
	"context"
	"encoding/json"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// Quote is a quote with everything that was decided about it.
type Quote struct {
	Document
	DepositMinor int64     // asked for at approval, of the total without options
	Waits        bool      // it may be approved or refused today
	Decision     *Decision // the one that stands
	Undone       []Decision
	Made         []MadeDocument // invoices and deposit invoices made from it, drafts too
	Successor    *DocumentRef   // the newer version that took its place
	Versions     []DocumentRef  // all issued versions, the first one first; empty when there is one only
	Hash         string         // what a decision names
}

// Decision is what was decided about a quote.
type Decision struct {
	ID              int64 // quote_decisions.id
	Kind            billing.Decision
	At              string // instant
	On              civil.Date
	ByFirm          bool
	Name            string
	OrderNumber     string
	Reason          string
	Options         []int // places of the lines that were ticked, from 0
	SignatureSHA256 string
	TotalMinor      int64
	MadeID          int64 // documents.id, 0 = none
	UndoneAt        string
	UndoneBy        string
}

// MadeDocument is what an approval, or the firm, made of a quote.
type MadeDocument struct {
	DocumentRef
	ID        int64
	Draft     bool
	Version   int64
	TakenBack bool // its own credit notes gave all of it back
	DueMinor  int64
}

// GetQuote gives one quote to the firm's own people.
func (s *Service) GetQuote(ctx context.Context, who actor.Actor, publicID string) (x Quote, err error) {
	if err := who.Need(actor.Look); err != nil {
		return Quote{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentByPublicID(ctx, publicID)
		if err != nil {
			return db.NotFound(err)
		}
		if err := needQuote(row); err != nil {
			return err
		}
		if x.Document, err = s.build(ctx, q, row); err != nil {
			return err
		}
		return s.buildQuote(ctx, q, row, &x)
	})
	return x, err
}

func needQuote(row gen.Document) error {
	if row.Kind != string(billing.Quote) {
		return fault.New(fault.NotFound, "fault.not_found")
	}
	return nil
}

// DepositAsked is what a quote asks for at its approval, with tax, without its options.
func (d Document) DepositAsked() int64 {
	return billing.DepositAsked(d.rulesDocument(), d.Totals, d.DepositPCM)
}

// buildQuote adds to the document what only quotes have.
func (s *Service) buildQuote(ctx context.Context, q *gen.Queries, row gen.Document, x *Quote) error {
	x.Hash, x.DepositMinor = row.Hash, x.DepositAsked()
	x.Undone, x.Made, x.Versions = []Decision{}, []MadeDocument{}, []DocumentRef{}
	facts, standing, err := quoteFacts(ctx, q, row)
	if err != nil || x.Draft {
		return err
	}
	x.Decision, x.Waits = standing, facts.Waits(s.today(ctx, q))
	undone, err := q.UndoneDecisions(ctx, row.ID)
	if err != nil {
		return err
	}
	for _, r := range undone {
		d, err := decisionOf(row, gen.StandingDecisionRow(r))
		if err != nil {
			return err
		}
		x.Undone = append(x.Undone, d)
	}
	made, err := q.MadeFromQuote(ctx, &row.ID)
	if err != nil {
		return err
	}
	for _, r := range made {
		x.Made = append(x.Made, MadeDocument{DocumentRef: DocumentRef{PublicID: r.PublicID, Number: text(r.Number), Kind: billing.Kind(r.Kind), IssueDate: day(r.IssueDate)},
			ID: r.ID, Draft: r.State == "draft", Version: r.Version, TakenBack: r.TakenBack, DueMinor: whole(r.DueMinor)})
	}
	return buildVersions(ctx, q, row, x)
}

// buildVersions follows the chain of versions both ways.
func buildVersions(ctx context.Context, q *gen.Queries, row gen.Document, x *Quote) error {
	list := []DocumentRef{refOf(row)}
	for at := row; at.ReplacesID != nil && len(list) < 100; {
		var err error
		if at, err = q.DocumentByID(ctx, *at.ReplacesID); err != nil {
			return db.NotFound(err)
		}
		list = append([]DocumentRef{refOf(at)}, list...)
	}
	for id := row.ID; len(list) < 200; {
		next, err := q.SuccessorOfQuote(ctx, &id)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			break
		} else if err != nil {
			return err
		}
		r := DocumentRef{PublicID: next.PublicID, Number: text(next.Number), Kind: billing.Kind(next.Kind), IssueDate: day(next.IssueDate)}
		if id == row.ID {
			x.Successor = &r
		}
		list, id = append(list, r), next.ID
	}
	if len(list) > 1 {
		x.Versions = list
	}
	return nil
}

func refOf(row gen.Document) DocumentRef {
	return DocumentRef{PublicID: row.PublicID, Number: text(row.Number), Kind: billing.Kind(row.Kind), IssueDate: day(row.IssueDate)}
}

// quoteFacts reads what decides a quote's state, and the decision that stands.
func quoteFacts(ctx context.Context, q *gen.Queries, row gen.Document) (f billing.QuoteFacts, standing *Decision, err error) {
	f = billing.QuoteFacts{Issued: row.State == "issued", ValidUntil: day(row.ValidUntil)}
	if !f.Issued {
		return f, nil, nil
	}
	st, err := q.Status(ctx, row.ID)
	if err != nil {
		return f, nil, db.NotFound(err)
	}
	f.Sent, f.Viewed = st.SentAt != nil, st.ViewedAt != nil
	if _, err = q.SuccessorOfQuote(ctx, &row.ID); err == nil {
		f.Superseded = true
	} else if err = db.NotFound(err); !fault.Is(err, fault.NotFound) {
		return f, nil, err
	}
	r, err := q.StandingDecision(ctx, row.ID)
	if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
		return f, nil, nil
	} else if err != nil {
		return f, nil, err
	}
	d, err := decisionOf(row, r)
	if err != nil {
		return f, nil, err
	}
	f.Decision = d.Kind
	invoiced, err := q.QuoteInvoiced(ctx, &row.ID)
	f.Invoiced = invoiced
	return f, &d, err
}

func decisionOf(row gen.Document, r gen.StandingDecisionRow) (Decision, error) {
	d := Decision{ID: r.ID, Kind: billing.Decision(r.Decision), At: r.DecidedAt, On: day(r.DecidedOn), ByFirm: r.ContactID == nil, Name: r.Name, OrderNumber: r.OrderNumber,
		Reason: r.Reason, SignatureSHA256: text(r.SignatureSha256), TotalMinor: r.TotalMinor, MadeID: whole(r.MadeID), UndoneAt: text(r.UndoneAt), UndoneBy: r.UndoneBy}
	if err := json.Unmarshal([]byte(r.Options), &d.Options); err != nil {
		return Decision{}, damaged(row, err)
	}
	return d, nil
}

// quoteState derives the state for buildPlain.
func (s *Service) quoteState(ctx context.Context, q *gen.Queries, row gen.Document) (billing.State, error) {
	f, _, err := quoteFacts(ctx, q, row)
	return billing.QuoteState(f, s.today(ctx, q)), err
}
