package payments

import (
	"context"

	"comptoir/core/actor"
	"comptoir/core/locale"
	"comptoir/db"
	"comptoir/db/gen"
	"comptoir/office/sales"
)

// hideOwn takes off what is the firm's own business.
func (p *Payment) hideOwn() {
	p.Note, p.FeeMinor, p.History, p.CancelReason = "", 0, nil, ""
	for i := range p.Refunds {
		p.Refunds[i].Note, p.Refunds[i].FeeMinor = "", 0
	}
}

// portalRefunds gives the newest refunds of a customer.
func portalRefunds(ctx context.Context, q *gen.Queries, customerID int64) ([]RefundDone, error) {
	rows, err := q.RefundsOfCustomer(ctx, gen.RefundsOfCustomerParams{CustomerID: customerID, RowLimit: 50})
	if err != nil {
		return nil, err
	}
	list := make([]RefundDone, 0, len(rows))
	for _, r := range rows {
		x, err := buildRefund(ctx, q, r)
		if err != nil {
			return nil, err
		}
		x.Note, x.FeeMinor = "", 0
		list = append(list, x)
	}
	return list, nil
}

// PortalReceipt gives the receipt of one of the customer's own payments.
func (s *Service) PortalReceipt(ctx context.Context, who actor.Actor, publicID string) (sales.File, error) {
	p, err := s.PortalPayment(ctx, who, publicID)
	if err != nil {
		return sales.File{}, err
	}
	return s.receipt(ctx, p.ID, who.Lang)
}

// PortalRefundPaper gives the confirmation of one of the customer's own refunds; anything
// else is not found.
func (s *Service) PortalRefundPaper(ctx context.Context, who actor.Actor, publicID string) (f sales.File, err error) {
	if err := who.NeedContact(actor.TrustLink); err != nil {
		return sales.File{}, err
	}
	var row gen.Refund
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.RefundOfCustomer(ctx, gen.RefundOfCustomerParams{PublicID: publicID, CustomerID: who.CustomerID})
		return db.NotFound(err)
	}); err != nil {
		return sales.File{}, err
	}
	return s.refundPaper(ctx, row.ID, who.Lang)
}

// Receipt gives the receipt of a payment to the firm.
func (s *Service) Receipt(ctx context.Context, who actor.Actor, publicID string) (sales.File, error) {
	p, err := s.Get(ctx, who, publicID)
	if err != nil {
		return sales.File{}, err
	}
	return s.receipt(ctx, p.ID, "")
}

// RefundPaper gives the confirmation of a refund to the firm.
func (s *Service) RefundPaper(ctx context.Context, who actor.Actor, publicID string) (f sales.File, err error) {
	if err := who.Need(actor.Look); err != nil {
		return sales.File{}, err
	}
	var row gen.Refund
	if err := s.DB.Read(ctx, func(q *gen.Queries) error {
		row, err = q.RefundByPublicID(ctx, publicID)
		return db.NotFound(err)
	}); err != nil {
		return sales.File{}, err
	}
	return s.refundPaper(ctx, row.ID, "")
}

// MailReceipt gives the receipt that goes with a mail; for the outbox only.
func (s *Service) MailReceipt(ctx context.Context, paymentID int64) (sales.File, error) {
	return s.receipt(ctx, paymentID, "")
}

// MailRefund gives the confirmation that goes with a mail; for the outbox only.
func (s *Service) MailRefund(ctx context.Context, refundID int64) (sales.File, error) {
	return s.refundPaper(ctx, refundID, "")
}

func (s *Service) receipt(ctx context.Context, id int64, lang string) (sales.File, error) {
	var r Receipt
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		var err error
		if r.Payment, err = load(ctx, q, id); err != nil {
			return err
		}
		r.Payment.hideOwn()
		r.Seller, r.Buyer, r.Lang, err = s.Sales.Parties(ctx, q, r.Payment.CustomerID)
		return err
	})
	if err != nil {
		return sales.File{}, err
	}
	return s.print(ctx, r, "pdf.receipt_file", r.Payment.Number, lang)
}

func (s *Service) refundPaper(ctx context.Context, id int64, lang string) (sales.File, error) {
	var r Receipt
	err := s.DB.Read(ctx, func(q *gen.Queries) error {
		refund, err := loadRefund(ctx, q, id)
		if err != nil {
			return err
		}
		refund.Note, refund.FeeMinor = "", 0
		r.Refund = &refund
		r.Seller, r.Buyer, r.Lang, err = s.Sales.Parties(ctx, q, refund.CustomerID)
		return err
	})
	if err != nil {
		return sales.File{}, err
	}
	return s.print(ctx, r, "pdf.refund_file", r.Refund.Number, lang)
}

func (s *Service) print(ctx context.Context, r Receipt, name, number, lang string) (sales.File, error) {
	if lang != "" {
		r.Lang = lang
	}
	_, logo, err := s.Logo(ctx)
	if err != nil {
		return sales.File{}, err
	}
	b, err := s.Printer.Receipt(ctx, r, logo)
	return sales.File{Name: locale.T(locale.Of(r.Lang), name, map[string]any{"number": number}) + ".pdf", MediaType: "application/pdf", Bytes: b}, err
}
