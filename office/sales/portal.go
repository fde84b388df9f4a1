package sales

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
	"comptoir/rules/billing"
)

// PortalInvoice gives one issued document of the contact's own customer; anything else is
// not found. The first opening is noted.
func (s *Service) PortalInvoice(ctx context.Context, who actor.Actor, publicID string) (d Document, err error) {
	if err := who.NeedContactOn(actor.TrustLink, publicID); err != nil {
		return Document{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		if row.Kind == string(billing.Quote) {
			return fault.New(fault.NotFound, "fault.not_found") // PortalQuote shows it
		}
		d, err = s.buildPlain(ctx, q, row)
		return err
	})
	if err != nil {
		return Document{}, err
	}
	d.PrivateNote = "" // the firm's own
	if d.ViewedAt != "" {
		return d, nil
	}
	// A full disk is no reason to keep a customer from its invoice: it is noted next time.
	if err := s.noteViewed(ctx, who, d); err != nil && !fault.Is(err, fault.Unavailable) {
		return Document{}, err
	}
	return d, nil
}

func (s *Service) noteViewed(ctx context.Context, who actor.Actor, d Document) error {
	if who.StandsIn() { // the customer has not seen it
		return nil
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.SetViewed(ctx, gen.SetViewedParams{DocumentID: d.ID, At: ptr(tx.Stamp())})
		if err != nil || n == 0 {
			return err
		}
		tx.AfterCommit(func() { s.Changed(topic(d.Kind), "notifications") })
		if err := audit.Notify(ctx, tx, string(d.Kind)+"_viewed", map[string]any{"number": d.Number, "customer": d.Buyer.Name}, "document", d.PublicID); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: action(d.Kind, "viewed"), ObjectKind: "document", ObjectID: d.ID})
	})
}

// PortalPDF gives the filed paper of one of the contact's own documents.
func (s *Service) PortalPDF(ctx context.Context, who actor.Actor, publicID string) (File, error) {
	d, err := s.PortalInvoice(ctx, who, publicID)
	if err != nil {
		return File{}, err
	}
	return s.paper(ctx, d.ID)
}
