package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/audit"
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

// Announcement is a transfer that a customer says is under way.
type Announcement struct {
	PublicID     string `json:"publicId"`
	DocumentID   string `json:"documentId"`
	Number       string `json:"number"`
	CustomerName string `json:"customerName"`
	AmountMinor  int64  `json:"amountMinor"`
	Currency     string `json:"currency"`
	AnnouncedOn  string `json:"announcedOn"`
}

// Announcements lists what waits for the firm's confirmation, oldest first.
func (s *Service) Announcements(ctx context.Context, who actor.Actor) (list []Announcement, err error) {
	if err := who.NeedStaff(); err != nil {
		return nil, err
	}
	list = []Announcement{}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		rows, err := q.OpenAnnouncements(ctx, 200)
		for _, r := range rows {
			a := Announcement{PublicID: r.PublicID, DocumentID: r.DocumentPublicID, CustomerName: r.CustomerName, AmountMinor: r.AmountMinor, Currency: r.Currency, AnnouncedOn: r.AnnouncedOn}
			if r.Number != nil {
				a.Number = *r.Number
			}
			list = append(list, a)
		}
		return err
	})
	return list, err
}

// Confirm records the announced transfer as received, today, in one step. What the document
// no longer takes, credited or paid another way meanwhile, stays on the customer's account.
// Confirming twice gives the same payment.
func (s *Service) Confirm(ctx context.Context, who actor.Actor, key, announcementID string) (p Payment, err error) {
	if err := who.NeedStaff(); err != nil {
		return Payment{}, err
	}
	err = s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		var done recorded
		if err := audit.Once(ctx, tx, key, "transfer.confirm", announcementID, &done, func() error {
			a, err := tx.AnnouncementByPublicID(ctx, announcementID)
			if err != nil {
				return db.NotFound(err)
			}
			if a.PaymentID != nil {
				done = recorded{ID: *a.PaymentID}
				return nil
			}
			row, err := tx.DocumentByID(ctx, a.DocumentID)
			if err != nil {
				return db.NotFound(err)
			}
			done, err = s.record(ctx, tx, who, row, Record{AmountMinor: a.AmountMinor, Method: "transfer", Reference: *row.Number, Notify: true, Anyway: true}, gatewayRef{announced: true}) // the money is there, whatever a gateway says
			return err
		}); err != nil {
			return err
		}
		p, err = load(ctx, tx.Queries, done.ID)
		return err
	})
	return p, err
}

// Dismiss closes an announcement whose money never came.
func (s *Service) Dismiss(ctx context.Context, who actor.Actor, announcementID string) error {
	if err := who.NeedStaff(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := tx.AnnouncementByPublicID(ctx, announcementID)
		if err != nil {
			return db.NotFound(err)
		}
		n, err := tx.CloseAnnouncement(ctx, gen.CloseAnnouncementParams{ID: a.ID, State: "dismissed"})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "fault.conflict")
		}
		tx.AfterCommit(func() { s.Changed("invoices", "payments") })
		if err := tx.SetAnnounced(ctx, gen.SetAnnouncedParams{DocumentID: a.DocumentID}); err != nil {
			return err
		}
		return audit.Write(ctx, tx, who, audit.Record{Action: "transfer.dismissed", ObjectKind: "document", ObjectID: a.DocumentID})
	})
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
