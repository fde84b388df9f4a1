package provisioning

import (
	"context"
	"encoding/json"
	"slices"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
)

// told is an event about to be written.
type told struct {
	kind string
	at   string
	data any
}

// envelope is what is sent: the id stays the same however often it is sent, the sequence says in
// which order things happened.
type envelope struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Sequence  int64  `json:"sequence"`
	CreatedAt string `json:"createdAt"`
	Data      any    `json:"data"`
}

// kindOf says which event an action of the audit log is.
var kindOf = map[string]string{
	"customer.created": "account.created", "customer.registered": "account.created", "customer.changed": "account.updated", "customer.archived": "account.updated", "customer.restored": "account.updated",
	"customer.suspended": "account.suspended", "customer.resumed": "account.resumed",
	"invoice.issued": "invoice.issued", "deposit_invoice.issued": "invoice.issued", "credit_note.issued": "credit.issued", "invoice.paid": "invoice.paid",
	"payment.recorded": "payment.recorded", "quote.approved": "quote.approved", "quote.refused": "quote.refused", "contract.signed": "contract.signed", "contract.signed_on_paper": "contract.signed",
}

// Settled hears, in the transaction in which it happens, of documents that became paid.
func (s *Service) Settled(ctx context.Context, tx *db.Tx, documentIDs []int64) error {
	for _, id := range documentIDs {
		if err := tx.MarkForWebhooks(ctx, gen.MarkForWebhooksParams{At: tx.Stamp(), Action: "invoice.paid", ObjectID: id}); err != nil {
			return err
		}
	}
	return nil
}

const markBatch = 100

// fanOut turns what happened into events, and puts each on its way to whoever wants its kind.
// What happened and was not yet told stands in the file: a crash tells it later.
func (s *Service) fanOut(ctx context.Context) (more bool, err error) {
	var marks []gen.WebhookMark
	var hooks []gen.WebhooksRow
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		if marks, err = q.WebhookMarks(ctx, markBatch); err != nil || len(marks) == 0 {
			return err
		}
		hooks, err = q.Webhooks(ctx, maxWebhooks)
		return err
	}); err != nil || len(marks) == 0 {
		return false, err
	}
	events := make([]told, 0, len(marks))
	for _, m := range marks {
		data, err := s.data(ctx, m)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && data == nil: // no account of a third-party program, or erased meanwhile
			continue
		case err != nil:
			return false, err
		}
		events = append(events, told{kindOf[m.Action], m.At, data})
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		for _, e := range events {
			to := []int64{}
			for _, h := range hooks {
				if h.State != "off" && slices.Contains(kindsOf(h.Events), e.kind) {
					to = append(to, h.ID)
				}
			}
			if err := s.tell(ctx, tx, e, to); err != nil {
				return err
			}
		}
		return tx.DropWebhookMarks(ctx, marks[len(marks)-1].ID)
	})
	return err == nil && len(marks) == markBatch, err
}

// tell writes an event and puts it on its way.
func (s *Service) tell(ctx context.Context, tx *db.Tx, e told, to []int64) error {
	if len(to) == 0 {
		return nil
	}
	last, err := tx.LastWebhookEvent(ctx)
	if err != nil {
		return err
	}
	publicID := s.IDs()
	body, err := json.Marshal(envelope{ID: eventID(publicID), Type: e.kind, Sequence: last + 1, CreatedAt: e.at, Data: e.data})
	if err != nil {
		return err
	}
	id, err := tx.InsertWebhookEvent(ctx, gen.InsertWebhookEventParams{PublicID: publicID, Kind: e.kind, Body: string(body), CreatedAt: tx.Stamp()})
	if err != nil {
		return err
	}
	for _, h := range to {
		if err := tx.InsertWebhookDelivery(ctx, gen.InsertWebhookDeliveryParams{PublicID: s.IDs(), WebhookID: h, EventID: id, Now: tx.Stamp()}); err != nil {
			return err
		}
	}
	return nil
}

func eventID(publicID string) string { return "evt_" + publicID }

// data is what an event says, as the interface would answer when it is written; nil where there
// is nothing for third-party programs.
func (s *Service) data(ctx context.Context, m gen.WebhookMark) (any, error) {
	who := actor.Machine()
	switch kindOf[m.Action] {
	case "account.created", "account.updated", "account.suspended", "account.resumed":
		row, err := s.customerRow(ctx, m.ObjectID)
		if err != nil || row.ExternalCode == "" {
			return nil, err
		}
		a, err := s.describe(ctx, who, row)
		return map[string]Account{"account": a}, err
	case "invoice.issued", "invoice.paid", "credit.issued", "quote.approved", "quote.refused":
		return s.documentData(ctx, who, m.ObjectID)
	case "payment.recorded":
		return s.paymentData(ctx, who, m.ObjectID)
	case "contract.signed":
		return s.contractData(ctx, m.ObjectID)
	}
	return nil, nil //nolint:nilnil // nothing to tell is no accident
}

func (s *Service) customerRow(ctx context.Context, id int64) (row gen.Customer, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.CustomerByID(ctx, id)
		return db.NotFound(err)
	})
	return row, err
}

func (s *Service) documentData(ctx context.Context, who actor.Actor, id int64) (any, error) {
	var row gen.Document
	var owner gen.Customer
	if err := s.DB.Read(ctx, func(q *gen.Queries) (err error) {
		if row, err = q.DocumentByID(ctx, id); err != nil || row.CustomerID == nil {
			return db.NotFound(err)
		}
		owner, err = q.CustomerByID(ctx, *row.CustomerID)
		return db.NotFound(err)
	}); err != nil || row.CustomerID == nil {
		return nil, err
	}
	d, err := s.Sales.Get(ctx, who, row.PublicID)
	if err != nil {
		return nil, err
	}
	x := documentOf(d, owner)
	if row.Kind == "quote" {
		x.PDF = "" // quotes are not read by the interface
	}
	return map[string]Document{"document": x}, nil
}

func (s *Service) paymentData(ctx context.Context, who actor.Actor, id int64) (any, error) {
	var publicID string
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PaymentByID(ctx, id)
		publicID = row.PublicID
		return db.NotFound(err)
	}); err != nil {
		return nil, err
	}
	p, err := s.Deps.Payments.Get(ctx, who, publicID)
	if err != nil {
		return nil, err
	}
	owner, err := s.owner(ctx, p.CustomerID)
	x := Payment{Number: p.Number, Account: owner, ReceivedOn: p.ReceivedOn.String(), Method: p.Method, AmountMinor: p.AmountMinor, Currency: string(p.Currency), Reference: p.Reference, Documents: []string{}, RefundedMinor: p.RefundedMinor, Cancelled: p.Cancelled()}
	for _, part := range p.Parts {
		x.Documents = append(x.Documents, part.Number)
	}
	return map[string]Payment{"payment": x}, err
}

// Contract is a signed contract as events tell of it.
type Contract struct {
	Number  string `json:"number"`
	Title   string `json:"title"`
	Account Owner  `json:"account"`
}

func (s *Service) contractData(ctx context.Context, id int64) (any, error) {
	var c Contract
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.ContractByID(ctx, id)
		if err != nil {
			return db.NotFound(err)
		}
		owner, err := q.CustomerByID(ctx, row.CustomerID)
		c = Contract{Number: row.Number, Title: row.Title, Account: Owner{owner.ExternalCode, owner.Number, owner.Name}}
		return db.NotFound(err)
	})
	return map[string]Contract{"contract": c}, err
}
