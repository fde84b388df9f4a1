package charging

import (
	"context"
	"database/sql"
	"errors"

	"comptoir/core/actor"
	"comptoir/core/civil"
	"comptoir/core/fault"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/company"
	"comptoir/office/payments"
	"comptoir/office/sales"
	"comptoir/rules/billing"
)

// PortalTemplate tells a customer how one of its recurring invoices is charged; another
// customer's is not found.
func (s *Service) PortalTemplate(ctx context.Context, who actor.Actor, publicID string) (t Template, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Template{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.PortalRecurringByPublicID(ctx, gen.PortalRecurringByPublicIDParams{PublicID: publicID, CustomerID: who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		t, err = s.ofTemplate(ctx, q, row.AutoCharge, &who.CustomerID, row.ChargeMethodID, row.Currency)
		return err
	})
	return t, err
}

// Coming is a charge that is planned of a document, as its customer sees it.
type Coming struct {
	On          civil.Date
	AmountMinor int64
	Method      *Method // nil: none is there any more
	UnderWay    bool    // it was sent already
}

// PortalComing tells a customer of the charge that is planned of one of its documents;
// fault.NotFound where there is none.
func (s *Service) PortalComing(ctx context.Context, who actor.Actor, documentID string) (c Coming, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return Coming{}, err
	}
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err := q.DocumentOfCustomer(ctx, gen.DocumentOfCustomerParams{PublicID: documentID, CustomerID: &who.CustomerID})
		if err != nil {
			return db.NotFound(err)
		}
		c, err = s.coming(ctx, q, row.ID)
		return err
	})
	return c, err
}

func (s *Service) coming(ctx context.Context, q *gen.Queries, documentID int64) (c Coming, err error) {
	a, err := q.OpenCharge(ctx, documentID)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fault.New(fault.NotFound, "fault.not_found")
	}
	if err != nil {
		return c, err
	}
	d, err := q.ChargeDocument(ctx, documentID)
	if err != nil {
		return c, db.NotFound(err)
	}
	debit, err := sales.DebitOn(ctx, q, documentID)
	if err != nil {
		return c, err
	}
	if !debit.IsZero() { // the bank was asked already: the charge waits for its word, and mostly never comes
		return c, fault.New(fault.NotFound, "fault.not_found")
	}
	on, err := company.Today(ctx, q, s.DB.Now())
	if err != nil {
		return c, err
	}
	c = Coming{On: day(a.DueOn), AmountMinor: billing.Asked(d.DueMinor, d.RetainedMinor, day(d.RetainedUntil), on), UnderWay: a.State != Planned}
	if c.AmountMinor <= 0 {
		return c, fault.New(fault.NotFound, "fault.not_found")
	}
	c.Method, err = methodShown(ctx, q, a)
	return c, err
}

// MailNote tells, for the mail of an invoice, on which day what will be charged; ok is false
// for an invoice that is paid by hand.
func (s *Service) MailNote(ctx context.Context, documentID int64, lang string) (on civil.Date, method string, ok bool, err error) {
	err = s.DB.Read(ctx, func(q *gen.Queries) error {
		c, err := s.coming(ctx, q, documentID)
		if fault.Is(err, fault.NotFound) || err == nil && c.Method == nil {
			return nil
		}
		if err != nil {
			return err
		}
		on, method, ok = c.On, payments.MethodWords(lang, c.Method.Kind, c.Method.Brand, c.Method.Last4), true
		return nil
	})
	return on, method, ok, err
}
