package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/rules/billing"
)

// PortalMethods tells how the contact can pay one of its own documents now.
func (s *Service) PortalMethods(ctx context.Context, who actor.Actor, documentID string) (m Methods, err error) {
	d, err := s.Sales.PortalInvoice(ctx, who, documentID)
	if err != nil {
		return Methods{}, err
	}
	m = Methods{DueMinor: d.AskedMinor(), Currency: d.Currency, Gateways: []string{}}
	if m.DueMinor < d.DueMinor {
		m.WholeMinor = d.DueMinor
	}
	for _, g := range s.Gateways {
		if s.Allowed(ctx, g.Name()) {
			m.Gateways = append(m.Gateways, g.Name())
		}
	}
	if m.Waiting, err = s.waiting(ctx, d.ID); err != nil {
		return Methods{}, err
	}
	if d.Seller.IBAN == "" || d.DueMinor <= 0 {
		return m, nil
	}
	m.Transfer = &Transfer{Beneficiary: d.Seller.Name, IBAN: d.Seller.IBAN, BIC: d.Seller.BIC, BankName: d.Seller.BankName, Reference: d.Number,
		AmountMinor: m.DueMinor, Currency: d.Currency, EPC: d.EPC}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		a, err := q.OpenAnnouncementOfDocument(ctx, d.ID)
		if err = db.NotFound(err); fault.Is(err, fault.NotFound) {
			return nil
		}
		m.Transfer.Announced, m.Transfer.AnnouncedOn = err == nil, day(a.AnnouncedOn)
		return err
	})
	return m, err
}

// amountOf is what a customer is about to pay of a document: what it asks for now, or the
// whole where the customer does not want to hold anything back. Any other amount was shown
// before something changed.
func amountOf(st gen.DocumentStatus, wanted int64, today civil.Date) (int64, error) {
	if wanted != asked(st, today) && wanted != st.DueMinor {
		return 0, fault.New(fault.Conflict, "fault.amount_changed")
	}
	return wanted, nil
}

func asked(st gen.DocumentStatus, today civil.Date) int64 {
	return billing.Asked(st.DueMinor, st.RetainedMinor, day(st.RetainedUntil), today)
}

// ownOpen finds one of the contact's own documents that still wants money.
func ownOpen(ctx context.Context, tx *db.Tx, who actor.Actor, publicID string) (gen.Document, gen.DocumentStatus, error) {
	row, err := tx.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: publicID, CustomerID: &who.CustomerID})
	if err != nil {
		return gen.Document{}, gen.DocumentStatus{}, db.NotFound(err)
	}
	st, err := tx.Status(ctx, row.ID)
	if err != nil {
		return gen.Document{}, gen.DocumentStatus{}, db.NotFound(err)
	}
	if st.DueMinor <= 0 || row.Kind != "invoice" && row.Kind != "deposit_invoice" {
		return gen.Document{}, gen.DocumentStatus{}, fault.New(fault.Conflict, "fault.already_paid", "number", *row.Number)
	}
	return row, st, nil
}

// waiting finds an attempt to pay a document whose end is not known.
func (s *Service) waiting(ctx context.Context, documentID int64) (publicID string, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		list, err := q.OpenIntentsOfDocument(ctx, documentID)
		for _, i := range list {
			if i.State == Unknown || i.State == Processing {
				publicID = i.PublicID
			}
		}
		return err
	})
	return publicID, err
}
